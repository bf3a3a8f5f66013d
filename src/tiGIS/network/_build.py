"""From lines of roads to a network: nodes where roads meet, cleaning, joining, times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS.network._chains import chains
from tiGIS.network._counts import counted, limits_told
from tiGIS.network._destination import halved, in_layers, only_for_those_who_go_there, with_middles
from tiGIS.network._ground import projected, vertex_codes
from tiGIS.network._road_classes import ROAD_CLASSES, classify
from tiGIS.network._road_network import RoadNetwork
from tiGIS.network._roads import CLOSED, FLAGS, NO_ENTRANCE, Roads, Topology
from tiGIS.network._speeds import speeds_of_pieces
from tiGIS.network._urban import urban_pieces

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj
    from numpy.typing import NDArray

    from tiGIS.sources.reading.road_lines import RoadLines

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Component = Literal["largest", "all"]
_MOTORWAY = ROAD_CLASSES.index("motorway")


@dataclass
class Pieces:
    """Pieces of road between two nodes: vertices ``start`` to ``end``, included, of the lines."""

    tail: Ints
    head: Ints
    start: Ints
    end: Ints
    line: Ints
    length_m: Floats
    forward: Bools
    backward: Bools

    def take(self, where: Ints | Bools) -> Pieces:
        """Pick some of the pieces."""
        return Pieces(*(values[where] for values in vars(self).values()))


def build(
    lines: RoadLines,
    *,
    classes: pd.DataFrame,
    speeds: pd.DataFrame,
    urban: gpd.GeoDataFrame | float | None,
    crs: Any,
    component: Component,
    contract: bool,
    length_m: Floats | None = None,
    speed_kmh: Floats | None = None,
    metadata: dict[str, Any],
) -> RoadNetwork:
    """Build the network; ``length_m`` and ``speed_kmh`` (one a line) overrule measures and tables."""
    road_class, link = classify(lines.table, lines.schema, classes)
    lines = with_middles(lines)
    xy, crs, measured = projected(lines, crs)
    code, place = vertex_codes(lines, xy)
    pieces = _cut(lines, code, np.hypot(*np.diff(xy, axis=0).T), road_class >= 0)
    if length_m is not None:
        whole = np.bincount(pieces.line, pieces.length_m, minlength=len(lines.table))
        with np.errstate(invalid="ignore", divide="ignore"):
            pieces.length_m = pieces.length_m * (length_m / whole)[pieces.line]
    middle = (xy[(pieces.start + pieces.end) // 2] + xy[(pieces.start + pieces.end + 1) // 2]) / 2
    is_urban = urban_pieces(lines.table, pieces, middle, xy[place], urban, crs)
    speed = speeds_of_pieces(lines.table, pieces.line, road_class, link, is_urban, speeds, speed_kmh)
    pieces, kept, n_merged = _without_doubles(pieces, code)
    qualities = _qualities(lines.table, pieces, road_class, link, speed, is_urban, kept)
    report = counted(lines, pieces.line, pieces.length_m, qualities.flags, road_class, n_merged)
    if component == "largest":
        keep = _largest_component(pieces, len(place))
        lost = float(pieces.length_m[~keep].sum())
        report["km_left_out_of_the_largest_component"] = round(lost / 1000, 3)
        report["km_left_out_share_pct"] = round(100 * lost / max(float(pieces.length_m.sum()), 1e-9), 2)
        pieces, qualities = pieces.take(keep), qualities.take(keep)
    if not len(pieces.tail):
        raise InputError("roads: no road is left that a car can drive; check classes, access and directions.")
    said = lines.table["destination"].to_numpy(dtype=bool)[pieces.line]
    only_there, outside = only_for_those_who_go_there(pieces, said, len(place))
    if only_there.any():
        through = only_there & outside[pieces.tail] & outside[pieces.head]
        run_m = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
        pieces, source = halved(pieces, through, code, run_m)
        qualities, only_there = qualities.take(source), only_there[source]
    if only_there.any():
        report["km_nobody_passes_through"] = round(float(pieces.length_m[only_there].sum()) / 1000, 3)
    limits = [*metadata.get("limits", ()), *limits_told(report, measured=measured)]
    metadata = {**metadata, "limits": limits, "report": report}
    return _assemble(lines, pieces, qualities, only_there, xy, place, contract, crs, metadata)


def _qualities(
    table: pd.DataFrame,
    pieces: Pieces,
    road_class: NDArray[np.int8],
    link: Bools,
    speed: tuple[Floats, Floats],
    is_urban: Bools,
    kept: Ints,
) -> _Qualities:
    """Gather what is told of each piece kept."""
    flags = np.zeros(len(pieces.tail), dtype=np.uint8)
    for name in ("toll", "bridge", "tunnel", "dual", "roundabout"):
        flags |= np.where(table[name].to_numpy(dtype=bool)[pieces.line], FLAGS[name], 0).astype(np.uint8)
    for name, where in (
        ("link", link[pieces.line]),
        ("urban", is_urban[kept]),
        ("motorway", road_class[pieces.line] == _MOTORWAY),
    ):
        flags |= np.where(where, FLAGS[name], 0).astype(np.uint8)
    ahead, back = speed
    along = ahead[kept]
    return _Qualities(along, along if back is ahead else back[kept], road_class[pieces.line], flags)


@dataclass
class _Qualities:
    """What the network keeps of each piece: speeds along its line and against it, class, flags."""

    speed_kmh: Floats
    speed_back_kmh: Floats
    road_class: NDArray[np.int8]
    flags: NDArray[np.uint8]

    def take(self, where: Ints | Bools) -> _Qualities:
        """Pick some of the pieces."""
        ahead = self.speed_kmh[where]
        back = ahead if self.speed_back_kmh is self.speed_kmh else self.speed_back_kmh[where]
        return _Qualities(ahead, back, self.road_class[where], self.flags[where])

    def driven(self, order: Ints, turned: Bools) -> tuple[Floats, Floats]:
        """Give the speeds of pieces as edges are driven along and against, where some are turned round."""
        ahead, back = self.speed_kmh[order], self.speed_back_kmh[order]
        if self.speed_back_kmh is self.speed_kmh:
            return ahead, ahead
        return np.where(turned, back, ahead), np.where(turned, ahead, back)

    def kinds(self, only_there: Bools) -> Ints:
        """Give the kinds of pieces that join into one edge, in both directions of each, shape (n, 2)."""
        kind = np.isin(self.road_class, NO_ENTRANCE).astype(np.int64)
        kind[only_there] = 2 + np.arange(np.count_nonzero(only_there))  # their junctions all stay
        if self.speed_back_kmh is self.speed_kmh:
            return np.column_stack([kind, kind])
        steps = np.rint(np.log(self.speed_back_kmh / self.speed_kmh) * 1e6).astype(np.int64)
        return np.column_stack([kind * (1 << 32) + steps, kind * (1 << 32) - steps])


def _cut(lines: RoadLines, code: Ints, step_m: Floats, drivable: Bools) -> Pieces:
    """Cut the lines where they meet others; a place met twice is a node, a mere crossing is not."""
    n_lines = len(lines.first) - 1
    owner = np.repeat(np.arange(n_lines), np.diff(lines.first))
    used = drivable[owner]
    node = np.zeros(len(code), dtype=bool)
    node[lines.first[:-1]] = True
    node[lines.first[1:] - 1] = True
    if lines.noding == "vertices":
        # A vertex written twice in a row is one visit of the place, not two.
        again = np.zeros(len(code), dtype=bool)
        again[1:] = (code[1:] == code[:-1]) & (owner[1:] == owner[:-1])
        visits = np.bincount(code[used & ~again], minlength=int(code.max()) + 1)
        node |= visits[code] >= 2
    stops = np.flatnonzero(node & used)
    same = owner[stops[1:]] == owner[stops[:-1]]
    start, end = stops[:-1][same], stops[1:][same]
    run = np.concatenate([[0.0], np.cumsum(step_m)])
    length = run[end] - run[start]
    real = (length > 0) | (code[start] != code[end])
    start, end, length = start[real], end[real], length[real]
    line = owner[start]
    forward = lines.table["forward"].to_numpy(dtype=bool)[line]
    backward = lines.table["backward"].to_numpy(dtype=bool)[line]
    pieces = Pieces(code[start], code[end], start, end, line, length, forward, backward)
    return pieces.take(forward | backward)


def _without_doubles(pieces: Pieces, code: Ints) -> tuple[Pieces, Ints, int]:
    """Merge pieces drawn twice (same ends and vertices): the first stays, open wherever one of them is."""
    low, high = np.minimum(pieces.tail, pieces.head), np.maximum(pieces.tail, pieces.head)
    run = np.concatenate([[0], np.cumsum(code)])
    key = pd.DataFrame(
        {
            "low": low,
            "high": high,
            "n": pieces.end - pieces.start,
            "vertices": run[pieces.end + 1] - run[pieces.start],
            "mm": np.rint(pieces.length_m * 1000).astype(np.int64),
        }
    )
    double = key.duplicated(keep="first").to_numpy()
    kept = np.flatnonzero(~double)
    if len(kept) == len(low):
        return pieces, kept, 0
    group = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()  # in order of first appearance
    merged = pieces.take(kept)
    turned = pieces.tail != merged.tail[group]
    forward, backward = np.zeros(len(kept), dtype=bool), np.zeros(len(kept), dtype=bool)
    np.logical_or.at(forward, group, np.where(turned, pieces.backward, pieces.forward))
    np.logical_or.at(backward, group, np.where(turned, pieces.forward, pieces.backward))
    merged.forward, merged.backward = forward, backward
    return merged, kept, int(double.sum())


def _largest_component(pieces: Pieces, n_places: int) -> Bools:
    """Pieces of the largest part in which every node is reached from every other."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tail = np.concatenate([pieces.tail[pieces.forward], pieces.head[pieces.backward]])
    head = np.concatenate([pieces.head[pieces.forward], pieces.tail[pieces.backward]])
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n_places, n_places))
    part = connected_components(graph.tocsr(), directed=True, connection="strong")[1]
    inside = part[pieces.tail] == part[pieces.head]
    km = np.bincount(part[pieces.tail[inside]], pieces.length_m[inside], minlength=int(part.max()) + 1)
    return np.asarray(inside & (part[pieces.tail] == km.argmax()))


def _assemble(
    lines: RoadLines,
    pieces: Pieces,
    qualities: _Qualities,
    only_there: Bools,
    xy: Floats,
    place: Ints,
    contract: bool,
    crs: pyproj.CRS,
    metadata: dict[str, Any],
) -> RoadNetwork:
    """Join pieces into edges, number nodes and arcs, and lay the arrays out."""
    n = len(pieces.tail)
    if contract:
        order, turned, first_piece = chains(
            pieces.tail,
            pieces.head,
            pieces.forward,
            pieces.backward,
            qualities.kinds(only_there),
            len(place),
        )
    else:
        turned = ~pieces.forward
        order, first_piece = np.arange(n), np.arange(n + 1)
    ordered = pieces.take(order)
    tail_place = np.where(turned, ordered.head, ordered.tail)[first_piece[:-1]]
    head_place = np.where(turned, ordered.tail, ordered.head)[first_piece[1:] - 1]
    places, number = np.unique(np.concatenate([tail_place, head_place]), return_inverse=True)
    n_edges = len(tail_place)
    tail, head = number[:n_edges].astype(np.int32), number[n_edges:].astype(np.int32)
    vertex, first_vertex, last_vertex = _vertices(ordered, turned, first_piece)
    ways, way = np.unique(ordered.line, return_inverse=True)
    speed_kmh, speed_back_kmh = qualities.driven(order, turned)
    name_code, names = pd.factorize(_source_names(lines.table), sort=True)
    roads = Roads(
        tail=tail,
        head=head,
        first_piece=first_piece.astype(np.int64),
        first_vertex=first_vertex,
        xy=xy[vertex],
        last_vertex=last_vertex,
        length_m=ordered.length_m,
        speed_kmh=speed_kmh,
        speed_back_kmh=speed_back_kmh,
        road_class=qualities.road_class[order],
        flags=qualities.flags[order],
        way=way.astype(np.int32),
        name_class=name_code[ordered.line].astype(np.int16),
        way_ids=lines.table["way_id"].to_numpy()[ways].astype(np.str_),
        name_classes=np.asarray(names, dtype=np.str_),
    )
    start = first_piece[:-1]
    opens = np.where(turned, ordered.backward, ordered.forward)[start]
    opens_back = np.where(turned, ordered.forward, ordered.backward)[start]
    node_xy = xy[place[places]]
    return _with_arcs(roads, opens, opens_back, only_there[order[start]], node_xy, crs, metadata)


def _with_arcs(
    roads: Roads,
    forward: Bools,
    backward: Bools,
    only_there: Bools,
    node_xy: Floats,
    crs: Any,
    metadata: dict[str, Any],
) -> RoadNetwork:
    """Lay arcs over edges (sorted by tail, then head, then edge) with times from the pieces' speeds."""
    edge = np.concatenate([np.flatnonzero(forward), np.flatnonzero(backward)])
    ahead = np.arange(len(edge)) < np.count_nonzero(forward)
    tail = np.where(ahead, roads.tail[edge], roads.head[edge])
    head = np.where(ahead, roads.head[edge], roads.tail[edge])
    arrival = None
    if only_there.any():
        ends = np.column_stack([roads.tail, roads.head]).astype(np.int64)
        layers = in_layers(tail, head, edge, ahead, only_there, ends)
        tail, head, edge, ahead = layers.tail, layers.head, layers.edge, layers.ahead
        twins = np.flatnonzero(layers.arrival[: len(node_xy)] != np.arange(len(node_xy)))
        node_xy, arrival = np.concatenate([node_xy, node_xy[twins]]), layers.arrival.astype(np.int32)
    order = np.lexsort((~ahead, edge, head, tail))
    edge, ahead = edge[order], ahead[order]
    time = np.where(ahead, roads.total(roads.time_min)[edge], roads.total(roads.time_back_min)[edge])
    time = np.rint(time * 1000.0)
    if time.size and time.max() >= CLOSED:
        raise InputError("roads: some edge takes longer than two years; check lengths and speeds.")
    topology = Topology(len(node_xy), tail[order].astype(np.int32), head[order].astype(np.int32), arrival)
    x, y = np.ascontiguousarray(node_xy[:, 0]), np.ascontiguousarray(node_xy[:, 1])
    edge, time = edge.astype(np.int32), time.astype(np.int32)
    return RoadNetwork(topology, roads, x, y, edge, ahead, time, crs, metadata)


def _vertices(ordered: Pieces, turned: Bools, first_piece: Ints) -> tuple[Ints, Ints, Ints]:
    """Vertices of the edges, where each edge starts among them, and where each piece ends."""
    steps = ordered.end - ordered.start  # vertices of the piece but its first
    opening = np.zeros(len(steps), dtype=np.int64)
    opening[first_piece[:-1]] = 1  # the first piece of an edge brings its first vertex too
    size = steps + opening
    last = np.cumsum(size) - 1
    owner = np.repeat(np.arange(len(steps)), size)
    rank = np.arange(int(size.sum())) - np.repeat(last + 1 - size, size) + (1 - opening)[owner]
    vertex = np.where(turned[owner], ordered.end[owner] - rank, ordered.start[owner] + rank)
    first_vertex = np.append((last + 1 - size)[first_piece[:-1]], size.sum())
    return vertex, first_vertex, last


def _source_names(table: pd.DataFrame) -> NDArray[np.object_]:
    """Give the class as the source wrote it, with its second word where it has one."""
    rank = table["source_rank"].to_numpy(dtype=object)
    name = table["source_class"].to_numpy(dtype=object)
    if not (rank != "").any():
        return name
    return np.array([f"{a} / {b}" if b else a for a, b in zip(name, rank, strict=True)], dtype=object)
