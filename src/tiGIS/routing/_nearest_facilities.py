"""The nearest facilities of each origin, and how far they are by road."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.network import CLOSED, AccessLeg, Closed, RoadNetwork
from tiGIS.routing._direct import Direct, direct_ways
from tiGIS.routing._ends import (
    Options,
    TooFar,
    bar_of,
    cutoff_mmin_of,
    explain,
    network_without,
    place_both,
    weighted_router,
)
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._units import to_minutes
from tiGIS.routing._weighted import Direction, WeightedRouter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.routing.points import Points


@checked
def nearest(
    network: RoadNetwork,
    origins: Points,
    facilities: Points,
    k: int = 1,
    *,
    cutoff_min: float | None = None,
    direction: Direction = "from",
    distances: bool = True,
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    closed: Closed | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Find the k nearest facilities of each origin, in driving time.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, facilities : geopandas.GeoDataFrame or geopandas.GeoSeries
        People, and what they go to; as in `travel_times`.
    k : int
        How many facilities.
    cutoff_min : float, optional
        Longest time of interest in minutes.
    direction : {"from", "to"}
        Times from the origins to the facilities, or the other way (an ambulance comes *to* people).
    distances : bool
        Give the kilometres of the quickest ways too.
    max_snap_m, too_far, access, closed, threads, progress
        As in `travel_times`.

    Returns
    -------
    pandas.DataFrame
        Index that of ``origins``. Columns ``facility`` (label; missing where there is none), ``time_min`` and
        ``distance_km``; for ``k`` above 1 ``facility_1``, ``time_min_1``, ``distance_km_1`` and so on.
        Of facilities as near, the first in the table comes first.

    Raises
    ------
    InputError
        As in `travel_times`, or ``k`` below 1.
    CRSError
        Points without a CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import nearest, network_from_lines
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> people = gpd.GeoSeries.from_xy([1000, 8000], [50, 0], index=["a", "b"], crs=2154)
    >>> stations = gpd.GeoSeries.from_xy([0, 9000], [0, 0], index=["west", "east"], crs=2154)
    >>> nearest(network, people, stations)
      facility  time_min  distance_km
    a     west       1.0          1.0
    b     east       1.0          1.0
    """
    network = network_without(network, closed)
    if k < 1:
        raise InputError(f"k: {k} facilities; expected at least 1.")
    options = Options(max_snap_m, too_far, access)
    cutoff = cutoff_mmin_of(cutoff_min)
    engine = weighted_router(network, threads)
    if direction == "to":
        sources, people = place_both(network, facilities, origins, options, ("facilities", "origins"))
        pairs = direct_ways(network, sources, people)
        pairs = Direct(pairs.destination, pairs.origin, pairs.time_mmin, pairs.length_m, pairs.along_edge)
    else:
        people, sources = place_both(network, origins, facilities, options, ("origins", "facilities"))
        pairs = direct_ways(network, people, sources)
    which, time = engine.nearest(people, sources, k, cutoff, direction)
    which, time = _merge_pairs(which, time, pairs, CLOSED - 1 if cutoff is None else cutoff)
    km = _distances(engine, people, sources, pairs, which, time, direction, progress) if distances else None
    columns: dict[str, NDArray[np.object_] | NDArray[np.float64] | pd.Index] = {}
    labels = sources.points.labels
    for rank in range(k):
        end = "" if k == 1 else f"_{rank + 1}"
        found = which[:, rank]
        nearest_labels = labels.take(np.maximum(found, 0))
        # not Index.take's own filling: a range of labels gave its last one for "none" (pandas before 3.1)
        columns[f"facility{end}"] = nearest_labels if (found >= 0).all() else nearest_labels.where(found >= 0)
        columns[f"time_min{end}"] = to_minutes(time[:, rank])
        if km is not None:
            columns[f"distance_km{end}"] = km[:, rank]
    table = pd.DataFrame(
        {name: pd.Series(np.asarray(values), index=people.points.labels) for name, values in columns.items()}
    )
    return explain(table, network, people, sources, direction=direction, cutoff_min=cutoff_min)


def _merge_pairs(
    which: NDArray[np.int32], time: NDArray[np.int32], pairs: Direct, cutoff: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Let facilities on the origin's own edge take their place among the nearest."""
    use = pairs.time_mmin <= cutoff
    if not use.any():
        return which, time
    n, k = which.shape
    found = pd.DataFrame(
        {
            "origin": np.concatenate([np.repeat(np.arange(n), k), pairs.origin[use]]),
            "facility": np.concatenate([which.ravel(), pairs.destination[use]]),
            "time": np.concatenate([time.ravel().astype(np.int64), pairs.time_mmin[use]]),
        }
    )
    found = found[found["facility"] >= 0].sort_values(["origin", "time", "facility"], kind="stable")
    found = found.drop_duplicates(["origin", "facility"])
    rank = found.groupby("origin").cumcount().to_numpy()
    found, rank = found[rank < k], rank[rank < k]
    which, time = np.full_like(which, -1), np.full_like(time, CLOSED)
    which[found["origin"], rank] = found["facility"]
    time[found["origin"], rank] = found["time"]
    return which, time


def _distances(
    engine: WeightedRouter,
    people: Terminals,
    sources: Terminals,
    pairs: Direct,
    which: NDArray[np.int32],
    time: NDArray[np.int32],
    direction: Direction,
    progress: bool,
) -> NDArray[np.float64]:
    """Measure the ways to the nearest, one facility after the other."""
    km = np.full(which.shape, np.nan)
    flat, origin = which.ravel(), np.repeat(np.arange(len(people)), which.shape[1])
    order = np.argsort(flat, kind="stable")
    order = order[flat[order] >= 0]
    cut = np.flatnonzero(np.diff(flat[order])) + 1
    nodes_alone = replace(people, snapped=None, share=None)  # picked from many times
    with bar_of(len(cut) + 1, progress, "distances") as bar:
        for group in np.split(order, cut) if len(order) else ():
            facility = sources[int(flat[group[0]]) : int(flat[group[0]]) + 1]
            ends = nodes_alone.take(origin[group])
            if direction == "from":
                found, metres = (part[:, 0] for part in engine.matrix_with_lengths(ends, facility))
            else:
                found, metres = (part[0] for part in engine.matrix_with_lengths(facility, ends))
            km.ravel()[group] = np.where(found == time.ravel()[group], metres / 1000.0, np.nan)
            bar.update(1)
    by_pair = {(i, j): m for i, j, m in zip(pairs.origin, pairs.destination, pairs.length_m, strict=True)}
    direct = {(i, j): t for i, j, t in zip(pairs.origin, pairs.destination, pairs.time_mmin, strict=True)}
    for position in np.flatnonzero(flat >= 0):
        pair = (origin[position], flat[position])
        if direct.get(pair) == time.ravel()[position]:
            km.ravel()[position] = np.nanmin([km.ravel()[position], by_pair[pair] / 1000.0])
    return km
