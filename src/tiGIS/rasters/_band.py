"""The values of a raster's band: what is stored, scaled to what is meant, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tiGIS._cells import esri_nulls
from tiGIS._errors import DataFileError, InputError
from tiGIS.provenance import Note, note

if TYPE_CHECKING:
    import rasterio

# Numbers that producers write for "not known", sometimes without saying so; none is a depth or an altitude.
_USUAL = np.array([-9999.0, -99999.0, -999999.0, -32768.0, -32767.0, 1e20, -1e20])
# These can be centimetres of land: they are taken for "not known" only above all land of France, once scaled
_USUAL_IF_TOO_HIGH = np.array([9999.0, 99999.0, 999999.0, 32767.0, 65535.0])
_TOO_HIGH_M = 5000.0  # the Mont Blanc: 4,806 m
_DIGITS = 1e-5  # a file may say -3.40282e38 or -99999.9 of cells that hold a few more digits


@dataclass
class Tally:
    """Cells that hold no value though the file doesn't say so, met while reading."""

    undeclared: dict[float, int] = field(default_factory=dict)
    infinite: int = 0

    def notes(self) -> list[Note]:
        """Say it in words."""
        said = []
        if self.undeclared:
            values = ", ".join(f"{value:g}" for value in sorted(self.undeclared))
            cells = sum(self.undeclared.values())
            said.append(
                note(
                    f"{cells} cellules valent {values} sans que le fichier les dise inconnues : "
                    "tenues pour telles.",
                    f"{cells} cells hold {values}, which the file doesn't call unknown: taken for it.",
                )
            )
        if self.infinite:
            said.append(
                note(
                    f"{self.infinite} cellules infinies : tenues pour inconnues.",
                    f"{self.infinite} infinite cells: taken for unknown.",
                )
            )
        return said


def require_measures(path: Path, raster: rasterio.DatasetReader, band: int, nodata: float | None) -> None:
    """Refuse a band that holds colours, no numbers, or doesn't say what is not known."""
    from rasterio.enums import ColorInterp

    colour = raster.colorinterp[band - 1]
    if colour not in (ColorInterp.gray, ColorInterp.undefined):
        raise DataFileError(
            path,
            f"band {band} holds the {colour.name} of a picture",
            "a band of measures",
            "Take the raster of values from its producer, not a picture of it.",
        )
    scale, offset = raster.scales[band - 1], raster.offsets[band - 1]
    if not (np.isfinite([scale, offset]).all() and scale != 0):
        raise DataFileError(
            path, f"band {band} has the scale {scale} and the offset {offset}", "a scale other than 0"
        )
    dtype = raster.dtypes[band - 1]
    _require_possible(path, dtype, nodata, raster.nodatavals[band - 1])
    if nodata is None and np.dtype(dtype).kind != "f" and not _says_what_is_unknown(raster, band):
        raise InputError(
            f"{path.name}: the raster doesn't say which value stands for “not known” (nodata). "
            "Say it with nodata=-9999, or nodata=numpy.nan when every cell has a value."
        )


def _require_possible(path: Path, dtype: str, given: float | None, in_file: float | None) -> None:
    """Refuse cells that are no real numbers, and a "not known" that no cell of their type can hold."""
    kind = np.dtype(dtype)
    if kind.kind not in "iuf":
        raise DataFileError(path, f"cells of type {dtype}", "real numbers")
    nodata = in_file if given is None else given
    if kind.kind == "f" or nodata is None or np.isnan(nodata):
        return
    limits = np.iinfo(kind)
    if not (limits.min <= nodata <= limits.max and nodata == int(nodata)):
        raise InputError(
            f"{path.name}: nodata is {nodata:g}, which no cell of type {dtype} can hold. Look at what cells "
            "without a value hold, and say it with nodata=..., or nodata=numpy.nan when every cell has one."
        )


def _says_what_is_unknown(raster: rasterio.DatasetReader, band: int) -> bool:
    from rasterio.enums import MaskFlags

    flags = raster.mask_flag_enums[band - 1]
    return MaskFlags.all_valid not in flags or _transparency(raster) is not None


def _transparency(raster: rasterio.DatasetReader) -> int | None:
    """Find the band of transparency, if any; GDAL looks for it beside bands of whole numbers only."""
    names = [colour.name for colour in raster.colorinterp]
    return names.index("alpha") + 1 if "alpha" in names else None


def known_values(
    raster: rasterio.DatasetReader,
    band: int,
    window: Any,
    *,
    nodata: float | None,
    to_metres: float,
    tally: Tally | None = None,
) -> NDArray[np.float64]:
    """
    Read a window of a band as it is meant.

    Parameters
    ----------
    raster : rasterio.DatasetReader
        The raster, open.
    band : int
        Number of the band, from 1.
    window : rasterio.windows.Window
        Cells to read.
    nodata : float, optional
        The stored value that stands for "not known", where the caller says it; NaN where every cell has a
        value. By default, what the file says: its nodata value, its mask, and the numbers in common use.
    to_metres : float
        Metres in a unit of the values.
    tally : Tally, optional
        Counts what the file holds for "not known" without saying so.

    Returns
    -------
    numpy.ndarray
        Metres, float64, scale and offset applied, NaN where not known.
    """
    stored = raster.read(band, window=window)
    exact = stored.astype(np.float64)
    values = (exact * raster.scales[band - 1] + raster.offsets[band - 1]) * to_metres
    unknown = np.zeros(stored.shape, dtype=bool)
    if nodata is None or not np.isnan(nodata):
        said = raster.nodatavals[band - 1] if nodata is None else nodata
        unknown = _masked(raster, band, window, nodata) | _same(stored, said)
        unknown |= _undeclared(stored, exact, values, ~unknown, tally)
    infinite = np.isinf(exact) & ~unknown
    if tally is not None:
        tally.infinite += int(infinite.sum())
    values[unknown | infinite] = np.nan
    return values


def _masked(
    raster: rasterio.DatasetReader, band: int, window: Any, nodata: float | None
) -> NDArray[np.bool_] | bool:
    """Cells under the mask of the file; one that only repeats its nodata value gives way to the caller's."""
    from rasterio.enums import MaskFlags

    alpha = _transparency(raster)
    clear: NDArray[np.bool_] | bool = False if alpha is None else raster.read(alpha, window=window) == 0
    if nodata is not None and MaskFlags.nodata in raster.mask_flag_enums[band - 1]:
        return clear
    hidden: NDArray[np.bool_] = raster.read_masks(band, window=window) == 0
    return hidden | clear


def _same(stored: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Cells that hold the nodata value: exactly, or to the digits in which a long one was written."""
    if nodata is None or np.isnan(nodata):
        return np.zeros(stored.shape, dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        if np.issubdtype(stored.dtype, np.floating):
            same = stored == stored.dtype.type(nodata)
            if abs(nodata) >= 1000:
                same |= np.abs(stored.astype(np.float64) / nodata - 1) < _DIGITS
            return np.asarray(same, dtype=bool)
    return np.asarray(stored == nodata, dtype=bool)


def _undeclared(
    stored: NDArray[Any],
    exact: NDArray[np.float64],
    metres: NDArray[np.float64],
    among: NDArray[np.bool_],
    tally: Tally | None,
) -> NDArray[np.bool_]:
    """Cells that hold a usual "not known", or the last number of their type: that, or what was cut off."""
    usual = [*_USUAL, *_USUAL.astype(np.float32).astype(np.float64)]
    if stored.dtype.kind in "iu" and stored.dtype.itemsize > 1:
        ends = np.iinfo(stored.dtype)
        usual += [float(end) for end in (ends.min, ends.max) if end != 0]
    too_high = np.isin(exact, _USUAL_IF_TOO_HIGH) & (metres > _TOO_HIGH_M)
    found = among & (np.isin(exact, usual) | too_high | esri_nulls(exact))
    if tally is not None and found.any():
        for value, cells in zip(*np.unique(exact[found], return_counts=True), strict=True):
            tally.undeclared[float(value)] = tally.undeclared.get(float(value), 0) + int(cells)
    return found
