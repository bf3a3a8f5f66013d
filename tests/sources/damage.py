"""Ways to damage a file: the same number draws the same damage, on every system."""

from __future__ import annotations

import gzip
import io
import random
import re
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tiGIS.sources.reading.archive import BROKEN

Damage = Callable[[random.Random, bytes, bytes], bytes]
"""Draws from a generator; takes a sound file and another one, to be spliced."""

_LARGEST = 1 << 20  # bytes of what is made: seeds are small, so that many are tried

_WORDS = [
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"&#0;", b"&#xFFFF;", b"<![CDATA[", b"]]>", b"<a>" * 300,
    b"[" * 3_000, b'{"a":' * 3_000, b"NaN", b"-Infinity", b"1e999", b"null", b"true", b'""', b"{}", b"[]",
    b"9" * 400, b"-1", b"0", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"\x1b[2J",
    b"../../a", b"/etc/hosts", b"C:\\a", b"http://127.0.0.1:9/a", b"/vsicurl/http://127.0.0.1:9/a",
    b'"crs":{"type":"link","properties":{"href":"http://127.0.0.1:9"}},', b"EPSG:999999", b"EPSG:4979",
    b'"type":"GeometryCollection"', b'"coordinates":[]', b'"coordinates":[1e308,-1e308]', b'"features":0',
    b"XFD1048576", b'count="4000000000"', b";" * 200, b"," * 200, b"\r", b"\n" * 50, b'"', b"'", b"--",
    b"\xc2\xb2", "٣".encode(), b"srsName=\"EPSG:0\"", b"POLYGON EMPTY", b"99999999999999999999",
    b"nodata_value nan", b"cellsize 0", b"ncols 1000000000", b"dx 1e-300", b"visible='false'",
    b"2A004", b"00000",
]  # fmt: skip
_EXTREMES = [
    0,
    1,
    2**7,
    2**8 - 1,
    2**15,
    2**16 - 1,
    2**24,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**62,
    2**63 - 1,
    2**64 - 1,
]
_NUMBERS = [
    b"0",
    b"-1",
    b"1e308",
    b"-1e-308",
    b"1e999",
    b"NaN",
    b"2147483648",
    b"9" * 40,
    b"0.1",
    b"180.5",
    b"",
]
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def damaged(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Damage a file once or a few times, each time in a way that is drawn."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        kinds = [*_ANY, *_ANY]
        if raw.startswith(b"PK"):
            kinds += [_in_a_zip] * 20
        elif raw.startswith(b"\x1f\x8b"):
            kinds += [_in_a_gzip] * 20
        elif raw.startswith(b"SQLite"):
            kinds += [_in_a_base] * 10
        raw = draw.choice(kinds)(draw, raw, other)[:_LARGEST]
    return raw


def _place(draw: random.Random, raw: bytes) -> int:
    """Somewhere; often near an end, where headers and footers are."""
    edge = min(len(raw), 200)
    return draw.choice(
        (draw.randint(0, len(raw)), draw.randint(0, edge), draw.randint(len(raw) - edge, len(raw)))
    )


def _flip(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        if changed:
            changed[min(_place(draw, raw), len(raw) - 1)] ^= 1 << draw.randint(0, 7)
    return bytes(changed)


def _set(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    place = _place(draw, raw)
    return raw[:place] + draw.randbytes(draw.randint(1, 8)) + raw[place + draw.randint(0, 8) :]


def _cut(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: _place(draw, raw)]


def _remove(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    place = _place(draw, raw)
    return raw[:place] + raw[place + draw.choice((1, 4, 64, 1024)) :]


def _repeat(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    place, size = _place(draw, raw), draw.choice((1, 16, 256, 4096))
    return raw[:place] + raw[place : place + size] * draw.choice((2, 3, 50)) + raw[place + size :]


def _splice(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: _place(draw, raw)] + other[_place(draw, other) :]


def _length(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Write an extreme number over some bytes, as if they were a length or a count."""
    place, size = _place(draw, raw), draw.choice((1, 2, 4, 8))
    number = draw.choice(_EXTREMES) % (1 << 8 * size)
    return raw[:place] + number.to_bytes(size, draw.choice(("little", "big"))) + raw[place + size :]


def _word(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    place = _place(draw, raw)
    return raw[:place] + draw.choice(_WORDS) + raw[place + draw.choice((0, 0, 1, 5)) :]


def _number(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Write an extreme in place of a number in text."""
    found = list(_NUMBER.finditer(raw[:100_000]))
    if not found:
        return _word(draw, raw, other)
    chosen = draw.choice(found)
    return raw[: chosen.start()] + draw.choice(_NUMBERS) + raw[chosen.end() :]


def _swap(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Put a word of the file in place of another one."""
    words = sorted(set(re.findall(rb"[A-Za-z_]{2,20}", raw[:50_000])))
    if len(words) < 2:
        return _flip(draw, raw, other)
    old, new = draw.sample(words, 2)
    return raw.replace(old, new, draw.choice((1, 100_000)))


_ANY: list[Damage] = [
    _flip,
    _flip,
    _set,
    _cut,
    _remove,
    _repeat,
    _splice,
    _length,
    _length,
    _word,
    _number,
    _swap,
]


def _in_a_zip(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Damage a member, its name, or which members there are; the archive itself stays sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (*BROKEN, KeyError, struct.error):  # damaged before
        return _flip(draw, raw, other)
    if not members:
        return raw
    chosen = draw.randrange(len(members))
    name, content = members[chosen]
    what = draw.randint(0, 11)
    if what == 0:
        del members[chosen]
    elif what == 1:
        odd = [
            "../a",
            "/a",
            "a\0b",
            name.upper(),
            "",
            name + "/",
            "a" * 300 + name,
            name[:-4] + ".vrt",
            "é/" + name,
        ]
        members[chosen] = draw.choice(odd), content
    elif what == 2:
        members.append((draw.choice(members)[0], content))
    elif what == 3:
        members[chosen] = name, draw.choice(members)[1]
    else:
        members[chosen] = name, damaged(draw, content, other)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for member, inside in members:
            info = zipfile.ZipInfo(member)
            info.filename = member
            try:
                archive.writestr(info, inside)
            except (ValueError, UnicodeError):
                continue
    return out.getvalue()


def _in_a_gzip(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    try:
        inside = gzip.decompress(raw)
    except BROKEN:  # damaged before
        return _flip(draw, raw, other)
    return gzip.compress(damaged(draw, inside, other), 1, mtime=0)


def _in_a_base(draw: random.Random, raw: bytes, other: bytes) -> bytes:
    """Write an odd value into a cell of a table, of the tables that describe the others too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.gpkg")
        path.write_bytes(raw)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as base:
                _odd_cell(draw, base)
        except (sqlite3.Error, UnicodeError, OverflowError):
            return _flip(draw, raw, other)
        return path.read_bytes()


def _odd_cell(draw: random.Random, base: sqlite3.Connection) -> None:
    # the triggers and indexes of GeoPackages call functions of GDAL
    for kind, name in base.execute("SELECT type, name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP {kind} "{name}"')
    tables = [
        row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    table = draw.choice(tables)
    column = draw.choice([row[1] for row in base.execute(f'PRAGMA table_info("{table}")')])
    odd: list[object] = [
        None,
        "",
        "é\x1b[0m",
        b"\xff\x00",
        2**63 - 1,
        -1,
        1e308,
        float("inf"),
        "NaN",
        "x" * 5_000,
        0,
    ]
    many = draw.random() < 0.5
    where = "" if many else f'WHERE rowid = (SELECT min(rowid) FROM "{table}")'  # noqa: S608
    change = f'UPDATE "{table}" SET "{column}" = ? {where}'  # noqa: S608 - names of our own file
    base.execute(change, (draw.choice(odd),))
