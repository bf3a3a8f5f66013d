"""A part of a network: the roads between the nodes that are kept, renumbered in the same order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tiGIS._errors import InputError
from tiGIS.network._closures import Closures
from tiGIS.network._road_network import RoadNetwork
from tiGIS.network._roads import Topology

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def keep_nodes(network: RoadNetwork, keep: ArrayLike) -> RoadNetwork:
    """Keep some nodes of a network, and the roads whose two ends are kept.

    Parameters
    ----------
    network : RoadNetwork
        The whole.
    keep : array-like of bool
        One value a node; a node for arrivals (``topology.arrival``) is kept where its place is.

    Returns
    -------
    RoadNetwork
        The part: same CRS, metadata, times and details of the roads; nodes, arcs and edges in the same order.

    Raises
    ------
    InputError
        Not one boolean a node.
    """
    kept = np.asarray(keep)
    if kept.shape != (network.n_nodes,) or kept.dtype != np.bool_:
        raise InputError(
            f"keep: {kept.dtype} of shape {kept.shape}; expected one boolean a node, ({network.n_nodes},)."
        )
    twin = network.topology.ends_at(np.arange(network.n_nodes))
    places = np.flatnonzero(twin != np.arange(network.n_nodes))
    kept = kept.copy()
    kept[twin[places]] = kept[places]
    roads = network.roads
    edges = kept[roads.tail] & kept[roads.head]
    number = np.cumsum(kept) - 1
    pieces = edges[roads.edge_of_piece]
    vertices = np.repeat(edges, np.diff(roads.first_vertex))
    new_vertex = np.cumsum(vertices) - 1
    ways, way = np.unique(roads.way[pieces], return_inverse=True)
    part = replace(
        roads,
        tail=number[roads.tail[edges]].astype(np.int32),
        head=number[roads.head[edges]].astype(np.int32),
        first_piece=_starts(roads.first_piece, edges),
        first_vertex=_starts(roads.first_vertex, edges),
        xy=roads.xy[vertices],
        last_vertex=new_vertex[roads.last_vertex[pieces]],
        length_m=roads.length_m[pieces],
        speed_kmh=roads.speed_kmh[pieces],
        speed_back_kmh=roads.speed_back_kmh[pieces],
        road_class=roads.road_class[pieces],
        flags=roads.flags[pieces],
        way=way.astype(np.int32),
        name_class=roads.name_class[pieces],
        way_ids=roads.way_ids[ways],
    )
    arcs = edges[network.arc_edge]
    arrival = network.topology.arrival
    topology = Topology(
        int(np.count_nonzero(kept)),
        number[network.tail[arcs]].astype(np.int32),
        number[network.head[arcs]].astype(np.int32),
        None if arrival is None else number[arrival[kept]].astype(np.int32),
    )
    new_edge, closures = np.cumsum(edges) - 1, network.closures
    return RoadNetwork(
        topology,
        part,
        network.x[kept],
        network.y[kept],
        new_edge[network.arc_edge[arcs]].astype(np.int32),
        network.arc_forward[arcs],
        network.open_mmin[arcs],
        network.crs,
        network.metadata,
        closures and Closures(closures.first_m[edges], closures.last_m[edges]),
    )


def _starts(first: NDArray[np.int64], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give the starts of the runs that are kept, laid end to end."""
    return np.concatenate([[0], np.cumsum(np.diff(first)[kept])]).astype(np.int64)
