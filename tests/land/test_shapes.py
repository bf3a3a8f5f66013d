"""The largest rectangle and circle, against shapes whose answer is known and a search at random."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

import tiGIS
from tiGIS.land._rectangle import largest_rectangle
from toys import LOCAL

EQUILATERAL = shapely.Polygon([(0, 0), (100, 0), (50, 50 * np.sqrt(3))])
KNOWN = {
    # half of any triangle, inscribed with a side on its longest one
    "right triangle": (shapely.Polygon([(0, 0), (100, 0), (0, 80)]), 2000),
    "equilateral triangle": (EQUILATERAL, EQUILATERAL.area / 2),
    "turned rectangle": (affinity.rotate(box(0, 0, 100, 30), 37), 3000),
    "square with a hole": (box(0, 0, 100, 100).difference(box(40, 40, 60, 60)), 4000),
    "L": (box(0, 0, 100, 30).union(box(0, 0, 30, 100)), 3000),
    "octagon": (shapely.Point(0, 0).buffer(50, quad_segs=2), 2 * 50**2),
    "far from the origin": (
        affinity.translate(affinity.rotate(box(0, 0, 200, 50), 11), 7.9e5, 6.34e6),
        10_000,
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_rectangles(name: str) -> None:
    polygon, area = KNOWN[name]
    rectangle, length, width = largest_rectangle(polygon)
    assert length * width == pytest.approx(area, rel=1e-3)
    assert polygon.buffer(1e-5).covers(rectangle)
    assert rectangle.area == pytest.approx(length * width, rel=1e-6)


def by_chance(polygon: shapely.Polygon, tries: int = 4000) -> float:
    """Largest of many rectangles drawn at random inside: it can't beat a good method."""
    rng = np.random.default_rng(0)
    west, south, east, north = polygon.bounds
    best = 0.0
    shapely.prepare(polygon)
    for angle in np.linspace(0, 90, 31):
        turned = affinity.rotate(polygon, -angle, origin=(0, 0))
        west, south, east, north = turned.bounds
        x = np.sort(rng.uniform(west, east, (tries // 31, 2)), axis=1)
        y = np.sort(rng.uniform(south, north, (tries // 31, 2)), axis=1)
        boxes = shapely.box(x[:, 0], y[:, 0], x[:, 1], y[:, 1])
        inside = shapely.covers(turned, boxes)
        best = max(best, shapely.area(boxes[inside]).max(initial=0.0))
    return best


corner = st.tuples(st.floats(0, 100, allow_nan=False), st.floats(0, 100, allow_nan=False))


@settings(max_examples=15)
@given(st.lists(corner, min_size=4, max_size=8), st.tuples(st.floats(20, 80), st.floats(20, 80)))
def test_never_beaten_by_chance_and_always_inside(corners: list, hole: tuple) -> None:
    hull = shapely.MultiPoint(corners).convex_hull
    polygon = hull.difference(box(*hole, hole[0] + 10, hole[1] + 10))
    if polygon.geom_type != "Polygon" or polygon.area < 100:
        return
    rectangle, length, width = largest_rectangle(polygon)
    assert polygon.buffer(1e-5).covers(rectangle)
    assert length * width >= 0.985 * by_chance(polygon)


def test_sites_keep_their_index_and_points_have_no_shape() -> None:
    shapes = [
        box(0, 0, 200, 100),
        shapely.Point(5, 5),
        shapely.MultiPolygon([box(0, 0, 10, 10), box(20, 0, 60, 40)]),
    ]
    sites = gpd.GeoDataFrame(index=["a", "b", "c"], geometry=shapes, crs=LOCAL)
    found = tiGIS.land.site_shapes(sites)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.loc["a", ["rectangle_length_m", "rectangle_width_m"]].tolist() == pytest.approx([200, 100])
    assert found.loc["a", "circle_radius_m"] == pytest.approx(50, rel=1e-4)
    assert found.loc["a", "compactness"] == pytest.approx(4 * np.pi * 20_000 / 600**2)
    assert found.loc["b"].isna().all()
    assert found.loc["c", "rectangle_ha"] == pytest.approx(0.16)
    with pytest.raises(tiGIS.CRSError):
        tiGIS.land.site_shapes(sites.set_crs(4326, allow_override=True))


def test_a_disc_by_its_radius() -> None:
    disc = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0).buffer(50, quad_segs=16)], crs=LOCAL)
    found = tiGIS.land.site_shapes(disc).iloc[0]
    assert found["circle_radius_m"] == pytest.approx(50, rel=2e-3)
    assert found["rectangle_ha"] * 1e4 == pytest.approx(2 * 50**2, rel=0.01)
    assert found["compactness"] == pytest.approx(1, rel=2e-3)
