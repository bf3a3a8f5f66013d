"""One reader for each kind of cell: what French files write is read, the rest is refused with its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tiGIS import _format
from tiGIS._cells import as_codes, as_dates, as_flags, as_numbers, esri_nulls, is_missing
from tiGIS._errors import InputError

SPACES = (" ", "\u00a0", "\u2009", "\u202f", "'")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5", 0.5),
        (" 12.25 ", 12.25),
        ("-3", -3),
        ("\u22123,5", -3.5),
        ("1e3", 1000),
        (",5", 0.5),
        ("12,", 12),
        ("\ufeff7", 7),
        *[(f"1{space}234{space}567,8", 1234567.8) for space in SPACES],
    ],
)
def test_numbers_as_french_files_write_them(text, value):
    assert as_numbers([text], "x").tolist() == [value]


@pytest.mark.parametrize(
    "text", ["1 23", "12 34 567", "1.234,5", "12 %", "0x10", "1_000", "douze", "inf", "1,2,3"]
)
def test_what_is_no_number_is_refused_with_its_place(text):
    with pytest.raises(InputError, match=r"people: .* at 'b'; expected numbers"):
        as_numbers(pd.Series([1, text], index=["a", "b"], dtype=object), "people")


@pytest.mark.parametrize("flag", [True, np.True_])
def test_a_flag_is_no_number(flag):
    with pytest.raises(InputError, match="expected numbers"):
        as_numbers([1.5, flag], "x")
    with pytest.raises(InputError, match="expected numbers"):
        as_numbers(pd.Series([flag, flag]), "x")


def test_numbers_of_every_type_that_pandas_has():
    for column in (
        pd.array([1, None], dtype="Int64"),
        pd.array([1, None], dtype="Float32"),
        pd.array([1, None], dtype="int64[pyarrow]"),
        pd.array(["1", None], dtype="string"),
        pd.Categorical(["1", None]),
        pd.Categorical([1, None]),
        np.array([1, np.nan], dtype="float16"),
        [Decimal("1"), None],
        ["1", "n/a"],
    ):
        np.testing.assert_array_equal(as_numbers(pd.Series(column), "x"), [1, np.nan])
    assert as_numbers(np.array([255], dtype="uint8"), "x").dtype == np.float64


@pytest.mark.parametrize(
    "lost", [np.finfo("f8").min, np.finfo("f8").max, np.finfo("f4").min, -1.797e308, -3.403e38]
)
def test_the_nulls_of_esri_are_no_numbers(lost):
    assert esri_nulls(np.array([lost, 0, 1e30, np.inf, np.nan])).tolist() == [
        True,
        False,
        False,
        False,
        False,
    ]
    np.testing.assert_array_equal(as_numbers([lost, 2], "x"), [np.nan, 2])


@given(st.floats(min_value=-1e9, max_value=1e9), st.integers(0, 5))
@example(67108864.171875, 5)  # half-way between two numbers of 5 decimals
def test_what_tigis_writes_it_reads_back(value, decimals):
    written = _format.number(value, decimals)
    half = 0.500001 * 10.0**-decimals + np.spacing(abs(value))  # what is read is the float next to it
    assert as_numbers([written], "x")[0] == pytest.approx(value, abs=half)


YES = [
    True,
    1,
    1.0,
    np.int64(1),
    "T",
    "true",
    "TRUE",
    " Oui",
    "oui ",
    "yes",
    "Y",
    "vrai",
    "1",
    "1.0",
    Decimal(1),
]
NO = [False, 0, 0.0, np.False_, "F", "False", "Non", "no", "N", "faux", "0", "0.0"]


@pytest.mark.parametrize("cell", YES)
def test_every_yes(cell):
    assert as_flags(pd.Series([cell, None], dtype=object), "x").tolist() == [True, pd.NA]


@pytest.mark.parametrize("cell", NO)
def test_every_no(cell):
    assert as_flags(pd.Series([cell, ""], dtype=object), "x").tolist() == [False, pd.NA]


@pytest.mark.parametrize("cell", ["peut-être", "2", 2, -1, 0.5, "tru", [True], np.inf])
def test_another_word_is_no_flag(cell):
    with pytest.raises(InputError, match=r"toll: .* at 1; expected yes or no"):
        as_flags(pd.Series([True, cell], dtype=object), "toll")


def test_flags_of_every_type_that_pandas_has_and_what_absence_means():
    for column in (
        pd.array([True, None], dtype="boolean"),
        pd.array([1, None], dtype="Int64"),
        np.array([1.0, np.nan]),
    ):
        assert as_flags(pd.Series(column, index=["a", "b"]), "x").tolist() == [True, pd.NA]
        for absent in (True, False):
            flags = as_flags(pd.Series(column, index=["a", "b"]), "x", absent=absent)
            assert flags.dtype == bool
            assert flags.to_dict() == {"a": True, "b": absent}


@pytest.mark.parametrize("cell", [30007, 30007.0, np.int64(30007), "30007", " 30007\u202f", "\ufeff30007"])
def test_one_code_written_many_ways(cell):
    assert as_codes([cell, None, " "], "code") == ["30007", None, None]


@pytest.mark.parametrize("cell", [1.5, True, ["30007"], np.inf])
def test_what_is_no_code(cell):
    with pytest.raises(InputError, match="expected codes as text"):
        as_codes(pd.Series([cell], dtype=object), "code")


@pytest.mark.parametrize(
    "text",
    [
        "2010-11-05",
        "2010/11/5",
        "2010.11.05",
        "20101105",
        "05/11/2010",
        "5-11-2010",
        "05.11.2010",
        "2010-11-05T12:30:00Z",
    ],
)
def test_dates_year_first_or_day_first(text):
    assert as_dates([text, None], "d").tolist() == [pd.Timestamp("2010-11-05"), pd.NaT]


@pytest.mark.parametrize(
    "text", ["2015-02-30", "11/25/2010", "05/11/10", "hier", "2010-13-01", "2010-11/05", "0000-01-01"]
)
def test_days_that_no_calendar_has_are_refused_with_their_place(text):
    with pytest.raises(InputError, match=r"approved: .* at 'b'; expected dates"):
        as_dates(pd.Series(["2010-11-05", text], index=["a", "b"]), "approved")


def test_one_order_for_a_column():
    with pytest.raises(InputError, match="one order"):
        as_dates(["2010-11-05", "05/11/2010"], "d")


def test_dates_that_are_dates_already():
    for column in (
        pd.date_range("2010-11-05 10:00", periods=1),
        [dt.date(2010, 11, 5)],
        [dt.datetime(2010, 11, 5, 23, 59)],
        [pd.Timestamp("2010-11-05", tz="Europe/Paris")],
        np.array(["2010-11-05"], dtype="datetime64[D]"),
    ):
        assert as_dates(column, "d").tolist() == [pd.Timestamp("2010-11-05")]


@given(st.dates(min_value=dt.date(1700, 1, 1), max_value=dt.date(2200, 1, 1)), st.sampled_from("-/."))
def test_any_day_written_both_ways(day, mark):
    texts = [day.strftime(f"%Y{mark}%m{mark}%d").zfill(10)], [day.strftime(f"%d{mark}%m{mark}%Y").zfill(10)]
    assert [as_dates(text, "d").iloc[0].date() for text in texts] == [day, day]


@pytest.mark.parametrize(
    "cell", [None, np.nan, pd.NA, pd.NaT, "", " \u00a0", "NaN", "null", np.datetime64("NaT"), Decimal("nan")]
)
def test_no_value_in_all_its_forms(cell):
    assert is_missing(cell)


@pytest.mark.parametrize("read", [as_numbers, as_flags, as_codes, as_dates])
@pytest.mark.parametrize("thing", [None, "text", 3])
def test_a_column_is_asked_for(read, thing):
    with pytest.raises(InputError, match="expected a column"):
        read(thing, "x")


@pytest.mark.parametrize("read", [as_numbers, as_flags, as_codes, as_dates])
def test_arguments_are_not_changed_and_empty_columns_stay_so(read):
    column = pd.Series([np.nan, None], index=["a", "b"], dtype=object)
    before = column.copy()
    assert len(read(column, "x")) == 2
    pd.testing.assert_series_equal(column, before)
    assert len(read([], "x")) == 0
    numbers = np.array([1.0, np.finfo("f8").max])
    as_numbers(numbers, "x")
    assert numbers[1] == np.finfo("f8").max


@pytest.mark.parametrize("dtype", ["string", "str", object])
def test_codes_are_the_same_in_every_kind_of_text_column(dtype):
    cells = ["30007", " 01004\u00a0", "\ufeff2A004", "", "  ", "null", "NaN", None, "None of these"]
    column = pd.Series(cells, dtype=dtype)
    expected = ["30007", "01004", "2A004", None, None, None, None, None, "None of these"]
    assert as_codes(column, "code") == expected
