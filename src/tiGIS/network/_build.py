"""From lines of roads to a network: nodes where roads meet, cleaning, joining, times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyproj

from tiGIS._errors import InputError
from tiGIS.network._chains import chains
from tiGIS.network._model import RoadNetwork
from tiGIS.network._roads import CLOSED, FLAGS, NO_ENTRANCE, Roads, Topology
from tiGIS.network._tables import ROAD_CLASSES, classify
from tiGIS.network._urban import urban_pieces

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from tiGIS.sources.road_lines import RoadLines

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
    xy, crs = _projected(lines, crs)
    code, place = _vertex_codes(lines, xy)
    pieces = _cut(lines, code, np.hypot(*np.diff(xy, axis=0).T), road_class >= 0)
    if length_m is not None:
        whole = np.bincount(pieces.line, pieces.length_m, minlength=len(lines.table))
        with np.errstate(invalid="ignore", divide="ignore"):
            pieces.length_m = pieces.length_m * (length_m / whole)[pieces.line]
    middle = (xy[(pieces.start + pieces.end) // 2] + xy[(pieces.start + pieces.end + 1) // 2]) / 2
    is_urban = urban_pieces(lines.table, pieces, middle, xy[place], urban, crs)
    speed = _speeds(lines.table, pieces, road_class, link, is_urban, speeds, speed_kmh)
    pieces, kept, n_merged = _without_doubles(pieces, code)
    speed, is_urban = speed[kept], is_urban[kept]
    report = {
        "lines_read": len(lines.table),
        "lines_left_out_by_the_reader": dict(lines.left_out),
        "lines_not_for_cars": int(np.count_nonzero(road_class < 0)),
        "km_read": round(float(pieces.length_m.sum()) / 1000, 3),
        "pieces_merged_with_a_double": n_merged,
        "urban_share_pct": round(100 * _share(pieces.length_m, is_urban), 1),
        "without_legal_limit_share_pct": round(
            100 * _share(pieces.length_m, np.isnan(lines.table["limit_kmh"].to_numpy()[pieces.line])), 1
        ),
    }
    if component == "largest":
        keep = _largest_component(pieces, len(place))
        lost = float(pieces.length_m[~keep].sum())
        report["km_left_out_of_the_largest_component"] = round(lost / 1000, 3)
        report["km_left_out_share_pct"] = round(100 * lost / max(float(pieces.length_m.sum()), 1e-9), 2)
        pieces, speed, is_urban = pieces.take(keep), speed[keep], is_urban[keep]
    if not len(pieces.tail):
        raise InputError("roads: no road is left that a car can drive; check classes, access and directions.")
    table = lines.table
    flags = np.zeros(len(pieces.tail), dtype=np.uint8)
    for name in ("toll", "bridge", "tunnel", "dual", "roundabout"):
        flags |= np.where(table[name].to_numpy(dtype=bool)[pieces.line], FLAGS[name], 0).astype(np.uint8)
    for name, where in (
        ("link", link[pieces.line]),
        ("urban", is_urban),
        ("motorway", road_class[pieces.line] == _MOTORWAY),
    ):
        flags |= np.where(where, FLAGS[name], 0).astype(np.uint8)
    qualities = _Qualities(speed, road_class[pieces.line], flags)
    return _assemble(lines, pieces, qualities, xy, place, contract, crs, {**metadata, "report": report})


@dataclass
class _Qualities:
    speed_kmh: Floats
    road_class: NDArray[np.int8]
    flags: NDArray[np.uint8]


def _share(length: Floats, where: Bools) -> float:
    total = float(length.sum())
    return float(length[where].sum()) / total if total else 0.0


def _projected(lines: RoadLines, crs: Any) -> tuple[Floats, pyproj.CRS]:
    """Put the vertices in a projected CRS in metres."""
    given = pyproj.CRS.from_user_input(lines.crs)
    if crs is None:
        crs = given if given.is_projected else _local_crs(*_middle(lines.xy, given))
    wanted = pyproj.CRS.from_user_input(crs)
    if not wanted.is_projected or wanted.axis_info[0].unit_name not in {"metre", "meter"}:
        raise InputError(f"roads: crs is {wanted.to_string()}; expected a projected CRS in metres.")
    xy = np.ascontiguousarray(lines.xy)
    if wanted != given:
        to_metres = pyproj.Transformer.from_crs(given, wanted, always_xy=True)
        xy = np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
    if not np.isfinite(xy).all():
        raise InputError(f"roads: some coordinates are outside {given.to_string()}; check its CRS.")
    return xy, wanted


def _middle(xy: Floats, crs: pyproj.CRS) -> tuple[float, float]:
    """Find the longitude and latitude around which the vertices lie."""
    to_lonlat = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    lon, lat = to_lonlat.transform(*np.median(xy, axis=0))
    return float(lon), float(lat)


# Legal CRS by territory: west, south, east, north, EPSG (decree of 5 March 2019).
_LEGAL = (
    (-5.5, 41.2, 9.8, 51.3, 2154),
    (-63.3, 14.2, -60.7, 18.3, 5490),
    (-54.7, 2.0, -51.5, 6.0, 2972),
    (55.1, -21.5, 55.9, -20.8, 2975),
    (44.9, -13.1, 45.4, -12.6, 4471),
    (-56.6, 46.7, -56.0, 47.2, 4467),
)


def _local_crs(lon: float, lat: float) -> int:
    """Find the legal CRS of the French territory around a point; elsewhere the UTM zone."""
    for west, south, east, north, epsg in _LEGAL:
        if west <= lon <= east and south <= lat <= north:
            return epsg
    return (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) % 60 + 1


def _vertex_codes(lines: RoadLines, xy: Floats) -> tuple[Ints, Ints]:
    """Find the places (to a centimetre) that vertices are at, and give one vertex of each place."""
    if lines.vertex_id is not None:
        key = lines.vertex_id
    else:
        whole = np.rint(xy * 100.0).astype(np.int64)
        key = whole[:, 0] * (1 << 32) + whole[:, 1]
    code, _ = pd.factorize(key)
    place = np.empty(int(code.max()) + 1, dtype=np.int64)
    place[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    return code.astype(np.int64), place


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


def _speeds(
    table: pd.DataFrame,
    pieces: Pieces,
    road_class: NDArray[np.int8],
    link: Bools,
    is_urban: Bools,
    speeds: pd.DataFrame,
    given: Floats | None,
) -> Floats:
    """Mean speed on each piece: as given, else the source's own, else limit times factor."""
    rank = road_class[pieces.line].astype(np.int64)
    shape = (len(ROAD_CLASSES), 2)
    limit_of, factor_of, link_of = (
        speeds[column].to_numpy(dtype=float).reshape(shape) for column in ("limit_kmh", "factor", "link_kmh")
    )
    urban = is_urban.astype(np.int64)
    limit = table["limit_kmh"].to_numpy(dtype=float)[pieces.line]
    usual = limit_of[rank, urban] * factor_of[rank, urban]
    speed = np.where(
        np.isnan(limit), usual, np.minimum(limit * _limit_factor(limit, factor_of, rank, urban), 130)
    )
    slip = link[pieces.line]
    speed[slip] = np.minimum(speed[slip], link_of[rank, urban][slip])
    practised = table["practised_kmh"].to_numpy(dtype=float)[pieces.line]
    speed = np.where(np.isnan(practised), speed, practised)
    return speed if given is None else given[pieces.line]


def _limit_factor(limit: Floats, factor_of: Floats, rank: Ints, urban: Ints) -> Floats:
    """Factor under a posted limit: low limits are driven in town, whatever the surroundings look like."""
    in_town = np.where(np.isnan(limit), urban, limit <= 50).astype(np.int64)
    return factor_of[rank, in_town]


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
            np.isin(qualities.road_class, NO_ENTRANCE),
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
    name_code, names = pd.factorize(_source_names(lines.table), sort=True)
    roads = Roads(
        tail=tail,
        head=head,
        first_piece=first_piece.astype(np.int64),
        first_vertex=first_vertex,
        xy=xy[vertex],
        last_vertex=last_vertex,
        length_m=ordered.length_m,
        speed_kmh=qualities.speed_kmh[order],
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
    return network_on(roads, opens, opens_back, node_xy, crs, metadata)


def network_on(
    roads: Roads, forward: Bools, backward: Bools, node_xy: Floats, crs: Any, metadata: dict[str, Any]
) -> RoadNetwork:
    """Lay arcs over edges (sorted by tail, then head, then edge) with times from the pieces' speeds."""
    edge = np.concatenate([np.flatnonzero(forward), np.flatnonzero(backward)])
    ahead = np.arange(len(edge)) < np.count_nonzero(forward)
    tail = np.where(ahead, roads.tail[edge], roads.head[edge])
    head = np.where(ahead, roads.head[edge], roads.tail[edge])
    order = np.lexsort((~ahead, edge, head, tail))
    time = np.rint(roads.total(roads.time_min) * 1000.0)
    if time.size and time.max() >= CLOSED:
        raise InputError("roads: some edge takes longer than two years; check lengths and speeds.")
    topology = Topology(len(node_xy), tail[order].astype(np.int32), head[order].astype(np.int32))
    edge = edge[order].astype(np.int32)
    x, y = np.ascontiguousarray(node_xy[:, 0]), np.ascontiguousarray(node_xy[:, 1])
    return RoadNetwork(topology, roads, x, y, edge, ahead[order], time.astype(np.int32)[edge], crs, metadata)


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
