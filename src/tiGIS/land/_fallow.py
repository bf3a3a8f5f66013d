"""Brownfields that are points with an area: what takes each out, in order, and what is left."""

from __future__ import annotations

import pandas as pd

from tiGIS._validate import require_columns
from tiGIS.provenance import describe, note

#: What takes a brownfield out, in the order of the account; ``left`` for what nothing takes.
STEPS = ("farm_or_natural", "zoning_unknown", "only_potential", "has_project", "left")

_POINTS = note(
    "Les friches sont des points avec une surface, sans contour : rien ne dit ce qui y est libre",
    "Brownfields are points with an area, without an outline: nothing tells what is free there",
)


def brownfield_step(sites: pd.DataFrame) -> pd.Series:
    """Tell what takes each brownfield out of the land that could be looked at today.

    Parameters
    ----------
    sites : DataFrame
        As ``LandSites.from_cartofriches(...).frame`` gives them: ``status`` and ``zoning``.

    Returns
    -------
    Series
        By site, an ordered category of ``STEPS``: the first that holds.

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"status": ["friche potentielle", "friche sans projet"], "zoning": ["A", "U"]})
    >>> brownfield_step(sites).tolist()
    ['farm_or_natural', 'left']
    """
    require_columns(sites, ["status", "zoning"], "sites")
    step = pd.Series("left", index=sites.index)
    # from the last to the first, so that the first that holds stays
    step[sites["status"].eq("friche avec projet")] = "has_project"
    step[sites["status"].eq("friche potentielle") | sites["status"].isna()] = "only_potential"
    step[sites["zoning"].isna()] = "zoning_unknown"
    step[sites["zoning"].isin(("A", "N"))] = "farm_or_natural"
    return step.astype(pd.CategoricalDtype(list(STEPS), ordered=True))


def brownfield_account(sites: pd.DataFrame) -> pd.DataFrame:
    """Account for the hectares of brownfields: what each step takes in its turn, and what is left.

    Parameters
    ----------
    sites : DataFrame
        As for :func:`brownfield_step`, with ``area_ha``.

    Returns
    -------
    DataFrame
        By step of ``STEPS``: ``sites`` and ``area_ha``; they add up to all that is listed.

    Examples
    --------
    >>> import tiGIS
    >>> listed = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields())
    >>> int(brownfield_account(listed.frame)["sites"].sum())
    89
    """
    require_columns(sites, ["area_ha"], "sites")
    groups = sites["area_ha"].groupby(brownfield_step(sites), observed=False)
    limits = [_POINTS]
    if unknown := int(sites["area_ha"].isna().sum()):
        limits.append(
            note(
                f"{unknown} sites sans surface connue : comptés, mais absents des hectares.",
                f"{unknown} sites without a known area: counted, but not in the hectares.",
            )
        )
    return describe(pd.DataFrame({"sites": groups.size(), "area_ha": groups.sum()}), limits=limits)
