"""A small sound file of every format that tiGIS reads, and the reader that it goes to."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import tiGIS
from flood import plans
from sources.reading.test_insee_fuzz import BOOKS, TEXTS
from sources.seven_zips import LAYER
from tiGIS.sources import describe_layer, read_features
from tiGIS.sources.reading.safe import check_xml, parse_json, parse_xml


@dataclass(frozen=True)
class Case:
    """One reader: what it reads, and how a result is compared with the sound one."""

    suffix: str
    sound: Callable[[], bytes]
    read: Callable[[Path], Any]
    table: Callable[[Any], pd.DataFrame | None] = lambda result: None


GASPAR = (
    "cod_nat_azi;lib_azi;lib_bassin_risque;list_risques;cod_commune;lib_commune;dat_diffusion\n"
    + "".join(
        f"30DDT{number:08};AZI des Gardons;Gardons;Inondation ,Crue;30{number:03};Saint-Étienne;2010-05-21\n"
        for number in range(1, 9)
    )
)
FRICHES = "site_id,site_nom,comm_insee,site_statut,site_surface,lon,lat\n" + "".join(
    f'30_{number},"Mine, n° {number}",30007,friche potentielle,{number * 100}.5,4.0{number},44.1{number}\n'
    for number in range(1, 9)
)


ACTIVITY = "terr_id,site_id,terr_etat_occup,terr_geomsurf\n" + "".join(
    f'30_t{number},30_z1,occupé,"{{""type"":""Polygon"",""coordinates"":[[[4.{number},44],[4.{number},44.1],'
    f'[4.05,44.1],[4.{number},44]]]}}"\n'
    for number in range(1, 9)
)


def _features(count: int = 8) -> dict:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": f"f.{number}",
                "properties": {
                    "site_id": f"30_{number}",
                    "comm_insee": "30007",
                    "site_statut": "friche",
                    "site_surface": number * 10.5,
                },
                "geometry": {"type": "Point", "coordinates": [4.0 + number / 100, 44.1]},
            }
            for number in range(count)
        ],
    }


def _lines() -> gpd.GeoDataFrame:
    """A street grid, as BD TOPO writes it."""
    shapes = [
        shapely.LineString([(x, y), (x + 100, y)]) for x in range(0, 400, 100) for y in range(0, 400, 100)
    ]
    shapes += [
        shapely.LineString([(x, y), (x, y + 100)]) for x in range(0, 400, 100) for y in range(0, 400, 100)
    ]
    return gpd.GeoDataFrame(
        geometry=[shapely.affinity.translate(s, 785_000, 6_335_000) for s in shapes], crs=2154
    )


def _geofabrik() -> gpd.GeoDataFrame:
    lines = _lines().to_crs(4326)
    columns = {
        "osm_id": [str(n) for n in range(len(lines))],
        "fclass": "residential",
        "oneway": "B",
        "maxspeed": 50,
    }
    return lines.assign(**columns, ref=None, name=None, bridge="F", tunnel="F", code=5122, layer=0)


@cache
def _written(name: str) -> bytes:
    """Bytes of a file that a library writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if name == "roads.parquet":
            _geofabrik().to_parquet(path)
        elif name in ("roads.gpkg", "roads.geojson"):
            _geofabrik().to_file(path)
        elif name == "terrain_eco.gpkg":
            places = {"terr_id": ["t1", "t2"], "site_id": "z1", "terr_etat_occup": "occupé"}
            gpd.GeoDataFrame(places, geometry=[plans.square(0), plans.square(200)], crs=2154).to_file(path)
        elif name == "roads.npz":
            tiGIS.read_roads(_geofabrik(), component="all").save(path)
        elif name == "plan.zip":
            plan = plans.write_plan(
                Path(folder),
                hazards=plans.hazard_layer(
                    [(1, "1110100", "03", plans.square(0)), (2, "9999999", "02", plans.square(200))]
                ),
                rules=plans.rule_layer([(1, "01", plans.square(0))]),
                perimeter=gpd.GeoDataFrame(
                    {"id_gaspar": [plans.PLAN]}, geometry=[plans.square(0, side=400)], crs=2154
                ),
            )
            return plan.read_bytes()
        elif name == "tri.zip":
            zones = gpd.GeoDataFrame(geometry=[plans.square(0), plans.square(500)], crs=2154)
            shape = Path(folder) / "n_tri_ales_inondable_01_02moy_s_030.shp"
            zones.assign(id_tri="FRD_TRI_ALES", scenario="02Moy").to_file(shape)
            with zipfile.ZipFile(path, "w") as packed:
                for part in sorted(Path(folder).glob("n_tri*")):
                    packed.write(part, part.name)
        elif name == "depth.tif":
            import rasterio
            from rasterio.transform import from_origin

            profile = {
                "driver": "GTiff",
                "width": 20,
                "height": 20,
                "count": 1,
                "dtype": "float32",
                "nodata": -1,
            }
            with rasterio.open(
                path, "w", crs="EPSG:2154", transform=from_origin(0, 200, 10, 10), **profile
            ) as out:
                out.write(np.full((1, 20, 20), 0.5, dtype="float32"))
        elif name == "roads.osm.pbf":
            _write_pbf(path)
        return path.read_bytes()


def _write_pbf(path: Path) -> None:
    import osmium

    writer = osmium.SimpleWriter(str(path))
    for number in range(40):
        place = (4.08 + number % 8 / 1000, 44.12 + number // 8 / 1000)
        writer.add_node(osmium.osm.mutable.Node(id=number + 1, location=place))
    for number in range(39):
        tags = {"highway": "residential", "maxspeed": "50", "name": "Rue d'Avéjan"}
        writer.add_way(osmium.osm.mutable.Way(id=number + 1, nodes=[number + 1, number + 2], tags=tags))
    writer.close()


def _depths(path: Path) -> pd.DataFrame:
    raster = tiGIS.flood.DepthRaster.open(path)
    places = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.box(0, 0, 200, 200)], crs=2154)
    return raster.zonal_statistics(places)


def _indexed(frame: Any) -> pd.DataFrame:
    plain = pd.DataFrame(frame)
    return plain.astype(object).where(plain.notna(), None)


CASES: dict[str, Case] = {
    "gaspar": Case(
        ".csv",
        GASPAR.encode,
        tiGIS.sources.read_gaspar,
        lambda table: _indexed(table.set_index(["plan_id", "code_insee"])),
    ),
    "cartofriches": Case(
        ".csv",
        FRICHES.encode,
        tiGIS.sources.read_cartofriches,
        lambda table: _indexed(table.drop(columns="geometry")),
    ),
    "cartofriches_geojson": Case(
        ".geojson",
        lambda: json.dumps(_features()).encode(),
        tiGIS.sources.read_cartofriches,
        lambda table: _indexed(table.drop(columns="geometry")),
    ),
    "zones_geojson": Case(
        ".geojson",
        lambda: json.dumps(_polygons()).encode(),
        lambda path: tiGIS.flood.read_zones(path, crs=2154, constants={"kind": "flood"}),
    ),
    "plan": Case(".zip", lambda: _written("plan.zip"), tiGIS.flood.read_pprn),
    "tri": Case(".zip", lambda: _written("tri.zip"), tiGIS.flood.read_tri),
    "depth": Case(".tif", lambda: _written("depth.tif"), _depths),
    "osm": Case(
        ".osm.pbf", lambda: _written("roads.osm.pbf"), lambda path: tiGIS.read_osm_pbf(path, component="all")
    ),
    "roads_parquet": Case(".parquet", lambda: _written("roads.parquet"), tiGIS.read_roads),
    "roads_gpkg": Case(".gpkg", lambda: _written("roads.gpkg"), tiGIS.read_roads),
    "roads_geojson": Case(".geojson", lambda: _written("roads.geojson"), tiGIS.read_roads),
    "network": Case(".npz", lambda: _written("roads.npz"), tiGIS.RoadNetwork.load),
    "features": Case(".gpkg", lambda: _written("roads.gpkg"), lambda path: read_features(path, stream=True)),
    "features_in_7z": Case(
        ".7z",
        lambda: LAYER,
        lambda path: read_features(path, member="*.geojson"),
        lambda table: _indexed(table.drop(columns="geometry")),
    ),
    "features_in_zip": Case(
        ".zip", lambda: _written("tri.zip"), lambda path: read_features(path, member="*.shp", stream=True)
    ),
    "zoning": Case(
        ".geojson",
        lambda: json.dumps(_polygons()).replace("alea", "typezone").encode(),
        tiGIS.sources.read_zoning,
        lambda table: _indexed(table.drop(columns="geometry")),
    ),
    "activity_zones": Case(
        ".csv",
        ACTIVITY.encode,
        lambda path: tiGIS.sources.read_activity_zones(path, crs=4326),
        lambda table: _indexed(table[["site_id", "terr_etat_occup"]]),  # others are given as they are
    ),
    "activity_zones_gpkg": Case(
        ".gpkg", lambda: _written("terrain_eco.gpkg"), lambda path: tiGIS.sources.read_activity_zones(path)
    ),
    "described": Case(".gpkg", lambda: _written("roads.gpkg"), describe_layer),
    "json": Case(
        ".json", lambda: json.dumps(_features()).encode(), lambda path: parse_json(path.read_bytes(), path)
    ),
    "xml": Case(".xml", lambda: _xml().encode(), lambda path: parse_xml(path.read_bytes(), path)),
    "gml": Case(".gml", lambda: _xml().encode(), check_xml),
    **{
        f"insee_{name}": Case(
            ".zip" if name == "comparateur" else ".csv",
            lambda wrap=wrap, text=text: wrap(text.encode()),
            read,
            _indexed,
        )
        for name, (wrap, text, read) in TEXTS.items()
    },
    **{f"insee_{name}": Case(".xlsx", lambda raw=raw: raw, read) for name, (raw, read) in BOOKS.items()},
}
TEXT_CASES = (
    "gaspar",
    "cartofriches",
    "cartofriches_geojson",
    "zones_geojson",
    "roads_geojson",
    "zoning",
    "activity_zones",
    "insee_filosofi",
    "insee_statistiques_locales",
    "json",
    "xml",
    "gml",
)


def _polygons() -> dict:
    square = [[4.0, 44.0], [4.1, 44.0], [4.1, 44.1], [4.0, 44.1], [4.0, 44.0]]
    features = [
        {
            "type": "Feature",
            "properties": {"alea": "Fort"},
            "geometry": {"type": "Polygon", "coordinates": [square]},
        }
    ]
    return {"type": "FeatureCollection", "features": features * 3}


def _xml() -> str:
    row = '<wfs:member><ms:zone gml:id="z{}"><ms:nom>Gardon d\'Alès</ms:nom></ms:zone></wfs:member>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:ms="http://mapserver.gis.umn.edu/mapserver">'
        + "\n".join(row.format(number) for number in range(8))
        + "</wfs:FeatureCollection>"
    )
