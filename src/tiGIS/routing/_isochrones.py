"""Isochrones: the roads reached within some minutes, and the land along them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely
from tqdm.auto import tqdm

from tiGIS._errors import InputError
from tiGIS._meta import note
from tiGIS.network import AccessLeg, RoadNetwork
from tiGIS.routing._ends import Options, TooFar, explain, place, require_network, weighted_router
from tiGIS.routing._reach import reached_parts, sample_places
from tiGIS.routing._router import Direction

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Points = gpd.GeoDataFrame | gpd.GeoSeries

BUFFER_M = 300.0
CELLS_PER_BUFFER = 6
MOST_CELLS = 20_000_000


def isochrones(
    network: RoadNetwork,
    origins: Points,
    minutes: Iterable[float] = (15, 30, 45),
    *,
    buffer_m: float | None = None,
    direction: Direction = "from",
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    threads: int | None = None,
    progress: bool = True,
) -> gpd.GeoDataFrame:
    """Draw what is reached by road within some minutes of each origin.

    The roads reached are exact, down to the place on a road where the time runs out. The polygon is the land
    within ``buffer_m`` of them, drawn on a grid of a sixth of that (so its edge is right to a few dozen metres),
    without holes smaller than the square of twice the buffer. Polygons of one origin are nested.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins : geopandas.GeoDataFrame or geopandas.GeoSeries
        Points, as in `travel_times`.
    minutes : iterable of float
        Times, above 0.
    buffer_m : float, optional
        Width of the land on each side of the roads, in metres; by default what the network says (300 m on a
        detailed one).
    direction : {"from", "to"}
        Trips from the origin, or to it.
    max_snap_m, too_far, access, threads, progress
        As in `travel_times`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each origin and time, in this order; index (label of the origin, ``minutes``). Columns
        ``area_km2`` of the polygon, ``reached_km`` of road (each road once, whatever its directions), and
        ``geometry``, in the CRS of the network. Empty polygons, and NaN, for origins without a road.

    Raises
    ------
    InputError
        As in `travel_times`, or times or a buffer that are not above 0.
    CRSError
        Origins without a CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import isochrones, network_from_lines
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (90_000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> town = gpd.GeoSeries.from_xy([30_000], [0], index=["town"], crs=2154)
    >>> isochrones(network, town, [15, 30])["reached_km"].tolist()
    [30.0, 60.0]
    """
    import geopandas as gpd

    require_network(network)
    times = _checked_minutes(minutes)
    width = float(network.metadata.get("isochrone_buffer_m", BUFFER_M)) if buffer_m is None else float(buffer_m)
    if not (np.isfinite(width) and width > 0):
        raise InputError(f"buffer_m: {buffer_m}; expected metres above 0.")
    options = Options(max_snap_m, too_far, access)
    side: Literal["origin", "destination"] = "origin" if direction == "from" else "destination"
    starts = place(network, origins, side, options, "origins")
    engine = weighted_router(network, threads)
    longest = max(times)
    rows: list[tuple[float, float, shapely.Geometry]] = []
    bar = tqdm(
        range(len(starts)), desc="isochrones", delay=2.0, disable=None if progress else True, leave=False
    )
    for number in bar:
        if not starts.snapped.on_network[number]:
            rows += [(np.nan, np.nan, shapely.Polygon())] * len(times)
            continue
        origin = starts.one(number)
        tree = engine.tree(origin.ends, longest, direction)
        inner = shapely.Polygon()
        found = {}
        for limit in sorted(set(times)):
            reach = reached_parts(network, tree, origin, limit, towards=direction == "to")
            inner = _land(sample_places(network, reach, width / CELLS_PER_BUFFER), width).union(inner)
            found[limit] = (inner.area / 1e6, reach.length_m(network) / 1000.0, inner)
        rows += [found[limit] for limit in times]
    name = starts.snapped.labels.name or "origin"
    index = pd.MultiIndex.from_product(
        [starts.snapped.labels, [t / 1000 for t in times]], names=[name, "minutes"]
    )
    area, length, shapes = zip(*rows, strict=True)
    table = gpd.GeoDataFrame(
        {"area_km2": area, "reached_km": length}, geometry=list(shapes), index=index, crs=network.crs
    )
    land = note(
        f"Polygones : terrain à moins de {width:.0f} m des routes atteintes",
        f"Polygons: land within {width:.0f} m of the roads reached",
    )
    explain(table, network, starts, direction=direction, buffer_m=width)
    table.attrs["tigis"]["limits"].append(dict(land))
    return table


def _checked_minutes(minutes: Iterable[float]) -> list[int]:
    values = [float(value) for value in minutes]
    if not values or not all(np.isfinite(value) and value > 0 for value in values):
        raise InputError(f"minutes: {values}; expected at least one time, all above 0.")
    if len(set(values)) != len(values):
        raise InputError(f"minutes: {values}; expected each time once.")
    return [round(value * 1000) for value in values]


def _land(places: NDArray[np.float64], width: float) -> shapely.Geometry:
    """Outline the land within ``width`` of places that lie close together."""
    from contourpy import contour_generator
    from scipy.ndimage import distance_transform_edt

    low = places.min(axis=0) - 2 * width
    extent = places.max(axis=0) + 2 * width - low
    cell = width / CELLS_PER_BUFFER
    while np.prod(np.ceil(extent / cell)) > MOST_CELLS:
        cell *= 1.5
    shape = np.ceil(extent / cell).astype(np.int64) + 1
    empty = np.ones(shape[::-1], dtype=bool)
    where = np.rint((places - low) / cell).astype(np.int64)
    empty[where[:, 1], where[:, 0]] = False
    distance = distance_transform_edt(empty) * cell
    x, y = (low[axis] + cell * np.arange(shape[axis]) for axis in (0, 1))
    outlines = contour_generator(x, y, distance, fill_type="OuterOffset").filled(-1.0, width)
    polygons = [
        shapely.Polygon(points[offsets[0] : offsets[1]], _holes(points, offsets, width))
        for points, offsets in zip(*outlines, strict=True)
    ]
    return shapely.make_valid(shapely.union_all(polygons))


def _holes(
    points: NDArray[np.float64], offsets: NDArray[np.uint32], width: float
) -> list[NDArray[np.float64]]:
    """Keep the holes that are land out of reach, and not gaps between two buffers."""
    rings = [points[start:end] for start, end in zip(offsets[1:-1], offsets[2:], strict=True)]
    return [ring for ring in rings if shapely.Polygon(ring).area > (2 * width) ** 2]
