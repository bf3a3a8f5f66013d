"""Whether the compiled engine works here: numba may be absent, blocked, or switched off."""

from __future__ import annotations

import warnings
from functools import cache
from importlib import import_module
from types import ModuleType

UNUSABLE = (ImportError, OSError, RuntimeError)
"""What importing numba, or compiling with it, raises where it doesn't work (a blocked or foreign library)."""


@cache
def load_compiled() -> ModuleType:
    """Import the compiled engine; raises one of `UNUSABLE` where it can't work."""
    from numba import config

    if getattr(config, "DISABLE_JIT", 0):
        raise RuntimeError("numba is switched off (NUMBA_DISABLE_JIT)")
    return import_module("tiGIS.routing._compiled")


@cache
def _warn(reason: str) -> None:
    warnings.warn(
        f"The compiled routing engine can't be used ({reason}); scipy does the work: same results, "
        "but large tables take far longer. Reinstalling usually helps: pip install --force-reinstall numba",
        RuntimeWarning,
        stacklevel=6,
    )


def warn_once(error: Exception) -> None:
    """Say once in a session that scipy does the work."""
    _warn(str(error))
