"""Every public function, given what is not for it, raises only tiGIS's errors.

A call that works is taken from the function's own example; then one argument after the other is replaced by
what a user may give by mistake. The answer is a result or a ``TigisError``: never a raw error of a library.
"""

from __future__ import annotations

import doctest
import inspect
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from public_names import public_names
from tiGIS import TigisError
from tiGIS._former import FORMER

# their examples ask for a file of Insee that is not in the package
NO_EXAMPLE_RUN = {"read_insee_appartenance", "service_table"}
PUBLIC = {
    name: thing
    for name, thing in public_names().items()
    if (name.count(".") == 1 or name in FORMER.values())
    and inspect.isfunction(thing)
    and thing.__name__ not in NO_EXAMPLE_RUN
    and inspect.signature(thing).parameters
}


def _recorded_call(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the example of a function; give the arguments of its first call that goes through."""
    function = PUBLIC[name]
    room, _, last = name.rpartition(".")
    calls: list[dict[str, Any]] = []

    def recorder(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        bound = inspect.signature(function).bind(*args, **kwargs)
        calls.append(dict(bound.arguments))
        return result

    module = sys.modules[inspect.unwrap(function).__module__]
    monkeypatch.setattr(sys.modules[room], last, recorder)
    finder = doctest.DocTestFinder(recurse=False)
    for example in finder.find(function, name, globs={**vars(module), last: recorder}):
        example.examples = [e for e in example.examples if "doctest: +SKIP" not in e.source]
        doctest.DocTestRunner(verbose=False).run(example, out=lambda _: None, clear_globs=False)
    monkeypatch.undo()
    assert calls, f"the example of {name} makes no call that goes through"
    return calls[0]


def _mistakes(value: object) -> Iterator[tuple[str, object]]:
    """What a user may give in the place of a value that is right."""
    yield from (("None", None), ("an object", object()), ("a dict", {"a": 1}), ("a string", "no such thing"))
    if isinstance(value, (pd.DataFrame, pd.Series)):
        yield from _frames(value)
    elif isinstance(value, (int, float, np.number)) or value is None:
        yield from (
            (f"{number!r}", number) for number in (np.nan, np.inf, -np.inf, -1, 0, 1e300, -(10**18), True)
        )
    elif isinstance(value, str):
        yield from ((repr(text), text) for text in ("", " ", value + "x", value.upper(), "\0", "é" * 300))
        yield from (("a number", 7), ("a folder", "."))
    elif isinstance(value, (list, tuple)):
        yield "an empty list", []
        yield "a list of None", [None]
        yield "a list of NaN", [np.nan]
        yield "doubled", [*value, *value]


def _frames(value: pd.DataFrame | pd.Series) -> Iterator[tuple[str, object]]:
    yield "empty", value.iloc[:0]
    if len(value):
        yield "a doubled index", pd.concat([value.iloc[:1]] * 2)
        yield "an index of numbers", value.set_axis(range(len(value)), axis=0)
        yield "an index with a gap", value.set_axis([None, *value.index[1:]], axis=0)
        yield "two levels", value.set_axis(pd.MultiIndex.from_product([["a"], value.index]), axis=0)
    if isinstance(value, gpd.GeoDataFrame):
        yield from _layers(value)
    if isinstance(value, pd.DataFrame):
        first = value.loc[:, [value.columns[0]]].copy()
        yield "a column twice", pd.concat([pd.DataFrame(value), pd.DataFrame(first)], axis=1)
        plain = pd.DataFrame(value)
        yield (
            "columns of two levels",
            plain.set_axis(pd.MultiIndex.from_product([["a"], value.columns]), axis=1),
        )
        yield "no column", plain[[]]
        for column in plain.columns:
            if pd.api.types.is_numeric_dtype(plain[column].dtype):
                yield f"text in {column}", value.assign(**{str(column): "beaucoup"})
                yield f"infinite {column}", value.assign(**{str(column): np.inf})
                yield f"unknown {column}", value.assign(**{str(column): np.nan})
    elif pd.api.types.is_numeric_dtype(value.dtype):
        yield from (
            ("text", pd.Series("beaucoup", value.index, name=value.name)),
            ("infinite", value * np.inf),
        )
        yield "unknown", value * np.nan
        yield "below 0", -1 - value.astype(float)


def _layers(value: gpd.GeoDataFrame) -> Iterator[tuple[str, object]]:
    yield "a merge that lost the geometry", pd.DataFrame(value)
    yield (
        "no active geometry",
        gpd.GeoDataFrame(pd.DataFrame(value).rename(columns={value.geometry.name: "shape"})),
    )
    yield "no CRS", value.set_crs(None, allow_override=True)
    if value.crs is not None and len(value):
        yield "degrees", value.to_crs(4326)
        yield "the web's Mercator", value.to_crs(3857)
        yield "another CRS by mistake", value.set_crs(2975, allow_override=True)
        yield "no geometry", value.set_geometry([None] * len(value), crs=value.crs)
        yield "empty geometry", value.set_geometry([Point()] * len(value), crs=value.crs)
        yield "points at infinity", value.set_geometry([Point(np.inf, np.inf)] * len(value), crs=value.crs)


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.filterwarnings("ignore")
def test_what_is_not_for_a_function_gets_a_named_error(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    function = PUBLIC[name]
    call = _recorded_call(name, monkeypatch)
    raw = []
    for argument, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        right = call.get(argument, parameter.default)
        # what is right is no mistake: calling with it again would only take time
        plain = right is None or isinstance(right, str)
        mistakes = [(what, value) for what, value in _mistakes(right) if not (plain and value == right)]
        # it writes a whole territory where the mistake is none
        for what, mistake in mistakes[:3] if function.__name__ == "gather_territory" else mistakes:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    function(**{**call, argument: mistake})
            except TigisError:
                continue
            except Exception as error:  # noqa: BLE001 - any other error is what the test looks for
                raw.append(f"{argument}: {what}: {type(error).__name__}: {str(error)[:120]}")
    assert not raw, "\n".join(raw)
