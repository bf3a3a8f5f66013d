"""Rasters of measures: statistics over polygons with exact shares of cells, a window at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tiGIS._arguments import AnyCRS
from tiGIS._errors import CRSError, DataFileError, InputError
from tiGIS._polygons import mended_polygons, subdivided
from tiGIS._validate import require_crs, require_geodataframe, shown
from tiGIS.provenance import describe
from tiGIS.rasters._band import Tally, known_values, require_measures
from tiGIS.rasters._cell_size import ground_cells, measures_ground
from tiGIS.sources.reading.layers import check_usable
from tiGIS.sources.reading.raster_files import open_raster

if TYPE_CHECKING:
    import rasterio

# Corners of cells smaller than this share of their coordinates can't be told from each other.
_LEAST_CELL = 1e-12
_METRES = {"m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "cm": 0.01, "mm": 0.001}
# Cells read at once: 16 MB of float64, whatever the size of the raster.
_MOST_CELLS = 1 << 21


@dataclass(frozen=True)
class Raster:
    """A raster of a measure in metres (depths of water, heights): its file, and how to read it.

    Build one with :meth:`open`.

    Parameters
    ----------
    path : pathlib.Path
        The file: a GeoTIFF or an ASCII grid.
    crs : Any
        CRS of the cells.
    nodata : float, optional
        Stored value that stands for "not known", where the caller says it; NaN when every cell has a value.
        None: what the file says.
    to_metres : float
        What values are multiplied by to be metres.
    band : int
        Band that holds the values.
    """

    path: Path
    crs: Any
    nodata: float | None
    to_metres: float = 1.0
    band: int = 1

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        crs: AnyCRS | None = None,
        nodata: float | None = None,
        unit: str | None = None,
        band: int = 1,
    ) -> Self:
        """Check a raster and say how to read it.

        Parameters
        ----------
        path : path-like
            A GeoTIFF (``.tif``) or an ASCII grid (``.asc``); one that points to other files (VRT) is
            refused.
        crs : optional
            Its CRS, when the file doesn't say.
        nodata : float, optional
            Its stored value for "not known", when the file doesn't say; ``numpy.nan`` when every cell has a
            value. Unless that is said, the numbers in common use for it (±9999, -32768, ±3.4e38, the last
            ones of 16 and 32 bits...) are no values either; they are counted.
        unit : {"m", "cm", "mm"}, optional
            Unit of the values; what the file says, else metres.
        band : int, default 1
            Band to read.

        Returns
        -------
        Raster
            Ready to be measured against polygons.

        Raises
        ------
        DataFileError
            When it can't be read, or has no such band.
        CRSError
            When nobody says its CRS.
        InputError
            When nobody says what "not known" is, or the unit is strange.
        """
        path = Path(path)
        with open_raster(path) as raster:
            if not 1 <= band <= raster.count:
                raise DataFileError(path, f"it has {raster.count} bands", f"a band {band}")
            if crs is None and raster.crs is None:
                raise CRSError(f"{path.name}: the raster has no CRS; expected one. Say it with crs=2154.")
            require_measures(path, raster, band, nodata)
            if raster.transform.is_identity:
                raise InputError(
                    f"{path.name}: the raster doesn't say where it lies; expected the corner and size of its "
                    "cells."
                )
            if raster.transform.b or raster.transform.d:
                raise InputError(
                    f"{path.name}: the raster is rotated; expected rows and columns on the axes."
                )
            cell = min(abs(raster.transform.a), abs(raster.transform.e))
            if not _LEAST_CELL * np.abs(raster.bounds).max() < cell < np.inf:
                raise InputError(
                    f"{path.name}: cells of {cell:g} at {tuple(raster.bounds)}; expected a size that its "
                    "coordinates can tell. Check how it was written."
                )
            said = (unit or raster.units[band - 1] or "m").strip()
            if said.lower() not in _METRES:
                raise InputError(f"{path.name}: unit is {said!r}; expected one of {shown(_METRES, 8)}")
            import pyproj

            known = pyproj.CRS.from_user_input(raster.crs if crs is None else crs)
            check_usable(known, path)
        return cls(path, known, None if nodata is None else float(nodata), _METRES[said.lower()], band)

    def zonal_statistics(
        self, polygons: gpd.GeoDataFrame, *, thresholds_m: Sequence[float] = (0.0, 0.3, 1.0)
    ) -> pd.DataFrame:
        """Measure the raster in each polygon, each cell weighed by the exact share of it inside.

        Parameters
        ----------
        polygons : geopandas.GeoDataFrame
            Polygons, in any CRS; brought to the raster's. Where that is in degrees or stretches lengths,
            cells weigh what they cover on the ground.
        thresholds_m : sequence of float, default (0, 0.3, 1)
            Depths to measure the share above.

        Returns
        -------
        pandas.DataFrame
            Index of ``polygons``; ``mean_m`` and ``max_m`` over cells with a value (NaN when none),
            ``known_share_pct`` (area of the polygon that has a value), and ``above_<depth>m_pct``: share of
            the known area strictly deeper. ``attrs["tigis"]["limits"]`` says what was mended or taken for
            unknown.

        Raises
        ------
        CRSError
            When the polygons have no CRS, or lie where the raster's cells are not of one size.
        InputError
            When some are points or lines.
        DataFileError
            When the raster can't be read.
        """
        require_geodataframe(polygons, "polygons")
        require_crs(polygons, "polygons")
        shapes, repairs = mended_polygons(polygons.to_crs(self.crs), "polygons")
        n = len(shapes)
        tally = Tally()
        known, weight, total, worst = np.zeros(n), np.zeros(n), np.zeros(n), np.full(n, -np.inf)
        above = np.zeros((len(thresholds_m), n))
        parts, owner = subdivided(shapes)
        with open_raster(self.path) as raster:
            for position, part in zip(owner, parts, strict=True):
                if part.is_empty:
                    continue
                for values, covered, ground_m2 in self._cells(raster, part, tally):
                    known[position] += covered.sum()
                    weight[position] += ground_m2.sum()
                    total[position] += (values * ground_m2).sum()
                    worst[position] = max(worst[position], values.max(initial=-np.inf))
                    for row, depth in enumerate(thresholds_m):
                        above[row, position] += ground_m2[values > depth].sum()
        area = shapely.area(shapes)
        with np.errstate(invalid="ignore", divide="ignore"):
            table = {
                "mean_m": np.where(known > 0, total / weight, np.nan),
                "max_m": np.where(known > 0, worst, np.nan),
                "known_share_pct": 100 * known / area,
            }
            for row, depth in enumerate(thresholds_m):
                table[f"above_{depth:g}m_pct"] = np.where(known > 0, 100 * above[row] / weight, np.nan)
        result = pd.DataFrame(table, index=polygons.index)
        limits = [*tally.notes(), *repairs.notes("polygons")]
        return describe(result, limits=limits)

    def _cells(
        self, raster: rasterio.DatasetReader, polygon: shapely.Geometry, tally: Tally
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
        """Cells that a polygon covers in part: values, how much of each it covers (unit²), and that in m²."""
        left, top, right, bottom = cells_within(raster, polygon.bounds)
        for block in windows(right - left, bottom - top, left, top):
            values = self.read(raster, block, tally)
            known = ~np.isnan(values)
            if not known.any():
                continue
            share = _covered(polygon, raster.window_transform(block), values.shape)
            use = known & (share > 0)
            yield values[use], share[use], (share * self._m2_per_unit2(raster, block)[:, None])[use]

    def _m2_per_unit2(self, raster: rasterio.DatasetReader, block: Any) -> NDArray[np.float64]:
        """Square metres of ground in a square unit of the raster's CRS, for each row of a block."""
        if measures_ground(self.crs, raster.window_bounds(block)):
            return np.ones(block.height)
        ends = (block.col_off, block.col_off + block.width)
        wide, high = ground_cells(
            self.crs, raster.transform, block.row_off, block.height, ends, self.path.name
        )
        return wide * high / abs(raster.transform.a * raster.transform.e)

    def read(
        self, raster: rasterio.DatasetReader, window: Any, tally: Tally | None = None
    ) -> NDArray[np.float64]:
        """Values of a window in metres, NaN where not known."""
        return known_values(
            raster,
            self.band,
            window,
            nodata=self.nodata,
            to_metres=self.to_metres,
            tally=tally,
        )


def _covered(polygon: shapely.Geometry, transform: Any, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Area of each cell inside a polygon: whole cells by their centre's side, the edge's cells exactly."""
    rows, columns = shape
    x = transform.c + transform.a * np.arange(columns + 1)
    y = transform.f + transform.e * np.arange(rows + 1)
    west, east = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    south, north = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
    centre_x, centre_y = np.meshgrid((west + east) / 2, (south + north) / 2)
    cell = abs(transform.a * transform.e)
    # Cells that the outline doesn't cross are wholly in or out; their centre tells which.
    crossed = _crossed(polygon, transform, shape)
    shapely.prepare(polygon)
    inside = np.zeros(shape, dtype=bool)
    plain = ~crossed
    inside[plain] = shapely.contains_xy(polygon, centre_x[plain], centre_y[plain])
    result = np.where(inside, cell, 0.0)
    row, column = np.nonzero(crossed)
    boxes = shapely.box(west[column], south[row], east[column], north[row])
    result[row, column] = shapely.area(shapely.intersection(boxes, polygon))
    return result


def _crossed(polygon: shapely.Geometry, transform: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Cells that the outline of a polygon may touch: those that meet the box of one of its segments."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    outline = shapely.linestrings(xy, indices=ring)
    # Only what lies within a cell of the window: an outline may be far longer than the raster is wide.
    size = min(abs(transform.a), abs(transform.e))
    corners = np.array([transform @ (-1, -1), transform @ (shape[1] + 1, shape[0] + 1)])
    near = shapely.get_parts(shapely.clip_by_rect(outline, *corners.min(axis=0), *corners.max(axis=0)))
    xy, line = shapely.get_coordinates(near, return_index=True)
    start, stop = xy[:-1][line[:-1] == line[1:]], xy[1:][line[:-1] == line[1:]]
    # Long segments are cut to the size of a cell, so that their boxes stay thin.
    pieces = np.maximum(1, np.ceil(np.hypot(*(stop - start).T) / size)).astype(int)
    owner = np.repeat(np.arange(len(start)), pieces)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = np.column_stack([step, step + 1]) / pieces[owner][:, None]
    result = np.zeros(shape, dtype=bool)
    low, high = [], []
    for axis, (origin, unit) in enumerate(((transform.c, transform.a), (transform.f, transform.e))):
        at = start[owner, axis][:, None] + share * (stop - start)[owner, axis][:, None]
        cells = np.floor((at - origin) / unit + np.array([[-1e-9], [1e-9]])[:, None, :]).astype(int)
        low.append(cells.min(axis=(0, 2)))
        high.append(cells.max(axis=(0, 2)))
    for d_row in range(int((high[1] - low[1]).max(initial=0)) + 1):
        for d_column in range(int((high[0] - low[0]).max(initial=0)) + 1):
            row, column = np.minimum(low[1] + d_row, high[1]), np.minimum(low[0] + d_column, high[0])
            real = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
            result[row[real], column[real]] = True
    return result


def cells_within(raster: rasterio.DatasetReader, bounds: Sequence[float]) -> tuple[int, int, int, int]:
    """First and last columns and rows (left, top, right, bottom) of the cells that a box touches."""
    at = raster.transform
    columns = np.sort((np.array(bounds[::2]) - at.c) / at.a)
    rows = np.sort((np.array(bounds[1::2]) - at.f) / at.e)
    left, right = np.clip([np.floor(columns[0]), np.ceil(columns[1])], 0, raster.width).astype(int)
    top, bottom = np.clip([np.floor(rows[0]), np.ceil(rows[1])], 0, raster.height).astype(int)
    return int(left), int(top), int(right), int(bottom)


def windows(width: int, height: int, left: int = 0, top: int = 0) -> Iterator[Any]:
    """Cut a rectangle of cells into windows of bounded size."""
    from rasterio.windows import Window

    columns = max(1, min(int(width), _MOST_CELLS))
    rows = max(1, _MOST_CELLS // columns)
    for column in range(0, int(width), columns):
        for row in range(0, int(height), rows):
            yield Window(left + column, top + row, min(columns, width - column), min(rows, height - row))
