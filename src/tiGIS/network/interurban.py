"""The bundled inter-urban graph: lengths and speeds corrected by what was learnt on a real network.

The graph (OpenStreetMap's main roads, April 2024) has no classes and straight edges. Each edge falls in one
category by what can be told of it: along a motorway or not, how winding, how long, in town or not. The file
``interurban_calibration.json``, written by ``scripts/calibrate_interurban.py``, gives each category a factor
for its length and a speed, and the error on trips that were kept aside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._bundled import bundled_path
from tiGIS._errors import DataFileError
from tiGIS.network._build import build
from tiGIS.network._road_classes import read_classes, read_speeds
from tiGIS.provenance import Note, note
from tiGIS.sources.reading.road_lines import RoadLines, complete

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.network._road_network import RoadNetwork

    Floats = NDArray[np.float64]

GRAPH = "interurban.npz"
CALIBRATION = "interurban_calibration.json"
CRS = 2154
# Edge lengths and straightness (length over straight distance) that part the categories; nodes within 3 km.
LONG_KM = (2.0, 8.0, 25.0)
WINDING = (1.03, 1.10)
TOWN_NODES = 12
TOWN_RADIUS_M = 3000.0

_SOURCE = note(
    "Réseau interurbain : © contributeurs OpenStreetMap (ODbL), avril 2024, via scgraph_data ; calé sur le "
    "réseau réel de Provence-Alpes-Côte d'Azur",
    "Inter-urban network: © OpenStreetMap contributors (ODbL), April 2024, via scgraph_data; calibrated on "
    "the real network of Provence-Alpes-Côte d'Azur",
)


@dataclass(frozen=True)
class InterurbanGraph:
    """The graph as bundled: positions of nodes in Lambert-93, and edges with their raw length."""

    xy: Floats
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    length_km: Floats
    motorway: NDArray[np.bool_]

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.tail)

    def categories(self) -> NDArray[np.int64]:
        """Give each edge its category, a position in ``CATEGORIES``."""
        from scipy.spatial import cKDTree

        straight_km = np.hypot(*(self.xy[self.tail] - self.xy[self.head]).T) / 1000.0
        winding = self.length_km / np.maximum(straight_km, 0.05)
        size = np.searchsorted(LONG_KM, straight_km, side="right")
        bends = np.searchsorted(WINDING, winding, side="right")
        # The shortest edges are too coarse (positions to 100 m) for their windings to mean anything.
        bends[straight_km < 0.5] = 1
        around = cKDTree(self.xy).query_ball_point(self.xy, TOWN_RADIUS_M, return_length=True)
        town = np.minimum(around[self.tail], around[self.head]) >= TOWN_NODES
        ordinary = np.where(town & (size < 2), _FIRST_ROAD - 1, _FIRST_ROAD + 3 * size + bends)
        return np.where(self.motorway, (size > 0).astype(np.int64), ordinary)


_SIZES = ("short", "medium", "long", "very long")
CATEGORIES = (
    "motorway, short",
    "motorway",
    "town",
    *(f"{size}, {bends}" for size in _SIZES for bends in ("straight", "bends", "winding")),
)
_FIRST_ROAD = 3


def read_interurban_graph() -> InterurbanGraph:
    """Read the graph from the bundle."""
    import pyproj

    path = bundled_path(GRAPH)
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        to_metres = pyproj.Transformer.from_crs(4326, CRS, always_xy=True)
        xy = np.column_stack(to_metres.transform(arrays["lon_mdeg"] / 1000, arrays["lat_mdeg"] / 1000))
        return InterurbanGraph(
            xy,
            arrays["tail"].astype(np.int64),
            arrays["head"].astype(np.int64),
            arrays["length_m"] / 1000.0,
            arrays["motorway"],
        )
    except (ValueError, OSError, KeyError) as error:
        raise DataFileError(path, str(error), "the bundled graph", "Install tiGIS again.") from error


def network_of(
    graph: InterurbanGraph, length_factor: Floats, speed_kmh: Floats, metadata: dict[str, Any]
) -> RoadNetwork:
    """Make a network of the graph, with a factor for the length and a speed for each category."""
    category = graph.categories()
    n = graph.n_edges
    table = pd.DataFrame(
        {
            "way_id": np.arange(n).astype(str),
            "source_class": np.where(graph.motorway, "motorway", "highway"),
            "urban": 0.0,  # the graph does not say, and its speeds are given
        }
    )
    lines = RoadLines(
        xy=graph.xy[np.column_stack([graph.tail, graph.head]).ravel()],
        first=2 * np.arange(n + 1, dtype=np.int64),
        crs=CRS,
        table=complete(table, n),
        schema="interurban",
        noding="vertices",
        vertex_id=np.column_stack([graph.tail, graph.head]).ravel(),
    )
    return build(
        lines,
        classes=read_classes(),
        speeds=read_speeds(),
        urban=None,
        crs=CRS,
        component="all",
        contract=True,
        length_m=graph.length_km * 1000.0 * length_factor[category],
        speed_kmh=speed_kmh[category],
        metadata=metadata,
    )


@lru_cache(maxsize=1)
def load_interurban_network() -> RoadNetwork:
    """Load the bundled inter-urban road network of metropolitan France (and the roads just beyond).

    It serves trips between towns where no detailed network is at hand: 53,000 edges, no one-way streets.
    Lengths and speeds are calibrated on the real network of Provence-Alpes-Côte d'Azur; the error on trips
    kept aside is in ``metadata["calibration"]``, and every result and map built on it shows it. Points reach
    the network, and near neighbours each other, by an access leg calibrated the same way.

    Returns
    -------
    RoadNetwork
        In EPSG:2154; the same object each time, since it never changes.

    Raises
    ------
    DataFileError
        The bundle is damaged.

    Examples
    --------
    >>> from tiGIS import load_interurban_network
    >>> network = load_interurban_network()
    >>> network.metadata["calibration"]["held_out"]["time"]["median_error_pct"] <= 10
    True
    """
    path = bundled_path(CALIBRATION)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = told["categories"]
        factor, speed = (
            np.array([rows[name][key] for name in CATEGORIES]) for key in ("length_factor", "speed_kmh")
        )
        metadata = {
            "sources": [_SOURCE],
            "limits": _limits(told["held_out"]),
            "calibration": {"held_out": told["held_out"], "fitted": told["fitted"]},
            "access": told["access"],
            "max_snap_m": told["max_snap_m"],
            "isochrone_buffer_m": told["isochrone_buffer_m"],
        }
    except (ValueError, KeyError) as error:
        raise DataFileError(path, repr(error), "the bundled calibration", "Install tiGIS again.") from error
    return network_of(read_interurban_graph(), factor, speed, metadata)


def _limits(error: dict[str, Any]) -> list[Note]:
    """Say in both languages how far off the times are."""
    time = error["time"]
    half, most = f"{time['median_error_min']:.0f} min", f"{time['p90_error_min']:.0f} min"
    half_pct, most_pct = f"{time['median_error_pct']:.0f}", f"{time['p90_error_pct']:.0f}"
    return [
        note(
            f"Réseau interurbain simplifié. Erreur médiane : {half} ({half_pct} %) ; 9 fois sur 10, moins de "
            f"{most} ({most_pct} %). Mesurée en Provence-Alpes-Côte d'Azur sur des trajets mis à part",
            f"Simplified inter-urban network. Median error {half} ({half_pct}%); 9 times in 10 under {most} "
            f"({most_pct}%). Measured in Provence-Alpes-Côte d'Azur on trips kept aside",
        ),
        note(
            "En montagne, les longues routes sinueuses sont trop courtes (Alès–Mende : 81 km au lieu de 105)",
            "In mountains, long winding roads come out too short (Alès–Mende: 81 km instead of 105)",
        ),
        note(
            "Ni sens uniques, ni rues, ni embouteillages : à ne lire ni à la minute, ni dans une ville",
            "No one-way or local streets, no congestion: not to be read to the minute, nor within a town",
        ),
    ]
