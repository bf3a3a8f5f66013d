"""Time reading road networks and snapping points to them.

    python benchmarks/bench_network.py ../shared/data/reseau

Prints the machine and the versions, then the best of three in seconds; no peer (none reads these files into a
routable graph without a server). The routing itself is compared with its peers in bench_routing.py.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np

from tiGIS import RoadNetwork, read_osm_pbf, read_roads
from tiGIS.routing.points import ends_of, snap

REPEATS = 3
LIBRARIES = ("numpy", "shapely", "geopandas", "osmium", "pyproj")


def best(task: Callable[[], object]) -> tuple[float, object]:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = task()
        times.append(time.perf_counter() - start)
    return min(times), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the extracts and the Parquet file are")
    folder = parser.parse_args().folder
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    for path in sorted(folder.glob("*.osm.pbf")):
        seconds, network = best(lambda path=path: read_osm_pbf(path))
        print(f"{seconds:7.2f} s  {path.name}: {network}")
    seconds, network = best(lambda: read_roads(next(folder.glob("*paca*.parquet"))))
    assert isinstance(network, RoadNetwork)
    print(f"{seconds:7.2f} s  Parquet of Provence-Alpes-Côte d'Azur: {network}")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "network.npz"
        print(f"{best(lambda: network.save(path))[0]:7.2f} s  saving it ({path.stat().st_size / 1e6:.0f} MB)")
        print(f"{best(lambda: RoadNetwork.load(path))[0]:7.2f} s  loading it")
    rng = np.random.default_rng(0)
    node = rng.integers(0, network.n_nodes, 35_000)
    x, y = (values[node] + rng.normal(0, 300, len(node)) for values in (network.x, network.y))
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=network.crs)
    start = time.perf_counter()
    ends_of(network, snap(network, points), "origin")
    first = time.perf_counter() - start
    again = best(lambda: ends_of(network, snap(network, points), "origin"))[0]
    print(f"{first:7.2f} s  snapping 35,000 points for the first time (builds the spatial index)")
    print(f"{again:7.2f} s  snapping them again")


if __name__ == "__main__":
    main()
