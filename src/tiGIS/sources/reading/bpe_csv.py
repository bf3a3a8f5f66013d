"""The BPE as Insee publishes it since 2018: long tables of text, in three forms.

- counts: a row for each IRIS or commune and type (``DEPCOM``, ``TYPEQU``, ``NB_EQUIP``);
- facilities: a row each (``DEPCOM``, ``TYPEQU``, often ``LAMBERT_X``, ``LAMBERT_Y``);
- observations: a row for each place of any level and type (``GEO``, ``GEO_OBJECT``, ``FACILITY_TYPE``,
  ``OBS_VALUE``), beside a table of labels, in a zip.

The forms were read in public programs that use these files; the files themselves were not at hand.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources.reading.archive import list_members, read_file, read_member
from tiGIS.sources.reading.insee_codes import COMMUNE, city_of

_AGAIN = "Download it again from insee.fr; if it is new, its form has changed and its reader must follow."
_TYPE, _TOTAL = r"[A-G]\d{3}", "_T"
_NUMBER = r"\d+(?:\.0*)?"
#: Types that tell the codes of 2018-2022 from those since 2023, when many were renewed.
_OLD, _NEW = {"B203", "C101", "D201", "D301"}, {"B207", "C107", "D265", "D307"}


@dataclass(frozen=True)
class LongFile:
    """A file opened: its text, its columns, and the labels of types where they come with it."""

    path: Path
    raw: bytes
    columns: list[str]
    delimiter: str
    labels: dict[str, str] = field(default_factory=dict)

    def read(self, wanted: list[str]) -> pd.DataFrame:
        """Read some columns as text; a row with more or fewer cells than the header is refused."""
        import pyarrow
        from pyarrow import csv

        try:
            table = csv.read_csv(
                io.BytesIO(self.raw),
                read_options=csv.ReadOptions(column_names=self.columns, skip_rows=1),
                parse_options=csv.ParseOptions(delimiter=self.delimiter, ignore_empty_lines=False),
                convert_options=csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(self.columns, pyarrow.string()),
                    strings_can_be_null=False,
                ),
            )
        except (pyarrow.ArrowException, ValueError) as error:
            found = f"it can't be read ({str(error).splitlines()[0][:200]})"
            raise DataFileError(
                self.path, found, f"{len(self.columns)} columns on each line", _AGAIN
            ) from error
        return table.to_pandas()

    def fault(self, found: str, expected: str) -> DataFileError:
        """Build the error that says what is wrong with this file."""
        return DataFileError(self.path, found, expected, _AGAIN)


def open_long(path: Path) -> LongFile:
    """Open the file, or the one table of data in a zip, and read its header."""
    raw, labels = _content(path)
    for mark, what in ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\0", "NUL characters")):
        if raw.startswith(mark) if what == "UTF-16" else mark in raw:
            raise DataFileError(path, f"it holds {what}", "text in UTF-8", _AGAIN)
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw and not raw.endswith(b"\n"):
        line = raw.count(b"\n") + 1
        raise DataFileError(path, f"line {line} has no end: the file is cut short", "whole lines", _AGAIN)
    try:
        header = raw.split(b"\n", 1)[0].decode("utf-8").rstrip("\r")
    except UnicodeDecodeError as error:
        raise DataFileError(path, "line 1 is not UTF-8", "text in UTF-8", _AGAIN) from error
    delimiter = max(";,", key=header.count)
    columns = [name.strip().strip('"').upper() for name in header.split(delimiter)]
    if len(columns) < 2 or "" in columns or len(set(columns)) < len(columns):
        found = f"line 1: {header[:60]!r}"
        raise DataFileError(path, found, "names of columns, each once, separated by ';' or ','", _AGAIN)
    return LongFile(path, raw, columns, delimiter, labels)


def _content(path: Path) -> tuple[bytes, dict[str, str]]:
    with path.open("rb") as start:
        packed = start.read(4) == b"PK\x03\x04"
    if not packed:
        return read_file(path), {}
    names = [name for name in list_members(path) if name.lower().endswith(".csv")]
    beside = [name for name in names if re.search("meta|varmod|description", name.lower())]
    data = [name for name in names if name not in beside]
    if len(data) != 1:
        raise DataFileError(path, f"{len(data)} tables of data among {shown(names)}", "one", _AGAIN)
    labels: dict[str, str] = {}
    for name in beside:
        labels |= _labels(path / name, read_member(path, name))
    return read_member(path, data[0]), labels


def _labels(path: Path, raw: bytes) -> dict[str, str]:
    """Read the labels of types from the table that comes with the data."""
    try:
        header = raw.split(b"\n", 1)[0].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(path, "line 1 is not UTF-8", "text in UTF-8", _AGAIN) from error
    columns = [name.strip().strip('"').upper() for name in header.split(";")]
    wanted = ["COD_VAR", "COD_MOD", "LIB_MOD"]
    if not set(wanted) <= set(columns) or len(set(columns)) < len(columns):
        raise DataFileError(path, f"columns {shown(columns)}", f"{', '.join(wanted)}", _AGAIN)
    table = LongFile(path, raw.removeprefix(b"\xef\xbb\xbf"), columns, ";").read(wanted)
    kinds = table[table["COD_VAR"].isin(["FACILITY_TYPE", "TYPEQU"])]
    return dict(zip(kinds["COD_MOD"], kinds["LIB_MOD"], strict=True))


def counts_of(file: LongFile, municipal: str) -> tuple[pd.DataFrame, int | None]:
    """Count facilities by commune and type, and say their year."""
    has = set(file.columns)
    if {"GEO", "GEO_OBJECT", "FACILITY_TYPE", "OBS_VALUE"} <= has:
        lines, year = _observations(file, municipal)
    elif {"DEPCOM", "TYPEQU"} <= has:
        wanted: list[str] = [name for name in ("DEPCOM", "TYPEQU", "NB_EQUIP", "AN") if name in has]
        table = file.read(wanted)
        year = _year(file, table, "AN")
        number = table["NB_EQUIP"] if "NB_EQUIP" in has else pd.Series("1", index=table.index)
        lines = pd.DataFrame({"code": table["DEPCOM"], "type": table["TYPEQU"], "number": number})
    else:
        raise file.fault(
            f"columns {shown(file.columns, 12)}",
            "DEPCOM and TYPEQU, or GEO, GEO_OBJECT, FACILITY_TYPE and OBS_VALUE",
        )
    check_lines(file, lines)
    codes = pd.Index(lines["code"])
    cities = city_of(codes)
    if municipal == "arrondissements":
        arrondissement = cities != codes
        lines, codes = lines[arrondissement], codes[arrondissement]
    else:
        codes = cities
    rows, communes = pd.factorize(codes, sort=True)
    kinds, types = pd.factorize(lines["type"], sort=True)
    counted = np.zeros((len(communes), len(types)))
    np.add.at(counted, (rows, kinds), lines["number"].to_numpy(dtype=np.float64))
    index = pd.Index(communes, dtype="str", name="code_insee")
    return pd.DataFrame(counted, index=index, columns=pd.Index(types, dtype="str")), year


def _observations(file: LongFile, municipal: str) -> tuple[pd.DataFrame, int | None]:
    wanted = ["GEO", "GEO_OBJECT", "FACILITY_TYPE", "OBS_VALUE"]
    wanted += [name for name in ("BPE_MEASURE", "TIME_PERIOD") if name in file.columns]
    table = file.read(wanted)
    level = "ARM" if municipal == "arrondissements" else "COM"
    table = table[(table["GEO_OBJECT"] == level) & (table["FACILITY_TYPE"] != _TOTAL)]
    if "BPE_MEASURE" in table:
        table = table[table["BPE_MEASURE"] == "FACILITIES"]
    if not len(table):
        raise file.fault(f"no number of facilities for GEO_OBJECT {level!r}", "some")
    year = _year(file, table, "TIME_PERIOD")
    doubled = table.duplicated(["GEO", "FACILITY_TYPE"])
    if doubled.any():
        line = table.index[doubled][0] + 2
        pair = table.loc[table.index[doubled][0], ["GEO", "FACILITY_TYPE"]].tolist()
        raise file.fault(f"line {line}: {pair} a second time", "one number for each commune and type")
    renamed = {"GEO": "code", "FACILITY_TYPE": "type", "OBS_VALUE": "number"}
    return table[list(renamed)].rename(columns=renamed), year


def _year(file: LongFile, table: pd.DataFrame, column: str) -> int | None:
    if column not in table or not len(table):
        return None
    years = table[column].unique().tolist()
    if len(years) != 1 or not re.fullmatch(r"(?:19|20)\d\d", str(years[0])):
        raise file.fault(f"column {column}: {shown(years)}", "one year")
    return int(years[0])


def check_lines(file: LongFile, lines: pd.DataFrame) -> None:
    """Refuse a code of commune, a type or a number that is not of its form; the line is named."""
    for column, form, expected in (
        ("code", COMMUNE, "a code of five characters, like '01004' or '2A004'"),
        ("type", _TYPE, "a type like 'A101'"),
        ("number", _NUMBER, "a number of 0 or more"),
    ):
        if column not in lines:
            continue
        # cells repeat themselves a lot: each distinct one is looked at once
        odd = [cell for cell in lines[column].unique() if not re.fullmatch(form, str(cell))]
        if odd:
            line = lines.index[lines[column] == odd[0]][0] + 2
            raise file.fault(f"line {line}: {odd[0]!r}", expected)
    if not len(lines):
        raise file.fault("no row", "some facilities")


def nomenclature_of(types: pd.Index) -> str | None:
    """Say which codes these are: of 2018-2022, since 2023, or neither for sure."""
    old, new = bool(_OLD & set(types)), bool(_NEW & set(types))
    return None if old == new else "2018" if old else "2023"
