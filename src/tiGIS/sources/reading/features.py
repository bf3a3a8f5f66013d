"""Layers too large to be held: a part of them, by extent and attributes, feature by feature where need be.

pyogrio reads fast and all at once. Where a national file is larger than what should be held, fiona goes
through it feature by feature and gives what fits batch by batch; it has no wheel for Python 3.14, where
pyogrio reads the batches, each from the beginning of the file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError, InputError
from tiGIS._files import is_a_file
from tiGIS._validate import shown
from tiGIS.sources.reading.archive import find_member, unpacked_layer
from tiGIS.sources.reading.gdal import SHUT, explained, layer_info, nothing, opened, read_layer
from tiGIS.sources.reading.layers import check_usable

if TYPE_CHECKING:
    import geopandas as gpd

STREAM_ABOVE = 1_000_000_000  # bytes of the file; in memory it takes several times that
MOST_UNPACKED = 64 * 1024**3
_BATCH = 20_000
_HAS_FIONA = sys.version_info < (3, 14)


@checked
def read_features(
    path: str | Path,
    *,
    member: str | None = None,
    layer: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    stream: bool | None = None,
) -> gpd.GeoDataFrame:
    """Read the part of a layer that fits an extent and a condition, without holding the rest.

    Parameters
    ----------
    path : path-like
        The file, or a zip or 7z archive that holds it (unpacked into a temporary folder each time).
    member : str, optional
        For an archive, the pattern of the file's name inside (``"*met.gpkg"``).
    layer : str, optional
        Layer to read; by default the first.
    bbox : tuple of float, optional
        xmin, ymin, xmax, ymax in the CRS of the layer: keep what touches it.
    where : str, optional
        Condition on the attributes, as in SQL (``"code_dept = '30'"``).
    columns : sequence of str, optional
        Columns to keep; all by default.
    stream : bool, optional
        Go through the file feature by feature, so that only what fits is held; by default where it is larger
        than ``STREAM_ABOVE``. `iter_features` doesn't hold that either.

    Returns
    -------
    geopandas.GeoDataFrame
        The features, in the order of the file.

    Raises
    ------
    DataFileError
        No such file, layer or column, or one that can't be read.

    Examples
    --------
    >>> import tempfile, pathlib, tiGIS
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "communes.gpkg")
    ...     tiGIS.load_communes(epci="200066918").to_file(file)
    ...     towns = tiGIS.read_features(file, where="population > 10000", columns=["nom"], stream=True)
    >>> towns["nom"].tolist()
    ['Alès']
    """
    path = Path(path)
    if not is_a_file(path):
        raise DataFileError(path, "no such file", "a file of features")
    asked = _Asked(layer, bbox, where, None if columns is None else list(columns))
    with _file(path, member) as file:
        if stream is None:
            stream = file.stat().st_size > STREAM_ABOVE
        if stream or asked.columns:
            empty = _empty_answer(path, file, asked)
            if empty is not None:
                return empty
        if not stream:
            return _read(path, file, asked)
        return _together(list(_batches(path, file, asked, _BATCH)))


def iter_features(
    path: str | Path,
    *,
    member: str | None = None,
    layer: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    batch: int = _BATCH,
) -> Iterator[gpd.GeoDataFrame]:
    """Go through a layer that can't be held, batch by batch: one batch is in memory at a time.

    Parameters
    ----------
    path, member, layer, bbox, where, columns
        See `read_features`.
    batch : int, default 20,000
        Features in a batch; the last one has what is left.

    Yields
    ------
    geopandas.GeoDataFrame
        The features that fit, in the order of the file; one empty batch where none does.

    Raises
    ------
    DataFileError
        No such file, layer or column, or one that can't be read; when the first batch is asked for.
    InputError
        A batch of less than one feature.

    Examples
    --------
    >>> import tempfile, pathlib, tiGIS
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "communes.gpkg")
    ...     tiGIS.load_communes(epci="200066918").to_file(file)
    ...     [len(communes) for communes in tiGIS.sources.iter_features(file, batch=30)]
    [30, 30, 12]
    """
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise InputError(f"batch: {batch!r}; expected a whole number of features, 1 or more.")
    path = Path(path)
    if not is_a_file(path):
        raise DataFileError(path, "no such file", "a file of features")
    asked = _Asked(layer, bbox, where, None if columns is None else list(columns))
    with _file(path, member) as file:
        empty = _empty_answer(path, file, asked)
        yield from _batches(path, file, asked, batch) if empty is None else [empty]


@dataclass(frozen=True)
class _Asked:
    """What is asked of a layer."""

    layer: str | None
    bbox: tuple[float, float, float, float] | None
    where: str | None
    columns: list[str] | None


@checked
def describe_layer(
    path: str | Path, *, member: str | None = None, layer: str | None = None
) -> dict[str, Any]:
    """Say what a layer holds before it is read.

    Parameters
    ----------
    path, member, layer
        See `read_features`.

    Returns
    -------
    dict
        ``layer``, ``crs`` (text), ``geometry`` (kind), ``fields`` (name -> type), ``features`` (how many).

    Raises
    ------
    DataFileError
        No such file or layer.
    """
    path = Path(path)
    with _file(path, member) as file:
        info = _named(path, layer_info, file, layer)
    return {
        "layer": info["layer_name"],
        "crs": info["crs"] or "",
        "geometry": info["geometry_type"] or "",
        "fields": dict(zip(info["fields"].tolist(), map(str, info["dtypes"]), strict=True)),
        "features": int(info["features"]),
    }


@contextmanager
def _file(path: Path, member: str | None) -> Iterator[Path]:
    """Give the file itself, or the member of an archive, unpacked."""
    if path.suffix.lower() not in (".zip", ".7z"):
        yield path
        return
    inside = find_member(path, member or "*.gpkg", most_unpacked=MOST_UNPACKED)
    with unpacked_layer(path, inside, most_unpacked=MOST_UNPACKED) as file:
        yield file


def _named(path: Path, read: Callable[..., Any], *asked: Any, **options: Any) -> Any:
    """Read, and speak of the file that was given rather than of what was unpacked from it."""
    try:
        return read(*asked, **options)
    except DataFileError as error:
        raise DataFileError(path, error.found, error.expected, error.action) from error


def _empty_answer(path: Path, file: Path, asked: _Asked) -> gpd.GeoDataFrame | None:
    """Give the layer where it holds nothing; refuse columns that it lacks: GDAL says no word of them."""
    info = _named(path, layer_info, file, asked.layer)
    fields = info["fields"].tolist()
    if not info["features"] and not fields:  # an empty answer (GeoJSON, GML) tells no column
        return nothing(asked.columns, info["crs"])
    absent = [name for name in asked.columns or () if name not in fields]
    if absent:
        raise DataFileError(path, f"no column {shown(absent)} (it has {shown(fields, 12)})", "that column")
    return None


def _read(path: Path, file: Path, asked: _Asked, **options: int) -> gpd.GeoDataFrame:
    wanted = {"bbox": asked.bbox, "where": asked.where, "columns": asked.columns}
    frame = _named(path, read_layer, file, layer=asked.layer, **wanted, **options)
    check_usable(getattr(frame, "crs", None), path)
    return frame


def _batches(path: Path, file: Path, asked: _Asked, batch: int) -> Iterator[gpd.GeoDataFrame]:
    _read(path, file, asked, max_features=1)  # refuses what can't be read before anything is held
    found = _by_fiona(file, asked, batch) if _HAS_FIONA else _by_pyogrio(path, file, asked, batch)
    first = next(found)
    yield first
    del first
    yield from (frame for frame in found if len(frame))


def _by_fiona(file: Path, asked: _Asked, size: int) -> Iterator[gpd.GeoDataFrame]:
    """Go through the layer with fiona; a batch of what fits is held at a time."""
    import fiona
    import geopandas as gpd
    from shapely.geometry import shape

    taken = None if file.suffix.lower() == ".gml" else asked.columns  # its driver leaves no column out
    with (
        explained(file),
        opened(file) as (kind, held),
        fiona.Env(**SHUT),
        fiona.open(held, driver=kind.driver, layer=asked.layer, include_fields=taken) as source,
    ):
        types = {
            name: form
            for name, form in source.schema["properties"].items()
            if asked.columns is None or name in asked.columns
        }
        crs = source.crs_wkt or None
        features = iter(source.filter(bbox=asked.bbox, where=asked.where))
        while True:
            batch = list(islice(features, size))
            rows = [feature.properties for feature in batch]
            table = pd.DataFrame(
                {name: _typed([row[name] for row in rows], form) for name, form in types.items()},
                index=pd.RangeIndex(len(batch)),
            )
            shapes = [None if feature.geometry is None else shape(feature.geometry) for feature in batch]
            yield gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
            if len(batch) < size:
                return


def _typed(values: list[Any], kind: str) -> pd.Series:
    """Give the values the type that pyogrio gives them."""
    name = kind.partition(":")[0]
    if name.startswith("int"):
        empty = any(value is None for value in values)
        return pd.Series(values, dtype=np.float64 if empty else ("int32" if name == "int32" else "int64"))
    if name == "float":
        return pd.Series(values, dtype=np.float64)
    if name in ("date", "datetime"):
        return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[ms]")
    return pd.Series(values) if values else pd.Series(values, dtype=object)


def _by_pyogrio(path: Path, file: Path, asked: _Asked, size: int) -> Iterator[gpd.GeoDataFrame]:
    """Read the layer by batches with pyogrio."""
    start = 0
    while True:
        batch = _read(path, file, asked, skip_features=start, max_features=size)
        yield batch
        if len(batch) < size:
            return
        start += size


def _together(batches: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return batches[0] if len(batches) == 1 else pd.concat(batches, ignore_index=True)
