"""The code of the docs and of the README runs as it stands; the commands that they name are there."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tiGIS.cli import tigis

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python *(.*?)\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
NEEDS = "needs "  # ```python needs a file of Insee: the only reason not to run a block


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert all(said == "" or said.startswith(NEEDS) for said, _ in blocks)
    code = "\n".join(block for said, block in blocks if not said)
    for said, block in blocks:
        compile(block, f"{page.name}: {said}", "exec")
    if code:
        environment = {
            **os.environ,
            "TIGIS_OFFLINE": "1",
            "PYTHONWARNINGS": "error::DeprecationWarning:__main__",
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_some_pages_hold_code_and_few_blocks_are_not_run() -> None:
    blocks = [said for page in PAGES for said, _ in BLOCK.findall(page.read_text(encoding="utf-8"))]
    assert blocks.count("") >= 5
    assert len(blocks) - blocks.count("") <= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_are_there(page: Path) -> None:
    code = "\n".join(re.findall(r"`[^`]+`|^    .*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    for name, second in re.findall(r"\btigis ([a-z]+)(?: ([a-z]+)\b)?", code):
        command = tigis.get_command(click.Context(tigis), name)
        assert command is not None, f"tigis {name}"
        if isinstance(command, click.Group) and second:
            assert command.get_command(click.Context(command), second), f"tigis {name} {second}"


def test_every_public_name_has_its_line_in_the_reference() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "make_reference.py"))
    page = script["reference"]()
    assert script["PAGE"].read_text(encoding="utf-8") == page, "run scripts/make_reference.py"
    bare = [line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert bare == []
