"""The APL and UFC-Que Choisir's reading, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tiGIS import InputError
from tiGIS.accessibility import APL_WEIGHTS, apl, standardised_demand, ufc

TIMES = pd.DataFrame({"doctor": [5.0, 10.0, 15.0, 20.0, 30.0]}, index=list("abcde"))
PEOPLE = pd.Series(1000, index=list("abcde"))
SUPPLY = pd.Series({"doctor": 5400.0})


def test_apl_weights_by_version():
    # 2012: 1, 0.3, 0.1, 0, 0 → 1,400 weighted people; 2015: 1, 1, 2/3, 1/3, 0 → 3,000
    per_person = 5400 / 1400
    assert apl(TIMES, PEOPLE, SUPPLY, version="2012")["apl"].tolist() == pytest.approx(
        [per_person, 0.3 * per_person, 0.1 * per_person, 0, 0]
    )
    recent = apl(TIMES, PEOPLE, SUPPLY)
    assert recent["apl"].tolist() == pytest.approx([1.8, 1.8, 1.2, 0.6, 0])
    own = apl(TIMES, PEOPLE, SUPPLY, weights={30: 1})
    assert own["apl"].tolist() == pytest.approx([1.08] * 5)
    assert set(APL_WEIGHTS) == {"2012", "2015"}


def test_underserved_is_below_two_and_a_half_consultations():
    result = apl(TIMES, PEOPLE, SUPPLY * 2.5 / 1.8)
    assert result["underserved"].tolist() == [False, False, True, True, True]  # 2.5 itself is served
    heads = apl(TIMES, PEOPLE, SUPPLY, supply_is_activity=False)
    assert heads["underserved"].isna().all()


def test_apl_says_what_is_missing():
    said = apl(
        TIMES,
        PEOPLE,
        SUPPLY,
        supply_is_activity=False,
        demand_is_standardised=False,
        facilities_year=2013,
    ).attrs["tigis"]
    english = " ".join(limit["en"] for limit in said["limits"])
    for words in ("counted in heads", "not standardised", "2013", "not checked", "car"):
        assert words in english
    assert "not checked" not in str(apl(TIMES, PEOPLE, SUPPLY, version="2012").attrs)
    with pytest.raises(InputError, match="version"):
        apl(TIMES, PEOPLE, SUPPLY, version="2020")  # type: ignore[arg-type]


def test_standardised_demand_keeps_the_number_of_people():
    ages = pd.DataFrame({"young": [100, 50], "old": [0, 50]}, index=["a", "b"])
    weighted = standardised_demand(ages, {"young": 2.0, "old": 6.0})
    # 200 and 400 consultations for 200 people
    assert weighted.tolist() == pytest.approx([200 / 3, 400 / 3])
    assert weighted.sum() == pytest.approx(200)
    with pytest.raises(InputError, match="nothing for the ages"):
        standardised_demand(ages, {"young": 2.0})
    with pytest.raises(InputError, match="negative"):
        standardised_demand(-ages, {"young": 2.0, "old": 1.0})


def test_ufc_thresholds():
    # each doctor has 1,000 patients of their own: scores 1, 0.7, 0.69, 0.4, 0.41 in thousandths
    times = pd.DataFrame(np.where(np.eye(5) > 0, 10.0, np.nan), index=list("abcde"), columns=list("vwxyz"))
    doctors = pd.Series([1.0, 0.7, 0.71, 0.4, 0.41], index=list("vwxyz"))
    result = ufc(times, PEOPLE, doctors, national_per_head=0.001)
    assert result["gap_pct"].tolist() == pytest.approx([0, -30, -29, -60, -59])
    assert result["reading"].tolist() == ["adequate", "difficult", "adequate", "desert", "difficult"]


def test_ufc_without_a_national_mean_warns_and_uses_the_mean():
    with pytest.warns(UserWarning, match="national mean"):
        result = ufc(TIMES, PEOPLE, pd.Series({"doctor": 5.0}), facilities_year=2013)
    assert result["gap_pct"].tolist() == pytest.approx([0] * 5)
    assert "2013" in str(result.attrs["tigis"]["limits"])
    assert result.attrs["tigis"]["cutoff_min"] == 30
    far = ufc(TIMES, PEOPLE, pd.Series({"doctor": 5.0}), national_per_head=1, cutoff_min=15)
    assert far["reading"].tolist() == ["desert"] * 5
    with pytest.raises(InputError, match="doctors"):
        ufc(TIMES, PEOPLE, SUPPLY, doctors="nurse")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="national_per_head"):
        ufc(TIMES, PEOPLE, SUPPLY, national_per_head=0)


def test_specialists_are_counted_to_45_minutes():
    times = pd.DataFrame({"doctor": [45.0, 45.1]}, index=["a", "b"])
    people, doctor = pd.Series({"a": 10, "b": 10}), pd.Series({"doctor": 1})
    assert ufc(times, people, doctor, doctors="specialist", national_per_head=0.1)[
        "doctors_per_head"
    ].tolist() == [
        0.1,
        0,
    ]


def test_empty_cases_of_both_are_defined():
    nobody, nothing = PEOPLE * 0, SUPPLY * 0
    for version in ("2012", "2015"):
        assert apl(TIMES * np.nan, PEOPLE, SUPPLY, version=version)["apl"].eq(0).all()
        assert apl(TIMES, PEOPLE, nothing, version=version)["underserved"].all()
        lost = apl(TIMES, nobody, SUPPLY, version=version)  # nobody divides the supply
        assert lost["apl"].isna().tolist() == [True, True, True, version == "2015", False]
        assert lost["underserved"].isna().equals(lost["apl"].isna())
    assert ufc(TIMES, PEOPLE, nothing, national_per_head=1)["reading"].tolist() == ["desert"] * 5
    assert ufc(TIMES, nobody, SUPPLY, national_per_head=1)["reading"].isna().all()
    with pytest.warns(UserWarning, match="national mean"):
        assert ufc(TIMES, PEOPLE, nothing)["reading"].isna().all()
