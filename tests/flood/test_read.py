"""Other readers of risks: TRI, any layer by a mapping, and GASPAR's tables by commune."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import tiGIS
from flood.plans import square


def tri(folder: Path, name: str, **columns: object) -> Path:
    folder.mkdir(exist_ok=True)
    frame = gpd.GeoDataFrame(geometry=[square(0)], crs=2154).assign(id_tri="FRD_TRI_ALES", **columns)
    frame.to_file(folder / name)
    return folder


def test_tri_says_its_scenario_and_invents_no_return_period(tmp_path: Path) -> None:
    tri(tmp_path / "t", "n_tri_ales_inondable_01_01for_s_030.shp", scenario="01For")
    tri(tmp_path / "t", "n_tri_ales_inondable_01_04fai_s_030.shp", scenario="04Fai")
    zones = tiGIS.flood.read_tri(tmp_path / "t")
    assert zones.frame["scenario"].tolist() == ["frequent", "rare"]
    assert zones.frame["return_period_years"].isna().all()
    assert len(zones.scenario("rare").frame) == 1
    with pytest.raises(tiGIS.InputError, match="'medium'; these zones have 'frequent', 'rare'"):
        zones.scenario("medium")
    with pytest.raises(tiGIS.DataFileError, match="no layer of depths"):
        tiGIS.flood.read_tri(tmp_path / "t", content="depths")


def test_tri_depths_have_no_upper_bound_when_the_file_says_9999(tmp_path: Path) -> None:
    tri(tmp_path / "t", "n_tri_ales_iso_ht_01_02moy_s_030.shp", ht_min=2.0, ht_max=9999.0)
    frame = tiGIS.flood.read_tri(tmp_path / "t", content="depths").frame
    assert frame["depth_min_m"].tolist() == [2.0]
    assert frame["depth_max_m"].isna().all()
    assert frame["scenario"].tolist() == ["medium"]


def test_tri_with_a_strange_scenario(tmp_path: Path) -> None:
    tri(tmp_path / "t", "n_tri_ales_inondable_01_s_030.shp", scenario="07Xxx")
    with pytest.raises(tiGIS.DataFileError, match="07Xxx"):
        tiGIS.flood.read_tri(tmp_path / "t")


KINDS = {
    "Inondation": "flood",
    "Submersion marine": "flood",
    "Inondation et submersion marine": "flood",
    "Multirisque": "undetermined",
    "Minier": "other",
    "Mouvement de terrain": "other",
    "Feu de forêt": "other",
    "Technologique": "other",
}


def notified(path: Path, hazards: list[str], dates: list[str]) -> Path:
    """A layer of communes told of risks, as a DDTM publishes it: underscores in dates, CRS84 in its head."""
    outlines = gpd.GeoSeries([square(1_000 * n) for n in range(len(hazards))], crs=2154).to_crs(4326)
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"INSEE": "34022", "ALEA": hazard, "DATE_PAC": date, "ETUDE": "Étude de 2011"},
                "geometry": shapely.geometry.mapping(outline),
            }
            for hazard, date, outline in zip(hazards, dates, outlines, strict=True)
        ],
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def test_risks_of_a_departement_by_a_mapping_of_columns(tmp_path: Path) -> None:
    hazards = [*KINDS, "Inondation"]
    dates = [f"20{12 + n}_07_23" for n in range(len(hazards) - 1)] + ["2021_11_26"]
    path = notified(tmp_path / "n_pac_risques.geojson", hazards, dates)
    with pytest.raises(tiGIS.CRSError, match="degrees"):
        tiGIS.flood.read_zones(path, columns={"kind": "ALEA"}, kinds=KINDS)
    columns = {"kind": "ALEA", "date": "DATE_PAC", "source": "ETUDE"}
    zones = tiGIS.flood.read_zones(path, columns=columns, kinds=KINDS, crs=2154)
    assert zones.frame["kind"].value_counts().to_dict() == {"flood": 4, "other": 4, "undetermined": 1}
    assert zones.frame["date"].max() == pd.Timestamp("2021-11-26")
    assert zones.frame.is_valid.all()
    with pytest.raises(tiGIS.InputError, match="'Technologique' not in the translation"):
        tiGIS.flood.read_zones(
            path, columns=columns, kinds={k: v for k, v in KINDS.items() if k[0] != "T"}, crs=2154
        )


def test_any_layer_with_no_layer_or_a_bad_date(tmp_path: Path) -> None:
    with pytest.raises(tiGIS.DataFileError, match=r"0 layers"):
        tiGIS.flood.read_zones(tmp_path)
    frame = gpd.GeoDataFrame({"When": ["hier"]}, geometry=[square(0)], crs=2154)
    frame.to_file(tmp_path / "zones.gpkg")
    with pytest.raises(tiGIS.InputError, match="'hier' at 0; expected dates"):
        tiGIS.flood.read_zones(tmp_path / "zones.gpkg", columns={"date": "When"})
    assert tiGIS.flood.read_zones(
        tmp_path / "zones.gpkg", constants={"level": "low"}
    ).area_ha().to_dict() == {"low": 1.0}


def test_gaspar_flags_the_communes_of_ales(real_files: Path, fact_tables: Path) -> None:
    azi = tiGIS.sources.read_gaspar(real_files / "risques" / "gaspar_azi_2024.csv.gz")
    pprt = tiGIS.sources.read_gaspar(real_files / "risques" / "gaspar_pprt_2024.csv.gz")
    facts = pd.read_csv(fact_tables / "ales_gaspar_2024.csv", dtype=str).set_index("code_insee")
    flags = tiGIS.flood.plans_by_commune(pd.concat([azi, pprt]), facts.index)
    assert flags["azi"].sum() == 72
    assert flags["pprt"].tolist() == facts["pprt"].notna().tolist()
    assert set(flags.dtypes.astype(str)) <= {"bool", "object", "str"}  # flags and names, no number of people
    assert "no count of people" in str(flags.attrs["tigis"]["limits"])


def test_gaspar_gathers_the_risks_of_a_plan_and_drops_ended_plans(tmp_path: Path) -> None:
    path = tmp_path / "pprt.csv"
    path.write_text(
        "cod_nat_pprt;lib_pprt;lib_risque;cod_commune;lib_commune;dat_approbation;dat_abrog\n"
        "1;PPRT A;Effet toxique;30007;Alès;2010-01-02 02:00:00;\n"
        "1;PPRT A;Effet thermique;30007;Alès;2010-01-02 02:00:00;\n"
        "2;PPRT B;Effet thermique;2A004;Ajaccio;2010-01-02 02:00:00;2015-05-21 02:00:00\n",
        encoding="utf-8",
    )
    table = tiGIS.sources.read_gaspar(path)
    assert table["risks"].tolist() == ["Effet thermique;Effet toxique", "Effet thermique"]
    assert table["approved"].dt.year.tolist() == [2010, 2010]
    flags = tiGIS.flood.plans_by_commune(table, ["30007", "2A004", "30001"])
    assert flags["pprt"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a;b\n1;2\n", "cod_nat_azi"),
        ("cod_nat_azi;cod_commune\nx;1007\n", "line 2: cod_commune is '1007'"),
        ("", "can't be read"),
    ],
)
def test_a_table_that_is_not_gaspar(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "azi.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.sources.read_gaspar(path)


def test_to_crs_brings_the_studied_area_along() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.box(8e5, 6.3e6, 8.01e5, 6.301e6)], crs=2154)
    zones = tiGIS.flood.FloodZones.from_frame(frame, studied=frame.geometry.iloc[0]).to_crs(3857)
    assert zones.studied.symmetric_difference(zones.frame.geometry.iloc[0]).area < 1e-3
