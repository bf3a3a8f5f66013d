"""What holds for the package as a whole: its names, its weight at import, the direction of its imports."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import tiGIS
from public_names import public_names
from tiGIS._former import FORMER

SOURCE = Path(tiGIS.__file__).parent
ROOT = Path(__file__).parents[1]

# Each room may import the rooms of the lines above its own. Flood and land stand above routing, since a road
# under water is a question of paths.
FLOORS: list[set[str]] = [
    {
        "_arguments",
        "_errors",
        "provenance",
        "_bundled",
        "_document",
        "_files",
        "_former",
        "_format",
        "_validate",
        "_cells",
        "_lazy",
        "_polygons",
        "_repr",
    },
    {"sources"},
    {"territory"},
    {"indicators", "network", "rasters", "cases"},
    {"routing"},
    {"accessibility", "inequality", "flood"},
    {"land", "datasets"},
    {"enclavement"},
    {"scenario"},
    {"maps"},
    {"portrait", "gallery"},
    {"dossier", "cases.ales"},
    {"cli"},
    {"__main__"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return ".".join(parts[:2]) if parts[0] == "cases" and len(parts) == 3 else parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of the package that a file imports, inside functions too, but not for type checks alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    rooms = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tiGIS":
            parts = node.module.split(".")
            rooms |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            rooms |= {a.name.split(".")[1] for a in node.names if a.name.startswith("tiGIS.")}
    return rooms - {"__version__"}


def test_public_names_load_and_are_described():
    described = (inspect.isroutine, inspect.isclass)
    names = {name: thing for name, thing in public_names().items() if any(is_a(thing) for is_a in described)}
    assert [name for name, thing in names.items() if not inspect.getdoc(thing)] == []
    assert 30 <= sum(name.count(".") == 1 for name in public_names()) <= 50


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_thing"):
        tiGIS.no_such_thing  # noqa: B018


def test_a_room_is_reached_from_the_package_alone():
    command = "import tiGIS; assert tiGIS.sources.fetch and tiGIS.enclavement.commune_table and tiGIS.maps"
    subprocess.run([sys.executable, "-c", command], check=True)


def test_public_functions_show_an_example():
    lacking = [
        name
        for name, thing in public_names().items()
        if (name.count(".") == 1 or name in FORMER.values())
        and inspect.isfunction(thing)
        and ">>>" not in (inspect.getdoc(thing) or "")
    ]
    assert lacking == []


def test_every_library_that_is_imported_is_asked_for_by_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split("[^a-z0-9-]", line)[0].replace("-", "_") for line in project["dependencies"]}
    imported = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    imported -= {*sys.stdlib_module_names, "tiGIS"}
    imported = {{"PIL": "pillow"}.get(name, name) for name in imported}
    assert imported == asked


HELP = """
import click, contextlib, io, tiGIS.cli

def ask(command, *words):
    with contextlib.redirect_stdout(io.StringIO()) as told:
        tiGIS.cli.tigis.main([*words, "-h"], standalone_mode=False)
    assert "Usage: " in told.getvalue(), words
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            ask(command.get_command(click.Context(command), name), *words, name)

ask(tiGIS.cli.tigis)
"""


@pytest.mark.parametrize("code", ["import tiGIS", HELP], ids=["import tiGIS", "the help of every command"])
def test_no_library_is_loaded_before_it_is_used(code: str) -> None:
    """But click by the commands: this is what keeps ``import tiGIS`` and ``tigis -h`` quick."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split("[^a-z0-9-]", line)[0].replace("-", "_") for line in project["dependencies"]} - {
        "click"
    }
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert asked & set(loaded.split()) == set()
    assert {"pandas", "geopandas", "scipy", "numba"} <= asked


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_go_one_way(path: Path):
    room = room_of(path)
    if room == "__init__":
        return
    assert room in FLOOR_OF, f"{room}: a new room; say on which floor it stands (FLOORS in this file)"
    upward = {other for other in imported_rooms(path) if other != room and FLOOR_OF[other] >= FLOOR_OF[room]}
    assert upward - FLOORS[0] == set()


def test_no_two_rooms_have_a_file_of_the_same_name():
    """A name in a message or a search leads to one file; a command alone is called as what it runs."""
    places: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.stem.startswith("__") and (room_of(path) != "cli" or path.stem.startswith("_")):
            places.setdefault(path.name, []).append(str(path.relative_to(SOURCE)))
    assert [where for where in places.values() if len(where) > 1] == []


def names_imported(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name of each import from the package, for type checks too; a stub writes them relative."""
    parts = path.relative_to(SOURCE).parent.parts if path.is_relative_to(SOURCE) else ()
    here = ".".join(["tiGIS", *parts])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            module = f"{here}.{node.module or ''}".rstrip(".") if node.level else str(node.module)
            if module.split(".")[0] == "tiGIS":
                yield from ((module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("tiGIS."))


SOURCES = sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.pyi")])


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_what_is_private_to_a_room_stays_there(path: Path):
    """Files of the ground floor (``tiGIS._files``) are for all; a room is entered by its public names."""
    entered = [
        f"{module}.{name}"
        for module, name in names_imported(path)
        for room, *inside in [f"{module}.{name}".split(".")[1:]]
        if room != room_of(path) and room not in FLOORS[0] and any(part.startswith("_") for part in inside)
    ]
    assert entered == []


@pytest.mark.parametrize("path", sorted(Path(ROOT, "scripts").rglob("*.py")), ids=lambda p: p.name)
def test_scripts_use_public_names(path: Path):
    """They are what a user copies."""
    modules = {part for module, name in names_imported(path) for part in f"{module}.{name}".split(".")}
    assert [part for part in modules if part.startswith("_")] == []


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/__init__.py*")), ids=lambda p: p.parent.name)
def test_a_room_gives_no_name_of_another(path: Path):
    """What it imports for itself is not in its ``__all__``."""
    room = getattr(tiGIS, path.parent.name, None) or import_module(f"tiGIS.{path.parent.name}")
    own = {name for module, name in names_imported(path) if module.startswith(f"tiGIS.{path.parent.name}")}
    lent = {name for _, name in names_imported(path)} - own
    assert lent & set(getattr(room, "__all__", ())) == set()
