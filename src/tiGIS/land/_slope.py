"""Steep land from a digital elevation model, a window at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tiGIS._arguments import AnyCRS, checked, within
from tiGIS._polygons import M2_PER_HA
from tiGIS.provenance import describe
from tiGIS.rasters import Raster, Tally, cells_within, crs_of_outlines, ground_cells, windows
from tiGIS.sources.reading.raster_files import open_raster

Floats = NDArray[np.float64]


@checked
def steep_areas(
    dem: str | Path,
    above_pct: Annotated[float, within(0)] = 10.0,
    *,
    crs: AnyCRS | None = None,
    nodata: float | None = None,
    window: tuple[float, float, float, float] | None = None,
) -> gpd.GeoDataFrame:
    """Outline the land steeper than a slope, from a digital elevation model in metres.

    The slope of a cell comes from its eight neighbours (Horn, 1981), as GIS software does. Cells on the edge,
    or beside a cell without a value, have no slope: they are not steep, and their area is counted. Where the
    raster is in degrees or in a projection that stretches (Web Mercator), distances between cells are those
    on the ground, and the patches are given in the legal projection.

    Parameters
    ----------
    dem : path-like
        The raster of heights in metres, in any CRS (RGE ALTI, BD ALTI...).
    above_pct : float, default 10
        Slope in percent; steeper cells are outlined.
    crs, nodata : optional
        What the file doesn't say; see `tiGIS.flood.DepthRaster.open`.
    window : tuple of float, optional
        West, south, east, north in the CRS of the raster: read nothing beyond (and one cell around).

    Returns
    -------
    geopandas.GeoDataFrame
        One row per patch of steep land, with ``area_ha``; ``attrs["without_slope_ha"]`` says what could not
        be told.

    Raises
    ------
    CRSError
        When the raster has no CRS, or one to be replaced by a legal one while it lies outside of France.
    InputError
        When the slope is negative, or the file doesn't say its nodata value.

    References
    ----------
    Horn, B. K. P., "Hill shading and the reflectance map", Proceedings of the IEEE 69 (1981), 14-47.

    Examples
    --------
    A plane that climbs 12 m every 100 m:

    >>> import numpy as np, pathlib, rasterio, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "dem.tif"
    >>> with rasterio.open(path, "w", driver="GTiff", height=4, width=4, count=1, dtype="float64",
    ...                    crs="EPSG:2154", transform=rasterio.Affine(10, 0, 785000, 0, -10, 6335000)) as out:
    ...     out.write(np.tile([0.0, 1.2, 2.4, 3.6], (4, 1)), 1)
    >>> tiGIS.land.steep_areas(path, above_pct=10)["area_ha"].round(2).tolist()
    [0.04]
    """
    from rasterio.features import shapes
    from rasterio.windows import Window

    raster = Raster.open(dem, crs=crs, nodata=nodata)
    patches: list[shapely.Geometry] = []
    untold_m2 = 0.0
    tally = Tally()
    with open_raster(raster.path) as source:
        legal = crs_of_outlines(raster.crs, source.bounds, raster.path.name)
        left, top, right, bottom = cells_within(source, window or source.bounds)
        for block in windows(right - left, bottom - top, left, top):
            # One cell more on each side that has one, so that blocks meet without a seam.
            west, north = max(block.col_off - 1, 0), max(block.row_off - 1, 0)
            east = min(block.col_off + block.width + 1, source.width)
            south = min(block.row_off + block.height + 1, source.height)
            wide = Window(west, north, east - west, south - north)
            sizes = _cell_sizes(raster, source.transform, wide, on_ground=legal != raster.crs)
            slope = _slope_pct(raster.read(source, wide, tally), *sizes)
            inner = slope[
                block.row_off - north : block.row_off - north + block.height,
                block.col_off - west : block.col_off - west + block.width,
            ]
            cell_m2 = (sizes[0] * sizes[1])[block.row_off - north :][: block.height]
            untold_m2 += float(np.isnan(inner).sum(axis=1) @ cell_m2)
            steep = (inner > above_pct).astype(np.uint8)
            transform = source.window_transform(block)
            found = shapes(steep, steep == 1, transform=transform)
            patches += [shapely.geometry.shape(item) for item, _ in found]
    whole = gpd.GeoSeries(shapely.get_parts(shapely.union_all(patches)), crs=raster.crs).to_crs(legal)
    frame = gpd.GeoDataFrame({"area_ha": whole.area / M2_PER_HA}, geometry=whole)
    frame.attrs["without_slope_ha"] = untold_m2 / M2_PER_HA
    return describe(frame, limits=tally.notes())


def _cell_sizes(raster: Raster, transform: Any, window: Any, *, on_ground: bool) -> tuple[Floats, Floats]:
    """Width and height of the cells of each row of a window, in metres."""
    if on_ground:
        ends = (window.col_off, window.col_off + window.width)
        return ground_cells(raster.crs, transform, window.row_off, window.height, ends, raster.path.name)
    return np.full(window.height, abs(transform.a)), np.full(window.height, abs(transform.e))


def _slope_pct(height: Floats, cell_width: Floats, cell_height: Floats) -> Floats:
    """Slope by Horn's weights, in percent; NaN on the edge and beside what is not known."""
    slope = np.full(height.shape, np.nan)
    if min(height.shape) < 3:
        return slope
    rows, columns = height.shape
    z = [[height[i : i + rows - 2, j : j + columns - 2] for j in range(3)] for i in range(3)]
    dx = (z[0][2] + 2 * z[1][2] + z[2][2]) - (z[0][0] + 2 * z[1][0] + z[2][0])
    dy = (z[2][0] + 2 * z[2][1] + z[2][2]) - (z[0][0] + 2 * z[0][1] + z[0][2])
    wide, high = cell_width[1:-1, None], cell_height[1:-1, None]
    slope[1:-1, 1:-1] = 100 * np.hypot(dx / (8 * wide), dy / (8 * high)) + 0 * z[1][1]
    return slope
