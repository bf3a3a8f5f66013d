"""The readers that a user calls: any source in, one kind of network out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError, InputError
from tiGIS._meta import Note, note
from tiGIS._validate import require_columns, require_crs, shown
from tiGIS.network._build import Component, build
from tiGIS.network._model import RoadNetwork
from tiGIS.network._tables import ROAD_CLASSES, Table, drivable_osm, read_classes, read_speeds
from tiGIS.sources._road_selection import joined, touching
from tiGIS.sources.road_lines import Noding, from_frame
from tiGIS.sources.roads_ign import bdtopo_lines, route500_lines
from tiGIS.sources.roads_osm import geofabrik_lines, read_pbf

if TYPE_CHECKING:
    import geopandas as gpd

Schema = Literal["geofabrik", "bdtopo", "route500"]

_OSM = note(
    "Réseau routier : © contributeurs OpenStreetMap (ODbL)", "Roads: © OpenStreetMap contributors (ODbL)"
)
_SOURCES: dict[str, Note] = {
    "geofabrik": _OSM,
    "bdtopo": note(
        "Réseau routier : IGN, BD TOPO ou BD CARTO (Licence Ouverte)",
        "Roads: IGN, BD TOPO or BD CARTO (Licence Ouverte)",
    ),
    "route500": note(
        "Réseau routier : IGN, ROUTE 500, ROUTE 120 ou BD CARTO (Licence Ouverte)",
        "Roads: IGN, ROUTE 500, ROUTE 120 or BD CARTO (Licence Ouverte)",
    ),
}
_LIMITS = (
    note(
        "Temps théoriques en voiture, sans embouteillage, sans interdiction de tourner ni attente aux feux",
        "Theoretical driving times: no congestion, no turn restrictions, no waiting at lights",
    ),
)
_NO_ACCESS = note(
    "La source ne dit ni les accès privés, ni les péages, ni les ronds-points",
    "The source does not tell private access, tolls or roundabouts",
)


def read_osm_pbf(
    path: str | Path | Sequence[str | Path],
    *,
    bbox: tuple[float, float, float, float] | None = None,
    classes: Table = None,
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    ferries: bool = False,
    crs: Any = None,
    component: Component = "largest",
    contract: bool = True,
) -> RoadNetwork:
    """Read a road network from an OpenStreetMap extract (``.osm.pbf``).

    Kept are the ways whose ``highway`` is in the table of classes and that cars may drive (keys ``motorcar``,
    ``motor_vehicle``, ``vehicle``, ``access``, ``oneway``, ``junction``). Roads meet where they share a node.

    Parameters
    ----------
    path : path-like, or sequence of path-like
        The extract, or several that lie side by side: a way that two of them hold is read once.
    bbox : tuple of float, optional
        West, south, east, north in degrees: keep nothing beyond.
    classes, speeds : path-like or pandas.DataFrame, optional
        Tables to use instead of the package's ``road_classes.csv`` and ``speeds.csv`` (same columns).
    urban : geopandas.GeoDataFrame or float, optional
        Where the urban speeds hold: polygons, or the density of junctions (per km²) from which a place counts
        as a town. By default 25.
    ferries : bool
        Keep ferries and car trains (at the speed of class ``ferry``, without waiting).
    crs : Any, optional
        Projected CRS of the network; by default the legal one of the territory, else the UTM zone.
    component : {"largest", "all"}
        Keep the largest part in which all can reach all, or everything.
    contract : bool
        Join roads end to end where nothing else meets them.

    Returns
    -------
    RoadNetwork
        With a ``report`` of what was left out in its metadata.

    Raises
    ------
    DataFileError
        No such file, not an OSM file, or one without roads.
    InputError
        A table or an option that can't be used.

    Examples
    --------
    >>> import tempfile, osmium
    >>> from osmium.osm import mutable
    >>> path = f"{tempfile.mkdtemp()}/street.osm.pbf"
    >>> with osmium.SimpleWriter(path) as writer:
    ...     writer.add_node(mutable.Node(id=1, version=1, location=(4.08, 44.12)))
    ...     writer.add_node(mutable.Node(id=2, version=1, location=(4.09, 44.12)))
    ...     writer.add_way(mutable.Way(id=3, version=1, nodes=[1, 2], tags={"highway": "primary"}))
    >>> read_osm_pbf(path).n_arcs
    2
    """
    table = read_classes(classes)
    kinds = drivable_osm(table)
    paths = [path] if isinstance(path, str | Path) else list(path)
    if not paths:
        raise InputError("read_osm_pbf: no extract; expected one at least.")
    parts = []
    for extract in paths:
        lines = read_pbf(extract, kinds, ferries=ferries)
        parts.append(lines if bbox is None else touching(lines, bbox))
    lines = joined(parts)
    if not len(lines.table):
        raise InputError(
            f"read_osm_pbf: no road within {bbox}; expected west, south, east, north in degrees."
        )
    return build(
        lines,
        classes=table,
        speeds=read_speeds(speeds),
        urban=urban,
        crs=crs,
        component=component,
        contract=contract,
        metadata={"sources": [_OSM], "limits": list(_LIMITS)},
    )


def read_roads(
    roads: str | Path | gpd.GeoDataFrame,
    *,
    schema: Schema | None = None,
    layer: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    classes: Table = None,
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    crs: Any = None,
    component: Component = "largest",
    contract: bool = True,
) -> RoadNetwork:
    """Read a road network from Geofabrik's or IGN's tables of roads: shapefile, GeoPackage, Parquet or frame.

    Parameters
    ----------
    roads : path-like or geopandas.GeoDataFrame
        The file, or its table already read. ``.osm.pbf`` files are handed to `read_osm_pbf`.
    schema : {"geofabrik", "bdtopo", "route500"}, optional
        What the columns mean; by default recognised by their names. ``bdtopo`` also stands for BD CARTO in
        the same schema (since 2022), ``route500`` for ROUTE 120 and for the BD CARTO before.
    layer : str, optional
        Layer of a GeoPackage; by default the one that holds roads, or the only one.
    bbox : tuple of float, optional
        West, south, east, north in the CRS of the file: read nothing beyond.
    classes, speeds : path-like or pandas.DataFrame, optional
        Tables to use instead of the package's ``road_classes.csv`` and ``speeds.csv`` (same columns).
    urban : geopandas.GeoDataFrame or float, optional
        Where the urban speeds hold, if the source does not say: polygons, or the density of junctions (per
        km²) from which a place counts as a town. By default 25.
    crs : Any, optional
        Projected CRS of the network; by default the file's, else the legal one of the territory.
    component : {"largest", "all"}
        Keep the largest part in which all can reach all, or everything.
    contract : bool
        Join roads end to end where nothing else meets them.

    Returns
    -------
    RoadNetwork
        With a ``report`` of what was left out in its metadata.

    Raises
    ------
    DataFileError
        No such file, or one that can't be read.
    InputError
        Columns of no known schema, unknown classes or directions, lines of one point, an empty table.
    CRSError
        The table has no CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> table = {"osm_id": ["1"], "fclass": ["primary"], "oneway": ["B"], "maxspeed": [80]}
    >>> street = gpd.GeoDataFrame(table, geometry=[LineString([(0, 0), (1000, 0)])], crs=2154)
    >>> network = read_roads(street, schema="geofabrik")
    >>> network.n_nodes, network.n_arcs
    (2, 2)
    """
    if isinstance(roads, str | Path):
        path = Path(roads)
        if path.suffix.lower() in {".pbf", ".osm"}:
            if schema or layer or bbox:
                raise InputError("read_roads: schema, layer and bbox mean nothing for an OSM extract.")
            return read_osm_pbf(
                path,
                classes=classes,
                speeds=speeds,
                urban=urban,
                crs=crs,
                component=component,
                contract=contract,
            )
        frame, name = _read_table(path, layer, bbox), path.name
    else:
        frame, name = roads, "roads"
        if bbox is not None:
            frame = frame.cx[bbox[0] : bbox[2], bbox[1] : bbox[3]]
    found = schema or _recognise(frame, name)
    readers = {"geofabrik": geofabrik_lines, "bdtopo": bdtopo_lines, "route500": route500_lines}
    if found not in readers:
        raise InputError(f"read_roads: schema is {found!r}; expected one of {shown(readers)}.")
    require_crs(frame, name)
    limits = [*_LIMITS, _NO_ACCESS] if found == "geofabrik" else list(_LIMITS)
    return build(
        readers[found](frame, name),
        classes=read_classes(classes),
        speeds=read_speeds(speeds),
        urban=urban,
        crs=crs,
        component=component,
        contract=contract,
        metadata={"sources": [_SOURCES[found]], "limits": limits},
    )


def network_from_lines(
    roads: gpd.GeoDataFrame,
    *,
    road_class: str | None = None,
    speed: str | None = None,
    limit: str | None = None,
    length: str | None = None,
    oneway: str | None = None,
    way_id: str | None = None,
    flags: dict[str, str] | None = None,
    noding: Noding = "ends",
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    crs: Any = None,
    component: Component = "largest",
    contract: bool = True,
    sources: tuple[Note, ...] = (),
) -> RoadNetwork:
    """Make a road network of any lines, by saying which column holds what.

    Parameters
    ----------
    roads : geopandas.GeoDataFrame
        The lines, one row a road, with a unique index.
    road_class : str, optional
        Column of classes on the small scale (``motorway``, ``express``, ``primary``, ``secondary``,
        ``tertiary``, ``local``, ``residential``, ``living_street``, ``ferry``); by default all ``local``.
    speed : str, optional
        Column of mean speeds in km/h, used as they are.
    limit : str, optional
        Column of legal limits in km/h (NaN: not known), turned into speeds by the table of speeds.
    length : str, optional
        Column of lengths in metres, instead of those measured on the ground.
    oneway : str, optional
        Column of ``"both"``, ``"forward"``, ``"backward"`` (with respect to the line).
    way_id : str, optional
        Column of identifiers, by default the index.
    flags : dict, optional
        Column of booleans for some of ``toll``, ``bridge``, ``tunnel``, ``dual``, ``roundabout``.
    noding : {"ends", "vertices"}
        Where roads meet: at their ends, or wherever they share a vertex. Crossings without either never meet.
    speeds : path-like or pandas.DataFrame, optional
        Table to use instead of the package's ``speeds.csv``.
    urban : geopandas.GeoDataFrame or float, optional
        As in `read_roads`.
    crs : Any, optional
        Projected CRS of the network.
    component : {"largest", "all"}
        Keep the largest part in which all can reach all, or everything.
    contract : bool
        Join roads end to end where nothing else meets them.
    sources : tuple of notes
        What results say of where the roads come from.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        No such column, a doubled index label or identifier, speeds or lengths that are not positive finite
        numbers, unknown classes or directions, an empty frame, lines of one point.
    CRSError
        The frame has no CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> roads = gpd.GeoDataFrame(
    ...     {"kmh": [60.0], "way": ["forward"]}, geometry=[shapely.LineString([(0, 0), (1000, 0)])], crs=2154
    ... )
    >>> network_from_lines(roads, speed="kmh", oneway="way", component="all").n_arcs
    1
    """
    wanted = [c for c in (road_class, speed, limit, length, oneway, way_id) if c is not None]
    require_columns(roads, [*wanted, *(flags or {}).values()], "roads")
    n = len(roads)
    ids = roads[way_id] if way_id else roads.index.to_series()
    if ids.duplicated().any():
        doubled = ids[ids.duplicated()].unique().tolist()
        raise InputError(f"roads: identifiers more than once: {shown(doubled)}; expected each once.")
    table = pd.DataFrame({"way_id": ids.astype(str).to_numpy()})
    table["source_class"] = roads[road_class].astype(str).to_numpy() if road_class else "local"
    if limit:
        table["limit_kmh"] = _positive(roads[limit], "limit", missing=True)
    if oneway:
        said = roads[oneway].astype(str)
        strange = said[~said.isin(("both", "forward", "backward"))]
        if len(strange):
            raise InputError(
                f"roads: {oneway} is {shown(strange.unique())} on {len(strange)} rows; "
                "expected 'both', 'forward' or 'backward'."
            )
        table["forward"] = (said != "backward").to_numpy()
        table["backward"] = (said != "forward").to_numpy()
    for name, column in (flags or {}).items():
        if name not in ("toll", "bridge", "tunnel", "dual", "roundabout"):
            raise InputError(f"roads: no flag {name!r}; expected toll, bridge, tunnel, dual or roundabout.")
        table[name] = roads[column].to_numpy(dtype=bool)
    measured = _positive(roads[length], "length", missing=False) if length else None
    given = _positive(roads[speed], "speed", missing=False) if speed else None
    # The rows of the table of lines, so that values stay with their line through multi-part geometries.
    table["urban"] = np.nan
    lines = from_frame(roads, table, schema="small_scale", noding=noding)
    if len(lines.table) != n and (measured is not None):
        raise InputError("roads: multi-part lines can't share one length; use gdf.explode() first.")
    if given is not None and len(lines.table) != n:
        given = pd.Series(given, index=table["way_id"]).loc[lines.table["way_id"]].to_numpy()
    scale = pd.DataFrame(
        {
            "schema": "small_scale",
            "source_class": ROAD_CLASSES,
            "source_rank": "*",
            "road_class": ROAD_CLASSES,
            "link": "0",
        }
    )
    return build(
        lines,
        classes=scale,
        speeds=read_speeds(speeds),
        urban=urban,
        crs=crs,
        component=component,
        contract=contract,
        length_m=measured,
        speed_kmh=given,
        metadata={"sources": list(sources), "limits": list(_LIMITS)},
    )


def _positive(values: pd.Series, what: str, *, missing: bool) -> np.ndarray:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    bad = ~(np.isfinite(numbers) & (numbers > 0))
    if missing:
        bad &= values.notna().to_numpy()
    if bad.any():
        rows = values[bad]
        raise InputError(
            f"roads: {what} is {shown(rows.unique().tolist())} on {len(rows)} rows "
            f"({shown(rows.index.tolist())}); expected positive finite numbers."
        )
    return numbers


def _read_table(
    path: Path, layer: str | None, bbox: tuple[float, float, float, float] | None
) -> gpd.GeoDataFrame:
    from tiGIS.sources._gdal import layer_names, read_layer
    from tiGIS.sources._geoparquet import read_geoparquet
    from tiGIS.sources._layers import check_usable

    expected = "a table of roads (.parquet, .gpkg, .shp, .geojson) or an OSM extract"
    if not path.is_file():
        raise DataFileError(path, "no such file", expected)
    if path.suffix.lower() in {".parquet", ".geoparquet"}:
        frame = read_geoparquet(path)
        frame = frame if bbox is None else frame.cx[bbox[0] : bbox[2], bbox[1] : bbox[3]]
    else:
        frame = read_layer(path, layer=layer or _layer_of_roads(path, layer_names(path)), bbox=bbox)
    check_usable(getattr(frame, "crs", None), path)
    return frame


def _layer_of_roads(path: Path, names: list[str]) -> str | None:
    roads = [
        n for n in names if any(word in n.lower() for word in ("troncon_de_route", "troncon_route", "roads"))
    ]
    if len(names) != 1 and len(roads) != 1:
        raise DataFileError(
            path, f"layers {shown(names, 12)}", "one layer of roads", "Say which one with layer=..."
        )
    return roads[0] if roads else names[0]


def _recognise(frame: gpd.GeoDataFrame, name: str) -> Schema:
    columns = {str(column).lower() for column in frame.columns}
    if {"fclass", "oneway"} <= columns:
        return "geofabrik"
    if "vocation" in columns and "sens" in columns:
        return "route500"
    if {"nature", "importance"} <= columns and columns & {"sens_de_circulation", "sens"}:
        return "bdtopo"
    raise InputError(
        f"{name}: columns {shown(frame.columns, 12)} are of no schema known here; expected those of "
        "Geofabrik (fclass, oneway), IGN (nature, importance, sens_de_circulation or VOCATION, SENS)."
        " For other tables use network_from_lines."
    )
