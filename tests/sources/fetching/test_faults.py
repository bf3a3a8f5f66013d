"""Every fault of a producer: the cache is never left with a wrong file, and a second run recovers."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import server
from sources.server import Producers
from tiGIS import DataFileError, DownloadError, OfflineError
from tiGIS.sources import Area, Cache, Settings, Transport, fetch, register

GASPAR = "files.georisques.fr/GASPAR/gaspar.zip"
PBF = "download.geofabrik.de/europe/france/languedoc-roussillon-latest.osm.pbf"
GARD = Area("gard", departements=("30",))


def archive(seed: int = 0, size: int = 200_000) -> bytes:
    """A zip archive of incompressible rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(zipfile.ZipInfo("azi_gaspar.csv"), random.Random(seed).randbytes(size))
    return out.getvalue()


CONTENT = archive()


def nothing_wrong(cache: Cache, content: bytes = CONTENT) -> None:
    """Whatever stands in the cache under its name is the right file; parts are known as such."""
    for entry in cache.entries():
        assert entry.state in ("ok", "cut")
        if entry.state == "ok":
            assert entry.path.read_bytes() == content


def recovers(cache: Cache, content: bytes = CONTENT) -> None:
    """A second run, with the server sound again, gives the right file."""
    nothing_wrong(cache, content)
    (file,) = fetch("gaspar", cache=cache, transport=Transport(Settings(sleep=lambda seconds: None)))
    assert Path(file).read_bytes() == content
    nothing_wrong(cache, content)
    cache.clean()
    assert [entry.state for entry in cache.entries()] == ["ok"]


def test_fetched_once_then_from_the_cache(producers: Producers, cache: Cache, transport: Transport) -> None:
    producers.file(GASPAR, CONTENT)
    (first,) = fetch("gaspar", cache=cache, transport=transport)
    (again,) = fetch("gaspar", cache=cache, transport=transport)
    assert first == again
    assert Path(first).read_bytes() == CONTENT
    assert (first.obtained, first.size_bytes) == ("fetched", len(CONTENT))
    assert first.address == "https://files.georisques.fr/GASPAR/gaspar.zip"
    assert producers.times_asked(GASPAR) == 1


@pytest.mark.parametrize(
    "fault",
    [
        server.status(500),
        server.status(503),
        server.html_page(),
        server.cut_at(0),
        server.cut_at(1),
        server.cut_at(70_000),
        server.silent(0.1),  # and then hangs up
        server.status(429),
    ],
    ids=["500", "503", "web page", "cut at 0", "cut at 1", "cut in the middle", "silent", "429"],
)
def test_a_passing_fault_is_got_over(
    fault: server.Fault, producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.faults[GASPAR] = [fault]
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    assert Path(file).read_bytes() == CONTENT
    assert producers.times_asked(GASPAR) == 2
    recovers(cache)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (server.status(500), r"the server failed \(500\); tried 4 times"),
        (server.status(404), r"not there \(404\)"),
        (server.status(403), r"refused \(403"),
        (server.html_page(), r"a web page \(«Service en maintenance»\) instead of data"),
        (server.cut_at(20_000), "cut"),
        (server.silent(0.1), "cut|no connection"),
        (server.status(429, retry_after="3600"), "asks to wait 3600 s"),
        (server.redirected("/" + GASPAR), "more than 5 redirections"),
        (server.truncated(100_000), "broken|can't be opened"),
    ],
    ids=["500", "404", "403", "web page", "cut", "silent", "429", "redirect loop", "truncated"],
)
def test_a_lasting_fault_is_said(
    fault: server.Fault, said: str, producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = fault
    with pytest.raises((DownloadError, DataFileError), match=said):
        fetch("gaspar", cache=cache, transport=transport)
    assert producers.times_asked(GASPAR) <= 6
    assert not [entry for entry in cache.entries() if entry.state == "ok"]
    del producers.always[GASPAR]
    recovers(cache)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(server.silent(60), "stopped answering"), (server.slow(0.03, 500), "too slow")],
    ids=["silent", "slow"],
)
def test_a_server_that_says_nothing_or_little_is_left(
    fault: server.Fault, said: str, producers: Producers, cache: Cache, impatient: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = fault
    with pytest.raises(DownloadError, match=said):
        fetch("gaspar", cache=cache, transport=impatient)
    assert producers.times_asked(GASPAR) <= 6
    assert not [entry for entry in cache.entries() if entry.state == "ok"]
    del producers.always[GASPAR]
    recovers(cache)


def test_retry_after_is_obeyed(
    producers: Producers, cache: Cache, transport: Transport, waits: list[float]
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.faults[GASPAR] = [server.status(429, retry_after="7"), server.status(503)]
    fetch("gaspar", cache=cache, transport=transport)
    assert 7.0 in waits  # what the server asks
    assert 2.0 in waits  # the second wait of our own


def test_the_pace_of_the_producer_is_kept(producers: Producers, cache: Cache, waits: list[float]) -> None:
    transport = Transport(Settings(sleep=waits.append, clock=lambda: 5.0))  # no time goes by
    producers.file(GASPAR, CONTENT)
    fetch("gaspar", cache=cache, transport=transport)
    fetch("gaspar", cache=cache, transport=transport, refresh=True)
    assert waits == [1.0]  # one request a second at most


def test_an_interrupted_download_goes_on_where_it_stopped(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = server.cut_at(20_000)
    with pytest.raises(DownloadError, match="cut"):
        fetch("gaspar", cache=cache, transport=transport)
    del producers.always[GASPAR]
    (part,) = cache.entries()
    have = part.path.stat().st_size
    assert part.state == "cut"
    assert have > 0
    producers.asked.clear()
    recovers(cache)
    ranges = [headers.get("Range") for _, _, headers in producers.asked]
    assert ranges == [f"bytes={have}-"]


def test_another_version_is_not_glued_to_the_part_of_the_first(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = server.cut_at(20_000)
    with pytest.raises(DownloadError):
        fetch("gaspar", cache=cache, transport=transport)
    producers.always.clear()
    newer = archive(seed=1, size=150_000)
    producers.file(GASPAR, newer)
    recovers(cache, newer)


def test_a_server_that_ignores_ranges_is_read_again_from_the_start(
    producers: Producers, cache: Cache, transport: Transport
) -> None:
    producers.file(GASPAR, CONTENT)
    producers.faults[GASPAR] = [server.cut_at(50_000), server.changed_since()]
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    assert Path(file).read_bytes() == CONTENT


def test_hash_of_the_producer_is_checked(
    producers: Producers, cache: Cache, transport: Transport, real_files: Path
) -> None:
    import hashlib

    content = (real_files / "reseau" / "monaco.osm.pbf").read_bytes()
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    producers.file(PBF + ".md5", f"{digest}  languedoc-roussillon-latest.osm.pbf\n".encode())
    producers.file(PBF, content)
    producers.faults[PBF] = [server.altered()]
    with pytest.raises(DataFileError, match="a hash that is not the producer's; expected md5:"):
        fetch("osm_routes", GARD, cache=cache, transport=transport)
    assert not cache.entries()
    (file,) = fetch("osm_routes", GARD, cache=cache, transport=transport)
    assert Path(file).read_bytes() == content
    assert file.path.name == "osm_routes_languedoc-roussillon.osm.pbf"


def test_full_disk(
    producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    producers.file(GASPAR, CONTENT)
    written = 0
    real = io.BufferedWriter.write

    class Full(io.BufferedWriter):
        def write(self, data) -> int:
            nonlocal written
            written += len(data)
            if written > 100_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(self, data)

    opened = os.fdopen

    def open_part(descriptor: int, mode: str = "r", *args, **kwargs):
        if mode == "ab":
            return Full(io.FileIO(descriptor, "a"))
        return opened(descriptor, mode, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", open_part)
        with pytest.raises(DownloadError, match=r"the disk is full.*TIGIS_CACHE"):
            fetch("gaspar", cache=cache, transport=transport)
    assert not [entry for entry in cache.entries() if not entry.path.name.endswith(".json")]
    recovers(cache)


def test_a_disk_too_small_is_said_before_writing(
    producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    producers.file(GASPAR, CONTENT)
    usage = type("usage", (), {"free": 1_000})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(DownloadError, match=r"bytes to come, but 1,000 free"):
        fetch("gaspar", cache=cache, transport=transport)


@pytest.mark.parametrize("step", range(12))
def test_stopped_between_any_two_steps(
    step: int, producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at the n-th change of the disk (move, record, removal) of a refresh."""
    producers.file(GASPAR, CONTENT)
    fetch("gaspar", cache=cache, transport=transport)
    newer = archive(seed=2)
    producers.file(GASPAR, newer)
    left = step

    def dying(real):
        def act(*args, **kwargs):
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return real(*args, **kwargs)

        return act

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "write_text"):
            patch.setattr(Path, name, dying(getattr(Path, name)))
        patch.setattr("shutil.move", dying(shutil.move))
        with contextlib.suppress(KeyboardInterrupt):
            fetch("gaspar", cache=cache, transport=transport, refresh=True)
    (known,) = [entry for entry in cache.entries() if entry.path.name == "gaspar.zip"]
    assert known.state == "ok"
    assert known.path.read_bytes() in (CONTENT, newer)
    (file,) = fetch("gaspar", cache=cache, transport=transport, refresh=True)
    assert Path(file).read_bytes() == newer
    cache.clean()
    assert [entry.path.name for entry in cache.entries()] == ["gaspar.zip"]


@given(size=st.integers(0, len(CONTENT) - 1))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_at_any_byte(size: int, producers: Producers, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = server.cut_at(size)
    with pytest.raises(DownloadError):
        fetch("gaspar", cache=cache, transport=Transport(Settings(attempts=1)))
    producers.always.clear()
    recovers(cache)


@given(size=st.integers(0, len(CONTENT) - 1))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_truncated_at_any_byte_without_a_word(
    size: int, producers: Producers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    producers.file(GASPAR, CONTENT)
    producers.faults[GASPAR] = [server.truncated(size)]
    with pytest.raises(DataFileError):
        fetch("gaspar", cache=cache, transport=Transport(Settings(attempts=1)))
    recovers(cache)


CHILD = """
import sys
from tiGIS.sources import fetch
(file,) = fetch("gaspar", progress=False)
print(file.sha256)
"""


def child() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )


def test_two_processes_at_once_fetch_it_once(producers: Producers, cache: Cache) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = server.slow(0.05, 20_000)
    runs = [child(), child(), child()]
    said = [run.communicate(timeout=600) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    assert len({out for out, _ in said}) == 1
    assert producers.times_asked(GASPAR) == 1
    nothing_wrong(cache)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not a thing of Windows")
def test_killed_in_the_middle_then_run_again(producers: Producers, cache: Cache) -> None:
    producers.file(GASPAR, CONTENT)
    producers.always[GASPAR] = server.slow(0.2, 5_000)
    run = child()
    part = cache.place("gaspar", "gaspar.zip.part")
    while run.poll() is None and not (part.exists() and part.stat().st_size > 20_000):
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=600)
    assert part.stat().st_size < len(CONTENT)
    producers.always.clear()
    producers.asked.clear()
    recovers(cache)
    assert producers.asked[0][2]["Range"].startswith("bytes=")


def test_a_lock_held_too_long_is_said(producers: Producers, cache: Cache) -> None:
    producers.file(GASPAR, CONTENT)
    with cache.lock(cache.place("gaspar", "gaspar.zip"), 1.0):
        with pytest.raises(DownloadError, match="another tiGIS has been fetching it"):
            fetch("gaspar", cache=Cache(cache.folder), transport=Transport(Settings(lock_timeout_s=0.05)))
        assert not cache.clean()  # nothing of a file in use is removed


def test_a_file_changed_in_the_cache_is_not_given(
    producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    producers.file(GASPAR, CONTENT)
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    file.path.write_bytes(CONTENT[:-10])
    assert cache.look(file.path).state == "changed"
    with monkeypatch.context() as patch:
        patch.setenv("TIGIS_OFFLINE", "1")
        with pytest.raises(OfflineError, match="not the one of its record"):
            fetch("gaspar", cache=cache, transport=transport)
    (again,) = fetch("gaspar", cache=cache, transport=transport)
    assert Path(again).read_bytes() == CONTENT


def test_offline_says_what_to_fetch_and_where_to_put_it(
    producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    place = cache.place("gaspar", "gaspar.zip")
    with pytest.raises(OfflineError) as caught:
        fetch("gaspar", cache=cache, transport=transport)
    for word in ("gaspar.zip", "https://files.georisques.fr/GASPAR/gaspar.zip", str(place), "--from"):
        assert word in str(caught.value)
    assert not producers.asked
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    assert file.obtained == "brought"
    assert Path(file).read_bytes() == CONTENT


def test_a_file_brought_on_a_stick(producers: Producers, cache: Cache, tmp_path: Path) -> None:
    stick = tmp_path / "clé USB" / "gaspar (1).zip"
    stick.parent.mkdir()
    stick.write_bytes(CONTENT[:-50])
    with pytest.raises(DataFileError, match="zip"):
        register("gaspar", stick, cache=cache)
    stick.write_bytes(CONTENT)
    file = register("gaspar", stick, cache=cache)
    assert Path(file).read_bytes() == CONTENT
    assert (file.obtained, file.address) == ("brought", "gaspar (1).zip")
    assert fetch("gaspar", cache=cache) == [file]
    assert not producers.asked


def test_no_server_at_all(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGIS_MIRROR", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("TIGIS_OFFLINE", raising=False)
    with pytest.raises(DownloadError, match="no connection"):
        fetch("gaspar", cache=cache, transport=Transport(Settings(sleep=lambda seconds: None)))


def test_a_cache_that_can_not_be_written(producers: Producers, tmp_path: Path, transport: Transport) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="TIGIS_CACHE"):
        fetch("gaspar", cache=Cache(tmp_path / "taken"), transport=transport)


def test_threads_share_a_transport(producers: Producers, cache: Cache, transport: Transport) -> None:
    producers.file(GASPAR, CONTENT)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.extend(fetch("gaspar", cache=cache, transport=transport)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert producers.times_asked(GASPAR) == 1


def test_a_gzip_of_the_server_is_undone(producers: Producers, cache: Cache, transport: Transport) -> None:
    path = "ressources.data.sncf.com/api/explore/v2.1/catalog/datasets/liste-des-gares/exports/geojson"
    document = json.dumps({"type": "FeatureCollection", "features": []}).encode()
    producers.routes[path] = lambda query: server.Answer(
        gzip.compress(document), 200, {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    )
    (file,) = fetch("gares", cache=cache, transport=transport)
    assert Path(file).read_bytes() == document
