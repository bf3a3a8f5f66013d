"""Summing indicators up over territories, each by its kind, with the share of population that is covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tiGIS._arguments import Percent, checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError, VintageError
from tiGIS._format import plural
from tiGIS._validate import require_columns, require_series, require_unique_index, shown
from tiGIS.indicators._indicator import Indicator, Lang
from tiGIS.indicators._membership import (
    figures_by_code,
    latest_population,
    named_membership,
    own_membership,
    tidy_codes,
)
from tiGIS.indicators._resolve import indicators_of
from tiGIS.provenance import describe, description, note

_MOST_LISTED = 10
"""Members outside all territories that a note still lists; ``outside`` has them all."""
WHOLE_PCT = 99.5
"""Share of its people from which a figure is that of a territory: what lacks shows in no percentage."""
_LANGUAGES: tuple[Lang, Lang] = ("fr", "en")
_PARTS = {"count": ["total"], "ratio": ["numerator", "denominator"], "mean": ["weighted", "weight"]}


@checked
def aggregate(
    values: pd.DataFrame | pd.Series,
    to: str | pd.Series | pd.DataFrame,
    *,
    indicators: Iterable[Indicator | str] | None = None,
    people: pd.Series | str | None = None,
    min_covered_pct: Percent | None = None,
    map_year: int | None = None,
    phase: str = "2023-2027",
    parts: bool = False,
) -> pd.DataFrame:
    """Sum indicators up over territories: counts are summed, ratios are sums over sums, means are weighted.

    A ratio is never a mean of ratios, and a median is refused. What is unknown for a member (NaN, or no row)
    is left out of the sum, and the share of the population that remains is given beside each figure. A figure
    that does not cover its territory is not that of the territory: it is NaN, unless parts are asked for.

    Parameters
    ----------
    values : pandas.DataFrame or pandas.Series
        Figures of the members, indexed by their code (text, each once), with the columns that the indicators
        are computed from.
    to : str, pandas.Series or pandas.DataFrame
        "epci", "ti", "departement", "region" or "france" (members from the bundle); or a table of members:
        a Series (index: member's code, value: territory's code, missing where it has none), or a frame of two
        columns. A member may belong to several territories.
    indicators : iterable of Indicator or str, optional
        What to compute; by default what the columns of ``values`` are, where tiGIS knows them (the registry,
        or a file read by `read_insee_comparateur`).
    people : pandas.Series or str, optional
        People of each member (by code, or a column of ``values``), by which coverage is measured. By default
        the legal population of the bundle on the map of ``map_year``.
    min_covered_pct : float, optional
        Below this share of population covered, in %, the figure is NaN; 0 gives every figure, whatever it
        covers. By default 99.5 where ``to`` names official territories (as in `values`), and 0 for your own
        table of members, which may hold on purpose no more than a part.
    map_year : int, optional
        Year of the map of communes; by default the one that ``values`` or the indicators say.
    phase : {"2023-2027", "2018-2022"}
        Of the Territoires d'industrie, for ``to="ti"``.
    parts : bool, default False
        Whether to give the sums that each figure is made of too, so that the result can be aggregated again:
        ``name_numerator``, ``name_denominator``..., ``name_people`` and ``name_covered_people``.

    Returns
    -------
    pandas.DataFrame
        One row for each territory, in the order of codes; for each indicator its column, and
        ``name_covered_pct``, the share of the territory's people who live in members whose figure is known
        (where nobody lives: 100 as soon as something is known, else 0). NaN where nothing is known.

    Raises
    ------
    AggregationError
        A median or a class.
    InputError
        Columns or codes are not as said above, or a row of ``values`` is not in the table of members.
    VintageError
        The map of communes of ``values`` is not known, or not that of ``map_year``.

    Notes
    -----
    Aggregating twice (communes to EPCI with ``parts=True``, then EPCI to regions) gives the same as once,
    with the same coverage: the sums of ``parts=True`` are kept where the figure is NaN. A count that is
    covered in part is too low: read the share beside it, or set ``min_covered_pct``.

    Examples
    --------
    >>> import pandas as pd
    >>> communes = pd.DataFrame({"jobless": [10.0, 30.0, None], "active": [100.0, 100.0, 50.0]},
    ...                         index=["01001", "01002", "01004"])
    >>> rate = Indicator(name="rate_pct", kind="ratio", numerator="jobless", denominator="active", factor=100)
    >>> members = pd.Series({"01001": "A", "01002": "A", "01004": "A"}, name="siren")
    >>> people = pd.Series({"01001": 600, "01002": 300, "01004": 100})
    >>> aggregate(communes, members, indicators=[rate], people=people).loc["A"].to_dict()
    {'rate_pct': 20.0, 'rate_pct_covered_pct': 90.0}
    """
    frame = figures_by_code(values, "values")
    if min_covered_pct is None:
        min_covered_pct = WHOLE_PCT if isinstance(to, str) else 0
    about = description(values)
    chosen = indicators_of(frame, indicators, about)
    map_year = _map_year(map_year, about, chosen)
    members = _members(to, map_year, phase, frame.index)
    lines = _lines(members)
    inside = pd.Index(lines["member"].unique())
    columns: dict[str, pd.Series] = {}
    for indicator in chosen:
        summable = _summable(frame, indicator, inside, people, map_year)
        columns |= _one(indicator, summable, lines, min_covered_pct, parts)
    result = pd.DataFrame(columns)
    result.index.name = members.name if isinstance(members.name, str) else "territory"
    return _described(result, about, chosen, sorted(frame.index.difference(inside)), map_year)


def _map_year(year: int | None, about: dict, chosen: list[Indicator]) -> int | None:
    """Year of the map that the values are on: what the caller, the values or else the indicators say."""
    said = {"year": year, "the values": about.get("map_year")}
    if set(said.values()) == {None}:
        said = {f"indicator {one.name!r}": one.map_year for one in chosen}
    years = {who: when for who, when in said.items() if when is not None}
    if len(set(years.values())) > 1:
        listed = ", ".join(f"{who}: {when}" for who, when in years.items())
        raise VintageError(
            f"several maps of communes ({listed}); expected one. Carry the values over with tiGIS.harmonise."
        )
    return next(iter(years.values()), None)


def _members(
    to: str | pd.Series | pd.DataFrame, map_year: int | None, phase: str, rows: pd.Index
) -> pd.Series:
    if not isinstance(to, str):
        members = own_membership(to)
        expected = "a line for each in the table of members, with a missing territory where it has none"
    elif map_year is None:
        raise VintageError(f"to={to!r}: on which map of communes are the values? Say it with map_year=...")
    else:
        members = named_membership(to, map_year, phase)
        expected = f"communes of the map of {map_year} (municipal arrondissements aren't: take the cities)"
    strangers = rows.difference(members.index)
    if len(strangers):
        raise InputError(
            f"values: {len(strangers)} rows are of no known member: {shown(strangers)}; expected {expected}."
        )
    return members


def _lines(members: pd.Series) -> pd.DataFrame:
    """One line for each member of a territory, in the order of codes, so that sums never depend on it."""
    lines = pd.DataFrame({"territory": members.array, "member": members.index}).dropna()
    return lines.sort_values(["territory", "member"], ignore_index=True)


def _people(
    population: pd.Series | str | None, frame: pd.DataFrame, members: pd.Index, map_year: int | None
) -> pd.Series:
    """People of each member; 0 where unknown."""
    if population is None:
        if map_year is None:
            raise InputError(
                "population: none given, and no map of communes to take it from; "
                "expected a Series of people by code, or a column of values."
            )
        population = latest_population(map_year)
    elif isinstance(population, str):
        require_columns(frame, [population], "values")
        population = frame[population]
    require_series(population, "people")
    population = pd.Series(as_numbers(population, "people"), tidy_codes(population.index, "people"))
    require_unique_index(population, "people")
    people = population.reindex(members)
    if people.isna().all():
        raise InputError(
            f"population: it has no figure for any member ({shown(members)}); expected the same codes. "
            "Values aggregated before carry theirs along when parts=True."
        )
    if (people < 0).any():
        raise InputError("population: some figures are negative; expected numbers of people.")
    return people.fillna(0.0)


@dataclass(frozen=True)
class _Summable:
    """What of an indicator sums up: its parts, the people of each member, those whose figure is known."""

    parts: pd.DataFrame
    people: pd.Series
    covered: pd.Series


def _summable(
    frame: pd.DataFrame,
    indicator: Indicator,
    members: pd.Index,
    population: pd.Series | str | None,
    map_year: int | None,
) -> _Summable:
    name = indicator.name
    if f"{name}_covered_people" not in frame:
        parts = indicator.parts(frame).reindex(members)
        people = _people(population, frame, members, map_year)
        return _Summable(parts, people, people.where(parts.notna().all(axis=1), 0.0))
    # aggregated before, with parts=True
    kept = _PARTS[indicator.kind]
    columns = [f"{name}_{part}" for part in (*kept, "people", "covered_people")]
    require_columns(frame, columns, "values")
    absent = members.difference(frame.index)
    if len(absent) and population is None:
        raise InputError(
            f"values: aggregated before, and without {len(absent)} members ({shown(absent)}), so that the "
            "share covered can't be known; expected all members, or population=... of each."
        )
    carried = frame[columns].set_axis([*kept, "people", "covered"], axis=1).reindex(members)
    people = carried["people"] if population is None else _people(population, frame, members, map_year)
    return _Summable(carried[kept], people, carried["covered"].fillna(0.0))


def _one(
    indicator: Indicator, summable: _Summable, lines: pd.DataFrame, min_covered_pct: float, keep_parts: bool
) -> dict[str, pd.Series]:
    """Columns of the result for one indicator."""
    name, territory = indicator.name, lines["territory"].to_numpy()
    by_line = summable.parts.reindex(lines["member"]).set_axis(lines.index)
    sums = by_line.groupby(territory).sum(min_count=1)
    people, covered = (
        side.reindex(lines["member"]).set_axis(lines.index).groupby(territory).sum()
        for side in (summable.people, summable.covered)
    )
    # where nobody lives, nobody is left out as soon as something is known
    something = sums.notna().all(axis=1)
    share = (100 * covered / people.where(people > 0)).where(people > 0, np.where(something, 100.0, 0.0))
    value = indicator.value(sums).where(share >= min_covered_pct)
    columns = {name: value, f"{name}_covered_pct": share}
    if keep_parts:
        columns |= {f"{name}_{part}": sums[part] for part in _PARTS[indicator.kind]}
        columns |= {f"{name}_people": people, f"{name}_covered_people": covered}
    return columns


def _described(
    result: pd.DataFrame, about: dict, chosen: list[Indicator], outside: list[str], map_year: int | None
) -> pd.DataFrame:
    limits = list(about["limits"])
    partial = {
        indicator: number
        for indicator in chosen
        if (number := int((result[f"{indicator.name}_covered_pct"] < 100).sum()))
    }
    if partial:
        worst = max(partial.values())
        fr, en = (", ".join(indicator.label(lang) for indicator in partial) for lang in _LANGUAGES)
        limits.append(
            note(
                f"Sur {plural(len(result), 'territoire')}, au plus {worst} en partie ou sans chiffre ({fr})",
                f"Of {plural(len(result), 'territory', 'territories', lang='en')}, at most {worst} covered "
                f"in part or without a figure ({en})",
            )
        )
    if 0 < len(outside) <= _MOST_LISTED:
        limits.append(
            note(
                f"Hors de tout territoire : {len(outside)} ({', '.join(outside)})",
                f"In no territory: {len(outside)} ({', '.join(outside)})",
            )
        )
    told = {source["fr"] for source in about["sources"]}
    sources = [*about["sources"], *(note(i.source, i.source) for i in chosen if i.source not in told | {""})]
    return describe(result, sources=sources, limits=limits, map_year=map_year, outside=outside)
