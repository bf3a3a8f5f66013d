"""The order in which nodes are eliminated: nested dissection, guided by where the nodes lie.

First dead ends and nodes between two others go, since eliminating them adds no edge. The rest is cut in two
parts of at least a quarter each by a small set of nodes (a separator), which comes last in the order; each
part is cut again, and so on. A separator is sought as in inertial flow: the nodes are projected on a line,
the first quarter is the source of a flow and the last quarter its sink, and the fewest nodes that stop the
flow are the separator; of several lines, the best is kept.

Schild, Sommer, "On Balanced Separators in Road Networks" (2015), for inertial flow;
Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies" (2016), for the use of nested dissection.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from tiGIS.routing._jit import kernel

SHARE = 0.25
"""What part of the nodes is source, and what part sink: neither side of a cut is smaller."""

DIRECTIONS = np.array([[1.0, 0.0], [0.0, 1.0], [0.7071, 0.7071], [0.7071, -0.7071]])
"""The directions on which nodes are projected."""

SMALL = 4
"""Parts of so few nodes are not cut any more."""

SHARED_OUT = 4_000
"""Parts of at most so many nodes are finished by one thread."""

FIRST, SECOND, BETWEEN = 0, 1, 2
UNSEEN, START = -2, -1


def elimination_order(
    indptr: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    threads: int,
) -> NDArray[np.int32]:
    """
    Order the nodes of an undirected graph.

    Parameters
    ----------
    indptr, neighbour : array
        The graph: no loops, no doubled edges, both directions of each edge.
    x, y : array
        Coordinates.
    threads : int
        Number of threads; the order doesn't depend on it.

    Returns
    -------
    array of int32
        All nodes, first to be eliminated first.
    """
    n = indptr.size - 1
    degree, link, gone = np.diff(indptr), neighbour.copy(), np.zeros(n, np.bool_)
    early, room = np.empty(n, np.int32), np.empty((2, n + neighbour.size), np.int32)
    early = early[: _reduce(indptr, link, degree, gone, early, np.full(n, -1, np.int32), room[0], room[1])]
    core = np.flatnonzero(~gone).astype(np.int32)
    if not core.size:
        return early
    # Close nodes get close numbers, which keeps the searches in the processor's cache.
    core = core[np.lexsort((y[core], np.floor(x[core] / 1000)))]
    local = np.full(n, -1, np.int32)
    local[core] = np.arange(core.size, dtype=np.int32)
    count = degree[core]
    core_ptr = np.concatenate(([0], np.cumsum(count))).astype(indptr.dtype)
    entry = np.repeat(indptr[core] - core_ptr[:-1], count) + np.arange(core_ptr[-1])
    core_neighbour = local[link[entry]]
    dissected = _dissect_all(core_ptr, core_neighbour, x[core], y[core], threads)
    return np.concatenate((early, core[dissected]))


def _dissect_all(
    indptr: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    threads: int,
) -> NDArray[np.int32]:
    """Cut large parts level by level, several at once; a thread finishes a small part by itself."""
    # The nodes are sorted along each direction once; cutting a part keeps its pieces sorted.
    order = np.argsort(DIRECTIONS @ np.stack((x, y)), axis=1, kind="stable").astype(np.int32)
    where = np.empty(x.size, np.int32)
    where[order[0]] = np.arange(x.size, dtype=np.int32)

    def cut(part: tuple[int, int]) -> list[tuple[int, int]]:
        lo, hi = part
        whole = hi - lo <= SHARED_OUT
        first, second = _dissect(indptr, neighbour, order, where, lo, hi, whole)
        if whole:
            return []
        return [(lo, lo + first), (lo + first, lo + first + second)]

    parts = [(0, x.size)]
    with ThreadPoolExecutor(threads) as pool:
        while parts:
            parts = [smaller for pieces in pool.map(cut, parts) for smaller in pieces]
    return order[0]


@kernel
def _dissect(indptr, neighbour, order, where, lo, hi, whole):
    """Rearrange ``order[:, lo:hi]``: one side of the best separator, the other side, the separator.

    Each row of ``order`` holds the nodes of the part, sorted along one direction. ``where`` tells where they
    are in the first row, so which neighbours lie in the part. Gives the sizes of the two sides; if ``whole``,
    goes on with each side until the pieces are small.
    """
    waiting = np.empty((hi - lo + 2, 2), np.int64)
    waiting[0, 0], waiting[0, 1] = lo, hi
    count = 1
    first, second = 0, 0
    while count:
        count -= 1
        start, stop = waiting[count, 0], waiting[count, 1]
        n = stop - start
        if n <= SMALL:
            continue
        ptr, adjacent = _part(indptr, neighbour, order[0], where, start, stop)
        side = np.empty(n, np.int8)
        best_side = np.zeros(n, np.int8)
        best_size, best_smaller = n, 0
        ranked = np.empty(n, np.int32)
        quarter = max(1, int(n * SHARE))
        for direction in range(order.shape[0]):
            for i in range(n):
                ranked[i] = where[order[direction, start + i]] - start
            size = _separate(ptr, adjacent, ranked, quarter, best_size, side)
            if size > best_size:
                continue
            ahead = 0
            for i in range(n):
                ahead += side[i] == FIRST
            smaller = min(ahead, n - size - ahead)
            if size < best_size or smaller > best_smaller:
                best_size, best_smaller = size, smaller
                best_side, side = side, best_side
        first, second = _rearrange(order, where, start, stop, best_side)
        if not whole:
            break
        waiting[count, 0], waiting[count, 1] = start, start + first
        waiting[count + 1, 0], waiting[count + 1, 1] = start + first, start + first + second
        count += 2
    return first, second


@kernel
def _part(indptr, neighbour, order, where, lo, hi):
    """Copy the graph of the part, its nodes numbered from 0 in the order of ``order[lo:hi]``."""
    n = hi - lo
    ptr = np.zeros(n + 1, np.int32)
    count = 0
    for i in range(n):
        for e in range(indptr[order[lo + i]], indptr[order[lo + i] + 1]):
            count += lo <= where[neighbour[e]] < hi
        ptr[i + 1] = count
    adjacent = np.empty(count, np.int32)
    count = 0
    for i in range(n):
        for e in range(indptr[order[lo + i]], indptr[order[lo + i] + 1]):
            place = where[neighbour[e]]
            if lo <= place < hi:
                adjacent[count] = place - lo
                count += 1
    return ptr, adjacent


@kernel
def _rearrange(order, where, lo, hi, side):
    """Put the nodes of each side together, and the separator after them, in every row of ``order``."""
    part = np.empty(hi - lo, np.int32)
    sizes = np.zeros(3, np.int64)
    # The first row last: until then, ``where`` says which side each node is on.
    for d in range(order.shape[0] - 1, -1, -1):
        row = order[d]
        for i in range(hi - lo):
            part[i] = row[lo + i]
        place = lo
        for wanted in range(3):
            start = place
            for i in range(hi - lo):
                if side[where[part[i]] - lo if d else i] == wanted:
                    row[place] = part[i]
                    place += 1
            sizes[wanted] = place - start
    for i in range(lo, hi):
        where[order[0, i]] = i
    return sizes[0], sizes[1]


@kernel
def _separate(ptr, adjacent, ranked, quarter, enough, side):
    """Find the fewest nodes between the first and the last ``quarter`` of ``ranked``; write ``side``.

    Gives their number, or ``enough + 1`` as soon as there are more than ``enough``.

    As many paths without a common node as possible are laid from one end to the other (Menger). A node counts
    twice, as its entry ``2 v`` and its exit ``2 v + 1``; a path through a node closes the way from its entry
    to its exit, and opens the ways back: from entry to the exit of the node before on the path, and from exit
    to entry. The entries that a last search reaches without reaching their exits are the separator.
    """
    n = ranked.size
    used = np.zeros(n, np.bool_)
    before = np.full(n, -1, np.int32)
    is_sink = np.zeros(n, np.bool_)
    for i in range(n - quarter, n):
        is_sink[ranked[i]] = True
    came = np.empty(2 * n, np.int32)
    queue = np.empty(2 * n, np.int32)
    size = 0
    while True:
        end = _augmenting_path(ptr, adjacent, ranked, quarter, used, before, is_sink, came, queue)
        if end < 0:
            break
        size += 1
        if size > enough:
            return size
        _lay_path(end, came, used, before)
    for v in range(n):
        if came[2 * v + 1] != UNSEEN:
            side[v] = FIRST
        elif came[2 * v] != UNSEEN:
            side[v] = BETWEEN
        else:
            side[v] = SECOND
    return size


@kernel
def _augmenting_path(ptr, adjacent, ranked, quarter, used, before, is_sink, came, queue):
    """Search breadth first for one more path; give its last exit, or -1.

    ``came`` says how each state was reached.
    """
    for state in range(came.size):
        came[state] = UNSEEN
    first, last = 0, quarter
    for i in range(quarter):
        came[2 * ranked[i]] = START
        queue[i] = 2 * ranked[i]
    while first < last:
        state = queue[first]
        first += 1
        v = state >> 1
        if state & 1 == 0:
            target = state + 1
            if used[v]:
                target = 2 * before[v] + 1 if before[v] >= 0 else -1
            if target >= 0 and came[target] == UNSEEN:
                came[target] = state
                if is_sink[v] and target == state + 1:
                    return target
                queue[last] = target
                last += 1
            continue
        if used[v] and came[state - 1] == UNSEEN:
            came[state - 1] = state
            queue[last] = state - 1
            last += 1
        for e in range(ptr[v], ptr[v + 1]):
            target = 2 * adjacent[e]
            if came[target] == UNSEEN:
                came[target] = state
                queue[last] = target
                last += 1
    return -1


@kernel
def _lay_path(end, came, used, before):
    """Change the paths laid so far by the one that ``came`` leads back along from ``end``."""
    state = end
    while state != START:
        origin = came[state]
        v = state >> 1
        if state & 1 == 0:
            if origin == START:
                before[v] = -1
            elif origin >> 1 == v:
                used[v] = False
            else:
                before[v] = origin >> 1
        elif origin == state - 1:
            used[v] = True
        state = origin


@kernel
def _reduce(indptr, link, degree, gone, early, touched, waiting, later):
    """Eliminate nodes with at most two neighbours while there are any, in rounds; gives how many went.

    The two neighbours of a node that goes become neighbours. Nodes next to one that went wait for the next
    round: a long chain is thinned out by halves, which keeps the hierarchy low.

    ``early`` takes the nodes that went, ``gone`` marks them; ``link`` and ``degree`` become those of the
    graph that is left. ``touched`` comes as -1. A node may wait several times in a round, once for each
    neighbour that went: ``waiting`` and ``later`` have room for every node and every end of an edge.
    """
    count = 0
    n_waiting = 0
    for v in range(degree.size):
        if degree[v] <= 2:
            waiting[n_waiting] = v
            n_waiting += 1
    round_number = 0
    while n_waiting:
        n_later = 0
        for i in range(n_waiting):
            v = waiting[i]
            if gone[v]:
                continue
            if touched[v] == round_number:
                later[n_later] = v
                n_later += 1
                continue
            gone[v] = True
            early[count] = v
            count += 1
            for k in range(degree[v]):
                this = link[indptr[v] + k]
                other = link[indptr[v] + 1 - k] if degree[v] == 2 else -1
                _replace(indptr, link, degree, this, v, other)
                touched[this] = round_number
                if degree[this] <= 2:
                    later[n_later] = this
                    n_later += 1
        waiting, later = later, waiting
        n_waiting = n_later
        round_number += 1
    return count


@kernel
def _replace(indptr, link, degree, node, old, new):
    """Put ``new`` in the place of ``old`` among the neighbours of ``node``, unless it is there or < 0."""
    start, stop = indptr[node], indptr[node] + degree[node]
    place = stop
    known = new < 0
    for e in range(start, stop):
        if link[e] == old:
            place = e
        elif link[e] == new:
            known = True
    if known:
        link[place] = link[stop - 1]
        degree[node] -= 1
    else:
        link[place] = new
