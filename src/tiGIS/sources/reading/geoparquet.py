"""GeoParquet, once its footer says that it fits in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.kinds import MOST_COLUMNS, most_cells

if TYPE_CHECKING:
    import geopandas as gpd

_MOST_UNPACKED, _ANY_SIZE, _MOST_SWELLING = 16 * 1024**3, 1 << 28, 20
_EXPECTED = "a GeoParquet file"


def read_geoparquet(path: Path) -> gpd.GeoDataFrame:
    """Read a GeoParquet file.

    Raises
    ------
    DataFileError
        When it is not one, is damaged, or announces more rows, columns or bytes than can be held.
    """
    import geopandas as gpd
    import pyarrow
    import pyproj
    import shapely
    from pyarrow import parquet

    try:
        footer = parquet.read_metadata(path)
        unpacked = sum(footer.row_group(group).total_byte_size for group in range(footer.num_row_groups))
        rows, columns = footer.num_rows, footer.num_columns
        size = path.stat().st_size
        most, most_bytes = most_cells(size), min(_MOST_UNPACKED, max(_ANY_SIZE, _MOST_SWELLING * size))
        if unpacked > most_bytes or columns > MOST_COLUMNS or rows * columns > most:
            found = f"{rows:,} rows of {columns:,} columns, {unpacked:,} bytes once unpacked"
            raise DataFileError(path, found, f"at most {most:,} cells", "Cut it into smaller files.")
        return _in_utf8(gpd.read_parquet(path))
    except (
        pyarrow.ArrowException,
        shapely.errors.GEOSException,
        pyproj.exceptions.ProjError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        MemoryError,
    ) as error:
        raise DataFileError(path, f"it can't be read ({error})", _EXPECTED, "Fetch it again.") from error


def _in_utf8(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Refuse texts that are none: pandas takes them as they are, and fails later."""
    import pandas as pd
    import pyarrow

    for name in frame.columns.drop(frame.geometry.name):
        if isinstance(frame[name].dtype, pd.StringDtype):
            pyarrow.array(frame[name].array).validate(full=True)
    return frame
