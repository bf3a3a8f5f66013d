"""Decays: values by hand, and what a bad function is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import InputError
from tiGIS.accessibility import decay, gravity

T = np.array([0.0, 10.0, 20.0, 40.0])


@pytest.mark.parametrize(
    ("fall", "weights"),
    [
        (decay.step(10), [1, 1, 0, 0]),
        (decay.linear(20), [1, 0.5, 0, 0]),
        (decay.stepwise({20: 0.5, 10: 1}), [1, 1, 0.5, 0]),
        (decay.exponential(np.log(2) / 10), [1, 0.5, 0.25, 0.0625]),
        (decay.power(2, floor_min=10, scale_min=20), [4, 4, 1, 0.25]),
        (decay.gaussian(20), np.exp([0, -0.125, -0.5, -2])),
        # at the middle: (1 + e^(-20k)) / 2, k = π / (5 √3)
        (decay.logistic(20, 5), [1, None, (1 + np.exp(-20 * np.pi / (5 * 3**0.5))) / 2, None]),
    ],
)
def test_values(fall, weights):
    for got, wanted in zip(fall(T), weights, strict=True):
        if wanted is not None:
            assert got == pytest.approx(wanted, rel=1e-12)


@given(
    st.sampled_from(
        [
            decay.step(30),
            decay.linear(30),
            decay.stepwise({10: 1, 30: 0.2}),
            decay.exponential(0.1),
            decay.power(1.5),
            decay.gaussian(15),
            decay.logistic(30, 5),
        ]
    ),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
)
def test_all_fall_and_stay_finite(fall, minutes):
    weights = fall(np.sort(minutes))
    assert np.isfinite(weights).all()
    assert (weights >= 0).all()
    assert (np.diff(weights) <= 1e-12).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: decay.step(0),
        lambda: decay.linear(np.nan),
        lambda: decay.exponential(-1),
        lambda: decay.power(0),
        lambda: decay.gaussian(np.inf),
        lambda: decay.stepwise({}),
        lambda: decay.stepwise({10: -1}),
        lambda: decay.stepwise({-10: 1}),
    ],
)
def test_bad_parameters_are_refused(make):
    with pytest.raises(InputError, match="expected"):
        make()


@pytest.mark.parametrize(
    ("fall", "message"),
    [
        (lambda t: t.sum(), "weights for"),
        (lambda t: -t, "at 5 minutes"),
        (lambda t: np.log(t - 5), "at 5 minutes"),
        ("gaussian", "expected a function"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_bad_function_is_refused(fall, message):
    times = pd.DataFrame({"x": [5.0], "y": [np.nan]}, index=["a"])
    with pytest.raises(InputError, match=message):
        gravity(times, pd.Series({"x": 1, "y": 1}), fall)


def test_any_vectorised_function_does():
    times = pd.DataFrame({"x": [4.0], "y": [np.nan]}, index=["a"])
    jobs = pd.Series({"x": 1, "y": 1})
    result = gravity(times, jobs, lambda t: 1 / np.sqrt(t))
    assert result["a"] == pytest.approx(0.5)
    assert result.attrs["tigis"]["decay"] == "<lambda>"
