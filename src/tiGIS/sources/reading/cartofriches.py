"""Reads Cartofriches, Cerema's inventory of brownfields, as published: points, areas, few certainties."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import read_file
from tiGIS.sources.reading.csv_tables import header_of, read_csv_table, refuse_too_large
from tiGIS.sources.reading.positions import crs_of_geojson, points_in_degrees, shapes_in_degrees
from tiGIS.sources.reading.safe import parse_json

_NEEDED = ["site_id", "comm_insee", "site_statut", "site_surface"]
# How the file writes that it doesn't know
UNKNOWN_WORDS = ("", "inconnu", "inconnue", "sans objet", "NA")

_SOURCE = note("Cerema, Cartofriches", "Cerema, Cartofriches")


@checked
def read_cartofriches(path: str | Path) -> gpd.GeoDataFrame:
    r"""Read Cartofriches: the national table, or an answer of Cerema's interface.

    The published table has no outline (a point and an area), no distance to roads (the column is empty), and
    most of its fields say "inconnu": these are read as missing, never as a value.

    Parameters
    ----------
    path : path-like
        The CSV, plain or packed with gzip, or the GeoJSON of the interface (``geofriches``).

    Returns
    -------
    geopandas.GeoDataFrame
        Points (or what the interface gives, outlines mostly) in EPSG:4326, indexed by ``site_id``, with the
        columns of the file as text, missing where the file says that it doesn't know, and ``site_surface`` in
        m² as a number (NaN where absent or zero).

    Raises
    ------
    DataFileError
        When columns are missing, a site comes twice, an area or a position is not a number, or a position is
        not in France (in metres, or longitude and latitude swapped).

    References
    ----------
    Cerema, Cartofriches, Licence Ouverte 2.0; CNIG, "Standard Friches", version 2022-12.

    Examples
    --------
    >>> import pathlib, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "friches.csv"
    >>> header = "site_id,comm_insee,site_statut,site_surface,lon,lat"
    >>> _ = path.write_text(header + "\n30007_1,30007,inconnu,1200,4.08,44.12\n", encoding="utf-8")
    >>> tiGIS.sources.read_cartofriches(path)["site_surface"].to_dict()
    {'30007_1': 1200.0}
    """
    path = Path(path)
    raw = read_file(path)
    if {suffix.lower() for suffix in path.suffixes} & {".geojson", ".json"}:
        return _read_geojson(path, raw)
    needed = [*_NEEDED, "lon", "lat"]
    table = read_csv_table(path, raw, ",", lambda columns: _require(path, columns, needed))
    _check(path, table, needed)
    longitude, latitude = (_number(table[name], name, path).to_numpy() for name in ("lon", "lat"))
    points = points_in_degrees(longitude, latitude, path, np.arange(len(table)) + 2)
    clean = _clean(path, table.drop(columns=["lon", "lat"]))
    return describe(gpd.GeoDataFrame(clean, geometry=points.to_numpy(), crs=4326), sources=[_SOURCE])


def _read_geojson(path: Path, raw: bytes) -> gpd.GeoDataFrame:
    """Read the features of the interface: the same columns, as properties."""
    document = parse_json(raw, path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise DataFileError(path, "a document without features", "a FeatureCollection of sites")
    properties = [feature.get("properties") for feature in features]
    columns = {name for row in properties if isinstance(row, dict) for name in row}
    header_of(path, "," * (len(columns) - 1), ",")
    refuse_too_large(path, b"", len(features), len(columns))
    if not all(isinstance(row, dict) for row in properties):
        raise DataFileError(path, "features without properties", "the properties of each site")
    table = pd.DataFrame.from_records(properties, columns=None if features else _NEEDED)
    table = table.map(lambda value: "" if value is None else str(value))
    _check(path, table, _NEEDED)
    texts = [json.dumps(feature.get("geometry")) for feature in features]
    try:
        shapes = [None if text == "null" else shapely.from_geojson(text) for text in texts]
    except shapely.errors.GEOSException as error:
        raise DataFileError(path, f"a geometry that can't be read ({error})", "GeoJSON geometries") from error
    clean = _clean(path, table)
    places = [f"feature {number}" for number in range(1, len(shapes) + 1)]
    crs = crs_of_geojson(document, path)
    outlines = shapes_in_degrees(np.array(shapes, dtype=object), crs, path, places)
    return describe(gpd.GeoDataFrame(clean, geometry=outlines.to_numpy(), crs=4326), sources=[_SOURCE])


def _require(path: Path, columns: list[str], needed: list[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if missing:
        raise DataFileError(
            path, f"no column {shown(missing)} (it has {shown(columns, 8)})", "Cartofriches' columns"
        )


def _check(path: Path, table: pd.DataFrame, needed: list[str]) -> None:
    _require(path, list(table.columns), needed)
    twice = table["site_id"].duplicated()
    if twice.any():
        raise DataFileError(path, f"sites more than once: {shown(table['site_id'][twice])}", "each site once")


def _clean(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Blank what says that it doesn't know, and read the area."""
    surface = _number(table["site_surface"], "site_surface", path).to_numpy()
    clean = table.mask(table.isin(UNKNOWN_WORDS)).set_index("site_id")
    clean["site_surface"] = np.where(surface > 0, surface, np.nan)
    return clean


def _number(values: pd.Series, name: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(values.replace("", np.nan), errors="coerce")
    wrong = (numbers.isna() & ~values.isin(("", "NA"))) | np.isinf(numbers)
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise DataFileError(path, f"line {line}: {name} is {values[wrong].iloc[0]!r}", "a number")
    return numbers
