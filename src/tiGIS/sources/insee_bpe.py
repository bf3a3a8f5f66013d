"""Reader of Insee's "base permanente des équipements": facilities by commune and by type."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError, InputError
from tiGIS._meta import describe, note
from tiGIS.sources._archive import read_file
from tiGIS.sources._insee_codes import COMMUNE, Municipal, check_codes, city_of
from tiGIS.sources._insee_tables import indexed, numbers, read_sheet, split_sheet

_CODE, _TOTAL = "depcom", "Total de nb_equip"
_MISSING = {"": "none"}


def read_insee_bpe(
    path: str | Path, *, municipal: Municipal = "cities", map_year: int | None = None
) -> pd.DataFrame:
    """Read the facilities by commune (workbook of the BPE crossed by commune and type, vintage 2013).

    Parameters
    ----------
    path : path-like
        The workbook: ``depcom``, ``Total de nb_equip``, then one column for each of 180 types.
    municipal : {"cities", "arrondissements"}
        The file has the arrondissements of Paris, Lyon and Marseille and not the cities: "cities" sums them
        up, "arrondissements" keeps them alone. ("all" would count them twice, and is refused.)
    map_year : int, optional
        Year of the map of communes, which the file does not say; kept with the result.

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; one column for each type, float64. An empty cell is 0 there: the file counts,
        and each row is checked against its total. A commune without any facility has no row.

    Raises
    ------
    DataFileError
        The file is broken, its form has changed, or a row does not add up to its total.

    References
    ----------
    Insee, "Base permanente des équipements", https://www.insee.fr/fr/metadonnees/source/serie/s1161

    Examples
    --------
    >>> facilities = read_insee_bpe("insee_bpe_2013_communes.xlsx")  # doctest: +SKIP
    >>> facilities.loc["30007"].sum()  # doctest: +SKIP
    1948.0
    """
    if municipal not in ("cities", "arrondissements"):
        raise InputError(f"municipal={municipal!r}; expected 'cities' or 'arrondissements'.")
    path = Path(path)
    table = split_sheet(path, read_sheet(path, read_file(path)))
    table.require([_CODE, _TOTAL])
    codes = table.columns[_CODE]
    check_codes(path, _CODE, codes, table.lines, COMMUNE)
    counted = {
        name: np.nan_to_num(numbers(table, name, _MISSING)[0]) for name in table.columns if name != _CODE
    }
    total = counted.pop(_TOTAL)
    summed = np.sum(list(counted.values()), axis=0)
    wrong = np.flatnonzero(summed != total)
    if len(wrong):
        line = table.lines[wrong[0]]
        found = f"line {line}: the types add up to {summed[wrong[0]]:g}, the total says {total[wrong[0]]:g}"
        raise DataFileError(path, found, "the same number", "Download it again from insee.fr.")
    frame = indexed(counted, codes, "code_insee")
    cities = city_of(frame.index)
    frame = frame.groupby(cities, sort=False).sum() if municipal == "cities" else frame[cities != frame.index]
    return describe(
        frame,
        sources=[
            note(
                "Insee, base permanente des équipements",
                "Insee, base permanente des équipements (facilities)",
            )
        ],
        map_year=map_year,
    )
