"""Flood zones from official plans, what stands in them, and the roads that they close."""

from typing import TYPE_CHECKING

from tiGIS._former import renamed
from tiGIS.flood._depths import DepthRaster
from tiGIS.flood._exposure import exposure
from tiGIS.flood._pprn import PreventionPlan, read_pprn
from tiGIS.flood._roads_under_water import FloodedRoads, close_roads
from tiGIS.flood._zone_files import CONCERNED, plans_by_commune, read_tri, read_zones
from tiGIS.flood._zones import FloodZones

__all__ = [
    "CONCERNED",
    "DepthRaster",
    "FloodZones",
    "FloodedRoads",
    "PreventionPlan",
    "close_roads",
    "exposure",
    "plans_by_commune",
    "read_pprn",
    "read_tri",
    "read_zones",
]

if not TYPE_CHECKING:  # a type checker knows the names of today alone

    def __getattr__(name: str) -> object:
        return renamed(__name__, name)
