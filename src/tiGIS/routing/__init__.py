"""Exact shortest paths: the calls a user makes, the engine, and the plain reference it is checked against."""

from __future__ import annotations

from tiGIS.routing._isochrones import isochrones
from tiGIS.routing._nearest_facilities import nearest
from tiGIS.routing._route import route
from tiGIS.routing._router import Router
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._travel_times import iter_travel_times, travel_times
from tiGIS.routing._trees import Tree, shortest_path_tree
from tiGIS.routing._units import to_minutes
from tiGIS.routing._weighted import WeightedRouter

__all__ = [
    "Router",
    "Terminals",
    "Tree",
    "WeightedRouter",
    "isochrones",
    "iter_travel_times",
    "nearest",
    "route",
    "shortest_path_tree",
    "to_minutes",
    "travel_times",
]
