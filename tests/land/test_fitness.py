"""Fitness of sites, supply and demand, the legal path, and slope."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import Affine

import tiGIS
from tiGIS.land import SITE_PROFILES, _slope
from toys import LOCAL

FULL = {
    "area_ha": 4.0,
    "rectangle_width_m": 100.0,
    "slope_pct": 2.0,
    "flood_level": 0.0,
    "pollution": 0.0,
    "motorway_min": 20.0,
    "freight_station_min": 20.0,
    "workers_30min": 50_000.0,
}


def sites(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([FULL | change for change in changes], index=[f"s{n}" for n in range(len(changes))])


def test_the_score_by_hand() -> None:
    profile = tiGIS.land.SiteProfile(
        "test", {"a": tiGIS.land.Criterion(0, 10, 3), "b": tiGIS.land.Criterion(60, 0, 1, most=100)}
    )
    table = pd.DataFrame({"a": [5.0, 20.0, np.nan, 0.0], "b": [30.0, 0.0, 15.0, 101.0]})
    found = tiGIS.land.site_suitability(table, profile)
    assert found["score"].tolist() == pytest.approx([50.0, 100.0, 75.0, 0.0])
    assert found["known_pct"].tolist() == pytest.approx([100.0, 100.0, 25.0, 100.0])
    assert found["rank"].tolist()[:2] == [2.0, 1.0]
    assert found["rank"].isna().tolist() == [False, False, True, True]
    assert found["out"].tolist()[3] == "b 101 > 100"
    assert found["unknown"].tolist()[2] == "a"
    assert found["strengths"].tolist()[1] == "a, b"


@pytest.mark.parametrize("profile", SITE_PROFILES)
def test_better_everywhere_ranks_first_in_every_draw(profile: str) -> None:
    best = {"area_ha": 30.0, "rectangle_width_m": 400.0, "motorway_min": 1.0, "workers_30min": 2e5}
    found = tiGIS.land.site_suitability(sites({}, best, {"motorway_min": 29.0}), profile)
    assert found.loc["s1", ["rank", "rank_low", "rank_high"]].tolist() == [1.0, 1.0, 1.0]
    assert found.loc["s2", "score"] < found.loc["s0", "score"]


def test_what_is_not_known_widens_the_interval() -> None:
    table = sites({}, {"motorway_min": 21.0}, {"motorway_min": 19.0}, {})
    table["slope_pct"] = [7.0, 7.0, 7.0, np.nan]
    found = tiGIS.land.site_suitability(table, "factory")
    width = found["rank_high"] - found["rank_low"]
    assert width["s3"] > width.drop("s3").max()
    again = tiGIS.land.site_suitability(table, "factory")
    pd.testing.assert_frame_equal(found, again)


@given(st.permutations(range(4)))
def test_the_order_of_rows_does_not_matter_to_the_score(order: list[int]) -> None:
    table = sites({}, {"motorway_min": 25.0}, {"area_ha": 3.0}, {"slope_pct": 8.0})
    one = tiGIS.land.site_suitability(table, "factory")
    two = tiGIS.land.site_suitability(table.iloc[list(order)], "factory")
    pd.testing.assert_frame_equal(one[["score", "rank"]], two[["score", "rank"]].loc[one.index])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"profile": "castle"}, "'castle'"),
        ({"draws": 10}, "at least 1000"),
        ({"profile": tiGIS.land.SiteProfile("x", {"a": tiGIS.land.Criterion(1, 1)})}, "two different bounds"),
        ({"measures": pd.DataFrame({"area_ha": ["big"]})}, "'big' at 0; expected numbers"),
    ],
)
def test_bad_requests_are_refused(change: dict, message: str) -> None:
    with pytest.raises(tiGIS.InputError, match=message):
        tiGIS.land.site_suitability(**({"measures": sites({})} | change))


def test_supply_of_ales_from_the_reference_figures(fact_tables: Path) -> None:
    figures = pd.read_csv(fact_tables / "ales_reference.csv").set_index("indicator")["value"]
    found = tiGIS.land.land_supply(figures["available_business_land"], figures["requested_business_land"], 2)
    assert found["missing_ha"] == 13
    assert found["share_served_pct"] == pytest.approx(100 * 4 / 17)
    assert found["years_left"] == 2
    assert np.isnan(tiGIS.land.land_supply(4, 0)["share_served_pct"])
    with pytest.raises(tiGIS.InputError, match="free_ha"):
        tiGIS.land.land_supply(-1, 2)
    with pytest.raises(tiGIS.InputError, match="taken_ha_per_year"):
        tiGIS.land.land_supply(1, 2, 0)


def test_the_law_halves_consumption_then_changes_the_measure() -> None:
    path = tiGIS.land.zero_net_path(300)
    assert path.index.tolist() == list(range(2021, 2051))
    first = path.loc[2021:2030]
    assert first["cap_ha"].sum() == pytest.approx(150)
    assert (first["measure"] == first["measure"].iloc[0]).all()
    assert path.loc[2031:, "cap_ha"].isna().all()  # the law sets no pace after 2031
    assert path.loc[2030, "measure"] != path.loc[2031, "measure"]
    assert "illustration" in str(path.attrs["tigis"]["limits"])
    net = tiGIS.land.zero_net_path(300, net_2031_ha_per_year=10).loc[2031:]
    assert net["cap_ha"].iloc[0] == 10
    assert net.loc[2050, "cap_ha"] == 0
    assert net["cap_ha"].is_monotonic_decreasing
    assert net["cumulative_ha"].iloc[0] == 10  # a new quantity starts from nothing


def test_each_commune_with_a_plan_keeps_a_hectare() -> None:
    path = tiGIS.land.zero_net_path(10, communes_with_plan=72)
    assert path.loc[2021:2030, "cap_ha"].sum() == pytest.approx(72)
    merged = tiGIS.land.zero_net_path(0, communes_with_plan=3, merged_communes=(2, 9))
    assert merged.loc[2021:2030, "cap_ha"].sum() == pytest.approx(1 + 2 + 3)
    with pytest.raises(tiGIS.InputError, match="reduction"):
        tiGIS.land.zero_net_path(10, reduction=50)
    with pytest.raises(tiGIS.InputError, match="merged_communes"):
        tiGIS.land.zero_net_path(10, merged_communes=(2,))


def dem(path: Path, height: np.ndarray, cell: float = 10.0) -> Path:
    rows, columns = height.shape
    profile = {"driver": "GTiff", "height": rows, "width": columns, "count": 1, "dtype": "float64"}
    with rasterio.open(
        path,
        "w",
        crs=LOCAL,
        transform=Affine(cell, 0, 0, 0, -cell, rows * cell),
        nodata=-9999,
        **profile,
    ) as out:
        out.write(height, 1)
    return path


def test_slope_of_a_plane_and_of_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.arange(20) * 10.0
    plane = np.tile(0.12 * x, (10, 1))  # 12 % everywhere
    inside = 18 * 8 * 100 / 1e4
    steep = tiGIS.land.steep_areas(dem(tmp_path / "plane.tif", plane), 10)
    assert steep["area_ha"].sum() == pytest.approx(inside)
    assert steep.attrs["without_slope_ha"] == pytest.approx(20 * 10 / 100 - inside)
    assert tiGIS.land.steep_areas(tmp_path / "plane.tif", 12.5).empty
    rough = np.random.default_rng(0).normal(0, 1, (30, 40)).cumsum(axis=1)
    rough[5, 7] = -9999
    whole = tiGIS.land.steep_areas(dem(tmp_path / "rough.tif", rough), 8)
    monkeypatch.setattr("tiGIS.rasters._raster._MOST_CELLS", 60)
    pieces = tiGIS.land.steep_areas(tmp_path / "rough.tif", 8)
    assert whole.union_all().symmetric_difference(pieces.union_all()).area == pytest.approx(0, abs=1e-6)
    assert whole.attrs == pieces.attrs


def test_slope_follows_horn() -> None:
    height = np.random.default_rng(2).normal(100, 5, (3, 3))
    a, b, c, d, _, f, g, h, i = height.ravel()
    east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * 25)
    north = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * 25)
    expected = 100 * np.hypot(east, north)
    assert _slope._slope_pct(height, np.full(3, 25.0), np.full(3, 25.0))[1, 1] == pytest.approx(expected)


def test_a_dem_at_no_place_of_france_or_a_bad_slope(tmp_path: Path) -> None:
    path = dem(tmp_path / "d.tif", np.zeros((5, 5)))
    with pytest.raises(tiGIS.CRSError, match="expected a place of France"):
        tiGIS.land.steep_areas(path, crs=4326)
    with pytest.raises(tiGIS.InputError, match="above_pct"):
        tiGIS.land.steep_areas(path, -1)


def test_steep_land_is_a_constraint(tmp_path: Path) -> None:
    x = np.arange(20) * 10.0
    steep = tiGIS.land.steep_areas(dem(tmp_path / "s.tif", np.tile(np.maximum(0, x - 100), (10, 1))), 10)
    site = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 200, 100)], crs=LOCAL)
    account = tiGIS.land.land_account(site, [tiGIS.land.Constraint("slope > 10 %", steep)])
    assert 0 < account.left_ha < account.gross_ha == 2
