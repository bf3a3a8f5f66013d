"""Time, distance and detour from each place to what it is shut in from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, require_crs, require_unique_index
from tiGIS.accessibility.minutes import CARS_ONLY
from tiGIS.provenance import description, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork

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
    return inherit(
        result,
        trips,
        limits=[
            note(
                "Détours : distances à vol d'oiseau mesurées dans la projection.",
                "Detours: straight distances are those of the projection.",
            )
        ],
        sectors=sectors,
        weight=weight,
    )


@checked
def access_times(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    targets: Mapping[str, gpd.GeoDataFrame],
    **options: Any,
) -> pd.DataFrame:
    """Give minutes, km by road and km in a straight line to the nearest of each kind of place.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    origins : GeoDataFrame or GeoSeries
        Places (town halls, say), any CRS.
    targets : mapping
        Name -> points; see :func:`load_targets`.
    **options : Any
        Further options of ``tiGIS.nearest`` (``max_snap_m``, ``access``, ...).

    Returns
    -------
    DataFrame
        By origin, for each name: ``<name>_min`` and ``<name>_km`` to the quickest to reach, its label in
        ``<name>_label`` (and ``<name>_name`` where targets have ``nom``), and ``<name>_straight_km`` to the
        nearest in a straight line, which may be another one. NaN where there is no road to any.

    Examples
    --------
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.territory.load_town_halls()
    >>> nimes = {"nimes": halls.loc[["30189"]]}
    >>> access_times(network, halls.loc[["30007"]], nimes).filter(like="_straight").round().iloc[0].tolist()
    [39.0]
    """
    from tiGIS.routing import nearest

    require_crs(origins, "origins")
    require_unique_index(origins, "origins")
    if not targets:
        raise InputError("targets: empty; expected name -> points.")
    columns: dict[str, Any] = {}
    limits = []
    details: dict[str, Any] = {}
    for name, points in targets.items():
        require_crs(points, f"targets[{name!r}]")
        found = nearest(network, origins, points, too_far="unreachable", **options)
        columns[f"{name}_min"] = found["time_min"]
        if "distance_km" in found.columns:  # not asked for with distances=False
            columns[f"{name}_km"] = found["distance_km"]
        columns[f"{name}_straight_km"] = straight_km_to_nearest(origins, points.geometry, network.crs)
        columns[f"{name}_label"] = found["facility"]
        if "nom" in points.columns:
            columns[f"{name}_name"] = found["facility"].map(points["nom"])
        details |= {key: value for key, value in description(found).items() if key == "calibration"}
    result = pd.DataFrame(columns, index=origins.index)
    nowhere = int(result.filter(regex="_min$").isna().all(axis=1).sum())
    if nowhere:
        several = nowhere > 1
        places, times = ("lieux", "leurs temps sont inconnus") if several else ("lieu", "temps inconnu")
        limits.append(
            note(
                f"{nowhere} {places} sans route assez proche : {times}.",
                f"No road near enough to {nowhere} place{'s' * several}: the minutes are unknown.",
            )
        )
    return inherit(result, network, *targets.values(), limits=[*limits, CARS_ONLY], **details)


def straight_km_to_nearest(origins: Any, points: gpd.GeoSeries, crs: Any) -> pd.Series:
    """Give the straight distance from each origin to the nearest point, in km of the projection."""
    from scipy.spatial import KDTree

    tree = KDTree(_xy(points, crs))
    distance, _ = tree.query(_xy(origins.geometry, crs))
    return pd.Series(distance / 1000, index=origins.index)


def _xy(points: gpd.GeoSeries, crs: Any) -> np.ndarray:
    inside = points.to_crs(crs).representative_point()
    return np.column_stack([inside.x, inside.y])


@checked
def trips_between(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    destinations: gpd.GeoDataFrame | gpd.GeoSeries,
    **options: Any,
) -> pd.DataFrame:
    """Give all trips from origins to destinations, as :func:`detour` reads them.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    origins, destinations : GeoDataFrame or GeoSeries
        Points; any CRS.
    **options : Any
        Further options of ``tiGIS.travel_times``.

    Returns
    -------
    DataFrame
        Index ``(origin, destination)``; ``time_min``, ``network_km``, ``straight_km``, ``bearing_deg``.

    Examples
    --------
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.territory.load_town_halls()
    >>> trips = trips_between(network, halls.loc[["30007"]], halls.loc[["30189", "34172"]])
    >>> len(trips), trips.columns.tolist()[:2]
    (2, ['time_min', 'network_km'])
    """
    from tiGIS.routing import travel_times

    minutes, km = travel_times(
        network, origins, destinations, distances=True, too_far="unreachable", **options
    )
    start, end = _xy(origins.geometry, network.crs), _xy(destinations.geometry, network.crs)
    step = end[None, :, :] - start[:, None, :]
    dx, dy = step[..., 0].ravel(), step[..., 1].ravel()
    result = pd.DataFrame(
        {
            "time_min": minutes.to_numpy().ravel(),
            "network_km": km.to_numpy().ravel(),
            "straight_km": np.hypot(dx, dy) / 1000,
            "bearing_deg": bearing_deg(dx, dy),
        },
        index=pd.MultiIndex.from_product(
            [origins.index, destinations.index], names=["origin", "destination"]
        ),
    )
    return inherit(result, minutes, limits=[CARS_ONLY])
