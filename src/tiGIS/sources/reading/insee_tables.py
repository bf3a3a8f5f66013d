"""What Insee's text files and workbooks have in common: strict reading; a fault names its line and column."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import python_calamine

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources.reading.archive import list_members
from tiGIS.sources.reading.csv_tables import header_of, refuse_too_large
from tiGIS.sources.reading.workbooks import MOST_UNPACKED, check_workbook

_AGAIN = "Download it again from insee.fr; if it is new, its form has changed and its reader must follow."


@dataclass(frozen=True)
class Table:
    """Cells of a table as they are in the file, by column, with the line of each row."""

    path: Path
    columns: dict[str, list[Any]]
    lines: list[int]

    def require(self, names: Iterable[str]) -> None:
        """Refuse a table that lacks some of the columns."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            found = f"no column {shown(missing)} among {shown(self.columns, 12)}"
            raise DataFileError(self.path, found, "these columns", _AGAIN)

    def find(self, pattern: str) -> str:
        """Name of the one column that fits a regular expression."""
        fitting = [name for name in self.columns if re.fullmatch(pattern, name)]
        if len(fitting) != 1:
            found = f"{len(fitting)} columns like {pattern!r} among {shown(self.columns, 12)}"
            raise DataFileError(self.path, found, "one", _AGAIN)
        return fitting[0]


def decode(path: Path, raw: bytes) -> str:
    """Decode a text file that must be UTF-8, with or without a byte order mark."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataFileError(path, "it is encoded in UTF-16", "UTF-8", _AGAIN)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"line {line}: byte {raw[error.start]:#04x} is not UTF-8"
        raise DataFileError(path, found, "UTF-8 (a file saved as Latin-1 or ANSI isn't)", _AGAIN) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataFileError(path, f"line {line}: a NUL character", "text", _AGAIN)
    return text


def split_lines(
    path: Path,
    text: str,
    *,
    header_line: int = 1,
    ends_with_newline: bool = True,
    needed: Iterable[str] = (),
) -> Table:
    """Split a text separated by semicolons, without quotes; each line has as many columns as the header.

    The header must hold the columns ``needed``: it is looked at before any row is split.
    Where the producer ends the last line as the others, a last line without an end betrays a file cut short.
    """
    if ends_with_newline and text and not text.endswith("\n"):
        line = text.count("\n") + 1
        raise DataFileError(path, f"line {line} has no end: the file is cut short", "whole lines", _AGAIN)
    refuse_too_large(path, text, text.count("\n"), 0)
    whole = text.replace("\r\n", "\n").removesuffix("\n").split("\n")[header_line - 1 :]
    lines = list(range(header_line, header_line + len(whole)))
    if len(whole) < 2:
        raise DataFileError(
            path, f"{len(whole)} lines from line {header_line} on", "a header and rows", _AGAIN
        )
    header = header_of(path, whole[0], ";", header_line)
    if len(header) == 1:
        found = f"line {header_line} has one column: {header[0][:40]!r}"
        raise DataFileError(path, found, "columns separated by ';'", _AGAIN)
    _refuse_odd_header(path, header, header_line)
    Table(path, {name: [] for name in header}, []).require(needed)
    for row, line in zip(whole, lines, strict=True):  # before any is split: a cell takes 90 bytes of memory
        if row.count(";") != len(header) - 1:
            found = f"line {line} has {row.count(';') + 1} columns"
            raise DataFileError(path, found, f"{len(header)}, as in the header", _AGAIN)
    refuse_too_large(path, text, len(whole), len(header))
    rows = [line.split(";") for line in whole[1:]]
    cells = [list(column) for column in zip(*rows, strict=True)]
    return Table(path, dict(zip(header, cells, strict=True)), lines[1:])


def read_sheet(path: Path, raw: bytes, sheet: str | None = None) -> list[list[Any]]:
    """Read the cells of a sheet of a workbook, by line (the first sheet when ``sheet`` is None)."""
    # a workbook is a zip: refused here if it is not safe
    list_members(path, content=raw, most_unpacked=MOST_UNPACKED)
    check_workbook(path, raw)
    try:
        book = python_calamine.load_workbook(io.BytesIO(raw))
        names = book.sheet_names
        if not names or sheet not in (None, *names):
            raise DataFileError(path, f"no sheet {sheet!r} among {shown(names)}", "that sheet", _AGAIN)
        return book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DataFileError(path, f"it can't be opened ({error})", "an Excel workbook", _AGAIN) from error


def split_sheet(path: Path, rows: list[list[Any]], *, header_line: int = 1) -> Table:
    """Take the table of a sheet, under the names of its header line; text loses its outer spaces."""
    if len(rows) <= header_line:
        raise DataFileError(path, f"{len(rows)} lines", f"a header on line {header_line}, and rows", _AGAIN)
    header = [cell.strip() if isinstance(cell, str) else "" for cell in rows[header_line - 1]]
    _refuse_odd_header(path, header, header_line)
    body = rows[header_line:]
    cells = [
        [cell.strip() if isinstance(cell, str) else cell for cell in column]
        for column in zip(*body, strict=True)
    ]
    lines = list(range(header_line + 1, header_line + 1 + len(body)))
    return Table(path, dict(zip(header, cells, strict=True)), lines)


def _refuse_odd_header(path: Path, header: Sequence[str], line: int) -> None:
    if "" in header:
        found = f"line {line}: column {list(header).index('') + 1} has no name"
        raise DataFileError(path, found, "a name for each column", _AGAIN)
    doubled = sorted(name for name, times in Counter(header).items() if times > 1)
    if doubled:
        found = f"line {line}: columns {shown(doubled)} more than once"
        raise DataFileError(path, found, "each column once", _AGAIN)


def numbers(
    table: Table, column: str, missing: Mapping[str, str], *, decimal: str = "."
) -> tuple[np.ndarray, dict[str, int]]:
    """Convert a column to numbers; ``missing`` says which cells mean "unknown", and why.

    Parameters
    ----------
    table : Table
        The cells.
    column : str
        The column's name.
    missing : mapping of str to str
        Text of a cell that means "unknown" -> its reason, in English.
    decimal : str, default "."
        Decimal mark.

    Returns
    -------
    values : numpy.ndarray
        float64, NaN where unknown.
    reasons : dict of str to int
        Number of unknown cells for each reason.

    Raises
    ------
    DataFileError
        A cell is neither a number nor known to mean "unknown"; its line and column are named.
    """
    cells = table.columns[column]
    # cells repeat themselves a lot: each distinct one is parsed once
    parsed = {cell: _number(cell, decimal) for cell in set(cells)}
    reasons: dict[str, int] = {}
    odd = [cell for cell, number in parsed.items() if number is None]
    for cell in odd:
        if not isinstance(cell, str) or cell not in missing:
            raise _not_a_number(table, column, cells.index(cell), missing, decimal)
        parsed[cell] = math.nan
        reasons[missing[cell]] = reasons.get(missing[cell], 0) + cells.count(cell)
    return np.array([parsed[cell] for cell in cells], dtype=float), reasons


def _not_a_number(
    table: Table, column: str, row: int, missing: Mapping[str, str], decimal: str
) -> DataFileError:
    found = f"line {table.lines[row]}, column {column!r}: {table.columns[column][row]!r}"
    mark = "a point" if decimal == "." else "a comma"
    unknown = "".join(f", or {text!r}" for text in missing)
    return DataFileError(table.path, found, f"a number with {mark} before its decimals{unknown}", _AGAIN)


_PLAIN = {mark: re.compile(rf"-?\d+(?:{re.escape(mark)}\d*)?(?:[eE][-+]?\d+)?") for mark in (".", ",")}


def _number(cell: object, decimal: str) -> float | None:
    """Parse a cell, or None: no thousands separator, no 'inf', no '1_000', which float() would take."""
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str) or not _PLAIN[decimal].fullmatch(cell):
        return None
    value = float(cell.replace(decimal, "."))
    return value if math.isfinite(value) else None


def indexed(columns: Mapping[str, Any], codes: Sequence[str], name: str) -> pd.DataFrame:
    """Build the frame that a reader gives back: columns as they come, codes as its index."""
    return pd.DataFrame(dict(columns), index=pd.Index(list(codes), dtype="str", name=name))
