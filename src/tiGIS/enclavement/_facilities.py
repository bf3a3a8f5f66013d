"""Facilities of Insee's BPE: minutes to the basket of daily life, counts carried to the map of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_one_level, require_unique_index, shown
from tiGIS.accessibility.minutes import Times, carried, open_minutes
from tiGIS.enclavement._items import facility_items
from tiGIS.provenance import describe, inherit, note

#: The 22 items of Insee's "panier de la vie courante", each with the types of the BPE of 2013 that serve it
#: (other years: :func:`facility_items`). Insee Première 1579, as it could be read, names shops (bakeries,
#: supermarkets...), schools, first-need care, services to the old and to young children; the whole list is
#: that given by France 3 (January 2016) from Insee Analyses ALPC 2, which used the same basket. That several
#: types make one item (post, police) is ours, to come to the 22 that later publications count: the box of
#: Insee Première 1579 could not be read.
DAILY_BASKET: dict[str, tuple[str, ...]] = facility_items("daily")

#: Other facilities of the BPE that enclavement is measured to.
EMERGENCY = facility_items("emergency")
TRAINING = facility_items("training")

_RECONSTRUCTED = note(
    "Panier reconstitué d'après la presse et Insee Première 1579, lu en partie seulement.",
    "Basket put together from the press and Insee Première 1579, read in part only.",
)
_NOT_OFFICIAL_EMERGENCY = note(
    "Services d'urgence de la BPE : ce n'est pas l'indicateur officiel, qui compte aussi les SMUR et "
    "d'autres.",
    "Emergency departments of the BPE: not the official indicator, which counts SMUR and others too.",
)


@checked
def facility_times(
    times: Times,
    facilities: pd.DataFrame,
    items: Mapping[str, Sequence[str]] = DAILY_BASKET,
    *,
    facilities_year: int | None = None,
    allow_zero_intrazonal: bool = False,
) -> pd.DataFrame:
    """Give the minutes from each commune to the nearest commune that has each service, and their mean.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes; rows and columns are communes (minutes inside each are explicit, see
        :func:`tiGIS.accessibility.with_intrazonal_minutes`).
    facilities : DataFrame
        Numbers by commune (rows: at least the columns of ``times``; a commune without a row has none) and by
        type (columns), as ``read_insee_bpe`` gives them.
    items : mapping, default the basket of daily life
        Item -> the types that serve it: any of them will do.
    facilities_year : int, optional
        Said with the result.
    allow_zero_intrazonal : bool, default False
        Accept 0 minute inside a commune, as Insee does.

    Returns
    -------
    DataFrame
        By commune: ``<item>_min`` for each item, and ``mean_min``, their mean (NaN where one can't be
        reached).

    References
    ----------
    Barbier, M., Toutin, G., Levy, D. (2016). L'accès aux services, une question de densité des territoires.
    Insee Première 1579: the median of people's mean is 4 minutes; away from services: beyond 7 minutes.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["a", "b"])
    >>> bank = pd.DataFrame({"Banque, Caisse d'Epargne": [0, 1]}, index=["a", "b"])
    >>> facility_times(times, bank, {"banque": ["Banque, Caisse d'Epargne"]})["banque_min"].tolist()
    [40.0, 10.0]
    """
    if not items:
        raise InputError("items: empty; expected item -> types of facilities.")
    absent = [kind for kinds in items.values() for kind in kinds if kind not in facilities.columns]
    if absent:
        raise InputError(f"facilities: no type {shown(absent)}; expected those of the items.")
    require_unique_index(facilities, "facilities")
    wanted = list(dict.fromkeys(kind for kinds in items.values() for kind in kinds))
    numbers = {kind: as_numbers(facilities[kind], f"facilities: {kind}") for kind in wanted}
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    counts = pd.DataFrame(numbers, index=facilities.index).reindex(minutes.columns).fillna(0)
    has = np.column_stack([(counts[list(kinds)] > 0).any(axis=1).to_numpy() for kinds in items.values()])
    nobody = [item for item, found in zip(items, np.sum(has, axis=0).tolist(), strict=True) if not found]
    result = np.full((len(minutes.index), len(items)), np.nan)
    for rows, block in minutes.blocks():
        reach = np.where(np.isnan(block), np.inf, block)
        for column in range(len(items)):
            if has[:, column].any():
                best = reach[:, has[:, column]].min(axis=1)
                result[rows, column] = np.where(np.isinf(best), np.nan, best)
    table = pd.DataFrame(result, index=minutes.index, columns=[f"{item}_min" for item in items])
    table["mean_min"] = table.mean(axis=1, skipna=False)
    limits = []
    if set(items) == set(DAILY_BASKET):
        limits.append(_RECONSTRUCTED)
    if set(items) >= set(EMERGENCY):
        limits.append(_NOT_OFFICIAL_EMERGENCY)
    if facilities_year is not None:
        limits.append(
            note(f"Équipements de {facilities_year}.", f"Facilities of {facilities_year}."),
        )
    if nobody:
        limits.append(
            note(
                f"Aucun équipement parmi les communes étudiées : {', '.join(nobody)}.",
                f"No facility among the communes studied: {', '.join(nobody)}.",
            )
        )
    return describe(carried(table, minutes), limits=limits, items=list(items))


@checked
def facilities_on_map(facilities: pd.DataFrame, map_year: int = 2024) -> pd.DataFrame:
    """Carry counts by commune, on a map as old as 2013 say, to the communes of a year; say what matched.

    Parameters
    ----------
    facilities : DataFrame
        Numbers by commune (index: codes of the map that they were counted on, each once) and by type.
    map_year : int, default 2024
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
    living = load_memberships(map_year).index
    former = load_former_communes().set_index("code_from")["code_to"]
    old = pd.Series(codes, index=codes)
    # a code of that year is itself, whatever it was before
    on_2021 = old.where(codes.isin(living), old.map(former).fillna(old))
    steps = passage(2021, map_year).drop_duplicates("code_from").set_index("code_from")["code_to"]
    heirs = on_2021.where(on_2021.isin(living), on_2021.map(steps))
    found = heirs.isin(living).to_numpy()
    groups = heirs[found].to_numpy()
    result = facilities[found].groupby(groups).sum()
    result.index.name = facilities.index.name or "code_insee"
    inherit(result, facilities)
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
                f"aucune commune de {map_year} : {names}.",
                f"Facilities of {len(unmatched)} communes left out, their code leads to no "
                f"commune of {map_year}: {names}.",
            )
        )
    return describe(result, limits=limits, map_year=map_year, matching=matching)
