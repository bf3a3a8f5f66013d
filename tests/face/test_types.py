"""What a type checker sees of tiGIS in a user's script: real types, in every room."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import tiGIS

SAMPLE = Path(__file__).with_name("sample.py")
SOURCE = Path(tiGIS.__file__).parents[1]


def named_in(script: str) -> list[str]:
    """Names that the script gives to its results, in their order."""
    targets = [node.targets[0] for node in ast.parse(script).body if isinstance(node, ast.Assign)]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def test_the_sample_uses_every_room() -> None:
    rooms = set(re.findall(r"tiGIS\.(\w+)\.", SAMPLE.read_text(encoding="utf-8")))
    stub = SOURCE.joinpath("tiGIS", "__init__.pyi").read_text(encoding="utf-8")
    assert set(re.findall(r"^from \. import (\w+)", stub, flags=re.MULTILINE)) - rooms - {"maps"} == set()


def test_the_sample_runs() -> None:
    command = [sys.executable, "-W", "error::DeprecationWarning:__main__", str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_mypy_sees_the_type_of_each_result(tmp_path: Path) -> None:
    """No ``Any``: neither from the loader of names nor from the layers (with the stubs of geopandas)."""
    for package in ("mypy", "types-geopandas", "pandas-stubs"):
        try:
            version(package)
        except PackageNotFoundError:
            pytest.skip(f"{package} is not installed: pip install tigis[dev]")
    script = SAMPLE.read_text(encoding="utf-8")
    names = named_in(script)
    lines = "".join(f"reveal_type({name})\n" for name in names)
    (tmp_path / "sample.py").write_text(script + lines, encoding="utf-8")
    options = [
        "--strict",
        "--config-file=",
        "--follow-imports=silent",
        "--cache-dir=cache",
        "--no-error-summary",
    ]
    seen = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "sample.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(SOURCE), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    told = re.findall(r'note: Revealed type is "(.*)"', seen.stdout)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert len(told) == len(names) > 25
    # a Series of anything is a Series; what is anything is not known
    told_by_name = dict(zip(names, told, strict=True))
    assert {name: what for name, what in told_by_name.items() if re.search(r"^Any|(?<!\[)Any", what)} == {}
