"""Reads Cartofriches, Cerema's inventory of brownfields, as published: points, areas, few certainties."""

from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources._archive import read_file

_NEEDED = ["site_id", "comm_insee", "site_statut", "site_surface", "lon", "lat"]
# How the file writes that it doesn't know
_UNKNOWN = ("", "inconnu", "inconnue", "sans objet", "NA")


def read_cartofriches(path: str | Path) -> gpd.GeoDataFrame:
    """Read the national table of Cartofriches.

    The published table has no outline (a point and an area), no distance to roads (the column is empty), and
    most of its fields say "inconnu": these are read as missing, never as a value.

    Parameters
    ----------
    path : path-like
        The CSV, plain or packed with gzip.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, indexed by ``site_id``, with the columns of the file as text, missing where the
        file says that it doesn't know, and ``site_surface`` in m² as a number (NaN where absent or zero).

    Raises
    ------
    DataFileError
        When columns are missing, a site comes twice, or an area or a position is not a number.

    References
    ----------
    Cerema, Cartofriches, Licence Ouverte 2.0; CNIG, "Standard Friches", version 2022-12.
    """
    path = Path(path)
    try:
        table = pd.read_csv(io.BytesIO(read_file(path)), dtype=str, keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataFileError(path, f"it can't be read ({error})", "a CSV with ',' in UTF-8") from error
    missing = [column for column in _NEEDED if column not in table.columns]
    if missing:
        raise DataFileError(
            path, f"no column {shown(missing)} (it has {shown(table.columns, 8)})", "Cartofriches' columns"
        )
    twice = table["site_id"].duplicated()
    if twice.any():
        raise DataFileError(path, f"sites more than once: {shown(table['site_id'][twice])}", "each site once")
    numbers = {name: _number(table[name], name, path) for name in ("site_surface", "lon", "lat")}
    clean = table.mask(table.isin(_UNKNOWN)).set_index("site_id").drop(columns=["lon", "lat"])
    surface = numbers["site_surface"].to_numpy()
    clean["site_surface"] = np.where(surface > 0, surface, np.nan)
    points = gpd.points_from_xy(numbers["lon"], numbers["lat"], crs=4326)
    return gpd.GeoDataFrame(clean, geometry=points)


def _number(values: pd.Series, name: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(values.replace("", np.nan), errors="coerce")
    wrong = numbers.isna() & ~values.isin(("", "NA"))
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise DataFileError(path, f"line {line}: {name} is {values[wrong].iloc[0]!r}", "a number")
    return numbers
