"""What comes in at the doors of join, aggregate and harmonise: codes with spaces, no codes, no tables."""

import pandas as pd
import pytest

import tiGIS

COUNT = tiGIS.Indicator(name="jobs", kind="count")
TABLE = pd.DataFrame({"jobs": [1.0, 2.0, 4.0]}, index=["01001", "01002", "22016"])
PEOPLE = pd.Series({"01001": 10, "01002": 10, "22016": 10})
TWICE = pd.DataFrame([[1, 2]], columns=["jobs", "jobs"], index=["01001"])
LEVELS = TABLE.set_axis(pd.MultiIndex.from_product([["a"], TABLE.index]))
WIDE = TABLE.set_axis(pd.MultiIndex.from_tuples([("jobs", 2020)]), axis=1)


def aggregated(values=TABLE, to=("A", "A", "B"), population=PEOPLE):
    members = pd.Series(to, index=TABLE.index) if isinstance(to, tuple) else to
    return tiGIS.aggregate(values, members, indicators=[COUNT], people=population)


@pytest.mark.parametrize("nowhere", ["", "  ", "\u00a0", None, float("nan"), pd.NA])
def test_an_empty_code_is_no_territory(nowhere):
    result = aggregated(to=("A", "A", nowhere))
    assert result["jobs"].to_dict() == {"A": 3.0}
    assert result.attrs["tigis"]["outside"] == ["22016"]


def test_spaces_around_codes_make_no_other_territory():
    assert aggregated(to=("A", "A ", "\u00a0A"))["jobs"].to_dict() == {"A": 7.0}
    padded = TABLE.set_axis([" 01001", "01002 ", "22016\u202f"])
    assert aggregated(padded)["jobs"].to_dict() == {"A": 3.0, "B": 4.0}
    people = PEOPLE.set_axis(padded.index)
    assert aggregated(population=people)["jobs_covered_pct"].tolist() == [100.0, 100.0]
    frame = pd.DataFrame({"code": padded.index, "to": ["A", " A", ""]})
    assert aggregated(to=frame)["jobs"].to_dict() == {"A": 3.0}


def test_the_same_code_with_and_without_spaces_is_there_twice():
    with pytest.raises(tiGIS.InputError, match="labels more than once"):
        aggregated(TABLE.set_axis(["01001", "01001 ", "22016"]))
    with pytest.raises(tiGIS.InputError, match="more than once in the same territory"):
        aggregated(to=pd.Series(["A", "A ", "B"], index=["01001", "01001 ", "22016"]))


def test_a_row_without_a_code_is_refused():
    with pytest.raises(tiGIS.InputError, match="1 empty labels"):
        aggregated(TABLE.set_axis(["01001", "01002", ""]))


def test_harmonise_reads_codes_alike():
    table = pd.DataFrame({"jobs": [158, 429]}, index=["30094 ", " 30329"])
    carried = tiGIS.harmonise(table, from_year=2024, to_year=2025, indicators=[COUNT])
    assert carried["jobs"].to_dict() == {"30329": 587.0}
    pairs = pd.DataFrame({"code_from": ["1 ", "2"], "code_to": ["3", " 3"]})
    table = pd.DataFrame({"jobs": [1, 2]}, index=["1", "2"])
    carried = tiGIS.harmonise(table, from_year=1, to_year=2, indicators=[COUNT], pairs=pairs)
    assert carried["jobs"].to_dict() == {"3": 3.0}


def test_join_refuses_territories_whose_codes_are_padded():
    frame = pd.DataFrame({"nom": ["a"]}, index=["01001 "])
    with pytest.raises(tiGIS.InputError, match="spaces around them"):
        tiGIS.join(frame, TABLE)


@pytest.mark.parametrize("thing", [None, {"01001": 1}, [1, 2], "table.csv", 3, TWICE, LEVELS, WIDE])
@pytest.mark.parametrize(
    "call",
    [
        lambda thing: aggregated(thing),
        lambda thing: tiGIS.join(TABLE.rename(columns={"jobs": "known"}), thing),
        lambda thing: tiGIS.join(thing, TABLE),
        lambda thing: tiGIS.harmonise(thing, from_year=2024, to_year=2025, indicators=[COUNT]),
    ],
)
def test_what_is_no_table_of_figures_is_refused_by_name(call, thing):
    with pytest.raises(tiGIS.InputError, match=r"^(values|table|territories)[:=]"):
        call(thing)


@pytest.mark.parametrize("members", [None, {"01001": "A"}, ["A"], LEVELS["jobs"], WIDE])
def test_what_is_no_table_of_members_is_refused_by_name(members):
    with pytest.raises(tiGIS.InputError, match=r"^to"):
        aggregated(to=members)


@pytest.mark.parametrize("people", [{"01001": 1}, [1, 2, 3], 3, LEVELS["jobs"]])
def test_what_is_no_population_is_refused_by_name(people):
    with pytest.raises(tiGIS.InputError, match=r"^people[:=]"):
        aggregated(population=people)


def test_reports_are_short_whatever_they_hold():
    communes = tiGIS.load_communes()
    _, report = tiGIS.join(communes[["nom"]], pd.DataFrame({"x": [1]}, index=["01001"]))
    assert len(report.without_data) > 30_000
    assert len(repr(report)) < 500
    assert repr(report) == str(report)
    assert len(repr(tiGIS.territory.summarise_territory(tiGIS.find_territory("84", kind="region")[0]))) < 500
    assert repr(tiGIS.find_territory("30007")[0]).startswith("Territory(kind='commune', code='30007'")
