"""Which maps there are, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tiGIS.gallery import ales, ales_land, ales_water, enclavement, n106, territoires
from tiGIS.maps import TigisMap


@dataclass(frozen=True)
class Page:
    """A map of the gallery: the file it becomes, the section it stands in, and how it is made."""

    name: str
    section: str
    group: str  # "ales" or "territoires": what `tigis maps` builds together
    make: Callable[[], TigisMap]


SECTIONS: tuple[tuple[str, str], ...] = (
    ("where", "Où nous sommes"),
    ("contrast", "Le nord-ouest et le sud-est"),
    ("work", "Qui peut venir travailler"),
    ("land", "La place pour l’industrie"),
    ("water", "L’eau"),
    ("n106", "La RN 106"),
    ("ranking", "Alès parmi les Territoires d’industrie"),
    ("directions", "Les détours, direction par direction"),
    ("methods", "Méthodes"),
)

PAGES: tuple[Page, ...] = (
    Page("ales_temps", "where", "ales", enclavement.minutes),
    Page("ales_loi", "where", "ales", enclavement.legal),
    Page("ales_population", "contrast", "ales", ales.population),
    Page("ales_friches", "land", "ales", ales_land.brownfields),
    Page("ales_inondation", "water", "ales", ales_water.flood_plans),
    Page("ales_n106", "n106", "ales", n106.n106),
    Page("ales_gares", "n106", "ales", n106.stations),
    Page("territoires_enclavement", "ranking", "territoires", enclavement.ranking),
    Page("territoires_population", "ranking", "territoires", territoires.population),
    Page("ales_rose", "directions", "ales", enclavement.rose),
)
