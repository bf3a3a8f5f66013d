"""One quickest path: found in the hierarchy, then unpacked to the arcs of the network."""

from __future__ import annotations

import numpy as np

from tiGIS.routing._jit import kernel


@kernel
def _walk_up(parent, ptr, head, weight, ranks, costs, cost, before):
    """Find the costs of all ancestors of a set of nodes, and the rank each was reached from (-1: the set)."""
    for i in range(ranks.size):
        if costs[i] < cost[ranks[i]]:
            cost[ranks[i]] = costs[i]
            before[ranks[i]] = -1
        v = ranks[i]
        while v >= 0:
            for e in range(ptr[v], ptr[v + 1]):
                through = cost[v] + weight[e]
                if through < cost[head[e]]:
                    cost[head[e]] = through
                    before[head[e]] = v
            v = parent[v]


@kernel
def find_ranks(parent, climb, descend, starts, start_costs, ends, end_costs, far):
    """Find a quickest path as ranks, up then down the hierarchy, and its cost; no rank if there is none."""
    n = parent.size
    out, back = np.full(n, far), np.full(n, far)
    out_before, back_before = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    _walk_up(parent, climb[0], climb[1], climb[2], starts, start_costs, out, out_before)
    _walk_up(parent, descend[0], descend[1], descend[2], ends, end_costs, back, back_before)
    best, top = far, -1
    for i in range(ends.size):
        v = ends[i]
        while v >= 0:
            if out[v] < far and back[v] < far and out[v] + back[v] < best:
                best = out[v] + back[v]
                top = v
            v = parent[v]
    found = np.empty(2 * n if top >= 0 else 0, np.int32)
    count = 0
    v = top
    while v >= 0:
        found[count] = v
        count += 1
        v = out_before[v]
    for i in range(count // 2):
        found[i], found[count - 1 - i] = found[count - 1 - i], found[i]
    v = back_before[top] if top >= 0 else -1
    while v >= 0:
        found[count] = v
        count += 1
        v = back_before[v]
    return best, found[:count].copy()


@kernel
def _edge(up_ptr, up_head, low, high):
    """Find the edge between two ranks, -1 if there is none."""
    first, last = up_ptr[low], up_ptr[low + 1] - 1
    while first < last:
        middle = (first + last) // 2
        if up_head[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first if first == last and up_head[first] == high else -1


@kernel
def unpack(ranks, up_ptr, up_head, low_ptr, low_edge, low_tail, up, down, arc_ptr, arc, climbs, weight):
    """Give the arcs along a path of ranks.

    An edge costs either what an arc along it costs, or what the two edges to a common earlier rank cost.
    ``arc_ptr`` and ``arc`` list the arcs along each edge.
    """
    found = np.empty(64, np.int64)
    count = 0
    pending = [(ranks[i], ranks[i + 1]) for i in range(ranks.size - 2, -1, -1)]
    while len(pending):
        start, stop = pending.pop()
        climbing = start < stop
        edge = _edge(up_ptr, up_head, min(start, stop), max(start, stop))
        cost = up[edge] if climbing else down[edge]
        along = -1
        for i in range(arc_ptr[edge], arc_ptr[edge + 1]):
            if climbs[arc[i]] == climbing and weight[arc[i]] == cost:
                along = arc[i]
                break
        if along >= 0:
            if count == found.size:
                found = np.concatenate((found, np.empty(count, np.int64)))
            found[count] = along
            count += 1
            continue
        for i in range(low_ptr[min(start, stop)], low_ptr[min(start, stop) + 1]):
            v = low_tail[i]
            other = _edge(up_ptr, up_head, v, max(start, stop))
            if other < 0:
                continue
            to_start, to_stop = (low_edge[i], other) if climbing else (other, low_edge[i])
            if down[to_start] + up[to_stop] == cost:
                pending.append((v, stop))
                pending.append((start, v))
                break
    return found[:count].copy()
