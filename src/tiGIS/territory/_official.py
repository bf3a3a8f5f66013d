"""The area that Insee publishes for each commune, beside the one that is drawn.

The two differ on coasts, estuaries, lakes and glaciers, which one counts and the other does not.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from tiGIS._bundled import bundled_path
from tiGIS.territory._members import load_commune_changes, load_memberships

_MAP = 2021  # of the table of areas


@lru_cache(maxsize=8)
def _grounds(year: int) -> pd.DataFrame:
    """Give each commune of a map its ground: the least set of communes whose area in all is published.

    Most communes are a ground of their own. Those that share one were a single commune in 2021.
    """
    table = pd.read_parquet(bundled_path("insee_communes_2018.parquet"), columns=["code_insee", "SUPERF"])
    ground_of = {str(code): number for number, code in enumerate(table["code_insee"])}
    km2 = dict(enumerate(table["SUPERF"].astype(float)))
    changes = load_commune_changes().sort_values("year_to", kind="stable")
    known = changes.loc[changes["year_to"] <= year, ["code_from", "code_to", "kind"]].astype(str)
    for code_from, code_to, kind in known.to_numpy().tolist():
        before = ground_of.get(code_from)
        if before is None:
            continue
        if kind == "split":
            ground_of[code_to] = before
            continue
        into = ground_of.setdefault(code_to, before)
        if into != before:
            km2[into] += km2[before]
            ground_of.update({code: into for code, ground in ground_of.items() if ground == before})
        if code_from != code_to:
            del ground_of[code_from]
    codes = load_memberships(year).index
    ground = pd.Series(ground_of, dtype="float64").reindex(codes)
    return pd.DataFrame({"ground": ground, "km2": ground.map(km2)}, index=codes)


def official_areas(year: int) -> pd.Series:
    """
    Official area of the communes of one map, in km².

    Parameters
    ----------
    year : int
        Map of communes, 2021 to 2026.

    Returns
    -------
    pandas.Series
        Index ``code_insee``, all communes of that map, called ``official_area_km2``. A commune that others
        have joined since 2021 has the sum; those that were one until they split, and Mayotte's, have NaN.
    """
    grounds = _grounds(year)
    alone = ~grounds["ground"].duplicated(keep=False)
    return grounds["km2"].where(alone).rename("official_area_km2")


def summed(group_of: pd.Series, year: int) -> pd.Series:
    """Official area of groups of communes; NaN where a group holds a part of a ground, or an unknown one."""
    grounds = _grounds(year)
    size = grounds["ground"].map(grounds["ground"].value_counts())
    rows = grounds.assign(size=size).reindex(group_of.index).assign(group=group_of.to_numpy())
    unknown = rows["km2"].isna().groupby(rows["group"]).any()
    inside = rows.groupby(["group", "ground"]).agg(
        km2=("km2", "first"), size=("size", "first"), held=("km2", "size")
    )
    whole = (inside["held"] == inside["size"]).groupby("group").all()
    total = inside["km2"].groupby("group").sum().reindex(unknown.index)
    return total.where(whole.reindex(unknown.index, fill_value=False) & ~unknown)
