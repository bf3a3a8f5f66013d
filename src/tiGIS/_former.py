"""Public names that have changed: the former ones go on working, and say what they are called now."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import Any, TypeVar, cast

from tiGIS._errors import InputError

# room -> its names that stood at the top of the package
_INTO_ROOMS = {
    "accessibility": "EdgeWarning NetworkTimes apl balancing_cost cumulative cumulative_interval decay "
    "floating_catchment gravity population_potential spatial_availability summarise time_to_reach ufc",
    "enclavement": "commune_table critical_roads day_trip_reach detour enclavement_index facilities_on_map "
    "facility_items facility_times industry_table legal_readings legal_remoteness load_targets redundancy "
    "service_summary service_table site_access trips_between urban_unit_targets",
    "flood": "DepthRaster FloodZones FloodedRoads PreventionPlan close_roads exposure plans_by_commune "
    "read_pprn read_tri read_zones",
    "indicators": "JoinReport indicator indicator_table passage",
    "inequality": "concentration_index foster_greer_thorbecke gini palma theil theil_parts",
    "land": "Constraint Criterion LandAccount LandSites SiteProfile activity_zone_vacancy land_account "
    "land_supply site_shapes site_suitability steep_areas zero_net_path",
    "network": "AccessLeg",
    "routing": "iter_travel_times",
    "scenario": "NewFacility NewRoad RoadClosure RoadUpgrade Scenario Speed compare driving_profiles",
    "sources": "read_activity_zones read_cartofriches read_gaspar read_insee_appartenance read_insee_bpe "
    "read_insee_bpe_points read_insee_comparateur read_insee_filosofi read_insee_statistiques_locales "
    "read_zoning",
    "territory": "Summary legal_crs load_airports load_commune_changes load_former_communes load_memberships "
    "load_motorway_accesses load_populations load_ports load_stations load_tgv_stations load_town_halls "
    "summarise_territory territoire_members to_epci to_ti",
}

# former name -> name: rooms, and what is in them
FORMER: dict[str, str] = {
    f"tiGIS.{name}": f"tiGIS.{room}.{name}" for room, names in _INTO_ROOMS.items() for name in names.split()
} | {
    "tiGIS.build": "tiGIS.dossier",
    "tiGIS.portrait.profile": "tiGIS.portrait.portrait",
    "tiGIS.profile": "tiGIS.portrait",
    "tiGIS.load_brownfields": "tiGIS.datasets.ales_brownfields",
    "tiGIS.load_reference_figures": "tiGIS.datasets.ales_reference_figures",
    "tiGIS.load_risk_plans": "tiGIS.datasets.ales_risk_plans",
    "tiGIS.load_sites": "tiGIS.datasets.ales_sites",
    "tiGIS.flood.load_risk_plans": "tiGIS.datasets.ales_risk_plans",
    "tiGIS.flood.read_gaspar": "tiGIS.sources.read_gaspar",
    "tiGIS.territory.load_brownfields": "tiGIS.datasets.ales_brownfields",
    "tiGIS.territory.load_reference_figures": "tiGIS.datasets.ales_reference_figures",
    "tiGIS.territory.load_sites": "tiGIS.datasets.ales_sites",
    "tiGIS.build_territory": "tiGIS.dossier.gather_territory",
    "tiGIS.dossier.build_territory": "tiGIS.dossier.gather_territory",
    "tiGIS.dossier.read_build": "tiGIS.dossier.read_dossier",
    "tiGIS.dossier.territory_maps": "tiGIS.dossier.dossier_maps",
    "tiGIS.dossier.territory_profile": "tiGIS.dossier.dossier_portrait",
    "tiGIS.dossier.Built": "tiGIS.dossier.Dossier",
    "tiGIS.dossier.BuildReport": "tiGIS.dossier.DossierReport",
}

_MAP_YEAR = (
    "find_territory load_communes load_epci load_memberships load_territoires_industrie "
    "territoire_members to_epci to_ti"
)

# function -> its arguments, former name -> name
FORMER_ARGUMENTS: dict[str, dict[str, str]] = {
    **{f"tiGIS.territory.{name}": {"year": "map_year"} for name in _MAP_YEAR.split()},
    "tiGIS.dossier.find_perimeter": {"year": "map_year"},
    "tiGIS.dossier.gather_territory": {"network": "online", "year": "map_year"},
    "tiGIS.enclavement.facilities_on_map": {"year": "map_year"},
    "tiGIS.enclavement.load_targets": {"year": "map_year"},
    "tiGIS.indicators.aggregate": {"population": "people", "year": "map_year"},
    "tiGIS.sources.fetch": {"network": "online"},
}

Function = TypeVar("Function", bound=Callable[..., Any])


def former_arguments(function: Function) -> Function:
    """Let a function be called by the former names of its arguments, as `tiGIS._arguments.checked` does."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **arguments_of_today(function, kwargs))

    return cast("Function", call)


def arguments_of_today(function: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Give named arguments their names of today, with a warning for each former one."""
    room = ".".join(function.__module__.split(".")[:2])
    now = FORMER_ARGUMENTS.get(f"{room}.{function.__qualname__}", {})
    for former in now.keys() & given.keys():
        if now[former] in given:
            raise InputError(
                f"{former}: the former name of {now[former]}, which is given too; give one of them."
            )
        text = f"{function.__name__}({former}=...) is now called {function.__name__}({now[former]}=...)."
        warnings.warn(text, DeprecationWarning, stacklevel=3)
    return {now.get(name, name): value for name, value in given.items()}


def renamed(module: str, name: str) -> Any:
    """Give what a module once called by that name, with a warning; the `__getattr__` of such modules."""
    former = f"{module}.{name}"
    if former not in FORMER:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return _now(former, stacklevel=4)


def _now(former: str, stacklevel: int) -> Any:
    now = FORMER[former]
    warnings.warn(f"{former} is now called {now}.", DeprecationWarning, stacklevel=stacklevel)
    room, _, name = now.rpartition(".")
    return getattr(import_module(room), name)


class _FormerRoom:
    """Import a room under its former name: it is the same module."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Know the former rooms, and no other module."""
        return ModuleSpec(name, cast("Any", cls())) if name in FORMER else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: Any) -> None:
        """Put the room in the place of the empty module, as the import system lets a module do."""
        sys.modules[module.__name__] = _now(module.__name__, stacklevel=3)


sys.meta_path.append(_FormerRoom)
