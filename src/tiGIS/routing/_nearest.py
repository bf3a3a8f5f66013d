"""The k nearest facilities of many origins, in one sweep: each rank keeps the k best, with their names.

A time and the number of the facility are one whole number (time in the high half), so that equal times keep
the order of the numbers. The lists climb from the facilities to their ancestors, then descend to the origins;
both ways, no list needs more than its k best. The graph is taken backwards: times run from origins to
facilities.
"""

from __future__ import annotations

import numpy as np

from tiGIS.routing._jit import kernel

HIGH = 32
NONE = np.int64(2**62)


@kernel
def _keep(best, candidate):
    """Put a candidate in its place among the best, each facility once."""
    k = best.size
    name = candidate & 0xFFFFFFFF
    last = k - 1
    for i in range(k):
        if best[i] != NONE and (best[i] & 0xFFFFFFFF) == name:
            last = i
            break
    if candidate >= best[last]:
        return
    i = last
    while i > 0 and best[i - 1] > candidate:
        best[i] = best[i - 1]
        i -= 1
    best[i] = candidate


@kernel
def _pass_on(here, there, cost, cutoff):
    """Offer the list ``there``, further by ``cost``, to the list ``here``."""
    for i in range(there.size):
        if there[i] == NONE:
            return
        candidate = there[i] + (np.int64(cost) << HIGH)
        if (candidate >> HIGH) > cutoff or candidate >= here[here.size - 1]:
            return
        _keep(here, candidate)


@kernel
def nearest(climb, facilities, selection, origins, k, cutoff):
    """Give the k best facilities of each origin as numbers of time and name, shape (n_origins, k)."""
    ptr, head, weight = climb
    rank, _place, _after, down_ptr, source, down_weight = selection
    entry_ptr, entry_rank, entry_cost = facilities
    end_ptr, end_place, end_cost = origins
    n = ptr.size - 1
    low = np.full((n, k), NONE)
    for facility in range(entry_ptr.size - 1):
        for i in range(entry_ptr[facility], entry_ptr[facility + 1]):
            if entry_cost[i] <= cutoff:
                _keep(low[entry_rank[i]], (np.int64(entry_cost[i]) << HIGH) + facility)
    for v in range(n):
        if low[v, 0] != NONE:
            for e in range(ptr[v], ptr[v + 1]):
                _pass_on(low[head[e]], low[v], weight[e], cutoff)
    best = np.full((rank.size, k), NONE)
    for p in range(rank.size):
        for i in range(k):
            best[p, i] = low[rank[p], i]
        for e in range(down_ptr[p], down_ptr[p + 1]):
            _pass_on(best[p], best[source[e]], down_weight[e], cutoff)
    found = np.full((end_ptr.size - 1, k), NONE)
    for j in range(end_ptr.size - 1):
        for i in range(end_ptr[j], end_ptr[j + 1]):
            _pass_on(found[j], best[end_place[i]], end_cost[i], cutoff)
    return found
