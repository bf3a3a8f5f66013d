"""A cache where others can write: what they planted is not followed, nor taken for what was fetched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sources.fetching.test_faults import CONTENT, GASPAR
from sources.server import Producers
from tiGIS import DownloadError
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


@pytest.fixture
def given_to_another(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Make files look like those of another user (nobody but root may really give them away)."""
    if not hasattr(os, "geteuid"):
        pytest.skip("owners and modes of POSIX")
    given: set[Path] = set()

    real = {"lstat": Path.lstat, "stat": Path.stat}

    def seen(way: str) -> Callable[..., os.stat_result]:
        def look(path: Path, **options: bool) -> os.stat_result:
            status = list(real[way](path, **options))
            if path in given:
                status[4] = os.geteuid() + 1
            return os.stat_result(status)

        return look

    for way in real:
        monkeypatch.setattr(Path, way, seen(way))
    return given.add


def test_what_another_user_put_where_anybody_writes_is_not_taken(
    producers: Producers, cache: Cache, transport: Transport, given_to_another: Callable[[Path], None]
) -> None:
    producers.file(GASPAR, CONTENT)
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    place = Path(file)
    given_to_another(place)
    assert cache.look(place).state == "ok"  # a folder of this user, or of a group that trusts itself
    place.parent.chmod(0o1777)
    assert cache.look(place).state == "foreign"
    fetch("gaspar", cache=cache, transport=transport)
    assert producers.times_asked(GASPAR) == 2


@pytest.mark.parametrize("which", ["the cache", "a folder of it"])
def test_a_cache_that_another_user_made_where_anybody_writes_is_refused(
    which: str,
    producers: Producers,
    cache: Cache,
    transport: Transport,
    given_to_another: Callable[[Path], None],
) -> None:
    producers.file(GASPAR, CONTENT)
    (file,) = fetch("gaspar", cache=cache, transport=transport)
    folder = cache.folder if which == "the cache" else Path(file).parent
    folder.parent.chmod(0o1777)
    given_to_another(folder)
    for made in (folder, Path(file)):  # all that is in it is the other's too
        given_to_another(made)
    assert cache.look(Path(file)).state == "foreign"
    assert cache.entries() == []
    assert cache.clean(everything=True) == []
    with pytest.raises(DownloadError, match=r"another user's, where anybody may write.*TIGIS_CACHE"):
        fetch("gaspar", cache=cache, transport=transport)
    with pytest.raises(DownloadError, match="another user's"):
        register("gaspar", file, cache=cache)
    assert Path(file).read_bytes() == CONTENT


def test_shared_caches_are_told_apart(cache: Cache, given_to_another: Callable[[Path], None]) -> None:
    assert cache.writers == ""
    cache.folder.mkdir(parents=True)
    cache.folder.chmod(0o755)
    assert cache.writers == ""
    cache.folder.chmod(0o1777)
    assert cache.writers == "anybody"
    cache.folder.chmod(0o755)
    given_to_another(cache.folder)
    assert cache.writers == "owner"


def test_a_cache_of_a_group_is_told(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "geteuid"):
        pytest.skip("owners and modes of POSIX")
    cache.folder.mkdir(parents=True)
    cache.folder.chmod(0o775)
    assert cache.writers == ""  # of the group of this user alone, as most systems make folders
    monkeypatch.setattr(os, "getegid", lambda: cache.folder.stat().st_gid + 1)
    assert cache.writers == "group"


def test_a_link_in_the_cache_does_not_lead_the_cleaning_elsewhere(cache: Cache, tmp_path: Path) -> None:
    mine = tmp_path / "thesis"
    mine.mkdir()
    (mine / "chapter.tmp").write_bytes(KEPT)
    cache.folder.mkdir(parents=True)
    (cache.folder / "gaspar").symlink_to(mine)
    assert cache.entries() == []
    assert cache.clean(everything=True) == []
    assert (mine / "chapter.tmp").read_bytes() == KEPT


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_planted_as_a_lock_is_taken_away_not_opened(
    link: Callable[[Path, Path], None], cache: Cache, tmp_path: Path
) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_bytes(KEPT)
    place = cache.place("gaspar", "gaspar.zip")
    place.parent.mkdir(parents=True)
    lock = place.with_name(place.name + ".lock")
    link(mine, lock)
    with cache.lock(place, 1.0):
        assert not lock.is_symlink()
        assert not os.path.samestat(lock.stat(), mine.stat())
    assert mine.read_bytes() == KEPT


def test_what_a_killed_run_left_is_cleaned(cache: Cache) -> None:
    left = cache.place("gaspar", ".tigis-abcdefgh")
    left.mkdir(parents=True)
    (left / "gaspar.zip").write_bytes(CONTENT)
    with cache.lock(cache.place("gaspar", "gaspar.zip"), 1.0):
        assert not cache.clean()
    assert cache.clean() == [left]
    assert not left.exists()
