"""Joining pieces of road end to end where nothing else meets them (nodes of degree 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def chains(
    tail: Ints, head: Ints, forward: Bools, backward: Bools, kind: Ints, n_nodes: int
) -> tuple[Ints, Bools, Ints]:
    """Order pieces into chains that no junction interrupts.

    A node is passed through when exactly two ends of pieces meet there and the two pieces let cars through in
    the same directions and are of one kind. A ring without a junction is opened at one node.

    Parameters
    ----------
    tail, head : numpy.ndarray
        Ends of each piece.
    forward, backward : numpy.ndarray
        Whether cars go from tail to head, and from head to tail.
    kind : numpy.ndarray
        Kind of each piece driven from tail to head, and from head to tail, shape (n, 2). Motorways are of one
        (trips don't start on them), and so are roads whose two directions differ alike.
    n_nodes : int
        Number of nodes.

    Returns
    -------
    order : numpy.ndarray
        Pieces, chain after chain, in the order in which they are driven.
    reversed_ : numpy.ndarray
        Whether each of these is driven from head to tail.
    first : numpy.ndarray
        Where each chain starts in ``order``, with the total at the end.
    """
    n = len(tail)
    # Half-edge 2p drives piece p from tail to head, 2p + 1 the other way; h ^ 1 turns round.
    start = np.column_stack([tail, head]).ravel()
    end = np.column_stack([head, tail]).ravel()
    allowed = np.column_stack([forward, backward]).ravel()
    follow = _next_halves(start, end, allowed, kind.ravel(), n_nodes)
    while True:
        before = np.full(2 * n, -1, dtype=np.int64)
        linked = np.flatnonzero(follow >= 0)
        before[follow[linked]] = linked
        root, rank = _first_of_chain(before)
        ring = np.flatnonzero(root < 0)
        if not len(ring):
            break
        # Open each ring: its smallest half-edge loses what leads to it, and so does its mirror image.
        cut = _smallest_of_ring(follow, ring)
        last = before[cut]
        follow[last] = -1
        follow[cut ^ 1] = -1
    last_half = np.flatnonzero(follow < 0)
    twin = np.empty(2 * n, dtype=np.int64)  # for the first half of each chain, that of the chain driven back
    twin[root[last_half]] = last_half ^ 1
    mine, other = root, twin[root]
    # Of the two ways to drive a chain keep the one that is allowed; both or neither: the lower number.
    keep = np.where(allowed[mine] == allowed[other], mine < other, allowed[mine])
    kept = np.flatnonzero(keep)
    kept = kept[np.lexsort((rank[kept], root[kept]))]
    first = np.append(np.flatnonzero(np.append(True, np.diff(root[kept]) != 0)), len(kept)).astype(np.int64)
    return kept // 2, (kept & 1).astype(bool), first if n else np.zeros(1, dtype=np.int64)


def _next_halves(start: Ints, end: Ints, allowed: Bools, kind: Ints, n_nodes: int) -> Ints:
    """Which half-edge goes on from each, or -1 at the end of a chain."""
    n_half = len(start)
    by_start = np.argsort(start, kind="stable")
    degree = np.bincount(start, minlength=n_nodes)
    first = np.concatenate([[0], np.cumsum(degree)])
    leaving = by_start[np.minimum(first[end], n_half - 1)] if n_half else np.empty(0, dtype=np.int64)
    second = by_start[np.minimum(first[end] + 1, n_half - 1)] if n_half else leaving
    back = np.arange(n_half) ^ 1
    follow = np.where(leaving == back, second, leaving)
    passes = (degree[end] == 2) & (follow != back) & (follow >> 1 != np.arange(n_half) >> 1)
    passes &= (allowed[follow] == allowed) & (allowed[follow ^ 1] == allowed[back])
    passes &= (kind[follow] == kind) & (kind[follow ^ 1] == kind[back])
    return np.where(passes, follow, -1)


def _first_of_chain(before: Ints) -> tuple[Ints, Ints]:
    """First half-edge of each one's chain and its rank in it, by doubling; -1 on rings."""
    n_half = len(before)
    jump = np.where(before >= 0, before, np.arange(n_half))
    rank = (before >= 0).astype(np.int64)
    for _ in range(max(1, n_half.bit_length())):
        step = rank[jump]
        if not step.any():
            break
        rank = rank + step
        jump = jump[jump]
    return np.where(before[jump] < 0, jump, -1), rank


def _smallest_of_ring(follow: Ints, ring: Ints) -> Ints:
    """One half-edge a ring, the same for its two directions."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    piece = ring >> 1
    n = int(piece.max()) + 1
    graph = coo_array((np.ones(len(ring), dtype=bool), (piece, follow[ring] >> 1)), shape=(n, n))
    component = connected_components(graph, directed=False)[1]
    found: Ints = 2 * np.unique(piece)
    _, where = np.unique(component[found >> 1], return_index=True)
    return found[where]
