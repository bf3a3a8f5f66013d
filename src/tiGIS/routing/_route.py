"""One route, to look at: its line, minutes, kilometres, and on which roads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from shapely.ops import substring

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._validate import require_geometries
from tiGIS.network import CLOSED, ROAD_CLASSES, AccessLeg, Closed, RoadNetwork
from tiGIS.routing._direct import direct_ways
from tiGIS.routing._ends import (
    Options,
    explain,
    network_without,
    place_both,
    weighted_router,
)
from tiGIS.routing._reached_parts import length_share, map_metres
from tiGIS.routing._terminals import Terminals
from tiGIS.routing.points import Snapped

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.routing.points import Points


@dataclass(frozen=True)
class _Step:
    """A part of an edge: from share ``start`` to share ``end`` of its minutes, ``taken`` of its length."""

    edge: int
    start: float
    end: float
    taken: float


@checked
def route(
    network: RoadNetwork,
    origin: Points,
    destination: Points,
    *,
    edges: bool = False,
    max_snap_m: float | None = None,
    access: AccessLeg | Literal["network"] | None = "network",
    closed: Closed | None = None,
    threads: int | None = None,
) -> gpd.GeoDataFrame:
    """Find the quickest way between two points, to draw it and to see which roads it takes.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origin, destination : geopandas.GeoDataFrame or geopandas.GeoSeries
        One point each, in any CRS, or Snapped.
    edges : bool
        Give the roads taken too.
    max_snap_m, access, closed, threads
        As in `travel_times`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row, index the label of the origin, in the CRS of the network: ``destination`` (label),
        ``time_min``, ``distance_km`` (as `travel_times` gives them), ``km_motorway``, ``km_express``... for
        each class of road, ``km_access`` beyond the network, and ``geometry``, the line along the roads. NaN
        and an empty line where there is no way. With ``edges``, two lists: ``edges``, their numbers in the
        order in which they are driven, and ``shares``, how much of the length of each is.

    Raises
    ------
    InputError
        Not one point each, or a point too far from any road.
    CRSError
        A point without a CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines, route
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> a, b = (gpd.GeoSeries.from_xy([x], [10], crs=2154) for x in (1000, 8000))
    >>> way = route(network, b, a)
    >>> way[["time_min", "distance_km", "km_local"]].round(3).to_numpy().tolist()
    [[7.0, 7.0, 7.0]]
    >>> way.geometry.iloc[0].wkt
    'LINESTRING (8000 0, 1000 0)'
    """
    import geopandas as gpd

    network = network_without(network, closed)
    for name, points in (("origin", origin), ("destination", destination)):
        if not isinstance(points, Snapped):
            require_geometries(points, name)
        if len(points) != 1:
            raise InputError(f"{name}: {len(points)} points; expected exactly one.")
    options = Options(max_snap_m, "raise", access)
    start, end = place_both(network, origin, destination, options, ("origin", "destination"))
    time, steps, legs_m = _steps(network, start, end, threads)
    row: dict[str, object] = {"destination": [end.points.labels[0]]}
    line = shapely.LineString()
    by_class = np.full(len(ROAD_CLASSES), np.nan)
    legs = np.nan
    if time < CLOSED:
        by_class = sum((_km_by_class(network, step) for step in steps), np.zeros(len(ROAD_CLASSES)))
        legs = legs_m / 1000.0
        line = _line(network, steps, start, end)
    row["time_min"] = [time / 1000.0 if time < CLOSED else np.nan]
    row["distance_km"] = [float(by_class.sum()) + legs]
    row |= {f"km_{name}": [km] for name, km in zip(ROAD_CLASSES, by_class, strict=True)}
    row["km_access"] = [legs]
    if edges:
        row |= {"edges": [[step.edge for step in steps]], "shares": [[step.taken for step in steps]]}
    table = gpd.GeoDataFrame(row, geometry=[line], index=start.points.labels, crs=network.crs)
    return explain(table, network, start, end)


def _steps(
    network: RoadNetwork, start: Terminals, end: Terminals, threads: int | None
) -> tuple[int, list[_Step], float]:
    """Find the quickest way: its time, its parts of edges, and its metres beyond the network."""
    path = weighted_router(network, threads).path(start, end)
    pairs = direct_ways(network, start, end)
    if len(pairs.time_mmin) and pairs.time_mmin[0] <= path.time_mmin:
        time, metres = int(pairs.time_mmin[0]), float(pairs.length_m[0])
        if not pairs.along_edge[0] or metres == 0.0:
            return time, [], metres
        first, last = (float(ends.points.time_share[0]) for ends in (start, end))
        taken = abs(float(end.points.length_share[0]) - float(start.points.length_share[0]))
        step = _Step(int(start.points.edge[0]), first, last, taken)
        return time, [step], float(start.leg_m[0] + end.leg_m[0])
    if not path.exists:
        return CLOSED, [], np.nan
    arcs = zip(network.arc_edge[path.arcs].tolist(), network.arc_forward[path.arcs].tolist(), strict=True)
    steps = [_Step(edge, *((0.0, 1.0) if ahead else (1.0, 0.0)), 1.0) for edge, ahead in arcs]
    out, back = _end_part(start, path.start), _end_part(end, path.end)
    back = [replace(step, start=step.end, end=step.start) for step in back]
    return int(path.time_mmin), out + steps + back, _leg_m(start, path.start) + _leg_m(end, path.end)


def _end_part(ends: Terminals, entry: int) -> list[_Step]:
    """Give the part of the edge between a point and a node; none where the node is reached without it."""
    points = ends.points
    if points.node[0] >= 0 or ends.share is None or np.isnan(ends.share[entry]):
        return []
    node = float(ends.share[entry])
    taken = abs(node - float(points.length_share[0]))
    return [_Step(int(points.edge[0]), float(points.time_share[0]), node, taken)]


def _leg_m(ends: Terminals, entry: int) -> float:
    """Metres beyond the network on the way by an entry: all of them, where it is reached without the edge."""
    if ends.share is not None and not np.isnan(ends.share[entry]):
        return float(ends.leg_m[0])
    return 0.0 if ends.offset_m is None else float(ends.offset_m[entry])


def _km_by_class(network: RoadNetwork, step: _Step) -> NDArray[np.float64]:
    """Measure a step on each class of road."""
    roads = network.roads
    low, high = sorted(
        float(share) * float(roads.edge_length_m[step.edge])
        for share in length_share(network, np.array([step.edge] * 2), np.array([step.start, step.end]))
    )
    pieces = slice(roads.first_piece[step.edge], roads.first_piece[step.edge + 1])
    ends = np.cumsum(roads.length_m[pieces])
    inside = np.clip(np.minimum(ends, high) - np.maximum(ends - roads.length_m[pieces], low), 0.0, None)
    return np.bincount(roads.road_class[pieces], inside, minlength=len(ROAD_CLASSES)) / 1000.0


def _line(network: RoadNetwork, steps: list[_Step], start: Terminals, end: Terminals) -> shapely.LineString:
    """Draw the steps as one line; with an access leg, from point to point."""
    first, last = (ends.points.xy if ends.access is None else ends.points.point_xy for ends in (start, end))
    parts = [first]
    for step in steps:
        line = network.roads.lines[step.edge]
        if {step.start, step.end} != {0.0, 1.0}:
            ends = map_metres(network, np.array([step.edge] * 2), np.array([step.start, step.end]))
            parts.append(shapely.get_coordinates(substring(line, *ends.tolist())))
        else:
            points = shapely.get_coordinates(line)
            parts.append(points if step.end else points[::-1])
    points = np.concatenate([*parts, last])
    moved = np.append(True, (np.abs(np.diff(points, axis=0)) > 1e-6).any(axis=1))
    points = points[moved]
    return shapely.LineString(points if len(points) > 1 else points[[0, 0]])
