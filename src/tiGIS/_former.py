"""Public names that have changed: the former ones go on working, and say what they are called now."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import Any, cast

# former name -> name: rooms, and what is in them
FORMER: dict[str, str] = {
    "tiGIS.build": "tiGIS.dossier",
    "tiGIS.portrait.profile": "tiGIS.portrait.portrait",
    "tiGIS.profile": "tiGIS.portrait",
}


def renamed(module: str, name: str) -> Any:
    """Give what a module once called by that name, with a warning; the `__getattr__` of such modules."""
    former = f"{module}.{name}"
    if former not in FORMER:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return _now(former, stacklevel=4)


def _now(former: str, stacklevel: int) -> Any:
    now = FORMER[former]
    warnings.warn(f"{former} is now called {now}.", DeprecationWarning, stacklevel=stacklevel)
    room, _, name = now.rpartition(".")
    return getattr(import_module(room), name)


class _FormerRoom:
    """Import a room under its former name: it is the same module."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Know the former rooms, and no other module."""
        return ModuleSpec(name, cast("Any", cls())) if name in FORMER else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: Any) -> None:
        """Put the room in the place of the empty module, as the import system lets a module do."""
        sys.modules[module.__name__] = _now(module.__name__, stacklevel=3)


sys.meta_path.append(_FormerRoom)
