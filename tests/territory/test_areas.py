"""Polygons of communes, EPCI and Territoires d'industrie, on the bundled data."""

import geopandas as gpd
import pytest
import shapely

import tiGIS
from tiGIS import VintageError

ALES = "200066918"


@pytest.fixture(scope="module")
def ales():
    return tiGIS.load_communes(epci=ALES)


def test_ales_has_72_communes_no_hole_and_its_area(ales):
    assert len(ales) == 72
    assert ales.crs.to_epsg() == 2154
    outline = shapely.coverage_union_all(ales.geometry.to_numpy())
    assert outline.geom_type == "Polygon"
    assert len(outline.interiors) == 0
    assert 920 < tiGIS.area_km2(ales).sum() < 926


def test_ales_agrees_with_the_fine_outlines_of_2018(ales, shared_data):
    fine = gpd.read_file(shared_data / "territoires" / "communes_gard_2018.geojson").to_crs(2154)
    code = next(column for column in fine.columns if fine[column].astype(str).eq("30007").any())
    theirs = fine[fine[code].isin(ales.index)].union_all()
    ours = ales.union_all()
    assert ours.intersection(theirs).area / ours.union(theirs).area > 0.99


@pytest.mark.parametrize(("year", "people"), [(2023, 132_799), (2024, 134_056)])
def test_legal_population_of_ales(year, people):
    communes = tiGIS.load_communes(epci=ALES, year=year)
    assert communes["population"].sum() == people
    assert communes["population_year"].unique().tolist() == [year - 3]


def test_corbes_is_in_thoiras_on_the_map_of_2025(ales):
    later = tiGIS.load_communes(epci=ALES, year=2025)
    assert len(later) == 71
    assert later.loc["30329", "nom"] == "Thoiras-Corbès"
    assert later.loc["30329"].geometry.area == ales.loc[["30329", "30094"]].area.sum()


def test_what_split_since_2024_can_not_be_drawn():
    with pytest.raises(VintageError, match="map of 2025"):
        tiGIS.load_communes(departement="15", year=2025)
    assert len(tiGIS.load_epci(2025)) == 1255  # the split commune stayed inside its EPCI


def test_the_bundled_epci_are_the_union_of_their_communes(ales):
    epci = tiGIS.load_epci()
    assert len(epci) == 1255
    metropole = epci[epci["crs_legal"] == "EPSG:2154"].to_crs(2154)
    outline = shapely.coverage_union_all(ales.geometry.to_numpy())
    assert metropole.loc[ALES].geometry.symmetric_difference(outline).area < 1
    assert shapely.is_valid(metropole.geometry.to_numpy()).all()


@pytest.mark.parametrize(("phase", "count"), [("2018-2022", 149), ("2023-2027", 183)])
def test_number_of_territoires_industrie(phase, count):
    territories = tiGIS.load_territoires_industrie(phase)
    assert len(territories) == count
    assert territories["phase"].eq(phase).all()
    assert territories.geometry.is_valid.all()
    assert territories["population"].gt(0).all()
