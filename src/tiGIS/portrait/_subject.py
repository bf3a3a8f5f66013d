"""Whom a portrait is of, whom it is compared with, and who lives next to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import geopandas as gpd
import pandas as pd

from tiGIS._format import Lang, number
from tiGIS._repr import short_repr
from tiGIS.portrait._blocks import say
from tiGIS.territory import (
    find_among,
    load_communes,
    load_memberships,
    load_regions,
    territoire_members,
)

MAP_YEAR = 2024
PHASES = ("2023-2027", "2018-2022")
_METROPOLE = 2154


@dataclass(frozen=True, eq=False, repr=False)
class Subject:
    """The territory that a portrait is of.

    Attributes
    ----------
    kind : {"epci", "ti"}
        What it is.
    code, name : str
        SIREN or ``id_ti``, and its name.
    phase : str
        Phase of the Territoires d'industrie that it belongs to, or is compared with.
    communes : geopandas.GeoDataFrame
        Its communes, in a projection in metres.
    """

    kind: Literal["epci", "ti"]
    code: str
    name: str
    phase: str
    communes: gpd.GeoDataFrame

    __repr__ = short_repr

    @property
    def people(self) -> float:
        """Its inhabitants."""
        return float(self.communes["population"].sum())

    @property
    def centre(self) -> str:
        """Its most peopled commune."""
        return str(self.communes["population"].fillna(0).idxmax())

    @property
    def region(self) -> str:
        """The region of most of its people."""
        return str(self.communes.groupby("region")["population"].sum().idxmax())

    @property
    def region_name(self) -> str:
        """Name of that region."""
        return str(load_regions().loc[self.region, "nom"])

    @property
    def sirens(self) -> list[str]:
        """The EPCI that it has communes in."""
        return sorted(self.communes["siren"].dropna().unique())

    @property
    def on_the_mainland(self) -> bool:
        """Whether the bundled network may reach it."""
        return self.communes.crs.to_epsg() == _METROPOLE

    @cached_property
    def outline(self) -> gpd.GeoSeries:
        """Its whole outline."""
        return gpd.GeoSeries([self.communes.union_all()], crs=self.communes.crs)


def find_subject(territory: str, phase: str | None = None) -> Subject:
    """Find an EPCI or a Territoire d'industrie by its code or its name.

    Parameters
    ----------
    territory : str
        SIREN or name of an EPCI, ``id_ti`` or name of a Territoire d'industrie; where a name fits both, the
        EPCI is meant.
    phase : {"2018-2022", "2023-2027"}, optional
        Phase of the Territoires d'industrie; by default the second, then the first.

    Returns
    -------
    Subject
        The territory.

    Raises
    ------
    TerritoryNotFoundError, AmbiguousTerritoryError
        No such territory, or several.
    """
    first = find_among(territory, ("epci", "ti"), phase=phase)[0]
    communes = first.communes()
    legal = communes["crs_legal"].mode()[0]
    kind: Literal["epci", "ti"] = "epci" if first.kind == "epci" else "ti"
    return Subject(kind, first.code, first.nom, first.phase or "2018-2022", communes.to_crs(legal))


@cache
def people_of(kind: str, phase: str) -> pd.Series:
    """People of all EPCI, or of all Territoires d'industrie of a phase."""
    people = load_communes()["population"]
    if kind == "epci":
        return people.groupby(load_memberships(MAP_YEAR)["siren"].reindex(people.index)).sum()
    members = territoire_members(phase, communes=True, map_year=MAP_YEAR)
    return people.reindex(members["code_insee"]).groupby(members["id_ti"].to_numpy()).sum()


@dataclass(frozen=True)
class Peers:
    """Whom a territory is compared with.

    Attributes
    ----------
    codes : list of str
        The comparable territories, itself included.
    others : tuple of list of str
        Who they would be under other definitions, as defensible.
    """

    codes: list[str]
    others: tuple[list[str], ...]


_SPANS = ((1 / 2, 2), (2 / 3, 3 / 2), (1 / 3, 3))


def peers_of(subject: Subject) -> Peers:
    """Choose comparable territories: of the same kind, in the programme, from half to twice the people."""
    people = people_of(subject.kind, subject.phase)
    own = people.get(subject.code, subject.people)
    phases = PHASES if subject.kind == "epci" else (subject.phase,)
    sets = []
    for phase in (subject.phase, *(other for other in phases if other != subject.phase)):
        inside = _in_programme(phase) if subject.kind == "epci" else set(people.index)
        for low, high in _SPANS:
            near = people[people.between(low * own, high * own) & people.index.isin(inside)]
            sets.append(sorted({*near.index, subject.code}))
    return Peers(sets[0], tuple(sets[1:]))


@cache
def _in_programme(phase: str) -> set[str]:
    """EPCI with communes in a Territoire d'industrie."""
    members = territoire_members(phase, communes=True, map_year=MAP_YEAR)["code_insee"]
    return set(load_memberships(MAP_YEAR)["siren"].reindex(members).dropna())


def peers_in_words(subject: Subject, peers: Peers, lang: Lang) -> str:
    """Say who the comparable territories are, and what the interval of a rank is."""
    epci = subject.kind == "epci"
    several = len(peers.codes) - 1
    if several == 0:
        none = "aucune autre intercommunalité" if epci else "aucun autre Territoire d’industrie"
        whom = "EPCI" if epci else "territory"
        return say(
            lang,
            f"Comparables\u202f: {none} du programme ({subject.phase}) n’a de la moitié au double de sa "
            "population\u202f; il n’y a donc ni rang ni médiane.",
            f"Peers: no other {whom} of the programme ({subject.phase}) has half to twice its people: there "
            "is neither rank nor median.",
        )
    count = number(several, 0, lang=lang)
    others = [
        say(lang, "de deux tiers à une fois et demie", "from two thirds to one and a half times"),
        say(lang, "du tiers au triple", "from a third to three times"),
    ]
    if epci:
        others.append(say(lang, "ou ceux de l’autre phase", "or those of the other phase"))
    varied = ", ".join(others)
    if lang == "fr":
        whom = (
            f"les {count} autres intercommunalités qui ont des communes dans un Territoire d’industrie"
            if epci
            else f"les {count} autres Territoires d’industrie"
        )
        if several == 1:
            whom = (
                "l’autre intercommunalité qui a des communes dans un Territoire d’industrie"
                if epci
                else "l’autre Territoire d’industrie"
            )
        return (
            f"Comparables\u202f: {whom} ({subject.phase}){' et' if epci else ''} dont la population va de "
            "la moitié au double. Rang 1\u202f: la plus forte valeur. Entre parenthèses, l’intervalle "
            "du rang, ramené au même nombre, quand on choisit autrement les comparables\u202f: "
            f"{varied}. À cheval sur deux régions, "
            "une intercommunalité compte dans celle où elle a le plus d’habitants."
        )
    whom = (
        f"the {count} other EPCI with communes in a Territoire d'industrie"
        if epci
        else f"the {count} other Territoires d'industrie"
    )
    if several == 1:
        whom = whom.replace(f"the {count} other", "the other").replace("Territoires", "Territoire")
    return (
        f"Peers: {whom} ({subject.phase}), half to twice the people. Rank 1 is the highest figure. In "
        "brackets, the interval of the rank, brought to the same number, with peers chosen otherwise: "
        f"{varied}. An EPCI in two regions counts in that of most of its people."
    )


def neighbours_of(subject: Subject) -> list[str]:
    """List the EPCI whose communes touch the territory."""
    every = load_communes()
    own = every.loc[every.index.isin(subject.communes.index)]
    met = every.sindex.query(own.union_all(), predicate="intersects")
    around = every.iloc[met]
    return sorted(set(around["siren"].dropna()) - set(subject.sirens))
