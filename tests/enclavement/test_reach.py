"""Detours by direction, a day's return trip, potential and efficiency: by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import InputError
from tiGIS.accessibility import decay
from tiGIS.enclavement import bearing_deg, day_trip_reach, detour, network_efficiency, relative_potential

NAN = np.nan


def trips(*rows):
    return pd.DataFrame(rows, columns=["time_min", "network_km", "straight_km", "bearing_deg"]).astype(float)


def test_sectors_are_centred_on_the_points_of_the_compass():
    table = detour(trips([10, 10, 10, 337.5], [10, 10, 10, 22.4], [10, 10, 10, 22.5], [10, 10, 10, 180]))
    assert table.loc[["N", "NE", "S"], "trips"].tolist() == [2, 1, 1]
    wide = detour(trips([10, 10, 10, 337.5], [10, 10, 10, 359]), sectors=16)
    assert wide.loc[["NNW", "N"], "trips"].tolist() == [1, 1]
    assert list(detour(trips([1, 1, 1, 0])).index)[-1] == "all"


def test_ratios_are_sums_over_sums_and_unreachable_is_counted():
    table = detour(
        trips([30, 20, 10, 270], [90, 80, 40, 270], [NAN, NAN, 10, 270], [NAN, NAN, 0, NAN]).assign(
            people=[3.0, 1, 5, 5]
        ),
        weight="people",
    )
    west = table.loc["W"]
    assert west["detour"] == pytest.approx((3 * 20 + 80) / (3 * 10 + 40))
    assert west["crow_kmh"] == pytest.approx((3 * 10 + 40) / ((3 * 30 + 90) / 60))
    assert (west["trips"], west["unreachable"]) == (2, 1)
    assert table.loc["E", ["detour", "crow_kmh"]].isna().all()
    assert table.loc["all", "trips"] == 2  # a trip to the same place is no trip


def test_bad_trips_are_refused():
    with pytest.raises(InputError, match="sectors"):
        detour(trips([1, 1, 1, 0]), sectors=4)
    with pytest.raises(InputError, match="no column"):
        detour(trips([1, 1, 1, 0]).drop(columns="bearing_deg"))
    with pytest.raises(InputError, match="negative or empty"):
        detour(trips([1, 1, 1, 0]).assign(w=-1), weight="w")


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_bearings(dx, dy):
    angle = bearing_deg(np.array([dx]), np.array([dy]))[0]
    if dx == 0 and dy == 0:
        assert np.isnan(angle)
    else:
        assert 0 <= angle < 360
        size = np.hypot(dx, dy)
        assert np.sin(np.radians(angle)) == pytest.approx(dx / size, abs=1e-9)
        assert np.cos(np.radians(angle)) == pytest.approx(dy / size, abs=1e-9)


@given(st.lists(st.tuples(*[st.floats(1, 100)] * 3, st.floats(0, 359.9)), min_size=1, max_size=20))
def test_the_overall_figure_is_that_of_all_sectors(rows):
    table = detour(trips(*rows))
    sectors = table.drop("all")
    assert sectors["trips"].sum() == table.loc["all", "trips"] == len(rows)
    straight = (sectors["trips"] * sectors["straight_km"]).sum()
    network = (sectors["trips"] * sectors["straight_km"] * sectors["detour"]).sum()
    assert table.loc["all", "detour"] == pytest.approx(network / straight)


TIMES = pd.DataFrame({"x": [240.0, 10.0], "y": [241.0, 300.0], "z": [NAN, 60.0]}, index=["a", "b"])
PEOPLE = pd.Series({"x": 100, "y": 200, "z": 100})


def test_day_trip_reach_by_hand():
    table = day_trip_reach(TIMES, PEOPLE, PEOPLE / 2)
    assert table["people"].tolist() == [100, 200]
    assert table["people_share_pct"].tolist() == [25, 50]
    assert table["jobs"].tolist() == [50, 100]


def test_relative_potential_is_100_for_the_nation():
    fall = decay.step(240)
    own = pd.Series({"a": 3, "b": 1})
    # potentials 100 and 200; the mean weighed by 3 and 1 is 125
    assert relative_potential(TIMES, PEOPLE, fall, reference=own).tolist() == [80, 160]
    assert relative_potential(TIMES, PEOPLE, fall, reference=50).tolist() == [200, 400]
    with pytest.raises(InputError, match="national potential"):
        relative_potential(TIMES, PEOPLE, fall, reference=0)


def test_network_efficiency_by_hand():
    straight = pd.DataFrame({"x": [260.0, 13.0], "y": [130.0, 260.0], "z": [50.0, 65.0]}, index=["a", "b"])
    # ideal at 130 km/h: a 120 and 60 minutes; ratios 2 and 241/60
    result = network_efficiency(TIMES, straight, PEOPLE)
    assert result["a"] == pytest.approx((100 * 2 + 200 * 241 / 60) / 300)
    assert result["b"] == pytest.approx((100 * 10 / 6 + 200 * 300 / 120 + 100 * 60 / 30) / 400)
    assert np.isnan(network_efficiency(TIMES * NAN, straight, PEOPLE)).all()
    with pytest.raises(InputError, match="nothing for"):
        network_efficiency(TIMES, straight[["x"]], PEOPLE)
