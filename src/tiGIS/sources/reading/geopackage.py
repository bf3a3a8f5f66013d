"""GeoPackages looked at with SQLite alone before GDAL opens them.

A virtual table can stand for another file, a view can count to a billion, and the number of rows that a
layer announces is a number that anybody can write.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tiGIS._errors import DataFileError

_VIRTUAL = re.compile(
    r"^\s*create\s+virtual\s+table\b(?!.*\busing\s+[\"'\[`]?rtree[\"'\]`]?\s*\()", re.I | re.S
)
_COMPUTED = re.compile(r"\bas\s*\(.*\)", re.I | re.S)
_STEPS = 50_000_000  # of SQLite's machine: some seconds
_AGAIN = "Write its layers to a new GeoPackage, as plain tables, and read that one."


def check_geopackage(path: Path, most_cells: int) -> None:
    """Refuse a GeoPackage with virtual tables, views that compute, or rows that it doesn't have."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            _check(path, database, most_cells)
    except (sqlite3.Error, UnicodeDecodeError, ValueError) as error:
        raise DataFileError(path, f"it can't be read ({error})", "a GeoPackage", "Fetch it again.") from error


def _check(path: Path, database: sqlite3.Connection, most_cells: int) -> None:
    database.execute("PRAGMA trusted_schema = OFF")
    entries = database.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    for kind, name, sql in entries:
        if kind == "table" and _VIRTUAL.search(sql):
            raise DataFileError(path, f"a virtual table ({name})", "plain tables", _AGAIN)
        if kind == "table" and not sql.lower().startswith("create virtual") and _COMPUTED.search(sql):
            raise DataFileError(path, f"a table with computed columns ({name})", "plain tables", _AGAIN)
    views = {name for kind, name, _ in entries if kind == "view"}
    tables = {name for kind, name, _ in entries if kind == "table"}
    for view in views:
        _check_view(path, database, view, most_cells)
    if "gpkg_ogr_contents" in tables:
        size = path.stat().st_size
        counted = "SELECT table_name, feature_count, (SELECT count(*) FROM pragma_table_info(table_name)) "
        for layer, rows, columns in database.execute(counted + "FROM gpkg_ogr_contents"):
            # a row takes some bytes at least
            if isinstance(rows, int) and (rows > size or rows * columns > most_cells):
                found = f"layer {layer} announces {rows:,} rows in {size:,} bytes"
                raise DataFileError(path, found, "the rows that it holds", _AGAIN)


def _check_view(path: Path, database: sqlite3.Connection, view: str, most_cells: int) -> None:
    """Go through a view with SQLite's own functions, as far as a reader could bear."""
    database.set_progress_handler(lambda: True, _STEPS)  # the second argument is when: once, to stop
    quoted = '"' + view.replace('"', '""') + '"'
    try:
        columns = len(database.execute(f"SELECT * FROM {quoted} LIMIT 0").description)  # noqa: S608
        rows = database.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608
    except sqlite3.Error as error:
        raise DataFileError(
            path, f"a view that can't be read ({view}: {error})", "plain tables", _AGAIN
        ) from error
    finally:
        database.set_progress_handler(None, 0)
    if rows * columns > most_cells:
        raise DataFileError(path, f"a view of {rows:,} rows ({view})", "plain tables", _AGAIN)
