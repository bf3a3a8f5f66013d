"""Figures of the bundled indicators, by commune or summed up to a level."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from tqdm import tqdm

from tiGIS._arguments import Percent, checked
from tiGIS._errors import InputError
from tiGIS._format import plural
from tiGIS._validate import shown
from tiGIS.indicators import _datasets
from tiGIS.indicators._aggregate import WHOLE_PCT, aggregate
from tiGIS.indicators._indicator import Indicator
from tiGIS.indicators._membership import LEVELS, names_of
from tiGIS.indicators._registry import indicator as registered
from tiGIS.indicators._registry import registry, table_of
from tiGIS.provenance import Note, describe, description, inherit, note

DEFAULT_MAP = 2024
"""Map of the bundled polygons."""


@checked
def values(
    indicator: Indicator | str,
    level: str = "commune",
    *,
    map_year: int = DEFAULT_MAP,
    phase: str = "2023-2027",
    min_covered_pct: Percent = WHOLE_PCT,
) -> pd.Series:
    """Give the figures of a bundled indicator.

    Parameters
    ----------
    indicator : Indicator or str
        A bundled indicator, or its name.
    level : {"commune", "epci", "ti", "departement", "region", "france"}
        Level of territories. Every figure is summed up from communes.
    map_year : int, default 2024
        Year of the map of communes, by default that of the bundled polygons. Figures of an earlier map are
        carried over.
    phase : {"2023-2027", "2018-2022"}
        Of the Territoires d'industrie, for ``level="ti"``.
    min_covered_pct : float, default 99.5
        Below this share of population covered, in %, the figure of a territory is NaN: it would be that of a
        part. 0 gives every figure, whatever it covers.

    Returns
    -------
    pandas.Series
        Index: the territories' codes; float64, NaN where unknown. ``attrs["tigis"]`` holds the map's year,
        the sources, the limits and, above the commune, ``covered_pct``: the share of each territory's people
        that the figure covers.

    Raises
    ------
    InputError
        The indicator is not bundled, or not at that level.
    VintageError
        The indicator can't be had on that map.
    AggregationError
        The indicator can't be summed up to that level.

    Examples
    --------
    >>> int(values("population_2021", "epci").loc["200066918"])
    134056
    >>> values("unemployment_2018_pct", "epci").round(1).to_dict()["200066918"]
    20.4
    >>> values("unemployment_2018_pct", "france").round(1).to_dict()
    {'france': 13.4}
    """
    one = registered(indicator.name if isinstance(indicator, Indicator) else indicator)
    if level != "commune" and level not in LEVELS:
        raise InputError(f"level={level!r}; expected 'commune' or one of {shown(LEVELS, 9)}.")
    if table_of(one.name) == "census_2018":
        table = _datasets.census(map_year)
    elif table_of(one.name) == "iris_2021":
        table = _datasets.iris(map_year)
    else:
        table = _datasets.populations(sorted(one.columns), map_year)
    if level == "commune":
        figures = _described(one, one.compute(table), level, table)
        secret = one.columns & set(_datasets.UNSUMMED)
        return describe(figures, limits=[_datasets.SECRECY]) if secret else figures
    lacking = sorted(one.columns - set(table.columns))
    if lacking:
        raise InputError(
            f"indicator {one.name!r} is bundled by commune alone; level is {level!r}, which takes "
            f"{shown(lacking)} too. Read Insee's own file: tiGIS.sources.read_insee_comparateur."
        )
    summed = aggregate(table, level, indicators=[one], phase=phase, min_covered_pct=min_covered_pct)
    covered = summed[f"{one.name}_covered_pct"]
    figures = _described(one, summed[one.name], level, summed)
    partial = int((covered < min_covered_pct).sum())
    return describe(figures, limits=_partial(partial), covered_pct=covered.round(2).to_dict())


@checked
def indicator_table(
    level: str,
    names: str | Iterable[str] | None = None,
    *,
    map_year: int = DEFAULT_MAP,
    phase: str = "2023-2027",
    min_covered_pct: Percent = WHOLE_PCT,
) -> pd.DataFrame:
    """Put the figures of several bundled indicators side by side.

    Parameters
    ----------
    level : {"commune", "epci", "ti", "departement", "region"}
        Level of territories.
    names : str or iterable of str, optional
        Indicators, or one; by default all those bundled at that level on that map.
    map_year : int, default 2024
        Year of the map of communes.
    phase : {"2023-2027", "2018-2022"}
        Of the Territoires d'industrie, for ``level="ti"``.
    min_covered_pct : float, default 99.5
        As in `values`: 0 gives the figures of parts too.

    Returns
    -------
    pandas.DataFrame
        Index: the territories' codes, all of them, sorted; ``nom``, then a column for each indicator, NaN
        where unknown or where it does not cover its territory; beside one that covers a part of some
        territory, ``<indicator>_covered_pct``. ``attrs["tigis"]`` holds the sources and limits of all.

    Raises
    ------
    InputError, VintageError
        An indicator of ``names`` is not bundled, or not at that level or on that map.

    Examples
    --------
    >>> table = indicator_table("epci", ["population_2021", "vacancy_2021_pct"])
    >>> table.columns.tolist()
    ['nom', 'population_2021', 'vacancy_2021_pct']
    >>> int(table.loc["200066918", "population_2021"])
    134056
    """
    nom = names_of(level, map_year, phase)
    table = describe(nom.to_frame("nom"), map_year=map_year, level=level)
    asked = list(registry() if names is None else [names] if isinstance(names, str) else names)
    for name in tqdm(asked, unit="indicator", leave=False, disable=None):
        try:
            figures = values(name, level, map_year=map_year, phase=phase, min_covered_pct=min_covered_pct)
        except InputError:
            if names is None:
                continue  # not bundled at that level or on that map: not asked for by name either
            raise
        about = description(figures)
        table[name] = figures.reindex(table.index)
        covered = pd.Series(about.get("covered_pct", {}), dtype=float).reindex(table.index)
        if ((covered > 0) & (covered < WHOLE_PCT)).any():
            table[f"{name}_covered_pct"] = covered
        describe(table, sources=about["sources"], limits=about["limits"])
    return table


def _partial(territories: int) -> list[Note]:
    if not territories:
        return []
    return [
        note(
            f"{plural(territories, 'territoire')} dont les habitants ne sont pas tous couverts : "
            "sans chiffre",
            f"{plural(territories, 'territory', 'territories', lang='en')} whose people are not all covered: "
            "no figure",
        )
    ]


def _described(one: Indicator, figures: pd.Series, level: str, made_from: pd.DataFrame) -> pd.Series:
    about = description(made_from)
    result = figures.rename(one.name).rename_axis("code_insee" if level == "commune" else LEVELS[level])
    source = f"{one.source} ({one.period})"
    return inherit(
        result,
        sources=[note(source, source)],
        limits=about["limits"],
        map_year=about["map_year"],
        level=level,
        indicator=one.name,
    )
