"""Roads for those who go there: trips may start or end on them, none passes through.

A network says it by its arcs. Each junction that only such roads meet is there twice: trips that start there
leave by the first, whose arcs lead out to the ordinary roads; trips that end there come by the second, to
which arcs lead in, and from which none leads out. So the shortest way of the plain engine is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network._build import Pieces
    from tiGIS.sources.reading.road_lines import RoadLines

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def with_middles(lines: RoadLines) -> RoadLines:
    """Give each segment of a road for those who go there a vertex in its middle, where it can be cut."""
    said = lines.table["destination"].to_numpy(dtype=bool)
    if not said.any():
        return lines
    owner = np.repeat(np.arange(len(said)), np.diff(lines.first))
    inner = np.append(owner[1:] == owner[:-1], False) & said[owner]
    copies = 1 + inner.astype(np.int64)
    source = np.repeat(np.arange(len(owner)), copies)
    middle = np.append(False, np.diff(source) == 0)
    xy = lines.xy[source]
    xy[middle] = (lines.xy[source[middle]] + lines.xy[source[middle] + 1]) / 2
    ids = lines.vertex_id
    if ids is not None:
        lowest = min(int(ids.min()), 0)
        ids = ids[source]
        ids[middle] = lowest - 1 - np.arange(np.count_nonzero(middle))
    first = np.append(0, np.cumsum(copies))[lines.first]
    return replace(lines, xy=xy, vertex_id=ids, first=first.astype(np.int64))


def only_for_those_who_go_there(pieces: Pieces, said: Bools, n_places: int) -> tuple[Bools, Bools]:
    """
    Find the pieces of road that no trip may pass through, though it could.

    These are the ones that the source says so of, and the ordinary roads that are reached by them alone; not
    those that lead nowhere else, where nobody passes anyway. In a part of the network without any ordinary
    road, all are free.

    Parameters
    ----------
    pieces : Pieces
        All pieces.
    said : numpy.ndarray
        Which of them the source keeps for those who go there.
    n_places : int
        Number of places that the ends of pieces are numbered by.

    Returns
    -------
    only_there : numpy.ndarray
        Which pieces nobody passes through.
    outside : numpy.ndarray
        Which places they share with the ordinary roads.
    """
    if not said.any():
        return said, np.zeros(n_places, dtype=bool)
    ordinary = _main_roads(pieces, said, n_places)
    outside = np.zeros(n_places, dtype=bool)
    outside[pieces.tail[ordinary]] = outside[pieces.head[ordinary]] = True
    rest = np.flatnonzero(~ordinary)
    # The rest falls into groups: an ordinary junction joins none of them, so each end there stands alone.
    ends = np.column_stack([pieces.tail[rest], pieces.head[rest]])
    alone = n_places + np.arange(ends.size).reshape(ends.shape)
    apart = np.where(outside[ends], alone, ends)
    group = _parts(apart[:, 0], apart[:, 1], n_places + ends.size)[apart[:, 0]]
    group = np.unique(group, return_inverse=True)[1]
    n_groups = int(group.max()) + 1
    of_one = np.bincount(group, said[rest], minlength=n_groups) > 0
    doors = np.unique(np.column_stack([np.repeat(group, 2), ends.ravel()])[outside[ends].ravel()], axis=0)
    passed = np.bincount(doors[:, 0], minlength=n_groups) >= 2
    only_there = np.zeros(len(said), dtype=bool)
    only_there[rest] = (of_one & passed)[group]
    return only_there, outside


def _main_roads(pieces: Pieces, said: Bools, n_places: int) -> Bools:
    """Find, in each part of the network, the ordinary roads from which all others of them are reached."""
    tail = np.concatenate([pieces.tail[pieces.forward & ~said], pieces.head[pieces.backward & ~said]])
    head = np.concatenate([pieces.head[pieces.forward & ~said], pieces.tail[pieces.backward & ~said]])
    strong = _parts(tail, head, n_places, directed=True)
    whole = _parts(pieces.tail, pieces.head, n_places)
    inside = np.flatnonzero((strong[pieces.tail] == strong[pieces.head]) & ~said)
    where = strong[pieces.tail[inside]]
    length = np.bincount(where, pieces.length_m[inside], minlength=int(strong.max()) + 1)
    # the longest of each whole: the last one written, in increasing order of length
    order = inside[np.argsort(length[where], kind="stable")]
    longest = np.full(int(whole.max()) + 1, -1, dtype=np.int64)
    longest[whole[pieces.tail[order]]] = strong[pieces.tail[order]]
    main = np.zeros(len(said), dtype=bool)
    main[inside] = where == longest[whole[pieces.tail[inside]]]
    return main


def _parts(tail: Ints, head: Ints, n: int, *, directed: bool = False) -> Ints:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n, n)).tocsr()
    part: Ints = connected_components(graph, directed=directed, connection="strong")[1].astype(np.int64)
    return part


def halved(pieces: Pieces, where: Bools, code: Ints, run_m: Floats) -> tuple[Pieces, Ints]:
    """Cut some pieces in two at a vertex near their middle; gives also the piece that each comes from."""
    source = np.repeat(np.arange(len(where)), 1 + where.astype(np.int64))
    second = np.append(False, np.diff(source) == 0)
    first = np.append(second[1:], False)
    parts = pieces.take(source)
    middle = (parts.start + parts.end) // 2
    whole = run_m[parts.end] - run_m[parts.start]
    parts.end = np.where(first, middle, parts.end)
    parts.start = np.where(second, middle, parts.start)
    parts.head = np.where(first, code[middle], parts.head)
    parts.tail = np.where(second, code[middle], parts.tail)
    cut = first | second
    share = (run_m[parts.end] - run_m[parts.start])[cut] / np.maximum(whole[cut], 1e-9)
    parts.length_m[cut] *= share
    return parts, source


@dataclass(frozen=True)
class Layers:
    """The arcs of a network with its nodes for arrivals: tails, heads, edges, directions, ``arrival``.

    ``arrival`` gives the node at which trips to each node end: the node itself, or its twin.
    """

    tail: Ints
    head: Ints
    edge: Ints
    ahead: Bools
    arrival: Ints


def in_layers(tail: Ints, head: Ints, edge: Ints, ahead: Bools, only_there: Bools, ends: Ints) -> Layers:
    """
    Double the junctions that only roads for those who go there meet.

    Parameters
    ----------
    tail, head, edge, ahead : numpy.ndarray
        The arcs.
    only_there : numpy.ndarray
        Which edges nobody passes through; each has at least one end at such a junction.
    ends : numpy.ndarray
        Nodes of the two ends of each edge, shape (n_edges, 2).

    Returns
    -------
    Layers
        The arcs out and in; nodes from the old number on are the new ones.
    """
    n = int(ends.max()) + 1
    inner = np.zeros(n, dtype=bool)
    inner[ends[only_there]] = True
    inner[ends[~only_there]] = False
    arrival = np.arange(n + np.count_nonzero(inner))
    arrival[:n][inner] = np.arange(n, len(arrival))
    there = only_there[edge]
    out, into = ~there | inner[tail], there & inner[head]
    return Layers(
        np.concatenate([tail[out], arrival[tail[into]]]),
        np.concatenate([head[out], arrival[head[into]]]),
        np.concatenate([edge[out], edge[into]]),
        np.concatenate([ahead[out], ahead[into]]),
        arrival,
    )
