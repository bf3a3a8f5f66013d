"""Roads of OpenStreetMap's own files: which ways and barriers they hold, where their nodes are."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._files import is_a_file
from tiGIS.sources.reading.maxspeed import limits_by_direction
from tiGIS.sources.reading.osm_access import CAR_ACCESS, RING, YES, car_access, node_stops_cars
from tiGIS.sources.reading.road_lines import RoadLines, complete

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUALITIES = ("limit_kmh", "limit_back_kmh", "toll", "bridge", "tunnel", "dual", "roundabout")
_ROW = ("way_id", "source_class", "forward", "backward", "destination", *_QUALITIES)
_CROSSINGS = frozenset(("ferry", "shuttle_train"))
_EXPECTED = "an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2)"
# Ends of file names, with what osmium calls the format.
_FORMATS = {".pbf": "pbf", ".osm": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2", ".o5m": "o5m"}
_CHANGES = (".osh", ".osc")


def is_osm_file(path: Path) -> bool:
    """Say whether a file is one of OpenStreetMap by its name, in small letters or capitals."""
    name = path.name.lower()
    return name.endswith((".pbf", ".o5m")) or any(part in name for part in (".osm", *_CHANGES))


def _format_of(path: Path) -> str:
    """Give the format of a file by its name; refuse histories and changes, which are no map of one day."""
    name = path.name.lower()
    if any(part in name for part in _CHANGES):
        raise DataFileError(
            path, "a history or a file of changes", _EXPECTED, "Make an extract of one day of it first."
        )
    ends = [end for end in _FORMATS if name.endswith(end)]
    if not ends:
        raise DataFileError(path, "a name that says no known format", _EXPECTED, "Unpack or rename it.")
    return _FORMATS[ends[-1]]


def read_pbf(paths: Sequence[str | Path], classes: Collection[str], *, ferries: bool = False) -> RoadLines:
    """Read the ways that cars may drive from files of OpenStreetMap, way by way.

    Node positions stay in osmium's own compact store; only the kept ways' vertices come to Python. Where a
    barrier stops cars the roads are cut: they end on both sides of it, and don't meet.

    Parameters
    ----------
    paths : sequence of path-like
        Extracts (``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``) that may overlap, or hold each a part of
        a way: it is joined where a vertex that one of them lacks is in another.
    classes : collection of str
        Values of ``highway`` to keep.
    ferries : bool
        Keep ferries and car trains too (class ``ferry``).

    Returns
    -------
    RoadLines
        The ways, in longitude and latitude, with OSM node ids (new ones on both sides of a barrier).

    Raises
    ------
    DataFileError
        No such file, not an OSM file, a history, or a file without a way that cars may drive.
    """
    import osmium

    kept = _Kept(classes, ferries, several=len(paths) > 1)
    for path in map(Path, paths):
        if not is_a_file(path):
            raise DataFileError(path, "no such file", _EXPECTED)
        before = kept.n_found
        form = _format_of(path)
        try:
            (_read_compact if form in ("pbf", "o5m") else _read_text)(path, form, kept)
        except DataFileError:
            raise
        except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
            raise DataFileError(path, str(error), _EXPECTED, "Download the extract again.") from error
        if kept.n_found == before:
            raise DataFileError(path, "no road that cars may drive", _EXPECTED)
    lines = kept.lines()
    if not len(lines.table):
        raise DataFileError(Path(paths[0]), "no road that cars may drive", _EXPECTED)
    return lines


def _refuse_history(path: Path, header: Any) -> None:
    if header.has_multiple_object_versions:
        raise DataFileError(
            path, "a history or a file of changes", _EXPECTED, "Make an extract of one day of it first."
        )


def _processor(path: Path, form: str, entities: Any) -> Any:
    import osmium

    return osmium.FileProcessor(osmium.io.File(str(path), form), entities)


# Two nodes in the wrong order, then a way: on meeting it, osmium sorts the positions that it keeps.
_SORT = (
    b"<osm version='0.6'><node id='-2' lat='0' lon='0'/><node id='-1' lat='0' lon='0'/>"
    b"<way id='-1'><nd ref='-1'/></way></osm>"
)


def _read_compact(path: Path, form: str, kept: _Kept) -> None:
    """Read a large file once: osmium keeps the positions and passes on what has a key of interest."""
    import osmium

    roads = osmium.filter.KeyFilter("highway", *(("route",) if kept.ferries else ()))
    stops = osmium.filter.KeyFilter("barrier", *CAR_ACCESS)
    roads.enable_for(osmium.osm.WAY)
    stops.enable_for(osmium.osm.NODE)
    store = osmium.index.create_map("flex_mem")
    positions = osmium.NodeLocationsForWays(store)
    positions.ignore_errors()
    with osmium.io.Reader(osmium.io.File(str(path), form), osmium.osm.NODE | osmium.osm.WAY) as reader:
        _refuse_history(path, reader.header())
        item: Any
        for item in osmium.OsmFileIterator(reader, positions, roads, stops):
            if item.is_node():
                kept.add_node(item.id, item.tags)
            elif not item.deleted:
                kept.add_way(item)
    missing = kept.nodes_without_position().tolist()
    if missing:  # cut from the extract, or behind the ways that use them
        osmium.apply(osmium.io.Reader(osmium.io.FileBuffer(_SORT, "osm")), positions)
        kept.fill({number: place for number in missing if (place := _stored(store, number)) is not None})
    if missing and missing[0] < 0:  # osmium's store takes no id below 0
        wanted = {number for number in missing if number < 0}
        nodes = _processor(path, form, osmium.osm.NODE)
        kept.fill({node.id: (node.lon, node.lat) for node in nodes if node.id in wanted and not node.deleted})


def _stored(store: Any, number: int) -> tuple[float, float] | None:
    """Give the position that osmium keeps of a node, None where it has none."""
    try:
        place = store.get(number) if number >= 0 else None
    except KeyError:
        return None
    return (place.lon, place.lat) if place is not None and place.valid() else None


def _read_text(path: Path, form: str, kept: _Kept) -> None:
    """Read a small file as people write them by hand: in any order, with several versions of an object."""
    import osmium

    places: dict[int, tuple[int, tuple[float, float] | None, dict[str, str]]] = {}
    ways: dict[int, int] = {}
    source = _processor(path, form, osmium.osm.NODE | osmium.osm.WAY)
    _refuse_history(path, source.header)
    gone = _marked_as_deleted(path)
    for item in source:
        if item.is_node():
            if item.version >= places.get(item.id, (0,))[0]:
                known = not item.deleted and item.location.valid() and ("node", item.id) not in gone
                places[item.id] = item.version, (item.lon, item.lat) if known else None, dict(item.tags)
        else:
            ways[item.id] = max(item.version, ways.get(item.id, 0))
    for way in _processor(path, form, osmium.osm.WAY):
        if way.version == ways.get(way.id) and ("way", way.id) not in gone:
            del ways[way.id]
            if not way.deleted:
                kept.add_way(way)
    for number, (_, place, tags) in places.items():
        if place is not None:
            kept.add_node(number, tags)
    kept.fill({number: place for number, (_, place, _) in places.items() if place is not None})


_TAG = re.compile(rb"<(node|way)\b([^>]*?)/?>")
_DELETED = re.compile(rb"""\baction\s*=\s*["']delete["']""")
_ID = re.compile(rb"""\bid\s*=\s*["'](-?\d+)["']""")
_CHUNK = 1 << 22


def _marked_as_deleted(path: Path) -> set[tuple[str, int]]:
    """Find the objects that an editor (JOSM) marked for deletion; osmium passes them on as if they stayed."""
    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open}
    found = set()
    try:
        with openers.get(path.suffix.lower(), open)(path, "rb") as file:
            rest = b""
            while chunk := file.read(_CHUNK):
                text = rest + chunk
                for tag in _TAG.finditer(text) if b"delete" in text else ():
                    number = _ID.search(tag[2])
                    if number and _DELETED.search(tag[2]):
                        found.add((tag[1].decode(), int(number[1])))
                rest = text[text.rfind(b"<") :] if b"<" in text else b""
    except (OSError, EOFError, zlib.error) as error:
        raise DataFileError(path, str(error), _EXPECTED, "Download the extract again.") from error
    return found


class _Kept:
    """The ways kept so far, in flat arrays rather than as Python objects."""

    def __init__(self, classes: Collection[str], ferries: bool, *, several: bool) -> None:
        self.classes, self.ferries = classes, ferries
        self.lon, self.lat, self.node = array("d"), array("d"), array("q")
        self.first = array("q", [0])
        self.rows: list[tuple[Any, ...]] = []
        self.left_out: Counter[str] = Counter()
        self.n_found = 0
        self.stops: set[int] = set()
        self.unknown_barriers: set[int] = set()
        # row and version of each way, where a second extract may hold it too
        self.known: dict[int, tuple[int, int]] | None = {} if several else None
        self.replaced: set[int] = set()
        self.n_in_two = 0

    def add_node(self, number: int, tags: Any) -> None:
        """Remember a node that stops cars."""
        if "barrier" in tags or any(key in tags for key in CAR_ACCESS):
            stops = node_stops_cars(dict(tags))
            if stops:
                self.stops.add(number)
            elif stops is None:
                self.unknown_barriers.add(number)

    def add_way(self, way: Any) -> None:
        """Take a way, or count why it is left out."""
        tags = dict(way.tags)
        source_class = tags.get("highway", "")
        if source_class not in self.classes:
            if not (self.ferries and tags.get("route") in _CROSSINGS):
                if source_class:
                    self.left_out[f"highway={source_class}"] += 1
                return
            source_class = "ferry"
        forward, backward, destination = car_access(tags)
        if not (forward or backward):
            self.left_out["closed to cars"] += 1
            return
        if tags.get("area") == "yes":
            self.left_out["areas"] += 1
            return
        for node in way.nodes:
            place = node.location
            known = place.valid()
            self.lon.append(place.lon if known else np.nan)
            self.lat.append(place.lat if known else np.nan)
            self.node.append(node.ref)
        self.n_found += 1
        self.first.append(len(self.node))
        self.rows.append((str(way.id), source_class, forward, backward, destination, *_qualities(tags)))
        if self.known is not None:
            self._settle(way.id, way.version, self.known)

    def _settle(self, number: int, version: int, known: dict[int, tuple[int, int]]) -> None:
        """Keep a way that two extracts hold once, its last version; and all of it where each holds a part."""
        row = len(self.rows) - 1
        earlier, old = known.get(number, (row, version))
        known[number] = row, version
        if earlier == row:
            return
        self.n_in_two += 1
        mine, other = (slice(*self.first[k : k + 2]) for k in (row, earlier))
        if self.node[mine] == self.node[other]:
            for values in (self.lon, self.lat):
                both = zip(values[other], values[mine], strict=True)
                values[other] = array("d", [b if a != a else a for a, b in both])
        elif version > old:
            self.replaced.add(earlier)
            return
        elif version == old:
            return
        known[number] = earlier, old
        del self.lon[mine], self.lat[mine], self.node[mine]
        del self.first[-1], self.rows[-1]

    def nodes_without_position(self) -> NDArray[np.int64]:
        """Give the nodes of ways that no position is known for, in order."""
        return np.unique(np.frombuffer(self.node, dtype=np.int64)[np.isnan(np.frombuffer(self.lon))])

    def fill(self, places: Mapping[int, tuple[float, float]]) -> None:
        """Give positions to the vertices that lack one."""
        for vertex in np.flatnonzero(np.isnan(np.frombuffer(self.lon))).tolist():
            place = places.get(self.node[vertex])
            if place is not None:
                self.lon[vertex], self.lat[vertex] = place

    def lines(self) -> RoadLines:
        """Lay the ways out as lines, cut at gaps and at barriers."""
        node = np.array(self.node, dtype=np.int64)
        xy = np.column_stack([np.frombuffer(self.lon), np.frombuffer(self.lat)])
        first = np.array(self.first, dtype=np.int64)
        way = np.repeat(np.arange(len(self.rows)), np.diff(first))
        xy, node, way, starts, counted = _cut_at_barriers(
            _with_known_places(xy, node), node, way, self.stops, self.unknown_barriers
        )
        use = ~np.isnan(xy[:, 0]) & ~np.isin(way, list(self.replaced))
        # a line starts with its way, behind a barrier, and behind a gap in what the extract holds
        starts[1:] |= ~use[:-1]
        line = np.cumsum(starts[use]) - 1
        size = np.bincount(line) if len(line) else np.empty(0, dtype=np.int64)
        whole = (size >= 2)[line] if len(line) else np.empty(0, dtype=bool)
        rows = way[use][np.flatnonzero(starts[use])][size >= 2]
        if lost := len(self.rows) - len(self.replaced) - len(np.unique(rows)):
            self.left_out["without two positions in the extract"] += lost
        if self.n_in_two:
            counted["ways_in_two_extracts"] = self.n_in_two
        table = pd.DataFrame(self.rows, columns=_ROW).take(rows)
        return RoadLines(
            xy[use][whole],
            np.concatenate([[0], np.cumsum(size[size >= 2])]).astype(np.int64),
            4326,
            complete(table, len(table)),
            "osm",
            "vertices",
            node[use][whole],
            dict(sorted(self.left_out.items())),
            counted,
        )


def _with_known_places(xy: NDArray[np.float64], node: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give vertices the position that the same node has elsewhere: in another extract."""
    missing = np.isnan(xy[:, 0])
    if missing.any() and not missing.all():
        ids, row = np.unique(node[~missing], return_index=True)
        at = np.minimum(np.searchsorted(ids, node[missing]), len(ids) - 1)
        found = ids[at] == node[missing]
        xy[np.flatnonzero(missing)[found]] = xy[~missing][row[at[found]]]
    return xy


def _cut_at_barriers(
    xy: NDArray[np.float64],
    node: NDArray[np.int64],
    way: NDArray[np.int64],
    stops: Iterable[int],
    unknown: Iterable[int],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], dict[str, int]]:
    """Double the vertices at which barriers stop cars, each side under a number of its own.

    Gives positions, nodes and ways of the vertices, which of them start a line, and what was counted.
    """
    starts = np.append(True, np.diff(way) != 0)[: len(way)]
    again = np.append(False, (np.diff(node) == 0) & ~starts[1:])[: len(way)]
    xy, node, way, starts = xy[~again], node[~again], way[~again], starts[~again]
    barrier = np.isin(node, np.fromiter(stops, dtype=np.int64))
    odd = np.isin(node, np.fromiter(unknown, dtype=np.int64))
    counted = {
        name: len(np.unique(node[where]))
        for name, where in (("barriers_closed_to_cars", barrier), ("barriers_of_unknown_kind_left_open", odd))
        if where.any()
    }
    if not barrier.any():
        return xy, node, way, starts, counted
    ends = np.append(starts[1:], True)
    copies = np.where(barrier & ~starts & ~ends, 2, 1)
    source = np.repeat(np.arange(len(node)), copies)
    second = np.append(False, np.diff(source) == 0)
    node, split = node[source], barrier[source]
    node[split] = min(int(node.min()), 0) - 1 - np.arange(np.count_nonzero(split))
    return xy[source], node, way[source], starts[source] | second, counted


def _qualities(tags: Mapping[str, str]) -> tuple[float, float, bool, bool, bool, bool, bool]:
    return (
        *limits_by_direction(tags),
        tags.get("toll") in YES,
        tags.get("bridge", "no") != "no",
        tags.get("tunnel", "no") not in ("no", "building_passage"),
        tags.get("dual_carriageway") in YES,
        tags.get("junction") in RING,
    )
