"""Reads inventories of activity zones (CNIG's "Sites économiques") and zoning of town plans (GPU)."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from tiGIS._arguments import AnyCRS, checked
from tiGIS._errors import CRSError, DataFileError
from tiGIS._validate import shown
from tiGIS.sources.reading.archive import read_file
from tiGIS.sources.reading.csv_tables import header_of, refuse_too_large
from tiGIS.sources.reading.features import read_features
from tiGIS.sources.reading.formats import format_of
from tiGIS.sources.reading.gdal import layer_names
from tiGIS.sources.reading.layers import LayerFiles
from tiGIS.sources.reading.positions import shapes_in_degrees

Content = Literal["parcels", "zones"]
# What is read -> prefix of its columns, words in the names of its layers, columns it must have
_CONTENTS = {
    "parcels": ("terr", "terrain", ["terr_id", "site_id", "terr_etat_occup"]),
    "zones": ("site", "site", ["site_id", "site_nom"]),
}
_SPATIAL = re.compile(r".*\.(gpkg|shp|geojson|json|fgb)", re.IGNORECASE)


@checked
def read_activity_zones(
    path: str | Path, *, content: Content = "parcels", crs: AnyCRS | None = None
) -> gpd.GeoDataFrame:
    """Read an inventory of activity zones as the law asks for, in CNIG's standard.

    Parameters
    ----------
    path : path-like
        GeoPackage, shapefile, GeoJSON, a zip or folder of them, or the standard's CSV, whose outlines are
        GeoJSON in a column.
    content : {"parcels", "zones"}
        Parcel units (TERRAIN-ECO) or whole zones (SITE-ECO).
    crs : optional
        CRS of the outlines of a CSV, which doesn't say it.

    Returns
    -------
    geopandas.GeoDataFrame
        Outlines with the columns of the standard as they are, indexed by ``terr_id`` or ``site_id``.

    Raises
    ------
    DataFileError
        When there is no such layer, or it lacks the standard's columns, or an identifier comes twice.
    CRSError
        When the outlines are in a CSV and ``crs`` isn't given.

    References
    ----------
    CNIG, "Standard Sites Économiques", version 2023-10; Code de l'urbanisme, art. L. 318-8-2.

    Examples
    --------
    >>> import geopandas as gpd, pathlib, shapely, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "zae.gpkg"
    >>> parcel = {"terr_id": ["t1"], "site_id": ["z1"], "terr_etat_occup": ["occupé"]}
    >>> frame = gpd.GeoDataFrame(parcel, geometry=[shapely.box(0, 0, 9, 9)], crs=2154)
    >>> frame.to_file(path, layer="terrain_eco")
    >>> tiGIS.sources.read_activity_zones(path)["terr_etat_occup"].to_dict()
    {'t1': 'occupé'}
    """
    prefix, word, columns = _CONTENTS[content]
    path = Path(path)
    if format_of(path) == "csv":
        frame = _from_csv(path, f"{prefix}_geomsurf", columns, crs)
    else:
        frame = _from_layers(path, word, columns)
    key = columns[0]
    nameless = int(frame[key].isna().sum())
    if nameless:
        raise DataFileError(path, f"{nameless} rows without {key}", "an identifier in each")
    twice = frame[key].duplicated()
    if twice.any():
        raise DataFileError(path, f"{key} more than once: {shown(frame[key][twice])}", "each once")
    return frame.set_index(key)


@checked
def read_zoning(path: str | Path) -> gpd.GeoDataFrame:
    """Read the zoning of a town plan (PLU) as the Géoportail de l'urbanisme gives it.

    Parameters
    ----------
    path : path-like
        Layer ``zone_urba``: shapefile, GeoPackage or GeoJSON, zipped or not.

    Returns
    -------
    geopandas.GeoDataFrame
        ``zone_type`` (U, AUc, AUs, A, Ah, N, Nh...), ``label``, ``long_label``, ``main_use`` (code of the
        standard, 02: activity), ``plan``, and outlines.

    Raises
    ------
    DataFileError
        When the layer has no ``typezone``.

    References
    ----------
    CNIG, "Prescriptions nationales pour la dématérialisation des PLU", table ZONE_URBA.

    Examples
    --------
    >>> import geopandas as gpd, pathlib, shapely, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "zone_urba.gpkg"
    >>> gpd.GeoDataFrame({"typezone": ["U"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=2154).to_file(path)
    >>> tiGIS.sources.read_zoning(path)["zone_type"].tolist()
    ['U']
    """
    with LayerFiles(path) as files:
        spatial = files.fitting(_SPATIAL)
        found = [name for name in spatial if "zone" in name.lower()] or spatial
        if len(found) != 1:
            raise DataFileError(files.path, f"{len(found)} layers of zones ({shown(found)})", "one zone_urba")
        layer = files.layer(found[0], ["typezone"])
    names = {
        "typezone": "zone_type",
        "libelle": "label",
        "libelong": "long_label",
        "destdomi": "main_use",
        "partition": "plan",
    }
    layer = layer.rename(columns=names)
    return layer[[name for name in names.values() if name in layer.columns] + ["geometry"]]


def _from_layers(path: Path, word: str, columns: list[str]) -> gpd.GeoDataFrame:
    if path.suffix.lower() == ".gpkg" and path.is_file():
        layers = layer_names(path)
        fitting = [name for name in layers if word in name.lower()] or (layers if len(layers) == 1 else [])
        if len(fitting) != 1:
            raise DataFileError(path, f"layers {shown(layers)}", f"one whose name holds {word!r}")
        frame = read_features(path, layer=fitting[0]).rename(columns=str.lower)
    else:
        with LayerFiles(path) as files:
            found = files.fitting(_SPATIAL)
            found = [name for name in found if word in name.lower()] or (found if len(found) == 1 else [])
            if len(found) != 1:
                raise DataFileError(
                    path, f"{len(found)} layers of that kind", f"one whose name holds {word!r}"
                )
            frame = files.layer(found[0], columns)
    return gpd.GeoDataFrame(_with_columns(frame, columns, path))


def _from_csv(path: Path, column: str, columns: list[str], crs: object) -> gpd.GeoDataFrame:
    if crs is None:
        raise CRSError(f"{path.name}: a CSV doesn't say the CRS of its outlines; say it with crs=2154.")
    try:
        raw = read_file(path)
        columns_of = header_of(path, raw.split(b"\n", 1)[0].decode("utf-8-sig"), ",")
        refuse_too_large(path, raw, raw.count(b"\n"), len(columns_of))
        table = pd.read_csv(io.BytesIO(raw), dtype=str, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataFileError(path, f"it can't be read ({error})", "a CSV with ',' in UTF-8") from error
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what is too much for names of rows
        raise DataFileError(path, "rows with more cells than the header", "as many, between ','")
    table = table.dropna(how="all")  # lines of separators, as spreadsheets leave them
    table = _with_columns(table.rename(columns=str.lower), [*columns, column], path)
    # The standard's own example escapes its quotes twice.
    text = table[column].str.replace('\\"', '"', regex=False)
    outlines = shapely.from_geojson(
        text.astype(object).where(text.notna(), None).to_numpy(), on_invalid="ignore"
    )
    unread = table[column].notna().to_numpy() & shapely.is_missing(outlines)
    if unread.any():
        line = int(table.index[int(unread.argmax())]) + 2
        raise DataFileError(path, f"line {line}: {column} can't be read", "a polygon in GeoJSON")
    lines = [f"line {line + 2}" for line in table.index]
    frame = gpd.GeoDataFrame(table.drop(columns=column), geometry=outlines, crs=crs)
    shapes_in_degrees(outlines, frame.crs, path, lines)  # refuses what is not in France: another CRS
    return frame


def _with_columns(frame: pd.DataFrame, columns: list[str], path: Path) -> pd.DataFrame:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise DataFileError(path, f"no column {shown(missing)}", "the columns of CNIG's standard")
    return frame
