"""A file from outside reads only itself: no other file's word in a result, no request to a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import shapely
from click.testing import CliRunner

import tiGIS
from sources.pointing_files import (
    CANARY,
    CANARY_DEPTH,
    LAYER_ENDINGS,
    RASTER_ENDINGS,
    counting_server,
    pointing_geopackages,
    pointing_layers,
    pointing_rasters,
    write_canaries,
    zipped,
)
from tiGIS.cli import tigis
from tiGIS.sources import describe_layer, read_features

SQUARE = gpd.GeoDataFrame(geometry=[shapely.box(20, 20, 150, 150)], crs=2154)


def _words(result: object) -> str:
    """All that a reader gives back, as text."""
    if isinstance(result, str | float):
        return str(result)
    if isinstance(result, tiGIS.flood.PreventionPlan):
        return _words(result.hazards.frame) + _words(result.regulation.frame)
    if isinstance(result, tiGIS.flood.FloodZones):
        return _words(result.frame)
    if isinstance(result, tiGIS.RoadNetwork):
        return _words(result.edges())
    return result.to_csv() + ",".join(map(str, result.columns))


def _flood(path: Path) -> str:
    out = path.parent / "sortie.gpkg"
    said = CliRunner().invoke(tigis, ["flood", str(path), "-o", str(out)])
    if said.exception is not None and not isinstance(said.exception, SystemExit):
        raise said.exception
    return said.output + (out.read_bytes().decode("latin-1") if out.exists() else "")


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "read_pprn": ("N_ZONE_ALEA_PPRN_20990001_S_030", tiGIS.flood.read_pprn),
    "tigis flood": ("N_ZONE_ALEA_PPRN_20990001_S_030", _flood),
    "read_tri": ("n_tri_ales_inondable_01_04fai_s_030", tiGIS.flood.read_tri),
    "read_zones": ("zones", tiGIS.flood.read_zones),
    "read_roads": ("roads", tiGIS.read_roads),
    "read_activity_zones": ("terrain_eco", lambda path: tiGIS.sources.read_activity_zones(path, crs=2154)),
    "read_zoning": ("zone_urba", tiGIS.sources.read_zoning),
    "read_cartofriches": ("friches", tiGIS.sources.read_cartofriches),
    "read_features": ("layer", lambda path: read_features(path, member="layer.*")),
    "read_features, stream": ("layer", lambda path: read_features(path, member="layer.*", stream=True)),
    "describe_layer": ("layer", lambda path: str(describe_layer(path, member="layer.*"))),
}


def tries_of_layers(folder: Path, server: str) -> list[tuple[str, Path, Callable[[Path], object]]]:
    """Each description, under each ending, bare, in a folder and in an archive, for each reader."""
    secret = write_canaries(folder / "secret")
    (folder / "gpkg").mkdir()
    contents = pointing_layers(secret, server) | pointing_geopackages(secret, folder / "gpkg")
    tries = []
    for reader, (stem, read) in READERS.items():
        for number, (kind, content) in enumerate(contents.items()):
            for ending in LAYER_ENDINGS:
                place = folder / reader.replace(" ", "_") / f"{number}{ending}"
                place.mkdir(parents=True)
                (place / f"{stem}{ending}").write_bytes(content)
                packed = zipped(place / "colis.zip", {f"d/{stem}{ending}": content, f"d/{stem}.prj": b""})
                tries.append((f"{reader}, {kind}, {ending}", place / f"{stem}{ending}", read))
                tries.append((f"{reader}, {kind}, {ending} in a zip", packed, read))
    return tries


def tries_of_rasters(folder: Path, server: str) -> list[tuple[str, Path, Callable[[Path], object]]]:
    readers = {
        "DepthRaster": lambda path: _words(
            tiGIS.flood.DepthRaster.open(path, nodata=-1).zonal_statistics(SQUARE)
        ),
        "steep_areas": lambda path: _words(tiGIS.land.steep_areas(path, nodata=-1)),
    }
    secret = write_canaries(folder / "secret")
    tries = []
    for reader, read in readers.items():
        for number, (kind, content) in enumerate(pointing_rasters(secret, server).items()):
            for ending in RASTER_ENDINGS:
                path = folder / reader / f"{number}" / f"mnt{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                tries.append((f"{reader}, {kind}, {ending}", path, read))
    return tries


def outcomes(
    tries: list[tuple[str, Path, Callable[[Path], object]]], asked: list[str]
) -> dict[str, list[str]]:
    """Run each try: which showed the canary, which asked the server, which ended in a raw error."""
    seen: dict[str, list[str]] = {"read": [], "asked": [], "raw": []}
    for name, path, read in tries:
        before = len(asked)
        try:
            text = _words(read(path))
        except tiGIS.TigisError as error:
            text = str(error)
        except Exception as error:  # noqa: BLE001 - counted: the test wants none
            text = ""
            seen["raw"].append(f"{name}: {error!r}")
        if CANARY in text or str(CANARY_DEPTH) in text:
            seen["read"].append(name)
        if len(asked) > before:
            seen["asked"].append(name)
    return seen


def test_no_layer_reads_another_file_or_asks_a_server(tmp_path: Path) -> None:
    with counting_server() as (server, asked):
        tries = tries_of_layers(tmp_path, server)
        seen = outcomes(tries, asked)
    assert len(tries) > 58
    assert seen == {"read": [], "asked": [], "raw": []}


def test_no_raster_reads_another_file_or_asks_a_server(tmp_path: Path) -> None:
    with counting_server() as (server, asked):
        seen = outcomes(tries_of_rasters(tmp_path, server), asked)
    assert seen == {"read": [], "asked": [], "raw": []}
