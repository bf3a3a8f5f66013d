"""Carrying counts to another map: conserved, in one step or several, refused for what can't be carried."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiGIS import AggregationError, Indicator, InputError, VintageError, harmonise
from tiGIS.indicators import passage
from tiGIS.provenance import describe, description
from tiGIS.territory import load_memberships, load_populations

PEOPLE = Indicator(name="people", kind="count")
RATE = Indicator(name="rate", kind="ratio", numerator="jobless", denominator="people", factor=100)
MEAN = Indicator(name="income", kind="mean", weight="people")
MEDIAN = Indicator(name="median", kind="median")

# A and B merge into A; C takes another code, E; D is split into D and F
PAIRS = pd.DataFrame(
    [("A", "A"), ("B", "A"), ("C", "E"), ("D", "D"), ("D", "F")], columns=["code_from", "code_to"]
)
MERGERS = PAIRS[PAIRS["code_from"] != "D"]
YEARS = {"from_year": 2023, "to_year": 2024}


def frame(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.Index(["A", "B", "C", "G"], name="code_insee")).astype(float)


def test_mergers_are_summed_new_codes_followed_others_left():
    table = frame(people=[1, 2, 3, 4])
    got = harmonise(table, **YEARS, indicators=[PEOPLE], pairs=MERGERS)
    assert got["people"].to_dict() == {"A": 3, "E": 3, "G": 4}
    assert description(got)["map_year"] == 2024
    assert description(got)["incomplete"] == []
    assert "2023 carried to that of 2024" in description(got)["limits"][0]["en"]


def test_ratios_and_means_are_computed_again_from_sums():
    table = frame(
        people=[10, 30, 5, 0], jobless=[1, 9, 1, 0], rate=[10, 30, 20, np.nan], income=[100, 200, 50, 9]
    )
    got = harmonise(table, **YEARS, indicators=[RATE, MEAN, PEOPLE], pairs=MERGERS)
    assert list(got.columns) == list(table.columns)
    assert got.loc["A"].tolist() == [40, 10, 25, 175]
    assert got.loc["E"].tolist() == [5, 1, 20, 50]


def test_a_part_that_is_unknown_or_absent_makes_the_whole_unknown():
    got = harmonise(frame(people=[1, np.nan, 3, 4]), **YEARS, indicators=[PEOPLE], pairs=MERGERS)
    assert got["people"].isna().to_dict() == {"A": True, "E": False, "G": False}
    got = harmonise(frame(people=[1, 2, 3, 4]).drop("B"), **YEARS, indicators=[PEOPLE], pairs=MERGERS)
    assert got["people"].isna().to_dict() == {"A": True, "E": False, "G": False}
    assert description(got)["incomplete"] == ["A"]


def test_a_median_is_carried_only_where_nothing_changed():
    table = frame(median=[10, 20, 30, 40])
    with pytest.raises(AggregationError, match=r"is a median: it can't be carried .* \('A'\).*uncarried"):
        harmonise(table, **YEARS, indicators=[MEDIAN], pairs=MERGERS)
    got = harmonise(table, **YEARS, indicators=[MEDIAN], pairs=MERGERS, uncarried="nan")
    assert got["median"].fillna(-1).to_dict() == {"A": -1, "E": 30, "G": 40}
    unchanged = harmonise(table.drop(["A", "B"]), **YEARS, indicators=[MEDIAN], pairs=MERGERS)
    assert unchanged["median"].to_dict() == {"E": 30, "G": 40}


def test_a_split_is_refused_or_shared_out_by_weights():
    table = pd.DataFrame({"people": [90.0]}, index=["D"])
    with pytest.raises(VintageError, match=r"communes split by 2024: D into D, F. Expected weights="):
        harmonise(table, **YEARS, indicators=[PEOPLE], pairs=PAIRS)
    weights = pd.Series({"D": 2, "F": 1, "A": 7})
    got = harmonise(table, **YEARS, indicators=[PEOPLE], pairs=PAIRS, weights=weights)
    assert got["people"].to_dict() == {"D": 60, "F": 30}
    shared = PAIRS.assign(share=[1, 1, 1, 0.9, 0.1])
    got = harmonise(table, **YEARS, indicators=[PEOPLE], pairs=shared)
    assert got["people"].to_dict() == pytest.approx({"D": 81, "F": 9})
    for wrong in (pd.Series({"D": 2}), pd.Series({"D": 2, "F": -1}), pd.Series({"D": 0, "F": 0})):
        with pytest.raises(InputError, match="weights: expected a figure, not negative"):
            harmonise(table, **YEARS, indicators=[PEOPLE], pairs=PAIRS, weights=wrong)


def test_a_split_part_that_merged_needs_its_own_share():
    pairs = pd.DataFrame([("D", "D"), ("D", "A"), ("A", "A")], columns=["code_from", "code_to"])
    table = pd.DataFrame({"people": [90.0, 5.0]}, index=["D", "A"])
    with pytest.raises(VintageError, match="'A' came of a split and of a merger"):
        harmonise(table, **YEARS, indicators=[PEOPLE], pairs=pairs, weights=pd.Series({"D": 1, "A": 1}))
    got = harmonise(table, **YEARS, indicators=[PEOPLE], pairs=pairs.assign(share=[0.8, 0.2, 1]))
    assert got["people"].to_dict() == pytest.approx({"A": 23, "D": 72})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: harmonise(t, **YEARS, pairs=MERGERS), "how do columns 'people' sum up"),
        (
            lambda t: harmonise(t.assign(nom="x"), **YEARS, indicators=[PEOPLE], pairs=MERGERS),
            "how are columns 'nom' carried",
        ),
        (lambda t: harmonise(t, **YEARS, indicators=[PEOPLE, RATE], pairs=MERGERS), "no column 'jobless'"),
        (lambda t: harmonise(t, **YEARS, indicators=[PEOPLE], uncarried="drop"), "uncarried='drop'"),
        (lambda t: harmonise(t, **YEARS, indicators=[PEOPLE]), "4 codes are no communes of the map of 2023"),
        (lambda t: harmonise(t, from_year=2019, to_year=2024, indicators=[PEOPLE]), "2019"),
        (
            lambda t: harmonise(describe(t, map_year=2021), **YEARS, indicators=[PEOPLE]),
            "it says it is on the map of 2021; from_year is 2023",
        ),
        (
            lambda t: harmonise(t, **YEARS, indicators=[PEOPLE], pairs=pd.concat([PAIRS, PAIRS])),
            "a pair that comes twice",
        ),
        (
            lambda t: harmonise(t, **YEARS, indicators=[PEOPLE], pairs=PAIRS.assign(share=0.5)),
            "shares of 'A', 'B', 'C' don't add up to 1",
        ),
        (lambda t: harmonise(pd.concat([t, t]), **YEARS, indicators=[PEOPLE]), "labels more than once"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call(frame(people=[1, 2, 3, 4]))


OLD = [f"{n:05d}" for n in range(1001, 1011)]
NEW = [f"{n:05d}" for n in range(2001, 2006)]


@st.composite
def changes(draw):
    """Figures on an old map, and pairs with shares to a new one: mergers and splits at will."""
    table = pd.DataFrame(
        {
            "people": [float(draw(st.integers(0, 1000))) for _ in OLD],
            "jobs": [float(n) for n in range(len(OLD))],
        },
        index=pd.Index(OLD, name="code_insee"),
    )
    lines = []
    for old in OLD:
        heirs = draw(st.lists(st.sampled_from(NEW), unique=True, min_size=1, max_size=3))
        lines += [(old, new, 1 / len(heirs)) for new in heirs]
    return table, pd.DataFrame(lines, columns=["code_from", "code_to", "share"])


BOTH = [PEOPLE, Indicator(name="jobs", kind="count")]


@settings(max_examples=50)
@given(changes())
def test_counts_are_conserved_and_agree_with_a_plain_reference(change):
    table, pairs = change
    got = harmonise(table, **YEARS, indicators=BOTH, pairs=pairs)
    assert got.sum().to_dict() == pytest.approx(table.sum().to_dict())
    for new in got.index:
        lines = pairs[pairs["code_to"] == new]
        expected = sum(table.loc[old, "people"] * share for old, _, share in lines.itertuples(index=False))
        assert got.loc[new, "people"] == pytest.approx(expected)


@settings(max_examples=50)
@given(changes(), st.randoms())
def test_the_order_of_rows_does_not_matter(change, random):
    table, pairs = change
    rows, lines = list(table.index), list(pairs.index)
    random.shuffle(rows)
    random.shuffle(lines)
    one = harmonise(table, **YEARS, indicators=BOTH, pairs=pairs)
    other = harmonise(table.loc[rows], **YEARS, indicators=BOTH, pairs=pairs.loc[lines])
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@settings(max_examples=30)
@given(changes(), st.data())
def test_two_steps_are_the_same_as_one(change, data):
    table, first = change
    second = pd.DataFrame({"code_from": sorted(first["code_to"].unique())})
    second["code_to"] = [data.draw(st.sampled_from(["03001", "03002"])) for _ in second["code_from"]]
    direct = first.merge(second, left_on="code_to", right_on="code_from")
    direct = direct.groupby(["code_from_x", "code_to_y"], as_index=False)["share"].sum()
    direct.columns = ["code_from", "code_to", "share"]
    middle = harmonise(table, **YEARS, indicators=BOTH, pairs=first)
    twice = harmonise(middle, from_year=2024, to_year=2025, indicators=BOTH, pairs=second)
    once = harmonise(table, **YEARS, indicators=BOTH, pairs=direct)
    pd.testing.assert_frame_equal(twice, once)


class TestBundledMaps:
    """The table of merged and split communes of the bundle."""

    @pytest.mark.parametrize(("start", "end"), [(2021, 2026), (2026, 2021), (2022, 2024), (2023, 2023)])
    def test_passage_is_whole_on_both_sides(self, start, end):
        pairs = passage(start, end)
        assert set(pairs["code_from"]) == set(load_memberships(start).index)
        assert set(pairs["code_to"]) == set(load_memberships(end).index)
        assert not pairs.duplicated().any()

    def test_backwards_is_forwards_turned_round(self):
        forwards, backwards = passage(2021, 2025), passage(2025, 2021)
        turned = backwards.rename(columns={"code_from": "code_to", "code_to": "code_from"})
        pairs = [
            set(side[["code_from", "code_to"]].itertuples(index=False, name=None))
            for side in (forwards, turned)
        ]
        assert pairs[0] == pairs[1]

    def test_corbes_joined_thoiras(self):
        table = pd.DataFrame({"people": [158, 429, 43892]}, index=["30094", "30329", "30007"])
        got = harmonise(table, from_year=2024, to_year=2025, indicators=[PEOPLE])
        assert got["people"].to_dict() == {"30007": 43892, "30329": 587}
        with pytest.raises(VintageError, match=r"30329 into 30094, 30329"):
            harmonise(got, from_year=2025, to_year=2024, indicators=[PEOPLE])

    @pytest.mark.parametrize(("census", "start", "end"), [(2019, 2021, 2022), (2022, 2024, 2025)])
    def test_legal_populations_carried_over_equal_those_published_on_the_other_map(self, census, start, end):
        """One census is published on two maps: carrying the one over must give the other."""

        def published(year):
            return load_populations(census, year).set_index("code_insee")[["population"]]

        count = Indicator(name="population", kind="count")
        expected = published(end)["population"].sort_index()
        carried = harmonise(
            published(start), from_year=start, to_year=end, indicators=[count], weights=expected
        )
        assert carried["population"].sum() == pytest.approx(expected.sum())
        differ = (carried["population"] - expected).abs() > 0.5
        assert not differ.any(), differ[differ].index.tolist()
