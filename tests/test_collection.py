"""No test is left out: every file of tests, and every module whose docstrings hold examples, is collected."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def collected(*arguments: str) -> set[str]:
    """Files that pytest finds something to run in, or says that it skips whole, from the project's root."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    skipped = re.findall(r"^SKIPPED \[1\] (\S+?):\d+: ", run.stdout, re.MULTILINE)
    return {line.split("::")[0] for line in run.stdout.splitlines() if "::" in line} | set(skipped)


def files(folder: str, pattern: str) -> set[str]:
    """Those of the working tree, written as pytest writes them."""
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}


def test_every_file_of_tests_is_collected() -> None:
    assert files("tests", "test_*.py") == collected()


def test_no_browser_test_waits_for_a_time() -> None:
    """It waits for a state, however long a loaded machine takes to come to it."""
    words = "wait_for" + "_timeout"
    assert [name for name in files("tests", "*.py") if words in (ROOT / name).read_text("utf-8")] == []


def test_every_example_of_the_docstrings_is_collected() -> None:
    written = {name for name in files("src/tiGIS", "*.py") if ">>> " in (ROOT / name).read_text("utf-8")}
    assert len(written) > 50
    assert written == collected("--doctest-modules", "src/tiGIS")
