"""Tables of a territory, on a small network drawn around Alès between real town halls."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from shapely.geometry import LineString, Point

import tiGIS
from tiGIS import InputError
from tiGIS.cli import tigis
from tiGIS.enclavement import (
    commune_table,
    load_targets,
    rose_of,
    target_name,
    territory_summary,
    town_hall_points,
)
from tiGIS.network import network_from_lines

ALES, NIMES = "30007", "30189"


@pytest.fixture(scope="module")
def communes():
    return tiGIS.load_communes(epci="200066918")


@pytest.fixture(scope="module")
def star(communes):
    """A road at 60 km/h from each town hall to that of Alès, and one at 90 km/h from there to Nîmes."""
    halls = tiGIS.territory.load_town_halls().to_crs(2154)
    centre = halls.geometry[ALES]
    ends = [halls.geometry[code] for code in communes.index if code != ALES] + [halls.geometry[NIMES]]
    kmh = [60.0] * (len(ends) - 1) + [90.0]
    roads = gpd.GeoDataFrame(
        {"kmh": kmh, "metres": [end.distance(centre) for end in ends]},
        geometry=[LineString([end, centre]) for end in ends],
        crs=2154,
    )
    return network_from_lines(roads, speed="kmh", length="metres", contract=False)


@pytest.fixture(scope="module")
def table(communes, star):
    near_nimes = gpd.GeoDataFrame(
        {"nom": ["Nîmes"]}, index=["n"], geometry=[Point(808700, 6304300)], crs=2154
    )
    return commune_table(star, communes, targets={"motorway": near_nimes, "tgv": near_nimes})


def test_each_commune_has_its_minutes(communes, table):
    halls = town_hall_points(communes)
    assert list(table.index) == list(communes.index)
    assert table["area_km2"].sum() == pytest.approx(923, abs=3)
    own = halls.distance(halls.geometry[ALES]) / 1000
    # at 60 km/h a kilometre is a minute
    np.testing.assert_allclose(table["motorway_min"] - table.loc[ALES, "motorway_min"], own, atol=0.01)
    assert table.loc[ALES, "motorway_name"] == "Nîmes"
    assert (table["motorway_straight_km"] <= table["motorway_km"] + 1).all()


def test_legal_tests_are_beside_and_say_what_they_miss(table):
    late = table["motorway_min"] > 45
    far = table["motorway_km"] > 50
    assert (table["remote_1995"] == (late & far)).all()
    assert (table["remote_1995_both"] == (late | far)).all()
    assert any("2x2" in limit["en"] for limit in table.attrs["tigis"]["limits"])
    said = [limit["fr"] for limit in table.attrs["tigis"]["limits"]]
    assert len(said) == len(set(said))


def test_a_commune_without_a_road_is_not_said_to_be_remote(communes, star):
    near_nimes = load_targets(["tgv"])["tgv"].query("nom == 'Nîmes Centre'")
    away = tiGIS.load_communes(departement=["2A", "75"]).iloc[[0, -1]]
    both = pd.concat([communes[["nom", "population", "geometry"]], away[["nom", "population", "geometry"]]])
    table = commune_table(star, both, targets={"motorway": near_nimes, "tgv": near_nimes})
    assert table.loc["75056", "motorway_straight_km"] > 500
    for test in ("remote_1995", "remote_1995_both", "remote_2019", "remote_2019_both"):
        assert table.loc[away.index, test].isna().all()
        assert table.loc[communes.index, test].notna().all()


def test_summary_weighs_by_people(table):
    whole = territory_summary(table).loc["all"]
    mean = np.average(table["motorway_min"], weights=table["population"])
    assert whole["motorway_min"] == pytest.approx(mean)
    assert whole["remote_1995_people"] == table.loc[table["remote_1995"], "population"].sum()
    halves = pd.Series(["A", "B"] * 36, index=table.index)
    parts = territory_summary(table, halves)
    assert parts["population"].sum() == table["population"].sum()
    assert parts["remote_1995_area_km2"].sum() == pytest.approx(whole["remote_1995_area_km2"])


def test_households_without_a_car_stand_beside(communes, star):
    targets = {"motorway": load_targets(["tgv"])["tgv"].query("nom == 'Nîmes Centre'")}
    table = commune_table(star, communes, targets=targets, carless_share_pct=pd.Series({ALES: 25.0}))
    assert table.loc[ALES, "carless_share_pct"] == 25
    assert any("unknown for 71" in limit["en"] for limit in table.attrs["tigis"]["limits"])


def test_corsica_is_left_out_and_overseas_has_no_road(star):
    some = tiGIS.load_communes(departement=["2A"]).iloc[:2]
    table = commune_table(star, some, targets=load_targets(["city_100000"]))
    assert table["city_100000_min"].isna().all()
    with pytest.raises(InputError, match="metropolitan"):
        commune_table(star, tiGIS.load_communes(departement=["974"]), targets=load_targets(["city_100000"]))


def test_rose_of_a_commune(star):
    rose = rose_of(star, ALES, least_people=3000, within_km=60)
    assert rose.loc["all", "trips"] > 2
    assert rose.loc["all", "detour"] == pytest.approx(1, abs=0.2)
    with pytest.raises(InputError, match="no town"):
        rose_of(star, ALES, within_km=0.1)
    with pytest.raises(InputError, match="no commune"):
        rose_of(star, "99999")


def test_names_of_targets():
    assert target_name("tgv") == "gare à grande vitesse"
    assert target_name("city_100000") == "ville de 100\u202f000 habitants"
    assert target_name("mine") == "mine"


def test_commands_show_tables_and_write_csv(star, tmp_path):
    path = star.with_metadata(max_snap_m=30000.0).save(tmp_path / "star.npz")
    out = tmp_path / "ales.csv"
    runner = CliRunner()
    listed = runner.invoke(
        tigis, ["access", "200066918", "--to", "city_100000", "--network", str(path), "--csv", str(out)]
    )
    assert listed.exit_code == 0, listed.output
    assert "ville de 100\u202f000 habitants" in listed.output
    assert "Limite : " in listed.output
    written = pd.read_csv(out, dtype={"code_insee": str}).set_index("code_insee")
    assert len(written) == 72
    whole = runner.invoke(tigis, ["enclavement", "200066918", "--network", str(path), "--lang", "en"])
    assert whole.exit_code == 0, whole.output
    for words in (
        "high-speed station",
        "legal test",
        "as the crow flies, both bounds",
        "From Alès",
        "Limit : ",
    ):
        assert words in whole.output
