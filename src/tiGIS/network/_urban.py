"""Which pieces of road are in town, where the source does not say: density of junctions, or polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._validate import require_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network._build import Pieces

CELL_M = 250.0
# Junctions per km² (in 750 m squares) from which a place counts as a town. Chosen on Provence-Alpes-Côte
# d'Azur, where 8,200 km of main roads carry a limit: it finds 62 % of the km limited to 50 or less, and
# leaves out 85 % of those at 70 or more.
URBAN_DENSITY = 25.0


def urban_pieces(
    table: pd.DataFrame,
    pieces: Pieces,
    middle: NDArray[np.float64],
    place_xy: NDArray[np.float64],
    urban: gpd.GeoDataFrame | float | None,
    crs: Any,
) -> NDArray[np.bool_]:
    """Tell which pieces are in town: as the source says, else within the polygons, else by density."""
    said = table["urban"].to_numpy(dtype=float)[pieces.line]
    if not np.isnan(said).any():
        return said == 1
    if isinstance(urban, gpd.GeoDataFrame):
        found = _within(middle, urban, crs)
    else:
        threshold = URBAN_DENSITY if urban is None else float(urban)
        if not threshold > 0:
            raise InputError(f"urban: {urban!r}; expected polygons, or junctions per km² above 0.")
        found = junction_density(pieces.tail, pieces.head, place_xy, middle) >= threshold
    return np.where(np.isnan(said), found, said == 1)


def junction_density(
    tail: NDArray[np.int64], head: NDArray[np.int64], place_xy: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Junctions (three roads or more) per km² in the square of 3 × 3 cells of 250 m around each position."""
    degree = np.bincount(tail, minlength=len(place_xy)) + np.bincount(head, minlength=len(place_xy))
    junction = place_xy[degree >= 3]
    if not len(junction) or not len(at):
        return np.zeros(len(at))
    low = np.minimum(junction.min(axis=0), at.min(axis=0)) - 2 * CELL_M
    columns = int((max(junction[:, 1].max(), at[:, 1].max()) - low[1]) // CELL_M) + 3

    def cell(xy: NDArray[np.float64]) -> NDArray[np.int64]:
        row_column = ((xy - low) // CELL_M).astype(np.int64)
        return row_column[:, 0] * columns + row_column[:, 1]

    # Only the cells that hold a junction are counted: a grid of all France would take half a gigabyte.
    taken, count = np.unique(cell(junction), return_counts=True)
    mine, back = np.unique(cell(at), return_inverse=True)
    total = np.zeros(len(mine))
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            neighbour = mine + i * columns + j
            found = np.minimum(np.searchsorted(taken, neighbour), len(taken) - 1)
            total += np.where(taken[found] == neighbour, count[found], 0)
    density: NDArray[np.float64] = total[back] / (9 * (CELL_M / 1000) ** 2)
    return density


def _within(middle: NDArray[np.float64], urban: gpd.GeoDataFrame, crs: Any) -> NDArray[np.bool_]:
    require_crs(urban, "urban")
    if urban.empty:
        raise InputError("urban: the frame is empty; expected at least one polygon.")
    points = gpd.GeoSeries(gpd.points_from_xy(middle[:, 0], middle[:, 1]), crs=crs)
    hit, _ = urban.to_crs(crs).sindex.query(points, predicate="intersects")
    inside = np.zeros(len(middle), dtype=bool)
    inside[hit] = True
    return inside
