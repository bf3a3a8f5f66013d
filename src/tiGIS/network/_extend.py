"""Adding roads to a network: new ones, or those of a coarser network where a detailed one has none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, require_crs
from tiGIS.network._closures import Closures
from tiGIS.network._road_classes import ROAD_CLASSES
from tiGIS.network._road_network import RoadNetwork
from tiGIS.network._roads import CLOSED, Topology
from tiGIS.provenance import note

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

_MOTORWAY = ROAD_CLASSES.index("motorway")
#: A link to a motorway runs along it; any other along small roads.
_MOTORWAY_LINK_KMH, _MOTORWAY_LINK_DETOUR = 110.0, 1.05
_ROAD_LINK_KMH, _ROAD_LINK_DETOUR = 40.0, 1.3
_FEW_METRES = 1.0


def with_edges(network: RoadNetwork, edges: gpd.GeoDataFrame, new_xy: NDArray[np.float64]) -> RoadNetwork:
    """Add edges, open both ways, to the arrays of a network.

    Parameters
    ----------
    network : RoadNetwork
        The network; it is not changed.
    edges : GeoDataFrame
        ``tail`` and ``head`` (nodes; those from ``network.n_nodes`` on are new), ``length_m``, ``speed_kmh``,
        ``road_class`` (a word of the small scale), ``way_id``, and lines in the CRS of the network.
    new_xy : ndarray
        Coordinates of the new nodes, one row each.

    Returns
    -------
    RoadNetwork
        Its edges are those of ``network``, then the new ones, in their order.
    """
    import shapely

    columns = ["tail", "head", "length_m", "speed_kmh", "road_class", "way_id"]
    require_columns(edges, columns, "edges")
    roads, count = network.roads, len(edges)
    tail, head = (edges[name].to_numpy(dtype=np.int32) for name in ("tail", "head"))
    length_m, speed_kmh = (edges[name].to_numpy(dtype=np.float64) for name in ("length_m", "speed_kmh"))
    shapes = np.asarray(edges.geometry.array)
    vertices = roads.first_vertex[-1] + np.cumsum(shapely.get_num_coordinates(shapes))
    number = np.arange(count)
    longer = replace(
        roads,
        tail=np.append(roads.tail, tail),
        head=np.append(roads.head, head),
        first_piece=np.append(roads.first_piece, roads.first_piece[-1] + 1 + number),
        first_vertex=np.append(roads.first_vertex, vertices),
        xy=np.concatenate([roads.xy, shapely.get_coordinates(shapes)]),
        last_vertex=np.append(roads.last_vertex, vertices - 1),
        length_m=np.append(roads.length_m, length_m),
        speed_kmh=np.append(roads.speed_kmh, speed_kmh),
        speed_back_kmh=np.append(roads.speed_back_kmh, speed_kmh),
        road_class=np.append(
            roads.road_class, [np.int8(ROAD_CLASSES.index(name)) for name in edges["road_class"]]
        ).astype(np.int8),
        flags=np.append(roads.flags, np.zeros(count, dtype=np.uint8)),
        way=np.append(roads.way, (len(roads.way_ids) + number).astype(np.int32)),
        name_class=np.append(roads.name_class, np.full(count, len(roads.name_classes), dtype=np.int16)),
        way_ids=np.append(roads.way_ids, edges["way_id"].to_numpy(dtype=str)),
        name_classes=np.append(roads.name_classes, "added road"),
    )
    time_mmin = np.maximum(1, np.rint(length_m * 60 / speed_kmh)).astype(np.int32)
    edge = (roads.n_edges + number).astype(np.int32)
    tails = np.concatenate([network.tail, tail, head]).astype(np.int32)
    heads = np.concatenate([network.head, head, tail]).astype(np.int32)
    order = np.argsort(tails, kind="stable")
    closures = network.closures
    n_nodes, arrival = network.n_nodes + len(new_xy), network.topology.arrival
    if arrival is not None:
        arrival = np.append(arrival, np.arange(network.n_nodes, n_nodes)).astype(np.int32)
    return RoadNetwork(
        Topology(n_nodes, tails[order], heads[order], arrival),
        longer,
        np.append(network.x, new_xy[:, 0]),
        np.append(network.y, new_xy[:, 1]),
        np.concatenate([network.arc_edge, edge, edge])[order],
        np.concatenate([network.arc_forward, np.ones(count, bool), np.zeros(count, bool)])[order],
        np.concatenate([network.open_mmin, time_mmin, time_mmin])[order],
        network.crs,
        network.metadata,
        closures
        and Closures(
            np.append(closures.first_m, np.full(count, np.inf)),
            np.append(closures.last_m, np.full(count, -np.inf)),
        ),
    )


@checked
def fill_gaps(
    network: RoadNetwork,
    coarse: RoadNetwork,
    covered: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    join_m: float = 2000.0,
) -> RoadNetwork:
    """Take a coarser network's roads where a detailed one has none: beyond its border, in its holes.

    Roads of the coarse network that lead out of the area covered are added. Where one ends inside it, it is
    joined to the detailed network: a motorway to the motorway (its nearest junctions on either carriageway),
    any other road to the nearest road that is no motorway. Trips may turn round at such a join.

    Parameters
    ----------
    network : RoadNetwork
        The detailed network.
    coarse : RoadNetwork
        The coarse one, whose roads are open both ways (``load_interurban_network()``).
    covered : GeoDataFrame or GeoSeries
        Polygons where the detailed network has its roads; any CRS.
    join_m : float, default 2000
        How far a join may reach; ten times that for motorways, whose junctions are far apart. An end that
        finds no road that near is left unjoined.

    Returns
    -------
    RoadNetwork
        In the CRS of ``network``. Its limits say that times which leave the area covered are rougher;
        ``metadata["filled"]`` counts the roads added and the joins.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> def road(*xy):
    ...     line = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString(xy)], crs=2154)
    ...     return network_from_lines(line, speed="kmh")
    >>> inside, outside = road((0, 0), (9000, 0)), road((9000, 500), (40000, 0))
    >>> area = gpd.GeoSeries([shapely.box(-100, -1000, 10000, 1000)], crs=2154)
    >>> fill_gaps(inside, outside, area).metadata["filled"]
    {'roads': 1, 'joins': 1}
    """
    import geopandas as gpd
    import shapely

    require_crs(covered, "covered")
    if coarse.crs != network.crs:
        raise InputError(f"coarse: CRS is {coarse.crs.name}; expected that of network, {network.crs.name}.")
    area = shapely.union_all(np.asarray(covered.geometry.to_crs(network.crs).array))
    shapely.prepare(area)
    lines = coarse.edges()
    inside = shapely.contains_xy(area, coarse.x, coarse.y)
    ahead, _ = coarse.times_of_edges
    leaves = ~(inside[lines["tail"]] & inside[lines["head"]])
    kept = lines[leaves & (ahead < CLOSED) & (lines["length_m"] > 0).to_numpy()]
    used = np.unique(np.concatenate([kept["tail"], kept["head"]]))
    renumbered = np.full(coarse.n_nodes, -1, dtype=np.int64)
    renumbered[used] = network.n_nodes + np.arange(len(used))
    added = gpd.GeoDataFrame(
        {
            "tail": renumbered[kept["tail"]],
            "head": renumbered[kept["head"]],
            "length_m": kept["length_m"].to_numpy(),
            "speed_kmh": kept["length_m"].to_numpy() * 60 / np.maximum(ahead[kept.index], 1),
            "road_class": kept["road_class"].to_numpy(),
            "way_id": "coarse " + kept["way_id"].to_numpy().astype(object),
        },
        geometry=kept.geometry.to_numpy(),
        crs=network.crs,
    )
    joins = _joins(network, coarse, kept, inside, renumbered, join_m)
    filled = with_edges(
        network,
        pd.concat([added, joins], ignore_index=True),
        np.column_stack([coarse.x[used], coarse.y[used]]),
    )
    said, more = network.metadata, coarse.metadata
    return filled.with_metadata(
        sources=[*said.get("sources", ()), *more.get("sources", ())],
        limits=[*said.get("limits", ()), _COARSE_BEYOND],
        filled={"roads": len(added), "joins": len(joins)},
    )


_COARSE_BEYOND = note(
    "Là où le réseau détaillé manque (au-delà de son bord, dans ses trous), un réseau interurbain simplifié "
    "le complète : les temps qui y passent sont plus grossiers",
    "Where the detailed network is missing (beyond its border, in its holes), a coarse inter-urban one fills "
    "in: times that pass there are rougher",
)


def _joins(
    network: RoadNetwork,
    coarse: RoadNetwork,
    kept: gpd.GeoDataFrame,
    inside: NDArray[np.bool_],
    renumbered: NDArray[np.int64],
    join_m: float,
) -> gpd.GeoDataFrame:
    """Draw a link from each coarse end inside the area to the detailed network, by kind of road."""
    import geopandas as gpd
    import shapely
    from scipy.spatial import cKDTree

    fast = network.road_class == _MOTORWAY
    pools = {
        # a carriageway is entered at the tails of its arcs and left at their heads
        "motorway": [np.unique(network.tail[fast]), np.unique(network.head[fast])],
        "primary": [np.unique(network.tail[~fast])],
    }
    pairs: list[tuple[int, int, str]] = []
    for name, nodes in pools.items():
        mine = kept[(kept["road_class"] == "motorway") == (name == "motorway")]
        ends = np.unique(np.concatenate([mine["tail"], mine["head"]])).astype(np.int64)
        ends = ends[inside[ends]]
        if not len(ends):
            continue
        for pool in nodes:
            if not len(pool):
                continue
            tree = cKDTree(np.column_stack([network.x[pool], network.y[pool]]))
            far, near = tree.query(np.column_stack([coarse.x[ends], coarse.y[ends]]))
            good = far <= (10 * join_m if name == "motorway" else join_m)
            pairs += [(int(e), int(pool[n]), name) for e, n in zip(ends[good], near[good], strict=True)]
    pairs = sorted(set(pairs))
    start = np.array([[coarse.x[e], coarse.y[e]] for e, _, _ in pairs]).reshape(-1, 2)
    goal = np.array([[network.x[n], network.y[n]] for _, n, _ in pairs]).reshape(-1, 2)
    straight = np.maximum(np.hypot(*(goal - start).T), _FEW_METRES)
    motorway = np.array([name == "motorway" for _, _, name in pairs], dtype=bool)
    return gpd.GeoDataFrame(
        {
            "tail": [renumbered[e] for e, _, _ in pairs],
            "head": [n for _, n, _ in pairs],
            "length_m": straight * np.where(motorway, _MOTORWAY_LINK_DETOUR, _ROAD_LINK_DETOUR),
            "speed_kmh": np.where(motorway, _MOTORWAY_LINK_KMH, _ROAD_LINK_KMH),
            "road_class": [name for _, _, name in pairs],
            "way_id": "join",
        },
        geometry=list(shapely.linestrings(np.stack([start, goal], axis=1))) if pairs else [],
        crs=network.crs,
    )
