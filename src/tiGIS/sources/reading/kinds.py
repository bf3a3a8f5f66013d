"""What a file of layers is: told by its name and by its own bytes together, never guessed by GDAL.

GDAL opens whatever its drivers recognise in the content, and some of them (VRT, WFS, WMS, tile indexes,
algorithms) fetch other files or ask servers. Here each ending has one format, the bytes must be of that
format, and nothing in them may be taken for one that points elsewhere.
"""

from __future__ import annotations

import mmap
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources.reading.formats import looks_like_page
from tiGIS.sources.reading.geopackage import check_geopackage

MOST_COLUMNS = 5_000
MOST_CELLS = 400_000_000
_ANY_CELLS, _CELLS_A_BYTE = 20_000_000, 4  # absent values take no byte in some formats, 8 and more in memory
_HEAD = 8192
_PIECE = 1 << 22

# Words by which GDAL recognises descriptions that point to other files or to servers.
_POINTERS = (
    b"<OGRVRT",
    b"<VRTDataset",
    b"<GDAL_WM",
    b"<GDALTileIndexDataset",
    b"<OGRWFSDataSource",
    b"<OGRCSWDataSource",
    b"<WMS_Capabilities",
    b"<WMT_MS_Capabilities",
    b"<TileMap",
    b"<Capabilities",
    b"gdal_streamed_alg",
    b"Product_Observational",
    b"PDS_VERSION_ID",
    b"LBLSIZE",
)


@dataclass(frozen=True)
class Kind:
    """A format that is read through GDAL, with the one driver that opens it.

    Parameters
    ----------
    name : str
        How messages name it.
    driver : str
        GDAL's driver.
    check : callable
        Refuses, by the path and the first bytes, what is not of the format or points elsewhere.
    beside : tuple of str
        Endings of the files of the same name that the driver reads too.
    prefix : str
        What is put before the path so that GDAL takes that driver and no other.
    counts_rows : bool
        Whether ``check`` looks at how many rows and columns it would take; else GDAL is asked first.
    """

    name: str
    driver: str
    check: Callable[[Path, bytes], None]
    beside: tuple[str, ...] = ()
    prefix: str = ""
    counts_rows: bool = True


def looked_at(path: Path) -> tuple[Kind, list[Path]]:
    """Say what a file of layers is, and which files belong to it, once its bytes are what its name says."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise DataFileError(path, f"a name that ends in {path.suffix!r}", f"one of {shown(KINDS, 12)}")
    others = beside(path, kind.beside)
    stamps = [(file, file.stat()) for file in (path, *others)]
    _look_at(
        path, kind, tuple((str(f), s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for f, s in stamps)
    )
    return kind, others


@lru_cache(maxsize=32)
def _look_at(path: Path, kind: Kind, stamps: tuple[object, ...]) -> None:
    """Look at a file; not again as long as it and those beside it are the same (``stamps``)."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise DataFileError(path, "an empty file", f"a {kind.name}", "Fetch it again.")
    pointer = next((word for word in _POINTERS if word in head), None)
    if pointer is not None:
        raise _points_elsewhere(path, pointer, kind.name)
    title = looks_like_page(head)
    if title is not None:
        raise DataFileError(path, f"a web page («{title}»)", f"a {kind.name}", "Fetch it again.")
    kind.check(path, head)


def _points_elsewhere(path: Path, pointer: bytes, expected: str) -> DataFileError:
    return DataFileError(
        path,
        f"a description that points to other files or to a server ({pointer.decode().lstrip('<')})",
        f"a {expected} that holds its own data",
        "It is refused: it could read other files. Convert it with GDAL if you made it yourself.",
    )


def _not(path: Path, head: bytes, expected: str) -> DataFileError:
    return DataFileError(path, f"a file that starts with {head[:16]!r}", f"a {expected}", "Fetch it again.")


def _shapefile(path: Path, head: bytes) -> None:
    if len(head) < 100 or head[:4] != b"\0\0\x27\x0a" or head[28:32] != b"\xe8\x03\0\0":
        raise _not(path, head, "shapefile")
    table = next((file for file in beside(path, (".dbf",))), None)
    if table is not None:
        with table.open("rb") as stream:
            _dbase(table, stream.read(_HEAD))


def _dbase(path: Path, head: bytes) -> None:
    rows, header, width = (
        int.from_bytes(head[start:end], "little") for start, end in ((4, 8), (8, 10), (10, 12))
    )
    if len(head) < 33 or header < 33 or not width or head[0] in b"<{[ \t\r\n":
        raise _not(path, head, "dBASE table")
    size = path.stat().st_size
    if header + rows * width > size + width:
        found = f"{size:,} bytes, where its header announces {rows:,} rows of {width:,}"
        raise DataFileError(path, found, "a whole dBASE table", "It is cut or damaged: fetch it again.")
    _within_budget(path, rows, (header - 33) // 32)


def _flatgeobuf(path: Path, head: bytes) -> None:
    if head[:3] != b"fgb" or head[4:7] != b"fgb":
        raise _not(path, head, "FlatGeobuf")


def _geopackage(path: Path, head: bytes) -> None:
    if not head.startswith(b"SQLite format 3\0"):
        raise _not(path, head, "GeoPackage")
    check_geopackage(path, most_cells(path.stat().st_size))


_SEAMLESS = re.compile(rb"isseamless|create\s+view|open\s+table|type\s+(?!native)\w+|^\s*file\s", re.I | re.M)


def _mapinfo(path: Path, head: bytes) -> None:
    """Refuse tables of MapInfo that are views or indexes of other tables."""
    if not head.lstrip().lower().startswith(b"!table"):
        raise _not(path, head, "MapInfo table")
    strange = _SEAMLESS.search(path.read_bytes() if path.stat().st_size < _PIECE else head)
    if strange is not None:
        raise _points_elsewhere(path, strange[0].strip(), "MapInfo table")


def _mapped(path: Path) -> mmap.mmap:
    """Bytes of a file that may be larger than memory."""
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


_KEY = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*+:')
_CRS = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})')
_COLLECTION = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")


def _geojson(path: Path, head: bytes) -> None:
    if not _COLLECTION.match(head):
        raise _not(path, head, "GeoJSON document")
    content = _mapped(path)
    for crs in _CRS.finditer(content):
        # an escape may hide the word; no honest CRS has one
        if re.search(rb'"link"|"href"|"url"|\\u|/vsi|https?://(?!www\.opengis\.net)', crs[1], re.IGNORECASE):
            raise _points_elsewhere(path, b"a CRS by link", "GeoJSON document")
    columns = len({key[1] for key in _KEY.finditer(content)})
    _within_budget(path, sum(1 for _ in re.finditer(rb"eature", content)), columns)


def most_cells(size: int) -> int:
    """Say how many cells a table may have that comes from a file of so many bytes."""
    return min(MOST_CELLS, max(_ANY_CELLS, _CELLS_A_BYTE * size))


def _within_budget(path: Path, rows: int, columns: int) -> None:
    """Refuse a file whose table would be out of proportion with it, before GDAL builds it."""
    most = most_cells(path.stat().st_size)
    if columns > MOST_COLUMNS or rows * columns > most:
        found = f"{columns:,} names of columns for about {rows:,} features"
        expected = f"at most {MOST_COLUMNS:,} columns and {most:,} cells"
        raise DataFileError(path, found, expected, "Cut it into smaller files.")


_TAG = re.compile(rb"<([A-Za-z_][\w:.-]*)")


def _gml(path: Path, head: bytes) -> None:
    """Refuse XML with a document type, or whose root is no collection of features."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") or b"opengis.net" not in head:
        raise _not(path, head, "GML document")
    content = path.read_bytes()
    pointer = next((word for word in _POINTERS if word in content), None)
    if pointer is not None:
        raise _points_elsewhere(path, pointer, "GML document")
    root = check_plain_xml(path, content)
    if not root.lower().endswith("featurecollection"):
        raise DataFileError(path, f"XML whose root is {root!r}", "a GML FeatureCollection")
    _within_budget(path, content.count(b"ember>"), len(set(_TAG.findall(content))))


def check_plain_xml(path: Path, content: bytes) -> str:
    """Go through XML and give the name of its root; refuse document types, entities and what is broken."""
    roots: list[str] = []

    def refuse(*_: object) -> None:
        raise DataFileError(
            path,
            "a document type or entities",
            "plain XML",
            "They are refused: they can be used to read other files or to fill the memory.",
        )

    def root(name: str, _: object) -> None:
        roots.append(name)
        parser.StartElementHandler = None

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler = root
    try:
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise DataFileError(path, f"broken XML ({error})", "a whole document", "Fetch it again.") from error
    return roots[0]


def beside(path: Path, endings: tuple[str, ...]) -> list[Path]:
    """Files of the same name with other endings, in capitals or not; links out of the folder are refused."""
    found: dict[tuple[int, int], Path] = {}  # a disk that ignores case gives the same file twice
    stem = str(path.with_suffix(""))
    for file in (Path(stem + name) for ending in endings for name in (ending, ending.upper())):
        try:
            status = file.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            refuse_link(file, path.parent)
            found.setdefault((status.st_dev, status.st_ino), file)
    return list(found.values())


def refuse_link(file: Path, folder: Path) -> None:
    """Refuse a link that leads out of the folder that was given: it may show any file."""
    if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
        raise DataFileError(
            file, "a link to a file in another folder", "the file itself", "Copy the file in its place."
        )


_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".idm", ".ind", ".cst")

KINDS: dict[str, Kind] = {
    ".shp": Kind("shapefile", "ESRI Shapefile", _shapefile, _OF_SHAPEFILE),
    ".dbf": Kind("dBASE table", "ESRI Shapefile", _dbase, (".cpg", ".cst")),
    ".gpkg": Kind("GeoPackage", "GPKG", _geopackage),
    ".geojson": Kind("GeoJSON document", "GeoJSON", _geojson, prefix="GeoJSON:"),
    ".json": Kind("GeoJSON document", "GeoJSON", _geojson, prefix="GeoJSON:"),
    ".fgb": Kind("FlatGeobuf", "FlatGeobuf", _flatgeobuf, counts_rows=False),
    ".gml": Kind("GML document", "GML", _gml, (".xsd",)),
    ".tab": Kind(
        "MapInfo table", "MapInfo File", _mapinfo, (".dat", ".map", ".id", ".ind"), counts_rows=False
    ),
}
"""Endings in lower case -> format."""
