"""The compiled engine: a customizable contraction hierarchy, behind the same methods as the reference."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from tiGIS.network import CLOSED
from tiGIS.routing import _dijkstra, _nearest, _sweep, _unpack
from tiGIS.routing._customise import HIGH, Customised, Links, arc_weights, customise
from tiGIS.routing._elimination import Hierarchy, build_hierarchy
from tiGIS.routing._graph import Graph, Weights
from tiGIS.routing._results import NO_PATH, Path
from tiGIS.routing._terminals import Terminals

__all__ = ["CompiledEngine", "Search", "build_hierarchy"]

WIDE, NARROW = 64, 16
"""Origins served at once without a cutoff, and with one (few, so that they reach the same places)."""

BATCHES_AT_ONCE = 8
"""Batches that a thread does before it says how far it is."""

FAR = np.int32(CLOSED)

Triple = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


@dataclass
class Shared:
    """What both directions of an engine share."""

    graph: Graph
    hierarchy: Hierarchy
    weights: Weights
    threads: int


class Search:
    """Searches from one origin outwards, which need no hierarchy."""

    def __init__(self, graph: Graph, weights: Weights, *, backward: bool) -> None:
        ends = (graph.head, graph.tail) if backward else (graph.tail, graph.head)
        self._outgoing: Triple = _dijkstra.outgoing(graph.n_nodes, *ends, weights.mmin, FAR)

    def tree(self, origin: Terminals, cutoff: int) -> NDArray[np.int32]:
        """Give the times from one origin to every node."""
        return _dijkstra.tree(*self._outgoing, origin.node, origin.offset_mmin, cutoff, FAR)


class CompiledEngine:
    """Shortest paths on one hierarchy with one weighting.

    The methods are those that `WeightedRouter` documents; ends are checked there.
    """

    def __init__(self, graph: Graph, hierarchy: Hierarchy, weights: Weights, threads: int) -> None:
        self._shared = Shared(graph, hierarchy, weights, threads)
        self._times: Customised = customise(hierarchy, arc_weights(weights, lengths=False))
        self._long: Customised | None = None
        self._backward = False
        self._other: CompiledEngine | None = None

    def reversed(self) -> CompiledEngine:
        """Give the engine of the graph with all arcs turned round."""
        if self._other is None:
            other = CompiledEngine.__new__(CompiledEngine)
            other._shared, other._times, other._long = self._shared, self._times.turned(), None
            other._backward, other._other = not self._backward, self
            self._other = other
        return self._other

    def matrix(self, origins: Terminals, destinations: Terminals, cutoff: int) -> NDArray[np.int32]:
        """Give the times between all origins and all destinations."""
        return self._matrix(self._times, origins, destinations, FAR.dtype.type(cutoff))

    def matrix_with_lengths(
        self, origins: Terminals, destinations: Terminals, cutoff: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Give the times, and the length of the shortest among the quickest paths."""
        # All lengths within the cutoff's own milliminute count.
        both = self._matrix(self._with_lengths(), origins, destinations, np.int64((cutoff + 1) << HIGH) - 1)
        time = (both >> HIGH).astype(np.int32)
        return time, np.where(time < CLOSED, both & (2**HIGH - 1), 0)

    def aggregate_within(
        self,
        origins: Terminals,
        destinations: Terminals,
        values: NDArray[np.float64],
        cutoffs: NDArray[np.int32],
    ) -> NDArray[np.float64]:
        """Sum the values within each cutoff of each origin."""
        sums = np.zeros((len(origins), cutoffs.size))

        def rows(batch: NDArray[np.int64], ends: Triple, reached: _sweep.Reached) -> None:
            total = np.zeros((cutoffs.size, reached.best.size))
            _sweep.sums_within(batch, ends, *reached.arrays(), values, cutoffs, total, sums)

        self._run(rows, self._times, origins, destinations, NARROW, cutoffs.max())
        return sums

    def nearest(
        self, origins: Terminals, facilities: Terminals, k: int, cutoff: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Give the k nearest facilities of each origin, and the times; equal times go to the lower number."""
        back = self._times.turned()
        selection = self._select(back, origins)
        found = _nearest.nearest(
            _arrays(back.climb),
            self._entries(facilities, back),
            selection.arrays(),
            self._ends(origins, back, selection),
            k,
            cutoff,
        )
        none = found == _nearest.NONE
        which = np.where(none, -1, found & (2**HIGH - 1)).astype(np.int32)
        return which, np.where(none, CLOSED, found >> HIGH).astype(np.int32)

    def path(self, origin: Terminals, destination: Terminals) -> Path:
        """Find one quickest path (the shortest of them, if lengths are known)."""
        lengths = self._shared.weights.cm is not None
        custom = self._with_lengths() if lengths else self._times
        h = self._shared.hierarchy
        starts, ends = self._entries(origin, custom), self._entries(destination, custom)
        cost, ranks = _unpack.find_ranks(
            h.parent, _arrays(custom.climb), _arrays(custom.descend), *starts[1:], *ends[1:], custom.far
        )
        if not ranks.size or cost >= custom.far:
            return NO_PATH
        weight = arc_weights(self._shared.weights, lengths=lengths)
        arcs = _unpack.unpack(
            ranks,
            h.up_ptr,
            h.up_head,
            h.low_ptr,
            h.low_edge,
            h.low_tail,
            custom.up,
            custom.down,
            *h.arcs_of_edges(),
            h.climbs,
            weight,
        )
        return Path(
            int(cost >> HIGH) if lengths else int(cost),
            arcs,
            _cheapest_entry(starts, ranks[0]),
            _cheapest_entry(ends, ranks[-1]),
        )

    def _with_lengths(self) -> Customised:
        """Customise times and lengths together, when they are first asked for."""
        if self._long is None:
            if self._backward:
                self._long = self.reversed()._with_lengths().turned()
            else:
                self._long = customise(
                    self._shared.hierarchy, arc_weights(self._shared.weights, lengths=True)
                )
        return self._long

    def _matrix(
        self, custom: Customised, origins: Terminals, destinations: Terminals, cutoff: Any
    ) -> NDArray[Any]:
        out = np.full((len(origins), len(destinations)), custom.far)
        lanes = WIDE if cutoff >= custom.far - 1 else NARROW

        def rows(batch: NDArray[np.int64], ends: Triple, reached: _sweep.Reached) -> None:
            _sweep.matrix_rows(batch, ends, *reached.arrays(), cutoff, out)

        self._run(rows, custom, origins, destinations, lanes, cutoff)
        return out

    def _run(
        self,
        rows: Callable[[NDArray[np.int64], Triple, _sweep.Reached], None],
        custom: Customised,
        origins: Terminals,
        destinations: Terminals,
        lanes: int,
        cutoff: Any,
    ) -> None:
        """Do the rows of all origins, near ones together, on all threads.

        Each step of a batch is a kernel of its own: called from one another, they would be compiled twice.
        """
        if not len(origins) or not len(destinations):
            return
        h = self._shared.hierarchy
        selection = self._select(custom, destinations)
        ends = self._ends(destinations, custom, selection)
        entries = self._entries(origins, custom)
        order = _by_first_rank(entries)
        lanes = min(lanes, _sweep.WIDTH * -(-len(origins) // _sweep.WIDTH))
        size = lanes * max(1, min(BATCHES_AT_ONCE, len(origins) // (2 * lanes * self._shared.threads)))
        pieces = [order[start : start + size] for start in range(0, order.size, size)]
        rooms = [
            _sweep.room_for(h, selection, lanes, custom.far)
            for _ in range(min(self._shared.threads, len(pieces)))
        ]

        climb, selected, up = _arrays(custom.climb), selection.arrays(), (h.up_ptr, h.up_head)

        def run(piece: NDArray[np.int64]) -> int:
            room = rooms.pop()
            chain, slot, high, time, within, visited = room
            reached = _sweep.Reached(time, within, np.empty(lanes, time.dtype), custom.far)
            for start in range(0, piece.size, lanes):
                batch = piece[start : start + lanes]
                climbed = _sweep.climb_from(h.parent, climb, entries, batch, chain, slot, high, custom.far)
                visits = _sweep.descend_to(
                    selected, up, chain, climbed, slot, high, time, cutoff, within, visited
                )
                rows(batch, ends, reached)
                _sweep.clear(visits, time, within, visited, custom.far)
            rooms.append(room)
            return piece.size

        with (
            ThreadPoolExecutor(len(rooms)) as pool,
            tqdm(total=len(origins), desc="routing", unit=" origins", delay=2, disable=None) as bar,
        ):
            for done in pool.map(run, pieces):
                bar.update(done)

    def _select(self, custom: Customised, destinations: Terminals) -> _sweep.Selection:
        h = self._shared.hierarchy
        return _sweep.select(h, custom.descend, h.rank[destinations.node])

    def _entries(self, ends: Terminals, custom: Customised) -> Triple:
        """Give the sets of nodes by rank, with costs in the engine's weights."""
        cost = ends.offset_mmin
        if custom.far.dtype == np.int64:
            cost = (cost.astype(np.int64) << HIGH) + ends.offset_cm
        return ends.indptr, self._shared.hierarchy.rank[ends.node], cost

    def _ends(self, ends: Terminals, custom: Customised, selection: _sweep.Selection) -> Triple:
        """Give the sets of nodes by their place in a selection."""
        indptr, rank, cost = self._entries(ends, custom)
        return indptr, selection.place[rank], cost


def _arrays(links: Links) -> Triple:
    return links.ptr, links.head, links.weight


def _by_first_rank(entries: Triple) -> NDArray[np.int64]:
    """Order the points so that near ones, which share their ancestors, come together."""
    indptr, rank, _ = entries
    first = np.zeros(indptr.size - 1, np.int64)
    tied = np.flatnonzero(np.diff(indptr))
    first[tied] = rank[indptr[tied]]
    return np.argsort(first, kind="stable")


def _cheapest_entry(entries: Triple, rank: int) -> int:
    _, ranks, costs = entries
    there = np.flatnonzero(ranks == rank)
    return int(there[np.argmin(costs[there])])
