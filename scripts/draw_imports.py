"""Draw the imports between the rooms of tiGIS: floors, arrows, and what stands against the plan.

    python scripts/draw_imports.py

The floors are those of ``docs/architecture.md``. An arrow upwards, a cycle, or a name that a room offers
without defining it ends the script with status 1; pairs of rooms on floors that don't touch are counted. What
is imported for type checks alone is no arrow.
"""

import ast
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src" / "tiGIS"
GROUND = "ground"
# from the lowest to the highest; rooms of one floor may use each other, in one direction
FLOORS: tuple[tuple[str, ...], ...] = (
    (GROUND,),
    ("sources", "territory"),
    ("indicators", "network", "rasters"),
    ("routing",),
    ("accessibility", "inequality", "flood", "land", "enclavement", "datasets"),
    ("scenario",),
    ("maps",),
    ("gallery", "portrait", "cases", "cases.ales"),
    ("dossier",),
    ("cli",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ANYWHERE = {GROUND, "dossier", "app", "cli"}  # not counted among pairs of floors that don't touch
MOST_APART = 20


def room_of(parts: tuple[str, ...]) -> str:
    """Name the room that a module of the package is in: ("routing", "_calls") -> "routing"."""
    if parts[:2] == ("cases", "ales"):
        return "cases.ales"
    name = parts[0] if parts else "__init__"
    return name if name in FLOOR_OF else GROUND if name.startswith("_") else name


def top_names() -> dict[str, str]:
    """Give the room of each name that stands at the top of the package, as its stub says."""
    stub = ast.parse((ROOT / "__init__.pyi").read_text(encoding="utf-8"))
    return {
        alias.name: room_of((node.module or alias.name,))
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


TOP_NAMES = top_names()


def modules() -> dict[Path, str]:
    """Give the files of the package, each with its room."""
    return {
        path: room_of(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted(ROOT.rglob("*.py"))
        if path.parent != ROOT or path.stem not in {"__init__", "__main__"}
    }


def imported(path: Path) -> list[tuple[str, ...]]:
    """List the modules of the package that a file imports, inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tiGIS":
            parts = tuple(node.module.split(".")[1:])
            found += [parts] if parts else [(alias.name,) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("tiGIS.")]
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "tiGIS":
            found.append((TOP_NAMES.get(node.attr, node.attr),))
    return [parts for parts in found if parts and room_of(parts) in FLOOR_OF]


def arrows() -> dict[tuple[str, str], list[str]]:
    """Give each pair of rooms (who imports, what is imported), with the files that make it."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for path, room in modules().items():
        for other in sorted({room_of(parts) for parts in imported(path)} - {room}):
            pairs.setdefault((room, other), []).append(str(path.relative_to(ROOT)))
    return pairs


def upward(pairs: dict[tuple[str, str], list[str]]) -> list[tuple[str, str]]:
    """Give the arrows that go to a higher floor."""
    return [(room, other) for room, other in pairs if FLOOR_OF[other] > FLOOR_OF[room]]


def cycle(pairs: dict[tuple[str, str], list[str]]) -> list[str]:
    """Find rooms that lead back to each other; none where there is no cycle."""
    below: dict[str, list[str]] = {}
    for room, other in pairs:
        below.setdefault(room, []).append(other)
    done: set[str] = set()

    def walk(room: str, path: list[str]) -> list[str]:
        if room in path:
            return [*path[path.index(room) :], room]
        if room in done:
            return []
        for other in below.get(room, []):
            found = walk(other, [*path, room])
            if found:
                return found
        done.add(room)
        return []

    return next((found for room in below if (found := walk(room, []))), [])


def apart(pairs: dict[tuple[str, str], list[str]]) -> list[tuple[str, str]]:
    """Give the pairs of rooms on floors that don't touch."""
    return [
        (room, other)
        for room, other in pairs
        if not ANYWHERE & {room, other} and FLOOR_OF[room] - FLOOR_OF[other] > 1
    ]


def borrowed() -> list[str]:
    """List the names that a room offers (``__all__``) and another room defines."""
    found = []
    for path, room in modules().items():
        if path.name != "__init__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        offered = {
            name
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            for name in ast.literal_eval(node.value)
        }
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tiGIS."):
                other = room_of(tuple(str(node.module).split(".")[1:]))
                if other != room:
                    found += [f"{room}.{a.name}: {other}" for a in node.names if a.name in offered]
    return found


def main() -> None:
    pairs = arrows()
    for floor, rooms in reversed(list(enumerate(FLOORS))):
        print(f"{floor:2}  {' · '.join(rooms)}")
    print(f"\n{len(FLOOR_OF)} rooms, {len(pairs)} pairs")
    far = apart(pairs)
    print(f"{len(far)} pairs on floors that don't touch (at most {MOST_APART} wanted), by number of files:")
    for room, other in sorted(far, key=lambda pair: len(pairs[pair])):
        print(f"  {room} → {other}: {len(pairs[room, other])} ({', '.join(pairs[room, other][:3])})")
    wrong = [f"upwards: {room} → {other} ({pairs[room, other][0]})" for room, other in upward(pairs)]
    ring = cycle(pairs)
    wrong += ["cycle: " + ", ".join(f"{a} → {b}" for a, b in pairwise(ring))] if ring else []
    wrong += [f"offered, not defined: {name}" for name in borrowed()]
    print("\n".join(["", *wrong] if wrong else ["", "No arrow upwards, no cycle, no borrowed name."]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
