"""Tables of a dossier: the same tables give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tiGIS._files import replacing

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def write_table(table: pd.DataFrame | gpd.GeoDataFrame, path: Path) -> None:
    """Write a table to Parquet (GeoParquet where it has a geometry)."""
    plain = table.copy(deep=False)
    plain.attrs = {}  # notes are kept by the report
    with replacing(path) as temporary:
        plain.to_parquet(temporary, compression="zstd")
