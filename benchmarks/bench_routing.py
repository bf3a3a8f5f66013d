"""The routing engine beside scipy, pyroutingkit and pandana, on a real French region: ratios, in one run.

In an environment of its own (pandana is AGPL: it is measured, never required):

    python -m pip install -e . pyroutingkit pandana
    python benchmarks/bench_routing.py ../shared/data/reseau/osm_paca_roads_2021-07_drivable.parquet

Tables are compared with the peers', to the milliminute. Times are medians of the runs whose number is shown.
Where a peer would take too long, it does a part of the work: the line says which part, and the time given is
in proportion. All engines use all cores they can; scipy and pyroutingkit's tables use one.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tiGIS.network import CLOSED, read_roads
from tiGIS.routing import Router, Terminals

PLACES = 1_250
ORIGINS = 20_000
CUTOFFS = np.array([30_000, 45_000])
SEED = 2024


def timed(work: Callable[[], object], runs: int) -> tuple[float, object]:
    """Median time of some runs, and the last result."""
    seconds, result = [], None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return median(seconds), result


def line(what: str, seconds: float, ours: float, note: str = "") -> None:
    print(f"  {what:<22}{seconds:>10.3f} s   {seconds / ours:>8.2f} x   {note}", flush=True)


def load(path: Path) -> dict[str, np.ndarray]:
    start = time.perf_counter()
    network = read_roads(path)
    print(f"read {path.name}: {time.perf_counter() - start:.1f} s")
    xy = {"x": np.asarray(network.x), "y": np.asarray(network.y)}
    arcs = {"tail": network.tail, "head": network.head, "weight": network.time_mmin}
    return {**xy, **{name: np.asarray(values) for name, values in arcs.items()}}


def router_of(graph: dict[str, np.ndarray]) -> Router:
    return Router(graph["x"].size, graph["x"], graph["y"], graph["tail"], graph["head"], engine="compiled")


def scipy_graph(graph: dict[str, np.ndarray]) -> csr_array:
    """Scipy's matrix: of parallel arcs the quickest, no loops."""
    order = np.lexsort((graph["weight"], graph["head"], graph["tail"]))
    tail, head, weight = graph["tail"][order], graph["head"][order], graph["weight"][order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)] & (tail != head)
    n_nodes = graph["x"].size
    starts = np.searchsorted(tail[first], np.arange(n_nodes + 1))
    return csr_array((weight[first].astype(float), head[first], starts), shape=(n_nodes, n_nodes))


def whole(times: np.ndarray) -> np.ndarray:
    return np.minimum(times, CLOSED).astype(np.int32)


def bench_preparation(graph: dict[str, np.ndarray], runs: int) -> None:
    print(f"\npreparation, from arrays to the first answer (median of {runs})")
    one = Terminals.at_nodes([0])
    ours, _ = timed(lambda: router_of(graph).with_weights(graph["weight"]).matrix(one, one), runs)
    line("tiGIS", ours, ours)

    arrays = routingkit_arrays(graph)
    line("pyroutingkit", timed(lambda: routingkit(arrays).query(0, 0), runs)[0], ours)
    print(f"\nreweighting, from new times to the first answer (median of {runs})")
    router = router_of(graph)
    router.with_weights(graph["weight"]).matrix(one, one)
    slower = graph["weight"] * 2 + 1
    again, _ = timed(lambda: router.with_weights(slower).matrix(one, one), runs)
    print(f"  tiGIS{again:>27.3f} s   {again / ours:>8.1%} of the preparation")


def routingkit_arrays(graph: dict[str, np.ndarray]) -> tuple:
    from pyproj import Transformer

    lon, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(graph["x"], graph["y"])
    tail, head, weight = (graph[name].astype(np.uint32) for name in ("tail", "head", "weight"))
    return (tail, head, lat.astype(np.float32), lon.astype(np.float32), graph["x"].size), weight


def routingkit(arrays: tuple) -> object:
    from pyroutingkit import CCHMetric, CCHTopology

    topology = CCHTopology()
    topology.build(*arrays[0])
    metric = CCHMetric(topology)
    metric.customize(arrays[1])
    return metric


def bench_matrix(graph: dict[str, np.ndarray], runs: int) -> None:
    print(f"\nmatrix {PLACES:,} x {PLACES:,} (median of {runs})")
    nodes = np.random.default_rng(SEED).choice(graph["x"].size, PLACES, replace=False)
    ends = Terminals.at_nodes(nodes)
    times = router_of(graph).with_weights(graph["weight"])
    times.matrix(ends, ends)
    ours, table = timed(lambda: times.matrix(ends, ends), runs)
    line("tiGIS", ours, ours)
    metric, places = routingkit(routingkit_arrays(graph)), nodes.astype(np.uint32)
    seconds, theirs = timed(lambda: metric.distances_many_to_many(places, places), runs)
    differ = np.count_nonzero(np.asarray(theirs).reshape(PLACES, PLACES) != table)
    line("pyroutingkit", seconds, ours, f"{differ} of {table.size:,} times differ")
    part, sparse = 125, scipy_graph(graph)
    seconds, far = timed(lambda: dijkstra(sparse, indices=nodes[:part]), 1)
    wrong = np.count_nonzero(whole(far[:, nodes]) != table[:part])
    line("scipy", seconds * PLACES / part, ours, f"{part} origins, in proportion; {wrong} times differ")


def bench_people(graph: dict[str, np.ndarray], runs: int, pandana_limit: float) -> None:
    n_nodes = graph["x"].size
    print(f"\npeople (at all nodes) within 30 and 45 min of {ORIGINS:,} origins (median of {runs})")
    random = np.random.default_rng(SEED)
    nodes = random.choice(n_nodes, ORIGINS, replace=False)
    people = random.integers(0, 100, n_nodes).astype(float)
    origins, everywhere = Terminals.at_nodes(nodes), Terminals.at_nodes(np.arange(n_nodes))
    times = router_of(graph).with_weights(graph["weight"])
    times.aggregate_within(origins[:64], everywhere, people, CUTOFFS)
    ours, sums = timed(lambda: times.aggregate_within(origins, everywhere, people, CUTOFFS), runs)
    line("tiGIS", ours, ours)
    part, matrix = 100, scipy_graph(graph)

    def peer() -> np.ndarray:
        far = dijkstra(matrix, indices=nodes[:part], limit=CUTOFFS.max())
        return np.stack([(far <= cutoff) @ people for cutoff in CUTOFFS], axis=1)

    seconds, theirs = timed(peer, 1)
    wrong = np.count_nonzero(theirs != sums[:part])
    line("scipy (limit=)", seconds * ORIGINS / part, ours, f"{part} origins, in proportion; {wrong} differ")
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "graph.npz", **graph)
        command = [sys.executable, __file__, "--pandana", str(Path(folder) / "graph.npz")]
        try:
            done = subprocess.run(command, timeout=pandana_limit, capture_output=True, text=True, check=True)
            seconds, note = float(done.stdout.split()[-1]), "all nodes, in proportion"
        except subprocess.TimeoutExpired:
            seconds, note = pandana_limit, f"stopped after {pandana_limit:.0f} s of all nodes: at least this"
        line("pandana aggregate", seconds * ORIGINS / n_nodes, ours, note)


def pandana_alone(path: Path) -> None:
    """Pandana aggregates from all nodes, whatever is asked: time both cutoffs."""
    import pandana
    import pandas as pd

    graph = np.load(path)
    network = pandana.Network(
        pd.Series(graph["x"]),
        pd.Series(graph["y"]),
        pd.Series(graph["tail"]),
        pd.Series(graph["head"]),
        pd.DataFrame({"time": graph["weight"].astype(float)}),
        twoway=False,
    )
    network.set(pd.Series(np.arange(graph["x"].size)), variable=pd.Series(np.ones(graph["x"].size)))
    start = time.perf_counter()
    network.precompute(float(CUTOFFS.max()))
    for cutoff in CUTOFFS:
        network.aggregate(float(cutoff), type="sum", decay="flat")
    print(time.perf_counter() - start)


def bench_blocks(graph: dict[str, np.ndarray]) -> None:
    print(f"\nall to all over {ORIGINS:,} places, by blocks, in a process of its own")
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "graph.npz", **graph)
        command = [sys.executable, __file__, "--blocks", str(Path(folder) / "graph.npz")]
        print(subprocess.run(command, capture_output=True, text=True, check=True).stdout, end="", flush=True)


def blocks_alone(path: Path) -> None:
    import resource

    graph = dict(np.load(path))
    nodes = np.random.default_rng(SEED).choice(graph["x"].size, ORIGINS, replace=False)
    ends = Terminals.at_nodes(nodes)
    times = router_of(graph).with_weights(graph["weight"])
    times.matrix(ends[:64], ends)
    start, total = time.perf_counter(), 0
    for _, block in times.iter_matrix(ends, ends):
        total += int(block.sum(dtype=np.int64))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    mean = total / ORIGINS**2 / 60_000
    print(f"  tiGIS{seconds:>27.3f} s   peak {peak:.2f} GiB for the whole process; mean {mean:.2f} h")


FIRST_USE = """
import time, sys
import numpy as np
from tiGIS.routing import Router, Terminals
side = 80
number = np.arange(side * side).reshape(side, side)
a = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
b = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
tail, head = np.concatenate((a, b)), np.concatenate((b, a))
start, busy = time.perf_counter(), time.process_time()
x, y = number.ravel() // side, number.ravel() % side
grid = Router(side * side, x, y, tail, head, engine="compiled")
ends = Terminals.at_nodes(np.arange(0, side * side, 7))
grid.with_weights(np.ones(tail.size)).matrix(ends, ends)
print(time.perf_counter() - start, time.process_time() - busy)
"""


def bench_first_use() -> None:
    print("\nfirst use of compiled code (a matrix on a small grid), by an empty cache")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        for what in ("compiled once", "then, from the cache"):
            command = [sys.executable, "-c", FIRST_USE]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            elapsed, busy = map(float, done.stdout.split())
            print(f"  {what:<22}{elapsed:>10.2f} s ({busy:.2f} s of processor)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "roads", type=Path, help="roads in Geofabrik's schema (Parquet, GeoPackage, shapefile)"
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pandana-limit", type=float, default=120, help="seconds")
    parser.add_argument("--pandana", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--blocks", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.pandana:
        return pandana_alone(chosen.roads)
    if chosen.blocks:
        return blocks_alone(chosen.roads)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.system()}")
    for name in ("python", "tigis", "numba", "numpy", "scipy", "pyroutingkit", "pandana"):
        try:
            print(f"  {name} {platform.python_version() if name == 'python' else version(name)}")
        except PackageNotFoundError:
            print(f"  {name}: from the source folder")
    graph = load(chosen.roads)
    print(
        f"{graph['x'].size:,} nodes, {graph['tail'].size:,} arcs (roads joined where nothing else meets them)"
    )
    bench_first_use()
    bench_preparation(graph, min(3, chosen.runs))
    bench_matrix(graph, chosen.runs)
    bench_people(graph, min(3, chosen.runs), chosen.pandana_limit)
    bench_blocks(graph)
    return None


if __name__ == "__main__":
    main()
