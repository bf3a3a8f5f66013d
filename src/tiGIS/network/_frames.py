"""A network as tables: a row a road, or a row a piece of road as the source wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS.network._road_classes import ROAD_CLASSES
from tiGIS.network._roads import FLAGS

if TYPE_CHECKING:
    from tiGIS.network._road_network import RoadNetwork


def edges_of(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Give the table that `RoadNetwork.edges` documents."""
    roads = network.roads
    road_class = np.zeros(roads.n_edges, dtype=np.int8)
    road_class[network.arc_edge] = network.road_class
    table = pd.DataFrame(
        {
            "tail": roads.tail,
            "head": roads.head,
            "length_m": roads.edge_length_m,
            "time_min": roads.total(roads.time_min),
            "road_class": np.asarray(ROAD_CLASSES, dtype=object)[road_class],
            "way_id": roads.way_ids[roads.way[roads.first_piece[:-1]]],
        },
        index=pd.RangeIndex(roads.n_edges, name="edge"),
    )
    return gpd.GeoDataFrame(table, geometry=roads.lines, crs=network.crs)


def pieces_of(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Give the table that `RoadNetwork.pieces` documents."""
    roads = network.roads
    n = len(roads.length_m)
    start = np.empty(n, dtype=np.int64)
    start[1:] = roads.last_vertex[:-1]
    start[roads.first_piece[:-1]] = roads.first_vertex[:-1]
    size = roads.last_vertex - start + 1
    owner = np.repeat(np.arange(n), size)
    vertex = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(start, size)
    table = pd.DataFrame(
        {
            "edge": roads.edge_of_piece,
            "way_id": roads.way_ids[roads.way],
            "name_class": roads.name_classes[roads.name_class],
            "road_class": np.asarray(ROAD_CLASSES, dtype=object)[roads.road_class],
            "length_m": roads.length_m,
            "speed_kmh": roads.speed_kmh,
            **{name: (roads.flags & bit) != 0 for name, bit in FLAGS.items()},
        },
        index=pd.RangeIndex(n, name="piece"),
    )
    lines = shapely.linestrings(roads.xy[vertex], indices=owner)
    return gpd.GeoDataFrame(table, geometry=lines, crs=network.crs)
