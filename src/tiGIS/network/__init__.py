"""Road networks: reading, speeds, cleaning. Points on them and shortest paths are in `tiGIS.routing`."""

from __future__ import annotations

from tiGIS.network._access_leg import AccessLeg
from tiGIS.network._closures import Closed, Closures, closures_in
from tiGIS.network._cut import keep_nodes
from tiGIS.network._extend import fill_gaps, with_edges
from tiGIS.network._from_lines import network_from_lines
from tiGIS.network._read import read_osm_pbf, read_roads
from tiGIS.network._road_classes import ROAD_CLASSES
from tiGIS.network._road_network import RoadNetwork
from tiGIS.network._roads import CLOSED, FLAGS, Roads, Topology
from tiGIS.network.interurban import load_interurban_network

__all__ = [
    "CLOSED",
    "FLAGS",
    "ROAD_CLASSES",
    "AccessLeg",
    "Closed",
    "Closures",
    "RoadNetwork",
    "Roads",
    "Topology",
    "closures_in",
    "fill_gaps",
    "keep_nodes",
    "load_interurban_network",
    "network_from_lines",
    "read_osm_pbf",
    "read_roads",
    "with_edges",
]
