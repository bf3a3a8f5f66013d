"""Files appear whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tiGIS._files import growing, private_folder, replacing, replacing_together, write_text


def test_a_file_appears_when_it_is_whole_and_its_folder_with_it(tmp_path):
    target = tmp_path / "a folder" / "page.html"
    with replacing(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        assert temporary.name == target.name
    assert target.read_text() == "half"
    assert list(target.parent.iterdir()) == [target]


def test_what_was_there_stays_when_writing_fails(tmp_path):
    target = write_text(tmp_path / "page.html", "été\n")
    with pytest.raises(RuntimeError, match="disk"), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("disk")
    assert target.read_bytes() == "été\n".encode()
    assert list(tmp_path.iterdir()) == [target]


KILLED = """
import os, signal, sys
from tiGIS._files import {door} as door
with door(sys.argv[1]) as place:
    (place if place.is_dir() else place.parent).joinpath("half.txt").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal that kills at once")
@pytest.mark.parametrize("door", ["replacing", "replacing_together"])
def test_what_a_killed_run_left_goes_with_the_next_one(door, tmp_path):
    place = tmp_path / "page.html" if door == "replacing" else tmp_path
    done = subprocess.run([sys.executable, "-c", KILLED.format(door=door), str(place)], check=False)
    assert done.returncode == -signal.SIGKILL
    left = next(tmp_path.iterdir())
    assert (left / "half.txt").exists()
    with private_folder(tmp_path) as held:
        assert not left.exists()
        write_text(tmp_path / "page.html", "été")
        assert held.is_dir()  # another process is in it
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_folders_of_that_name_without_a_lock_are_nobodys_to_remove(tmp_path):
    (tmp_path / ".tigis-12345678").mkdir()
    write_text(tmp_path / "page.html", "été")
    assert (tmp_path / ".tigis-12345678").is_dir()


def test_files_that_belong_together_come_together(tmp_path):
    with replacing_together(tmp_path / "pages") as private:
        (private / "a.html").write_text("a")
        (private / "b.html").write_text("b")
        assert not (tmp_path / "pages" / "a.html").exists()
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["a.html", "b.html"]
    with pytest.raises(RuntimeError), replacing_together(tmp_path / "pages") as private:
        (private / "a.html").write_text("other")
        raise RuntimeError
    assert (tmp_path / "pages" / "a.html").read_text() == "a"
    with replacing_together(tmp_path / "pages", ["a.html", "b.html", "c.html"]) as private:
        (private / "a.html").write_text("new")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["a.html"]  # b was of an earlier time


def test_a_file_that_grows_goes_on_where_it_stopped(tmp_path):
    part = tmp_path / "x.part"
    with growing(part) as out:
        out.write(b"0123456789")
    with growing(part, 4) as out:
        out.write(b"abc")
    assert part.read_bytes() == b"0123abc"
    with growing(part) as out:
        out.write(b"z")
    assert part.read_bytes() == b"z"


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("have", [0, 3])
def test_nothing_is_written_through_a_link_put_in_its_place(link, have, tmp_path):
    mine = tmp_path / "thesis.txt"
    mine.write_bytes(b"years of work")
    part = tmp_path / "x.part"
    link(mine, part)
    with growing(part, have) as out:
        out.write(b"abc")
    assert mine.read_bytes() == b"years of work"
    assert part.read_bytes() == b"abc"
    assert not part.is_symlink()


def test_a_link_to_nowhere_makes_no_file_there(tmp_path):
    part = tmp_path / "x.part"
    part.symlink_to(tmp_path / "elsewhere")
    with growing(part) as out:
        out.write(b"abc")
    assert not (tmp_path / "elsewhere").exists()
    link = tmp_path / "page.html"
    link.symlink_to(tmp_path / "elsewhere")
    write_text(link, "abc")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("have", [0, 3])
def test_a_link_put_there_at_the_last_moment_is_not_opened(have, tmp_path, monkeypatch):
    mine = tmp_path / "thesis.txt"
    mine.write_bytes(b"years of work")
    part = tmp_path / "x.part"
    part.write_bytes(b"0123456789")
    opened = os.open

    def planted_first(path, flags, mode=0o777):
        part.unlink(missing_ok=True)
        part.symlink_to(mine)
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", planted_first)
    with pytest.raises(OSError), growing(part, have):
        pytest.fail("it was opened")
    assert mine.read_bytes() == b"years of work"
