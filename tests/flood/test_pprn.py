"""Prevention plans: the official files whole, and the traps of the format one by one."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import tiGIS
from flood.plans import hazard_layer, rule_layer, square, write_plan
from tiGIS.flood._codes import kind_of_code
from toys import near_ales

# plan -> zones of hazard, of rules, and hectares by kind (resolved with the table of several hazards)
ISERE = {
    "38DDT20010005": (174, 165, {"flood": 1053.496, "other": 0.010, "undetermined": 0.0}),
    "38DDT20170001": (592, 670, {"flood": 683.267, "other": 2129.754, "undetermined": 0.0}),
    "38DDT20200002": (646, 584, {"flood": 595.332, "other": 394.497, "undetermined": 4414.710}),
}


@pytest.mark.parametrize("plan", ISERE)
def test_official_plans_are_read_whole(real_files: Path, plan: str) -> None:
    path = real_files / "risques" / f"pprn_{plan}.zip"
    read = tiGIS.flood.read_pprn(path)
    hazards, rules, hectares = ISERE[plan]
    for zones, layer, rows in ((read.hazards, "ALEA", hazards), (read.regulation, "REG", rules)):
        number = plan[5:]
        raw = pyogrio.read_dataframe(f"/vsizip/{path}/{plan}/N_ZONE_{layer}_PPRN_{number}_S_038.shp")
        assert len(zones.frame) == len(raw) == rows
        assert zones.crs.to_epsg() == 2154
        assert zones.frame.is_valid.all()
        np.testing.assert_allclose(zones.frame.area.to_numpy(), raw.area.to_numpy(), rtol=1e-9)
    assert read.hazards.studied.area / 1e4 == pytest.approx(
        pyogrio.read_dataframe(f"/vsizip/{path}/{plan}/N_PERIMETRE_PPRN_{number}_S_038.shp").area.sum() / 1e4
    )
    summary = read.summary()
    assert summary["area_ha"].to_dict() == pytest.approx(hectares, abs=0.001)
    assert summary["zones"].sum() == hazards
    assert (read.regulation.frame["kind"] == "undetermined").all()


def test_each_zone_of_an_official_plan_matches_a_plain_reading(real_files: Path) -> None:
    """Resolve the zones again, zone by zone in plain Python, from the two tables."""
    path = real_files / "risques" / "pprn_38DDT20170001.zip"
    folder = f"/vsizip/{path}/38DDT20170001/N_"
    zones = pyogrio.read_dataframe(folder + "ZONE_ALEA_PPRN_20170001_S_038.shp")
    parts = pyogrio.read_dataframe(folder + "MULTIALEA_PPRN_20170001_038.dbf")
    names = ["low", "medium", "medium_plus", "high", "high_plus"]
    expected = []
    for zone in zones.itertuples():
        rows = [(zone.coderisque, zone.nivalea_st)]
        if zone.coderisque == "9999999":
            mine = parts[parts["id_zone"] == int(zone.id_zone)]
            rows = list(zip(mine["coderisque"], mine["nivalea_st"], strict=True))
        floods = [level for code, level in rows if code.startswith("11")]
        level = max(floods) if floods else zone.nivalea_st
        expected.append(("flood" if floods else "other", names[int(level) - 1]))
    frame = tiGIS.flood.read_pprn(path).hazards.frame
    assert list(zip(frame["kind"], frame["level"], strict=True)) == expected


def test_several_hazards_are_resolved_whatever_the_type_of_the_ids(tmp_path: Path) -> None:
    rows = [
        (1, "9999999", "04", square(0)),
        (2, "9999999", "04", square(200)),
        (3, "9999999", "04", square(400)),
    ]
    table = pd.DataFrame(
        {
            "id_zone": [1, 1, 1, 2],
            "coderisque": ["1240000", "1130000", "1140000", "1240000"],
            "nivalea_st": ["04", "01", "02", "04"],
        }
    )
    plan = tiGIS.flood.read_pprn(
        write_plan(tmp_path, hazard_layer(rows, id_type=float), components=table, upper=True)
    )
    frame = plan.hazards.frame
    assert frame["kind"].tolist() == ["flood", "other", "undetermined"]
    # the level of its floods, not that of the landslide beside them
    assert frame["level"].tolist() == ["medium", "high", "high"]
    assert frame["hazard_codes"].tolist()[0] == "1130000;1140000;1240000"
    assert plan.counts["zones_of_several_hazards"] == 3
    assert plan.counts["zones_of_several_hazards_undetermined"] == 1


def test_without_the_table_several_hazards_stay_undetermined(tmp_path: Path) -> None:
    rows = [(1, "9999999", "04", square(0)), (2, "1120000", "01", square(200))]
    plan = tiGIS.flood.read_pprn(write_plan(tmp_path, hazard_layer(rows)))
    assert plan.summary()["area_ha"].to_dict() == {"flood": 1.0, "other": 0.0, "undetermined": 1.0}
    assert plan.hazards.of_kind("flood").area_ha().to_dict() == {"low": 1.0}


def test_unknown_codes_are_counted_never_guessed(tmp_path: Path) -> None:
    rows = [(1, "abc", "04", square(0)), (2, "4200000", "01", square(200)), (3, "1120000", "99", square(400))]
    rules = rule_layer([(1, "03", square(0)), (2, "42", square(200))])
    plan = tiGIS.flood.read_pprn(write_plan(tmp_path, hazard_layer(rows), rules))
    assert plan.hazards.frame["kind"].tolist() == ["undetermined", "undetermined", "flood"]
    assert plan.counts["zones_of_unknown_hazard_code"] == 2
    assert plan.counts["zones_of_unknown_level"] == 1
    assert plan.counts["zones_of_unknown_rule"] == 1
    assert plan.regulation.frame["regulation"].tolist() == ["prohibition", "unknown"]
    assert plan.hazards.frame["return_period_years"].isna().all()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1100000", "flood"), ("1170000", "flood"), ("1230000", "other"), ("1400000", "other"),
        ("2150000", "other"),
        ("9999999", "undetermined"), ("112", "undetermined"), (None, "undetermined"), ("19", "undetermined"),
    ],
)  # fmt: skip
def test_kind_of_code(code: str | None, kind: str) -> None:
    assert kind_of_code(code) == kind


def test_self_crossing_and_empty_polygons_are_mended_and_counted(tmp_path: Path) -> None:
    bow_tie = near_ales(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
    rows = [(1, "1120000", "04", bow_tie), (2, "1120000", "01", None), (3, "1120000", "01", square(200))]
    plan = tiGIS.flood.read_pprn(write_plan(tmp_path, hazard_layer(rows)))
    assert plan.hazards.frame.is_valid.all()
    repairs = plan.hazards.repairs
    assert (repairs.rows, repairs.mended, repairs.without_area) == (3, 1, 1)
    assert plan.hazards.area_ha().to_dict() == pytest.approx({"high": 0.5, "low": 1.0})


def test_layers_in_several_crs_are_brought_to_one(tmp_path: Path) -> None:
    hazards = hazard_layer([(1, "1120000", "04", shapely.box(9e5, 6.45e6, 9.001e5, 6.4501e6))])
    rules = rule_layer([(1, "03", shapely.box(9e5, 6.45e6, 9.001e5, 6.4501e6))]).to_crs(4326)
    plan = tiGIS.flood.read_pprn(write_plan(tmp_path, hazards, rules))
    assert plan.regulation.crs == plan.hazards.crs
    assert plan.regulation.frame.area.sum() == pytest.approx(1e4, rel=1e-4)


def test_a_plan_in_degrees_asks_for_metres(tmp_path: Path) -> None:
    hazards = hazard_layer([(1, "1120000", "04", shapely.box(5.7, 45.1, 5.701, 45.101))], crs=4326)
    path = write_plan(tmp_path, hazards)
    with pytest.raises(tiGIS.CRSError, match="crs=2154"):
        tiGIS.flood.read_pprn(path)
    assert tiGIS.flood.read_pprn(path, crs=2154).hazards.crs.to_epsg() == 2154


def _repacked(source: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = next((value for end, value in change.items() if name.endswith(end)), old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in change.items():
            if name.startswith("../"):
                new.writestr(name, content)
    return target


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_plan(tmp_path / "sound", hazard_layer([(1, "1120000", "04", square(0))]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"../../out.shp": b"x"}, "outside its own folder"),
        ({".prj": None}, "no CRS"),
        ({".shx": None}, "can't be read"),
        ({".shp": b"not a shapefile"}, "starts with b'not a shapefile'; expected a shapefile"),
        ({".dbf": None}, "no column"),
        ({".shp": None, ".dbf": None}, "no layer of hazards"),
    ],
    ids=["climbs out", "no CRS", "no index", "broken layer", "no attributes", "no layer"],
)
def test_a_bad_zip_is_one_clear_error(sound: Path, tmp_path: Path, change: dict, message: str) -> None:
    path = _repacked(sound, tmp_path / "bad.zip", change)
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.flood.read_pprn(path)


def test_an_empty_zip_a_text_file_and_an_absent_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w"):
        pass
    text = tmp_path / "text.zip"
    text.write_text("hello", encoding="utf-8")
    for path in (empty, text, tmp_path / "absent.zip"):
        with pytest.raises(tiGIS.DataFileError, match=path.name):
            tiGIS.flood.read_pprn(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    shutil.copy(sound, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N_ZONE_REG_PPRN_1_S_038.shp", bytes(1000))
        archive.filelist[-1].file_size = 1 << 40  # what it would swell to
    with pytest.raises(tiGIS.DataFileError, match="swell"):
        tiGIS.flood.read_pprn(path)


def test_a_folder_reads_as_its_zip(sound: Path) -> None:
    unpacked = tiGIS.flood.read_pprn(sound.parent).hazards.frame
    assert_geodataframe_equal(unpacked, tiGIS.flood.read_pprn(sound).hazards.frame)


def test_a_plan_without_rules_is_saved(sound: Path, tmp_path: Path) -> None:
    plan = tiGIS.flood.read_pprn(sound)
    assert plan.regulation.frame.empty
    path = plan.save(tmp_path / "plan.gpkg")
    assert len(pyogrio.read_dataframe(path, layer="hazards")) == 1
    rules = pyogrio.read_dataframe(path, layer="regulation")
    assert rules.empty
    assert rules.crs == "EPSG:2154"
    assert "regulation" in rules.columns


def test_a_column_that_is_there_twice_is_refused_by_name(sound: Path, tmp_path: Path) -> None:
    """As after a field was renamed in place: neither of the two is known to be the one."""
    path = tmp_path / "plan.zip"
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if "ZONE_ALEA" in name and name.endswith(".dbf"):
                assert b"nivalea_st\0" in content
                content = content.replace(b"nivalea_st\0", b"coderisque\0")
            new.writestr(name, content)
    with pytest.raises(tiGIS.DataFileError, match="has the column 'coderisque' more than once"):
        tiGIS.flood.read_pprn(path)
