"""National files whole, where they are at hand: what a cut of them can't show.

They are too large for the project, or their licence is not stated: they live beside it. Everything else about
their readers is tested on the cuts of tests/data.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import tiGIS
from tiGIS.enclavement import facilities_on_map
from tiGIS.provenance import description

SHARED = Path(os.environ.get("TIGIS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
DATA = SHARED / "data"
if not DATA.is_dir():
    pytest.skip(
        f"not at hand: the 32 MB of PACA's roads and other whole files (no {DATA}; set TIGIS_SHARED)",
        allow_module_level=True,
    )


@pytest.fixture(scope="module")
def paca():
    return tiGIS.read_roads(DATA / "reseau" / "osm_paca_roads_2021-07_drivable.parquet")


def test_a_region_is_read_whole_and_what_is_left_out_is_told(paca):
    report = paca.metadata["report"]
    assert report["lines_read"] == 203_421
    assert report["km_read"] == pytest.approx(50_242, rel=0.003)
    kept = paca.roads.length_m.sum() / 1000
    assert kept + report["km_left_out_of_the_largest_component"] == pytest.approx(report["km_read"], abs=0.01)
    assert report["km_left_out_share_pct"] < 5
    assert 200_000 < paca.n_nodes < 230_000


# Driving times and distances that signs and maps give.
@pytest.mark.parametrize(
    ("a", "b", "minutes", "km"),
    [
        ((5.93, 43.125), (6.4647, 43.5369), 60, 82),  # Toulon – Draguignan
        ((7.017, 43.552), (6.737, 43.433), 37, 38),  # Cannes – Fréjus
    ],
)
def test_known_trips_come_out_right(paca, a, b, minutes, km):
    start, end = (gpd.GeoSeries.from_xy([p[0]], [p[1]], crs=4326) for p in (a, b))
    way = tiGIS.route(paca, start, end).iloc[0]
    assert way["time_min"] == pytest.approx(minutes, rel=0.12)
    assert way["distance_km"] == pytest.approx(km, rel=0.08)


def test_tables_of_all_communes():
    """Counts that the producers give."""
    folder = DATA / "indicateurs"
    comparateur = folder / "insee_base_cc_comparateur_2022.zip"
    assert len(tiGIS.sources.read_insee_comparateur(comparateur, municipal="all")) == 35_010
    assert len(tiGIS.sources.read_insee_comparateur(comparateur)) == 34_965
    filosofi = tiGIS.sources.read_insee_filosofi(
        folder / "insee_cc_filosofi_2021_COM.csv.gz", municipal="all"
    )
    assert len(filosofi) == 34_909
    assert (filosofi["TP6021"] > 0).sum() == filosofi["TP6021"].notna().sum() == 4_397
    table = DATA / "territoires" / "insee_table_appartenance_geo_communes_2022.zip"
    assert len(tiGIS.sources.read_insee_appartenance(table)) == 34_955
    assert len(tiGIS.sources.read_insee_appartenance(table, municipal="arrondissements")) == 45
    sites = tiGIS.sources.read_cartofriches(DATA / "foncier" / "cartofriches_points_2024-03-10.csv.gz")
    assert tiGIS.land.LandSites.from_cartofriches(sites).by("status")["sites"].sum() == 23_878


def test_all_epci_of_2018_to_the_unit():
    facts = pd.read_csv(SHARED / "facts" / "insee_epci_2018.csv", dtype={"epci": str}).set_index("epci")
    columns = [name for name in facts if name != "communes"]
    table = tiGIS.sources.read_insee_comparateur(DATA / "indicateurs" / "insee_base_cc_comparateur_2022.zip")
    # the compiled figures leave empty cells out
    got = tiGIS.aggregate(table, "epci", indicators=columns, min_covered_pct=0)
    assert len(got) == len(facts) == 1254
    pd.testing.assert_index_equal(got.index, facts.index, check_names=False)
    np.testing.assert_array_equal(got[columns].isna(), facts[columns].isna())
    # the compiled figures are rounded to 0.1
    np.testing.assert_allclose(got[columns], facts[columns], rtol=0, atol=0.05 + 1e-6)


def test_all_facilities_of_2013_find_their_commune():
    facilities = tiGIS.sources.read_insee_bpe(DATA / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    assert facilities.shape == (35190 - 45 + 3, 180)
    carried = facilities_on_map(facilities)
    matching = description(carried)["matching"]
    assert (matching["same"], matching["carried"], matching["unmatched"]) == (33496, 1652, [])
    assert carried.sum().equals(facilities.sum())


@pytest.mark.parametrize(
    ("phase", "file", "key", "exceptions"),
    [
        # three of ANCT's outlines are points, one lacks its single communes, Grand-Orly is of another
        # perimeter, Rochefort leaves out the waters of the Gironde, which IGN counts in the communes
        (
            "2018-2022",
            "ti_149_2022.geojson",
            "id_ti",
            {"ti-9301", "ti-9303", "ti-9307", "ti-1104", "ti-8416", "ti-7513"},
        ),
        ("2023-2027", "ti_183_2023.geojson", "id_territoire", {"ti-7515"}),
    ],
)
def test_territoires_agree_with_the_outlines_of_anct(phase, file, key, exceptions):
    theirs = gpd.read_file(DATA / "territoires" / file).set_index(key)
    ours = tiGIS.load_territoires_industrie(phase)
    assert set(theirs.index) == set(ours.index)
    ours = ours[ours["crs_legal"] == "EPSG:2154"].to_crs(2154).geometry
    other = theirs.geometry.loc[ours.index].to_crs(2154).make_valid()
    agreement = ours.intersection(other).area / ours.union(other).area
    assert agreement.median() >= 0.98
    assert set(agreement.index[agreement < 0.95]) == exceptions


def test_risks_notified_to_the_communes_of_the_herault():
    """No licence is stated for this layer; tests/flood/test_read.py draws one of the same format."""
    kinds = {
        "Inondation": "flood",
        "Submersion marine": "flood",
        "Inondation et submersion marine": "flood",
        "Multirisque": "undetermined",
        "Minier": "other",
        "Mouvement de terrain": "other",
        "Feu de forêt": "other",
        "Technologique": "other",
    }
    zones = tiGIS.flood.read_zones(
        DATA / "risques" / "n_pac_risques_034_herault.geojson",
        columns={"kind": "ALEA", "date": "DATE_PAC", "source": "ETUDE"},
        kinds=kinds,
        crs=2154,
    )
    assert zones.frame["kind"].value_counts().to_dict() == {"flood": 207, "other": 121, "undetermined": 91}
    assert zones.frame["date"].max() == pd.Timestamp("2021-11-26")
    assert zones.frame.is_valid.all()


def test_trains_of_a_weekday_against_a_plain_count():
    """Counted line by line with the standard library alone."""
    calls: dict[str, set[str]] = {}
    with zipfile.ZipFile(DATA / "transport" / "sncf_tgv_gtfs_2024-12-20.zip") as feed:

        def lines(name: str) -> csv.DictReader:
            return csv.DictReader(io.TextIOWrapper(feed.open(name), encoding="utf-8-sig"))

        runs = {day["service_id"] for day in lines("calendar_dates.txt") if day["date"] == "20250204"}
        trains = {t["trip_id"]: t["trip_headsign"] for t in lines("trips.txt") if t["service_id"] in runs}
        for call in lines("stop_times.txt"):
            passes = call["pickup_type"] == call["drop_off_type"] == "1"
            if call["trip_id"] in trains and not passes:
                calls.setdefault(call["stop_id"][-8:-1], set()).add(trains[call["trip_id"]])
    tgv = tiGIS.territory.load_tgv_stations()
    counted = tgv[tgv["reason"] == ""]
    assert counted["trains_a_day"].to_dict() == {uic: len(calls.get(uic, ())) for uic in counted.index}
