"""Flood zones from official plans, and what stands in them."""

from tiGIS.flood._exposure import exposure
from tiGIS.flood._pprn import PreventionPlan, read_pprn
from tiGIS.flood._roads import FloodedRoads, close_roads
from tiGIS.flood._zones import FloodZones

__all__ = ["FloodZones", "FloodedRoads", "PreventionPlan", "close_roads", "exposure", "read_pprn"]
