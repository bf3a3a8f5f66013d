"""PySAL ``access`` as an oracle: every measure that it has, to six digits and beyond.

What it has and tiGIS does not: RAAM (``access.raam``), an assignment by rounds that stops before it settles,
so that it has no value to six digits.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes_tables import minutes_tables
from tiGIS.accessibility import (
    NetworkTimes,
    cumulative,
    decay,
    floating_catchment,
    gravity,
    with_intrazonal_minutes,
)
from tiGIS.enclavement import relative_potential
from tiGIS.sources import read_insee_bpe

CUTOFF = 30
STEPS = {10: 1, 30: 0.5, 45: 0.1}


def _oracle(module: str):
    """A module of ``access``: skipped in a bare checkout, never in CI nor where tiGIS is installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        reason = "PySAL access, the oracle, is not here; it comes with: pip install '.[test]'"
        if os.environ.get("CI") == "true" or _is_installed("tigis"):
            pytest.fail(reason)
        pytest.skip(reason)


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _long(times: pd.DataFrame) -> pd.DataFrame:
    """The same minutes as one line for each pair that is reached, as ``access`` reads them."""
    lines = times.rename_axis("origin").reset_index().melt("origin", var_name="dest", value_name="cost")
    return lines.dropna().astype({"cost": float})


def _frame(values: pd.Series, name: str) -> pd.DataFrame:
    return values.rename(name).rename_axis("geoid").to_frame()


def _same(ours: pd.Series, theirs: pd.Series) -> None:
    # access leaves out places that reach nothing; here they have 0
    np.testing.assert_allclose(ours, theirs.reindex(ours.index).fillna(0), rtol=1e-9, atol=1e-12)


# our decay, the weight that access gives
CURVES: list[tuple[Callable, Callable]] = [
    (decay.stepwise(STEPS), lambda w: w.step_fn(STEPS)),
    (decay.gaussian(20), lambda w: w.gaussian(20)),
    (decay.power(1.5, floor_min=2, scale_min=20), lambda w: w.gravity(20, -1.5, 2)),
]


@pytest.mark.parametrize(("ours", "theirs"), CURVES, ids=["step_fn", "gaussian", "gravity"])
def test_weights(ours, theirs):
    weigh = theirs(_oracle("access.weights"))
    minutes = np.arange(0, 70, 0.25)
    np.testing.assert_allclose(ours(minutes), [weigh(minute) for minute in minutes], rtol=1e-12)


@given(minutes_tables(), st.sampled_from([None, *CURVES]))
def test_weighted_catchment(table, curve):
    fca, weights = _oracle("access.fca"), _oracle("access.weights")
    times, _, supply = table
    theirs = fca.weighted_catchment(
        _frame(supply, "supply"),
        _long(times),
        CUTOFF if curve is None else None,
        cost_source="dest",
        cost_dest="origin",
        loc_index=True,
        loc_value="supply",
        weight_fn=None if curve is None else curve[1](weights),
    )
    _same(cumulative(times, supply, CUTOFF) if curve is None else gravity(times, supply, curve[0]), theirs)


@given(minutes_tables())
def test_ratio_of_what_is_around(table):
    # access's simplest ratio, supply over people within the cutoff, is two of our counts divided
    fca = _oracle("access.fca")
    times, _, supply = table
    place = np.arange(len(times))
    apart = 5.0 + 20 * np.abs(place[:, None] - place)  # 5 minutes within a place, 20 more for each step
    between = pd.DataFrame(apart, index=times.index, columns=times.index)
    people = pd.Series(np.arange(1.0, len(times) + 1), index=times.index)
    lines = _long(times)
    if lines.empty or not (lines["cost"] <= CUTOFF).any():
        return  # access fails on an empty join
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "some tracts may be unaccounted for"
        theirs = fca.fca_ratio(
            _frame(people, "demand"),
            _frame(supply, "supply"),
            _long(between),
            lines,
            CUTOFF,
            demand_index=True,
            supply_index=True,
        )
    near = cumulative(between, people, CUTOFF, allow_zero_intrazonal=True)
    ours = cumulative(times, supply, CUTOFF)[near > 0] / near[near > 0]
    _same(ours, theirs)


def _catchment(method: str, times, people, supply, curve) -> pd.Series:
    fca, weights = _oracle("access.fca"), _oracle("access.weights")
    run = fca.three_stage_fca if method == "3sfca" else fca.two_stage_fca
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses what pandas 3 deprecates
        scores: pd.Series = run(
            _frame(people, "demand"),
            _frame(supply, "supply"),
            _long(times),
            CUTOFF,
            demand_index=True,
            weight_fn=None if method == "2sfca" else curve[1](weights),
        )
    return scores


@given(minutes_tables(), st.sampled_from(["2sfca", "e2sfca", "3sfca"]), st.sampled_from(CURVES))
def test_catchments(table, method, curve):
    times, people, supply = table
    people, supply = people + 1, supply + 1  # access divides 0 by 0 where nobody lives
    if not (times <= CUTOFF).to_numpy().any():
        return  # access fails on an empty join; ours is checked in test_catchment
    fall = decay.step(CUTOFF) if method == "2sfca" else curve[0]
    ours = floating_catchment(times, people, supply, fall, method, cutoff_min=CUTOFF)
    _same(ours, _catchment(method, times, people, supply, curve))


def test_people_weighted_mean_of_one():
    # what access calls normalized access, times 100: the nation is 100
    helpers = _oracle("access.helpers")
    times = pd.DataFrame({"x": [10.0, 20.0, 45.0], "y": [30.0, 20.0, 15.0]}, index=["a", "b", "c"])
    jobs, people = pd.Series({"x": 100, "y": 50}), pd.Series({"a": 1000, "b": 200, "c": 50})
    potential = gravity(times, jobs, decay.gaussian(20))

    class Holder:
        access_df = pd.DataFrame({"score": potential, "people": people})
        demand_value = "people"

    theirs = helpers.normalized_access(Holder, ["score"])["score"]
    ours = relative_potential(times, jobs, decay.gaussian(20), reference=people)
    np.testing.assert_allclose(ours, 100 * theirs, rtol=1e-12)


def test_doctors_around_ales_on_the_bundled_network(real_files):
    # real minutes, people and doctors: communes of the Gard and its neighbours, facilities of 2013
    import tiGIS
    from tiGIS.accessibility import intrazonal_minutes
    from tiGIS.enclavement import town_hall_points

    _oracle("access.fca")
    communes = tiGIS.load_communes(departement=["30", "48"])
    halls = town_hall_points(communes)
    network = tiGIS.load_interurban_network()
    table = pd.concat(NetworkTimes(network, halls, halls, too_far="unreachable").blocks())
    times = with_intrazonal_minutes(table, intrazonal_minutes(tiGIS.area_km2(communes)))
    counts = read_insee_bpe(real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    doctors = counts["Médecin omnipraticien"].reindex(times.columns).fillna(0)
    people = communes["population"].astype(float)
    for method in ("2sfca", "e2sfca", "3sfca"):
        fall = decay.step(CUTOFF) if method == "2sfca" else decay.stepwise(STEPS)
        ours = floating_catchment(times, people, doctors, fall, method, cutoff_min=CUTOFF)
        assert (ours > 0).sum() > 400
        _same(ours, _catchment(method, times, people, doctors, CURVES[0]))
