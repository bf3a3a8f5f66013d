"""The roads themselves, and which node leads to which: arrays that never change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._repr import short_repr
from tiGIS.network._road_classes import ROAD_CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Flags of a piece of road, and of an arc that holds one such piece at least.
FLAGS = {
    "toll": 1,
    "bridge": 2,
    "tunnel": 4,
    "motorway": 8,
    "dual": 16,
    "link": 32,
    "roundabout": 64,
    "urban": 128,
}

# Classes on which trips neither start nor end.
NO_ENTRANCE = (ROAD_CLASSES.index("motorway"), ROAD_CLASSES.index("ferry"))

# The time, in milliminutes (two years), from which a road is closed and a place out of reach. Two of them
# still add up in 32 bits, so that the kernels need no test for overflow.
CLOSED = 2**30 - 1


@dataclass(frozen=True, eq=False, repr=False)
class Topology:
    """Which node leads to which: what stays the same when times change, so what a hierarchy is kept for.

    ``arrival`` gives, for each node, the one at which trips to it end. It is another one only where a trip
    must not pass through (None: nowhere): arcs lead out of the first, and into the second.
    """

    n_nodes: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    arrival: NDArray[np.int32] | None = None

    __repr__ = short_repr

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    def ends_at(self, nodes: Any) -> Any:
        """Give the nodes at which trips to some nodes end."""
        return nodes if self.arrival is None else self.arrival[nodes]

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """Whether trips may start at each node: not where they only end."""
        result = np.ones(self.n_nodes, dtype=bool)
        if self.arrival is not None:
            result[self.arrival[self.arrival != np.arange(self.n_nodes)]] = False
        return result


@dataclass(frozen=True, eq=False, repr=False)
class Roads:
    """The roads between two nodes (edges), each a run of pieces that keep what the source says of them.

    Edge ``e`` has the pieces from ``first_piece[e]`` and the vertices from ``first_vertex[e]``, up to
    those of the next. Pieces share the vertex where they meet: piece ``p`` ends at vertex ``last_vertex[p]``.
    ``speed_kmh`` holds along the edge, ``speed_back_kmh`` against it: in one proportion over all its pieces,
    so that a share of the minutes is the same place both ways.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first_piece: NDArray[np.int64]
    first_vertex: NDArray[np.int64]
    xy: NDArray[np.float64]
    last_vertex: NDArray[np.int64]
    length_m: NDArray[np.float64]
    speed_kmh: NDArray[np.float64]
    speed_back_kmh: NDArray[np.float64]
    road_class: NDArray[np.int8]
    flags: NDArray[np.uint8]
    way: NDArray[np.int32]
    name_class: NDArray[np.int16]
    way_ids: NDArray[np.str_]
    name_classes: NDArray[np.str_]

    __repr__ = short_repr

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.tail)

    @cached_property
    def time_min(self) -> NDArray[np.float64]:
        """Minutes along each piece, before any rounding."""
        return frozen(self.length_m / self.speed_kmh * 0.06)

    @cached_property
    def time_back_min(self) -> NDArray[np.float64]:
        """Minutes against each piece, before any rounding."""
        if self.speed_back_kmh is self.speed_kmh:
            return self.time_min
        return frozen(self.length_m / self.speed_back_kmh * 0.06)

    @cached_property
    def edge_length_m(self) -> NDArray[np.float64]:
        """Length of each edge in metres."""
        return frozen(self.total(self.length_m))

    @cached_property
    def run_min(self) -> NDArray[np.float64]:
        """Minutes of all pieces before each one, with the total at the end."""
        return frozen(np.concatenate([[0.0], np.cumsum(self.time_min)]))

    @cached_property
    def run_length_m(self) -> NDArray[np.float64]:
        """Metres of all pieces before each one, with the total at the end."""
        return frozen(np.concatenate([[0.0], np.cumsum(self.length_m)]))

    @cached_property
    def edge_of_piece(self) -> NDArray[np.int64]:
        """Edge of each piece."""
        return frozen(np.repeat(np.arange(self.n_edges), np.diff(self.first_piece)))

    @cached_property
    def run_m(self) -> NDArray[np.float64]:
        """Metres on the map from the first vertex of all, along every line, to each vertex."""
        step = np.hypot(*np.diff(self.xy, axis=0).T) if len(self.xy) else np.empty(0)
        inner = self.first_vertex[1:-1]
        step[inner - 1] = 0.0  # from the end of an edge to the start of the next there is no road
        return frozen(np.concatenate([[0.0], np.cumsum(step)]))

    @cached_property
    def piece_start_m(self) -> NDArray[np.float64]:
        """Where along the line of its edge each piece starts, in metres on the map."""
        start = np.empty(len(self.length_m), dtype=np.int64)
        start[1:] = self.last_vertex[:-1]
        start[self.first_piece[:-1]] = self.first_vertex[:-1]
        return frozen(self.run_m[start] - self.run_m[self.first_vertex[self.edge_of_piece]])

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Line of each edge, from its tail to its head."""
        import shapely

        owner = np.repeat(np.arange(self.n_edges), np.diff(self.first_vertex))
        return frozen(shapely.linestrings(self.xy, indices=owner))

    @cached_property
    def entrances(self) -> tuple[NDArray[np.int64], Any]:
        """Edges where a trip may start or end, and a spatial index of their lines.

        Motorways, their slip roads and ferries are left out, unless the network has nothing else.
        """
        import shapely

        shut = np.isin(self.road_class, NO_ENTRANCE)
        edges = np.flatnonzero(self.total((~shut).astype(np.int64)) > 0)
        if not len(edges):
            edges = np.arange(self.n_edges)
        return edges, shapely.STRtree(self.lines[edges])

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the pieces of each edge."""
        if not self.n_edges:
            return np.empty(0, dtype=values.dtype)
        return np.add.reduceat(values, self.first_piece[:-1])


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Make an array read-only, in place."""
    array.setflags(write=False)
    return array
