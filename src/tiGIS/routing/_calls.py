"""The routing calls for tables of points: minutes between all, by blocks, and to the nearest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.network import AccessLeg, RoadNetwork
from tiGIS.routing._ends import (
    Direct,
    Options,
    Placed,
    TooFar,
    direct_ways,
    explain,
    place_both,
    require_network,
    weighted_router,
)
from tiGIS.routing._router import Direction, WeightedRouter
from tiGIS.routing._terminals import UNREACHABLE, Terminals, to_minutes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.routing._ends import Points

# Origins of one step of the progress bar; a multiple of what the engine sweeps at a time.
STEP = 512


@overload
def travel_times(
    network: RoadNetwork,
    origins: Points,
    destinations: Points,
    *,
    cutoff_min: float | None = ...,
    distances: Literal[False] = ...,
    max_snap_m: float | None = ...,
    too_far: TooFar = ...,
    access: AccessLeg | Literal["network"] | None = ...,
    threads: int | None = ...,
    progress: bool = ...,
) -> pd.DataFrame: ...
@overload
def travel_times(
    network: RoadNetwork,
    origins: Points,
    destinations: Points,
    *,
    cutoff_min: float | None = ...,
    distances: Literal[True],
    max_snap_m: float | None = ...,
    too_far: TooFar = ...,
    access: AccessLeg | Literal["network"] | None = ...,
    threads: int | None = ...,
    progress: bool = ...,
) -> tuple[pd.DataFrame, pd.DataFrame]: ...
@checked
def travel_times(
    network: RoadNetwork,
    origins: Points,
    destinations: Points,
    *,
    cutoff_min: float | None = None,
    distances: bool = False,
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    threads: int | None = None,
    progress: bool = True,
) -> pd.DataFrame | tuple[pd.DataFrame, pd.DataFrame]:
    """Give the driving times from every origin to every destination.

    Points start and end anywhere along a road, one-way streets included: times *to* and times *from* differ.
    Results are exact for the network's times, which are whole thousandths of a minute.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, destinations : geopandas.GeoDataFrame or geopandas.GeoSeries
        Points in any CRS, each label once; polygons count as a point inside them.
    cutoff_min : float, optional
        Longest time of interest in minutes; beyond it, NaN. A time equal to it is kept.
    distances : bool
        Give the kilometres of the quickest ways too.
    max_snap_m : float, optional
        How far from a road a point may be; by default what the network says (2,000 m on a detailed one).
    too_far : {"raise", "unreachable"}
        What to do with points that have no road that near: refuse them, or leave their times NaN.
    access : AccessLeg, "network" or None
        Minutes from the point to the road: as the network says (none on a detailed one), none, or given.
    threads : int, optional
        Threads to use; all cores by default.
    progress : bool
        Show a progress bar on long calls (never where the output is not a terminal).

    Returns
    -------
    pandas.DataFrame, or a pair of them
        Minutes, shape (n_origins, n_destinations), index and columns those of the points; NaN where there is
        no way. With ``distances``, kilometres in a second table.

    Raises
    ------
    InputError
        An empty frame, doubled labels, points too far from any road, a cutoff that is not a number.
    CRSError
        Points without a CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines, travel_times
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> villages = gpd.GeoSeries.from_xy([1000, 8000], [50, 0], index=["a", "b"], crs=2154)
    >>> travel_times(network, villages, villages)
         a    b
    a  0.0  7.0
    b  7.0  0.0
    """
    require_network(network)
    options = Options(max_snap_m, too_far, access)
    cutoff = _cutoff_mmin(cutoff_min)
    starts, ends = place_both(network, origins, destinations, options, ("origins", "destinations"))
    engine = weighted_router(network, threads)
    pairs = direct_ways(network, starts, ends)
    minutes = np.empty((len(starts), len(ends)))
    km = np.empty_like(minutes) if distances else None
    with _bar(len(starts), progress, "travel times") as bar:
        for part in starts.ends.blocks(STEP if len(starts) > STEP else max(1, len(starts))):
            here = pairs.of_rows(part)
            if km is None:
                time = engine.matrix(starts.ends[part], ends.ends, cutoff)
                minutes[part] = to_minutes(_with_pairs(time, here, cutoff))
            else:
                time, metres = engine.matrix_with_lengths(starts.ends[part], ends.ends, cutoff)
                minutes[part] = to_minutes(_with_pairs(time, here, cutoff, metres))
                km[part] = metres / 1000.0
            bar.update(part.stop - part.start)
    rows, columns = starts.snapped.labels, ends.snapped.labels
    tables = [
        explain(pd.DataFrame(values, rows, columns), network, starts, ends, unit=unit, cutoff_min=cutoff_min)
        for values, unit in ((minutes, "min"), (km, "km"))
        if values is not None
    ]
    return (tables[0], tables[1]) if distances else tables[0]


@checked
def iter_travel_times(
    network: RoadNetwork,
    origins: Points,
    destinations: Points,
    *,
    cutoff_min: float | None = None,
    block: int | None = None,
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    threads: int | None = None,
    progress: bool = True,
) -> Iterator[pd.DataFrame]:
    """Give the driving times by blocks of origins, for tables that don't fit in memory.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins, destinations : geopandas.GeoDataFrame or geopandas.GeoSeries
        As in `travel_times`.
    cutoff_min : float, optional
        Longest time of interest in minutes.
    block : int, optional
        Origins in a block; by default as many as hold in about 256 MB.
    max_snap_m, too_far, access, threads, progress
        As in `travel_times`.

    Yields
    ------
    pandas.DataFrame
        Minutes for the next origins, as in `travel_times`.

    Raises
    ------
    InputError
        As in `travel_times`, or a block of no origin; raised by the call, before the first block.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> from tiGIS.routing import iter_travel_times
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> places = gpd.GeoSeries.from_xy([1000, 2000, 4000], [0, 0, 0], crs=2154)
    >>> for table in iter_travel_times(network, places, places, block=2):
    ...     print(table.shape, table.to_numpy().max())
    (2, 3) 3.0
    (1, 3) 3.0
    """
    require_network(network)
    if block is not None and block < 1:
        raise InputError(f"block: {block} origins; expected at least 1.")
    options = Options(max_snap_m, too_far, access)
    cutoff = _cutoff_mmin(cutoff_min)
    starts, ends = place_both(network, origins, destinations, options, ("origins", "destinations"))
    engine = weighted_router(network, threads)
    size = block or max(1, 2**28 // (8 * len(ends)))
    return _blocks(network, engine, starts, ends, cutoff, size, progress)


def _blocks(
    network: RoadNetwork,
    engine: WeightedRouter,
    starts: Placed,
    ends: Placed,
    cutoff: int | None,
    size: int,
    progress: bool,
) -> Iterator[pd.DataFrame]:
    pairs = direct_ways(network, starts, ends)
    with _bar(len(starts), progress, "travel times") as bar:
        for rows in starts.ends.blocks(size):
            time = engine.matrix(starts.ends[rows], ends.ends, cutoff)
            minutes = to_minutes(_with_pairs(time, pairs.of_rows(rows), cutoff))
            table = pd.DataFrame(minutes, index=starts.snapped.labels[rows], columns=ends.snapped.labels)
            bar.update(rows.stop - rows.start)
            yield explain(table, network, starts, ends, unit="min")


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
    max_snap_m, too_far, access, threads, progress
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
    require_network(network)
    if k < 1:
        raise InputError(f"k: {k} facilities; expected at least 1.")
    options = Options(max_snap_m, too_far, access)
    cutoff = _cutoff_mmin(cutoff_min)
    engine = weighted_router(network, threads)
    if direction == "to":
        sources, people = place_both(network, facilities, origins, options, ("facilities", "origins"))
        pairs = direct_ways(network, sources, people)
        pairs = Direct(pairs.destination, pairs.origin, pairs.time_mmin, pairs.length_m, pairs.along_edge)
    else:
        people, sources = place_both(network, origins, facilities, options, ("origins", "facilities"))
        pairs = direct_ways(network, people, sources)
    which, time = engine.nearest(people.ends, sources.ends, k, cutoff, direction)
    which, time = _merge_pairs(which, time, pairs, UNREACHABLE - 1 if cutoff is None else cutoff)
    km = _distances(engine, people, sources, pairs, which, time, direction, progress) if distances else None
    columns: dict[str, NDArray[np.object_] | NDArray[np.float64] | pd.Index] = {}
    labels = sources.snapped.labels
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
        {name: pd.Series(np.asarray(values), index=people.snapped.labels) for name, values in columns.items()}
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
    which, time = np.full_like(which, -1), np.full_like(time, UNREACHABLE)
    which[found["origin"], rank] = found["facility"]
    time[found["origin"], rank] = found["time"]
    return which, time


def _distances(
    engine: WeightedRouter,
    people: Placed,
    sources: Placed,
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
    with _bar(len(cut) + 1, progress, "distances") as bar:
        for group in np.split(order, cut) if len(order) else ():
            facility = sources.ends[int(flat[group[0]]) : int(flat[group[0]]) + 1]
            ends = take(people, origin[group])
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


def take(points: Placed, where: NDArray[np.int64]) -> Terminals:
    """Pick some points, in any order, as ends of trips."""
    ends = points.ends
    size = np.diff(ends.indptr)[where]
    indptr = np.concatenate([[0], np.cumsum(size)])
    entry = np.arange(indptr[-1]) - np.repeat(indptr[:-1], size) + np.repeat(ends.indptr[where], size)
    metres = None if ends.offset_m is None else ends.offset_m[entry]
    return Terminals(indptr, ends.node[entry], ends.offset_mmin[entry], metres)


def _with_pairs(
    time: NDArray[np.int32], pairs: Direct, cutoff: int | None, metres: NDArray[np.float64] | None = None
) -> NDArray[np.int32]:
    """Let pairs on one edge take the way that touches no node, where it is quicker (or shorter)."""
    at = pairs.origin, pairs.destination
    now = time[at].astype(np.int64)
    within = pairs.time_mmin <= (UNREACHABLE - 1 if cutoff is None else cutoff)
    better = within & (pairs.time_mmin < now)
    if metres is not None:
        equal = within & (pairs.time_mmin == now)
        shorter = equal & ~(metres[at] <= pairs.length_m)
        use = better | shorter
        metres[pairs.origin[use], pairs.destination[use]] = pairs.length_m[use]
    time[pairs.origin[better], pairs.destination[better]] = pairs.time_mmin[better]
    return time


def _cutoff_mmin(cutoff_min: float | None) -> int | None:
    if cutoff_min is None:
        return None
    if not (np.isfinite(cutoff_min) and cutoff_min >= 0):
        raise InputError(f"cutoff_min: {cutoff_min}; expected a number of minutes, 0 or more.")
    return round(cutoff_min * 1000)


def _bar(total: int, progress: bool, what: str) -> tqdm:
    """Build a progress bar that shows itself after two seconds, on terminals only."""
    return tqdm(total=total, desc=what, delay=2.0, disable=None if progress else True, leave=False)
