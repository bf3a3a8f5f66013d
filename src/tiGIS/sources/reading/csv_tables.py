"""Tables in text with quoted cells, read so that no damage goes unseen."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import shown

_AGAIN = "Fetch it again from its producer."
MOST_COLUMNS = 5_000
MOST_MEMORY = 1024**3  # bytes that a table of texts may take; the largest official one takes 300 MB
_A_CELL, _A_ROW = 130, 4  # bytes of a cell as text of Python, measured; a row counts as so many more cells


def header_of(path: Path, line: str, separator: str, number: int = 1) -> list[str]:
    """Names of a header line, once there are not too many for a table: looked at before any row is."""
    columns = line.count(separator) + 1
    if columns > MOST_COLUMNS:
        found = f"line {number}: {columns:,} columns"
        raise DataFileError(path, found, f"a header of at most {MOST_COLUMNS:,}", _AGAIN)
    return [" ".join(name.split()) for name in line.split(separator)]


def refuse_too_large(path: Path, text: str | bytes, rows: int, columns: int) -> None:
    """Refuse a table that would take too much memory as texts of Python, before it is cut into cells."""
    needed = 2 * sys.getsizeof(text) + _A_CELL * rows * (columns + _A_ROW)
    if needed > MOST_MEMORY:
        found = f"{rows:,} lines of {columns:,} columns, which take about {needed >> 20:,} MB"
        raise DataFileError(path, found, f"at most {MOST_MEMORY >> 20:,} MB", "Cut it into smaller files.")


def read_csv_table(
    path: Path, raw: bytes, separator: str, check: Callable[[list[str]], object] | None = None
) -> pd.DataFrame:
    """Read a table whose cells may be quoted: every cell as text, every row as long as the header.

    ``check`` looks at the header, and refuses it, before any row is read.
    Raises ``DataFileError`` for bytes of zero, another encoding than UTF-8, a header with empty or repeated
    names, a row of another length (the line is named), a quote that is not closed, or a table without rows.
    """
    expected = f"a table in UTF-8 with {separator!r} between the cells"
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise DataFileError(path, f"line {line}: a byte of zero", expected, _AGAIN)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataFileError(path, f"line {line}: a byte that is not UTF-8", expected, _AGAIN) from error
    first = text.split("\n", 1)[0]
    header_of(path, first, separator)
    refuse_too_large(path, text, text.count("\n"), first.count(separator) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    header: list[str] = []
    try:
        header = next(reader, [])
        _refuse_odd_names(path, header, expected)
        if check is not None:
            check(header)
        for row in reader:
            if len(row) != len(header) and row:
                raise DataFileError(
                    path,
                    f"line {reader.line_num}: {len(row)} cells",
                    f"{len(header)}, as in the header",
                    _AGAIN,
                )
            if row:
                rows.append(row)
    except csv.Error as error:
        raise DataFileError(path, f"line {reader.line_num}: {error}", expected, _AGAIN) from error
    if not rows:
        raise DataFileError(path, f"a header ({shown(header, 3)}) without rows", expected, _AGAIN)
    return pd.DataFrame(rows, columns=header, dtype=str)


def _refuse_odd_names(path: Path, header: list[str], expected: str) -> None:
    if not header:
        raise DataFileError(path, "it can't be read (it is empty)", expected, _AGAIN)
    odd = [name for name, times in Counter(header).items() if not name.strip() or times > 1]
    if odd:
        raise DataFileError(path, f"names of columns empty or repeated: {shown(odd)}", expected, _AGAIN)
