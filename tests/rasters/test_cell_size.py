"""Cells in degrees or in a projection that stretches count for what they are on the ground."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import Affine, from_bounds

import tiGIS
from toys import EAST, NORTH

# ten rows of ten cells: 2 m of water on the northern half, 1 m on the other
DEPTH = np.repeat([2.0, 1.0], 50).reshape(10, 10)
SQUARE = gpd.GeoSeries([shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)], crs=2154)


def write(path: Path, cells: np.ndarray, crs: int, grid: Affine) -> Path:
    profile = {"driver": "GTiff", "count": 1, "height": 10, "width": 10, "dtype": cells.dtype}
    with rasterio.open(path, "w", crs=crs, transform=grid, **profile) as out:
        out.write(cells, 1)
    return path


def hectares(box: shapely.Geometry, crs: int) -> float:
    return gpd.GeoSeries([box], crs=crs).to_crs(2154).area.item() / 1e4


@pytest.mark.parametrize("crs", [3857, 4326, 4171, 32631])
def test_depths_in_any_crs_give_zones_in_metres_of_ground(tmp_path: Path, crs: int) -> None:
    bounds = SQUARE.to_crs(crs).total_bounds
    grid = from_bounds(*bounds, 10, 10)
    raster = tiGIS.flood.DepthRaster.open(write(tmp_path / "d.tif", DEPTH, crs, grid))
    zones = raster.to_zones((0.5, 1.5))
    assert zones.crs.to_epsg() == (crs if crs == 32631 else 2154)
    whole = shapely.box(*bounds)
    assert zones.area_ha().sum() == pytest.approx(hectares(whole, crs), rel=1e-3)
    found = raster.zonal_statistics(gpd.GeoDataFrame(geometry=[whole], crs=crs)).iloc[0]
    assert found["mean_m"] == pytest.approx(1.5, rel=1e-4)
    assert found["known_share_pct"] == pytest.approx(100)


def test_cells_in_degrees_weigh_what_they_cover_on_the_ground(tmp_path: Path) -> None:
    """From 44 to 46 degrees north a cell loses 3.4 % of its width: the south weighs more."""
    grid = from_bounds(4, 44, 5, 46, 10, 10)
    raster = tiGIS.flood.DepthRaster.open(write(tmp_path / "d.tif", DEPTH, 4326, grid))
    whole = gpd.GeoDataFrame(geometry=[shapely.box(4, 44, 5, 46)], crs=4326)
    north, south = np.sin(np.radians([46, 45])) - np.sin(np.radians([45, 44]))
    expected = (2 * north + south) / (north + south)  # on a sphere; the ellipsoid moves it by 1e-5
    assert raster.zonal_statistics(whole)["mean_m"].item() == pytest.approx(expected, abs=1e-4)
    assert expected < 1.4957


@pytest.mark.parametrize("crs", [3857, 4326])
@pytest.mark.parametrize("climbs", ["east", "north"])
def test_slopes_are_those_of_the_ground(tmp_path: Path, crs: int, climbs: str) -> None:
    """A plane that climbs a tenth of the size of its cells is steeper than 9.9 % and not than 10.1 %."""
    west, south, east, north = SQUARE.to_crs(crs).total_bounds
    grid = Affine((east - west) / 10, 0, west, 0, (south - north) / 10, north)
    ends = [(west, south), (east, south) if climbs == "east" else (west, north)]
    start, stop = gpd.GeoSeries([shapely.Point(end) for end in ends], crs=crs).to_crs(2154)
    plane = np.tile(np.arange(10) * start.distance(stop) / 100, (10, 1))
    path = write(tmp_path / "dem.tif", plane if climbs == "east" else plane.T[::-1].copy(), crs, grid)
    steep = tiGIS.land.steep_areas(path, 9.9)
    assert steep.crs.to_epsg() == 2154
    assert steep["area_ha"].sum() == pytest.approx(
        0.64 * hectares(shapely.box(west, south, east, north), crs), rel=2e-3
    )
    assert steep.attrs["without_slope_ha"] == pytest.approx(steep["area_ha"].sum() * 36 / 64, rel=2e-3)
    assert tiGIS.land.steep_areas(path, 10.1).empty


def test_what_lies_outside_of_france_has_no_legal_crs(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", DEPTH, 4326, from_bounds(44, 4, 44.1, 4.1, 10, 10))
    with pytest.raises(tiGIS.CRSError, match=r"longitude 44\.05, latitude 4\.05"):
        tiGIS.land.steep_areas(path)


def test_rows_whose_cells_differ_in_size_are_refused(tmp_path: Path) -> None:
    """Far from its parallels Lambert-93 stretches along each row too: no width stands for the row."""
    grid = from_bounds(-3_000_000, 8_500_000, 4_500_000, 9_500_000, 10, 10)
    raster = tiGIS.flood.DepthRaster.open(write(tmp_path / "d.tif", DEPTH, 2154, grid))
    whole = gpd.GeoDataFrame(geometry=[shapely.box(-2_900_000, 8_600_000, 4_400_000, 9_400_000)], crs=2154)
    with pytest.raises(tiGIS.CRSError, match="not of one size"):
        raster.zonal_statistics(whole)
