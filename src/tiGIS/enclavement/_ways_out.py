"""How many ways out a place has, and which roads it can't do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from tiGIS._arguments import checked, within
from tiGIS._errors import InputError
from tiGIS.accessibility.minutes import aligned
from tiGIS.enclavement._quickest import Quickest, nodes_of, open_edges
from tiGIS.provenance import inherit, note

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

    A minimum cut, by maximum flow with one unit on each road. Roads for those who go there are a way out for
    those who live on them, and a way in to gates that stand on them; nobody passes through.

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

    start, goal = _ways(network)
    n = network.n_nodes
    if not len(gates):
        raise InputError("gates: empty; expected at least one place to leave by.")
    gate_nodes = np.unique(np.concatenate(nodes_of(network, gates, "gates")))
    entered = network.topology.ends_at(gate_nodes)
    wide = np.int32(len(start) + 1)  # more than can ever flow
    sink, source = n, n + 1
    base = coo_array(
        (
            np.concatenate([np.ones(len(start), np.int32), np.full(len(entered), wide)]),
            (np.concatenate([start, entered]), np.concatenate([goal, np.full(len(entered), sink)])),
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
    return inherit(result, network, limits=[_ONE_WAY])


@checked
def critical_roads(
    network: RoadNetwork,
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    people: pd.Series,
    gates: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    candidates: Annotated[int, within(1)] = 20,
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
        # who lives at a mouth of roads for those who go there may be held by these, and not by a bridge
        stranded = float(weight[np.isnan(after) & ~np.isnan(base)].sum())
        rows.append(
            {
                "people_cut_off": max(float(cut[edge]), stranded),
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
    return inherit(ranked, network, limits=[_ONE_WAY, limit])


def _ways(network: RoadNetwork) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the arcs of all open roads, each both ways: from nodes, to nodes.

    As in the network itself, roads for those who go there lead out of their junctions, and into their twins.
    """
    edges = open_edges(network)
    tail, head = network.roads.tail[edges].astype(np.int64), network.roads.head[edges].astype(np.int64)
    start, goal = np.concatenate([tail, head]), np.concatenate([head, tail])
    arrival = network.topology.ends_at(np.arange(network.n_nodes))
    inner = _passed_by_nobody(network)
    there = inner[start] | inner[goal]
    out, into = (start != goal) & (~there | inner[start]), (start != goal) & inner[goal]
    return (
        np.concatenate([start[out], arrival[start[into]]]),
        np.concatenate([goal[out], arrival[goal[into]]]),
    )


def _passed_by_nobody(network: RoadNetwork) -> NDArray[np.bool_]:
    """Tell which junctions only roads for those who go there meet (not their twins for arrivals)."""
    nodes = np.arange(network.n_nodes)
    found: NDArray[np.bool_] = network.topology.ends_at(nodes) != nodes
    return found


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

    sink = network.n_nodes
    home = _homes(network)
    living = _people_at_homes(state, weight, home)
    rows, columns, edges, blobs = _towards_gates(network, home[np.unique(state.gates.node)], living)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(sink + 1, sink + 1)).tocsr()
    order, parent = breadth_first_order(graph, sink, directed=False)
    parent = parent.astype(np.int64)
    # one edge of each child-parent pair is the tree's; the others are outside
    tree_of = np.full(sink + 1, -1, dtype=np.int64)
    is_tree = np.zeros(len(rows), dtype=bool)
    for child, other in ((rows, columns), (columns, rows)):
        fits = np.flatnonzero((parent[child] == other) & (child != other))
        fits = fits[tree_of[child[fits]] < 0]
        kept, where = np.unique(child[fits], return_index=True)
        tree_of[kept] = fits[where]
        is_tree[fits[where]] = True
    outside = np.flatnonzero(~is_tree & (rows != columns))
    words = np.random.default_rng(20190220).integers(1, 2**63, len(outside), dtype=np.int64)
    below = np.zeros(sink + 1, dtype=np.int64)
    np.bitwise_xor.at(below, rows[outside], words)
    np.bitwise_xor.at(below, columns[outside], words)
    depth = np.zeros(sink + 1, dtype=np.int64)
    for node in order[1:]:
        depth[node] = depth[parent[node]] + 1
    for mouths, inhabitants in blobs:
        living[_meeting(mouths, parent, depth)] += inhabitants
    by_depth = order[np.argsort(depth[order], kind="stable")]
    for level in np.split(by_depth, np.flatnonzero(np.diff(depth[by_depth])) + 1)[:0:-1]:
        np.bitwise_xor.at(below, parent[level], below[level])
        np.add.at(living, parent[level], living[level])
    cut = np.zeros(network.roads.n_edges)
    bridge = order[1:][below[order[1:]] == 0]
    bridge = bridge[edges[tree_of[bridge]] >= 0]
    cut[edges[tree_of[bridge]]] = living[bridge]
    return cut


def _towards_gates(
    network: RoadNetwork, gates: NDArray[np.int64], living: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], list[tuple[list[int], float]]]:
    """Give the roads as a graph whose bridges cut people off from the gates, all joined to one sink.

    Nobody passes through roads for those who go there: whoever lives on them is out of them at any of their
    mouths. They hang on the sink by these, each group apart from the ordinary roads.

    Returns
    -------
    rows, columns, edges : numpy.ndarray
        Ends of the lines of the graph, and their edges (-1: of no road, never lost).
    groups : list of tuple
        For each group of such roads, its mouths and how many live there: the ordinary roads that they can't
        do without are those of what all the mouths have in common.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = sink = network.n_nodes
    edges = open_edges(network)
    tail, head = network.roads.tail[edges].astype(np.int64), network.roads.head[edges].astype(np.int64)
    inner = np.append(_passed_by_nobody(network), False)

    def parts(use: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        ends = np.append(tail[use], rows), np.append(head[use], np.full(len(rows), sink))
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(n + 1, n + 1))
        found: NDArray[np.int64] = connected_components(graph, directed=False)[1]
        return found

    there = inner[tail] | inner[head]
    group = parts(inner[tail] & inner[head], gates[:0])
    inside = np.where(inner[tail], tail, head)  # of each such road, an end that no other road meets
    mouth = np.where(inner[tail], head, tail)
    # a gate on such roads is entered by any of their mouths
    entered = mouth[there & ~inner[mouth] & np.isin(group[inside], group[gates[inner[gates]]])]
    ways_in = np.unique(np.append(gates, entered))
    connected = parts(~there, ways_in)
    leads_out = there & ~inner[mouth] & (connected[mouth] == connected[sink])
    rows = np.where(leads_out, inside, tail)
    columns = np.where(leads_out, sink, head)
    used = ~there | leads_out | (inner[tail] & inner[head])
    mouths = pd.Series(mouth[leads_out]).groupby(group[inside[leads_out]]).unique()
    people = pd.Series(np.bincount(group, np.where(inner, living, 0.0)))[mouths.index]
    groups = [(of_one.tolist(), float(number)) for of_one, number in zip(mouths, people, strict=True)]
    return (
        np.append(rows[used], ways_in),
        np.append(columns[used], np.full(len(ways_in), sink)),
        np.append(edges[used], np.full(len(ways_in), -1)),
        groups,
    )


def _meeting(nodes: list[int], parent: NDArray[np.int64], depth: NDArray[np.int64]) -> int:
    """Find the node of a tree at which the ways of several nodes to its root meet."""
    waiting = set(nodes)
    while len(waiting) > 1:
        deepest = max(waiting, key=lambda node: depth[node])
        waiting.remove(deepest)
        waiting.add(int(parent[deepest]))
    return waiting.pop()


def _homes(network: RoadNetwork) -> NDArray[np.int64]:
    """Give the junction of each node, of twins for arrivals too; and the sink."""
    home = np.arange(network.n_nodes + 1)
    inner = np.flatnonzero(_passed_by_nobody(network))
    home[network.topology.ends_at(inner)] = inner
    return home


def _people_at_homes(
    state: Quickest, weight: NDArray[np.float64], home: NDArray[np.int64]
) -> NDArray[np.float64]:
    """People at the node through which they leave; a place between two nodes is on the side nearer a gate."""
    node = state.first_node
    left = node >= 0
    living: NDArray[np.float64] = np.bincount(home[node[left]], weight[left], minlength=len(home)).astype(
        float
    )
    return living
