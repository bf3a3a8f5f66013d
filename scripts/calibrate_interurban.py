"""Calibrate the bundled inter-urban graph on a real road network, and measure the error on trips kept aside.

    python scripts/calibrate_interurban.py ../shared/data/reseau/osm_paca_roads_2021-07_drivable.parquet

Trips between town halls of Provence-Alpes-Côte d'Azur that both networks cover are timed on the real one.
Half of them, drawn with a fixed seed, serve to fit a length factor and a speed for each category of edge, and
the leg from a town hall to the graph: least absolute relative errors, within bounds, routes found again after
each fit. The other half give the error, written with the rest into data/geo/interurban_calibration.json.
Trips whose way on the graph leaves the land that the real network covers (it lacks six cities) are left out.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.optimize import lsq_linear
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from tiGIS import load_communes, read_roads, travel_times
from tiGIS.network import AccessLeg
from tiGIS.network.interurban import CATEGORIES, InterurbanGraph, network_of, read_interurban_graph
from tiGIS.routing.points import snap
from tiGIS.territory import load_town_halls

ROOT = Path(__file__).resolve().parents[1]
SEED = 20240401
PAIRS = 12_000
BANDS_KM = (5, 20, 40, 80, 160)
ROUNDS = 6
MAX_SNAP_M = 30_000
AROUND_M = 60_000
# A trip whose way leaves the land that the real network covers by more than this is no trip both cover.
MOST_BEYOND_KM = 1.0
LEG_NODES = 8
DIRECT_KM = 25.0
REWEIGHTINGS = 8
# What a category may turn out to be, so that the fit makes sense beyond the region too.
LENGTH_BOUNDS = (1.0, 1.3)
LEG_DETOUR = (1.1, 1.7)
MOTORWAY_KMH, ROAD_KMH, LEG_KMH = (90.0, 122.0), (40.0, 95.0), (25.0, 60.0)
N = len(CATEGORIES)


def trips(real_path: Path) -> tuple[gpd.GeoSeries, pd.DataFrame, shapely.Geometry]:
    """Town halls that the real network covers, pairs of them with time and distance on it, and its land."""
    raw = gpd.read_parquet(real_path, columns=["insee", "geometry"])
    communes = load_communes()
    land = communes[communes.index.isin(raw["insee"].unique())].to_crs(2154)
    halls = load_town_halls().to_crs(2154)
    halls = halls[halls["is_town_hall"] & halls.index.isin(land.index)]
    real = read_roads(real_path)
    near = halls.sindex.query(real.edges().geometry, predicate="dwithin", distance=500)[1]
    halls = halls.iloc[np.unique(near)].geometry
    xy = shapely.get_coordinates(halls.array)
    rng = np.random.default_rng(SEED)
    a, b = rng.integers(0, len(halls), (2, 40 * PAIRS))
    km = np.hypot(*(xy[a] - xy[b]).T) / 1000
    band = np.digitize(km, BANDS_KM)
    chosen = [np.flatnonzero(band == k)[: PAIRS // (len(BANDS_KM) - 1)] for k in range(1, len(BANDS_KM))]
    pairs = pd.DataFrame({"a": a, "b": b, "straight_km": km}).iloc[np.concatenate(chosen)]
    pairs = pairs.drop_duplicates(["a", "b"]).reset_index(drop=True)
    minutes, lengths = travel_times(real, halls, halls, distances=True)
    pairs["real_min"] = minutes.to_numpy()[pairs["a"], pairs["b"]]
    pairs["real_km"] = lengths.to_numpy()[pairs["a"], pairs["b"]]
    return halls, pairs.dropna().reset_index(drop=True), shapely.union_all(land.geometry.array)


def around(graph: InterurbanGraph, land: shapely.Geometry) -> tuple[InterurbanGraph, np.ndarray]:
    """The graph near the land, and how much of each edge is beyond it (1: nothing of it is known there)."""
    lines = shapely.linestrings(graph.xy[np.column_stack([graph.tail, graph.head])])
    box = shapely.box(*land.bounds).buffer(AROUND_M)
    near = np.flatnonzero(shapely.intersects(box, lines))
    inside = shapely.length(shapely.intersection(lines[near], land.buffer(2000)))
    part = InterurbanGraph(
        graph.xy, graph.tail[near], graph.head[near], graph.length_km[near], graph.motorway[near]
    )
    return part, 1 - inside / np.maximum(shapely.length(lines[near]), 1e-9)


class Sums:
    """Raw kilometres by category, and of access, along the quickest ways between town halls."""

    def __init__(self, graph: InterurbanGraph, beyond: np.ndarray, halls: gpd.GeoSeries) -> None:
        category = graph.categories()
        network = network_of(graph, np.ones(N), np.full(N, 60.0), {"max_snap_m": MAX_SNAP_M})
        roads = network.roads
        raw = roads.way_ids[roads.way].astype(int)
        edge_km = np.zeros((roads.n_edges, N + 2))
        np.add.at(edge_km, (roads.edge_of_piece, category[raw]), graph.length_km[raw])
        np.add.at(edge_km, (roads.edge_of_piece, N + 1), graph.length_km[raw] * beyond[raw])
        snapped = snap(network, halls)
        n, h = network.n_nodes, len(halls)
        leave, reach = n + np.arange(h), n + h + np.arange(h)
        share = snapped.length_share[:, None]
        on_edge = np.zeros((h, N + 2))
        on_edge[:, N] = snapped.distance_m / 1000
        far, near = network.node_tree.query(snapped.point_xy, k=np.arange(1, LEG_NODES + 1))
        across = cKDTree(snapped.point_xy).sparse_distance_matrix(
            cKDTree(snapped.point_xy), DIRECT_KM * 1000, output_type="coo_matrix"
        )
        ends = [
            (np.arange(h), roads.tail[snapped.edge], on_edge + share * edge_km[snapped.edge]),
            (np.arange(h), roads.head[snapped.edge], on_edge + (1 - share) * edge_km[snapped.edge]),
            *((np.arange(h), near[:, k], _legs(far[:, k])) for k in range(LEG_NODES)),
        ]
        hall, node, km = (np.concatenate(parts) for parts in zip(*ends, strict=True))
        self.tail = np.concatenate([roads.tail, roads.head, leave[hall], node, leave[across.row]])
        self.head = np.concatenate([roads.head, roads.tail, node, reach[hall], reach[across.col]])
        self.km = np.concatenate([edge_km, edge_km, km, km, _legs(across.data)])
        self.size, self.first_hall, self.n_halls = n + 2 * h, n, h

    def along(self, pairs: pd.DataFrame, pace: np.ndarray) -> np.ndarray:
        """Give the sums for each pair, NaN where there is no way.

        Columns: each category, access, and beyond the land that the real network covers.
        """
        cost = self.km[:, : N + 1] @ pace
        order = np.lexsort((cost, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
        arc = order[first]
        graph = csr_array((cost[arc] + 1e-9, (tail[first], head[first])), shape=(self.size, self.size))
        key = tail[first].astype(np.int64) * self.size + head[first]
        result = np.full((len(pairs), N + 2), np.nan)
        for hall, rows in pairs.groupby("a").indices.items():
            far, before = dijkstra(graph, indices=self.first_hall + hall, return_predecessors=True)
            node = np.flatnonzero(before >= 0)
            total = np.zeros((self.size, N + 2))
            total[node] = self.km[arc[np.searchsorted(key, before[node].astype(np.int64) * self.size + node)]]
            up = np.where(before >= 0, before, np.arange(self.size))
            while (up[up] != up).any():  # sums along the tree, by doubling
                total, up = total + total[up], up[up]
            total += total[up]
            goal = self.first_hall + self.n_halls + pairs["b"].to_numpy()[rows]
            result[rows] = np.where(np.isinf(far[goal])[:, None], np.nan, total[goal])
        return result


def _legs(straight_m: np.ndarray) -> np.ndarray:
    """Sums of legs beyond the network."""
    km = np.zeros((len(straight_m), N + 2))
    km[:, N] = straight_m / 1000
    return km


def fit(sums: np.ndarray, target: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Coefficients within bounds that make sums @ coefficients near the target, in relative terms.

    Least absolute errors, by reweighting: a few mountain valleys must not pull all the rest.
    """
    rows = sums / target[:, None]
    weight = np.ones(len(target))
    for _ in range(REWEIGHTINGS):
        found = lsq_linear(rows * weight[:, None], weight, bounds=(bounds[:, 0], bounds[:, 1])).x
        weight = 1 / np.sqrt(np.maximum(np.abs(rows @ found - 1), 0.02))
    return found


def errors(found: pd.Series, real: pd.Series, unit: str) -> dict[str, float]:
    """Median and 90th percentile of the errors, in units and in percent, and the bias."""
    gap = (found - real).abs()
    return {
        f"median_error_{unit}": round(float(gap.median()), 2),
        f"p90_error_{unit}": round(float(gap.quantile(0.9)), 2),
        "median_error_pct": round(float((100 * gap / real).median()), 2),
        "p90_error_pct": round(float((100 * gap / real).quantile(0.9)), 2),
        "mean_bias_pct": round(float((100 * (found - real) / real).mean()), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("real", type=Path, help="the real network (Geofabrik's schema, with a column insee)")
    default = ROOT / "data" / "geo" / "interurban_calibration.json"
    parser.add_argument("--out", type=Path, default=default)
    arguments = parser.parse_args()

    halls, pairs, land = trips(arguments.real)
    graph, beyond = around(read_interurban_graph(), land)
    sums = Sums(graph, beyond, halls)
    lengths = np.array([LENGTH_BOUNDS] * N + [LEG_DETOUR])
    speeds = np.array([MOTORWAY_KMH] * 2 + [ROAD_KMH] * (N - 2) + [LEG_KMH])
    pace = 60 * lengths.mean(axis=1) / speeds.mean(axis=1)
    fitted = np.random.default_rng(SEED).permutation(len(pairs)) < len(pairs) // 2
    mine = pairs[fitted]
    for turn in range(ROUNDS):
        km = sums.along(mine, pace)
        both = km[:, N + 1] <= MOST_BEYOND_KM
        real = mine[both]
        length = fit(km[both, : N + 1], real["real_km"].to_numpy(), lengths)
        # Minutes per raw kilometre: those of the true length, at a speed within the bounds.
        paces = 60 * length[:, None] / speeds[:, ::-1]
        new = fit(km[both, : N + 1], real["real_min"].to_numpy(), paces)
        gap = np.abs(km[both, : N + 1] @ pace / real["real_min"] - 1)
        print(f"round {turn + 1}: {both.sum()} trips, median error {100 * gap.median():.2f} %")
        pace = new if turn == 0 else (pace + new) / 2  # half a step: routes and speeds then settle together
    covered = sums.along(pairs, pace)[:, N + 1] <= MOST_BEYOND_KM
    mine, aside = (pairs[covered & part].reset_index(drop=True) for part in (fitted, ~fitted))
    factor, speed = length[:N].round(4), (60 * length[:N] / pace[:N]).round(2)
    leg = AccessLeg(
        speed_kmh=round(60 * length[N] / pace[N], 2),
        detour=round(length[N], 4),
        nodes=LEG_NODES,
        direct_km=DIRECT_KM,
    )
    metadata = {"max_snap_m": MAX_SNAP_M, "access": vars(leg)}
    network = network_of(graph, factor, speed, metadata)
    found = travel_times(network, halls, halls, distances=True, too_far="unreachable")
    minutes, km = (table.to_numpy() for table in found)
    told = {}
    for name, part in (("fitted", mine), ("held_out", aside)):
        at = part["a"], part["b"]
        part = part.assign(found_min=minutes[at], found_km=km[at])
        told[name] = {
            "trips": len(part),
            "unreached": int(part["found_min"].isna().sum()),
            "time": errors(part["found_min"], part["real_min"], "min"),
            "distance": errors(part["found_km"], part["real_km"], "km"),
            "time_by_straight_km": {
                f"{low}-{high}": errors(group["found_min"], group["real_min"], "min")
                for low, high in pairwise(BANDS_KM)
                for group in [part[part["straight_km"].between(low, high)]]
            },
        }
    content = {
        "method": "scripts/calibrate_interurban.py",
        "region": "Provence-Alpes-Côte d'Azur, OpenStreetMap of July 2021",
        "seed": SEED,
        "categories": {
            name: {
                "length_factor": float(f),
                "speed_kmh": float(s),
                "km_in_region": round(float(graph.length_km[graph.categories() == k].sum()), 1),
            }
            for k, (name, f, s) in enumerate(zip(CATEGORIES, factor, speed, strict=True))
        },
        "access": vars(leg),
        "max_snap_m": MAX_SNAP_M,
        "isochrone_buffer_m": 1500,
        **told,
    }
    temporary = arguments.out.with_suffix(".tmp")
    text = json.dumps(content, ensure_ascii=False, indent=1)
    temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
    temporary.replace(arguments.out)
    print(text)


if __name__ == "__main__":
    main()
