"""Enclavement: how shut in a territory is, from what, and how sure that is."""

from tiGIS.enclavement._facilities import DAILY_BASKET, EMERGENCY, TRAINING, facilities_on_map, facility_times
from tiGIS.enclavement._index import EnclavementIndex, enclavement_index
from tiGIS.enclavement._items import facility_items
from tiGIS.enclavement._laws import is_continental, legal_readings, legal_remoteness, urban_unit_targets
from tiGIS.enclavement._reach import day_trip_reach, network_efficiency, relative_potential, site_access
from tiGIS.enclavement._services import service_summary, service_table
from tiGIS.enclavement._tables import (
    INDEX_INDICATORS,
    commune_table,
    industry_table,
    rose_of,
    territory_summary,
    town_hall_points,
)
from tiGIS.enclavement._targets import TARGETS, load_targets, road_accesses, target_name
from tiGIS.enclavement._times import access_times, bearing_deg, detour, trips_between
from tiGIS.enclavement._ways_out import critical_roads, redundancy

__all__ = [
    "DAILY_BASKET",
    "EMERGENCY",
    "INDEX_INDICATORS",
    "TARGETS",
    "TRAINING",
    "EnclavementIndex",
    "access_times",
    "bearing_deg",
    "commune_table",
    "critical_roads",
    "day_trip_reach",
    "detour",
    "enclavement_index",
    "facilities_on_map",
    "facility_items",
    "facility_times",
    "industry_table",
    "is_continental",
    "legal_readings",
    "legal_remoteness",
    "load_targets",
    "network_efficiency",
    "redundancy",
    "relative_potential",
    "road_accesses",
    "rose_of",
    "service_summary",
    "service_table",
    "site_access",
    "target_name",
    "territory_summary",
    "town_hall_points",
    "trips_between",
    "urban_unit_targets",
]
