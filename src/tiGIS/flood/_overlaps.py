"""The shared parts of territories and hazard levels, and how other layers are measured against them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tiGIS._polygons import pieces_by_pair, polygonal, subdivided, total_by

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


class Cells:
    """Every territory cut by every level; each row of a result is one territory at one level.

    Parameters
    ----------
    places : geopandas.GeoDataFrame
        Territories, valid polygons.
    layers : geopandas.GeoSeries
        One polygon per level, worst first, none overlapping another, in the same CRS.
    """

    def __init__(self, places: gpd.GeoDataFrame, layers: gpd.GeoSeries) -> None:
        self.crs = places.crs
        self.places = np.asarray(places.geometry.values)
        self.n_levels = len(layers)
        self.n_rows = len(places) * len(layers)
        self.index = pd.MultiIndex.from_product(
            [places.index, layers.index], names=[places.index.name, "level"]
        )
        parts, level = subdivided(np.asarray(layers.values))
        i, j, geometry = pieces_by_pair(self.places, parts)
        geometry = polygonal(geometry)
        wide = shapely.area(geometry) > 0
        self.geometry: Shapes = geometry[wide]
        self.row = i[wide] * self.n_levels + level[j[wide]]

    def area(self) -> Floats:
        """Area of each row, m²."""
        return self._by_row(shapely.area(self.geometry))

    def area_of(self, polygons: Shapes, per_m2: Floats) -> Floats:
        """Sum, by row, of the area shared with polygons times the density of each."""
        cell, which, shared = pieces_by_pair(self.geometry, polygons)
        return self._by_row(total_by(cell, shapely.area(shared) * per_m2[which], len(self.geometry)))

    def length_of(self, lines: Shapes) -> Floats:
        """Sum, by row, of the length of lines, m; what runs along the edge of a cell counts half.

        The half makes the measure additive: a road on the border of two communes is not counted twice,
        and is not given to one of them by the order of the rows.
        """
        cell, _, inside = pieces_by_pair(self.geometry, lines)
        on_edge = shapely.intersection(inside, shapely.boundary(self.geometry)[cell])
        length = shapely.length(inside) - shapely.length(on_edge) / 2
        return self._by_row(total_by(cell, length, len(self.geometry)))

    def points(self, points: Shapes, weight: Floats) -> Floats:
        """Sum, by row, of the weight of points; each counts once in a territory, at its worst level.

        A point on the very border of territories counts once in all: at its worst level, in the first one.
        """
        which, cell = shapely.STRtree(self.geometry).query(points, predicate="intersects")
        place, level = np.divmod(self.row[cell], self.n_levels)
        inside = shapely.contains_properly(self.places[place], points[which])
        order = np.lexsort((np.where(inside, level, place), np.where(inside, place, level), ~inside, which))
        which, place, inside, row = which[order], place[order], inside[order], self.row[cell][order]
        first_of_point = np.ones(len(which), bool)
        first_of_point[1:] = which[1:] != which[:-1]
        first_of_place = first_of_point.copy()
        first_of_place[1:] |= place[1:] != place[:-1]
        chosen = first_of_place & (inside | first_of_point)
        return total_by(row[chosen], weight[which[chosen]], self.n_rows)

    def _by_row(self, values: Floats) -> Floats:
        return total_by(self.row, values, self.n_rows)
