"""Damaged files by number: the reader and the file of each number, and what comes of reading it.

``scripts/fuzz_files.py`` goes through a hundred thousand of them, the suite through a few hundred.
"""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import json
import random
import tempfile
import traceback
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd

import tiGIS
from sources import fuzz_readers as sound
from sources.damage import damaged
from sources.fuzz_readers import CASES, Case
from sources.reading.test_fuzz import limits
from sources.reading.test_insee_fuzz import LONG
from tiGIS import TigisError
from tiGIS.sources import Area, catalogue, list_members, read_features, unpack
from tiGIS.sources.fetching.area import requests_for
from tiGIS.sources.fetching.atom import newest_archive
from tiGIS.sources.fetching.paging import write_pages
from tiGIS.sources.fetching.wfs import write_features
from tiGIS.sources.reading.formats import check_format


class Answer:
    """A server that gives the same answer to every question."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()

    def read(self, *_: object) -> bytes:
        return self._content


def _asked(name: str) -> Any:
    area = Area("a", ("30007",), ("30",), (785_000.0, 6_335_000.0, 786_000.0, 6_336_000.0))
    return requests_for(catalogue()[name], area)[0]


def _from_service(write: Callable[..., object], name: str) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        return write(_asked(name), Answer(path), path.with_name("reçu"), lambda *_: None)

    return read


def _source(kind: str, form: str = "") -> str:
    return next(s.name for s in catalogue().values() if s.kind == kind and form in (s.format, ""))


@cache
def _layer(ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"zones{ending}")
        zones = gpd.GeoDataFrame({"kind": ["flood"] * 3, "n": [1, 2, 3]}, geometry=_squares(), crs=2154)
        zones.to_file(path, driver={".tab": "MapInfo File"}.get(ending))
        return path.read_bytes()


def _squares() -> list[Any]:
    return [sound.plans.square(0), sound.plans.square(200), sound.plans.square(400)]


@cache
def _layers_in_zip(ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        zones = gpd.GeoDataFrame({"kind": ["flood"] * 3}, geometry=_squares(), crs=2154)
        zones.to_file(Path(folder, f"zones{ending}"), driver={".tab": "MapInfo File"}.get(ending))
        path = Path(folder, "a.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(Path(folder).glob("zones.*")):
                archive.write(file, file.name)
        return path.read_bytes()


@cache
def _dossier() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        gathered = Path(folder, "dossier")
        tiGIS.dossier.gather_territory(
            "200066918", gathered, cache=tiGIS.sources.Cache(Path(folder, "cache"))
        )
        path = Path(folder, "a.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(gathered.iterdir()):
                archive.write(file, file.name)
        return path.read_bytes()


def _read_dossier(path: Path) -> object:
    with tempfile.TemporaryDirectory() as folder:
        unpack(path, list_members(path), folder)
        return tiGIS.dossier.read_dossier(folder)


ASC = (
    b"ncols 4\nnrows 4\nxllcorner 785000\nyllcorner 6335000\ncellsize 10\nNODATA_value -9999\n"
    + b"0 0.5 1 2\n" * 4
)
OSM = (
    b'<osm version="0.6">'
    + b"".join(b'<node id="%d" lat="44.1%d" lon="4.0%d"/>' % (n, n, n) for n in range(1, 7))
    + b'<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way><way id="2">'
    b'<nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="6"/><tag k="highway" v="residential"/></way></osm>'
)
ATOM = (
    b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:gpf_dl="https://g/x" '
    b'gpf_dl:pagecount="1"><entry><title>%s_3-0__SHP_LAMB93_%s_2024-03-15</title><content>'
    + b"0" * 32
    + b'</content><link href="https://data.geopf.fr/a/b.7z"/></entry></feed>'
)


def _atom() -> bytes:
    asked = _asked(_source("atom"))
    return ATOM % ((asked.source.edition or "").encode(), (asked.zone or "").encode())


def _page() -> bytes:
    request = _asked(_source("pages"))
    paging = request.source.paging
    rows = [{"code_insee": "30007", "n": n} for n in range(3)]
    return json.dumps({paging.items: rows, paging.total: 3}).encode()


def _answer(form: str) -> bytes:
    if form == "gml":
        return (
            sound._xml()
            .encode()
            .replace(b"<wfs:FeatureCollection", b'<wfs:FeatureCollection numberMatched="8"', 1)
        )
    return json.dumps({**sound._features(), "numberMatched": 8}).encode()


def _osm(path: Path) -> object:
    return tiGIS.read_osm_pbf(path, component="all")


def _read_feed(path: Path) -> object:
    return newest_archive(_asked(_source("atom")), Answer(path))  # type: ignore[arg-type]


def _gaspar_gzip() -> bytes:
    return gzip.compress(sound.GASPAR.encode(), mtime=0)


def _grid(path: Path) -> object:
    raster = tiGIS.flood.DepthRaster.open(path, crs=2154)
    places = gpd.GeoDataFrame({"code": ["a"]}, geometry=_squares()[:1], crs=2154)
    return raster.zonal_statistics(places)


_WFS_JSON, _WFS_GML = _source("wfs", "geojson"), _source("wfs", "gml")

MORE: dict[str, Case] = {
    "gml_layer": Case(".gml", lambda: _layer(".gml"), read_features),
    "fgb_layer": Case(".fgb", lambda: _layer(".fgb"), read_features),
    "json_layer": Case(".json", lambda: _layer(".geojson"), read_features),
    "zones_in_shapefile": Case(".zip", lambda: _layers_in_zip(".shp"), tiGIS.flood.read_zones),
    "zones_in_gml": Case(".zip", lambda: _layers_in_zip(".gml"), tiGIS.flood.read_zones),
    "zones_in_mapinfo": Case(".zip", lambda: _layers_in_zip(".tab"), tiGIS.flood.read_zones),
    "zones_in_geopackage": Case(".gpkg", lambda: _layer(".gpkg"), tiGIS.flood.read_zones),
    "grid": Case(".asc", lambda: ASC, _grid),
    "osm_text": Case(".osm", lambda: OSM, _osm),
    "osm_gzip": Case(".osm.gz", lambda: gzip.compress(OSM, mtime=0), _osm),
    "osm_bzip2": Case(".osm.bz2", lambda: bz2.compress(OSM), _osm),
    "gaspar_gzip": Case(".csv.gz", _gaspar_gzip, tiGIS.sources.read_gaspar),
    "dossier": Case(".zip", _dossier, _read_dossier),
    "feed": Case(".xml", _atom, _read_feed),
    "pages": Case(".json", _page, _from_service(write_pages, _source("pages"))),
    "wfs_json": Case(".json", lambda: _answer("json"), _from_service(write_features, _WFS_JSON)),
    "wfs_gml": Case(".gml", lambda: _answer("gml"), _from_service(write_features, _WFS_GML)),
    **{
        f"insee_{name}": Case(
            ".zip" if name == "bpe_observations" else ".csv", lambda w=w, t=t: w(t.encode()), read
        )
        for name, (w, t, read) in LONG.items()
    },
    **{
        f"format_{form}": Case(
            f".{form}", CASES[raw].sound, lambda path, form=form: check_format(path, form)
        )
        for form, raw in {"zip": "plan", "7z": "features_in_7z", "pbf": "osm", "parquet": "roads_parquet",
                          "gpkg": "features", "geojson": "cartofriches_geojson"}.items()
    },
}  # fmt: skip
ALL = {**CASES, **MORE}
ENDINGS = sorted({case.suffix for case in ALL.values()})


@cache
def sound_bytes(name: str) -> bytes:
    """Bytes of the sound file of a case, made once: libraries write the day into some."""
    return ALL[name].sound()


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A damaged file: the case that reads it, its ending and its bytes."""

    name: str
    ending: str
    raw: bytes


def drawn(seed: int, number: int) -> Drawn:
    """Draw the file of a number."""
    draw = random.Random(f"{seed}/{number}")
    names = sorted(ALL)
    name = names[number % len(names)]  # each in its turn
    raw = damaged(draw, sound_bytes(name), sound_bytes(draw.choice(names)))
    ending = ALL[name].suffix if draw.random() < 0.97 else draw.choice(ENDINGS)
    return Drawn(name, ending, raw)


def read(what: Drawn, folder: Path) -> str:
    """Read a damaged file: "" for a result or an error of tiGIS within the limits, else what happened."""
    path = folder / f"abîmé{what.ending}"
    path.write_bytes(what.raw)
    try:
        with limits():
            ALL[what.name].read(path)
    except TigisError as error:
        if not str(error):
            return f"{type(error).__name__} without a word"
        return "memory, told as an error of its own" if _ran_out(error) else ""
    except MemoryError:
        return "memory"
    except Exception:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc(limit=-6)
    finally:
        path.unlink(missing_ok=True)
    return ""


def _ran_out(error: BaseException | None) -> bool:
    """Whether an error comes from the limit of memory: without one it would have taken more."""
    while error is not None:
        if isinstance(error, MemoryError) or "bad_alloc" in str(error):
            return True
        error = error.__cause__
    return False
