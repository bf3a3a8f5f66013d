"""Finding the roads of a corridor in a network, and adding one that isn't there."""

from __future__ import annotations

from dataclasses import replace
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
    from tiGIS.network import ROAD_CLASSES, RoadNetwork, Topology

    if start == end:
        raise InputError("line: both of its ends are nearest to the same junction; draw it longer.")
    roads = network.roads
    ends = np.column_stack([network.x[[start, end]], network.y[[start, end]]])
    drawn = np.concatenate([ends[:1], xy, ends[1:]])
    drawn = drawn[np.append(True, np.hypot(*np.diff(drawn, axis=0).T) > 0)]
    length_m = float(np.hypot(*np.diff(drawn, axis=0).T).sum())
    last = roads.first_vertex[-1] + len(drawn)
    edge = roads.n_edges
    longer = replace(
        roads,
        tail=np.append(roads.tail, np.int32(start)),
        head=np.append(roads.head, np.int32(end)),
        first_piece=np.append(roads.first_piece, roads.first_piece[-1] + 1),
        first_vertex=np.append(roads.first_vertex, last),
        xy=np.concatenate([roads.xy, drawn]),
        last_vertex=np.append(roads.last_vertex, last - 1),
        length_m=np.append(roads.length_m, length_m),
        speed_kmh=np.append(roads.speed_kmh, float(speed_kmh)),
        road_class=np.append(roads.road_class, np.int8(ROAD_CLASSES.index("express"))),
        flags=np.append(roads.flags, np.uint8(0)),
        way=np.append(roads.way, np.int32(len(roads.way_ids))),
        name_class=np.append(roads.name_class, np.int16(len(roads.name_classes))),
        way_ids=np.append(roads.way_ids, "new road"),
        name_classes=np.append(roads.name_classes, "new road"),
    )
    time_mmin = np.int32(max(1, round(length_m * 60 / speed_kmh)))
    tail = np.concatenate([network.tail, [start, end]]).astype(np.int32)
    head = np.concatenate([network.head, [end, start]]).astype(np.int32)
    order = np.argsort(tail, kind="stable")
    return RoadNetwork(
        Topology(network.n_nodes, tail[order], head[order]),
        longer,
        network.x,
        network.y,
        np.concatenate([network.arc_edge, [edge, edge]]).astype(np.int32)[order],
        np.concatenate([network.arc_forward, [True, False]])[order],
        np.concatenate([network.time_mmin, [time_mmin, time_mmin]]).astype(np.int32)[order],
        network.crs,
        network.metadata,
    )
