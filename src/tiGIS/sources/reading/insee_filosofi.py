"""Reader of Insee's Filosofi by commune: incomes and poverty, with statistical secrecy."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import read_file
from tiGIS.sources.reading.insee_codes import COMMUNE, Municipal, check_codes, choose_municipal
from tiGIS.sources.reading.insee_tables import decode, indexed, numbers, split_lines

_CODE = "CODGEO"
_MISSING = {"s": "secret", "nd": "not available"}


@checked
def read_insee_filosofi(
    path: str | Path, *, municipal: Municipal = "cities", map_year: int | None = None
) -> pd.DataFrame:
    r"""Read Filosofi by commune (``cc_filosofi_2021_COM.csv``): tax households, living standard, poverty.

    Below a number of households Insee keeps a figure secret: it is NaN here, never 0. Medians, deciles and
    their ratio can't be summed up over communes.

    Parameters
    ----------
    path : path-like
        The file as published, packed with gzip or not (separator ``;``, decimal comma).
    municipal : {"cities", "arrondissements", "all"}
        Which rows to keep for Paris, Lyon and Marseille, which are in the file twice.
    map_year : int, optional
        Year of the map of communes, which the file does not say; kept with the result.

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; columns as Insee names them (``MED21`` in euros a year, ``TP6021`` in %...),
        float64, NaN where secret or not available. ``result.attrs["tigis"]`` holds ``unknown``: for each
        column, how many cells are unknown for each reason, over all rows of the file.

    Raises
    ------
    DataFileError
        The file is broken, or its form has changed.

    References
    ----------
    Insee-DGFiP-Cnaf-Cnav-CCMSA, Fichier localisé social et fiscal (Filosofi),
    https://www.insee.fr/fr/statistiques/7756729

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "cc_filosofi_2021_COM.csv"
    >>> _ = path.write_text("CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021\n"
    ...                     "30007;19960;42420;17890;29,0\n30010;1410;3290;s;s\n")
    >>> read_insee_filosofi(path)["TP6021"].to_dict()
    {'30007': 29.0, '30010': nan}
    """
    path = Path(path)
    table = split_lines(path, decode(path, read_file(path)), needed=[_CODE])
    median = table.find(r"MED\d\d")
    year = median.removeprefix("MED")
    table.require([f"{name}{year}" for name in ("NBMENFISC", "NBPERSMENFISC", "TP60")])
    codes = table.columns[_CODE]
    check_codes(path, _CODE, codes, table.lines, COMMUNE)
    columns, unknown = {}, {}
    for name in table.columns:
        if name != _CODE:
            columns[name], unknown[name] = numbers(table, name, _MISSING, decimal=",")
    frame = choose_municipal(indexed(columns, codes, "code_insee"), municipal)
    _refuse_impossible(path, frame, year)
    known = int(frame[f"TP60{year}"].notna().sum())
    return describe(
        frame,
        sources=[note(f"Insee, Filosofi 20{year}", f"Insee, Filosofi 20{year} (incomes and poverty)")],
        limits=[
            note(
                f"Secret statistique : taux de pauvreté connu pour {known} communes sur {len(frame)}",
                f"Statistical secrecy: poverty known for {known} communes of {len(frame)}",
            )
        ],
        map_year=map_year,
        unknown=unknown,
    )


def _refuse_impossible(path: Path, frame: pd.DataFrame, year: str) -> None:
    """Refuse a share that is not between 0 and 100: columns have moved."""
    name = f"TP60{year}"
    outside = frame.index[(frame[name] < 0) | (frame[name] > 100)]
    if len(outside):
        found = f"column {name}: {frame[name][outside[0]]} in {outside[0]}"
        raise DataFileError(path, found, "a share between 0 and 100", "Download it again.")
