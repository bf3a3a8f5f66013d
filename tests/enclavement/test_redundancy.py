"""Ways out and roads that can't be lost: by hand, then against removing roads one by one."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from small_networks import at, roads_between
from tiGIS import InputError
from tiGIS.enclavement import critical_roads, redundancy

#   valley — pass — town — gate        the town has two roads to the gate, the valley one to the pass
#                     \    /
#                      ford
PLACES = {"valley": (0, 0), "pass": (10, 0), "town": (20, 0), "ford": (30, -10), "gate": (40, 0)}
ROADS = [
    ("valley", "pass", 60.0),
    ("pass", "town", 60.0),
    ("town", "gate", 60.0),
    ("town", "ford", 60.0),
    ("ford", "gate", 60.0),
]


def road_of(network, a, b):
    """The edge between two places."""
    node = {
        name: int(np.hypot(network.x - 1000 * x, network.y - 1000 * y).argmin())
        for name, (x, y) in PLACES.items()
    }
    ends = {node[a], node[b]}
    return next(
        e for e in range(network.roads.n_edges) if {network.roads.tail[e], network.roads.head[e]} == ends
    )


def around(*names):
    return gpd.GeoDataFrame(
        geometry=[
            box(1000 * PLACES[n][0] - 500, 1000 * PLACES[n][1] - 500, 1000 * PLACES[n][0] + 500, 500)
            for n in names
        ],
        index=list(names),
        crs=2154,
    )


def test_ways_out_by_hand():
    network = roads_between(PLACES, ROADS)
    table = redundancy(network, around("valley", "town", "gate"), at(PLACES, "gate"))
    # snapped on a road, the gate is both of its ends: from the road that it lies on
    assert table.loc["valley", "ways_out"] == 1
    assert table.loc["gate", "gate_inside"]
    assert pd.isna(table.loc["gate", "ways_out"])
    nowhere = roads_between({**PLACES, "a": (0, 50), "b": (9, 50)}, [*ROADS, ("a", "b", 50.0)])
    island = gpd.GeoDataFrame(geometry=[box(-500, 49500, 500, 50500)], index=["a"], crs=2154)
    assert redundancy(nowhere, island, at(PLACES, "gate")).loc["a", "ways_out"] == 0


def test_critical_roads_by_hand():
    network = roads_between(PLACES, ROADS)
    people = pd.Series({"valley": 100, "town": 1000})
    table = critical_roads(network, at(PLACES, "valley", "town"), people, at(PLACES, "gate"))
    valley = road_of(network, "valley", "pass")
    assert table.loc[valley, ["people_cut_off", "people_through"]].tolist() == [100, 100]
    assert table.loc[road_of(network, "pass", "town"), "people_cut_off"] == 100
    # by the ford: 2 × √200 km at 60 km/h in place of 20 minutes, for all 1,100
    direct = table.loc[road_of(network, "town", "gate")]
    added = 2 * np.sqrt(200) - 20
    assert direct["people_cut_off"] == 0
    assert direct["people_through"] == 1100
    assert direct["worst_added_min"] == pytest.approx(added, abs=0.002)
    assert direct["added_people_min"] == pytest.approx(1100 * added, abs=3)
    assert table.index[0] in {valley, road_of(network, "pass", "town")}


def test_gates_and_candidates_are_checked():
    network = roads_between(PLACES, ROADS)
    people = pd.Series({"valley": 100})
    far = gpd.GeoDataFrame(geometry=gpd.points_from_xy([9e5], [9e5]), index=["far"], crs=2154)
    with pytest.raises(InputError, match="gates"):
        critical_roads(network, at(PLACES, "valley"), people, far)
    with pytest.raises(InputError, match="candidates"):
        critical_roads(network, at(PLACES, "valley"), people, at(PLACES, "gate"), candidates=0)


SIX = {"a": (0, 0), "b": (10, 1), "c": (21, 0), "d": (1, 12), "e": (11, 13), "f": (22, 11)}
PAIRS = list(combinations(SIX, 2))


def reaches(network, start, goal, without):
    """Whether a way exists when these edges are lost: plain search."""
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        for e in range(network.roads.n_edges):
            if e in without:
                continue
            ends = (int(network.roads.tail[e]), int(network.roads.head[e]))
            if node in ends:
                other = ends[1] if ends[0] == node else ends[0]
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return goal in seen


@given(st.sets(st.sampled_from(PAIRS), min_size=1, max_size=7), st.integers(0, 1))
@settings(max_examples=40)
def test_against_removing_roads_one_by_one(pairs, which):
    used = sorted({name for pair in pairs for name in pair})
    if len(used) < 3:
        return
    network = roads_between(SIX, [(a, b, 50.0) for a, b in sorted(pairs)])
    node = {
        name: int(np.hypot(network.x - 1000 * SIX[name][0], network.y - 1000 * SIX[name][1]).argmin())
        for name in used
    }
    start, gate = used[which], used[-1]
    zones = gpd.GeoDataFrame(
        geometry=[
            box(1000 * x - 1, 1000 * y - 1, 1000 * x + 1, 1000 * y + 1) for x, y in [SIX[start], SIX[gate]]
        ],
        index=[start, gate],
        crs=2154,
    )
    ways = redundancy(network, zones.loc[[start]], zones.loc[[gate]]).loc[start, "ways_out"]
    edges = range(network.roads.n_edges)
    least = next(
        (
            size
            for size in range(len(edges) + 1)
            if any(
                not reaches(network, node[start], node[gate], set(cut)) for cut in combinations(edges, size)
            )
        ),
        None,
    )
    assert ways == least
    people = pd.Series(10, index=used)
    table = critical_roads(network, at(SIX, *used), people, at(SIX, gate), candidates=50)
    for e in edges:
        lost = sum(
            10
            for name in used
            if reaches(network, node[name], node[gate], ())
            and not reaches(network, node[name], node[gate], {e})
        )
        assert (table["people_cut_off"].get(e, 0.0)) == lost
