"""Reading real files: a valley in Geofabrik's schema, and three extracts of OpenStreetMap."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tiGIS import read_osm_pbf, read_roads, route, travel_times

ROADS = "osm_paca_roads_2021-07_drivable.parquet"


@pytest.fixture(scope="module")
def durance(real_files):
    return read_roads(real_files / "reseau" / ROADS)


def test_a_valley_is_read_whole_and_what_is_left_out_is_told(durance, real_files):
    raw = gpd.read_parquet(real_files / "reseau" / ROADS)
    ellipsoid = pyproj.Geod(ellps="GRS80")
    report = durance.metadata["report"]
    assert report["lines_read"] == len(raw) > 15_000
    # lengths are those of the map's plane, within its scale of those on the ellipsoid
    metres = sum(ellipsoid.geometry_length(line) for line in raw.geometry)
    assert report["km_read"] == pytest.approx(metres / 1000, rel=0.003)
    kept = durance.roads.length_m.sum() / 1000
    assert kept + report["km_left_out_of_the_largest_component"] == pytest.approx(report["km_read"], abs=0.01)
    assert report["km_left_out_share_pct"] < 5


def test_all_reach_all(durance):
    graph = csr_array((np.ones(durance.n_arcs), (durance.tail, durance.head)), shape=(durance.n_nodes,) * 2)
    assert connected_components(graph, directed=True, connection="strong")[0] == 1


def test_no_node_is_left_to_join(durance):
    """A node met by two edges only is one where directions change, or a motorway begins."""
    roads, n = durance.roads, durance.n_nodes
    degree = np.bincount(roads.tail, minlength=n) + np.bincount(roads.head, minlength=n)
    leaving, reaching = (np.bincount(ends, minlength=n) for ends in (durance.tail, durance.head))
    plain = (degree == 2) & (leaving == 2) & (reaching == 2) & (roads.tail != roads.head).all()
    assert np.count_nonzero(plain) / n < 0.001


# Driving times and distances that signs and maps give.
@pytest.mark.parametrize(
    ("a", "b", "minutes", "km"),
    [
        ((6.0786, 44.5594), (6.643, 44.899), 87, 88),  # Gap – Briançon
        ((6.2356, 44.0925), (5.7909, 43.8293), 52, 58),  # Digne – Manosque
        ((6.652, 44.386), (6.0786, 44.5594), 73, 68),  # Barcelonnette – Gap
    ],
)
def test_known_trips_come_out_right(durance, a, b, minutes, km):
    start, end = (gpd.GeoSeries.from_xy([p[0]], [p[1]], crs=4326) for p in (a, b))
    way = route(durance, start, end).iloc[0]
    assert way["time_min"] == pytest.approx(minutes, rel=0.12)
    assert way["distance_km"] == pytest.approx(km, rel=0.08)
    assert way.geometry.length / 1000 == pytest.approx(way["distance_km"], rel=1e-6)
    assert travel_times(durance, start, end).iloc[0, 0] == way["time_min"]


@pytest.mark.parametrize(
    ("name", "km", "left_out_pct"),
    [("liechtenstein-2013-08-03", 352, 2), ("monaco", 306, 15), ("helsinki", 21, 15)],
)
def test_extracts_of_openstreetmap(real_files, name, km, left_out_pct):
    network = read_osm_pbf(real_files / "reseau" / f"{name}.osm.pbf")
    report = network.metadata["report"]
    assert report["km_read"] == pytest.approx(km, rel=0.02)
    assert report["km_left_out_share_pct"] < left_out_pct
    assert network.pieces().geometry.is_valid.all()
    oneway = np.bincount(network.arc_edge) == 1
    assert 0 < oneway.mean() < 0.9
