"""Mean speeds: as given, else the source's own, else the limit times a factor for what cars really do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tiGIS.network._road_classes import ROAD_CLASSES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def speeds_of_pieces(
    table: pd.DataFrame,
    line: Ints,
    road_class: NDArray[np.int8],
    link: Bools,
    is_urban: Bools,
    speeds: pd.DataFrame,
    given: Floats | None,
) -> tuple[Floats, Floats]:
    """Give the mean speed on each piece of road, along its line and against it.

    Parameters
    ----------
    table : pandas.DataFrame
        What the source says of each line.
    line : numpy.ndarray
        Line of each piece.
    road_class, link : numpy.ndarray
        Class of each line, and whether it is a slip road.
    is_urban : numpy.ndarray
        Whether each piece is in town.
    speeds : pandas.DataFrame
        The table of speeds.
    given : numpy.ndarray, optional
        Speeds of the lines, which overrule all else.

    Returns
    -------
    tuple of numpy.ndarray
        km/h along the line, and against it.
    """
    if given is not None:
        return given[line], given[line]
    ahead, back = (table[name].to_numpy(dtype=float) for name in ("limit_kmh", "limit_back_kmh"))
    along = _speed(table, ahead, line, road_class, link, is_urban, speeds)
    if np.array_equal(ahead, back, equal_nan=True):
        return along, along
    return along, _speed(table, back, line, road_class, link, is_urban, speeds)


def _speed(
    table: pd.DataFrame,
    limit_of_line: Floats,
    line: Ints,
    road_class: NDArray[np.int8],
    link: Bools,
    is_urban: Bools,
    speeds: pd.DataFrame,
) -> Floats:
    rank = road_class[line].astype(np.int64)
    shape = (len(ROAD_CLASSES), 2)
    limit_of, factor_of, link_of = (
        speeds[column].to_numpy(dtype=float).reshape(shape) for column in ("limit_kmh", "factor", "link_kmh")
    )
    urban = is_urban.astype(np.int64)
    limit = limit_of_line[line]
    usual = limit_of[rank, urban] * factor_of[rank, urban]
    speed = np.where(
        np.isnan(limit), usual, np.minimum(limit * _limit_factor(limit, factor_of, rank, urban), 130)
    )
    slip = link[line]
    speed[slip] = np.minimum(speed[slip], link_of[rank, urban][slip])
    practised = table["practised_kmh"].to_numpy(dtype=float)[line]
    result: Floats = np.where(np.isnan(practised), speed, practised)
    return result


def _limit_factor(limit: Floats, factor_of: Floats, rank: Ints, urban: Ints) -> Floats:
    """Factor under a posted limit: low limits are driven in town, whatever the surroundings look like."""
    in_town = np.where(np.isnan(limit), urban, limit <= 50).astype(np.int64)
    return factor_of[rank, in_town]
