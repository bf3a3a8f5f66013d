"""Small road networks drawn by hand, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point

from tiGIS.network import RoadNetwork, network_from_lines

Places = Mapping[str, tuple[float, float]]


def roads_between(
    places: Places, roads: Iterable[tuple[str, str, float]], *, component: str = "all"
) -> RoadNetwork:
    """A network of straight two-way roads between named places (km), each with its speed."""
    drawn = list(roads)
    lines = [LineString([[1000 * v for v in places[a]], [1000 * v for v in places[b]]]) for a, b, _ in drawn]
    table = gpd.GeoDataFrame(
        {"kmh": [kmh for _, _, kmh in drawn], "metres": [line.length for line in lines]},
        geometry=lines,
        crs=2154,
    )
    return network_from_lines(table, speed="kmh", length="metres", contract=False, component=component)


def at(places: Places, *names: str) -> gpd.GeoDataFrame:
    """Points at some of the places."""
    return gpd.GeoDataFrame(
        geometry=[Point(1000 * places[name][0], 1000 * places[name][1]) for name in names],
        index=pd.Index(names),
        crs=2154,
    )
