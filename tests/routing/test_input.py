"""Bad input gets one clear error."""

from __future__ import annotations

import numpy as np
import pytest

from tiGIS._errors import InputError
from tiGIS.network import CLOSED
from tiGIS.routing._router import Router
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._units import to_minutes

PAIR = Terminals.at_nodes([0, 1])


def street() -> Router:
    return Router(2, [0, 1], [0, 0], [0, 1], [1, 0])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, -1], "1 negative of 2"),
        ([1, np.nan], "1 NaN of 2"),
        ([np.inf, 1], "1 infinite of 2"),
        ([np.nan, -1.0], "1 NaN and 1 negative"),
        ([1], r"shape is \(1,\); expected \(2,\)"),
        (["a", "b"], "expected numbers"),
    ],
)
def test_weights(weights: list, said: str) -> None:
    with pytest.raises(InputError, match=said):
        street().with_weights(weights)


def test_lengths() -> None:
    with pytest.raises(InputError, match="length_m: 1 of 2"):
        street().with_weights([1, 1], [5.0, np.nan])
    with pytest.raises(InputError, match="lengths: the weighting has none"):
        street().with_weights([1, 1]).matrix_with_lengths(PAIR, PAIR)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((2, [0, 1], [0, 0], [0], [2]), "head: nodes 2 to 2; the network has nodes 0 to 1"),
        ((2, [0, 1], [0, 0], [-1], [0]), "tail: nodes -1"),
        ((2, [0, 1], [0, 0], [0, 1], [1]), "2 and 1 values"),
        ((2, [0], [0, 0], [0], [1]), r"x: shape is \(1,\)"),
        ((2, [0, np.nan], [0, 0], [0], [1]), "x: NaN"),
        ((2, [0, 1], [0, 0], [0.5], [1]), "tail: 1-d float64"),
    ],
)
def test_graph(arguments: tuple, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Router(*arguments)


def test_ends() -> None:
    times = street().with_weights([1, 1])
    with pytest.raises(InputError, match="destinations: node 2 asked for; the network has nodes 0 to 1"):
        times.matrix(PAIR, Terminals.at_nodes([2]))
    with pytest.raises(InputError, match="origin: 2 points; expected exactly one"):
        times.tree(PAIR)
    with pytest.raises(InputError, match="offset_mmin: 1 negative"):
        Terminals([0, 1], [0], [-5])
    with pytest.raises(InputError, match="indptr"):
        Terminals([0, 2], [0], [5])
    with pytest.raises(InputError, match="decreases"):
        Terminals([0, 2, 1, 2], [0, 1], [5, 5])


def test_arguments() -> None:
    times = street().with_weights([1, 1])
    with pytest.raises(InputError, match="cutoff: -1"):
        times.matrix(PAIR, PAIR, -1)
    with pytest.raises(InputError, match="cutoff: nan"):
        times.matrix(PAIR, PAIR, np.nan)
    with pytest.raises(InputError, match="direction: 'up'"):
        times.tree(PAIR[:1], direction="up")
    with pytest.raises(InputError, match="k: 0"):
        times.nearest(PAIR, PAIR, 0)
    with pytest.raises(InputError, match="values: NaN"):
        times.aggregate_within(PAIR, PAIR, [1, np.nan], [5])
    with pytest.raises(InputError, match="block: 0"):
        next(times.iter_matrix(PAIR, PAIR, block=0))
    with pytest.raises(InputError, match="threads: 0"):
        Router(2, [0, 1], [0, 0], [0, 1], [1, 0], threads=0)


def test_a_closed_road_is_no_way() -> None:
    times = street().with_weights([CLOSED, 7])
    np.testing.assert_array_equal(to_minutes(times.matrix(PAIR, PAIR)), [[0, np.nan], [0.007, 0]])


def test_input_is_left_as_it_is() -> None:
    weights, lengths = np.array([5, 6]), np.array([1.5, 2.5])
    street().with_weights(weights, lengths).matrix_with_lengths(PAIR, PAIR)
    assert weights.tolist() == [5, 6]
    assert lengths.tolist() == [1.5, 2.5]
