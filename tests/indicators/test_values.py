"""Figures of the bundled indicators against the tables of facts and the reference figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tiGIS import (
    AggregationError,
    Indicator,
    InputError,
    VintageError,
    aggregate,
    join,
    list_indicators,
    load_epci,
    values,
)
from tiGIS._bundled import bundled_path
from tiGIS.indicators import _datasets, indicator_table
from tiGIS.provenance import description
from tiGIS.sources import read_insee_comparateur
from tiGIS.territory import load_memberships, load_populations, territoire_members

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


def census() -> pd.DataFrame:
    """The bundled table, as it is: figures by commune on the map of 2021."""
    return pd.read_parquet(bundled_path("insee_communes_2018.parquet")).set_index("code_insee")


def test_the_census_by_epci_is_that_compiled_for_the_project(fact_tables):
    facts = pd.read_csv(fact_tables / "insee_epci_2018.csv", dtype={"epci": str}).set_index("epci")
    columns = [column for column in facts if column != "communes"]
    by_epci = census()[columns].groupby(load_memberships(2021)["siren"]).sum()
    facts = facts[facts.index.isin(by_epci.index)]
    assert len(facts) > 1_240  # all but those of Mayotte
    # compiled from communes rounded to a tenth; each commune is bundled to a hundredth
    np.testing.assert_allclose(by_epci.loc[facts.index], facts[columns], rtol=0, atol=0.05 + 0.01 * 160)
    jobs = values("jobs_2018", "epci", map_year=2021)
    np.testing.assert_allclose(jobs[facts.index], facts["P18_EMPLT"], atol=1)


def test_an_epci_whose_perimeter_changed_has_the_figures_of_its_communes():
    now, then = load_memberships(2024)["siren"], load_memberships(2021)["siren"]
    both = now.index.intersection(then.index).intersection(census().index)
    moved = now[both][(now[both] != then[both]) & now[both].notna()].unique()
    assert len(moved) > 5
    jobs = values("jobs_2018", "epci")
    for siren in moved:
        members = now.index[now == siren]
        if members.isin(both).all():  # no merger among them: a plain sum says it
            assert jobs[siren] == pytest.approx(census().loc[members, "P18_EMPLT"].sum())


@pytest.mark.parametrize(
    ("phase", "territory", "jobs"),
    [
        ("2023-2027", "Nice Côte d'Azur", 227_385),
        ("2023-2027", "Pays du Mans", 138_898),
        ("2023-2027", "Nevers Val de Loire", 56_158),
        ("2023-2027", "Vosges Saonoises", 23_151),
    ],
)
def test_a_territoire_dindustrie_has_the_jobs_of_all_its_communes(phase, territory, jobs):
    """The figures were worked out by somebody else, who found parts given for the whole."""
    table = indicator_table("ti", "jobs_2018", phase=phase).set_index("nom")
    assert table.loc[territory, "jobs_2018"] == pytest.approx(jobs, abs=1)


@pytest.mark.parametrize("phase", ["2018-2022", "2023-2027"])
@pytest.mark.parametrize("name", ["jobs_2018", "population_2021", "dwellings_2021"])
def test_every_territoire_dindustrie_is_covered_or_has_no_figure(phase, name):
    figures = values(name, "ti", phase=phase)
    covered = pd.Series(description(figures)["covered_pct"])
    assert (covered[figures.notna()] >= 99.5).all()
    assert set(covered.index[covered < 99.5]) == set(figures.index[figures.isna()])
    assert figures.isna().sum() <= 1  # Mayotte


def test_a_figure_of_a_part_is_given_where_it_is_asked_for(monkeypatch):
    whole = values("jobs_2018", "epci")
    lacking = _datasets.census(2024).copy()
    lacking.attrs = dict(_datasets.census(2024).attrs)
    members = load_memberships(2024)["siren"]
    lacking.loc["30007"] = np.nan  # Alès itself
    monkeypatch.setattr(_datasets, "census", lambda year: lacking)
    figures = values("jobs_2018", "epci")
    assert np.isnan(figures[ALES])
    share = description(figures)["covered_pct"][ALES]
    people = load_populations(2021, 2024).set_index("code_insee")["population"]
    inside = members.index[members == ALES]
    assert share == pytest.approx(
        100 * (1 - people["30007"] / people[inside].sum()), abs=1
    )  # weighed by the people of another census
    assert "whose people are not all covered" in str(description(figures)["limits"])
    part = values("jobs_2018", "epci", min_covered_pct=0)
    assert 0 < part[ALES] < whole[ALES]
    beside = indicator_table("epci", "jobs_2018").loc[ALES]
    assert np.isnan(beside["jobs_2018"])
    assert beside["jobs_2018_covered_pct"] == pytest.approx(share)


def test_ti_are_the_sums_of_their_communes():
    members = territoire_members("2018-2022", communes=True, map_year=2024)
    dwellings = values("dwellings_2021")
    by_commune = members["code_insee"].map(dwellings).groupby(members["id_ti"]).sum()
    found = values("dwellings_2021", "ti", phase="2018-2022").dropna()
    np.testing.assert_allclose(found, by_commune[found.index])


def test_every_indicator_joins_the_epci_of_the_bundle():
    epci = load_epci()
    for name in list_indicators().index:
        if name in ("population_2023", "living_standard_2019", "poverty_2019_pct"):  # later; not summed up
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
    with pytest.raises(AggregationError, match="'living_standard_2019' is a median"):
        values("living_standard_2019", "epci")
    with pytest.raises(InputError, match=r"by commune alone; level is 'epci'.*read_insee_comparateur"):
        values("poverty_2019_pct", "epci")
    with pytest.raises(InputError, match="level='canton'; expected 'commune' or one of 'epci'"):
        values("jobs_2018", "canton")


def test_a_result_says_where_it_comes_from():
    about = description(values("old_2021_pct", "epci"))
    assert about["map_year"] == 2024
    assert about["level"] == "epci"
    assert about["sources"][0]["fr"].startswith("Insee, recensement de la population 2021")
    assert any(limit["fr"].startswith("Mayotte") for limit in about["limits"])


def test_secrecy_stays_unknown():
    members = load_memberships(2024)["siren"]
    poverty = values("poverty_2019_pct")[members.index[members == ALES]]
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
        got = aggregate(table[["P13_EMPLT"]], "epci", min_covered_pct=0).loc[siren]
        assert got["P13_EMPLT"] > 0
        assert 99 < got["P13_EMPLT_covered_pct"] < 100
        whole = aggregate(table[["P13_EMPLT"]], "epci", min_covered_pct=100).loc[siren]
        assert pd.isna(whole["P13_EMPLT"])


@pytest.mark.parametrize("least", [None, 0, 60])
def test_a_sum_over_a_part_of_an_official_territory_is_not_its_figure(least):
    table = load_populations(2021, 2024).set_index("code_insee")[["population"]].astype(float)
    table.loc["30007"] = np.nan  # Alès itself, a third of its intercommunalité
    one = Indicator(name="population", kind="count")
    got = aggregate(table, "epci", indicators=[one], map_year=2024, min_covered_pct=least).loc[ALES]
    assert 60 < got["population_covered_pct"] < 70
    if least is None:
        assert np.isnan(got["population"])
        members = load_memberships(2024)["siren"].rename("own")
        part = aggregate(table, members, indicators=[one], map_year=2024).loc[ALES]
        assert part["population"] > 80_000, "one's own table of members may be a part on purpose"
    else:
        assert got["population"] > 80_000


def test_a_table_gives_parts_where_they_are_asked_for(monkeypatch):
    lacking = _datasets.census(2024).copy()
    lacking.attrs = dict(_datasets.census(2024).attrs)
    lacking.loc["30007"] = np.nan
    monkeypatch.setattr(_datasets, "census", lambda year: lacking)
    parts = indicator_table("epci", "jobs_2018", min_covered_pct=0).loc[ALES]
    assert parts["jobs_2018"] > 0
    assert parts["jobs_2018_covered_pct"] < 70


def test_census_of_regions_and_of_france_are_sums_of_communes():
    region = load_memberships(2021)["region"].reindex(census().index)
    sums = census()["P18_EMPLT"].groupby(region).sum()
    found = values("jobs_2018", "region").drop("06")  # Mayotte
    np.testing.assert_allclose(found, sums[found.index], rtol=2e-3)  # communes of two regions merged since
    rate = census()[["P18_CHOM1564", "P18_ACT1564"]].sum()
    expected = 100 * rate["P18_CHOM1564"] / rate["P18_ACT1564"]
    assert values("unemployment_2018_pct", "france").loc["france"] == pytest.approx(expected)


def test_a_table_of_one_indicator_takes_its_name():
    one = indicator_table("epci", "population_2021")
    assert one.columns.tolist() == ["nom", "population_2021"]
