"""The composite index: by hand, then what its intervals must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiGIS import InputError
from tiGIS.enclavement import enclavement_index

NAN = np.nan
TABLE = pd.DataFrame(
    {"motorway": [10.0, 30, 50, 90], "tgv": [20.0, 80, 40, 100], "jobs": [900.0, 500, 100, 300]},
    index=["a", "b", "c", "d"],
)
HIGHER = {"motorway": "more_enclaved", "tgv": "more_enclaved", "jobs": "less_enclaved"}


def test_scores_by_hand():
    # min-max: motorway 0, 1/4, 1/2, 1; tgv 0, 3/4, 1/4, 1; jobs 0, 1/2, 1, 3/4 → 1 + 99 × their mean
    table = enclavement_index(TABLE, higher=HIGHER).table
    assert table["score"].tolist() == pytest.approx([1, 50.5, 1 + 99 * 1.75 / 3, 1 + 99 * 2.75 / 3])
    assert table["rank"].tolist() == [4, 3, 2, 1]


def test_weights_and_geometric_mean_by_hand():
    result = enclavement_index(
        TABLE, higher=HIGHER, weights={"motorway": 1, "tgv": 3, "jobs": 0}, aggregation="geometric"
    ).table
    assert result.loc["b", "score"] == pytest.approx((25.75 * 75.25**3) ** 0.25)
    ranks = enclavement_index(TABLE, higher=HIGHER, normalisation="rank").table["score"]
    assert ranks["c"] == pytest.approx(1 + 99 * (2 / 3 + 1 / 3 + 1) / 3)
    z = enclavement_index(TABLE, higher=HIGHER, normalisation="z").table["score"]
    spread = (TABLE["motorway"] - TABLE["motorway"].mean()) / TABLE["motorway"].std(ddof=0)
    single = enclavement_index(TABLE[["motorway"]], normalisation="z").table["score"]
    assert single.tolist() == pytest.approx((1 + 99 * (spread + 3) / 6).tolist())
    assert z.idxmax() == "d"


def test_removing_an_indicator_moves_ranks():
    result = enclavement_index(TABLE, higher=HIGHER)
    # without jobs b (1.0) passes c (0.75): b goes from 3 to 2
    assert result.shifts.loc["b", "jobs"] == 1
    assert result.shifts.loc["c", "jobs"] == -1
    assert result.table.loc["c", ["most_moving", "rank_shift"]].tolist() == ["jobs", -1]
    assert result.sensitivity["jobs"] == pytest.approx(0.5)
    # d stays first and a last whatever is left out: nothing moves them
    assert result.table.loc[["a", "d"], "most_moving"].isna().all()
    assert result.table.loc[["a", "d"], "rank_shift"].tolist() == [0, 0]


def test_an_unknown_indicator_excludes_or_is_made_up_for():
    holes = TABLE.copy()
    holes.loc["d", "tgv"] = NAN
    excluded = enclavement_index(holes, higher=HIGHER).table
    assert excluded.loc["d"].isna().all()
    assert excluded.attrs["tigis"]["territories_without_score"] == 1
    kept = enclavement_index(holes, higher=HIGHER, missing="reweight").table
    assert kept.loc["d", "score"] == pytest.approx(1 + 99 * 1.75 / 2)


def test_ranks_come_with_their_intervals_and_a_seed():
    first, again = (enclavement_index(TABLE, higher=HIGHER, seed=3).table for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert {"rank_low", "rank_median", "rank_high"} <= set(first.columns)
    assert first.loc["c", "rank_low"] < first.loc["c", "rank_high"]  # b and c depend on the choices
    assert first.loc["a", ["rank_low", "rank_high"]].tolist() == [4, 4]  # a is last whatever they are


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 999}, "at least 1000"),
        ({"higher": {"motorway": "more_enclaved"}}, "higher"),
        ({"higher": "worse"}, "higher"),
        ({"weights": {"motorway": 1}}, "weights"),
        ({"weights": {"motorway": -1, "tgv": 1, "jobs": 1}}, "weights"),
        ({"weights": dict.fromkeys(TABLE, 0)}, "weights"),
        ({"normalisation": "max"}, "normalisation"),
        ({"aggregation": "sum"}, "aggregation"),
        ({"missing": "zero"}, "missing"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(InputError, match=message):
        enclavement_index(TABLE, **options)


def test_bad_indicators():
    with pytest.raises(InputError, match="tell no territory from another"):
        enclavement_index(TABLE.assign(same=1.0))
    with pytest.raises(InputError, match="infinite"):
        enclavement_index(TABLE.replace(10.0, np.inf))
    with pytest.raises(InputError, match="no column"):
        enclavement_index(TABLE[[]])


TABLES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=8, unique=True
).filter(lambda rows: all(len({row[n] for row in rows}) > 1 for n in range(3)))


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_invariants(rows, random):
    table = pd.DataFrame(rows, columns=list("xyz"), index=[f"t{n}" for n in range(len(rows))]).astype(float)
    result = enclavement_index(table).table
    n = len(table)
    assert ((result["rank_low"] >= 1) & (result["rank_high"] <= n)).all()
    assert (result["rank_low"] <= result["rank_median"]).all()
    assert (result["rank_median"] <= result["rank_high"]).all()
    assert result["rank"].sum() == pytest.approx(n * (n + 1) / 2)
    # the order of rows, and the unit of an indicator, change nothing
    order = random.sample(list(table.index), n)
    pd.testing.assert_frame_equal(result, enclavement_index(table.loc[order]).table.loc[table.index])
    scaled = enclavement_index(table * [1, 60, 0.1]).table
    pd.testing.assert_series_equal(result["rank"], scaled["rank"])
    # whoever is worst on all is first in every draw
    worst = table.copy()
    worst.loc["worst"] = table.max() + 1
    assert enclavement_index(worst).table.loc["worst", ["rank", "rank_low", "rank_high"]].tolist() == [
        1,
        1,
        1,
    ]
