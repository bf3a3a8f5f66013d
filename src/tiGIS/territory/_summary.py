"""Who a territory is, in a few figures."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS._validate import are_among, kind_of
from tiGIS.territory._crs import area_km2
from tiGIS.territory._find import Territory
from tiGIS.territory._members import PHASES, administrative_names, epci_and_ept, territoire_members


@dataclass(frozen=True, repr=False)
class Summary:
    """
    Who a territory is.

    Attributes
    ----------
    territory : Territory
        The territory.
    communes : geopandas.GeoDataFrame
        Its communes, the most peopled first.
    population : int or None
        Its people; None where a commune's figure is not known.
    population_years : tuple of int
        Censuses that the population comes from (2017 in Mayotte).
    area_km2 : float
        The area that is drawn, in its legal projection, in km².
    official_area_km2 : float
        The area that Insee publishes, in km² (no sea, lakes over 1 km² or glaciers); NaN where that of a
        commune is not known.
    nature : str
        Of an EPCI (``"CA"``...), otherwise empty.
    departements, regions, epci : dict
        Names by code, of those that it lies in.
    territoires_industrie : list of Territory
        Those that share at least one commune with it.
    """

    territory: Territory
    communes: gpd.GeoDataFrame
    population: int | None
    population_years: tuple[int, ...]
    area_km2: float
    official_area_km2: float
    nature: str
    departements: dict[str, str]
    regions: dict[str, str]
    epci: dict[str, str]
    territoires_industrie: list[Territory]

    __repr__ = short_repr


def summarise_territory(territory: Territory) -> Summary:
    """
    Gather who a territory is: its people, its area, its communes, what it lies in.

    Parameters
    ----------
    territory : Territory
        As ``find_territory`` gives it.

    Returns
    -------
    Summary
        Its figures.

    Raises
    ------
    InputError
        It is a name or a code: find the territory first.

    Examples
    --------
    >>> from tiGIS import find_territory
    >>> summary = summarise_territory(find_territory("200066918")[0])
    >>> summary.population, round(summary.area_km2), summary.departements
    (134056, 924, {'30': 'Gard'})
    """
    if not isinstance(territory, Territory):
        raise InputError(
            f"territory: {kind_of(territory)}; expected a Territory. Find it first: "
            "tiGIS.territory.summarise_territory(tiGIS.find_territory('200066918')[0])."
        )
    communes = territory.communes().sort_values("population", ascending=False, kind="stable")
    people = communes["population"]
    epci = communes.dropna(subset=["siren"]).drop_duplicates("siren").set_index("siren")["epci"]
    return Summary(
        territory=territory,
        communes=communes,
        population=None if people.isna().any() else int(people.sum()),
        population_years=tuple(sorted({int(year) for year in communes["population_year"].dropna()})),
        area_km2=float(area_km2(communes).sum()),
        official_area_km2=float(communes["official_area_km2"].sum(skipna=False)),
        nature=str(epci_and_ept(territory.year).loc[territory.code, "nature"])
        if territory.kind == "epci"
        else "",
        departements=_names("departement", communes),
        regions=_names("region", communes),
        epci={str(siren): str(nom) for siren, nom in epci.sort_index().items()},
        territoires_industrie=_territoires_of(communes.index, territory),
    )


def _names(level: str, communes: gpd.GeoDataFrame) -> dict[str, str]:
    names = administrative_names(level)["nom"].loc[sorted(communes[level].unique())]
    return {str(code): str(nom) for code, nom in names.items()}


def _territoires_of(codes: pd.Index, asked: Territory) -> list[Territory]:
    found = []
    for phase in PHASES:
        members = territoire_members(phase, communes=True, map_year=max(asked.year, 2022))
        here = members[are_among(members["code_insee"], codes)].drop_duplicates("id_ti")
        found += [
            Territory("ti", code, nom, asked.year, phase=phase)
            for code, nom in here[["id_ti", "nom"]].itertuples(index=False)
        ]
    return [territory for territory in found if territory != asked]
