"""The cuts of real files: each with its licence, small, and in no archive that is given out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSED_ON = {"Licence Ouverte 2.0", "ODbL 1.0", "facts, see the column source"}


def test_each_file_is_the_one_that_the_manifest_says_with_its_licence(real_files: Path) -> None:
    known = json.loads((real_files / "manifest.json").read_text("utf-8"))
    found = {
        path.relative_to(real_files).as_posix(): path for path in real_files.rglob("*") if path.is_file()
    }
    assert set(found) == {*known, "manifest.json", "README.md"}
    for name, said in known.items():
        assert said["licence"] in PASSED_ON, name
        assert said["producer"], name
        assert said["part"], name
        assert hashlib.sha256(found[name].read_bytes()).hexdigest() == said["sha256"], name
    assert sum(path.stat().st_size for path in found.values()) <= 12_000_000


def test_nothing_of_unknown_licence_is_among_them(real_files: Path) -> None:
    names = " ".join(path.name for path in real_files.rglob("*"))
    for word in ("planner", "flows", "tam_", "n_pac_", "ti_149", "tri_", "workers"):
        assert word not in names


def test_they_are_in_neither_archive() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert "/tests/data" in targets["sdist"]["exclude"]
    assert targets["wheel"]["packages"] == ["src/tiGIS"]
