"""GDAL opened at one door: one file of a known format, no other file, no server.

What comes from outside is looked at first (``_kinds``); then GDAL gets its path under a plain name, with
settings that hold while it reads and are put back afterwards.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from tiGIS._errors import DataFileError
from tiGIS._files import is_a_file
from tiGIS.sources.reading.kinds import MOST_COLUMNS, Kind, looked_at, most_cells

UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    shapely.errors.GEOSException,
    RuntimeError,
    ValueError,
    UnboundLocalError,  # pyogrio's own, when the text of a .prj is not UTF-8
    IndexError,  # pyogrio's own, on a file without layers
    SystemError,  # fiona's own, when GDAL's words of a fault are not UTF-8
    MemoryError,
    OverflowError,
)
"""What pyogrio raises on a damaged file: GDAL's errors, and GEOS's on a ring that is not closed."""

_NOWHERE = str(Path(tempfile.gettempdir(), "tigis-has-no-such-socket"))
SHUT = {
    # all requests go to a socket that isn't there: none leaves, whatever a driver wants
    "GDAL_HTTP_UNIX_SOCKET_PATH": _NOWHERE,
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".tigis-reads-no-address",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
}
"""Settings of GDAL that shut the network and what reads other files, for the time of a reading."""

CRS_OF_NOTHING = "EPSG:2154"
"""CRS of an empty answer that names none: that of most plans; with no feature, none is misplaced by it."""

PLAIN_PATH = re.compile(r"(?!//)(?!/vsi)[\w/\\:. ()'&+,=@~-]+")
_lock = threading.Lock()
_readers = 0
_before: dict[str, Any] = {}


@contextmanager
def shut() -> Iterator[None]:
    """Hold the settings of `SHUT` while something is read; several readings may overlap."""
    global _readers
    with _lock:
        if not _readers:
            _before.update({name: pyogrio.get_gdal_config_option(name) for name in SHUT})
            pyogrio.set_gdal_config_options(SHUT)
        _readers += 1
    try:
        yield
    finally:
        with _lock:
            _readers -= 1
            if not _readers:
                pyogrio.set_gdal_config_options(_before)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Kind, Path]]:
    """Give the format of a file, and the place where GDAL shall open it by the one driver of that format."""
    path = path.resolve()
    kind, others = looked_at(path)
    with shut():
        if kind.driver != "GML" and PLAIN_PATH.fullmatch(str(path)):
            yield kind, path
            return
        with tempfile.TemporaryDirectory(prefix="tigis-", ignore_cleanup_errors=True) as folder:
            target = Path(folder, "layer" + path.suffix.lower())
            if kind.driver == "GML":
                _copy_gml(path, others, target)
            else:
                for file in (path, *others):
                    put(file, target.with_suffix(file.suffix.lower()))
            yield kind, target


def put(file: Path, target: Path) -> None:
    """Show a file under another name: by a link where the system lets us, else as a copy."""
    try:
        target.symlink_to(file)
    except OSError:
        shutil.copyfile(file, target)


_ROOT_TAG = re.compile(rb"<[A-Za-z_][^>]*>")


def _copy_gml(path: Path, others: list[Path], target: Path) -> None:
    """Copy a GML without the addresses of its schema, which GDAL would open; a schema beside it is kept."""
    content = path.read_bytes()
    root = _ROOT_TAG.search(content)
    end = root.end() if root else 0
    target.write_bytes(content[:end].replace(b"schemaLocation", b"schemaLocatioN") + content[end:])
    for schema in others:
        text = schema.read_bytes()
        if len(text) < 1 << 22 and not re.search(rb"<!(?!--)|<(\w+:)?(include|redefine)\b", text):
            target.with_suffix(".xsd").write_bytes(text)


def layer_names(path: Path) -> list[str]:
    """Give the names of the layers of a file."""
    with explained(path), opened(path) as (kind, file):
        return [str(name) for name in pyogrio.list_layers(f"{kind.prefix}{file}")[:, 0]]


def layer_info(path: Path, layer: str | None = None) -> dict[str, Any]:
    """Say what a layer holds, as `pyogrio.read_info` gives it."""
    with explained(path), opened(path) as (kind, file):
        address = f"{kind.prefix}{file}"
        try:
            return dict(pyogrio.read_info(address, layer=layer, force_feature_count=True))
        except UNREADABLE:
            crs = _crs_of_nothing(path, kind, address)
            if crs is None:
                raise
            names = np.array([], dtype=object)
            told = {"layer_name": path.stem, "crs": crs, "geometry_type": None, "features": 0}
            return told | {"fields": names, "dtypes": names}


def read_layer(path: Path, *, layer: str | None = None, **asked: Any) -> Any:
    """Read a layer, a GeoDataFrame or a plain table, once it is known to fit in its budget.

    Parameters
    ----------
    path : Path
        The file.
    layer : str, optional
        Layer to read; by default the first.
    **asked : Any
        ``bbox``, ``where``, ``columns``, ``skip_features`` and ``max_features`` of `pyogrio.read_dataframe`.

    Raises
    ------
    DataFileError
        When it is not of the format of its name, points elsewhere, is damaged, or would swell.
    """
    with explained(path), opened(path) as (kind, file):
        address = f"{kind.prefix}{file}"
        if not kind.counts_rows:
            _check_budget(path, pyogrio.read_info(address, layer=layer))
        try:
            return pyogrio.read_dataframe(address, layer=layer, **asked)
        except UNREADABLE:
            crs = _crs_of_nothing(path, kind, address)
            if crs is None:
                raise
            return nothing(asked.get("columns"), crs)


def _crs_of_nothing(path: Path, kind: Kind, address: str) -> str | None:
    """Give the CRS of the empty answer of a service, which tells no column; nothing where it is none."""
    if kind.driver == "GeoJSON":
        info = pyogrio.read_info(address)
        return None if info["features"] or len(info["fields"]) else info["crs"]
    if kind.driver != "GML" or len(pyogrio.list_layers(address)):
        return None
    root = _ROOT_TAG.search(path.read_bytes())
    if root is None or not re.match(rb"<([\w.-]+:)?FeatureCollection\b", root[0]):
        raise DataFileError(path, "no layer", "a collection of features", "Fetch it again.")
    return CRS_OF_NOTHING


def nothing(columns: Iterable[str] | None = None, crs: Any = CRS_OF_NOTHING) -> Any:
    """Give a layer without a feature, with the columns that were asked for."""
    import geopandas as gpd

    empty = {name: np.array([], dtype=object) for name in columns or ()}
    return gpd.GeoDataFrame(empty, geometry=[], crs=crs)


def _check_budget(path: Path, info: dict[str, Any]) -> None:
    """Refuse a layer that announces more rows than its bytes can hold, or too large a table."""
    rows, columns = int(info["features"] or 0), len(info["fields"])
    size = sum(file.stat().st_size for file in path.parent.glob(f"{_escaped(path.stem)}.*"))
    most = most_cells(size)
    if rows > size or columns > MOST_COLUMNS or rows * columns > most:
        found = f"{rows:,} rows of {columns:,} columns in {size:,} bytes"
        expected = f"at most {MOST_COLUMNS:,} columns and {most:,} cells"
        raise DataFileError(path, found, expected, "Read a part of it (bbox, columns), or fetch it again.")


def _escaped(stem: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", stem)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in the project's words what GDAL says."""
    if not is_a_file(path):
        raise DataFileError(path, "no such file", "a file of layers", "Check the path.")
    try:
        yield
    except UNREADABLE as error:
        raise DataFileError(path, f"it can't be read ({error})", "a sound file", "Fetch it again.") from error
