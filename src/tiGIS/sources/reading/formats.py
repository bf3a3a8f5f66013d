"""Is a file what its name says, and whole? Checked before it enters the cache."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.archive import list_members
from tiGIS.sources.reading.safe import check_xml, parse_json

_HEAD = 4096
_SQLITE_HEADER = 100  # bytes
_MOST_BLOCK_HEADER = 64 * 1024  # bytes, as the format of OpenStreetMap has it
_MOST_UNPACKED = 64 * 1024**3  # the 200 m grid of all France takes several GiB; readers keep their own limit
_PAGE = re.compile(rb"^\s*(<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>\s*(.{1,200}?)\s*</title>", re.IGNORECASE | re.DOTALL)
_FETCH_AGAIN = "Fetch it again."


def looks_like_page(head: bytes) -> str | None:
    """Give the title of a web page that stands where data were expected, ``None`` for anything else."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if not _PAGE.match(head) and not (head.lstrip().startswith(b"<?xml") and b"<html" in head.lower()):
        return None
    title = _TITLE.search(head)
    return " ".join(title[1].decode("utf-8", "replace").split()) if title else "no title"


def check_format(path: Path, expected: str) -> None:
    """Refuse a file that is a web page, empty, cut, or of another format than `expected`."""
    try:
        _check_format(path, expected)
    except DataFileError as error:  # speak of the file by the name that the user knows
        name = path.with_name(path.name.removesuffix(".part"))
        raise DataFileError(name, error.found, error.expected, error.action) from error


def _check_format(path: Path, expected: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise DataFileError(path, "an empty file", f"a {expected} file", _FETCH_AGAIN)
    title = looks_like_page(head)
    if title is not None:
        raise DataFileError(
            path,
            f"a web page («{title}»)",
            f"a {expected} file",
            "The producer answered with an error page, or the address has moved: try again later, "
            "then `tigis sources check`.",
        )
    check = _CHECKS.get(expected)
    if check is not None:
        check(path, head)


def format_of(path: Path) -> str:
    """Format that a file's name announces: its last suffix, without ``.gz``."""
    suffixes = [suffix.lower().lstrip(".") for suffix in path.suffixes]
    if suffixes and suffixes[-1] == "gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _wrong(path: Path, found: str, expected: str) -> DataFileError:
    return DataFileError(path, found, expected, _FETCH_AGAIN)


def _zip(path: Path, head: bytes) -> None:
    if not head.startswith(b"PK"):
        raise _wrong(path, f"a file that starts with {head[:8]!r}", "a zip archive")
    if not list_members(path, most_unpacked=_MOST_UNPACKED):
        raise _wrong(path, "an archive without any file", "files in it")


def _seven_zip(path: Path, head: bytes) -> None:
    if not head.startswith(b"7z\xbc\xaf\x27\x1c"):
        raise _wrong(path, f"a file that starts with {head[:8]!r}", "a 7z archive")
    if not list_members(path, most_unpacked=_MOST_UNPACKED):
        raise _wrong(path, "an archive without any file", "files in it")


def _gzip(path: Path, head: bytes) -> None:
    if not head.startswith(b"\x1f\x8b"):
        raise _wrong(path, f"a file that starts with {head[:8]!r}", "a gzip file")
    try:
        with gzip.open(path) as stream:
            while stream.read(1 << 20):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise _wrong(path, f"a cut or broken file ({error})", "a whole gzip file") from error


def _json(path: Path, head: bytes) -> None:
    parse_json(path.read_bytes(), path)


def _geojson(path: Path, head: bytes) -> None:
    """Refuse what is no feature collection: read whole when small, by its two ends when large."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        raise _wrong(path, f"a file that starts with {start[:20]!r}", "a GeoJSON document")
    if path.stat().st_size <= _WHOLE_JSON:
        document = parse_json(path.read_bytes(), path)
        kind = document.get("type") if isinstance(document, dict) else type(document).__name__
        if kind != "FeatureCollection" or not isinstance(document.get("features"), list):
            raise _wrong(path, f"a JSON document of type {kind!r}", "a FeatureCollection")
        return
    with path.open("rb") as stream:
        stream.seek(-64, 2)
        end = stream.read().rstrip()
    if not end.endswith(b"}"):
        raise _wrong(path, f"a document that ends with {end[-20:]!r}", "a closing brace: it is cut")


_WHOLE_JSON = 64 * 1024**2


def _xml(path: Path, head: bytes) -> None:
    check_xml(path)


def _pbf(path: Path, head: bytes) -> None:
    """Walk the blocks of an OpenStreetMap file by their announced lengths: a cut shows at the end."""
    size = path.stat().st_size
    if b"OSMHeader" not in head[:64]:
        raise _wrong(path, f"a file that starts with {head[:16]!r}", "an OpenStreetMap PBF file")
    position = 0
    with path.open("rb") as stream:
        while position < size:
            stream.seek(position)
            length = stream.read(4)
            announced = int.from_bytes(length, "big") if len(length) == 4 else 0
            blob = _blob_length(stream.read(announced)) if announced <= _MOST_BLOCK_HEADER else None
            if blob is None:
                raise _wrong(path, f"a broken block at byte {position:,}", "a whole OpenStreetMap PBF file")
            position += 4 + announced + blob
    if position != size:
        raise _wrong(path, f"{size:,} bytes", f"the {position:,} that its blocks announce: it is cut")


def _blob_length(header: bytes) -> int | None:
    """Field 3 (length of the data) of a BlobHeader message, read by hand: three small fields."""
    position = 0
    while position < len(header):
        tag = header[position]
        value, position = _varint(header, position + 1)
        if value is None:
            return None
        if tag == 0x18:
            return value
        if tag not in (0x0A, 0x12):  # type, index data
            return None
        position += value
    return None


def _varint(data: bytes, position: int) -> tuple[int | None, int]:
    value = shift = 0
    while position < len(data) and shift < 35:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    return None, position


def _parquet(path: Path, head: bytes) -> None:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4))
        end = stream.read()
    if not head.startswith(b"PAR1") or end != b"PAR1" or len(head) < 12:
        raise _wrong(path, f"a file that starts with {head[:4]!r} and ends with {end!r}", "a Parquet file")


def _geopackage(path: Path, head: bytes) -> None:
    if not head.startswith(b"SQLite format 3\0") or len(head) < _SQLITE_HEADER:
        raise _wrong(path, f"a file that starts with {head[:16]!r}", "a GeoPackage")
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    announced = (65536 if page == 1 else page) * pages
    if path.stat().st_size < announced:
        raise _wrong(path, f"{path.stat().st_size:,} bytes", f"the {announced:,} that its header announces")


def _csv(path: Path, head: bytes) -> None:
    if b"\0" in head:
        raise _wrong(path, "bytes of zero", "a table in text")
    if b"\n" not in head and path.stat().st_size > _HEAD:
        raise _wrong(path, f"no line end in the first {_HEAD:,} bytes", "a table in text")


_CHECKS: dict[str, Callable[[Path, bytes], None]] = {
    "zip": _zip,
    "xlsx": _zip,
    "7z": _seven_zip,
    "gz": _gzip,
    "json": _json,
    "geojson": _geojson,
    "gml": _xml,
    "xml": _xml,
    "pbf": _pbf,
    "parquet": _parquet,
    "gpkg": _geopackage,
    "csv": _csv,
}
