"""A cache where others can write: what they planted is not followed, nor taken for what was fetched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sources.server import Producers
from sources.test_faults import CONTENT, GASPAR
from tiGIS.sources import Cache, Transport, fetch, register

KEPT = b"years of work"


@pytest.mark.parametrize(
    "ending", ["", ".part", ".part.json", ".incoming", ".lock", ".tigis.json", ".tigis.json.tmp"]
)
@pytest.mark.parametrize("way", ["fetched", "brought"])
def test_links_planted_in_the_cache_are_never_written_through(
    ending: str, way: str, producers: Producers, cache: Cache, transport: Transport, tmp_path: Path
) -> None:
    producers.file(GASPAR, CONTENT)
    mine = tmp_path / "thesis.zip"
    mine.write_bytes(KEPT)
    brought = tmp_path / "gaspar.zip"
    brought.write_bytes(CONTENT)
    planted = cache.place("gaspar", "gaspar.zip" + ending)
    planted.parent.mkdir(parents=True)
    planted.symlink_to(mine)
    if way == "fetched":
        (file,) = fetch("gaspar", cache=cache, transport=transport, refresh=True)
    else:
        file = register("gaspar", brought, cache=cache)
    assert mine.read_bytes() == KEPT
    assert Path(file).read_bytes() == CONTENT
    assert not Path(file).is_symlink()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes of POSIX")
def test_what_another_user_put_where_anybody_writes_is_not_taken(
    producers: Producers, cache: Cache, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    producers.file(GASPAR, CONTENT)
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    place = Path(file)
    real = Path.lstat
    another = real(place).st_uid + 1

    def owned_by_another(self: Path) -> os.stat_result:
        status = list(real(self))
        if self == place:
            status[4] = another
        return os.stat_result(status)

    monkeypatch.setattr(Path, "lstat", owned_by_another)
    assert cache.look(place).state == "ok"  # a folder of this user, or of a group that trusts itself
    place.parent.chmod(0o1777)
    assert cache.look(place).state == "foreign"
    fetch("gaspar", cache=cache, transport=transport)
    assert producers.times_asked(GASPAR) == 2


def test_what_a_killed_run_left_is_cleaned(cache: Cache) -> None:
    left = cache.place("gaspar", ".tigis-abcdefgh")
    left.mkdir(parents=True)
    (left / "gaspar.zip").write_bytes(CONTENT)
    with cache.lock(cache.place("gaspar", "gaspar.zip"), 1.0):
        assert not cache.clean()
    assert cache.clean() == [left]
    assert not left.exists()
