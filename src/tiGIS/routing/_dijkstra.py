"""One search at a time, from one origin outwards, that stops at the cutoff: for single isochrones.

A plain Dijkstra search on the arcs of the network, with a heap of four children per node (shallower than a
binary one, and its children share a line of the processor's cache).
"""

from __future__ import annotations

import numpy as np

from tiGIS.routing._jit import kernel


@kernel
def outgoing(n_nodes, tail, head, weight, far):
    """Group the open arcs by the node they leave."""
    ptr = np.zeros(n_nodes + 1, np.int64)
    for a in range(tail.size):
        if weight[a] < far:
            ptr[tail[a] + 1] += 1
    for v in range(n_nodes):
        ptr[v + 1] += ptr[v]
    place = ptr.copy()
    to, cost = np.empty(ptr[n_nodes], np.int32), np.empty(ptr[n_nodes], np.int32)
    for a in range(tail.size):
        if weight[a] < far:
            to[place[tail[a]]] = head[a]
            cost[place[tail[a]]] = weight[a]
            place[tail[a]] += 1
    return ptr, to, cost


@kernel
def tree(ptr, head, weight, entry_node, entry_cost, cutoff, far):
    """Find the times from a set of nodes to every node; those over the cutoff stay ``far``."""
    n = ptr.size - 1
    time = np.full(n, far, np.int32)
    heap = np.empty(n, np.int32)
    at = np.full(n, -1, np.int32)  # where a node is in the heap
    size = 0
    for i in range(entry_node.size):
        v = entry_node[i]
        if entry_cost[i] <= cutoff and entry_cost[i] < time[v]:
            time[v] = entry_cost[i]
            size = _raise(heap, at, time, size, v)
    while size:
        v = heap[0]
        size = _take_first(heap, at, time, size)
        for e in range(ptr[v], ptr[v + 1]):
            through = time[v] + weight[e]
            if through <= cutoff and through < time[head[e]]:
                time[head[e]] = through
                size = _raise(heap, at, time, size, head[e])
    return time


@kernel
def _raise(heap, at, time, size, v):
    """Put a node in the heap, or move it up after its time became less; gives the new size."""
    i = at[v]
    if i < 0:
        i = size
        size += 1
    while i > 0:
        above = (i - 1) >> 2
        if time[heap[above]] <= time[v]:
            break
        heap[i] = heap[above]
        at[heap[i]] = i
        i = above
    heap[i] = v
    at[v] = i
    return size


@kernel
def _take_first(heap, at, time, size):
    """Take the first node out of the heap; gives the new size."""
    size -= 1
    v = heap[size]
    i = 0
    while True:
        least = 4 * i + 1
        if least >= size:
            break
        for child in range(least + 1, min(4 * i + 5, size)):
            if time[heap[child]] < time[heap[least]]:
                least = child
        if time[heap[least]] >= time[v]:
            break
        heap[i] = heap[least]
        at[heap[i]] = i
        i = least
    heap[i] = v
    at[v] = i
    return size
