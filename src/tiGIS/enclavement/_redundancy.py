"""How many ways out a place has, and which roads it can't do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._meta import describe, note
from tiGIS._validate import require_crs
from tiGIS.accessibility._minutes import aligned

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

_ONE_WAY = note(
    "Chemins comptés sans sens unique : une route coupée l'est dans les deux sens.",
    "Ways are counted whatever their direction: a road that is cut is cut both ways.",
)


def redundancy(
    network: RoadNetwork,
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    gates: gpd.GeoDataFrame | gpd.GeoSeries,
) -> pd.DataFrame:
    """Count the ways out of each place that share no road: how many must be cut to close it off.

    A minimum cut, by maximum flow with one unit on each road.

    Parameters
    ----------
    network : RoadNetwork
        The network; closed arcs are no way.
    places : GeoDataFrame or GeoSeries
        Polygons (all junctions inside are the place; where there is none, the ends of the nearest road) or
        points (the ends of the nearest road); any CRS.
    gates : GeoDataFrame or GeoSeries
        Points where the national network is entered (motorway accesses, say); any CRS.

    Returns
    -------
    DataFrame
        ``ways_out``, 0 where there is none; missing where a gate is inside the place, said by
        ``gate_inside``.

    References
    ----------
    Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network; Menger's theorem for edges.

    Examples
    --------
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.load_town_halls()
    >>> redundancy(network, halls.loc[["30007"]], halls.loc[["30189", "34172"]]).shape[0]
    1
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import maximum_flow

    edges = _open_edges(network)
    tail, head = network.roads.tail[edges], network.roads.head[edges]
    loop = tail == head
    tail, head = tail[~loop], head[~loop]
    n = network.n_nodes
    gate_nodes = np.unique(np.concatenate(_nodes_of(network, gates, "gates")))
    wide = np.int32(len(tail) + 1)  # more than can ever flow
    into_sink = (gate_nodes, np.full(len(gate_nodes), n + 1))
    rows = np.concatenate([tail, head, into_sink[0]])
    columns = np.concatenate([head, tail, into_sink[1]])
    capacity = np.concatenate([np.ones(2 * len(tail), np.int32), np.full(len(gate_nodes), wide)])
    result = pd.DataFrame({"ways_out": pd.array([pd.NA] * len(places), dtype="Int64")}, index=places.index)
    result["gate_inside"] = False
    for row, nodes in enumerate(_nodes_of(network, places, "places")):
        if np.isin(nodes, gate_nodes).any():
            result.iloc[row, 1] = True
            continue
        source = np.full(len(nodes), n)
        graph = coo_array(
            (
                np.concatenate([capacity, np.full(len(nodes), wide)]),
                (np.concatenate([rows, source]), np.concatenate([columns, nodes])),
            ),
            shape=(n + 2, n + 2),
        ).tocsr()
        graph.indices, graph.indptr = graph.indices.astype(np.int32), graph.indptr.astype(np.int32)
        result.iloc[row, 0] = int(maximum_flow(graph, n, n + 1).flow_value)
    return _said(result, network)


def critical_roads(
    network: RoadNetwork,
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    people: pd.Series,
    gates: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    candidates: int = 20,
) -> gpd.GeoDataFrame:
    """Rank the roads whose loss costs most: people cut off, then minutes added on the way to a gate.

    People cut off are exact for every road at once (bridges of the network). Minutes added are worked out for
    the roads that most people take on their quickest way to a gate, closing each in turn.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    places : GeoDataFrame or GeoSeries
        Where people live (points, or polygons with a point inside); any CRS.
    people : Series
        By the same places.
    gates : GeoDataFrame or GeoSeries
        Points where the national network is entered; any CRS.
    candidates : int, default 20
        How many roads to close in turn.

    Returns
    -------
    GeoDataFrame
        By edge of the network, worst first: ``people_cut_off``, ``people_through`` (whose quickest way takes
        it), ``added_people_min`` (people times minutes, of those not cut off), ``worst_added_min`` (at one
        place), ``road_class``, ``way_id``, ``geometry``.

    Examples
    --------
    >>> import pandas as pd
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.load_town_halls()
    >>> places = halls.loc[["48140", "30007"]]
    >>> people = pd.Series([1000, 43892], index=places.index)
    >>> roads = critical_roads(network, places, people, halls.loc[["30189"]], candidates=2)
    >>> len(roads) > 0
    True
    """
    if candidates < 1:
        raise InputError(f"candidates: {candidates}; expected at least 1.")
    weight = aligned(people, places.index, "people", whose="places")
    state = _Quickest(network, places, gates)
    cut = _people_cut_off(network, state, weight)
    through = state.people_by_edge(weight)
    base = state.minutes()
    # by people cut off, then by people who pass; the edge's number decides between equals
    order = np.lexsort((np.arange(len(through)), -through, -cut))
    order = order[(cut[order] > 0) | (through[order] > 0)]
    by_cut = order[:candidates]
    by_flow = np.lexsort((np.arange(len(through)), -through))
    chosen = np.unique(np.concatenate([by_cut, by_flow[through[by_flow] > 0][:candidates]]))
    rows = []
    for edge in chosen:
        after = state.minutes(closed=edge)
        added = after - base
        counts = ~np.isnan(added) & (weight > 0)
        rows.append(
            {
                "people_cut_off": cut[edge],
                "people_through": through[edge],
                "added_people_min": float((added * weight)[counts].sum()),
                "worst_added_min": float(added[counts].max()) if counts.any() else np.nan,
            }
        )
    table = pd.DataFrame(rows, index=pd.Index(chosen, name="edge"))
    roads = network.edges().loc[chosen, ["road_class", "way_id", "geometry"]]
    result = roads.join(table)[[*table.columns, "road_class", "way_id", "geometry"]]
    ranked = result.sort_values(
        ["people_cut_off", "added_people_min", "people_through"], ascending=False, kind="stable"
    )
    limit = note(
        f"Minutes ajoutées : calculées pour les {len(chosen)} routes les plus empruntées.",
        f"Minutes added: worked out for the {len(chosen)} roads most used.",
    )
    return describe(_said(ranked, network), limits=[limit])


class _Quickest:
    """Quickest ways of all places to the nearest gate, and what closing an edge does to them."""

    def __init__(self, network: RoadNetwork, places: Any, gates: Any) -> None:
        from tiGIS.network._snap import snap, trip_ends

        self.network = network
        self.ends = trip_ends(
            network, snap(network, places, too_far="unreachable", name="places"), "origin", network.access
        )
        self.gates = trip_ends(
            network, snap(network, gates, too_far="unreachable", name="gates"), "destination", network.access
        )
        if not len(self.gates.node):
            raise InputError("gates: none is near a road; check their coordinates.")
        self.n_places = len(self.ends.indptr) - 1

    def _search(self, closed: int | None, *, tree: bool = False) -> Any:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import dijkstra

        from tiGIS.network import CLOSED

        network = self.network
        use = (network.time_mmin < CLOSED) & (network.tail != network.head)
        if closed is not None:
            use &= network.arc_edge != closed
        n = network.n_nodes
        # reversed graph, with one more node that stands for all gates; quickest of parallel arcs
        rows = np.concatenate([network.head[use], np.full(len(self.gates.node), n)])
        columns = np.concatenate([network.tail[use], self.gates.node])
        times = np.concatenate([network.time_mmin[use], self.gates.offset_mmin]).astype(np.float64)
        times += 1e-6  # scipy takes 0 for no arc
        order = np.lexsort((times, columns, rows))
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)
        kept = order[first]
        graph = coo_array((times[kept], (rows[kept], columns[kept])), shape=(n + 1, n + 1)).tocsr()
        return dijkstra(graph, indices=n, return_predecessors=tree)

    def minutes(self, closed: int | None = None) -> NDArray[np.float64]:
        """Minutes of each place to its nearest gate; NaN where there is none."""
        distance = self._search(closed)
        best, _ = self._best(distance)
        return best

    def _best(self, distance: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        total = distance[self.ends.node] + self.ends.offset_mmin
        place = np.repeat(np.arange(self.n_places), np.diff(self.ends.indptr))
        order = np.lexsort((total, place))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(place[order]) != 0
        best = np.full(self.n_places, np.inf)
        node = np.full(self.n_places, -1, dtype=np.int64)
        best[place[order][first]] = total[order][first]
        node[place[order][first]] = self.ends.node[order][first]
        minutes = np.where(np.isinf(best), np.nan, np.round(best, 0) / 1000)
        node[np.isnan(minutes)] = -1
        return minutes, node

    def people_by_edge(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """People whose quickest way to a gate takes each edge."""
        from tiGIS.network import CLOSED

        network = self.network
        distance, onward = self._search(None, tree=True)
        _, node = self._best(distance)
        # the arc from each node to the next on its way: the quickest of those between the two
        usable = np.flatnonzero((network.time_mmin < CLOSED) & (onward[network.tail] == network.head))
        order = usable[np.lexsort((network.time_mmin[usable], network.tail[usable]))]
        edge_onward = np.full(network.n_nodes, -1, dtype=np.int64)
        edge_onward[network.tail[order][::-1]] = network.arc_edge[order][::-1]
        through = np.zeros(network.roads.n_edges)
        active = np.flatnonzero(node >= 0)
        position, moving = node[active], weight[active]
        while len(position):
            going = (onward[position] >= 0) & (onward[position] < network.n_nodes)
            position, moving = position[going], moving[going]
            np.add.at(through, edge_onward[position], moving)
            position = onward[position]
        return through


def _people_cut_off(
    network: RoadNetwork, state: _Quickest, weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """People who lose every way to a gate when an edge is lost, for all edges at once.

    A spanning tree is grown from the gates. Each edge outside it gets a random word; the words of the edges
    that leave the part below a tree edge, combined by exclusive or, are 0 only if there is none: the tree
    edge is then a bridge, and all who live below it are cut off. Wrong once in 2**64 draws; the seed is
    fixed.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    edges = _open_edges(network)
    tail, head = network.roads.tail[edges].astype(np.int64), network.roads.head[edges].astype(np.int64)
    n = network.n_nodes
    sink = n
    gate_nodes = np.unique(state.gates.node).astype(np.int64)
    rows, columns = np.concatenate([tail, gate_nodes]), np.concatenate([head, np.full(len(gate_nodes), sink)])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + 1, n + 1)).tocsr()
    order, parent = breadth_first_order(graph, sink, directed=False)
    parent = parent.astype(np.int64)
    reached = np.zeros(n + 1, dtype=bool)
    reached[order] = True
    # one edge of each child-parent pair is the tree's; the others are outside
    pair_low, pair_high = np.minimum(rows, columns), np.maximum(rows, columns)
    tree_of = np.full(n + 1, -1, dtype=np.int64)
    is_tree = np.zeros(len(rows), dtype=bool)
    for child, other in ((rows, columns), (columns, rows)):
        fits = np.flatnonzero((parent[child] == other) & (child != other))
        fits = fits[tree_of[child[fits]] < 0]
        kept, where = np.unique(child[fits], return_index=True)
        tree_of[kept] = fits[where]
        is_tree[fits[where]] = True
    outside = np.flatnonzero(~is_tree & (pair_low != pair_high))
    words = np.random.default_rng(20190220).integers(1, 2**63, len(outside), dtype=np.int64)
    below = np.zeros(n + 1, dtype=np.int64)
    np.bitwise_xor.at(below, rows[outside], words)
    np.bitwise_xor.at(below, columns[outside], words)
    living = _people_at_nodes(state, weight, n + 1)
    depth = np.zeros(n + 1, dtype=np.int64)
    for node in order[1:]:
        depth[node] = depth[parent[node]] + 1
    by_depth = order[np.argsort(depth[order], kind="stable")]
    for level in np.split(by_depth, np.flatnonzero(np.diff(depth[by_depth])) + 1)[:0:-1]:
        np.bitwise_xor.at(below, parent[level], below[level])
        np.add.at(living, parent[level], living[level])
    cut = np.zeros(network.roads.n_edges)
    bridge = order[1:][below[order[1:]] == 0]
    real = bridge[tree_of[bridge] < len(edges)]  # not the made-up edges from gates to the sink
    cut[edges[tree_of[real]]] = living[real]
    return cut


def _people_at_nodes(state: _Quickest, weight: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """People at the node through which they leave; a place between two nodes is on the side nearer a gate."""
    _, node = state._best(state._search(None))
    living = np.zeros(size)
    np.add.at(living, node[node >= 0], weight[node >= 0])
    return living


def _open_edges(network: RoadNetwork) -> NDArray[np.int64]:
    """Edges that are open in a direction at least."""
    from tiGIS.network import CLOSED

    ahead, back = network.times_of_edges
    return np.flatnonzero((ahead < CLOSED) | (back < CLOSED))


def _nodes_of(network: RoadNetwork, places: Any, name: str) -> list[NDArray[np.int64]]:
    """Find the junctions of each place: those inside a polygon, else the ends of the nearest road."""
    import shapely

    from tiGIS.network._snap import snap

    require_crs(places, name)
    geometry = places.geometry.to_crs(network.crs)
    nodes: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64) for _ in range(len(geometry))]
    solid = shapely.get_dimensions(np.asarray(geometry.array)) == 2
    if solid.any():
        tree = shapely.STRtree(shapely.points(network.x, network.y))
        place, node = tree.query(np.asarray(geometry.array)[solid], predicate="intersects")
        for number, row in enumerate(np.flatnonzero(solid)):
            nodes[row] = np.sort(node[place == number])
    empty = np.array([len(found) == 0 for found in nodes])
    if empty.any():
        snapped = snap(network, places[empty], too_far="unreachable", name=name)
        for row, edge in zip(np.flatnonzero(empty), snapped.edge, strict=True):
            if edge >= 0:
                nodes[row] = np.unique([network.roads.tail[edge], network.roads.head[edge]]).astype(np.int64)
    return nodes


def _said(result: Any, network: RoadNetwork) -> Any:
    said = network.metadata
    return describe(result, sources=said.get("sources", ()), limits=[*said.get("limits", ()), _ONE_WAY])
