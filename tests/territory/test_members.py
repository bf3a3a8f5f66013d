"""Who belongs to what: the lists by year, the legal populations, the traps of Territoires d'industrie."""

from dataclasses import replace

import pandas as pd
import pytest

import tiGIS
from tiGIS import InputError, VintageError
from tiGIS.territory._members import YEARS


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_its_communes_once_and_its_epci(year):
    members = tiGIS.territory.load_memberships(year)
    assert members.index.is_unique
    assert members["siren"].nunique() == (1254 if year == 2021 else 1255)
    islands = members[members["siren"].isna()]
    assert set(islands.index) == {"22016", "29083", "29155", "85113"}
    assert members["siren_ept"].notna().any() == (year >= 2023)


def test_an_unknown_year_is_refused():
    with pytest.raises(VintageError, match="2021 to 2026"):
        tiGIS.territory.load_memberships(2019)


def test_the_lists_are_not_changed_by_their_users():
    members = tiGIS.territory.load_memberships(2024)
    members.loc["30007", "nom"] = "?"
    assert tiGIS.territory.load_memberships(2024).loc["30007", "nom"] == "Alès"
    changes = tiGIS.territory.load_commune_changes()
    changes["code_from"] = None
    assert tiGIS.territory.load_commune_changes()["code_from"].notna().all()


@pytest.mark.parametrize("year", range(2021, 2026))
def test_changes_lead_from_each_map_to_the_next(year):
    """Applied to the codes of a year, the table of changes gives those of the next, and nothing else."""
    changes = tiGIS.territory.load_commune_changes().query("year_from == @year")
    assert (changes["year_to"] == year + 1).all()
    codes, later = (set(tiGIS.territory.load_memberships(y).index) for y in (year, year + 1))
    splits = changes["kind"] == "split"
    gone, heirs = set(changes.loc[~splits, "code_from"]), set(changes.loc[~splits, "code_to"])
    assert gone <= codes
    assert heirs <= later
    assert set(changes.loc[splits, "code_from"]) <= codes & later
    assert codes - gone | heirs | set(changes.loc[splits, "code_to"]) == later


def test_former_communes_lead_to_communes_of_2021():
    former = tiGIS.territory.load_former_communes()
    today = tiGIS.territory.load_memberships(2021).index
    assert former["code_from"].is_unique
    assert not former["code_from"].isin(today).any()
    assert former["code_to"].isin(today).all()
    heirs = former.set_index("code_from")["code_to"]
    # two cases found elsewhere: Cherbourg-Octeville (2016), Annecy-le-Vieux (2017)
    assert heirs[["50602", "74011"]].tolist() == ["50129", "74010"]


@pytest.mark.parametrize("census", [2019, 2020, 2022])
def test_a_census_on_two_maps_counts_the_same_people_after_the_changes(census):
    """Carry each census from the map before to its own through the table of changes: exact to the unit."""
    before, after = (
        tiGIS.territory.load_populations(census, map_year).set_index("code_insee")["population"]
        for map_year in (census + 2, census + 3)
    )
    changes = tiGIS.territory.load_commune_changes().query("year_to == @census + 3")
    split = set(changes.loc[changes["kind"] == "split", ["code_from", "code_to"]].to_numpy().ravel())
    heir = changes[changes["kind"] != "split"].set_index("code_from")["code_to"]
    carried = before.groupby(before.index.to_series().replace(heir)).sum()
    assert set(carried.index) - split == set(after.index) - split
    same = carried.index[~carried.index.isin(split)]
    assert carried[same].equals(after[same])
    assert before.sum() == after.sum()


def test_legal_population_of_france_is_the_one_that_insee_published():
    # Insee, populations légales, France without Mayotte: 67 760 573 in 2022 and 68 094 280 in 2023
    for census, map_year, people in ((2022, 2025, 67_760_573), (2023, 2025, 68_094_280)):
        assert tiGIS.territory.load_populations(census, map_year)["population"].sum() == people


@pytest.mark.parametrize(
    ("census", "map_year", "said"),
    [
        (1999, None, "census_year is 1999.*2017, 2018"),
        (2021, 2020, "map_year is 2020.*2024.*census_year=2021"),
    ],
)
def test_a_census_that_is_not_there_is_refused_with_those_that_are(census, map_year, said):
    with pytest.raises(tiGIS.VintageError, match=said):
        tiGIS.territory.load_populations(census, map_year)


def test_mayotte_has_its_own_census_and_says_so():
    assert tiGIS.territory.load_populations(2017)["code_insee"].str.startswith("976").all()
    epci = tiGIS.load_epci()
    mayotte = epci[epci["crs_legal"] == "EPSG:4471"]
    assert len(mayotte) == 5
    assert (mayotte["population_year"] == 2017).all()
    assert (epci.loc["200066918", "population_year"]) == 2021


def test_islands_without_epci_have_the_census_of_the_others():
    (yeu,) = tiGIS.find_territory("L'Île-d'Yeu", "commune")
    for year in (2022, 2023, 2024, 2025, 2026):
        (row,) = replace(yeu, year=year).communes().itertuples()
        assert row.population_year == year - 3
        assert 4_800 < row.population < 4_900
        assert pd.isna(row.siren)


def test_the_census_of_2018_is_unknown_on_the_islands_and_not_zero():
    islands = tiGIS.load_communes(departement="29", map_year=2021).loc[["29083", "29155"]]
    assert islands["population"].isna().all()


# ANCT's perimeters, as the reference documents count their members
PERIMETERS = {
    "Nevers Val de Loire": {"epci": 5, "commune": 1},
    "Berry Sologne": {"epci": 4},
    "Bassin de Brive - Périgord": {"epci": 8},
    "Grand Est Touraine": {"epci": 4},
    "Vallée de l'Huisne": {"epci": 4},
    "Roanne - Tarare": {"epci": 6},
    "Carros": {"commune": 1},
    "Grand-Orly Seine Bièvre": {"ept": 1},
}


@pytest.mark.parametrize(("nom", "members"), PERIMETERS.items())
def test_perimeters_of_phase_1_agree_with_the_documents(nom, members):
    table = tiGIS.territory.territoire_members("2018-2022")
    assert table.loc[table["nom"] == nom, "type_membre"].value_counts().to_dict() == members


def test_roanne_tarare_has_about_300000_people():
    territories = tiGIS.load_territoires_industrie("2018-2022").set_index("nom")
    assert territories.loc["Roanne - Tarare", "population"] == pytest.approx(300_000, rel=0.01)


def test_the_two_phases_give_one_id_to_different_territories():
    first, second = (
        tiGIS.territory.territoire_members(phase).drop_duplicates("id_ti").set_index("id_ti")["nom"]
        for phase in ("2018-2022", "2023-2027")
    )
    assert (first["ti-7601"], second["ti-7601"]) == ("Aurillac - Figeac - Rodez", "Alès")


@pytest.mark.parametrize("phase", ["2018-2022", "2023-2027"])
def test_each_commune_is_in_one_territory_at_most(phase):
    communes = tiGIS.territory.territoire_members(phase, communes=True)
    assert communes["code_insee"].is_unique
    assert set(communes["code_insee"]) <= set(tiGIS.territory.load_memberships().index)
    assert communes["id_ti"].nunique() == (149 if phase == "2018-2022" else 183)


def test_three_territories_have_an_ept_of_grand_paris():
    for phase in ("2018-2022", "2023-2027"):
        members = tiGIS.territory.territoire_members(phase)
        assert (members["type_membre"] == "ept").sum() == 3
    communes = tiGIS.territory.territoire_members("2018-2022", communes=True)
    assert len(communes[communes["nom"] == "Grand-Orly Seine Bièvre"]) == 24


def test_members_of_a_phase_need_a_map_that_has_them():
    with pytest.raises(VintageError, match="2022 or later"):
        tiGIS.territory.territoire_members("2018-2022", communes=True, map_year=2021)
    with pytest.raises(InputError, match="2018-2022"):
        tiGIS.territory.territoire_members("2018")
