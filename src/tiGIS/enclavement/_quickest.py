"""Quickest ways of many places to the nearest gate, and what closing a road does to them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import InputError
from tiGIS._validate import require_crs
from tiGIS.network import CLOSED
from tiGIS.routing import to_minutes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]


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
        from tiGIS.routing import shortest_path_tree
        from tiGIS.routing.points import ends_of, snap

        self.network = network
        at_gates = snap(network, gates, too_far="unreachable", name="gates")
        self.gates = ends_of(network, at_gates, "destination", network.access)
        if not len(self.gates.node):
            raise InputError("gates: none is near a road; check their coordinates.")
        self._tree = shortest_path_tree(network, at_gates, direction="to")
        snapped = snap(network, places, too_far="unreachable", name="places")
        ends = ends_of(network, snapped, "origin", network.access)
        size = np.diff(ends.indptr)
        inside = _junctions_inside(network, places)
        #: of each entry (a node from which a sub-place leaves): its sub-place, its node, its cost
        owner, sub, node, offset, count = [], [], [], [], 0
        for row, nodes in enumerate(inside):
            if len(nodes):
                owner.append(np.full(len(nodes), row))
                sub.append(count + np.arange(len(nodes)))
                node.append(nodes)
                offset.append(np.zeros(len(nodes), dtype=np.int64))
                count += len(nodes)
            else:
                part = slice(ends.indptr[row], ends.indptr[row + 1])
                owner.append(np.array([row]))
                sub.append(np.full(size[row], count))
                node.append(ends.node[part].astype(np.int64))
                offset.append(ends.offset_mmin[part].astype(np.int64))
                count += 1
        self._owner = np.concatenate(owner)
        self._node, self._offset = np.concatenate(node), np.concatenate(offset)
        entries = np.bincount(np.concatenate(sub), minlength=count)
        self._first = np.concatenate([[0], np.cumsum(entries)])
        self.n_places = count

    def shared_out(self, people: Floats) -> Floats:
        """Share the people of each place out over its junctions."""
        return people[self._owner] / np.bincount(self._owner, minlength=len(people))[self._owner]

    def minutes(self, closed: int | None = None) -> Floats:
        """Minutes of each place to its nearest gate, with an edge closed; NaN where there is no way."""
        tree = self._tree
        best, _ = self._best(tree.time_mmin if closed is None else tree.without(closed))
        return to_minutes(best)

    @cached_property
    def first_node(self) -> Numbers:
        """Node by which each place sets out, -1 where it can't reach a gate."""
        best, node = self._best(self._tree.time_mmin)
        return np.where(best < CLOSED, node, -1)

    def _best(self, time_mmin: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
        total = time_mmin[self._node].astype(np.int64) + self._offset
        size = np.diff(self._first)
        some = size > 0
        best = np.full(self.n_places, CLOSED, dtype=np.int64)
        node = np.full(self.n_places, -1, dtype=np.int64)
        if some.any():
            best[some] = np.minimum.reduceat(total, self._first[:-1][some])
            place = np.repeat(np.arange(self.n_places), size)
            equal = np.flatnonzero(total == best[place])[::-1]
            node[place[equal]] = self._node[equal]  # the first entry wins
        return best, node

    def people_by_edge(self, weight: Floats) -> Floats:
        """Count the people whose quickest way to a gate takes each edge."""
        node = self.first_node
        leaving = np.bincount(node[node >= 0], weight[node >= 0], minlength=self.network.n_nodes)
        return self._tree.passing(leaving)


def open_edges(network: RoadNetwork) -> Numbers:
    """Give the edges that are open in a direction at least."""
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
