"""Both engines give, to the milliminute, what the plainest Dijkstra gives: every method, both directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.plain import PlainGraph, ends, entries, graphs, plain_matrix
from tiGIS.network import CLOSED
from tiGIS.routing._router import Router
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._units import CENTIMETRES
from tiGIS.routing._weighted import WeightedRouter

pytestmark = pytest.mark.parametrize("engine", ["scipy", "compiled"])

cutoffs = st.one_of(st.none(), st.integers(0, 300), st.integers(0, 200_000))
directions = st.sampled_from(["from", "to"])


def router_of(graph: PlainGraph, engine: str) -> Router:
    return Router(graph.n_nodes, graph.x, graph.y, graph.tail, graph.head, engine=engine)


def weighted(graph: PlainGraph, engine: str) -> WeightedRouter:
    return router_of(graph, engine).with_weights(graph.mmin, np.array(graph.cm) / CENTIMETRES)


@given(st.data())
def test_matrix_and_lengths(engine: str, data: st.DataObject) -> None:
    graph = data.draw(graphs())
    origins, destinations = data.draw(ends(graph.n_nodes)), data.draw(ends(graph.n_nodes))
    cutoff = data.draw(cutoffs)
    limit = CLOSED - 1 if cutoff is None else cutoff
    time, length = plain_matrix(graph, origins, destinations, limit)
    router = weighted(graph, engine)
    np.testing.assert_array_equal(router.matrix(origins, destinations, cutoff), time)
    found_time, found_m = router.matrix_with_lengths(origins, destinations, cutoff)
    np.testing.assert_array_equal(found_time, time)
    expected_m = np.where(time < CLOSED, length / CENTIMETRES, np.nan)
    np.testing.assert_array_equal(found_m, expected_m)
    block = data.draw(st.integers(1, 4))
    parts = list(router.iter_matrix(origins, destinations, cutoff, block=block))
    assert [rows.stop for rows, _ in parts] == [
        min(len(origins), s + block) for s in range(0, len(origins), block)
    ]
    for rows, part in parts:
        np.testing.assert_array_equal(part, time[rows])


@given(st.data())
def test_after_reweighting(engine: str, data: st.DataObject) -> None:
    """Each weighting stands by itself, whatever was asked of the others."""
    graph = data.draw(graphs())
    points = data.draw(ends(graph.n_nodes))
    router = router_of(graph, engine)
    first = router.with_weights(graph.mmin)
    before = first.matrix(points, points)
    count = len(graph.tail)
    times = st.one_of(st.integers(0, 100_000), st.just(CLOSED))
    new = data.draw(st.lists(times, min_size=count, max_size=count))
    scenario = PlainGraph(graph.n_nodes, graph.x, graph.y, graph.tail, graph.head, new, graph.cm)
    second = router.with_weights(new)
    np.testing.assert_array_equal(second.matrix(points, points), plain_matrix(scenario, points, points)[0])
    np.testing.assert_array_equal(first.matrix(points, points), before)
    np.testing.assert_array_equal(before, plain_matrix(graph, points, points)[0])


@given(st.data())
def test_aggregate_within(engine: str, data: st.DataObject) -> None:
    graph = data.draw(graphs())
    origins, destinations = data.draw(ends(graph.n_nodes)), data.draw(ends(graph.n_nodes))
    direction = data.draw(directions)
    count = len(destinations)
    values = np.array(data.draw(st.lists(st.integers(0, 1000), min_size=count, max_size=count)), dtype=float)
    limits = data.draw(st.lists(st.integers(0, 150_000), min_size=1, max_size=3))
    time, _ = plain_matrix(graph if direction == "from" else graph.turned(), origins, destinations)
    expected = np.stack([(time <= limit) @ values for limit in limits], axis=1)
    found = weighted(graph, engine).aggregate_within(origins, destinations, values, limits, direction)
    np.testing.assert_array_equal(found, expected)


@given(st.data())
def test_nearest(engine: str, data: st.DataObject) -> None:
    graph = data.draw(graphs())
    origins, facilities = data.draw(ends(graph.n_nodes)), data.draw(ends(graph.n_nodes))
    direction, cutoff, k = data.draw(directions), data.draw(cutoffs), data.draw(st.integers(1, 4))
    limit = CLOSED - 1 if cutoff is None else cutoff
    time, _ = plain_matrix(graph if direction == "from" else graph.turned(), origins, facilities, limit)
    which, found = weighted(graph, engine).nearest(origins, facilities, k, cutoff, direction)
    assert which.shape == found.shape == (len(origins), k)
    for row in range(len(origins)):
        ranked = sorted((t, f) for f, t in enumerate(time[row]) if t < CLOSED)[:k]
        ranked += [(CLOSED, -1)] * (k - len(ranked))
        assert list(zip(found[row], which[row], strict=True)) == ranked


@given(st.data())
def test_tree(engine: str, data: st.DataObject) -> None:
    graph = data.draw(graphs())
    origin = data.draw(ends(graph.n_nodes, least=1, most=1))
    direction, cutoff = data.draw(directions), data.draw(cutoffs)
    limit = CLOSED - 1 if cutoff is None else cutoff
    best = (graph if direction == "from" else graph.turned()).best(entries(origin, 0))
    expected = [time if time <= limit else CLOSED for time, _ in best]
    np.testing.assert_array_equal(weighted(graph, engine).tree(origin, cutoff, direction), expected)


@given(st.data(), st.booleans())
def test_path(engine: str, data: st.DataObject, with_lengths: bool) -> None:
    """The arcs follow each other from one end to the other, and cost what the best path costs."""
    graph = data.draw(graphs())
    origin = data.draw(ends(graph.n_nodes, least=1, most=1))
    destination = data.draw(ends(graph.n_nodes, least=1, most=1))
    time, length = plain_matrix(graph, origin, destination)
    router = router_of(graph, engine)
    lengths = np.array(graph.cm) / CENTIMETRES if with_lengths else None
    path = router.with_weights(graph.mmin, lengths).path(origin, destination)
    assert path.time_mmin == time[0, 0]
    assert path.exists == (time[0, 0] < CLOSED)
    if not path.exists:
        assert (path.start, path.end, path.arcs.size) == (-1, -1, 0)
        return
    node, spent, along = entries(origin, 0)[path.start]
    for arc in path.arcs:
        assert graph.tail[arc] == node
        node, spent, along = graph.head[arc], spent + graph.mmin[arc], along + graph.cm[arc]
    last, offset, offset_cm = entries(destination, 0)[path.end]
    assert node == last
    assert spent + offset == time[0, 0]
    if with_lengths:
        assert along + offset_cm == length[0, 0]


@settings(max_examples=30)
@given(st.data())
def test_nodes_are_numbered_as_given(engine: str, data: st.DataObject) -> None:
    """A ladder with one-way rungs: large enough for the hierarchy to have several levels."""
    steps = data.draw(st.integers(10, 40))
    side = np.arange(2 * steps).reshape(steps, 2)
    tail = np.concatenate((side[:-1, 0], side[1:, 0], side[1:, 1], side[:, 0], side[5:, 1]))
    head = np.concatenate((side[1:, 0], side[:-1, 0], side[:-1, 1], side[:, 1], side[5:, 0]))
    mmin = np.array(data.draw(st.lists(st.integers(0, 999), min_size=tail.size, max_size=tail.size)))
    zeros = [0] * tail.size
    graph = PlainGraph(
        2 * steps, list(side.ravel() // 2), list(side.ravel() % 2), list(tail), list(head), list(mmin), zeros
    )
    points = Terminals.at_nodes(data.draw(st.lists(st.integers(0, 2 * steps - 1), max_size=40)))
    found = router_of(graph, engine).with_weights(mmin).matrix(points, points)
    np.testing.assert_array_equal(found, plain_matrix(graph, points, points)[0])
