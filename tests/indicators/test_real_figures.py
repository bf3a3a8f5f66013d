"""Insee's own file, read and summed up, against the figures compiled for the project."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tiGIS import AggregationError, Indicator, aggregate, harmonise
from tiGIS.indicators import passage
from tiGIS.sources import read_insee_comparateur
from tiGIS.territory import load_memberships


@pytest.fixture(scope="module")
def comparateur(real_files):
    return read_insee_comparateur(real_files / "indicateurs" / "insee_base_cc_comparateur_2022.zip")


@pytest.fixture(scope="module")
def facts(fact_tables):
    return pd.read_csv(fact_tables / "insee_epci_2018.csv", dtype={"epci": str}).set_index("epci")


@pytest.fixture(scope="module")
def whole_epci(comparateur):
    """Those that have all their communes in the cut."""
    members = load_memberships(2021)["siren"].dropna()
    here = members.index.isin(comparateur.index)
    whole = sorted(set(members[here]) - set(members[~here]))
    assert len(whole) > 100
    return whole


def test_epci_of_2018_to_the_unit(comparateur, whole_epci, facts):
    columns = [name for name in facts if name != "communes"]
    # the compiled figures leave empty cells out: Sannerville and Saint-Lucien
    got = aggregate(comparateur, "epci", indicators=columns, min_covered_pct=0).loc[whole_epci]
    facts = facts.loc[whole_epci]
    np.testing.assert_array_equal(got[columns].isna(), facts[columns].isna())
    # the compiled figures are rounded to 0.1
    np.testing.assert_allclose(got[columns], facts[columns], rtol=0, atol=0.05 + 1e-6)


def test_medians_of_the_file_are_refused(comparateur):
    with pytest.raises(AggregationError, match="'MED19' is a median"):
        aggregate(comparateur, "epci")


def test_taxed_households_are_weighted_by_households(comparateur):
    got = aggregate(comparateur, "epci", indicators=["PIMP19"], min_covered_pct=0).loc["200066918"]
    table = comparateur[["PIMP19", "NBMENFISC19"]].dropna()
    members = load_memberships(2021)["siren"]
    inside = table[members.reindex(table.index) == "200066918"]
    assert got["PIMP19"] == pytest.approx(np.average(inside["PIMP19"], weights=inside["NBMENFISC19"]))
    assert 50 < got["PIMP19_covered_pct"] < 100  # small communes are secret


def test_unemployment_is_the_ratio_of_the_sums(comparateur, whole_epci, facts):
    rate = Indicator(
        name="rate", kind="ratio", numerator="P18_CHOM1564", denominator="P18_ACT1564", factor=100
    )
    got = aggregate(comparateur, "epci", indicators=[rate])["rate"].loc[whole_epci]
    facts = facts.loc[whole_epci]
    expected = 100 * facts["P18_CHOM1564"] / facts["P18_ACT1564"]
    np.testing.assert_allclose(got, expected, rtol=1e-3)


def test_the_census_carried_to_the_next_maps_is_conserved(comparateur):
    table = comparateur[["P18_POP", "P18_EMPLT", "SUPERF"]]
    carried = harmonise(table, from_year=2021, to_year=2023)
    pairs = passage(2021, 2023)
    mine = pairs[pairs["code_from"].isin(table.index)]
    assert set(carried.index) == set(mine["code_to"])
    assert len(carried) < len(table)
    assert carried.notna().all(axis=None)
    assert carried["P18_POP"].sum() == table["P18_POP"].sum()
    pd.testing.assert_series_equal(
        carried.groupby(carried.index.str[:2])["SUPERF"].sum(),
        table.groupby(table.index.str[:2])["SUPERF"].sum(),
    )
