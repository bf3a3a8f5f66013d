"""Services in pages: read to the end whatever they cut, and counted against what they announce."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import server
from sources.server import Answer, Producers
from sources.seven_zips import READ
from tiGIS import DataFileError, DownloadError, InputError
from tiGIS.sources import Area, Cache, Settings, Transport, fetch

WFS = "data.geopf.fr/wfs/ows"
TRI = "www.georisques.gouv.fr/services"
FRICHES = "apidf-preprod.cerema.fr/cartofriches/geofriches/"
AZI = "www.georisques.gouv.fr/api/v1/gaspar/azi"
BDTOPO = "data.geopf.fr/telechargement/resource/BDTOPO"
ALES = Area(
    "200066918",
    communes=("30007", "30010", "30024", *(f"30{number:03}" for number in range(100, 120))),
    departements=("30",),
    bbox=(770_000.0, 6_320_000.0, 800_000.0, 6_360_000.0),
)


def points(count: int) -> list[dict]:
    """GeoJSON features of an invented layer."""
    return [
        {
            "type": "Feature",
            "id": f"troncon.{number}",
            "properties": {"cleabs": f"TRONROUT{number:016}", "nature": "Route à 1 chaussée"},
            "geometry": {"type": "Point", "coordinates": [780_000 + number, 6_340_000]},
        }
        for number in range(count)
    ]


def members(count: int) -> list[str]:
    """GML members as MapServer writes them."""
    return [
        f'<ms:ALEA_SYNT_01_02MOY_FXX gml:id="ALEA.{number}"><ms:geometry>'
        f'<gml:Point gml:id="p{number}" srsName="urn:ogc:def:crs:EPSG::2154">'
        f"<gml:pos>{780_000 + number} 6340000</gml:pos></gml:Point></ms:geometry>"
        f"<ms:id_zone>Gardon d'Alès {number}</ms:id_zone>"
        "</ms:ALEA_SYNT_01_02MOY_FXX>"
        for number in range(count)
    ]


def test_wfs_of_several_pages(producers: Producers, cache: Cache, transport: Transport) -> None:
    producers.wfs(WFS, {"BDTOPO_V3:troncon_de_route": points(12_003)})
    (file,) = fetch("bdtopo_routes", ALES, cache=cache, transport=transport)
    roads = gpd.read_file(file.path)
    assert len(roads) == file.features == 12_003
    assert roads["cleabs"].is_unique
    assert roads.crs == "EPSG:2154"
    assert producers.times_asked(WFS) == 3
    assert producers.asked[0][1]["bbox"] == "770000,6320000,800000,6360000,urn:ogc:def:crs:EPSG::2154"


def test_wfs_of_real_communes(
    producers: Producers, cache: Cache, transport: Transport, real_files: Path
) -> None:
    communes = json.loads((real_files / "territoires" / "communes_gard_2018.geojson").read_text("utf-8"))
    producers.wfs(WFS, {"ADMINEXPRESS-COG-CARTO.LATEST:commune": communes["features"]}, most=60)
    (file,) = fetch("communes_ign", ALES, cache=cache, transport=transport)
    assert file.features == 353
    assert [feature["properties"] for feature in json.loads(file.path.read_text("utf-8"))["features"]] == [
        feature["properties"] for feature in communes["features"]
    ]


@given(count=st.integers(0, 40), most=st.integers(1, 15), announces=st.booleans(), gml=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wfs_whatever_the_server_cuts(
    count: int,
    most: int,
    announces: bool,
    gml: bool,
    producers: Producers,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    transport = Transport(Settings(sleep=lambda seconds: None))
    if gml:
        producers.wfs(TRI, {"ms:ALEA_SYNT_01_02MOY_FXX": members(count)}, most, announces)
        (file,) = fetch("tri_moyen", ALES, cache=cache, transport=transport)
        assert file.path.read_bytes().count(b"</wfs:member>") == count
    else:
        producers.wfs(WFS, {"wfs_du:zone_urba": points(count)}, most, announces)
        (file,) = fetch("zonage", ALES, cache=cache, transport=transport)
        assert len(json.loads(file.path.read_text("utf-8"))["features"]) == count
    assert file.features == count


def test_gml_of_several_pages_is_read_by_gdal(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.wfs(TRI, {"ms:ALEA_SYNT_01_02MOY_FXX": members(130)}, most=50)
    (file,) = fetch("tri_moyen", ALES, cache=cache, transport=transport)
    zones = gpd.read_file(file.path)
    assert len(zones) == 130
    assert zones["id_zone"].iloc[129] == "Gardon d'Alès 129"
    assert zones.geometry.x.iloc[129] == 780_129


def _answers(producers: Producers, path: str, *documents: object) -> None:
    left = [json.dumps(document).encode() for document in documents]
    producers.routes[path] = lambda query: Answer(left.pop(0) if len(left) > 1 else left[0])


def _page(features: list[dict], total: object) -> dict:
    return {"type": "FeatureCollection", "features": features, "numberMatched": total}


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([_page(points(10), 20), _page([], 20)], r"10 rows of the 20 announced"),
        ([_page(points(10), 20)], "on two pages"),
        ([_page(points(10), 20), _page(points(20)[10:], 21)], "total went from 20 to 21"),
        ([_page(points(10), 5)], "10 rows came, but 5 were announced"),
        ([{"type": "FeatureCollection"}], "a document without features"),
        (["text"], "a document without features"),
    ],
)
def test_a_service_that_is_not_true_to_its_word(
    documents: list, said: str, producers: Producers, cache: Cache, transport: Transport
) -> None:
    _answers(producers, WFS, *documents)
    with pytest.raises((DownloadError, DataFileError), match=said):
        fetch("bdtopo_routes", ALES, cache=cache, transport=transport)
    assert not [entry for entry in cache.entries() if entry.state == "ok"]
    producers.wfs(WFS, {"BDTOPO_V3:troncon_de_route": points(7)})
    (file,) = fetch("bdtopo_routes", ALES, cache=cache, transport=transport)
    assert file.features == 7


def test_an_exception_of_the_service_is_told(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.wfs(WFS, {})
    with pytest.raises(DownloadError, match="the service refuses: layer BDTOPO_V3:troncon_de_route unknown"):
        fetch("bdtopo_routes", ALES, cache=cache, transport=transport)


def test_faults_between_pages(producers: Producers, cache: Cache, transport: Transport) -> None:
    producers.wfs(WFS, {"BDTOPO_V3:troncon_de_route": points(300)}, most=60)
    faults = [server.status(429, retry_after="1"), server.status(500), server.cut_at(100), server.html_page()]
    producers.faults[WFS] = [step for fault in faults for step in (None, fault)]  # a page, a fault, a page...
    (file,) = fetch("bdtopo_routes", ALES, cache=cache, transport=transport)
    assert file.features == 300


def test_cartofriches_in_pages(producers: Producers, cache: Cache, transport: Transport) -> None:
    producers.pages(FRICHES, points(120), "features", "count", "page", "page_size", first=1)
    (file,) = fetch("cartofriches", ALES, cache=cache, transport=transport)
    assert file.features == len(gpd.read_file(file.path)) == 120
    assert producers.asked[0][1] == {"coddep": "30", "fields": "all", "page": "1", "page_size": "500"}


def test_communes_are_asked_for_ten_by_ten(producers: Producers, cache: Cache, transport: Transport) -> None:
    def serve(query: dict[str, str]) -> Answer:
        codes = query["code_insee"].split(",")
        assert len(codes) <= 10
        rows = [{"code_insee": code} for code in codes]
        return Answer(json.dumps({"results": len(codes), "data": rows}).encode())

    producers.routes[AZI] = serve
    (file,) = fetch("gaspar_azi", ALES, cache=cache, transport=transport)
    rows = json.loads(file.path.read_text("utf-8"))
    assert [row["code_insee"] for row in rows] == list(ALES.communes)
    assert producers.times_asked(AZI) == 3


def test_newest_edition_of_the_feed(producers: Producers, cache: Cache, transport: Transport) -> None:
    archives = list(READ.values())
    names = {
        f"BDTOPO_3-5_TOUSTHEMES_{kind}_LAMB93_{zone}_{date}": archive
        for archive, (kind, zone, date) in zip(
            archives,
            [
                ("GPKG", "D030", "2026-03-15"),
                ("GPKG", "D030", "2026-09-15"),
                ("SHP", "D030", "2026-12-15"),
                ("GPKG", "D048", "2026-12-15"),
                ("GPKG", "D030", "2025-09-15"),
            ],
            strict=False,
        )
    }
    producers.feed(BDTOPO, names)
    (file,) = fetch("bdtopo", ALES, cache=cache, transport=transport)
    assert file.said is not None
    assert file.said["edition"] == "BDTOPO_3-5_TOUSTHEMES_GPKG_LAMB93_D030_2026-09-15"
    assert file.path.read_bytes() == archives[1]
    where = f"data.geopf.fr/telechargement/download/X/{file.said['edition']}/{file.said['edition']}.7z"
    producers.faults[where] = [server.altered()]
    with pytest.raises(DataFileError):
        fetch("bdtopo", ALES, cache=cache, transport=transport, refresh=True)
    assert fetch("bdtopo", ALES, cache=cache, transport=transport) == [file]  # the old one stays


def test_hostile_answers(producers: Producers, cache: Cache, transport: Transport) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    for path, name in ((TRI, "tri_moyen"), (WFS, "bdtopo_routes")):
        producers.routes[path] = lambda query: Answer(laughs)
        with pytest.raises(DataFileError, match="a document type or entities"):
            fetch(name, ALES, cache=cache, transport=transport)
    producers.routes[WFS] = lambda query: Answer(b"[" * 1_000_000)
    with pytest.raises(DataFileError, match="JSON"):
        fetch("bdtopo_routes", ALES, cache=cache, transport=transport)


def test_a_source_by_territory_needs_one(cache: Cache, transport: Transport) -> None:
    with pytest.raises(InputError, match=r"is fetched for a territory .* expected a territory"):
        fetch("bdtopo_routes", cache=cache, transport=transport)
    with pytest.raises(InputError, match="no 'bd_topo' in the catalogue"):
        fetch("bd_topo", cache=cache, transport=transport)
    with pytest.raises(InputError, match="'2a' not known"):
        Area("x", departements=("2a",))


def test_what_a_copy_says_of_a_file_goes_with_it(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    """A file, and rows in pages; without a mirror such a header would be nothing to us."""
    note = "Fichier d’essai : rien n’y est vrai"
    producers.file("files.georisques.fr/ppr/pprn_30.zip", _small_zip(), note)
    (plan,) = fetch("pprn", ALES, cache=cache, transport=transport)
    assert plan.said is not None
    assert plan.said["note"] == note
    assert plan.said["mirror"] == producers.address.removeprefix("http://")
    producers.pages(FRICHES, [{"id": 1}], "features", "count", "page", "page_size", 1)
    rows = producers.routes[FRICHES]
    producers.routes[FRICHES] = lambda query: Answer(rows(query).body, 200, {"X-Tigis-Note": "Essai"})
    (sites,) = fetch("cartofriches", ALES, cache=cache, transport=transport)
    assert sites.said is not None
    assert sites.said["note"] == "Essai"
    assert cache.look(plan.path).file == plan


def _small_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()
