"""Exposure: by hand on squares, additive over any partition, and nothing counted twice."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import tiGIS
from toys import LOCAL

LEVELS = ["low", "medium", "high"]
AREA = shapely.box(0, 0, 1000, 1000)


def places(*shapes: shapely.Geometry, crs: object = LOCAL) -> gpd.GeoDataFrame:
    names = pd.Index([f"{30000 + n}" for n in range(len(shapes))], name="code_insee")
    return gpd.GeoDataFrame(index=names, geometry=list(shapes), crs=crs)


def zones(
    levels: list[str], shapes: list[shapely.Geometry], crs: object = LOCAL, **more: object
) -> tiGIS.flood.FloodZones:
    frame = gpd.GeoDataFrame({"level": levels}, geometry=shapes, crs=crs)
    return tiGIS.flood.FloodZones.from_frame(frame, columns={"level": "level"}, **more)


coordinate = st.integers(0, 20).map(lambda n: 50.0 * n)
box = (
    st.tuples(coordinate, coordinate, coordinate, coordinate)
    .filter(lambda c: c[0] != c[2] and c[1] != c[3])
    .map(lambda c: shapely.box(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3])))
)
layer = st.lists(st.tuples(st.sampled_from(LEVELS), box), min_size=1, max_size=6)
GRID = gpd.GeoDataFrame(
    {"people": np.arange(100.0)},
    geometry=[shapely.box(x, y, x + 100, y + 100) for x in range(0, 1000, 100) for y in range(0, 1000, 100)],
    crs=LOCAL,
)
JOBS = gpd.GeoDataFrame(
    {"jobs": np.arange(1.0, 122.0)},
    geometry=[shapely.Point(x, y) for x in range(0, 1001, 100) for y in range(0, 1001, 100)],
    crs=LOCAL,
)
ROADS = gpd.GeoDataFrame(
    geometry=[shapely.LineString([(x, 0), (x, 1000)]) for x in range(0, 1001, 50)]
    + [shapely.LineString([(0, y), (1000, 1000 - y)]) for y in range(0, 1001, 250)],
    crs=LOCAL,
)
COUNTED = {"counts": {"people": GRID, "jobs": JOBS}, "roads": ROADS, "sites": JOBS, "land": GRID.iloc[::3]}
MEASURES = ["area_ha", "people", "jobs", "roads_km", "sites", "land_ha"]


def by_hand(flooded: list[tuple[str, shapely.Geometry]]) -> dict[str, float]:
    """What the union of the zones covers in the whole area, measured naively."""
    union = shapely.intersection(shapely.union_all([shape for _, shape in flooded]), AREA)
    people = sum(
        row.people * row.geometry.intersection(union).area / row.geometry.area for row in GRID.itertuples()
    )
    lines = list(ROADS.geometry)
    inside = sum(line.intersection(union).length for line in lines)
    edge = sum(line.intersection(union.boundary).length for line in lines)
    touched = [point.intersects(union) for point in JOBS.geometry]
    land = shapely.union_all(np.asarray(GRID.geometry.iloc[::3]))
    return {
        "area_ha": union.area / 1e4,
        "people": people,
        "jobs": JOBS["jobs"][touched].sum(),
        "roads_km": (inside - edge / 2) / 1000,
        "sites": float(sum(touched)),
        "land_ha": land.intersection(union).area / 1e4,
    }


@settings(max_examples=40)
@given(layer)
def test_levels_add_up_to_the_union(flooded: list) -> None:
    found = tiGIS.flood.exposure(places(AREA), zones(*map(list, zip(*flooded, strict=True))), **COUNTED)
    assert found[MEASURES].sum().to_dict() == pytest.approx(by_hand(flooded), abs=1e-6)
    union = tiGIS.flood.exposure(
        places(AREA), zones(*map(list, zip(*flooded, strict=True))), by_level=False, **COUNTED
    )
    assert union[MEASURES].iloc[0].to_dict() == pytest.approx(by_hand(flooded), abs=1e-6)


@settings(max_examples=40)
@given(layer, coordinate, coordinate)
def test_territories_that_part_an_area_add_up_to_it(flooded: list, x: float, y: float) -> None:
    halves = [shapely.box(0, 0, x, y), shapely.box(x, 0, 1000, y), shapely.box(0, y, 1000, 1000)]
    parts = places(*[half for half in halves if half.area > 0])
    water = zones(*map(list, zip(*flooded, strict=True)))
    found = tiGIS.flood.exposure(parts, water, **COUNTED).groupby("level")[MEASURES].sum()
    whole = tiGIS.flood.exposure(places(AREA), water, **COUNTED).groupby("level")[MEASURES].sum()
    pd.testing.assert_frame_equal(found, whole, atol=1e-6, rtol=1e-9)


@settings(max_examples=40)
@given(layer, coordinate)
def test_zones_cut_in_two_say_the_same(flooded: list, x: float) -> None:
    cut = [
        (level, piece)
        for level, shape in flooded
        for side in (shapely.box(0, 0, x, 1000), shapely.box(x, 0, 1000, 1000))
        if (piece := shape.intersection(side)).area > 0
    ]
    one = tiGIS.flood.exposure(places(AREA), zones(*map(list, zip(*flooded, strict=True))), **COUNTED)
    two = tiGIS.flood.exposure(places(AREA), zones(*map(list, zip(*cut, strict=True))), **COUNTED)
    pd.testing.assert_frame_equal(one[MEASURES], two[MEASURES], atol=1e-6, rtol=1e-9)


def test_the_worst_level_prevails_and_a_known_level_over_an_unknown_one() -> None:
    water = zones(
        ["unknown", "low", "high"],
        [shapely.box(0, 0, 300, 100), shapely.box(100, 0, 300, 100), shapely.box(200, 0, 300, 100)],
    )
    found = tiGIS.flood.exposure(places(AREA), water)["area_ha"].loc["30000"]
    assert found.to_dict() == {"high": 1.0, "low": 1.0, "unknown": 1.0}


def test_territories_that_overlap_each_get_the_whole() -> None:
    water = zones(["high"], [shapely.box(100, 100, 200, 200)])
    found = tiGIS.flood.exposure(places(AREA, shapely.box(0, 0, 500, 500)), water, **COUNTED)
    assert found[MEASURES].nunique().tolist() == [1] * len(MEASURES)
    assert found["sites"].tolist() == [4.0, 4.0]


def test_outside_the_studied_area_nothing_is_known() -> None:
    water = zones(["high"], [shapely.box(0, 0, 100, 100)], studied=shapely.box(0, 0, 500, 1000))
    found = tiGIS.flood.exposure(
        places(AREA, shapely.box(2000, 0, 2100, 100)), water, by_level=False, counts={"people": GRID}
    )
    assert found["studied_share_pct"].tolist() == [50.0, 0.0]
    assert found["people"].isna().tolist() == [False, True]
    assert "unknown" in str(found.attrs["tigis"]["limits"])


def test_it_says_how_people_were_counted_and_what_has_no_value() -> None:
    grid = GRID.assign(people=GRID["people"].where(GRID.index > 9))
    grid.attrs["source"] = "grille de 1 km"
    water = zones(["high"], [AREA])
    found = tiGIS.flood.exposure(places(AREA), water, counts={"people": grid})
    assert found["people"].iloc[0] == pytest.approx(grid["people"].sum())
    said = str(found.attrs["tigis"]["limits"])
    assert "100 polygons (0.01 km², median), shared out by area, 10 without a value (grille de 1 km)" in said


def test_a_territory_without_any_zone_has_a_row_of_zeros() -> None:
    none = zones([], [])
    by_level = tiGIS.flood.exposure(places(AREA), none, counts={"people": GRID})
    assert by_level.index.tolist() == [("30000", "none")]
    assert by_level[["area_ha", "area_share_pct", "people"]].to_numpy().tolist() == [[0, 0, 0]]
    whole = tiGIS.flood.exposure(places(AREA), none, counts={"people": GRID}, by_level=False)
    assert whole[["area_ha", "people"]].to_numpy().tolist() == [[0, 0]]


def test_people_without_a_place_are_in_no_sum_and_said() -> None:
    cells = gpd.GeoDataFrame(
        {"people": [400.0, 70.0, 30.0]}, geometry=[AREA, None, shapely.Polygon()], crs=LOCAL
    )
    points = cells.assign(geometry=[shapely.Point(5, 5), None, shapely.Point()])
    for layer in (cells, points):
        found = tiGIS.flood.exposure(places(AREA), zones(["high"], [AREA]), counts={"people": layer})
        assert found["people"].tolist() == [400.0]
        assert "2 without a geometry (100, in no sum)" in str(found.attrs["tigis"]["limits"])
    sites = points.drop(columns="people")
    found = tiGIS.flood.exposure(places(AREA), zones(["high"], [AREA]), sites=sites)
    assert found["sites"].tolist() == [1]
    assert "sites: 2 without a geometry" in str(found.attrs["tigis"]["limits"])


@pytest.mark.parametrize("shape", [AREA, shapely.Point(5, 5)])
def test_people_nobody_has_counted_are_not_zero(shape: shapely.Geometry) -> None:
    layer = gpd.GeoDataFrame({"people": ["", "1 200,5"]}, geometry=[shape, shape], crs=LOCAL)
    water = zones(["high"], [AREA])
    assert np.isnan(tiGIS.flood.exposure(places(AREA), water, counts={"people": layer[:1]})["people"].iloc[0])
    assert tiGIS.flood.exposure(places(AREA), water, counts={"people": layer})["people"].tolist() == [1200.5]


def test_other_things_than_layers_and_zones_are_refused() -> None:
    water = zones(["high"], [AREA])
    for wrong in (None, "communes.gpkg", {"geometry": [AREA]}, pd.DataFrame({"geometry": [AREA]})):
        with pytest.raises(tiGIS.InputError, match="expected a GeoDataFrame"):
            tiGIS.flood.exposure(wrong, water)
        with pytest.raises(tiGIS.InputError, match="expected a FloodZones"):
            tiGIS.flood.exposure(places(AREA), wrong)
        with pytest.raises(tiGIS.InputError, match=r"counts.*GeoDataFrame"):
            tiGIS.flood.exposure(places(AREA), water, counts={"people": wrong})


def test_layers_in_other_crs_are_brought_over() -> None:
    base = shapely.box(8e5, 6.3e6, 8.01e5, 6.301e6)
    water = zones(["high"], [base], crs=2154)
    grid = gpd.GeoDataFrame({"people": [10.0]}, geometry=[base], crs=2154).to_crs(3035)
    found = tiGIS.flood.exposure(places(base, crs=2154), water, counts={"people": grid})
    assert found["people"].iloc[0] == pytest.approx(10.0, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"counts": {"people": GRID[["geometry"]]}}, tiGIS.InputError, "no column 'people'"),
        ({"counts": {"people": GRID.assign(people=-1)}}, tiGIS.InputError, "below 0"),
        ({"roads": ROADS.set_crs(None, allow_override=True)}, tiGIS.CRSError, "roads: no CRS"),
        ({"land": JOBS}, tiGIS.InputError, "expected polygons"),
    ],
)
def test_bad_layers_are_named(change: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tiGIS.flood.exposure(places(AREA), zones(["high"], [AREA]), **change)


def test_bad_territories_and_zones_are_named() -> None:
    twice = places(AREA, AREA).set_axis(["a", "a"])
    with pytest.raises(tiGIS.InputError, match="more than once"):
        tiGIS.flood.exposure(twice, zones(["high"], [AREA]))
    with pytest.raises(tiGIS.CRSError, match="degrees"):
        tiGIS.flood.exposure(places(AREA).set_crs(4326, allow_override=True), zones(["high"], [AREA]))
    with pytest.raises(tiGIS.InputError, match="'Fort'"):
        zones(["Fort"], [AREA])


def test_people_of_the_grid_in_an_official_plan_moved_to_ales(real_files: Path) -> None:
    """The plan stands in, moved from Isère; the grid's own total is kept when everything is flooded."""
    grid = pyogrio.read_dataframe(real_files / "grille" / "ales_grid_filosofi2019_1km_3035.gpkg")
    grid = grid.rename(columns={"ind": "people"})[["people", "geometry"]].to_crs(2154)
    plan = tiGIS.flood.read_pprn(real_files / "risques" / "pprn_38DDT20170001.zip").hazards.of_kind("flood")
    centre = grid.union_all().centroid
    moved = plan.frame.translate(
        centre.x - plan.frame.union_all().centroid.x, centre.y - plan.frame.union_all().centroid.y
    )
    water = tiGIS.flood.FloodZones.from_frame(plan.frame.set_geometry(moved), columns={"level": "level"})
    whole = places(shapely.box(*grid.total_bounds).buffer(10), crs=2154)
    found = tiGIS.flood.exposure(whole, water, counts={"people": grid})
    overlay = gpd.overlay(
        grid.assign(cell_m2=grid.area), water.frame[["geometry"]].dissolve(), how="intersection"
    )
    plain = (overlay["people"] * overlay.area / overlay["cell_m2"]).sum()
    assert found["people"].sum() == pytest.approx(plain, rel=1e-6)
    everywhere = zones(["high"], list(whole.geometry), crs=2154)
    assert tiGIS.flood.exposure(whole, everywhere, counts={"people": grid})["people"].sum() == pytest.approx(
        grid["people"].sum()
    )
