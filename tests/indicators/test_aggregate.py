"""Summing up by kind: against a plain reference, whatever the order, in one step or two."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiGIS import AggregationError, Indicator, InputError, VintageError, aggregate
from tiGIS.provenance import describe, description

COUNT = Indicator(name="jobs", kind="count")
BALANCE = Indicator(name="balance", kind="count", column="births - deaths")
RATE = Indicator(name="rate", kind="ratio", numerator="jobless", denominator="active", factor=100)
MEAN = Indicator(name="income", kind="mean", weight="households")
ALL = [COUNT, RATE, MEAN, BALANCE]
COLUMNS = ["jobs", "births", "deaths", "jobless", "active", "income", "households"]

CODES = [f"{n:05d}" for n in range(1001, 1013)]


def plain(table: pd.DataFrame, members: pd.Series, people: pd.Series, least: float = 0) -> dict:
    """The same by loops: territory -> indicator -> (figure, share covered)."""
    result: dict = {}
    for territory in sorted(members.dropna().unique()):
        codes = sorted(members.index[members == territory])
        total = sum(people[c] for c in codes)
        for one in ALL:
            known = [
                c
                for c in codes
                if c in table.index and not any(math.isnan(table.loc[c, k]) for k in one.columns)
            ]
            covered = sum(people[c] for c in known)
            share = 100 * covered / total if total else (100.0 if known else 0.0)
            column = {name: [table.loc[c, name] for c in known] for name in one.columns}
            if not known or share < least:
                value = math.nan
            elif one is COUNT:
                value = sum(column["jobs"])
            elif one is BALANCE:
                value = sum(column["births"]) - sum(column["deaths"])
            elif one is RATE:
                below = sum(column["active"])
                value = 100 * sum(column["jobless"]) / below if below else math.nan
            else:
                below = sum(column["households"])
                pairs = zip(column["income"], column["households"], strict=True)
                value = sum(x * w for x, w in pairs) / below if below else math.nan
            result[territory, one.name] = (value, share)
    return result


figure = st.one_of(st.integers(0, 50).map(float), st.just(math.nan))


@st.composite
def situations(draw):
    held = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    rows = [[draw(figure) for _ in COLUMNS] for _ in held]
    table = pd.DataFrame(rows, index=pd.Index(held, dtype="str"), columns=COLUMNS)
    members = pd.Series(
        [draw(st.sampled_from(["A", "B", "C", None])) for _ in CODES], index=CODES, name="siren"
    )
    people = pd.Series([draw(st.integers(0, 9)) for _ in CODES], index=CODES)
    if members.isna().all():
        members.iloc[0] = "A"
    return table, members, people


@settings(max_examples=60)
@given(situations(), st.sampled_from([0, 50, 100]))
def test_agrees_with_the_plain_reference(situation, least):
    table, members, people = situation
    got = aggregate(table, members, indicators=ALL, people=people, min_covered_pct=least)
    expected = plain(table, members, people, least)
    assert len(got) * len(ALL) == len(expected)
    for (territory, name), (value, share) in expected.items():
        assert got.loc[territory, name] == pytest.approx(value, nan_ok=True), (territory, name)
        assert got.loc[territory, f"{name}_covered_pct"] == pytest.approx(share)


@settings(max_examples=25)
@given(situations(), st.randoms())
def test_the_order_of_rows_and_members_does_not_matter(situation, random):
    table, members, people = situation
    rows, lines = list(table.index), list(members.index)
    random.shuffle(rows)
    random.shuffle(lines)
    one = aggregate(table, members, indicators=ALL, people=people)
    other = aggregate(table.loc[rows], members.loc[lines], indicators=ALL[::-1], people=people.loc[lines])
    pd.testing.assert_frame_equal(one, other[one.columns], check_exact=True)


@settings(max_examples=20)
@given(situations())
def test_twice_is_the_same_as_once(situation):
    table, members, people = situation
    region_of = pd.Series({"A": "north", "B": "north", "C": "south"}, name="region")
    region_of = region_of[region_of.index.isin(members.dropna())]
    first = aggregate(table, members, indicators=ALL, people=people, parts=True)
    twice = aggregate(first, region_of, indicators=ALL)
    once = aggregate(table, members.map(region_of), indicators=ALL, people=people)
    pd.testing.assert_frame_equal(twice, once, check_names=False, rtol=1e-12)


@settings(max_examples=40)
@given(situations())
def test_counts_are_conserved(situation):
    table, members, people = situation
    got = aggregate(table, members, indicators=[COUNT], people=people)
    inside = table["jobs"][[code for code in table.index if isinstance(members[code], str)]]
    assert got["jobs"].sum() == inside.sum()


def test_a_ratio_is_a_sum_over_a_sum_not_a_mean_of_ratios():
    table = pd.DataFrame({"jobless": [1.0, 50.0], "active": [2.0, 1000.0]}, index=["01001", "01002"])
    members = pd.Series({"01001": "A", "01002": "A"})
    people = pd.Series({"01001": 10, "01002": 990})
    got = aggregate(table, members, indicators=[RATE], people=people)
    assert got.loc["A", "rate"] == pytest.approx(100 * 51 / 1002)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("median", "is a median: it can't be summed up; take the producer's"),
        ("class", "is a class: .* as counts"),
    ],
)
def test_medians_and_classes_are_refused_with_what_to_use(kind, message):
    table = pd.DataFrame({"MED19": [1.0]}, index=["01001"])
    one = Indicator(name="MED19", kind=kind)
    with pytest.raises(AggregationError, match=message):
        aggregate(table, pd.Series({"01001": "A"}), indicators=[one], people=pd.Series({"01001": 1}))


def test_a_member_of_two_territories_counts_in_both():
    table = pd.DataFrame({"jobs": [3.0, 4.0]}, index=["01001", "01002"])
    members = pd.DataFrame({"member": ["01001", "01001", "01002"], "ti": ["A", "B", "B"]})
    got = aggregate(table, members, indicators=[COUNT], people=pd.Series({"01001": 1, "01002": 1}))
    assert got["jobs"].to_dict() == {"A": 3.0, "B": 7.0}
    assert got.index.name == "ti"


def test_absent_rows_and_outsiders_are_told():
    table = pd.DataFrame({"jobs": [3.0, 4.0]}, index=["01001", "01009"])
    members = pd.Series({"01001": "A", "01002": "A", "01009": None}, name="siren")
    got = aggregate(table, members, indicators=[COUNT], people=pd.Series({"01001": 1, "01002": 3}))
    assert got["jobs_covered_pct"].tolist() == [25.0]
    about = description(got)
    assert about["outside"] == ["01009"]
    assert [limit["en"] for limit in about["limits"]] == [
        "Of 1\u202fterritory, at most 1 covered in part or without a figure (jobs)",
        "In no territory: 1 (01009)",
    ]


def test_population_may_be_a_column():
    table = pd.DataFrame({"jobs": [3.0, np.nan], "people": [1, 3]}, index=["01001", "01002"])
    members = pd.Series({"01001": "A", "01002": "A"})
    assert aggregate(table, members, indicators=[COUNT], people="people").loc["A", "jobs_covered_pct"] == 25


MEMBERS = pd.Series({"01001": "A"})
PEOPLE = pd.Series({"01001": 1})
TABLE = pd.DataFrame({"jobs": [1.0]}, index=["01001"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: aggregate(TABLE, MEMBERS, people=PEOPLE), "how do columns 'jobs' sum up"),
        (lambda: aggregate(TABLE, MEMBERS, indicators=["jobs"], people=PEOPLE), "no indicator 'jobs'"),
        (lambda: aggregate(TABLE, MEMBERS, indicators=[], people=PEOPLE), "indicators: none"),
        (
            lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT, COUNT], people=PEOPLE),
            "'jobs' more",
        ),
        (
            lambda: aggregate(TABLE, MEMBERS, indicators=[RATE], people=PEOPLE),
            "no column 'active'",
        ),
        (lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT]), "population: none given"),
        (lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT], people="people"), "no column 'people'"),
        (
            lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT], people=pd.Series({"X": 1})),
            "no figure for any member",
        ),
        (
            lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT], people=-PEOPLE),
            "figures are negative",
        ),
        (
            lambda: aggregate(TABLE, MEMBERS, indicators=[COUNT], people=PEOPLE, min_covered_pct=101),
            "min_covered_pct=101",
        ),
        (
            lambda: aggregate(TABLE.set_axis(["99999"]), MEMBERS, indicators=[COUNT], people=PEOPLE),
            "1 rows are of no known member: '99999'",
        ),
        (lambda: aggregate(TABLE, pd.Series({1001: "A"}), indicators=[COUNT]), r"not text \(1001\)"),
        (lambda: aggregate(TABLE, pd.Series({"01001": None}), indicators=[COUNT]), "no member at all"),
        (
            lambda: aggregate(TABLE, pd.DataFrame({"a": ["01001"]}), indicators=[COUNT]),
            "1 columns; expected",
        ),
        (
            lambda: aggregate(TABLE, pd.Series(["A", "A"], index=["01001", "01001"]), indicators=[COUNT]),
            "more than once in the same territory",
        ),
        (lambda: aggregate(pd.concat([TABLE, TABLE]), MEMBERS, indicators=[COUNT]), "labels more than once"),
        (
            lambda: aggregate(TABLE.astype(str), MEMBERS, indicators=[COUNT], people=PEOPLE),
            "column 'jobs' holds str; expected numbers",
        ),
        (
            lambda: aggregate(TABLE * np.inf, MEMBERS, indicators=[COUNT], people=PEOPLE),
            "holds an infinite value",
        ),
        (lambda: aggregate(TABLE, "epci", indicators=[COUNT]), "on which map of communes are the values"),
        (
            lambda: aggregate(TABLE, "canton", indicators=[COUNT], map_year=2024),
            "to='canton'; expected one",
        ),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_two_maps_are_not_mixed():
    table = describe(TABLE.copy(), map_year=2021)
    with pytest.raises(VintageError, match=r"several maps of communes \(year: 2024, the values: 2021"):
        aggregate(table, "epci", indicators=[COUNT], map_year=2024)


def test_values_aggregated_before_need_all_members_to_know_the_share():
    first = aggregate(TABLE, MEMBERS, indicators=[COUNT], people=PEOPLE, parts=True)
    region_of = pd.Series({"A": "north", "B": "north"})
    with pytest.raises(InputError, match=r"without 1 members \('B'\)"):
        aggregate(first, region_of, indicators=[COUNT])
    people = pd.Series({"A": 1, "B": 4})
    again = aggregate(first, region_of, indicators=[COUNT], people=people)
    assert again.loc["north", "jobs_covered_pct"] == 20


def test_inputs_stay_as_they_are():
    table, members, people = TABLE.copy(), MEMBERS.copy(), PEOPLE.copy()
    aggregate(table, members, indicators=[COUNT], people=people)
    pd.testing.assert_frame_equal(table, TABLE)
    pd.testing.assert_series_equal(members, MEMBERS)
    assert table.attrs == {}
