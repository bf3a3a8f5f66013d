"""Facilities counted on an older map of communes, carried to the map of a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._meta import describe, note
from tiGIS._validate import require_one_level, require_unique_index, shown


@checked
def facilities_on_map(facilities: pd.DataFrame, year: int = 2024) -> pd.DataFrame:
    """Carry counts by commune, on a map as old as 2013 say, to the communes of a year; say what matched.

    Parameters
    ----------
    facilities : DataFrame
        Numbers by commune (index: codes of the map that they were counted on, each once) and by type.
    year : int, default 2024
        Map to carry them to, 2021 to 2026.

    Returns
    -------
    DataFrame
        Same columns, by commune of that year (only those with a row before). ``attrs["tigis"]["matching"]``
        counts the communes that kept their code (``same``), those that merged or changed code (``carried``),
        and lists the codes that lead nowhere (``unmatched``), with the share of all facilities that they
        hold (``unmatched_share_pct``): these are left out, and the result says so.

    Notes
    -----
    A commune that was split since gives all it had to the one that kept its code.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"Boulangerie": [1, 2]}, index=["30190", "30339"])
    >>> facilities_on_map(counts)["Boulangerie"].to_dict()  # 30190 joined 30339 in 2019
    {'30339': 3}
    """
    from tiGIS.indicators import passage
    from tiGIS.territory import load_former_communes, load_memberships

    require_unique_index(facilities, "facilities")
    if not facilities.size:
        raise InputError("facilities: no row or no column; expected numbers by commune.")
    require_one_level(facilities, "facilities")
    counts = np.column_stack([as_numbers(facilities[name], f"facilities: {name}") for name in facilities])
    codes = facilities.index.astype("str")
    living = load_memberships(year).index
    former = load_former_communes().set_index("code_from")["code_to"]
    old = pd.Series(codes, index=codes)
    # a code of that year is itself, whatever it was before
    on_2021 = old.where(codes.isin(living), old.map(former).fillna(old))
    steps = passage(2021, year).drop_duplicates("code_from").set_index("code_from")["code_to"]
    heirs = on_2021.where(on_2021.isin(living), on_2021.map(steps))
    found = heirs.isin(living).to_numpy()
    groups = heirs[found].to_numpy()
    result = facilities[found].groupby(groups).sum()
    result.index.name = facilities.index.name or "code_insee"
    result.attrs = dict(facilities.attrs)
    total, lost = float(counts.sum()), float(counts[~found].sum())
    unmatched = sorted(codes[~found])
    matching = {
        "same": int((groups == codes[found]).sum()),
        "carried": int((groups != codes[found]).sum()),
        "unmatched": unmatched,
        "unmatched_share_pct": 100 * lost / total if total else 0.0,
    }
    limits = []
    if unmatched:
        names = shown(unmatched)
        limits.append(
            note(
                f"Équipements de {len(unmatched)} communes laissés de côté, leur code ne mène à "
                f"aucune commune de {year} : {names}.",
                f"Facilities of {len(unmatched)} communes left out, their code leads to no "
                f"commune of {year}: {names}.",
            )
        )
    return describe(result, limits=limits, map_year=year, matching=matching)
