"""The bundled tables that indicators are computed from, brought to the map of communes that is asked for."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from tiGIS._bundled import bundled_path
from tiGIS._errors import VintageError
from tiGIS._validate import shown
from tiGIS.indicators._harmonise import harmonise
from tiGIS.indicators._indicator import Indicator
from tiGIS.indicators._membership import latest_population
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.insee_codes import city_of
from tiGIS.territory import load_populations

CENSUS_MAP = 2021
_IRIS_MAP = 2023
# poverty is a share whose denominator is not bundled: no better than a median
UNSUMMED = ("MED19", "TP6019")


def populations(columns: list[str], map_year: int) -> pd.DataFrame:
    """Legal populations (``POP2018``...) by commune, on one map."""
    frame = pd.DataFrame({name: _population(int(name.removeprefix("POP")), map_year) for name in columns})
    limits = [
        note(
            f"Carte des communes de {map_year} ; chiffres d'une carte plus ancienne additionnés par fusion, "
            "et répartis au prorata de la population où une commune s'est scindée",
            f"Map of communes of {map_year}; figures of an earlier map summed up where communes merged, "
            "shared out by population where one was split",
        ),
        note("Mayotte : pas de population annuelle", "Mayotte: no yearly population"),
    ]
    return describe(frame, limits=limits, map_year=map_year)


@lru_cache(maxsize=12)
def _population(census: int, map_year: int) -> pd.Series:
    """Legal population of one census: as published on that map, or carried from the latest one before it."""
    published = load_populations(census)
    earlier = published.loc[published["map_year"] <= map_year, "map_year"]
    if earlier.empty:
        maps = sorted(int(year) for year in published["map_year"].unique())
        raise VintageError(
            f"the legal population of {census} is bundled on the maps of {shown(maps)}; map_year is "
            f"{map_year}. It can't be carried back to communes that have merged since."
        )
    here = published[published["map_year"] == earlier.max()].set_index("code_insee")
    return _carried(here[["population"]], int(earlier.max()), map_year)["population"]


@lru_cache(maxsize=4)
def iris(map_year: int) -> pd.DataFrame:
    """Census of 2021 by commune; Paris, Lyon and Marseille are summed up from their arrondissements."""
    if map_year < _IRIS_MAP:
        raise VintageError(
            f"the census of 2021 is bundled on the map of {_IRIS_MAP}; map_year is {map_year}. "
            "It can't be carried back to communes that have merged since."
        )
    frame = pd.read_parquet(bundled_path("iris_2021_communes.parquet")).set_index("code_insee")
    carried = _carried(frame.groupby(city_of(frame.index)).sum(), _IRIS_MAP, map_year)
    limit = note("Mayotte : recensement absent", "Mayotte: no census")
    return describe(carried, limits=[limit])


SECRECY = note(
    "Secret statistique : revenus et pauvreté des petites communes absents",
    "Statistical secrecy: incomes and poverty of small communes are absent",
)


@lru_cache(maxsize=4)
def census(map_year: int) -> pd.DataFrame:
    """Census, births, establishments and incomes of 2013 to 2019 by commune, on one map."""
    frame = pd.read_parquet(bundled_path("insee_communes_2018.parquet")).set_index("code_insee")
    limits = [
        note("Mayotte : recensement absent", "Mayotte: no census"),
        note(
            "Une commune scindée depuis 2021 partage ses chiffres au prorata de la population",
            "A commune split since 2021 shares its figures out by population",
        ),
    ]
    return describe(_carried(frame, CENSUS_MAP, map_year), limits=limits)


def _carried(frame: pd.DataFrame, from_year: int, to_year: int) -> pd.DataFrame:
    if from_year == to_year:
        return describe(frame.sort_index().astype(float), map_year=to_year)
    kinds = [
        Indicator(name=column, kind="median" if column in UNSUMMED else "count") for column in frame.columns
    ]
    people = latest_population(to_year)
    return harmonise(
        frame, from_year=from_year, to_year=to_year, indicators=kinds, weights=people, uncarried="nan"
    )
