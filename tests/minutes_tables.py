"""Random tables of minutes for the property tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


@st.composite
def minutes_tables(draw, *, least: int = 1):
    """A table of minutes with holes, people by row and supply by column; zeros among them."""
    rows, columns = draw(st.integers(least, 5)), draw(st.integers(least, 5))
    minute = st.one_of(st.integers(0, 240).map(lambda n: n / 4), st.just(np.nan))
    values = draw(hnp.arrays(np.float64, (rows, columns), elements=minute))
    times = pd.DataFrame(
        values, index=[f"o{n}" for n in range(rows)], columns=[f"d{n}" for n in range(columns)]
    )
    amounts = st.integers(0, 20).map(float)
    people = pd.Series(draw(st.lists(amounts, min_size=rows, max_size=rows)), index=times.index)
    supply = pd.Series(draw(st.lists(amounts, min_size=columns, max_size=columns)), index=times.columns)
    return times, people, supply
