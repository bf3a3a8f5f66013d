"""Figures of communes on the map of the territory: Insee's files are written on that of some other year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from tiGIS._errors import VintageError
from tiGIS.dossier._perimeter import Perimeter
from tiGIS.indicators import Indicator, harmonise, passage
from tiGIS.provenance import description
from tiGIS.territory import YEARS, load_memberships, load_populations

# How columns of the comparateur and of Filosofi are carried: these are counts; a mean goes with its weight.
# All others (medians, rates whose base is not in the file) are kept where the commune did not change.
_COUNT = re.compile(
    r"[PC]\d\d_\w+|SUPERF|(NAIS|DECE)\d+|(NAISD|DECESD)\d\d|NB(MEN|PERSMEN)FISC\d\d|ET[A-Z]+\d+|population_\d+"
)
_LAST_POPULATIONS = 2025  # the last map with populations; that of 2026 has the same communes
_WEIGHTS = {"PIMP": "NBMENFISC", "TP60": "NBPERSMENFISC"}


@dataclass(frozen=True)
class Carried:
    """Figures on the communes of a territory, and how they came there.

    Attributes
    ----------
    figures : pandas.DataFrame
        One row per commune of the territory.
    map_year : int or None
        Year of the map that they were written on; ``None`` where the codes are of no map that we know.
    summed : int
        Communes that came of a merger: their counts are sums.
    shared : int
        Communes that came of a split: their counts are a part of one figure, by population.
    without : int
        Communes without any row in the file.
    """

    figures: pd.DataFrame
    map_year: int | None
    summed: int = 0
    shared: int = 0
    without: int = 0


def map_of(codes: pd.Index, said: int | None = None) -> int | None:
    """Tell the map of communes that codes are of: the one that is said, else the latest that has them all.

    Communes disappear every year, so that a file of one map has codes that the next does not know.
    """
    asked = [said] if said is not None and said in YEARS else []
    fitting = (year for year in (*asked, *reversed(YEARS)) if codes.isin(load_memberships(year).index).all())
    return next(fitting, None)


def carry(table: pd.DataFrame, perimeter: Perimeter) -> Carried:
    """Carry figures of all communes to those of a territory, on its own map.

    Parameters
    ----------
    table : pandas.DataFrame
        Figures by commune (index: codes), of all France.
    perimeter : Perimeter
        The territory.

    Returns
    -------
    Carried
        The figures of its communes.
    """
    codes = perimeter.communes.index
    year = map_of(table.index, description(table).get("map_year"))
    if year is None:
        return Carried(table.reindex(codes), None, without=int((~codes.isin(table.index)).sum()))
    pairs = passage(year, perimeter.year)
    merged = pairs["code_to"].duplicated(keep=False)
    split = pairs["code_from"].duplicated(keep=False)
    mine, known = pairs["code_to"].isin(codes), pairs["code_from"].isin(table.index)
    same = pairs[mine & known & ~merged & ~split]
    kept = table.loc[same["code_from"]].set_axis(same["code_to"])
    changed = pairs[mine & known & (merged | split)]
    rows = table.loc[changed["code_from"].unique()]
    carried = _harmonised(rows, year, perimeter.year, pairs.loc[split, "code_from"])
    figures = pd.concat([part for part in (kept, carried) if len(part)] or [kept]).reindex(codes)
    return Carried(
        figures.rename_axis(codes.name),
        year,
        summed=pairs.loc[mine & merged, "code_to"].nunique(),
        shared=pairs.loc[mine & split & ~merged, "code_to"].nunique(),
        without=len(codes.difference(pairs.loc[mine & known, "code_to"])),
    )


def _harmonised(rows: pd.DataFrame, year: int, to_year: int, split: pd.Series) -> pd.DataFrame:
    """Carry rows of communes that changed; one that came of a split and of a merger at once has no figure."""
    if rows.empty:
        return rows
    people = load_populations(map_year=min(to_year, _LAST_POPULATIONS)).sort_values("census_year")
    weights = people.drop_duplicates("code_insee", keep="last").set_index("code_insee")["population"]
    indicators = list(_indicators(rows.columns))

    def carried(part: pd.DataFrame) -> pd.DataFrame:
        return harmonise(
            part,
            from_year=year,
            to_year=to_year,
            indicators=indicators,
            weights=weights,
            uncarried="nan",
        )

    try:
        return carried(rows)
    except VintageError:
        simple = rows[~rows.index.isin(split)]
        return carried(simple) if len(simple) else simple


def _indicators(names: Iterable[str]) -> Iterable[Indicator]:
    for name in names:
        weight = next((name.replace(k, w) for k, w in _WEIGHTS.items() if name.startswith(k)), "")
        if _COUNT.fullmatch(name):
            yield Indicator(name=name, kind="count")
        elif weight in names:
            yield Indicator(name=name, kind="mean", weight=weight)
        else:
            yield Indicator(name=name, kind="median")
