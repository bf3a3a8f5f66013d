"""Dates, codes and numbers of a hazard layer, however its file writes them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import tiGIS
from toys import LOCAL


def layer(**columns: object) -> gpd.GeoDataFrame:
    rows = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[shapely.box(0, 0, 9, 9)] * rows, crs=LOCAL)


@pytest.mark.parametrize(
    "written",
    ["05/11/2010", "05-11-2010", "05.11.2010", "05_11_2010", "2010-11-05", "2010_11_05", "20101105"],
)
def test_a_day_in_november_is_not_in_may(written: str) -> None:
    found = tiGIS.flood.FloodZones.from_frame(layer(d=[written, None]), columns={"date": "d"}).frame["date"]
    assert found.dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2010-11-05", ""]


@pytest.mark.parametrize("written", ["30/02/2010", "2010-13-01", "11/25/2010"])
def test_days_that_no_calendar_has_are_refused(written: str) -> None:
    with pytest.raises(tiGIS.InputError, match=written):
        tiGIS.flood.FloodZones.from_frame(layer(d=["05/11/2010", written]), columns={"date": "d"})


@pytest.mark.parametrize("codes", [[1, 2], [1.0, 2.0], ["1", "2"], ["1 ", "2"]])
@pytest.mark.parametrize("key", [int, str, float])
def test_a_code_means_the_same_as_a_number_and_as_text(codes: list, key: type) -> None:
    words = {key(1): "low", key(2): "high"}
    found = tiGIS.flood.FloodZones.from_frame(layer(alea=codes), columns={"level": "alea"}, levels=words)
    assert found.frame["level"].tolist() == ["low", "high"]
    with pytest.raises(tiGIS.InputError, match="3"):
        tiGIS.flood.FloodZones.from_frame(layer(alea=[3]), columns={"level": "alea"}, levels=words)


def test_a_code_with_two_meanings_is_refused() -> None:
    with pytest.raises(tiGIS.InputError, match="two meanings"):
        tiGIS.flood.FloodZones.from_frame(
            layer(alea=[1]), columns={"level": "alea"}, levels={1: "low", "1": "high"}
        )


def test_depths_with_a_decimal_comma() -> None:
    found = tiGIS.flood.FloodZones.from_frame(layer(h=["0,5", ""]), columns={"depth_min_m": "h"}).frame
    assert found["depth_min_m"].fillna(-1).tolist() == [0.5, -1]


GASPAR = "cod_nat_pprn;lib_pprn;cod_commune;dat_approbation;dat_annulation\n"


@pytest.mark.parametrize(
    "written", ["2015-03-15", "15/03/2015", "15-03-2015", "15.03.2015", "20150315", "2015-03-15 00:00:00"]
)
def test_an_annulled_plan_flags_no_commune(tmp_path: Path, written: str) -> None:
    path = tmp_path / "pprn.csv"
    path.write_text(f"{GASPAR}30A;Plan;30007;2010-11-05;{written}\n30B;Autre;30010;2010-11-05;\n")
    plans = tiGIS.sources.read_gaspar(path)
    assert plans["annulled"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2015-03-15", ""]
    assert tiGIS.flood.plans_by_commune(plans, ["30007", "30010"])["pprn"].tolist() == [False, True]


def test_a_date_of_gaspar_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pprn.csv"
    path.write_text(f"{GASPAR}30A;Plan;30007;2010-11-05;\n30B;Plan;30010;2010-11-05;2015-02-30\n")
    with pytest.raises(tiGIS.DataFileError, match=r"dat_annulation: '2015-02-30' at 3"):
        tiGIS.sources.read_gaspar(path)


@pytest.mark.parametrize("wrong", [None, "zones.gpkg", {}, gpd.GeoSeries([])])
def test_other_things_than_tables_are_refused(wrong: object) -> None:
    for measure in (
        tiGIS.flood.FloodZones.from_frame,
        lambda thing: tiGIS.land.LandSites.from_frame(thing, kind="parcel"),
        lambda thing: tiGIS.flood.plans_by_commune(thing, ["30007"]),
    ):
        with pytest.raises(tiGIS.InputError, match=r"expected a (Geo)?DataFrame"):
            measure(wrong)
