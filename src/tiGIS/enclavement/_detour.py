"""Detours by direction: what "no direct road to the west" looks like in figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._meta import describe, note
from tiGIS._validate import require_columns

_ROSES = {
    8: ("N", "NE", "E", "SE", "S", "SW", "W", "NW"),
    16: (
        *("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE"),
        *("S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
    ),
}


def bearing_deg(dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """Give the direction of a move on the map, in degrees from north, clockwise.

    Parameters
    ----------
    dx, dy : ndarray
        Metres to the east and to the north.

    Returns
    -------
    ndarray
        From 0 to 360, 360 left out; NaN where there is no move.

    Examples
    --------
    >>> import numpy as np
    >>> bearing_deg(np.array([0.0, 1.0, -1.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [0.0, 90.0, 270.0]
    """
    angle = np.degrees(np.arctan2(dx, dy)) % 360
    return np.where((dx == 0) & (dy == 0), np.nan, np.where(angle == 360, 0.0, angle))


@checked
def detour(trips: pd.DataFrame, *, sectors: int = 8, weight: str | None = None) -> pd.DataFrame:
    """Compare ways by road with straight lines, overall and by direction.

    Parameters
    ----------
    trips : DataFrame
        One row for each trip: ``time_min`` and ``network_km`` by road, ``straight_km``, ``bearing_deg`` (see
        :func:`trips_between`). NaN time or km: unreachable, left out and counted.
    sectors : {8, 16}, default 8
        How many directions; the first is centred on north.
    weight : str, optional
        A column that weighs trips (people at the other end); without it trips weigh the same.

    Returns
    -------
    DataFrame
        Index ``direction`` (``"N"``, ``"NE"``, ... and ``"all"``): ``trips``, ``unreachable``,
        ``straight_km`` (weighted mean), ``detour`` (network km over straight km, sums over sums),
        ``crow_kmh`` (effective speed as the crow flies: straight km over hours, sums over sums). A direction
        without any trip has NaN.

    References
    ----------
    Detour (circuity, diversion factor): Barthélemy, M. (2011), Spatial networks, Physics Reports 499.
    Straight distances are those of the projection.

    Examples
    --------
    >>> import pandas as pd
    >>> trips = pd.DataFrame({"time_min": [60.0, 60.0], "network_km": [60.0, 50.0],
    ...     "straight_km": [30.0, 40.0], "bearing_deg": [270.0, 170.0]})
    >>> detour(trips).loc[["S", "W", "all"], ["detour", "crow_kmh"]].rename_axis(None)
           detour  crow_kmh
    S    1.250000      40.0
    W    2.000000      30.0
    all  1.571429      35.0
    """
    if sectors not in _ROSES:
        raise InputError(f"sectors: {sectors}; expected 8 or 16.")
    columns = ["time_min", "network_km", "straight_km", "bearing_deg"]
    require_columns(trips, [*columns, *([weight] if weight else [])], "trips")
    values = np.column_stack([as_numbers(trips[column], f"trips: {column}") for column in columns])
    weights = as_numbers(trips[weight], f"trips: {weight}") if weight else np.ones(len(trips))
    if np.isnan(weights).any() or (weights < 0).any():
        raise InputError(f"trips: {weight!r} holds negative or empty weights; expected 0 or more.")
    somewhere = values[:, 2] > 0
    reached = somewhere & ~np.isnan(values[:, :2]).any(axis=1)
    width = 360 / sectors
    sector = np.zeros(len(trips), dtype=np.int64)
    sector[somewhere] = np.floor((values[somewhere, 3] + width / 2) % 360 / width).astype(np.int64)
    sector[somewhere] %= sectors

    def total(where: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        by_sector = np.bincount(sector[where], amounts[where], minlength=sectors)
        return np.append(by_sector, amounts[where].sum())

    ones = np.ones(len(trips))
    weighed, straight = total(reached, weights), total(reached, weights * values[:, 2])
    with np.errstate(invalid="ignore", divide="ignore"):
        result = pd.DataFrame(
            {
                "trips": total(reached, ones).astype(int),
                "unreachable": total(somewhere & ~reached, ones).astype(int),
                "straight_km": straight / weighed,
                "detour": total(reached, weights * np.where(reached, values[:, 1], 0)) / straight,
                "crow_kmh": straight / (total(reached, weights * np.where(reached, values[:, 0], 0)) / 60),
            },
            index=pd.Index([*_ROSES[sectors], "all"], name="direction"),
        )
    result.attrs = dict(trips.attrs)
    return describe(
        result,
        limits=[
            note(
                "Détours : distances à vol d'oiseau mesurées dans la projection.",
                "Detours: straight distances are those of the projection.",
            )
        ],
        sectors=sectors,
        weight=weight,
    )
