"""Files appear whole or not at all."""

from __future__ import annotations

import os

import pytest

from tiGIS._files import growing, replacing, write_text


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
