"""Tables in text with quoted cells, read so that no damage goes unseen."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import shown

_AGAIN = "Fetch it again from its producer."


def read_csv_table(path: Path, raw: bytes, separator: str) -> pd.DataFrame:
    """Read a table whose cells may be quoted: every cell as text, every row as long as the header.

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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    header: list[str] = []
    try:
        header = next(reader, [])
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
    odd = [name for name in header if not name.strip() or header.count(name) > 1]
    if not header:
        raise DataFileError(path, "it can't be read (it is empty)", expected, _AGAIN)
    if odd:
        raise DataFileError(path, f"names of columns empty or repeated: {shown(odd)}", expected, _AGAIN)
    if not rows:
        raise DataFileError(path, f"a header ({shown(header, 3)}) without rows", expected, _AGAIN)
    return pd.DataFrame(rows, columns=header, dtype=str)
