"""Measures without competition: worked by hand, then their invariants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes_tables import minutes_tables
from tiGIS import InputError
from tiGIS.accessibility import (
    balancing_cost,
    cumulative,
    cumulative_interval,
    decay,
    gravity,
    nearest,
    population_potential,
    time_to_reach,
)

NAN = np.nan

# Three villages, three towns; no road from c to z.
#        x   y   z     jobs: x 100, y 50, z 10
#   a   10  30  60
#   b   20  20  90
#   c   45  15   -
TIMES = pd.DataFrame(
    {"x": [10.0, 20.0, 45.0], "y": [30.0, 20.0, 15.0], "z": [60.0, 90.0, NAN]}, index=["a", "b", "c"]
)
JOBS = pd.Series({"x": 100, "y": 50, "z": 10})
PEOPLE = pd.Series({"a": 1000, "b": 200, "c": 50})


def test_cumulative_counts_what_stands_at_the_cutoff():
    # a: x at 10 and y at exactly 30; b: x and y; c: y alone
    assert cumulative(TIMES, JOBS, 30).to_dict() == {"a": 150, "b": 150, "c": 50}
    assert cumulative(TIMES, JOBS, 29.999).to_dict() == {"a": 100, "b": 150, "c": 50}


def test_cumulative_with_several_cutoffs_and_from_the_sites():
    table = cumulative(TIMES, JOBS, [15, 60])
    assert list(table.columns) == ["within_15_min", "within_60_min"]
    assert table.loc["a"].tolist() == [100, 160]
    # people within 30 minutes of each town: x: a 1000 + b 200; y: all; z: nobody
    assert cumulative(TIMES, PEOPLE, 30, direction="from").to_dict() == {"x": 1200, "y": 1250, "z": 0}


def test_a_transposed_table_or_the_wrong_side_is_refused():
    with pytest.raises(InputError, match="columns of times"):
        cumulative(TIMES.T, JOBS, 30)
    with pytest.raises(InputError, match="columns of times"):
        cumulative(TIMES, PEOPLE, 30)
    with pytest.raises(InputError, match="direction"):
        cumulative(TIMES, PEOPLE, 30, direction="out")  # type: ignore[arg-type]


def test_cumulative_interval_is_the_mean_of_the_counts_at_each_cutoff():
    # a at 28, 29, 30, 31, 32 minutes: 100, 100, 150, 150, 150
    assert cumulative_interval(TIMES, JOBS, (28, 32))["a"] == pytest.approx(130, abs=1e-9)
    assert cumulative_interval(TIMES, JOBS, (28, 32), summary="median")["a"] == 150
    assert cumulative_interval(TIMES, JOBS, (28, 32))["c"] == 50
    assert cumulative_interval(TIMES, JOBS, (28, 32), summary=np.min)["a"] == 100
    with pytest.raises(InputError, match="summary"):
        cumulative_interval(TIMES, JOBS, (28, 32), summary="mode")  # type: ignore[arg-type]


def test_gravity_by_hand():
    # weights by exp(-t ln2/20): a: 100/√2 + 50/2^1.5 + 10/8
    result = gravity(TIMES, JOBS, decay.exponential(np.log(2) / 20))
    assert result["a"] == pytest.approx(100 / 2**0.5 + 50 / 2**1.5 + 10 / 8, rel=1e-12)
    # z is unreachable from c: x weighs 2^-2.25, y 2^-0.75, z nothing
    assert result["c"] == pytest.approx(100 * 2**-2.25 + 50 * 2**-0.75, rel=1e-12)


def test_nearest_with_its_label_and_ties_by_label():
    table = nearest(TIMES)
    assert table["nearest"].to_dict() == {"a": "x", "b": "x", "c": "y"}  # b: x and y both at 20
    assert table["time_min"].to_dict() == {"a": 10, "b": 20, "c": 15}
    third = nearest(TIMES, 3)
    assert list(third.columns)[-2:] == ["nearest_3", "time_3_min"]
    assert pd.isna(third.loc["c", "nearest_3"])
    assert np.isnan(third.loc["c", "time_3_min"])


def test_nearest_beyond_the_number_of_places_and_from_the_sites():
    far = nearest(TIMES[["x"]], 2)
    assert far["time_2_min"].isna().all()
    assert nearest(TIMES, direction="from")["nearest"].to_dict() == {"x": "a", "y": "c", "z": "a"}
    second = nearest(TIMES, 2, direction="from")
    assert second.loc["y", ["nearest_2", "time_2_min"]].tolist() == ["b", 20]
    assert second.loc["z", ["nearest_2", "time_2_min"]].tolist() == ["b", 90]


def test_time_to_reach_by_hand():
    # a gets 100 jobs at 10 minutes, 150 at 30, 160 at 60; c never gets 160
    assert time_to_reach(TIMES, JOBS, 150).to_dict() == {"a": 30, "b": 20, "c": 45}
    assert time_to_reach(TIMES, JOBS, 160)["a"] == 60
    assert np.isnan(time_to_reach(TIMES, JOBS, 160)["c"])
    # the site z has 1,000 people at 60 minutes (a), 1,200 at 90
    assert time_to_reach(TIMES, PEOPLE, 1100, direction="from")["z"] == 90


def test_balancing_cost_by_hand():
    # a needs 1,000 jobs: never; b needs 200: never; c needs 50: y alone has them, at 15
    people = pd.Series({"a": 1000, "b": 150, "c": 50})
    result = balancing_cost(TIMES, people, JOBS)
    assert np.isnan(result["a"])
    assert (result["b"], result["c"]) == (20, 15)
    assert np.isnan(balancing_cost(TIMES, people.where(people != 50, 0), JOBS)["c"])  # nobody there


def test_potential_says_what_a_place_brings_to_itself():
    square = pd.DataFrame({"a": [0.0, 20.0], "b": [20.0, 0.0]}, index=["a", "b"])
    mass = pd.Series({"a": 1000, "b": 500})
    half = decay.linear(40)
    with pytest.raises(InputError, match="0 minute inside"):
        population_potential(square, mass, half)
    assert population_potential(square, mass, half, self_potential="exclude").tolist() == [250, 500]
    inside = pd.Series({"a": 4, "b": 20})  # weights 0.9 and 0.5
    assert population_potential(square, mass, half, self_potential=inside).tolist() == [1150, 750]
    given_minutes = square.mask(square == 0, 4.0)
    assert population_potential(given_minutes, mass, half).tolist() == [1150, 950]


def test_zero_minute_inside_a_zone_is_refused_unless_said():
    square = pd.DataFrame([[0.0, 5.0], [5.0, 3.0]], index=["a", "b"], columns=["a", "b"])
    jobs = pd.Series({"a": 1, "b": 1})
    for measure in (lambda **k: cumulative(square, jobs, 4, **k), lambda **k: nearest(square, **k)):
        with pytest.raises(InputError, match="0 minute inside the same place \\('a'\\)"):
            measure()
        measure(allow_zero_intrazonal=True)


@pytest.mark.parametrize(
    ("opportunities", "message"),
    [
        (JOBS.drop("x"), "nothing for 1 columns"),
        (pd.concat([JOBS, pd.Series({"w": 1})]), "1 labels that are no columns"),
        (pd.concat([JOBS, pd.Series({"x": 1})]), "more than once"),
        (JOBS.astype(float).replace(100, NAN), "empty"),
        (JOBS - 20, "negative"),
        (JOBS.to_numpy(), "expected a Series"),
    ],
)
def test_opportunities_align_by_label_or_raise(opportunities, message):
    with pytest.raises(InputError, match=message):
        cumulative(TIMES, opportunities, 30)
    with pytest.raises(InputError, match=message):
        gravity(TIMES, opportunities, decay.step(30))


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (TIMES - 20, "negative"),
        (TIMES.replace(10.0, np.inf), "infinite"),
        (TIMES.astype(object), "not numbers"),
        (TIMES.set_axis(["a", "a", "c"]), "more than once"),
        (TIMES.to_numpy(), "expected a DataFrame"),
    ],
)
def test_a_bad_table_is_refused(times, message):
    with pytest.raises(InputError, match=message):
        cumulative(times, JOBS, 30)


def test_empty_and_unreachable_are_defined():
    nothing = TIMES * NAN
    assert cumulative(nothing, JOBS, 30).eq(0).all()
    assert cumulative_interval(nothing, JOBS, (20, 30)).eq(0).all()
    assert gravity(nothing, JOBS, decay.power(2)).eq(0).all()
    assert time_to_reach(nothing, JOBS, 1).isna().all()
    assert nearest(nothing)["time_min"].isna().all()
    assert nearest(nothing)["nearest"].isna().all()
    no_town = TIMES[[]]
    assert cumulative(no_town, JOBS[[]], 30).tolist() == [0, 0, 0]
    assert nearest(no_town)["time_min"].isna().all()
    assert time_to_reach(no_town, JOBS[[]], 1).isna().all()
    assert cumulative(TIMES.iloc[:0], JOBS, 30).empty


def test_arguments_are_not_changed_and_the_result_says_it_is_by_car():
    times, jobs = TIMES.copy(), JOBS.copy()
    result = gravity(times, jobs, decay.step(30))
    pd.testing.assert_frame_equal(times, TIMES)
    pd.testing.assert_series_equal(jobs, JOBS)
    assert "car" in result.attrs["tigis"]["limits"][0]["en"]
    assert result.attrs["tigis"]["decay"] == "step(30 min)"


def test_what_the_minutes_say_of_themselves_stays_with_the_result():
    times = TIMES.copy()
    times.attrs["tigis"] = {
        "sources": [{"fr": "x", "en": "x"}],
        "limits": [{"fr": "vitesses supposées", "en": "speeds assumed"}],
        "error_pct": 9.1,
    }
    said = cumulative(times, JOBS, 30).attrs["tigis"]
    assert said["sources"] == [{"fr": "x", "en": "x"}]
    assert said["limits"][0]["en"] == "speeds assumed"
    assert said["error_pct"] == 9.1


# --- invariants ---------------------------------------------------------------------------------


@given(minutes_tables(), st.floats(0, 60), st.floats(0, 60))
def test_cumulative_never_falls_when_the_cutoff_grows(table, first, second):
    times, _, supply = table
    low, high = sorted((first, second))
    both = cumulative(times, supply, [low, high])
    assert (both.iloc[:, 1] >= both.iloc[:, 0]).all()
    assert (both.iloc[:, 1] <= supply.sum() + 1e-9).all()


@given(minutes_tables(), st.integers(0, 40), st.integers(0, 20))
def test_an_interval_is_the_mean_over_its_cutoffs(table, start, length):
    times, _, supply = table
    cutoffs = list(range(start, start + length + 1))
    expected = cumulative(times, supply, cutoffs).mean(axis=1)
    result = cumulative_interval(times, supply, (start, start + length))
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-9)
    again = cumulative_interval(times, supply, (start, start + length), summary=np.mean)
    np.testing.assert_allclose(again, expected, rtol=1e-9, atol=1e-9)


@given(minutes_tables(), st.floats(0, 60))
def test_cumulative_equals_a_plain_sum(table, cutoff):
    times, people, supply = table
    plain = {
        row: sum(supply[column] for column in times.columns if times.loc[row, column] <= cutoff)
        for row in times.index
    }
    pd.testing.assert_series_equal(
        cumulative(times, supply, cutoff), pd.Series(plain, dtype=float), check_names=False
    )
    from_sites = cumulative(times, people, cutoff, direction="from")
    back = {
        column: sum(people[row] for row in times.index if times.loc[row, column] <= cutoff)
        for column in times.columns
    }
    pd.testing.assert_series_equal(from_sites, pd.Series(back, dtype=float), check_names=False)


@given(minutes_tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(table, random):
    times, people, supply = table
    rows, columns = list(times.index), list(times.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = times.loc[rows, columns]
    for measure in (
        lambda t: cumulative(t, supply, 30),
        lambda t: gravity(t, supply, decay.gaussian(20)),
        lambda t: time_to_reach(t, supply, 5),
        lambda t: balancing_cost(t, people, supply),
        lambda t: nearest(t, 2),
    ):
        before, after = measure(times), measure(shuffled).reindex(times.index)
        if isinstance(before, pd.Series):
            pd.testing.assert_series_equal(before, after)
        else:
            pd.testing.assert_frame_equal(before, after)
    before, after = (nearest(t, 2, direction="from") for t in (times, shuffled))
    pd.testing.assert_frame_equal(before, after.reindex(times.columns))


@given(minutes_tables())
def test_an_unreachable_place_never_counts_as_near(table):
    times, _, supply = table
    without = times.copy()
    without["far"] = np.nan
    more = pd.concat([supply, pd.Series({"far": 1e9})])
    for measure in (
        lambda t, s: cumulative(t, s, 0),
        lambda t, s: cumulative_interval(t, s, (0, 10)),
        lambda t, s: gravity(t, s, decay.power(1)),
        lambda t, s: time_to_reach(t, s, 1),
        lambda t, s: nearest(t)["time_min"],
    ):
        pd.testing.assert_series_equal(measure(times, supply), measure(without, more))


@given(minutes_tables(), st.floats(1, 40))
def test_time_to_reach_is_the_least_cutoff_that_is_enough(table, amount):
    times, _, supply = table
    for row, minutes in time_to_reach(times, supply, amount).items():
        cutoffs = sorted(times.loc[row].dropna())
        enough = [c for c in cutoffs if cumulative(times, supply, c)[row] >= amount * (1 - 1e-12)]
        if enough:
            assert minutes == enough[0]
        else:
            assert np.isnan(minutes)


@given(minutes_tables(), st.integers(1, 5))
def test_nearest_equals_sorting(table, k):
    times, _, _ = table
    result = nearest(times, k)
    for row in times.index:
        wanted = sorted((minutes, column) for column, minutes in times.loc[row].dropna().items())[:k]
        names = [""] if k == 1 else [f"_{n}" for n in range(1, k + 1)]
        got = [(result.loc[row, f"time{s}_min"], result.loc[row, f"nearest{s}"]) for s in names]
        assert [pair for pair in got if not pd.isna(pair[1])] == wanted


@pytest.mark.parametrize("k", [1, 3])
def test_blocks_of_rows_give_what_the_whole_table_gives(monkeypatch, k):
    random = np.random.default_rng(4)
    values = random.integers(1, 60, (50, 20)).astype(float)
    values[random.random((50, 20)) < 0.2] = np.nan
    times = pd.DataFrame(values, index=[f"r{n}" for n in range(50)], columns=[f"c{n}" for n in range(20)])
    jobs = pd.Series(random.integers(0, 9, 20), index=times.columns)
    people = pd.Series(random.integers(0, 9, 50), index=times.index)

    def results():
        return [
            cumulative(times, jobs, [10, 30]),
            cumulative(times, people, [10, 30], direction="from"),
            gravity(times, people, decay.gaussian(20), direction="from").to_frame(),
            nearest(times, k),
            nearest(times, k, direction="from"),
            time_to_reach(times, people, 20, direction="from").to_frame(),
        ]

    whole = results()
    monkeypatch.setattr("tiGIS.accessibility.minutes._CELLS_AT_ONCE", 60)
    for one, other in zip(whole, results(), strict=True):
        pd.testing.assert_frame_equal(one, other)
