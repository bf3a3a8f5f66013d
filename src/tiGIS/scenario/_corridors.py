"""Finding the roads of a corridor in a network, and adding one that isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork


def edges_by_points(network: RoadNetwork, points: Any, most_detour: float) -> NDArray[np.int64]:
    """Edges of the quickest way through the points, in their order, open in the direction driven."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    from tiGIS.network import CLOSED

    if len(points) < 2:
        raise InputError(f"along: {len(points)} point; expected at least 2.")
    xy = np.column_stack([points.geometry.to_crs(network.crs).x, points.geometry.to_crs(network.crs).y])
    nodes = np.array([nearest_node(network, place, network.max_snap_m) for place in xy])
    use = np.flatnonzero((network.time_mmin < CLOSED) & (network.tail != network.head))
    # the quickest of parallel arcs stands for them
    order = use[np.lexsort((use, network.time_mmin[use], network.head[use], network.tail[use]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(network.tail[order]) != 0) | (np.diff(network.head[order]) != 0)
    kept = order[first]
    n = network.n_nodes
    times = network.time_mmin[kept] + 1e-6  # scipy takes 0 for no arc
    graph = coo_array((times, (network.tail[kept], network.head[kept])), shape=(n, n)).tocsr()
    _, before = dijkstra(graph, indices=nodes[:-1], return_predecessors=True)
    arc_of = dict(zip(zip(network.tail[kept], network.head[kept], strict=True), kept, strict=True))
    found: list[int] = []
    for leg, target in enumerate(nodes[1:]):
        node, metres = int(target), 0.0
        while node != nodes[leg]:
            previous = int(before[leg, node])
            if previous < 0:
                raise InputError(f"along: no way by road from point {leg} to point {leg + 1}.")
            arc = arc_of[previous, node]
            found.append(int(network.arc_edge[arc]))
            metres += float(network.length_m[arc])
            node = previous
        straight = float(np.hypot(*(xy[leg + 1] - xy[leg])))
        if metres > most_detour * max(straight, 1.0) + 2 * network.max_snap_m:
            raise InputError(
                f"along: the way from point {leg} to point {leg + 1} is {metres / 1000:.1f} km for "
                f"{straight / 1000:.1f} km straight; it strays. Add points between them."
            )
    return np.unique(np.asarray(found, dtype=np.int64))


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
