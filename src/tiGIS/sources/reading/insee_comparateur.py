"""Reader of Insee's "comparateur de territoires": the zip of its figures by commune, as published."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import find_member, read_member
from tiGIS.sources.reading.insee_codes import COMMUNE, Municipal, check_codes, choose_municipal
from tiGIS.sources.reading.insee_tables import Table, decode, indexed, numbers, split_lines

_DATA = "base_cc_comparateur.csv"
_METADATA = "meta_base_cc_comparateur.csv"
_CODE = "CODGEO"
_MISSING = {"": "not published"}


@checked
def read_insee_comparateur(
    path: str | Path, *, municipal: Municipal = "cities", map_year: int | None = None
) -> pd.DataFrame:
    r"""Read Insee's "comparateur de territoires": census, incomes and establishments by commune.

    Paris, Lyon and Marseille are in the file twice, as cities and by arrondissement: summing everything up
    would count them twice, so that one of the two is chosen.

    Parameters
    ----------
    path : path-like
        The zip as published (``base_cc_comparateur.CSV`` and its metadata inside).
    municipal : {"cities", "arrondissements", "all"}
        Which rows to keep for Paris, Lyon and Marseille: the cities (with all other communes), the
        arrondissements alone, or everything.
    map_year : int, optional
        Year of the map of communes. By default three years after the census of the file, which is how Insee
        publishes it (census of 2018: communes of 1 January 2021).

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; columns as Insee names them (``P18_POP``, ``SUPERF`` in km², ``MED19`` in euros
        a year...), float64, NaN where a cell is empty (secrecy, or not published there).
        ``result.attrs["tigis"]`` holds the map's year, the source, and ``variables``: name -> French label.

    Raises
    ------
    DataFileError
        The zip is broken or unsafe, or its form has changed.

    References
    ----------
    Insee, "Comparateur de territoires", https://www.insee.fr/fr/statistiques/2521169

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from zipfile import ZipFile
    >>> path = Path(mkdtemp()) / "base_cc_comparateur.zip"
    >>> with ZipFile(path, "w") as archive:
    ...     archive.writestr("base_cc_comparateur.CSV", "CODGEO;P18_POP\n30007;40802\n")
    ...     archive.writestr("meta_base_cc_comparateur.CSV", "COD_VAR;LIB_VAR_LONG;COD_MOD\n"
    ...                      "P18_POP;Population en 2018;\nCODGEO;Code;30007\n")
    >>> frame = read_insee_comparateur(path)
    >>> frame["P18_POP"].to_dict(), frame.attrs["tigis"]["map_year"]
    ({'30007': 40802.0}, 2021)
    """
    path = Path(path)
    variables, known_codes = _read_metadata(path)
    member = find_member(path, _DATA)
    text = decode(path / member, read_member(path, member))
    table = split_lines(path / member, text, needed=[_CODE])
    codes = table.columns[_CODE]
    check_codes(table.path, _CODE, codes, table.lines, COMMUNE)
    names = [name for name in table.columns if name != _CODE]
    _agree(table, names, variables, known_codes)
    frame = indexed({name: numbers(table, name, _MISSING)[0] for name in names}, codes, "code_insee")
    frame = choose_municipal(frame, municipal)
    census = _census_year(table)
    return describe(
        frame,
        sources=[
            note(
                f"Insee, comparateur de territoires (recensement {census}, Filosofi, établissements)",
                f"Insee, comparateur de territoires (census {census}, Filosofi, establishments)",
            )
        ],
        limits=_limits(frame),
        map_year=map_year if map_year is not None else census + 3,
        variables={name: variables[name] for name in names},
    )


def _read_metadata(path: Path) -> tuple[dict[str, str], set[str]]:
    """Labels of the variables, and the codes of communes that the metadata file announces."""
    member = find_member(path, _METADATA)
    text = decode(path / member, read_member(path, member))
    table = split_lines(path / member, text, needed=["COD_VAR", "LIB_VAR_LONG", "COD_MOD"])
    variables: dict[str, str] = {}
    codes: set[str] = set()
    for variable, label, modality in zip(
        table.columns["COD_VAR"], table.columns["LIB_VAR_LONG"], table.columns["COD_MOD"], strict=True
    ):
        if variable == _CODE:
            codes.add(modality)
        else:
            variables[variable] = label
    return variables, codes


def _agree(table: Table, names: list[str], variables: dict[str, str], known_codes: set[str]) -> None:
    """Refuse data whose columns or communes are not those that the metadata file announces."""
    unknown = [name for name in names if name not in variables]
    absent = [name for name in variables if name not in names]
    if unknown or absent:
        found = (
            f"columns without metadata: {shown(unknown)}; in the metadata, not in the data: {shown(absent)}"
        )
        raise DataFileError(table.path, found, "the columns of the metadata file", "Download it again.")
    codes = set(table.columns[_CODE])
    if codes != known_codes:
        extra, absent = sorted(codes - known_codes), sorted(known_codes - codes)
        found = (
            f"{len(extra)} communes without metadata ({shown(extra)}), {len(absent)} absent ({shown(absent)})"
        )
        raise DataFileError(table.path, found, "the communes of the metadata file", "Download it again.")


def _census_year(table: Table) -> int:
    years = [int(found[1]) for name in table.columns if (found := re.fullmatch(r"P(\d\d)_POP", name))]
    if not years:
        raise DataFileError(
            table.path,
            "no column like P18_POP",
            "the census's population",
            "Download it again from insee.fr.",
        )
    return 2000 + max(years)


def _limits(frame: pd.DataFrame) -> list:
    """Say which columns are known for a part of the communes only."""
    unknown = frame.columns[np.asarray(frame.isna().mean()) > 0.05]
    parts_fr = [f"{name} ({frame[name].notna().sum()})" for name in unknown]
    if not parts_fr:
        return []
    listed = ", ".join(parts_fr)
    return [
        note(
            f"Secret statistique : sur {len(frame)} communes, sont connus {listed}",
            f"Statistical secrecy: of {len(frame)} communes, known are {listed}",
        )
    ]
