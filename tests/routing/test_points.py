"""Putting points on roads: the nearest place, and what it costs to leave from there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from tiGIS import network_from_lines
from tiGIS.network import CLOSED, AccessLeg
from tiGIS.routing.points import ends_of, partial_times, snap

X, Y = 700_000.0, 6_600_000.0


def line(*points):
    return LineString([(X + x, Y + y) for x, y in points])


def lines(*geometries, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=2154)


def points(*places):
    return gpd.GeoSeries([Point(X + x, Y + y) for x, y in places], crs=2154)


@pytest.fixture(scope="module")
def two_speeds():
    """One road of 2 km: a first kilometre at 60 km/h, a second at 30."""
    roads = lines(line((0, 0), (1000, 0)), line((1000, 0), (2000, 0)), kmh=[60.0, 30.0])
    return network_from_lines(roads, speed="kmh")


def test_a_point_goes_to_the_nearest_place_and_not_to_a_node(two_speeds):
    found = snap(two_speeds, points((500, 30)))
    assert found.distance_m.tolist() == [30.0]
    assert found.xy.tolist() == [[X + 500, Y]]
    assert found.length_share.tolist() == [0.25]
    assert found.time_share == pytest.approx([0.5 / 3])
    assert found.node.tolist() == [-1]


def test_the_two_parts_of_an_edge_follow_its_speeds_and_add_up(two_speeds):
    found = snap(two_speeds, points((500, 30), (1500, 0), (0, 5)))
    assert partial_times(two_speeds, found).tolist() == [
        [500, 2500, 2500, 500],
        [2000, 1000, 1000, 2000],
        [0, 3000, 3000, 0],
    ]
    ends = ends_of(two_speeds, found, "origin")
    assert np.diff(ends.indptr).tolist() == [2, 2, 1]  # the last is at a node: it has that one alone
    assert ends.offset_m.tolist() == [500, 1500, 1500, 500, 0]


def test_a_one_way_street_is_left_by_its_head_and_reached_by_its_tail():
    roads = lines(line((0, 0), (1000, 0)), kmh=[60.0], way=["forward"])
    network = network_from_lines(roads, speed="kmh", oneway="way", component="all")
    found = snap(network, points((250, 0)))
    leaving, reaching = (ends_of(network, found, side) for side in ("origin", "destination"))
    assert (network.x[leaving.node] - X).tolist() == [1000]
    assert leaving.offset_mmin.tolist() == [750]
    assert (network.x[reaching.node] - X).tolist() == [0]
    assert reaching.offset_mmin.tolist() == [250]


def test_an_access_leg_is_added_to_each_end(two_speeds):
    found = snap(two_speeds, points((500, 1000)))
    leg = AccessLeg(speed_kmh=20, detour=1.5)
    assert ends_of(two_speeds, found, "origin", leg).offset_mmin.tolist() == [5000, 7000]
    assert ends_of(two_speeds, found, "origin", leg).offset_m.tolist() == [2000, 3000]


def test_nobody_gets_on_a_motorway_between_junctions():
    roads = lines(line((0, 0), (9000, 0)), line((0, 0), (0, 300), (9000, 300)), kind=["motorway", "local"])
    network = network_from_lines(roads, road_class="kind")
    assert snap(network, points((4000, 10))).distance_m.tolist() == [290.0]
    alone = network_from_lines(roads.iloc[:1], road_class="kind")
    assert snap(alone, points((4000, 10))).distance_m.tolist() == [10.0]


def test_closed_roads_can_neither_be_left_nor_reached(two_speeds):
    shut = two_speeds.reweight(closed=np.ones(two_speeds.n_arcs))
    found = snap(shut, points((500, 0)))
    assert (partial_times(shut, found) == CLOSED).all()
    assert len(ends_of(shut, found, "origin").node) == 0


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=2, max_size=5, unique=True),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.tuples(st.integers(-50, 950), st.integers(-50, 950)), min_size=1, max_size=8),
)
def test_no_road_is_nearer_than_the_one_that_was_found(roads, places):
    network = network_from_lines(lines(*(line(*road) for road in roads)), component="all")
    asked = points(*places)
    found = snap(network, asked)
    least = np.array([shapely.distance(point, network.roads.lines).min() for point in asked])
    assert found.distance_m == pytest.approx(least)
    assert shapely.distance(shapely.points(found.xy), network.roads.lines[found.edge]).max() < 1e-6
    assert ((found.length_share >= 0) & (found.length_share <= 1)).all()
    along = shapely.line_locate_point(network.roads.lines[found.edge], asked.to_numpy())
    share = along / shapely.length(network.roads.lines[found.edge])
    assert found.length_share == pytest.approx(share, abs=1e-9)
