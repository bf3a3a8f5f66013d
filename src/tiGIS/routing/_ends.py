"""What every routing call does first and last: place points, prepare the engine, explain the result."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree
from tqdm.auto import tqdm

from tiGIS._errors import InputError
from tiGIS._meta import Note, describe, note
from tiGIS.network import CLOSED, AccessLeg, RoadNetwork, Topology
from tiGIS.routing._router import Router
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._weighted import WeightedRouter
from tiGIS.routing.points import Snapped, leg_m, leg_mmin, snap, trip_ends

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Points: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

TooFar = Literal["raise", "unreachable"]
Side = Literal["origin", "destination"]
Frame = TypeVar("Frame", pd.DataFrame, pd.Series)

# What was prepared for a topology serves all its weightings, and goes when the network goes.
_routers: WeakKeyDictionary[Topology, dict[int | None, Router]] = WeakKeyDictionary()
_weighted: WeakKeyDictionary[RoadNetwork, dict[int | None, WeightedRouter]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class Options:
    """How points reach the network."""

    max_snap_m: float | None = None
    too_far: TooFar = "raise"
    access: AccessLeg | Literal["network"] | None = "network"

    def leg(self, network: RoadNetwork) -> AccessLeg | None:
        """Give the access leg in use."""
        if isinstance(self.access, AccessLeg) or self.access is None:
            return self.access
        if self.access != "network":
            raise InputError(f"access: {self.access!r}; expected an AccessLeg, None or 'network'.")
        return network.access


@dataclass(frozen=True)
class Placed:
    """Points on a network, as the engine takes them."""

    snapped: Snapped
    ends: Terminals
    end_share: NDArray[np.float64]
    end_leg_m: NDArray[np.float64]
    leg_mmin: NDArray[np.int64]
    leg_m: NDArray[np.float64]
    leg: AccessLeg | None

    def __len__(self) -> int:
        return len(self.snapped)

    def one(self, number: int) -> Placed:
        """Pick one point."""
        where = slice(number, number + 1)
        entries = slice(self.ends.indptr[number], self.ends.indptr[number + 1])
        return Placed(
            self.snapped.take(where),
            self.ends[where],
            self.end_share[entries],
            self.end_leg_m[entries],
            self.leg_mmin[where],
            self.leg_m[where],
            self.leg,
        )


def require_network(network: Any) -> None:
    """Refuse anything but a network, with a word on how to get one."""
    if not isinstance(network, RoadNetwork):
        raise InputError(
            f"network: {type(network).__name__}; expected a RoadNetwork (read_roads, read_osm_pbf, "
            "network_from_lines or load_interurban_network)."
        )


def weighted_router(network: RoadNetwork, threads: int | None = None) -> WeightedRouter:
    """Give the engine for a network; what was prepared for the same topology is used again."""
    with _lock:
        mine = _weighted.setdefault(network, {})
        if threads not in mine:
            routers = _routers.setdefault(network.topology, {})
            if threads not in routers:
                routers[threads] = Router(
                    network.n_nodes, network.x, network.y, network.tail, network.head, threads=threads
                )
            mine[threads] = routers[threads].with_weights(network.time_mmin, network.length_m)
        return mine[threads]


def place(network: RoadNetwork, points: Points, side: Side, options: Options, name: str) -> Placed:
    """Put points on the network as starts or ends of trips."""
    snapped = snap(network, points, max_snap_m=options.max_snap_m, too_far=options.too_far, name=name)
    return as_side(network, snapped, side, options)


def as_side(network: RoadNetwork, snapped: Snapped, side: Side, options: Options) -> Placed:
    """Use points already snapped as starts, or as ends."""
    leg = options.leg(network)
    ends = trip_ends(network, snapped, side, leg)
    terminals = Terminals(ends.indptr, ends.node, ends.offset_mmin, ends.offset_m)
    return Placed(
        snapped, terminals, ends.end_share, ends.leg_m, leg_mmin(snapped, leg), leg_m(snapped, leg), leg
    )


def place_both(
    network: RoadNetwork, origins: Points, destinations: Points, options: Options, names: tuple[str, str]
) -> tuple[Placed, Placed]:
    """Put starts and ends on the network; the same frame is put there once."""
    starts = place(network, origins, "origin", options, names[0])
    if destinations is origins:
        return starts, as_side(network, starts.snapped, "destination", options)
    return starts, place(network, destinations, "destination", options, names[1])


@dataclass(frozen=True)
class Direct:
    """Pairs of an origin and a destination joined without touching a node; sorted by origin, each once."""

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    time_mmin: NDArray[np.int64]
    length_m: NDArray[np.float64]
    along_edge: NDArray[np.bool_]

    def of_rows(self, rows: slice) -> Direct:
        """Pick the pairs of some origins; their numbers then count from the first of these."""
        low, high = np.searchsorted(self.origin, (rows.start, rows.stop))
        return Direct(
            self.origin[low:high] - rows.start,
            self.destination[low:high],
            self.time_mmin[low:high],
            self.length_m[low:high],
            self.along_edge[low:high],
        )


def direct_ways(network: RoadNetwork, origins: Placed, destinations: Placed) -> Direct:
    """Find the pairs that share an edge, or that the access leg joins; a point reaches itself in no time."""
    along = _same_edge(network, origins, destinations)
    leg = origins.leg
    if leg is None or not leg.direct_km:
        return along
    found = cKDTree(origins.snapped.point_xy).sparse_distance_matrix(
        cKDTree(destinations.snapped.point_xy), leg.direct_km * 1000.0, output_type="ndarray"
    )
    on = origins.snapped.on_network[found["i"]] & destinations.snapped.on_network[found["j"]]
    i, j, straight_m = (found[name][on] for name in ("i", "j", "v"))
    across = np.rint(leg.minutes(straight_m) * 1000.0).astype(np.int64)
    both = Direct(
        np.concatenate([along.origin, i]),
        np.concatenate([along.destination, j]),
        np.concatenate([along.time_mmin, across]),
        np.concatenate([along.length_m, straight_m * leg.detour]),
        np.concatenate([along.along_edge, np.zeros(len(i), dtype=bool)]),
    )
    order = np.lexsort((both.length_m, both.time_mmin, both.destination, both.origin))
    i, j = both.origin[order], both.destination[order]
    order = order[np.append(True, (np.diff(i) != 0) | (np.diff(j) != 0))] if len(order) else order
    return Direct(*(values[order] for values in vars(both).values()))


def _same_edge(network: RoadNetwork, origins: Placed, destinations: Placed) -> Direct:
    """Find the pairs that share an edge, and the way between them along it."""
    left = _by_edge(origins.snapped)
    right = _by_edge(destinations.snapped)
    pairs = left.merge(right, on="edge").sort_values(["point_x", "point_y"], kind="stable")
    i, j = pairs["point_x"].to_numpy(np.int64), pairs["point_y"].to_numpy(np.int64)
    edge = pairs["edge"].to_numpy(np.int64)
    a, b = origins.snapped.time_share[i], destinations.snapped.time_share[j]
    ahead, back = (times[edge] for times in network.times_of_edges)
    best = np.full(len(i), CLOSED, dtype=np.int64)
    for times, allowed in ((ahead, a <= b), (back, a >= b)):
        use = allowed & (times < CLOSED)
        along = np.abs(np.rint(times[use] * b[use]) - np.rint(times[use] * a[use])).astype(np.int64)
        best[use] = np.minimum(best[use], along)
    edge_m = network.roads.edge_length_m[edge]
    metres = np.abs(destinations.snapped.length_share[j] - origins.snapped.length_share[i]) * edge_m
    time = best + origins.leg_mmin[i] + destinations.leg_mmin[j]
    metres += origins.leg_m[i] + destinations.leg_m[j]
    itself = (origins.snapped.point_xy[i] == destinations.snapped.point_xy[j]).all(axis=1)
    time[itself], metres[itself] = 0, 0.0
    use = time < CLOSED
    return Direct(i[use], j[use], time[use], metres[use], np.ones(np.count_nonzero(use), dtype=bool))


def _by_edge(snapped: Snapped) -> pd.DataFrame:
    on = np.flatnonzero(snapped.on_network)
    return pd.DataFrame({"edge": snapped.edge[on], "point": on})


def explain(result: Frame, network: RoadNetwork, *placed: Placed, **details: Any) -> Frame:
    """Write into a result what the network says of itself, and how its points reached it."""
    metadata = network.metadata
    limits: list[Note] = list(metadata.get("limits", ()))
    n_far = sum(int((~points.snapped.on_network).sum()) for points in placed)
    if n_far:
        limits.append(
            note(
                f"Points sans route assez proche, aux temps inconnus : {n_far}",
                f"{n_far} points have no road near enough: their times are unknown",
            )
        )
    distance = np.concatenate([points.snapped.distance_m for points in placed])
    known = distance[~np.isnan(distance)]
    snapping = {
        "points": len(distance),
        "without_road": n_far,
        "median_m": round(float(np.median(known)), 1) if len(known) else None,
        "max_m": round(float(known.max()), 1) if len(known) else None,
    }
    told = {key: metadata[key] for key in ("calibration",) if key in metadata}
    return describe(
        result, sources=metadata.get("sources", ()), limits=limits, snapping=snapping, **told, **details
    )


def cutoff_mmin_of(cutoff_min: float | None) -> int | None:
    if cutoff_min is None:
        return None
    if not (np.isfinite(cutoff_min) and cutoff_min >= 0):
        raise InputError(f"cutoff_min: {cutoff_min}; expected a number of minutes, 0 or more.")
    return round(cutoff_min * 1000)


def bar_of(total: int, progress: bool, what: str) -> tqdm:
    """Build a progress bar that shows itself after two seconds, on terminals only."""
    return tqdm(total=total, desc=what, delay=2.0, disable=None if progress else True, leave=False)
