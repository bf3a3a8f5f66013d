"""Arguments checked at the door of public functions, from what their signature says.

A signature already tells which options there are (``Literal["largest", "all"]``), what is a number and
within which bounds (``Annotated[float, within(0, 100)]``), and what is a layer: ``@checked`` holds callers to
it, so that a misspelt option is never taken for another one, nor NaN for a number. What comes out names the
sources of what came in (`tiGIS.provenance`).
"""

from __future__ import annotations

import builtins
import collections.abc
import functools
import inspect
import math
import numbers
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np

from tiGIS._errors import InputError
from tiGIS._former import FORMER, arguments_of_today
from tiGIS._validate import (
    kind_of,
    require_frame,
    require_geodataframe,
    require_geometries,
    require_known_crs,
    require_series,
)

Thing = TypeVar("Thing", bound=Callable[..., Any])


@dataclass(frozen=True)
class within:  # noqa: N801 - reads as a word in a signature
    """Bounds of a number, both allowed: ``Annotated[float, within(0, 100)]``."""

    least: float = -math.inf
    most: float = math.inf

    def allows(self, value: object) -> bool:
        """Say whether a number is within the bounds."""
        return self.least <= typing.cast(float, value) <= self.most

    def __str__(self) -> str:
        if math.isinf(self.most):
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if math.isinf(self.least) else f"from {self.least:g} to {self.most:g}"


Metres = Annotated[float, within(0, 2e7)]
"""A length: not below 0, not beyond half of the way round the Earth."""

Minutes = Annotated[float, within(0, math.inf)]
"""A duration, not below 0; it may have no end (``inf``)."""

Percent = Annotated[float, within(0, 100)]

Decimals = Annotated[int, within(0, 12)]

Year = Annotated[int, within(1700, 2200)]

Seed = Annotated[int, within(0, 2**63 - 1)]


class _Readable:
    """What pyproj reads as a CRS."""


AnyCRS = Annotated[Any, _Readable()]
"""A coordinate reference system in any form that pyproj reads."""


def checked(thing: Thing) -> Thing:
    """
    Hold the callers of a function, or of a class's constructor, to its annotations.

    Parameters
    ----------
    thing : callable
        A function or a class. Options (``Literal``), numbers, text, layers, tables, the objects of tiGIS are
        checked; what an annotation leaves open (``Any``, arrays) is not.

    Returns
    -------
    callable
        The same function, or the same class with its constructor checked.

    Examples
    --------
    >>> @checked
    ... def widen(distance_m: Metres, *, side: Literal["left", "right"] = "left") -> float:
    ...     return distance_m
    >>> widen(5, side="lef")
    Traceback (most recent call last):
    ...
    tiGIS._errors.InputError: side='lef'; expected 'left' or 'right'.
    """
    if isinstance(thing, type):
        thing.__init__ = _held(thing.__init__, thing.__module__)  # type: ignore[misc]
        return thing
    return typing.cast(Thing, _held(thing, thing.__module__))


def _held(function: Callable[..., Any], module: str) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @functools.cache
    def rules() -> dict[str, _Rule]:
        hints = typing.get_type_hints(function, localns=_Names(function), include_extras=True)
        return {
            name: _rule(hints[name], parameter.default)
            for name, parameter in signature.parameters.items()
            if name in hints and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }

    @functools.wraps(function)
    def held(*args: Any, **kwargs: Any) -> Any:
        kwargs = arguments_of_today(function, kwargs)
        given = signature.bind(*args, **kwargs).arguments
        for name, rule in rules().items():
            if name in given:
                rule.check(given[name], name)
        result = function(*args, **kwargs)
        if not (hasattr(result, "attrs") or isinstance(result, tuple)):
            return result
        from tiGIS.provenance import pass_on_sources  # pandas is there by now

        return pass_on_sources(result, given.values())

    return held


_LIBRARIES = {"gpd": "geopandas", "pd": "pandas"}


# arguments that take codes: a number among them has lost its leading zeros
_CODES = {"code", "codes", "epci", "siren", "departement", "territory", "text"}


class _Names(Mapping[str, Any]):
    """Names of a function's annotations; what only a type checker knows stands for anything."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._known = function.__globals__

    def __getitem__(self, name: str) -> Any:
        if name in self._known:
            return self._known[name]
        if name in _LIBRARIES:
            return import_module(_LIBRARIES[name])
        # the objects of tiGIS have public names; the rest is for type checks alone
        room, _, last = FORMER.get(f"tiGIS.{name}", f"tiGIS.{name}").rpartition(".")
        return getattr(import_module(room), last, getattr(builtins, name, Any))

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True)
class _Rule:
    """What one argument may be."""

    kinds: tuple[Any, ...]
    infinite: bool
    default: Any

    def check(self, value: object, name: str) -> None:
        if Any in self.kinds or value is self.default:
            return
        if AnyCRS in self.kinds:
            require_known_crs(value, name)
            return
        sole = [kind for kind in self.kinds if kind is not type(None)]
        if len(self.kinds) == 1 or (value is not None and len(sole) == 1 and sole[0] in _layers()):
            _Rule(tuple(sole), self.infinite, self.default)._check_one(value, name)
        elif not any(_is(value, kind, infinite=self.infinite) for kind in self.kinds):
            raise self._error(value, name)

    def _check_one(self, value: object, name: str) -> None:
        require = _layers().get(self.kinds[0])
        if require is not None:
            require(value, name)
        elif not _is(value, self.kinds[0], infinite=self.infinite):
            raise self._error(value, name)

    def _error(self, value: object, name: str) -> InputError:
        plain = isinstance(value, (str, int, float, np.generic))
        said = f"{name}={value!r}" if plain else f"{name}: {kind_of(value)}"
        expected = [words for kind in self.kinds for words in _expected(kind)]
        listed = " or ".join(filter(None, [", ".join(expected[:-1]), expected[-1]]))
        codes = name in _CODES and isinstance(value, numbers.Integral) and str in self.kinds
        hint = " A number has no leading zeros: write codes as strings, '01004'." if codes else ""
        return InputError(f"{said}; expected {listed}.{hint}")


def _rule(hint: Any, default: Any) -> _Rule:
    kinds = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    may_be_infinite = isinstance(default, float) and math.isinf(default)
    return _Rule(tuple(kinds), may_be_infinite, default)


@functools.cache
def _layers() -> dict[Any, Callable[[object, str], None]]:
    import geopandas as gpd
    import pandas as pd

    return {
        gpd.GeoDataFrame: require_geodataframe,
        gpd.GeoSeries: require_geometries,
        pd.DataFrame: require_frame,
        pd.Series: require_series,
    }


def _is(value: object, kind: Any, *, infinite: bool = False) -> bool:
    """Say whether a value is what an annotation asks for; what the annotation leaves open is."""
    origin = typing.get_origin(kind)
    if kind is Any:
        return True
    if kind is None or kind is type(None):
        return value is None
    if origin is Literal:
        return any(type(value) is type(option) and value == option for option in typing.get_args(kind))
    if origin is Annotated:
        return _is_within(value, *typing.get_args(kind)[:2], infinite=infinite)
    if origin in (typing.Union, types.UnionType):
        return any(_is(value, each, infinite=infinite) for each in typing.get_args(kind))
    if kind in (float, int):
        return _is_number(value, kind, infinite=infinite)
    if kind is bool:
        return isinstance(value, (bool, np.bool_))
    if origin is None and isinstance(kind, type):
        return _is_a(value, kind)
    if origin is collections.abc.Callable:
        return callable(value)
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        if isinstance(value, Mapping) and not issubclass(origin, Mapping):
            return False
        return _is_a(value, origin) and not isinstance(value, (str, bytes)) and _holds(value, kind)
    return True


def _holds(value: Any, kind: Any) -> bool:
    """Say whether a list or a mapping holds what its annotation asks for (an iterator is not consumed)."""
    inner = typing.get_args(kind)
    if isinstance(value, Mapping):
        return len(inner) != 2 or all(_is(k, inner[0]) and _is(v, inner[1]) for k, v in value.items())
    if not isinstance(value, (list, tuple, set, frozenset)) or not inner:
        return True
    if typing.get_origin(kind) is tuple and inner[-1] is not Ellipsis:
        return len(value) == len(inner) and all(map(_is, value, inner))
    return all(_is(each, inner[0]) for each in value)


def _is_a(value: object, kind: type) -> bool:
    if getattr(kind, "_is_protocol", False) or typing.is_typeddict(kind):
        return True
    return isinstance(value, kind)


def _is_number(value: object, kind: Any, *, infinite: bool) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return False
    if kind is int:
        return isinstance(value, numbers.Integral)
    return isinstance(value, numbers.Real) and (math.isfinite(value) or (infinite and not math.isnan(value)))


def _is_within(value: object, kind: Any, mark: Any, *, infinite: bool) -> bool:
    without_end = infinite or math.isinf(getattr(mark, "most", 0.0))
    if not _is(value, kind, infinite=without_end):
        return False
    return not isinstance(mark, within) or mark.allows(value)


def _expected(kind: Any) -> list[str]:
    """Words for what an annotation asks for."""
    origin = typing.get_origin(kind)
    if origin is Literal:
        return [repr(option) for option in typing.get_args(kind)]
    if origin is Annotated:
        what, mark = typing.get_args(kind)[:2]
        return [f"{_expected(what)[0]} {mark}"]
    if origin in (typing.Union, types.UnionType):
        return [words for each in typing.get_args(kind) for words in _expected(each)]
    plain = {float: "a number", int: "a whole number", bool: "True or False", str: "a string", Path: "a path"}
    plain |= {collections.abc.Hashable: "a label"}
    if kind in plain:
        return [plain[kind]]
    if kind is Any or kind is object:
        return ["anything"]
    if kind is None or kind is type(None):
        return ["None"]
    if origin is collections.abc.Callable:
        return ["a function"]
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        return [_expected_list(origin, typing.get_args(kind))]
    name = getattr(origin or kind, "__name__", str(kind))
    return [f"an {name}" if name[0] in "AEIOUaeiou" else f"a {name}"]


def _expected_list(origin: type, inner: tuple[Any, ...]) -> str:
    what = [" or ".join(_expected(each)).removeprefix("a ") for each in inner if each is not Ellipsis]
    if issubclass(origin, Mapping):
        return f"a mapping ({' to '.join(what)})" if what else "a mapping"
    if origin is tuple and len(what) > 1:
        return f"{len(what)} values ({', '.join(what)})"
    return f"a list (each a {what[0]})" if what else "a list"
