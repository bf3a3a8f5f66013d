"""How many ways out a place has, and which roads it can't do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._meta import describe, note
from tiGIS.accessibility._minutes import aligned
from tiGIS.enclavement._quickest import Quickest, nodes_of, open_edges

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.network import RoadNetwork

_ONE_WAY = note(
    "Chemins comptés sans sens unique : une route coupée l'est dans les deux sens.",
    "Ways are counted whatever their direction: a road that is cut is cut both ways.",
)


_COSTS = ["people_cut_off", "people_through", "added_people_min", "worst_added_min"]


@checked
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
        Polygons (all junctions inside are the place; where there is none, as for points) or points (the
        junction at the point, or the two ends of the road that it is on); any CRS.
    gates : GeoDataFrame or GeoSeries
        Points where the national network is entered (:func:`road_accesses`, say); any CRS.

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
    >>> halls = tiGIS.territory.load_town_halls()
    >>> redundancy(network, halls.loc[["30007"]], halls.loc[["30189", "34172"]]).shape[0]
    1
    """
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import maximum_flow
    from tqdm import tqdm

    edges = open_edges(network)
    tail, head = network.roads.tail[edges], network.roads.head[edges]
    loop = tail == head
    tail, head = tail[~loop], head[~loop]
    n = network.n_nodes
    if not len(gates):
        raise InputError("gates: empty; expected at least one place to leave by.")
    gate_nodes = np.unique(np.concatenate(nodes_of(network, gates, "gates")))
    wide = np.int32(len(tail) + 1)  # more than can ever flow
    sink, source = n, n + 1
    base = coo_array(
        (
            np.concatenate([np.ones(2 * len(tail), np.int32), np.full(len(gate_nodes), wide)]),
            (
                np.concatenate([tail, head, gate_nodes]),
                np.concatenate([head, tail, np.full(len(gate_nodes), sink)]),
            ),
        ),
        shape=(n + 1, n + 2),
    ).tocsr()
    base.sort_indices()
    indptr = base.indptr.astype(np.int32)
    result = pd.DataFrame({"ways_out": pd.array([pd.NA] * len(places), dtype="Int64")}, index=places.index)
    result["gate_inside"] = False
    with tqdm(total=len(places), desc="ways out", delay=2.0, disable=None, leave=False) as bar:
        for row, nodes in enumerate(nodes_of(network, places, "places")):
            bar.update(1)
            if np.isin(nodes, gate_nodes).any():
                result.iloc[row, 1] = True
                continue
            # the same matrix for all places, but for its last row: from the source to the place
            graph = csr_array(
                (
                    np.append(base.data, np.full(len(nodes), wide)),
                    np.append(base.indices, nodes).astype(np.int32),
                    np.append(indptr, np.int32(indptr[-1] + len(nodes))),
                ),
                shape=(n + 2, n + 2),
            )
            result.iloc[row, 0] = int(maximum_flow(graph, source, sink).flow_value)
    return _said(result, network)


@checked
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
        Where people live; any CRS. In a polygon they are spread evenly over its junctions; at a point all
        live there, so that its own street counts as one they can't do without.
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
    >>> halls = tiGIS.territory.load_town_halls()
    >>> places = halls.loc[["48140", "30007"]]
    >>> people = pd.Series([1000, 43892], index=places.index)
    >>> roads = critical_roads(network, places, people, halls.loc[["30189"]], candidates=2)
    >>> len(roads) > 0
    True
    """
    if candidates < 1:
        raise InputError(f"candidates: {candidates}; expected at least 1.")
    living = aligned(people, places.index, "people", whose="places")
    state = Quickest(network, places, gates)
    weight = state.shared_out(living)
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
    # without any road to choose, as on a ring where all live at the gate, the columns are the same
    table = pd.DataFrame(rows, index=pd.Index(chosen, name="edge"), columns=_COSTS)
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


def _people_cut_off(
    network: RoadNetwork, state: Quickest, weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """People who lose every way to a gate when an edge is lost, for all edges at once.

    A spanning tree is grown from the gates. Each edge outside it gets a random word; the words of the edges
    that leave the part below a tree edge, combined by exclusive or, are 0 only if there is none: the tree
    edge is then a bridge, and all who live below it are cut off. Wrong once in 2**64 draws; the seed is
    fixed.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    edges = open_edges(network)
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


def _people_at_nodes(state: Quickest, weight: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """People at the node through which they leave; a place between two nodes is on the side nearer a gate."""
    node = state.first_node
    living: NDArray[np.float64] = np.bincount(node[node >= 0], weight[node >= 0], minlength=size).astype(
        float
    )
    return living


def _said(result: Any, network: RoadNetwork) -> Any:
    said = network.metadata
    return describe(result, sources=said.get("sources", ()), limits=[*said.get("limits", ()), _ONE_WAY])
