"""Joining: no row lost, none doubled, and a report that adds up."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from tiGIS import InputError, VintageError, join
from tiGIS.provenance import describe, description, note

CODES = ["01001", "01004", "2A004", "30007", "97101"]


def territories(codes=CODES) -> gpd.GeoDataFrame:
    index = pd.Index(codes, name="code_insee", dtype="str")
    points = [Point(n, n) for n in range(len(codes))]
    return gpd.GeoDataFrame(
        {"nom": [f"c{n}" for n in range(len(codes))]}, geometry=points, index=index, crs=2154
    )


def test_each_side_is_told_what_did_not_match():
    table = pd.DataFrame({"code": ["30007", "01001", "99999", None], "people": [5.0, np.nan, 7.0, 8.0]})
    joined, report = join(territories(), table, on="code")
    assert isinstance(joined, gpd.GeoDataFrame)
    assert joined.crs.to_epsg() == 2154
    assert list(joined.index) == CODES
    assert joined["people"].fillna(-1).tolist() == [-1, -1, -1, 5, -1]
    assert report.matched == ("01001", "30007")
    assert report.without_data == ("01004", "2A004", "97101")
    assert report.without_territory == ("99999",)
    assert report.without_code == 1
    assert report.unknown == {"people": 1}
    assert not report.complete
    assert "1 rows without a code" in str(report)
    assert "people 1" in str(report)


def test_a_complete_join_says_so():
    table = pd.Series(range(5), index=CODES, name="people")
    joined, report = join(territories(), table)
    assert report.complete
    assert str(report) == "5 of 5 territories matched, from 5 rows"
    assert joined["people"].tolist() == list(range(5))
    assert pd.api.types.is_integer_dtype(joined["people"])


@pytest.mark.parametrize("code", [1004, 1004.0, np.int64(1004), "1004", " 1004 "])
def test_a_lost_leading_zero_is_mended_and_told(code):
    table = pd.DataFrame({"people": [1, 2]}, index=pd.Index([code, "30007"], dtype=object))
    joined, report = join(territories(), table)
    assert joined.loc["01004", "people"] == 1
    assert report.mended == {"1004": "01004"}
    assert "1 codes mended" in str(report)


def test_a_lost_zero_is_refused_where_another_row_has_the_code():
    table = pd.DataFrame({"people": [1, 2]}, index=["01004", "1004"])
    joined, report = join(territories(), table)
    assert joined.loc["01004", "people"] == 1
    assert report.refused == (("1004", "another row already is '01004'"),)
    assert "1 codes that lost their leading zero, refused: '1004'" in str(report)


def test_a_lost_zero_is_refused_where_it_could_be_several():
    table = pd.DataFrame({"x": [1]}, index=["1"])
    _, report = join(territories(["01", "001", "971"]), table)
    assert report.refused == (("1", "it could be '01' or '001'"),)


def test_zeros_are_not_mended_when_the_caller_says_so():
    table = pd.DataFrame({"x": [1]}, index=[1004])
    joined, report = join(territories(), table, mend_zeros=False)
    assert joined["x"].isna().all()
    assert report.refused == (("1004", "mend_zeros is off; it would be '01004'"),)


def test_departements_lose_their_zero_too():
    table = pd.DataFrame({"x": [1, 2, 3]}, index=[1, 30, 971])
    joined, report = join(territories(["01", "30", "2A", "971"]), table)
    assert joined["x"].fillna(0).tolist() == [1, 2, 0, 3]
    assert report.mended == {"1": "01"}


def test_doubled_codes_are_refused_or_one_is_kept():
    table = pd.DataFrame({"x": [1, 2, 3]}, index=["30007", "30007", "01001"])
    with pytest.raises(InputError, match=r"1 codes on several rows \('30007'\).*Sum the rows up"):
        join(territories(), table)
    first, report = join(territories(), table, duplicates="first")
    last, _ = join(territories(), table, duplicates="last")
    assert (first.loc["30007", "x"], last.loc["30007", "x"]) == (1, 2)
    assert len(first) == 5
    assert report.duplicated == {"30007": 2}
    assert "1 codes on several rows" in str(report)


def test_one_code_lost_its_zero_on_two_rows():
    table = pd.DataFrame({"x": [1, 2]}, index=pd.Index(["1004", "1004"]))
    with pytest.raises(InputError, match="'01004'"):
        join(territories(), table)
    _, report = join(territories(), table, duplicates="last")
    assert report.duplicated == {"01004": 2}


def test_columns_can_be_chosen_and_never_collide():
    table = pd.DataFrame({"nom": ["a"], "x": [1]}, index=["30007"])
    with pytest.raises(InputError, match="columns 'nom' are in territories too"):
        join(territories(), table)
    joined, _ = join(territories(), table, columns=["x"])
    assert list(joined.columns) == ["nom", "geometry", "x"]
    with pytest.raises(InputError, match="no column 'y'"):
        join(territories(), table, columns=["y"])
    with pytest.raises(InputError, match="no column 'code'"):
        join(territories(), table, on="code")
    twice = pd.DataFrame([[1, 2]], columns=["x", "x"], index=["30007"])
    with pytest.raises(InputError, match="'x' come more than once"):
        join(territories(), twice)


def test_territories_must_have_text_codes_each_once():
    frame = territories()
    with pytest.raises(InputError, match="index holds 0, 1, 2, 3, 4; expected codes as text"):
        join(frame.reset_index(drop=True), pd.Series([1], index=["30007"]))
    with pytest.raises(InputError, match=r"1 labels more than once \('30007'\)"):
        join(territories(["30007", "30007"]), pd.Series([1], index=["30007"]))
    with pytest.raises(InputError, match="duplicates='sum'"):
        join(frame, pd.Series([1], index=["30007"]), duplicates="sum")


def test_two_maps_are_not_joined():
    frame = describe(territories(), map_year=2024)
    table = describe(pd.DataFrame({"x": [1.0]}, index=["30007"]), map_year=2021)
    with pytest.raises(VintageError, match=r"map of 2024, the table on that of 2021.*tiGIS\.harmonise"):
        join(frame, table)


def test_sources_and_limits_follow_and_inputs_stay():
    table = describe(pd.DataFrame({"x": [1.0]}, index=["30007"]), sources=[note("Insee", "Insee")])
    frame = territories()
    before, table_before = frame.copy(), table.copy()
    joined, _ = join(frame, table)
    assert description(joined)["sources"] == [{"fr": "Insee", "en": "Insee"}]
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(table, table_before)
    assert "tigis" not in frame.attrs


any_code = st.one_of(
    st.sampled_from(CODES),
    st.sampled_from([1001, 1004, "1001", "1004", "99999", "0", "", None, np.nan, 30007.0]),
)


@given(
    rows=st.lists(st.tuples(any_code, st.integers(0, 99)), max_size=12),
    known=st.lists(st.sampled_from(CODES), unique=True),
    keep=st.sampled_from(["first", "last"]),
    mend=st.booleans(),
)
def test_no_row_is_lost_and_no_territory_doubled(rows, known, keep, mend):
    frame = territories(known)
    table = pd.DataFrame({"code": pd.Series([c for c, _ in rows], dtype=object), "x": [x for _, x in rows]})
    joined, report = join(frame, table, on="code", duplicates=keep, mend_zeros=mend)
    pd.testing.assert_frame_equal(pd.DataFrame(joined.drop(columns="x")), pd.DataFrame(frame))
    assert sorted((*report.matched, *report.without_data)) == sorted(known)
    left_over = sum(number - 1 for number in report.duplicated.values())
    accounted = len(report.matched) + left_over + len(report.without_territory)
    assert accounted + len(report.refused) + report.without_code == len(rows) == report.rows
    assert joined["x"].notna().sum() == len(report.matched)
    str(report)


@given(st.permutations([("30007", 1), (1004, 2), ("99999", 3), ("2A004", 4), (None, 5)]))
def test_the_order_of_rows_does_not_matter(rows):
    table = pd.DataFrame({"code": pd.Series([c for c, _ in rows], dtype=object), "x": [x for _, x in rows]})
    joined, report = join(territories(), table, on="code")
    assert joined["x"].fillna(0).tolist() == [0, 2, 4, 1, 0]
    assert report.without_territory == ("99999",)
