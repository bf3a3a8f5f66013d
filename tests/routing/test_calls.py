"""The calls users make, against a plain reference: the points put into the network as nodes of their own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

import tiGIS
from routing.streets import X, Y, brute_force, line, lines, places, points, street_maps
from tiGIS import CRSError, InputError, isochrones, nearest, network_from_lines, route, travel_times
from tiGIS.network import AccessLeg
from tiGIS.routing import iter_travel_times
from tiGIS.routing._ends import weighted_router
from tiGIS.routing.points import snap


@settings(max_examples=80)
@given(street_maps(), places, places, st.booleans())
def test_times_are_those_of_a_network_with_the_points_as_nodes(streets, starts, ends, contract):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all", contract=contract)
    starts, ends = points(*starts), points(*ends)
    found = travel_times(network, starts, ends, max_snap_m=1e6).to_numpy()
    network = network.with_metadata(max_snap_m=1e6)
    expected = brute_force(network, starts, ends)
    assert np.array_equal(np.isnan(found), np.isinf(expected))
    known = ~np.isnan(found)
    assert np.array_equal(np.rint(found[known] * 1000), expected[known])


@settings(max_examples=40)
@given(street_maps(), places, places, st.integers(1, 3), st.sampled_from(["from", "to"]))
def test_the_nearest_are_the_least_of_the_table(streets, people, shops, k, direction):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all")
    people, shops = points(*people), points(*shops)
    options = {"max_snap_m": 1e6}
    if direction == "from":
        table, km = travel_times(network, people, shops, distances=True, **options)
    else:
        table, km = (part.T for part in travel_times(network, shops, people, distances=True, **options))
    found = nearest(network, people, shops, k, direction=direction, **options)
    for rank in range(k):
        end = "" if k == 1 else f"_{rank + 1}"
        for row in range(len(people)):
            order = sorted((t, column) for column, t in enumerate(table.iloc[row]) if not np.isnan(t))
            if rank < len(order):
                time, column = order[rank]
                assert found[f"facility{end}"].iloc[row] == column
                assert found[f"time_min{end}"].iloc[row] == time
                assert found[f"distance_km{end}"].iloc[row] == pytest.approx(km.iloc[row, column], abs=1e-4)
            else:
                assert pd.isna(found[f"facility{end}"].iloc[row])
                assert np.isnan(found[f"time_min{end}"].iloc[row])


@settings(max_examples=50)
@given(street_maps(), places.filter(lambda p: len(p) >= 2))
def test_a_route_is_as_long_as_its_line_and_as_quick_as_the_table(streets, two):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all")
    a, b = points(two[0], labels=["a"]), points(two[1], labels=["b"])
    way = route(network, a, b, max_snap_m=1e6).iloc[0]
    time, km = (t.iloc[0, 0] for t in travel_times(network, a, b, distances=True, max_snap_m=1e6))
    assert way["time_min"] == time or (np.isnan(way["time_min"]) and np.isnan(time))
    if np.isnan(time):
        assert way.geometry.is_empty
        return
    assert way["distance_km"] == pytest.approx(km, abs=1e-4)
    assert sum(way[c] for c in way.index if c.startswith("km_")) == pytest.approx(way["distance_km"])
    if tuple(two[0]) != tuple(two[1]):
        assert way.geometry.length / 1000 == pytest.approx(way["distance_km"], abs=1e-4)
        ends = shapely.get_coordinates(way.geometry)[[0, -1]]
        snapped = snap(network, pd.concat([a, b]), max_snap_m=1e6)
        assert np.allclose(ends, snapped.xy, atol=1e-2)


def reached_by_sampling(network, origin, cutoff, direction, step_m=5.0):
    """Kilometres reached, from the times of many points along the roads."""
    total = 0.0
    for road in network.roads.lines:
        n = max(2, int(road.length / step_m))
        middle = (np.arange(n) + 0.5) / n * road.length
        here = gpd.GeoDataFrame(geometry=shapely.line_interpolate_point(road, middle), crs=network.crs)
        pair = (origin, here) if direction == "from" else (here, origin)
        times = travel_times(network, *pair, max_snap_m=1e6).to_numpy().ravel()
        total += np.count_nonzero(times <= cutoff) * road.length / n / 1000
    return total


@settings(max_examples=8)
@given(street_maps(), places, st.floats(0.2, 6.0), st.sampled_from(["from", "to"]))
def test_the_length_reached_is_that_of_the_places_in_time(streets, place, minutes, direction):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all")
    origin = points(place[0])
    found = isochrones(network, origin, [minutes], direction=direction, max_snap_m=1e6, buffer_m=50)
    expected = reached_by_sampling(network, origin, minutes, direction)
    assert found["reached_km"].iloc[0] == pytest.approx(expected, abs=0.012 * (2 + network.roads.n_edges))


@pytest.fixture(scope="module")
def town():
    """Four blocks of streets, a fast road out of town, a one-way street."""
    streets = [line((0, 500 * k), (500, 500 * k), (1000, 500 * k)) for k in range(3)]
    streets += [line((500 * k, 0), (500 * k, 500), (500 * k, 1000)) for k in range(3)]
    kmh, way, kind = [30.0] * 6, ["both"] * 6, ["residential"] * 6
    streets += [line((1000, 500), (31_000, 500)), line((0, 0), (-400, -400), (-400, 0), (0, 500))]
    return network_from_lines(
        lines(
            *streets,
            kmh=[*kmh, 120.0, 30.0],
            way=[*way, "both", "forward"],
            kind=[*kind, "express", "residential"],
        ),
        road_class="kind",
        speed="kmh",
        oneway="way",
        noding="vertices",
    )


def test_isochrones_are_nested_whole_and_measured(town):
    found = isochrones(town, points((500, 500), labels=["town"]), (2, 5, 10))
    assert found.index.tolist() == [("town", 2.0), ("town", 5.0), ("town", 10.0)]
    small, middle, large = found.geometry
    assert middle.covers(small)
    assert large.covers(middle)
    assert found.is_valid.all()
    assert found["area_km2"].to_numpy() == pytest.approx(found.area / 1e6)
    assert all(not ring.interiors for ring in [large] if ring.geom_type == "Polygon")
    # 8 minutes... of which one through town at 30 km/h, then 9 at 120 km/h
    reached_east = found.geometry.iloc[2].bounds[2] - X - 300
    assert reached_east == pytest.approx(1000 + 9 * 2000, abs=60)
    exact = gpd.GeoSeries([line((0, 0), (0, 1000))], crs=2154).buffer(300).iloc[0]
    assert found.geometry.iloc[2].intersection(exact).area / exact.area > 0.97


def test_the_land_is_the_buffer_of_the_roads(town):
    found = isochrones(town, points((500, 500)), [60], buffer_m=200)
    exact = shapely.union_all(shapely.buffer(town.roads.lines, 200))
    difference = found.geometry.iloc[0].symmetric_difference(exact).area / exact.area
    assert difference < 0.04
    assert found["reached_km"].iloc[0] == pytest.approx(town.roads.length_m.sum() / 1000)


def test_one_way_streets_make_to_and_from_differ(town):
    a, b = points((0, 0)), points((-400, -200))
    there = travel_times(town, a, b).iloc[0, 0]
    back = travel_times(town, b, a).iloc[0, 0]
    assert there < back


def test_the_index_any_crs_and_the_input_are_kept(town):
    a = points((10, 10), (900, 20), labels=["30007", "30189"]).rename_axis("code_insee")
    b = points((20_000, 480), labels=["usine"])
    before = a.copy()
    table = travel_times(town, a.to_crs(4326), b.to_crs(3857))
    assert table.index.equals(a.index)
    assert table.index.name == "code_insee"
    assert table.columns.equals(b.index)
    assert table.to_numpy() == pytest.approx(travel_times(town, a, b).to_numpy(), abs=1e-3)
    assert a.equals(before)
    assert isinstance(table.attrs["tigis"]["limits"][0]["fr"], str)


def test_blocks_make_up_the_whole_table(town):
    some = points(*[(100 * k, 40 * k) for k in range(20)])
    whole = travel_times(town, some, some)
    parts = list(iter_travel_times(town, some, some, block=7))
    assert [len(part) for part in parts] == [7, 7, 6]
    assert pd.concat(parts).equals(whole)


def test_a_cutoff_keeps_what_is_within_or_equal(town):
    a, b = points((0, 0)), points((500, 0), (1000, 0))
    table = travel_times(town, a, b, cutoff_min=1.0)
    assert table.iloc[0, 0] == 1.0
    assert np.isnan(table.iloc[0, 1])
    assert np.isnan(travel_times(town, a, points((600, 0)), cutoff_min=1.0).iloc[0, 0])


def test_an_access_leg_adds_minutes_and_kilometres(town):
    a, b = points((500, -600)), points((1000, 0))
    leg = AccessLeg(speed_kmh=30, detour=1.5)
    minutes, km = travel_times(town, a, b, access=leg, distances=True)
    plain, plain_km = travel_times(town, a, b, distances=True)
    assert minutes.iloc[0, 0] == pytest.approx(plain.iloc[0, 0] + 1.8)
    assert km.iloc[0, 0] == pytest.approx(plain_km.iloc[0, 0] + 0.9)
    coarse = town.with_metadata(access={"speed_kmh": 30, "detour": 1.5})
    assert travel_times(coarse, a, b).equals(minutes)
    assert travel_times(coarse, a, a).iloc[0, 0] == 0.0
    assert route(coarse, a, b)["km_access"].iloc[0] == pytest.approx(0.9)


def test_points_too_far_are_listed_or_left_unknown(town):
    far = points((0, 0), (0, 9000), labels=["near", "far"])
    with pytest.raises(InputError, match=r"origins: 1 of 2 points have no road within 2,000 m \('far'\)"):
        travel_times(town, far, far)
    table = travel_times(town, far, far, too_far="unreachable")
    assert table.isna().to_numpy().tolist() == [[False, True], [True, True]]
    assert table.attrs["tigis"]["snapping"]["without_road"] == 2
    assert any("2 points" in limit["en"] for limit in table.attrs["tigis"]["limits"])
    assert isochrones(town, far, [5], too_far="unreachable")["reached_km"].isna().tolist() == [False, True]
    found = nearest(town, far, far.iloc[:1], too_far="unreachable")
    assert found["facility"].isna().tolist() == [False, True]


def test_polygons_count_as_a_point_inside(town):
    commune = gpd.GeoDataFrame(geometry=[Point(X + 500, Y + 250).buffer(50)], index=["c"], crs=2154)
    assert travel_times(town, commune, points((500, 500))).loc["c"].iloc[0] == pytest.approx(0.5, abs=0.01)


def test_another_weighting_shares_what_was_prepared(town):
    slow = town.reweight(factor=2.0)
    assert slow.topology is town.topology
    assert weighted_router(slow).router is weighted_router(town).router
    a, b = points((0, 0)), points((1000, 1000))
    assert travel_times(slow, a, b).iloc[0, 0] == pytest.approx(2 * travel_times(town, a, b).iloc[0, 0])


def test_closed_roads_are_gone_round_or_cut(town):
    closed = town.reweight(closed=town.speed_kmh > 100)
    a, b = points((0, 0)), points((20_000, 500))
    assert travel_times(town, a, b).notna().all(axis=None)
    assert travel_times(closed, a, b).isna().all(axis=None)
    assert route(closed, a, b)["time_min"].isna().all()


def test_new_times_are_checked(town):
    with pytest.raises(InputError, match="shape"):
        town.with_times(np.zeros(3, dtype=int))
    with pytest.raises(InputError, match="whole milliminutes"):
        town.with_times(np.zeros(town.n_arcs))
    with pytest.raises(InputError, match="from -1"):
        town.with_times(np.full(town.n_arcs, -1))
    for bad in (0.0, -3.0, np.nan, np.inf):
        with pytest.raises(InputError, match="not positive"):
            town.reweight(factor=bad)
    with pytest.raises(InputError, match="speed_kmh"):
        town.reweight(speed_kmh=np.full(town.n_arcs, -1.0))
    kept = town.reweight(speed_kmh=np.full(town.n_arcs, np.nan))
    assert np.array_equal(kept.time_mmin, town.time_mmin)


GOOD = points((0, 0))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda n: travel_times(n, GOOD.set_crs(None, allow_override=True), GOOD),
            CRSError,
            "origins: no CRS",
        ),
        (lambda n: travel_times(n, GOOD, GOOD.iloc[:0]), InputError, "destinations: the frame is empty"),
        (
            lambda n: travel_times(n, points((0, 0), (1, 1), labels=["a", "a"]), GOOD),
            InputError,
            "identifiers more than once in the index .'a'",
        ),
        (
            lambda n: travel_times(n, gpd.GeoDataFrame(geometry=[None], crs=2154), GOOD),
            InputError,
            "1 rows without a geometry",
        ),
        (lambda n: travel_times(n, GOOD, GOOD, cutoff_min=-1), InputError, "cutoff_min: -1"),
        (lambda n: travel_times(n, GOOD, GOOD, max_snap_m=0), InputError, "max_snap_m is 0"),
        (lambda n: travel_times(n, GOOD, GOOD, too_far="drop"), InputError, "too_far='drop'"),
        (lambda n: travel_times(n, GOOD, GOOD, access="foot"), InputError, "access='foot'"),
        (lambda n: travel_times("roads", GOOD, GOOD), InputError, "network='roads'"),
        (lambda n: iter_travel_times(n, GOOD, GOOD, block=0), InputError, "block: 0"),
        (lambda n: nearest(n, GOOD, GOOD, 0), InputError, "k: 0"),
        (lambda n: isochrones(n, GOOD, []), InputError, "minutes"),
        (lambda n: isochrones(n, GOOD, [0]), InputError, "above 0"),
        (lambda n: isochrones(n, GOOD, [5, 5]), InputError, "each time once"),
        (lambda n: isochrones(n, GOOD, [5], buffer_m=-1), InputError, "buffer_m=-1"),
        (lambda n: route(n, points((0, 0), (1, 1)), GOOD), InputError, "origin: 2 points"),
        (lambda n: AccessLeg(speed_kmh=0), InputError, "speed_kmh is 0"),
        (lambda n: AccessLeg(speed_kmh=10, detour=0.5), InputError, r"detour is 0\.5"),
    ],
)
def test_bad_calls_get_one_clear_error(town, call, error, words):
    with pytest.raises(error, match=words):
        call(town)


def test_calls_are_public():
    for name in ("travel_times", "iter_travel_times", "nearest", "isochrones", "route", "RoadNetwork"):
        assert getattr(tiGIS, name).__name__ == name


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (None, "None"),
        ("places.gpkg", "the text 'places.gpkg'"),
        (pd.DataFrame({"x": [1]}), "expected a GeoSeries or a GeoDataFrame"),
        (gpd.GeoDataFrame({"x": [1]}), "without an active geometry"),
        (gpd.GeoSeries([], crs=2154), "empty"),
        (gpd.GeoSeries.from_xy([1.0], [2.0]), "no CRS"),
        (gpd.GeoSeries.from_xy([np.inf], [44.0], crs=4326), "reach to infinity"),
        (gpd.GeoSeries.from_xy([4.0], [95.0], crs=4326), "outside"),
        (gpd.GeoSeries.from_xy([44.0], [4.0], crs=4326), "no road within 2,000 m"),
        (gpd.GeoSeries.from_xy([1.0, 2.0], [0.0, 0.0], index=["a", "a"], crs=2154), "more than once"),
    ],
)
@pytest.mark.parametrize("call", [travel_times, iter_travel_times, nearest, route])
def test_points_that_are_none_get_one_clear_error(call, points, words):
    road = gpd.GeoDataFrame(
        {"kmh": [60.0]}, geometry=[LineString([(800000, 6300000), (809000, 6300000)])], crs=2154
    )
    network = network_from_lines(road, speed="kmh")
    good = gpd.GeoSeries.from_xy([801000], [6300000], crs=2154)
    expected = f"{words}|expected exactly one" if call is route else words
    for arguments in ((points, good), (good, points)):
        with pytest.raises(InputError, match=expected):
            call(network, *arguments)
