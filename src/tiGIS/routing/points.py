"""Points on the network: the nearest place on a road, and the junctions that are reached from there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tiGIS._errors import InputError
from tiGIS._validate import require_crs, shown
from tiGIS.network import CLOSED, AccessLeg, RoadNetwork
from tiGIS.routing._terminals import Side, Terminals

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from tiGIS.network import Roads

# Closer than this to the end of an edge (in metres on the map), a point is at the node itself.
AT_NODE_M = 0.001


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points put on the roads of a network; all arrays have one value a point.

    Parameters
    ----------
    labels : pandas.Index
        Index of the points.
    edge : numpy.ndarray
        Edge that each is on; -1 where no road is near enough.
    time_share, length_share : numpy.ndarray
        How far along the edge from its tail, as shares of its minutes and of its metres.
    along_m : numpy.ndarray
        The same in metres along its line on the map.
    node : numpy.ndarray
        The node, for points that are at the end of an edge; else -1.
    distance_m : numpy.ndarray
        Straight distance from the point to the road; NaN where none is near enough.
    xy : numpy.ndarray
        The places on the roads, in the CRS of the network.
    point_xy : numpy.ndarray
        The points themselves, in the CRS of the network.
    roads : Roads
        The roads that they are on.
    """

    labels: pd.Index
    edge: NDArray[np.int64]
    time_share: NDArray[np.float64]
    length_share: NDArray[np.float64]
    along_m: NDArray[np.float64]
    node: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    point_xy: NDArray[np.float64]
    roads: Roads

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def on_network(self) -> NDArray[np.bool_]:
        """Whether each point found a road."""
        return self.edge >= 0

    def take(self, where: NDArray[np.int64] | slice) -> Snapped:
        """Pick some of the points."""
        arrays = {name: values[where] for name, values in vars(self).items() if name != "roads"}
        return replace(self, **arrays)

    def leg_mmin(self, access: AccessLeg | None) -> NDArray[np.int64]:
        """Milliminutes from each point to its place on the road; 0 without an access leg."""
        if access is None:
            return np.zeros(len(self), dtype=np.int64)
        minutes = np.where(self.on_network, access.minutes(self.distance_m), 0.0)
        return np.rint(minutes * 1000.0).astype(np.int64)

    def leg_m(self, access: AccessLeg | None) -> NDArray[np.float64]:
        """Metres from each point to its place on the road; 0 without an access leg."""
        if access is None:
            return np.zeros(len(self))
        return np.where(self.on_network, self.distance_m * access.detour, 0.0)


Points: TypeAlias = "gpd.GeoDataFrame | gpd.GeoSeries | Snapped"


def point_coordinates(
    points: gpd.GeoDataFrame | gpd.GeoSeries, network: RoadNetwork, name: str
) -> NDArray[np.float64]:
    """Coordinates of the points in the CRS of the network; polygons count as a point inside them.

    Refuses, in one message, an empty frame, a doubled or missing label, missing or non-finite geometries.
    """
    import shapely

    require_crs(points, name)
    if len(points) == 0:
        raise InputError(f"{name}: the frame is empty; expected at least one point.")
    geometry = points.geometry
    missing = geometry.isna() | geometry.is_empty
    faults = []
    doubled = points.index[points.index.duplicated()].unique()
    if len(doubled):
        faults.append(f"identifiers more than once in the index ({shown(doubled)})")
    if missing.any():
        faults.append(f"{int(missing.sum())} rows without a geometry ({shown(points.index[missing])})")
    if faults:
        raise InputError(f"{name}: {'; '.join(faults)}; expected one point for each label.")
    projected = geometry.to_crs(network.crs)
    shapes = np.asarray(projected.array)
    solid = shapely.get_type_id(shapes) != 0
    if solid.any():
        shapes = shapes.copy()
        shapes[solid] = shapely.point_on_surface(shapes[solid])
    xy = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    lost = ~np.isfinite(xy).all(axis=1)
    if lost.any():
        raise InputError(
            f"{name}: {int(lost.sum())} points are outside {network.crs.to_string()} "
            f"({shown(points.index[lost])}); check their CRS."
        )
    return xy


def snap(
    network: RoadNetwork,
    points: Points,
    *,
    max_snap_m: float | None = None,
    too_far: Literal["raise", "unreachable"] = "raise",
    name: str = "points",
) -> Snapped:
    """Put points on the nearest place of a road, anywhere along it.

    Motorways, their slip roads and ferries are passed over: nobody gets on them between two junctions.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    points : geopandas.GeoDataFrame, geopandas.GeoSeries or Snapped
        Points in any CRS; polygons count as a point inside them. Points already snapped on these roads are
        given back.
    max_snap_m : float, optional
        How far a road may be, in metres; by default what the network says (2,000 m on a detailed one).
    too_far : {"raise", "unreachable"}
        What to do with points that have no road that near.
    name : str
        How messages name the points.

    Returns
    -------
    Snapped
        Edge, place along it and distance of each point.

    Raises
    ------
    InputError
        An empty frame, doubled labels, missing geometries, or (``too_far="raise"``) points with no road near.
    CRSError
        The points have no CRS.
    """
    import shapely

    limit = network.max_snap_m if max_snap_m is None else float(max_snap_m)
    if not (np.isfinite(limit) and limit > 0):
        raise InputError(f"{name}: max_snap_m is {max_snap_m}; expected metres above 0.")
    if too_far not in ("raise", "unreachable"):
        raise InputError(f"{name}: too_far is {too_far!r}; expected 'raise' or 'unreachable'.")
    if isinstance(points, Snapped):
        if points.roads is not network.roads:
            raise InputError(f"{name}: snapped on other roads; snap them on this network.")
        return points
    xy = point_coordinates(points, network, name)
    roads = network.roads
    shapes = shapely.points(xy)
    candidates, tree = roads.entrances
    n = len(xy)
    # Neighbours one after the other: the index then stays in the processor's cache.
    order = np.lexsort((xy[:, 1] // 2000, xy[:, 0] // 2000))
    edge = np.empty(n, dtype=np.int64)
    edge[order] = candidates[tree.nearest(shapes[order])]
    distance_m = shapely.distance(shapes, roads.lines[edge])
    beyond = distance_m > limit
    edge[beyond], distance_m[beyond] = -1, np.nan
    far = edge < 0
    if far.any() and too_far == "raise":
        labels = points.index[far].tolist()
        raise InputError(
            f"{name}: {len(labels)} of {n} points have no road within {limit:,.0f} m ({shown(labels)}). "
            "Check their coordinates, or give max_snap_m=..., or too_far='unreachable' to leave them NaN."
        )
    time_share, length_share, along_m = (np.full(n, np.nan) for _ in range(3))
    node = np.full(n, -1, dtype=np.int32)
    place = np.full((n, 2), np.nan)
    if (~far).any():
        on = np.flatnonzero(~far)
        lines = roads.lines[edge[on]]
        along_m[on] = along = shapely.line_locate_point(lines, shapes[on])
        place[on] = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
        time_share[on], length_share[on] = shares_at(network, edge[on], along)
        size = shapely.length(lines)
        node[on] = np.where(
            along <= AT_NODE_M,
            roads.tail[edge[on]],
            np.where(along >= size - AT_NODE_M, roads.head[edge[on]], -1),
        )
    return Snapped(points.index, edge, time_share, length_share, along_m, node, distance_m, place, xy, roads)


def shares_at(
    network: RoadNetwork, edge: NDArray[np.int64], along: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the minutes and metres of edges that lie before a place on them (metres on the map)."""
    roads = network.roads
    run = roads.run_m
    ends = run[roads.last_vertex]
    first, last = roads.first_piece[edge], roads.first_piece[edge + 1] - 1
    origin = run[roads.first_vertex[edge]]
    where = np.clip(np.searchsorted(ends, origin + along, side="left"), first, last)
    before = np.where(where == first, origin, ends[np.maximum(where, 1) - 1])
    size = ends[where] - before
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.where(size > 0, np.clip((origin + along - before) / size, 0.0, 1.0), 0.0)
    shares = []
    for values, total in ((roads.time_min, roads.run_min), (roads.length_m, roads.run_length_m)):
        done = total[where] - total[first] + inside * values[where]
        whole = total[last + 1] - total[first]
        with np.errstate(invalid="ignore", divide="ignore"):
            shares.append(np.where(whole > 0, np.clip(done / whole, 0.0, 1.0), 0.0))
    return shares[0], shares[1]


def partial_times(network: RoadNetwork, snapped: Snapped) -> NDArray[np.int64]:
    """Milliminutes along the edge of each point: columns tail→point, point→head, head→point, point→tail.

    ``CLOSED`` where that direction is closed or not allowed, or its way leads over a stretch that is closed.
    The two parts of a direction add up to its arc's time exactly, so that a point adds nothing to the trips
    that pass it.
    """
    ahead, back = network.open_times_of_edges
    on = snapped.on_network
    edge = np.where(on, snapped.edge, 0)
    share = np.where(on, snapped.time_share, 0.0)
    result = np.full((len(snapped), 4), CLOSED, dtype=np.int64)
    for columns, times in (((0, 1), ahead[edge]), ((3, 2), back[edge])):
        use = on & (times < CLOSED)
        first_part = np.rint(times[use] * share[use]).astype(np.int64)
        result[use, columns[0]] = first_part
        result[use, columns[1]] = times[use] - first_part
    if network.closures is not None:
        tail_side = network.closures.first_m[edge] <= snapped.along_m
        head_side = network.closures.last_m[edge] >= snapped.along_m
        result[np.column_stack([tail_side, head_side, head_side, tail_side])] = CLOSED
    return result


def ends_of(
    network: RoadNetwork,
    snapped: Snapped,
    side: Side,
    access: AccessLeg | None = None,
) -> Terminals:
    """Nodes through which trips leave the points (or reach them), with what that costs.

    A point at a node has that node alone; one with no road near has none.
    """
    parts = partial_times(network, snapped)
    roads = network.roads
    edge = np.where(snapped.on_network, snapped.edge, 0)
    leg_mmin = snapped.leg_mmin(access)
    to_tail, to_head = (parts[:, 3], parts[:, 1]) if side == "origin" else (parts[:, 0], parts[:, 2])
    at_node = snapped.node >= 0
    node = np.column_stack([np.where(at_node, snapped.node, roads.tail[edge]), roads.head[edge]])
    cost = np.column_stack([np.where(at_node, 0, to_tail), np.where(at_node, CLOSED, to_head)])
    from_tail = roads.edge_length_m[edge] * np.where(snapped.on_network, snapped.length_share, 0.0)
    metres = np.column_stack([from_tail, roads.edge_length_m[edge] - from_tail])
    metres[at_node] = 0.0
    use = (cost < CLOSED) & snapped.on_network[:, None]
    cost, metres = cost + leg_mmin[:, None], metres + snapped.leg_m(access)[:, None]
    sides = np.broadcast_to([0.0, 1.0], use.shape)
    node, use, cost, metres, sides = _layered(network, side, node, use, cost, metres, sides)
    if access is not None and access.nodes:
        far, near = network.node_tree.query(
            snapped.point_xy, k=np.arange(1, min(access.nodes, network.n_nodes) + 1)
        )
        node, use = (
            np.hstack([node, near]),
            np.hstack([use, np.repeat(snapped.on_network[:, None], near.shape[1], 1)]),
        )
        cost = np.hstack([cost, np.rint(access.minutes(far) * 1000.0).astype(np.int64)])
        metres = np.hstack([metres, far * access.detour])
        sides = np.hstack([sides, np.full(near.shape, np.nan)])
    total = cost[use]
    if total.size and total.max() >= CLOSED:
        raise InputError(
            "access leg: some points take longer than two years to reach a road; check its speed."
        )
    indptr = np.concatenate([[0], np.cumsum(use.sum(axis=1))]).astype(np.int64)
    return Terminals(
        indptr, node[use].astype(np.int32), total.astype(np.int32), metres[use], sides[use], snapped, access
    )


def _layered(
    network: RoadNetwork,
    side: Side,
    node: NDArray[Any],
    use: NDArray[np.bool_],
    *more: NDArray[Any],
) -> tuple[NDArray[Any], ...]:
    """Take account of roads that no trip passes through, in tables of nodes with a row for each point.

    Trips end at the nodes for arrivals. Trips start at both: by one they leave, by the other they reach what
    lies on the same roads. Gives ``node``, ``use`` and the other tables, with columns more where needed.
    """
    if network.topology.arrival is None:
        return (node, use, *more)
    arrival = network.topology.ends_at(node)
    if side == "destination":
        return (arrival, use, *more)
    both = np.hstack([node, arrival]), np.hstack([use, use & (arrival != node)])
    return (*both, *(np.hstack([values, values]) for values in more))
