"""Ways between two points that touch no junction: along the road that they share, or by the access leg."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from tiGIS.network import CLOSED, RoadNetwork
from tiGIS.routing._terminals import Terminals


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


def direct_ways(network: RoadNetwork, origins: Terminals, destinations: Terminals) -> Direct:
    """Find the pairs that share an edge, or that the access leg joins; a point reaches itself in no time."""
    along = _same_edge(network, origins, destinations)
    leg = origins.access
    if leg is None or not leg.direct_km:
        return along
    found = cKDTree(origins.points.point_xy).sparse_distance_matrix(
        cKDTree(destinations.points.point_xy), leg.direct_km * 1000.0, output_type="ndarray"
    )
    on = origins.points.on_network[found["i"]] & destinations.points.on_network[found["j"]]
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


def _same_edge(network: RoadNetwork, origins: Terminals, destinations: Terminals) -> Direct:
    """Find the pairs that share an edge, and the way between them along it."""
    i, j = _pairs(origins.points.edge, destinations.points.edge)
    edge = origins.points.edge[i]
    a, b = origins.points.time_share[i], destinations.points.time_share[j]
    ahead, back = (times[edge] for times in network.open_times_of_edges)
    free = _free(network, edge, origins.points.along_m[i], destinations.points.along_m[j])
    best = np.full(len(i), CLOSED, dtype=np.int64)
    for times, allowed in ((ahead, a <= b), (back, a >= b)):
        use = free & allowed & (times < CLOSED)
        along = np.abs(np.rint(times[use] * b[use]) - np.rint(times[use] * a[use])).astype(np.int64)
        best[use] = np.minimum(best[use], along)
    edge_m = network.roads.edge_length_m[edge]
    metres = np.abs(destinations.points.length_share[j] - origins.points.length_share[i]) * edge_m
    time = best + origins.leg_mmin[i] + destinations.leg_mmin[j]
    metres += origins.leg_m[i] + destinations.leg_m[j]
    itself = (origins.points.point_xy[i] == destinations.points.point_xy[j]).all(axis=1)
    time[itself], metres[itself] = 0, 0.0
    use = time < CLOSED
    return Direct(i[use], j[use], time[use], metres[use], np.ones(np.count_nonzero(use), dtype=bool))


def _free(
    network: RoadNetwork, edge: NDArray[np.int64], here: NDArray[np.float64], there: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether nothing is closed between two places on an edge."""
    closures = network.closures
    if closures is None:
        return np.ones(len(edge), dtype=bool)
    after = closures.first_m[edge] > np.maximum(here, there)
    return after | (closures.last_m[edge] < np.minimum(here, there))


def _pairs(left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the places of equal numbers in two arrays, by pairs in their order; -1 has none."""
    order = np.argsort(right, kind="stable")
    first, end = (np.searchsorted(right[order], left, side=side) for side in ("left", "right"))
    count = np.where(left >= 0, end - first, 0)
    i = np.repeat(np.arange(len(left)), count)
    rank = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i, order[first[i] + rank]
