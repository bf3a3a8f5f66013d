"""What a signature says holds: options, numbers within bounds, layers, tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from tiGIS._arguments import AnyCRS, Decimals, Metres, Minutes, Percent, Year, checked
from tiGIS._errors import InputError

if TYPE_CHECKING:
    from nowhere import OnlyForTypeCheckers

    from tiGIS.network import RoadNetwork

Side = Literal["left", "right"]
LAYER = gpd.GeoDataFrame({"v": [1]}, geometry=[Point(0, 0)], crs=2154)


@checked
def travel(
    layer: gpd.GeoDataFrame | None = None,
    table: pd.DataFrame | pd.Series | None = None,
    *,
    side: Side = "left",
    width_m: Metres = 10,
    cutoff: Minutes = math.inf,
    share: Percent | None = None,
    decimals: Decimals = 1,
    speed: float = 50,
    count: int = 3,
    loud: bool = False,
    path: str | Path = "x",
    code: str | None = None,
    decay: Callable[[float], float] | None = None,
    names: str | Iterable[str] = (),
    bounds: Sequence[float] | None = None,
    network: RoadNetwork | None = None,
    other: OnlyForTypeCheckers | None = None,
    crs: AnyCRS = 2154,
    year: Year = 2024,
    weights: Mapping[str, float] | None = None,
    free: Any = None,
) -> dict[str, Any]:
    """Give the options back."""
    return {"side": side, "width_m": width_m}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"layer": LAYER, "table": pd.Series([1.0])},
        {"table": pd.DataFrame({"a": [1]}), "crs": "EPSG:3944", "weights": {"a": 1}},
        {"side": "right", "width_m": 0, "cutoff": math.inf, "share": 100, "decimals": np.int64(0)},
        {"speed": np.float32(3), "count": np.int8(2), "loud": np.True_, "path": Path("y"), "decay": abs},
        {"names": ["a"], "bounds": (1.0, 2.0), "other": object(), "free": math.nan},
    ],
)
def test_what_the_signature_allows_goes_through(given):
    assert travel(**given)["side"] in ("left", "right")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"side": "lef"}, "side='lef'; expected 'left' or 'right'"),
        ({"side": None}, "side: None; expected 'left' or 'right'"),
        ({"side": LAYER["v"]}, "side: a pandas.Series; expected 'left'"),
        ({"width_m": -1}, "width_m=-1; expected a number from 0 to 2e.07"),
        ({"width_m": 1e300}, "width_m=1e.300; expected"),
        ({"width_m": math.nan}, "width_m=nan; expected"),
        ({"width_m": math.inf}, "width_m=inf; expected"),
        ({"cutoff": -math.inf}, "cutoff=-inf; expected a number at least 0"),
        ({"cutoff": math.nan}, "cutoff=nan"),
        ({"share": 100.1}, "share=100.1; expected a number from 0 to 100 or None"),
        ({"decimals": -3}, "decimals=-3; expected a whole number from 0 to 12"),
        ({"decimals": 1.5}, "decimals=1.5"),
        ({"speed": "fast"}, "speed='fast'; expected a number"),
        ({"speed": True}, "speed=True; expected a number"),
        ({"speed": math.inf}, "speed=inf"),
        ({"count": 2.0}, "count=2.0; expected a whole number"),
        ({"loud": 1}, "loud=1; expected True or False"),
        ({"path": 7}, "path=7; expected a string or a path.$"),
        ({"code": 1004}, "code=1004; expected a string or None.*leading zeros"),
        ({"layer": pd.DataFrame({"v": [1]})}, "layer: a pandas.DataFrame; expected a GeoDataFrame. A merge"),
        ({"table": {"a": 1}}, "table: a dict; expected a DataFrame, a Series or None"),
        ({"bounds": "12"}, "bounds='12'; expected a list .each a number. or None"),
        ({"bounds": [1.0, math.nan]}, "bounds: a list; expected a list .each a number. or None"),
        ({"decay": 3}, "decay=3; expected a function or None"),
        ({"network": "roads"}, "network='roads'; expected a RoadNetwork or None"),
        ({"crs": "EPSG:99999"}, "crs: 'EPSG:99999' is no CRS that pyproj knows"),
        ({"crs": math.nan}, "crs: nan is no CRS"),
        ({"year": -1}, "year=-1; expected a whole number from 1700 to 2200"),
        ({"weights": {"a": "x"}}, "weights: a dict; expected a mapping .string to number. or None"),
        ({"names": 5}, "names=5; expected a string or a list .each a string."),
    ],
)
def test_what_it_does_not_is_named(given, message):
    with pytest.raises(InputError, match=message):
        travel(**given)


def test_an_unknown_name_or_one_too_many_stays_pythons_own_error():
    with pytest.raises(TypeError, match="widht"):
        travel(widht=3)


def test_a_class_is_held_to_the_signature_of_its_constructor():
    @checked
    @dataclass(frozen=True)
    class Road:
        """A road."""

        side: Side
        kmh: float = 50.0

    assert Road("left", kmh=30).kmh == 30
    assert Road("left") == Road("left", 50.0)
    with pytest.raises(InputError, match="side='up'"):
        Road("up")


def test_what_a_function_says_of_itself_is_kept():
    assert travel.__name__ == "travel"
    assert travel.__doc__ == "Give the options back."
