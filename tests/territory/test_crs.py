"""Each territory is measured in its legal projection."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

import tiGIS
from tiGIS import CRSError, InputError

OVERSEAS = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "975": "EPSG:4467",
    "976": "EPSG:4471",
    "977": "EPSG:5490",
    "978": "EPSG:5490",
}


@pytest.mark.parametrize(("departement", "crs"), OVERSEAS.items())
def test_legal_crs_overseas_by_departement_and_commune(departement, crs):
    assert tiGIS.territory.legal_crs(departement) == tiGIS.territory.legal_crs(f"{departement}01") == crs


def test_legal_crs_of_every_commune_is_that_of_its_polygon():
    communes = tiGIS.load_communes()
    assert communes.index.map(tiGIS.territory.legal_crs).tolist() == communes["crs_legal"].tolist()


@pytest.mark.parametrize("code", ["", "20", "96", "987", "1004", "Gard", "2C", "00001"])
def test_an_unknown_code_has_no_crs(code):
    with pytest.raises(InputError, match="projection is known"):
        tiGIS.territory.legal_crs(code)


def test_a_number_is_no_code():
    with pytest.raises(InputError, match="expected a string"):
        tiGIS.territory.legal_crs(1)


@given(st.floats(0.001, 500), st.floats(0.001, 500))
def test_area_of_a_rectangle_in_metres(width, height):
    frame = gpd.GeoDataFrame(geometry=[box(7e5, 6.3e6, 7e5 + width * 1000, 6.3e6 + height * 1000)], crs=2154)
    assert tiGIS.area_km2(frame).item() == pytest.approx(width * height, rel=1e-6)


def test_areas_of_a_mixed_frame_are_those_of_each_projection():
    regions = tiGIS.load_regions()
    assert regions.crs.to_epsg() == 4326
    areas = tiGIS.area_km2(regions)
    # the areas known for the islands (Insee: 1 628, 1 128, 2 504, 374 km²) and for Guyane (83 846 km²)
    expected = {"01": 1_628, "02": 1_128, "03": 83_846, "04": 2_504, "06": 374}
    for region, area in expected.items():
        assert areas[region] == pytest.approx(area, rel=0.04)
    # in Lambert-93, thousands of kilometres outside its domain, Guyane would gain half its area
    assert regions.to_crs(2154).area["03"] / 1e6 > 1.5 * areas["03"]


def test_degrees_without_a_legal_crs_are_refused():
    with pytest.raises(CRSError, match="degrees"):
        tiGIS.area_km2(tiGIS.load_regions().drop(columns="crs_legal"))


def test_one_overseas_departement_comes_in_its_projection():
    for departement in ("971", "973", "974", "976"):
        communes = tiGIS.load_communes(departement=departement)
        assert communes.crs.to_string() == OVERSEAS[departement]
        coordinates = communes.get_coordinates().to_numpy()
        assert (coordinates == coordinates.round()).all()  # still on the grid of 1 m
        assert communes.geometry.is_valid.all()


def test_a_mix_keeps_degrees_and_says_where_to_measure():
    mixed = tiGIS.load_communes(departement=["30", "974"])
    assert mixed.crs.to_epsg() == 4326
    assert set(mixed["crs_legal"]) == {"EPSG:2154", "EPSG:2975"}


@pytest.mark.parametrize("wrong", [None, "communes.gpkg", {}, pd.DataFrame({"a": [1]}), gpd.GeoSeries([])])
def test_other_things_than_layers_have_no_area(wrong: object) -> None:
    with pytest.raises(tiGIS.InputError, match="expected a GeoDataFrame"):
        tiGIS.area_km2(wrong)
