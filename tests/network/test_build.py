"""From lines to a network: where roads meet, what is cleaned, what is kept."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, MultiLineString, Point, box

from tiGIS import CRSError, InputError, network_from_lines
from tiGIS.network import CLOSED, ROAD_CLASSES


def lines(*geometries, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=2154)


X, Y = 700_000.0, 6_600_000.0  # near the central meridian of Lambert-93


def line(*points):
    return LineString([(X + x, Y + y) for x, y in points])


def edge_lengths(network):
    return sorted(np.round(network.roads.edge_length_m).astype(int).tolist())


def test_roads_meet_at_their_ends_and_not_where_they_merely_cross():
    cross = lines(line((0, 0), (1000, 0)), line((500, -500), (500, 500)))
    assert network_from_lines(cross, component="all").n_nodes == 4
    shared = lines(line((0, 0), (500, 0), (1000, 0)), line((500, -500), (500, 0), (500, 500)))
    assert network_from_lines(shared, component="all").n_nodes == 4
    assert network_from_lines(shared, component="all", noding="vertices").n_nodes == 5


def test_lengths_are_those_of_the_map_in_the_projected_crs():
    roads = lines(line((0, 0), (3000, 4000)))
    assert network_from_lines(roads).length_m.tolist() == [5000.0, 5000.0]
    assert network_from_lines(roads.to_crs(4326)).length_m == pytest.approx([5000.0, 5000.0])
    assert network_from_lines(roads.to_crs(4326)).crs == "EPSG:2154"


def test_degree_two_nodes_are_joined_with_their_geometry_and_the_sum_of_their_times():
    parts = lines(
        line((0, 0), (1000, 0)),
        line((3000, 0), (1000, 0)),  # drawn the other way round
        line((3000, 0), (3000, 1000)),
        kmh=[60.0, 30.0, 60.0],
        kind=["primary", "local", "primary"],
        pont=[False, True, False],
    )
    network = network_from_lines(
        parts, speed="kmh", road_class="kind", flags={"bridge": "pont"}, length=None, contract=True
    )
    assert (network.n_nodes, network.n_arcs) == (2, 2)
    assert network.time_mmin.tolist() == [round(sum(network.roads.time_min) * 1000)] * 2
    assert network.time_mmin[0] == pytest.approx(1000 + 4000 + 1000)
    assert network.roads.lines[0].length == pytest.approx(4000)
    assert network.has("bridge").all()
    assert not network.has("tunnel").any()
    assert sorted(network.pieces()["way_id"]) == ["0", "1", "2"]
    assert network.pieces().set_index("way_id")["speed_kmh"].to_dict() == {"0": 60.0, "1": 30.0, "2": 60.0}
    pieces = network.pieces().set_index("way_id").geometry
    for way, given_line in parts.geometry.items():
        assert pieces[str(way)].equals(given_line)


def test_a_one_way_street_does_not_join_a_two_way_one():
    parts = lines(line((0, 0), (1000, 0)), line((1000, 0), (2000, 0)), way=["both", "forward"])
    network = network_from_lines(parts, oneway="way", component="all")
    assert (network.n_nodes, network.n_arcs) == (3, 3)


def test_one_way_streets_in_a_row_join_and_keep_their_direction():
    parts = lines(line((1000, 0), (0, 0)), line((1000, 0), (2000, 0)), way=["backward", "forward"])
    network = network_from_lines(parts, oneway="way", component="all")
    assert (network.n_nodes, network.n_arcs) == (2, 1)
    assert network.x[network.tail[0]] < network.x[network.head[0]]
    assert network.roads.lines[0].coords[0][0] == pytest.approx(X)


def test_a_ring_alone_is_kept_with_one_node_opened():
    ring = lines(line((0, 0), (500, 0), (500, 500)), line((500, 500), (0, 500), (0, 0)))
    network = network_from_lines(ring)
    assert network.n_nodes >= 1
    assert network.roads.length_m.sum() == pytest.approx(2000)


def test_only_the_largest_strongly_connected_part_stays_and_the_rest_is_told():
    parts = lines(
        line((0, 0), (1000, 0)),
        line((1000, 0), (1000, 900)),
        line((1000, 0), (2000, 0)),  # one-way into a dead end: nobody comes back
        line((5000, 0), (5500, 0)),  # an island
        way=["both", "both", "forward", "both"],
    )
    network = network_from_lines(parts, oneway="way")
    report = network.metadata["report"]
    assert edge_lengths(network) == [network.roads.length_m.sum().round()]
    assert report["km_left_out_of_the_largest_component"] == pytest.approx(1.5)
    assert report["km_left_out_share_pct"] == pytest.approx(100 * 1.5 / 3.4, rel=1e-4)


def test_a_road_drawn_twice_counts_once_and_parallel_roads_both_stay():
    same = line((0, 0), (500, 100), (1000, 0))
    parts = lines(same, LineString(same.coords[::-1]), line((0, 0), (1000, 0)), line((0, 0), (0, 50)))
    network = network_from_lines(parts)
    assert network.metadata["report"]["pieces_merged_with_a_double"] == 1
    assert len(edge_lengths(network)) == 2  # the two ways round; the spur is joined to neither
    assert network.roads.length_m.sum() == pytest.approx(same.length + 1000 + 50)


def test_a_dead_end_loop_stays_with_its_neck():
    neck = lines(line((0, 0), (100, 0)), line((100, 0), (200, 100), (300, 0), (100, 0)))
    network = network_from_lines(neck, noding="vertices")
    assert network.n_nodes == 2
    assert ((network.tail == network.head).sum(), network.n_arcs) == (2, 4)


def test_speeds_come_from_the_limit_the_class_and_the_place():
    parts = lines(
        line((0, 0), (5000, 0)),
        line((5000, 0), (10_000, 0)),
        line((10_000, 0), (15_000, 0)),
        kind=["motorway", "secondary", "secondary"],
        limit=[130.0, np.nan, 50.0],
    )
    network = network_from_lines(parts, road_class="kind", limit="limit", contract=False)
    speed = network.pieces().set_index("way_id")["speed_kmh"]
    assert speed["0"] == pytest.approx(117)
    assert speed["1"] == pytest.approx(64)
    assert speed["2"] == pytest.approx(36)
    town = gpd.GeoDataFrame(geometry=[box(X + 5000, Y - 10, X + 10_000, Y + 10)], crs=2154).to_crs(4326)
    inside = network_from_lines(parts, road_class="kind", limit="limit", contract=False, urban=town)
    assert inside.pieces().set_index("way_id")["speed_kmh"]["1"] == pytest.approx(36)
    assert network.road_class.max() == ROAD_CLASSES.index("secondary")


def test_towns_are_found_by_the_density_of_junctions():
    streets = [line((0, 100 * k), (1000, 100 * k)) for k in range(11)]
    streets += [line((100 * k, 0), (100 * k, 1000)) for k in range(11)]
    streets = [
        LineString([(x, y) for x, y in np.linspace(s.coords[0], s.coords[-1], 11).round(3)]) for s in streets
    ]
    network = network_from_lines(lines(*streets, line((1000, 0), (9000, 0))), noding="vertices")
    pieces = network.pieces().set_index("way_id")
    assert pieces.loc[[str(k) for k in range(len(streets))], "urban"].mean() > 0.9
    assert not pieces.loc[[str(len(streets))], "urban"].any()


def test_a_multi_part_line_keeps_its_own_speed():
    parts = lines(
        MultiLineString([line((0, 0), (1000, 0)), line((1000, 0), (2000, 0))]),
        line((2000, 0), (3000, 0)),
        kmh=[60.0, 30.0],
    )
    network = network_from_lines(parts, speed="kmh")
    assert network.time_mmin[0] == pytest.approx(4000)


def test_given_lengths_replace_the_measured_ones():
    network = network_from_lines(
        lines(line((0, 0), (1000, 0)), m=[1500.0], kmh=[60.0]), length="m", speed="kmh"
    )
    assert network.length_m.tolist() == [1500.0, 1500.0]
    assert network.time_mmin.tolist() == [1500, 1500]


GOOD = line((0, 0), (1, 0))


@pytest.mark.parametrize(
    ("frame", "options", "error", "words"),
    [
        (lines(GOOD, kmh=[-5.0]), {"speed": "kmh"}, InputError, r"speed is -5\.0 on 1 rows"),
        (lines(GOOD, kmh=[np.nan]), {"speed": "kmh"}, InputError, "speed is nan"),
        (lines(GOOD, kmh=[np.inf]), {"speed": "kmh"}, InputError, "speed is inf"),
        (lines(GOOD, kmh=[0.0]), {"speed": "kmh"}, InputError, r"speed is 0\.0"),
        (lines(GOOD, m=[-1.0]), {"length": "m"}, InputError, "length is"),
        (lines(GOOD).set_crs(None, allow_override=True), {}, CRSError, "no CRS"),
        (lines(), {}, InputError, "empty"),
        (lines(line((0, 0), (0, 0))), {}, InputError, "1 lines of one point"),
        (lines(Point(0, 0)), {}, InputError, "1 not lines"),
        (lines(None), {}, InputError, "without a geometry"),
        (lines(GOOD, GOOD).set_axis(["a", "a"]), {}, InputError, "identifiers more than once: 'a'"),
        (lines(GOOD, way=["north"]), {"oneway": "way"}, InputError, "expected 'both'"),
        (lines(GOOD, kind=["track"]), {"road_class": "kind"}, InputError, "class .'track'"),
        (lines(GOOD), {"speed": "kmh"}, InputError, "no column 'kmh'"),
        (lines(GOOD), {"crs": 4326}, InputError, "projected CRS in metres"),
        (lines(GOOD), {"urban": -1.0}, InputError, "above 0"),
        (lines(GOOD), {"flags": {"wide": "geometry"}}, InputError, "no flag 'wide'"),
    ],
)
def test_bad_input_gets_one_clear_error(frame, options, error, words):
    with pytest.raises(error, match=words):
        network_from_lines(frame, **options)


def test_a_table_of_speeds_is_checked():
    table = pd.DataFrame(
        {"road_class": ["local"], "urban": [0], "limit_kmh": [80], "factor": [1], "link_kmh": [30]}
    )
    with pytest.raises(InputError, match="exactly one row"):
        network_from_lines(lines(GOOD), speeds=table)


def node_times(network):
    """Minutes between all nodes, by scipy, and the places of the nodes."""
    open_ = network.time_mmin < CLOSED
    order = np.lexsort((network.time_mmin, network.head, network.tail))
    order = order[open_[order]]
    tail, head, cost = network.tail[order], network.head[order], network.time_mmin[order].astype(float)
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    graph = csr_array((cost[first], (tail[first], head[first])), shape=(network.n_nodes,) * 2)
    return dijkstra(graph), [(round(x), round(y)) for x, y in zip(network.x, network.y, strict=True)]


@st.composite
def street_maps(draw):
    """Streets between points of a grid, some one-way, in any order and direction."""
    size = draw(st.integers(2, 4))
    steps = [((i, j), (i + 1, j)) for i in range(size) for j in range(size + 1)]
    steps += [((j, i), (j, i + 1)) for i in range(size) for j in range(size + 1)]
    chosen = draw(st.lists(st.sampled_from(steps), min_size=1, max_size=3 * size, unique=True))
    ways = draw(
        st.lists(
            st.sampled_from(["both", "both", "forward", "backward"]),
            min_size=len(chosen),
            max_size=len(chosen),
        )
    )
    kmh = draw(st.lists(st.sampled_from([30.0, 50.0, 90.0]), min_size=len(chosen), max_size=len(chosen)))
    geometry = [line((1000 * a[0], 1000 * a[1]), (1000 * b[0], 1000 * b[1])) for a, b in chosen]
    return lines(*geometry, way=ways, kmh=kmh)


@given(street_maps())
def test_joining_changes_no_time_between_the_nodes_that_stay(streets):
    options = {"oneway": "way", "speed": "kmh", "component": "all"}
    whole = network_from_lines(streets, contract=False, **options)
    joined = network_from_lines(streets, **options)
    far, places = node_times(whole)
    near, kept = node_times(joined)
    where = [places.index(place) for place in kept]
    expected = far[np.ix_(where, where)]
    assert np.array_equal(np.isinf(near), np.isinf(expected))
    # each arc is rounded to a milliminute, once instead of several times
    reached = ~np.isinf(near)
    assert np.abs(near[reached] - expected[reached]).max(initial=0) <= len(streets)
    assert joined.roads.length_m.sum() == pytest.approx(whole.roads.length_m.sum())
    assert sorted(joined.pieces()["way_id"]) == sorted(map(str, streets.index))


@given(street_maps())
def test_the_largest_part_is_strongly_connected_and_arcs_are_sorted(streets):
    network = network_from_lines(streets, oneway="way", speed="kmh", component="all")
    assert (np.diff(network.tail) >= 0).all()
    for array in (network.tail, network.head, network.x, network.length_m, network.time_mmin):
        assert not array.flags.writeable
    if network.n_arcs and (streets["way"] == "both").any():
        largest = network_from_lines(streets, oneway="way", speed="kmh")
        assert np.isfinite(node_times(largest)[0]).all()


@pytest.mark.parametrize("noding", ["ends", "vertices"])
@pytest.mark.parametrize("x", [1000.0, 1000.005, 1000.015, 1234.565, 777.1255])
@pytest.mark.parametrize("gap", [-0.009, -1e-6, 1e-9, 1e-3, 0.0095])
def test_ends_nearer_than_a_centimetre_meet_wherever_they_lie(noding, x, gap):
    parts = lines(line((0, 0), (x, 0)), line((x + gap, gap / 4), (3000, 0)))
    network = network_from_lines(parts, noding=noding)
    assert network.roads.length_m.sum() == pytest.approx(3000, abs=0.02)
    assert network.n_nodes == 2


@pytest.mark.parametrize("noding", ["ends", "vertices"])
def test_ends_further_apart_than_that_do_not_meet(noding):
    parts = lines(line((0, 0), (1000, 0)), line((1000.02, 0), (3000, 0)))
    assert network_from_lines(parts, noding=noding, component="all").n_nodes == 4


def test_a_road_in_many_sections_with_noise_stays_one():
    noise = np.random.default_rng(11)
    x = np.round(np.cumsum(noise.uniform(5, 50, 2001)), 3)
    a, b = (np.column_stack([x, 0 * x]) + noise.normal(0, 1e-3, (len(x), 2)) for _ in range(2))
    network = network_from_lines(lines(*(line(a[k], b[k + 1]) for k in range(2000))))
    assert network.metadata["report"]["km_left_out_share_pct"] == 0
    assert network.n_nodes == 2


PLACES = {2154: (800_000, 6_300_000), 2975: (340_000, 7_670_000), 5490: (640_000, 1_790_000)}


@pytest.mark.parametrize(("legal", "place"), PLACES.items())
@pytest.mark.parametrize("crs", [4326, 3857, 4258, "OGC:CRS84"])
def test_lengths_are_of_the_ground_whatever_the_map(legal, place, crs):
    x, y = place
    road = gpd.GeoDataFrame(geometry=[LineString([(x, y), (x + 2000, y)])], crs=legal).to_crs(crs)
    network = network_from_lines(road)
    assert network.crs == f"EPSG:{legal}"
    assert network.roads.length_m.sum() == pytest.approx(2000, abs=0.01)


def test_the_projection_of_another_place_is_left_and_one_in_feet_too():
    x, y = PLACES[2154]
    road = gpd.GeoDataFrame(geometry=[LineString([(x, y), (x + 2000, y)])], crs=2154)
    for crs in (2975, 2225):
        network = network_from_lines(road.to_crs(crs))
        assert network.crs == "EPSG:2154"
        assert network.roads.length_m.sum() == pytest.approx(2000, rel=0.001)
    for crs in (27572, 3944, 32631, 3035):
        assert network_from_lines(road.to_crs(crs)).crs == f"EPSG:{crs}"
    with pytest.raises(CRSError, match=r"EPSG:3857, in which one metre of ground is 1\.39 m of the map"):
        network_from_lines(road, crs=3857)
    with pytest.raises(CRSError, match="is no CRS"):
        network_from_lines(road, crs=99999)


def test_axes_that_are_swapped_are_refused_and_a_place_of_no_projection_is_told():
    metres = gpd.GeoDataFrame(geometry=[LineString([(800_000, 6_300_000), (800_500, 6_300_000)])], crs=4326)
    with pytest.raises(CRSError, match="expected longitude, then latitude"):
        network_from_lines(metres)
    nowhere = gpd.GeoDataFrame(geometry=[LineString([(4.0, 44.0), (4.1, 44.0)])], crs=2154)
    said = network_from_lines(nowhere).metadata["limits"]
    assert any("outside the area of their projection" in limit["en"] for limit in said)


@pytest.mark.parametrize(
    "values",
    [
        ["T", "F"],
        ["oui", "non"],
        ["1", "0"],
        [1.0, np.nan],
        [True, None],
        pd.array([True, None], dtype="boolean"),
        pd.array(["vrai", None], dtype="string"),
    ],
)
def test_flags_are_read_as_they_are_written_and_absence_is_told(values):
    roads = lines(line((0, 0), (1000, 0)), line((1000, 0), (2000, 0)), pont=values)
    network = network_from_lines(roads, flags={"bridge": "pont"})
    assert network.pieces()["bridge"].tolist() == [True, False]
    told = pd.isna(np.asarray(values, dtype=object)).sum()
    assert network.metadata["report"].get("lines_without_bridge_said", 0) == told
    assert any("sur un pont" in limit["fr"] for limit in network.metadata["limits"]) == bool(told)


@pytest.mark.parametrize(
    ("roads", "words"),
    [
        (None, "None"),
        ("roads.gpkg", "the text 'roads.gpkg'"),
        (pd.DataFrame({"kmh": [50]}), "expected a GeoDataFrame"),
        ({"kmh": [50]}, "a dict"),
        (lines(line((0, 0), (1000, 0)), kmh=[50]).drop(columns="geometry"), "expected a GeoDataFrame"),
        (lines(line((0, 0), (1000, 0)), kmh=["many"]), "'many' at 0; expected numbers"),
        (lines(line((0, 0), (1000, 0)), kmh=[True]), "expected numbers"),
        (
            pd.concat([lines(line((0, 0), (1000, 0)), kmh=[50]), pd.DataFrame({"kmh": [50]})], axis=1),
            "'kmh' is there more than once",
        ),
    ],
)
def test_what_is_no_table_of_lines_gets_one_clear_error(roads, words):
    with pytest.raises(InputError, match=words):
        network_from_lines(roads, speed="kmh")
