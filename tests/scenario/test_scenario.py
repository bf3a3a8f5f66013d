"""Scenarios on a small network: by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from small_networks import at, roads_between
from tiGIS import InputError, nearest, network_from_lines
from tiGIS.flood import FloodZones, close_roads
from tiGIS.network import CLOSED
from tiGIS.scenario import (
    NewFacility,
    NewRoad,
    RoadClosure,
    RoadUpgrade,
    Scenario,
    Speed,
    compare,
    lines_by_ref,
)
from toys import LOCAL

# a 10 km  b 10 km  c, 60 km/h all along: 10 minutes each; the way round by d is longer
PLACES = {"a": (0, 0), "b": (10, 0), "c": (20, 0), "d": (10, 9)}
ROADS = [("a", "b", 60.0), ("b", "c", 60.0), ("a", "d", 60.0), ("d", "c", 60.0)]
NETWORK = roads_between(PLACES, ROADS)
PEOPLE = pd.Series({"a": 100, "b": 50})
STATIONS = {"station": at(PLACES, "c")}


def minutes(network, facilities):
    """Minutes from a and b to the nearest station, by a plain search."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    n = network.n_nodes
    use = network.time_mmin < CLOSED
    graph = coo_array((network.time_mmin[use], (network.tail[use], network.head[use])), shape=(n, n)).tocsr()
    every = dijkstra(graph)

    def node(point):
        return int(np.hypot(network.x - point.x, network.y - point.y).argmin())

    best = [
        min(every[node(Point(1000 * PLACES[name][0], 0)), node(p)] for p in facilities["station"].geometry)
        for name in ("a", "b")
    ]
    return pd.Series(np.where(np.isinf(best), np.nan, np.array(best) / 1000), index=["a", "b"])


def compared(*changes, **options):
    scenario = Scenario("test", changes)
    return compare(NETWORK, scenario, minutes, PEOPLE, facilities=STATIONS, **options)


def test_an_upgrade_by_points_and_what_it_brings():
    result = compared(RoadUpgrade(120, at(PLACES, "a", "b")), thresholds=[10, 15, 20])
    assert result.table["before"].tolist() == [20, 10]
    assert result.table["gain"].tolist() == [5, 0]
    assert result.crossings.loc[15].tolist() == [50, 150, 100]
    assert result.crossings["gain"].tolist() == [0, 100, 0]
    assert result.table.attrs["tigis"]["scenario"] == "test"


def test_an_upgrade_may_begin_and_end_along_a_road():
    halves = {**PLACES, "mid ab": (5, 0.2), "mid bc": (15, -0.2)}
    upgrade = RoadUpgrade(120, at(halves, "mid ab", "mid bc"))
    assert sorted(upgrade.corridor(NETWORK)) == [0.5, 0.5]
    # 10 of the 20 km at 120 in place of 60 km/h
    assert compared(upgrade).table["gain"].tolist() == pytest.approx([5, 2.5])
    within = RoadUpgrade(120, at({"x": (2, 0), "y": (6, 0)}, "x", "y"))
    assert within.corridor(NETWORK).tolist() == pytest.approx([0.4])
    assert compared(within).table["gain"].tolist() == pytest.approx([2, 0])
    back = RoadUpgrade(120, at({"x": (2, 0), "y": (6, 0)}, "y", "x"))
    pd.testing.assert_series_equal(within.corridor(NETWORK), back.corridor(NETWORK))


def test_an_upgrade_by_a_line_takes_the_roads_along_it():
    near = gpd.GeoSeries([LineString([(0, 20), (20000, -20)])], crs=2154)
    assert compared(RoadUpgrade(120, near)).table["after"].tolist() == [10, 5]
    away = near.translate(0, 4000)
    with pytest.raises(InputError, match="no road of the network"):
        compared(RoadUpgrade(120, away))


def test_an_upgrade_never_slows():
    assert compared(RoadUpgrade(30, at(PLACES, "a", "b"))).table["gain"].tolist() == [0, 0]


def test_a_corridor_that_strays_is_refused():
    broken = roads_between(PLACES, ROADS[:1] + ROADS[2:])
    with pytest.raises(InputError, match="strays"):
        RoadUpgrade(120, at(PLACES, "b", "c"), most_detour=1.05).corridor(broken)
    with pytest.raises(InputError, match="at least 2"):
        RoadUpgrade(120, at(PLACES, "b")).corridor(NETWORK)


def test_roads_by_their_number():
    roads = gpd.GeoDataFrame(
        {"ref": ["N 106", "D 6;N106", None, "N1065"]},
        geometry=[LineString([(0, y), (1, y)]) for y in range(4)],
        crs=2154,
    )
    assert list(lines_by_ref(roads, "n106").index) == [0, 1]
    with pytest.raises(InputError, match="no road"):
        lines_by_ref(roads, "A9")


def test_a_closure_by_area_or_by_edge():
    flood = gpd.GeoSeries([box(14000, -10, 15000, 10)], crs=2154)
    result = compared(RoadClosure(flood), thresholds=[20, 30])
    round_d = 2 * np.hypot(10, 9)
    assert result.table["after"].tolist() == pytest.approx([round_d, 10 + round_d], abs=0.002)
    assert result.crossings.loc[20, "gain"] == -150
    edge = int(np.flatnonzero(NETWORK.roads.edge_length_m == 10000)[0])
    assert compared(RoadClosure(edges=[edge])).table["gain"].lt(0).any()
    with pytest.raises(InputError, match="neither"):
        compared(RoadClosure())
    with pytest.raises(InputError, match="network has"):
        compared(RoadClosure(edges=[99]))
    with pytest.raises(InputError, match=r"area: a shapely.Polygon; .* Say where it lies"):
        compared(RoadClosure(flood.geometry.iloc[0]))


def test_bridges_are_spared():
    roads = gpd.GeoDataFrame(
        {"kmh": [60.0, 60.0], "over": [True, False]},
        geometry=[LineString([(0, 0), (10000, 0)]), LineString([(10000, 0), (20000, 0)])],
        crs=2154,
    )
    network = network_from_lines(roads, speed="kmh", flags={"bridge": "over"}, contract=False)
    everywhere = gpd.GeoSeries([box(-1, -1, 30000, 1)], crs=2154)
    assert (RoadClosure(everywhere).on_network(network, None).time_mmin == CLOSED).sum() == 2
    assert (RoadClosure(everywhere, spare=()).on_network(network, None).time_mmin == CLOSED).all()


def test_lost_and_found_places_are_said():
    flood = gpd.GeoSeries([box(-1000, -1000, 9000, 8000)], crs=2154)
    result = compared(RoadClosure(flood))
    assert result.table["newly_lost"].tolist() == [True, False]
    assert np.isnan(result.table.loc["a", "gain"])
    back = compare(
        NETWORK,
        Scenario("none", []),
        minutes,
        PEOPLE,
        facilities=STATIONS,
        baseline=Scenario("f", [RoadClosure(flood)]),
    )
    assert back.table["newly_reached"].tolist() == [True, False]


def test_a_new_road_joins_two_junctions():
    line = gpd.GeoSeries([LineString([(0, 0), (10000, -100), (20000, 0)])], crs=2154)
    network, _ = Scenario("road", [NewRoad(line, 120)]).apply(NETWORK)
    assert network.roads.n_edges == NETWORK.roads.n_edges + 1
    assert (np.diff(network.tail) >= 0).all()
    assert network.n_arcs == NETWORK.n_arcs + 2
    result = compared(NewRoad(line, 120))
    assert result.table["after"].tolist() == pytest.approx([10, 10], abs=0.01)
    assert network.edges().geometry.iloc[-1].length == pytest.approx(2 * np.hypot(10000, 100))
    with pytest.raises(InputError, match="no junction"):
        compared(NewRoad(line.translate(0, 5000), 120))
    with pytest.raises(InputError, match="same junction"):
        compared(NewRoad(gpd.GeoSeries([LineString([(0, 0), (9, 9)])], crs=2154), 120))


def test_a_new_facility():
    result = compared(NewFacility("station", at(PLACES, "b")))
    assert result.table["after"].tolist() == [10, 0]
    assert STATIONS["station"].index.tolist() == ["c"]
    with pytest.raises(InputError, match="there already"):
        compared(NewFacility("station", at(PLACES, "c")))
    with pytest.raises(InputError, match="no facilities"):
        compared(NewFacility("port", at(PLACES, "b")))


def test_speeds_by_hour_class_and_limit():
    rush = Speed(0.5, hours=(7, 9))
    assert compared(rush).table["gain"].tolist() == [0, 0]
    assert compared(rush, hour=9).table["gain"].tolist() == [0, 0]
    assert compared(rush, hour=7).table["after"].tolist() == [40, 20]
    assert compared(Speed({"motorway": 0.5})).table["gain"].tolist() == [0, 0]
    assert compared(Speed({"local": 0.5})).table["after"].tolist() == [40, 20]
    assert compared(Speed(most_kmh=30)).table["after"].tolist() == [40, 20]
    for wrong in (Speed(0), Speed({"street": 1}), Speed(most_kmh=0)):
        with pytest.raises(InputError, match="expected"):
            compared(wrong)


def test_changes_follow_their_order_and_the_network_is_kept():
    before = NETWORK.time_mmin.copy()
    result = compared(Speed(0.5), RoadUpgrade(120, at(PLACES, "a", "b")))
    assert result.table["after"].tolist() == [25, 20]
    np.testing.assert_array_equal(NETWORK.time_mmin, before)


def test_a_measure_of_other_places_is_refused():
    calls = []

    def changing(network, facilities):
        calls.append(1)
        return pd.Series(1.0, index=["a", "b"][: 3 - len(calls)])

    with pytest.raises(InputError, match="other places"):
        compare(NETWORK, Scenario("x", []), changing, PEOPLE)


def test_a_closed_road_is_closed_alike_in_a_scenario_and_in_a_flood():
    # from a to b by 10 km of road, in whose middle is the area, or 20 km round
    ends = [[(0, 0), (10_000, 0)], [(0, 0), (0, 5000), (10_000, 5000), (10_000, 0)]]
    roads = gpd.GeoDataFrame({"kmh": [60.0, 60.0]}, geometry=[LineString(xy) for xy in ends], crs=LOCAL)
    network = network_from_lines(roads, speed="kmh", contract=False)
    area = gpd.GeoDataFrame(geometry=[box(4000, -10, 6000, 10)], crs=LOCAL)
    homes = gpd.GeoDataFrame(geometry=[Point(1000 * x, 0) for x in (0, 3, 5, 7)], crs=LOCAL)
    b = gpd.GeoDataFrame(geometry=[Point(10_000, 0)], crs=LOCAL)
    zones = FloodZones.from_frame(area)
    flooded = close_roads(network, zones, homes.assign(people=1), b).places["minutes_after"]
    closed = nearest(RoadClosure(area).on_network(network, None), homes, b)["time_min"]
    assert flooded.tolist() == pytest.approx([20, 23, np.nan, 3], nan_ok=True)
    assert closed.tolist() == pytest.approx(flooded.tolist(), nan_ok=True)


def test_a_quality_that_is_none_is_refused():
    area = gpd.GeoSeries([box(4000, -10, 6000, 10)], crs=2154)
    with pytest.raises(InputError, match="spare: no quality 'ford'; expected toll"):
        compared(RoadClosure(area, spare=["ford"]))
