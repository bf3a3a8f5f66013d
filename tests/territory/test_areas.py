"""Polygons of communes, EPCI and Territoires d'industrie, on the bundled data."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import tiGIS
from tiGIS import VintageError
from tiGIS.provenance import description
from tiGIS.territory._members import YEARS
from tiGIS.territory._vintages import on_polygons

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


def test_ales_agrees_with_the_fine_outlines_of_2018(ales, real_files):
    fine = gpd.read_file(real_files / "territoires" / "communes_gard_2018.geojson").to_crs(2154)
    code = next(column for column in fine.columns if fine[column].astype(str).eq("30007").any())
    theirs = fine[fine[code].isin(ales.index)].union_all()
    ours = ales.union_all()
    assert ours.intersection(theirs).area / ours.union(theirs).area > 0.99


@pytest.mark.parametrize(("year", "people"), [(2023, 132_799), (2024, 134_056)])
def test_legal_population_of_ales(year, people):
    communes = tiGIS.load_communes(epci=ALES, map_year=year)
    assert communes["population"].sum() == people
    assert communes["population_year"].unique().tolist() == [year - 3]


def test_corbes_is_in_thoiras_on_the_map_of_2025(ales):
    later = tiGIS.load_communes(epci=ALES, map_year=2025)
    assert len(later) == 71
    assert later.loc["30329", "nom"] == "Thoiras-Corbès"
    assert later.loc["30329"].geometry.area == ales.loc[["30329", "30094"]].area.sum()


def test_what_split_since_2024_can_not_be_drawn():
    with pytest.raises(VintageError, match="map of 2025"):
        tiGIS.load_communes(departement="15", map_year=2025)
    assert len(tiGIS.load_epci(2025)) == 1255  # the split commune stayed inside its EPCI


def test_the_bundled_epci_are_the_union_of_their_communes(ales):
    epci = tiGIS.load_epci()
    assert len(epci) == 1255
    metropole = epci[epci["crs_legal"] == "EPSG:2154"].to_crs(2154)
    outline = shapely.coverage_union_all(ales.geometry.to_numpy())
    assert metropole.loc[ALES].geometry.symmetric_difference(outline).area < 1
    assert shapely.is_valid(metropole.geometry.to_numpy()).all()


@pytest.mark.parametrize("year", [2025, 2026])
def test_another_map_covers_the_same_land(year):
    """Between maps, communes change hands but the land stays: each EPCI map covers what that of 2024 does."""
    before, after = (tiGIS.area_km2(tiGIS.load_epci(y)).sum() for y in (2024, year))
    assert after == pytest.approx(before, rel=1e-9)


@pytest.mark.parametrize("year", YEARS)
def test_all_the_communes_of_a_year_are_all_those_of_the_polygons(year):
    everywhere = pd.Series("France", index=tiGIS.territory.load_memberships(year).index)
    carried, left_out = on_polygons(everywhere, year, "all")
    assert not left_out
    assert sorted(carried.index) == tiGIS.territory.load_memberships(2024).index.tolist()
    assert everywhere.index.equals(tiGIS.territory.load_memberships(year).index)


@settings(max_examples=30)  # each carries the 35,000 communes twice
@given(st.data())
def test_a_group_is_carried_whole_or_refused(data):
    """Whatever the communes of a group, it is drawn whole: with the rest of France it makes France."""
    year = data.draw(st.sampled_from([2021, 2022, 2023, 2025, 2026]))
    changes = tiGIS.territory.load_commune_changes()
    members = tiGIS.territory.load_memberships(year)
    changed = sorted({*changes["code_from"], *changes["code_to"]} & set(members.index))
    chosen = set(data.draw(st.lists(st.sampled_from(changed), max_size=8)))
    group = pd.Series(["in" if code in chosen else "out" for code in members.index], index=members.index)
    try:
        carried, _ = on_polygons(group, year, "groups")
    except VintageError:
        assert chosen
        return
    assert len(carried) == 34_935
    alone, _ = on_polygons(group[group == "in"], year, "group")
    assert set(alone.index) == set(carried.index[carried == "in"])


@pytest.mark.parametrize(("phase", "count"), [("2018-2022", 149), ("2023-2027", 183)])
def test_number_of_territoires_industrie(phase, count):
    territories = tiGIS.load_territoires_industrie(phase)
    assert len(territories) == count
    assert territories["phase"].eq(phase).all()
    assert territories.geometry.is_valid.all()
    assert territories["population"].gt(0).all()


def test_communes_are_a_valid_coverage_on_a_grid_of_one_metre():
    communes = tiGIS.load_communes(departement=["30", "48", "07", "34"])
    geometry = communes.geometry.to_numpy()
    assert shapely.coverage_is_valid(geometry)
    assert shapely.is_valid(geometry).all()
    coordinates = shapely.get_coordinates(geometry)
    assert (coordinates == coordinates.round()).all()


def test_dissolving_leaves_no_sliver_and_loses_no_area():
    communes = tiGIS.load_communes(departement=["30", "48"])
    united = tiGIS.territory.to_epci(communes)
    assert united.area.sum() == pytest.approx(communes[communes["siren"].notna()].area.sum(), rel=1e-12)
    parts = united.explode()
    assert parts.area.min() > 1e5  # no part under 10 ha: what is apart is land, not a crumb
    holes = [ring for polygon in parts.geometry for ring in polygon.interiors]
    assert all(shapely.Polygon(ring).area > 1e5 for ring in holes)


def test_dissolving_mends_edges_that_disagree():
    shift = tiGIS.load_communes(epci=ALES)
    torn = shift.set_geometry(shift.geometry.translate(0.0))
    torn.loc["30007", "geometry"] = torn.loc["30007", "geometry"].buffer(0.4)
    before = torn.geometry.to_wkb()
    united = tiGIS.territory.to_epci(torn)
    assert len(united.loc[ALES].geometry.interiors) == 0
    assert torn.geometry.to_wkb().equals(before)


def test_to_ti_unites_the_members_of_a_phase():
    communes = tiGIS.load_communes(departement=["30", "07", "48"])
    theirs = tiGIS.load_territoires_industrie("2023-2027").to_crs(2154)
    ours = tiGIS.territory.to_ti(communes, "2023-2027")
    assert ours.loc["ti-7601"].geometry.symmetric_difference(theirs.loc["ti-7601"].geometry).area < 1


def test_a_territory_may_have_parts_that_do_not_touch():
    territories = tiGIS.load_territoires_industrie("2018-2022")
    parts = territories.geometry.map(shapely.get_num_geometries)
    assert (parts > 1).sum() == 30


def test_territoires_agree_with_the_outlines_of_anct(real_files):
    theirs = gpd.read_file(real_files / "territoires" / "ti_183_2023.geojson").set_index("id_territoire")
    ours = tiGIS.load_territoires_industrie("2023-2027").to_crs(2154).geometry
    ours = ours[ours.index.str[3:5].isin(["76", "93"])]
    assert set(theirs.index) == set(ours.index)
    assert len(ours) > 20
    other = theirs.geometry.loc[ours.index].to_crs(2154).make_valid()
    agreement = ours.intersection(other).area / ours.union(other).area
    assert agreement.median() >= 0.98
    assert agreement.min() > 0.95


def test_an_empty_commune_is_no_people_not_unknown():
    communes = tiGIS.load_communes(departement="55")
    empty = communes[communes["population"] == 0]
    assert len(empty) == 6  # the villages destroyed in 1916
    assert tiGIS.load_epci().loc["200049187", "population"] > 0


def test_islands_without_epci_are_communes_and_in_no_epci():
    communes = tiGIS.load_communes()
    assert len(communes) == 34_935
    assert set(communes.index[communes["siren"].isna()]) == {"22016", "29083", "29155", "85113"}


@pytest.mark.parametrize(("year", "census"), [(2024, 2021), (2025, 2022), (2026, 2023)])
def test_populations_of_a_map_add_up_whatever_the_level(year, census):
    listed = tiGIS.territory.load_populations(map_year=min(year, 2025))
    figures = listed[listed["census_year"].isin([2017, census])].set_index("code_insee")["population"]
    members = tiGIS.territory.load_memberships(year)["siren"].dropna()
    assert tiGIS.load_epci(year)["population"].sum() == figures[members.index].sum()


def test_an_epci_that_has_since_shared_a_commune_can_not_be_drawn():
    # Saint-Sigismond joined Ingrandes-le-Fresne, of another EPCI, in 2024
    with pytest.raises(VintageError, match=r"244400552.*undrawn='drop'"):
        tiGIS.load_epci(2023)
    ales = tiGIS.load_epci(2023, siren=ALES)
    assert ales.crs.to_epsg() == 2154
    assert ales.loc[ALES, "population"] == 132_799


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2025])
def test_a_whole_year_is_drawn_but_for_what_is_listed(year):
    communes = tiGIS.load_communes(map_year=year, undrawn="drop")
    left_out = description(communes)["undrawn"]
    assert sorted([*communes.index, *left_out]) == tiGIS.territory.load_memberships(year).index.tolist()
    assert 0 < len(left_out) < 70
    assert any("non dessinés" in limit["fr"] for limit in description(communes)["limits"])
    with pytest.raises(VintageError, match=f"{len(left_out)} of"):
        tiGIS.load_communes(map_year=year)


def test_what_is_drawn_of_another_map_is_what_was_asked_for_alone():
    epci = tiGIS.load_epci(2023, undrawn="drop")
    assert description(epci)["undrawn"] == ["200071868", "244400552"]
    assert len(epci) == 1253
    area = tiGIS.area_km2(epci)
    for siren in [ALES, *epci.index[:3]]:
        alone = tiGIS.load_epci(2023, siren=siren)
        assert area[siren] == pytest.approx(tiGIS.area_km2(alone).item(), rel=1e-9)
    territories = tiGIS.load_territoires_industrie("2018-2022", 2023, undrawn="drop")
    assert description(territories)["undrawn"] == ["ti-5201"]
    assert len(territories) == 148
    with pytest.raises(VintageError, match="1 of 1"):
        tiGIS.load_epci(2023, siren="244400552", undrawn="drop")
    with pytest.raises(tiGIS.InputError, match="'refuse' or 'drop'"):
        tiGIS.load_epci(2023, undrawn="keep")


@pytest.mark.parametrize("load", [tiGIS.load_communes, tiGIS.load_epci, tiGIS.load_territoires_industrie])
@pytest.mark.parametrize("year", [2020, 2027, "2024", None])
def test_years_that_are_not_bundled_are_refused(load, year):
    with pytest.raises(VintageError, match=r"2021 to 2026.*whole number"):
        load(year=year)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"departement": 1}, "leading zeros"),
        ({"epci": 200066918}, "strings of 9"),
        ({"epci": "20006691"}, "strings of 9"),
        ({"departement": "3"}, "2 or 3"),
        ({"epci": []}, "at least one"),
    ],
)
def test_codes_of_the_wrong_form_are_refused(arguments, message):
    with pytest.raises(tiGIS.InputError, match=message):
        tiGIS.load_communes(**arguments)


def test_an_unknown_territory_is_refused():
    with pytest.raises(tiGIS.TerritoryNotFoundError, match="is in both"):
        tiGIS.load_communes(epci=ALES, departement="75")
    with pytest.raises(tiGIS.TerritoryNotFoundError, match="'200000000'"):
        tiGIS.load_communes(epci="200000000")


def test_case_of_a_departement_does_not_matter():
    assert tiGIS.load_communes(departement="2a").index.str.startswith("2A").all()


def test_results_may_be_changed_without_harm(ales):
    changed = tiGIS.load_communes(epci=ALES)
    changed["population"] = 0
    changed.geometry = changed.geometry.translate(1000)
    again = tiGIS.load_communes(epci=ALES)
    assert again["population"].sum() == 134_056
    assert again.geometry.to_wkb().equals(ales.geometry.to_wkb())
