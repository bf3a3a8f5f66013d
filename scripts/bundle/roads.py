"""The inter-urban road graph of France, cut out of OpenStreetMap's world highway graph (scgraph_data).

One compressed NumPy file, ``interurban.npz``: positions in thousandths of a degree, ends and lengths of
edges, and whether an edge follows a motorway (told from the ends of the motorways' counting sections).
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

ROOT = Path(__file__).resolve().parents[2]
WHEEL = "scgraph_data-2.0.0-py3-none-any.whl"
FILE = "interurban.npz"
CALIBRATION = "interurban_calibration.json"
SECTIONS = "motorway_sections_2019.csv"
# West, south, east, north: metropolitan France and the roads around it that its trips may take.
BOX = (-5.3, 41.2, 9.8, 51.3)
SMALLEST_PART = 50
NEAR_MOTORWAY_M = 1_500.0
ENTRY = re.compile(r"(\d+): ([\d.]+)")


def build(raw: Path, out: Path, tables: Path = ROOT / "data" / "facts") -> dict[str, int]:
    """Write the graph into ``out``; gives its number of edges, and the categories of its calibration."""
    lon, lat, tail, head, km = read(raw / WHEEL)
    lon, lat, tail, head, km = _without_scraps(lon, lat, tail, head, km)
    arrays = {
        "lon_mdeg": np.rint(lon * 1000).astype(np.int32),
        "lat_mdeg": np.rint(lat * 1000).astype(np.int32),
        "tail": tail.astype(np.int32),
        "head": head.astype(np.int32),
        "length_m": np.rint(km * 1000).astype(np.int32),
        "motorway": along_motorway(lon, lat, tail, head, pd.read_csv(tables / SECTIONS)),
    }
    temporary = out / f".{FILE}.tmp"
    with temporary.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    temporary.replace(out / FILE)
    rows = {FILE: len(tail)}
    if (out / CALIBRATION).is_file():  # made by scripts/calibrate_interurban.py, which needs a real network
        rows[CALIBRATION] = len(json.loads((out / CALIBRATION).read_text(encoding="utf-8"))["categories"])
    return rows


def read(wheel: Path) -> tuple[np.ndarray, ...]:
    """Nodes and edges of the world graph inside the box; each edge once, with its kilometres."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("scgraph_data/world_highways.py").decode("utf-8")
    graph, nodes = text[text.index("[{") :].split("\nnodes=")
    places = np.array(json.loads(nodes[: nodes.index("\n")]))
    lat, lon = places.T
    west, south, east, north = BOX
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    number = np.cumsum(inside) - 1
    entries = graph[2 : graph.rindex("}]")].split("}, {")
    edges = [
        (number[i], number[j], float(km))
        for i in np.flatnonzero(inside)
        for j, km in ((int(j), km) for j, km in ENTRY.findall(entries[i]))
        if i < j and inside[j]
    ]
    tail, head, km = (np.array(column) for column in zip(*sorted(edges), strict=True))
    return lon[inside], lat[inside], tail, head, km


def _without_scraps(
    lon: np.ndarray, lat: np.ndarray, tail: np.ndarray, head: np.ndarray, km: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Leave out small islands of roads: they lead nowhere."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(len(lon),) * 2)
    part = connected_components(graph, directed=False)[1]
    keep = np.bincount(part)[part] >= SMALLEST_PART
    number = np.cumsum(keep) - 1
    edge = keep[tail]
    return lon[keep], lat[keep], number[tail[edge]], number[head[edge]], km[edge]


def along_motorway(
    lon: np.ndarray, lat: np.ndarray, tail: np.ndarray, head: np.ndarray, sections: pd.DataFrame
) -> np.ndarray:
    """Which edges have both ends and their middle by a counting section of a motorway."""
    to_metres = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    xy = np.column_stack(to_metres.transform(lon, lat))
    ends = [
        np.column_stack(to_metres.transform(sections[f"lon_{end}"], sections[f"lat_{end}"]))
        for end in ("start", "end")
    ]
    tree = shapely.STRtree(shapely.linestrings(np.stack(ends, axis=1)))
    near = np.ones(len(tail), dtype=bool)
    for place in (xy[tail], xy[head], (xy[tail] + xy[head]) / 2):
        found = np.zeros(len(tail), dtype=bool)
        found[tree.query(shapely.points(place), predicate="dwithin", distance=NEAR_MOTORWAY_M)[0]] = True
        near &= found
    return near
