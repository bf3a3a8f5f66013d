"""The door for files lets honest ones through, whatever the case of their names, and puts settings back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import shapely

import tiGIS
from flood import plans
from sources.pointing_files import zipped
from tiGIS import DataFileError
from tiGIS.sources import read_features
from tiGIS.sources.reading import gdal
from tiGIS.sources.reading.covadis import read_covadis_pprn
from toys import EAST, NORTH

ROADS = gpd.GeoDataFrame(
    {"fclass": ["primary"], "oneway": ["B"], "osm_id": ["1"]},
    geometry=[shapely.LineString([(0, 0), (1000, 0)])],
    crs=2154,
)


def in_capitals(path: Path) -> Path:
    for file in path.parent.glob(path.stem + ".*"):
        file.rename(file.with_name(file.name.upper()))
    return path.with_name(path.name.upper())


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".geojson", ".json", ".fgb", ".gml", ".tab"])
def test_names_in_capitals_are_the_same_files(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"roads{ending}"
    driver = {".json": "GeoJSON", ".tab": "MapInfo File"}.get(ending)
    ROADS.to_file(path, driver=driver)
    plain = read_features(path)
    assert plain["fclass"].tolist() == ["primary"]
    again = read_features(in_capitals(path))
    assert again.drop(columns="geometry").equals(plain.drop(columns="geometry"))
    assert again.crs == plain.crs
    assert shapely.equals_exact(again.geometry.values, plain.geometry.values, 1e-6).all()


@pytest.mark.parametrize(
    "name", ["l'été à Alès !.gpkg", "a!b.gpkg", "a?b=c.gpkg", "a;b#c.gpkg", "{a}.gpkg", "vsi%20.gpkg"]
)
def test_odd_names_are_read_where_they_are(name: str, tmp_path: Path) -> None:
    if os.name == "nt" and "?" in name:
        pytest.skip("no such name on Windows")
    ROADS.to_file(tmp_path / "roads.gpkg")
    path = (tmp_path / "roads.gpkg").rename(tmp_path / name)
    assert tiGIS.read_roads(path).n_arcs == 2
    grid = tmp_path / name.replace("gpkg", "TIF")
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float64", crs="EPSG:2154",
        transform=rasterio.Affine(10, 0, EAST, 0, -10, NORTH),
    ) as out:  # fmt: skip
        out.write(np.tile([0.0, 1.2, 2.4, 3.6], (4, 1)), 1)
    (tmp_path / "a.tif").rename(grid)
    assert tiGIS.land.steep_areas(grid)["area_ha"].round(2).tolist() == [0.04]


def test_settings_hold_while_something_is_read_and_are_put_back(tmp_path: Path) -> None:
    ROADS.to_file(tmp_path / "roads.gpkg")
    pyogrio.set_gdal_config_options({"GML_SKIP_RESOLVE_ELEMS": "NONE"})
    before = {name: pyogrio.get_gdal_config_option(name) for name in gdal.SHUT}
    try:
        with gdal.shut():
            tiGIS.read_roads(tmp_path / "roads.gpkg")  # overlaps: the last one out puts them back
            assert pyogrio.get_gdal_config_option("GML_SKIP_RESOLVE_ELEMS") == "ALL"
        assert {name: pyogrio.get_gdal_config_option(name) for name in gdal.SHUT} == before
        with pytest.raises(DataFileError):
            read_features(tmp_path / "roads.gpkg", layer="absent")
        assert {name: pyogrio.get_gdal_config_option(name) for name in gdal.SHUT} == before
    finally:
        pyogrio.set_gdal_config_options({"GML_SKIP_RESOLVE_ELEMS": None})


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "plan").mkdir()
    ROADS.to_file(tmp_path / "elsewhere/roads.shp")
    for file in (tmp_path / "elsewhere").iterdir():
        target = tmp_path / "plan" / file.name
        if file.suffix == ".dbf":
            try:
                target.symlink_to(file)
            except OSError:
                pytest.skip("this system makes no links")
        else:
            target.write_bytes(file.read_bytes())
    with pytest.raises(DataFileError, match="a link to a file in another folder"):
        tiGIS.read_roads(tmp_path / "plan/roads.shp")
    with pytest.raises(DataFileError, match="a link to a file in another folder"):
        tiGIS.flood.read_zones(tmp_path / "plan")


def test_files_beside_a_raster_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "mnt.tif"
    options = {"width": 4, "height": 4, "count": 1, "dtype": "float64", "crs": "EPSG:2154"}
    shift = rasterio.Affine(10, 0, 0, 0, -10, 0)
    with rasterio.open(path, "w", driver="GTiff", transform=shift, **options) as out:
        out.write(np.zeros((4, 4)), 1)
    beside = {"mnt.tif.msk": "<VRTDataset/>", "mnt.tif.ovr": "<VRTDataset/>"}
    beside["mnt.tif.aux.xml"] = "<PAMDataset><MDI key='OVERVIEW_FILE'>/etc/hosts</MDI></PAMDataset>"
    for name, text in beside.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(DataFileError):
            tiGIS.flood.DepthRaster.open(path)
        (tmp_path / name).unlink()
    with rasterio.open(path, "r+") as out:
        out.update_tags(ns="OVERVIEWS", OVERVIEW_FILE="/etc/hosts")
    with pytest.raises(DataFileError, match="points to other files"):
        tiGIS.flood.DepthRaster.open(path)


def test_a_plan_is_opened_once_whatever_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One temporary folder and one look at a CRS for all its layers: they were what took the time."""
    plan = plans.write_plan(
        tmp_path,
        hazards=plans.hazard_layer([(1, "1110100", "03", plans.square(0))]),
        rules=plans.rule_layer([(1, "01", plans.square(0))]),
    )
    made, searched = [], []
    folder, search = tempfile.TemporaryDirectory, pyproj.Transformer.from_crs
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda **how: made.append(how) or folder(**how))
    monkeypatch.setattr(
        pyproj.Transformer, "from_crs", lambda *a, **how: searched.append(a[0]) or search(*a, **how)
    )
    for _ in range(2):
        assert len(read_covadis_pprn(plan).hazards) == 1
    assert len(made) == 2
    assert len(searched) == len(set(searched))
    assert not list(Path(tempfile.gettempdir()).glob("tigis-*/N_ZONE_ALEA_PPRN*"))


def test_layers_of_one_name_in_several_folders_of_an_archive_stay_apart(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        boxes = [plans.square(0)] * number
        extent = gpd.GeoDataFrame({"scenario": ["02Moy"] * number}, geometry=boxes, crs=2154)
        extent.to_file(tmp_path / str(number) / "n_tri_a_inondable_01_02moy_s_030.shp")
    files = {
        f"{file.parent.name}/{file.name}": file.read_bytes() for file in sorted(tmp_path.glob("*/n_tri*"))
    }
    assert len(tiGIS.flood.read_tri(zipped(tmp_path / "tri.zip", files)).frame) == 3
