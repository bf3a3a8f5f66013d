"""Enclavement: how shut in a territory is, from what, and how sure that is."""

from tiGIS.enclavement._basket import DAILY_BASKET, EMERGENCY, TRAINING, facility_times
from tiGIS.enclavement._detour import bearing_deg, detour
from tiGIS.enclavement._index import EnclavementIndex, enclavement_index
from tiGIS.enclavement._legal import is_continental, legal_readings, legal_remoteness
from tiGIS.enclavement._reach import day_trip_reach, network_efficiency, relative_potential
from tiGIS.enclavement._redundancy import critical_roads, redundancy
from tiGIS.enclavement._sites import site_access
from tiGIS.enclavement._targets import TARGETS, load_targets
from tiGIS.enclavement._times import access_times, trips_between

__all__ = [
    "DAILY_BASKET",
    "EMERGENCY",
    "TARGETS",
    "TRAINING",
    "EnclavementIndex",
    "access_times",
    "bearing_deg",
    "critical_roads",
    "day_trip_reach",
    "detour",
    "enclavement_index",
    "facility_times",
    "is_continental",
    "legal_readings",
    "legal_remoteness",
    "load_targets",
    "network_efficiency",
    "redundancy",
    "relative_potential",
    "site_access",
    "trips_between",
]
