"""Adding roads to a network, and filling the gaps of a detailed one with a coarse one: by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from small_networks import at, roads_between
from tiGIS import InputError, travel_times
from tiGIS.network import fill_gaps, network_from_lines, with_edges

#  detailed: a — b (10 km, 10 min); coarse: b' — c (20 km, 40 min), b' 100 m beside b; covered: a and b
PLACES = {"a": (0, 0), "b": (10, 0), "near b": (10, 0.1), "c": (30, 0), "far": (10, 5), "d": (40, 5)}
DETAILED = roads_between(PLACES, [("a", "b", 60.0)])
COVERED = gpd.GeoSeries([box(-1000, -9000, 15000, 9000)], crs=2154)


def test_a_trip_goes_on_along_the_coarse_network():
    coarse = roads_between(PLACES, [("near b", "c", 30.0)])
    filled = fill_gaps(DETAILED, coarse, COVERED)
    assert filled.metadata["filled"] == {"roads": 1, "joins": 1}
    minutes = travel_times(filled, at(PLACES, "a"), at(PLACES, "b", "c"))
    length = np.hypot(20, 0.1)
    join = 0.1 * 1.3 / 40 * 60  # the join: 100 m straight, 1.3 times that by road, at 40 km/h
    assert minutes.loc["a"].tolist() == pytest.approx([10, 10 + join + 2 * length], abs=0.002)
    assert travel_times(filled, at(PLACES, "c"), at(PLACES, "a")).iloc[0, 0] == minutes.loc["a", "c"]
    assert DETAILED.n_nodes == 2  # not changed
    assert (np.diff(filled.tail) >= 0).all()
    assert filled.edges().length.round(3).tolist() == [10000, round(1000 * length, 3), 100]
    assert any("rougher" in limit["en"] for limit in filled.metadata["limits"])


def test_roads_inside_the_area_are_not_taken_and_far_ends_not_joined():
    coarse = roads_between(PLACES, [("a", "near b", 130.0), ("far", "d", 30.0)])
    assert fill_gaps(DETAILED, coarse, COVERED).metadata["filled"] == {"roads": 1, "joins": 0}
    assert fill_gaps(DETAILED, coarse, COVERED, join_m=6000).metadata["filled"] == {"roads": 1, "joins": 1}


def test_a_motorway_joins_both_carriageways_and_no_other_road():
    lines = {
        "out": LineString([(0, 0), (9000, 0)]),
        "in": LineString([(9000, 30), (0, 30)]),
        "street": LineString([(0, 0), (0, 30)]),
        "beside": LineString([(0, 30), (9990, 30)]),
    }
    detailed = network_from_lines(
        gpd.GeoDataFrame(
            {
                "kind": ["motorway", "motorway", "residential", "residential"],
                "kmh": [120.0, 120.0, 30.0, 30.0],
                "way": ["forward", "forward", "both", "both"],
            },
            geometry=list(lines.values()),
            crs=2154,
        ),
        road_class="kind",
        speed="kmh",
        oneway="way",
        component="all",
    )
    coarse = network_from_lines(
        gpd.GeoDataFrame(
            {"kind": ["motorway"], "kmh": [120.0]},
            geometry=[LineString([(10000, 0), (50000, 0)])],
            crs=2154,
        ),
        road_class="kind",
        speed="kmh",
    )
    filled = fill_gaps(detailed, coarse, COVERED)
    assert filled.metadata["filled"] == {"roads": 1, "joins": 2}
    goal = gpd.GeoSeries([Point(50000, 0)], index=["goal"], crs=2154)
    home = gpd.GeoSeries([Point(0, 10)], index=["home"], crs=2154)
    options = {"max_snap_m": 60000.0, "access": None}
    there, back = (
        travel_times(filled.with_metadata(max_snap_m=60000.0), *pair, **options).iloc[0, 0]
        for pair in ((home, goal), (goal, home))
    )
    # nobody starts on a motorway: the goal is met at the nearest road, the end of the road beside
    assert there == pytest.approx(back, abs=25)
    joins = filled.edges().query("way_id == 'join'")
    assert set(joins["road_class"]) == {"motorway"}
    assert joins.length.tolist() == pytest.approx([1000, np.hypot(1000, 30)])


def test_other_crs_are_refused():
    lines = gpd.GeoDataFrame({"kmh": [50.0]}, geometry=[LineString([(0, 0), (900, 0)])], crs=32631)
    with pytest.raises(InputError, match="expected that of network"):
        fill_gaps(DETAILED, network_from_lines(lines, speed="kmh"), COVERED)


def test_edges_are_added_in_their_order():
    roads = gpd.GeoDataFrame(
        {
            "tail": [0, 2],
            "head": [2, 1],
            "length_m": [6000.0, 9000.0],
            "speed_kmh": [60.0, 90.0],
            "road_class": ["express", "primary"],
            "way_id": ["x", "y"],
        },
        geometry=[LineString([(0, 0), (1, 1), (5000, 5000)]), LineString([(5000, 5000), (10000, 0)])],
        crs=2154,
    )
    longer = with_edges(DETAILED, roads, np.array([[5000.0, 5000.0]]))
    table = longer.edges().iloc[-2:]
    assert table["way_id"].tolist() == ["x", "y"]
    assert table["road_class"].tolist() == ["express", "primary"]
    assert table["time_min"].tolist() == [6, 6]
    assert [len(line.coords) for line in table.geometry] == [3, 2]
    assert longer.n_arcs == DETAILED.n_arcs + 4
