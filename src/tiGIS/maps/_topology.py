"""TopoJSON, written and read: shared borders stored once, on a grid of whole numbers.

Follows the TopoJSON specification 1.0 (M. Bostock and C. Metcalf, https://github.com/topojson/topojson-specification):
quantised, delta-encoded arcs; ``~i`` runs an arc backwards. Any TopoJSON reader opens the result.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
_KINDS = {1: "LineString", 5: "MultiLineString", 3: "Polygon", 6: "MultiPolygon"}


def encode(objects: Mapping[str, Sequence[Any]], *, grid: int = 100_000) -> dict[str, Any]:
    """Write geometries as one quantised TopoJSON topology.

    Parameters
    ----------
    objects : mapping of str to sequence of shapely geometries
        Named collections; polygons and lines. None or an empty geometry becomes a null geometry, and so
        does one that the grid shrinks to nothing.
    grid : int
        Number of grid steps along the longer side of the box that holds everything.

    Returns
    -------
    dict
        The topology, ready for ``json.dumps``: the same input gives the same text.
    """
    parts = [np.asarray(list(geometries), dtype=object) for geometries in objects.values()]
    everything = np.concatenate(parts) if parts else np.array([], dtype=object)
    transform = _transform(everything, grid)
    rings = _Rings()
    shapes = [_outline(geometry, transform, rings) for geometry in everything]
    arcs, chains = _cut(rings)
    written = iter(_geometry(shape, chains) for shape in shapes)
    collections = {
        name: {"type": "GeometryCollection", "geometries": [next(written) for _ in part]}
        for name, part in zip(objects, parts, strict=True)
    }
    bounds = shapely.total_bounds(everything) if len(everything) else np.full(4, np.nan)
    return {
        "type": "Topology",
        **({} if np.isnan(bounds).any() else {"bbox": [round(float(edge), 6) for edge in bounds]}),
        "transform": {
            "scale": [transform[2], transform[3]],
            "translate": [transform[0], transform[1]],
        },
        "objects": collections,
        "arcs": [_delta(arc) for arc in arcs],
    }


def decode(topology: Mapping[str, Any], name: str) -> list[Any]:
    """Read one collection of a topology back as shapely geometries (None where it is null)."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]

    def line(chain: Sequence[int]) -> npt.NDArray[np.float64]:
        pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in chain]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])

    def build(geometry: Mapping[str, Any]) -> Any:
        kind, found = geometry["type"], geometry.get("arcs")
        if kind is None or found is None:
            return None
        if kind == "LineString":
            return shapely.LineString(line(found))
        if kind == "MultiLineString":
            return shapely.MultiLineString([line(chain) for chain in found])
        if kind == "Polygon":
            return shapely.Polygon(line(found[0]), [line(chain) for chain in found[1:]])
        return shapely.MultiPolygon(
            [shapely.Polygon(line(rings[0]), [line(chain) for chain in rings[1:]]) for rings in found]
        )

    return [build(geometry) for geometry in topology["objects"][name]["geometries"]]


_DIGITS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8)


def packed(topology: Mapping[str, Any]) -> dict[str, Any]:
    """Write the arcs of a topology as one text, which a browser reads many times quicker than lists.

    Parameters
    ----------
    topology : mapping
        From :func:`encode`.

    Returns
    -------
    dict
        The topology, where ``arcs`` holds for each arc the count of its points, then their steps. A whole
        number is written as twice its size (less one where negative, as ``~n``) in letters of five bits,
        the low ones first; a sixth bit says that more follow. ``points`` counts the points of all arcs.
    """
    numbers = [n for arc in topology["arcs"] for n in (len(arc), *(step for point in arc for step in point))]
    left = np.array(numbers, dtype=np.int64)
    left = np.where(left < 0, 2 * ~left + 1, 2 * left)
    letters = []
    while True:
        digit, left = left & 31, left >> 5
        letters.append(np.where(left > 0, digit | 32, digit))
        if not left.any():
            break
    table = np.stack(letters, axis=1)
    # a number's last letter is the first one without the sixth bit
    kept = np.cumsum(np.cumsum(table < 32, axis=1), axis=1) <= 1
    text = _DIGITS[table[kept]].tobytes().decode("ascii")
    return {**topology, "arcs": text, "points": sum(len(arc) for arc in topology["arcs"])}


class _Rings:
    """All rings and lines met, as runs of grid points."""

    def __init__(self) -> None:
        self.runs: list[Ints] = []
        self.closed: list[bool] = []

    def add(self, points: Ints, closed: bool) -> int:
        self.runs.append(points)
        self.closed.append(closed)
        return len(self.runs) - 1


def _transform(geometries: npt.NDArray[np.object_], grid: int) -> tuple[float, float, float, float]:
    bounds = shapely.total_bounds(geometries) if len(geometries) else np.full(4, np.nan)
    if np.isnan(bounds).any():
        return 0.0, 0.0, 1.0, 1.0
    side = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) or 1.0
    # a step with few digits keeps the text short, and gives back round coordinates
    step = float(f"{side / grid:.2g}")
    return float(f"{bounds[0]:.9g}"), float(f"{bounds[1]:.9g}"), step, step


def _outline(geometry: Any, transform: tuple[float, float, float, float], rings: _Rings) -> Any:
    """Put the rings of a geometry on the grid; keep where each went, in the nesting TopoJSON wants."""
    if geometry is None or geometry.is_empty:
        return None
    kind = _KINDS.get(
        geometry.geom_type_id if hasattr(geometry, "geom_type_id") else shapely.get_type_id(geometry)
    )
    if kind is None:
        raise ValueError(f"geometry: {geometry.geom_type}; expected polygons or lines")

    def run(line: Any, closed: bool) -> int | None:
        coordinates = shapely.get_coordinates(line)
        points = np.rint((coordinates - transform[:2]) / transform[2:]).astype(np.int64)
        points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
        if closed and (len(points) < 4 or (points == points[0]).all()):
            return None
        return rings.add(points[:-1] if closed else points, closed) if len(points) > 1 else None

    if kind == "LineString":
        found = run(geometry, False)
        return None if found is None else (kind, found)
    if kind == "MultiLineString":
        lines = [i for part in geometry.geoms if (i := run(part, False)) is not None]
        return (kind, lines) if lines else None
    polygons = []
    for part in [geometry] if kind == "Polygon" else geometry.geoms:
        oriented = shapely.orient_polygons(part)
        shell = run(oriented.exterior, True)
        if shell is not None:
            polygons.append(
                [shell, *(i for hole in oriented.interiors if (i := run(hole, True)) is not None)]
            )
    if not polygons:
        return None
    return ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)


def _geometry(shape: Any, chains: list[list[int]]) -> dict[str, Any]:
    if shape is None:
        return {"type": None}

    def resolve(found: Any) -> Any:
        return chains[found] if isinstance(found, int) else [resolve(item) for item in found]

    return {"type": shape[0], "arcs": resolve(shape[1])}


def _cut(rings: _Rings) -> tuple[list[Ints], list[list[int]]]:
    """Cut all runs where borders meet or part; give the arcs, and each run as a chain of arcs."""
    if not rings.runs:
        return [], []
    points = np.concatenate(rings.runs)
    low = points.min(axis=0)
    width = int(points[:, 0].max() - low[0]) + 1
    _, ids = np.unique((points[:, 1] - low[1]) * width + (points[:, 0] - low[0]), return_inverse=True)
    lengths = np.array([len(run) for run in rings.runs])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    junction = _junctions(ids, starts, lengths, np.array(rings.closed))
    arcs: list[Ints] = []
    known: dict[bytes, int] = {}

    def arc(run_ids: Ints, run_points: Ints) -> int:
        """Give the number of an arc, the same for both directions."""
        key, reverse = run_ids.tobytes(), run_ids[::-1].tobytes()
        if key in known:
            return known[key]
        if reverse in known:
            return ~known[reverse]
        known[key] = len(arcs)
        arcs.append(run_points)
        return known[key]

    chains = []
    for run, start, length, closed in zip(rings.runs, starts, lengths, rings.closed, strict=True):
        own = ids[start : start + length]
        at = np.flatnonzero(junction[start : start + length])
        if closed:
            # begin at a border's end; a lone ring begins at its first point in the order of the grid, so
            # that an island and the hole around it are one arc
            first = int(at[0]) if at.size else int(np.argmin(own))
            own, run = np.roll(own, -first), np.roll(run, -first, axis=0)
            own, run = np.append(own, own[0]), np.concatenate([run, run[:1]])
            ends = np.append(at - first, length) if at.size else np.array([0, length])
        else:
            ends = np.unique(np.concatenate([[0], at, [length - 1]]))
        chains.append([arc(own[a : b + 1], run[a : b + 1]) for a, b in itertools.pairwise(ends)])
    return arcs, chains


def _junctions(
    ids: Ints, starts: Ints, lengths: Ints, closed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell which points are ends of arcs: their neighbours differ from one run to another."""
    total = len(ids)
    before, after = np.roll(ids, 1), np.roll(ids, -1)
    last = starts + lengths - 1
    before[starts] = np.where(closed, ids[last], -1)
    after[last] = np.where(closed, ids[starts], -1)
    low, high = np.minimum(before, after), np.maximum(before, after)
    first_seen = np.full(int(ids.max()) + 1, -1)
    first_seen[ids[::-1]] = np.arange(total)[::-1]
    one = first_seen[ids]
    differs = (low != low[one]) | (high != high[one])
    is_end = np.zeros(len(first_seen), dtype=bool)
    is_end[ids[differs]] = True
    return is_end[ids]


def _delta(points: Ints) -> list[list[int]]:
    steps: list[list[int]] = np.concatenate([points[:1], np.diff(points, axis=0)]).tolist()
    return steps
