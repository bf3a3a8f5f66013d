"""Files of OpenStreetMap as they come: barriers, any order, versions, parts of a way, names of files."""

from __future__ import annotations

import bz2
import gzip

import geopandas as gpd
import osmium
import pytest

from tiGIS import DataFileError, read_osm_pbf, read_roads, travel_times

DEGREES_A_KM = 1 / 80  # of longitude, at 44 degrees north


def extract(path, nodes, ways, tags=None):
    """Write an extract; nodes are km east and north of (4, 44)."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (x, y) in nodes.items():
            place = 4 + x * DEGREES_A_KM, 44 + y / 111
            writer.add_node(
                osmium.osm.mutable.Node(
                    id=number, version=1, location=place, tags=(tags or {}).get(number, {})
                )
            )
        for number, (refs, told) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=refs, tags=told))
    return path


def km_between(network, a, b):
    places = [gpd.GeoSeries.from_xy([4 + x * DEGREES_A_KM], [44 + y / 111], crs=4326) for x, y in (a, b)]
    _, km = travel_times(network, *places, distances=True, too_far="unreachable", progress=False)
    return float(km.iloc[0, 0])


def km_of(network):
    return network.roads.length_m.sum() / 1000


STREET = {"highway": "residential"}
NODES = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 3)}
WAYS = {10: ([1, 2, 3], STREET), 11: ([1, 4, 3], STREET)}


@pytest.mark.parametrize(
    ("tags", "km"),
    [
        ({"barrier": "bollard"}, 6.34),
        ({"barrier": "gate", "access": "private"}, 6.34),
        ({"barrier": "gate", "motor_vehicle": "agricultural;forestry"}, 6.34),
        ({"barrier": "gate"}, 2),
        ({"barrier": "lift_gate", "access": "private", "motorcar": "yes"}, 2),
        ({"highway": "crossing"}, 2),
    ],
)
def test_a_road_is_cut_where_a_barrier_stops_cars(tmp_path, tags, km):
    network = read_osm_pbf(extract(tmp_path / "a.osm.pbf", NODES, WAYS, {2: tags}), component="all")
    assert km_between(network, (0, 0), (2, 0)) == pytest.approx(km, abs=0.05)
    assert km_between(network, (0, 0), (0.95, 0)) == pytest.approx(0.95, abs=0.01)
    assert km_of(network) == pytest.approx(8.34, abs=0.05)
    told = network.metadata["report"].get("barriers_closed_to_cars", 0)
    assert told == (km > 2)
    assert any("portails" in limit["fr"] for limit in network.metadata["limits"]) == (km > 2)


def test_a_barrier_of_an_unknown_kind_stays_open_and_is_told(tmp_path):
    path = extract(tmp_path / "a.osm.pbf", NODES, WAYS, {2: {"barrier": "portcullis"}})
    network = read_osm_pbf(path)
    assert km_between(network, (0, 0), (2, 0)) == pytest.approx(2, abs=0.05)
    assert network.metadata["report"]["barriers_of_unknown_kind_left_open"] == 1


def test_a_barrier_at_a_junction_cuts_all_the_roads_that_meet_there(tmp_path):
    nodes = {**NODES, 5: (1, -1)}
    ways = {10: ([1, 2], STREET), 12: ([2, 3], STREET), 11: ([1, 4, 3], STREET), 13: ([2, 5], STREET)}
    path = extract(tmp_path / "a.osm.pbf", nodes, ways, {2: {"barrier": "block"}})
    network = read_osm_pbf(path, component="all")
    assert km_between(network, (0, 0), (2, 0)) == pytest.approx(6.34, abs=0.05)
    assert km_between(network, (0, 0), (1, -0.9)) != km_between(network, (0, 0), (1, -0.9))  # NaN


def test_a_road_for_those_who_go_there_is_no_short_cut(tmp_path):
    ways = {10: ([1, 2, 3], {**STREET, "motor_vehicle": "agricultural;destination"}), 11: WAYS[11]}
    network = read_osm_pbf(extract(tmp_path / "a.osm.pbf", NODES, ways))
    assert km_between(network, (0, 0), (2, 0)) == pytest.approx(6.34, abs=0.05)
    assert km_between(network, (0.5, 0), (2, 0)) == pytest.approx(1.5, abs=0.01)


def test_limits_by_direction_give_times_by_direction(tmp_path):
    told = {"highway": "primary", "maxspeed:forward": "110", "maxspeed:backward": "50"}
    ways = {10: ([1, 2], told), 12: ([3, 2], {"highway": "primary", "maxspeed": "80"})}
    network = read_osm_pbf(extract(tmp_path / "a.osm.pbf", NODES, ways))
    speed = network.pieces().set_index("way_id")
    assert network.metadata["report"]["without_legal_limit_share_pct"] == 0
    minutes = sorted(network.time_mmin[network.arc_edge == speed.loc["10", "edge"]] / 1000)
    assert minutes == pytest.approx([60 / (110 * 0.85), 60 / (50 * 0.75)], rel=0.01)
    # in the middle of the way, half of either time is left
    places = [gpd.GeoSeries.from_xy([4 + x * DEGREES_A_KM], [44], crs=4326) for x in (0.5, 1)]
    there, back = (travel_times(network, *pair, progress=False).iloc[0, 0] for pair in (places, places[::-1]))
    assert (there, back) == pytest.approx([t / 2 for t in minutes], rel=0.01)


XML = '<?xml version="1.0"?><osm version="0.6">{}</osm>'


def node(number, x, more=""):
    return f'<node id="{number}" version="1" lat="44" lon="{4 + x * DEGREES_A_KM}" {more}/>'


def way(number, refs, more='version="1"', told='<tag k="highway" v="primary"/>'):
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" {more}>{nodes}{told}</way>'


@pytest.mark.parametrize(
    ("content", "km"),
    [
        (way(10, [1, 2]) + node(1, 0) + node(2, 1), 1),
        (node(1, 0) + node(2, 1) + way(10, [1, 2]) + way(11, [2, 3]) + node(3, 2), 2),
        (node(-1, 0) + node(-2, 1) + way(-10, [-1, -2]), 1),
        (node(1, 0) + node(2, 1) + node(-3, 2) + way(10, [1, 2]) + way(11, [2, -3]), 2),
        # the last version, whatever the order; the same one twice
        (node(1, 0) + node(2, 1) + node(3, 2) + way(10, [1, 2, 3]) + way(10, [1, 2], 'version="2"'), 1),
        (node(1, 0) + node(2, 1) + node(3, 2) + way(10, [1, 2], 'version="2"') + way(10, [1, 2, 3]), 1),
        (node(1, 0) + node(2, 1) + way(10, [1, 2]) + way(10, [1, 2]), 1),
        (node(1, 0) + node(2, 5) + node(2, 1).replace('version="1"', 'version="2"') + way(10, [1, 2]), 1),
        # deleted
        (node(1, 0) + node(2, 1) + way(10, [1, 2]) + way(11, [1, 2], 'version="2" visible="false"'), 1),
        (node(1, 0) + node(2, 1) + node(3, 2) + way(10, [1, 2]) + way(11, [2, 3], 'action="delete"'), 1),
        (node(1, 0) + node(2, 1) + node(3, 2, "action='delete'") + way(10, [1, 2, 3]), 1),
        (
            node(1, 0)
            + node(2, 1)
            + node(3, 2)
            + way(10, [1, 2])
            + way(11, [2, 3])
            + way(11, [], 'version="2" visible="false"', ""),
            1,
        ),
    ],
)
def test_texts_are_read_in_any_order_and_in_their_last_version(tmp_path, content, km):
    for suffix, pack in ((".osm", bytes), (".osm.gz", gzip.compress), (".OSM.BZ2", bz2.compress)):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(pack(XML.format(content).encode()))
        assert km_of(read_osm_pbf(path, component="all")) == pytest.approx(km, abs=0.01)


def test_a_compact_file_may_be_out_of_order_with_ids_below_0(tmp_path):
    path = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        make = osmium.osm.mutable
        writer.add_way(make.Way(id=10, version=1, nodes=[-1, 2, 3], tags=STREET))
        for number, x in ((-1, 0), (2, 1), (3, 2)):
            writer.add_node(make.Node(id=number, version=1, location=(4 + x * DEGREES_A_KM, 44)))
    assert km_of(read_osm_pbf(path)) == pytest.approx(2, abs=0.01)


def test_a_compact_file_may_have_its_nodes_backwards_behind_the_ways(tmp_path):
    """With ids as far apart as today's: osmium's set of ids takes 4 MB for each that stands alone."""
    path = tmp_path / "a.osm.pbf"
    ids = [12_700_000_000 - 97_000_003 * k for k in range(100)]
    with osmium.SimpleWriter(str(path)) as writer:
        make = osmium.osm.mutable
        writer.add_way(make.Way(id=10, version=1, nodes=[*ids, 7], tags=STREET))
        for k, number in enumerate(ids):
            writer.add_node(make.Node(id=number, version=1, location=(4 + k * DEGREES_A_KM, 44)))
    network = read_osm_pbf(path)
    assert km_of(network) == pytest.approx(99, rel=0.01)  # on the ellipsoid


@pytest.mark.parametrize("name", ["a.osh.pbf", "a.osc", "a.osc.gz", "a.OSH"])
def test_histories_and_changes_are_refused_by_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    for read in (read_osm_pbf, read_roads):
        with pytest.raises(DataFileError, match="a history or a file of changes"):
            read(tmp_path / name)


def test_changes_under_another_name_are_refused(tmp_path):
    path = tmp_path / "a.osm"
    path.write_text('<osmChange version="0.6"><create>' + way(1, [1, 2]) + "</create></osmChange>")
    with pytest.raises(DataFileError, match="a history or a file of changes"):
        read_osm_pbf(path)


@pytest.mark.parametrize("name", ["a.osm.xz", "a.osm.zip", "a.txt"])
def test_other_packings_are_refused_by_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataFileError, match=r"a name that says no known format.*\.osm\.pbf.*Unpack"):
        read_osm_pbf(tmp_path / name)


def test_names_in_capitals(tmp_path):
    path = extract(tmp_path / "a.osm.pbf", NODES, WAYS)
    path = path.rename(tmp_path / "EXTRACT.OSM.PBF")
    assert read_roads(path).n_arcs == read_osm_pbf(path).n_arcs > 0


def cut_at(tmp_path, name, kept, refs):
    nodes = {number: place for number, place in LONG.items() if number in kept}
    return extract(tmp_path / name, nodes, {10: (refs, STREET)})


LONG = {number: (number, 0) for number in range(10)}


@pytest.mark.parametrize("trimmed", [False, True])
@pytest.mark.parametrize(("west", "east"), [(range(6), range(4, 10)), (range(6), range(5, 10))])
def test_a_way_of_which_two_extracts_hold_a_part_is_joined(tmp_path, west, east, trimmed):
    paths = [
        cut_at(tmp_path, f"{name}.osm.pbf", kept, list(kept) if trimmed else list(LONG))
        for name, kept in (("west", west), ("east", east))
    ]
    network = read_osm_pbf(paths)
    assert km_of(network) == pytest.approx(9, abs=0.05)
    assert network.n_nodes == 2
    assert network.metadata["report"]["ways_in_two_extracts"] == 1


def test_a_piece_of_way_between_two_extracts_is_found_again(tmp_path):
    """Each extract lists the whole way and knows one end of the section that crosses the border."""
    paths = [
        cut_at(tmp_path, f"{k}.osm.pbf", kept, list(LONG)) for k, kept in enumerate((range(5), range(5, 10)))
    ]
    assert km_of(read_osm_pbf(paths)) == pytest.approx(9, abs=0.05)
