"""Industrial sites seen from the side of work: who lives within a drive, at which hour, and for lorries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._meta import Note, describe, description
from tiGIS.accessibility._measures import cumulative
from tiGIS.accessibility._network import NetworkTimes

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork


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
    sources: list[Note] = []
    limits: list[Note] = []
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
            known = description(table)
            sources += known["sources"]
            limits += known["limits"]
    return describe(pd.DataFrame(columns, index=sites.index), sources=sources, limits=limits)
