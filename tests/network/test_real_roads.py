"""Reading real files: a region in Geofabrik's schema, and three extracts of OpenStreetMap."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tiGIS import read_osm_pbf, read_roads, route, travel_times


@pytest.fixture(scope="module")
def paca(shared_data):
    return read_roads(shared_data / "reseau" / "osm_paca_roads_2021-07_drivable.parquet")


def test_a_region_is_read_whole_and_what_is_left_out_is_told(paca):
    report = paca.metadata["report"]
    assert report["lines_read"] == 203_421
    assert report["km_read"] == pytest.approx(50_242, rel=0.003)
    kept = paca.roads.length_m.sum() / 1000
    assert kept + report["km_left_out_of_the_largest_component"] == pytest.approx(report["km_read"], abs=0.01)
    assert report["km_left_out_share_pct"] < 5
    assert 200_000 < paca.n_nodes < 230_000


def test_all_reach_all(paca):
    graph = csr_array((np.ones(paca.n_arcs), (paca.tail, paca.head)), shape=(paca.n_nodes,) * 2)
    assert connected_components(graph, directed=True, connection="strong")[0] == 1


def test_no_node_is_left_to_join(paca):
    """A node met by two edges only is one where directions change, or a motorway begins."""
    roads = paca.roads
    degree = np.bincount(roads.tail, minlength=paca.n_nodes) + np.bincount(roads.head, minlength=paca.n_nodes)
    leaving, reaching = (np.bincount(ends, minlength=paca.n_nodes) for ends in (paca.tail, paca.head))
    plain = (degree == 2) & (leaving == 2) & (reaching == 2) & (roads.tail != roads.head).all()
    assert np.count_nonzero(plain) / paca.n_nodes < 0.001


# Driving times and distances that signs and maps give.
@pytest.mark.parametrize(
    ("a", "b", "minutes", "km"),
    [
        ((6.0786, 44.5594), (6.643, 44.899), 87, 88),  # Gap – Briançon
        ((6.2356, 44.0925), (5.7909, 43.8293), 52, 58),  # Digne – Manosque
        ((5.93, 43.125), (6.4647, 43.5369), 60, 82),  # Toulon – Draguignan
        ((6.652, 44.386), (6.0786, 44.5594), 73, 68),  # Barcelonnette – Gap
        ((7.017, 43.552), (6.737, 43.433), 37, 38),  # Cannes – Fréjus
    ],
)
def test_known_trips_come_out_right(paca, a, b, minutes, km):
    start, end = (gpd.GeoSeries.from_xy([p[0]], [p[1]], crs=4326) for p in (a, b))
    way = route(paca, start, end).iloc[0]
    assert way["time_min"] == pytest.approx(minutes, rel=0.12)
    assert way["distance_km"] == pytest.approx(km, rel=0.08)
    assert way.geometry.length / 1000 == pytest.approx(way["distance_km"], rel=1e-6)
    assert travel_times(paca, start, end).iloc[0, 0] == way["time_min"]


@pytest.mark.parametrize(
    ("name", "km", "left_out_pct"),
    [("liechtenstein-2013-08-03", 352, 2), ("monaco", 306, 15), ("helsinki", 21, 15)],
)
def test_extracts_of_openstreetmap(shared_data, name, km, left_out_pct):
    network = read_osm_pbf(shared_data / "reseau" / f"{name}.osm.pbf")
    report = network.metadata["report"]
    assert report["km_read"] == pytest.approx(km, rel=0.02)
    assert report["km_left_out_share_pct"] < left_out_pct
    assert network.pieces().geometry.is_valid.all()
    oneway = np.bincount(network.arc_edge) == 1
    assert 0 < oneway.mean() < 0.9
