"""Sites as published: what they say, what they don't, and the vacancy that the law defines."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

import tiGIS
from toys import near_ales


def test_ales_has_89_brownfields_of_which_little_is_known() -> None:
    sites = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields())
    frame = sites.frame
    assert len(sites) == 89
    assert frame.crs.to_epsg() == 2154
    assert (~frame["has_outline"]).all()  # points with an area stay points
    known = sites.completeness()
    assert known.loc["type", "unknown"] == 87
    assert known.loc["pollution", "unknown"] == 87
    assert known.loc["outline", "known"] == 0
    assert known.loc["area_ha", "unknown"] == frame["area_ha"].isna().sum()
    by_status = sites.by("status")
    assert by_status.loc["friche potentielle", "sites"] == 81
    assert by_status["sites"].sum() == 89
    assert by_status["area_ha"].sum() == pytest.approx(frame["area_ha"].sum())
    assert sites.by("zoning").loc["unknown", "sites"] == 32


def test_minutes_from_each_brownfield_of_ales_to_the_motorway() -> None:
    frame = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields()).frame
    found = tiGIS.nearest(tiGIS.load_interurban_network(), frame, tiGIS.territory.load_motorway_accesses())
    assert found.index.equals(frame.index)
    assert found["time_min"].between(15, 120).all()  # the motorway passes by Nîmes and the Rhône
    # the farther in the mountains, the longer: Alès is nearer than Génolhac's side
    by_commune = found["time_min"].groupby(frame["code_insee"]).median()
    assert by_commune["30007"] < by_commune["30132"]
    assert "interurbain" in str(found.attrs["tigis"])


def test_the_brownfields_of_ales_are_not_ranked() -> None:
    frame = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields()).frame
    measures = pd.DataFrame({"area_ha": frame["area_ha"], "pollution": np.nan}, index=frame.index)
    assert tiGIS.land.site_suitability(measures, "small_workshop")["rank"].isna().all()


def test_cartofriches_as_published_agrees_with_the_table_of_ales(real_files: Path) -> None:
    path = real_files / "foncier" / "cartofriches_points_2024-03-10.csv.gz"
    raw = tiGIS.sources.read_cartofriches(path)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(raw) == len(rows) > 800
    assert raw.crs.to_epsg() == 4326
    sites = tiGIS.land.LandSites.from_cartofriches(raw)
    known = [row["site_occupation"] not in ("", "inconnu") for row in rows]
    assert sites.completeness().loc["occupation", "known_pct"] == pytest.approx(100 * np.mean(known), abs=0.1)
    assert set(sites.frame["owner_kind"].dropna()) == {
        "personne morale", "personne physique", "personne physique, personne morale",
    }  # fmt: skip
    ales = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields()).frame
    same = sites.frame.loc[ales.index]
    pd.testing.assert_series_equal(same["area_ha"], ales["area_ha"], rtol=1e-9)
    assert same["status"].tolist() == ales["status"].tolist()
    assert same.geometry.distance(ales.geometry).max() < 2  # positions written to 5 decimals
    # nothing lost: the sites that are not known to be anywhere are counted too
    assert sites.by("status")["sites"].sum() == len(rows)
    assert sites.frame["area_ha"].isna().sum() == sum(row["site_surface"] == "" for row in rows) > 0


HEADER = "site_id,comm_insee,site_statut,site_surface,lon,lat\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + "a,30007,x,12,4,44\na,30007,x,12,4,44\n", "sites more than once: 'a'"),
        (HEADER + "a,30007,x,12,4,44\nb,30007,x,big,4,44\n", "line 3: site_surface is 'big'"),
        ("a,b\n1,2\n", "no column 'site_id'"),
        ("", "can't be read"),
    ],
)
def test_a_table_that_is_not_cartofriches(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "friches.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.sources.read_cartofriches(path)


def parcels() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "terr_id": ["t1", "t2", "t3"],
            "site_id": ["z1", "z1", "z2"],
            "terr_surf_brute": [1.0, 2.0, 0.5],
            "terr_etat_occup": ["occupé", "inoccupé", "on ne sait"],
        },
        geometry=[near_ales(s) for s in (box(0, 0, 100, 100), box(100, 0, 300, 100), box(0, 200, 50, 300))],
        crs=2154,
    )


def test_activity_zones_in_the_standard_of_cnig(tmp_path: Path) -> None:
    parcels().to_file(tmp_path / "zae.gpkg", layer="terrain_eco")
    parcels()[["site_id", "geometry"]].assign(site_nom="ZAE").drop_duplicates("site_id").to_file(
        tmp_path / "zae.gpkg", layer="site_eco"
    )
    sites = tiGIS.land.LandSites.from_activity_zones(tmp_path / "zae.gpkg")
    assert sites.frame["occupation"].fillna("unknown").tolist() == ["occupied", "free", "unknown"]
    assert sites.frame["area_ha"].tolist() == [1.0, 2.0, 0.5]
    assert sites.frame["has_outline"].all()
    zones = tiGIS.sources.read_activity_zones(tmp_path / "zae.gpkg", content="zones")
    assert zones.index.tolist() == ["z1", "z2"]
    with pytest.raises(tiGIS.DataFileError, match="terr_id"):
        tiGIS.sources.read_activity_zones(write(tmp_path / "x.gpkg", parcels().drop(columns="terr_id")))


def write(path: Path, frame: gpd.GeoDataFrame) -> Path:
    frame.to_file(path)
    return path


def test_activity_zones_in_the_csv_of_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "terrain.csv"
    ring = str(shapely.get_coordinates(near_ales(box(0, 0, 100, 100))).tolist())
    header = "terr_id,site_id,terr_etat_occup,terr_geomsurf\n"
    outline = '"{""type"": ""Polygon"", ""coordinates"": [' + ring + ']}"'
    path.write_text(
        f"terr_id,site_id,terr_etat_occup,terr_geomsurf\nt1,z1,inoccupé,{outline}\n", encoding="utf-8"
    )
    with pytest.raises(tiGIS.CRSError, match="crs=2154"):
        tiGIS.sources.read_activity_zones(path)
    sites = tiGIS.land.LandSites.from_activity_zones(path, crs=2154)
    assert sites.frame["area_ha"].tolist() == [1.0]  # measured where none is declared
    path.write_text(f"{header}t1,z1,x,nothing\n", encoding="utf-8")
    with pytest.raises(tiGIS.DataFileError, match="line 2: terr_geomsurf"):
        tiGIS.sources.read_activity_zones(path, crs=2154)


def test_zoning_of_a_town_plan(tmp_path: Path) -> None:
    zoning = gpd.GeoDataFrame(
        {"TYPEZONE": ["U", "A", "U"], "LIBELLE": ["UX", "A", "UA"], "DESTDOMI": ["02", "00", "01"]},
        geometry=[near_ales(box(x, 0, x + 100, 100)) for x in (0, 100, 200)],
        crs=2154,
    )
    path = write(tmp_path / "zone_urba.shp", zoning)
    assert tiGIS.sources.read_zoning(path)["zone_type"].tolist() == ["U", "A", "U"]
    sites = tiGIS.land.LandSites.from_zoning(path)
    assert sites.frame["name"].tolist() == ["UX"]
    assert sites.frame["area_ha"].tolist() == [1.0]
    with pytest.raises(tiGIS.DataFileError, match="typezone"):
        tiGIS.sources.read_zoning(write(tmp_path / "zone_2.shp", zoning.drop(columns="TYPEZONE")))


def test_outlines_are_mended_and_bad_words_refused() -> None:
    bow = near_ales(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))
    frame = gpd.GeoDataFrame({"o": ["free"]}, index=["a"], geometry=[bow], crs=2154)
    sites = tiGIS.land.LandSites.from_frame(frame, kind="parcel", columns={"occupation": "o"})
    assert sites.frame["area_ha"].tolist() == [0.5]
    assert sites.frame.is_valid.all()
    with pytest.raises(tiGIS.InputError, match="'maybe'"):
        tiGIS.land.LandSites.from_frame(frame.assign(o="maybe"), kind="parcel", columns={"occupation": "o"})
    with pytest.raises(tiGIS.InputError, match="kind: 'castle'"):
        tiGIS.land.LandSites.from_frame(frame, kind="castle")
    with pytest.raises(tiGIS.CRSError):
        tiGIS.land.LandSites.from_frame(frame.set_crs(None, allow_override=True), kind="parcel")


def test_vacancy_needs_two_years_of_both() -> None:
    units = pd.DataFrame(
        {
            "site_id": "z",
            "area_ha": [1.0, 2.0, 3.0, 4.0, 10.0],
            "activity_ended": ["2019-12-31", "2020-01-02", "2018-01-01", None, "2010-01-01"],
            "unoccupied_since": ["2019-12-31", "2020-01-02", None, "2018-01-01", "2010-01-01"],
            "known": [True, True, True, True, False],
        }
    )
    found = tiGIS.land.activity_zone_vacancy(units, 2022, known="known").loc["z"]
    assert found["vacant_units"] == 1
    assert (found["units"], found["units_unknown"]) == (5, 1)
    assert (found["vacancy_units_pct"], found["vacancy_area_pct"]) == (25.0, 10.0)
    nobody = tiGIS.land.activity_zone_vacancy(units.assign(known=False), 2022, known="known").loc["z"]
    assert np.isnan(nobody["vacancy_units_pct"])
    with pytest.raises(tiGIS.InputError, match="without a zone or an area"):
        tiGIS.land.activity_zone_vacancy(units.assign(area_ha=0), 2022)


def test_vacancy_reads_flags_dates_and_areas_as_french_files_write_them() -> None:
    units = pd.DataFrame(
        {
            "site_id": "z",
            "area_ha": ["1,5", "2", "4", "8"],
            "activity_ended": ["05/11/2019", "05/11/2019", "12/01/2020", None],
            "unoccupied_since": ["05/11/2019", "05/11/2019", "12/01/2020", None],
        }
    )
    for told in (["Oui", "Non", "Oui", None], ["1", "0", "1", ""], [True, False, True, pd.NA]):
        found = tiGIS.land.activity_zone_vacancy(units.assign(told=told), 2022, known="told").loc["z"]
        assert found[["units", "units_unknown", "vacant_units", "vacant_ha"]].tolist() == [4, 2, 1, 1.5]
    with pytest.raises(tiGIS.InputError, match="'peut-être' at 0"):
        tiGIS.land.activity_zone_vacancy(units.assign(told="peut-être"), 2022, known="told")
