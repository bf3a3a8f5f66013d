"""Measures with competition: worked by hand, and what each conserves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes_tables import minutes_tables
from tiGIS import InputError
from tiGIS.accessibility import cumulative, decay, floating_catchment, spatial_availability

NAN = np.nan
METHODS = ("2sfca", "e2sfca", "3sfca", "m2sfca", "bfca")

#          clinic  hospital      people      f: ≤ 10 min 1, ≤ 30 min 0.5
#   a        10        30         100           1     0.5
#   b        30        10         200           0.5   1
#   c        20         -         100           0.5   0
#   supply    6        10
TIMES = pd.DataFrame({"clinic": [10.0, 30.0, 20.0], "hospital": [30.0, 10.0, NAN]}, index=["a", "b", "c"])
PEOPLE = pd.Series({"a": 100, "b": 200, "c": 100})
SUPPLY = pd.Series({"clinic": 6, "hospital": 10})
BANDS = decay.stepwise({10: 1, 30: 0.5})


def catchment(method, fall=BANDS, **options):
    return floating_catchment(TIMES, PEOPLE, SUPPLY, fall, method, **options)


def test_2sfca_by_hand():
    # within 30 minutes: the clinic has 400 people, 0.015 each; the hospital 300, 1/30 each
    score = catchment("2sfca", decay.step(30))
    assert score.tolist() == pytest.approx([6 / 400 + 10 / 300, 6 / 400 + 10 / 300, 6 / 400], abs=1e-12)


def test_e2sfca_by_hand():
    # clinic: 100 + 100 + 50 = 250; hospital: 50 + 200 = 250
    clinic, hospital = 6 / 250, 10 / 250
    expected = [clinic + hospital / 2, clinic / 2 + hospital, clinic / 2]
    assert catchment("e2sfca").tolist() == pytest.approx(expected, abs=1e-12)


def test_m2sfca_by_hand():
    clinic, hospital = 6 / 250, 10 / 250
    expected = [clinic + hospital / 4, clinic / 4 + hospital, clinic / 4]
    assert catchment("m2sfca").tolist() == pytest.approx(expected, abs=1e-12)


def test_3sfca_by_hand():
    # choices: a 2/3, 1/3; b 1/3, 2/3; c 1. clinic: 100·2/3 + 200·(1/3)/2 + 100/2 = 150;
    # hospital: 100·(1/3)/2 + 200·2/3 = 150
    clinic, hospital = 6 / 150, 10 / 150
    expected = [clinic * 2 / 3 + hospital / 6, clinic / 6 + hospital * 2 / 3, clinic / 2]
    assert catchment("3sfca").tolist() == pytest.approx(expected, abs=1e-12)


def test_3sfca_sums_choices_before_the_cutoff():
    # at 20 minutes a loses the hospital and b the clinic, but their choices stay 2/3
    clinic = 6 / (100 * 2 / 3 + 50)
    expected = [clinic * 2 / 3, 10 / (200 * 2 / 3) * 2 / 3, clinic / 2]
    assert catchment("3sfca", cutoff_min=20).tolist() == pytest.approx(expected, abs=1e-12)


def test_bfca_by_hand():
    # demand goes by choice: clinic 100·2/3 + 200/3 + 100 = 700/3; hospital 100/3 + 400/3 = 500/3
    # columns: clinic weighs 1, 0.5, 0.5 of 2; hospital 0.5, 1 of 1.5
    clinic, hospital = 6 / (700 / 3), 10 / (500 / 3)
    expected = [clinic / 2 + hospital / 3, clinic / 4 + hospital * 2 / 3, clinic / 4]
    score = catchment("bfca")
    assert score.tolist() == pytest.approx(expected, abs=1e-12)
    assert score.sum() == pytest.approx(clinic + hospital, abs=1e-12)


def test_spatial_availability_by_hand():
    # alpha 2: people weigh 1, 4, 1. clinic: 1 + 2 + 0.5 = 3.5; hospital: 0.5 + 4 = 4.5
    expected = [6 / 3.5 + 10 * 0.5 / 4.5, 6 * 2 / 3.5 + 10 * 4 / 4.5, 6 * 0.5 / 3.5]
    result = spatial_availability(TIMES, PEOPLE, SUPPLY, BANDS, alpha=2)
    assert result.tolist() == pytest.approx(expected, abs=1e-12)
    assert result.sum() == pytest.approx(16, abs=1e-12)


def test_spatial_availability_of_the_three_centres_of_its_authors():
    # Soukhov et al. (2023), as in R's accessibility: two cities 30 minutes apart, a village 100 from both;
    # weights exp(-0.1 t). Each centre's jobs go by people times weight
    times = pd.DataFrame(
        [[15.0, 30.0, 100.0], [30.0, 15.0, 100.0], [100.0, 100.0, 15.0]],
        index=["A", "B", "C"], columns=["1", "2", "3"],
    )  # fmt: skip
    people = pd.Series({"A": 50_000, "B": 150_000, "C": 10_000})
    jobs = pd.Series({"1": 100_000, "2": 100_000, "3": 10_000})
    near, apart, far = np.exp([-1.5, -3.0, -10.0])
    first = 50_000 * near + 150_000 * apart + 10_000 * far
    second = 50_000 * apart + 150_000 * near + 10_000 * far
    third = 200_000 * far + 10_000 * near
    of_a = 50_000 * (1e5 * near / first + 1e5 * apart / second + 1e4 * far / third)
    result = spatial_availability(times, people, jobs, decay.exponential(0.1))
    assert result["A"] == pytest.approx(of_a, rel=1e-12)
    assert result.round().tolist() == [66833, 133203, 9963]
    assert result.sum() == pytest.approx(210_000)


def test_spatial_availability_of_empty_cases():
    def share(times=TIMES, people=PEOPLE, supply=SUPPLY):
        return spatial_availability(times, people, supply, BANDS).tolist()

    assert share(times=TIMES * NAN) == [0, 0, 0]
    assert share(supply=SUPPLY * 0) == [0, 0, 0]
    assert share(people=PEOPLE * 0) == [0, 0, 0]
    assert share(times=TIMES[[]], supply=SUPPLY[[]]) == [0, 0, 0]
    assert sum(share(times=TIMES[["hospital"]], supply=SUPPLY[["hospital"]])) == pytest.approx(10)


@pytest.mark.parametrize("method", METHODS)
def test_empty_cases_are_defined(method):
    def score(times=TIMES, people=PEOPLE, supply=SUPPLY):
        return floating_catchment(times, people, supply, BANDS, method).tolist()

    assert score(times=TIMES * NAN) == [0, 0, 0]  # nothing reached: 0, not NaN
    assert score(supply=SUPPLY * 0) == [0, 0, 0]  # no supply
    assert np.isnan(score(people=PEOPLE * 0)).all()  # nobody: nothing divides the supply
    assert score(times=TIMES[[]], supply=SUPPLY[[]]) == [0, 0, 0]
    alone = score(times=TIMES[["hospital"]], supply=SUPPLY[["hospital"]])
    assert alone[2] == 0
    assert alone[0] > 0


def test_supply_that_serves_nobody_is_reported():
    people = pd.Series({"a": 100, "b": 0, "c": 100})
    score = floating_catchment(TIMES, people, SUPPLY, decay.step(20), "2sfca")
    assert score["a"] == pytest.approx(6 / 200)
    assert np.isnan(score["b"])  # it alone reaches the hospital, and nobody lives there
    assert score.attrs["tigis"]["supply_unreached_share_pct"] == pytest.approx(62.5)
    assert spatial_availability(TIMES, people, SUPPLY, decay.step(20)).tolist() == [3, 0, 3]


def test_bad_options_are_refused():
    with pytest.raises(InputError, match="method"):
        catchment("4sfca")
    with pytest.raises(InputError, match="cutoff_min"):
        catchment("2sfca", cutoff_min=-1)
    with pytest.raises(InputError, match="alpha"):
        spatial_availability(TIMES, PEOPLE, SUPPLY, BANDS, alpha=0)
    with pytest.raises(InputError, match="rows of times"):
        floating_catchment(TIMES, SUPPLY, PEOPLE, BANDS)


# --- what each conserves ------------------------------------------------------------------------

CURVES = st.sampled_from([decay.step(30), BANDS, decay.gaussian(15), decay.linear(45), decay.power(1)])


def reached_supply(times, people, supply, fall):
    """Supply that some people reach, worked out cell by cell."""
    total = 0.0
    for column in times.columns:
        minutes = times[column].dropna()
        if (fall(minutes.to_numpy()) * people[minutes.index]).sum() > 0:
            total += supply[column]
    return total


@given(minutes_tables(), CURVES, st.sampled_from(METHODS[:3]))
def test_people_times_score_is_the_supply_reached(table, fall, method):
    times, people, supply = table
    score = floating_catchment(times, people, supply, fall, method)
    wanted = reached_supply(times, people, supply, fall)
    assert (score.fillna(0) * people).sum() == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(minutes_tables(), st.sampled_from([BANDS, decay.gaussian(15), decay.linear(45)]))
def test_m2sfca_gives_no_more_than_e2sfca(table, fall):
    times, people, supply = table
    less = floating_catchment(times, people, supply, fall, "m2sfca").fillna(0)
    more = floating_catchment(times, people, supply, fall, "e2sfca").fillna(0)
    assert (less <= more + 1e-12).all()


@given(minutes_tables(), CURVES)
def test_bfca_conserves_demand_and_levels(table, fall):
    times, people, supply = table
    weights = fall(times.fillna(1e9).to_numpy())
    weights[times.isna().to_numpy()] = 0
    rows = weights.sum(axis=1, keepdims=True)
    choices = np.divide(weights, rows, out=np.zeros_like(weights), where=rows > 0)
    allocated = choices.T @ people.to_numpy()
    assert allocated.sum() == pytest.approx(people[rows[:, 0] > 0].sum(), rel=1e-9, abs=1e-9)
    levels = np.divide(supply, allocated, out=np.zeros(len(supply)), where=allocated > 0)
    score = floating_catchment(times, people, supply, fall, "bfca")
    if not score.isna().any():
        assert score.sum() == pytest.approx(levels.sum(), rel=1e-9, abs=1e-12)


@given(minutes_tables(), CURVES)
def test_spatial_availability_over_demand_is_2sfca(table, fall):
    times, people, supply = table
    available = spatial_availability(times, people, supply, fall)
    score = floating_catchment(times, people, supply, fall, "2sfca")
    lived = people > 0
    np.testing.assert_allclose(available[lived] / people[lived], score[lived], rtol=1e-9, atol=1e-12)
    unreached = score.attrs["tigis"]["supply_unreached_share_pct"]
    assert available.sum() == pytest.approx(supply.sum() * (1 - unreached / 100), rel=1e-9, abs=1e-9)


@given(minutes_tables(), CURVES, st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_reaching_nothing_is_zero(table, fall, method, random):
    times, people, supply = table
    rows, columns = list(times.index), list(times.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    one = floating_catchment(times, people, supply, fall, method)
    other = floating_catchment(times.loc[rows, columns], people, supply, fall, method)
    pd.testing.assert_series_equal(one, other.reindex(times.index))
    nowhere = times.isna().all(axis=1)
    assert (one[nowhere] == 0).all()


@given(minutes_tables())
def test_blocks_do_not_change_a_catchment(table):
    times, people, supply = table
    whole = [floating_catchment(times, people, supply, BANDS, method) for method in METHODS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tiGIS.accessibility.minutes._CELLS_AT_ONCE", 1)
        for method, one in zip(METHODS, whole, strict=True):
            pd.testing.assert_series_equal(one, floating_catchment(times, people, supply, BANDS, method))


def test_one_supplier_shares_its_supply_by_weight():
    times = pd.DataFrame({"only": [5.0, 20.0]}, index=["a", "b"])
    people, supply = pd.Series({"a": 10, "b": 10}), pd.Series({"only": 15})
    score = floating_catchment(times, people, supply, BANDS)
    assert score.tolist() == [1.0, 0.5]
    assert cumulative(times, supply, 30).tolist() == [15, 15]
