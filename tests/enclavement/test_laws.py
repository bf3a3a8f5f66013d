"""The two legal readings, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import InputError
from tiGIS.enclavement import is_continental, legal_readings, legal_remoteness

NAN = np.nan

#            motorway            station of the high-speed network
#         min   km  straight    min   km  straight
ACCESS = pd.DataFrame(
    [
        [45, 50, 40, 99, 99, 80],  # on both bounds of the motorway: served
        [46, 50, 40, 99, 99, 80],  # a minute late, near enough in km
        [46, 51, 50, 99, 99, 80],  # late and 1 km too far by road, near enough in a straight line
        [99, 99, 80, 20, 20, 15],  # a station is enough in 1995
        [99, 99, 80, 61, 70, 60],
        [NAN, NAN, 60, NAN, NAN, 90],  # no road to any
        [99, 99, 80, 99, 99, 80],  # Corsica
        [99, 99, 80, 99, 99, 80],  # La Réunion
    ],
    columns=["motorway_min", "motorway_km", "motorway_straight_km", "tgv_min", "tgv_km", "tgv_straight_km"],
    index=["30001", "30002", "30003", "30004", "30005", "30006", "2A004", "97411"],
).astype(float)
MAINLAND = slice(0, 6)


def remote(**options):
    return legal_remoteness(ACCESS, **options)["remote"]


def test_1995_in_its_four_readings():
    by_road = [False, False, True, False, True, True]
    assert remote()[MAINLAND].tolist() == by_road
    assert remote(distance="straight")[MAINLAND].tolist() == [False, False, False, False, True, True]
    assert remote(logic="both")[MAINLAND].tolist() == [False, True, True, False, True, True]
    assert remote(distance="straight", logic="both")[MAINLAND].tolist() == [
        *(False, True, True, False, True, True)
    ]


def test_corsica_and_overseas_are_left_out():
    for law in ("1995", "2019"):
        table = legal_remoteness(ACCESS, law=law)
        assert table["remote"].isna().tolist() == [False] * 6 + [True] * 2
        assert table.loc["2A004"].isna().all()
    assert is_continental(pd.Index(["2B033", "97105", "98735", "01004", "75056"])).tolist() == [
        *(False, False, False, True, True)
    ]


def test_which_criterion_fails_and_by_how_much():
    table = legal_remoteness(ACCESS)
    assert table.loc["30003", ["nearest_criterion", "excess_km", "excess_min"]].tolist() == ["motorway", 1, 1]
    assert table.loc["30004", ["nearest_criterion", "excess_km", "excess_min"]].tolist() == ["tgv", 0, 0]
    # 30005: station 16 minutes and 20 km too far, motorway 54 and 49: the station is the nearer to be met
    assert table.loc["30005", ["nearest_criterion", "excess_km", "excess_min"]].tolist() == ["tgv", 20, 16]
    assert np.isinf(table.loc["30006", "excess_min"])


def test_2019_adds_the_station_and_small_towns():
    table = legal_remoteness(ACCESS, law="2019")
    # beyond an hour of a station fails on its own
    assert table["remote"][MAINLAND].tolist() == [True, True, True, True, True, True]
    assert table.loc["30004", ["roads_or_jobs", "tgv_beyond"]].tolist() == [True, False]
    assert table.loc["30001", ["roads_or_jobs", "tgv_beyond"]].tolist() == [False, True]
    town = ACCESS.assign(urban_unit_min=10.0, urban_unit_km=8.0, tgv_min=60.0)
    assert not legal_remoteness(town, law="2019")["remote"][MAINLAND].any()  # 60 is within


def test_2019_strict_band_leaves_large_towns_out():
    large = ACCESS.assign(
        large_urban_unit_min=10.0,
        large_urban_unit_km=8.0,
        urban_unit_min=90.0,
        urban_unit_km=90.0,
        tgv_min=60.0,
    )
    assert legal_remoteness(large, law="2019").loc["30004", "remote"]
    assert not legal_remoteness(large, law="2019", strict_band=False).loc["30004", "remote"]


def test_prefecture_stands_beside():
    table = legal_remoteness(ACCESS.assign(prefecture_min=[45, 46, 1, 1, 1, NAN, 99, 99]), law="2019")
    assert table["prefecture_beyond"][MAINLAND].tolist() == [False, True, False, False, False, True]
    assert table["prefecture_beyond"].isna().tolist() == [False] * 6 + [True] * 2


def test_what_is_not_known_is_said():
    said = legal_remoteness(ACCESS).attrs["tigis"]
    assert said["unknown_targets"] == ["express_road"]
    assert any("2x2 roads that are no motorway" in limit["en"] for limit in said["limits"])
    assert any("1995" in source["fr"] for source in said["sources"])
    with_roads = ACCESS.assign(express_road_min=10.0, express_road_km=5.0)
    assert legal_remoteness(with_roads).attrs["tigis"]["unknown_targets"] == []
    assert not legal_remoteness(with_roads)["remote"][MAINLAND].any()


def test_readings_side_by_side():
    people = pd.Series([100, 200, 300, 400, 500, 500, 9, 9], index=ACCESS.index)
    table = legal_readings(ACCESS, people, people / 10)
    assert table.loc[("road", "either"), "people"] == 1300
    assert table.loc[("road", "either"), "people_share_pct"] == pytest.approx(65)
    assert table.loc[("straight", "either"), ["places", "area_km2"]].tolist() == [2, 100]
    assert table.loc[("road", "both"), "area_share_pct"] == pytest.approx(75)


@pytest.mark.parametrize(
    "wrong",
    [
        {"law": "1999"},
        {"distance": "time"},
        {"logic": "any"},
    ],
)
def test_bad_options(wrong):
    with pytest.raises(InputError, match=f"{next(iter(wrong))}=.*expected '"):
        legal_remoteness(ACCESS, **wrong)
    with pytest.raises(InputError, match="no column"):
        legal_remoteness(ACCESS.drop(columns="motorway_straight_km"), distance="straight")
    with pytest.raises(InputError, match="no column"):
        legal_remoteness(ACCESS[[]])


@given(st.lists(st.tuples(*[st.floats(0, 200) for _ in range(4)]), min_size=1, max_size=6))
def test_either_calls_no_more_places_remote_than_both_and_nearer_never_hurts(rows):
    access = pd.DataFrame(
        rows,
        columns=["motorway_min", "motorway_km", "tgv_min", "tgv_km"],
        index=[f"3000{n}" for n in range(len(rows))],
    )
    either, both = (legal_remoteness(access, logic=logic)["remote"] for logic in ("either", "both"))
    assert not (either & ~both).any()
    nearer = legal_remoteness(access * 0.9)["remote"]
    assert not (nearer & ~either).any()
