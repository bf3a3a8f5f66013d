"""Official sources: their catalogue, the cache, the fetching, and one reader per official format."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# public name -> the module that holds it; loaded when first used, so that ``import tiGIS`` stays quick
_PUBLIC: dict[str, str] = {
    "Area": "_area",
    "Cache": "_cache",
    "CachedFile": "_cache",
    "Settings": "_http",
    "Source": "_catalogue",
    "Transport": "_http",
    "cache_folder": "_cache",
    "catalogue": "_catalogue",
    "check_sources": "_check",
    "describe_layer": "_features",
    "fetch": "_fetch",
    "find_source": "_catalogue",
    "list_members": "_archive",
    "read_features": "_features",
    "register": "_fetch",
    "unpack": "_archive",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    """Import a public name from its module the first time it is asked for."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'tiGIS.sources' has no attribute {name!r}")
    value = getattr(import_module(f"tiGIS.sources.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value
