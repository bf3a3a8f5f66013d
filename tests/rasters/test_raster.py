"""Zonal statistics against cells cut one by one, and rasters that don't say what they hold."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio._err import CPLE_BaseError
from rasterio.transform import Affine

import tiGIS
from tiGIS.rasters import _raster
from tiGIS.sources.reading.raster_files import open_raster
from toys import LOCAL

CELL = 10.0
RNG = np.random.default_rng(1)
VALUES = RNG.choice([-1.0, 0.0, 0.2, 0.3, 0.5, 2.0], (30, 40))


def write(path: Path, values: np.ndarray = VALUES, **options: object) -> Path:
    height, width = values.shape
    profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": values.dtype}
    profile |= {"crs": LOCAL, "transform": Affine(CELL, 0, 100, 0, -CELL, 500), "nodata": -1}
    profile = {key: value for key, value in (profile | options).items() if value is not None}
    with rasterio.open(path, "w", **profile) as out:
        out.write(values, 1)
    return path


@pytest.fixture(scope="module")
def raster(tmp_path_factory: pytest.TempPathFactory) -> tiGIS.flood.DepthRaster:
    return tiGIS.flood.DepthRaster.open(write(tmp_path_factory.mktemp("r") / "depth.tif"))


def by_hand(polygon: shapely.Geometry) -> dict[str, float]:
    weights, values = [], []
    for row in range(VALUES.shape[0]):
        for column in range(VALUES.shape[1]):
            x, y = 100 + column * CELL, 500 - row * CELL
            shared = polygon.intersection(shapely.box(x, y - CELL, x + CELL, y)).area
            if shared > 0 and VALUES[row, column] != -1:
                weights.append(shared)
                values.append(VALUES[row, column])
    weights, values = np.array(weights), np.array(values)
    known = weights.sum()
    if not known:
        return {"mean_m": np.nan, "max_m": np.nan, "known_share_pct": 0.0, "above_0.3m_pct": np.nan}
    return {
        "mean_m": (weights * values).sum() / known,
        "max_m": values.max(),
        "known_share_pct": 100 * known / polygon.area,
        "above_0.3m_pct": 100 * weights[values > 0.3].sum() / known,
    }


number = st.floats(60, 540, allow_nan=False)
triangle = (
    st.lists(st.tuples(number, number), min_size=3, max_size=6)
    .map(lambda points: shapely.MultiPoint(points).convex_hull)
    .filter(lambda shape: shape.area > 1)
)


def test_a_grid_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.asc"
    head = "ncols 4\nnrows 44\nxllcorner 785000\nyllcorner 6335000\ncellsize 10\nNODATA_value -9999\n"
    path.write_text(head + "0 0.5 1 2\n" * 4, encoding="ascii")
    with pytest.raises(tiGIS.DataFileError, match="for 4 × 44 cells"):
        tiGIS.flood.DepthRaster.open(path, crs=2154)


def test_outlines_far_longer_than_the_cells_are_followed_near_the_raster_alone(tmp_path: Path) -> None:
    """Cut into pieces of the size of a cell, this one would be a hundred billion of them."""
    cell = 1e-4
    path = write(tmp_path / "fine.tif", np.ones((20, 20)), transform=Affine(cell, 0, 100, 0, -cell, 500))
    square = shapely.box(100 + 5.5 * cell, -1e6, 2e6, 2e6)
    found = tiGIS.flood.DepthRaster.open(path).zonal_statistics(
        gpd.GeoDataFrame(index=["a"], geometry=[square], crs=LOCAL)
    )
    known_m2 = found.loc["a", "known_share_pct"] / 100 * square.area
    assert known_m2 == pytest.approx(14.5 * 20 * cell**2, rel=1e-4)
    assert found.loc["a", "mean_m"] == pytest.approx(1.0)


@settings(max_examples=60)
@given(triangle)
def test_partial_cells_are_exact(raster: tiGIS.flood.DepthRaster, polygon: shapely.Geometry) -> None:
    frame = gpd.GeoDataFrame(index=["a"], geometry=[polygon], crs=LOCAL)
    found = raster.zonal_statistics(frame, thresholds_m=[0.3]).loc["a"].to_dict()
    expected = by_hand(polygon)
    if found["known_share_pct"] > 1e-6:
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_polygons_on_the_grid_with_holes_and_off_the_raster(raster: tiGIS.flood.DepthRaster) -> None:
    ring = shapely.box(100, 300, 300, 500).difference(shapely.box(150, 350, 250, 450))
    frame = gpd.GeoDataFrame(
        index=["ring", "off"], geometry=[ring, shapely.box(5000, 0, 5010, 10)], crs=LOCAL
    )
    found = raster.zonal_statistics(frame, thresholds_m=[0.3])
    assert found.loc["ring"].to_dict() == pytest.approx(by_hand(ring))
    assert found.loc["off", "known_share_pct"] == 0
    assert np.isnan(found.loc["off", "mean_m"])


def test_small_windows_give_the_same(
    raster: tiGIS.flood.DepthRaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(300, 350).buffer(130)], crs=LOCAL)
    whole = raster.zonal_statistics(frame), raster.to_zones().area_ha()
    sizes = []
    read = _raster.Raster.read

    def watched(self: object, source: object, window: object, *more: object) -> np.ndarray:
        values = read(self, source, window, *more)
        sizes.append(values.size)
        return values

    monkeypatch.setattr(_raster, "_MOST_CELLS", 50)
    monkeypatch.setattr(_raster.Raster, "read", watched)
    again = raster.zonal_statistics(frame), raster.to_zones().area_ha()
    np.testing.assert_allclose(whole[0], again[0])
    assert whole[1].to_dict() == pytest.approx(again[1].to_dict())
    assert max(sizes) <= 50


def test_depths_become_zones_that_cover_the_same_cells(raster: tiGIS.flood.DepthRaster) -> None:
    zones = raster.to_zones((0.0, 0.3), scenario="rare")
    assert zones.frame["depth_min_m"].tolist() == [0.0, 0.3]
    assert zones.frame["depth_max_m"].tolist()[0] == 0.3
    areas = zones.frame.area.to_numpy() / CELL**2
    shallow, deep = (VALUES > 0) & (VALUES <= 0.3), VALUES > 0.3
    assert areas.tolist() == [shallow.sum(), deep.sum()]
    with pytest.raises(tiGIS.InputError, match="growing"):
        raster.to_zones((0.3, 0.1))


def test_centimetres_are_read_as_metres(tmp_path: Path) -> None:
    path = write(tmp_path / "cm.tif", np.full((4, 4), 150, dtype="int16"), nodata=-9999)
    square = gpd.GeoDataFrame(geometry=[shapely.box(100, 460, 140, 500)], crs=LOCAL)
    found = tiGIS.flood.DepthRaster.open(path, unit="cm").zonal_statistics(square)
    assert found["mean_m"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("options", "asked", "error", "message"),
    [
        ({"crs": None}, {}, tiGIS.CRSError, "no CRS"),
        ({"nodata": None, "values": VALUES.astype("int16")}, {}, tiGIS.InputError, "nodata"),
        ({}, {"unit": "feet"}, tiGIS.InputError, "'feet'"),
        ({}, {"band": 2}, tiGIS.DataFileError, "a band 2"),
        ({"transform": Affine(10, 1, 0, 1, -10, 0)}, {}, tiGIS.InputError, "rotated"),
        ({"transform": None}, {}, tiGIS.InputError, "where it lies"),
        ({"transform": Affine(1e-312, 0, 0, 0, -1e-312, 200)}, {}, tiGIS.InputError, "coordinates can tell"),
        ({"values": VALUES.astype("complex64"), "nodata": None}, {}, tiGIS.DataFileError, "complex64"),
        ({"values": VALUES.astype("int16")}, {"nodata": -99999}, tiGIS.InputError, "no cell of type int16"),
        ({"values": VALUES.astype("int16")}, {"nodata": -0.5}, tiGIS.InputError, "no cell of type int16"),
    ],
)
def test_a_raster_that_does_not_say(
    tmp_path: Path, options: dict, asked: dict, error: type[Exception], message: str
) -> None:
    path = write(tmp_path / "r.tif", **options)
    with pytest.raises(error, match=message):
        tiGIS.flood.DepthRaster.open(path, **asked)


def test_what_the_file_does_not_say_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path / "r.tif", VALUES.astype("int16"), crs=None, nodata=None)
    raster = tiGIS.flood.DepthRaster.open(path, crs=2154, nodata=-1)
    assert (raster.crs.to_epsg(), raster.nodata) == (2154, -1)


def test_a_file_that_is_no_raster(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_bytes(b"nothing")
    for name in ("x.tif", "absent.tif"):
        with pytest.raises(tiGIS.DataFileError, match=name):
            tiGIS.flood.DepthRaster.open(tmp_path / name)


def test_zones_of_depth_carry_on_what_was_taken_for_unknown(tmp_path: Path) -> None:
    values = np.where(VALUES == -1, -9999, VALUES)
    zones = tiGIS.flood.DepthRaster.open(write(tmp_path / "r.tif", values, nodata=None)).to_zones()
    place = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(100, 200, 500, 500)], crs=LOCAL)
    assert "-9999" in str(zones.limits)
    assert "-9999" in str(tiGIS.flood.exposure(place, zones).attrs["tigis"]["limits"])


@pytest.mark.parametrize("error", [rasterio.errors.RasterioIOError("cut"), CPLE_BaseError(1, 1, "cut")])
def test_what_gdal_says_of_an_open_raster_is_told_by_name(tmp_path: Path, error: Exception) -> None:
    """A damaged tag or block shows when it is asked for."""
    path = write(tmp_path / "depth.tif")
    with pytest.raises(tiGIS.DataFileError, match=r"depth\.tif: it can't be read"), open_raster(path):
        raise error
