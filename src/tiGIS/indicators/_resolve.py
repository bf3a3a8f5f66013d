"""Which indicators a table holds: those that the caller names, or those that tiGIS knows in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tiGIS._errors import InputError
from tiGIS._validate import shown
from tiGIS.indicators._indicator import Indicator, Kind
from tiGIS.indicators._registry import indicator, registry

ADDED = ("covered_pct", "people", "covered_people", "total", "numerator", "denominator", "weighted", "weight")
"""Ends of the columns that `aggregate` adds beside a figure."""


def indicators_of(
    frame: pd.DataFrame, asked: Iterable[Indicator | str] | None, about: Mapping[str, Any]
) -> list[Indicator]:
    """Resolve the caller's list, or find what each column is; each name comes once in the result.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table.
    asked : iterable of Indicator or str, or None
        What the caller asks for: indicators, names of the registry, or columns of a file read by tiGIS.
    about : mapping
        What the table says of itself; its ``variables`` are the columns of a file of Insee.

    Returns
    -------
    list of Indicator
        At least one.

    Raises
    ------
    InputError
        A name or a column is unknown, or a name comes twice.
    """
    variables = about.get("variables", {})
    if asked is None:
        columns = [column for column in frame.columns if not is_added(column, frame)]
        strangers = [column for column in columns if column not in variables and column not in registry()]
        if strangers:
            raise InputError(
                f"how do columns {shown(strangers)} sum up? tiGIS doesn't know them: say it with "
                "indicators=[Indicator(name=..., kind='count'), ...]."
            )
        asked = columns
    chosen = []
    for one in [asked] if isinstance(asked, (Indicator, str)) else asked:
        if isinstance(one, str):
            one = insee_indicator(one, variables[one], about) if one in variables else indicator(one)
            if one.kind == "count" and one.name in frame and not one.columns <= set(frame.columns):
                one = replace(one, column="")  # its figures, as `values` gives them
        chosen.append(one)
    names = [one.name for one in chosen]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled or not names:
        found = f"{shown(doubled)} more than once" if doubled else "none"
        raise InputError(f"indicators: {found}; expected each name once, and at least one.")
    return chosen


def is_added(column: object, frame: pd.DataFrame) -> bool:
    """Say whether a column is one that `aggregate` put beside a figure of the same frame."""
    return any(
        isinstance(column, str) and column.endswith(f"_{end}") and column.removesuffix(f"_{end}") in frame
        for end in ADDED
    )


def insee_indicator(column: str, label: str, about: Mapping[str, Any]) -> Indicator:
    """Say what a column of Insee's "comparateur" is: a count, but for incomes, poverty and taxed people."""
    kind: Kind = "count"
    weight = ""
    year = re.search(r"(\d\d)$|^[PC](\d\d)_", column)
    if column.startswith("MED"):
        kind = "median"
    elif column.startswith("PIMP"):
        kind, weight = "mean", column.replace("PIMP", "NBMENFISC")
    elif column.startswith("TP60"):
        kind, weight = "mean", column.replace("TP60", "NBPERSMENFISC")
    sources = about.get("sources", [])
    return Indicator(
        name=column,
        kind=kind,
        weight=weight,
        label_fr=label,
        year=2000 + int(year[1] or year[2]) if year else None,
        map_year=about.get("map_year"),
        source=sources[0]["fr"] if sources else "Insee",
        licence="Licence Ouverte 2.0",
    )
