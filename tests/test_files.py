"""Files appear whole or not at all."""

from __future__ import annotations

import pytest

from tiGIS._files import replacing, write_text


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
