"""Rasters opened at one door: GeoTIFF and ASCII grids that hold their own cells, with the network shut."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tiGIS._errors import DataFileError
from tiGIS._files import is_a_file
from tiGIS._validate import shown

if TYPE_CHECKING:
    import rasterio

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_GRID = (b"ncols", b"nrows", b"xllc", b"xlle", b"yllc", b"ylle", b"cells")
# endings -> driver of GDAL
_DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".asc": "AAIGrid"}
_MOST_AUXILIARY = 1 << 22


@contextmanager
def open_raster(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open a raster by the one driver of its format, for the time of the block.

    Parameters
    ----------
    path : Path
        A GeoTIFF (``.tif``, ``.tiff``) or an ASCII grid (``.asc``).

    Yields
    ------
    rasterio.DatasetReader
        The raster; neither it nor the files beside it read another file or ask a server.

    Raises
    ------
    DataFileError
        When it is absent, of another format, points to another file, or can't be read.
    """
    import rasterio
    from rasterio._err import CPLE_BaseError  # which has no public name

    from tiGIS.sources.reading.gdal import PLAIN_PATH, SHUT, put

    if not is_a_file(path):
        raise DataFileError(path, "no such file", "a raster", "Check the path.")
    driver = _driver_of(path)
    around = _around(path)
    with ExitStack() as stack:
        stack.enter_context(rasterio.Env(**SHUT))
        place = path.resolve()
        if not PLAIN_PATH.fullmatch(str(place)):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tigis-"))
            place = Path(folder, "raster" + path.suffix.lower())
            put(path.resolve(), place)
            for file in around:
                shutil.copyfile(file, place.with_name(_renamed(file.name, path.name, place.name)))
        try:
            raster = stack.enter_context(rasterio.open(place, driver=driver))
        except rasterio.errors.RasterioError as error:
            raise DataFileError(
                path, f"it can't be read ({error})", "a raster that GDAL reads", "Fetch it again."
            ) from error
        cells, size = raster.width * raster.height, path.stat().st_size
        if driver == "AAIGrid" and 2 * cells - 1 > size:  # GDAL may read on for ever where lines lack
            found = f"{size:,} bytes for {raster.width:,} × {raster.height:,} cells"
            raise DataFileError(path, found, "a digit and a space for each", "Fetch it again.")
        if raster.tags(ns="OVERVIEWS"):
            raise _points_elsewhere(path)
        try:
            yield raster
        except (CPLE_BaseError, rasterio.errors.RasterioError) as error:  # whatever is asked of it
            raise DataFileError(
                path, f"it can't be read ({error})", "a sound raster", "Fetch it again."
            ) from error


def _driver_of(path: Path) -> str:
    driver = _DRIVERS.get(path.suffix.lower())
    with path.open("rb") as stream:
        head = stream.read(1024)
    holds = ""
    if head[:4] in _TIFF:
        holds = "GTiff"
    elif head.lstrip().lower().startswith(_GRID):
        holds = "AAIGrid"
    if b"<VRTDataset" in head or b"<GDAL_WM" in head or b"<GDALTileIndexDataset" in head:
        raise _points_elsewhere(path)
    if driver is None or holds != driver:
        found = f"a file named {path.suffix!r} that starts with {head[:16]!r}"
        expected = f"a GeoTIFF or an ASCII grid ({shown(_DRIVERS)})"
        raise DataFileError(path, found, expected, "Convert it to GeoTIFF with gdal_translate.")
    return driver


def _around(path: Path) -> list[Path]:
    """Give the files beside a raster that GDAL may read with it, once they hold what they say."""
    stems = (path.name.lower(), path.stem.lower())  # the longer first: a.tif.msk is a mask, not a .tif.msk
    found = []
    for file in path.parent.iterdir():
        name = file.name.lower()
        ending = next((name[len(stem) :] for stem in stems if name.startswith(stem + ".")), "")
        if not ending or name in stems or not file.is_file():
            continue
        if file.is_symlink() and not file.resolve().is_relative_to(path.parent.resolve()):
            raise _points_elsewhere(file)
        if ending in (".msk", ".ovr", ".ovr.msk", ".msk.ovr"):
            with file.open("rb") as stream:
                if stream.read(4) not in _TIFF:
                    raise DataFileError(file, "no TIFF", "a mask or overviews as GDAL writes them")
            found.append(file)
        elif ending.endswith(".aux.xml"):
            if file.stat().st_size > _MOST_AUXILIARY or b"OVERVIEW_FILE" in file.read_bytes():
                raise _points_elsewhere(file)
            found.append(file)
        elif ending in (".prj", ".tfw", ".tifw", ".wld"):
            found.append(file)
    return found


def _renamed(name: str, old: str, new: str) -> str:
    """Name of a file beside a raster, once the raster is called otherwise."""
    if name.lower().startswith(old.lower()):
        return new + name[len(old) :].lower()
    return Path(new).stem + name[len(Path(old).stem) :].lower()


def _points_elsewhere(path: Path) -> DataFileError:
    return DataFileError(
        path,
        "a description that points to other files or to a server",
        "a raster that holds its own cells",
        "It is refused: it could read other files. Convert it to GeoTIFF with gdal_translate.",
    )
