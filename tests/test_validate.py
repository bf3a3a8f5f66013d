"""Checks at the door, shared by all rooms."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tiGIS._validate import are_among

_codes = st.lists(st.sampled_from(["01004", "1004", "2A004", "30007", ""]))


@given(values=_codes, codes=_codes, dtype=st.sampled_from(["str", "object"]))
def test_codes_are_found_as_isin_finds_them(values, codes, dtype):
    expected = pd.Series(values, dtype="object").isin(codes).tolist()
    assert are_among(pd.Index(values, dtype=dtype), codes).tolist() == expected
    assert are_among(pd.Series(values, dtype=dtype), pd.Index(codes, dtype="str")).tolist() == expected
