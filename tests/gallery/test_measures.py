"""What the titles of the gallery say equals the tables by another path; no rank without its interval."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import tiGIS
from tiGIS._format import duration, number, quantity
from tiGIS.cases.ales import n106
from tiGIS.cases.ales.place import PLACE
from tiGIS.enclavement import INDEX_INDICATORS, enclavement_index, industry_table, is_continental
from tiGIS.gallery import chosen_pages, enclavement, sites_at_town_halls, work
from tiGIS.gallery import network as bundled_network

ALES = "200066918"


@pytest.fixture(scope="module")
def network():
    return bundled_network()


@pytest.fixture(scope="module")
def communes():
    return tiGIS.load_communes(epci=ALES)


@pytest.fixture(scope="module")
def minutes(network, communes):
    """Minutes from each town hall to each motorway access: a whole table, not the nearest search."""
    halls = tiGIS.territory.load_town_halls().loc[communes.index]
    accesses = tiGIS.territory.load_motorway_accesses().cx[600_000:950_000, 6_200_000:6_450_000]
    return tiGIS.travel_times(network, halls, accesses, too_far="unreachable", progress=False), accesses


def drawn(name: str):
    return next(page for page in chosen_pages("all") if page.name == name).make()


def titled(chart) -> str:
    return chart.content.title.replace("\u202f", " ")


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_where_ales_is(network, communes, minutes):
    title = titled(drawn("ales_temps"))
    halls = tiGIS.territory.load_town_halls()
    cities = tiGIS.travel_times(network, halls.loc[["30007"]], halls.loc[["30189", "34172"]], progress=False)
    table, accesses = minutes
    on_the_a9 = table.loc[:, [bool(re.search(r"\bA9\b", routes)) for routes in accesses["routes"]]].min(
        axis=1
    )
    assert plain(f"{duration(float(cities.loc['30007', '30189']))} de Nîmes") in title
    assert plain(f"{duration(float(cities.loc['30007', '34172']))} de Montpellier") in title
    assert plain(f"{duration(float(on_the_a9['30007']))} de l’A9") in title
    assert f"{int((on_the_a9 > 45).sum())} communes sur 72" in title
    stations = tiGIS.territory.load_tgv_stations().to_crs(2154)
    around = stations[stations.distance(halls.to_crs(2154).loc["30007"].geometry) < 150_000]
    trains = tiGIS.travel_times(network, halls.loc[["30007"]], around, too_far="unreachable", progress=False)
    assert plain(f"{duration(float(trains.iloc[0].min()))} d’un TGV") in title
    far = float(communes["population"][on_the_a9 > 45].sum())
    subtitle = drawn("ales_temps").content.subtitle
    assert plain(f"{number(far, 0)} habitants à plus de 45 minutes d’une entrée de l’A9") in plain(subtitle)


def test_contrast_of_the_north_west(communes, minutes):
    chart = drawn("ales_contraste")
    far = minutes[0].min(axis=1) > 60
    figures = tiGIS.territory.load_populations()
    then, now = (
        figures[(figures["census_year"] == census) & (figures["map_year"] <= 2024)]
        .sort_values("map_year")
        .drop_duplicates("code_insee", keep="last")
        .set_index("code_insee")["population"]
        .reindex(communes.index)
        for census in (2018, 2022)
    )
    # 2022 was published on a later map, where Corbès joined Thoiras: no commune of 2024 is far but near there
    now = tiGIS.values("population_2022", "commune").reindex(communes.index) if now.isna().any() else now
    for chosen, words in ((far, "à l’ouest, "), (~far, "ailleurs, ")):
        change = 100 * (now[chosen].sum() / then[chosen].sum() - 1)
        assert plain(words + quantity(float(change), "%", 1, signed=True)) in titled(chart)
    # what is far lies north or west of the town hall of Alès, as the title says
    halls = tiGIS.territory.load_town_halls()
    ales = halls.loc["30007"].geometry
    points = halls.loc[far.index[far]].geometry
    assert ((points.y > ales.y) | (points.x < ales.x)).all()
    assert chart.content.compare == "beside"


def test_the_law_of_1995_by_hand(network, communes):
    halls = tiGIS.territory.load_town_halls().loc[communes.index]
    near = pd.Series(False, index=communes.index)
    for targets in (tiGIS.territory.load_motorway_accesses(), tiGIS.territory.load_tgv_stations()):
        found = tiGIS.nearest(network, halls, targets.to_crs(2154), too_far="unreachable")
        near |= (found["distance_km"] <= 50) | (found["time_min"] <= 45)
    assert is_continental(communes.index).all()
    title = titled(drawn("ales_loi"))
    people = communes["population"]
    assert f"{int((~near).sum())} communes d’Alès" in title
    assert plain(quantity(float(100 * people[~near].sum() / people.sum()), "%", 0)) in title


def test_readings_are_listed_from_the_worst_to_the_best():
    for layer in drawn("ales_loi").layers:
        assert list(layer.categories) == [name for name in enclavement._SHADES if name in layer.categories]
        assert layer.colours == tuple(enclavement._SHADES[name] for name in layer.categories)


@pytest.fixture(scope="module")
def table(network):
    return industry_table(network)


def test_industry_table_against_its_communes(table, network):
    """Minutes weighted by people and the speed as the crow flies of one territory, worked out by hand."""
    members = tiGIS.territory.territoire_members("2018-2022", communes=True)
    codes = members.loc[members["id_ti"] == "ti-7602", "code_insee"]
    communes = tiGIS.load_communes().loc[codes]
    halls = tiGIS.territory.load_town_halls().loc[codes]
    time = tiGIS.nearest(network, halls, tiGIS.territory.load_motorway_accesses())["time_min"]
    assert table.loc["ti-7602", "motorway_min"] == pytest.approx(
        np.average(time, weights=communes["population"]), abs=1e-6
    )
    assert table.loc["ti-7602", "population"] == communes["population"].sum()


def test_industry_table_knows_nothing_off_the_network(table):
    members = tiGIS.territory.territoire_members("2018-2022", communes=True)
    overseas = members.groupby("id_ti")["code_insee"].agg(lambda codes: codes.str.startswith("97").all())
    assert len(table) == 149
    unknown = table[list(INDEX_INDICATORS)].isna().all(axis=1)
    assert unknown[overseas.reindex(table.index)].all()
    assert table.loc[~overseas.reindex(table.index), "motorway_min"].notna().mean() > 0.97
    assert (table["detour"].dropna() >= 1).all()
    assert table["people_4h_share_pct"].dropna().between(0, 100).all()


def test_no_rank_without_its_interval(table):
    chart = drawn("territoires_enclavement")
    index = enclavement_index(table[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS).table
    ales = index.loc["ti-7602"]
    low, high = number(ales["rank_low"], 0), number(ales["rank_high"], 0)
    assert f"entre le {low}ᵉ et le {high}ᵉ rang" in titled(chart)
    assert f"Parmi les {int(index['rank'].notna().sum())} " in titled(chart)
    labels = {fact.label for fact in chart.content.facts}
    assert "Rang" not in labels or "Intervalle du rang (5–95 %)" in labels
    ranked = [layer for layer in chart.layers if "Rang" in layer.label]
    assert len(ranked) == 1
    interval = ranked[0].interval
    assert (interval.low <= ranked[0].values[0] + 1e-9)[~np.isnan(interval.low)].all()
    # by hand: the better of the two, on equal scores their mean rank
    scores = index["score"].dropna()
    assert index.loc["ti-7602", "rank"] == (scores > scores["ti-7602"]).sum() + 1


def test_the_rose_names_its_slowest_direction(network):
    chart = drawn("ales_rose")
    halls = tiGIS.territory.load_town_halls().to_crs(2154)
    people = tiGIS.load_communes()["population"]
    towns = halls.loc[people.index[people >= 5000].intersection(halls.index)].drop(index="30007")
    start = halls.loc["30007"].geometry
    towns = towns[towns.distance(start) <= 150_000]
    times = tiGIS.travel_times(network, halls.loc[["30007"]], towns, too_far="unreachable", progress=False)
    step = np.column_stack([towns.geometry.x - start.x, towns.geometry.y - start.y])
    sector = np.round(np.degrees(np.arctan2(step[:, 0], step[:, 1])) / 45).astype(int) % 8
    km = np.hypot(*step.T) / 1000
    hours = times.iloc[0].to_numpy() / 60
    speeds = {s: km[sector == s].sum() / hours[sector == s].sum() for s in range(8)}
    west = 6
    assert min(speeds, key=lambda s: speeds[s]) == west
    assert f"vers l’ouest, on n’avance que de {number(speeds[west], 0)} km" in titled(chart)
    assert plain(f"({number(km.sum() / hours.sum(), 0)} km/h en moyenne)") in plain(chart.content.subtitle)


def test_n106_people_and_minutes_gained(network, communes):
    """The scenario made by hand: the network with both changes, and the nearest goal before and after."""
    scenarios = n106.variants()
    after, _ = scenarios["both"].apply(network)
    halls = tiGIS.territory.load_town_halls().loc[communes.index]
    goal = n106.nimes_west()
    times = [tiGIS.travel_times(one, halls, goal, progress=False).min(axis=1) for one in (network, after)]
    gain = times[0] - times[1]
    assert (gain >= -1e-9).all()
    chart = n106.n106()
    people = communes["population"]
    crossed = people[times[1] <= 45].sum() - people[times[0] <= 45].sum()
    assert plain(f"{number(float(crossed), 0)} habitants") in titled(chart)
    assert f"gagner {number(float(gain.max()), 1)} minute" in titled(chart)
    assert [layer.label for layer in chart.layers] == [one.name for one in scenarios.values()]


def test_reopened_stations_by_hand(network, communes):
    stations = tiGIS.territory.load_stations().to_crs(2154)
    halls = tiGIS.territory.load_town_halls().loc[communes.index]
    near = stations.cx[700_000:860_000, 6_250_000:6_420_000]
    today = near[~near["nom"].isin(n106.CLOSED_STATIONS)]
    assert len(near) - len(today) == 3
    within = [
        communes["population"][
            tiGIS.travel_times(network, halls, one, too_far="unreachable", progress=False).min(axis=1) <= 15
        ].sum()
        for one in (today, near)
    ]
    assert plain(f"{number(float(within[1] - within[0]), 0)} habitants de plus") in titled(n106.stations())


def test_workers_within_half_an_hour_of_a_site(network):
    found = work.reach(PLACE, sites_at_town_halls(PLACE, tiGIS.datasets.ales_sites()))
    people = work.workers(PLACE)
    halls = tiGIS.territory.load_town_halls()
    times = tiGIS.travel_times(network, halls.loc[people.index], found, too_far="unreachable", progress=False)
    for code in found.index:
        assert found.loc[code, "workers"] == people[times[code] <= 30].sum()
    assert (found["low"] <= found["workers"]).all()
    assert (found["workers"] <= found["high"]).all()
    assert len(found) == tiGIS.datasets.ales_sites()["commune"].nunique()
    title = titled(drawn("ales_travail"))
    assert plain(number(float(found["workers"].max()), 0)) in title
    assert plain(number(float(found["workers"].min()), 0)) in title


def test_the_account_of_brownfields_adds_up():
    sites = tiGIS.datasets.ales_brownfields()
    hectares = sites["site_surface"] / 1e4
    kept = sites["urba_zone_type"].isin(["U", "AUs", "AUc"]) & sites["site_statut"].eq("friche sans projet")
    chart = drawn("ales_compte")
    title = titled(chart)
    assert f"Des {number(float(hectares.sum()), 0)} ha" in title
    assert f"il reste {number(float(hectares[kept].sum()), 0)} ha" in title
    assert f"{number(17 - 4, 0)} ha qui manquent" in title
    assert plain(quantity(float(hectares.sum()), "ha", 1)) in plain(" ".join(chart.content.method))
