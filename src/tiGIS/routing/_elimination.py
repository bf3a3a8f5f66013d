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
    indptr, neighbour = _undirected(graph.n_nodes, graph.tail, graph.head)
    order = elimination_order(indptr, neighbour, graph.x, graph.y, threads)
    rank = _inverse(order)
    later_ptr, later = _later_neighbours(indptr, neighbour, order, rank)
    # Renumber by subtrees, which leaves the shortcuts as they are.
    rank = _postorder(_elimination_tree(later_ptr, later))[rank]
    order = _inverse(rank)
    later_ptr, later = _later_neighbours(indptr, neighbour, order, rank)
    up_ptr, up_head, parent = _fill(later_ptr, later)
    low_ptr, low_edge, low_tail, up_head = _sorted_both_ways(up_ptr, up_head)
    subtree = _subtrees(parent)
    edge_of_arc, climbs = _edges_of_arcs(graph.tail, graph.head, rank, up_ptr, up_head)
    return Hierarchy(rank, parent, subtree, up_ptr, up_head, low_ptr, low_edge, low_tail, edge_of_arc, climbs)


def _inverse(permutation: NDArray[np.int32]) -> NDArray[np.int32]:
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(permutation.size, dtype=np.int32)
    return inverse


@kernel
def _undirected(n_nodes, tail, head):
    """Build the adjacency of the graph without directions, loops and doubled edges."""
    ptr = np.zeros(n_nodes + 2, np.int64)
    for a in range(tail.size):
        if tail[a] != head[a]:
            ptr[tail[a] + 2] += 1
            ptr[head[a] + 2] += 1
    for v in range(n_nodes):
        ptr[v + 2] += ptr[v + 1]
    both = np.empty(ptr[n_nodes + 1], np.int32)
    for a in range(tail.size):
        if tail[a] != head[a]:
            both[ptr[tail[a] + 1]] = head[a]
            ptr[tail[a] + 1] += 1
            both[ptr[head[a] + 1]] = tail[a]
            ptr[head[a] + 1] += 1
    seen_from = np.full(n_nodes, -1, np.int32)
    indptr = np.zeros(n_nodes + 1, np.int64)
    count = 0
    for v in range(n_nodes):
        for e in range(ptr[v], ptr[v + 1]):
            u = both[e]
            if seen_from[u] != v:
                seen_from[u] = v
                both[count] = u  # count <= e: nothing unread is overwritten
                count += 1
        indptr[v + 1] = count
    return indptr, both[:count].copy()


@kernel
def _later_neighbours(indptr, neighbour, order, rank):
    """List, by rank, the ranks of the neighbours that come later."""
    n = order.size
    ptr = np.zeros(n + 1, np.int32)
    later = np.empty(neighbour.size // 2, np.int32)
    count = 0
    for v in range(n):
        node = order[v]
        for e in range(indptr[node], indptr[node + 1]):
            if rank[neighbour[e]] > v:
                later[count] = rank[neighbour[e]]
                count += 1
        ptr[v + 1] = count
    return ptr, later


@kernel
def _elimination_tree(later_ptr, later):
    """Find the parents (Liu's algorithm, on the earlier neighbours, with shortened paths)."""
    n = later_ptr.size - 1
    parent = np.full(n, -1, np.int32)
    top = np.full(n, -1, np.int32)
    early_ptr = np.zeros(n + 2, np.int32)
    for e in range(later.size):
        early_ptr[later[e] + 2] += 1
    for v in range(n):
        early_ptr[v + 2] += early_ptr[v + 1]
    early = np.empty(later.size, np.int32)
    for v in range(n):
        for e in range(later_ptr[v], later_ptr[v + 1]):
            early[early_ptr[later[e] + 1]] = v
            early_ptr[later[e] + 1] += 1
    for v in range(n):
        for e in range(early_ptr[v], early_ptr[v + 1]):
            u = early[e]
            while top[u] != -1 and top[u] != v:
                above = top[u]
                top[u] = v
                u = above
            if top[u] == -1:
                top[u] = v
                parent[u] = v
    return parent


@kernel
def _postorder(parent):
    """Give numbers to the nodes so that each subtree is a run of numbers, its root last."""
    n = parent.size
    number = np.empty(n, np.int32)
    size = np.ones(n, np.int32)
    for v in range(n):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    # From the last node down: a root takes the last free numbers, a child those left in its parent's run.
    free = np.empty(n, np.int32)
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
    return number


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


@kernel
def _sorted_both_ways(up_ptr, up_head):
    """Sort the heads of each node by turning the edges round twice; give the edges to earlier nodes too."""
    n = up_ptr.size - 1
    low_ptr = np.zeros(n + 1, np.int32)
    for e in range(up_head.size):
        low_ptr[up_head[e] + 1] += 1
    for v in range(n):
        low_ptr[v + 1] += low_ptr[v]
    low_tail = np.empty(up_head.size, np.int32)
    place = low_ptr.copy()
    for v in range(n):
        for e in range(up_ptr[v], up_ptr[v + 1]):
            low_tail[place[up_head[e]]] = v
            place[up_head[e]] += 1
    low_edge = np.empty(up_head.size, np.int32)
    ascending = np.empty(up_head.size, np.int32)
    place = up_ptr.copy()
    for u in range(n):
        for e in range(low_ptr[u], low_ptr[u + 1]):
            edge = place[low_tail[e]]
            place[low_tail[e]] += 1
            ascending[edge] = u
            low_edge[e] = edge
    return low_ptr, low_edge, low_tail, ascending


@kernel
def _subtrees(parent):
    """Find the first rank of each subtree."""
    first = np.arange(parent.size).astype(np.int32)
    for v in range(parent.size):
        if parent[v] >= 0:
            first[parent[v]] = min(first[parent[v]], first[v])
    return first


@kernel
def _edges_of_arcs(tail, head, rank, up_ptr, up_head):
    """Find the edge of each arc by halving the sorted heads of its earlier end."""
    edge_of_arc = np.full(tail.size, NO_EDGE, np.int32)
    climbs = np.zeros(tail.size, np.bool_)
    for a in range(tail.size):
        low, high = rank[tail[a]], rank[head[a]]
        if low == high:
            continue
        climbs[a] = low < high
        if not climbs[a]:
            low, high = high, low
        first, last = up_ptr[low], up_ptr[low + 1] - 1
        while first < last:
            middle = (first + last) // 2
            if up_head[middle] < high:
                first = middle + 1
            else:
                last = middle
        edge_of_arc[a] = first
    return edge_of_arc, climbs
