"""The plainest possible shortest paths, in pure Python: what both engines are checked against."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tiGIS.network import CLOSED
from tiGIS.routing._terminals import Terminals

FAR = (CLOSED, 0)


@dataclass(frozen=True)
class PlainGraph:
    """A directed graph with times and lengths on its arcs, as lists."""

    n_nodes: int
    x: list[float]
    y: list[float]
    tail: list[int]
    head: list[int]
    mmin: list[int]
    cm: list[int]

    def turned(self) -> PlainGraph:
        return PlainGraph(self.n_nodes, self.x, self.y, self.head, self.tail, self.mmin, self.cm)

    def best(self, origin: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
        """(time, length) of the best path from a set of (node, time, length) to every node."""
        out = [[] for _ in range(self.n_nodes)]
        for tail, head, mmin, cm in zip(self.tail, self.head, self.mmin, self.cm, strict=True):
            if mmin < CLOSED:
                out[tail].append((head, mmin, cm))
        done = {}
        queue = [(time, length, node) for node, time, length in origin]
        heapq.heapify(queue)
        while queue:
            time, length, node = heapq.heappop(queue)
            if node in done or time >= CLOSED:
                continue
            done[node] = (time, length)
            for head, mmin, cm in out[node]:
                heapq.heappush(queue, (time + mmin, length + cm, head))
        return [done.get(node, FAR) for node in range(self.n_nodes)]


def entries(ends: Terminals, row: int) -> list[tuple[int, int, int]]:
    """The set of one point: (node, time, length)."""
    run = slice(ends.indptr[row], ends.indptr[row + 1])
    return [
        (int(node), int(time), int(length))
        for node, time, length in zip(ends.node[run], ends.offset_mmin[run], ends.offset_cm[run], strict=True)
    ]


def plain_matrix(
    graph: PlainGraph, origins: Terminals, destinations: Terminals, cutoff: int = CLOSED - 1
) -> tuple[np.ndarray, np.ndarray]:
    """Times (milliminutes) and lengths (centimetres, 0 where unreachable) of the best paths."""
    time = np.full((len(origins), len(destinations)), CLOSED)
    length = np.zeros(time.shape, dtype=int)
    for row in range(len(origins)):
        to_node = graph.best(entries(origins, row))
        for column in range(len(destinations)):
            ways = [
                (to_node[node][0] + mmin, to_node[node][1] + cm)
                for node, mmin, cm in entries(destinations, column)
            ]
            best = min(ways, default=FAR)
            if best[0] <= cutoff:
                time[row, column], length[row, column] = best
    return time, length


@st.composite
def graphs(draw: st.DrawFn, most_nodes: int = 24) -> PlainGraph:
    """Random directed graphs: one-way arcs, loops, parallel arcs, closed roads, pieces, one node, none."""
    n_nodes = draw(st.integers(0, most_nodes))
    node = st.integers(0, max(0, n_nodes - 1))
    arcs = draw(st.lists(st.tuples(node, node), max_size=4 * n_nodes)) if n_nodes else []
    if draw(st.booleans()):
        arcs += [(head, tail) for tail, head in arcs]
    time = st.one_of(st.integers(0, 3), st.integers(0, 100_000), st.just(CLOSED))
    count = len(arcs)
    coordinate = st.floats(0, 1000, width=16)
    return PlainGraph(
        n_nodes,
        draw(st.lists(coordinate, min_size=n_nodes, max_size=n_nodes)),
        draw(st.lists(coordinate, min_size=n_nodes, max_size=n_nodes)),
        [tail for tail, _ in arcs],
        [head for _, head in arcs],
        draw(st.lists(time, min_size=count, max_size=count)),
        draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)),
    )


@st.composite
def ends(draw: st.DrawFn, n_nodes: int, most: int = 6, least: int = 0) -> Terminals:
    """Random points, each tied to none, one or some nodes."""
    sizes = draw(st.lists(st.integers(0, 3 if n_nodes else 0), min_size=least, max_size=most))
    total = sum(sizes)
    values = st.lists(st.integers(0, 50), min_size=total, max_size=total)
    return Terminals(
        np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64),
        np.array(
            draw(st.lists(st.integers(0, max(0, n_nodes - 1)), min_size=total, max_size=total)), dtype=int
        ),
        np.array(draw(values), dtype=int),
        np.array(draw(values), dtype=float) / 100,
    )
