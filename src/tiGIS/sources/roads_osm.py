"""Roads of OpenStreetMap: PBF extracts, and Geofabrik's schema (shapefile, GeoPackage, Parquet)."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import require_columns
from tiGIS.sources.maxspeed import parse_maxspeed
from tiGIS.sources.road_lines import RoadLines, complete, from_frame

if TYPE_CHECKING:
    import geopandas as gpd

# From the most precise key to the widest: the first one present decides (OSM wiki, Key:access).
_CAR_ACCESS = ("motorcar", "motor_vehicle", "vehicle", "access")
_SHUT = frozenset(
    (
        "no",
        "private",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "delivery",
        "emergency",
        "psv",
        "bus",
        "military",
        "permit",
        "residents",
        "use_sidepath",
    )
)
_YES = frozenset(("yes", "true", "1"))
_REVERSED = frozenset(("-1", "reverse"))
_RING = frozenset(("roundabout", "circular"))
_LIMIT_KEYS = ("maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed")
_QUALITIES = ("limit_kmh", "toll", "bridge", "tunnel", "dual", "roundabout")
_ROW = ("way_id", "source_class", "forward", "backward", *_QUALITIES)
_CROSSINGS = frozenset(("ferry", "shuttle_train"))


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Say whether a car may drive a way of OSM along its line, and against it.

    Parameters
    ----------
    tags : Mapping
        The tags of the way.

    Returns
    -------
    tuple of bool
        ``(forward, backward)``; both False where cars are not let in.

    References
    ----------
    OpenStreetMap wiki, pages ``Key:access``, ``Key:oneway`` and ``Tag:junction=roundabout``.

    Examples
    --------
    >>> directions({"highway": "primary", "oneway": "-1"})
    (False, True)
    >>> directions({"highway": "track", "access": "private", "motor_vehicle": "yes"})
    (True, True)
    """
    forward, backward = _oneway(tags)
    return forward and _open(tags, ":forward"), backward and _open(tags, ":backward")


def _oneway(tags: Mapping[str, str]) -> tuple[bool, bool]:
    said = next(
        (tags[key] for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway") if key in tags), ""
    )
    if said in _YES:
        return True, False
    if said in _REVERSED:
        return False, True
    if said == "reversible":  # open one way or the other by the hour: not something to count on
        return False, False
    implied = not said and (tags.get("junction") in _RING or tags.get("highway") == "motorway")
    return True, not implied


def _open(tags: Mapping[str, str], direction: str) -> bool:
    for key in _CAR_ACCESS:
        said = tags.get(key + direction, tags.get(key))
        if said is not None:
            return said not in _SHUT
    return True


def read_pbf(path: str | Path, classes: Collection[str], *, ferries: bool = False) -> RoadLines:
    """Read the ways that cars may drive from an OSM PBF file, way by way.

    Node positions stay in osmium's own compact store; only the kept ways' vertices come to Python.

    Parameters
    ----------
    path : path-like
        The ``.osm.pbf`` (or ``.osm``) file.
    classes : collection of str
        Values of ``highway`` to keep.
    ferries : bool
        Keep ferries and car trains too (class ``ferry``).

    Returns
    -------
    RoadLines
        The ways, in longitude and latitude, with OSM node ids.

    Raises
    ------
    DataFileError
        No such file, or not an OSM file, or a file without a way that cars may drive.
    """
    import osmium

    path = Path(path)
    expected = "an OpenStreetMap extract (.osm.pbf)"
    if not path.is_file():
        raise DataFileError(path, "no such file", expected)
    kept = _Kept()
    keys = ("highway", "route") if ferries else ("highway",)
    try:
        ways = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter(*keys))
        )
        for way in ways:
            tags = dict(way.tags)
            source_class = tags.get("highway", "")
            if source_class not in classes:
                if not (ferries and tags.get("route") in _CROSSINGS):
                    kept.left_out[f"highway={source_class}"] += 1
                    continue
                source_class = "ferry"
            kept.add(way, tags, source_class)
    except RuntimeError as error:
        raise DataFileError(path, str(error), expected, "Download the extract again.") from error
    if not kept.rows:
        raise DataFileError(path, "no road that cars may drive", expected)
    return kept.lines()


class _Kept:
    """The ways kept so far, in flat arrays rather than as Python objects."""

    def __init__(self) -> None:
        self.lon, self.lat, self.node = array("d"), array("d"), array("q")
        self.first = array("q", [0])
        self.rows: list[tuple[Any, ...]] = []
        self.left_out: Counter[str] = Counter()

    def add(self, way: Any, tags: Mapping[str, str], source_class: str) -> None:
        forward, backward = directions(tags)
        if not (forward or backward):
            self.left_out["closed to cars"] += 1
            return
        if tags.get("area") == "yes":
            self.left_out["areas"] += 1
            return
        row = (str(way.id), source_class, forward, backward, *_qualities(tags))
        complete_part = False
        for node in way.nodes:
            if node.location.valid():
                self.lon.append(node.lon)
                self.lat.append(node.lat)
                self.node.append(node.ref)
            else:  # the extract stops here; the line goes on after the gap, as another one
                complete_part = self._close(row) or complete_part
        if not (self._close(row) or complete_part):
            self.left_out["without two positions in the extract"] += 1

    def _close(self, row: tuple[Any, ...]) -> bool:
        """End the line under way; a single vertex is no line."""
        n_open = len(self.node) - self.first[-1]
        if n_open >= 2:
            self.first.append(len(self.node))
            self.rows.append(row)
            return True
        for values in (self.lon, self.lat, self.node):
            del values[self.first[-1] :]
        return False

    def lines(self) -> RoadLines:
        table = complete(pd.DataFrame(self.rows, columns=_ROW), len(self.rows))
        xy = np.column_stack([np.frombuffer(self.lon), np.frombuffer(self.lat)])
        first = np.frombuffer(self.first, dtype=np.int64)
        node = np.frombuffer(self.node, dtype=np.int64)
        left_out = dict(sorted(self.left_out.items()))
        return RoadLines(xy, first, 4326, table, "osm", "vertices", node, left_out)


def _qualities(tags: Mapping[str, str]) -> tuple[float, bool, bool, bool, bool, bool]:
    limits = (parse_maxspeed(tags[key]) for key in _LIMIT_KEYS if key in tags)
    limit = next((value for value in limits if value == value), np.nan)
    return (
        limit,
        tags.get("toll") in _YES,
        tags.get("bridge", "no") != "no",
        tags.get("tunnel", "no") not in ("no", "building_passage"),
        tags.get("dual_carriageway") in _YES,
        tags.get("junction") in _RING,
    )


def geofabrik_lines(frame: gpd.GeoDataFrame, name: str = "roads") -> RoadLines:
    """Take the roads of a table in Geofabrik's schema (``gis_osm_roads_free``).

    Geofabrik keeps neither access nor tolls nor ``junction``: private roads count as open, and a roundabout
    without ``oneway`` is open both ways.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Columns ``fclass``, ``oneway`` (B, F or T), and where there are any ``osm_id``, ``maxspeed`` (0: not
        said), ``bridge`` and ``tunnel`` (T or F).
    name : str
        How messages name the table.

    Returns
    -------
    RoadLines
        The same ways.

    Raises
    ------
    InputError
        A column is missing, or ``oneway`` holds other values than B, F and T.
    """
    require_columns(frame, ["fclass", "oneway"], name)
    oneway = frame["oneway"].to_numpy()
    strange = ~np.isin(oneway.astype(str), ("B", "F", "T"))
    if strange.any():
        raise DataFileError(
            name, f"oneway is {oneway[strange][0]!r} on {np.count_nonzero(strange)} rows", "B, F or T"
        )
    table = pd.DataFrame(
        {
            "source_class": frame["fclass"].astype(str).to_numpy(),
            "forward": oneway != "T",
            "backward": oneway != "F",
        }
    )
    if "osm_id" in frame:
        table["way_id"] = frame["osm_id"].astype(str).to_numpy()
    if "maxspeed" in frame:
        limit = frame["maxspeed"].to_numpy(dtype=float)
        table["limit_kmh"] = np.where(limit > 0, limit, np.nan)
    for column in ("bridge", "tunnel"):
        if column in frame:
            table[column] = (frame[column] == "T").to_numpy()
    return from_frame(frame, table, schema="osm", noding="vertices", name=name)
