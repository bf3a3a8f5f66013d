"""The graph that the engines share: plain arrays, checked once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tiGIS._errors import InputError
from tiGIS.routing._terminals import Terminals


@dataclass(frozen=True)
class Graph:
    """A directed graph: ``tail[a] -> head[a]`` for each arc ``a``, and where its nodes lie."""

    n_nodes: int
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]

    @property
    def n_arcs(self) -> int:
        """The number of arcs."""
        return self.tail.size

    def require_nodes(self, ends: Terminals, name: str) -> None:
        """Refuse ends tied to nodes that the graph doesn't have."""
        if ends.node.size and ends.node.max() >= self.n_nodes:
            raise InputError(
                f"{name}: node {ends.node.max()} asked for; the network has nodes 0 to {self.n_nodes - 1}."
            )


@dataclass(frozen=True)
class Weights:
    """What each arc costs: whole milliminutes, and whole centimetres where lengths are asked for."""

    mmin: NDArray[np.int32]
    cm: NDArray[np.int64] | None


def checked_graph(n_nodes: int, x: ArrayLike, y: ArrayLike, tail: ArrayLike, head: ArrayLike) -> Graph:
    """Check the arrays of a graph, and give them in the engine's types."""
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    for name, values in (("x", xs), ("y", ys)):
        if values.shape != (n_nodes,):
            raise InputError(f"{name}: shape is {values.shape}; expected ({n_nodes},), one per node.")
        if not np.all(np.isfinite(values)):
            raise InputError(f"{name}: NaN or infinite; expected the coordinates of every node.")
    return Graph(int(n_nodes), xs, ys, *_checked_ends(n_nodes, tail, head))


def _checked_ends(
    n_nodes: int, tail: ArrayLike, head: ArrayLike
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Check that every arc joins two nodes of the graph."""
    ends = []
    for name, given in (("tail", tail), ("head", head)):
        values = np.asarray(given)
        if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
            raise InputError(f"{name}: {values.ndim}-d {values.dtype}; expected a 1-d array of node numbers.")
        if values.size and (values.min() < 0 or values.max() >= n_nodes):
            raise InputError(
                f"{name}: nodes {values.min()} to {values.max()}; the network has nodes 0 to {n_nodes - 1}."
            )
        ends.append(np.ascontiguousarray(values, dtype=np.int32))
    if ends[0].shape != ends[1].shape:
        raise InputError(
            f"tail and head: {ends[0].size} and {ends[1].size} values; expected one each per arc."
        )
    return ends[0], ends[1]
