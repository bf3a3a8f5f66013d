"""Checks at the door, shared by all rooms: each collects every fault it sees before it raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import CRSError, InputError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray


def shown(values: Iterable[object], most: int = 5) -> str:
    """Write the first few values of a list for a message: ``'a', 'b' and 3 more``."""
    items = list(values)
    text = ", ".join(repr(item) for item in items[:most])
    return text if len(items) <= most else f"{text} and {len(items) - most} more"


def are_among(values: pd.Index | pd.Series, codes: Iterable[Any]) -> NDArray[np.bool_]:
    """Say which values are among the codes; on many texts, ten times quicker than ``isin`` of pandas 3."""
    import pandas as pd

    found: NDArray[np.bool_] = pd.Index(codes).unique().get_indexer(pd.Index(values)) >= 0
    return found


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, name: str, *, projected: bool = False) -> None:
    """Refuse a frame without a CRS or, when ``projected``, one whose coordinates are not metres."""
    crs = frame.crs
    example = "e.g. gdf.to_crs(2154) in metropolitan France"
    if crs is None:
        raise CRSError(f"{name}: no CRS; expected one. Say which it is with gdf.set_crs(...).")
    if not projected:
        return
    if not crs.is_projected:
        raise CRSError(
            f"{name}: CRS is {crs.to_string()} (degrees); expected a projected CRS in metres, {example}"
        )
    unit = crs.axis_info[0].unit_name
    if unit not in {"metre", "meter"}:
        raise CRSError(f"{name}: CRS is {crs.to_string()} (in {unit}); expected metres, {example}")


def require_columns(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a frame that lacks some of the columns."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            f"{name}: no column {shown(missing)}; it has {shown(frame.columns, 12)}. "
            "Rename or add the column."
        )


def require_unique_index(frame: pd.DataFrame | pd.Series, name: str) -> None:
    """Refuse a frame whose index holds the same label twice, or a missing one."""
    faults = []
    levels = [frame.index.get_level_values(level).isna() for level in range(frame.index.nlevels)]
    empty = np.count_nonzero(np.any(levels, axis=0))
    if empty:
        faults.append(f"{empty} empty labels")
    if not frame.index.is_unique:
        doubled = frame.index[frame.index.duplicated()].unique()
        faults.append(f"{len(doubled)} labels more than once ({shown(doubled)})")
    if faults:
        raise InputError(f"{name}: its index holds {' and '.join(faults)}; expected each label once.")
