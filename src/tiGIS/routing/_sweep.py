"""Times from many origins at once: up the hierarchy from the origins, then down to the destinations.

Of the whole hierarchy, only the ranks from which a destination can be reached downwards are read (a
`Selection`, made once for all origins). Origins are served sixteen at a time: their times at a rank lie side
by side, so that one instruction adds the cost of an edge for several of them. With a cutoff, a whole subtree
is passed over when nothing around it is within reach.

Delling, Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks" (2011), for restricted and
batched sweeps; Buchhold, Sanders, Wagner, "Real-time Traffic Assignment Using Engineered Customizable
Contraction Hierarchies" (2019), for going up along the elimination tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tiGIS.routing._customise import Links
from tiGIS.routing._elimination import Hierarchy
from tiGIS.routing._jit import kernel

WIDTH = 16
"""Origins served at once are a multiple of this: sixteen 32-bit times fill a line of cache."""


@dataclass(frozen=True)
class Selection:
    """
    The ranks from which some destinations can be reached downwards, numbered from the last rank down.

    Parameters
    ----------
    rank : array of int32
        The rank of each place.
    place : array of int32, shape (n_nodes,)
        The place of each rank, -1 if it is not selected.
    after : array of int32
        The first place after the subtree of each place.
    ptr, source, weight : arrays
        The edges by which each place is reached: from which place, at what cost.
    """

    rank: NDArray[np.int32]
    place: NDArray[np.int32]
    after: NDArray[np.int32]
    ptr: NDArray[np.int32]
    source: NDArray[np.int32]
    weight: NDArray[Any]

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Give all arrays, as the kernels take them."""
        return self.rank, self.place, self.after, self.ptr, self.source, self.weight


@dataclass(frozen=True)
class Reached:
    """What a batch reached: the time and whether it counts, by place; room for one end; what is too far."""

    time: NDArray[Any]
    within: NDArray[np.bool_]
    best: NDArray[Any]
    far: Any

    def arrays(self) -> tuple[Any, ...]:
        """Give all, as the kernels take them."""
        return self.time, self.within, self.best, self.far


def room_for(hierarchy: Hierarchy, selection: Selection, lanes: int, far: Any) -> tuple[NDArray[Any], ...]:
    """Make what a thread works in: chain, slot, high, time, within, visited."""
    n, places = hierarchy.parent.size, selection.rank.size
    return (
        np.empty(n, np.int32),
        np.full(n, -1, np.int32),
        np.empty((n, lanes), far.dtype),
        np.full((places, lanes), far),
        np.zeros(places, np.bool_),
        np.empty(places, np.int32),
    )


def select(hierarchy: Hierarchy, descend: Links, ranks: NDArray[np.int32]) -> Selection:
    """Select what is needed to reach some ranks."""
    n = hierarchy.subtree.size
    wanted = np.zeros(n, np.bool_)
    wanted[ranks] = True
    _mark_sources(descend.ptr, descend.head, wanted)
    up = np.flatnonzero(wanted)
    rank = up[::-1].astype(np.int32)
    place = np.full(n, -1, np.int32)
    place[rank] = np.arange(rank.size, dtype=np.int32)
    # The places before the end of a subtree are as many as the selected ranks from its first one on.
    after = (rank.size - np.searchsorted(up, hierarchy.subtree[rank])).astype(np.int32)
    first, count = descend.ptr[rank], np.diff(descend.ptr)[rank]
    ptr = np.zeros(rank.size + 1, np.int32)
    np.cumsum(count, out=ptr[1:])
    edge = np.repeat(first - ptr[:-1], count) + np.arange(ptr[-1], dtype=np.int32)
    return Selection(rank, place, after, ptr, place[descend.head[edge]], descend.weight[edge])


@kernel
def _mark_sources(ptr, head, wanted):
    """Mark all ranks that lead down to marked ones."""
    for v in range(wanted.size):
        if wanted[v]:
            for e in range(ptr[v], ptr[v + 1]):
                wanted[head[e]] = True


@kernel
def _relax(here, above, cost):
    """Lower the times ``here`` to those ``above`` plus the cost of an edge.

    The length of the rows is left open, in whole sixteens: with a constant one, numba unrolls the loop before
    it can turn it into vector instructions.
    """
    as_weight = here.dtype.type
    for k in range(here.size // WIDTH * WIDTH):
        here[k] = min(here[k], as_weight(above[k] + cost))


@kernel
def climb_from(parent, climb, entries, batch, chain, slot, high, far):
    """Find the times from a batch of origins to all their ancestors, by edges upwards only.

    The ancestors are written at the end of ``chain``, those that come first in the tree first; ``slot`` (all
    -1 before) tells their row in ``high``. Gives their number.
    """
    ptr, head, weight = climb
    entry_ptr, entry_rank, entry_cost = entries
    # Each walk to the root stops where an earlier one passed. Written before the earlier walks, it leaves
    # every rank before its ancestors.
    stop = chain.size
    for lane in range(batch.size):
        origin = batch[lane]
        for entry in range(entry_ptr[origin], entry_ptr[origin + 1]):
            length = 0
            v = entry_rank[entry]
            while v >= 0 and slot[v] < 0:
                length += 1
                v = parent[v]
            stop -= length
            v = entry_rank[entry]
            for i in range(stop, stop + length):
                chain[i] = v
                slot[v] = 0
                v = parent[v]
    count = chain.size - stop
    for i in range(count):
        slot[chain[stop + i]] = i
        for lane in range(high.shape[1]):
            high[i, lane] = far
    for lane in range(batch.size):
        for entry in range(entry_ptr[batch[lane]], entry_ptr[batch[lane] + 1]):
            row = slot[entry_rank[entry]]
            high[row, lane] = min(high[row, lane], entry_cost[entry])
    for i in range(count):
        v = chain[stop + i]
        for e in range(ptr[v], ptr[v + 1]):
            _relax(high[slot[head[e]]], high[i], weight[e])
    return count


@kernel
def descend_to(selection, up, chain, climbed, slot, high, time, cutoff, within, visited):
    """Take the times down to all places, passing over subtrees with nothing around within the cutoff.

    The last ``climbed`` ranks of ``chain`` have the times ``high``; ``time`` is ``far`` everywhere before.
    What lies under a rank is entered only from that rank and from its later neighbours (in the whole
    hierarchy): if none of them is within reach, and no origin lies under it, nothing is. ``within`` tells the
    places within reach of some origin of the batch. Puts ``slot`` back as it was before the climb. Gives the
    number of places ``visited``.
    """
    rank, place, after, ptr, source, weight = selection
    up_ptr, up_head = up
    for i in range(climbed):
        p = place[chain[chain.size - climbed + i]]
        if p >= 0:
            for k in range(time.shape[1]):
                time[p, k] = high[i, k]
    count = 0
    p = 0
    while p < rank.size:
        here = time[p]
        for e in range(ptr[p], ptr[p + 1]):
            _relax(here, time[source[e]], weight[e])
        visited[count] = p
        count += 1
        least = here[0]
        for k in range(here.size):
            least = min(least, here[k])
        within[p] = least <= cutoff
        v = rank[p]
        p += 1
        if not within[p - 1] and slot[v] < 0 and after[p - 1] > p:
            reached = False
            for e in range(up_ptr[v], up_ptr[v + 1]):
                around = place[up_head[e]]
                if around >= 0 and within[around]:
                    reached = True
                    break
            if not reached:
                p = after[p - 1]
    for i in range(climbed):
        slot[chain[chain.size - climbed + i]] = -1
    return count


@kernel
def clear(visits, time, within, visited, far):
    """Put ``time`` and ``within`` back as they were before the batch."""
    for i in range(visits):
        p = visited[i]
        for k in range(time.shape[1]):
            time[p, k] = far
        within[p] = False


@kernel
def matrix_rows(batch, ends, time, within, best, far, cutoff, out):
    """Fill the rows of a batch in ``out``; times over the cutoff stay as they are there.

    ``ends`` are the sets of places of the destinations; ``best`` is room for the times of one.
    """
    end_ptr, end_place, end_cost = ends
    for j in range(end_ptr.size - 1):
        for k in range(best.size):
            best[k] = far
        for i in range(end_ptr[j], end_ptr[j + 1]):
            if within[end_place[i]]:
                _relax(best, time[end_place[i]], end_cost[i])
        for lane in range(batch.size):
            if best[lane] <= cutoff:
                out[batch[lane], j] = best[lane]


@kernel
def sums_within(batch, ends, time, within, best, far, values, cutoffs, total, sums):
    """Add up the values of the destinations within each cutoff of each origin of a batch.

    ``best`` and ``total`` (zeros, a row per cutoff) are room to work in.
    """
    end_ptr, end_place, end_cost = ends
    for j in range(end_ptr.size - 1):
        reached = False
        for i in range(end_ptr[j], end_ptr[j + 1]):
            if within[end_place[i]]:
                if not reached:
                    for k in range(best.size):
                        best[k] = far
                    reached = True
                _relax(best, time[end_place[i]], end_cost[i])
        if reached:
            for c in range(cutoffs.size):
                _add_within(total[c], best, cutoffs[c], values[j])
    for c in range(cutoffs.size):
        for lane in range(batch.size):
            sums[batch[lane], c] = total[c, lane]


@kernel
def _add_within(total, time, cutoff, value):
    for k in range(total.size // WIDTH * WIDTH):
        total[k] += value if time[k] <= cutoff else 0.0
