"""The bundled tables that indicators are computed from, brought to the map of communes that is asked for."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from tiGIS._bundled import bundled_path
from tiGIS._errors import VintageError
from tiGIS._meta import describe, note
from tiGIS._validate import shown
from tiGIS.indicators._harmonise import harmonise, passage
from tiGIS.indicators._membership import latest_population
from tiGIS.indicators._model import Indicator
from tiGIS.sources._insee_codes import city_of
from tiGIS.territory import load_memberships, load_populations, territoire_members

CENSUS_MAP = 2021
_IRIS_MAP = 2023
# poverty is a share whose denominator is not bundled: no better than a median
_UNSUMMED = ("MED19", "TP6019")


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


def census_of_ales(map_year: int) -> pd.DataFrame:
    """Census and establishments of 2018 by commune of Alès Agglomération."""
    frame = pd.read_parquet(bundled_path("insee_ales_communes_2018.parquet")).set_index("code_insee")
    limit = note("Communes d'Alès Agglomération seulement", "Communes of Alès Agglomération only")
    return describe(_carried(frame, CENSUS_MAP, map_year), limits=[limit])


def census_of_epci(map_year: int) -> pd.DataFrame:
    """Census and establishments of 2018 by EPCI; NaN for those whose perimeter has changed since 2021."""
    frame = pd.read_parquet(bundled_path("insee_epci_2018.parquet")).set_index("siren")
    now = pd.Index(sorted(load_memberships(map_year)["siren"].dropna().unique()), dtype="str", name="siren")
    same = now.intersection(unchanged_epci(CENSUS_MAP, map_year))
    limits = []
    changed = len(now) - len(same)
    if changed:
        limits.append(
            note(
                f"{changed} EPCI au périmètre changé entre {CENSUS_MAP} et {map_year} : sans chiffre",
                f"{changed} EPCI whose perimeter changed between {CENSUS_MAP} and {map_year}: no figure",
            )
        )
    return describe(frame.reindex(same).reindex(now), limits=limits, map_year=map_year)


@lru_cache(maxsize=8)
def unchanged_epci(from_year: int, to_year: int) -> pd.Index:
    """EPCI that hold the same ground on both maps, whatever communes merged within them."""
    lines = passage(from_year, to_year)
    before = load_memberships(from_year)["siren"].reindex(lines["code_from"]).fillna("").to_numpy()
    after = load_memberships(to_year)["siren"].reindex(lines["code_to"]).fillna("").to_numpy()
    moved = before != after
    return pd.Index(np.unique(before)).difference([*before[moved], *after[moved], ""])


def ti_members(map_year: int, phase: str) -> tuple[pd.DataFrame, pd.Series]:
    """Members of the Territoires d'industrie, as EPCI where they hold a whole one, else as communes.

    Two columns, ``member`` and ``id_ti``; and the people of each member.
    """
    siren = load_memberships(map_year)["siren"]
    lines = territoire_members(phase, communes=True, year=map_year)[["id_ti", "code_insee"]]
    lines = lines.assign(siren=siren.reindex(lines["code_insee"]).to_numpy())
    held = lines.groupby(["id_ti", "siren"])["code_insee"].transform("size")
    whole = held == lines["siren"].map(siren.value_counts())
    lines["member"] = lines["siren"].where(whole, lines["code_insee"])
    lines["people"] = latest_population(map_year).reindex(lines["code_insee"]).to_numpy()
    people = lines.drop_duplicates("code_insee").groupby("member")["people"].sum(min_count=1)
    return lines[["member", "id_ti"]].drop_duplicates(ignore_index=True), people


@lru_cache(maxsize=4)
def epci_members(level: str, map_year: int) -> tuple[pd.Series, pd.Series]:
    """Region (of most of its people) or country of each EPCI, and its people."""
    communes = load_memberships(map_year).dropna(subset=["siren"])
    table = communes[["siren", "region"]].assign(
        people=latest_population(map_year).reindex(communes.index).fillna(0)
    )
    people = table.groupby("siren")["people"].sum()
    if level == "france":
        return pd.Series("france", index=people.index, name="france"), people
    shares = table.groupby(["siren", "region"])["people"].sum().reset_index()
    shares = shares.sort_values(["siren", "people", "region"], ascending=[True, False, True])
    return shares.drop_duplicates("siren").set_index("siren")["region"], people


def _carried(frame: pd.DataFrame, from_year: int, to_year: int) -> pd.DataFrame:
    if from_year == to_year:
        return describe(frame.sort_index().astype(float), map_year=to_year)
    kinds = [
        Indicator(name=column, kind="median" if column in _UNSUMMED else "count") for column in frame.columns
    ]
    people = latest_population(to_year)
    return harmonise(
        frame, from_year=from_year, to_year=to_year, indicators=kinds, weights=people, uncarried="nan"
    )
