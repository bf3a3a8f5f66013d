"""Supply against demand of land, and the legal path to zero net land take."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from tiGIS._arguments import checked, within
from tiGIS._errors import InputError
from tiGIS.provenance import describe, note

CONSUMPTION = "consumption of natural, farm and forest land"
NET_TAKE = "net artificialisation"
_LAW_2021 = note(
    "Loi n° 2021-1104 du 22 août 2021 (climat et résilience), art. 191 et 194 : au plus la moitié de la "
    "consommation de 2011-2021 sur 2021-2031, au plan national ; absence d'artificialisation nette en 2050.",
    "Law 2021-1104 of 22 August 2021, art. 191 and 194: at most half the consumption of 2011–2021 over "
    "2021–2031, nationally; no net artificialisation in 2050.",
)
_LAW_2023 = note(
    "Loi n° 2023-630 du 20 juillet 2023 : un hectare au moins par commune dotée d'un document d'urbanisme "
    "(0,5 ha de plus par commune déléguée, jusqu'à 2 ha) ; 12 500 ha de grands projets comptés à part.",
    "Law 2023-630 of 20 July 2023: at least one hectare for each commune with a town plan (0.5 ha more per "
    "merged commune, up to 2 ha); 12,500 ha of great projects out of local accounts.",
)
_ILLUSTRATION = note(
    "Les régions répartissent l'effort : une moitié uniforme par intercommunalité est une illustration.",
    "Regions share the effort out: a flat half for each intercommunalité is an illustration.",
)
_BREAK = note(
    "Après 2031 la mesure change (artificialisation nette) : les deux séries ne se comparent pas.",
    "After 2031 the measure changes (net artificialisation): the two series can't be compared.",
)


@checked
def land_supply(free_ha: float, asked_ha: float, taken_ha_per_year: float | None = None) -> pd.Series:
    """Set the land that is free against what is asked.

    Parameters
    ----------
    free_ha : float
        Hectares free for industry now.
    asked_ha : float
        Hectares that firms ask for, over the same year.
    taken_ha_per_year : float, optional
        Hectares taken up in a year; without it the years left are not known.

    Returns
    -------
    pandas.Series
        ``free_ha``, ``asked_ha``, ``missing_ha`` (asked and not free), ``share_served_pct`` (most of the
        demand that supply can serve), ``years_left`` (at the pace of take-up, NaN when unknown).

    Raises
    ------
    InputError
        When an amount is negative or not finite, or the pace is not above 0.

    Examples
    --------
    Alès Agglomération in 2022: 4 ha free, 17 ha asked.

    >>> import tiGIS
    >>> tiGIS.land.land_supply(4, 17).round(1).to_dict()
    {'free_ha': 4.0, 'asked_ha': 17.0, 'missing_ha': 13.0, 'share_served_pct': 23.5, 'years_left': nan}
    """
    for name, value in (("free_ha", free_ha), ("asked_ha", asked_ha)):
        if value < 0:
            raise InputError(f"{name}: {value}; expected hectares, 0 or more")
    if taken_ha_per_year is not None and taken_ha_per_year <= 0:
        raise InputError(f"taken_ha_per_year: {taken_ha_per_year}; expected hectares a year, above 0")
    return pd.Series(
        {
            "free_ha": float(free_ha),
            "asked_ha": float(asked_ha),
            "missing_ha": max(float(asked_ha) - float(free_ha), 0.0),
            "share_served_pct": min(100.0, 100.0 * free_ha / asked_ha) if asked_ha else np.nan,
            "years_left": free_ha / taken_ha_per_year if taken_ha_per_year else np.nan,
        },
        name="land",
    )


@checked
def zero_net_path(
    consumed_2011_2021_ha: float,
    *,
    reduction: Annotated[float, within(0, 1)] = 0.5,
    communes_with_plan: int = 0,
    merged_communes: tuple[int, ...] = (),
    net_2031_ha_per_year: float | None = None,
) -> pd.DataFrame:
    """Give the yearly land budget that the law draws, from 2021 to 2050.

    Over 2021-2031 (22 August to 22 August) the law counts the *consumption* of natural, farm and forest land
    and halves it nationally; a commune with a town plan keeps at least one hectare. From 2031 it counts *net
    artificialisation*, another quantity, which must be nil in 2050; the pace between is not set by the law,
    so that part is empty unless ``net_2031_ha_per_year`` is given (then a straight line to nil in 2050).

    Parameters
    ----------
    consumed_2011_2021_ha : float
        Natural, farm and forest land consumed in ten years.
    reduction : float, default 0.5
        Share by which consumption falls. What applies to a place is in its region's plan (SRADDET) and local
        plans; a flat half is an illustration.
    communes_with_plan : int, default 0
        Communes with a town plan (PLU or carte communale): each keeps one hectare at least.
    merged_communes : tuple of int, optional
        For each commune created by a merger since 2011, among those, the communes déléguées that it holds:
        half a hectare more for each, at most two hectares more.
    net_2031_ha_per_year : float, optional
        Net artificialisation of the first year after 2031, if somebody sets one.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``year`` (the twelve months that start on 22 August): ``measure`` (which of the two
        quantities), ``cap_ha``, ``cumulative_ha`` (within its measure).

    Raises
    ------
    InputError
        When an amount is negative, or the reduction isn't between 0 and 1.

    References
    ----------
    Loi n° 2021-1104 du 22 août 2021, art. 191, 194; loi n° 2023-630 du 20 juillet 2023 (minimum of one
    hectare per commune; great projects). Checked in secondary copies of the Journal officiel.

    Examples
    --------
    >>> import tiGIS
    >>> path = tiGIS.land.zero_net_path(300)
    >>> float(path.loc[2021, "cap_ha"]), round(float(path.loc[2030, "cumulative_ha"]), 6)
    (15.0, 150.0)
    """
    amounts = {"consumed_2011_2021_ha": consumed_2011_2021_ha, "communes_with_plan": communes_with_plan}
    if net_2031_ha_per_year is not None:
        amounts["net_2031_ha_per_year"] = net_2031_ha_per_year
    for name, value in amounts.items():
        if value < 0:
            raise InputError(f"{name}: {value}; expected 0 or more")
    if len(merged_communes) > communes_with_plan or any(count < 1 for count in merged_communes):
        raise InputError(
            f"merged_communes: {list(merged_communes)} for {communes_with_plan} communes with a plan; "
            "expected at most as many, each with one commune déléguée or more"
        )
    floor = (
        communes_with_plan - len(merged_communes) + sum(1 + min(2.0, count / 2) for count in merged_communes)
    )
    decade = max(consumed_2011_2021_ha * (1 - reduction), floor)
    years = pd.RangeIndex(2021, 2051, name="year")
    first = np.asarray(years) < 2031
    cap = np.full(len(years), np.nan)
    cap[first] = decade / 10
    if net_2031_ha_per_year is not None:
        cap[~first] = net_2031_ha_per_year * (2050 - np.asarray(years)[~first]) / (2050 - 2031)
    table = pd.DataFrame({"measure": np.where(first, CONSUMPTION, NET_TAKE), "cap_ha": cap}, index=years)
    table["cumulative_ha"] = table.groupby("measure")["cap_ha"].cumsum()
    limits = [_ILLUSTRATION, _BREAK]
    if floor > consumed_2011_2021_ha * (1 - reduction):
        limits.append(
            note(
                f"Le minimum communal ({floor:g} ha) dépasse la réduction : c'est lui qui est retenu.",
                f"The communal minimum ({floor:g} ha) is above the reduced amount: it is the one kept.",
            )
        )
    return describe(table, sources=[_LAW_2021, _LAW_2023], limits=limits, floor_ha=float(floor))
