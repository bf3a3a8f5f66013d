"""The RN 106 in three variants on the bundle, and roads by their number on real roads: plain references."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import tiGIS
from tiGIS.cases.ales import n106
from tiGIS.network import CLOSED, ROAD_CLASSES, read_roads
from tiGIS.scenario import RoadClosure, RoadUpgrade, Scenario, compare, lines_by_ref


def plain_minutes(network, origins, goals):
    """Minutes from nodes to the nearest of other nodes: scipy on all arcs, the quickest of parallel ones."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    arcs = pd.DataFrame({"tail": network.tail, "head": network.head, "time": network.time_mmin})
    arcs = arcs[(arcs["time"] < CLOSED) & (arcs["tail"] != arcs["head"])]
    arcs = arcs.groupby(["head", "tail"], as_index=False)["time"].min()  # turned round: from the goals
    n = network.n_nodes
    graph = coo_array((arcs["time"] + 1e-7, (arcs["head"], arcs["tail"])), shape=(n, n)).tocsr()
    best = dijkstra(graph, indices=goals, min_only=True)[origins]
    return np.where(np.isinf(best), np.nan, best / 1000)


def entrances(network):
    """Nodes where a trip may start: not those of motorways alone."""
    return np.unique(network.tail[network.road_class != ROAD_CLASSES.index("motorway")])


def at_nodes(network, nodes):
    return gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(network.x[nodes], network.y[nodes]), index=nodes, crs=network.crs
    )


@pytest.fixture(scope="module")
def bundled():
    return tiGIS.load_interurban_network()


@pytest.fixture(scope="module")
def found(bundled):
    return n106.n106_comparisons(bundled, n106.variants())


def test_the_upgrade_is_the_end_of_the_road_from_ales(bundled):
    corridor = n106.variants()["finish"].changes[0].corridor(bundled)
    roads = bundled.edges().loc[corridor.index]
    km = (corridor * roads["length_m"]).sum() / 1000
    assert 11 < km < 15  # La Calmette–Nîmes
    # most of it is the last part of the one long edge from Alès
    longest = roads["length_m"].idxmax()
    ends = roads.loc[[longest]].to_crs(4326).geometry.iloc[0].coords
    assert {tuple(np.round(end, 2)) for end in ends} == {(4.10, 44.11), (4.32, 43.84)}
    assert 0.2 < corridor[longest] < 0.4


def test_the_three_variants_differ(found):
    gain = pd.DataFrame({name: each.table["gain"] for name, each in found.items()})
    assert (gain > -0.001).all(axis=None)
    most = gain.max()
    assert most["finish"] > 1
    assert most["bypass"] > 1
    assert most["both"] > max(most["finish"], most["bypass"]) + 1
    assert (gain["both"] >= gain[["finish", "bypass"]].max(axis=1) - 0.002).all()
    assert gain.loc["30007", "finish"] > 3


def test_they_say_what_they_are_and_how_far_the_network_errs(found):
    for each in found.values():
        for table in (each.table, each.crossings):
            said = table.attrs["tigis"]
            assert said["calibration"]["held_out"]["time"]["median_error_min"] > 0
            assert any("97 km/h" in limit["en"] for limit in said["limits"])
    assert [each.table.attrs["tigis"]["scenario"] for each in found.values()] == [
        "2×2 voies de La Calmette à Nîmes",
        "Contournement ouest de Nîmes",
        "Les deux",
    ]


@pytest.mark.parametrize("name", ["finish", "bypass", "both"])
def test_variants_against_a_plain_search(bundled, name):
    network, _ = n106.variants()[name].apply(bundled)
    xy = n106.nimes_west().to_crs(2154).geometry.iloc[0]
    starts = entrances(bundled)
    goal = int(starts[np.hypot(network.x[starts] - xy.x, network.y[starts] - xy.y).argmin()])
    nodes = np.random.default_rng(0).choice(starts, 60, replace=False)
    ours = tiGIS.nearest(network, at_nodes(network, nodes), at_nodes(network, [goal]), access=None)
    np.testing.assert_allclose(
        ours["time_min"].to_numpy(), plain_minutes(network, nodes, [goal]), atol=0.0011, equal_nan=True
    )


def test_stations_reopened(bundled):
    result = n106.stations_comparison(bundled)
    assert (result.table["gain"] >= -0.001).all()
    assert result.table["gain"].max() > 5
    assert any("not time by train" in limit["en"] for limit in result.table.attrs["tigis"]["limits"])
    salindres = result.table.loc["30305"]  # has one of the stations
    assert salindres["after"] < 5 < salindres["before"]


@pytest.fixture(scope="module")
def durance(real_files):
    """The real roads between Gap and Digne, with the N85 by its number."""
    path = real_files / "reseau" / "osm_paca_roads_2021-07_drivable.parquet"
    box = (5.85, 44.0, 6.45, 44.7)
    roads = gpd.read_parquet(path).cx[box[0] : box[2], box[1] : box[3]]
    return read_roads(roads), roads


def test_a_road_by_its_number_on_real_roads(durance):
    network, roads = durance
    lines = lines_by_ref(roads, "N85")
    upgrade = RoadUpgrade(97.0, lines, within_m=5.0)
    corridor = upgrade.corridor(network)
    edges = network.edges()
    metres = edges.loc[corridor.index, "length_m"].sum()
    assert metres == pytest.approx(
        lines.to_crs(2154).length.sum(), rel=0.05
    )  # bends, and edges joined end to end

    nodes = np.random.default_rng(1).choice(entrances(network), 43, replace=False)
    origins, goals = nodes[:40], nodes[40:]
    people = pd.Series(1.0, index=origins)
    facilities = {"goal": at_nodes(network, goals)}

    def minutes(each, places):
        return tiGIS.nearest(each, at_nodes(network, origins), places["goal"])["time_min"]

    for change in (upgrade, RoadClosure(edges=corridor.index[::7].tolist())):
        result = compare(
            network, Scenario("N85", [change]), minutes, people, facilities=facilities, thresholds=[15, 30]
        ).table
        # the same change made by hand on the arrays
        speed = network.length_m * 60 / np.maximum(network.time_mmin, 1)
        if change is upgrade:
            on = np.isin(network.arc_edge, corridor.index) & (speed < 97)
            times = np.where(on, np.rint(network.length_m * 60 / 97), network.time_mmin)
        else:
            times = np.where(np.isin(network.arc_edge, change.edges), CLOSED, network.time_mmin)
        by_hand = network.with_times(times.astype(np.int32))
        for column, plain in (("before", network), ("after", by_hand)):
            np.testing.assert_allclose(
                result[column].to_numpy(),
                plain_minutes(plain, origins, goals),
                atol=0.002,
                equal_nan=True,
            )
    assert metres > 50_000
