"""The versions that tiGIS is tested with: the lowest are those that it says it allows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASKED = re.compile(r"([\w-]+)>=([\d.]+)")


def pinned(name: str) -> dict[str, str]:
    """Versions of a file of constraints, by package."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def test_the_lowest_pinned_are_the_lowest_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lowest, usual = pinned("constraints-lowest.txt"), pinned("constraints.txt")
    assert len(asked) > 30
    for line in asked:
        name, bound = ASKED.match(line).groups()  # each dependency has a lower bound
        assert f"{lowest[name]}.".startswith(f"{bound}."), line
        assert name in usual, line
