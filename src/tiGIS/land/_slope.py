"""Steep land from a digital elevation model, a window at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tiGIS._errors import CRSError, InputError
from tiGIS._meta import describe
from tiGIS._validate import MOST_SCALE_ERROR, ground_scale, require_metres
from tiGIS.flood import DepthRaster
from tiGIS.flood._band import Tally
from tiGIS.flood._raster import cells_within, windows
from tiGIS.sources._rasters import open_raster


def steep_areas(
    dem: str | Path,
    above_pct: float = 10.0,
    *,
    crs: object = None,
    nodata: float | None = None,
    window: tuple[float, float, float, float] | None = None,
) -> gpd.GeoDataFrame:
    """Outline the land steeper than a slope, from a digital elevation model in metres.

    The slope of a cell comes from its eight neighbours (Horn, 1981), as GIS software does. Cells on the edge,
    or beside a cell without a value, have no slope: they are not steep, and their area is counted.

    Parameters
    ----------
    dem : path-like
        The raster, in a projected CRS in metres (RGE ALTI, BD ALTI...).
    above_pct : float, default 10
        Slope in percent; steeper cells are outlined.
    crs, nodata : optional
        What the file doesn't say; see `DepthRaster.open`.
    window : tuple of float, optional
        West, south, east, north: read nothing beyond (and one cell around).

    Returns
    -------
    geopandas.GeoDataFrame
        One row per patch of steep land, with ``area_ha``; ``attrs["without_slope_ha"]`` says what could not
        be told.

    Raises
    ------
    CRSError
        When the raster has no CRS, or one in degrees.
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
    >>> tiGIS.steep_areas(path, above_pct=10)["area_ha"].round(2).tolist()
    [0.04]
    """
    from rasterio.features import shapes
    from rasterio.windows import Window

    if not above_pct >= 0:
        raise InputError(f"above_pct: {above_pct}; expected a slope in percent, 0 or more")
    raster = DepthRaster.open(dem, crs=crs, nodata=nodata)
    patches: list[shapely.Geometry] = []
    untold = 0
    tally = Tally()
    with open_raster(raster.path) as source:
        _require_true_metres(raster, source.bounds)
        cell = abs(source.transform.a * source.transform.e)
        left, top, right, bottom = cells_within(source, window or source.bounds)
        for block in windows(right - left, bottom - top, left, top):
            # One cell more on each side that has one, so that blocks meet without a seam.
            west, north = max(block.col_off - 1, 0), max(block.row_off - 1, 0)
            east = min(block.col_off + block.width + 1, source.width)
            south = min(block.row_off + block.height + 1, source.height)
            wide = Window(west, north, east - west, south - north)
            slope = _slope_pct(raster.read(source, wide, tally), source.transform)
            inner = slope[
                block.row_off - north : block.row_off - north + block.height,
                block.col_off - west : block.col_off - west + block.width,
            ]
            untold += int(np.isnan(inner).sum())
            steep = (inner > above_pct).astype(np.uint8)
            transform = source.window_transform(block)
            found = shapes(steep, steep == 1, transform=transform)
            patches += [shapely.geometry.shape(item) for item, _ in found]
    whole = shapely.get_parts(shapely.union_all(patches))
    frame = gpd.GeoDataFrame({"area_ha": shapely.area(whole) / 10_000}, geometry=whole, crs=raster.crs)
    frame.attrs["without_slope_ha"] = untold * cell / 10_000
    return describe(frame, limits=tally.notes())


def _require_true_metres(raster: DepthRaster, bounds: tuple[float, float, float, float]) -> None:
    """Refuse a raster whose cells are not as long on the ground as its CRS says."""
    name = raster.path.name
    require_metres(raster.crs, name)
    west, south, east, north = bounds
    across, along = np.meshgrid(np.linspace(west, east, 3), np.linspace(south, north, 3))
    points = np.column_stack([across.ravel(), along.ravel()])
    scale = ground_scale(raster.crs, points)
    if abs(scale - 1) > MOST_SCALE_ERROR:
        raise CRSError(
            f"{name}: in {raster.crs.to_string()}, one metre of ground is {scale:.3g} m of the raster; "
            "expected a projection true to 1 %. Warp it to the legal one first (EPSG:2154 in metropolitan "
            "France), e.g. in QGIS, Raster > Projections > Warp."
        )


def _slope_pct(height: NDArray[np.float64], transform: Any) -> NDArray[np.float64]:
    """Slope by Horn's weights, in percent; NaN on the edge and beside what is not known."""
    slope = np.full(height.shape, np.nan)
    if min(height.shape) < 3:
        return slope
    rows, columns = height.shape
    z = [[height[i : i + rows - 2, j : j + columns - 2] for j in range(3)] for i in range(3)]
    dx = (z[0][2] + 2 * z[1][2] + z[2][2]) - (z[0][0] + 2 * z[1][0] + z[2][0])
    dy = (z[2][0] + 2 * z[2][1] + z[2][2]) - (z[0][0] + 2 * z[0][1] + z[0][2])
    a, e = transform.a, transform.e
    slope[1:-1, 1:-1] = 100 * np.hypot(dx / (8 * a), dy / (8 * e)) + 0 * z[1][1]
    return slope
