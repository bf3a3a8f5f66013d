"""Which parts of a road network go under water, and which ends of its roads a point can still reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS.flood._codes import FLOOD
from tiGIS.flood._zones import FloodZones
from tiGIS.network import FLAGS, Closures, RoadNetwork, closures_in

Bridges = Literal["open", "closed"]
Tunnels = Literal["ends", "closed", "open"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WetRoads:
    """The roads under water in one scenario.

    Parameters
    ----------
    closures : Closures
        Where each edge is closed: from its first wet stretch to its last one.
    wet_m : numpy.ndarray
        Metres under water of each edge.
    """

    closures: Closures
    wet_m: Floats

    __repr__ = short_repr


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
    is_bridge = (roads.flags & FLAGS["bridge"]) != 0
    is_tunnel = (roads.flags & FLAGS["tunnel"]) != 0
    surface = ~is_tunnel & (~is_bridge if bridges == "open" else True)
    if tunnels == "closed":
        surface = surface | is_tunnel
    closures, wet_m = closures_in(network, water, surface)
    if tunnels == "ends" and is_tunnel.any():
        lines = np.asarray(network.pieces().geometry.values)[is_tunnel]
        wet = _ends_in_water(lines, water)
        drowned, length = np.flatnonzero(is_tunnel)[wet], shapely.length(lines[wet])
        edge, start = roads.edge_of_piece[drowned], roads.piece_start_m[drowned]
        np.minimum.at(closures.first_m, edge, start)
        np.maximum.at(closures.last_m, edge, start + length)
        np.add.at(wet_m, edge, roads.length_m[drowned])
    return WetRoads(closures, wet_m)


def _ends_in_water(lines: NDArray[np.object_], parts: NDArray[np.object_]) -> NDArray[np.bool_]:
    tree = shapely.STRtree(parts)
    wet = np.zeros(len(lines), dtype=bool)
    for position in (0, -1):
        wet[tree.query(shapely.get_point(lines, position), predicate="intersects")[0]] = True
    return wet
