"""Time and distance from each place to what it is shut in from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._meta import describe, description, note
from tiGIS._validate import require_crs, require_unique_index
from tiGIS.accessibility._minutes import CARS_ONLY
from tiGIS.enclavement._detour import bearing_deg

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork


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
    sources = list(network.metadata.get("sources", ()))
    limits = list(network.metadata.get("limits", ()))
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
        known = description(points)
        sources, limits = [*sources, *known["sources"]], [*limits, *known["limits"]]
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
    return describe(result, sources=sources, limits=[*limits, CARS_ONLY], **details)


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
    result.attrs = dict(minutes.attrs)
    return describe(result, limits=[CARS_ONLY])
