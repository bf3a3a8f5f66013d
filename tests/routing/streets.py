"""Small street maps, and the plainest way through them: a network with the points as nodes of their own."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, Point

from tiGIS.network import CLOSED, Closures
from tiGIS.routing.points import snap

X, Y = 700_000.0, 6_600_000.0


def line(*points):
    return LineString([(X + x, Y + y) for x, y in points])


def points(*places, labels=None):
    frame = gpd.GeoDataFrame(geometry=[Point(X + x, Y + y) for x, y in places], crs=2154)
    return frame if labels is None else frame.set_axis(labels)


def lines(*geometries, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=2154)


def nothing_closed(network, edge, here, there):
    """Whether the stretch between two places on an edge (metres along its line) is open."""
    closures = network.closures
    if closures is None or not closures.edges[edge]:
        return True
    return closures.first_m[edge] > max(here, there) or closures.last_m[edge] < min(here, there)


def arcs_with_points(network, snapped):
    """Arcs of the network cut at the points, which become nodes after its own: (tail, head, time, metres)."""
    on_edge = {}
    node_of = {}
    for i in range(len(snapped)):
        if snapped.node[i] >= 0:
            node_of[i] = int(snapped.node[i])
        else:
            node_of[i] = network.n_nodes + i
            on_edge.setdefault(int(snapped.edge[i]), []).append(i)
    rows = []
    for arc in range(network.n_arcs):
        edge, total = int(network.arc_edge[arc]), int(network.open_mmin[arc])
        metres = float(network.length_m[arc])
        stops = [
            (
                round(total * snapped.time_share[i]),
                snapped.length_share[i] * metres,
                node_of[i],
                snapped.time_share[i],
                snapped.along_m[i],
            )
            for i in on_edge.get(edge, [])
        ]
        ahead = bool(network.arc_forward[arc])
        tail, head = (
            (network.tail[arc], network.head[arc]) if ahead else (network.head[arc], network.tail[arc])
        )
        chain = [
            (0, 0.0, int(tail), -1.0, -np.inf),
            *sorted(stops, key=lambda s: s[3]),
            (total, metres, int(head), 2.0, np.inf),
        ]
        for here, there in pairwise(chain):
            ends = (here[2], there[2]) if ahead else (there[2], here[2])
            if total < CLOSED and nothing_closed(network, edge, here[4], there[4]):
                rows.append((*ends, there[0] - here[0], there[1] - here[1]))
    return node_of, rows


def brute_force(network, starts, ends):
    """Milliminutes between all points, by scipy, on the network with all points as nodes."""
    both = pd.concat([starts, ends], ignore_index=True)
    snapped = snap(network, both)
    node_of, rows = arcs_with_points(network, snapped)
    # points at the very same place on an edge are joined by arcs of no time, in both directions where allowed
    best: dict[tuple[int, int], int] = {}
    for tail, head, time, _ in rows:
        if tail != head:
            best[tail, head] = min(time, best.get((tail, head), CLOSED))
    for i in range(len(snapped)):
        for j in range(len(snapped)):
            same = snapped.edge[i] == snapped.edge[j] and snapped.time_share[i] == snapped.time_share[j]
            itself = (snapped.point_xy[i] == snapped.point_xy[j]).all()
            same &= itself or nothing_closed(network, snapped.edge[i], *snapped.along_m[[i, j]])
            if same and node_of[i] != node_of[j]:
                best[node_of[i], node_of[j]] = 0
    size = network.n_nodes + len(snapped)
    order = sorted(best)
    tail, head = np.array(order, dtype=int).reshape(-1, 2).T
    cost = np.array([best[key] for key in order], dtype=float)
    far = dijkstra(csr_array((cost, (tail, head)), shape=(size, size)))
    n = len(starts)
    rows_, columns = [node_of[i] for i in range(n)], [node_of[n + j] for j in range(len(ends))]
    return far[np.ix_(rows_, columns)]


@st.composite
def street_maps(draw):
    """Streets between points of a grid, some one-way, with bends and several speeds."""
    size = draw(st.integers(1, 3))
    steps = [((i, j), (i + 1, j)) for i in range(size) for j in range(size + 1)]
    steps += [((j, i), (j, i + 1)) for i in range(size) for j in range(size + 1)]
    chosen = draw(st.lists(st.sampled_from(steps), min_size=1, max_size=4 * size, unique=True))
    one_each = {"min_size": len(chosen), "max_size": len(chosen)}
    ways = draw(st.lists(st.sampled_from(["both", "both", "forward", "backward"]), **one_each))
    kmh = draw(st.lists(st.sampled_from([30.0, 50.0, 90.0]), **one_each))
    bend = draw(st.lists(st.integers(-200, 200), **one_each))
    geometry = [
        line(
            (1000 * a[0], 1000 * a[1]),
            (500 * (a[0] + b[0]) + d, 500 * (a[1] + b[1]) - d),
            (1000 * b[0], 1000 * b[1]),
        )
        for (a, b), d in zip(chosen, bend, strict=True)
    ]
    return lines(*geometry, way=ways, kmh=kmh)


places = st.lists(st.tuples(st.integers(-100, 3100), st.integers(-100, 3100)), min_size=1, max_size=5)


@st.composite
def closures_on(draw, network):
    """Some edges closed: from end to end, or along a stretch."""
    n = network.roads.n_edges
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    for edge in draw(st.lists(st.integers(0, n - 1), max_size=4, unique=True)):
        start = draw(st.integers(0, int(network.roads.lines[edge].length))) + 0.5
        whole = draw(st.booleans())
        first[edge] = -np.inf if whole else start
        last[edge] = np.inf if whole else start + draw(st.integers(0, 400))
    return Closures(first, last)
