"""The run with random seeds: it says its seeds, keeps what failed, and ends with 1 for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DRAWN = """
from hypothesis import given, strategies as st

@given(st.integers(0, 10_000))
def test_drawn(number):
    assert number < {bound}
"""


@pytest.mark.parametrize(("bound", "ends_with"), [(5_000, 1), (10_001, 0)])
def test_two_rounds(bound: int, ends_with: int, tmp_path: Path) -> None:
    drawn = tmp_path / "test_drawn.py"
    drawn.write_text(DRAWN.format(bound=bound), encoding="utf-8")
    run = subprocess.run(
        # the first brings the project's profiles
        [sys.executable, ROOT / "scripts" / "fuzz.py", "--seed", "7", "--rounds", "2", "--minutes", "60",
         ROOT / "tests" / "conftest.py", drawn],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert run.returncode == ends_with, run.stdout + run.stderr
    assert "round 1, seed 7\n" in run.stdout
    assert "round 2, seed 8\n" in run.stdout
    kept = tmp_path / "FUZZ.txt"
    assert kept.exists() == bool(ends_with)
    if ends_with:
        said = kept.read_text("utf-8")
        assert "number=5000" in said  # the least that fails
        assert "@reproduce_failure" in said
        assert "test_drawn" in said


def test_no_test_that_draws_is_an_error(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "fuzz.py", "--rounds", "1", ROOT / "tests" / "test_files.py"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1
    assert "no test drew anything" in run.stdout
