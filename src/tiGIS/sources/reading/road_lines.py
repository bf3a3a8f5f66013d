"""What every reader of roads gives: lines as plain arrays, and one table of what the source says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

from tiGIS._errors import InputError
from tiGIS._validate import require_crs, shown

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

Noding = Literal["vertices", "ends"]

# The columns of ``RoadLines.table``, with the value that stands for "the source does not say".
COLUMNS: dict[str, Any] = {
    "way_id": "",
    "source_class": "",
    "source_rank": "",
    "forward": True,
    "backward": True,
    "destination": False,
    "limit_kmh": np.nan,
    "limit_back_kmh": np.nan,
    "practised_kmh": np.nan,
    "urban": np.nan,
    "toll": False,
    "bridge": False,
    "tunnel": False,
    "dual": False,
    "roundabout": False,
}


@dataclass(frozen=True)
class RoadLines:
    """Road lines of one source, before they become a network.

    Parameters
    ----------
    xy : numpy.ndarray
        Coordinates of the vertices, shape (n_vertices, 2), line after line.
    first : numpy.ndarray
        Where each line starts in ``xy``, shape (n_lines + 1,).
    crs : Any
        The CRS of ``xy``, in any form that pyproj reads.
    table : pandas.DataFrame
        One row a line: the columns of ``COLUMNS``. ``forward`` and ``backward`` say in which directions of
        the line a car may go; ``destination`` marks those that nobody passes through, which only lead to what
        lies on them; ``limit_kmh`` is the legal limit along the line, ``limit_back_kmh`` against it (the
        same, unless the source tells both), ``practised_kmh`` a mean speed given by the source itself;
        ``urban`` is 1, 0 or NaN (not said).
    schema : str
        Under which name the classes of this source are found in the table of classes.
    noding : {"vertices", "ends"}
        Whether two roads meet wherever they share a vertex (OpenStreetMap), or at their ends only (IGN).
        Lines that merely cross never meet: one of them is a bridge.
    vertex_id : numpy.ndarray, optional
        Identifier of each vertex (OSM node ids); without it, vertices are the same where coordinates are.
    left_out : dict of str to int
        How many lines of the source were not kept, by reason.
    counted : dict of str to int
        What else the reader counted, under the names that the report of the network has for it.
    """

    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    crs: Any
    table: pd.DataFrame
    schema: str
    noding: Noding
    vertex_id: NDArray[np.int64] | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)


def complete(table: pd.DataFrame, n_lines: int) -> pd.DataFrame:
    """Fill the columns that a source does not have, in the order of ``COLUMNS``."""
    if "limit_kmh" in table and "limit_back_kmh" not in table:
        table = table.assign(limit_back_kmh=table["limit_kmh"])
    whole = {
        name: table[name].to_numpy() if name in table else np.full(n_lines, default, dtype=_dtype(default))
        for name, default in COLUMNS.items()
    }
    return pd.DataFrame(whole)


def _dtype(default: Any) -> Any:
    return {bool: np.bool_, float: np.float64, str: object}[type(default)]


def from_frame(
    frame: gpd.GeoDataFrame,
    table: pd.DataFrame,
    *,
    schema: str,
    noding: Noding,
    left_out: dict[str, int] | None = None,
    counted: dict[str, int] | None = None,
    name: str = "roads",
) -> RoadLines:
    """Take the lines out of a GeoDataFrame; ``table`` holds the columns read from its attributes.

    Multi-part lines become one line a part. Raises ``InputError`` for an empty frame, for a geometry that is
    not a line, or a line of one point, and ``CRSError`` without a CRS.
    """
    require_crs(frame, name)
    if len(frame) == 0:
        raise InputError(f"{name}: the frame is empty; expected at least one line.")
    geometry = np.asarray(frame.geometry.array)
    _require_lines(geometry, frame.index, name)
    parts, owner = shapely.get_parts(geometry, return_index=True)
    xy, of_line = shapely.get_coordinates(parts, return_index=True)
    first = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum(np.bincount(of_line, minlength=len(parts)), out=first[1:])
    whole = complete(table, len(frame))
    if len(parts) != len(frame):
        whole = whole.take(owner).reset_index(drop=True)
    return RoadLines(
        xy, first, frame.crs, whole, schema, noding, None, dict(left_out or {}), dict(counted or {})
    )


def _require_lines(geometry: NDArray[np.object_], labels: pd.Index, name: str) -> None:
    """Collect every geometry that can't be a road, then refuse them together."""
    kind = shapely.get_type_id(geometry)
    lines = np.isin(kind, (1, 5))
    empty = (kind < 0) | (lines & shapely.is_empty(geometry))
    point = lines & ~empty & (shapely.length(geometry) == 0)
    broken = lines & ~empty & ~np.isfinite(shapely.length(geometry))
    faults = [
        f"{np.count_nonzero(fault)} {what} ({shown(labels[fault].tolist())})"
        for what, fault in (
            ("without a geometry", empty),
            ("not lines", ~lines & ~empty),
            ("lines of one point", point),
            ("with coordinates that are not finite", broken),
        )
        if fault.any()
    ]
    if faults:
        raise InputError(
            f"{name}: {'; '.join(faults)}; expected lines of at least two points. "
            "Drop or mend these rows first."
        )
