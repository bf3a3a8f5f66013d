"""Which territories of another year can be drawn with the polygons of 2024.

Communes tied by mergers and splits between two maps form one piece of land, whose outline is the same on
both. A territory of the other year can be drawn if it takes its pieces whole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import pandas as pd

from tiGIS._errors import InputError, VintageError
from tiGIS._validate import are_among, shown
from tiGIS.territory._members import load_commune_changes, load_memberships

MAP_OF_POLYGONS = 2024
Undrawn = Literal["refuse", "drop"]
_Node = tuple[int, str]  # a commune on the map of a year


@lru_cache(maxsize=8)
def _pieces(year: int) -> tuple[dict[str, int], dict[str, int]]:
    """Give each changed commune the number of its piece: by code of that year and by code of 2024."""
    first, last = sorted((year, MAP_OF_POLYGONS))
    changes = load_commune_changes()
    steps = changes[(changes["year_from"] >= first) & (changes["year_to"] <= last)]
    codes = sorted({*steps["code_from"], *steps["code_to"]})
    existing = {step: set(load_memberships(step).index) for step in range(first, last + 1)}
    ties = list(
        zip(
            zip(steps["year_from"].tolist(), steps["code_from"], strict=True),
            zip(steps["year_to"].tolist(), steps["code_to"], strict=True),
            strict=True,
        )
    )
    ties += [
        ((step, code), (step + 1, code))
        for step in range(first, last)
        for code in codes
        if code in existing[step] and code in existing[step + 1]
    ]
    piece_of = _connected(ties)
    there = {code: piece_of[year, code] for code in codes if code in existing[year]}
    here = {code: piece_of[MAP_OF_POLYGONS, code] for code in codes if code in existing[MAP_OF_POLYGONS]}
    return there, here


def _connected(ties: list[tuple[_Node, _Node]]) -> dict[_Node, int]:
    """Give each node the number of its connected group."""
    group: dict[_Node, list[_Node]] = {}
    for one, other in ties:
        first, second = group.setdefault(one, [one]), group.setdefault(other, [other])
        if first is not second:
            first += second
            for node in second:
                group[node] = first
    numbers = {id(nodes): number for number, nodes in enumerate(group.values())}
    return {node: numbers[id(nodes)] for node, nodes in group.items()}


def on_polygons(
    group_of: pd.Series, year: int, name: str, undrawn: Undrawn = "refuse"
) -> tuple[pd.Series, list[str]]:
    """
    Carry groups of communes of a year to the communes of the polygons.

    Parameters
    ----------
    group_of : pandas.Series
        Group of each commune, on the codes of ``year``; each commune at most once.
    year : int
        The map that the codes are written on.
    name : str
        What the groups are, for the message.
    undrawn : {"refuse", "drop"}, default "refuse"
        What to do with groups that take only a part of what is now one commune.

    Returns
    -------
    carried : pandas.Series
        Group of each commune of the polygons that lies in one.
    left_out : list of str
        Groups that can't be drawn, sorted.

    Raises
    ------
    InputError
        When ``undrawn`` is neither of the two.
    VintageError
        When a group can't be drawn, unless they are dropped, or when none can.
    """
    if undrawn not in ("refuse", "drop"):
        raise InputError(f"undrawn: {undrawn!r}; expected 'refuse' or 'drop'.")
    if year == MAP_OF_POLYGONS:
        return group_of, []
    there, here = _pieces(year)
    changed = are_among(group_of.index, there)
    kept = group_of[~changed]
    groups_of_piece: dict[int, set[str]] = {piece: set() for piece in there.values()}
    for code, piece in there.items():
        groups_of_piece[piece].add(group_of.get(code, ""))
    torn = sorted({g for groups in groups_of_piece.values() if len(groups) > 1 for g in groups if g})
    if torn and (undrawn == "refuse" or len(torn) == group_of.nunique()):
        raise VintageError(
            f"{name}: {len(torn)} of {group_of.nunique()} can't be drawn on the map of {year} "
            f"({shown(torn)}): communes merged or split, and polygons are bundled "
            f"for {MAP_OF_POLYGONS} alone. Leave them out with undrawn='drop', ask for others, "
            f"or use year={MAP_OF_POLYGONS}."
        )
    carried = {
        code: next(iter(groups_of_piece[piece]))
        for code, piece in here.items()
        if groups_of_piece[piece] != {""} and groups_of_piece[piece].isdisjoint(torn)
    }
    kept = kept[~are_among(kept, torn)]
    return pd.concat([kept, pd.Series(carried, dtype=object)]), torn
