"""Which parts of which roads are reached within a time: intervals along edges, lengths, places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tiGIS.network import CLOSED, Closures, RoadNetwork
from tiGIS.routing._terminals import Terminals
from tiGIS.routing.points import shares_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reach:
    """Parts of edges, none overlapping: from share ``low`` to ``high`` of the minutes from the tail."""

    edge: NDArray[np.int64]
    low: Floats
    high: Floats

    def length_m(self, network: RoadNetwork) -> float:
        """Measure all parts together."""
        share = [length_share(network, self.edge, values) for values in (self.low, self.high)]
        return float(((share[1] - share[0]) * network.roads.edge_length_m[self.edge]).sum())


def reached_parts(
    network: RoadNetwork, node_mmin: NDArray[np.int32], origin: Terminals, cutoff_mmin: int, *, towards: bool
) -> Reach:
    """Find the parts of roads within the cutoff of one origin.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    node_mmin : numpy.ndarray
        Milliminutes from the origin to each node, or (``towards``) from each node to it.
    origin : Terminals
        The one origin.
    cutoff_mmin : int
        Milliminutes; a place exactly that far is reached.
    towards : bool
        Whether trips go to the origin.

    Returns
    -------
    Reach
        The parts.
    """
    roads = network.roads
    ahead, back = network.open_times_of_edges
    # On roads that no trip passes through, what is reached from outside is reached by the nodes for arrivals.
    every = network.topology.ends_at(np.arange(network.n_nodes))
    left = cutoff_mmin - np.minimum(node_mmin, node_mmin[every]).astype(np.int64)
    at_tail, at_head = left[roads.tail], left[roads.head]
    # Leaving through the tail uses the arc along the line; trips *to* the origin use the one against it.
    from_tail = _share(at_tail, back if towards else ahead)
    from_head = _share(at_head, ahead if towards else back)
    edge = np.arange(roads.n_edges)
    closed = np.zeros(roads.n_edges, dtype=bool)
    if network.closures is not None:
        closed = network.closures.edges
        first, last = _closed_shares(network, network.closures, edge[closed])
        from_tail[closed] = np.minimum(from_tail[closed], first)
        from_head[closed] = np.minimum(from_head[closed], 1.0 - last)
    reached = (from_tail > 0) | (from_head > 0)
    whole = (from_tail + from_head >= 1) & ~closed
    low = [np.zeros(np.count_nonzero(whole))]
    high = [np.ones(np.count_nonzero(whole))]
    edges = [edge[whole]]
    for share, at_first in ((from_tail, True), (from_head, False)):
        part = reached & ~whole & (share > 0)
        edges.append(edge[part])
        low.append(np.zeros(np.count_nonzero(part)) if at_first else 1.0 - share[part])
        high.append(share[part] if at_first else np.ones(np.count_nonzero(part)))
    found = Reach(np.concatenate(edges), np.concatenate(low), np.concatenate(high))
    return _with_own_edge(found, network, origin, cutoff_mmin, towards=towards)


def _share(left: NDArray[np.int64], times: NDArray[np.int64]) -> Floats:
    """How much of an edge is driven in the time that is left at its end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(times > 0, left / times, 1.0)
    return np.where((left >= 0) & (times < CLOSED), np.clip(share, 0.0, 1.0), 0.0)


def _closed_shares(
    network: RoadNetwork, closures: Closures, edge: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Shares of the minutes of closed edges at which their closed stretch starts and ends."""
    size = shapely.length(network.roads.lines[edge])
    first, last = (np.clip(place[edge], 0.0, size) for place in (closures.first_m, closures.last_m))
    return shares_at(network, edge, first)[0], shares_at(network, edge, last)[0]


def _with_own_edge(
    found: Reach, network: RoadNetwork, origin: Terminals, cutoff_mmin: int, *, towards: bool
) -> Reach:
    """Add what is reached along the origin's own edge without passing a node."""
    own, place = int(origin.points.edge[0]), float(origin.points.time_share[0])
    left = cutoff_mmin - int(origin.leg_mmin[0])
    if own < 0 or left < 0:
        return found
    ahead, back = (int(times[own]) for times in network.open_times_of_edges)
    if towards:
        ahead, back = back, ahead
    least, most = _open_side(network, origin)
    run = [float(_share(np.array([left]), np.array([times]))[0]) for times in (back, ahead)]
    mine = found.edge == own
    intervals = sorted(
        [
            *zip(found.low[mine], found.high[mine], strict=True),
            (max(least, place - run[0]), min(most, place + run[1])),
        ]
    )
    merged: list[list[float]] = []
    for low, high in intervals:
        if merged and low <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    parts = np.array(merged)
    return Reach(
        np.concatenate([found.edge[~mine], np.full(len(parts), own)]),
        np.concatenate([found.low[~mine], parts[:, 0]]),
        np.concatenate([found.high[~mine], parts[:, 1]]),
    )


def _open_side(network: RoadNetwork, origin: Terminals) -> tuple[float, float]:
    """Shares of the origin's edge between which nothing is closed; its own place twice, if that is closed."""
    own, closures = origin.points.edge, network.closures
    if closures is None or not closures.edges[own[0]]:
        return 0.0, 1.0
    first, last = (float(share[0]) for share in _closed_shares(network, closures, own))
    if origin.points.along_m[0] < closures.first_m[own[0]]:
        return 0.0, first
    if origin.points.along_m[0] > closures.last_m[own[0]]:
        return last, 1.0
    place = float(origin.points.time_share[0])
    return place, place


def _locate(
    network: RoadNetwork, edge: NDArray[np.int64], time_share: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Find the piece that a share of an edge's minutes falls in, and how far along that piece."""
    roads = network.roads
    total = roads.run_min
    first, last = roads.first_piece[edge], roads.first_piece[edge + 1] - 1
    wanted = total[first] + time_share * (total[last + 1] - total[first])
    piece = np.clip(np.searchsorted(total, wanted, side="right") - 1, first, last)
    size = total[piece + 1] - total[piece]
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.where(size > 0, np.clip((wanted - total[piece]) / size, 0.0, 1.0), 0.0)
    return piece, np.where(time_share >= 1.0, 1.0, inside)


def length_share(network: RoadNetwork, edge: NDArray[np.int64], time_share: Floats) -> Floats:
    """Turn shares of an edge's minutes into shares of its metres."""
    roads = network.roads
    piece, inside = _locate(network, edge, time_share)
    done = roads.run_length_m[piece] - roads.run_length_m[roads.first_piece[edge]]
    share = (done + inside * roads.length_m[piece]) / roads.edge_length_m[edge]
    return np.clip(np.where(time_share <= 0.0, 0.0, np.where(time_share >= 1.0, 1.0, share)), 0.0, 1.0)


def map_metres(network: RoadNetwork, edge: NDArray[np.int64], time_share: Floats) -> Floats:
    """Turn shares of an edge's minutes into metres along its line on the map."""
    roads = network.roads
    piece, inside = _locate(network, edge, time_share)
    ends = roads.run_m[roads.last_vertex]
    origin = roads.run_m[roads.first_vertex[edge]]
    before = np.where(piece == roads.first_piece[edge], origin, ends[np.maximum(piece, 1) - 1])
    return before + inside * (ends[piece] - before) - origin


def sample_places(network: RoadNetwork, reach: Reach, step_m: float) -> Floats:
    """Give places along the reached parts, at most ``step_m`` apart on the map, ends included."""
    low, high = (map_metres(network, reach.edge, values) for values in (reach.low, reach.high))
    count = np.maximum(2, np.ceil((high - low) / step_m).astype(np.int64) + 1)
    owner = np.repeat(np.arange(len(low)), count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    along = low[owner] + rank * ((high - low) / (count - 1))[owner]
    lines = network.roads.lines[reach.edge[owner]]
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
