"""Traps of zones: minutes inside a zone, the edge of what is known, and where in a zone people start from."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, require_crs, require_unique_index, shown
from tiGIS.accessibility.minutes import aligned, carried, open_minutes
from tiGIS.provenance import Frame, describe, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry


#: Straight steps that a quarter of a circle is drawn with.
_QUARTER_STEPS = 32


class EdgeWarning(UserWarning):
    """Some people's reach goes beyond the area where opportunities are known."""


def intrazonal_minutes(areas_km2: pd.Series, speed_kmh: float | pd.Series = 30.0) -> pd.Series:
    """Estimate the minutes of a drive within a zone: half the radius of a disc of its area, at a given speed.

    ``0.5 sqrt(area / π) / speed``.

    Parameters
    ----------
    areas_km2 : Series
        Areas, in km².
    speed_kmh : float or Series, default 30
        Speed within the zone.

    Returns
    -------
    Series
        ``time_min``.

    Examples
    --------
    >>> import pandas as pd
    >>> intrazonal_minutes(pd.Series({"Alès": 23.2})).round(3)["Alès"]
    np.float64(2.717)
    """
    areas = aligned(areas_km2, areas_km2.index, "areas_km2", whose="zones")
    speeds = (
        aligned(speed_kmh, areas_km2.index, "speed_kmh", whose="zones")
        if isinstance(speed_kmh, pd.Series)
        else np.full(len(areas), float(speed_kmh))
    )
    if not np.isfinite(speeds).all() or (speeds <= 0).any():
        raise InputError("speed_kmh: 0, negative or infinite; expected speeds above 0.")
    return pd.Series(0.5 * np.sqrt(areas / np.pi) / speeds * 60, index=areas_km2.index, name="time_min")


def with_intrazonal_minutes(times: pd.DataFrame, minutes: pd.Series) -> pd.DataFrame:
    """Give a table of minutes whose cells between a place and itself are these.

    Parameters
    ----------
    times : DataFrame
        Minutes; it is not changed.
    minutes : Series
        Minutes within each place, by label; one for each label that is both a row and a column.

    Returns
    -------
    DataFrame
        The table, with these minutes on the cells where row and column have the same label.
    """
    opened = open_minutes(times, allow_zero_intrazonal=True)
    own = opened.columns.get_indexer(opened.index)
    here = np.flatnonzero(own >= 0)
    both = opened.index[here]
    absent = both.difference(minutes.index)
    if len(absent):
        raise InputError(f"minutes: nothing for {shown(absent)}; expected one for each place of both sides.")
    values = opened.whole()
    values[here, own[here]] = aligned(minutes.loc[both], both, "minutes", whose="places")
    return carried(pd.DataFrame(values, index=opened.index, columns=opened.columns), opened)


def opportunity_buffer(
    territory: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoff_min: float,
    *,
    speed_kmh: float = 130.0,
    competition: bool = False,
) -> BaseGeometry:
    """Give the area from which opportunities must be known, so that no reach is cut at the territory's edge.

    Parameters
    ----------
    territory : GeoDataFrame or GeoSeries
        Where people live; a projected CRS in metres.
    cutoff_min : float
        The longest drive that counts.
    speed_kmh : float, default 130
        As fast as a car may go as the crow flies: no drive goes further.
    competition : bool, default False
        True for catchments: the people who compete come from twice as far.

    Returns
    -------
    Polygon or MultiPolygon
        The territory and its buffer, in its CRS.
    """
    require_crs(territory, "territory", projected=True)
    if not cutoff_min > 0 or not speed_kmh > 0:
        raise InputError(f"cutoff_min: {cutoff_min}, speed_kmh: {speed_kmh}; expected numbers above 0.")
    reach_m = cutoff_min / 60 * speed_kmh * 1000 * (2 if competition else 1)
    # a buffer is drawn inside the true one, by chords: widened so that it holds it
    return territory.geometry.union_all().buffer(
        reach_m / np.cos(np.pi / (4 * _QUARTER_STEPS)), quad_segs=_QUARTER_STEPS
    )


def minutes_to_edge(
    places: gpd.GeoDataFrame | gpd.GeoSeries, known_area: BaseGeometry, *, speed_kmh: float = 130.0
) -> pd.Series:
    """Give the least minutes from each place to the edge of the area where opportunities are known.

    Parameters
    ----------
    places : GeoDataFrame or GeoSeries
        Points; a projected CRS in metres.
    known_area : Polygon or MultiPolygon
        The area, in the same CRS.
    speed_kmh : float, default 130
        As fast as a car may go as the crow flies.

    Returns
    -------
    Series
        ``edge_min``; 0 outside the area.
    """
    require_crs(places, "places", projected=True)
    points = places.geometry
    distance_km = points.distance(known_area.boundary) / 1000
    return (distance_km.where(points.within(known_area), 0.0) / speed_kmh * 60).rename("edge_min")


def with_edge_share(
    result: Frame, edge_min: pd.Series, reach_min: float, people: pd.Series, *, competition: bool = False
) -> Frame:
    """Say with a result how many people's reach leaves the area where opportunities are known; warn if some.

    Parameters
    ----------
    result : Series or DataFrame
        By place.
    edge_min : Series
        From :func:`minutes_to_edge`, by the same places.
    reach_min : float
        The longest drive that counts.
    people : Series
        By the same places.
    competition : bool, default False
        True for catchments: twice the drive.

    Returns
    -------
    Series or DataFrame
        A copy that says ``edge_share_pct``.
    """
    edge = aligned(edge_min, result.index, "edge_min", whose="rows")
    weight = aligned(people, result.index, "people", whose="rows")
    cut = edge < reach_min * (2 if competition else 1)
    share = float(100 * weight[cut].sum() / weight.sum()) if weight.sum() > 0 else float(100 * cut.any())
    copied = inherit(result.copy(), result)
    limits = []
    if share > 0:
        warnings.warn(
            f"{share:.1f} % of the people may reach beyond the area where opportunities are known: their "
            "values "
            "may be too low. Take opportunities from opportunity_buffer(...).",
            EdgeWarning,
            stacklevel=2,
        )
        limits.append(
            note(
                fr=f"Effet de bord : {share:.1f} % des habitants peuvent sortir de la zone connue.".replace(
                    ".", ",", 1
                ),
                en=f"Edge effect: {share:.1f} % of the people may reach beyond what is known.",
            )
        )
    return describe(copied, limits=limits, edge_share_pct=share)


def population_points(
    zones: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, *, people: str = "population"
) -> gpd.GeoDataFrame:
    """Put the origin of each zone at the mean position of its people, from the cells of a grid.

    Parameters
    ----------
    zones : GeoDataFrame
        Polygons; a projected CRS in metres.
    cells : GeoDataFrame
        Cells or points of a population grid; any CRS. A cell belongs to the zone that holds its centre.
    people : str, default "population"
        The column of ``cells`` with the people.

    Returns
    -------
    GeoDataFrame
        Points by the index of ``zones``, with ``population`` (people found) and ``from_grid``: False where no
        cell falls in a zone, whose point is then one inside its polygon.
    """
    import geopandas as gpd

    require_crs(zones, "zones", projected=True)
    require_crs(cells, "cells")
    require_unique_index(zones, "zones")
    require_columns(cells, [people], "cells")
    centres = cells.geometry.to_crs(zones.crs).centroid
    weight = as_numbers(cells[people], f"cells[{people!r}]")
    if np.isnan(weight).any() or (weight < 0).any():
        raise InputError(f"cells: {people!r} is empty or negative in some cells; expected people.")
    tree = zones.sindex
    cell, zone = tree.query(centres, predicate="within")
    first = ~pd.Series(cell).duplicated().to_numpy()  # a centre on a shared border belongs to one zone
    cell, zone = cell[first], zone[first]
    total = np.bincount(zone, weight[cell], minlength=len(zones))
    x = np.bincount(zone, weight[cell] * centres.x.to_numpy()[cell], minlength=len(zones))
    y = np.bincount(zone, weight[cell] * centres.y.to_numpy()[cell], minlength=len(zones))
    found = total > 0
    inside = zones.geometry.representative_point()
    divide = np.where(found, total, 1)
    points = gpd.points_from_xy(
        np.where(found, x / divide, inside.x), np.where(found, y / divide, inside.y), crs=zones.crs
    )
    return gpd.GeoDataFrame({"population": total, "from_grid": found}, geometry=points, index=zones.index)


def compare_origins(town_hall: pd.Series, population: pd.Series) -> pd.DataFrame:
    """Set a measure from town halls beside the same measure from where people live.

    Parameters
    ----------
    town_hall, population : Series
        The measure from each origin, by the same places.

    Returns
    -------
    DataFrame
        ``town_hall``, ``population`` and ``difference`` (population minus town hall).
    """
    if not town_hall.index.equals(population.index):
        raise InputError(
            "town_hall, population: their labels differ; expected the same places in the same order."
        )
    return pd.DataFrame(
        {"town_hall": town_hall, "population": population, "difference": population - town_hall}
    )
