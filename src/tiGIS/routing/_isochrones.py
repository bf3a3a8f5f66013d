"""Isochrones: the roads reached within some minutes, and the land along them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely
from tqdm.auto import tqdm

from tiGIS._arguments import Metres, checked
from tiGIS._errors import InputError
from tiGIS.network import AccessLeg, Closed, RoadNetwork
from tiGIS.provenance import describe, note
from tiGIS.routing._ends import Options, TooFar, explain, network_without, place, weighted_router
from tiGIS.routing._reached_parts import reached_parts, sample_places
from tiGIS.routing._weighted import Direction

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.routing.points import Points

BUFFER_M = 300.0
CELLS_PER_BUFFER = 6
MOST_CELLS = 20_000_000


@checked
def isochrones(
    network: RoadNetwork,
    origins: Points,
    minutes: Iterable[float] = (15, 30, 45),
    *,
    buffer_m: Metres | None = None,
    direction: Direction = "from",
    max_snap_m: float | None = None,
    too_far: TooFar = "raise",
    access: AccessLeg | Literal["network"] | None = "network",
    closed: Closed | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> gpd.GeoDataFrame:
    """Draw what is reached by road within some minutes of each origin.

    The roads reached are exact, down to the place on a road where the time runs out. The polygon is the land
    within ``buffer_m`` of them, drawn on a grid of a sixth of that (its edge is right to half a cell); it has
    no holes smaller than the square of twice the buffer. Polygons of one origin are nested.

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
    max_snap_m, too_far, access, closed, threads, progress
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
    >>> line = shapely.LineString([(0, 0), (90_000, 0)])
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[line], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> town = gpd.GeoSeries.from_xy([30_000], [0], index=["town"], crs=2154)
    >>> isochrones(network, town, [15, 30])["reached_km"].round(6).tolist()
    [30.0, 60.0]
    """
    import geopandas as gpd

    network = network_without(network, closed)
    times = _checked_minutes(minutes)
    width = (
        float(network.metadata.get("isochrone_buffer_m", BUFFER_M)) if buffer_m is None else float(buffer_m)
    )
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
        if not starts.points.on_network[number]:
            rows += [(np.nan, np.nan, shapely.Polygon())] * len(times)
            continue
        origin = starts[number : number + 1]
        tree = engine.tree(origin, longest, direction)
        parts = {
            limit: reached_parts(network, tree, origin, limit, towards=direction == "to")
            for limit in sorted(times)
        }
        places = {
            limit: sample_places(network, part, width / CELLS_PER_BUFFER) for limit, part in parts.items()
        }
        land = _Land.around(places[longest], width)
        found = {}
        for limit, part in parts.items():
            shape = land.with_places(places[limit])
            found[limit] = (shape.area / 1e6, part.length_m(network) / 1000.0, shape)
        rows += [found[limit] for limit in times]
    name = starts.points.labels.name or "origin"
    index = pd.MultiIndex.from_product(
        [starts.points.labels, [t / 1000 for t in times]], names=[name, "minutes"]
    )
    area, length, shapes = zip(*rows, strict=True)
    table = gpd.GeoDataFrame(
        {"area_km2": area, "reached_km": length}, geometry=list(shapes), index=index, crs=network.crs
    )
    drawn = note(
        f"Polygones : terrain à moins de {width:.0f} m des routes atteintes",
        f"Polygons: land within {width:.0f} m of the roads reached",
    )
    explain(table, network, starts, direction=direction, buffer_m=width)
    return describe(table, limits=[drawn])


def _checked_minutes(minutes: Iterable[float]) -> list[int]:
    values = [float(value) for value in minutes]
    if not values or not all(np.isfinite(value) and value > 0 for value in values):
        raise InputError(f"minutes: {values}; expected at least one time, all above 0.")
    if len(set(values)) != len(values):
        raise InputError(f"minutes: {values}; expected each time once.")
    return [round(value * 1000) for value in values]


class _Land:
    """Land within a width of roads, on one grid: it only grows as places are added, so outlines nest."""

    def __init__(self, x: NDArray[np.float64], y: NDArray[np.float64], cell: float, width: float) -> None:
        self.x, self.y, self.cell, self.width = x, y, cell, width
        self.empty = np.ones((len(y), len(x)), dtype=bool)

    @classmethod
    def around(cls, places: NDArray[np.float64], width: float) -> _Land:
        """Lay a grid over the places, with a margin; its cells grow where they would be too many."""
        low = places.min(axis=0) - 2 * width
        extent = places.max(axis=0) + 2 * width - low
        cell = max(width / CELLS_PER_BUFFER, float(np.sqrt(np.prod(extent) / MOST_CELLS)))
        x, y = (low[axis] + cell * np.arange(int(extent[axis] / cell) + 2) for axis in (0, 1))
        return cls(x, y, cell, width)

    def with_places(self, places: NDArray[np.float64]) -> shapely.Geometry:
        """Add places that lie close together, and outline the land so far."""
        from contourpy import contour_generator
        from scipy.ndimage import distance_transform_edt

        column = np.rint((places[:, 0] - self.x[0]) / self.cell).astype(np.int64)
        row = np.rint((places[:, 1] - self.y[0]) / self.cell).astype(np.int64)
        self.empty[row, column] = False
        distance = distance_transform_edt(self.empty) * self.cell
        # A hair off the distances that the grid holds, lest the outline run through its points.
        level = self.width + self.cell / 100
        outlines = contour_generator(self.x, self.y, distance, fill_type="OuterOffset").filled(-1.0, level)
        polygons = [
            shapely.Polygon(points[offsets[0] : offsets[1]], _holes(points, offsets, self.width))
            for points, offsets in zip(*outlines, strict=True)
        ]
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _holes(
    points: NDArray[np.float64], offsets: NDArray[np.uint32], width: float
) -> list[NDArray[np.float64]]:
    """Keep the holes that are land out of reach, and not gaps between two buffers."""
    rings = [points[start:end] for start, end in pairwise(offsets[1:])]
    return [ring for ring in rings if shapely.Polygon(ring).area > (2 * width) ** 2]
