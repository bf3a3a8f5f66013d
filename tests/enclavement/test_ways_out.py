"""Ways out and roads that can't be lost: by hand, then against removing roads one by one."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import networkx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from small_networks import at, roads_between
from tiGIS import InputError, network_from_lines, travel_times
from tiGIS.enclavement import critical_roads, redundancy
from tiGIS.enclavement._quickest import nodes_of
from tiGIS.network._build import build
from tiGIS.network._road_classes import read_classes, read_speeds
from tiGIS.sources.reading.road_lines import from_frame

#   valley — pass — town — gate        the town has two roads to the gate, the valley one to the pass
#                     \    /
#                      ford
PLACES = {"valley": (0, 0), "pass": (10, 0), "town": (20, 0), "ford": (30, -10), "gate": (40, 0)}
ROADS = [
    ("valley", "pass", 60.0),
    ("pass", "town", 60.0),
    ("town", "gate", 60.0),
    ("town", "ford", 60.0),
    ("ford", "gate", 60.0),
]


def road_of(network, a, b):
    """The edge between two places."""
    ends = {nearest(network, PLACES[a]), nearest(network, PLACES[b])}
    return next(
        e for e in range(network.roads.n_edges) if {network.roads.tail[e], network.roads.head[e]} == ends
    )


def around(*names):
    return gpd.GeoDataFrame(
        geometry=[
            box(1000 * PLACES[n][0] - 500, 1000 * PLACES[n][1] - 500, 1000 * PLACES[n][0] + 500, 500)
            for n in names
        ],
        index=list(names),
        crs=2154,
    )


def test_ways_out_by_hand():
    network = roads_between(PLACES, ROADS)
    table = redundancy(network, around("valley", "town", "gate"), at(PLACES, "gate"))
    assert table.loc["valley", "ways_out"] == 1
    assert table.loc["gate", "gate_inside"]
    assert pd.isna(table.loc["gate", "ways_out"])
    nowhere = roads_between({**PLACES, "a": (0, 50), "b": (9, 50)}, [*ROADS, ("a", "b", 50.0)])
    island = gpd.GeoDataFrame(geometry=[box(-500, 49500, 500, 50500)], index=["a"], crs=2154)
    assert redundancy(nowhere, island, at(PLACES, "gate")).loc["a", "ways_out"] == 0


def test_critical_roads_by_hand():
    network = roads_between(PLACES, ROADS)
    people = pd.Series({"valley": 100, "town": 1000})
    table = critical_roads(network, at(PLACES, "valley", "town"), people, at(PLACES, "gate"))
    valley = road_of(network, "valley", "pass")
    assert table.loc[valley, ["people_cut_off", "people_through"]].tolist() == [100, 100]
    assert table.loc[road_of(network, "pass", "town"), "people_cut_off"] == 100
    # by the ford: 2 × √200 km at 60 km/h in place of 20 minutes, for all 1,100
    direct = table.loc[road_of(network, "town", "gate")]
    added = 2 * np.sqrt(200) - 20
    assert direct["people_cut_off"] == 0
    assert direct["people_through"] == 1100
    assert direct["worst_added_min"] == pytest.approx(added, abs=0.002)
    assert direct["added_people_min"] == pytest.approx(1100 * added, abs=3)
    assert table.index[0] in {valley, road_of(network, "pass", "town")}


def test_gates_and_candidates_are_checked():
    network = roads_between(PLACES, ROADS)
    people = pd.Series({"valley": 100})
    far = gpd.GeoDataFrame(geometry=gpd.points_from_xy([9e5], [9e5]), index=["far"], crs=2154)
    with pytest.raises(InputError, match="gates"):
        critical_roads(network, at(PLACES, "valley"), people, far)
    with pytest.raises(InputError, match="candidates"):
        critical_roads(network, at(PLACES, "valley"), people, at(PLACES, "gate"), candidates=0)


def nearest(network, place):
    """Node at a place (km)."""
    return int(np.hypot(network.x - 1000 * place[0], network.y - 1000 * place[1]).argmin())


def spots(*names):
    """Polygons of two metres around places."""
    return gpd.GeoDataFrame(
        geometry=[
            box(1000 * x - 1, 1000 * y - 1, 1000 * x + 1, 1000 * y + 1) for x, y in map(SIX.get, names)
        ],
        index=list(names),
        crs=2154,
    )


SIX = {"a": (0, 0), "b": (10, 1), "c": (21, 0), "d": (1, 12), "e": (11, 13), "f": (22, 11)}
PAIRS = list(combinations(SIX, 2))


def reaches(network, start, goal, without):
    """Whether a way exists when these edges are lost: plain search."""
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        for e in range(network.roads.n_edges):
            if e in without:
                continue
            ends = (int(network.roads.tail[e]), int(network.roads.head[e]))
            if node in ends:
                other = ends[1] if ends[0] == node else ends[0]
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return goal in seen


@given(st.sets(st.sampled_from(PAIRS), min_size=1, max_size=7), st.integers(0, 1))
@settings(max_examples=40)
def test_against_removing_roads_one_by_one(pairs, which):
    used = sorted({name for pair in pairs for name in pair})
    if len(used) < 3:
        return
    network = roads_between(SIX, [(a, b, 50.0) for a, b in sorted(pairs)])
    node = {name: nearest(network, SIX[name]) for name in used}
    start, gate = used[which], used[-1]
    zones = spots(start, gate)
    ways = redundancy(network, zones.loc[[start]], zones.loc[[gate]]).loc[start, "ways_out"]
    edges = range(network.roads.n_edges)
    least = next(
        (
            size
            for size in range(len(edges) + 1)
            if any(
                not reaches(network, node[start], node[gate], set(cut)) for cut in combinations(edges, size)
            )
        ),
        None,
    )
    assert ways == least
    people = pd.Series(10, index=used)
    table = critical_roads(network, at(SIX, *used), people, at(SIX, gate), candidates=50)
    for e in edges:
        lost = sum(
            10
            for name in used
            if reaches(network, node[name], node[gate], ())
            and not reaches(network, node[name], node[gate], {e})
        )
        assert (table["people_cut_off"].get(e, 0.0)) == lost


ROADS_AND_SPEEDS = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.sampled_from([30.0, 50.0, 90.0])),
    min_size=2,
    max_size=12,
    unique_by=lambda road: road[0],
)


def as_multigraph(network):
    """The network for networkx: two-way roads, each with its number and its minutes."""
    graph = networkx.MultiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    for e, minutes in enumerate(network.roads.total(network.roads.time_min)):
        graph.add_edge(int(network.roads.tail[e]), int(network.roads.head[e]), key=e, minutes=minutes)
    return graph


def ways_between(graph, inside, gates):
    """Edge-disjoint ways from a set of nodes to another: networkx's maximum flow, one unit a road."""
    flow = networkx.Graph()
    for a, b in graph.edges():
        if a != b:
            more = flow.get_edge_data(a, b, {"capacity": 0})["capacity"]
            flow.add_edge(a, b, capacity=more + 1)
    flow.add_edges_from([("place", node) for node in inside])  # without capacity: unbounded
    flow.add_edges_from([(node, "gate") for node in gates])
    return networkx.maximum_flow_value(flow, "place", "gate")


@given(ROADS_AND_SPEEDS, st.data())
@settings(max_examples=60)
def test_against_networkx(roads, data):
    names = sorted({name for pair, _ in roads for name in pair})
    network = roads_between(SIX, [(a, b, kmh) for (a, b), kmh in roads])
    node = {name: nearest(network, SIX[name]) for name in names}
    start = data.draw(st.sampled_from(names))
    gate = data.draw(st.sampled_from([name for name in names if name != start]))
    graph = as_multigraph(network)
    zones = spots(start, gate)
    ways = redundancy(network, zones.loc[[start]], zones.loc[[gate]]).loc[start, "ways_out"]
    assert ways == ways_between(graph, [node[start]], [node[gate]])

    people = pd.Series(range(1, len(names) + 1), index=names)
    table = critical_roads(network, spots(*names), people, at(SIX, gate), candidates=99)
    before = networkx.single_source_dijkstra_path_length(graph, node[gate], weight="minutes")
    for e, row in table.iterrows():
        cut = graph.copy()
        cut.remove_edge(int(network.roads.tail[e]), int(network.roads.head[e]), key=e)
        after = networkx.single_source_dijkstra_path_length(cut, node[gate], weight="minutes")
        lost = [name for name in names if node[name] in before and node[name] not in after]
        assert row["people_cut_off"] == people[lost].sum()
        added = {name: after[node[name]] - before[node[name]] for name in names if node[name] in after}
        assert row["worst_added_min"] == pytest.approx(max(added.values()), abs=0.01)
        expected = sum(people[name] * minutes for name, minutes in added.items())
        assert row["added_people_min"] == pytest.approx(expected, abs=0.01 * people.sum())


def test_people_of_a_polygon_are_spread_over_its_junctions():
    network = roads_between(PLACES, ROADS)
    both = gpd.GeoDataFrame(geometry=[box(-500, -500, 20500, 500)], index=["communes"], crs=2154)
    table = critical_roads(network, both, pd.Series({"communes": 300}), at(PLACES, "gate"))
    # 100 at the valley, 100 at the pass, 100 in the town
    assert table.loc[road_of(network, "valley", "pass"), "people_cut_off"] == 100
    assert table.loc[road_of(network, "pass", "town"), "people_cut_off"] == 200
    assert table.loc[road_of(network, "town", "gate"), "people_through"] == 300


def test_against_networkx_on_a_real_country(real_files):
    from tiGIS import read_osm_pbf

    network = read_osm_pbf(real_files / "reseau" / "liechtenstein-2013-08-03.osm.pbf")
    graph = as_multigraph(network)
    x, y = network.x, network.y
    south, north = int(y.argmin()), int(y.argmax())
    places = gpd.GeoDataFrame(
        geometry=[
            box(x[n] - r, y[n] - r, x[n] + r, y[n] + r) for n, r in [(south, 1500), (int(x.argmax()), 2000)]
        ],
        index=["south", "east"],
        crs=network.crs,
    )
    gate = gpd.GeoDataFrame(geometry=gpd.points_from_xy([x[north]], [y[north]]), index=["n"], crs=network.crs)
    gates = nodes_of(network, gate, "gates")[0]
    ways = redundancy(network, places, gate)["ways_out"]
    for name, inside in zip(places.index, nodes_of(network, places, "places"), strict=True):
        assert len(inside) > 3
        assert ways[name] == ways_between(graph, inside.tolist(), gates.tolist())
    # whoever loses every way when a road is lost: for all roads at once, and removing each in turn
    halls = gpd.GeoDataFrame(
        geometry=[
            box(x[n] - 1, y[n] - 1, x[n] + 1, y[n] + 1) for n in range(0, network.n_nodes, 97) if n != north
        ],
        crs=network.crs,
    )
    people = pd.Series(1, index=halls.index)
    table = critical_roads(network, halls, people, gate, candidates=8)
    living = [int(inside[0]) for inside in nodes_of(network, halls, "places")]
    bridges = {frozenset(ends) for ends in networkx.bridges(networkx.Graph(graph))}
    for e, row in table.iterrows():
        ends = int(network.roads.tail[e]), int(network.roads.head[e])
        assert row["people_cut_off"] == 0 or frozenset(ends) in bridges
        cut = graph.copy()
        cut.remove_edge(*ends, key=e)
        left = set().union(*(networkx.node_connected_component(cut, int(n)) for n in gates))
        assert row["people_cut_off"] == sum(n not in left for n in living)


def test_a_ring_of_roads_has_no_critical_one() -> None:
    angles = np.linspace(0, 2 * np.pi, 9)
    ring = shapely.LinearRing(np.column_stack([np.cos(angles), np.sin(angles)])[:-1] * 1000)
    lines = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString(ring.coords)], crs=2154)
    network = network_from_lines(lines, speed="kmh")
    there = gpd.GeoSeries([shapely.Point(1000, 0)], index=["a"], crs=2154)
    roads = critical_roads(network, there, pd.Series([10], index=["a"]), there)
    assert roads.empty
    assert list(roads.columns[:2]) == ["people_cut_off", "people_through"]
    assert roads.crs == "EPSG:2154"


def streets(roads):
    """A network of straight streets between the six places; some are for those who go there alone."""
    lines = [LineString([[1000 * v for v in SIX[a]], [1000 * v for v in SIX[b]]]) for (a, b), _ in roads]
    frame = gpd.GeoDataFrame(geometry=lines, crs=2154)
    table = frame[[]].assign(
        way_id=[str(number) for number in range(len(roads))],
        source_class="residential",
        destination=[only_there for _, only_there in roads],
        forward=True,
        backward=True,
    )
    return build(
        from_frame(frame, table, schema="osm", noding="vertices"),
        classes=read_classes(),
        speeds=read_speeds(),
        urban=None,
        crs=None,
        component="all",
        contract=False,
        speed_kmh=np.full(len(roads), 60.0),
        metadata={},
    )


def cut_off(network, lost, people, gate):
    """Which places have no drive to the gate without these roads, by the travel times themselves."""
    shut = network.reweight(closed=np.isin(network.arc_edge, list(lost)))
    minutes = travel_times(shut, people, gate, too_far="unreachable", progress=False).iloc[:, 0]
    return minutes.isna()


# a valley with one road to the gate, and a short cut for those who live on it
ONE_ROAD = [(("a", "b"), False), (("b", "c"), False), (("a", "c"), True)]
# two mouths on both sides of the only road: who lives between has two ways out, one in common
BETWEEN = [(("a", "b"), False), (("b", "c"), False), (("a", "d"), True), (("d", "b"), True)]
# a street with no way to the gate but through roads for those who live at its ends
ISLAND = [
    (("b", "c"), False),
    (("a", "c"), True),
    (("a", "d"), True),
    (("a", "e"), True),
    (("d", "e"), False),
]


@given(
    st.lists(
        st.tuples(st.sampled_from(PAIRS), st.booleans()),
        min_size=2,
        max_size=8,
        unique_by=lambda road: road[0],
    ),
    st.data(),
)
@example(ONE_ROAD, None)
@example(BETWEEN, None)
@example(ISLAND, None)
@settings(max_examples=25)
def test_roads_for_those_who_go_there_are_no_way_through(roads, data):
    network = streets(roads)
    names = sorted({name for pair, _ in roads for name in pair})
    ordinary = sorted({name for pair, only_there in roads if not only_there for name in pair})
    if not ordinary:
        return
    gate_name = data.draw(st.sampled_from(ordinary)) if data else "c"
    gate, places = at(SIX, gate_name), at(SIX, *[name for name in names if name != gate_name])
    edges = range(network.roads.n_edges)
    reached = ~cut_off(network, [], places, gate)
    ways = redundancy(network, places, gate)["ways_out"]
    people = pd.Series(2.0 ** np.arange(len(places)), index=places.index)
    table = critical_roads(network, places, people, gate, candidates=99)
    for e in edges:
        lost = cut_off(network, [e], places, gate) & reached
        assert table["people_cut_off"].get(e, 0.0) == people[lost].sum(), e
    least = pd.Series(0, index=places.index).where(~reached)
    for size in (1, 2):
        for lost in combinations(edges, size):
            least[least.isna() & cut_off(network, lost, places, gate)] = size
    known = least.notna()
    assert (ways[known] == least[known]).all()
    assert (ways[~known] > 2).all()
