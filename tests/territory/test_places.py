"""Places and figures of the bundle, and the bundle itself."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

import tiGIS
from tiGIS._bundled import bundled_path


def test_the_manifest_tells_the_truth():
    path = bundled_path("manifest.json")
    files = json.loads(path.read_text(encoding="utf-8"))
    assert set(files) == {p.name for p in path.parent.iterdir()} - {"manifest.json", "LICENCES.md"}
    for name, file in files.items():
        content = (path.parent / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert file["licence"]
        assert file["source"]
        if name.endswith(".parquet"):
            assert len(pd.read_parquet(path.parent / name)) == file["rows"], name
    assert sum(file["bytes"] for file in files.values()) < 16e6


def test_no_email_phone_or_elected_name_is_carried():
    for path in bundled_path("manifest.json").parent.glob("*.parquet"):
        columns = set(pd.read_parquet(path).columns)
        assert not columns & {"mairie_email", "mairie_telephone", "maire", "prenom", "elu"}, path.name


def test_airports_around_ales():
    airports = tiGIS.territory.load_airports()
    assert {"LFTW", "LFMT", "LFMV"} <= set(airports.index)  # Nîmes, Montpellier, Avignon
    assert "LFMS" not in airports.index  # Alès–Deaux has no scheduled service
    assert airports.crs.to_epsg() == 4326
    near = tiGIS.territory.load_airports(abroad=True)
    assert near.crs.to_epsg() == 2154
    assert "LSGG" in near.index  # Geneva


def test_stations_are_placed_where_their_town_is():
    stations = tiGIS.territory.load_stations()
    assert stations.crs.to_epsg() == 2154
    assert stations.index.is_unique
    ales = tiGIS.load_communes(epci="200066918").loc["30007"].geometry
    assert stations.loc["8777528"].geometry.within(ales)


def test_tgv_stations_are_those_of_the_timetable():
    tgv = tiGIS.territory.load_tgv_stations()
    assert tgv.index.is_unique
    for name in (
        *("Charles de Gaulle 2", "Moûtiers", "Saint-Dié", "Sedan", "Boulogne", "Étaples", "Rang-du-Fliers"),
        *("Sélestat", "Nurieux", "Saint-Avre"),
    ):
        assert tgv["nom"].str.contains(name).sum() == 1, name
    by_hand = tgv["reason"] != ""
    assert by_hand.sum() == 7
    assert tgv.loc[by_hand, "trains_a_day"].isna().all()
    assert (tgv.loc[~by_hand, "days_served"] >= 8).all()
    stations = tiGIS.territory.load_stations().geometry
    both = tgv.index.intersection(stations.index)
    assert len(both) > 170
    assert tgv.loc[both].distance(stations.loc[both]).quantile(0.95) < 250


def test_ports_are_by_default_those_with_a_terminal():
    ports = tiGIS.territory.load_ports()
    assert ports["has_terminal"].all()
    assert "FRMRS" in ports.index
    assert "FRVER" in tiGIS.territory.load_ports(terminals_only=False).index  # Versailles, so called


def test_motorway_accesses_are_apart_and_near_the_section_ends():
    accesses = tiGIS.territory.load_motorway_accesses()
    sections = pd.read_parquet(bundled_path("motorway_sections_2019.parquet"))
    assert accesses["n_ends"].sum() == 2 * len(sections)
    nearest = accesses.sindex.nearest(accesses.geometry, exclusive=True, return_distance=True)[1]
    assert nearest.min() > 100
    # the nearest access to Alès is on the A9 around Nîmes or Gallargues, or the A7: over 30 km away
    ales = tiGIS.territory.load_town_halls().loc[["30007"]].to_crs(2154).geometry.item()
    distance = accesses.distance(ales)
    assert 25_000 < distance.min() < 45_000
    assert accesses.loc[distance.idxmin(), "routes"] in {"A9", "A54", "A9 A54"}


def test_a_town_hall_is_in_its_commune_or_flagged():
    halls = tiGIS.territory.load_town_halls()
    communes = tiGIS.load_communes(departement=["30", "48", "13"])
    points = halls.loc[communes.index].to_crs(2154)
    distance = points.distance(communes.geometry)
    assert (distance <= 501).all()
    assert (distance[~points["is_town_hall"]] <= 1).all()
    assert halls["is_town_hall"].mean() > 0.94


def test_reference_figures_and_sites():
    figures = tiGIS.datasets.ales_reference_figures()
    assert len(figures) == 51
    assert figures["source"].notna().all()
    assert len(tiGIS.datasets.ales_sites()) == 11


def test_brownfields_lie_in_the_commune_that_they_say():
    friches = tiGIS.datasets.ales_brownfields()
    communes = tiGIS.load_communes(epci="200066918").geometry
    known = friches[friches["code_insee"].isin(communes.index)]
    assert len(known) == len(friches) == 89
    distance = known.distance(communes.loc[known["code_insee"]].set_axis(known.index))
    assert np.quantile(distance, 0.95) < 100


@pytest.mark.parametrize("table", ["insee_communes_2018", "iris_2021_communes", "ales_gaspar_2024"])
def test_codes_of_tables_are_strings_with_their_zeros(table):
    frame = pd.read_parquet(bundled_path(f"{table}.parquet"))
    codes = frame["siren" if "siren" in frame else "code_insee"]
    assert codes.map(type).eq(str).all()
    assert codes.str.len().isin([5, 9]).all()


def test_iris_of_2021_agree_with_the_legal_population():
    iris = pd.read_parquet(bundled_path("iris_2021_communes.parquet")).set_index("code_insee")
    ales = tiGIS.load_communes(epci="200066918")
    assert iris.loc[ales.index, "population"].sum() == 134_054
    assert not iris.index.str.startswith("976").any()
    assert "75056" not in iris.index
    assert "75101" in iris.index


def test_stops_of_coaches_are_no_railway_stations():
    stations = tiGIS.territory.load_stations()
    assert not stations["nom"].str.contains("routière|abri bus|arrêt autocar", case=False).any()
    assert {"Roanne", "Alès"} <= set(stations["nom"])
    assert any("autocar" in limit["fr"] for limit in stations.attrs["tigis"]["limits"])
