"""Figures of the bundled indicators against the tables of facts and the reference figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tiGIS import (
    InputError,
    VintageError,
    aggregate,
    indicator_table,
    join,
    list_indicators,
    load_communes,
    load_epci,
    read_insee_comparateur,
    values,
)
from tiGIS._bundled import bundled_path
from tiGIS._meta import description
from tiGIS.indicators._datasets import ti_members, unchanged_epci
from tiGIS.territory import load_memberships, load_populations

ALES = "200066918"


def test_legal_populations_of_ales():
    assert values("population_2020", "epci")[ALES] == 132_799
    assert values("population_2021", "epci")[ALES] == 134_056
    by_commune = values("population_2021")
    members = load_memberships(2024)
    assert by_commune[members.index[members["siren"] == ALES]].sum() == 134_056


def test_change_on_the_map_where_ales_has_71_communes():
    members = load_memberships(2025)
    communes = members.index[members["siren"] == ALES]
    assert len(communes) == 71
    change = values("population_change_2018_2022", map_year=2025)[communes]
    assert change.notna().all()
    assert "30094" not in change.index  # Corbès, now in Thoiras-Corbès
    then, now = (
        load_populations(census, year).set_index("code_insee")["population"]
        for census, year in ((2018, 2021), (2022, 2025))
    )
    assert change["30329"] == now["30329"] - then["30329"] - then["30094"]
    rate = values("population_change_2018_2022_pct", "epci", map_year=2025)[ALES]
    before = load_memberships(2021)
    people = then[before.index[before["siren"] == ALES]].sum()
    assert rate == pytest.approx(100 * change.sum() / people)


def test_census_of_ales_agrees_with_its_epci():
    jobs = values("jobs_2018")
    assert jobs.sum() == pytest.approx(values("jobs_2018", "epci")[ALES], abs=0.05 * 72)


def test_epci_are_those_of_the_map_and_changed_ones_have_no_figure():
    rate = values("unemployment_2018_pct", "epci")
    assert rate.index.equals(pd.Index(sorted(load_memberships(2024)["siren"].dropna().unique())))
    then = values("unemployment_2018_pct", "epci", map_year=2021)
    both = rate.dropna()
    pd.testing.assert_series_equal(both, then[both.index], check_names=False)
    gone = rate.index[rate.isna()].intersection(then.dropna().index)
    assert len(gone) > 0
    assert set(gone).isdisjoint(unchanged_epci(2021, 2024))
    limits = description(rate)["limits"]
    assert any("whose perimeter changed between 2021 and 2024" in limit["en"] for limit in limits)


def test_unchanged_epci_hold_the_same_communes():
    before, after = load_memberships(2023)["siren"], load_memberships(2024)["siren"]
    same = unchanged_epci(2023, 2024)
    kept = before.index.intersection(after.index)
    kept = kept[before[kept].isin(same)]
    assert (before[kept] == after[kept]).all()
    assert 1200 < len(same) < 1255


@pytest.mark.parametrize("phase", ["2018-2022", "2023-2027"])
def test_members_of_ti_hold_all_their_people(phase):
    members, people = ti_members(2024, phase)
    by_ti = members["member"].map(people).groupby(members["id_ti"]).sum()
    from_communes = values("population_2022", "ti", phase=phase)
    known = from_communes.dropna().index
    np.testing.assert_allclose(by_ti[known], from_communes[known])


def test_ti_from_epci_agree_with_ti_from_communes():
    """Dwellings are bundled by commune: a TI made of whole EPCI must have the sum of theirs."""
    members, _ = ti_members(2024, "2018-2022")
    dwellings = values("dwellings_2021", "epci")
    whole = members[members["member"].isin(dwellings.dropna().index)]
    only_whole = whole.groupby("id_ti").size().eq(members.groupby("id_ti").size(), fill_value=0)
    by_epci = whole["member"].map(dwellings).groupby(whole["id_ti"]).sum()
    by_commune = values("dwellings_2021", "ti", phase="2018-2022")
    checked = only_whole.index[only_whole]
    assert len(checked) > 100
    np.testing.assert_allclose(by_epci[checked], by_commune[checked])


def test_every_indicator_joins_the_epci_of_the_bundle():
    epci = load_epci()
    for name in list_indicators().index:
        if name in ("population_2023", "living_standard_2019", "poverty_2019_pct"):
            continue
        joined, report = join(epci, values(name, "epci"))
        assert report.complete, name
        assert report.unknown[name] < 50, name
        assert np.isfinite(joined.loc[ALES, name])


def test_what_is_not_bundled_is_refused_with_a_way_out():
    with pytest.raises(VintageError, match="population of 2023 is bundled on the maps of 2025"):
        values("population_2023")
    with pytest.raises(VintageError, match="census of 2021 is bundled on the map of 2023; map_year is 2022"):
        values("old_2021_pct", map_year=2022)
    with pytest.raises(InputError, match=r"by EPCI and by TI; level is 'region'.*read_insee_comparateur"):
        values("jobs_2018", "region")
    with pytest.raises(InputError, match="Alès Agglomération alone; level is 'epci'"):
        values("living_standard_2019", "epci")
    with pytest.raises(InputError, match="level='canton'; expected 'commune' or one of 'epci'"):
        values("jobs_2018", "canton")


def test_a_result_says_where_it_comes_from():
    about = description(values("old_2021_pct", "epci"))
    assert about["map_year"] == 2024
    assert about["level"] == "epci"
    assert about["sources"][0]["fr"].startswith("Insee, recensement de la population 2021")
    assert any(limit["fr"].startswith("Mayotte") for limit in about["limits"])


def test_secrecy_stays_unknown():
    poverty = values("poverty_2019_pct")
    assert poverty.notna().sum() == 16
    assert (poverty.dropna() > 0).all()


def test_figures_can_be_summed_up_by_their_name():
    figures = values("population_2021")
    by_epci = aggregate(figures, "epci")
    pd.testing.assert_series_equal(by_epci["population_2021"], values("population_2021", "epci"))


@pytest.mark.parametrize("map_year", [2022, 2024])
def test_a_table_needs_no_polygon(map_year):
    """Nor can some EPCI of 2022 be drawn: their figures and names are known all the same."""
    table = indicator_table("epci", ["population_2019"], map_year=map_year)
    assert len(table) == 1255
    assert table["nom"].notna().all()
    assert not any("IGN" in source["fr"] for source in description(table)["sources"])


def test_two_epci_have_a_commune_with_empty_cells(real_files):
    """Jobs of 2013 aren't known in Sannerville and Saint-Lucien: the sum leaves them out, and says so."""
    table = read_insee_comparateur(real_files / "indicateurs" / "insee_base_cc_comparateur_2022.zip")
    for commune, siren in (("14666", "200065597"), ("76601", "200069730")):
        assert pd.isna(table.loc[commune, "P13_EMPLT"])
        got = aggregate(table[["P13_EMPLT"]], "epci").loc[siren]
        assert got["P13_EMPLT"] > 0
        assert 99 < got["P13_EMPLT_covered_pct"] < 100
        whole = aggregate(table[["P13_EMPLT"]], "epci", min_covered_pct=100).loc[siren]
        assert pd.isna(whole["P13_EMPLT"])


def test_census_ratios_of_regions_and_of_france_are_sums_of_epci():
    epci = pd.read_parquet(bundled_path("insee_epci_2018.parquet")).set_index("siren")
    communes = load_communes()
    known = values("unemployment_2018_pct", "epci").dropna().index
    sums = epci.loc[known, ["P18_CHOM1564", "P18_ACT1564"]].sum()
    expected = 100 * sums["P18_CHOM1564"] / sums["P18_ACT1564"]
    assert values("unemployment_2018_pct", "france").loc["france"] == pytest.approx(expected)
    # each EPCI wholly in the region of most of its people
    people = communes.pivot_table("population", "siren", "region", aggfunc="sum", fill_value=0)
    occitanie = people.idxmax(axis=1).loc[lambda region: region == "76"].index.intersection(known)
    sums = epci.loc[occitanie, ["P18_CHOM1564", "P18_ACT1564"]].sum()
    found = values("unemployment_2018_pct", "region")
    assert found.loc["76"] == pytest.approx(100 * sums["P18_CHOM1564"] / sums["P18_ACT1564"])
    assert "plus d'habitants" in description(found)["limits"][-1]["fr"]


def test_a_table_of_one_indicator_takes_its_name():
    one = indicator_table("epci", "population_2021")
    assert one.columns.tolist() == ["nom", "population_2021"]
