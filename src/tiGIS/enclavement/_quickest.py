"""Quickest ways of many places to the nearest gate, and what closing a road does to them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tiGIS._errors import InputError
from tiGIS._validate import require_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: Scipy takes 0 for no arc; a thousand such arcs stay far below a milliminute.
_NOT_ZERO = 1e-6


class _Tree(NamedTuple):
    """Quickest ways to a gate: what they cost from each node, and where each goes on."""

    distance: Floats
    onward: Numbers  # the next node; n stands for a gate, -1 for none
    edge_onward: Numbers  # the edge to the next node
    rank: Numbers  # the nodes of a branch have ranks in one run...
    size: Numbers  # ...as long as this, from its root's


class Quickest:
    """Quickest ways of all places to the nearest gate.

    People in a polygon are spread over the junctions inside; each such junction is then a place of its own.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    places, gates : GeoDataFrame or GeoSeries
        Where people live, and where they want to get to.
    """

    def __init__(self, network: RoadNetwork, places: Any, gates: Any) -> None:
        from tiGIS.routing.points import snap, trip_ends

        self.network = network
        self.gates = trip_ends(
            network, snap(network, gates, too_far="unreachable", name="gates"), "destination", network.access
        )
        if not len(self.gates.node):
            raise InputError("gates: none is near a road; check their coordinates.")
        snapped = snap(network, places, too_far="unreachable", name="places")
        ends = trip_ends(network, snapped, "origin", network.access)
        size = np.diff(ends.indptr)
        inside = _junctions_inside(network, places)
        #: of each entry (a node from which a sub-place leaves): its sub-place, its node, its cost
        owner, sub, node, offset, count = [], [], [], [], 0
        for row, nodes in enumerate(inside):
            if len(nodes):
                owner.append(np.full(len(nodes), row))
                sub.append(count + np.arange(len(nodes)))
                node.append(nodes)
                offset.append(np.zeros(len(nodes)))
                count += len(nodes)
            else:
                part = slice(ends.indptr[row], ends.indptr[row + 1])
                owner.append(np.array([row]))
                sub.append(np.full(size[row], count))
                node.append(ends.node[part].astype(np.int64))
                offset.append(ends.offset_mmin[part].astype(np.float64))
                count += 1
        self._owner = np.concatenate(owner)
        self._node, self._offset = np.concatenate(node), np.concatenate(offset)
        entries = np.bincount(np.concatenate(sub), minlength=count)
        self._first = np.concatenate([[0], np.cumsum(entries)])
        self.n_places = count

    def shared_out(self, people: Floats) -> Floats:
        """Share the people of each place out over its junctions."""
        return people[self._owner] / np.bincount(self._owner, minlength=len(people))[self._owner]

    @cached_property
    def _arcs(self) -> tuple[Numbers, Numbers, Floats, Numbers]:
        """Arcs in use, those to a gate included (edge -1): from, to, cost, edge; by from, then cost."""
        from tiGIS.network import CLOSED

        network = self.network
        use = np.flatnonzero((network.time_mmin < CLOSED) & (network.tail != network.head))
        n = network.n_nodes
        start = np.concatenate([network.tail[use], self.gates.node]).astype(np.int64)
        goal = np.concatenate([network.head[use], np.full(len(self.gates.node), n)]).astype(np.int64)
        cost = np.concatenate([network.time_mmin[use], self.gates.offset_mmin]) + _NOT_ZERO
        edge = np.concatenate([network.arc_edge[use], np.full(len(self.gates.node), -1)]).astype(np.int64)
        order = np.lexsort((cost, goal, start))
        return start[order], goal[order], cost[order], edge[order]

    @cached_property
    def _tree(self) -> _Tree:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import depth_first_order, dijkstra

        start, goal, cost, edge = self._arcs
        n = self.network.n_nodes
        distance, onward = dijkstra(_backwards(start, goal, cost, n + 1), indices=n, return_predecessors=True)
        onward = np.where(onward < 0, -1, onward).astype(np.int64)
        # the quickest of the arcs to the next node: the first, as they are sorted
        taken = np.flatnonzero(onward[start] == goal)
        edge_onward = np.full(n + 1, -1, dtype=np.int64)
        edge_onward[start[taken][::-1]] = edge[taken][::-1]
        child = np.flatnonzero(onward >= 0)
        branches = coo_array((np.ones(len(child)), (onward[child], child)), shape=(n + 1, n + 1)).tocsr()
        visited = depth_first_order(branches, n, return_predecessors=False)
        rank = np.full(n + 1, -1, dtype=np.int64)
        rank[visited] = np.arange(len(visited))
        size = np.ones(n + 1, dtype=np.int64)
        for node in visited[:0:-1].tolist():
            size[onward[node]] += size[node]
        self._visited = visited
        return _Tree(distance, onward, edge_onward, rank, size)

    def minutes(self, closed: int | None = None) -> Floats:
        """Give the minutes of each place to its nearest gate, with an edge closed; NaN where there is none.

        Only the nodes whose way takes the edge are worked out again: they find the cheapest way among
        themselves to one whose way does not.
        """
        from scipy.sparse.csgraph import dijkstra

        tree = self._tree
        distance = tree.distance
        if closed is not None:
            root = np.flatnonzero(tree.edge_onward == closed)
            if len(root):
                first = tree.rank[root[0]]
                branch = self._visited[first : first + tree.size[root[0]]]
                start, goal, cost, edge = self._arcs
                position = np.full(len(distance), -1, dtype=np.int64)
                position[branch] = np.arange(len(branch))
                out = np.flatnonzero((position[start] >= 0) & (edge != closed))
                leaves = position[goal[out]] < 0
                away = len(branch)  # stands for all that is left untouched
                reached = _backwards(
                    position[start[out]],
                    np.where(leaves, away, position[goal[out]]),
                    cost[out] + np.where(leaves, distance[goal[out]], 0.0),
                    away + 1,
                )
                distance = distance.copy()
                distance[branch] = dijkstra(reached, indices=away)[:away]
        best, _ = self._best(distance)
        return np.where(np.isinf(best), np.nan, np.round(best, 0) / 1000)

    @cached_property
    def first_node(self) -> Numbers:
        """Node by which each place sets out, -1 where it can't reach a gate."""
        best, node = self._best(self._tree.distance)
        return np.where(np.isinf(best), -1, node)

    def _best(self, distance: Floats) -> tuple[Floats, Numbers]:
        total = distance[self._node] + self._offset
        size = np.diff(self._first)
        some = size > 0
        best = np.full(self.n_places, np.inf)
        node = np.full(self.n_places, -1, dtype=np.int64)
        if some.any():
            best[some] = np.minimum.reduceat(total, self._first[:-1][some])
            place = np.repeat(np.arange(self.n_places), size)
            equal = np.flatnonzero(total == best[place])[::-1]
            node[place[equal]] = self._node[equal]  # the first entry wins
        return best, node

    def people_by_edge(self, weight: Floats) -> Floats:
        """Count the people whose quickest way to a gate takes each edge."""
        tree = self._tree
        n = self.network.n_nodes
        node = self.first_node
        passing = np.bincount(node[node >= 0], weight[node >= 0], minlength=n + 1)
        for current in self._visited[:0:-1].tolist():  # from the ends of branches towards the gates
            passing[tree.onward[current]] += passing[current]
        through = np.zeros(self.network.roads.n_edges)
        on = np.flatnonzero(tree.edge_onward[:n] >= 0)
        np.add.at(through, tree.edge_onward[on], passing[on])
        return through


def _backwards(start: Numbers, goal: Numbers, cost: Floats, n: int) -> Any:
    """Turn arcs round, as a matrix: the cheapest of those that join the same two nodes."""
    from scipy.sparse import coo_array

    order = np.lexsort((cost, start, goal))
    rows, columns = goal[order], start[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
    return coo_array((cost[order][first], (rows[first], columns[first])), shape=(n, n)).tocsr()


def open_edges(network: RoadNetwork) -> Numbers:
    """Give the edges that are open in a direction at least."""
    from tiGIS.network import CLOSED

    ahead, back = network.times_of_edges
    return np.flatnonzero((ahead < CLOSED) | (back < CLOSED))


def _junctions_inside(network: RoadNetwork, places: Any) -> list[Numbers]:
    """Find the nodes inside each polygon; none for points."""
    import shapely

    geometry = np.asarray(places.geometry.to_crs(network.crs).array)
    nodes: list[Numbers] = [np.empty(0, dtype=np.int64) for _ in geometry]
    solid = np.flatnonzero(shapely.get_dimensions(geometry) == 2)
    if len(solid):
        tree = shapely.STRtree(shapely.points(network.x, network.y))
        place, node = tree.query(geometry[solid], predicate="intersects")
        place, node = (found[network.topology.starts[node]] for found in (place, node))
        order = np.lexsort((node, place))
        parts = np.split(node[order], np.cumsum(np.bincount(place, minlength=len(solid)))[:-1])
        for row, part in zip(solid, parts, strict=True):
            nodes[row] = part.astype(np.int64)
    return nodes


def nodes_of(network: RoadNetwork, places: Any, name: str) -> list[Numbers]:
    """Find the junctions of each place: those inside a polygon; the one at a point, else its road's ends."""
    from tiGIS.routing.points import snap

    require_crs(places, name)
    nodes = _junctions_inside(network, places)
    empty = np.array([len(found) == 0 for found in nodes])
    if empty.any():
        snapped = snap(network, places[empty], too_far="unreachable", name=name)
        roads = network.roads
        for row, edge, node in zip(np.flatnonzero(empty), snapped.edge, snapped.node, strict=True):
            if edge >= 0:
                ends = [node] if node >= 0 else [roads.tail[edge], roads.head[edge]]
                nodes[row] = np.unique(ends).astype(np.int64)
    return nodes
