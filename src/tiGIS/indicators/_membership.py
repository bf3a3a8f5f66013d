"""Which territory each commune belongs to: by the level's name, or from the caller's own table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._cells import as_codes, is_missing
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, require_frame, require_series, require_unique_index, shown
from tiGIS.territory import (
    administrative_names,
    epci_and_ept,
    load_memberships,
    load_populations,
    territoire_members,
)

LEVELS = {
    "epci": "siren",
    "ti": "id_ti",
    "departement": "departement",
    "region": "region",
    "france": "france",
}
"""Levels known by name -> name of the result's index."""

LAST_POPULATED_MAP = 2025
"""The bundle's last map with legal populations; the communes of 2026 are those of 2025."""


def named_membership(level: str, year: int, phase: str) -> pd.Series:
    """Members of the territories of a level, on a year's map: commune's code -> territory's, or missing.

    A commune of two Territoires d'industrie is there twice.
    """
    if level not in LEVELS:
        raise InputError(f"to={level!r}; expected one of {shown(LEVELS, 9)}, or a table of members.")
    communes = load_memberships(year)
    if level == "ti":
        return _with_outsiders(territoire_members(phase, communes=True, map_year=year), communes.index)
    if level == "france":
        return pd.Series("france", index=communes.index, name="france")
    return communes[LEVELS[level]]


def _with_outsiders(members: pd.DataFrame, communes: pd.Index) -> pd.Series:
    """Members of the Territoires d'industrie, then the communes that are in none."""
    inside = members.set_index("code_insee")["id_ti"]
    outside = pd.Series(pd.NA, index=communes.difference(inside.index), name="id_ti", dtype=inside.dtype)
    return pd.concat([inside, outside])


def names_of(level: str, year: int, phase: str) -> pd.Series:
    """Names of the territories of a level on a year's map, by code."""
    if level == "commune":
        return load_memberships(year)["nom"].sort_index()
    if level == "epci":
        sirens = load_memberships(year)["siren"].dropna().unique()
        return epci_and_ept(year)["nom"].loc[sorted(sirens)]
    if level == "ti":
        return territoire_members(phase).drop_duplicates("id_ti").set_index("id_ti")["nom"].sort_index()
    if level in ("departement", "region"):
        return administrative_names(level)["nom"]
    raise InputError(f"level={level!r}; expected 'commune', 'epci', 'ti', 'departement' or 'region'.")


def latest_population(year: int) -> pd.Series:
    """Legal population by commune, of the latest census that the bundle has on that map."""
    figures = load_populations(map_year=min(year, LAST_POPULATED_MAP)).sort_values("census_year")
    return figures.drop_duplicates("code_insee", keep="last").set_index("code_insee")["population"]


def require_one_level(codes: pd.Index, name: str) -> None:
    """Refuse an index of several levels, where a code is expected."""
    if codes.nlevels > 1:
        raise InputError(
            f"{name}: its index has {codes.nlevels} levels; expected one, the code. Keep it with "
            "frame.droplevel(...) or frame.reset_index(...)."
        )


def tidy_codes(codes: pd.Index, name: str) -> pd.Index:
    """Take the spaces around codes off; an empty code is missing. Numbers stay as they are."""
    require_one_level(codes, name)
    if all(not isinstance(code, str) or code == code.strip() != "" for code in codes):
        return codes
    read = [as_codes([code], name)[0] if isinstance(code, str) else code for code in codes]
    return pd.Index(read, name=codes.name)


def as_frame(table: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Make one column of a Series; what is neither stays as it is, for the checks to refuse."""
    if isinstance(table, pd.Series):
        return table.to_frame("value" if table.name is None else table.name)
    return table


def figures_by_code(values: pd.DataFrame | pd.Series, name: str) -> pd.DataFrame:
    """Check a table of figures: each column once, each code once on its index, as text without spaces."""
    frame = as_frame(values)
    require_columns(frame, getattr(frame, "columns", ()), name)
    frame = frame.set_axis(tidy_codes(frame.index, name))
    require_unique_index(frame, name)
    return frame


def own_membership(members: pd.Series | pd.DataFrame) -> pd.Series:
    """Check a caller's table of members: index = member's code, value = territory's code or missing."""
    if isinstance(members, pd.DataFrame):
        require_frame(members, "to")
        if members.shape[1] != 2:
            raise InputError(
                f"to: {members.shape[1]} columns; expected two, the member's code then its territory's."
            )
        codes = pd.Index(members.iloc[:, 0])
        members = pd.Series(members.iloc[:, 1].array, index=codes, name=members.columns[1])
    require_series(members, "to")
    require_one_level(members.index, "to")
    numbers = [code for code in [*members.index, *members] if not (isinstance(code, str) or is_missing(code))]
    if not numbers:
        territories = as_codes(members, "to")
        members = pd.Series(territories, tidy_codes(members.index, "to"), dtype="str", name=members.name)
    faults = []
    if members.index.hasnans:
        faults.append(f"{np.count_nonzero(members.index.isna())} members without a code")
    pairs = pd.DataFrame({"member": members.index, "territory": members.array})
    doubled = pairs.loc[pairs.duplicated(), "member"]
    if len(doubled):
        faults.append(f"{shown(doubled)} more than once in the same territory")
    if numbers:
        faults.append(f"codes that are not text ({shown(numbers)})")
    if members.notna().sum() == 0:
        faults.append("no member at all")
    if faults:
        raise InputError(f"to: {'; '.join(faults)}. Expected each member, as text, once in its territory.")
    return members
