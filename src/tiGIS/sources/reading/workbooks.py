"""Workbooks looked at before they are opened: how many cells their sheets would take, and what they announce.

The reader of workbooks makes a table from the first cell to the last: one cell at XFD1048576 asks for 400 GB,
and Python is aborted. So each part is gone through as text first; where it isn't written as all producers
write it, as XML, which is slower and sees everything.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.archive import BROKEN

MOST_CELLS = 8_000_000  # of the rectangle that a sheet reaches, written or not: 42 bytes each
_MOST_WRITTEN = 3_000_000  # 240 bytes each; the largest official sheet has 0.8 of 6.7 million
MOST_UNPACKED = 256 * 1024**2
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_PIECE = 1 << 20
# A cell as Excel, LibreOffice and the libraries write it; any other way to write one is left to the parser.
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[ />]')
_NEAR_CELL = re.compile(rb'<c r="([A-Z]{1,3})[1-3]?[0-9]{1,4}"[ />]')
_MOST_NEAR_ROWS = 39_999
_ANY_CELL = re.compile(rb"<c[\s/>]")
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_COUNT = re.compile(rb"\b(?:uniqueC|c)ount\s*=\s*[\"']\s*([0-9]+)")
_STRINGS = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_AGAIN = "Download it again from insee.fr, or write the sheet anew as .xlsx or .csv."


def check_workbook(path: Path, raw: bytes) -> None:
    """Refuse a workbook that is not plain .xlsx, or that announces more than it holds."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = {name.casefold().replace("\\", "/") for name in archive.namelist()}
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
            raise DataFileError(path, "no workbook of Excel 2007 or later", "an .xlsx file", _AGAIN)
        for info in archive.infolist():
            if info.is_dir() or info.filename.casefold().endswith((".png", ".jpg", ".jpeg", ".wmf", ".emf")):
                continue
            try:
                _check_part(path, archive.read(info))
            except BROKEN as error:
                raise DataFileError(path, f"it can't be opened ({error})", "an .xlsx file", _AGAIN) from error


def _check_part(path: Path, part: bytes) -> None:
    if not _is_small(part):
        rows, columns, written = _extent(path, part)
        if written > _MOST_WRITTEN:
            raise DataFileError(path, f"{written:,} cells", f"at most {_MOST_WRITTEN:,}", _AGAIN)
        if rows > _MOST_ROWS or columns > _MOST_COLUMNS or rows * columns > MOST_CELLS:
            found = f"a sheet of {rows:,} rows and {columns:,} columns"
            raise DataFileError(path, found, f"at most {MOST_CELLS:,} cells", _AGAIN)
    announced = max((int(count) for count in _COUNT.findall(part[:65536])), default=0)
    if announced > MOST_CELLS or (announced > 1_000_000 and not _STRINGS.search(part)):
        found = f"a part that announces {announced:,} entries in {len(part):,} bytes"
        raise DataFileError(path, found, "the entries that it holds", _AGAIN)


def _is_strange(part: bytes) -> bool:
    """Tell whether a part is in another encoding, or says its elements otherwise than producers do."""
    other = part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:64] or b"<!DOCTYPE" in part[:4096]
    return other or _PREFIXED_CELL.search(part) is not None


def _is_small(part: bytes) -> bool:
    """Tell at a glance whether a sheet is sound: all its cells as usual, in few columns and near rows."""
    columns = _NEAR_CELL.findall(part)
    usual = len(columns) == part.count(b"<c") - part.count(b"<col") and len(columns) <= _MOST_WRITTEN
    if not usual or _is_strange(part):
        return False
    return max(map(_column, set(columns)), default=0) * _MOST_NEAR_ROWS <= MOST_CELLS


def _extent(path: Path, part: bytes) -> tuple[int, int, int]:
    """Say how many rows and columns the cells of a sheet reach, and how many cells are written."""
    written = sum(1 for _ in _ANY_CELL.finditer(part))
    if written > _MOST_WRITTEN:
        return 0, 0, written
    cells = _CELL.findall(part)
    if _is_strange(part) or len(cells) != written:
        return _extent_by_parser(path, part)
    rows = max((int(row) for row in {row for _, row in cells}), default=0)
    return rows, max(map(_column, {letters for letters, _ in cells}), default=0), written


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _extent_by_parser(path: Path, part: bytes) -> tuple[int, int, int]:
    """Rows and columns that the cells of a sheet reach, and how many there are, however they are written."""
    most = [0, 0, 0]
    at = [0, 0]
    reference = re.compile(r"\$?([A-Za-z]{1,6})\$?([0-9]{1,12})")

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            said = attributes.get("r", "")
            at[:] = [int(said) if said.isdecimal() and len(said) < 12 else at[0] + 1, 0]
        elif local == "c":
            match = reference.fullmatch(attributes.get("r", ""))
            at[1] += 1
            if match is not None:
                at[:] = [int(match[2]), _column(match[1].encode())]
            most[:] = [max(most[0], at[0]), max(most[1], at[1]), most[2] + 1]

    def refuse(*_: object) -> None:
        raise DataFileError(path, "a document type or entities", "plain XML", _AGAIN)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for begin in range(0, len(part), _PIECE):
            parser.Parse(part[begin : begin + _PIECE], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        if _ANY_CELL.search(part) or _PREFIXED_CELL.search(part) or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise DataFileError(path, f"broken XML ({error})", "an .xlsx file", _AGAIN) from error
    return most[0], most[1], most[2]
