"""The faces of the package and of its rooms: names that a stub lists, loaded when they are first used."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tiGIS._former import renamed


def lazy_face(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Give a package the ``__getattr__``, ``__dir__`` and ``__all__`` that its stub, ``__init__.pyi``, says.

    The stub is the only list: type checkers read it too. It imports relative names
    (``from .routing import route as route``, ``from . import routing as routing``).
    """
    where: dict[str, str | None] = {}  # a public name -> the module that holds it; None for a module itself
    with open(f"{file}i", encoding="utf-8") as stub:  # noqa: PTH123 (pathlib is half of the time of an import)
        for node in ast.parse(stub.read()).body:
            if isinstance(node, ast.ImportFrom):
                where |= {alias.name: node.module for alias in node.names}

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name not in where:
            return renamed(package, name)
        module = import_module(f"{package}.{where[name] or name}")
        value = getattr(module, name) if where[name] else module
        setattr(import_module(package), name, value)
        return value

    names = sorted(where)
    return __getattr__, lambda: list(names), names
