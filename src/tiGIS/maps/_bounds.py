"""Bounds between classes: found by a method, then written as short as can be without moving a value."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import numpy.typing as npt

from tiGIS._format import decimals_needed, decimals_to_tell_apart

MOST = 7
"""Classes that a reader can tell apart."""
_JENKS_MOST = 2000  # Fisher-Jenks takes time with the square of the number of values

Floats = npt.NDArray[np.float64]


def without_noise(array: Floats) -> Floats:
    """Take values as they are written with 12 significant digits: what differs beyond is float noise."""
    return np.array([float(f"{value:.12g}") for value in array.tolist()], dtype=float)


def breaks_of(known: Floats, method: str, k: int | None) -> list[float]:
    """Upper bounds of all classes but the last."""
    distinct = len(np.unique(known))
    if method == "equal":
        count = k or 5
        step = (known[-1] - known[0]) / count
        return [float(known[0] + step * i) for i in range(1, count)]
    if method == "quantiles":
        count = min(k or 5, distinct)
        return [float(b) for b in np.quantile(known, np.arange(1, count) / count)]
    if method == "head-tail":
        return head_tail(known)[: (k or MOST) - 1]
    import mapclassify  # takes seconds to load: only where it is needed

    found = mapclassify.FisherJenks(thinned(known), k=min(k or 5, distinct)).bins[:-1]
    return [float(b) for b in found]


def head_tail(known: Floats) -> list[float]:
    """Split at the mean again and again, keeping what lies above it (Jiang 2013)."""
    means: list[float] = []
    while known.size > 1 and known[0] < known[-1]:
        means.append(float(known.mean()))
        known = known[known > means[-1]]
    return means


def thinned(known: Floats) -> Floats:
    """Take at most 2,000 of the sorted values, evenly by rank, both ends among them."""
    if known.size <= _JENKS_MOST:
        return known
    return known[np.linspace(0, known.size - 1, _JENKS_MOST).round().astype(int)]


def shortest_between(known: Floats, bound: float) -> float:
    """Shorten a bound as far as no value changes class."""
    place = int(np.searchsorted(known, bound, side="right"))
    low, high = float(known[place - 1]), float(known[place])
    # as they are written: 21.3 itself is a bound for the value 21.3, whose binary form lies a hair above
    lowest, highest = Decimal(repr(low)), Decimal(repr(high))
    for decimals in range(-12, 18):
        step = Decimal(1).scaleb(-decimals)
        # from the value below upwards: the first round number that still lies before the value above
        candidate = (lowest / step).to_integral_value(ROUND_CEILING) * step
        if lowest <= candidate < highest and low <= float(candidate) < high:
            nearest = (Decimal(bound) / step).to_integral_value() * step
            best = nearest if lowest <= nearest < highest else candidate
            return float(best) if low <= float(best) < high else float(candidate)
    return low


def shut(known: Floats, inner: list[float]) -> list[float]:
    """Add both ends, rounded outwards to the decimals that the inner bounds have."""
    lowest, highest = float(known[0]), float(known[-1])
    own = [lowest, highest]
    decimals = min(decimals_needed(inner), decimals_needed(own)) if inner else decimals_to_tell_apart(own)
    step = Decimal(1).scaleb(-decimals)
    low = float((Decimal(repr(lowest)) / step).to_integral_value(ROUND_FLOOR) * step)
    high = float((Decimal(repr(highest)) / step).to_integral_value(ROUND_CEILING) * step)
    return [min(low, lowest), *inner, max(high, highest)]


def pretty(known: Floats, k: int) -> list[float]:
    """Evenly spaced round bounds (steps of 1, 2, 2.5 or 5 times a power of ten), about ``k`` classes."""
    lowest, highest = Decimal(repr(float(known[0]))), Decimal(repr(float(known[-1])))
    best: list[Decimal] = []
    exponent = ((highest - lowest) / k).adjusted()
    for scale in (exponent - 1, exponent, exponent + 1):
        for digit in ("1", "2", "2.5", "5"):
            step = Decimal(digit).scaleb(scale)
            first = (lowest / step).to_integral_value(ROUND_FLOOR)
            last = (highest / step).to_integral_value(ROUND_CEILING)
            count = int(last - first)
            if 1 <= count <= MOST and (not best or abs(count - k) < abs(len(best) - 1 - k)):
                best = [(first + i) * step for i in range(count + 1)]
    return [float(b) for b in best]
