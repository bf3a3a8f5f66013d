"""Reader of Insee's "table d'appartenance géographique": to which zones each commune belongs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import find_member, list_members, read_file, read_member
from tiGIS.sources.reading.insee_codes import COMMUNE, check_codes
from tiGIS.sources.reading.insee_tables import Table, indexed, read_sheet, split_sheet

_SHEETS = {"cities": "COM", "arrondissements": "ARM"}
_DATE_LINE, _HEADER_LINE = 3, 6


@checked
def read_insee_appartenance(
    path: str | Path, *, municipal: Literal["cities", "arrondissements"] = "cities"
) -> pd.DataFrame:
    """Read the "table d'appartenance": EPCI, zone d'emploi, bassin de vie... of each commune.

    Parameters
    ----------
    path : path-like
        The zip as published, or the workbook that is in it.
    municipal : {"cities", "arrondissements"}
        The sheet of the communes, or that of the arrondissements of Paris, Lyon and Marseille.

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; columns as Insee names them (``LIBGEO``, ``DEP``, ``REG``, ``EPCI``, ``ZE2020``,
        ``BV2012``...), all text, missing where the commune belongs to none (``ZZZZ`` in the file).
        ``result.attrs["tigis"]["map_year"]`` is the year of the map that the workbook announces.

    Raises
    ------
    DataFileError
        The file is broken or unsafe, or its form has changed.

    References
    ----------
    Insee, "Table d'appartenance géographique des communes",
    https://www.insee.fr/fr/information/2028028

    Examples
    --------
    >>> zones = read_insee_appartenance("table-appartenance-geo-communes-22.zip")  # doctest: +SKIP
    >>> zones.loc["30007", ["EPCI", "ZE2020"]].tolist()  # doctest: +SKIP
    ['200066918', '7603']
    """
    path = Path(path)
    rows = read_sheet(path, _workbook(path), _SHEETS[municipal])
    year = _map_year(path, rows)
    table = split_sheet(path, rows, header_line=_HEADER_LINE)
    table.require(["CODGEO", "LIBGEO", "DEP", "REG", "EPCI"])
    check_codes(path, "CODGEO", table.columns["CODGEO"], table.lines, COMMUNE)
    columns = {name: _texts(table, name) for name in table.columns if name != "CODGEO"}
    return describe(
        indexed(columns, table.columns["CODGEO"], "code_insee").astype("str"),
        sources=[
            note(
                f"Insee, table d'appartenance des communes au 1er janvier {year}",
                f"Insee, communes of {year}",
            )
        ],
        map_year=year,
    )


def _workbook(path: Path) -> bytes:
    """Bytes of the workbook: the file itself, or the one in the zip (a workbook is a zip, too)."""
    if "[Content_Types].xml" in list_members(path):
        return read_file(path)
    return read_member(path, find_member(path, "*.xlsx"))


def _map_year(path: Path, rows: list[list[object]]) -> int:
    text = str(rows[_DATE_LINE - 1][0]) if len(rows) >= _DATE_LINE and rows[_DATE_LINE - 1] else ""
    found = re.search(r"Géographie au 01/01/(20\d\d)", text)
    if found is None:
        raise DataFileError(
            path, f"line {_DATE_LINE}: {text[:60]!r}", "'Géographie au 01/01/...'", "Its form has changed."
        )
    return int(found[1])


def _texts(table: Table, name: str) -> list[str | None]:
    """Cells of a column: text, or nothing where the commune belongs to none (``ZZZZ``)."""
    texts: list[str | None] = []
    for cell, line in zip(table.columns[name], table.lines, strict=True):
        if not isinstance(cell, str) or not cell:
            expected = "text (a code saved as a number has lost its zeros)"
            raise DataFileError(
                table.path,
                f"line {line}, column {name}: {cell!r}",
                expected,
                "Download it again from insee.fr.",
            )
        texts.append(None if re.fullmatch("Z+", cell) else cell)
    return texts
