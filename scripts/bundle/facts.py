"""The tables of figures compiled for the project, typed and carried into the bundle as they are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

CODES = {
    "code_insee", "comm_insee", "CODGEO", "epci", "siren", "id_ti", "phase", "uic", "site_id",
    "azi", "pprt", "nom", "commune", "urba_zone_type",
}  # fmt: skip


def read(folder: Path, name: str) -> pd.DataFrame:
    """One table, its codes and texts as strings; an empty cell is missing."""
    path = folder / f"{name}.csv"
    header = pd.read_csv(path, nrows=0).columns
    types = {column: "str" for column in header if column in CODES}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])


def territoires_industrie(folder: Path) -> pd.DataFrame:
    return read(folder, "territoires_industrie_membres").sort_values(
        ["phase", "id_ti", "type_membre", "siren", "code_insee"], ignore_index=True
    )


def by_code(folder: Path, name: str, column: str, index: str) -> pd.DataFrame:
    """A table with one row per territory, its code renamed as elsewhere in tiGIS."""
    return read(folder, name).rename(columns={column: index}).sort_values(index, ignore_index=True)


def points(folder: Path, name: str, renamed: dict[str, str], order: list[str]) -> gpd.GeoDataFrame:
    """A table with lon and lat as points (EPSG:4326)."""
    table = read(folder, name).rename(columns=renamed).sort_values(order, ignore_index=True)
    geometry = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=geometry, crs=4326)
