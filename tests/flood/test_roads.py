"""Roads under water, against networks that are really cut and a plain search in scipy."""

from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, Point

import tiGIS
from tiGIS.network import CLOSED
from toys import LOCAL


def water(*shapes: shapely.Geometry, crs: object = LOCAL, **columns: object) -> tiGIS.flood.FloodZones:
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs=crs)
    return tiGIS.flood.FloodZones.from_frame(frame, constants=columns)


def points(*places: tuple[float, float], people: float = 1.0) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(geometry=[Point(*place) for place in places], crs=LOCAL)
    return frame.assign(people=people).set_axis([f"p{n}" for n in range(len(frame))])


def grid_roads(n: int = 5, step: float = 1000.0) -> gpd.GeoDataFrame:
    last = (n - 1) * step
    pieces = [
        LineString([(x, y), (x + dx, y + dy)])
        for x in np.arange(n) * step
        for y in np.arange(n) * step
        for dx, dy in ((step, 0.0), (0.0, step))
        if x + dx <= last and y + dy <= last
    ]
    return gpd.GeoDataFrame(geometry=pieces, crs=LOCAL).assign(kmh=60.0)


ROADS = grid_roads()
GRID = tiGIS.network_from_lines(ROADS, speed="kmh", component="all")
HOMES = points(*[(x + 250, y) for x in range(0, 4000, 1000) for y in range(0, 4001, 2000)])
TOWN = points((1500, 3000), (4000, 300))
spot = st.floats(-900, 4100, allow_nan=False).map(lambda value: round(value) + 0.37)
flood = st.lists(st.tuples(spot, spot, st.integers(20, 1500), st.integers(20, 1500)), min_size=1, max_size=4)


@settings(max_examples=40)
@given(flood)
def test_as_on_a_network_whose_flooded_stretches_are_taken_out(boxes: list) -> None:
    zones = water(*[shapely.box(x, y, x + dx, y + dy) for x, y, dx, dy in boxes])
    found = tiGIS.flood.close_roads(GRID, zones, HOMES, TOWN).places.droplevel("scenario")
    union = zones.frame.union_all()
    drowned = HOMES.intersects(union).to_numpy()
    dry = ROADS.set_geometry(ROADS.difference(union)).explode(ignore_index=True)
    dry = dry[dry.length > 0.01]
    dry_town = TOWN[~TOWN.intersects(union)]
    if dry.empty or dry_town.empty or drowned.all():
        assert found["minutes_after"].isna().all()
        return
    cut = tiGIS.network_from_lines(dry, speed="kmh", component="all")
    plain = tiGIS.flood.close_roads(
        cut, water(shapely.box(-99, -99, -98, -98)), HOMES[~drowned], dry_town
    ).places
    np.testing.assert_allclose(
        found["minutes_after"][~drowned], plain["minutes_before"].to_numpy(), atol=0.05, equal_nan=True
    )
    assert found["cut_off"][drowned].all()
    assert not (found["added_min"] < 0).any()
    assert found["in_water"].tolist() == drowned.tolist()


def two_ways(**columns: object) -> gpd.GeoDataFrame:
    """A short way with a crossing in its middle, and a way round three times as long."""
    ends = [0, 900, 1100, 2000]
    lines = [LineString([(a, 0), (b, 0)]) for a, b in itertools.pairwise(ends)]
    lines.append(LineString([(0, 0), (0, 2000), (2000, 2000), (2000, 0)]))
    said = {"fclass": "secondary", "oneway": "B", "maxspeed": 60, "ref": "D1", "name": ""}
    said |= {"bridge": "F", "tunnel": "F"}
    frame = gpd.GeoDataFrame({"osm_id": list("1234")}, geometry=lines, crs=LOCAL)
    return frame.assign(**{**said, **columns})


HOME, GOAL = points((100, 0)), points((1900, 0))
CROSSING = shapely.box(950, -20, 1050, 20)
APPROACH = shapely.box(800, -20, 1050, 20)


@pytest.mark.parametrize(
    ("columns", "zone", "rules", "goes_round"),
    [
        ({}, CROSSING, {}, True),
        ({"bridge": ["F", "T", "F", "F"]}, CROSSING, {}, False),
        ({"bridge": ["F", "T", "F", "F"]}, CROSSING, {"bridges": "closed"}, True),
        ({"bridge": ["F", "T", "F", "F"]}, APPROACH, {}, True),
        ({"tunnel": ["F", "T", "F", "F"]}, CROSSING, {}, False),
        ({"tunnel": ["F", "T", "F", "F"]}, CROSSING, {"tunnels": "closed"}, True),
        ({"tunnel": ["F", "T", "F", "F"]}, shapely.box(890, -20, 910, 20), {"tunnels": "ends"}, True),
    ],
    ids=["road", "bridge", "bridge closed", "approach", "tunnel", "tunnel closed", "portal"],
)
def test_bridges_and_tunnels_by_rule(columns: dict, zone: object, rules: dict, goes_round: bool) -> None:
    network = tiGIS.read_roads(two_ways(**columns), schema="geofabrik")
    row = tiGIS.flood.close_roads(network, water(zone), HOME, GOAL, **rules).places.iloc[0]
    assert (row["added_min"] > 1) == goes_round
    assert not row["cut_off"]


@pytest.mark.parametrize(
    ("depths", "closes"),
    [((np.nan, np.nan), True), ((0.0, 0.2), False), ((0.0, 0.5), True), ((0.5, np.nan), True)],
)
def test_depth_closes_a_road_where_it_may_reach_the_threshold(depths: tuple, closes: bool) -> None:
    network = tiGIS.read_roads(two_ways(), schema="geofabrik")
    zone = water(CROSSING, depth_min_m=depths[0], depth_max_m=depths[1])
    row = tiGIS.flood.close_roads(network, zone, HOME, GOAL).places.iloc[0]
    assert (row["added_min"] > 0) == closes


def test_other_hazards_close_no_road() -> None:
    network = tiGIS.read_roads(two_ways(), schema="geofabrik")
    zone = water(CROSSING, kind="undetermined")
    assert tiGIS.flood.close_roads(network, zone, HOME, GOAL).roads["roads_cut"].item() == 0


def test_a_dead_end_is_cut_off_beyond_the_water_and_not_before_it() -> None:
    roads = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[LineString([(0, 0), (3000, 0)])], crs=LOCAL)
    network = tiGIS.network_from_lines(roads, speed="kmh")
    homes = points((1000, 5), (2500, 5), (1500, 0), people=10)
    found = tiGIS.flood.close_roads(network, water(shapely.box(1400, -9, 1600, 9)), homes, points((100, 0)))
    assert found.places["cut_off"].tolist() == [False, True, True]
    assert found.places["in_water"].tolist() == [False, False, True]
    assert found.roads.loc["flood", "roads_wet_km"] == pytest.approx(0.2)
    total = found.summary()
    assert total["people_cut_off"].tolist() == [20.0]
    by_commune = found.summary(pd.Series(["a", "b", "b"], index=homes.index, name="code_insee"))
    assert by_commune["people_cut_off"].to_dict() == {("flood", "a"): 0.0, ("flood", "b"): 20.0}
    with pytest.raises(tiGIS.InputError, match="'p2'"):
        found.summary(pd.Series(["a", "b"], index=homes.index[:2]))
    unplaced = found.summary(pd.Series(["a", None, "a"], index=homes.index, name="code_insee"))
    assert unplaced["people"].tolist() == [20.0, 10.0]  # none is dropped for want of a territory
    assert unplaced["people_cut_off"].tolist() == [10.0, 10.0]
    # who lives by the only road is not cut off by another one: closing it alone costs the same two places
    worst = found.worst_roads(minutes_if_cut_off=30)
    assert worst["people_cut_off"].tolist() == [20.0]
    assert worst["cost_people_min"].tolist() == [600.0]


def test_places_far_from_any_road_have_no_minutes_and_are_not_cut_off() -> None:
    homes = points((250, 0), (90_000, 90_000), people=7)
    found = tiGIS.flood.close_roads(GRID, water(shapely.box(-99, -99, -98, -98)), homes, points((4000, 0)))
    assert found.places["minutes_before"].isna().tolist() == [False, True]
    assert found.places["cut_off"].tolist() == [False, False]
    assert found.summary()["people_cut_off"].tolist() == [0.0]
    assert found.summary()["people_without_way"].tolist() == [7.0]
    apart = found.summary(pd.Series(["near", "far"], index=homes.index)).loc[("flood", "far")]
    assert apart["people_without_way"] == 7
    assert apart[["people_cut_off", "people_slower", "people_minutes_added"]].isna().all()
    assert "1 places with no road nearby" in str(found.places.attrs["tigis"]["limits"])


def test_the_worst_road_is_the_one_that_all_use() -> None:
    homes = points((250, 0), (250, 4000), people=5).assign(people=[100, 1])
    goal = points((4000, 0))
    boxes = [(2400, -9, 2600, 9), (2400, 3991, 2600, 4009), (-9, 1400, 99, 1500)]
    zones = water(*[shapely.box(*corners) for corners in boxes])
    flooded = tiGIS.flood.close_roads(GRID, zones, homes, goal)
    worst = flooded.worst_roads()
    assert worst.iloc[0].geometry.distance(Point(2500, 0)) == 0
    assert worst["cost_people_min"].iloc[0] == pytest.approx(100 * 2)
    # each row equals the closure of that road alone, from scratch
    for edge, row in worst.iterrows():
        alone = zones.frame[zones.frame.intersects(row.geometry)]
        again = tiGIS.flood.close_roads(GRID, water(*alone.geometry), homes, goal).summary()
        assert again["people_minutes_added"].item() == pytest.approx(row["people_minutes_added"]), edge


def test_scenarios_are_named_and_share_one_preparation() -> None:
    barrier = shapely.box(1600, -9, 1700, 4009)  # all five roads between west and east
    zones = {"frequent": water(shapely.box(1600, -9, 1700, 9)), "rare": water(barrier)}
    flooded = tiGIS.flood.close_roads(GRID, zones, HOMES, points((4000, 300)))
    assert flooded.summary().index.tolist() == ["frequent", "rare"]
    assert flooded.roads["roads_cut"].is_monotonic_increasing
    assert flooded.summary()["people_cut_off"].tolist() == [0.0, 6.0]
    alone = tiGIS.flood.close_roads(GRID, zones["rare"], HOMES, points((4000, 300)))
    pd.testing.assert_frame_equal(alone.places.loc["flood"], flooded.places.loc["rare"])
    with pytest.raises(tiGIS.InputError, match="'rare'"):
        flooded.worst_roads()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"depth_m": -1}, tiGIS.InputError),
        ({"bridges": "maybe"}, tiGIS.InputError),
        ({"people": points((0, 0)).assign(people=np.nan)}, tiGIS.InputError),
        ({"people": points((0, 0))[["geometry"]]}, tiGIS.InputError),
        ({"destinations": points((0, 0)).set_crs(None, allow_override=True)}, tiGIS.CRSError),
    ],
)
def test_bad_input_is_one_clear_error(change: dict, error: type[Exception]) -> None:
    given_ = {"zones": water(CROSSING), "people": HOMES, "destinations": TOWN} | change
    with pytest.raises(error):
        tiGIS.flood.close_roads(GRID, **given_)


@pytest.fixture(scope="module")
def durance(real_files: Path) -> tuple:
    """The roads around Gap, and a flood plain drawn along the Durance for this test.

    The plain is no official zone: 700 m on either side of a line through points read on a map.
    """
    roads = gpd.read_parquet(real_files / "reseau" / "osm_paca_roads_2021-07_drivable.parquet").to_crs(2154)
    river = gpd.GeoSeries(
        [LineString([(6.22, 44.48), (6.055, 44.46), (6.0, 44.42), (5.93, 44.36), (5.9, 44.28)])], crs=4326
    ).to_crs(2154)
    plain = river.buffer(700)
    box = shapely.box(*plain.total_bounds).buffer(15_000, join_style="mitre")
    return tiGIS.read_roads(roads[roads.intersects(box)]), plain.iloc[0]


def places_at(network: tiGIS.RoadNetwork, nodes: np.ndarray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(network.x[nodes], network.y[nodes]), crs=network.crs)


def test_durance_equals_scipy_on_the_closed_network(durance: tuple) -> None:
    network, plain = durance
    rng = np.random.default_rng(4)
    nodes = rng.choice(network.n_nodes, 400, replace=False)
    towns = rng.choice(network.n_nodes, 5, replace=False)
    frame = places_at(network, nodes).assign(people=rng.integers(1, 500, 400))
    goals = places_at(network, towns)
    flooded = tiGIS.flood.close_roads(network, water(plain, crs=2154), frame, goals)
    found = flooded.places.droplevel("scenario")

    # The same by the plainest means: geopandas for what is under water, scipy for the minutes.
    pieces = network.pieces()
    under = pieces.intersection(plain).length
    wet = (under >= np.minimum(1.0, pieces["length_m"] / 2)) & ~pieces["bridge"] & ~pieces["tunnel"]
    ends = pieces.geometry[pieces["tunnel"]].boundary
    wet |= pieces["tunnel"] & ends.intersects(plain).reindex(pieces.index, fill_value=False)
    closed_edges = set(pieces["edge"][wet])
    assert 500 < len(closed_edges) < len(network.edges())
    shut = np.array([edge in closed_edges for edge in network.arc_edge])
    at_node = flooded._case.homes.node
    goal_node = flooded._case.goals.node
    use = at_node >= 0
    assert use.mean() > 0.9 and (goal_node >= 0).all()

    def minutes(keep: np.ndarray) -> np.ndarray:
        arcs = pd.DataFrame({"tail": network.tail, "head": network.head, "mmin": network.time_mmin})[keep]
        arcs = arcs[arcs["mmin"] < CLOSED].groupby(["tail", "head"])["mmin"].min().reset_index()
        weights = arcs["mmin"].to_numpy(float) + 1e-9  # scipy takes an explicit zero for no arc
        matrix = sp.csr_matrix((weights, (arcs["head"], arcs["tail"])), shape=(network.n_nodes,) * 2)
        time = dijkstra(matrix, indices=goal_node, min_only=True)[at_node[use]]
        return np.where(np.isfinite(time), np.round(time) / 1000, np.nan)

    before, after = minutes(np.ones(network.n_arcs, bool)), minutes(~shut)
    np.testing.assert_allclose(found["minutes_before"][use], before, atol=1e-9)
    np.testing.assert_allclose(found["minutes_after"][use], after, atol=1e-9)
    cut = ~np.isnan(before) & np.isnan(after)
    assert cut.sum() > 10
    assert found["people"][use][cut].sum() == found["people"][use & found["cut_off"].to_numpy()].sum()
    assert (after[~cut] - before[~cut]).max() > 1
