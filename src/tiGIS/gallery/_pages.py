"""Which maps there are, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tiGIS.gallery import (
    ales,
    ales_account,
    ales_land,
    ales_water,
    ales_work,
    enclavement,
    n106,
    territoires,
)
from tiGIS.gallery._methods import methods
from tiGIS.maps import TigisMap


@dataclass(frozen=True)
class Page:
    """A page of the gallery, map or text: the file it becomes, its section, and how it is made."""

    name: str
    section: str
    group: str  # what `tigis maps` builds together: "ales", "territoires"; "all": with each
    make: Callable[[], TigisMap | str]


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
    Page("ales_contraste", "contrast", "ales", enclavement.contrast),
    Page("ales_population", "contrast", "ales", ales.population),
    Page("ales_travail", "work", "ales", ales_work.workers_within),
    Page("ales_friches", "land", "ales", ales_land.brownfields),
    Page("ales_compte", "land", "ales", ales_account.account),
    Page("ales_inondation", "water", "ales", ales_water.flood_plans),
    Page("ales_n106", "n106", "ales", n106.n106),
    Page("ales_gares", "n106", "ales", n106.stations),
    Page("territoires_enclavement", "ranking", "territoires", enclavement.ranking),
    Page("territoires_population", "ranking", "territoires", territoires.population),
    Page("ales_rose", "directions", "ales", enclavement.rose),
    Page("methodes", "methods", "all", methods),
)
