"""The hierarchy that an order gives: who is eliminated before whom, and which shortcuts that calls for.

Eliminating a node joins all its remaining neighbours to each other; the graph with all these edges is
chordal. The first of a node's later neighbours is its parent in the elimination tree, and all its later
neighbours are its ancestors. Nodes are renumbered so that each subtree is a run of consecutive numbers
("ranks"), the root of a subtree last.

Liu, "The Role of Elimination Trees in Sparse Factorization" (1990), for the tree and its ordering;
Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies" (2016), for their use on roads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from tiGIS.routing._graph import Graph
from tiGIS.routing._jit import kernel
from tiGIS.routing._order import elimination_order

NO_EDGE = -1


@dataclass(frozen=True)
class Hierarchy:
    """
    What the engine prepares from the topology alone.

    Parameters
    ----------
    rank : array of int32, shape (n_nodes,)
        The number of each node in the hierarchy.
    parent : array of int32, shape (n_nodes,)
        By rank: the parent in the elimination tree, -1 for roots.
    subtree : array of int32, shape (n_nodes,)
        By rank ``v``: the ranks ``subtree[v]`` to ``v`` are the subtree under ``v``.
    up_ptr, up_head : arrays
        The edges of each rank to later ones, heads ascending.
    low_ptr, low_edge, low_tail : arrays
        The edges of each rank to earlier ones: their number in ``up_head``, and the earlier rank, ascending.
    edge_of_arc : array of int32, shape (n_arcs,)
        The edge that each arc of the network runs along; -1 for loops.
    climbs : array of bool, shape (n_arcs,)
        Whether the arc runs from the earlier rank to the later one.
    """

    rank: NDArray[np.int32]
    parent: NDArray[np.int32]
    subtree: NDArray[np.int32]
    up_ptr: NDArray[np.int32]
    up_head: NDArray[np.int32]
    low_ptr: NDArray[np.int32]
    low_edge: NDArray[np.int32]
    low_tail: NDArray[np.int32]
    edge_of_arc: NDArray[np.int32]
    climbs: NDArray[np.bool_]

    def arcs_of_edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """List the arcs along each edge: where each list starts, and the arcs in the order of numbers."""
        order = np.argsort(self.edge_of_arc, kind="stable")
        return np.searchsorted(self.edge_of_arc[order], np.arange(self.up_head.size + 1)), order


def build_hierarchy(graph: Graph, threads: int) -> Hierarchy:
    """Order the nodes, and find all shortcuts that any weights may call for."""
    joined = _undirected(graph)
    order = elimination_order(joined.indptr, joined.indices, graph.x, graph.y, threads)
    rank = _inverse(order)
    later = _upwards(rank[graph.tail], rank[graph.head], graph.n_nodes)
    up_ptr, up_head, parent = _fill(later.indptr, later.indices)
    # Renumber by subtrees, which leaves the shortcuts as they are.
    number, size = np.empty_like(parent), np.ones_like(parent)
    _postorder(parent, number, size, np.empty_like(parent))
    tail = np.repeat(number, np.diff(up_ptr))
    up = _upwards(tail, number[up_head], graph.n_nodes)
    rank, order = number[rank], _inverse(number)
    parent = parent[order]
    parent = np.where(parent < 0, -1, number[parent]).astype(np.int32)
    subtree = (np.arange(graph.n_nodes) - size[order] + 1).astype(np.int32)
    up.data = np.arange(up.nnz, dtype=np.int32)
    low = up.tocsc()
    edge_of_arc, climbs = _edges_of_arcs(graph, rank, up)
    return Hierarchy(
        rank, parent, subtree, up.indptr, up.indices, low.indptr, low.data, low.indices, edge_of_arc, climbs
    )


def _inverse(permutation: NDArray[np.int32]) -> NDArray[np.int32]:
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(permutation.size, dtype=np.int32)
    return inverse


def _adjacency(tail: NDArray[np.int32], head: NDArray[np.int32], size: int) -> csr_array:
    """Group the heads by tail, ascending, each once: scipy sorts, which spares the compilation of kernels."""
    return coo_array((np.zeros(tail.size, np.int8), (tail, head)), shape=(size, size)).tocsr()


def _undirected(graph: Graph) -> csr_array:
    """Build the adjacency of the graph without directions, loops and doubled edges."""
    real = graph.tail != graph.head
    tail, head = graph.tail[real], graph.head[real]
    return _adjacency(np.concatenate((tail, head)), np.concatenate((head, tail)), graph.n_nodes)


def _upwards(first: NDArray[np.int32], second: NDArray[np.int32], size: int) -> csr_array:
    """Give each rank its later neighbours, ascending."""
    real = first != second
    first, second = first[real], second[real]
    return _adjacency(np.minimum(first, second), np.maximum(first, second), size)


def _edges_of_arcs(
    graph: Graph, rank: NDArray[np.int32], up: csr_array
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Find the edge that each arc runs along, and whether it climbs."""
    tail, head = rank[graph.tail], rank[graph.head]
    edge_of_arc = np.full(graph.n_arcs, NO_EDGE, np.int32)
    real = np.flatnonzero(tail != head)
    if real.size:
        edge_of_arc[real] = up[np.minimum(tail, head)[real], np.maximum(tail, head)[real]]
    return edge_of_arc, tail < head


@kernel
def _postorder(parent, number, size, free):
    """Give numbers to the nodes so that each subtree is a run of numbers, its root last; and their sizes.

    ``size`` comes as ones; ``free`` is room to work in.
    """
    n = parent.size
    for v in range(n):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    # From the last node down: a root takes the last free numbers, a child those left in its parent's run.
    outside = n
    for v in range(n - 1, -1, -1):
        if parent[v] < 0:
            stop = outside
            outside -= size[v]
        else:
            stop = free[parent[v]]
            free[parent[v]] -= size[v]
        number[v] = stop - 1
        free[v] = stop - 1


@kernel
def _fill(later_ptr, later):
    """Give each node its later neighbours and those its children hand on; the least of them is its parent."""
    n = later_ptr.size - 1
    up_ptr = np.zeros(n + 1, np.int32)
    up_head = np.empty(max(16, 4 * later.size), np.int32)
    parent = np.full(n, -1, np.int32)
    first_child = np.full(n, -1, np.int32)
    next_child = np.full(n, -1, np.int32)
    seen_from = np.full(n, -1, np.int32)
    count = 0
    for v in range(n):
        seen_from[v] = v
        least = n
        room = later_ptr[v + 1] - later_ptr[v]
        child = first_child[v]
        while child >= 0:
            room += up_ptr[child + 1] - up_ptr[child]
            child = next_child[child]
        if count + room > up_head.size:
            larger = np.empty(2 * (count + room), np.int32)
            for e in range(count):
                larger[e] = up_head[e]
            up_head = larger
        for e in range(later_ptr[v], later_ptr[v + 1]):
            u = later[e]
            seen_from[u] = v
            up_head[count] = u
            count += 1
            least = min(least, u)
        child = first_child[v]
        while child >= 0:
            for e in range(up_ptr[child], up_ptr[child + 1]):
                u = up_head[e]
                if seen_from[u] != v:
                    seen_from[u] = v
                    up_head[count] = u
                    count += 1
                    least = min(least, u)
            child = next_child[child]
        up_ptr[v + 1] = count
        if least < n:
            parent[v] = least
            next_child[v] = first_child[least]
            first_child[least] = v
    return up_ptr, up_head[:count].copy(), parent
