"""The plain engine: Dijkstra's algorithm from scipy, one search per origin.

It is what the compiled engine is checked against, and what serves small graphs (quicker than loading compiled
code) and places where numba doesn't work. Times are whole milliminutes, which float64 adds exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tiGIS.network import CLOSED
from tiGIS.routing._graph import Graph, Weights
from tiGIS.routing._results import NO_PATH, Path
from tiGIS.routing._terminals import Terminals

ORIGINS_AT_ONCE = 64


class ReferenceEngine:
    """Shortest paths on one graph with one weighting, by scipy.

    The methods are those that `WeightedRouter` documents; ends are checked there.
    """

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights
        self._arc = _best_arcs(graph, weights)
        self._tail, self._head = graph.tail[self._arc], graph.head[self._arc]
        self._mmin = weights.mmin[self._arc]
        self._cm = None if weights.cm is None else weights.cm[self._arc]
        self._backward: ReferenceEngine | None = None

    def reversed(self) -> ReferenceEngine:
        """Give the engine of the graph with all arcs turned round."""
        if self._backward is None:
            graph = self._graph
            turned = Graph(graph.n_nodes, graph.x, graph.y, graph.head, graph.tail)
            self._backward = ReferenceEngine(turned, self._weights)
            self._backward._backward = self
        return self._backward

    def matrix(self, origins: Terminals, destinations: Terminals, cutoff: int) -> NDArray[np.int32]:
        """Give the times between all origins and all destinations."""
        parts = [_at_ends(times, destinations, cutoff) for _, times in self._trees(origins, limit=cutoff)]
        return np.vstack(parts) if parts else np.empty((0, len(destinations)), np.int32)

    def matrix_with_lengths(
        self, origins: Terminals, destinations: Terminals, cutoff: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Give the times, and the length of the shortest among the quickest paths."""
        time = np.full((len(origins), len(destinations)), CLOSED, np.int32)
        length = np.zeros(time.shape, np.int64)
        entry_point, entry_cm = destinations.point, destinations.offset_cm
        for rows, times in self._trees(origins, limit=cutoff):
            for row, to_node in zip(range(rows.start, rows.stop), times, strict=True):
                along = self._lengths_of_quickest(origins[row : row + 1], to_node)[destinations.node]
                total = to_node[destinations.node].astype(np.int64) + destinations.offset_mmin
                total = np.where(total > cutoff, CLOSED, total)
                order = np.lexsort((along + entry_cm, total, entry_point))
                first = order[np.unique(entry_point[order], return_index=True)[1]]
                time[row, entry_point[first]] = total[first]
                length[row, entry_point[first]] = np.where(
                    total[first] < CLOSED, along[first] + entry_cm[first], 0
                )
        return time, length

    def aggregate_within(
        self,
        origins: Terminals,
        destinations: Terminals,
        values: NDArray[np.float64],
        cutoffs: NDArray[np.int32],
    ) -> NDArray[np.float64]:
        """Sum the values within each cutoff of each origin."""
        sums = np.zeros((len(origins), cutoffs.size))
        for rows, times in self._trees(origins, limit=int(cutoffs.max())):
            reached = _at_ends(times, destinations, int(cutoffs.max()))
            for column, cutoff in enumerate(cutoffs):
                sums[rows, column] = (reached <= cutoff) @ values
        return sums

    def nearest(
        self, origins: Terminals, facilities: Terminals, k: int, cutoff: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Give the k nearest facilities of each origin, and the times; equal times go to the lower number."""
        best = np.full((len(origins), k), CLOSED, np.int32)
        which = np.full((len(origins), k), -1, np.int32)
        for rows, times in self.reversed()._trees(facilities, limit=cutoff):
            found = _at_ends(times, origins, cutoff).T
            numbers = np.broadcast_to(np.arange(rows.start, rows.stop, dtype=np.int32), found.shape)
            time = np.hstack((best, found))
            facility = np.hstack((which, np.where(found < CLOSED, numbers, -1)))
            # Stable, and facilities come in the order of their numbers: ties keep that order.
            order = np.argsort(time, axis=1, kind="stable")[:, :k]
            best = np.take_along_axis(time, order, axis=1)
            which = np.take_along_axis(facility, order, axis=1)
        return which, best

    def tree(self, origin: Terminals, cutoff: int) -> NDArray[np.int32]:
        """Give the times from one origin to every node."""
        ((_, times),) = self._trees(origin, limit=cutoff)
        return times[0]

    def path(self, origin: Terminals, destination: Terminals) -> Path:
        """Find one quickest path (the shortest of them, if lengths are known)."""
        to_node = self.tree(origin, CLOSED - 1)
        total = to_node[destination.node].astype(np.int64) + destination.offset_mmin
        if not total.size or total.min() >= CLOSED:
            return NO_PATH
        root = self._graph.n_nodes
        graph, tight = self._quickest(origin, to_node)
        along, before = dijkstra(graph, indices=root, return_predecessors=True)
        end = int(np.lexsort((along[destination.node] + destination.offset_cm, total))[0])
        used = dict(zip(zip(self._tail[tight], self._head[tight], strict=True), tight, strict=True))
        node, arcs = destination.node[end], []
        while before[node] != root:
            arcs.append(self._arc[used[before[node], node]])
            node = before[node]
        starts = np.flatnonzero((origin.node == node) & (origin.offset_mmin == to_node[node]))
        start = starts[np.argmin(origin.offset_cm[starts])]
        return Path(int(total[end]), np.array(arcs[::-1], dtype=np.int64), int(start), end)

    def _trees(self, origins: Terminals, limit: int) -> Iterator[tuple[slice, NDArray[np.int32]]]:
        """Give the times from each origin to every node, some origins at a time."""
        n_nodes = self._graph.n_nodes
        for rows in origins.blocks(ORIGINS_AT_ONCE):
            block = origins[rows]
            extra = np.arange(n_nodes, n_nodes + len(block))
            # Each origin becomes a node of its own, joined to its set by arcs of their offsets.
            tail = np.concatenate((self._tail, n_nodes + block.point))
            head = np.concatenate((self._head, block.node))
            cost = np.concatenate((self._mmin, block.offset_mmin))
            graph = cheapest_csr(tail, head, cost, n_nodes + len(block))
            far = dijkstra(graph, indices=extra, limit=limit)[:, :n_nodes]
            yield rows, np.minimum(far, CLOSED).astype(np.int32)

    def _quickest(self, origin: Terminals, to_node: NDArray[np.int32]) -> tuple[csr_array, NDArray[np.int64]]:
        """Give the arcs on quickest paths from one origin, and their graph, weighted by length.

        The origin is the node after the last one of the network.
        """
        root, at_tail = self._graph.n_nodes, to_node[self._tail].astype(np.int64)
        tight = np.flatnonzero((at_tail < CLOSED) & (at_tail + self._mmin == to_node[self._head]))
        starts = np.flatnonzero((origin.offset_mmin == to_node[origin.node]) & (origin.offset_mmin < CLOSED))
        tail = np.concatenate((self._tail[tight], np.full(starts.size, root)))
        head = np.concatenate((self._head[tight], origin.node[starts]))
        along = np.zeros(tight.size, np.int64) if self._cm is None else self._cm[tight]
        return cheapest_csr(tail, head, np.concatenate((along, origin.offset_cm[starts])), root + 1), tight

    def _lengths_of_quickest(self, origin: Terminals, to_node: NDArray[np.int32]) -> NDArray[np.int64]:
        """Measure the quickest paths to every node: the shortest, where several are as quick."""
        graph, _ = self._quickest(origin, to_node)
        along = dijkstra(graph, indices=self._graph.n_nodes)[: self._graph.n_nodes]
        return np.where(np.isinf(along), 0, along).astype(np.int64)


def _best_arcs(graph: Graph, weights: Weights) -> NDArray[np.int64]:
    """Keep the best of parallel arcs (quickest, shortest, first); leave out loops and closed roads."""
    cm = np.zeros(graph.n_arcs, np.int64) if weights.cm is None else weights.cm
    order = np.lexsort((cm, weights.mmin, graph.head, graph.tail))
    order = order[(graph.tail[order] != graph.head[order]) & (weights.mmin[order] < CLOSED)]
    tail, head = graph.tail[order], graph.head[order]
    first = np.ones(order.size, bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return order[first]


def cheapest_csr(tail: NDArray[Any], head: NDArray[Any], cost: NDArray[Any], size: int) -> csr_array:
    """Build scipy's sparse graph: zero costs kept, the least of doubled arcs (scipy would add them up)."""
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(tail.size, bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    starts = np.searchsorted(tail[first], np.arange(size + 1))
    return csr_array((cost[first].astype(np.float64), head[first], starts), shape=(size, size))


def _at_ends(times: NDArray[np.int32], ends: Terminals, cutoff: int) -> NDArray[np.int32]:
    """Take the times at sets of nodes from the times at all nodes, shape (n_rows, n_ends)."""
    best = np.full((times.shape[0], len(ends)), CLOSED, np.int64)
    tied = np.flatnonzero(np.diff(ends.indptr))
    if tied.size:
        total = times[:, ends.node].astype(np.int64) + ends.offset_mmin
        best[:, tied] = np.minimum.reduceat(total, ends.indptr[tied], axis=1)
    return np.where(best > cutoff, CLOSED, best).astype(np.int32)
