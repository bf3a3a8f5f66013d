"""Giving the hierarchy its weights: what each shortcut costs, and which edges are of no use.

First each edge takes the cost of the arcs that run along it; then, from the earliest rank up, the cost of a
way through a common earlier neighbour of its ends where that is less (lower triangles). This is all that a
query needs. From the last rank down, ways through a common later neighbour (the other triangles) make each
edge cost exactly the distance between its ends; edges that cost more than that before are on no shortest path
of the kind that queries follow, and are left out of what queries read: several times fewer edges to follow.

Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies" (2016), sections 7 and 8 (perfect
customisation).

A weight is int32 milliminutes or, where lengths are asked for, int64: milliminutes times 2^32 plus
centimetres, so that of equally quick ways the shortest is the least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tiGIS.network import CLOSED
from tiGIS.routing._elimination import Hierarchy
from tiGIS.routing._graph import Weights
from tiGIS.routing._jit import kernel

HIGH = 32
"""The bits by which the time is shifted in a weight of time and length."""


@dataclass(frozen=True)
class Links:
    """The edges of some ranks to later ones that queries follow in one direction, with their weights."""

    ptr: NDArray[np.int32]
    head: NDArray[np.int32]
    weight: NDArray[Any]


@dataclass(frozen=True)
class Customised:
    """
    The hierarchy with weights.

    Parameters
    ----------
    up, down : array, shape (n_edges,)
        Cost of each edge from the earlier end to the later one, and back, before the last step.
    climb : Links
        Useful edges, cost from the earlier end to the later one.
    descend : Links
        Useful edges, cost from the later end to the earlier one.
    far : int32 or int64
        The weight from which a place is out of reach.
    """

    up: NDArray[Any]
    down: NDArray[Any]
    climb: Links
    descend: Links
    far: Any

    def turned(self) -> Customised:
        """Give the same for the graph with all arcs turned round."""
        return Customised(self.down, self.up, self.descend, self.climb, self.far)


def arc_weights(weights: Weights, *, lengths: bool) -> NDArray[Any]:
    """Give each arc its weight: its time, or its time and its length in one number."""
    if not lengths:
        return weights.mmin
    cm = 0 if weights.cm is None else weights.cm
    return (weights.mmin.astype(np.int64) << HIGH) + cm


def customise(hierarchy: Hierarchy, arc_weight: NDArray[Any]) -> Customised:
    """Weigh all edges, and keep the useful ones."""
    h = hierarchy
    far = arc_weight.dtype.type(CLOSED << (HIGH if arc_weight.dtype == np.int64 else 0))
    up = np.full(h.up_head.size, far, arc_weight.dtype)
    down = up.copy()
    _take_arcs(h.edge_of_arc, h.climbs, arc_weight, up, down)
    _lower_triangles(h.up_ptr, h.up_head, h.low_ptr, h.low_edge, h.low_tail, up, down)
    exact_up, exact_down = up.copy(), down.copy()
    _other_triangles(h.up_ptr, h.up_head, exact_up, exact_down)
    climb = _useful(h, up, exact_up, far)
    descend = _useful(h, down, exact_down, far)
    return Customised(up, down, climb, descend, far)


def _useful(h: Hierarchy, weight: NDArray[Any], exact: NDArray[Any], far: Any) -> Links:
    """Keep the edges that cost the distance between their ends."""
    kept = (weight == exact) & (weight < far)
    before = np.zeros(kept.size + 1, np.int32)
    np.cumsum(kept, out=before[1:])
    return Links(before[h.up_ptr], h.up_head[kept], weight[kept])


@kernel
def _take_arcs(edge_of_arc, climbs, arc_weight, up, down):
    """Give each edge the cost of the best arc that runs along it."""
    for a in range(edge_of_arc.size):
        edge = edge_of_arc[a]
        if edge < 0:
            continue
        if climbs[a]:
            up[edge] = min(up[edge], arc_weight[a])
        else:
            down[edge] = min(down[edge], arc_weight[a])


@kernel
def _lower_triangles(up_ptr, up_head, low_ptr, low_edge, low_tail, up, down):
    """Lower each edge to the cost of the best way through earlier ranks only.

    For a rank ``x`` and an earlier neighbour ``v``, whose edges are final, all later neighbours ``y`` of
    ``v`` are neighbours of ``x`` too: ``edge_to[y]`` finds the edge of ``x`` that closes the triangle.
    """
    edge_to = np.empty(up_ptr.size, np.int32)
    for x in range(up_ptr.size - 1):
        for e in range(up_ptr[x], up_ptr[x + 1]):
            edge_to[up_head[e]] = e
        for i in range(low_ptr[x], low_ptr[x + 1]):
            vx = low_edge[i]
            to_x, from_x = up[vx], down[vx]
            for vy in range(vx + 1, up_ptr[low_tail[i] + 1]):
                xy = edge_to[up_head[vy]]
                up[xy] = min(up[xy], from_x + up[vy])
                down[xy] = min(down[xy], down[vy] + to_x)


@kernel
def _other_triangles(up_ptr, up_head, up, down):
    """Lower each edge to the distance between its ends, from the last rank down.

    For a rank ``x`` and two of its later neighbours ``y < z``, the edge between these is exact already.
    """
    edge_to = np.empty(up_ptr.size, np.int32)
    for x in range(up_ptr.size - 2, -1, -1):
        first, last = up_ptr[x], up_ptr[x + 1]
        for xy in range(first, last):
            edge_to[up_head[xy]] = xy
        for xy in range(first, last):
            y = up_head[xy]
            best_up, best_down = up[xy], down[xy]
            found = 1
            wanted = last - xy
            for yz in range(up_ptr[y], up_ptr[y + 1]):
                if found == wanted:
                    break
                z = up_head[yz]
                xz = edge_to[z]
                if xz < first or xz >= last or up_head[xz] != z:
                    continue
                found += 1
                best_up = min(best_up, up[xz] + down[yz])
                best_down = min(best_down, up[yz] + down[xz])
                up[xz] = min(up[xz], up[xy] + up[yz])
                down[xz] = min(down[xz], down[yz] + down[xy])
            up[xy], down[xy] = best_up, best_down
