"""What readers see of numbers: French typography, and rounding that never lies."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import _format as f

THIN = "\u202f"
finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f.number(1234567.891, 1), f"1{THIN}234{THIN}567,9"),
        (f.number(1234.5, 1, lang="en"), "1,234.5"),
        (f.number(-3.25, 1), "−3,3"),
        (f.number(2.5, 0, signed=True), "+3"),
        (f.number(-0.04, 1), "0,0"),
        (f.number(0, 0, signed=True), "0"),
        (f.number(1e12), f"1{THIN}000{THIN}000{THIN}000{THIN}000"),
        (f.number(1e-9, 9), "0,000000001"),
        (f.number(float("nan")), "donnée absente"),
        (f.number(None, lang="en"), "no data"),
        (f.number(-math.inf), "−∞"),
        (f.quantity(12.34, "%", 1), f"12,3{THIN}%"),
        (f.quantity(12.34, "%", 1, lang="en"), "12.3%"),
        (f.quantity(4, "ha"), f"4{THIN}ha"),
        (f.quantity(float("nan"), "ha"), "donnée absente"),
        (f.duration(59.5), f"1{THIN}h"),
        (f.duration(65), f"1{THIN}h{THIN}05"),
        (f.duration(0.2), f"0{THIN}min"),
        (f.duration(-12), f"−12{THIN}min"),
        (f.duration(12, signed=True), f"+12{THIN}min"),
        (f.duration(None), "donnée absente"),
        (f.ordinal(1, lang="en"), "1st"),
        (f.ordinal(112, lang="en"), "112th"),
        (f.ordinal(1255), f"1{THIN}255ᵉ"),
        (f.plural(1, "commune"), f"1{THIN}commune"),
        (f.plural(2, "mal", "maux"), f"2{THIN}maux"),
    ],
)
def test_as_a_reader_expects(text, expected):
    assert text == expected


@given(finite, st.integers(0, 6))
def test_number_is_the_value_rounded_half_away_from_zero(value, decimals):
    written = f.number(value, decimals).replace(THIN, "").replace(",", ".").replace("−", "-")
    expected = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert Decimal(written) == expected


@given(finite)
def test_enough_decimals_lose_nothing(value):
    decimals = f.decimals_needed([value], most=400)
    written = f.number(value, decimals, lang="en").replace(",", "").replace("−", "-")
    assert float(written) == value


@given(st.integers(0, 100_000))
def test_durations_read_back(minutes):
    hours, _, rest = f.duration(minutes).replace(THIN, "").partition("h")
    total = int(hours) * 60 + int(rest or 0) if "h" in f.duration(minutes) else int(hours.removesuffix("min"))
    assert total == minutes


@given(st.lists(finite, max_size=20))
def test_decimals_never_exceed_what_the_values_have(values):
    assert 0 <= f.decimals_to_tell_apart(values) <= f.decimals_needed(values, most=12)
