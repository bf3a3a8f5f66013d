"""The readers that a user calls: any source in, one kind of network out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tiGIS._arguments import AnyCRS, checked
from tiGIS._errors import DataFileError, InputError
from tiGIS._files import is_a_file
from tiGIS._validate import require_crs, require_geodataframe, shown
from tiGIS.network._build import Component, build
from tiGIS.network._counts import THEORETICAL
from tiGIS.network._road_classes import Table, drivable_osm, read_classes, read_speeds
from tiGIS.network._road_network import RoadNetwork
from tiGIS.provenance import Note, note
from tiGIS.sources.reading.road_selection import touching
from tiGIS.sources.reading.roads_geofabrik import geofabrik_lines
from tiGIS.sources.reading.roads_ign import bdtopo_lines, route500_lines
from tiGIS.sources.reading.roads_osm import is_osm_file, read_pbf

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
_NO_ACCESS = note(
    "La source ne dit ni les accès privés, ni les péages, ni les ronds-points",
    "The source does not tell private access, tolls or roundabouts",
)


@checked
def read_osm_pbf(
    path: str | Path | Sequence[str | Path],
    *,
    bbox: tuple[float, float, float, float] | None = None,
    classes: Table = None,
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    ferries: bool = False,
    crs: AnyCRS | None = None,
    component: Component = "largest",
    contract: bool = True,
) -> RoadNetwork:
    """Read a road network from an OpenStreetMap extract (``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``).

    Kept are the ways whose ``highway`` is in the table of classes and that cars may drive (keys ``motorcar``,
    ``motor_vehicle``, ``vehicle``, ``access``, ``oneway``, ``junction``). Roads meet where they share a node,
    and are cut where a barrier stops cars. Nobody passes through roads for those who go there
    (``access=destination``, ``customers``); trips may start and end on them.

    Parameters
    ----------
    path : path-like, or sequence of path-like
        The extract, or several that lie side by side: a way that two of them hold is read once, one of which
        each holds a part is joined.
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
    lines = read_pbf(paths, kinds, ferries=ferries)
    if bbox is not None:
        lines = touching(lines, bbox)
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
        metadata={"sources": [_OSM], "limits": list(THEORETICAL)},
    )


@checked
def read_roads(
    roads: str | Path | gpd.GeoDataFrame,
    *,
    schema: Schema | None = None,
    layer: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    classes: Table = None,
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    crs: AnyCRS | None = None,
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
        if is_osm_file(path):
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
        require_geodataframe(roads, "roads")
        frame, name = roads, "roads"
        if bbox is not None:
            frame = frame.cx[bbox[0] : bbox[2], bbox[1] : bbox[3]]
    found = schema or _recognise(frame, name)
    readers = {"geofabrik": geofabrik_lines, "bdtopo": bdtopo_lines, "route500": route500_lines}
    if found not in readers:
        raise InputError(f"read_roads: schema is {found!r}; expected one of {shown(readers)}.")
    require_crs(frame, name)
    limits = [*THEORETICAL, _NO_ACCESS] if found == "geofabrik" else list(THEORETICAL)
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


def _read_table(
    path: Path, layer: str | None, bbox: tuple[float, float, float, float] | None
) -> gpd.GeoDataFrame:
    from tiGIS.sources.reading.gdal import layer_names, read_layer
    from tiGIS.sources.reading.geoparquet import read_geoparquet
    from tiGIS.sources.reading.layers import check_usable

    expected = "a table of roads (.parquet, .gpkg, .shp, .geojson) or an OSM extract"
    if not is_a_file(path):
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
