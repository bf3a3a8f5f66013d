"""Shortest-path trees, against the plainest Dijkstra and against closing roads from scratch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.plain import PlainGraph
from routing.streets import closures_on, line, lines, places, points, street_maps
from tiGIS import InputError, network_from_lines, travel_times
from tiGIS.network import CLOSED
from tiGIS.routing import Router, Terminals, shortest_path_tree
from tiGIS.routing.points import ends_of, snap


@st.composite
def timed_networks(draw):
    """Streets with any times, 0 and closed ones too."""
    network = network_from_lines(draw(street_maps()), oneway="way", speed="kmh", component="all")
    time = st.one_of(st.integers(0, 3), st.integers(0, 100_000), st.just(CLOSED))
    count = network.n_arcs
    times = np.array(draw(st.lists(time, min_size=count, max_size=count)), dtype=np.int64)
    return network.with_times(times).with_metadata(max_snap_m=1e6)


directions = st.sampled_from(["from", "to"])


@given(st.data(), timed_networks(), places, directions, st.one_of(st.none(), st.integers(0, 200)))
def test_against_the_plainest_search(data, network, some, direction, cutoff_min):
    closures = data.draw(closures_on(network))
    tree = shortest_path_tree(
        network, points(*some), direction=direction, closed=closures, cutoff_min=cutoff_min
    )
    shut = network.close(closures)
    side = "origin" if direction == "from" else "destination"
    ends = ends_of(shut, snap(shut, points(*some)), side)
    tail, head = (network.tail, network.head)[:: 1 if direction == "from" else -1]
    graph = PlainGraph(network.n_nodes, [], [], list(tail), list(head), list(shut.time_mmin), [0] * len(tail))
    best = graph.best([(n, t, 0) for n, t in zip(ends.node.tolist(), ends.offset_mmin.tolist(), strict=True)])
    limit = CLOSED - 1 if cutoff_min is None else cutoff_min * 1000
    assert tree.time_mmin.tolist() == [time if time <= limit else CLOSED for time, _ in best]
    at_start = {(n, t) for n, t in zip(ends.node.tolist(), ends.offset_mmin.tolist(), strict=True)}
    for node in range(network.n_nodes):
        towards, arc = tree.towards[node], tree.arc[node]
        if tree.time_mmin[node] == CLOSED:
            assert towards == arc == -1
        elif towards < 0:
            assert arc == -1
            assert (node, tree.time_mmin[node]) in at_start
        else:
            assert (tail[arc], head[arc]) == (towards, node)
            assert tree.time_mmin[towards] + shut.time_mmin[arc] == tree.time_mmin[node]


def way_of(tree, node):
    edges = []
    while tree.towards[node] >= 0:
        edges.append(int(tree.edge[node]))
        node = tree.towards[node]
    return edges


@given(st.data(), timed_networks(), directions)
def test_what_passes_over_each_edge_is_the_sum_of_the_ways(data, network, direction):
    roots = np.array(data.draw(st.lists(st.integers(0, network.n_nodes - 1), min_size=1, max_size=3)))
    tree = shortest_path_tree(network, roots, direction=direction)
    people = np.arange(1.0, network.n_nodes + 1)
    expected = np.zeros(network.roads.n_edges)
    for node in range(network.n_nodes):  # every way ends, though some arcs take no time
        for edge in way_of(tree, node):
            expected[edge] += people[node]
    assert tree.passing(people).tolist() == expected.tolist()


@settings(max_examples=60)
@given(st.data(), timed_networks(), directions)
def test_without_a_road_as_if_closed_from_scratch(data, network, direction):
    roots = np.array(data.draw(st.lists(st.integers(0, network.n_nodes - 1), min_size=1, max_size=3)))
    tree = shortest_path_tree(network, roots, direction=direction)
    for edge in range(network.roads.n_edges):
        again = shortest_path_tree(network, roots, direction=direction, closed=[edge])
        assert tree.without(edge).tolist() == again.time_mmin.tolist()


def test_nodes_and_points_and_what_a_tree_says_of_itself():
    roads = lines(line((0, 0), (1000, 0)), line((1000, 0), (2000, 0)), kmh=[60.0, 30.0])
    network = network_from_lines(roads, speed="kmh", contract=False)
    tree = shortest_path_tree(network, np.array([0]), direction="to")
    assert tree.minutes.tolist() == [0, 1, 3]
    assert repr(tree) == "Tree('to', 3 of 3 nodes)"
    here = points((250, 0))
    ends = points((0, 0), (1000, 0), (2000, 0))
    assert (
        shortest_path_tree(network, here).minutes.tolist()
        == travel_times(network, here, ends).iloc[0].tolist()
    )
    with pytest.raises(InputError, match="node 7 asked for"):
        shortest_path_tree(network, np.array([7]))


def test_a_tree_needs_no_hierarchy():
    router = Router(2, [0, 1], [0, 0], [0, 1], [1, 0], engine="compiled")
    assert router.with_weights([5, 7]).tree(Terminals.at_nodes([0]), direction="to").tolist() == [0, 7]
    assert router._hierarchy is None
