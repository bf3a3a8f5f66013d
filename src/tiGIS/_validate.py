"""Checks at the door, shared by all rooms: each collects every fault it sees before it raises.

What a cell means (a number, a flag, a code, a date written as text) is read in ``_cells``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import CRSError, InputError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

MOST_SCALE_ERROR = 0.01
"""A projection measures where a metre of it is a metre of ground to this share, in every direction."""


def shown(values: Iterable[object], most: int = 5) -> str:
    """Write the first few values of a list for a message: ``'a', 'b' and 3 more``."""
    items = [item.item() if isinstance(item, np.generic) else item for item in values]
    text = ", ".join(repr(item) for item in items[:most])
    return text if len(items) <= most else f"{text} and {len(items) - most} more"


def are_among(values: pd.Index | pd.Series, codes: Iterable[Any]) -> NDArray[np.bool_]:
    """Say which values are among the codes; on many texts, ten times quicker than ``isin`` of pandas 3."""
    import pandas as pd

    found: NDArray[np.bool_] = pd.Index(codes).unique().get_indexer(pd.Index(values)) >= 0
    return found


def kind_of(thing: object) -> str:
    """Name the type of an argument for a message, with what tells it apart: ``the path 'x.gpkg'``."""
    if thing is None:
        return "None"
    if isinstance(thing, (str, Path)):
        return f"the text {str(thing)!r}"
    return f"a {type(thing).__module__.split('.')[0]}.{type(thing).__name__}".replace("builtins.", "")


def require_frame(frame: object, name: str) -> None:
    """Refuse what is not a pandas DataFrame with one level of columns."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{name}: {kind_of(frame)}; expected a DataFrame. {_how_to_read(frame, 'pd')}")
    if frame.columns.nlevels > 1:
        raise InputError(
            f"{name}: its columns have {frame.columns.nlevels} levels (a MultiIndex); expected one. "
            "Join their names first: frame.columns = ['_'.join(map(str, names)) for names in frame.columns]."
        )


def require_series(series: object, name: str) -> None:
    """Refuse what is not a pandas Series."""
    import pandas as pd

    if not isinstance(series, pd.Series):
        advice = f"Take one column: {name}['column']." if isinstance(series, pd.DataFrame) else ""
        advice = advice or "Make one, indexed by code: pd.Series({'30007': 1.0})."
        raise InputError(f"{name}: {kind_of(series)}; expected a Series. {advice}")


def require_geodataframe(frame: object, name: str) -> None:
    """Refuse what is not a GeoDataFrame with an active geometry and one level of columns."""
    import geopandas as gpd

    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{name}: {kind_of(frame)}; expected a GeoDataFrame. {_how_to_read(frame, 'gpd')}")
    require_frame(frame, name)
    _require_active_geometry(frame, name)


def require_geometries(shapes: object, name: str) -> None:
    """Refuse what is neither a GeoSeries nor a GeoDataFrame with an active geometry."""
    import geopandas as gpd

    if not isinstance(shapes, gpd.GeoSeries):
        if not isinstance(shapes, gpd.GeoDataFrame):
            raise InputError(
                f"{name}: {kind_of(shapes)}; expected a GeoSeries or a GeoDataFrame. "
                f"{_how_to_read(shapes, 'gpd')}"
            )
        _require_active_geometry(shapes, name)


def _require_active_geometry(frame: gpd.GeoDataFrame, name: str) -> None:
    if frame.active_geometry_name is None or frame.active_geometry_name not in frame.columns:
        raise InputError(
            f"{name}: a GeoDataFrame without an active geometry (columns {shown(frame.columns, 12)}); "
            "expected one. Set it with gdf.set_geometry('column')."
        )


def _how_to_read(thing: object, library: str) -> str:
    import pandas as pd

    if isinstance(thing, (str, Path)):
        reader = "geopandas.read_file(path)" if library == "gpd" else "pandas.read_csv(path)"
        return f"Read the file first, e.g. {reader}."
    if isinstance(thing, (pd.DataFrame, pd.Series)) and library == "gpd":
        return "A merge of pandas loses the geometry: make it again with gpd.GeoDataFrame(frame, crs=...)."
    if hasattr(thing, "geom_type") and not hasattr(thing, "crs"):
        return "Say where it lies: geopandas.GeoSeries([shape], crs=2154)."
    return "Make one first." if library == "gpd" else "Make one first, e.g. pd.DataFrame(...)."


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, name: str, *, projected: bool = False) -> None:
    """Refuse a layer without a CRS or, when ``projected``, one in which a metre is not a metre of ground."""
    require_geometries(frame, name)
    crs = frame.crs
    if crs is None:
        raise CRSError(f"{name}: no CRS; expected one. Say which it is with gdf.set_crs(...).")
    _require_finite(frame, name)
    if not projected:
        return
    require_metres(crs, name)
    scale = ground_scale(crs, _far_points(frame))
    if abs(scale - 1) > MOST_SCALE_ERROR:
        raise CRSError(
            f"{name}: in {_named(crs)}, {_in_words(scale)} where the data lie; expected "
            "a projection true to 1 % there. Use the legal one: gdf.to_crs(2154) in metropolitan France, "
            "tiGIS.territory.legal_crs(code) overseas (or the CRS was given by mistake: see gdf.set_crs)."
        )


def _require_finite(frame: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> None:
    """Refuse positions at infinity, which a projection leaves of places that it can't show."""
    far = np.isinf(np.asarray(frame.geometry.bounds, dtype=float)).any(axis=1)
    if far.any():
        raise InputError(
            f"{name}: {np.count_nonzero(far)} geometries reach to infinity ({shown(frame.index[far])}); "
            "expected finite positions. Check the CRS that was given and the order of the coordinates."
        )


def require_known_crs(crs: Any, name: str) -> None:
    """Refuse what pyproj can't read as a CRS; None, for the data's own, passes."""
    import pyproj

    if crs is None:
        return
    try:
        pyproj.CRS.from_user_input(crs)
    except (pyproj.exceptions.CRSError, TypeError, ValueError, OverflowError) as error:
        raise CRSError(
            f"{name}: {crs!r} is no CRS that pyproj knows; expected one, e.g. 2154 or 'EPSG:2154'."
        ) from error


def require_metres(crs: Any, name: str) -> None:
    """Refuse a CRS whose coordinates are not metres."""
    example = "e.g. gdf.to_crs(2154) in metropolitan France"
    if not crs.is_projected:
        raise CRSError(
            f"{name}: CRS is {_named(crs)} (degrees); expected a projected CRS in metres, {example}"
        )
    unit = crs.axis_info[0].unit_name
    if unit not in {"metre", "meter"}:
        raise CRSError(f"{name}: CRS is {_named(crs)} (in {unit}); expected metres, {example}")


def ground_scale(crs: Any, points: NDArray[np.float64]) -> float:
    """
    How many metres of a projection one metre of ground takes, at the worst of some points.

    Parameters
    ----------
    crs : pyproj.CRS
        Projected, in metres.
    points : numpy.ndarray
        Where the data lie, in the units of ``crs``, shape (n, 2).

    Returns
    -------
    float
        The linear scale (meridional or parallel) furthest from 1, over all points: 1.39 for the Web Mercator
        at 44° N. Infinite where a point is outside of what the projection can show; 1 without points.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 1.0
    projection = _projection(crs.to_wkt())
    longitude, latitude = projection(points[:, 0], points[:, 1], inverse=True)
    shown_there = np.isfinite(longitude) & np.isfinite(latitude)
    if not shown_there.all():
        return float("inf")
    factors = projection.get_factors(longitude, latitude, errcheck=False)
    scales = np.concatenate([np.atleast_1d(factors.meridional_scale), np.atleast_1d(factors.parallel_scale)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(scales[np.argmax(np.nan_to_num(np.abs(np.log(scales)), nan=np.inf))])


@lru_cache(maxsize=32)
def _projection(wkt: str) -> Any:
    import pyproj

    return pyproj.Proj(pyproj.CRS(wkt))


def _far_points(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.float64]:
    """Middle of the whole, and the westernmost, southernmost, easternmost and northernmost places."""
    bounds = np.asarray(frame.geometry.bounds, dtype=float)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return np.empty((0, 2))
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    west, south, east, north = bounds.T
    rows = [west.argmin(), south.argmin(), east.argmax(), north.argmax()]
    far = middle[rows].copy()
    far[[0, 2], 0] = west.min(), east.max()
    far[[1, 3], 1] = south.min(), north.max()
    whole = [[(west.min() + east.max()) / 2, (south.min() + north.max()) / 2]]
    return np.concatenate([far, whole])


def _named(crs: Any) -> str:
    return str(crs.to_string() if crs.to_authority() else crs.name)


def _in_words(scale: float) -> str:
    if not np.isfinite(scale) or scale <= 0:
        return "the coordinates are of no place that this projection can show"
    return f"one metre of ground is {scale:.3g} m of the map"


def require_columns(frame: pd.DataFrame, columns: Iterable[Any], name: str) -> None:
    """Refuse a frame that lacks some of the columns, or holds one of them twice."""
    require_frame(frame, name)
    columns = list(columns)
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            f"{name}: no column {shown(missing)}; it has {shown(frame.columns, 12)}. "
            "Rename or add the column."
        )
    doubled = set(frame.columns[frame.columns.duplicated()]) & set(columns)
    if doubled:
        raise InputError(
            f"{name}: column {shown(sorted(doubled, key=str))} is there more than once; expected once. "
            "Keep one: frame.loc[:, ~frame.columns.duplicated()]."
        )


def require_unique_index(frame: pd.DataFrame | pd.Series, name: str) -> None:
    """Refuse a frame whose index holds the same label twice, or a missing one."""
    import pandas as pd

    if not isinstance(frame, pd.Series):
        require_frame(frame, name)
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


def require_one_level(frame: pd.DataFrame | pd.Series, name: str) -> None:
    """Refuse an index of several levels where codes are expected."""
    if frame.index.nlevels > 1:
        raise InputError(
            f"{name}: its index has {frame.index.nlevels} levels; expected one code a row. "
            "Set it with frame.reset_index().set_index('code')."
        )
