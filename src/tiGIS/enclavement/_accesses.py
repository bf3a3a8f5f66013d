"""Where a network's own motorways and 2x2 roads are entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tiGIS._errors import InputError
from tiGIS._meta import describe, note

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

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
            sources = network.metadata.get("sources", ())
            found[name] = describe(points, sources=sources, limits=[limit])
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
