"""Figures of the bundled indicators, by commune or summed up to a level."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from tqdm import tqdm

from tiGIS._errors import InputError
from tiGIS._meta import describe, description, note
from tiGIS._validate import shown
from tiGIS.indicators import _datasets
from tiGIS.indicators._aggregate import aggregate
from tiGIS.indicators._membership import LEVELS, names_of
from tiGIS.indicators._model import Indicator
from tiGIS.indicators._registry import indicator as registered
from tiGIS.indicators._registry import registry, table_of

DEFAULT_MAP = 2024
"""Map of the bundled polygons."""


def values(
    indicator: Indicator | str,
    level: str = "commune",
    *,
    map_year: int = DEFAULT_MAP,
    phase: str = "2023-2027",
    min_covered_pct: float = 0,
) -> pd.Series:
    """Give the figures of a bundled indicator.

    Parameters
    ----------
    indicator : Indicator or str
        A bundled indicator, or its name.
    level : {"commune", "epci", "ti", "departement", "region", "france"}
        Level of territories. The census and the establishments of 2018 are bundled by EPCI: from there to the
        Territoires d'industrie, and their ratios to regions and France (an EPCI in two regions counts in
        that of most of its people); by commune they are those of Alès Agglomération alone.
    map_year : int, default 2024
        Year of the map of communes, by default that of the bundled polygons. Figures of an earlier map are
        carried over; an EPCI whose perimeter has changed since is NaN.
    phase : {"2023-2027", "2018-2022"}
        Of the Territoires d'industrie, for ``level="ti"``.
    min_covered_pct : float, default 0
        Below this share of population covered, in %, the figure of a territory is NaN.

    Returns
    -------
    pandas.Series
        Index: the territories' codes; float64, NaN where unknown. ``attrs["tigis"]`` holds the map's year,
        the sources and the limits.

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
        return _of_census(one, level, map_year, phase, min_covered_pct)
    if table_of(one.name) == "iris_2021":
        table = _datasets.iris(map_year)
    else:
        table = _datasets.populations(sorted(one.columns), map_year)
    if level == "commune":
        return _described(one, one.compute(table), level, table)
    summed = aggregate(table, level, indicators=[one], phase=phase, min_covered_pct=min_covered_pct)
    return _described(one, summed[one.name], level, summed)


def indicator_table(
    level: str,
    names: str | Iterable[str] | None = None,
    *,
    map_year: int = DEFAULT_MAP,
    phase: str = "2023-2027",
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

    Returns
    -------
    pandas.DataFrame
        Index: the territories' codes, all of them, sorted; ``nom``, then a column for each indicator, NaN
        where unknown. ``attrs["tigis"]`` holds the sources and limits of all.

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
            figures = values(name, level, map_year=map_year, phase=phase)
        except InputError:
            if names is None:
                continue  # not bundled at that level or on that map: not asked for by name either
            raise
        about = description(figures)
        table[name] = figures.reindex(table.index)
        describe(table, sources=about["sources"], limits=about["limits"])
    return table


_TWO_REGIONS = note(
    "Régions : sommes d'intercommunalités ; à cheval sur deux régions, une intercommunalité compte dans "
    "celle où elle a le plus d'habitants",
    "Regions: sums of EPCI; one that lies in two regions counts in that of most of its people",
)


def _of_census(one: Indicator, level: str, map_year: int, phase: str, min_covered_pct: float) -> pd.Series:
    if level == "commune":
        table = _datasets.census_of_ales(map_year)
        return _described(one, one.compute(table), level, table)
    table = _datasets.census_of_epci(map_year)
    by_epci = one.columns <= set(table.columns)
    # counts of a region would lack the EPCI whose perimeter has changed; ratios are of those that are known
    summed_up = level in ("region", "france") and one.kind == "ratio"
    if not by_epci or (level not in ("epci", "ti") and not summed_up):
        raise InputError(
            f"indicator {one.name!r} is bundled by commune of Alès Agglomération"
            f"{', by EPCI and by TI' if by_epci else ' alone'}; level is {level!r}. For others "
            "read Insee's own file: tiGIS.read_insee_comparateur."
        )
    if level == "epci":
        return _described(one, one.compute(table), level, table)
    if summed_up:
        holders, held = _datasets.epci_members(level, map_year)
        whole = aggregate(table, holders, indicators=[one], population=held, min_covered_pct=min_covered_pct)
        return describe(
            _described(one, whole[one.name], level, table), limits=[_TWO_REGIONS] if level == "region" else []
        )
    members, people = _datasets.ti_members(map_year, phase)
    inside = table[table.index.isin(members["member"])]
    summed = aggregate(
        inside, members, indicators=[one], population=people, year=map_year, min_covered_pct=min_covered_pct
    )
    return _described(one, summed[one.name], level, summed)


def _described(one: Indicator, figures: pd.Series, level: str, made_from: pd.DataFrame) -> pd.Series:
    about = description(made_from)
    result = figures.rename(one.name).rename_axis("code_insee" if level == "commune" else LEVELS[level])
    result.attrs = {}
    source = f"{one.source} ({one.period})"
    return describe(
        result,
        sources=[note(source, source)],
        limits=about["limits"],
        map_year=about["map_year"],
        level=level,
        indicator=one.name,
    )
