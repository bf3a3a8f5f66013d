"""Finding the roads of a corridor in a network, and adding one that isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork


def corridor_by_points(network: RoadNetwork, points: Any, most_detour: float) -> dict[int, float]:
    """Edges of the quickest way through the points, in their order, and the share of each that it takes.

    Points lie anywhere along a road: of the first and the last edge of a leg only a part may be taken, which
    matters on a coarse network whose edges are long.
    """
    from tiGIS.routing import route
    from tiGIS.routing.points import snap

    if len(points) < 2:
        raise InputError(f"along: {len(points)} point; expected at least 2.")
    placed = snap(network, points, name="along")
    taken: dict[int, float] = {}
    for leg in range(len(points) - 1):
        ends = (placed.take(slice(leg + step, leg + step + 1)) for step in (0, 1))
        way = route(network, *ends, edges=True, access=None).iloc[0]
        if np.isnan(way["time_min"]):
            raise InputError(f"along: no way by road from point {leg} to point {leg + 1}.")
        for edge, share in zip(way["edges"], way["shares"], strict=True):
            taken[edge] = min(1.0, taken.get(edge, 0.0) + share)
        straight = float(np.hypot(*(placed.xy[leg + 1] - placed.xy[leg])))
        if way["distance_km"] * 1000 > most_detour * max(straight, 1.0):
            raise InputError(
                f"along: the way from point {leg} to point {leg + 1} is {way['distance_km']:.1f} km for "
                f"{straight / 1000:.1f} km straight; it strays. Add points between them."
            )
    return {edge: share for edge, share in sorted(taken.items()) if share > 0}


def edges_by_lines(network: RoadNetwork, lines: gpd.GeoSeries, within_m: float) -> NDArray[np.int64]:
    """Edges that lie near the lines for more than half of their length."""
    import shapely

    band = shapely.unary_union(shapely.buffer(np.asarray(lines.array), within_m))
    shapes = network.roads.lines
    near = shapely.STRtree(shapes).query(band, predicate="intersects")
    inside = shapely.length(shapely.intersection(shapes[near], band))
    found = np.sort(near[inside > shapely.length(shapes[near]) / 2])
    if not len(found):
        raise InputError(f"along: no road of the network lies within {within_m:g} m of the lines.")
    return found


def nearest_node(network: RoadNetwork, place: Any, within_m: float) -> int:
    distance = np.hypot(network.x - place[0], network.y - place[1])
    node = int(distance.argmin()) if len(distance) else -1
    if node < 0 or distance[node] > within_m:
        raise InputError(
            f"no junction within {within_m:,.0f} m of ({place[0]:.0f}, {place[1]:.0f}) in the network's CRS; "
            "check the point, or allow more."
        )
    return node


def with_edge(
    network: RoadNetwork, start: int, end: int, xy: NDArray[np.float64], speed_kmh: float
) -> RoadNetwork:
    """Add one edge, open both ways, to the arrays of a network."""
    import geopandas as gpd
    from shapely import LineString

    from tiGIS.network import with_edges

    if start == end:
        raise InputError("line: both of its ends are nearest to the same junction; draw it longer.")
    ends = np.column_stack([network.x[[start, end]], network.y[[start, end]]])
    drawn = np.concatenate([ends[:1], xy, ends[1:]])
    drawn = drawn[np.append(True, np.hypot(*np.diff(drawn, axis=0).T) > 0)]
    line = LineString(drawn)
    road = gpd.GeoDataFrame(
        {
            "tail": [start],
            "head": [end],
            "length_m": [line.length],
            "speed_kmh": [float(speed_kmh)],
            "road_class": ["express"],
            "way_id": ["new road"],
        },
        geometry=[line],
        crs=network.crs,
    )
    return with_edges(network, road, np.empty((0, 2)))
