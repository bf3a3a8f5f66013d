"""Pages about territories: what any may have, what a case adds, and the page that leads to them.

A page is a recipe without arguments that gives a map; `chosen_pages` gives them in the order in which a
mayor reads. `tigis maps` and the scripts ``scripts/make_*.py`` run them. Recipes about a `Place` serve any
territory: they need only what is bundled for all of France, and what they are given.
"""

import warnings
from typing import TYPE_CHECKING

from tiGIS.gallery._contents import write_index
from tiGIS.gallery._pages import SECTIONS, Measure, Page, chosen_pages, pages_of
from tiGIS.gallery._place import Place, network
from tiGIS.gallery._writing import build
from tiGIS.gallery.brownfields import account, brownfields
from tiGIS.gallery.enclavement import (
    Destination,
    contrast,
    legal,
    minutes,
    ranking,
    rose,
    usual_destinations,
)
from tiGIS.gallery.people import population
from tiGIS.gallery.water import flood_plans
from tiGIS.gallery.work import WORK_CUTOFF_MIN, sites_at_town_halls, workers_within

__all__ = [
    "SECTIONS",
    "WORK_CUTOFF_MIN",
    "Destination",
    "Measure",
    "Page",
    "Place",
    "account",
    "brownfields",
    "build",
    "chosen_pages",
    "contrast",
    "flood_plans",
    "legal",
    "minutes",
    "network",
    "pages_of",
    "population",
    "ranking",
    "rose",
    "sites_at_town_halls",
    "usual_destinations",
    "workers_within",
    "write_index",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name != "PAGES":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn("gallery.PAGES is now gallery.chosen_pages().", DeprecationWarning, stacklevel=2)
        return tuple(chosen_pages())
