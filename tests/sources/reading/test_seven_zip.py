"""7z archives: read as the programs that wrote them do, and never more than that."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import tracemalloc
import zlib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.reading.test_fuzz import limits
from sources.seven_zips import FILES, READ, REFUSED
from tiGIS import DataFileError
from tiGIS.sources import describe_layer, read_features
from tiGIS.sources.reading.archive import find_member, list_members, read_member, unpack
from tiGIS.sources.reading.archive.seven_zip.packed_bytes import HeaderBytes
from tiGIS.sources.reading.archive.seven_zip.reader import SevenZipReader

SEVEN_ZIP = shutil.which("7zz") or shutil.which("7z")
BSDTAR = shutil.which("bsdtar")


def on_disk(folder: Path, raw: bytes) -> Path:
    path = folder / "éléments à lire.7z"
    path.write_bytes(raw)
    return path


def contents(path: Path) -> dict[str, bytes]:
    return {name: read_member(path, name) for name in list_members(path)}


@pytest.mark.parametrize("name", READ)
def test_members_are_those_that_were_packed(name: str, tmp_path: Path) -> None:
    path = on_disk(tmp_path, READ[name])
    assert contents(path) == FILES
    assert find_member(path, "ÉTÉ.csv") == "données/été.csv"


@pytest.mark.parametrize(
    ("name", "said"),
    {
        "bcj2": "packed with the method BCJ2, which is not read",
        "ppmd": "packed with the method PPMd, which is not read",
        "bzip2": "packed with the method BZip2, which is not read",
        "deflate": "packed with the method Deflate, which is not read",
        "arm64": "packed with the method ARM64, which is not read",
        "password": "encrypted members; expected members in clear",
        "password on names": "encrypted members; expected members in clear",
        "symbolic link": "members that are symbolic links: 'lien'",
    }.items(),
)
def test_what_is_not_read_is_named(name: str, said: str, tmp_path: Path) -> None:
    path = on_disk(tmp_path, REFUSED[name])
    with pytest.raises(DataFileError, match=f"éléments à lire.7z: {said}"):
        contents(path)


def test_every_refused_archive_is_tested() -> None:
    marks = test_what_is_not_read_is_named.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {name for name, _ in marks} == set(REFUSED)


@pytest.mark.parametrize("name", READ)
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_changed_or_lost_gives_an_error_or_the_same_files(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    raw = bytearray(READ[name])
    place = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[place:]
    else:
        raw[place] ^= data.draw(st.integers(1, 255))
    path = on_disk(tmp_path, bytes(raw))
    with limits():
        try:
            found = contents(path)
        except DataFileError as error:
            assert "éléments à lire.7z" in str(error)
        else:
            assert found == FILES


def resealed(raw: bytes, header: bytes) -> bytes:
    """The archive with another header, its lengths and CRCs right."""
    offset = struct.unpack("<Q", raw[12:20])[0]
    start = struct.pack("<QQI", offset, len(header), zlib.crc32(header))
    return raw[:8] + struct.pack("<I", zlib.crc32(start)) + start + raw[32 : 32 + offset] + header


def clear_header(raw: bytes) -> bytes:
    return raw[32 + struct.unpack("<Q", raw[12:20])[0] :]


@given(changes=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=9)), min_size=1, max_size=4))
@settings(max_examples=1500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_header_with_the_right_crc_gives_an_error_or_sound_files(
    changes: list[tuple[int, bytes]], tmp_path: Path
) -> None:
    raw = READ["header in clear"]
    header = bytearray(clear_header(raw))
    for place, new in changes:
        place %= len(header)
        header[place : place + len(new)] = new
    path = on_disk(tmp_path, resealed(raw, bytes(header)))
    with limits():
        try:
            found = contents(path)
        except DataFileError as error:
            assert "éléments à lire.7z" in str(error)
        else:  # names may be others, what comes out is under its CRC
            assert set(found.values()) <= set(FILES.values())


@given(body=st.binary(max_size=400), offset=st.integers(0, 40))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_header_at_all_gives_an_error_or_an_empty_archive(
    body: bytes, offset: int, tmp_path: Path
) -> None:
    first = READ["solid"]
    start = struct.pack("<QQI", offset, len(body), zlib.crc32(body))
    raw = first[:8] + struct.pack("<I", zlib.crc32(start)) + start + bytes(offset) + body
    path = on_disk(tmp_path, raw)
    with limits():
        try:
            assert all(content == b"" for content in contents(path).values())
        except DataFileError as error:
            assert "éléments à lire.7z" in str(error)


NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='/\\<>:"|?*'), min_size=1, max_size=20
).filter(lambda name: name.strip(". ") == name and not name.startswith(("-", "@")))
METHODS = [
    ["-m0=LZMA2"],
    ["-m0=LZMA", "-ms=off"],
    ["-m0=LZMA:lc=0:lp=2:pb=0"],
    ["-m0=BCJ", "-m1=LZMA"],
    ["-m0=PPC", "-m1=LZMA2"],
    ["-m0=Delta:3", "-m1=LZMA"],
    ["-m0=Copy", "-mhc=off"],
]


@pytest.mark.skipif(SEVEN_ZIP is None, reason="no 7-Zip (7zz) on the PATH to compare with")
@given(
    files=st.dictionaries(NAMES, st.binary(max_size=3000).map(lambda raw: raw * 7), min_size=1, max_size=5),
    method=st.sampled_from(METHODS),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_seven_zip_packs_is_read_back(
    files: dict[str, bytes], method: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("source")
    for name, content in files.items():
        (folder / f"{name}é").write_bytes(content)
    path = folder.parent / f"{folder.name}.7z"
    command = [str(SEVEN_ZIP), "a", *method, str(path), "."]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    assert contents(path) == {f"{name}é": content for name, content in files.items()}
    written = unpack(path, list_members(path), folder.parent / f"{folder.name} sorti")
    assert {file.name: file.read_bytes() for file in written} == contents(path)


@pytest.mark.skipif(BSDTAR is None, reason="no libarchive (bsdtar) on the PATH to compare with")
@given(
    content=st.binary(max_size=5000).map(lambda raw: raw * 40),
    packing=st.sampled_from(["lzma1", "lzma2", "store"]),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_libarchive_packs_is_read_back(content: bytes, packing: str, tmp_path: Path) -> None:
    (tmp_path / "à lire").write_bytes(content)
    options = ["--format", "7zip", "--options", f"compression={packing}"]
    command = [str(BSDTAR), *options, "-cf", str(tmp_path / "a.7z"), "-C", str(tmp_path), "à lire"]
    subprocess.run(command, check=True, capture_output=True, env={"LC_ALL": "C.UTF-8"})
    assert contents(tmp_path / "a.7z") == {"à lire": content}


def test_one_run_is_gone_through_once_for_several_members() -> None:
    """And what the caller leaves untaken does not shift the next member."""
    stream = io.BytesIO(READ["solid"])
    archive = SevenZipReader(Path("a.7z"), stream)
    names = [member.name for member in archive.members if not member.is_folder]
    taken = {name: next(iter(pieces), b"") for name, pieces in archive.contents(names[::-1])}
    assert taken == FILES
    left = [name for name, _ in archive.contents(names)]
    assert set(left) == set(FILES)


def folded(archive: str) -> dict[str, int]:
    """Where things stand in the clear header of an archive, for tests that forge it."""
    header = clear_header(READ[archive])
    return {name: header.index(name.encode("utf-16-le")) for name in FILES}


@pytest.mark.parametrize("name", ["../x.txt", "/ide.txt", "C:de.txt", "a/../../"])
def test_members_that_climb_out_are_refused(name: str, tmp_path: Path) -> None:
    header = bytearray(clear_header(READ["header in clear"]))
    place = folded("header in clear")["vide.txt"]
    header[place : place + 16] = name.encode("utf-16-le")
    path = on_disk(tmp_path, resealed(READ["header in clear"], bytes(header)))
    with pytest.raises(DataFileError, match="members outside its own folder"):
        list_members(path)


@pytest.mark.parametrize("name", ["vi:e.txt", "vide.tx.", "vide.tx ", "con.test", "vide\x07txt"])
def test_names_that_can_not_be_written_everywhere_are_not_unpacked(name: str, tmp_path: Path) -> None:
    header = bytearray(clear_header(READ["header in clear"]))
    place = folded("header in clear")["vide.txt"]
    header[place : place + 16] = name.encode("utf-16-le")
    path = on_disk(tmp_path, resealed(READ["header in clear"], bytes(header)))
    with pytest.raises(DataFileError, match="names that can't be written"):
        unpack(path, list_members(path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_swells_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = on_disk(tmp_path, READ["solid"])
    total = sum(map(len, FILES.values()))
    with pytest.raises(DataFileError, match=f"swell to {total:,} bytes; expected at most 100"):
        list_members(path, most_unpacked=100)


def test_a_member_that_is_damaged_is_not_left_on_the_disk(tmp_path: Path) -> None:
    raw = bytearray(READ["copy"])
    raw[40] ^= 1
    path = on_disk(tmp_path, bytes(raw))
    with pytest.raises(DataFileError, match=r"is broken \(its CRC is .*, not the .* announced\)"):
        unpack(path, list_members(path), tmp_path / "out")
    assert not [file for file in (tmp_path / "out").rglob("*") if file.name.endswith(".part")]


@pytest.mark.parametrize("encoded", [b"\x00", b"\x7f", b"\xbf\xff", b"\xc0\x00\x40", b"\xff" + b"\x01" * 8])
def test_numbers_are_read_as_the_format_says(encoded: bytes) -> None:
    first, rest = encoded[0], encoded[1:]
    ones = len(f"{first:08b}") - len(f"{first:08b}".lstrip("1"))
    expected = int.from_bytes(rest, "little") + ((first & (0x7F >> ones)) << (8 * len(rest)))
    header = HeaderBytes(encoded)
    assert header.number() == expected
    assert header.left == 0


@pytest.mark.skipif(SEVEN_ZIP is None, reason="no 7-Zip (7zz) on the PATH to pack a large file")
def test_a_large_member_goes_through_a_little_memory(tmp_path: Path) -> None:
    large = tmp_path / "grand.bin"
    with large.open("wb") as out:
        for number in range(200):
            out.write(number.to_bytes(4, "little") * (1 << 18))
    resource = pytest.importorskip("resource")
    command = [str(SEVEN_ZIP), "a", "-mx1", "-m0=LZMA2:d=1m", str(tmp_path / "a.7z"), large.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    (out_path,) = unpack(tmp_path / "a.7z", ["grand.bin"], tmp_path / "out")
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out_path.stat().st_size == large.stat().st_size == 200 << 20
    assert held < 16 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # KiB


@pytest.mark.skipif(SEVEN_ZIP is None, reason="no 7-Zip (7zz) on the PATH to pack layers")
def test_layers_are_read_through_the_same_call_as_from_a_zip(real_files: Path, tmp_path: Path) -> None:
    for suffix in ("gpkg", "shp"):
        layers_are_read_as_from_a_zip(suffix, real_files, tmp_path / suffix)


def layers_are_read_as_from_a_zip(suffix: str, real_files: Path, tmp_path: Path) -> None:
    communes = gpd.read_file(real_files / "territoires/communes_gard_2018.geojson").to_crs(2154)
    moved = communes.assign(geometry=communes.translate(100_000, 0))[["code", "nom", "geometry"]]
    source = tmp_path / "source"
    source.mkdir(parents=True)
    moved.to_file(source / f"COMMUNE DÉPLACÉE.{suffix}", encoding="utf-8")
    (source / "lisez-moi.txt").write_text("déplacées pour le test", encoding="utf-8")
    subprocess.run([str(SEVEN_ZIP), "a", "../a.7z", "."], cwd=source, check=True, capture_output=True)
    shutil.make_archive(str(tmp_path / "a"), "zip", source)
    box = moved.total_bounds
    west = (box[0], box[1], (box[0] + box[2]) / 2, box[3])
    options = {"member": f"*.{suffix}", "bbox": west, "where": "nom < 'M'"}
    zipped = read_features(tmp_path / "a.zip", **options)
    for stream in (False, True):
        read = read_features(tmp_path / "a.7z", stream=stream, **options)
        assert len(read) > 50
        assert read.crs == "EPSG:2154"
        assert read["nom"].tolist() == zipped["nom"].tolist()
        assert shapely.equals_exact(read.geometry.values, zipped.geometry.values, 0).all()
    known = describe_layer(tmp_path / "a.7z", member=f"*.{suffix}")
    assert known["features"] == len(communes)


def test_no_layer_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    path = on_disk(tmp_path, READ["solid"])
    with pytest.raises(DataFileError, match=r"ends in '.csv'"):
        read_features(path, member="zones.csv", layer="absent")
    assert not list((tmp_path / "temporary").iterdir())
