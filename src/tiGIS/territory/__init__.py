"""French territories: communes, EPCI, EPT, Territoires d'industrie, and the places bundled with them."""

from typing import TYPE_CHECKING

from tiGIS._former import renamed
from tiGIS.territory._areas import (
    load_communes,
    load_departements,
    load_epci,
    load_regions,
    load_territoires_industrie,
)
from tiGIS.territory._crs import area_km2, legal_crs, legal_crs_at
from tiGIS.territory._find import Territory, find_among, find_territory
from tiGIS.territory._members import (
    CURRENT_PHASE,
    YEARS,
    administrative_names,
    epci_and_ept,
    load_commune_changes,
    load_former_communes,
    load_memberships,
    load_populations,
    territoire_members,
)
from tiGIS.territory._places import (
    load_airports,
    load_motorway_accesses,
    load_ports,
    load_stations,
    load_tgv_stations,
    load_town_halls,
)
from tiGIS.territory._summary import Summary, summarise_territory
from tiGIS.territory._union import to_epci, to_ti

__all__ = [
    "CURRENT_PHASE",
    "YEARS",
    "Summary",
    "Territory",
    "administrative_names",
    "area_km2",
    "epci_and_ept",
    "find_among",
    "find_territory",
    "legal_crs",
    "legal_crs_at",
    "load_airports",
    "load_commune_changes",
    "load_communes",
    "load_departements",
    "load_epci",
    "load_former_communes",
    "load_memberships",
    "load_motorway_accesses",
    "load_populations",
    "load_ports",
    "load_regions",
    "load_stations",
    "load_territoires_industrie",
    "load_tgv_stations",
    "load_town_halls",
    "summarise_territory",
    "territoire_members",
    "to_epci",
    "to_ti",
]

if not TYPE_CHECKING:  # a type checker knows the names of today alone

    def __getattr__(name: str) -> object:
        return renamed(__name__, name)
