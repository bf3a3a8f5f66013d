"""Carrying figures of communes to another year's map, through the table of merged and split communes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_codes, as_numbers
from tiGIS._errors import AggregationError, InputError, VintageError
from tiGIS._validate import are_among, require_columns, require_series, require_unique_index, shown
from tiGIS.indicators._indicator import Indicator
from tiGIS.indicators._membership import figures_by_code, tidy_codes
from tiGIS.indicators._resolve import indicators_of
from tiGIS.provenance import describe, description, inherit, note
from tiGIS.territory import load_commune_changes, load_memberships

_PAIR = ["code_from", "code_to"]


@checked
def passage(from_year: int, to_year: int) -> pd.DataFrame:
    """Say what became of each commune between two maps, forwards or backwards.

    Parameters
    ----------
    from_year, to_year : int
        Years of the two maps, 2021 to 2026.

    Returns
    -------
    pandas.DataFrame
        Columns ``code_from`` and ``code_to``: one line for each pair of communes that share ground, unchanged
        ones included, in the order of codes. A commune that was split is on several lines.

    Raises
    ------
    VintageError
        One of the maps is not in the bundle.

    Examples
    --------
    >>> table = passage(2024, 2025)
    >>> table.loc[table["code_to"] == "30329", "code_from"].tolist()  # Corbès joined Thoiras
    ['30094', '30329']
    """
    return _passage(from_year, to_year).copy()


@lru_cache(maxsize=16)
def _passage(from_year: int, to_year: int) -> pd.DataFrame:
    """Follow the communes that changed, step by step; all others are the same at both ends."""
    here = load_memberships(from_year).index
    existing, reached = set(here), {}
    step = 1 if to_year >= from_year else -1
    for year in range(from_year, to_year, step):
        became = _one_step(year, year + step)
        for code in became:
            if code in existing and code not in reached:
                reached[code] = {code}
        for code, codes in reached.items():
            reached[code] = set().union(*(became.get(one, {one}) for one in codes))
    pairs = [(old, new) for old, codes in reached.items() for new in codes]
    same = here.difference(list(reached))
    old_codes, new_codes = ([pair[side] for pair in pairs] for side in (0, 1))
    table = pd.DataFrame({"code_from": [*same, *old_codes], "code_to": [*same, *new_codes]}, dtype="str")
    return inherit(table.sort_values(_PAIR, ignore_index=True), load_commune_changes())


def _one_step(year: int, following: int) -> dict[str, set[str]]:
    """Say what each commune that changed became on the next map; itself too, where its code lives on."""
    changes = load_commune_changes()
    changes = changes[changes["year_from"] == min(year, following)]
    old_side, new_side = _PAIR if following > year else reversed(_PAIR)
    living = set(load_memberships(following).index)
    became: dict[str, set[str]] = {}
    for old, new in zip(changes[old_side], changes[new_side], strict=True):
        became.setdefault(old, {old} & living).add(new)
    return became


@checked
def harmonise(
    table: pd.DataFrame,
    *,
    from_year: int,
    to_year: int,
    indicators: Iterable[Indicator | str] | None = None,
    weights: pd.Series | None = None,
    uncarried: Literal["refuse", "nan"] = "refuse",
    pairs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Carry figures of communes to the map of another year.

    Communes that merged are summed up; one that was split is shared out by given weights, or refused. Ratios
    and means are computed again from their sums; medians and classes are carried where the commune did not
    change, and refused elsewhere.

    Parameters
    ----------
    table : pandas.DataFrame
        Figures by commune (index: codes of the map of ``from_year``, each once), of all France or of a part.
    from_year, to_year : int
        Years of the two maps, forwards or backwards (2021 to 2026 in the bundle).
    indicators : iterable of Indicator or str, optional
        What the columns are; by default what tiGIS knows them to be. A ratio or a mean needs the columns that
        it is computed from in the table.
    weights : pandas.Series, optional
        How a commune that was split is shared out: a figure (people...) for each of the communes that came of
        it, by code on the map of ``to_year``.
    uncarried : {"refuse", "nan"}
        What to do with a median or a class in a commune that changed: raise, or NaN.
    pairs : pandas.DataFrame, optional
        Another table than the bundle's: ``code_from``, ``code_to``, and optionally ``share`` (the part of
        ``code_from`` that goes to ``code_to``). A code of the table that it does not have did not change.

    Returns
    -------
    pandas.DataFrame
        Same columns, float64 for what was summed up; index ``code_insee`` on the map of ``to_year``, sorted.
        NaN where a part of a merged commune is unknown or is not in the table;
        ``result.attrs["tigis"]["incomplete"]`` lists the communes that lack a row of the table.

    Raises
    ------
    AggregationError
        A median or a class in a commune that changed.
    VintageError
        A code is not on the map of ``from_year``, a map is not in the bundle, or a commune was split and no
        weight is given.
    InputError
        The table is not as said above.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"people": [158, 429]}, index=["30094", "30329"])
    >>> count = Indicator(name="people", kind="count")
    >>> harmonise(people, from_year=2024, to_year=2025, indicators=[count])["people"].to_dict()
    {'30329': 587.0}
    """
    about = description(table) if isinstance(table, pd.DataFrame) else {}
    table = figures_by_code(table, "table")
    if about.get("map_year") not in (None, from_year):
        raise VintageError(
            f"table: it says it is on the map of {about['map_year']}; from_year is {from_year}."
        )
    chosen = indicators_of(table, indicators, about)
    _require_known_columns(table, chosen)
    lines = _lines(table.index, from_year, to_year, pairs, weights)
    columns = _carried(table, chosen, lines, uncarried)
    result = pd.DataFrame({column: columns[column] for column in table.columns})
    result.index.name = table.index.name or "code_insee"
    incomplete = sorted(lines.loc[~are_among(lines["code_from"], table.index), "code_to"].unique())
    return _described(result, about, from_year, to_year, incomplete)


def _lines(
    codes: pd.Index, from_year: int, to_year: int, pairs: pd.DataFrame | None, weights: pd.Series | None
) -> pd.DataFrame:
    """Pairs that the table's rows take part in, with the share of each; in the order of codes."""
    if pairs is None:
        lines = passage(from_year, to_year)
        strangers = codes.difference(pd.Index(lines["code_from"]))
        if len(strangers):
            raise VintageError(
                f"table: {len(strangers)} codes are no communes of the map of {from_year} "
                f"({shown(strangers)}); expected all to be. Municipal arrondissements aren't."
            )
    else:
        lines = _own_pairs(pairs, codes)
    reached = lines.loc[are_among(lines["code_from"], codes), "code_to"]
    lines = lines[are_among(lines["code_to"], reached)]
    if "share" not in lines:
        lines = lines.assign(share=_shares(lines, codes, weights, to_year))
    return lines.sort_values(["code_to", "code_from"], ignore_index=True)


def _own_pairs(pairs: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    require_columns(pairs, _PAIR, "pairs")
    lines = pairs[[column for column in (*_PAIR, "share") if column in pairs]]
    lines = lines.assign(
        **{column: pd.Series(as_codes(lines[column], "pairs"), lines.index) for column in _PAIR}
    )
    if lines.duplicated(_PAIR).any() or lines.isna().any(axis=None):
        raise InputError("pairs: empty cells, or a pair that comes twice; expected each pair once.")
    if "share" in lines:
        totals = lines.groupby("code_from")["share"].sum()
        wrong = totals.index[(totals - 1).abs() > 1e-9]
        if len(wrong) or (lines["share"] < 0).any():
            raise InputError(
                f"pairs: the shares of {shown(wrong)} don't add up to 1; expected parts of a whole."
            )
    same = codes.difference(pd.Index(lines["code_from"]))
    unchanged = pd.DataFrame({"code_from": same, "code_to": same, "share": 1.0})
    return pd.concat([lines, unchanged[lines.columns]], ignore_index=True)


def _shares(lines: pd.DataFrame, codes: pd.Index, weights: pd.Series | None, to_year: int) -> pd.Series:
    """Share of each line: 1, or the weight's part where the commune was split."""
    several = lines["code_from"].duplicated(keep=False) & are_among(lines["code_from"], codes)
    shares = pd.Series(1.0, index=lines.index)
    if not several.any():
        return shares
    split = lines[several]
    listed = {code: part["code_to"].tolist() for code, part in split.groupby("code_from")}
    what = "; ".join(f"{code!s} into {', '.join(parts)}" for code, parts in list(listed.items())[:5])
    if weights is None:
        raise VintageError(
            f"communes split by {to_year}: {what}. Expected weights=..., a figure (people, say) for each "
            "of the communes that came of them, to share theirs out."
        )
    mixed = split.loc[split["code_to"].isin(lines.loc[lines["code_to"].duplicated(), "code_to"]), "code_to"]
    if len(mixed):
        raise VintageError(
            f"{shown(mixed)} came of a split and of a merger ({what}): one weight can't tell the two parts. "
            "Give pairs=... with the share of each."
        )
    require_series(weights, "weights")
    figures = pd.Series(as_numbers(weights, "weights"), tidy_codes(weights.index, "weights"))
    require_unique_index(figures, "weights")
    given = figures.reindex(split["code_to"]).set_axis(split.index)
    total = given.groupby(split["code_from"]).transform("sum", min_count=1)
    if given.isna().any() or (given < 0).any() or not (total > 0).all():
        raise InputError(f"weights: expected a figure, not negative, for each of the communes of {what}.")
    shares.loc[split.index] = given / total
    return shares


def _require_known_columns(table: pd.DataFrame, chosen: list[Indicator]) -> None:
    """Refuse columns whose way of being carried is not known."""
    known = {column for one in chosen for column in (*one.columns, one.name)}
    strangers = [column for column in table.columns if column not in known]
    if strangers:
        raise InputError(
            f"table: how are columns {shown(strangers)} carried? Add their indicators, or drop them: names "
            "and areas come from tiGIS.load_communes(map_year=...)."
        )
    for one in chosen:
        require_columns(table, one.columns, f"indicator {one.name!r}")


def _carried(
    table: pd.DataFrame, chosen: list[Indicator], lines: pd.DataFrame, uncarried: str
) -> dict[str, pd.Series]:
    additive: set[str] = set()
    recomputed: dict[str, pd.Series] = {}
    for one in chosen:
        figure = one.column or one.name
        if one.kind in ("median", "class"):
            recomputed[figure] = _unchanged(table, one, lines, uncarried)
            continue
        additive |= one.columns - ({figure} if one.kind == "mean" else set())
        if one.kind == "mean" or (one.name in table and one.columns != {one.name}):
            recomputed[figure] = one.value(_summed(one.parts(table), lines))
    counts = [
        Indicator(name=column, kind="count").parts(table)["total"].rename(column)
        for column in sorted(additive)
    ]
    if not counts:
        return recomputed
    summed = _summed(pd.concat(counts, axis=1), lines)
    return {column: summed[column] for column in sorted(additive)} | recomputed


def _summed(parts: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Sum over the lines of each commune of the new map; NaN where one of them is unknown."""
    shared = parts.reindex(lines["code_from"]).set_axis(lines.index).mul(lines["share"], axis=0)
    groups = shared.groupby(lines["code_to"])
    whole = groups.count().eq(groups.size(), axis=0)
    return groups.sum().where(whole)


def _unchanged(table: pd.DataFrame, one: Indicator, lines: pd.DataFrame, uncarried: str) -> pd.Series:
    """Figures of the communes that did not change, under their new code; NaN in the others, or a refusal."""
    column = one.column or one.name
    changed = lines["code_to"].duplicated(keep=False) | lines["code_from"].duplicated(keep=False)
    if changed.any() and uncarried == "refuse":
        raise AggregationError(
            f"indicator {one.name!r} is a {one.kind}: it can't be carried to communes that merged or split "
            f"({shown(lines.loc[changed, 'code_to'].unique())}). Take the figure that its producer publishes "
            "on that map, or uncarried='nan'."
        )
    kept = lines[~changed]
    figures = table[column].reindex(kept["code_from"]).set_axis(kept["code_to"])
    return figures.reindex(pd.Index(lines["code_to"].unique(), name="code_to"))


def _described(
    result: pd.DataFrame, about: dict, from_year: int, to_year: int, incomplete: list[str]
) -> pd.DataFrame:
    limits = list(about["limits"])
    if from_year != to_year:
        limits.append(
            note(
                f"Chiffres de la carte des communes de {from_year} portés sur celle de {to_year}",
                f"Figures of the map of communes of {from_year} carried to that of {to_year}",
            )
        )
    kept = {key: value for key, value in about.items() if key not in ("sources", "limits", "map_year")}
    kept |= {"map_year": to_year, "incomplete": incomplete}
    return describe(result, sources=about["sources"], limits=limits, **kept)
