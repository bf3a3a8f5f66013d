"""Layers without a feature, in every format: an empty table with the columns that the file tells."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from tiGIS import DataFileError
from tiGIS.sources import describe_layer, read_features
from tiGIS.sources.reading.gdal import layer_info, read_layer

ZONES = gpd.GeoDataFrame({"nom": ["a"], "n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=2154)
TELLS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".gml": "GML"}
CRS = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},'
WFS = 'xmlns:wfs="http://www.opengis.net/wfs/2.0"'
NULL = "<gml:boundedBy><gml:null>missing</gml:null></gml:boundedBy>"
TELLS_NOTHING = {
    "a.geojson": ('{"type":"FeatureCollection","features":[]}', "EPSG:4326"),
    "a.json": ('{"type":"FeatureCollection",' + CRS + '"features":[]}', "EPSG:2154"),
    "closed.gml": (f'<wfs:FeatureCollection {WFS} numberMatched="0" numberReturned="0"/>', "EPSG:2154"),
    "null.gml": (
        f'<?xml version="1.0"?><wfs:FeatureCollection {WFS} xmlns:gml="http://www.opengis.net/gml">{NULL}'
        "</wfs:FeatureCollection>",
        "EPSG:2154",
    ),
}
WAYS = {
    "plain": {},
    "stream": {"stream": True},
    "bbox": {"bbox": (0.0, 0.0, 1.0, 1.0)},
    "where": {"where": "nom = 'a'"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", TELLS)
def test_columns_and_crs_that_an_empty_layer_tells_are_kept(ending: str, way: str, tmp_path: Path) -> None:
    file = tmp_path / f"zones{ending}"
    pyogrio.write_dataframe(ZONES.iloc[:0], file, driver=TELLS[ending], geometry_type="Polygon")
    frame = read_features(file, **WAYS[way])
    assert isinstance(frame, gpd.GeoDataFrame)
    assert len(frame) == 0
    assert [name for name in frame.columns if name != "gml_id"] == ["nom", "n", "geometry"]
    assert frame.crs == "EPSG:2154"
    assert list(read_features(file, columns=["n"], **WAYS[way]).columns) == ["n", "geometry"]
    with pytest.raises(DataFileError, match="no column 'absent'"):
        read_features(file, columns=["absent"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TELLS_NOTHING)
def test_an_empty_answer_has_the_columns_that_were_asked_for(name: str, way: str, tmp_path: Path) -> None:
    text, crs = TELLS_NOTHING[name]
    file = tmp_path / name
    file.write_text(text)
    frame = read_features(file, **WAYS[way])
    assert isinstance(frame, gpd.GeoDataFrame)
    assert list(frame.columns) == ["geometry"]
    assert len(frame) == 0
    assert frame.crs == crs
    assert list(read_features(file, columns=["nom"], **WAYS[way]).columns) == ["nom", "geometry"]


@pytest.mark.parametrize("name", TELLS_NOTHING)
def test_an_empty_answer_is_described(name: str, tmp_path: Path) -> None:
    text, crs = TELLS_NOTHING[name]
    file = tmp_path / name
    file.write_text(text)
    told = describe_layer(file)
    assert (told["features"], told["fields"], told["crs"]) == (0, {}, crs)
    assert len(layer_info(file)["fields"]) == 0
    assert len(read_layer(file)) == 0


@pytest.mark.parametrize("read", [read_features, describe_layer, layer_info, read_layer])
def test_what_is_no_collection_is_refused(read, tmp_path: Path) -> None:
    file = tmp_path / "zones.gml"
    file.write_text(f"<wfs:Something {WFS}/>")
    with pytest.raises(DataFileError):
        read(file)


def test_a_schema_that_points_elsewhere_is_still_left_out(tmp_path: Path) -> None:
    file = tmp_path / "zones.gml"
    pyogrio.write_dataframe(ZONES.iloc[:0], file, driver="GML", geometry_type="Polygon")
    schema = file.with_suffix(".xsd")
    text = schema.read_text()
    for pointing in ('<!DOCTYPE schema SYSTEM "x.dtd">', '<xs:include schemaLocation="x.xsd"/>'):
        schema.write_text(text.replace("<xs:annotation>", f"{pointing}<xs:annotation>"))
        assert list(read_features(file).columns) == ["geometry"]


@pytest.mark.parametrize("ending", TELLS)
def test_chosen_columns_are_streamed_from_every_format(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"zones{ending}"
    pyogrio.write_dataframe(ZONES, file, driver=TELLS[ending])
    frame = read_features(file, columns=["n"], stream=True)
    assert list(frame.columns) == ["n", "geometry"]
    assert frame["n"].tolist() == [1]
