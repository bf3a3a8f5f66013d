"""Archives that come from outside: read when they are sound, refused with a clear error when they are not."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import DataFileError
from tiGIS.sources.reading.archive import find_member, list_members, read_file, read_member, unpacked_layer

CONTENT = b"CODGEO;P18_POP\n01001;771\n" * 50


def packed(path, members: dict[str, bytes]):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of the doubled names that a test asks for
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_reads_members_without_unpacking(tmp_path):
    path = packed(tmp_path / "a.zip", {"folder/": b"", "folder/Base.CSV": CONTENT, "meta.csv": b"x"})
    assert list_members(path) == ["folder/Base.CSV", "meta.csv"]
    assert find_member(path, "base*.csv") == "folder/Base.CSV"
    assert read_member(path, "folder/Base.CSV") == CONTENT
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_gdal_reads_the_path_it_is_given(tmp_path):
    import pyogrio

    geojson = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},'
    geojson += b'"geometry":{"type":"Point","coordinates":[4.08,44.13]}}]}'
    path = packed(tmp_path / "été.zip", {"d/points.geojson": geojson})
    with unpacked_layer(path, "d/points.geojson") as file:
        assert len(pyogrio.read_dataframe(file)) == 1
    assert not file.exists()


@pytest.mark.parametrize(
    "name", ["../up.csv", "a/../../up.csv", "/etc/passwd", "C:/up.csv", "a\\..\\..\\up.csv", "\\\\host\\up"]
)
def test_refuses_members_that_climb_out(tmp_path, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("plain")
        info.filename = name  # past zipfile's own tidying
        archive.writestr(info, b"x")
    with pytest.raises(DataFileError, match=r"a\.zip: members outside its own folder"):
        list_members(path)


def test_refuses_symbolic_links(tmp_path):
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, b"/etc/passwd")
    with pytest.raises(DataFileError, match="symbolic links: 'link'"):
        list_members(tmp_path / "a.zip")


def test_refuses_doubled_names(tmp_path):
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    with pytest.raises(DataFileError, match="more than once: 'a'"):
        read_member(tmp_path / "a.zip", "a")


def test_refuses_encrypted_members(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": CONTENT})
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    path.write_bytes(raw)
    with pytest.raises(DataFileError, match="encrypted members: 'a'"):
        list_members(path)


def test_refuses_what_swells_beyond_the_limit(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": bytes(5_000_000)})
    assert path.stat().st_size < 10_000
    with pytest.raises(DataFileError, match="swell to 5,000,000 bytes; expected at most 1,000,000"):
        read_member(path, "a", most_unpacked=1_000_000)
    assert len(read_member(path, "a", most_unpacked=5_000_000)) == 5_000_000


def test_an_archive_that_lies_about_sizes_gives_no_more_than_it_says(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": bytes(5_000_000)})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, 10)  # unpacked size, central directory
    path.write_bytes(raw)
    with pytest.raises(DataFileError, match="'a' is broken"):
        read_member(path, "a", most_unpacked=1_000_000)


def test_gzip_is_told_by_its_bytes_and_bounded(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(CONTENT))
    assert read_file(path) == CONTENT
    path.write_bytes(CONTENT)
    assert read_file(path) == CONTENT
    path.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(DataFileError, match="more than 1,000,000 bytes"):
        read_file(path, most_unpacked=1_000_000)


def test_absent_files_and_members_are_named(tmp_path):
    for call in (list_members, read_file):
        with pytest.raises(DataFileError, match="nowhere: no such file"):
            call(tmp_path / "nowhere")
    path = packed(tmp_path / "a.zip", {"a": b"1", "b": b"2"})
    with pytest.raises(DataFileError, match="no member 'c' among 'a', 'b'"):
        read_member(path, "c")
    with pytest.raises(DataFileError, match="no member 'c' among 'a', 'b'"):
        unpacked_layer(path, "c").__enter__()
    with pytest.raises(DataFileError, match="2 members like"):
        find_member(path, "*")


def _sound_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("base.csv", CONTENT)
    return buffer.getvalue()


SOUND_ZIP = _sound_zip()
SOUND_GZIP = gzip.compress(CONTENT, mtime=0)


@given(
    place=st.integers(0, max(len(SOUND_ZIP), len(SOUND_GZIP)) - 1),
    byte=st.integers(0, 255),
    cut=st.booleans(),
)
def test_damage_gives_a_data_file_error_or_the_right_content(tmp_path_factory, place, byte, cut):
    folder = tmp_path_factory.mktemp("damage")
    for sound, read in ((SOUND_ZIP, lambda p: read_member(p, "base.csv")), (SOUND_GZIP, read_file)):
        damaged = bytearray(sound)
        if cut:
            del damaged[place:]
        elif place < len(damaged):
            damaged[place] = byte
        path = folder / "damaged"
        path.write_bytes(damaged)
        try:
            content = read(path)
        except DataFileError as error:
            assert "damaged" in str(error)
        else:
            # a gzip whose first bytes are gone is an ordinary file to us: its reader will refuse it
            assert content in (CONTENT, bytes(damaged))


def test_an_archive_within_another_is_checked_too(tmp_path):
    assert list_members(tmp_path / "outer.zip", content=SOUND_ZIP) == ["base.csv"]
    with pytest.raises(DataFileError, match=r"outer\.zip: its members swell"):
        list_members(tmp_path / "outer.zip", content=SOUND_ZIP, most_unpacked=10)


def test_a_member_without_a_name_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": CONTENT})
    raw = path.read_bytes()
    central = raw.index(b"PK\x01\x02")
    nameless = raw[:central] + raw[central : central + 28] + b"\0\0" + raw[central + 30 : central + 46]
    path.write_bytes(nameless + raw[central + 47 :][-22:-10] + struct.pack("<I", 46) + raw[-6:])
    with pytest.raises(DataFileError):
        list_members(path)
