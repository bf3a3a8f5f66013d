"""Is a stored network one that `RoadNetwork.save` could have written? All its arrays, looked at together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tiGIS.network._road_classes import ROAD_CLASSES
from tiGIS.network._roads import CLOSED, FLAGS

# array -> kind and width of its numbers; the texts are of any width
DTYPES = {
    "x": "f8",
    "y": "f8",
    "tail": "i4",
    "head": "i4",
    "arc_edge": "i4",
    "arc_forward": "b1",
    "time_mmin": "i4",
    "arrival": "i4",
    "roads_tail": "i4",
    "roads_head": "i4",
    "roads_first_piece": "i8",
    "roads_first_vertex": "i8",
    "roads_xy": "f8",
    "roads_last_vertex": "i8",
    "roads_length_m": "f8",
    "roads_speed_kmh": "f8",
    "roads_speed_back_kmh": "f8",
    "roads_road_class": "i1",
    "roads_flags": "u1",
    "roads_way": "i4",
    "roads_name_class": "i2",
    "roads_way_ids": "U",
    "roads_name_classes": "U",
}
_ARCS = ("tail", "head", "arc_edge", "arc_forward", "time_mmin")
_SPEEDS = ("roads_speed_kmh", "roads_speed_back_kmh")
_PIECES = (
    "last_vertex",
    "length_m",
    "speed_kmh",
    "speed_back_kmh",
    "road_class",
    "flags",
    "way",
    "name_class",
)


def fault_of(arrays: Mapping[str, NDArray[Any]]) -> str | None:
    """Say the first thing that is wrong with the arrays of a network, ``None`` where they fit together."""
    for look in (_forms, _lengths, _ranges, _order, _joints):
        fault = next(look(arrays), None)
        if fault is not None:
            return fault
    return None


def _forms(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    for name, dtype in DTYPES.items():
        array = arrays[name]
        fits = array.dtype.kind == "U" if dtype == "U" else array.dtype == np.dtype(dtype)
        dimensions = 2 if name == "roads_xy" else 1
        if not fits or array.ndim != dimensions or (dimensions == 2 and array.shape[1] != 2):
            yield f"{name} is {array.dtype} of shape {array.shape}"


def _lengths(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    if len(arrays["x"]) != len(arrays["y"]):
        yield f"{len(arrays['x'])} x for {len(arrays['y'])} y"
    if len(arrays["x"]) != len(arrays["arrival"]):
        yield f"{len(arrays['arrival'])} arrivals for {len(arrays['x'])} nodes"
    for name in _ARCS:
        if len(arrays[name]) != len(arrays["tail"]):
            yield f"{name} has {len(arrays[name])} values for {len(arrays['tail'])} arcs"
    edges = len(arrays["roads_tail"])
    for name, wanted in (("head", edges), ("first_piece", edges + 1), ("first_vertex", edges + 1)):
        if len(arrays[f"roads_{name}"]) != wanted:
            yield f"roads_{name} has {len(arrays[f'roads_{name}'])} values for {edges} edges"
    pieces = len(arrays["roads_length_m"])
    for name in _PIECES:
        if len(arrays[f"roads_{name}"]) != pieces:
            yield f"roads_{name} has {len(arrays[f'roads_{name}'])} values for {pieces} pieces"


def _ranges(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    nodes, edges = len(arrays["x"]), len(arrays["roads_tail"])
    vertices, ways = len(arrays["roads_xy"]), len(arrays["roads_way_ids"])
    below = {
        "tail": nodes,
        "head": nodes,
        "arrival": nodes,
        "roads_tail": nodes,
        "roads_head": nodes,
        "arc_edge": edges,
        "time_mmin": CLOSED + 1,
        "roads_road_class": len(ROAD_CLASSES),
        "roads_flags": sum(FLAGS.values()) + 1,
        "roads_way": ways,
        "roads_name_class": len(arrays["roads_name_classes"]),
        "roads_last_vertex": vertices,
    }
    for name, most in below.items():
        array = arrays[name]
        if array.size and (int(array.min()) < 0 or int(array.max()) >= most):
            yield f"{name} goes from {array.min()} to {array.max()}, where 0 to {most - 1} are"
    for name in ("x", "y", "roads_xy", "roads_length_m", *_SPEEDS):
        if not np.isfinite(arrays[name]).all():
            yield f"{name} holds values that are no numbers"
    if (arrays["roads_length_m"] < 0).any() or any((arrays[name] <= 0).any() for name in _SPEEDS):
        yield "lengths below 0 or speeds that are not above 0"


def _order(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    if (np.diff(arrays["tail"]) < 0).any():
        yield "arcs that are not sorted by the node that they leave"
    pieces, vertices = len(arrays["roads_length_m"]), len(arrays["roads_xy"])
    for name, total, least in (("first_piece", pieces, 1), ("first_vertex", vertices, 2)):
        first = arrays[f"roads_{name}"]
        if first[0] != 0 or first[-1] != total or (np.diff(first) < least).any():
            yield f"roads_{name} doesn't part {total} into edges of {least} at least"


def _joints(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """Look whether arcs run between the ends of their edges, and pieces along the vertices of theirs."""
    edge, forward = arrays["arc_edge"], arrays["arc_forward"]
    start, stop = arrays["roads_tail"][edge], arrays["roads_head"][edge]
    arrival = arrays["arrival"]
    twins = np.flatnonzero(arrival != np.arange(len(arrival)))
    if not np.array_equal(arrival[arrival], arrival) or len(np.unique(arrival[twins])) != len(twins):
        yield "nodes for arrivals that are not of one place each"
        return
    place = np.arange(len(arrival))
    place[arrival[twins]] = twins
    wrong = (place[arrays["tail"]] != np.where(forward, start, stop)) | (
        place[arrays["head"]] != np.where(forward, stop, start)
    )
    if wrong.any():
        yield f"{int(wrong.sum())} arcs that don't run between the ends of their edge"
    into = place[arrays["head"]] != arrays["head"]
    both = edge.astype(np.int64) * 4 + 2 * into + forward
    if len(np.unique(both)) != len(both):
        yield "edges with two arcs in one direction"
    if not len(arrays["roads_tail"]):
        return
    last, first_piece = arrays["roads_last_vertex"], arrays["roads_first_piece"]
    first_vertex = arrays["roads_first_vertex"]
    begin = np.empty_like(last)
    begin[1:] = last[:-1]
    begin[first_piece[:-1]] = first_vertex[:-1]
    if (last <= begin).any() or (last[first_piece[1:] - 1] != first_vertex[1:] - 1).any():
        yield "pieces that don't follow one another along the vertices of their edge"
