"""Everything for one territory, from the cache or the bundle: what came from where, and what is missing."""

from tiGIS.dossier._gather import build_territory
from tiGIS.dossier._maps import Built, read_build, territory_maps
from tiGIS.dossier._perimeter import Perimeter, area_of, find_perimeter
from tiGIS.dossier._profile import territory_profile
from tiGIS.dossier._report import BuildReport, Missing, Origin, Part

__all__ = [
    "BuildReport",
    "Built",
    "Missing",
    "Origin",
    "Part",
    "Perimeter",
    "area_of",
    "build_territory",
    "find_perimeter",
    "read_build",
    "territory_maps",
    "territory_profile",
]
