"""Files damaged in all ways, by number: some of those of ``scripts/fuzz_files.py``, and what it found."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import tiGIS
from sources.damaged_files import ALL, OSM, Drawn, drawn, read, sound_bytes
from sources.pointing_files import zipped
from sources.reading.test_fuzz import readers_are_loaded  # noqa: F401 - limits hold for reading alone
from tiGIS import DataFileError
from tiGIS.sources import list_members, read_features, unpack
from tiGIS.sources.reading.formats import check_format
from tiGIS.sources.reading.safe import parse_json

ROOT = Path(__file__).resolve().parents[3]
SEED, FILES = 7, 540


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("abîmés")


@pytest.mark.parametrize("name", ALL)
def test_the_sound_file_is_read(name: str, folder: Path) -> None:
    path = folder / f"entier{ALL[name].suffix}"
    path.write_bytes(sound_bytes(name))
    ALL[name].read(path)
    assert read(Drawn(name, ALL[name].suffix, sound_bytes(name)), folder) == ""


@pytest.mark.parametrize("first", range(0, FILES, len(ALL)))
def test_damaged_files_are_read_or_refused(first: int, folder: Path) -> None:
    for number in range(first, first + len(ALL)):
        failure = read(drawn(SEED, number), folder)
        assert not failure, f"scripts/fuzz_files.py --seed {SEED} --only {number}\n{failure}"


def test_a_number_draws_the_same_file_again() -> None:
    """In another process too, whose sets and hashes are in another order."""
    sizes = "print([len(drawn(3, number).raw) for number in (1, 5, 9)])"
    done = subprocess.run(
        [sys.executable, "-c", f"from sources.damaged_files import drawn; {sizes}"],
        capture_output=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "11"},
    )  # fmt: skip
    assert done.stdout.strip() == str([len(drawn(3, number).raw) for number in (1, 5, 9)])


def test_files_that_kill_or_fail_are_told_with_their_number(tmp_path: Path) -> None:
    """The run goes on behind a file that kills its process, and tells what failed."""
    run = (ROOT / "scripts" / "fuzz_files.py").read_text("utf-8")
    broken = run.replace(
        "            failure = read(what, folder)\n",
        "            failure = read(what, folder)\n"
        "            if number == 3:\n                os.abort()\n"
        "            if number == 5:\n                failure = 'ZeroDivisionError'\n",
    )
    assert broken != run
    script = tmp_path / "fuzz_files.py"
    script.write_text(
        broken.replace("Path(__file__).resolve().parents[1]", f"Path({str(ROOT)!r})"), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, script, "--seed", "7", "--files", "7"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "7 files" in done.stdout
    assert "2 failed" in done.stdout
    report = (tmp_path / "FUZZ_FILES.txt").read_text("utf-8")
    assert "--seed 7 --only 3\nthe process died" in report
    assert "--seed 7 --only 5\nZeroDivisionError" in report


def test_a_flatgeobuf_without_layers(tmp_path: Path) -> None:
    path = tmp_path / "a.fgb"
    path.write_bytes(sound_bytes("fgb_layer")[:8] + b"\xff" * 200)
    with pytest.raises(DataFileError, match="can't be read"):
        read_features(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'lat="44.12"', b'lat="44.12:"'), (b'id="2" lat', b'id="" lat'), (b'ref="4"', b'ref="x"')],
)
def test_a_text_of_openstreetmap_with_odd_numbers(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    assert old in OSM
    path.write_bytes(OSM.replace(old, new))
    with pytest.raises(DataFileError):
        tiGIS.read_osm_pbf(path)


def test_an_extract_whose_block_announces_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(b"\xff\xff\xff\xf0" + sound_bytes("osm")[4:])
    with pytest.raises(DataFileError, match="a broken block at byte 0"):
        check_format(path, "pbf")


def test_a_parquet_with_half_a_geometry(tmp_path: Path) -> None:
    table = {"fclass": ["primary"], "oneway": ["B"], "osm_id": ["1"]}
    roads = gpd.GeoDataFrame(table, geometry=[shapely.LineString([(0, 0), (1000, 0)])], crs=2154)
    path = tmp_path / "roads.parquet"
    roads.to_parquet(path, compression=None)
    whole = roads.geometry.to_wkb()[0]
    raw = path.read_bytes()
    assert whole in raw
    path.write_bytes(raw.replace(whole, whole[:5] + b"\xff" + whole[6:]))
    with pytest.raises(DataFileError, match="can't be read"):
        tiGIS.read_roads(path)


def test_a_network_whose_array_has_an_open_header(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    path.write_bytes(sound_bytes("network"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    raw = members["tail.npy"]
    members["tail.npy"] = raw[:10] + raw[10:].replace(b"'shape': (", b"'''hape': (")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(DataFileError, match="not readable"):
        tiGIS.RoadNetwork.load(path)


def test_a_network_whose_array_announces_more_than_a_machine_counts(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    path.write_bytes(sound_bytes("network"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    size = re.search(rb"\((\d+),\)", members["tail.npy"])
    assert size is not None
    members["tail.npy"] = members["tail.npy"].replace(
        size[0] + b", }" + b" " * 18, b"(%s,), }" % (size[1] + b"0" * 18)
    )
    assert size[1] + b"0" * 18 in members["tail.npy"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(DataFileError, match=r"tail\.npy announces [0-9,]{25,} bytes"):
        tiGIS.RoadNetwork.load(path)


def test_rows_longer_than_their_header_are_no_names_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "zones.csv"
    path.write_text("site_id,terr_geomsurf\nt1,z1,a,b\n")
    with pytest.raises(DataFileError, match="more cells than the header"):
        tiGIS.sources.read_activity_zones(path, crs=4326)


def test_names_that_no_disk_takes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"é" * 200 + ".shp": b"x", "b" * 300: b"x"})
    for name in list_members(path):
        with pytest.raises(DataFileError, match="names that can't be written"):
            unpack(path, [name], tmp_path / "out")


def test_half_a_letter_in_json() -> None:
    assert parse_json(json.dumps("🚲").encode(), "a.json") == "🚲"
    for text in (b'"\\ud83d"', b'{"\\uDEB2":1}', b'["\\ud83d\\ud83d"]'):
        with pytest.raises(DataFileError, match="half a letter"):
            parse_json(text, "a.json")


def test_a_raster_whose_crs_leads_nowhere(tmp_path: Path) -> None:
    """One bit of the key 1024 of a GeoTIFF: its coordinates are of no kind that there is."""
    projected, none = (struct.pack("<4H", 1024, 0, 1, kind) for kind in (1, 513))
    raw = sound_bytes("depth")
    assert projected in raw
    path = tmp_path / "depth.tif"
    path.write_bytes(raw.replace(projected, none))
    with pytest.raises(DataFileError, match="a CRS that can't be used"):
        tiGIS.flood.DepthRaster.open(path)


def test_a_geopackage_whose_fault_is_told_in_no_utf8(tmp_path: Path) -> None:
    """GDAL repeats the byte in its words, which fiona can't decode."""
    path = tmp_path / "towns.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(7e5, 66e5)], crs=2154).to_file(path)
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = CAST(X'FF' AS TEXT)")
    try:
        found = read_features(path, stream=True)
    except DataFileError as error:  # where fiona listens to what GDAL says
        assert error.path == path
    else:
        assert len(found) == 1


def test_a_parquet_whose_crs_names_nothing(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "roads.parquet"
    gpd.GeoDataFrame(geometry=[shapely.LineString([(7e5, 66e5), (7e5, 67e5)])], crs=2154).to_parquet(path)
    table = parquet.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = {"type": "ProjectedCRS", "name": "nowhere"}
    parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    with pytest.raises(DataFileError, match=r"roads\.parquet: it can't be read \(Invalid projection"):
        tiGIS.read_roads(path)


def test_a_parquet_whose_texts_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "roads.parquet"
    roads = gpd.GeoDataFrame(
        {"fclass": ["primary"]}, geometry=[shapely.LineString([(7e5, 66e5), (7e5, 67e5)])], crs=2154
    )
    roads.to_parquet(path, compression=None)
    path.write_bytes(path.read_bytes().replace(b"primary", b"prim\xffry"))
    with pytest.raises(DataFileError, match=r"UTF-?8"):
        tiGIS.read_roads(path)
