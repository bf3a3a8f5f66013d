"""GeoParquet, once its footer says that it fits in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.kinds import MOST_CELLS, MOST_COLUMNS

if TYPE_CHECKING:
    import geopandas as gpd

_MOST_UNPACKED = 16 * 1024**3
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
    import shapely
    from pyarrow import parquet

    try:
        footer = parquet.read_metadata(path)
        unpacked = sum(footer.row_group(group).total_byte_size for group in range(footer.num_row_groups))
        rows, columns = footer.num_rows, footer.num_columns
        if unpacked > _MOST_UNPACKED or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            found = f"{rows:,} rows of {columns:,} columns, {unpacked:,} bytes once unpacked"
            raise DataFileError(path, found, f"at most {MOST_CELLS:,} cells", "Cut it into smaller files.")
        return gpd.read_parquet(path)
    except (
        pyarrow.ArrowException,
        shapely.errors.GEOSException,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        MemoryError,
    ) as error:
        raise DataFileError(path, f"it can't be read ({error})", _EXPECTED, "Fetch it again.") from error
