"""Classes of a choropleth: bounds that are honest and short, no empty class, the missing set apart.

A class holds what is above its lower bound, up to and including its upper bound (the first also holds its
lower bound). Bounds are those of mapclassify, shortened without moving any value to another class; odd
cases are settled: ties, equal values, nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tiGIS._errors import InputError
from tiGIS._format import decimals_needed
from tiGIS._validate import shown

Method = Literal["quantiles", "fisher-jenks", "equal", "head-tail", "pretty"]
METHODS: tuple[str, ...] = ("quantiles", "fisher-jenks", "equal", "head-tail", "pretty")
_MOST = 7
_GOOD_FIT = 0.85
_JENKS_MOST = 2000  # Fisher-Jenks takes time with the square of the number of values

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Classes:
    """Classes found for some values.

    Parameters
    ----------
    bounds : tuple of float
        Edges of the scale; empty when no value is known.
    intervals : tuple of pairs of float
        Lower and upper bound of each class.
    index : ndarray of int8
        The class of each value, in the order given; -1 where the value is missing.
    slots : tuple of int
        The place of each class on the scale of colours (classes given by hand that hold nothing are left
        out, and the others keep their colour).
    places : int
        Number of places on that scale.
    below : int or None
        How many of the places lie below the centre; None when the scale does not diverge.
    method : str
        How the bounds were found: one of ``METHODS`` or "by hand".
    fit : float
        Goodness of variance fit (Jenks 1977): 1 when every value equals the mean of its class.
    chosen : bool
        Whether the number of classes was chosen here rather than by the caller.
    """

    bounds: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    index: npt.NDArray[np.int8]
    slots: tuple[int, ...]
    places: int
    below: int | None
    method: str
    fit: float
    chosen: bool

    @property
    def k(self) -> int:
        """Number of classes."""
        return len(self.slots)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many values each class holds."""
        return tuple(int(np.count_nonzero(self.index == i)) for i in range(self.k))

    @property
    def missing(self) -> int:
        """How many values are missing."""
        return int(np.count_nonzero(self.index < 0))


def classify(
    values: Any,
    method: Method = "quantiles",
    *,
    k: int | None = None,
    bins: Sequence[float] | None = None,
    center: float | None = None,
) -> Classes:
    """Sort values into classes for a map.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        NaN (and None) are missing: they take part in nothing and get the class -1. Values equal to 12
        significant digits are equal.
    method : {"quantiles", "fisher-jenks", "equal", "head-tail", "pretty"}
        How bounds are found; unused when ``bins`` are given.
    k : int, optional
        Number of classes, 1 to 7 (on each side of ``center``, 1 to 5). By default the fewest of 4 to 7
        whose variance fit reaches 0.85, never more than the values can fill; 3 a side with ``center``.
    bins : sequence of float, optional
        Bounds by hand: all the edges, from the lowest to the highest; every value must lie within.
    center : float, optional
        Value around which the scale diverges: it becomes a bound, and the steps are the same on both sides.

    Returns
    -------
    Classes
        Bounds, and the class of each value. Bounds are as short as can be without moving a value.

    Raises
    ------
    InputError
        Infinite values, a method or a number of classes that does not exist, or bins that don't hold
        every value.

    References
    ----------
    Jenks, G. F. (1977). Optimal data classification for choropleth maps. Jiang, B. (2013). Head/tail
    breaks. The Professional Geographer 65(3).

    Examples
    --------
    >>> import numpy as np
    >>> found = classify([1, 2, 3, 4, 50, 60, np.nan], "fisher-jenks", k=2)
    >>> found.bounds, found.counts, found.missing
    ((1.0, 10.0, 60.0), (4, 2), 1)
    """
    array = _without_noise(_as_floats(values))
    if method not in METHODS:
        raise InputError(f"method: {method!r} is not known; expected one of {shown(METHODS)}, or bins=")
    most = _MOST if center is None else 5
    if k is not None and not 1 <= k <= most:
        raise InputError(f"k: {k} classes; expected 1 to {most}: more can't be told apart on a map")
    known = np.sort(array[~np.isnan(array)])
    if bins is not None:
        return _by_hand(array, known, bins, center)
    if not known.size:
        return _finish(array, known, [], None, method, k is None)
    if center is not None:
        edges = _around(known, method, k or 3, float(center))
        return _finish(array, known, edges, float(center), method, k is None)
    edges = _edges(known, method, k) if k else _chosen_edges(known, method)
    return _finish(array, known, edges, None, method, k is None)


def _as_floats(values: Any) -> Floats:
    try:
        array = np.array(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"values: not all numbers ({error}); expected numbers, or method left out for categories"
        ) from error
    if np.isinf(array).any():
        places = np.flatnonzero(np.isinf(array))
        raise InputError(
            f"values: {len(places)} infinite (rows {shown(places.tolist())}); expected finite numbers. "
            "Put NaN where the value is unknown or unreachable, and say why with reasons=."
        )
    return array


def _without_noise(array: Floats) -> Floats:
    """Take values as they are written with 12 significant digits: what differs beyond is float noise."""
    return np.array([float(f"{value:.12g}") for value in array.tolist()], dtype=float)


def _finish(
    array: Floats, known: Floats, edges: list[float], center: float | None, method: str, chosen: bool
) -> Classes:
    """Take the empty classes out and number the values."""
    edges = _without_empty(known, edges, center)
    index = _number(array, edges)
    k = max(len(edges) - 1, 0)
    return Classes(
        bounds=tuple(edges),
        intervals=tuple(pairwise(edges)),
        index=index,
        slots=tuple(range(k)),
        places=k,
        below=None if center is None else sum(upper <= center for upper in edges[1:]),
        method=method,
        fit=_fit(array, index),
        chosen=chosen,
    )


def _number(array: Floats, edges: Sequence[float]) -> npt.NDArray[np.int8]:
    if not edges:
        return np.full(array.shape, -1, dtype=np.int8)
    index = np.searchsorted(np.asarray(edges[1:-1]), array, side="left").astype(np.int8)
    index[np.isnan(array)] = -1
    return index


def _without_empty(known: Floats, edges: list[float], center: float | None) -> list[float]:
    """Merge each empty class with its neighbour away from the centre; the ends always hold something."""
    edges = list(edges)
    place = 1
    while place < len(edges) - 1:
        held = np.bincount(_number(known, edges), minlength=len(edges) - 1)
        upwards = center is None or edges[place] >= center
        if held[place] == 0 and upwards:
            edges.pop(place + 1)
        elif held[place] == 0:
            edges.pop(place)
        else:
            place += 1
    return edges


def _chosen_edges(known: Floats, method: str) -> list[float]:
    """Bounds with the fewest classes (4 to 7) that fit well; fewer where there is little to tell apart."""
    if method == "head-tail":
        return _edges(known, method, None)
    distinct = len(np.unique(known))
    most = min(_MOST, distinct, max(1, known.size // 3))
    edges: list[float] = []
    for k in range(min(4, most), most + 1):
        edges = _edges(known, method, k)
        if _fit(known, _number(known, edges)) >= _GOOD_FIT:
            return edges
    # more classes did not buy a good fit: five, the most that a reader matches to a legend with ease
    return _edges(known, method, min(5, most)) if edges else edges


def _edges(known: Floats, method: str, k: int | None) -> list[float]:
    """All the edges found by a method, inner ones shortened, ends rounded outwards."""
    lowest, highest = float(known[0]), float(known[-1])
    if lowest == highest:
        return [lowest, highest]
    if method == "pretty":
        return _pretty(known, k or 5)
    # a bound that is a value to 12 digits is that value: a hair of interpolation moves nothing
    breaks = _without_noise(np.asarray(_breaks(known, method, k), dtype=float))
    inner = sorted({b for b in breaks.tolist() if lowest <= b < highest})
    return _shut(known, [_shortest_between(known, b) for b in inner])


def _breaks(known: Floats, method: str, k: int | None) -> list[float]:
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
        return _head_tail(known)[: (k or _MOST) - 1]
    import mapclassify  # takes seconds to load: only where it is needed

    found = mapclassify.FisherJenks(_thinned(known), k=min(k or 5, distinct)).bins[:-1]
    return [float(b) for b in found]


def _head_tail(known: Floats) -> list[float]:
    """Split at the mean again and again, keeping what lies above it (Jiang 2013)."""
    means: list[float] = []
    while known.size > 1 and known[0] < known[-1]:
        means.append(float(known.mean()))
        known = known[known > means[-1]]
    return means


def _thinned(known: Floats) -> Floats:
    """Take at most 2,000 of the sorted values, evenly by rank, both ends among them."""
    if known.size <= _JENKS_MOST:
        return known
    return known[np.linspace(0, known.size - 1, _JENKS_MOST).round().astype(int)]


def _shortest_between(known: Floats, bound: float) -> float:
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


def _shut(known: Floats, inner: list[float]) -> list[float]:
    """Add both ends, rounded outwards to the decimals that the inner bounds have."""
    lowest, highest = float(known[0]), float(known[-1])
    decimals = min(decimals_needed(inner or [lowest, highest]), decimals_needed([lowest, highest]))
    step = Decimal(1).scaleb(-decimals)
    low = float((Decimal(repr(lowest)) / step).to_integral_value(ROUND_FLOOR) * step)
    high = float((Decimal(repr(highest)) / step).to_integral_value(ROUND_CEILING) * step)
    return [min(low, lowest), *inner, max(high, highest)]


def _pretty(known: Floats, k: int) -> list[float]:
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
            if 1 <= count <= _MOST and (not best or abs(count - k) < abs(len(best) - 1 - k)):
                best = [(first + i) * step for i in range(count + 1)]
    return [float(b) for b in best]


def _around(known: Floats, method: str, side: int, center: float) -> list[float]:
    """Give the same steps on both sides of the centre, found on the distances to it."""
    lowest, highest = float(known[0]), float(known[-1])
    if lowest == highest:
        return [lowest, highest]
    distance = np.sort(np.abs(known - center))
    distance = distance[distance > 0]
    if method == "pretty":
        steps = _pretty(np.array([0.0, distance[-1]]), side)[1:-1]
    else:
        steps = [
            float(f"{s:.2g}") for s in _edges(distance, method, min(side, len(np.unique(distance))))[1:-1]
        ]
    bounds = {center, *(center - s for s in steps), *(center + s for s in steps)}
    inner = sorted({float(f"{b:.12g}") for b in bounds})
    return _shut(known, [b for b in inner if lowest < b < highest])


def _by_hand(array: Floats, known: Floats, bins: Sequence[float], center: float | None) -> Classes:
    edges = [float(b) for b in bins]
    if len(edges) < 2 or not np.isfinite(edges).all() or np.any(np.diff(edges) <= 0):
        raise InputError(f"bins: {edges}; expected at least two finite edges in increasing order")
    outside = known[(known < edges[0]) | (known > edges[-1])]
    if outside.size:
        raise InputError(
            f"bins: {outside.size} values lie outside {edges[0]:g} to {edges[-1]:g} "
            f"({shown(outside.tolist())}); expected bins that hold them all"
        )
    if center is not None and center not in edges:
        raise InputError(f"bins: {edges} don't hold center={center:g}; expected it among the bounds")
    full = _number(array, edges)
    slots = [i for i in range(len(edges) - 1) if (full == i).any()]
    renumbered = np.full(array.shape, -1, dtype=np.int8)
    for new, old in enumerate(slots):
        renumbered[full == old] = new
    return Classes(
        bounds=tuple(edges),
        intervals=tuple((edges[i], edges[i + 1]) for i in slots),
        index=renumbered,
        slots=tuple(slots),
        places=len(edges) - 1,
        below=None if center is None else edges.index(center),
        method="by hand",
        fit=_fit(array, renumbered),
        chosen=False,
    )


def _fit(array: Floats, index: npt.NDArray[np.int8]) -> float:
    """Goodness of variance fit of a classification."""
    known = array[index >= 0]
    if not known.size:
        return 1.0
    scale = float(np.abs(known).max()) or 1.0
    total = float(np.square(known / scale - (known / scale).mean()).sum())
    if total == 0:
        return 1.0
    within = 0.0
    for i in range(int(index.max()) + 1):
        part = array[index == i] / scale
        within += float(np.square(part - part.mean()).sum()) if part.size else 0.0
    return 1.0 - within / total
