"""The account of land balances to the square metre, whatever the layers and their order."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import tiGIS
from tiGIS.land import brownfield_account
from toys import LOCAL

# a micrometre is the finest step: GEOS itself, which these tests compare with, fails on metres of 1e-123
number = st.floats(0, 1000, allow_nan=False).map(lambda metres: round(metres, 6))
shape = (
    st.lists(st.tuples(number, number), min_size=3, max_size=7)
    .map(lambda points: shapely.MultiPoint(points).convex_hull)
    .filter(lambda polygon: polygon.area > 1)
)
layer = st.lists(shape, min_size=1, max_size=3)
layers = st.lists(layer, min_size=0, max_size=4)


def frame(shapes: list, crs: object = LOCAL) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapes, crs=crs)


AREA = box(0, 0, 1, 1)


def constraints(shapes: list[list]) -> list[tiGIS.land.Constraint]:
    return [tiGIS.land.Constraint(f"c{n}", frame(each)) for n, each in enumerate(shapes)]


@settings(max_examples=50)
@given(layer, layers)
def test_it_balances_to_the_square_metre(land: list, taken: list[list]) -> None:
    account = tiGIS.land.land_account(frame(land), constraints(taken))
    union = shapely.union_all(land)
    unions = [shapely.union_all(each) for each in taken]
    left = shapely.difference(union, shapely.union_all(unions))
    assert abs(account.balance_m2) < 1e-3
    assert account.gross_ha * 1e4 == pytest.approx(union.area, abs=0.01)
    assert account.left_ha * 1e4 == pytest.approx(left.area, abs=0.01)
    assert account.combinations["area_ha"].sum() == pytest.approx(account.gross_ha, abs=1e-7)
    before = shapely.Polygon()
    for n, mine in enumerate(unions):
        row = account.constraints.loc[f"c{n}"] * 1e4
        others = shapely.union_all([each for m, each in enumerate(unions) if m != n])
        assert row["touched_ha"] == pytest.approx(union.intersection(mine).area, abs=0.01)
        assert row["alone_ha"] == pytest.approx(union.intersection(mine).difference(others).area, abs=0.01)
        assert row["in_order_ha"] == pytest.approx(union.intersection(mine).difference(before).area, abs=0.01)
        assert row["alone_ha"] + row["shared_ha"] == pytest.approx(row["touched_ha"], abs=1e-3)
        before = before.union(mine)


@settings(max_examples=40)
@given(layer, layers.filter(bool))
def test_one_more_constraint_never_adds_land(land: list, taken: list[list]) -> None:
    fewer = tiGIS.land.land_account(frame(land), constraints(taken[:-1]))
    more = tiGIS.land.land_account(frame(land), constraints(taken))
    assert more.left_ha <= fewer.left_ha + 1e-9
    assert (more.by_candidate["left_ha"] <= fewer.by_candidate["left_ha"] + 1e-9).all()


@settings(max_examples=30)
@given(layer, layers, st.randoms())
def test_the_order_moves_only_what_each_takes_in_order(land: list, taken: list[list], random: object) -> None:
    asked = constraints(taken)
    other = list(asked)
    random.shuffle(other)
    one, two = tiGIS.land.land_account(frame(land), asked), tiGIS.land.land_account(frame(land), other)
    assert one.left_ha == pytest.approx(two.left_ha, abs=1e-7)
    columns = ["touched_ha", "alone_ha", "shared_ha"]
    pd.testing.assert_frame_equal(
        one.constraints[columns].sort_index(), two.constraints[columns].sort_index(), atol=1e-7
    )


def test_by_candidate_and_in_order() -> None:
    sites = frame([box(0, 0, 200, 100), box(300, 0, 400, 100)]).set_axis(["a", "b"])
    flood = tiGIS.flood.FloodZones.from_frame(frame([box(0, 0, 100, 100)]), constants={"level": "high"})
    slide = tiGIS.flood.FloodZones.from_frame(frame([box(300, 0, 400, 100)]), constants={"kind": "other"})
    account = tiGIS.land.land_account(
        sites, [tiGIS.land.Constraint("flood", flood), tiGIS.land.Constraint("slide", slide)]
    )
    assert account.by_candidate["left_ha"].to_dict() == {
        "a": 1.0,
        "b": 1.0,
    }  # only floods of flood zones count
    assert account.by_candidate["left_share_pct"].tolist() == [50.0, 100.0]
    assert account.left["area_ha"].tolist() == [1.0, 1.0]
    assert "flood, slide" in str(account.left.attrs["tigis"]["limits"])


def test_rules_choose_rows_and_buffers_reach_beyond() -> None:
    land = frame([box(0, 0, 100, 100)])
    zoning = gpd.GeoDataFrame(
        {"zone_type": ["A", "N", "U"]},
        geometry=[box(0, 0, 20, 100), box(20, 0, 30, 100), box(30, 0, 100, 100)],
        crs=LOCAL,
    )
    account = tiGIS.land.land_account(
        land,
        [
            tiGIS.land.Constraint("farm", zoning, where={"zone_type": "A"}),
            tiGIS.land.Constraint("nature", zoning, where=lambda rows: rows["zone_type"] == "N"),
            tiGIS.land.Constraint("line", frame([shapely.LineString([(100, -50), (100, 150)])]), buffer_m=5),
        ],
    )
    assert account.constraints["alone_ha"].tolist() == pytest.approx([0.2, 0.1, 0.05])


def test_crossed_outlines_and_other_crs() -> None:
    bow = shapely.Polygon([(8e5, 6.3e6), (800100, 6300100), (800100, 6.3e6), (8e5, 6300100)])
    wet = frame([box(8e5, 6.3e6, 800100, 6300050)], 2154).to_crs(4326)
    account = tiGIS.land.land_account(frame([bow], 2154), [tiGIS.land.Constraint("wet", wet)])
    assert account.gross_ha == pytest.approx(0.5)
    assert account.left_ha == pytest.approx(0.25, abs=1e-4)
    assert account.left.attrs["tigis"]["mended"] == 1


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ([tiGIS.land.Constraint("a", frame([AREA]))] * 2, tiGIS.InputError, "'a' can't be told apart"),
        ([tiGIS.land.Constraint("none", frame([AREA]))], tiGIS.InputError, "'none'"),
        ([tiGIS.land.Constraint("a", frame([AREA], None))], tiGIS.CRSError, "constraint 'a': no CRS"),
        ([tiGIS.land.Constraint("a", frame([shapely.Point(0, 0)]))], tiGIS.InputError, "constraint 'a'"),
        (
            [tiGIS.land.Constraint("a", frame([AREA]), where={"x": 1})],
            tiGIS.InputError,
            "no column 'x'",
        ),
    ],
)
def test_bad_constraints_are_named(asked: list, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tiGIS.land.land_account(frame([box(0, 0, 10, 10)]), asked)


def test_land_without_an_outline_is_unknown_and_said() -> None:
    sites = gpd.GeoDataFrame(index=["a", "b"], geometry=[box(0, 0, 100, 100), None], crs=LOCAL)
    wet = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 100), None, None], crs=LOCAL)
    account = tiGIS.land.land_account(sites, [tiGIS.land.Constraint("wet", wet)])
    assert account.by_candidate.loc["a", "left_ha"] == pytest.approx(0.5)
    assert account.by_candidate.loc["b"].isna().all()
    said = [limit["en"] for limit in account.by_candidate.attrs["tigis"]["limits"]]
    assert said[1:] == ["candidates: 1 rows without an outline.", "wet: 2 rows without an outline."]


def test_brownfields_without_an_area_are_counted_and_said() -> None:
    sites = pd.DataFrame({"status": "friche sans projet", "zoning": "U", "area_ha": [2.0, np.nan]})
    account = brownfield_account(sites)
    assert account.loc["left"].tolist() == [2, 2.0]
    assert "1 sites without a known area" in account.attrs["tigis"]["limits"][-1]["en"]


def test_a_rule_that_does_not_know_is_no_yes() -> None:
    zones = frame([box(0, 0, 50, 100), box(50, 0, 100, 100)]).assign(level=[1.0, np.nan])
    rule = tiGIS.land.Constraint(
        "high", zones, where=lambda found: found["level"].where(found["level"].isna(), True)
    )
    with pytest.raises(tiGIS.InputError, match="neither yes nor no for 1 rows"):
        tiGIS.land.land_account(frame([box(0, 0, 100, 100)]), [rule])


def test_an_official_plan_taken_out_of_its_own_commune(real_files: Path) -> None:
    plan = tiGIS.flood.read_pprn(real_files / "risques" / "pprn_38DDT20170001.zip")
    whole = frame([plan.hazards.studied], crs=2154)
    bands = [
        tiGIS.land.Constraint(
            f"flood {level}", tiGIS.flood.FloodZones.from_frame(part, columns={"level": "level"})
        )
        for level, part in plan.hazards.of_kind("flood").frame.groupby("level")
    ]
    rule = tiGIS.land.Constraint("prohibition", plan.regulation.frame, where={"regulation": "prohibition"})
    account = tiGIS.land.land_account(whole, [*bands, rule])
    floods = plan.hazards.of_kind("flood").frame.union_all()
    forbidden = plan.regulation.frame.query("regulation == 'prohibition'").union_all()
    expected = whole.geometry.iloc[0].difference(floods.union(forbidden)).area / 1e4
    assert account.left_ha == pytest.approx(expected, abs=1e-4)
    assert abs(account.balance_m2) < 1
    assert np.isclose(account.gross_ha, plan.hazards.studied.area / 1e4)
