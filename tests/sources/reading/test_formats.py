"""Whole or cut, right or wrong format, harmless or hostile: told before a file is used."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.seven_zips import READ
from tiGIS import DataFileError
from tiGIS.sources.reading.formats import check_format, format_of, looks_like_page
from tiGIS.sources.reading.safe import check_xml, parse_json, parse_xml


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "CODGEO;P18_POP\n30007;40802\n" * 40)
    return out.getvalue()


def _parquet() -> bytes:
    out = io.BytesIO()
    pd.DataFrame({"a": range(50)}).to_parquet(out)
    return out.getvalue()


def _geopackage(folder: Path) -> bytes:
    with sqlite3.connect(folder / "x.gpkg") as base:
        base.execute("CREATE TABLE t (a TEXT)")
        base.executemany("INSERT INTO t VALUES (?)", [("x" * 100,)] * 100)
    base.close()
    return (folder / "x.gpkg").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A sound file of each format that can tell that it was cut."""
    return {
        "zip": _zip(),
        "gz": gzip.compress(b"CODGEO;P18_POP\n" * 50),
        "json": json.dumps({"results": 1, "data": [{"code_insee": "30007"}] * 20}).encode(),
        "geojson": json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature"}] * 20}).encode(),
        "xml": b"<?xml version='1.0'?><a>" + b"<b>c</b>" * 50 + b"</a>",
        "parquet": _parquet(),
        "gpkg": _geopackage(tmp_path_factory.mktemp("gpkg")),
        "7z": READ["solid"],
    }


FORMATS = ["zip", "gz", "json", "geojson", "xml", "parquet", "gpkg", "7z"]


@pytest.mark.parametrize("name", FORMATS)
def test_whole_files_pass(name: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / f"données.{name}"
    path.write_bytes(whole[name])
    check_format(path, name)
    assert format_of(path) == name or name == "gz"


@given(name=st.sampled_from(FORMATS), share=st.floats(0, 1, exclude_max=True))
@example(name="zip", share=0.999)
@example(name="gpkg", share=20 / 20_480)  # within the header: the pages that it announces are cut away too
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cut_file_is_refused(name: str, share: float, whole: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "file.part"
    path.write_bytes(whole[name][: int(len(whole[name]) * share)])
    with pytest.raises(DataFileError, match=r"^file: "):
        check_format(path, name)


@pytest.mark.parametrize("name", [*FORMATS, "pbf", "csv", "gml"])
@given(content=st.binary(max_size=200))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_taken_or_refused(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    try:
        check_format(path, name)
    except DataFileError as error:
        assert "expected" in str(error)


def test_a_real_pbf_cut_anywhere_is_refused(real_files: Path, tmp_path: Path) -> None:
    content = (real_files / "reseau" / "monaco.osm.pbf").read_bytes()
    path = tmp_path / "x.osm.pbf"
    path.write_bytes(content)
    check_format(path, "pbf")
    for size in (0, 1, 10, 100, 5_000, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(DataFileError):
            check_format(path, "pbf")


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><title>404</title>",
        b"\xef\xbb\xbf  <html lang='fr'>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html><head><title>Oups</title>',
    ],
)
def test_a_web_page_is_no_data(page: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(page)
    with pytest.raises(DataFileError, match="a web page"):
        check_format(path, "csv")
    assert looks_like_page(b"CODGEO;LIBGEO\n") is None


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><l>&a9;</l>"
)


@pytest.mark.parametrize(
    "document",
    [
        LAUGHS,
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><r/>',
        "<a>" * 5_000 + "</a>" * 5_000,
        "<a><b></a>",
        '<?xml version="1.0" encoding="klingon"?><a/>',
        "",
        "\0",
    ],
    ids=["laughs", "file", "dtd", "parameter", "deep", "crossed", "encoding", "empty", "nul"],
)
def test_hostile_or_broken_xml(document: str, tmp_path: Path) -> None:
    with pytest.raises(DataFileError):
        parse_xml(document.encode(), "x.gml")
    (tmp_path / "x.gml").write_text(document, encoding="utf-8")
    with pytest.raises(DataFileError):
        check_xml(tmp_path / "x.gml")


@pytest.mark.parametrize(
    "document", [b"[" * 200_000, b'{"a":' * 100_000, b"1" * 10_000, b"\xff", b"", b'{"a":1}{"b":2}'], ids=str
)
def test_hostile_or_broken_json(document: bytes) -> None:
    with pytest.raises(DataFileError):
        parse_json(document, "x.json")


def test_documents_too_large_are_not_held() -> None:
    with pytest.raises(DataFileError, match="at most 10"):
        parse_json(b"[1,2,3,4,5,6]", "x.json", most_bytes=10)
    with pytest.raises(DataFileError, match="at most 10"):
        parse_xml(b"<a>long enough</a>", "x.xml", most_bytes=10)
