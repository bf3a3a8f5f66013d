"""Positions: in France, in degrees or in the CRS that a file names, or refused with their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tiGIS
from toys import EAST, NORTH

HEADER = "site_id,comm_insee,site_statut,site_surface,lon,lat\n"


def table(path: Path, *positions: str) -> Path:
    rows = [f"s{n},30007,inconnu,1200,{position}\n" for n, position in enumerate(positions)]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def document(path: Path, *coordinates: object, crs: object = None) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"site_id": f"s{n}", "comm_insee": "30007", "site_statut": "x", "site_surface": 9},
            "geometry": None if place is None else {"type": "Point", "coordinates": place},
        }
        for n, place in enumerate(coordinates)
    ]
    whole = {"type": "FeatureCollection", "features": features} | ({"crs": crs} if crs else {})
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def named(name: str) -> dict:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    ("position", "message"),
    [
        ("787000,6337000", r"line 3: the position 787000, 6337000; expected degrees"),
        ("4,95", r"line 3: .* expected degrees"),
        ("44.12,4.08", r"line 3: .* swapped"),
        ("-4.08,-44.12", r"line 3: .* a place of France"),
        ("0,0", r"line 3: .* a place of France"),
        ("4.08,", r"line 3: half a position"),
        ("inf,44", r"line 3: lon is 'inf'"),
    ],
)
def test_a_position_out_of_france_is_refused_with_its_line(
    tmp_path: Path, position: str, message: str
) -> None:
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.sources.read_cartofriches(table(tmp_path / "f.csv", "4.08,44.12", position))


@pytest.mark.parametrize("place", ["4.08,44.12", "55.5,-21.1", "-61.5,16.2", "-52.3,4.9", "45.2,-12.8"])
def test_all_of_france_is_france(tmp_path: Path, place: str) -> None:
    found = tiGIS.sources.read_cartofriches(table(tmp_path / "f.csv", place))
    assert found.geometry.iloc[0].coords[0] == tuple(map(float, place.split(",")))


def test_a_site_without_a_position_has_none(tmp_path: Path) -> None:
    found = tiGIS.sources.read_cartofriches(table(tmp_path / "f.csv", "4.08,44.12", ","))
    assert found.geometry.isna().tolist() == [False, True]
    found = tiGIS.sources.read_cartofriches(document(tmp_path / "f.geojson", [4.08, 44.12], [], None))
    assert found.geometry.isna().tolist() == [False, True, True]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::2154", "EPSG:2154"])
def test_geojson_in_the_crs_that_it_names(tmp_path: Path, name: str) -> None:
    found = tiGIS.sources.read_cartofriches(document(tmp_path / "f.geojson", [EAST, NORTH], crs=named(name)))
    assert found.crs.to_epsg() == 4326
    point = found.to_crs(2154).geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((EAST, NORTH), abs=1e-3)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_geojson_in_degrees_is_longitude_first_whatever_its_name(tmp_path: Path, name: str) -> None:
    found = tiGIS.sources.read_cartofriches(document(tmp_path / "f.geojson", [4.08, 44.12], crs=named(name)))
    assert found.geometry.iloc[0].coords[0] == (4.08, 44.12)


@pytest.mark.parametrize(
    ("place", "crs", "message"),
    [
        ([EAST, NORTH], None, r"feature 2: the position 785000, 6335000"),
        ([44.12, 4.08], None, r"feature 2: .* swapped"),
        ([4.08, 44.12], named("EPSG:999999"), "EPSG:999999"),
        ([4.08, 44.12], {"type": "link", "properties": {"href": "http://example.org"}}, "crs member"),
        ([4.08, 44.12], "2154", "crs member"),
    ],
)
def test_geojson_that_lies_elsewhere_is_refused(
    tmp_path: Path, place: list, crs: object, message: str
) -> None:
    good = [4.08, 44.12] if crs is None else place
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.sources.read_cartofriches(document(tmp_path / "f.geojson", good, place, crs=crs))


def test_outlines_of_a_table_that_lie_elsewhere_than_its_crs_says(tmp_path: Path) -> None:
    ring = [[4.08, 44.1], [4.09, 44.1], [4.09, 44.11], [4.08, 44.1]]
    outline = json.dumps({"type": "Polygon", "coordinates": [ring]}).replace('"', '""')
    path = tmp_path / "zae.csv"
    path.write_text(
        f'terr_id,site_id,terr_etat_occup,terr_geomsurf\nt,z,occupé,"{outline}"\n', encoding="utf-8"
    )
    assert len(tiGIS.sources.read_activity_zones(path, crs=4326)) == 1
    with pytest.raises(tiGIS.DataFileError, match=r"line 2: .* a place of France"):
        tiGIS.sources.read_activity_zones(path, crs=2154)


@pytest.mark.parametrize(
    ("position", "message"),
    [
        ("6337600;787500.5", r"line 3: .*a place of France"),
        ("787500.5;", r"line 3: half a position"),
        ("4.08;44.12", r"line 3: .*a place of France"),
    ],
)
def test_facilities_out_of_france_are_refused_with_their_line(
    tmp_path: Path, position: str, message: str
) -> None:
    path = tmp_path / "bpe21_ensemble_xy.csv"
    header = "DEPCOM;AN;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY\n30007;2021;D106;787500.5;6337600;Bonne\n"
    path.write_text(header + f"30007;2021;D201;{position};Bonne\n", encoding="utf-8")
    with pytest.raises(tiGIS.DataFileError, match=message):
        tiGIS.sources.read_insee_bpe_points(path)
