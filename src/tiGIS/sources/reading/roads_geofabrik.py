"""Roads of OpenStreetMap in Geofabrik's schema (``gis_osm_roads_free``): shapefile, GeoPackage, Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._cells import as_codes, as_flags, as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, shown
from tiGIS.sources.reading.road_lines import RoadLines, from_frame

if TYPE_CHECKING:
    import geopandas as gpd

_DIRECTIONS = {"B": (True, True), "F": (True, False), "T": (False, True)}


def geofabrik_lines(frame: gpd.GeoDataFrame, name: str = "roads") -> RoadLines:
    """Take the roads of a table in Geofabrik's schema (``gis_osm_roads_free``).

    Geofabrik keeps neither access nor tolls nor ``junction``: private roads count as open, and a roundabout
    without ``oneway`` is open both ways.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Columns ``fclass``, ``oneway`` (B, F or T), and where there are any ``osm_id``, ``maxspeed`` (0: not
        said), ``bridge`` and ``tunnel`` (T or F), in small letters or capitals.
    name : str
        How messages name the table.

    Returns
    -------
    RoadLines
        The same ways; cells of ``bridge`` and ``tunnel`` without a value are counted.

    Raises
    ------
    InputError
        A column is missing, ``oneway`` holds other values than B, F and T, or a cell can't be read.
    """
    plain = in_small_letters(frame)
    require_columns(plain, ["fclass", "oneway"], name)
    said = pd.Series(as_codes(plain["oneway"], f"{name}, oneway"), dtype=object).str.upper()
    strange = ~said.isin(list(_DIRECTIONS))
    if strange.any():
        raise InputError(
            f"{name}: oneway is {shown(said[strange].unique())} on {np.count_nonzero(strange)} rows; "
            "expected B (both ways), F (along the line) or T (against it)."
        )
    classes = as_codes(plain["fclass"], f"{name}, fclass")
    table = pd.DataFrame(
        {
            "source_class": [word or "" for word in classes],
            "forward": (said != "T").to_numpy(),
            "backward": (said != "F").to_numpy(),
        }
    )
    counted = {}
    if "osm_id" in plain:
        table["way_id"] = [code or "" for code in as_codes(plain["osm_id"], f"{name}, osm_id")]
    if "maxspeed" in plain:
        limit = as_numbers(plain["maxspeed"], f"{name}, maxspeed")
        table["limit_kmh"] = np.where(limit > 0, limit, np.nan)
    for column in ("bridge", "tunnel"):
        if column in plain:
            flags = as_flags(plain[column], f"{name}, {column}")
            if flags.isna().any():
                counted[f"lines_without_{column}_said"] = int(flags.isna().sum())
            table[column] = flags.fillna(False).to_numpy(dtype=bool)
    return from_frame(frame, table, schema="osm", noding="vertices", name=name, counted=counted)


def in_small_letters(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the attributes of a table under their names in small letters: FCLASS is fclass."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return plain.rename(columns={column: str(column).lower() for column in plain.columns})
