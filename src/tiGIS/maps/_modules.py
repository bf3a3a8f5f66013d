"""The page's scripts, ES modules, written as one script that needs no server and no bundler.

A page opened from a file can't import: here each module stands after those that it imports, and the words
``import`` and ``export`` go. Names at the top are unique among all modules, so that none hides another.
"""

from __future__ import annotations

import re
from collections.abc import Callable

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const|let) \w)", re.MULTILINE)


def in_order(first: str, read: Callable[[str], str]) -> list[str]:
    """Give the names of the modules that one imports, and itself last: each after those that it imports."""
    order: list[str] = []
    _visit(first, read, order, ())
    return order


def _visit(name: str, read: Callable[[str], str], order: list[str], above: tuple[str, ...]) -> None:
    if name in order:
        return
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    for _, imported in IMPORT.findall(read(name)):
        _visit(imported, read, order, (*above, name))
    order.append(name)


def joined(first: str, read: Callable[[str], str]) -> str:
    """Write a module and all that it imports as one script."""
    return "\n".join(_EXPORT.sub("", IMPORT.sub("", read(name))) for name in in_order(first, read))
