"""Write docs/reference.md: every public name, by room, with what its docstring says first.

python scripts/make_reference.py
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

import tiGIS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
HEAD = """# Every public name

Made by `scripts/make_reference.py` from the docstrings: `help(tiGIS.inequality.gini)` says the rest. Names
of the first section stand at the top, `tiGIS.NAME`; the others in their room, `tiGIS.ROOM.NAME`. How the
rooms stand to each other is in [architecture.md](architecture.md).
"""


def rooms() -> Iterator[tuple[str, Any]]:
    """Give the top and each public room, by name."""
    yield "tiGIS", tiGIS
    for name in sorted(tiGIS.__all__):
        if inspect.ismodule(room := getattr(tiGIS, name)):
            yield f"tiGIS.{name}", room


def names(room: Any) -> list[str]:
    """Give the public names of a room that are no rooms themselves; without ``__all__``, its own."""
    given = getattr(room, "__all__", None) or [
        name for name, value in vars(room).items() if getattr(value, "__module__", "") == room.__name__
    ]
    public = [name for name in given if not name.startswith("_")]
    return sorted((n for n in public if not inspect.ismodule(getattr(room, n))), key=str.lower)


def row(name: str, value: Any) -> str:
    """Write a line of the table: name its arguments, its first sentence; of a constant, its value."""
    if inspect.isclass(value) or inspect.isroutine(value):
        summary = re.split(r"(?<=[.:])\s", " ".join((inspect.getdoc(value) or "").split()), maxsplit=1)[0]
        called = "" if inspect.isclass(value) else f"({', '.join(inspect.signature(value).parameters)})"
        return f"| `{name}{called}` | {summary.rstrip(':')} |"
    shown = sorted(value) if isinstance(value, (set, frozenset)) else value
    return f"| `{name}` | {type(value).__name__}: `{shorten(repr(shown), 70, placeholder=' …')}` |"


def reference() -> str:
    """Write the page."""
    parts = [HEAD]
    for title, room in rooms():
        about = " ".join((inspect.getdoc(room) or "").split("\n\n")[0].split())
        rows = [row(name, getattr(room, name)) for name in names(room)]
        parts.append(f"## {title}\n\n{about}\n\n| name | what it is |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8", newline="\n")
