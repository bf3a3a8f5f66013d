"""Shortest-path trees: the quickest way between every junction and the nearest of some places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, depth_first_order, dijkstra

from tiGIS._arguments import checked
from tiGIS.network import CLOSED, AccessLeg, Closed, RoadNetwork
from tiGIS.routing._ends import Options, TooFar, cutoff_mmin_of, network_without, place, weighted_router
from tiGIS.routing._reference import cheapest_csr
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._units import to_minutes
from tiGIS.routing._weighted import Direction

if TYPE_CHECKING:
    from tiGIS.routing.points import Points

    Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Tree:
    """Quickest ways between every junction and its nearest place; made by `shortest_path_tree`.

    Parameters
    ----------
    network : RoadNetwork
        The roads, without those that were closed.
    direction : {"from", "to"}
        Ways from the places, or to them.
    time_mmin : numpy.ndarray
        Milliminutes for each node; ``CLOSED`` where there is no way.
    towards : numpy.ndarray
        The next node on the way between each node and its place; -1 at its end, and where there is none.
    arc : numpy.ndarray
        The arc between the two; -1 where there is none.
    """

    network: RoadNetwork
    direction: Direction
    time_mmin: NDArray[np.int32]
    towards: Numbers
    arc: Numbers

    def __repr__(self) -> str:
        reached = np.count_nonzero(self.time_mmin < CLOSED)
        return f"Tree({self.direction!r}, {reached:,} of {len(self.time_mmin):,} nodes)"

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes for each node; NaN where there is no way."""
        return to_minutes(self.time_mmin)

    @cached_property
    def edge(self) -> Numbers:
        """The edge on which each node's way goes on; -1 where there is none."""
        return np.where(self.arc >= 0, self.network.arc_edge[self.arc], -1).astype(np.int64)

    @cached_property
    def _branches(self) -> tuple[Numbers, Numbers]:
        """Nodes such that each branch is a run of them, and how long the run from each is."""
        n = len(self.towards)
        reached = np.flatnonzero(self.time_mmin < CLOSED)
        above = np.where(self.towards[reached] < 0, n, self.towards[reached])
        ones = np.ones(len(reached), dtype=np.int8)
        graph = csr_array((ones, (above, reached)), shape=(n + 1, n + 1))
        order = depth_first_order(graph, n, return_predecessors=False)[1:].astype(np.int64)
        size = np.ones(n + 1, dtype=np.int64)
        for node, next_one in zip(order[::-1].tolist(), self.towards[order[::-1]].tolist(), strict=True):
            size[next_one] += size[node]
        return order, size[order]

    def passing(self, values: ArrayLike) -> NDArray[np.float64]:
        """Sum what passes over each edge, when each node's value takes its way.

        Parameters
        ----------
        values : array-like of float, shape (n_nodes,)
            What sets out from each node (or arrives there): people.

        Returns
        -------
        array of float64, shape (n_edges,)
            Sums.
        """
        through = np.append(np.asarray(values, dtype=np.float64), 0.0)
        order = self._branches[0][::-1]
        for node, next_one in zip(order.tolist(), self.towards[order].tolist(), strict=True):
            through[next_one] += through[node]
        on = np.flatnonzero(self.edge >= 0)
        sums: NDArray[np.float64] = np.zeros(self.network.roads.n_edges)
        np.add.at(sums, self.edge[on], through[on])
        return sums

    def without(self, edge: int) -> NDArray[np.int32]:
        """Give the milliminutes of every node were one more edge closed.

        Only the nodes whose way takes the edge are worked out again, so that closing many roads in turn is
        quick. The places stay where they are reached: close the road of a place itself by ``closed=``.

        Parameters
        ----------
        edge : int
            Number of the edge.

        Returns
        -------
        array of int32, shape (n_nodes,)
            Milliminutes.
        """
        order, size = self._branches
        lost = np.zeros(len(order) + 1, dtype=np.int64)
        roots = np.flatnonzero(self.edge[order] == edge)
        np.add.at(lost, roots, 1)
        np.add.at(lost, roots + size[roots], -1)
        branch = order[np.cumsum(lost[:-1]) > 0]
        time = self.time_mmin.copy()
        if not len(branch):
            return time
        network = self.network
        near, far = (network.tail, network.head)[:: 1 if self.direction == "from" else -1]
        position = np.full(len(time), -1, dtype=np.int64)
        position[branch] = np.arange(len(branch))
        arcs = np.flatnonzero(position[far] >= 0)
        use = (
            (network.time_mmin[arcs] < CLOSED)
            & (network.arc_edge[arcs] != edge)
            & (time[near[arcs]] < CLOSED)
        )
        arcs = arcs[use]
        kept = position[near[arcs]] < 0
        rest = len(branch)  # stands for all that is left untouched
        cost = network.time_mmin[arcs].astype(np.int64) + np.where(kept, time[near[arcs]], 0)
        start = np.where(kept, rest, position[near[arcs]])
        graph = cheapest_csr(start, position[far[arcs]], cost, rest + 1)
        again = dijkstra(graph, indices=rest)[:rest]
        time[branch] = np.minimum(again, CLOSED).astype(np.int32)
        return time


@checked
def shortest_path_tree(
    network: RoadNetwork,
    places: Points | NDArray[np.integer],
    *,
    direction: Direction = "from",
    cutoff_min: float | None = None,
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    closed: Closed | None = None,
    threads: int | None = None,
) -> Tree:
    """Find the quickest way between every junction and the nearest of some places.

    Of ways that are as quick, one over the fewest arcs.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    places : geopandas.GeoDataFrame, geopandas.GeoSeries, Snapped or array of int
        Points, as in `travel_times`; or nodes, by their numbers.
    direction : {"from", "to"}
        Ways from the places, or to them.
    cutoff_min : float, optional
        Longest time of interest in minutes.
    max_snap_m, too_far, access, closed, threads
        As in `travel_times`.

    Returns
    -------
    Tree
        Times of all nodes, and where the way of each goes on.

    Raises
    ------
    InputError
        As in `travel_times`, or nodes that the network doesn't have.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> from tiGIS.routing import shortest_path_tree
    >>> lines = [shapely.LineString([(x, 0), (x + 1000, 0)]) for x in (0, 1000, 2000)]
    >>> roads = gpd.GeoDataFrame({"kmh": [60.0, 60.0, 30.0]}, geometry=lines, crs=2154)
    >>> network = network_from_lines(roads, speed="kmh", contract=False)
    >>> tree = shortest_path_tree(network, gpd.GeoSeries.from_xy([0], [0], crs=2154))
    >>> tree.minutes.tolist()
    [0.0, 1.0, 2.0, 4.0]
    >>> tree.towards.tolist()
    [-1, 0, 1, 2]
    """
    network = network_without(network, closed)
    options = Options(max_snap_m, too_far, access)
    if isinstance(places, np.ndarray):
        ends = Terminals.at_nodes(places)
    else:
        ends = place(network, places, "origin" if direction == "from" else "destination", options, "places")
    router = weighted_router(network, threads)
    time = router.tree(ends.merged(), cutoff_mmin_of(cutoff_min), direction)
    return Tree(network, direction, time, *_hung(network, time, ends, direction))


def _hung(
    network: RoadNetwork, time: NDArray[np.int32], ends: Terminals, direction: Direction
) -> tuple[Numbers, Numbers]:
    """Hang each node on the next one of a quickest way: node and arc."""
    n = network.n_nodes
    near, far = (network.tail, network.head)[:: 1 if direction == "from" else -1]
    through = time[near].astype(np.int64) + network.time_mmin
    tight = np.flatnonzero((through == time[far]) & (through < CLOSED) & (near != far))
    first = np.unique(ends.node[(ends.offset_mmin == time[ends.node]) & (ends.offset_mmin < CLOSED)])
    tail = np.concatenate([near[tight], np.full(len(first), n)])
    head = np.concatenate([far[tight], first])
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n + 1, n + 1))
    _, before = breadth_first_order(graph, n)
    towards = np.where((before[:n] < 0) | (before[:n] == n), -1, before[:n]).astype(np.int64)
    taken = tight[towards[far[tight]] == near[tight]][::-1]  # of parallel arcs, the first
    arc = np.full(n, -1, dtype=np.int64)
    arc[far[taken]] = taken
    return towards, arc
