"""Closed roads, by one rule: nothing goes through a stretch of an edge; its two sides can still be left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tiGIS._errors import InputError
from tiGIS._polygons import pieces_by_pair, subdivided
from tiGIS._repr import short_repr
from tiGIS._validate import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network._road_network import RoadNetwork

    Floats = NDArray[np.float64]

# A road that only brushes an area is not closed by it: digitising is not better than that.
LEAST_INSIDE_M = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class Closures:
    """The stretch of each edge that is closed, both ways: nothing goes through, each side can still be left.

    Parameters
    ----------
    first_m, last_m : numpy.ndarray
        For each edge, where along its line the closed stretch starts and ends, in metres on the map from its
        tail: +inf and -inf for an open edge, -inf and +inf for one that is closed from end to end.
    """

    first_m: Floats
    last_m: Floats

    __repr__ = short_repr

    @property
    def edges(self) -> NDArray[np.bool_]:
        """Whether each edge is closed."""
        return self.first_m <= self.last_m

    def only(self, edge: int) -> Closures:
        """Keep the closure of one edge."""
        here = np.arange(len(self.first_m)) == edge
        return Closures(np.where(here, self.first_m, np.inf), np.where(here, self.last_m, -np.inf))

    def and_those(self, other: Closures | None) -> Closures:
        """Close what either closes, and what lies between."""
        if other is None:
            return self
        return Closures(np.minimum(self.first_m, other.first_m), np.maximum(self.last_m, other.last_m))


Closed: TypeAlias = Closures | Iterable[int]
"""Roads that are closed: numbers of edges, whole, or `Closures`."""


def closures_of(network: RoadNetwork, closed: Closed) -> Closures:
    """Check which roads are meant, and give their closures."""
    n = network.roads.n_edges
    if isinstance(closed, Closures):
        if len(closed.first_m) != n:
            raise InputError(f"closed: closures of {len(closed.first_m)} edges; the network has {n}.")
        return closed
    edges = np.array(closed if isinstance(closed, np.ndarray) else list(closed))
    if edges.ndim != 1 or (edges.size and edges.dtype.kind not in "iu"):
        raise InputError(f"closed: {edges.ndim}-d {edges.dtype}; expected numbers of edges, or Closures.")
    if edges.size and (edges.min() < 0 or edges.max() >= n):
        raise InputError(f"closed: edges {shown(edges.tolist())}; the network has 0 to {n - 1}.")
    here = np.isin(np.arange(n), edges)
    return Closures(np.where(here, -np.inf, np.inf), np.where(here, np.inf, -np.inf))


def closures_in(
    network: RoadNetwork, areas: NDArray[np.object_], pieces: NDArray[np.bool_]
) -> tuple[Closures, Floats]:
    """Close the roads inside some areas.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    areas : numpy.ndarray
        Polygons in the CRS of the network, or lines drawn across the roads.
    pieces : numpy.ndarray
        Which pieces of road the areas close (bridges are above the water).

    Returns
    -------
    closures : Closures
        For each edge, from the first place inside to the last.
    inside_m : numpy.ndarray
        Metres of each edge inside.
    """
    import shapely

    roads = network.roads
    lines = np.asarray(network.pieces().geometry.values)
    solid = np.where(shapely.get_dimensions(areas) < 2, shapely.buffer(areas, LEAST_INSIDE_M), areas)
    parts, _ = subdivided(np.array([shapely.union_all(solid)], dtype=object))
    candidates = np.flatnonzero(pieces)
    which, _, inside = pieces_by_pair(lines[candidates], parts)
    piece = candidates[which]
    length = np.bincount(piece, shapely.length(inside), minlength=len(lines))
    real = length[piece] >= np.minimum(LEAST_INSIDE_M, roads.length_m[piece] / 2)
    ends, owner = shapely.get_coordinates(inside[real], return_index=True)
    piece = piece[real][owner]
    place = shapely.line_locate_point(lines[piece], shapely.points(ends)) + roads.piece_start_m[piece]
    first, last = np.full(roads.n_edges, np.inf), np.full(roads.n_edges, -np.inf)
    np.minimum.at(first, roads.edge_of_piece[piece], place)
    np.maximum.at(last, roads.edge_of_piece[piece], place)
    inside_m = np.zeros(roads.n_edges)
    closed = np.unique(piece)
    np.add.at(inside_m, roads.edge_of_piece[closed], length[closed])
    return Closures(first, last), inside_m
