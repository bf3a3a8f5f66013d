"""Maps of a gathered territory, commune by commune, from what its folder holds and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from tiGIS._format import plural
from tiGIS.dossier._dossier import Dossier, read_dossier
from tiGIS.sources.reading.geoparquet import read_geoparquet
from tiGIS.territory import area_km2, load_town_halls

if TYPE_CHECKING:
    from tiGIS.maps import TigisMap

DOSSIER_PAGES = ("densite", "niveau_de_vie", "temps_vers_le_centre", "zones_inondables", "friches")
"""What the maps of a dossier are called, where it has what they show."""


def dossier_maps(folder: str | Path) -> Iterator[tuple[str, TigisMap]]:
    """Draw the maps that a dossier allows.

    Parameters
    ----------
    folder : path-like
        What `gather_territory` wrote.

    Yields
    ------
    tuple of str and TigisMap
        Name of the file (without ``.html``), and the map.

    Raises
    ------
    DataFileError
        The folder is no dossier.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from tiGIS.dossier import gather_territory
    >>> from tiGIS.sources import Cache
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = gather_territory("200066918", f"{folder}/ales", cache=Cache(pathlib.Path(folder)))
    ...     pages = [name for name, page in dossier_maps(f"{folder}/ales")]
    >>> pages
    ['densite', 'temps_vers_le_centre', 'friches']
    """
    dossier = read_dossier(folder)
    makers: tuple[Callable[[Dossier], tuple[str, TigisMap] | None], ...] = (
        _density,
        _living_standard,
        _minutes_to_centre,
        _flooded,
        _brownfields,
    )
    for make in makers:
        made = make(dossier)
        if made is not None:
            yield made


def _density(dossier: Dossier) -> tuple[str, TigisMap]:
    drawn = area_km2(dossier.communes)
    official = dossier.communes.get("official_area_km2", drawn)
    frame = dossier.communes.assign(density=dossier.communes["population"] / official.fillna(drawn))
    whole = frame["population"].notna().all()  # a sum over a part is not its people
    people = plural(int(frame["population"].sum()), "habitant") if whole else "population en partie inconnue"
    return "densite", _draw(
        dossier,
        frame,
        "density",
        "boundaries",
        title=f"{dossier.name} : {people}",
        label="Habitants au km²",
        unit="hab./km²",
        palette="people",
    )


def _living_standard(dossier: Dossier) -> tuple[str, TigisMap] | None:
    figures = pd.read_parquet(dossier.file("indicateurs.parquet"))
    medians = sorted(name for name in figures.columns if re.fullmatch(r"MED\d\d", name))
    if not medians:
        return None
    column = medians[-1]
    frame = dossier.communes.assign(median=figures[column].reindex(dossier.communes.index))
    return "niveau_de_vie", _draw(
        dossier,
        frame,
        "median",
        "indicators",
        title=f"{dossier.name} : niveau de vie médian des communes",
        label="Niveau de vie médian",
        unit="€",
        year=f"20{column[3:]}",
        reasons="secret statistique",
    )


def _minutes_to_centre(dossier: Dossier) -> tuple[str, TigisMap] | None:
    from tiGIS.network import RoadNetwork
    from tiGIS.routing import travel_times

    if not dossier.has("routes.npz"):
        return None
    network = RoadNetwork.load(dossier.file("routes.npz"))
    centre = dossier.communes["population"].idxmax()
    halls = load_town_halls()
    inside = dossier.communes.index.intersection(halls.index)
    minutes = travel_times(
        network, halls.loc[inside], halls.loc[[centre]], too_far="unreachable", progress=False
    )
    frame = dossier.communes.assign(minutes=minutes[centre].reindex(dossier.communes.index))
    name = dossier.communes.loc[centre, "nom"]
    return "temps_vers_le_centre", _draw(
        dossier,
        frame,
        "minutes",
        "roads",
        title=f"{dossier.name} : temps de route jusqu’à la mairie de {name}",
        label=f"Temps en voiture jusqu’à {name}",
        unit="min",
        palette="enclavement",
        reasons="pas de route dans le réseau de ce dossier",
    )


def _flooded(dossier: Dossier) -> tuple[str, TigisMap] | None:
    from tiGIS.flood import FloodZones, exposure

    if not dossier.has("inondation_pprn.parquet"):
        return None
    studied = None
    if dossier.has("inondation_pprn_etudie.parquet"):
        studied = read_geoparquet(dossier.file("inondation_pprn_etudie.parquet")).union_all()
    zones = FloodZones(read_geoparquet(dossier.file("inondation_pprn.parquet")), studied)
    share = exposure(dossier.communes, zones.of_kind("flood"), by_level=False)["area_share_pct"]
    frame = dossier.communes.assign(share=share.reindex(dossier.communes.index))
    return "zones_inondables", _draw(
        dossier,
        frame,
        "share",
        "flood",
        title=f"{dossier.name} : part des communes en zone inondable d’un PPR",
        label="Surface en zone inondable",
        unit="%",
        palette="water",
        reasons="hors du périmètre étudié par un plan",
    )


def _brownfields(dossier: Dossier) -> tuple[str, TigisMap] | None:
    if not dossier.has("friches.parquet"):
        return None
    sites = read_geoparquet(dossier.file("friches.parquet"))
    counted = sites["comm_insee"].value_counts().reindex(dossier.communes.index)
    frame = dossier.communes.assign(sites=counted.astype(float))
    return "friches", _draw(
        dossier,
        frame,
        "sites",
        "land",
        title=f"{dossier.name} : {plural(len(sites), 'friche recensée', 'friches recensées')}",
        label="Friches recensées",
        palette="land",
        decimals=0,
        reasons="aucune friche recensée",
    )


def _draw(dossier: Dossier, frame: gpd.GeoDataFrame, column: str, part: str, **options: Any) -> TigisMap:
    from tiGIS.maps import choropleth

    return choropleth(
        frame,
        column,
        kind="commune",
        population="population",
        source=[*dossier.sources(part), *([] if part == "boundaries" else dossier.sources("boundaries")[:1])],
        limits=dossier.limits(part),
        subtitle=" ".join(dossier.notes(part)),
        **options,
    )
