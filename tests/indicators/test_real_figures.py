"""Insee's own file, read and summed up, against the figures compiled for the project."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tiGIS import AggregationError, Indicator, aggregate, harmonise, read_insee_comparateur
from tiGIS.territory import load_memberships


@pytest.fixture(scope="module")
def comparateur(shared_data):
    return read_insee_comparateur(shared_data / "indicateurs" / "insee_base_cc_comparateur_2022.zip")


@pytest.fixture(scope="module")
def facts(shared_facts):
    return pd.read_csv(shared_facts / "insee_epci_2018.csv", dtype={"epci": str}).set_index("epci")


def test_all_epci_of_2018_to_the_unit(comparateur, facts):
    columns = [name for name in facts if name != "communes"]
    got = aggregate(comparateur, "epci", indicators=columns)
    assert len(got) == len(facts) == 1254
    pd.testing.assert_index_equal(got.index, facts.index, check_names=False)
    np.testing.assert_array_equal(got[columns].isna(), facts[columns].isna())
    # the compiled figures are rounded to 0.1
    np.testing.assert_allclose(got[columns], facts[columns], rtol=0, atol=0.05 + 1e-6)


def test_medians_of_the_file_are_refused(comparateur):
    with pytest.raises(AggregationError, match="'MED19' is a median"):
        aggregate(comparateur, "epci")


def test_taxed_households_are_weighted_by_households(comparateur):
    got = aggregate(comparateur, "epci", indicators=["PIMP19"]).loc["200066918"]
    table = comparateur[["PIMP19", "NBMENFISC19"]].dropna()
    members = load_memberships(2021)["siren"]
    inside = table[members.reindex(table.index) == "200066918"]
    assert got["PIMP19"] == pytest.approx(np.average(inside["PIMP19"], weights=inside["NBMENFISC19"]))
    assert 50 < got["PIMP19_covered_pct"] < 100  # small communes are secret


def test_unemployment_is_the_ratio_of_the_sums(comparateur, facts):
    rate = Indicator(
        name="rate", kind="ratio", numerator="P18_CHOM1564", denominator="P18_ACT1564", factor=100
    )
    got = aggregate(comparateur, "epci", indicators=[rate])["rate"]
    expected = 100 * facts["P18_CHOM1564"] / facts["P18_ACT1564"]
    np.testing.assert_allclose(got, expected, rtol=1e-3)


def test_the_census_carried_to_the_next_maps_is_conserved(comparateur):
    counts = ["P18_POP", "P18_EMPLT", "SUPERF"]
    table = comparateur[counts]
    people = aggregate(table, "france", indicators=["P18_POP"]).loc["france", "P18_POP"]
    carried = harmonise(table, from_year=2021, to_year=2023)
    assert len(carried) == 34945
    mayotte = carried.index.str.startswith("976")
    assert carried.loc[~mayotte].notna().all(axis=None)
    assert carried["P18_POP"].sum() == people
    assert aggregate(carried, "region").loc["76", "SUPERF"] == pytest.approx(
        aggregate(table, "region").loc["76", "SUPERF"]
    )
