"""Flood zones from official plans, what stands in them, and the roads that they close."""

from tiGIS.flood._exposure import exposure
from tiGIS.flood._pprn import PreventionPlan, read_pprn
from tiGIS.flood._raster import DepthRaster
from tiGIS.flood._read import load_risk_plans, plans_by_commune, read_tri, read_zones
from tiGIS.flood._roads import FloodedRoads, close_roads
from tiGIS.flood._zones import FloodZones
from tiGIS.sources.gaspar import read_gaspar

__all__ = [
    "DepthRaster",
    "FloodZones",
    "FloodedRoads",
    "PreventionPlan",
    "close_roads",
    "exposure",
    "load_risk_plans",
    "plans_by_commune",
    "read_gaspar",
    "read_pprn",
    "read_tri",
    "read_zones",
]
