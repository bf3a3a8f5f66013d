"""Services, doctors and jobs of a territory: by hand on straight roads between real town halls."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

import tiGIS
from tiGIS import InputError
from tiGIS.accessibility import intrazonal_minutes
from tiGIS.enclavement import (
    facilities_on_map,
    facility_items,
    legal_remoteness,
    service_summary,
    service_table,
    town_hall_points,
    urban_unit_targets,
)
from tiGIS.network import network_from_lines
from tiGIS.provenance import description

ALES, ANDUZE, NIMES = "30007", "30010", "30189"


@pytest.fixture(scope="module")
def country():
    return tiGIS.load_communes(departement=["30"]).loc[[ALES, ANDUZE, NIMES]].assign(population=1000)


@pytest.fixture(scope="module")
def halls(country):
    return town_hall_points(country)


@pytest.fixture(scope="module")
def network(halls):
    """Straight roads at 60 km/h from Alès to Anduze and to Nîmes: a kilometre is a minute."""
    ends = [halls.geometry[code] for code in (ANDUZE, NIMES)]
    roads = gpd.GeoDataFrame(
        {"kmh": [60.0, 60.0]}, geometry=[LineString([halls.geometry[ALES], end]) for end in ends], crs=2154
    )
    return network_from_lines(roads, speed="kmh")


@pytest.fixture(scope="module")
def facilities(country):
    """One of everything in Alès but a pharmacy in Anduze; two general practitioners in Nîmes too."""
    services = ("daily", "emergency", "training", "gates", "doctors")
    types = {kind for name in services for kinds in facility_items(name).values() for kind in kinds}
    counts = pd.DataFrame(0, index=[ALES, ANDUZE, NIMES], columns=sorted(types))
    counts.loc[ALES] = 1
    counts["Pharmacie"] = [0, 1, 0]
    counts.loc[NIMES, "Médecin omnipraticien"] = 2
    return counts


@pytest.fixture(scope="module")
def table(network, country, facilities):
    jobs = pd.Series({ALES: 8000.0, NIMES: 60000.0})
    return service_table(
        network,
        country.loc[[ALES, ANDUZE]],
        facilities,
        country=country,
        jobs=jobs,
        carless_share_pct=pd.Series({ALES: 20.0}),
        facilities_year=2013,
    )


def test_services_are_reached_at_the_nearest_commune(table, halls, country):
    apart = halls.distance(halls.geometry[ALES]) / 1000
    own = intrazonal_minutes(tiGIS.area_km2(country))
    assert table.loc[ALES, "pharmacie_min"] == pytest.approx(apart[ANDUZE], abs=0.002)
    assert table.loc[ANDUZE, "pharmacie_min"] == pytest.approx(own[ANDUZE])
    assert table.loc[ANDUZE, "urgences_min"] == pytest.approx(apart[ANDUZE], abs=0.002)
    # 21 services within Alès and the pharmacy of Anduze
    assert table.loc[ALES, "basket_min"] == pytest.approx((21 * own[ALES] + apart[ANDUZE]) / 22, abs=0.002)


def test_doctors_are_shared_with_those_beyond_the_territory(table, halls):
    # Nîmes is 39 km off: out of reach at 30 minutes, within at 45. One practitioner in Alès for Alès and
    # Anduze, 2,000 people; the nation has three for 3,000
    assert halls.geometry[ALES].distance(halls.geometry[NIMES]) / 1000 == pytest.approx(39, abs=0.3)
    assert table["généraliste_per_100000"].tolist() == pytest.approx([50, 50])
    assert description(table)["nation"]["généraliste"] == {"number": 3, "per_100000": pytest.approx(100)}
    assert table["généraliste_gap_pct"].tolist() == pytest.approx([-50, -50])
    assert table["généraliste_reading"].tolist() == ["difficult", "difficult"]
    # a paediatrician in Alès: at 45 minutes the 1,000 people of Nîmes compete as well
    assert table["pédiatre_per_100000"].tolist() == pytest.approx([100 / 3, 100 / 3])
    assert table["pédiatre_reading"].tolist() == ["adequate", "adequate"]
    # APL: Anduze is about 11 km off; 2012 weighs it 0.1, 2015 two thirds
    assert 10 < halls.geometry[ALES].distance(halls.geometry[ANDUZE]) / 1000 < 15
    assert table["apl_2012"].tolist() == pytest.approx([1e5 / 1100, 1e4 / 1100])
    assert table["apl_2015"].tolist() == pytest.approx([60, 40])
    assert description(table)["edge_share_pct"] == 0


def test_jobs_within_a_drive_and_the_drive_to_them(table, halls):
    assert table["jobs_within_30_min"].tolist() == [8000, 8000]
    assert table.loc[ALES, "jobs_within_45_min"] == 68000
    to_nimes = halls.geometry[ALES].distance(halls.geometry[NIMES]) / 1000
    assert table.loc[ALES, "jobs_10000_min"] == pytest.approx(to_nimes, abs=0.002)
    assert table["jobs_100000_min"].isna().all()


def test_the_table_says_its_limits_and_who_has_no_car(table):
    english = [limit["en"] for limit in description(table)["limits"]]
    assert english[0].startswith("Facilities of 2013")
    for words in ("counted in heads", "not the official indicator", "put together", "neighbouring countries"):
        assert any(words in text for text in english), words
    assert table.loc[ALES, "carless_share_pct"] == 20
    assert "unknown for 1" in english[-1]
    assert len(english) == len(set(english))


def test_a_large_territory_is_worked_out_by_departement(table, network, country, facilities, monkeypatch):
    monkeypatch.setattr("tiGIS.enclavement._services._MOST_AT_ONCE", 1)
    jobs = pd.Series({ALES: 8000.0, NIMES: 60000.0})
    apart = country.assign(departement=["30", "48", "30"])  # Anduze on its own
    again = service_table(
        network, apart.loc[[ALES, ANDUZE]], facilities, country=apart, jobs=jobs, facilities_year=2013
    )
    pd.testing.assert_frame_equal(again, table.drop(columns="carless_share_pct"), check_exact=False)
    assert description(again)["nation"] == description(table)["nation"]
    assert description(again)["limits"] == description(table)["limits"][:-1]
    assert description(again)["edge_share_pct"] == 0


def test_territories_are_weighed_by_people(table):
    weighted = table.assign(population=[3000, 1000])
    whole = service_summary(weighted).loc["all"]
    mean = (3 * table.loc[ALES, "basket_min"] + table.loc[ANDUZE, "basket_min"]) / 4
    assert whole["basket_min"] == pytest.approx(mean)
    assert whole["généraliste_difficult_share_pct"] == 100
    assert whole["généraliste_desert_share_pct"] == 0
    beyond = (table["basket_min"] > 7).to_numpy() @ [75, 25]
    assert whole["basket_beyond_7_share_pct"] == pytest.approx(beyond)
    parts = service_summary(weighted, pd.Series({ALES: "A", ANDUZE: "B"}))
    assert parts["basket_min"].tolist() == table["basket_min"].tolist()
    assert parts.loc["A", "carless_share_pct"] == 20
    assert np.isnan(parts.loc["B", "carless_share_pct"])


def test_items_exist_in_three_nomenclatures():
    for services, number in (("daily", 22), ("emergency", 1), ("training", 1), ("gates", 2), ("doctors", 4)):
        names = [list(facility_items(services, year)) for year in ("2013", "2018", "2023")]
        assert names[0] == names[1] == names[2]
        assert len(names[0]) == number
    for year in ("2018", "2023"):
        codes = [code for kinds in facility_items("daily", year).values() for code in kinds]
        assert all(len(code) == 4 and code[0] in "ABCD" and code[1:].isdigit() for code in codes)
    with pytest.raises(InputError, match="services"):
        facility_items("leisure")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="nomenclature"):
        facility_items("daily", "2010")  # type: ignore[arg-type]


def test_old_codes_are_carried_and_counted():
    # 30190 joined 30339 in 2019; 30094 joined 30329 in 2025; 99999 is nowhere
    old = pd.DataFrame({"Boulangerie": [1, 2, 4, 8, 5]}, index=["30190", "30339", "30094", "30329", "99999"])
    before = old.copy()
    result = facilities_on_map(old)
    assert result["Boulangerie"].to_dict() == {"30339": 3, "30094": 4, "30329": 8}
    assert description(result)["matching"] == {
        "same": 3,
        "carried": 1,
        "unmatched": ["99999"],
        "unmatched_share_pct": 25.0,
    }
    assert "'99999'" in description(result)["limits"][-1]["en"]
    assert facilities_on_map(old, 2025)["Boulangerie"].to_dict() == {"30339": 3, "30329": 12}
    pd.testing.assert_frame_equal(old, before)
    with pytest.raises(InputError, match="more than once"):
        facilities_on_map(pd.concat([old, old]))


def test_all_facilities_of_2013_find_their_commune(real_files):
    facilities = tiGIS.sources.read_insee_bpe(real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    carried = facilities_on_map(facilities)
    matching = description(carried)["matching"]
    still = facilities.index.isin(tiGIS.territory.load_memberships(2024).index)
    assert (matching["same"], matching["carried"]) == (still.sum(), (~still).sum())
    assert matching["carried"] > 90
    assert matching["unmatched"] == []
    assert carried.sum().equals(facilities.sum())


def test_urban_units_by_their_jobs(halls):
    names = {ALES: "Alès", ANDUZE: "Anduze", NIMES: "Nîmes"}
    places = halls.assign(nom=pd.Series(names))
    units = pd.Series({ALES: "30501", ANDUZE: "30201", NIMES: "30701", "30132": "30201", "30130": "30000"})
    jobs = pd.Series({ALES: 5000.0, ANDUZE: 1000.0, NIMES: 5001.0, "30132": 500.0, "30130": 9e9})
    targets = urban_unit_targets(places, units, jobs)
    assert targets["urban_unit"]["jobs"].to_dict() == {ALES: 5000, ANDUZE: 1500}  # both bounds count
    assert targets["large_urban_unit"].index.tolist() == [NIMES]
    few = urban_unit_targets(places, units, jobs * 0.99)["urban_unit"]
    assert ANDUZE not in few.index
    # the bill's band: a place near a large unit alone is remote as written, not with strict_band=False
    access = pd.DataFrame(
        {"urban_unit_min": [60.0], "urban_unit_km": [60.0], "large_urban_unit_min": [10.0],
         "large_urban_unit_km": [9.0], "tgv_min": [30.0]}, index=[ALES]
    )  # fmt: skip
    assert legal_remoteness(access, law="2019")["remote"].tolist() == [True]
    assert legal_remoteness(access, law="2019", strict_band=False)["remote"].tolist() == [False]


def test_communes_elsewhere_are_refused(network, country, facilities):
    with pytest.raises(InputError, match="none is among those of the country"):
        service_table(network, country.set_axis(["x", "y", "z"]), facilities, country=country)
