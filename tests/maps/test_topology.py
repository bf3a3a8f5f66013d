"""TopoJSON: what goes in comes out, borders are stored once, and odd shapes are settled."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from tiGIS.maps._topology import decode, encode, packed


def round_trip(geometries, **options):
    return decode(json.loads(json.dumps(encode({"x": geometries}, **options))), "x")


@st.composite
def coverages(draw):
    """Unions of random cells of a Voronoi diagram: a coverage with islands, holes and several parts."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    points = shapely.multipoints(rng.uniform(0, 100, (draw(st.integers(4, 40)), 2)))
    cells = list(shapely.voronoi_polygons(points, extend_to=box(0, 0, 100, 100)).geoms)
    groups = rng.integers(0, draw(st.integers(1, 8)), len(cells))
    merged = [
        shapely.coverage_union_all([c for c, g in zip(cells, groups, strict=True) if g == i])
        for i in set(groups)
    ]
    return [m for m in merged if not m.is_empty]


@given(coverages())
def test_polygons_come_back_within_a_grid_step(cells):
    topology = encode({"x": cells})
    step = topology["transform"]["scale"][0]
    for before, after in zip(cells, decode(topology, "x"), strict=True):
        off = before.symmetric_difference(shapely.make_valid(after)).area
        assert off <= before.length * step


@given(coverages())
def test_each_border_is_stored_once(cells):
    topology = encode({"x": cells})
    uses: dict[int, int] = {}

    def count(found):
        for item in found:
            if isinstance(item, int):
                uses[max(item, ~item)] = uses.get(max(item, ~item), 0) + 1
            else:
                count(item)

    for geometry in topology["objects"]["x"]["geometries"]:
        count(geometry["arcs"])
    assert set(uses) == set(range(len(topology["arcs"])))
    assert max(uses.values()) <= 2
    steps = sum(len(arc) - 1 for arc in topology["arcs"])
    segments = {
        frozenset(pair)
        for arc in topology["arcs"]
        for pair in zip(
            *(lambda p: (p[:-1], p[1:]))([tuple(p) for p in np.cumsum(arc, axis=0).tolist()]), strict=True
        )
    }
    assert steps == len(segments)


@given(coverages(), st.randoms())
def test_the_order_of_the_polygons_changes_nothing_but_the_order(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    straight, shuffled = round_trip(cells), round_trip([cells[i] for i in order])
    for place, i in enumerate(order):
        assert shapely.normalize(straight[i]).equals(shapely.normalize(shuffled[place]))


def test_a_hole_and_the_island_in_it_share_one_arc():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    topology = encode({"x": [ring, box(4, 4, 6, 6)]})
    assert len(topology["arcs"]) == 2


def test_lines_share_their_common_part():
    lines = [
        LineString([(0, 0), (1, 0), (2, 0)]),
        LineString([(3, 3), (1, 0), (2, 0)]),
        LineString([(2, 0), (1, 0)]),
    ]
    back = round_trip(lines)
    for before, after in zip(lines, back, strict=True):
        assert shapely.hausdorff_distance(before, after) < 1e-3


def test_nothing_and_next_to_nothing():
    speck = box(0, 0, 1e-9, 1e-9)
    back = round_trip([None, Polygon(), speck, box(0, 0, 100, 100)])
    assert back[:3] == [None, None, None]
    assert back[3].area == pytest.approx(10_000)
    kept = round_trip([MultiPolygon([speck, box(5, 5, 90, 90)])])[0]
    assert kept.geom_type == "Polygon"
    assert encode({})["arcs"] == []
    with pytest.raises(ValueError, match="expected polygons or lines"):
        encode({"x": [Point(0, 0)]})


def test_same_input_same_text():
    cells = [box(i, j, i + 1, j + 1) for i in range(5) for j in range(5)]
    assert json.dumps(encode({"x": cells})) == json.dumps(encode({"x": cells}))


def test_several_collections_share_borders():
    topology = encode({"a": [box(0, 0, 1, 1)], "b": [box(1, 0, 2, 1)]})
    assert len(topology["arcs"]) == 3
    assert decode(topology, "b")[0].area == pytest.approx(1, abs=1e-3)


def unpacked(topology):
    """Read the text of the arcs one letter at a time, as its description says."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    numbers, value, shift = [], 0, 0
    for letter in topology["arcs"]:
        digit = digits.index(letter)
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    arcs = []
    while numbers:
        length = 2 * numbers[0]
        arcs.append([numbers[i : i + 2] for i in range(1, length, 2)])
        numbers = numbers[length + 1 :]
    return arcs


@given(coverages())
def test_packed_arcs_are_the_same_arcs(cells):
    topology = encode({"x": cells}, grid=1_000_000)
    small = packed(topology)
    assert unpacked(small) == topology["arcs"]
    assert small["points"] == sum(map(len, topology["arcs"]))


def test_packed_nothing_is_nothing():
    small = packed(encode({"x": [None]}))
    assert (small["arcs"], small["points"]) == ("", 0)
