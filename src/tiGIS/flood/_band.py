"""The values of a raster's band: what is stored, scaled to what is meant, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tiGIS._cells import esri_nulls
from tiGIS._errors import DataFileError
from tiGIS._meta import Note, note

if TYPE_CHECKING:
    import rasterio

# Numbers that producers write for "not known", sometimes without saying so; none is a depth or an altitude.
_USUAL = np.array([-9999.0, -99999.0, -999999.0, -32768.0, -32767.0, 1e20, -1e20])
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


def known_values(
    raster: rasterio.DatasetReader,
    band: int,
    window: Any,
    *,
    nodata: float | None,
    path: Path,
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
    path : Path
        The file, for messages.
    tally : Tally, optional
        Counts what the file holds for "not known" without saying so.

    Returns
    -------
    numpy.ndarray
        float64, scale and offset applied, NaN where not known.

    Raises
    ------
    DataFileError
        When it can't be read.
    """
    import rasterio

    try:
        stored = raster.read(band, window=window)
    except rasterio.errors.RasterioIOError as error:
        raise DataFileError(path, f"it can't be read ({error})", "a sound raster") from error
    values = stored.astype(np.float64)
    unknown = np.zeros(stored.shape, dtype=bool)
    if nodata is None or not np.isnan(nodata):
        said = raster.nodatavals[band - 1] if nodata is None else nodata
        unknown = _masked(raster, band, window, nodata) | _same(stored, said)
        unknown |= _undeclared(values, ~unknown, tally)
    infinite = np.isinf(values) & ~unknown
    if tally is not None:
        tally.infinite += int(infinite.sum())
    values = values * raster.scales[band - 1] + raster.offsets[band - 1]
    values[unknown | infinite] = np.nan
    return values


def _masked(
    raster: rasterio.DatasetReader, band: int, window: Any, nodata: float | None
) -> NDArray[np.bool_] | bool:
    """Cells under the mask of the file; one that only repeats its nodata value gives way to the caller's."""
    from rasterio.enums import MaskFlags

    if nodata is not None and MaskFlags.nodata in raster.mask_flag_enums[band - 1]:
        return False
    hidden: NDArray[np.bool_] = raster.read_masks(band, window=window) == 0
    return hidden


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
    values: NDArray[np.float64], among: NDArray[np.bool_], tally: Tally | None
) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        usual = np.isin(values, _USUAL) | np.isin(values, _USUAL.astype(np.float32).astype(np.float64))
    found = among & (usual | esri_nulls(values))
    if tally is not None and found.any():
        for value, cells in zip(*np.unique(values[found], return_counts=True), strict=True):
            tally.undeclared[float(value)] = tally.undeclared.get(float(value), 0) + int(cells)
    return found
