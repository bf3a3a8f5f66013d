"""Damaged files, all readers: a tiGIS error or a right result, within a time limit and bounded memory."""

from __future__ import annotations

import io
import random
import signal
import sys
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.fuzz_readers import CASES, TEXT_CASES, Case
from tiGIS import TigisError

SECONDS = 10  # of computing for one small file; the longest takes a fraction of a second
PATIENCE = 300  # seconds of waiting, where something is never done (a loaded machine takes its time)
MEGABYTES = 1_024  # of address space that one read may add


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("abîmés")


@pytest.fixture(scope="module", autouse=True)
def readers_are_loaded(folder: Path) -> None:
    """Read every sound file once, so that limits hold for reading and not for loading libraries."""
    for case in CASES.values():
        outcome(case, folder, case.sound())


@contextmanager
def limits() -> Iterator[None]:
    """Stop what lasts or swells (where the system allows it)."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    import resource

    def late(*_: Any) -> None:
        raise AssertionError(f"more than {SECONDS} s for one small file")

    timers = {signal.SIGPROF: (signal.ITIMER_PROF, SECONDS), signal.SIGALRM: (signal.ITIMER_REAL, PATIENCE)}
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        if sys.platform == "linux"
        else 0
    )
    handlers = {number: signal.signal(number, late) for number in timers}
    for timer, seconds in timers.values():
        signal.setitimer(timer, seconds)
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + MEGABYTES * 1024**2, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        for number, (timer, _) in timers.items():
            signal.setitimer(timer, 0)
            signal.signal(number, handlers[number])


def outcome(case: Case, folder: Path, raw: bytes) -> Any:
    """What the reader gives, or the tiGIS error; anything else is the test's failure."""
    path = folder / f"données à lire{case.suffix}"
    path.write_bytes(raw)
    with limits(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's own, on a damaged file
        try:
            return case.read(path)
        except TigisError as error:
            assert str(error)
            return error


def rows_are_right(case: Case, got: Any, sound: Any) -> bool:
    """Whether each row read is one of the sound file."""
    if isinstance(got, TigisError):
        return True
    table, whole = case.table(got), case.table(sound)
    if table is None or whole is None:
        return True
    if not set(table.index) <= set(whole.index):
        return False
    return bool(table.equals(whole.loc[table.index]))


def test_every_public_reader_is_tried() -> None:
    """A reader that is added must be added here too (what it is called is looked for in the module)."""
    from public_names import public_names
    from sources import fuzz_readers
    from sources.reading import test_insee_fuzz

    text = "".join(
        Path(str(module.__file__)).read_text("utf-8") for module in (fuzz_readers, test_insee_fuzz)
    )
    names = {place.rpartition(".")[2] for place in public_names()} - {"read_dossier"}  # a folder of ours
    readers = [name for name in names if name.startswith("read_")] + ["DepthRaster"]
    assert len(readers) > 15
    assert not [name for name in readers if name not in text]


def test_the_limits_stop_what_lasts_or_swells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else they would let anything through without a word."""
    if sys.platform != "linux":
        pytest.skip("address space is bounded on Linux only")
    monkeypatch.setitem(globals(), "SECONDS", 0.2)
    with pytest.raises(AssertionError, match=r"more than 0\.2 s"), limits():
        while True:
            sum(range(1_000))
    monkeypatch.setitem(globals(), "PATIENCE", 0.2)
    with pytest.raises(AssertionError, match=r"more than 0\.2 s"), limits():
        time.sleep(3_600)
    with pytest.raises(MemoryError), limits():
        bytearray((MEGABYTES + 64) * 1024**2)


@pytest.mark.parametrize("name", CASES)
def test_a_sound_file_is_read(name: str, folder: Path) -> None:
    got = outcome(CASES[name], folder, CASES[name].sound())
    assert not isinstance(got, TigisError), got


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_anywhere(name: str, data: st.DataObject, folder: Path) -> None:
    case = CASES[name]
    raw = case.sound()
    outcome(case, folder, raw[: data.draw(st.integers(0, len(raw) - 1))])


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_changed_added_or_removed(name: str, data: st.DataObject, folder: Path) -> None:
    case = CASES[name]
    raw = bytearray(case.sound())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    outcome(case, folder, bytes(raw))


@pytest.mark.parametrize("name", ["plan", "tri", "features_in_zip"])
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_changed_in_one_file_of_an_archive(name: str, data: st.DataObject, folder: Path) -> None:
    """The archive itself is sound, so that its reader meets the damage."""
    members = _members(CASES[name].sound())
    damaged = data.draw(st.sampled_from(sorted(members)))
    raw = bytearray(members[damaged])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    outcome(CASES[name], folder, _packed(members | {damaged: bytes(raw)}))


@pytest.mark.parametrize("name", ["plan", "tri", "features_in_zip"])
@pytest.mark.parametrize(
    ("suffix", "sound", "damaged"),
    [
        (".prj", b"RGF", b"R\xa1F"),  # no UTF-8
        (".prj", b"Latitude_Of_Origin", b"Latitudo_Of_Origin"),
        (".prj", b"Lambert_Conformal_Conic", b"Lambert_Conformal_Conik"),
        (".prj", b"46.5", b"96.5"),
        (".prj", b"6378137", b"0378137"),
        (".cpg", b"UTF-8", b"U\xffF-8"),
        (".cpg", b"UTF-8", b"klingon"),
    ],
)
def test_a_damaged_projection_or_encoding_is_no_crash(
    name: str, suffix: str, sound: bytes, damaged: bytes, folder: Path
) -> None:
    members = _members(CASES[name].sound())
    changed = {
        member: raw.replace(sound, damaged) for member, raw in members.items() if member.endswith(suffix)
    }
    assert any(members[member] != raw for member, raw in changed.items())
    outcome(CASES[name], folder, _packed(members | changed))


def _members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return out.getvalue()


@pytest.mark.parametrize("name", CASES)
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([16, 64, 512]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_shuffled(name: str, seed: int, size: int, folder: Path) -> None:
    case = CASES[name]
    raw = case.sound()
    blocks = [raw[start : start + size] for start in range(0, len(raw), size)]
    random.Random(seed).shuffle(blocks)
    outcome(case, folder, b"".join(blocks))


@pytest.mark.parametrize("name", CASES)
@given(raw=st.binary(max_size=300))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(name: str, raw: bytes, folder: Path) -> None:
    outcome(CASES[name], folder, raw)


def _wide(text: str) -> str:
    separator = max(";,", key=text.count)
    return "\n".join(line + separator.join([""] * 100) for line in text.split("\n"))


CHANGES: dict[str, Callable[[str], bytes]] = {
    "wrong separator": lambda text: text.replace(";", "|").replace(",", ";").encode(),
    "Latin-1": lambda text: text.encode("latin-1", "replace"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "100 more columns": lambda text: _wide(text).encode(),
    "NUL bytes": lambda text: text.replace("\n", "\0\n").encode(),
    "only NUL": lambda text: b"\0" * len(text),
    "no line end": lambda text: text.replace("\n", " ").encode(),
    "a web page": lambda text: b"<!DOCTYPE html><html><title>404</title></html>",
    "twice": lambda text: (text + text).encode(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", TEXT_CASES)
def test_text_written_otherwise(name: str, change: str, folder: Path) -> None:
    case = CASES[name]
    sound = case.read(_file(case, folder))
    got = outcome(case, folder, CHANGES[change](case.sound().decode()))
    assert rows_are_right(case, got, sound)


@pytest.mark.parametrize("change", ["byte order mark", "Windows line ends"])
@pytest.mark.parametrize("name", TEXT_CASES)
def test_harmless_ways_of_writing_change_nothing(name: str, change: str, folder: Path) -> None:
    case = CASES[name]
    sound = case.read(_file(case, folder))
    text = case.sound().decode()
    text = text.removeprefix("\ufeff")  # some have one as published
    raw = ("\ufeff" + text).encode() if change == "byte order mark" else text.replace("\n", "\r\n").encode()
    got = outcome(case, folder, raw)
    assert not isinstance(got, TigisError), got
    whole = case.table(sound)
    if whole is not None:
        pd.testing.assert_frame_equal(case.table(got), whole)


@pytest.mark.parametrize("name", ["gaspar", "cartofriches"])
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_shuffled_or_cut_at_their_ends_are_the_same_rows(
    name: str, data: st.DataObject, folder: Path
) -> None:
    case = CASES[name]
    sound = case.read(_file(case, folder))
    header, *rows = case.sound().decode().splitlines(keepends=True)
    kept = data.draw(st.permutations(rows))[: data.draw(st.integers(1, len(rows)))]
    got = outcome(case, folder, (header + "".join(kept)).encode())
    assert not isinstance(got, TigisError), got
    assert len(case.table(got)) == len(kept)
    assert rows_are_right(case, got, sound)


def _file(case: Case, folder: Path) -> Path:
    path = folder / f"entier{case.suffix}"
    path.write_bytes(case.sound())
    return path
