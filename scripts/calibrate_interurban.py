"""Calibrate the bundled inter-urban graph on a real road network, and measure the error on trips kept aside.

    python scripts/calibrate_interurban.py ../shared/data/reseau/osm_paca_roads_2021-07_drivable.parquet

Trips between town halls of Provence-Alpes-Côte d'Azur that both networks cover are timed on the real one. Half
of them, drawn with a fixed seed, serve to fit a length factor and a speed for each category of edge, and the
leg from a town hall to the graph (non-negative least squares on relative errors; routes are found again after
each fit). The other half give the error, written with the rest into data/geo/interurban_calibration.json.
Roads of communes that the real network lacks are taken out of the graph first, so that both tell the same.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.optimize import nnls
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from tiGIS import load_communes, read_roads, travel_times
from tiGIS._bundled import bundled_path
from tiGIS.network import AccessLeg
from tiGIS.network._interurban import CATEGORIES, InterurbanGraph, network_of, read_interurban_graph
from tiGIS.network._snap import snap

ROOT = Path(__file__).resolve().parents[1]
SEED = 20240401
PAIRS = 12_000
BANDS_KM = (5, 20, 40, 80, 160)
ROUNDS = 12
MAX_SNAP_M = 30_000
# How far from the mean each parameter may be pulled by few data: one trip's worth of that many kilometres.
PRIOR_KM = 300.0
N = len(CATEGORIES)


def trips(real_path: Path) -> tuple[gpd.GeoSeries, pd.DataFrame, shapely.Geometry]:
    """Town halls that the real network covers, pairs of them with time and distance on it, and its land."""
    raw = gpd.read_parquet(real_path, columns=["insee", "geometry"])
    communes = load_communes()
    land = communes[communes.index.isin(raw["insee"].unique())].to_crs(2154)
    halls = gpd.read_parquet(bundled_path("town_halls.parquet")).set_index("code_insee").to_crs(2154)
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


def within(graph: InterurbanGraph, land: shapely.Geometry) -> InterurbanGraph:
    """The edges of the graph that stay on the land, but for a tenth of their length at most."""
    lines = shapely.linestrings(graph.xy[np.column_stack([graph.tail, graph.head])])
    box = shapely.box(*land.bounds)
    shapely.prepare(box)
    near = np.flatnonzero(shapely.intersects(box, lines))
    share = shapely.length(shapely.intersection(lines[near], land)) / np.maximum(shapely.length(lines[near]), 1)
    keep = near[share >= 0.9]
    return InterurbanGraph(
        graph.xy, graph.tail[keep], graph.head[keep], graph.length_km[keep], graph.motorway[keep]
    )


class Sums:
    """Raw kilometres by category, and of access, along the quickest ways between town halls."""

    def __init__(self, graph: InterurbanGraph, halls: gpd.GeoSeries) -> None:
        self.graph, self.halls = graph, halls
        category = graph.categories()
        network = network_of(graph, np.ones(N), np.full(N, 60.0), {"max_snap_m": MAX_SNAP_M})
        roads = network.roads
        raw = roads.way_ids[roads.way].astype(int)
        self.edge_km = np.zeros((roads.n_edges, N + 1))
        np.add.at(self.edge_km, (roads.edge_of_piece, category[raw]), graph.length_km[raw])
        snapped = snap(network, halls, too_far="unreachable")
        on = np.flatnonzero(snapped.on_network)
        n, h = network.n_nodes, len(halls)
        hall, snapped = n + on, snapped.take(on)
        share = snapped.length_share[:, None]
        leg = np.zeros((len(on), N + 1))
        leg[:, N] = snapped.distance_m / 1000
        ends = [
            (roads.tail[snapped.edge], leg + share * self.edge_km[snapped.edge]),
            (roads.head[snapped.edge], leg + (1 - share) * self.edge_km[snapped.edge]),
        ]
        tail = np.concatenate([roads.tail, ends[0][0], ends[1][0]])
        head = np.concatenate([roads.head, hall, hall])
        km = np.concatenate([self.edge_km, ends[0][1], ends[1][1]])
        self.tail, self.head = np.concatenate([tail, head]), np.concatenate([head, tail])
        self.km = np.concatenate([km, km])
        self.size, self.first_hall = n + h, n

    def along(self, pairs: pd.DataFrame, pace: np.ndarray) -> np.ndarray:
        """Give the sums for each pair, shape (n_pairs, n_categories + 1), NaN where there is no way."""
        cost = self.km @ pace
        order = np.lexsort((cost, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
        arc = order[first]
        graph = csr_array((cost[arc] + 1e-9, (tail[first], head[first])), shape=(self.size, self.size))
        arc_of = csr_array((arc + 1, (tail[first], head[first])), shape=(self.size, self.size))
        result = np.full((len(pairs), N + 1), np.nan)
        for hall, rows in pairs.groupby("a").indices.items():
            far, before = dijkstra(graph, indices=self.first_hall + hall, return_predecessors=True)
            node = np.flatnonzero(before >= 0)
            total = np.zeros((self.size, N + 1))
            total[node] = self.km[np.asarray(arc_of[before[node], node]).ravel() - 1]
            up = np.where(before >= 0, before, np.arange(self.size))
            while (up[up] != up).any():  # sums along the tree, by doubling
                total, up = total + total[up], up[up]
            total += total[up]
            goal = self.first_hall + pairs["b"].to_numpy()[rows]
            result[rows] = np.where(np.isinf(far[goal])[:, None], np.nan, total[goal])
        return result


def fit(sums: np.ndarray, target: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Non-negative coefficients that make sums @ coefficients near the target, in relative terms."""
    weight = 1 / target
    pull = np.sqrt(len(target)) * PRIOR_KM / sums.sum(axis=0).clip(min=1) / usual
    rows = np.vstack([sums * weight[:, None], np.diag(pull)])
    return nnls(rows, np.concatenate([np.ones(len(target)), pull * usual]))[0]


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
    graph = within(read_interurban_graph(), land)
    sums = Sums(graph, halls)
    usual_pace = np.append(np.full(N, 60 / 60.0), 60 / 30.0)
    usual_length = np.append(np.full(N, 1.05), 1.3)
    usual_pace[:2] = 60 / 105.0
    pace, length = usual_pace, usual_length
    reached = ~np.isnan(sums.along(pairs, pace)).any(axis=1)
    pairs = pairs[reached].reset_index(drop=True)
    fitted = np.random.default_rng(SEED).permutation(len(pairs)) < len(pairs) // 2
    mine, aside = pairs[fitted].reset_index(drop=True), pairs[~fitted].reset_index(drop=True)
    for turn in range(ROUNDS):
        km = sums.along(mine, pace)
        length = fit(km, mine["real_km"].to_numpy(), usual_length)
        new = fit(km, mine["real_min"].to_numpy(), usual_pace)
        pace = new if turn == 0 else (pace + new) / 2  # half a step: routes and speeds then settle together
        gap = np.abs(km @ pace / mine["real_min"] - 1)
        print(f"round {turn + 1}: median error on the fitted trips {100 * gap.median():.2f} %")
    length[N] = max(length[N], 1.0)
    length, pace = length.clip(min=0.5), pace.clip(min=60 / 130)
    factor, speed = length[:N].round(4), (60 * length[:N] / pace[:N]).round(2)
    leg = AccessLeg(speed_kmh=round(60 * length[N] / pace[N], 2), detour=round(length[N], 4))
    metadata = {"max_snap_m": MAX_SNAP_M, "access": vars(leg)}
    network = network_of(graph, factor, speed, metadata)
    minutes, km = (t.to_numpy() for t in travel_times(network, halls, halls, distances=True, too_far="unreachable"))
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
                for low, high in zip(BANDS_KM[:-1], BANDS_KM[1:], strict=True)
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
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    temporary.replace(arguments.out)
    print(json.dumps(content, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
