"""How much is near: a day's return trip, potential, efficiency of the network, workers around a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._validate import require_unique_index, shown
from tiGIS.accessibility import NetworkTimes, cumulative, population_potential
from tiGIS.accessibility.decay import DecayFunction
from tiGIS.accessibility.minutes import Times, aligned, carried, open_minutes
from tiGIS.provenance import inherit

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork


@checked
def day_trip_reach(
    times: Times,
    people: pd.Series,
    jobs: pd.Series | None = None,
    *,
    one_way_min: float = 240.0,
) -> pd.DataFrame:
    """Count the people and jobs of a day's return trip: within four hours one way.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes from each territory (rows) to the places of the country (columns).
    people, jobs : Series
        By the columns of ``times``.
    one_way_min : float, default 240
        Longest drive; at the bound counts.

    Returns
    -------
    DataFrame
        ``people``, ``people_share_pct`` (of all those given), and the same for jobs.

    References
    ----------
    Törnqvist, G. (1970). Contact systems and regional development (daily accessibility); four hours one way
    as in ESPON's work on day trips.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["x", "y"])
    >>> people = pd.Series([1000, 3000], index=["x", "y"])
    >>> day_trip_reach(times, people, one_way_min=30)["people"].tolist()
    [1000.0, 4000.0]
    """
    columns = {}
    for name, amounts in (("people", people), ("jobs", jobs)):
        if amounts is not None:
            reached = cumulative(times, amounts, one_way_min, allow_zero_intrazonal=True)
            columns[name] = reached
            total = float(amounts.sum())
            columns[f"{name}_share_pct"] = 100 * reached / total if total else reached * np.nan
    minutes = open_minutes(times, allow_zero_intrazonal=True)
    return carried(pd.DataFrame(columns), minutes, one_way_min=one_way_min)


def relative_potential(
    times: Times,
    mass: pd.Series,
    decay: DecayFunction,
    *,
    reference: float | pd.Series,
    self_potential: pd.Series | None = None,
) -> pd.Series:
    """Give the potential of each territory, France = 100.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes from each territory (rows) to the places of the country (columns).
    mass : Series
        People or jobs, by the columns.
    decay : callable
        From minutes to weights.
    reference : float or Series
        The national potential; or people by the rows of ``times``, when the rows are the whole country: their
        weighted mean is 100.
    self_potential : Series, optional
        Minutes within each place, where rows and columns share labels.

    Returns
    -------
    Series
        ``potential_index``.
    """
    potential = population_potential(
        times, mass, decay, self_potential="given" if self_potential is None else self_potential
    )
    if isinstance(reference, pd.Series):
        weights = aligned(reference, potential.index, "reference", whose="rows")
        nation = float(np.average(potential, weights=weights)) if weights.sum() > 0 else 0.0
    else:
        nation = float(reference)
    if not np.isfinite(nation) or nation <= 0:
        raise InputError(f"reference: the national potential is {nation}; expected a number above 0.")
    result = (100 * potential / nation).rename("potential_index")
    return inherit(result, potential, reference=nation)


def network_efficiency(
    times: Times, straight_km: pd.DataFrame, mass: pd.Series, *, ideal_kmh: float = 130.0
) -> pd.Series:
    """Compare drives with an ideal: a straight road at 130 km/h to the same places, weighed by their size.

    ``Σ_j M_j t_ij / t*_ij  /  Σ_j M_j`` over the places reached: 1 is ideal, 2 takes twice as long.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes from each territory (rows) to the places (columns).
    straight_km : DataFrame
        Straight distances, same rows and columns.
    mass : Series
        Weights, by the columns.
    ideal_kmh : float, default 130
        Speed of the ideal.

    Returns
    -------
    Series
        ``efficiency``: at least 1 where no car goes faster; NaN where nothing is reached.

    References
    ----------
    Gutiérrez, J., Monzón, A., Piñero, J. M. (1998). Accessibility, network efficiency, and transport
    infrastructure planning. Environment and Planning A 30(8), 1337-1350 (abstract read, not the formula).
    """
    minutes = open_minutes(times, allow_zero_intrazonal=True)
    require_unique_index(straight_km, "straight_km")
    absent = minutes.index.difference(straight_km.index).append(
        minutes.columns.difference(straight_km.columns)
    )
    if len(absent):
        raise InputError(f"straight_km: nothing for {shown(absent)}; expected the labels of times.")
    if not np.isfinite(ideal_kmh) or ideal_kmh <= 0:
        raise InputError(f"ideal_kmh: {ideal_kmh}; expected a number above 0.")
    ideal = straight_km.loc[minutes.index, minutes.columns].to_numpy(dtype=np.float64) / ideal_kmh * 60
    amounts = aligned(mass, minutes.columns, "mass", whose="columns")
    result = np.full(len(minutes.index), np.nan)
    for rows, block in minutes.blocks():
        use = ~np.isnan(block) & (ideal[rows] > 0)
        weights = np.where(use, amounts, 0.0)
        ratio = np.divide(block, ideal[rows], out=np.zeros_like(block), where=use)
        total = weights.sum(axis=1)
        some = total > 0
        result[np.arange(rows.start, rows.stop)[some]] = (weights * ratio).sum(axis=1)[some] / total[some]
    series = pd.Series(result, index=minutes.index, name="efficiency")
    return carried(series, minutes, ideal_kmh=ideal_kmh)


@checked
def site_access(
    networks: Mapping[str, RoadNetwork],
    sites: gpd.GeoDataFrame | gpd.GeoSeries,
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    people: pd.DataFrame,
    *,
    cutoffs_min: Sequence[float] = (30, 45),
    **options: Any,
) -> pd.DataFrame:
    """Count the people, workers, ... within a drive of each site, at free flow and at the peak.

    The drive is that of people to the site.

    Parameters
    ----------
    networks : mapping
        Name -> network: ``{"free_flow": network, "peak": slower}``;
        ``tiGIS.scenario.driving_profiles(network)`` gives them. The first has no suffix in the result.
    sites : GeoDataFrame or GeoSeries
        Sites; any CRS.
    places : GeoDataFrame or GeoSeries
        Where people live; any CRS.
    people : DataFrame
        By place, one column for each kind (``residents``, ``workers``).
    cutoffs_min : sequence of float, default (30, 45)
        Minutes; at the bound counts.
    **options : Any
        Further options of ``tiGIS.routing.iter_travel_times``.

    Returns
    -------
    DataFrame
        By site; columns ``<kind>_within_30_min`` for the first network, ``<kind>_within_30_min_peak``, and so
        on.

    Examples
    --------
    >>> import pandas as pd
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.territory.load_town_halls()
    >>> people = pd.DataFrame({"people": [43892.0, 3324.0]}, index=["30007", "30010"])
    >>> homes = halls.loc[["30007", "30010"]]
    >>> near = site_access({"free_flow": network}, halls.loc[["30132"]], homes, people)
    >>> near.shape[0]
    1
    """
    if not networks:
        raise InputError("networks: empty; expected name -> network.")
    limits_min = sorted(set(cutoffs_min))
    if not limits_min or len(limits_min) < len(cutoffs_min):
        raise InputError(f"cutoffs_min: {list(cutoffs_min)}; expected at least one, each once.")
    columns: dict[str, pd.Series] = {}
    tables = []
    for number, (name, network) in enumerate(networks.items()):
        times = NetworkTimes(
            network, places, sites, cutoff_min=max(cutoffs_min), too_far="unreachable", **options
        )
        for kind in people.columns:
            table = cumulative(
                times, people[kind], list(cutoffs_min), direction="from", allow_zero_intrazonal=True
            )
            suffix = f"_{name}" if number else ""
            for column in table.columns:
                columns[f"{kind}_{column}{suffix}"] = table[column]
            tables.append(table)
    return inherit(pd.DataFrame(columns, index=sites.index), *tables)
