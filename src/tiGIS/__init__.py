"""tiGIS measures how shut in a French territory is, from what, and where industry could still settle.

The public names are loaded when they are first used, so that ``import tiGIS`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tiGIS._former import renamed

__version__ = "0.1.0"

# public name -> the module that holds it
_PUBLIC: dict[str, str] = {
    "AccessLeg": "network",
    "AggregationError": "_errors",
    "AmbiguousTerritoryError": "_errors",
    "CRSError": "_errors",
    "Constraint": "land",
    "Criterion": "land",
    "DataFileError": "_errors",
    "DepthRaster": "flood",
    "DownloadError": "_errors",
    "EdgeWarning": "accessibility",
    "FloodZones": "flood",
    "FloodedRoads": "flood",
    "Indicator": "indicators",
    "InputError": "_errors",
    "JoinReport": "indicators",
    "LandAccount": "land",
    "LandSites": "land",
    "NetworkTimes": "accessibility",
    "NewFacility": "scenario",
    "NewRoad": "scenario",
    "OfflineError": "_errors",
    "PreventionPlan": "flood",
    "RoadClosure": "scenario",
    "RoadNetwork": "network",
    "RoadUpgrade": "scenario",
    "Scenario": "scenario",
    "SiteProfile": "land",
    "Speed": "scenario",
    "Summary": "territory",
    "Territory": "territory",
    "TerritoryNotFoundError": "_errors",
    "TigisError": "_errors",
    "VintageError": "_errors",
    "access_times": "enclavement",
    "activity_zone_vacancy": "land",
    "aggregate": "indicators",
    "apl": "accessibility",
    "area_km2": "territory",
    "balancing_cost": "accessibility",
    "build_territory": "dossier",
    "choropleth": "maps",
    "close_roads": "flood",
    "commune_table": "enclavement",
    "compare": "scenario",
    "concentration_index": "inequality",
    "critical_roads": "enclavement",
    "cumulative": "accessibility",
    "cumulative_interval": "accessibility",
    "day_trip_reach": "enclavement",
    "decay": "accessibility",
    "detour": "enclavement",
    "driving_profiles": "scenario",
    "enclavement_index": "enclavement",
    "exposure": "flood",
    "facilities_on_map": "enclavement",
    "facility_items": "enclavement",
    "facility_times": "enclavement",
    "find_territory": "territory",
    "floating_catchment": "accessibility",
    "foster_greer_thorbecke": "inequality",
    "gini": "inequality",
    "gravity": "accessibility",
    "harmonise": "indicators",
    "indicator": "indicators",
    "indicator_table": "indicators",
    "industry_table": "enclavement",
    "isochrones": "routing",
    "iter_travel_times": "routing",
    "join": "indicators",
    "land_account": "land",
    "land_supply": "land",
    "legal_crs": "territory",
    "legal_readings": "enclavement",
    "legal_remoteness": "enclavement",
    "list_indicators": "indicators",
    "load_airports": "territory",
    "load_brownfields": "territory",
    "load_commune_changes": "territory",
    "load_communes": "territory",
    "load_departements": "territory",
    "load_epci": "territory",
    "load_former_communes": "territory",
    "load_interurban_network": "network",
    "load_memberships": "territory",
    "load_motorway_accesses": "territory",
    "load_populations": "territory",
    "load_ports": "territory",
    "load_reference_figures": "territory",
    "load_regions": "territory",
    "load_risk_plans": "flood",
    "load_sites": "territory",
    "load_stations": "territory",
    "load_targets": "enclavement",
    "load_territoires_industrie": "territory",
    "load_tgv_stations": "territory",
    "load_town_halls": "territory",
    "nearest": "routing",
    "network_from_lines": "network",
    "palma": "inequality",
    "passage": "indicators",
    "plans_by_commune": "flood",
    "population_potential": "accessibility",
    "read_activity_zones": "sources.sites_economiques",
    "read_cartofriches": "sources.cartofriches",
    "read_gaspar": "flood",
    "read_insee_appartenance": "sources.insee_appartenance",
    "read_insee_bpe": "sources.insee_bpe",
    "read_insee_bpe_points": "sources.insee_bpe",
    "read_insee_comparateur": "sources.insee_comparateur",
    "read_insee_filosofi": "sources.insee_filosofi",
    "read_insee_statistiques_locales": "sources.insee_statistiques_locales",
    "read_osm_pbf": "network",
    "read_pprn": "flood",
    "read_roads": "network",
    "read_tri": "flood",
    "read_zones": "flood",
    "read_zoning": "sources.sites_economiques",
    "redundancy": "enclavement",
    "route": "routing",
    "service_summary": "enclavement",
    "service_table": "enclavement",
    "site_access": "enclavement",
    "site_shapes": "land",
    "site_suitability": "land",
    "spatial_availability": "accessibility",
    "steep_areas": "land",
    "summarise": "accessibility",
    "summarise_territory": "territory",
    "territoire_members": "territory",
    "theil": "inequality",
    "theil_parts": "inequality",
    "time_to_reach": "accessibility",
    "to_epci": "territory",
    "to_ti": "territory",
    "travel_times": "routing",
    "trips_between": "enclavement",
    "ufc": "accessibility",
    "urban_unit_targets": "enclavement",
    "values": "indicators",
    "zero_net_path": "land",
}

# rooms that can be named as attributes too: tiGIS.sources.fetch(...)
_ROOMS = {room for room in _PUBLIC.values() if not room.startswith("_")} | {"sources", "portrait"}

__all__ = ["__version__", *sorted(_PUBLIC)]


def __getattr__(name: str) -> Any:
    """Import a public name from its module, or a room, the first time it is asked for."""
    if name in _ROOMS and name not in _PUBLIC:
        return import_module(f"tiGIS.{name}")
    if name not in _PUBLIC:
        return renamed(__name__, name)
    value = getattr(import_module(f"tiGIS.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
