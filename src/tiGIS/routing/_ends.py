"""What every routing call does first and last: place points, prepare the engine, explain the result."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from tiGIS._errors import InputError
from tiGIS.network import AccessLeg, Closed, RoadNetwork, Topology
from tiGIS.provenance import Note, inherit, note
from tiGIS.routing._router import Router
from tiGIS.routing._terminals import Side, Terminals
from tiGIS.routing._weighted import WeightedRouter
from tiGIS.routing.points import Points, ends_of, snap

TooFar = Literal["raise", "unreachable"]
Frame = TypeVar("Frame", pd.DataFrame, pd.Series)

# What was prepared for a topology serves all its weightings, and goes when the network goes.
_routers: WeakKeyDictionary[Topology, dict[int | None, Router]] = WeakKeyDictionary()
_weighted: WeakKeyDictionary[RoadNetwork, dict[int | None, WeightedRouter]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class Options:
    """How points reach the network."""

    max_snap_m: float | None = None
    too_far: TooFar = "raise"
    access: AccessLeg | Literal["network"] | None = "network"

    def leg(self, network: RoadNetwork) -> AccessLeg | None:
        """Give the access leg in use."""
        if isinstance(self.access, AccessLeg) or self.access is None:
            return self.access
        if self.access != "network":
            raise InputError(f"access: {self.access!r}; expected an AccessLeg, None or 'network'.")
        return network.access


def network_without(network: Any, closed: Closed | None) -> RoadNetwork:
    """Close the roads that a call leaves out; refuse anything but a network."""
    if not isinstance(network, RoadNetwork):
        raise InputError(
            f"network: {type(network).__name__}; expected a RoadNetwork (read_roads, read_osm_pbf, "
            "network_from_lines or load_interurban_network)."
        )
    return network if closed is None else network.close(closed)


def weighted_router(network: RoadNetwork, threads: int | None = None) -> WeightedRouter:
    """Give the engine for a network; what was prepared for the same topology is used again."""
    with _lock:
        mine = _weighted.setdefault(network, {})
        if threads not in mine:
            routers = _routers.setdefault(network.topology, {})
            if threads not in routers:
                routers[threads] = Router(
                    network.n_nodes, network.x, network.y, network.tail, network.head, threads=threads
                )
            mine[threads] = routers[threads].with_weights(network.time_mmin, network.length_m)
        return mine[threads]


def place(network: RoadNetwork, points: Points, side: Side, options: Options, name: str) -> Terminals:
    """Put points on the network as starts or ends of trips."""
    snapped = snap(network, points, max_snap_m=options.max_snap_m, too_far=options.too_far, name=name)
    return ends_of(network, snapped, side, options.leg(network))


def place_both(
    network: RoadNetwork, origins: Points, destinations: Points, options: Options, names: tuple[str, str]
) -> tuple[Terminals, Terminals]:
    """Put starts and ends on the network; the same frame is put there once."""
    starts = place(network, origins, "origin", options, names[0])
    again = starts.points if destinations is origins else destinations
    return starts, place(network, again, "destination", options, names[1])


def explain(result: Frame, network: RoadNetwork, *placed: Terminals, **details: Any) -> Frame:
    """Write into a result what the network says of itself, and how its points reached it."""
    metadata = network.metadata
    limits: list[Note] = []
    n_far = sum(int((~ends.points.on_network).sum()) for ends in placed)
    if n_far:
        limits.append(
            note(
                f"Points sans route assez proche, aux temps inconnus : {n_far}",
                f"{n_far} points have no road near enough: their times are unknown",
            )
        )
    distance = np.concatenate([ends.points.distance_m for ends in placed])
    known = distance[~np.isnan(distance)]
    snapping = {
        "points": len(distance),
        "without_road": n_far,
        "median_m": round(float(np.median(known)), 1) if len(known) else None,
        "max_m": round(float(known.max()), 1) if len(known) else None,
    }
    told = {key: metadata[key] for key in ("calibration",) if key in metadata}
    return inherit(result, network, limits=limits, snapping=snapping, **told, **details)


def cutoff_mmin_of(cutoff_min: float | None) -> int | None:
    if cutoff_min is None:
        return None
    if not (np.isfinite(cutoff_min) and cutoff_min >= 0):
        raise InputError(f"cutoff_min: {cutoff_min}; expected a number of minutes, 0 or more.")
    return round(cutoff_min * 1000)


def bar_of(total: int, progress: bool, what: str) -> tqdm:
    """Build a progress bar that shows itself after two seconds, on terminals only."""
    return tqdm(total=total, desc=what, delay=2.0, disable=None if progress else True, leave=False)
