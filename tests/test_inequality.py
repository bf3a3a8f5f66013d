"""Inequality: by hand, then against each person taken one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import InputError
from tiGIS.inequality import (
    concentration_index,
    foster_greer_thorbecke,
    gini,
    palma,
    theil,
    theil_parts,
)

VALUES = pd.Series([10.0, 20.0, 30.0], index=list("abc"))
PEOPLE = pd.Series([1, 1, 2], index=list("abc"))


def test_gini_by_hand():
    # people have 10, 20, 30, 30: Σ|differences| / (2 n² mean) = 2·(10+20+20+10+10+0) / (2·16·22.5)
    assert gini(VALUES, PEOPLE) == pytest.approx(140 / 720, abs=1e-12)
    assert gini(VALUES * 0 + 5, PEOPLE) == pytest.approx(0, abs=1e-12)


def test_concentration_by_hand():
    # ranks by income c, b, a: middles 0.25, 0.625, 0.875
    income = pd.Series({"a": 3, "b": 2, "c": 1})
    expected = 2 * (60 * 0.25 + 20 * 0.625 + 10 * 0.875) / 90 - 1
    assert concentration_index(VALUES, PEOPLE, income) == pytest.approx(expected, abs=1e-12)
    assert concentration_index(VALUES, PEOPLE, -income) == pytest.approx(-expected, abs=1e-12)


def test_corrected_concentration_by_hand():
    # shares of 10, 20, 30, 30 %: 4 · 22.5 / 100 of the plain index; the lack of access has the same, turned
    income = pd.Series({"a": 3, "b": 2, "c": 1})
    plain = concentration_index(VALUES, PEOPLE, income)
    corrected = concentration_index(VALUES, PEOPLE, income, bounds=(0, 100))
    assert corrected == pytest.approx(0.9 * plain, abs=1e-12)
    lack = concentration_index(100 - VALUES, PEOPLE, income, bounds=(0, 100))
    assert lack == pytest.approx(-corrected, abs=1e-12)
    assert concentration_index(VALUES * 0, PEOPLE, income, bounds=(0, 100)) == 0
    assert np.isnan(concentration_index(VALUES * np.nan, PEOPLE, income, bounds=(0, 1)))
    for bounds in ((0, 20), (5, 5), (0, np.inf)):
        with pytest.raises(InputError, match="bounds"):
            concentration_index(VALUES, PEOPLE, income, bounds=bounds)


def test_theil_between_and_within_by_hand():
    # groups a and b of 10 and 20, mean 15, and c of 30, 30; overall mean 22.5
    parts = theil_parts(VALUES, PEOPLE, pd.Series({"a": "A", "b": "A", "c": "C"}))
    between = (2 * 15 * np.log(15 / 22.5) + 2 * 30 * np.log(30 / 22.5)) / (4 * 22.5)
    within = (10 * np.log(10 / 15) + 20 * np.log(20 / 15)) / (4 * 22.5)
    assert parts["between"] == pytest.approx(between, abs=1e-12)
    assert parts["within"] == pytest.approx(within, abs=1e-12)
    assert parts["total"] == pytest.approx(theil(VALUES, PEOPLE), abs=1e-12)
    assert theil_parts(VALUES * 0, PEOPLE, VALUES).isna().all()
    with pytest.raises(InputError, match="nothing for 'b'"):
        theil_parts(VALUES, PEOPLE, pd.Series({"a": "A", "c": "C"}))


def test_theil_by_hand():
    m = 22.5
    expected = sum(v / m * np.log(v / m) for v in (10, 20, 30, 30)) / 4
    assert theil(VALUES, PEOPLE) == pytest.approx(expected, abs=1e-12)


def test_palma_shares_the_place_that_straddles():
    # 10 people by income: 3 with 10, 4 with 20, 3 with 30. Poorest 4: 3·10 + 1·20; richest one: 30
    people, income = pd.Series([3, 4, 3], index=list("abc")), pd.Series([1, 2, 3], index=list("abc"))
    assert palma(VALUES, people, income) == pytest.approx(30 / 12.5, abs=1e-12)
    assert palma(VALUES, people, -income) == pytest.approx(10 / 27.5, abs=1e-12)


def test_palma_needs_a_rank_and_refuses_shares():
    income = pd.Series([1, 2, 3], index=list("abc"))
    with pytest.raises(TypeError):
        palma(VALUES, PEOPLE)  # type: ignore[call-arg]
    for name in ("jobs_share_pct", "reached_share"):
        with pytest.raises(InputError, match="is a share"):
            palma(VALUES.rename(name), PEOPLE, income)
    with pytest.raises(InputError, match="is a share"):
        palma(VALUES, PEOPLE, income, is_share=True)


def test_foster_greer_thorbecke_by_hand():
    # jobs, line 25: 10 and 20 fall short, by 0.6 and 0.2
    jobs = {"higher_is_better": True}
    assert foster_greer_thorbecke(VALUES, PEOPLE, 25, 0, **jobs) == pytest.approx(2 / 4)
    assert foster_greer_thorbecke(VALUES, PEOPLE, 25, 1, **jobs) == pytest.approx(0.8 / 4)
    assert foster_greer_thorbecke(VALUES, PEOPLE, 25, 2, **jobs) == pytest.approx(0.4 / 4)
    # minutes, line 25: the two at 30 are beyond, by 0.2; a value on the line is not poor
    assert foster_greer_thorbecke(VALUES, PEOPLE, 25, 1, higher_is_better=False) == pytest.approx(0.4 / 4)
    assert foster_greer_thorbecke(VALUES, PEOPLE, 30, 0, higher_is_better=False) == 0
    with pytest.raises(TypeError):
        foster_greer_thorbecke(VALUES, PEOPLE, 25, 0)  # type: ignore[call-arg]
    with pytest.raises(InputError, match="line"):
        foster_greer_thorbecke(VALUES, PEOPLE, 0, 0, higher_is_better=True)


def test_unknown_values_are_left_out_and_nobody_is_nan():
    more = pd.concat([VALUES, pd.Series({"d": np.nan})])
    people = pd.concat([PEOPLE, pd.Series({"d": 100})])
    assert gini(more, people) == gini(VALUES, PEOPLE)
    assert foster_greer_thorbecke(more, people, 25, 0, higher_is_better=False) == 0.5
    rank = pd.Series(1, index=VALUES.index)
    for result in (
        gini(VALUES * np.nan, PEOPLE),
        gini(VALUES * 0, PEOPLE),
        theil(VALUES, PEOPLE * 0),
        palma(VALUES * 0, PEOPLE, rank),
        concentration_index(VALUES * np.nan, PEOPLE, rank),
        foster_greer_thorbecke(VALUES * np.nan, PEOPLE, 1, 0, higher_is_better=True),
    ):
        assert np.isnan(result)


@pytest.mark.parametrize(
    ("values", "people"),
    [
        (-VALUES, PEOPLE),
        (VALUES, -PEOPLE),
        (VALUES, PEOPLE.iloc[:2]),
        (VALUES * np.inf, PEOPLE),
        ([1], PEOPLE),
    ],
)
def test_bad_input_is_refused(values, people):
    with pytest.raises(InputError, match="expected"):
        gini(values, people)


PLACES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=10
)


@given(PLACES)
def test_weights_are_people_repeated(places):
    table = pd.DataFrame(places, columns=["value", "people", "rank"]).astype(float)
    each = table.loc[table.index.repeat(table["people"].astype(int))].reset_index(drop=True)
    ones = pd.Series(1, index=each.index)
    for one, other in (
        (gini(table["value"], table["people"]), gini(each["value"], ones)),
        (theil(table["value"], table["people"]), theil(each["value"], ones)),
        (
            concentration_index(table["value"], table["people"], table["rank"]),
            concentration_index(each["value"], ones, each["rank"]),
        ),
        (
            palma(table["value"], table["people"], table["rank"]),
            palma(each["value"], ones, each["rank"]),
        ),
    ):
        assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


@given(PLACES)
def test_theil_parts_add_up(places):
    table = pd.DataFrame(places, columns=["value", "people", "group"]).astype(float)
    parts = theil_parts(table["value"], table["people"], table["group"])
    if np.isnan(parts["total"]):
        assert table["value"].sum() == 0
    else:
        assert parts["between"] + parts["within"] == pytest.approx(parts["total"], abs=1e-9)
        assert (parts >= 0).all()
        alone = theil_parts(table["value"], table["people"], pd.Series(table.index, index=table.index))
        assert alone["within"] == pytest.approx(0, abs=1e-9)


@given(PLACES)
def test_gini_is_the_mean_difference(places):
    table = pd.DataFrame(places, columns=["value", "people", "rank"]).astype(float)
    each = np.repeat(table["value"].to_numpy(), table["people"].astype(int))
    result = gini(table["value"], table["people"])
    if each.sum() == 0:
        assert np.isnan(result)
    else:
        expected = np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())
        assert result == pytest.approx(expected, abs=1e-9)
        assert -1e-12 <= result < 1


@given(PLACES, st.floats(0.1, 10))
def test_a_change_of_unit_changes_nothing(places, unit):
    table = pd.DataFrame(places, columns=["value", "people", "rank"]).astype(float)
    for measure in (gini, theil):
        one, other = (
            measure(table["value"], table["people"]),
            measure(table["value"] * unit, table["people"]),
        )
        assert one == pytest.approx(other, abs=1e-9, nan_ok=True)
