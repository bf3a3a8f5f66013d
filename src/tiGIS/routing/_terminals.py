"""Where trips start and end: each end is a set of nodes, with what it costs to get from the point to them.

A point snapped on a street lies between two junctions, so it reaches two nodes; a point on a one-way street
leaves by one and is reached by the other; a point with no road nearby has an empty set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tiGIS._errors import InputError
from tiGIS.routing._units import whole_centimetres, whole_milliminutes

if TYPE_CHECKING:
    from tiGIS.network import AccessLeg
    from tiGIS.routing.points import Snapped

Side = Literal["origin", "destination"]


@dataclass(frozen=True, eq=False)
class Terminals:
    """
    The ends of trips: for each point, the nodes it is tied to and the cost of getting to them.

    Parameters
    ----------
    indptr : array of int64, shape (n + 1,)
        Point ``i`` is tied to the entries ``indptr[i]:indptr[i + 1]`` of the other arrays; none is allowed
        (a point with no road nearby is unreachable).
    node : array of int32
        Nodes.
    offset_mmin : array of int32
        Time between the point and the node, in milliminutes, 0 or more. For an origin it is the time *to* the
        node, for a destination the time *from* it.
    offset_m : array of float64, optional
        Length between the point and the node, in metres; 0 when absent.
    share : array of float64, optional
        The end of the point's edge that the node is (0: its tail, 1: its head); NaN for a node reached
        without it.
    snapped : Snapped, optional
        The points on their roads.
    access : AccessLeg, optional
        The way from the points to their roads, which the offsets hold.

    Raises
    ------
    InputError
        If the arrays don't fit together, or an offset is negative, NaN or infinite.

    Notes
    -----
    Two points on the same street may be joined by a path that touches no node. A set of nodes can't say
    that: who snaps points compares the direct way with what the engine finds.
    """

    indptr: NDArray[np.int64]
    node: NDArray[np.int32]
    offset_mmin: NDArray[np.int32]
    offset_m: NDArray[np.float64] | None = None
    share: NDArray[np.float64] | None = None
    snapped: Snapped | None = None
    access: AccessLeg | None = None

    def __post_init__(self) -> None:
        indptr = np.ascontiguousarray(self.indptr, dtype=np.int64)
        node = np.asarray(self.node)
        if node.ndim != 1 or (node.size and node.dtype.kind not in "iu"):
            raise InputError(f"node: {node.ndim}-d {node.dtype}; expected a 1-d array of node numbers.")
        if indptr.ndim != 1 or not indptr.size or indptr[0] != 0 or indptr[-1] != node.size:
            raise InputError(f"indptr: must start at 0 and end at the number of entries, {node.size}.")
        if np.any(np.diff(indptr) < 0):
            raise InputError("indptr: decreases; expected the start of each point's entries, in order.")
        if node.size and (node.min() < 0 or node.max() >= 2**31 - 1):
            raise InputError(f"node: from {node.min()} to {node.max()}; expected numbers from 0.")
        object.__setattr__(self, "indptr", indptr)
        object.__setattr__(self, "node", np.ascontiguousarray(node, dtype=np.int32))
        offsets = whole_milliminutes(self.offset_mmin, "offset_mmin", node.size)
        object.__setattr__(self, "offset_mmin", offsets)
        if self.offset_m is not None:
            whole_centimetres(self.offset_m, "offset_m", node.size)
            object.__setattr__(self, "offset_m", np.asarray(self.offset_m, dtype=np.float64))

    @classmethod
    def at_nodes(cls, nodes: ArrayLike) -> Terminals:
        """
        Put each point exactly on one node.

        Parameters
        ----------
        nodes : array-like of int
            One node per point.

        Returns
        -------
        Terminals
            As many points as nodes.
        """
        node = np.atleast_1d(np.asarray(nodes))
        node = node.astype(np.int32) if not node.size else node
        return cls(np.arange(node.size + 1), node, np.zeros(node.size, np.int32))

    def __len__(self) -> int:
        return self.indptr.size - 1

    def __getitem__(self, rows: slice) -> Terminals:
        """Give a run of consecutive points."""
        start, stop, step = rows.indices(len(self))
        if step != 1:
            raise InputError(f"step is {step}; expected consecutive points, or use take().")
        stop = max(start, stop)
        entries = slice(self.indptr[start], self.indptr[stop])
        return self._part(self.indptr[start : stop + 1] - self.indptr[start], entries, slice(start, stop))

    def take(self, where: NDArray[np.int64]) -> Terminals:
        """Pick some points, in any order."""
        size = np.diff(self.indptr)[where]
        indptr = np.concatenate([[0], np.cumsum(size)])
        entries = np.arange(indptr[-1]) - np.repeat(indptr[:-1], size) + np.repeat(self.indptr[where], size)
        return self._part(indptr, entries, where)

    def _part(self, indptr: NDArray[np.int64], entries: Any, points: slice | NDArray[np.int64]) -> Terminals:
        return Terminals(
            indptr,
            self.node[entries],
            self.offset_mmin[entries],
            None if self.offset_m is None else self.offset_m[entries],
            None if self.share is None else self.share[entries],
            None if self.snapped is None else self.snapped.take(points),
            self.access,
        )

    def merged(self) -> Terminals:
        """Make one end of all the points: the nearest of them counts."""
        return Terminals(np.array([0, len(self.node)]), self.node, self.offset_mmin, self.offset_m)

    @property
    def points(self) -> Snapped:
        """The points on their roads."""
        if self.snapped is None:
            raise InputError("ends: bare nodes; expected points that were put on a network.")
        return self.snapped

    @property
    def leg_mmin(self) -> NDArray[np.int64]:
        """Milliminutes between each point and its road."""
        return self.points.leg_mmin(self.access)

    @property
    def leg_m(self) -> NDArray[np.float64]:
        """Metres between each point and its road."""
        return self.points.leg_m(self.access)

    def blocks(self, size: int) -> Iterator[slice]:
        """Cut the points into runs of at most ``size``."""
        for start in range(0, len(self), size):
            yield slice(start, min(start + size, len(self)))

    @property
    def point(self) -> NDArray[np.int64]:
        """The point of each entry, shape (n_entries,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    @property
    def offset_cm(self) -> NDArray[np.int64]:
        """The lengths in whole centimetres, zeros when there are none."""
        if self.offset_m is None:
            return np.zeros(self.node.size, np.int64)
        return whole_centimetres(self.offset_m, "offset_m", self.node.size)
