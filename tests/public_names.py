"""The public names of the package, at the top and by room, for the tests that look at all of them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import tiGIS


def public_names() -> dict[str, Any]:
    """Each public thing by its name: ``tiGIS.join``, ``tiGIS.accessibility.gravity``."""
    return _within(tiGIS, "tiGIS")


def _within(room: ModuleType, path: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for name in room.__all__:
        thing = getattr(room, name)
        names |= (
            _within(thing, f"{path}.{name}") if isinstance(thing, ModuleType) else {f"{path}.{name}": thing}
        )
    return names
