"""What a territory is shut in from: the places of the bundle that minutes are counted to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._meta import describe, note

if TYPE_CHECKING:
    import geopandas as gpd

#: Names of the targets that the bundle can feed, in the order of tables.
TARGETS = (
    "motorway",
    "tgv",
    "station",
    "airport",
    "port",
    "prefecture",
    "city_20000",
    "city_100000",
)

_MAINLAND_CRS = 2154


def load_targets(names: Sequence[str] = TARGETS, *, year: int = 2024) -> dict[str, gpd.GeoDataFrame]:
    """Load the places that enclavement is measured to, for metropolitan France.

    Parameters
    ----------
    names : sequence of str
        Some of ``TARGETS``. ``prefecture`` counts sub-prefectures (chief towns of arrondissements);
        ``city_N`` is any commune of ``N`` people or more, at its town hall.
    year : int, default 2024
        Year of the map of communes, whose populations make the cities.

    Returns
    -------
    dict
        Name -> points (EPSG:2154) with ``nom``; each says its source and its limits.

    Examples
    --------
    >>> targets = load_targets(["city_100000"])
    >>> "34172" in targets["city_100000"].index
    True
    """
    odd = [name for name in names if name not in TARGETS and not name.removeprefix("city_").isdigit()]
    if odd:
        raise InputError(f"names: no target {odd}; expected some of {', '.join(TARGETS)}, or city_N.")
    return {name: _load(name, year) for name in names}


def _load(name: str, year: int) -> gpd.GeoDataFrame:
    from tiGIS import territory

    if name.startswith("city_"):
        return _cities(int(name.removeprefix("city_")), year)
    if name == "prefecture":
        return _prefectures(year)
    loaders = {
        "motorway": territory.load_motorway_accesses,
        "tgv": territory.load_tgv_stations,
        "station": territory.load_stations,
        "airport": territory.load_airports,
        "port": territory.load_ports,
    }
    points = loaders[name]()
    said = dict(points.attrs)
    points = mainland(points)
    if "nom" not in points.columns:
        points = points.rename(columns={"routes": "nom"})
    points = points[["nom", "geometry"]]
    # a place without a code goes by its name
    points.index = pd.Index(
        np.where(points.index.isna(), points["nom"], points.index), name=points.index.name
    )
    points.attrs = said
    return points


def mainland(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what lies in metropolitan France or near it, in EPSG:2154."""
    degrees = points.to_crs(4326).geometry
    inside = degrees.x.between(-6, 11) & degrees.y.between(41, 52)
    return points[inside].to_crs(_MAINLAND_CRS)


def _communes(year: int) -> gpd.GeoDataFrame:
    """Town halls with the name and the population of their commune."""
    from tiGIS import territory

    halls = mainland(territory.load_town_halls())
    communes = territory.load_communes(year=year)[["nom", "population"]]
    return halls[["geometry"]].join(communes, how="inner")


def _cities(least: int, year: int) -> gpd.GeoDataFrame:
    communes = _communes(year)
    cities = communes[communes["population"] >= least][["nom", "population", "geometry"]]
    limit = note(
        f"Villes : communes d'au moins {least} habitants, à leur mairie (et non unités urbaines).",
        f"Cities: communes of {least} people or more, at their town hall (not urban units).",
    )
    return describe(cities, sources=[_INSEE], limits=[limit])


def _prefectures(year: int) -> gpd.GeoDataFrame:
    table = pd.read_csv(Path(__file__).with_name("prefectures.csv"), dtype=str).set_index("code_insee")
    towns = _communes(year).join(table, how="inner")
    limit = note(
        "Préfectures et sous-préfectures : chefs-lieux d'arrondissement (COG 2024), à leur mairie.",
        "Prefectures and sub-prefectures: chief towns of arrondissements (COG 2024), at their town hall.",
    )
    return describe(towns[["nom", "kind", "geometry"]], sources=[_INSEE], limits=[limit])


_INSEE = note(
    "Insee, code officiel géographique et populations légales ; mairies : DILA",
    "Insee, official geographic code and legal populations; town halls: DILA",
)
