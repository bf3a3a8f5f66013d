"""Files of a build: written under a temporary name, then moved; the same tables give the same bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def write_table(table: pd.DataFrame | gpd.GeoDataFrame, path: Path) -> None:
    """Write a table to Parquet (GeoParquet where it has a geometry)."""
    plain = table.copy(deep=False)
    plain.attrs = {}  # notes are kept by the report
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        plain.to_parquet(temporary, compression="zstd")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write a text in UTF-8."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
