"""Classes of a choropleth: bounds that are honest and short, no empty class, the missing set apart.

A class holds what is above its lower bound, up to and including its upper bound (the first also holds its
lower bound). Where a scale diverges, what equals the centre is in the class that begins there: no change is
never drawn as a loss. Bounds are those of mapclassify, shortened without moving any value to another class;
odd cases are settled: ties, equal values, nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tiGIS._arguments import checked
from tiGIS._cells import esri_nulls
from tiGIS._errors import InputError
from tiGIS._format import decimals_needed
from tiGIS._repr import short_repr
from tiGIS._validate import kind_of, shown
from tiGIS.maps._bounds import MOST, breaks_of, pretty, shortest_between, shut, without_noise

Method = Literal["quantiles", "fisher-jenks", "equal", "head-tail", "pretty"]
METHODS: tuple[str, ...] = ("quantiles", "fisher-jenks", "equal", "head-tail", "pretty")
_GOOD_FIT = 0.85
_LARGEST = 1e300
_FEW = 4  # values that each have a class of their own

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
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
        How the bounds were found: one of ``METHODS``, "by hand", or "values" (one class for each value).
    fit : float
        Goodness of variance fit (Jenks 1977): 1 when every value equals the mean of its class.
    chosen : bool
        Whether the number of classes was chosen here rather than by the caller.
    center : float or None
        The value around which the scale diverges.
    """

    bounds: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    index: npt.NDArray[np.int8] = field(repr=False)
    slots: tuple[int, ...]
    places: int
    below: int | None
    method: str
    fit: float
    chosen: bool
    center: float | None = None

    __repr__ = short_repr

    @property
    def k(self) -> int:
        """Number of classes."""
        return len(self.slots)

    def number_of(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Give the class that values fall in, or the nearest one for those outside of all of them."""
        uppers = [upper for _, upper in self.intervals]
        found = np.searchsorted(_before_center(uppers, self.center), values, side="left")
        return np.minimum(found, max(self.k - 1, 0))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many values each class holds."""
        return tuple(int(np.count_nonzero(self.index == i)) for i in range(self.k))

    @property
    def missing(self) -> int:
        """How many values are missing."""
        return int(np.count_nonzero(self.index < 0))


@checked
def classify(
    values: Any,
    method: Method = "quantiles",
    *,
    k: int | None = None,
    bins: Iterable[float] | None = None,
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
        whose variance fit reaches 0.85, never more than the values can fill (up to four different values
        each have their class); 3 a side with ``center``.
    bins : sequence of float, optional
        Bounds by hand: all the edges, from the lowest to the highest; every value must lie within.
    center : float, optional
        Value around which the scale diverges: it becomes a bound, and the steps are the same on both sides.
        What equals it is in the class above.

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
    array = without_noise(_as_floats(values))
    most = MOST if center is None else 5
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
    if k is None and method in ("quantiles", "fisher-jenks") and 1 < len(np.unique(known)) <= _FEW:
        return _value_by_value(array, known)
    edges = _edges(known, method, k) if k else _chosen_edges(known, method)
    return _finish(array, known, edges, None, method, k is None)


def _as_floats(values: Any) -> Floats:
    if np.ndim(values) == 0:
        raise InputError(f"values: {kind_of(values)}; expected a column or a list of numbers")
    try:
        array = np.array(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"values: not all numbers ({error}); expected numbers, or method left out for categories"
        ) from error
    array[esri_nulls(array)] = np.nan
    if np.isinf(array).any():
        places = np.flatnonzero(np.isinf(array))
        raise InputError(
            f"values: {len(places)} infinite (rows {shown(places.tolist())}); expected finite numbers. "
            "Put NaN where the value is unknown or unreachable, and say why with reasons=."
        )
    known = array[~np.isnan(array)]
    if known.size and np.abs(known).max() > _LARGEST:
        raise InputError(
            f"values: {known[np.abs(known).argmax()]:g} among them; expected values below 1e300, the largest "
            "that can be compared. Put NaN where such a number stands for no value."
        )
    return array


def _finish(
    array: Floats, known: Floats, edges: list[float], center: float | None, method: str, chosen: bool
) -> Classes:
    """Take the empty classes out and number the values."""
    edges = _without_empty(known, edges, center)
    index = _number(array, edges, center)
    k = max(len(edges) - 1, 0)
    return Classes(
        bounds=tuple(edges),
        intervals=tuple(pairwise(edges)),
        index=index,
        slots=tuple(range(k)),
        places=k,
        below=None
        if center is None
        else sum(low < center and high <= center for low, high in pairwise(edges)),
        method=method,
        fit=_fit(array, index),
        chosen=chosen,
        center=center,
    )


def _value_by_value(array: Floats, known: Floats) -> Classes:
    """Give each of a few values a class of its own, named by the value where it is short."""
    distinct = np.unique(known).tolist()
    edges = shut(known, [shortest_between(known, value) for value in distinct[:-1]])
    found = _finish(array, known, edges, None, "values", True)
    if decimals_needed(distinct) > 3:
        return found
    return replace(found, bounds=tuple(distinct), intervals=tuple((value, value) for value in distinct))


def _before_center(bounds: Sequence[float], center: float | None) -> Floats:
    """Upper bounds of classes, that of the centre a hair lower, so that the centre itself lies above it."""
    inner = np.array(bounds, dtype=float)
    if center is not None:
        inner[inner == center] = np.nextafter(center, -np.inf)
    return inner


def _number(array: Floats, edges: Sequence[float], center: float | None) -> npt.NDArray[np.int8]:
    if not edges:
        return np.full(array.shape, -1, dtype=np.int8)
    index = np.searchsorted(_before_center(edges[1:-1], center), array, side="left").astype(np.int8)
    index[np.isnan(array)] = -1
    return index


def _without_empty(known: Floats, edges: list[float], center: float | None) -> list[float]:
    """Merge each empty class with its neighbour away from the centre; the ends always hold something."""
    edges = list(edges)
    place = 1
    while place < len(edges) - 1:
        held = np.bincount(_number(known, edges, center), minlength=len(edges) - 1)
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
    most = min(MOST, distinct, max(5, known.size // 3))
    edges: list[float] = []
    for k in range(min(4, most), most + 1):
        edges = _edges(known, method, k)
        if _fit(known, _number(known, edges, None)) >= _GOOD_FIT:
            return edges
    # more classes did not buy a good fit: five, the most that a reader matches to a legend with ease
    return _edges(known, method, min(5, most)) if edges else edges


def _edges(known: Floats, method: str, k: int | None) -> list[float]:
    """All the edges found by a method, inner ones shortened, ends rounded outwards."""
    lowest, highest = float(known[0]), float(known[-1])
    if lowest == highest:
        return [lowest, highest]
    if method == "pretty":
        return pretty(known, k or 5)
    # a bound that is a value to 12 digits is that value: a hair of interpolation moves nothing
    breaks = without_noise(np.asarray(breaks_of(known, method, k), dtype=float))
    inner = sorted({b for b in breaks.tolist() if lowest <= b < highest})
    return shut(known, [shortest_between(known, b) for b in inner])


def _around(known: Floats, method: str, side: int, center: float) -> list[float]:
    """Give the same steps on both sides of the centre, found on the distances to it."""
    lowest, highest = float(known[0]), float(known[-1])
    if lowest == highest:
        return [lowest, highest]
    distance = np.sort(np.abs(known - center))
    distance = distance[distance > 0]
    if method == "pretty":
        steps = pretty(np.array([0.0, distance[-1]]), side)[1:-1]
    else:
        steps = [
            float(f"{s:.2g}") for s in _edges(distance, method, min(side, len(np.unique(distance))))[1:-1]
        ]
    bounds = {center, *(center - s for s in steps), *(center + s for s in steps)}
    inner = sorted({float(f"{b:.12g}") for b in bounds})
    # values that end at the centre: it has a class of its own, above the losses
    return shut(known, [b for b in inner if lowest < b < highest or b == center == highest])


def _by_hand(array: Floats, known: Floats, bins: Iterable[float], center: float | None) -> Classes:
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
    if center is not None and center == edges[-1] and (known == center).any():
        edges.append(edges[-1])  # what equals the centre is no loss: it has a class of its own
    full = _number(array, edges, center)
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
        center=center,
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
