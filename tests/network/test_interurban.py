"""The bundled inter-urban graph: calibrated, plausible, and open about its errors."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest

import tiGIS
from tiGIS import DataFileError, load_interurban_network, travel_times
from tiGIS._bundled import bundled_path
from tiGIS.network import interurban
from tiGIS.network.interurban import CATEGORIES, read_interurban_graph

TOWNS = {
    "Alès": (4.0809, 44.1250),
    "Nîmes": (4.3601, 43.8367),
    "Mende": (3.4996, 44.5180),
    "Montpellier": (3.8767, 43.6108),
    "Paris": (2.3522, 48.8566),
    "Lyon": (4.8357, 45.7640),
    "Marseille": (5.3698, 43.2965),
    "Ajaccio": (8.7369, 41.9192),
    "Bastia": (9.4503, 42.6973),
}


@pytest.fixture(scope="module")
def network():
    return load_interurban_network()


@pytest.fixture(scope="module")
def trips(network):
    lon, lat = zip(*TOWNS.values(), strict=True)
    towns = gpd.GeoSeries.from_xy(lon, lat, index=list(TOWNS), crs=4326)
    return travel_times(network, towns, towns, distances=True)


# Minutes and kilometres that road signs, maps and the issue give; within a fifth, unless said otherwise.
@pytest.mark.parametrize(
    ("start", "end", "minutes", "km", "within"),
    [
        ("Paris", "Marseille", 435, 775, 0.12),
        ("Paris", "Lyon", 270, 465, 0.12),
        ("Alès", "Nîmes", 50, 46, 0.2),
        ("Alès", "Montpellier", 75, 72, 0.2),
        ("Alès", "Mende", 115, 105, 0.35),  # one edge of 56 km over the Cévennes: the coarsest there is
    ],
)
def test_known_trips_come_out_right(trips, start, end, minutes, km, within):
    time, distance = trips
    assert time.loc[start, end] == pytest.approx(minutes, rel=within)
    assert distance.loc[start, end] == pytest.approx(km, rel=within)


def test_corsica_is_an_island(trips):
    assert 100 < trips[0].loc["Ajaccio", "Bastia"] < 220
    assert np.isnan(trips[0].loc["Ajaccio", "Marseille"])


def test_the_error_kept_aside_holds_and_is_shown(network, trips):
    told = network.metadata["calibration"]["held_out"]
    assert told["trips"] > 4000
    assert told["time"]["median_error_pct"] <= 10
    assert told["time"]["p90_error_pct"] > told["time"]["median_error_pct"]
    for table in trips:
        described = table.attrs["tigis"]
        assert described["calibration"]["held_out"] == told
        assert any("Erreur médiane" in limit["fr"] for limit in described["limits"])
        assert any("OpenStreetMap" in source["fr"] for source in described["sources"])


def test_lengths_are_never_shorter_than_the_crow_flies():
    graph = read_interurban_graph()
    straight = np.hypot(*(graph.xy[graph.tail] - graph.xy[graph.head]).T) / 1000
    long = straight > 1
    assert (graph.length_km[long] >= 0.99 * straight[long]).all()
    category = graph.categories()
    assert set(np.unique(category)) == set(range(len(CATEGORIES)))
    told = json.loads(bundled_path("interurban_calibration.json").read_text(encoding="utf-8"))
    assert all(row["length_factor"] >= 1 for row in told["categories"].values())
    assert all(30 <= row["speed_kmh"] <= 125 for row in told["categories"].values())


def test_towns_far_from_the_graph_are_reached_by_a_leg(network):
    le_vigan = gpd.GeoSeries.from_xy([3.6064], [43.9912], index=["30350"], crs=4326)
    nimes = gpd.GeoSeries.from_xy([4.3601], [43.8367], index=["30189"], crs=4326)
    with_leg = travel_times(network, le_vigan, nimes).iloc[0, 0]
    assert with_leg == pytest.approx(80, rel=0.25)
    assert travel_times(network, le_vigan, nimes, access=None).iloc[0, 0] < with_leg
    assert tiGIS.route(network, le_vigan, nimes)["km_access"].iloc[0] > 5


def test_a_damaged_bundle_is_told(monkeypatch, tmp_path):
    broken = tmp_path / "interurban_calibration.json"
    broken.write_text('{"categories": {}}', encoding="utf-8")
    monkeypatch.setattr(interurban, "bundled_path", lambda name: broken)
    with pytest.raises(DataFileError, match="the bundled calibration"):
        load_interurban_network.__wrapped__()  # not the one already loaded
