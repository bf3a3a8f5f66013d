"""Times from a network: the same as from a table, and by hand on a small one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from small_networks import at, roads_between
from tiGIS import InputError, travel_times
from tiGIS.accessibility import (
    NetworkTimes,
    cumulative,
    decay,
    floating_catchment,
    gravity,
    spatial_availability,
    time_to_reach,
)
from tiGIS.accessibility import nearest as nearest_of_table
from tiGIS.enclavement import (
    DAILY_BASKET,
    EMERGENCY,
    TARGETS,
    TRAINING,
    access_times,
    detour,
    facility_times,
    load_targets,
    site_access,
    trips_between,
)
from tiGIS.scenario import driving_profiles

#  a — b — c on a line, 10 km and 10 minutes each; d hangs from b, 10 km to the north, at 30 km/h
PLACES = {"a": (0, 0), "b": (10, 0), "c": (20, 0), "d": (10, 10)}
NETWORK = roads_between(PLACES, [("a", "b", 60.0), ("b", "c", 60.0), ("b", "d", 30.0)])
HOMES = at(PLACES, "a", "b", "c", "d")


def test_a_network_gives_every_measure_what_its_table_gives():
    plants = at(PLACES, "c", "d").set_axis(["north", "east"])
    table = travel_times(NETWORK, HOMES, plants)
    people = pd.Series([10, 20, 30, 40], index=HOMES.index)
    jobs = pd.Series({"north": 5, "east": 7})
    for measure in (
        lambda t: cumulative(t, jobs, [15, 30]),
        lambda t: cumulative(t, people, 20, direction="from").to_frame(),
        lambda t: gravity(t, jobs, decay.gaussian(20)).to_frame(),
        lambda t: time_to_reach(t, jobs, 6).to_frame(),
        lambda t: time_to_reach(t, people, 35, direction="from").to_frame(),
        lambda t: nearest_of_table(t, 2),
        lambda t: nearest_of_table(t, direction="from"),
        lambda t: spatial_availability(t, people, jobs, decay.linear(60)).to_frame(),
        *(
            lambda t, m=m: floating_catchment(t, people, jobs, decay.gaussian(20), m).to_frame()
            for m in ("2sfca", "3sfca", "m2sfca", "bfca")
        ),
    ):
        pd.testing.assert_frame_equal(measure(table), measure(NetworkTimes(NETWORK, HOMES, plants, block=3)))


def test_network_times_are_never_whole_and_keep_what_the_network_says():
    said = NETWORK.with_metadata(limits=[{"fr": "vitesses supposées", "en": "speeds assumed"}])
    times = NetworkTimes(said, HOMES, HOMES.add_prefix("to_", axis=0), block=1)
    assert [len(block) for block in times.blocks()] == [1, 1, 1, 1]
    result = cumulative(times, pd.Series(1, index=times.columns), 10)
    assert any(limit["en"] == "speeds assumed" for limit in result.attrs["tigis"]["limits"])
    with pytest.raises(InputError, match="expected some of each"):
        NetworkTimes(NETWORK, HOMES, HOMES.iloc[:0])


def test_access_times_by_hand():
    targets = {
        "motorway": at(PLACES, "c").assign(nom="sortie 1"),
        "tgv": at(PLACES, "a", "d").assign(nom=["gare a", "gare d"]),
    }
    table = access_times(NETWORK, HOMES, targets)
    assert table["motorway_min"].tolist() == [20, 10, 0, 30]
    assert table["motorway_km"].tolist() == [20, 10, 0, 20]
    assert table["motorway_straight_km"].tolist() == pytest.approx([20, 10, 0, np.hypot(10, 10)])
    assert table.loc["b", ["tgv_label", "tgv_name"]].tolist() == ["a", "gare a"]
    assert table.loc["c", "tgv_straight_km"] == pytest.approx(np.hypot(10, 10))  # d is nearer in a line
    assert table.loc["c", "tgv_km"] == 20
    assert any("car only" in limit["en"] for limit in table.attrs["tigis"]["limits"])
    with pytest.raises(InputError, match="targets"):
        access_times(NETWORK, HOMES, {})


def test_a_place_without_road_is_unknown_not_near():
    far = gpd.GeoDataFrame(geometry=[Point(5e5, 5e5)], index=["far"], crs=2154)
    table = access_times(NETWORK, pd.concat([HOMES, far]), {"motorway": at(PLACES, "c")})
    assert np.isnan(table.loc["far", "motorway_min"])
    assert table.loc["far", "motorway_straight_km"] > 600


def test_trips_and_the_rose_of_b():
    trips = trips_between(NETWORK, at(PLACES, "b"), at(PLACES, "a", "c", "d"))
    assert trips["time_min"].tolist() == [10, 10, 20]
    assert trips["bearing_deg"].tolist() == [270, 90, 0]
    rose = detour(trips)
    assert rose.loc[["N", "E", "W"], "crow_kmh"].tolist() == [30, 60, 60]
    from_a = detour(trips_between(NETWORK, at(PLACES, "a"), at(PLACES, "d")))
    assert from_a.loc["NE", "detour"] == pytest.approx(20 / np.hypot(10, 10))


def test_daily_basket_by_hand():
    times = pd.DataFrame(
        [[3.0, 10.0, np.nan], [10.0, 4.0, np.nan], [np.nan, np.nan, 2.0]],
        index=list("xyz"),
        columns=list("xyz"),
    )
    counts = pd.DataFrame({"Boulangerie": [1, 0], "Police": [0, 0], "Gendarmerie": [0, 2]}, index=["x", "y"])
    items = {"pain": ("Boulangerie",), "ordre": ("Police", "Gendarmerie")}
    table = facility_times(times, counts, items, facilities_year=2013)
    assert table.loc["x"].tolist() == [3, 10, 6.5]
    assert table.loc["y"].tolist() == [10, 4, 7]
    assert table.loc["z"].isna().all()  # no road to either
    assert any("2013" in limit["en"] for limit in table.attrs["tigis"]["limits"])
    nothing = facility_times(times, counts * 0, items)
    assert nothing.isna().all(axis=None)
    assert "No facility" in str(nothing.attrs["tigis"]["limits"])
    with pytest.raises(InputError, match="no type"):
        facility_times(times, counts, {"poste": ("Bureau de poste",)})


def test_baskets_name_types_of_the_real_file(real_files):
    from tiGIS.sources import read_insee_bpe

    counts = read_insee_bpe(real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    assert len(DAILY_BASKET) == 22
    for items in (DAILY_BASKET, EMERGENCY, TRAINING):
        for kinds in items.values():
            assert set(kinds) <= set(counts.columns)
            assert counts[list(kinds)].to_numpy().sum() > 50


def test_sites_at_free_flow_at_the_peak_and_for_lorries():
    people = pd.DataFrame(
        {"residents": [1000, 400, 200, 80], "workers": [500, 200, 100, 40]}, index=HOMES.index
    )
    networks = driving_profiles(NETWORK.reweight(factor=0.5), ["free_flow", "lorry"])
    table = site_access(networks, at(PLACES, "c"), HOMES, people, cutoffs_min=(10, 12))
    # at twice the speed: a 10 minutes, b 5, d 15; lorries at 80 km/h in place of 120: a 15, b 7.5
    assert table.loc["c", "residents_within_10_min"] == 1600
    assert table.loc["c", "workers_within_12_min"] == 800
    assert table.loc["c", "residents_within_10_min_lorry"] == 600
    said = [limit["en"] for limit in table.attrs["tigis"]["limits"]]
    assert any("80 km/h" in limit for limit in said)
    assert len(said) == len(set(said))
    with pytest.raises(InputError, match="no profile"):
        driving_profiles(NETWORK, ["night"])
    with pytest.raises(InputError, match="networks"):
        site_access({}, at(PLACES, "c"), HOMES, people)


def test_bundled_targets():
    targets = load_targets()
    assert tuple(targets) == TARGETS
    assert {"Nîmes Centre", "Avignon TGV"} <= set(targets["tgv"]["nom"])
    assert "30007" not in targets["city_100000"].index
    assert {"30189", "34172", "13055"} <= set(targets["city_100000"].index)  # Nîmes, Montpellier, Marseille
    assert "30007" in targets["prefecture"].index
    assert targets["prefecture"].loc["30189", "kind"] == "prefecture"
    for name, points in targets.items():
        assert points.crs.to_epsg() == 2154, name
        assert points.attrs["tigis"]["sources"], name
        assert points.index.is_unique, name
    with pytest.raises(InputError, match="no target"):
        load_targets(["heliport"])
