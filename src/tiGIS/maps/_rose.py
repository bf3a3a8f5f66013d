"""A rose of directions as polygons, so that it is drawn on the ground that it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._validate import require_crs

if TYPE_CHECKING:
    import geopandas as gpd

_FRENCH = {"N": "nord", "E": "est", "S": "sud", "W": "ouest"}
_ENGLISH = {"N": "north", "E": "east", "S": "south", "W": "west"}
_STEPS = 24  # vertices of an arc


def direction_name(code: str, lang: str = "fr") -> str:
    """Write a direction in words: ``"NW"`` is *nord-ouest*.

    Parameters
    ----------
    code : str
        Letters of N, E, S, W.
    lang : {"fr", "en"}, default "fr"
        Language.

    Returns
    -------
    str
        The words.
    """
    words = _FRENCH if lang == "fr" else _ENGLISH
    return "-".join(words[letter] for letter in code)


def rose_polygons(
    values: pd.Series, centre: gpd.GeoSeries, radius_m: float, *, lang: str = "fr"
) -> gpd.GeoDataFrame:
    """Draw each direction as a wedge whose length is its value: the longest has the radius given.

    Parameters
    ----------
    values : Series
        By direction (8 or 16, clockwise from north), 0 or more; NaN draws the whole wedge, as unknown.
    centre : GeoSeries
        One point, in a projected CRS.
    radius_m : float
        Length of the largest wedge.
    lang : {"fr", "en"}, default "fr"
        Language of the names.

    Returns
    -------
    GeoDataFrame
        By direction: ``nom``, ``value``, ``geometry``, in the CRS of the centre.
    """
    import geopandas as gpd
    from shapely.geometry import Polygon

    require_crs(centre, "centre", projected=True)
    if len(centre) != 1:
        raise InputError(f"centre: {len(centre)} points; expected one.")
    if len(values) not in (8, 16):
        raise InputError(f"values: {len(values)} directions; expected 8 or 16, clockwise from north.")
    numbers = values.to_numpy(dtype=np.float64)
    if (numbers < 0).any() or np.isinf(numbers).any() or not radius_m > 0:
        raise InputError("values, radius_m: expected numbers of 0 or more, and a radius above 0.")
    most = np.nanmax(numbers) if not np.isnan(numbers).all() else 1.0
    x, y = centre.iloc[0].x, centre.iloc[0].y
    width = 2 * np.pi / len(values)
    wedges = []
    for turn, value in enumerate(numbers):
        length = radius_m * (1.0 if np.isnan(value) or most == 0 else max(value / most, 0.02))
        angles = turn * width + np.linspace(-width / 2, width / 2, _STEPS)
        arc = np.column_stack([x + length * np.sin(angles), y + length * np.cos(angles)])
        wedges.append(Polygon([(x, y), *arc]))
    return gpd.GeoDataFrame(
        {"nom": [direction_name(str(code), lang) for code in values.index], "value": numbers},
        geometry=wedges,
        index=values.index,
        crs=centre.crs,
    )
