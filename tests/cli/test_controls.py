"""What a terminal would obey never reaches it, wherever the words come from."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from tiGIS.cli import tigis
from tiGIS.cli._print import harmless

HOSTILE = "Ales\x1b[2J\x1b]0;title\x07\x9b31m\x08\x08\u202ecod\x7f"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_words_stay_and_what_is_obeyed_goes():
    assert harmless("Alès : 1\u202f234 km²\n\tœuf") == "Alès : 1\u202f234 km²\n\tœuf"
    assert harmless("right\rwrong \x1b[31m") == "rightwrong [31m"
    assert harmless("\r 50 %") == "\r 50 %"  # a bar goes back to the beginning of its line
    assert harmless("\r   \r") == "\r   \r"
    assert harmless("\r") == "\r"
    assert harmless("") == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", HOSTILE],  # our errors
        ["access", "200066918", "--phase", HOSTILE],  # click's errors, of options,
        [HOSTILE],  # of commands,
        ["maps", "--" + HOSTILE],  # and of names of options
        ["flood", HOSTILE],
        ["data", "get", HOSTILE],
        ["info", "Alès", "--lang", HOSTILE],
    ],
)
def test_arguments_come_back_without_what_a_terminal_obeys(arguments):
    runner = CliRunner(env={"TIGIS_OFFLINE": "1"})
    result = runner.invoke(tigis, arguments, color=True)
    assert result.exit_code
    assert not OBEYED.search(result.output)
    arguments = [argument.encode("utf-8", "ignore").decode() for argument in arguments]
    run = subprocess.run(
        [sys.executable, "-m", "tiGIS", *(argument.replace("\x00", "") for argument in arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode
    assert "Ales" in run.stderr
    assert not OBEYED.search(run.stdout + run.stderr)


def test_a_note_and_a_file_name_are_shown_without_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "cache"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("azi_gaspar.csv", "a;b")
    name = "gaspar \x1b[2J\x1b]0;title\x07.zip" if sys.platform != "win32" else "gaspar.zip"
    file = tmp_path / name
    file.write_bytes(packed.getvalue())
    runner = CliRunner()
    for arguments in (
        ["data", "get", "gaspar", "--from", str(file), "--note", HOSTILE],
        ["data", "list"],
        ["data", "status"],
        ["data", "get", "gaspar", "--from", str(file) + "x"],
    ):
        result = runner.invoke(tigis, arguments, color=True)
        assert not OBEYED.search(result.output)
        assert "gaspar" in result.output or "gaspar" in str(result.exception)
    listed = runner.invoke(tigis, ["data", "list"], color=True).output
    assert "Ales[2J" in listed
