"""Small files that would fill the memory or take hours end in an error before they do."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import tiGIS
from sources.pointing_files import zipped
from tiGIS import DataFileError
from tiGIS.sources.reading import insee_tables as tables
from tiGIS.sources.reading.csv_tables import read_csv_table
from tiGIS.sources.reading.workbooks import check_workbook

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>'
)
SHEET += "</worksheet>"
TYPES = "xl/workbook.xml"


def workbook(sheet: str | bytes = SHEET.format(""), strings: str = "<sst/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/sharedStrings.xml", strings)
    return stream.getvalue()


def cell(text: str) -> str:
    return SHEET.format(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{text}</row>')


FAR = {
    "as written by all": cell('<c r="XFD1048576"><v>1</v></c>'),
    "in single quotes": cell("<c r='XFD1048576'><v>1</v></c>"),
    "behind a style": cell('<c s="1" r="XFD1048576"><v>1</v></c>'),
    "with a number for a letter": cell('<c r="&#88;FD1048576"><v>1</v></c>'),
    "with a prefix": cell('<x:c xmlns:x="a" r="XFD1048576"><v>1</v></x:c>'),
    "in UTF-16": cell('<c r="XFD1048576"/>').encode("utf-16"),
    "in small letters": cell('<c r="xfd1048576"/>'),
    "by its place": SHEET.format('<row r="1048576">' + "<c/>" * 16_384 + "</row>"),
    "beyond any sheet": cell('<c r="ZZZ9999999"/>'),
}


@pytest.mark.parametrize("sheet", FAR.values(), ids=FAR)
def test_a_cell_far_away_is_refused_before_the_sheet_is_built(sheet: str | bytes) -> None:
    with pytest.raises(DataFileError, match=r"a sheet of|broken XML"):
        check_workbook(Path("b.xlsx"), workbook(sheet))


@pytest.mark.parametrize(
    "words", ['count="4000000000"', "uniqueCount='4000000000'", 'uniqueCount = "9999999"']
)
def test_a_count_of_strings_that_are_not_there(words: str) -> None:
    with pytest.raises(DataFileError, match="announces"):
        check_workbook(Path("b.xlsx"), workbook(strings=f"<sst {words}></sst>"))


@pytest.mark.parametrize("name", ["xl/workbook.bin", "content.xml"])
def test_other_workbooks_within_are_refused(name: str) -> None:
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(DataFileError, match="no workbook of Excel"):
        check_workbook(Path("b.xlsx"), stream.getvalue())


def test_readers_of_workbooks_look_first(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(workbook(FAR["as written by all"]))
    with pytest.raises(DataFileError, match="1,048,576 rows and 16,384 columns"):
        tiGIS.sources.read_insee_bpe(path)
    outer = zipped(tmp_path / "table.zip", {"table.xlsx": path.read_bytes()})
    with pytest.raises(DataFileError, match="1,048,576 rows"):
        tiGIS.sources.read_insee_appartenance(outer)


class Counted(str):
    """A name that counts how often it is compared."""

    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_twice_the_columns_take_twice_the_comparisons() -> None:
    taken = []
    for columns in (2_000, 4_000, 8_000):
        Counted.comparisons = 0
        tables._refuse_odd_header(Path("a.csv"), [Counted(f"c{number}") for number in range(columns)], 1)
        taken.append(max(Counted.comparisons, columns))
    assert taken[2] <= 4.4 * taken[0]


def test_a_header_without_end_is_refused_by_its_length() -> None:
    header = ";".join(f"c{number}" for number in range(400_000))
    text = f"{header}\n{';' * 399_999}\n"
    with pytest.raises(DataFileError, match="400,000 columns"):
        tables.split_lines(Path("a.csv"), text)
    with pytest.raises(DataFileError, match="400,000 columns"):
        read_csv_table(Path("a.csv"), text.encode(), ";")


def test_a_table_of_another_kind_is_known_by_its_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "autre.csv.gz"
    path.write_bytes(gzip.compress(b"a,b;c\n" + b"1,2;3\n" * 100_000))

    def built(*_: object, **__: object) -> None:
        raise AssertionError("a table was built of the wrong file")

    readers = (
        tiGIS.sources.read_gaspar,
        tiGIS.sources.read_cartofriches,
        tiGIS.sources.read_insee_filosofi,
    )  # imported, then patched
    monkeypatch.setattr("pandas.DataFrame", built)
    for read in readers:
        with pytest.raises(DataFileError, match="column"):
            read(path)


def test_a_small_gzip_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bombe.csv.gz"
    path.write_bytes(gzip.compress(b";" * 60_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(DataFileError, match="come out of it"):
        tiGIS.sources.read_gaspar(path)


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"zones.shp": b"\0" * 1000}).read_bytes()
    with pytest.raises(DataFileError, match="0 layers"):
        tiGIS.flood.read_zones(zipped(tmp_path / "outer.zip", {"inner.zip": inner}))


def test_a_table_that_announces_billions_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "N_MULTIALEA_PPRN_1_S_030.dbf"
    head = b"\x03\x01\x01\x01" + struct.pack("<IHH", 2**31 - 1, 65, 11) + bytes(20)
    path.write_bytes(head + b"id_zone".ljust(11, b"\0") + b"C" + bytes(4) + b"\x0a\0" + bytes(14) + b"\r\x1a")
    zone = gpd.GeoDataFrame(
        {"id_zone": [1], "coderisque": ["1120000"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=2154
    )
    zone.to_file(tmp_path / "N_ZONE_ALEA_PPRN_1_S_030.shp")
    with pytest.raises(DataFileError, match=r"announces 2,147,483,647 rows"):
        tiGIS.flood.read_pprn(tmp_path)


def test_a_geopackage_that_announces_billions_of_rows(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "zones.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=2154).to_file(path)
    with sqlite3.connect(path) as base:
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = 1000000000000")
    base.close()
    with pytest.raises(DataFileError, match="announces 1,000,000,000,000 rows"):
        tiGIS.flood.read_zones(path)


def test_each_feature_with_a_column_of_its_own(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {f"c{number}": 1}, "geometry": None} for number in range(6_000)
    ]
    path = tmp_path / "friches.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    for read in (tiGIS.flood.read_zones, tiGIS.sources.read_cartofriches):
        with pytest.raises(DataFileError, match=r"6,0\d\d"):
            read(path)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 100_000, '{"type":"FeatureCollection","features":'
                                  + "[" * 100_000, '{"a":' + "9" * 100_000 + "}"])  # fmt: skip
def test_depth_and_numbers_without_end(tmp_path: Path, text: str) -> None:
    for name, read in (("a.geojson", tiGIS.flood.read_zones), ("b.json", tiGIS.sources.read_cartofriches)):
        (tmp_path / name).write_text(text)
        with pytest.raises(DataFileError):
            read(tmp_path / name)


def test_a_parquet_that_announces_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ROUTES.PARQUET"
    table = {"fclass": ["primary"], "oneway": ["B"], "osm_id": ["1"]}
    roads = gpd.GeoDataFrame(table, geometry=[shapely.LineString([(0, 0), (1000, 0)])], crs=2154)
    roads.to_parquet(path)
    assert tiGIS.read_roads(path).n_arcs == 2
    monkeypatch.setattr("tiGIS.sources.reading.geoparquet.most_cells", lambda size: 3)
    with pytest.raises(DataFileError, match="1 rows of 4 columns"):
        tiGIS.read_roads(path)
    path.write_bytes(b"PAR1" + b"\0" * 100 + b"PAR1")
    with pytest.raises(DataFileError, match="can't be read"):
        tiGIS.read_roads(path)


def test_a_table_of_texts_is_refused_by_what_it_would_take(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = "a;b\n" + "1;2\n" * 1_000
    for read in (
        lambda: tables.split_lines(Path("a.csv"), wide),
        lambda: read_csv_table(Path("a.csv"), wide.encode(), ";"),
    ):
        monkeypatch.setattr("tiGIS.sources.reading.csv_tables.MOST_MEMORY", 1024**3)
        read()
        monkeypatch.setattr("tiGIS.sources.reading.csv_tables.MOST_MEMORY", 500_000)
        with pytest.raises(DataFileError, match=r"1,00\d lines of \d columns"):
            read()


def test_features_of_a_few_bytes_with_columns_by_the_thousand(tmp_path: Path) -> None:
    """Absent values take no byte in the file, and eight and more in memory."""
    names = json.dumps({f"c{number}": 1 for number in range(4_000)})
    empty = ',{"type":"Feature","properties":{},"geometry":null}' * 6_000
    path = tmp_path / "zones.geojson"
    path.write_text(
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{names},"geometry":null}}{empty}]}}'
    )
    with pytest.raises(DataFileError, match="at most 5,000 columns and 20,000,000 cells"):
        tiGIS.flood.read_zones(path)


def test_a_sheet_of_more_cells_than_memory_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    row = "".join(f'<c r="{letter}1"/>' for letter in "ABCDEFGH")
    monkeypatch.setattr("tiGIS.sources.reading.workbooks._MOST_WRITTEN", 7)
    for text in (row, row.replace('"', "'"), row.replace("<c", "<x:c")):
        with pytest.raises(DataFileError, match="8 cells; expected at most 7"):
            check_workbook(Path("b.xlsx"), workbook(SHEET.format(f'<row r="1" xmlns:x="a">{text}</row>')))
