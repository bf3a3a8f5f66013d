"""Positions as files give them: in degrees or in a CRS that they name, on French soil, or refused by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tiGIS._errors import DataFileError

# West, south, east, north of each part of France with its near sea, in degrees
_FRANCE = np.array(
    [
        (-6.0, 41.0, 10.0, 51.6),  # metropolitan France
        (-63.5, 14.0, -60.5, 18.5),  # the Antilles
        (-55.0, 1.8, -51.0, 6.5),  # Guyane
        (55.0, -21.7, 56.2, -20.6),  # La Réunion
        (44.7, -13.3, 45.6, -12.3),  # Mayotte
        (-57.0, 46.4, -55.8, 47.4),  # Saint-Pierre-et-Miquelon
        (156.0, -24.0, 170.0, -17.0),  # Nouvelle-Calédonie
        (-179.0, -15.0, -175.5, -12.5),  # Wallis-et-Futuna
        (-156.0, -29.0, -133.0, -7.0),  # Polynésie
    ]
)


def points_in_degrees(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], path: Path, lines: NDArray[np.int_]
) -> gpd.GeoSeries:
    """
    Make points of two columns in degrees.

    Parameters
    ----------
    longitude, latitude : numpy.ndarray
        Degrees; NaN in both where a position is not known.
    path : Path
        The file, for messages.
    lines : numpy.ndarray
        Line of each position in the file.

    Returns
    -------
    geopandas.GeoSeries
        Points in EPSG:4326; None where the position is not known.

    Raises
    ------
    DataFileError
        On half a position, one that is not in degrees, has its columns swapped, or is not in France; its line
        is named.
    """
    half = np.isnan(longitude) != np.isnan(latitude)
    if half.any():
        raise _fault(path, f"line {lines[half.argmax()]}", "half a position", "both coordinates, or none")
    require_in_france(longitude, latitude, path, [f"line {line}" for line in lines])
    points = shapely.points(longitude, latitude)
    points[np.isnan(longitude)] = None
    return gpd.GeoSeries(points, crs=4326)


def shapes_in_degrees(shapes: NDArray[np.object_], crs: Any, path: Path, places: list[str]) -> gpd.GeoSeries:
    """
    Bring outlines or points to EPSG:4326, once they lie in France.

    Parameters
    ----------
    shapes : numpy.ndarray
        Geometries; None and empty ones are not known.
    crs : Any
        Their CRS.
    path : Path
        The file, for messages.
    places : list of str
        Where each is in the file, e.g. ``"feature 3"``.

    Returns
    -------
    geopandas.GeoSeries
        In EPSG:4326; None where not known.

    Raises
    ------
    DataFileError
        On a position that is not in France; its place in the file is named.
    """
    shapes = shapes.copy()
    shapes[shapely.is_empty(shapes)] = None
    series = gpd.GeoSeries(shapes, crs=crs)
    bounds = np.asarray(series.bounds, dtype=float)
    degrees = series.to_crs(4326)
    ends = np.asarray(degrees.bounds, dtype=float)
    for x, y, raw in ((0, 1, bounds[:, :2]), (2, 3, bounds[:, 2:])):
        require_in_france(ends[:, x], ends[:, y], path, places, raw)
    return degrees


def require_in_france(
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    path: Path,
    places: list[str],
    written: NDArray[np.float64] | None = None,
) -> None:
    """Refuse positions out of France, with the first one's place in the file and what may have happened."""
    known = ~np.isnan(np.column_stack([longitude, latitude]) if written is None else written).any(axis=1)
    wrong = np.flatnonzero(known & ~_in_france(longitude, latitude))
    if not len(wrong):
        return
    row = wrong[0]
    x, y = (longitude[row], latitude[row]) if written is None else written[row]
    if _in_france(latitude[[row]], longitude[[row]])[0]:
        expected = "longitude, then latitude: the two are swapped"
    elif written is None and (abs(x) > 180 or abs(y) > 90):
        expected = "degrees (longitude from -180 to 180, latitude from -90 to 90)"
    else:
        expected = "a place of France"
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    raise _fault(path, f"{places[row]}{more}", f"the position {x:.10g}, {y:.10g}", expected)


def _in_france(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = _FRANCE.T[:, :, None]
    inside = (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
    found: NDArray[np.bool_] = inside.any(axis=0)
    return found


def crs_of_geojson(document: dict[str, Any], path: Path) -> Any:
    """CRS that a GeoJSON document names in its ``crs`` member; degrees (EPSG:4326) where it names none."""
    import pyproj

    member = document.get("crs")
    if member is None:
        return pyproj.CRS(4326)
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.upper().startswith(("URN:OGC:DEF:CRS:", "EPSG:", "OGC:")):
        raise DataFileError(path, f"a crs member that is {str(member)[:80]}", "the name of a CRS, or none")
    if name.upper().endswith("CRS84"):
        return pyproj.CRS(4326)
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        raise DataFileError(path, f"the CRS {name!r}, which PROJ doesn't know", "a known CRS") from error


def _fault(path: Path, place: str, found: str, expected: str) -> DataFileError:
    return DataFileError(path, f"{place}: {found}", expected, "Correct the file, or say its CRS.")
