"""Traps of zones, and people weighed to territories."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from tiGIS import CRSError, InputError
from tiGIS.accessibility import (
    EdgeWarning,
    compare_origins,
    cumulative,
    intrazonal_minutes,
    minutes_to_edge,
    opportunity_buffer,
    population_points,
    summarise,
    with_carless,
    with_edge_share,
    with_intrazonal_minutes,
)
from toys import LOCAL


def test_intrazonal_minutes_by_hand():
    # a disc of radius 4 km: half the radius, 2 km, at 30 km/h: 4 minutes
    areas = pd.Series({"a": np.pi * 16, "b": np.pi * 4})
    assert intrazonal_minutes(areas).tolist() == pytest.approx([4, 2])
    assert intrazonal_minutes(areas, pd.Series({"b": 60, "a": 30})).tolist() == pytest.approx([4, 1])
    with pytest.raises(InputError, match="speed_kmh"):
        intrazonal_minutes(areas, 0)


def test_with_intrazonal_minutes_fills_the_cells_of_a_place_and_itself():
    times = pd.DataFrame([[0.0, 9.0, 5.0], [9.0, 0.0, 6.0]], index=["b", "a"], columns=["b", "a", "site"])
    filled = with_intrazonal_minutes(times, pd.Series({"a": 2.0, "b": 4.0}))
    assert filled.to_numpy().tolist() == [[4, 9, 5], [9, 2, 6]]
    assert times.iloc[0, 0] == 0
    with pytest.raises(InputError, match="nothing for 'b'"):
        with_intrazonal_minutes(times, pd.Series({"a": 2.0}))


def test_opportunities_come_from_a_buffer_of_the_cutoff():
    territory = gpd.GeoSeries([box(0, 0, 1000, 1000)], crs=LOCAL)
    simple = opportunity_buffer(territory, 30, speed_kmh=100)
    assert simple.bounds == pytest.approx((-50000, -50000, 51000, 51000), abs=40)
    double = opportunity_buffer(territory, 30, speed_kmh=100, competition=True)
    assert double.bounds[0] == pytest.approx(-100000, abs=40)
    with pytest.raises(CRSError):
        opportunity_buffer(territory.to_crs(4326), 30)


@given(st.floats(0, 360), st.floats(5, 90), st.booleans())
def test_no_reach_of_the_territory_leaves_its_buffer(degrees, cutoff, competition):
    # from the rim of a round territory, where a buffer drawn by chords would be a hair too short
    territory = gpd.GeoSeries([Point(0, 0).buffer(10_000)], crs=LOCAL)
    rim = Point(*(9_900 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])))
    known = opportunity_buffer(territory, cutoff, competition=competition)
    for place in (rim, Point(territory.iloc[0].exterior.coords[0])):
        edge = minutes_to_edge(gpd.GeoSeries([place], crs=LOCAL), known).iloc[0]
        assert edge >= cutoff * (1 + competition) * (1 - 1e-9)


def test_a_reach_cut_by_the_edge_warns_with_the_share_of_people():
    places = gpd.GeoSeries([Point(0, 0), Point(40000, 0), Point(200000, 0)], index=list("abc"), crs=LOCAL)
    edge = minutes_to_edge(places, box(-100000, -100000, 100000, 100000), speed_kmh=60)
    assert edge.tolist() == [100, 60, 0]
    people = pd.Series({"a": 60, "b": 30, "c": 10})
    reached = pd.Series(1.0, index=list("abc"))
    with pytest.warns(EdgeWarning, match=r"10\.0 %"):
        once = with_edge_share(reached, edge, 60, people)  # b is exactly at 60: not cut
    with pytest.warns(EdgeWarning, match=r"40\.0 %"):
        twice = with_edge_share(reached, edge, 45, people, competition=True)
    assert once.attrs["tigis"]["edge_share_pct"] == pytest.approx(10)
    assert twice.attrs["tigis"]["edge_share_pct"] == pytest.approx(40)
    assert "tigis" not in reached.attrs
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quiet = with_edge_share(reached[["a"]], edge[["a"]], 60, people[["a"]])
    assert quiet.attrs["tigis"]["edge_share_pct"] == 0


def test_population_points_are_where_people_live():
    zones = gpd.GeoDataFrame(
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100)], index=["a", "b"], crs=LOCAL
    )
    cells = gpd.GeoDataFrame({"population": [30, 10]}, geometry=[Point(10, 10), Point(90, 50)], crs=LOCAL)
    points = population_points(zones, cells)
    # (30·10 + 10·90) / 40 = 30; (30·10 + 10·50) / 40 = 20
    assert points.loc["a"].geometry.coords[0] == pytest.approx((30, 20))
    assert points["population"].tolist() == [40, 0]
    assert points["from_grid"].tolist() == [True, False]
    assert zones.loc["b"].geometry.contains(points.loc["b"].geometry)
    with pytest.raises(InputError, match="empty or negative"):
        population_points(zones, cells.assign(population=[-1, 2]))


def test_population_points_on_the_real_grid(real_files):
    communes = gpd.read_file(real_files / "territoires" / "communes_gard_2018.geojson").to_crs(2154)
    grid = gpd.read_file(real_files / "grille" / "ales_grid_filosofi2019_1km_3035.gpkg")
    people = next(column for column in grid.columns if column.lower() in {"ind", "men_ind", "population"})
    points = population_points(communes, grid, people=people)
    found = points[points["from_grid"]]
    centres = grid.geometry.to_crs(2154).centroid
    held = centres.within(communes.geometry.union_all())
    assert found["population"].sum() == pytest.approx(grid.loc[held, people].sum())
    assert len(found) > 60


def test_both_origins_and_their_difference():
    town_hall = pd.Series({"a": 10.0, "b": 20.0})
    table = compare_origins(town_hall, town_hall.add([1, -2]))
    assert table["difference"].tolist() == [1, -2]
    with pytest.raises(InputError, match="labels differ"):
        compare_origins(town_hall, town_hall[::-1])


def test_summary_by_hand():
    minutes = pd.Series({"a": 20.0, "b": 50.0, "c": np.nan, "d": 45.0, "e": 99.0})
    people = pd.Series({"a": 300, "b": 100, "c": 100, "d": 50, "e": 7})
    epci = pd.Series({"a": "A", "b": "A", "c": "A", "d": "B", "e": None})
    table = summarise(minutes, people, to=epci, thresholds=[45])
    assert table.loc["A", ["population", "known_share_pct", "mean"]].tolist() == [500, 80, 27.5]
    assert table.loc["A", "beyond_45_share_pct"] == 25
    assert table.loc["B", "beyond_45_share_pct"] == 0  # at the threshold is not beyond
    # 400 known people: 75 % at 20 minutes, the others at 50
    assert table.loc["A", ["decile_7", "decile_8"]].tolist() == [20, 50]
    assert table.attrs["tigis"]["places_in_no_territory"] == 1


def test_summary_of_nobody_known_is_nan_and_carless_is_beside():
    minutes = pd.Series({"a": np.nan, "b": 10.0})
    people = pd.Series({"a": 10, "b": 30})
    table = summarise(
        minutes, people, to=pd.Series({"a": "A", "b": "B"}), carless_share_pct=pd.Series({"b": 20.0})
    )
    assert table.loc["A", ["mean", "decile_5", "carless_share_pct"]].isna().all()
    assert table.loc["B", "carless_share_pct"] == 20
    with pytest.raises(InputError, match="nothing for 'a'"):
        summarise(minutes, people, to=pd.Series({"b": "B"}))


def test_carless_households_stand_beside_a_result():
    result = cumulative(pd.DataFrame({"x": [5.0, 6.0]}, index=["a", "b"]), pd.Series({"x": 1}), 30)
    table = with_carless(result, pd.Series({"a": 22.5}))
    assert table["carless_share_pct"].tolist() == pytest.approx([22.5, np.nan], nan_ok=True)
    assert "unknown for 1" in str(table.attrs["tigis"]["limits"])
    assert "carless_share_pct" not in result.attrs


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(0, 9), st.sampled_from("AB")), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_summary_equals_repeating_each_person(rows, random):
    table = pd.DataFrame(rows, columns=["value", "people", "to"]).set_index(pd.Index(range(len(rows))))
    result = summarise(table["value"], table["people"], to=table["to"], thresholds=[50])
    shuffled = table.loc[random.sample(range(len(rows)), len(rows))]
    again = summarise(shuffled["value"], shuffled["people"], to=shuffled["to"], thresholds=[50])
    pd.testing.assert_frame_equal(result, again)
    for name, group in table.groupby("to"):
        each = np.repeat(group["value"].to_numpy(), group["people"])
        if not len(each):
            assert np.isnan(result.loc[name, "mean"])
            continue
        assert result.loc[name, "mean"] == pytest.approx(each.mean())
        assert result.loc[name, "beyond_50_share_pct"] == pytest.approx(100 * (each > 50).mean())
        inverse = np.quantile(each, np.arange(1, 10) / 10, method="inverted_cdf")
        np.testing.assert_array_equal(result.loc[name, [f"decile_{n}" for n in range(1, 10)]], inverse)
