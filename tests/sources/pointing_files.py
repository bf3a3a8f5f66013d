# ruff: noqa: S608 - SQL within the texts of attacks
"""Files that are not what their name says: each points to another local file, or to a server."""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely

CANARY = "canari_7391"
CANARY_DEPTH = 73.91

LAYER_ENDINGS = (
    ".shp",
    ".gpkg",
    ".gml",
    ".geojson",
    ".json",
    ".fgb",
    ".kml",
    ".csv",
    ".dbf",
    ".parquet",
    ".tab",
)
RASTER_ENDINGS = (".tif", ".tiff", ".asc")


@contextmanager
def counting_server() -> Iterator[tuple[str, list[str]]]:
    """A server of loopback that keeps what it is asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()


def write_canaries(folder: Path) -> dict[str, Path]:
    """Write layers and a raster that no reader is given, with a word and a value found nowhere else."""
    folder.mkdir(parents=True)
    columns = ("id_zone", "coderisque", "nivalea_st", "id_gaspar", "terr_id", "site_id", "terr_etat_occup")
    row = {name: [CANARY] for name in (*columns, "typezone", "libelle", "fclass", "scenario")}
    row |= {"oneway": ["B"], "fclass": ["primary"], "osm_id": [CANARY], "coderisque": ["1120000"]}
    frame = gpd.GeoDataFrame(row, geometry=[shapely.box(0, 0, 100, 100)], crs=2154)
    files = {"csv": folder / "secret.csv", "gpkg": folder / "secret.gpkg", "shp": folder / "secret.shp"}
    frame.to_file(files["gpkg"], layer="secret")
    frame.to_file(files["shp"])
    frame.drop(columns="geometry").assign(WKT=frame.to_wkt()["geometry"]).to_csv(files["csv"], index=False)
    files["tif"] = folder / "secret.tif"
    with rasterio.open(
        files["tif"], "w", driver="GTiff", width=20, height=20, count=1, dtype="float64", crs="EPSG:2154",
        transform=rasterio.Affine(10, 0, 0, 0, -10, 200), nodata=-9999.0,
    ) as out:  # fmt: skip
        out.write(np.full((20, 20), CANARY_DEPTH), 1)
    return files


def pointing_layers(secret: dict[str, Path], server: str) -> dict[str, bytes]:
    """Descriptions that GDAL's drivers take for layers, and where they point."""
    gpkg, csv = secret["gpkg"].as_posix(), secret["csv"].as_posix()
    wkt = "<GeometryField encoding='WKT' field='WKT'/><GeometryType>wkbPolygon</GeometryType>"
    source = f"<SrcDataSource>{gpkg}</SrcDataSource><SrcLayer>secret</SrcLayer>"
    vrt = "<OGRVRTDataSource><OGRVRTLayer name='secret'>{}</OGRVRTLayer></OGRVRTDataSource>"
    remote = "<SrcDataSource>{}</SrcDataSource><SrcLayer>a</SrcLayer>"
    feature = '{"type":"FeatureCollection",%s"features":[]}'
    gml = (
        '<?xml version="1.0"?><ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xsi:schemaLocation="http://ogr.maptools.org/ {0}">{1}'
        '<gml:featureMember><ogr:a gml:id="a.1">{2}</ogr:a></gml:featureMember></ogr:FeatureCollection>'
    )
    linked = f'<ogr:geometryProperty xlink:href="{server}/g.xml#a"/>'
    entity = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{csv}">]>'
    texts = {
        "vrt to a GeoPackage": vrt.format(source),
        "vrt to a CSV": vrt.format(
            f"<SrcDataSource>{csv}</SrcDataSource><SrcLayer>secret</SrcLayer>{wkt}<LayerSRS>EPSG:2154</LayerSRS>"
        ),
        "vrt after a comment": f"<!-- a -->\n{vrt.format(source)}",
        "vrt within XML": f"<?xml version='1.0'?>\n{vrt.format(source)}",
        "vrt by SQL": vrt.format(
            f"<SrcDataSource>{gpkg}</SrcDataSource><SrcSQL>SELECT * FROM secret</SrcSQL>"
        ),
        "vrt union": f"<OGRVRTDataSource><OGRVRTUnionLayer name='u'><OGRVRTLayer name='secret'>{source}"
        "</OGRVRTLayer></OGRVRTUnionLayer></OGRVRTDataSource>",
        "vrt to /vsicurl": vrt.format(remote.format(f"/vsicurl/{server}/a.geojson")),
        "vrt to a zip elsewhere": vrt.format(remote.format(f"/vsizip//vsicurl/{server}/a.zip/a.shp")),
        "vrt to an address": vrt.format(remote.format(f"{server}/a.geojson")),
        "vrt to WFS": vrt.format(remote.format(f"WFS:{server}/wfs")),
        "vrt to OAPIF": vrt.format(remote.format(f"OAPIF:{server}/oapif")),
        "WFS": f"<OGRWFSDataSource><URL>{server}/wfs</URL></OGRWFSDataSource>",
        "WFS capabilities": f"<WFS_Capabilities><Service><OnlineResource>{server}/w</OnlineResource>"
        "</Service></WFS_Capabilities>",
        "CSW": f"<OGRCSWDataSource><URL>{server}/csw</URL></OGRCSWDataSource>",
        "algorithm": json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector read {gpkg}",
                "gdal_version": "3120000",
            }
        ),
        "algorithm to a server": json.dumps(
            {"type": "gdal_streamed_alg", "command_line": f"gdal vector read /vsicurl/{server}/a.geojson"}
        ),
        "algorithm within a collection": '{"type":"FeatureCollection","features":[],"a":{"type": '
        f'"gdal_streamed_alg", "command_line": "gdal vector read {gpkg}"}}}}',
        "crs by link": feature % f'"crs":{{"type":"link","properties":{{"href":"{server}/crs"}}}},',
        "crs by hidden link": feature
        % f'"crs":{{"type":"\\u006cink","properties":{{"hre\\u0066":"{server}/crs"}}}},',
        "crs by name": feature % f'"crs":{{"type":"name","properties":{{"name":"{server}/crs"}}}},',
        "OGC API": f'{{"links":[{{"rel":"data","href":"{server}/collections"}}]}}',
        "schema on a server": gml.format(f"{server}/a.xsd", "", "<ogr:b>1</ogr:b>"),
        "schema in a file": gml.format(secret["csv"].as_posix(), "", "<ogr:b>1</ogr:b>"),
        "link in GML": gml.format("a.xsd", "", linked),
        "GML that includes VRT": gml.format("a.xsd", f"<!--{vrt.format(source)}-->", "<ogr:b>1</ogr:b>"),
        "external entity": entity + gml.format("a.xsd", "", "<ogr:b>&x;</ogr:b>").partition("?>")[2],
        "KML that links": '<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>'
        f"{server}/a.kml</href></Link></NetworkLink></kml>",
        "GeoRSS that links": f'<rss version="2.0"><channel><link>{server}/a</link></channel></rss>',
        "seamless MapInfo": "!table\n!version 300\n!charset WindowsLatin1\n\nDefinition Table\n  Type NATIVE "
        'Charset "WindowsLatin1"\n  Fields 2\n    Table Char (100) ;\n    Description Char (25) ;\n'
        'begin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n',
        "MapInfo view": f'!table\n!version 100\nopen table "{secret["shp"].as_posix()}" Hide\n'
        'create view "v" As Select * From "secret"\n',
        "PDS4": f"<Product_Observational><File><file_name>{csv}</file_name></File></Product_Observational>",
        "EDIGEO": f"BOMT 12:EDIGEO01.THF\nGNN C 8:{csv}\n",
        "a shapefile's first bytes, then vrt": "\0\0\x27\x0a" + vrt.format(source),
        "a table's first bytes, then vrt": "\x03\x01\x01\x01" + vrt.format(source),
    }
    return {name: text.encode("latin-1") for name, text in texts.items()}


def pointing_geopackages(secret: dict[str, Path], folder: Path) -> dict[str, bytes]:
    """GeoPackages whose tables stand for other files, or that count more than they hold."""
    gpkg = secret["gpkg"].as_posix()
    tables = {
        "VirtualOGR": f"CREATE VIRTUAL TABLE other USING VirtualOGR('{gpkg}', 0, 'secret')",
        "VirtualShape": f"CREATE VIRTUAL TABLE other USING VirtualShape('{gpkg}', 'UTF-8', 2154)",
        "VirtualText": f"CREATE VIRTUAL TABLE other USING VirtualText('{secret['csv'].as_posix()}', 'UTF-8')",
        "view of a file": f"CREATE VIEW other AS SELECT 1 AS fid, readfile('{gpkg}') AS a",
        "view without end": "CREATE VIEW other AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL "
        "SELECT fid + 1 FROM n) SELECT fid FROM n",
    }
    found = {}
    for name, sql in tables.items():
        path = folder / f"{name}.gpkg"
        gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=2154).to_file(path, layer="own")
        base = sqlite3.connect(path)
        base.execute("PRAGMA writable_schema = ON")
        kind = "view" if "CREATE VIEW" in sql else "table"
        base.execute("INSERT INTO sqlite_master VALUES (?, 'other', 'other', 0, ?)", (kind, sql))
        base.execute("UPDATE gpkg_contents SET table_name = 'other', identifier = 'other'")
        base.execute("UPDATE gpkg_geometry_columns SET table_name = 'other', column_name = 'geom'")
        base.commit()
        base.close()
        found[name] = path.read_bytes()
    return found


def pointing_rasters(secret: dict[str, Path], server: str) -> dict[str, bytes]:
    """Descriptions that GDAL's drivers take for rasters, and where they point."""
    head = (
        "<SRS>EPSG:2154</SRS><GeoTransform>0,10,0,200,0,-10</GeoTransform>"
        "<VRTRasterBand dataType='Float64' band='1'><NoDataValue>-9999</NoDataValue>"
    )
    vrt = "<VRTDataset rasterXSize='20' rasterYSize='20'>" + head
    vrt += "<SimpleSource><SourceFilename>{}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
    vrt += "</VRTRasterBand></VRTDataset>"
    tif = secret["tif"].as_posix()
    service = (
        f"<GDAL_WMS><Service name='{{}}'><ServerUrl>{server}/${{{{z}}}}</ServerUrl></Service><DataWindow>"
    )
    service += "<UpperLeftX>0</UpperLeftX><UpperLeftY>200</UpperLeftY><LowerRightX>200</LowerRightX>"
    service += "<LowerRightY>0</LowerRightY><SizeX>20</SizeX><SizeY>20</SizeY><TileLevel>1</TileLevel>"
    service += "</DataWindow><Projection>EPSG:2154</Projection><BandsCount>1</BandsCount></GDAL_WMS>"
    texts = {
        "vrt": vrt.format(tif),
        "vrt within XML": "<?xml version='1.0'?>" + vrt.format(tif),
        "vrt to a server": vrt.format(f"/vsicurl/{server}/a.tif"),
        "WMS": service.format("WMS"),
        "TMS": service.format("TMS"),
        "WMTS": f"<GDAL_WMTS><GetCapabilitiesUrl>{server}/wmts</GetCapabilitiesUrl></GDAL_WMTS>",
        "tile index": f"<GDALTileIndexDataset><IndexDataset>{secret['gpkg'].as_posix()}</IndexDataset>"
        "</GDALTileIndexDataset>",
        "algorithm": json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal raster read {tif}"}),
        "STAC": json.dumps({"type": "FeatureCollection", "stac_version": "1.0.0", "features": [
            {"type": "Feature", "stac_version": "1.0.0", "assets": {"a": {"href": f"{server}/a.tif"}}}]}),
    }  # fmt: skip
    return {name: text.encode() for name, text in texts.items()}


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
