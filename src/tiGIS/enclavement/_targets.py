"""What a territory is shut in from: places of the bundle, and where a network's own fast roads begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._format import number
from tiGIS.provenance import describe, description, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

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

_NAMES: dict[str, tuple[str, str]] = {
    "motorway": ("entrée d'autoroute", "motorway access"),
    "tgv": ("gare à grande vitesse", "high-speed station"),
    "station": ("gare", "station"),
    "airport": ("aéroport à vols réguliers", "airport with scheduled service"),
    "port": ("port de commerce", "port"),
    "prefecture": ("préfecture ou sous-préfecture", "prefecture or sub-prefecture"),
}


def target_name(name: str, lang: str = "fr") -> str:
    """Write what a target is.

    Parameters
    ----------
    name : str
        One of ``TARGETS``, or ``city_N``; any other is given back as it is.
    lang : {"fr", "en"}, default "fr"
        Language.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> target_name("city_5000", "en")
    'city of 5,000 people'
    """
    if name.startswith("city_") and name.removeprefix("city_").isdigit():
        people = int(name.removeprefix("city_"))
        return (
            f"ville de {number(people, 0)} habitants"
            if lang == "fr"
            else f"city of {number(people, 0, lang='en')} people"
        )
    return _NAMES.get(name, (name, name))[0 if lang == "fr" else 1]


@checked
def load_targets(names: Sequence[str] = TARGETS, *, map_year: int = 2024) -> dict[str, gpd.GeoDataFrame]:
    """Load the places that enclavement is measured to, for metropolitan France.

    Parameters
    ----------
    names : sequence of str
        Some of ``TARGETS``. ``prefecture`` counts sub-prefectures (chief towns of arrondissements);
        ``city_N`` is any commune of ``N`` people or more, at its town hall.
    map_year : int, default 2024
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
    towns = _communes(map_year) if any(name.startswith(("city_", "prefecture")) for name in names) else None
    return {name: _load(name, towns) for name in names}


def _load(name: str, towns: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    from tiGIS import territory

    if towns is not None and name.startswith("city_"):
        return _cities(int(name.removeprefix("city_")), towns)
    if towns is not None and name == "prefecture":
        return _prefectures(towns)
    loaders = {
        "motorway": territory.load_motorway_accesses,
        "tgv": territory.load_tgv_stations,
        "station": territory.load_stations,
        "airport": territory.load_airports,
        "port": territory.load_ports,
    }
    everywhere = loaders[name]()
    points = mainland(everywhere)
    if "nom" not in points.columns:
        points = points.rename(columns={"routes": "nom"})
    return inherit(points[["nom", "geometry"]], everywhere)


def mainland(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what lies in metropolitan France or near it, in EPSG:2154."""
    degrees = points.to_crs(4326).geometry
    inside = degrees.x.between(-6, 11) & degrees.y.between(41, 52)
    return points[inside].to_crs(_MAINLAND_CRS)


def _communes(year: int) -> gpd.GeoDataFrame:
    """Town halls with the name and the population of their commune."""
    from tiGIS import territory

    halls = mainland(territory.load_town_halls())
    communes = territory.load_communes(map_year=year)[["nom", "population"]]
    return halls[["geometry"]].join(communes, how="inner")


def _cities(least: int, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    cities = communes[communes["population"] >= least][["nom", "population", "geometry"]]
    limit = note(
        f"Villes : communes d'au moins {number(least, 0)} habitants, à leur mairie (et non unités urbaines).",
        f"Cities: communes of {number(least, 0, lang='en')} people or more, at their town hall (not urban "
        "units).",
    )
    return describe(cities, sources=[_INSEE], limits=[limit])


def _prefectures(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = pd.read_csv(Path(__file__).with_name("prefectures.csv"), dtype=str).set_index("code_insee")
    towns = communes.join(table, how="inner")
    limit = note(
        "Préfectures et sous-préfectures : chefs-lieux d'arrondissement (COG 2024), à leur mairie.",
        "Prefectures and sub-prefectures: chief towns of arrondissements (COG 2024), at their town hall.",
    )
    return describe(towns[["nom", "kind", "geometry"]], sources=[_INSEE], limits=[limit])


_INSEE = note(
    "Insee, code officiel géographique et populations légales ; mairies : DILA",
    "Insee, official geographic code and legal populations; town halls: DILA",
)


_MOTORWAYS = note(
    "Accès aux autoroutes lus sur le réseau : là où une autre route y entre",
    "Motorway accesses read from the network: where another road enters one",
)
_EXPRESS = note(
    "Routes à 2×2 voies : celles que la source dit express et à chaussées séparées, reliées par elles-mêmes "
    "aux autoroutes",
    "2x2 roads: those that the source calls express with two carriageways, joined by themselves to motorways",
)


def road_accesses(network: RoadNetwork) -> dict[str, gpd.GeoDataFrame]:
    """Find where the motorways of a detailed network, and its other 2x2 roads, are entered.

    A 2x2 road is of class ``express`` (OpenStreetMap's ``trunk``, IGN's importance 1 and 2 with two
    carriageways) and one-way or flagged ``dual``. It counts where it leads to a motorway along motorways and
    2x2 roads alone: "continuous with the national network", in the words of the law of 1995.

    Parameters
    ----------
    network : RoadNetwork
        A network whose classes are known (not the bundled one).

    Returns
    -------
    dict
        ``motorway`` and ``express_road``: points in the CRS of the network, index: number of the node; as
        ``access_times`` and ``legal_remoteness`` read them. A kind that the network lacks is left out.

    Raises
    ------
    InputError
        The network has neither.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> from tiGIS import network_from_lines
    >>> roads = gpd.GeoDataFrame(
    ...     {"kind": ["primary", "motorway"], "kmh": [60.0, 120.0]},
    ...     geometry=[LineString([(0, 0), (1000, 0)]), LineString([(1000, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(roads, road_class="kind", speed="kmh")
    >>> road_accesses(network)["motorway"].geometry.x.tolist()
    [1000.0]
    """
    import geopandas as gpd

    motorway, express = _fast_arcs(network)
    found: dict[str, gpd.GeoDataFrame] = {}
    for name, onto, beside, limit in (
        ("motorway", motorway, motorway, _MOTORWAYS),
        ("express_road", express, motorway | express, _EXPRESS),
    ):
        nodes = np.intersect1d(network.tail[onto], network.head[_open(network) & ~beside])
        if len(nodes):
            points = gpd.GeoDataFrame(
                geometry=gpd.points_from_xy(network.x[nodes], network.y[nodes]), index=nodes, crs=network.crs
            )
            found[name] = describe(points, sources=description(network)["sources"], limits=[limit])
    if not found:
        raise InputError(
            "network: no access to a motorway or a 2x2 road; expected a network with classes of roads."
        )
    return found


def _open(network: RoadNetwork) -> NDArray[np.bool_]:
    from tiGIS.network import CLOSED

    return network.time_mmin < CLOSED


def _fast_arcs(network: RoadNetwork) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell the arcs of motorways, and those of the 2x2 roads that lead to one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    from tiGIS.network import CLOSED, ROAD_CLASSES

    usable = _open(network)
    ahead, back = network.times_of_edges
    one_way = ((ahead < CLOSED) != (back < CLOSED))[network.arc_edge]
    motorway = usable & (network.road_class == ROAD_CLASSES.index("motorway"))
    express = usable & (network.road_class == ROAD_CLASSES.index("express"))
    express &= one_way | network.has("dual")
    fast = motorway | express
    n = network.n_nodes
    graph = coo_array((np.ones(fast.sum()), (network.tail[fast], network.head[fast])), shape=(n, n))
    _, part = connected_components(graph.tocsr(), directed=False)
    national = np.unique(part[network.tail[motorway]])
    return motorway, express & np.isin(part[network.tail], national)
