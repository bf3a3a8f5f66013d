"""How kernels are compiled: once, kept on disk, and without holding Python's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, for the types it is called with.

    Kernels copy arrays in loops: assigning slice to slice costs seconds to compile, for its messages.
    """
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder can be written to: compile anew in each process
        return numba.njit(nogil=True, error_model="numpy")(function)
