"""Which parts of a road network go under water, and which ends of its roads a point can still reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from tiGIS._errors import InputError
from tiGIS._polygons import pieces_by_pair, subdivided
from tiGIS._repr import short_repr
from tiGIS.flood._codes import FLOOD
from tiGIS.flood._zones import FloodZones
from tiGIS.network import CLOSED, FLAGS, RoadNetwork
from tiGIS.routing._terminals import Terminals
from tiGIS.routing.points import Snapped, layered, leg_mmin, partial_times

Bridges = Literal["open", "closed"]
Tunnels = Literal["ends", "closed", "open"]
Floats = NDArray[np.float64]

# A road that only brushes a zone is not under water: digitising is not better than that.
LEAST_WET_M = 1.0


@dataclass(frozen=True)
class WetRoads:
    """The roads under water in one scenario.

    Parameters
    ----------
    first_m, last_m : numpy.ndarray
        For each edge, where along its line the first wet stretch starts and the last one ends, in metres
        on the map; +inf and -inf for a dry edge.
    wet_m : numpy.ndarray
        Metres under water of each edge.
    """

    first_m: Floats
    last_m: Floats
    wet_m: Floats

    __repr__ = short_repr

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Whether each edge is cut."""
        return self.first_m <= self.last_m

    def only(self, edge: int) -> WetRoads:
        """Keep the water of one edge."""
        first, last = np.full_like(self.first_m, np.inf), np.full_like(self.last_m, -np.inf)
        wet = np.zeros_like(self.wet_m)
        first[edge], last[edge], wet[edge] = self.first_m[edge], self.last_m[edge], self.wet_m[edge]
        return WetRoads(first, last, wet)


def water_over(zones: FloodZones, depth_m: float) -> NDArray[np.object_]:
    """Polygons where the water closes a road: where it may reach a depth, or where its depth isn't known."""
    if not depth_m >= 0:
        raise InputError(f"depth_m: {depth_m}; expected 0 or more, in metres")
    frame = zones.frame[zones.frame["kind"] == FLOOD]
    deepest = frame["depth_max_m"].fillna(frame["depth_min_m"])
    return np.asarray(frame.geometry[deepest.isna() | (deepest >= depth_m)].values)


def wet_roads(
    network: RoadNetwork, water: NDArray[np.object_], bridges: Bridges, tunnels: Tunnels
) -> WetRoads:
    """Find the stretches of road under water.

    A bridge stays open unless told otherwise; a tunnel closes when one of its ends is in the water.
    """
    if bridges not in ("open", "closed") or tunnels not in ("ends", "closed", "open"):
        raise InputError(
            f"bridges={bridges!r}, tunnels={tunnels!r}; expected 'open' or 'closed' for bridges, "
            "'ends', 'closed' or 'open' for tunnels"
        )
    roads = network.roads
    lines = np.asarray(network.pieces().geometry.values)
    is_bridge = (roads.flags & FLAGS["bridge"]) != 0
    is_tunnel = (roads.flags & FLAGS["tunnel"]) != 0
    parts, _ = subdivided(np.array([shapely.union_all(water)], dtype=object))

    first, last = np.full(roads.n_edges, np.inf), np.full(roads.n_edges, -np.inf)
    wet_m = np.zeros(roads.n_edges)
    surface = ~is_tunnel & (~is_bridge if bridges == "open" else True)
    if tunnels == "closed":
        surface = surface | is_tunnel
    candidates = np.flatnonzero(surface)
    which, _, inside = pieces_by_pair(lines[candidates], parts)
    piece = candidates[which]
    length = np.bincount(piece, shapely.length(inside), minlength=len(lines))
    real = length[piece] >= np.minimum(LEAST_WET_M, roads.length_m[piece] / 2)
    ends, owner = shapely.get_coordinates(inside[real], return_index=True)
    piece = piece[real][owner]
    place = shapely.line_locate_point(lines[piece], shapely.points(ends)) + _start_m(network)[piece]
    np.minimum.at(first, roads.edge_of_piece[piece], place)
    np.maximum.at(last, roads.edge_of_piece[piece], place)
    wet_pieces = np.unique(piece)
    np.add.at(wet_m, roads.edge_of_piece[wet_pieces], length[wet_pieces])
    if tunnels == "ends":
        drowned = np.flatnonzero(is_tunnel)[_ends_in_water(lines[is_tunnel], parts)]
        edge, start = roads.edge_of_piece[drowned], _start_m(network)[drowned]
        np.minimum.at(first, edge, start)
        np.maximum.at(last, edge, start + shapely.length(lines[drowned]))
        np.add.at(wet_m, edge, roads.length_m[drowned])
    return WetRoads(first, last, wet_m)


def _start_m(network: RoadNetwork) -> Floats:
    """Where along the line of its edge each piece starts, in metres on the map."""
    roads = network.roads
    start_vertex = np.empty(len(roads.length_m), dtype=np.int64)
    start_vertex[1:] = roads.last_vertex[:-1]
    start_vertex[roads.first_piece[:-1]] = roads.first_vertex[:-1]
    return roads.run_m[start_vertex] - roads.run_m[roads.first_vertex[roads.edge_of_piece]]


def _ends_in_water(lines: NDArray[np.object_], parts: NDArray[np.object_]) -> NDArray[np.bool_]:
    tree = shapely.STRtree(parts)
    wet = np.zeros(len(lines), dtype=bool)
    for position in (0, -1):
        wet[tree.query(shapely.get_point(lines, position), predicate="intersects")[0]] = True
    return wet


def place_m(network: RoadNetwork, snapped: Snapped) -> Floats:
    """Where along the line of its edge each snapped point is, in metres on the map; NaN off the network."""
    place = np.full(len(snapped), np.nan)
    on = snapped.on_network
    place[on] = shapely.line_locate_point(
        network.roads.lines[snapped.edge[on]], shapely.points(snapped.xy[on])
    )
    return place


def dry_ends(
    network: RoadNetwork,
    snapped: Snapped,
    place: Floats,
    wet: WetRoads | None,
    side: Literal["origin", "destination"],
) -> Terminals:
    """Nodes that each point can reach (or be reached from) without crossing water on its own road.

    Cutting the whole road would shut in people who live on its dry side: between two junctions that are
    kilometres apart, a ford closes one way out and leaves the other.
    """
    roads = network.roads
    parts = partial_times(network, snapped)
    edge = np.where(snapped.on_network, snapped.edge, 0)
    to_tail, to_head = (parts[:, 3], parts[:, 1]) if side == "origin" else (parts[:, 0], parts[:, 2])
    at_node = snapped.node >= 0
    node = np.column_stack([np.where(at_node, snapped.node, roads.tail[edge]), roads.head[edge]])
    cost = np.column_stack([np.where(at_node, 0, to_tail), np.where(at_node, CLOSED, to_head)])
    if wet is not None:
        cost[~at_node & (wet.first_m[edge] <= place), 0] = CLOSED
        cost[~at_node & (wet.last_m[edge] >= place), 1] = CLOSED
    use = (cost < CLOSED) & snapped.on_network[:, None]
    node, use, cost = layered(network, side, node, use, cost)
    total = (cost + leg_mmin(snapped, network.access)[:, None])[use]
    indptr = np.concatenate([[0], np.cumsum(use.sum(axis=1))])
    return Terminals(indptr, node[use].astype(np.int32), total.astype(np.int32))
