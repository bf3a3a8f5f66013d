"""Finding the roads of a corridor in a network, and adding one that isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork
    from tiGIS.routing.points import Snapped


def corridor_by_points(network: RoadNetwork, points: Any, most_detour: float) -> dict[int, float]:
    """Edges of the quickest way through the points, in their order, and the share of each that it takes.

    Points lie anywhere along a road: of the first and the last edge of a leg only a part may be taken, which
    matters on a coarse network whose edges are long.
    """
    from tiGIS.routing.points import partial_times, snap

    if len(points) < 2:
        raise InputError(f"along: {len(points)} point; expected at least 2.")
    placed = snap(network, points, name="along")
    parts = partial_times(network, placed).astype(np.float64)
    graph = _Quickest(network)
    taken: dict[int, float] = {}
    for leg in range(len(points) - 1):
        shares, metres = graph.way(placed, parts, leg)
        for edge, share in shares.items():
            taken[edge] = min(1.0, taken.get(edge, 0.0) + share)
        straight = float(np.hypot(*(placed.xy[leg + 1] - placed.xy[leg])))
        if metres > most_detour * max(straight, 1.0):
            raise InputError(
                f"along: the way from point {leg} to point {leg + 1} is {metres / 1000:.1f} km for "
                f"{straight / 1000:.1f} km straight; it strays. Add points between them."
            )
    return {edge: share for edge, share in sorted(taken.items()) if share > 0}


class _Quickest:
    """Quickest ways between places on roads."""

    def __init__(self, network: RoadNetwork) -> None:
        from scipy.sparse import coo_array

        from tiGIS.network import CLOSED

        self.network = network
        use = np.flatnonzero((network.time_mmin < CLOSED) & (network.tail != network.head))
        # the quickest of parallel arcs stands for them
        order = use[np.lexsort((use, network.time_mmin[use], network.head[use], network.tail[use]))]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(network.tail[order]) != 0) | (np.diff(network.head[order]) != 0)
        self._arcs = kept = order[first]
        n = network.n_nodes
        times = network.time_mmin[kept] + 1e-6  # scipy takes 0 for no arc
        self._graph = coo_array((times, (network.tail[kept], network.head[kept])), shape=(n, n)).tocsr()
        self._key = network.tail[kept].astype(np.int64) * n + network.head[kept]

    def way(self, placed: Snapped, parts: NDArray[np.float64], leg: int) -> tuple[dict[int, float], float]:
        """Give the share of each edge on the way from one place to the next, and its metres."""
        from scipy.sparse.csgraph import dijkstra

        from tiGIS.network import CLOSED

        network, roads = self.network, self.network.roads
        start, goal = int(placed.edge[leg]), int(placed.edge[leg + 1])
        before, after = (float(placed.length_share[leg + step]) for step in (0, 1))
        best, found = np.inf, None
        if start == goal:
            forward = after >= before
            times = parts[leg + 1, 0] - parts[leg, 0] if forward else parts[leg, 3] - parts[leg + 1, 3]
            if parts[leg, 1 if forward else 3] < CLOSED:
                best, found = float(times), ({start: abs(after - before)}, -1, -1)
        leave = {int(roads.head[start]): (parts[leg, 1], 1 - before)}
        if parts[leg, 3] < leave.get(int(roads.tail[start]), (np.inf, 0.0))[0]:
            leave[int(roads.tail[start])] = (parts[leg, 3], before)
        arrive = {int(roads.tail[goal]): (parts[leg + 1, 0], after)}
        if parts[leg + 1, 2] < arrive.get(int(roads.head[goal]), (np.inf, 0.0))[0]:
            arrive[int(roads.head[goal])] = (parts[leg + 1, 2], 1 - after)
        # where no trip passes through, arrivals have nodes of their own; a way may lie among them as a whole
        ends_at = network.topology.ends_at
        arrive = {int(ends_at(node)): told for node, told in arrive.items()}
        leave |= {int(ends_at(node)): told for node, told in leave.items()}
        nodes = list(leave)
        distance, onward = dijkstra(self._graph, indices=nodes, return_predecessors=True)
        row = -1
        for number, node in enumerate(nodes):
            for end, (last, share) in arrive.items():
                total = leave[node][0] + distance[number, end] + last
                if total < best and total < CLOSED:
                    best, row = total, number
                    found = ({start: leave[node][1]}, end, node)
                    found[0][goal] = found[0].get(goal, 0.0) + share
        if found is None:
            raise InputError(f"along: no way by road from point {leg} to point {leg + 1}.")
        shares, current, stop = found
        while current != stop:
            previous = int(onward[row, current])
            position = np.searchsorted(self._key, previous * network.n_nodes + current)
            shares[int(network.arc_edge[self._arcs[position]])] = 1.0
            current = previous
        return shares, sum(share * float(roads.edge_length_m[edge]) for edge, share in shares.items())


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
