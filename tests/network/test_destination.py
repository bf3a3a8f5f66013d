"""Roads for those who go there: trips start and end on them, and none passes through."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString

from tiGIS import RoadNetwork, isochrones, nearest, route, travel_times
from tiGIS.network._build import build
from tiGIS.network._road_classes import read_classes, read_speeds
from tiGIS.sources.reading.road_lines import from_frame

X, Y = 700_000.0, 6_600_000.0


def network_of(lines, **options):
    """A network of straight streets: (start, end, only for those who go there, directions), at 60 km/h."""
    frame = gpd.GeoDataFrame(
        geometry=[LineString([(X + a[0], Y + a[1]), (X + b[0], Y + b[1])]) for a, b, *_ in lines], crs=2154
    )
    table = frame[[]].assign(
        way_id=[str(n) for n in range(len(lines))],
        source_class="residential",
        destination=[line[2] for line in lines],
        forward=["f" in line[3] for line in lines],
        backward=["b" in line[3] for line in lines],
    )
    return build(
        from_frame(frame, table.reset_index(drop=True), schema="osm", noding="vertices"),
        classes=read_classes(),
        speeds=read_speeds(),
        urban=None,
        crs=None,
        component=options.get("component", "all"),
        contract=options.get("contract", True),
        speed_kmh=np.full(len(lines), 60.0),
        metadata={},
    )


def at(*places):
    return gpd.GeoSeries.from_xy([X + x for x, _ in places], [Y + y for _, y in places], crs=2154)


#   (0, 0) --- short cut, 2 km, for those who go there --- (2000, 0)
#      \---------- (0, 2000) ---------- (2000, 2000) -------/          6 km around
SHORT_CUT = [
    ((0, 0), (2000, 0), True, "fb"),
    ((0, 0), (0, 2000), False, "fb"),
    ((0, 2000), (2000, 2000), False, "fb"),
    ((2000, 2000), (2000, 0), False, "fb"),
]


@pytest.mark.parametrize("contract", [True, False])
def test_nobody_takes_the_short_cut_but_those_who_live_on_it(contract):
    network = network_of(SHORT_CUT, contract=contract)
    places = at((0, 0), (2000, 0), (500, 0), (1800, 0))
    minutes = travel_times(network, places, places, progress=False).to_numpy()
    assert minutes.round(2).tolist() == [
        [0.0, 6.0, 0.5, 1.8],
        [6.0, 0.0, 1.5, 0.2],
        [0.5, 1.5, 0.0, 1.3],
        [1.8, 0.2, 1.3, 0.0],
    ]
    assert network.roads.length_m.sum() == pytest.approx(8000)  # each road once
    assert network.metadata["report"]["km_nobody_passes_through"] == 2.0
    assert "destination only, 2.0 km" in network.metadata["limits"][-1]["en"]


def test_all_calls_agree(tmp_path):
    network = RoadNetwork.load(network_of(SHORT_CUT).save(tmp_path / "n.npz"))
    home, shop = at((500, 0)), at((2000, 0))
    assert route(network, home, shop)["distance_km"].iloc[0] == pytest.approx(1.5)
    assert route(network, at((0, 0)), shop)["distance_km"].iloc[0] == pytest.approx(6)
    assert nearest(network, shop, home, progress=False)["time_min"].iloc[0] == pytest.approx(1.5)
    assert nearest(network, shop, home, direction="to", progress=False)["time_min"].iloc[0] == pytest.approx(
        1.5
    )
    for direction in ("from", "to"):
        # 1 km each way along the short cut, and on from (0, 0)
        reached = isochrones(network, home, [1.0], direction=direction, progress=False)["reached_km"]
        assert reached.iloc[0] == pytest.approx(2.0, abs=0.01)


def test_closing_the_short_cut_closes_it_both_for_leaving_and_for_coming():
    network = network_of(SHORT_CUT)
    shut = network.reweight(closed=network.roads.edge_length_m[network.arc_edge] == 1000)
    assert travel_times(shut, at((500, 0)), at((0, 2000)), progress=False).isna().all(axis=None)
    assert travel_times(shut, at((0, 2000)), at((500, 0)), progress=False).isna().all(axis=None)


def test_an_ordinary_street_behind_such_roads_is_reached_through_them():
    behind = [
        *SHORT_CUT,
        ((500, 0), (500, -300), True, "fb"),
        ((500, -300), (900, -300), False, "fb"),
        ((900, -300), (900, 0), True, "fb"),
        ((500, 0), (900, 0), True, "fb"),
    ]
    network = network_of([((0, 0), (500, 0), True, "fb"), ((900, 0), (2000, 0), True, "fb"), *behind[1:]])
    minutes = travel_times(network, at((700, -300)), at((0, 0), (2000, 0)), progress=False).to_numpy()
    assert minutes[0].round(2).tolist() == [1.0, 1.6]
    assert travel_times(network, at((0, 0)), at((2000, 0)), progress=False).iloc[0, 0] == pytest.approx(6)


def test_a_dead_end_needs_no_second_node():
    network = network_of([*SHORT_CUT[1:], ((0, 2000), (-500, 2000), True, "fb")])
    assert network.topology.arrival is None
    assert travel_times(network, at((-500, 2000)), at((0, 0)), progress=False).iloc[0, 0] == pytest.approx(
        2.5
    )


def test_a_network_of_such_roads_alone_is_free():
    alone = network_of([(a, b, True, way) for a, b, _, way in SHORT_CUT])
    assert travel_times(alone, at((0, 0)), at((2000, 0)), progress=False).iloc[0, 0] == pytest.approx(2)


def plain_minutes(lines):
    """Minutes between corners by the definition: out of such roads, along ordinary ones, and into such roads.

    An ordinary junction ends the first part, and is never in the last.
    """
    outside = {corner for a, b, only_there, _ in lines if not only_there for corner in (a, b)}
    corners = sorted({corner for line in lines for corner in line[:2]})
    number = {corner: k for k, corner in enumerate(corners)}
    size = len(corners)
    best = np.full((3 * size, 3 * size), np.inf)
    for layer in range(3):
        for a, b, only_there, ways in lines:
            if only_there == (layer != 1):
                cost = np.hypot(a[0] - b[0], a[1] - b[1])
                for tail, head, way in ((a, b, "f"), (b, a, "b")):
                    barred = (layer == 0 and tail in outside) or (layer == 2 and head in outside)
                    if way in ways and not barred:
                        at_tail, at_head = layer * size + number[tail], layer * size + number[head]
                        best[at_tail, at_head] = min(best[at_tail, at_head], cost)
        if layer:
            for k in range(size):
                best[(layer - 1) * size + k, layer * size + k] = 1e-9
    rows, columns = np.nonzero(np.isfinite(best))
    graph = coo_array((best[rows, columns], (rows, columns)), shape=best.shape).tocsr()
    result = dijkstra(graph, indices=np.arange(size))[:, 2 * size :] / 1000
    return corners, np.where(np.isinf(result), np.nan, result)


@st.composite
def towns(draw):
    """A square of ordinary streets, and inside it a grid of streets of which any may be such a road."""
    side = 4
    corners = list(itertools.product(range(side), repeat=2))
    lines = []
    for (i, j), (k, m) in itertools.combinations(corners, 2):
        if abs(i - k) + abs(j - m) == 1:
            border = (i == k and i in (0, side - 1)) or (j == m and j in (0, side - 1))
            a, b = ((1000 * p + 7 * (3 * p + 5 * q) % 60, 1000 * q) for p, q in ((i, j), (k, m)))
            if border:
                lines.append((a, b, False, "fb"))
            elif draw(st.booleans()):
                lines.append((a, b, True, draw(st.sampled_from(["fb", "fb", "f", "b"]))))
    return lines


@settings(max_examples=60)
@given(towns(), st.booleans())
def test_times_are_those_of_the_definition(lines, contract):
    corners, expected = plain_minutes(lines)
    network = network_of(lines, contract=contract)
    places = at(*corners)
    found = travel_times(network, places, places, too_far="unreachable", progress=False).to_numpy()
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.nanmax(np.abs(found - expected), initial=0) < 0.02
