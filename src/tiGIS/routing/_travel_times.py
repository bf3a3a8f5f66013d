"""Minutes between all points of two tables, whole or by blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, overload

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
from tiGIS.routing._weighted import WeightedRouter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.routing.points import Points

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
    closed: Closed | None = ...,
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
    closed: Closed | None = ...,
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
    closed: Closed | None = None,
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
    origins, destinations : geopandas.GeoDataFrame, geopandas.GeoSeries or Snapped
        Points in any CRS, each label once; polygons count as a point inside them. Points for many calls are
        snapped once, by `tiGIS.routing.points.snap`.
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
    closed : sequence of int or Closures, optional
        Roads that nothing goes through, by their number of edge; or closed stretches (`RoadNetwork.close`).
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
    network = network_without(network, closed)
    options = Options(max_snap_m, too_far, access)
    cutoff = cutoff_mmin_of(cutoff_min)
    starts, ends = place_both(network, origins, destinations, options, ("origins", "destinations"))
    engine = weighted_router(network, threads)
    pairs = direct_ways(network, starts, ends)
    minutes = np.empty((len(starts), len(ends)))
    km = np.empty_like(minutes) if distances else None
    with bar_of(len(starts), progress, "travel times") as bar:
        for part in starts.blocks(STEP if len(starts) > STEP else max(1, len(starts))):
            here = pairs.of_rows(part)
            if km is None:
                time = engine.matrix(starts[part], ends, cutoff)
                minutes[part] = to_minutes(_with_pairs(time, here, cutoff))
            else:
                time, metres = engine.matrix_with_lengths(starts[part], ends, cutoff)
                minutes[part] = to_minutes(_with_pairs(time, here, cutoff, metres))
                km[part] = metres / 1000.0
            bar.update(part.stop - part.start)
    rows, columns = starts.points.labels, ends.points.labels
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
    closed: Closed | None = None,
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
    max_snap_m, too_far, access, closed, threads, progress
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
    network = network_without(network, closed)
    if block is not None and block < 1:
        raise InputError(f"block: {block} origins; expected at least 1.")
    options = Options(max_snap_m, too_far, access)
    cutoff = cutoff_mmin_of(cutoff_min)
    starts, ends = place_both(network, origins, destinations, options, ("origins", "destinations"))
    engine = weighted_router(network, threads)
    size = block or max(1, 2**28 // (8 * len(ends)))
    return _blocks(network, engine, starts, ends, cutoff, size, progress)


def _blocks(
    network: RoadNetwork,
    engine: WeightedRouter,
    starts: Terminals,
    ends: Terminals,
    cutoff: int | None,
    size: int,
    progress: bool,
) -> Iterator[pd.DataFrame]:
    pairs = direct_ways(network, starts, ends)
    with bar_of(len(starts), progress, "travel times") as bar:
        for rows in starts.blocks(size):
            time = engine.matrix(starts[rows], ends, cutoff)
            minutes = to_minutes(_with_pairs(time, pairs.of_rows(rows), cutoff))
            table = pd.DataFrame(minutes, index=starts.points.labels[rows], columns=ends.points.labels)
            bar.update(rows.stop - rows.start)
            yield explain(table, network, starts, ends, unit="min")


def _with_pairs(
    time: NDArray[np.int32], pairs: Direct, cutoff: int | None, metres: NDArray[np.float64] | None = None
) -> NDArray[np.int32]:
    """Let pairs on one edge take the way that touches no node, where it is quicker (or shorter)."""
    at = pairs.origin, pairs.destination
    now = time[at].astype(np.int64)
    within = pairs.time_mmin <= (CLOSED - 1 if cutoff is None else cutoff)
    better = within & (pairs.time_mmin < now)
    if metres is not None:
        equal = within & (pairs.time_mmin == now)
        shorter = equal & ~(metres[at] <= pairs.length_m)
        use = better | shorter
        metres[pairs.origin[use], pairs.destination[use]] = pairs.length_m[use]
    time[pairs.origin[better], pairs.destination[better]] = pairs.time_mmin[better]
    return time
