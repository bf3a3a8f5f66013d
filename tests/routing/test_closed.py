"""Closed roads: every question answers as on a network from which the closed stretches are taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.streets import X, Y, brute_force, closures_on, line, lines, places, points, street_maps
from tiGIS import InputError, RoadNetwork, isochrones, nearest, network_from_lines, route, travel_times
from tiGIS.network import CLOSED, Closures, closures_in, keep_nodes, with_edges
from tiGIS.routing import iter_travel_times, shortest_path_tree
from tiGIS.routing.points import snap


def network_of(streets):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all")
    return network.with_metadata(max_snap_m=1e6)


@settings(max_examples=80)
@given(st.data(), street_maps(), places, places)
def test_times_are_those_without_the_closed_stretches(data, streets, starts, ends):
    network = network_of(streets)
    starts, ends = points(*starts), points(*ends)
    closures = data.draw(closures_on(network))
    found = travel_times(network, starts, ends, closed=closures)
    expected = brute_force(network.close(closures), starts, ends)
    assert np.array_equal(np.isnan(found), np.isinf(expected))
    known = found.notna().to_numpy()
    assert np.array_equal(np.rint(found.to_numpy()[known] * 1000), expected[known])
    # the other questions say the same, of a frame or of points put on the roads once
    assert pd.concat(iter_travel_times(network, starts, ends, closed=closures)).equals(found)
    once = snap(network, starts)
    table = nearest(network, once, ends, closed=closures, distances=False)
    assert np.array_equal(table["time_min"], found.min(axis=1), equal_nan=True)
    way = route(network, starts.iloc[:1], ends.iloc[:1], closed=closures)
    assert np.array_equal(way["time_min"], found.iloc[:1, 0], equal_nan=True)


@settings(max_examples=25)
@given(st.data(), street_maps(), places, st.integers(1, 6), st.sampled_from(["from", "to"]))
def test_isochrones_stop_at_closed_stretches(data, streets, place, minutes, direction):
    network = network_of(streets)
    origin = points(place[0])
    closures = data.draw(closures_on(network))
    found = isochrones(network, origin, [minutes], direction=direction, closed=closures, buffer_m=50)
    total = 0.0
    for road in network.roads.lines:
        n = max(2, int(road.length / 5))
        middle = (np.arange(n) + 0.5) / n
        here = points(*[(p.x - X, p.y - Y) for p in (road.interpolate(m, normalized=True) for m in middle)])
        pair = (origin, here) if direction == "from" else (here, origin)
        times = travel_times(network, *pair, closed=closures).to_numpy()
        total += np.count_nonzero(times <= minutes) * road.length / n / 1000
    assert found["reached_km"].iloc[0] == pytest.approx(total, abs=0.012 * (2 + network.roads.n_edges))


# two streets that meet where both points are put
CORNER = lines(
    line((0, 1000), (500, 1000), (1000, 1000)),
    line((0, 1000), (0, 1500), (0, 2000)),
    way=["both"] * 2,
    kmh=[30.0] * 2,
)


@settings(max_examples=60)
@given(street_maps(), places.filter(lambda some: len(some) >= 2))
@example(CORNER, [(0, 0), (0, 1)])
def test_the_edges_of_a_route_are_its_line(streets, two):
    network = network_of(streets)
    ends = [points(place) for place in two[:2]]
    way = route(network, *ends, edges=True).iloc[0]
    taken = network.edges().loc[way["edges"], "length_m"].to_numpy() * np.array(way["shares"])
    if np.isnan(way["time_min"]):
        assert way["edges"] == way["shares"] == []
        return
    assert taken.sum() / 1000 == pytest.approx(way["distance_km"] - way["km_access"], abs=1e-6)
    assert all(0 <= share <= 1 for share in way["shares"])
    assert all(share == 1 for share in way["shares"][1:-1])
    # closing a road of the way, whole, never makes it quicker; closing any other one changes nothing
    closed = way["edges"][:1]
    assert not route(network, *ends, closed=closed)["time_min"].iloc[0] < way["time_min"]
    # (the roads of both ends are of the way, though it is 0 m long between two points put at one place)
    own = {int(snap(network, end).edge[0]) for end in ends}
    others = sorted(set(range(network.roads.n_edges)) - set(way["edges"]) - own)
    assert route(network, *ends, closed=others)["time_min"].iloc[0] == way["time_min"]


@pytest.fixture(scope="module")
def crossroads():
    """Four roads of a kilometre from one junction."""
    ways = [
        line((0, 0), (1000, 0)),
        line((0, 0), (0, 1000)),
        line((0, 0), (-1000, 0)),
        line((0, 0), (0, -1000)),
    ]
    return network_from_lines(lines(*ways, kmh=[60.0] * 4), speed="kmh")


def test_both_sides_of_a_closed_stretch_can_be_left(crossroads):
    edge = int(snap(crossroads, points((500, 0))).edge[0])
    first, last = np.full(4, np.inf), np.full(4, -np.inf)
    first[edge], last[edge] = 400.0, 600.0
    places = points((300, 0), (500, 0), (700, 0), (0, 500), labels=["near", "in it", "beyond", "elsewhere"])
    table = travel_times(crossroads, places, places, closed=Closures(first, last))
    assert table.loc["near", "elsewhere"] == pytest.approx(0.8)
    assert table.loc["in it"].notna().tolist() == [False, True, False, False]
    assert table.loc["beyond"].notna().tolist() == [False, False, True, False]
    whole = travel_times(crossroads, places, places, closed=[edge])
    assert whole.loc["near"].notna().tolist() == [True, False, False, False]


def test_an_area_closes_what_it_holds_and_not_what_it_brushes(crossroads):
    every = np.ones(len(crossroads.roads.length_m), dtype=bool)
    box, brush, barrier = (
        points((500, 0)).buffer(100),
        points((500, 99.5)).buffer(100),
        line((500, -9), (500, 9)),
    )
    for area, closed, metres in ((box.array, 1, 200), (brush.array, 1, 20), (np.array([barrier]), 1, 2)):
        closures, inside_m = closures_in(crossroads, np.asarray(area), every)
        assert closures.edges.sum() == closed
        assert inside_m.sum() == pytest.approx(metres, rel=0.02)
    touching = points((500, 100)).buffer(100)
    assert not closures_in(crossroads, np.asarray(touching.array), every)[0].edges.any()


def test_a_closed_network_stays_closed(crossroads, tmp_path):
    shut = crossroads.close([1])
    assert (shut.time_mmin == CLOSED).sum() == 2
    assert (crossroads.time_mmin < CLOSED).all()
    slower = shut.reweight(factor=2.0).close([2])
    assert slower.closures.edges.tolist() == [False, True, True, False]
    assert slower.open_mmin.tolist() == (2 * crossroads.time_mmin).tolist()
    assert shut.with_metadata(title="x").closures is shut.closures
    assert keep_nodes(shut, np.ones(5, dtype=bool)).closures.edges.tolist() == shut.closures.edges.tolist()
    more = crossroads.edges().iloc[:1].assign(speed_kmh=60.0)
    longer = with_edges(shut, more, np.empty((0, 2)))
    assert longer.closures.edges.tolist() == [False, True, False, False, False]
    assert (longer.time_mmin == CLOSED).sum() == 2
    assert (shut.with_times(crossroads.time_mmin).time_mmin < CLOSED).all()
    with pytest.raises(InputError, match="closed roads, which its file has no place for"):
        shut.save(tmp_path / "shut.npz")
    assert isinstance(RoadNetwork.load(crossroads.save(tmp_path / "open.npz")), RoadNetwork)


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ([4], "edges 4; the network has 0 to 3"),
        ([-1], "edges -1"),
        ([0.5], "closed: .* whole number"),
        (np.array([0.5]), "float64; expected numbers of edges"),
        (Closures(np.zeros(2), np.ones(2)), "closures of 2 edges; the network has 4"),
        ("0", "closed='0'"),
    ],
)
@pytest.mark.parametrize("call", [travel_times, nearest, isochrones, route, shortest_path_tree])
def test_roads_that_are_not_there_are_refused(crossroads, call, closed, words):
    here = points((0, 0))
    arguments = (here,) if call in (isochrones, shortest_path_tree) else (here, here)
    with pytest.raises(InputError, match=words):
        call(crossroads, *arguments, closed=closed)


def test_points_of_another_network_are_refused(crossroads):
    here = snap(crossroads, points((0, 0)))
    other = network_from_lines(lines(line((0, 0), (1000, 0)), kmh=[60.0]), speed="kmh")
    assert travel_times(crossroads.reweight(factor=2.0), here, here).iloc[0, 0] == 0
    with pytest.raises(InputError, match="origins: snapped on other roads"):
        travel_times(other, here, here)
