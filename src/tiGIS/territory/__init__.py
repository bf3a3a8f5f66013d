"""French territories: communes, EPCI, EPT, Territoires d'industrie, and the places bundled with them."""

from tiGIS.territory._areas import (
    load_communes,
    load_departements,
    load_epci,
    load_regions,
    load_territoires_industrie,
    to_epci,
    to_ti,
)
from tiGIS.territory._crs import area_km2, legal_crs
from tiGIS.territory._members import (
    load_commune_changes,
    load_memberships,
    load_populations,
    territoire_members,
)

__all__ = [
    "area_km2",
    "legal_crs",
    "load_commune_changes",
    "load_communes",
    "load_departements",
    "load_epci",
    "load_memberships",
    "load_populations",
    "load_regions",
    "load_territoires_industrie",
    "territoire_members",
    "to_epci",
    "to_ti",
]
