"""Enclavement: how shut in a territory is, from what, and how sure that is."""

from tiGIS.enclavement._detour import bearing_deg, detour
from tiGIS.enclavement._index import EnclavementIndex, enclavement_index
from tiGIS.enclavement._legal import is_continental, legal_readings, legal_remoteness
from tiGIS.enclavement._reach import day_trip_reach, network_efficiency, relative_potential
from tiGIS.enclavement._redundancy import critical_roads, redundancy

__all__ = [
    "EnclavementIndex",
    "bearing_deg",
    "critical_roads",
    "day_trip_reach",
    "detour",
    "enclavement_index",
    "is_continental",
    "legal_readings",
    "legal_remoteness",
    "network_efficiency",
    "redundancy",
    "relative_potential",
]
