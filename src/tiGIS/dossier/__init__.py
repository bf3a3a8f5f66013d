"""Everything for one territory, from the cache or the bundle: what came from where, and what is missing."""

from typing import TYPE_CHECKING

from tiGIS._former import renamed
from tiGIS.dossier._dossier import Dossier, read_dossier
from tiGIS.dossier._gather import gather_territory
from tiGIS.dossier._maps import DOSSIER_PAGES, dossier_maps
from tiGIS.dossier._perimeter import Perimeter, area_of, find_perimeter
from tiGIS.dossier._portrait import dossier_portrait
from tiGIS.dossier._report import DossierReport, Missing, Origin, Part
from tiGIS.dossier._roads_around import RoadSource

__all__ = [
    "DOSSIER_PAGES",
    "Dossier",
    "DossierReport",
    "Missing",
    "Origin",
    "Part",
    "Perimeter",
    "RoadSource",
    "area_of",
    "dossier_maps",
    "dossier_portrait",
    "find_perimeter",
    "gather_territory",
    "read_dossier",
]

if not TYPE_CHECKING:  # a type checker knows the names of today alone

    def __getattr__(name: str) -> object:
        return renamed(__name__, name)
