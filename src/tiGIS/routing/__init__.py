"""Exact shortest paths: the calls a user makes, the engine, and the plain reference it is checked against."""

from __future__ import annotations

from tiGIS.routing._calls import iter_travel_times, nearest, travel_times
from tiGIS.routing._isochrones import isochrones
from tiGIS.routing._route import route

__all__ = ["isochrones", "iter_travel_times", "nearest", "route", "travel_times"]
