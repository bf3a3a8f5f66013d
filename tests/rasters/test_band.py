"""The stored number is not the value: scale, masks, and all the ways of saying "not known"."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.transform import Affine
from shapely import LineString, Point, Polygon, box

import tiGIS
from toys import LOCAL

WHOLE = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], index=["whole"], crs=LOCAL)
# ten rows of ten cells of 10 m: 2 m of water in the upper half, 1 m in the lower one
DEPTH = np.repeat([2.0, 1.0], 5)[:, None] * np.ones((1, 10))
UPPER = DEPTH == 2


def write(
    path: Path, cells: np.ndarray, *, scale: float = 1, offset: float = 0, mask=None, **options
) -> Path:
    profile = {"driver": "GTiff", "height": 10, "width": 10, "count": 1, "dtype": cells.dtype, "crs": LOCAL}
    profile |= {"transform": Affine(10, 0, 0, 0, -10, 100), **options}
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **profile) as out:
        out.write(cells, 1)
        out.scales, out.offsets = (scale,) * out.count, (offset,) * out.count
        if mask is not None:
            out.write_mask(mask)
    return path


def measured(path: Path, **options: object):
    return tiGIS.flood.DepthRaster.open(path, **options).zonal_statistics(WHOLE)


def test_scale_and_offset_make_the_value(tmp_path):
    path = write(
        tmp_path / "cm.tif", (DEPTH * 100 + 50).astype("int16"), scale=0.01, offset=-0.5, nodata=-9999
    )
    row = measured(path).loc["whole"]
    assert row["mean_m"] == pytest.approx(1.5)
    assert row["above_1m_pct"] == pytest.approx(50)
    zones = tiGIS.flood.DepthRaster.open(path).to_zones((0.0, 1.5))
    assert (zones.frame.area / 1e4).tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("unit", ["cm", None])
def test_scale_then_unit(tmp_path, unit):
    path = write(tmp_path / "d.tif", (DEPTH * 10).astype("int16"), scale=10 if unit else 0.1, nodata=-1)
    assert measured(path, unit=unit).loc["whole", "mean_m"] == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("dtype", "stored", "declared", "given"),
    [
        ("float32", np.finfo("f4").min, -3.40282e38, None),
        ("float32", np.finfo("f4").min, -3.4e38, None),
        ("float32", -99999.9, None, -99999.9),
        ("float32", 1e20, 1e20, None),
        ("float64", -9999.0, -9999, None),
        ("float32", np.nan, np.nan, None),
        ("float32", np.nan, -9999, None),
        ("int16", -9999, -9999, None),
        ("uint8", 255, 255, None),
        ("int16", -1, None, -1),
    ],
)
def test_what_the_file_or_the_caller_calls_unknown(tmp_path, dtype, stored, declared, given):
    cells = np.where(UPPER, stored, DEPTH).astype(dtype)
    found = measured(write(tmp_path / "d.tif", cells, nodata=declared), nodata=given)
    assert found.loc["whole", ["mean_m", "max_m", "known_share_pct"]].tolist() == pytest.approx([1, 1, 50])
    assert not found.attrs["tigis"]["limits"]


@pytest.mark.parametrize(
    ("stored", "declared"),
    [
        (-9999, None),
        (9999, None),
        (-32768, None),
        (np.finfo("f4").min, None),
        (-9999, -1),
        (1e20, -9999),
        (np.inf, None),
    ],
)
def test_what_nobody_declared_is_taken_for_unknown_and_said(tmp_path, stored, declared):
    cells = np.where(UPPER, stored, DEPTH).astype("float32")
    found = measured(write(tmp_path / "d.tif", cells, nodata=declared))
    assert found.loc["whole", ["mean_m", "known_share_pct"]].tolist() == pytest.approx([1, 50])
    assert "50 " in found.attrs["tigis"]["limits"][0]["en"]


@pytest.mark.parametrize(
    ("dtype", "stored"), [("uint16", 65535), ("int16", 32767), ("int16", -32768), ("int32", 2**31 - 1)]
)
def test_the_last_number_of_a_type_is_unknown_or_cut_off_and_said(tmp_path, dtype, stored):
    cells = np.where(UPPER, stored, DEPTH * 100).astype(dtype)
    found = measured(write(tmp_path / "d.tif", cells, nodata=0), unit="cm")
    assert found.loc["whole", ["mean_m", "known_share_pct"]].tolist() == pytest.approx([1, 50])
    assert f"50 cells hold {stored:g}" in found.attrs["tigis"]["limits"][0]["en"]


@pytest.mark.parametrize(("dtype", "stored"), [("float32", 9999), ("int16", 9999), ("uint8", 255)])
def test_a_number_that_land_of_france_can_have_once_scaled_is_a_value(tmp_path, dtype, stored):
    cells = np.where(UPPER, stored, 100).astype(dtype)
    found = measured(write(tmp_path / "d.tif", cells, nodata=0), unit="cm")
    assert found.loc["whole", "mean_m"] == pytest.approx((stored + 100) / 200)
    assert not found.attrs["tigis"]["limits"]


def test_whoever_says_that_every_cell_has_a_value_is_believed(tmp_path):
    cells = np.where(UPPER, -9999, DEPTH).astype("float32")
    found = measured(write(tmp_path / "d.tif", cells), nodata=np.nan)
    assert found.loc["whole", "mean_m"] == pytest.approx((-9999 + 1) / 2)


def test_a_mask_inside_the_file_hides_cells(tmp_path):
    path = write(tmp_path / "d.tif", DEPTH.astype("int16"), mask=np.where(UPPER, 0, 255).astype("uint8"))
    assert measured(path).loc["whole", ["mean_m", "known_share_pct"]].tolist() == pytest.approx([1, 50])
    assert measured(path, nodata=-1).loc["whole", "mean_m"] == pytest.approx(1)


@pytest.mark.parametrize("dtype", ["int16", "float32"])
@pytest.mark.parametrize("nodata", [None, -1])
def test_a_mask_beside_the_file_hides_cells(tmp_path, dtype, nodata):
    path = write(tmp_path / "d.tif", DEPTH.astype(dtype), nodata=nodata)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(path, "r+") as out:
        out.write_mask(np.where(UPPER, 0, 255).astype("uint8"))
    assert (tmp_path / "d.tif.msk").exists()
    assert measured(path).loc["whole", ["mean_m", "known_share_pct"]].tolist() == pytest.approx([1, 50])


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
@pytest.mark.parametrize("nodata", [None, 7])
def test_a_band_of_transparency_hides_cells(tmp_path, dtype, nodata):
    path = write(tmp_path / "d.tif", DEPTH.astype(dtype), count=2, nodata=nodata)
    with rasterio.open(path, "r+") as out:
        out.write(np.where(UPPER, 0, 255).astype(dtype), 2)
        out.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    assert measured(path).loc["whole", ["mean_m", "known_share_pct"]].tolist() == pytest.approx([1, 50])
    assert measured(path, nodata=-1 if dtype == "float32" else 9).loc["whole", "mean_m"] == pytest.approx(1)
    with pytest.raises(tiGIS.DataFileError, match="alpha of a picture"):
        tiGIS.flood.DepthRaster.open(path, band=2)


def test_nothing_known_at_all(tmp_path):
    row = measured(write(tmp_path / "d.tif", np.full((10, 10), -9999.0), nodata=-9999)).loc["whole"]
    assert row["known_share_pct"] == 0
    assert np.isnan(row["mean_m"])


def test_a_picture_is_no_measure(tmp_path):
    path = write(tmp_path / "d.tif", DEPTH.astype("uint8"), photometric="palette")
    with rasterio.open(path, "r+") as picture:
        picture.write_colormap(1, {1: (0, 0, 255), 2: (0, 0, 100)})
        assert picture.colorinterp == (ColorInterp.palette,)
    with pytest.raises(tiGIS.DataFileError, match="palette of a picture"):
        tiGIS.flood.DepthRaster.open(path, nodata=0)


def test_zones_that_cross_themselves_are_mended_and_counted(tmp_path):
    path = write(tmp_path / "d.tif", DEPTH, nodata=-9999)
    bow = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    shapes = gpd.GeoDataFrame(geometry=[bow, None, WHOLE.geometry.iloc[0]], index=list("abc"), crs=LOCAL)
    found = tiGIS.flood.DepthRaster.open(path).zonal_statistics(shapes)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.loc[["a", "c"], "mean_m"].tolist() == pytest.approx([1.5, 1.5])
    assert np.isnan(found.loc["b", "mean_m"])
    assert [n["en"] for n in found.attrs["tigis"]["limits"]] == [
        "polygons: 1 polygons crossed themselves; mended.",
        "polygons: 1 rows without an outline.",
    ]


@pytest.mark.parametrize("shape", [Point(50, 50), LineString([(0, 50), (100, 50)])])
def test_points_and_lines_are_no_zones(tmp_path, shape):
    raster = tiGIS.flood.DepthRaster.open(write(tmp_path / "d.tif", DEPTH, nodata=-9999))
    with pytest.raises(tiGIS.InputError, match="expected polygons"):
        raster.zonal_statistics(gpd.GeoDataFrame(geometry=[shape], crs=LOCAL))


def test_slopes_inherit_scale_and_unknown_cells(tmp_path):
    height = np.tile(np.arange(10.0), (10, 1))  # 1 m up each cell of 10 m: 10 %
    path = write(tmp_path / "z.tif", (height * 100).astype("int16"), scale=0.01, nodata=-9999)
    assert tiGIS.land.steep_areas(path, 9)["area_ha"].sum() == pytest.approx(0.64)
    assert tiGIS.land.steep_areas(path, 11).empty
    height[5, 5] = -9999
    steep = tiGIS.land.steep_areas(write(tmp_path / "hole.tif", height), 11)
    assert steep.empty  # no cliff around a hole in the data
    assert "1 cells hold -9999" in str(steep.attrs["tigis"]["limits"])
