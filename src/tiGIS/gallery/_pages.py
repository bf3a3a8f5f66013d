"""What a page of the gallery is, and which there are: those of France, of each case, of any territory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from tiGIS.cases import RESERVED, all_cases
from tiGIS.gallery import enclavement, people, territoires
from tiGIS.gallery._place import Place
from tiGIS.maps import TigisMap
from tiGIS.provenance import description
from tiGIS.territory import Territory, find_territory


@dataclass(frozen=True)
class Page:
    """A page of the gallery, map or text: the file it becomes, its section, and how it is made."""

    name: str
    section: str
    group: str  # what `tigis maps` builds together: the key of a case, "territoires"; "all": with each
    make: Callable[[], TigisMap | str]
    heading: str = ""  # over its entry in the index, where that of its section doesn't say it


class Measure(NamedTuple):
    """What the page of methods says of a measure: its name, how it is made, its limits, in French."""

    name: str
    how: str
    limits: list[str]

    @staticmethod
    def limits_of(result: pd.DataFrame) -> list[str]:
        """Give the limits that a result says of itself."""
        return [one["fr"].strip().removesuffix(".") for one in description(result)["limits"]]


#: Sections in the order in which a mayor reads.
SECTIONS: tuple[tuple[str, str], ...] = (
    ("where", "Où nous sommes"),
    ("contrast", "Population et éloignement"),
    ("work", "Qui peut venir travailler"),
    ("land", "La place pour l’industrie"),
    ("water", "L’eau"),
    ("project", "Un projet"),
    ("ranking", "Parmi les Territoires d’industrie"),
    ("directions", "Les détours, direction par direction"),
    ("methods", "Méthodes"),
)


def chosen_pages(which: str | Territory = "all") -> list[Page]:
    """Give the pages of a group, of all groups, or of a territory.

    Parameters
    ----------
    which : str or Territory
        ``"all"``; ``"territoires"`` (those of France); the key of a case (``"ales"``); else the name or the
        code of an EPCI, of a Territoire d'industrie...

    Returns
    -------
    list of Page
        In the order of the gallery.

    Raises
    ------
    TerritoryNotFoundError, AmbiguousTerritoryError
        No territory of that name, or several.
    """
    if isinstance(which, Territory):
        return pages_of(Place.of(which))
    cases = all_cases()
    if which not in {*RESERVED, *(case.key for case in cases)}:
        return chosen_pages(find_territory(which)[0])
    every = [page for case in cases if case.pages is not None for page in case.pages()]
    every += [
        Page("territoires_population", "ranking", "territoires", territoires.population),
        Page("methodes", "methods", "all", _methods),
    ]
    rank = {name: place for place, (name, _) in enumerate(SECTIONS)}
    every.sort(key=lambda page: rank[page.section])
    return [page for page in every if which == "all" or page.group in (which, "all")]


def pages_of(place: Place) -> list[Page]:
    """Give the pages that any territory may have from what is bundled for all of France.

    Parameters
    ----------
    place : Place
        The territory.

    Returns
    -------
    list of Page
        Named by its code.
    """
    code = place.territory.code
    makers: tuple[tuple[str, str, Callable[[], TigisMap]], ...] = (
        ("temps", "where", lambda: enclavement.minutes(place)),
        ("loi", "where", lambda: enclavement.legal(place)),
        ("contraste", "contrast", lambda: enclavement.contrast(place)),
        ("population", "contrast", lambda: people.population(place)),
        ("rose", "directions", lambda: enclavement.rose(place)),
    )
    return [Page(f"{code}_{name}", section, code, make) for name, section, make in makers]


def _methods() -> str:
    from tiGIS.gallery._methods import methods

    return methods()
