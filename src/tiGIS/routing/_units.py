"""Whole milliminutes and whole centimetres inside, minutes outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tiGIS._errors import InputError
from tiGIS.network import CLOSED

CENTIMETRES = 100
"""Lengths are summed as whole centimetres, so that a sum doesn't depend on the order of its terms."""

MOST_CENTIMETRES = 2**31 - 1
"""The longest single arc or access, in centimetres (21,000 km): sums stay within 32 bits without sign."""


def to_minutes(time_mmin: NDArray[Any]) -> NDArray[np.float64]:
    """
    Turn the engine's milliminutes into minutes.

    Parameters
    ----------
    time_mmin : array of int, any shape
        Times in milliminutes.

    Returns
    -------
    array of float64, same shape
        Minutes; NaN where unreachable.
    """
    return np.where(time_mmin >= CLOSED, np.nan, time_mmin / 1000.0)


def whole_milliminutes(values: ArrayLike, name: str, size: int) -> NDArray[np.int32]:
    """Check that these are times (finite, not negative, one per item) and give them as int32 milliminutes."""
    given = np.asarray(values)
    if given.shape != (size,):
        raise InputError(f"{name}: shape is {given.shape}; expected ({size},), one value each.")
    if given.dtype.kind not in "iuf":
        raise InputError(f"{name}: type is {given.dtype}; expected numbers, in milliminutes.")
    faults = []
    if given.dtype.kind == "f":
        if missing := np.count_nonzero(np.isnan(given)):
            faults.append(f"{missing} NaN")
        if endless := np.count_nonzero(np.isinf(given)):
            faults.append(f"{endless} infinite")
    if negative := np.count_nonzero(given < 0):
        faults.append(f"{negative} negative")
    if faults:
        raise InputError(
            f"{name}: {' and '.join(faults)} of {size} values; expected finite times of 0 or more, "
            f"in milliminutes (a road that is closed weighs {CLOSED} or more)."
        )
    return np.minimum(np.rint(given), CLOSED).astype(np.int32)


def whole_centimetres(length_m: ArrayLike, name: str, size: int) -> NDArray[np.int64]:
    """Check that these are lengths in metres (finite, not negative) and give them as whole centimetres."""
    given = np.asarray(length_m, dtype=np.float64)
    if given.shape != (size,):
        raise InputError(f"{name}: shape is {given.shape}; expected ({size},), one value each.")
    wrong = np.count_nonzero(~((given >= 0) & (given <= MOST_CENTIMETRES / CENTIMETRES)))
    if wrong:
        raise InputError(
            f"{name}: {wrong} of {size} values are negative, NaN, infinite or longer than half the Earth's "
            "circumference; expected lengths in metres."
        )
    return np.rint(given * CENTIMETRES).astype(np.int64)
