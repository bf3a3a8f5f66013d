"""Maps of a built territory, commune by commune, from what its folder holds and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._format import plural
from tiGIS._repr import short_repr
from tiGIS.sources._geoparquet import read_geoparquet
from tiGIS.territory import area_km2, load_town_halls

if TYPE_CHECKING:
    from tiGIS.maps import TigisMap

_EXPECTED = "a folder that `tigis build` wrote"


@dataclass(frozen=True, repr=False)
class Built:
    """The folder of a built territory, read back.

    Attributes
    ----------
    folder : Path
        Where it is.
    report : dict
        What ``rapport.json`` says.
    communes : geopandas.GeoDataFrame
        The communes, in a projected CRS.
    """

    folder: Path
    report: dict[str, Any]
    communes: gpd.GeoDataFrame

    __repr__ = short_repr

    @property
    def name(self) -> str:
        """Name of the territory."""
        return str(self.report["territory"]["name"])

    def has(self, file: str) -> bool:
        """Tell whether the build wrote a file."""
        return (self.folder / file).is_file()

    def sources(self, part: str) -> list[str]:
        """Give the sources of a part, in French, as a map prints them."""
        origins = self._part(part)["origins"]
        return [
            f"{o['title']['fr']} – {o['producer']}, {o['vintage']['fr']}"
            + (f" – {o['note']}" if o["note"] else "")
            for o in origins
        ]

    def notes(self, part: str) -> list[str]:
        """Give what is said of the files of a part: that they are there for a trial, say."""
        return list(dict.fromkeys(o["note"] for o in self._part(part)["origins"] if o["note"]))

    def limits(self, part: str) -> list[str]:
        """Give the limits of a part, in French."""
        return [limit["fr"] for limit in self._part(part)["limits"]]

    def _part(self, name: str) -> dict[str, Any]:
        return next(part for part in self.report["parts"] if part["name"] == name)


def read_build(folder: str | Path) -> Built:
    """Read the folder of a built territory.

    Parameters
    ----------
    folder : path-like
        What `build_territory` wrote.

    Returns
    -------
    Built
        Its communes and its report; the other files are read when they are asked for.

    Raises
    ------
    DataFileError
        The folder is not one of a build, or a file of it is broken.
    """
    folder = Path(folder)
    path = folder / "rapport.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        known = {part["name"] for part in report["parts"]}
        communes = read_geoparquet(folder / "communes.parquet")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataFileError(path, f"it can't be read ({error})", _EXPECTED, "Build it again.") from error
    if not {"boundaries", "indicators", "roads", "flood", "land"} <= known:
        raise DataFileError(path, f"parts {sorted(known)}", _EXPECTED, "Build it again.")
    return Built(folder, report, communes)


def territory_maps(folder: str | Path) -> Iterator[tuple[str, TigisMap]]:
    """Draw the maps that a built territory allows.

    Parameters
    ----------
    folder : path-like
        What `build_territory` wrote.

    Yields
    ------
    tuple of str and TigisMap
        Name of the file (without ``.html``), and the map.

    Raises
    ------
    DataFileError
        The folder is not one of a build.
    """
    built = read_build(folder)
    makers: tuple[Callable[[Built], tuple[str, TigisMap] | None], ...] = (
        _density,
        _living_standard,
        _minutes_to_centre,
        _flooded,
        _brownfields,
    )
    for make in makers:
        made = make(built)
        if made is not None:
            yield made


def _density(built: Built) -> tuple[str, TigisMap]:
    drawn = area_km2(built.communes)
    official = built.communes.get("official_area_km2", drawn)
    frame = built.communes.assign(density=built.communes["population"] / official.fillna(drawn))
    whole = frame["population"].notna().all()  # a sum over a part is not its people
    people = plural(int(frame["population"].sum()), "habitant") if whole else "population en partie inconnue"
    return "densite", _draw(
        built,
        frame,
        "density",
        "boundaries",
        title=f"{built.name} : {people}",
        label="Habitants au km²",
        unit="hab./km²",
        palette="people",
    )


def _living_standard(built: Built) -> tuple[str, TigisMap] | None:
    figures = pd.read_parquet(built.folder / "indicateurs.parquet")
    medians = sorted(name for name in figures.columns if re.fullmatch(r"MED\d\d", name))
    if not medians:
        return None
    column = medians[-1]
    frame = built.communes.assign(median=figures[column].reindex(built.communes.index))
    return "niveau_de_vie", _draw(
        built,
        frame,
        "median",
        "indicators",
        title=f"{built.name} : niveau de vie médian des communes",
        label="Niveau de vie médian",
        unit="€",
        year=f"20{column[3:]}",
        reasons="secret statistique",
    )


def _minutes_to_centre(built: Built) -> tuple[str, TigisMap] | None:
    from tiGIS.network import RoadNetwork
    from tiGIS.routing import travel_times

    if not built.has("routes.npz"):
        return None
    network = RoadNetwork.load(built.folder / "routes.npz")
    centre = built.communes["population"].idxmax()
    halls = load_town_halls()
    inside = built.communes.index.intersection(halls.index)
    minutes = travel_times(
        network, halls.loc[inside], halls.loc[[centre]], too_far="unreachable", progress=False
    )
    frame = built.communes.assign(minutes=minutes[centre].reindex(built.communes.index))
    name = built.communes.loc[centre, "nom"]
    return "temps_vers_le_centre", _draw(
        built,
        frame,
        "minutes",
        "roads",
        title=f"{built.name} : temps de route jusqu’à la mairie de {name}",
        label=f"Temps en voiture jusqu’à {name}",
        unit="min",
        palette="enclavement",
        reasons="pas de route dans le réseau de ce dossier",
    )


def _flooded(built: Built) -> tuple[str, TigisMap] | None:
    from tiGIS.flood import FloodZones, exposure

    if not built.has("inondation_pprn.parquet"):
        return None
    studied = None
    if built.has("inondation_pprn_etudie.parquet"):
        studied = read_geoparquet(built.folder / "inondation_pprn_etudie.parquet").union_all()
    zones = FloodZones(read_geoparquet(built.folder / "inondation_pprn.parquet"), studied)
    share = exposure(built.communes, zones.of_kind("flood"), by_level=False)["area_share_pct"]
    frame = built.communes.assign(share=share.reindex(built.communes.index))
    return "zones_inondables", _draw(
        built,
        frame,
        "share",
        "flood",
        title=f"{built.name} : part des communes en zone inondable d’un PPR",
        label="Surface en zone inondable",
        unit="%",
        palette="water",
        reasons="hors du périmètre étudié par un plan",
    )


def _brownfields(built: Built) -> tuple[str, TigisMap] | None:
    if not built.has("friches.parquet"):
        return None
    sites = read_geoparquet(built.folder / "friches.parquet")
    counted = sites["comm_insee"].value_counts().reindex(built.communes.index)
    frame = built.communes.assign(sites=counted.astype(float))
    return "friches", _draw(
        built,
        frame,
        "sites",
        "land",
        title=f"{built.name} : {plural(len(sites), 'friche recensée', 'friches recensées')}",
        label="Friches recensées",
        palette="land",
        decimals=0,
        reasons="aucune friche recensée",
    )


def _draw(built: Built, frame: gpd.GeoDataFrame, column: str, part: str, **options: Any) -> TigisMap:
    from tiGIS.maps import choropleth

    return choropleth(
        frame,
        column,
        kind="commune",
        population="population",
        source=[*built.sources(part), *([] if part == "boundaries" else built.sources("boundaries")[:1])],
        limits=built.limits(part),
        subtitle=" ".join(built.notes(part)),
        **options,
    )
