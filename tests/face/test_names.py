"""The names of the package: those of today are listed once, former ones still lead to their place."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import warnings
from pathlib import Path

import pytest

import tiGIS
from public_names import public_names
from tiGIS._former import FORMER

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("place", sorted(set(FORMER.values())))
def test_a_former_name_leads_to_a_public_one(place: str) -> None:
    room, _, name = place.rpartition(".")
    thing = getattr(importlib.import_module(room), name)
    assert inspect.ismodule(thing) or place in public_names()


def test_a_name_of_today_says_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tiGIS.join is tiGIS.indicators.join
        assert tiGIS.accessibility.gravity


def former_names_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    words = set(re.findall(r"(?<![\w.])tiGIS(?:\.\w+)+\b(?!\.py)", text))
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                words |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in FORMER for word in words if f"{word}.".startswith(f"{name}.")}


def test_the_project_itself_uses_the_names_of_today() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for folder in ("src", "scripts", "tests", "benchmarks"):
        files += [path for path in (ROOT / folder).rglob("*.py") if not path.name.endswith("_former.py")]
    found = {str(path): names for path in files if (names := former_names_in(path))}
    assert found == {}


def test_dir_lists_the_names_of_today_alone() -> None:
    assert {"accessibility", "join", "load_communes"} <= set(dir(tiGIS))
    assert "gravity" not in dir(tiGIS)


def test_an_unknown_name_of_a_room_is_an_attribute_error() -> None:
    for room in (tiGIS.sources, tiGIS.flood, tiGIS.territory):
        with pytest.raises(AttributeError, match="no_such_thing"):
            room.no_such_thing  # noqa: B018
