"""Where the vertices of roads are: a projection in which lengths are true, and places that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj

from tiGIS._errors import CRSError, InputError
from tiGIS._validate import MOST_SCALE_ERROR, ground_scale, require_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.sources.reading.road_lines import RoadLines

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SAME_PLACE_M = 0.01
"""Ends of roads no further apart than this meet."""

# A millimetre more, as places are told apart to a millimetre; squares of 2 to the 10 millimetres.
_APART_MM, _SQUARE = round(SAME_PLACE_M * 1000) + 1, 10

# Legal CRS by territory: west, south, east, north, EPSG (decree of 5 March 2019).
_LEGAL = (
    (-5.5, 41.2, 9.8, 51.3, 2154),
    (-63.3, 14.2, -60.7, 18.3, 5490),
    (-54.7, 2.0, -51.5, 6.0, 2972),
    (55.1, -21.5, 55.9, -20.8, 2975),
    (44.9, -13.1, 45.4, -12.6, 4471),
    (-56.6, 46.7, -56.0, 47.2, 4467),
)


def projected(lines: RoadLines, crs: Any) -> tuple[Floats, pyproj.CRS, bool]:
    """
    Put the vertices in a projected CRS in metres, in which lengths are those of the ground.

    Parameters
    ----------
    lines : RoadLines
        The lines.
    crs : Any
        The CRS to use. None: that of the lines where it measures, else the legal one of the French territory
        they lie in, else their UTM zone.

    Returns
    -------
    xy : numpy.ndarray
        Coordinates, shape (n_vertices, 2).
    crs : pyproj.CRS
        Their CRS.
    measured : bool
        False where the coordinates are of no place that their own projection is made for, so that lengths
        are only those of the drawing.

    Raises
    ------
    CRSError
        The CRS asked for is not in metres, or distorts lengths by more than 1 % here.
    InputError
        Coordinates that are outside their CRS.
    """
    given = pyproj.CRS.from_user_input(lines.crs)
    xy = np.ascontiguousarray(lines.xy)
    measured = True
    if crs is None:
        wanted, measured = _measuring_crs(given, xy)
    else:
        wanted = _asked_for(crs)
    if wanted != given:
        to_metres = pyproj.Transformer.from_crs(given, wanted, always_xy=True)
        xy = np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
    if not np.isfinite(xy).all():
        raise InputError(f"roads: some coordinates are outside {given.to_string()}; check its CRS.")
    if crs is not None and not _is_true(wanted, xy):
        scale = ground_scale(wanted, _far_corners(xy))
        raise CRSError(
            f"roads: crs is {wanted.to_string()}, in which one metre of ground is {scale:.3g} m of the map "
            "where the roads lie; expected a projection made for that place. Leave crs out to get one."
        )
    return xy, wanted, measured


def _asked_for(crs: Any) -> pyproj.CRS:
    try:
        wanted = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise CRSError(f"roads: crs is {crs!r}, which is no CRS; expected for example 2154.") from error
    require_metres(wanted, "roads, crs")
    return wanted


def _measuring_crs(given: pyproj.CRS, xy: Floats) -> tuple[pyproj.CRS, bool]:
    """Find a CRS that measures where the vertices lie, and whether it does."""
    in_metres = given.is_projected and given.axis_info[0].unit_name in {"metre", "meter"}
    if in_metres and _is_true(given, xy):
        return given, True
    lon, lat = _middle(xy, given)
    epsg = _local_crs(lon, lat)
    in_france = epsg in {row[-1] for row in _LEGAL}
    if in_metres and not in_france and not _is_made_for(given, lon, lat):
        return given, False
    return pyproj.CRS.from_epsg(epsg), True


def _is_true(crs: pyproj.CRS, xy: Floats) -> bool:
    """Say whether lengths in a CRS are those of the ground, to 1 %, at the far ends and in the middle."""
    return bool(abs(ground_scale(crs, _far_corners(xy)) - 1.0) <= MOST_SCALE_ERROR)


def _far_corners(xy: Floats) -> Floats:
    x, y = xy[:, 0], xy[:, 1]
    rows = [x.argmin(), y.argmin(), x.argmax(), y.argmax()]
    return np.vstack([xy[rows], _centre(xy)])


def _centre(xy: Floats) -> Floats:
    """Give the middle one of the vertices, of at most some thousands."""
    centre: Floats = np.median(xy[:: max(1, len(xy) // 5000)], axis=0)
    return centre


def _is_made_for(crs: pyproj.CRS, lon: float, lat: float) -> bool:
    area = crs.area_of_use
    return area is None or bool(area.west <= lon <= area.east and area.south <= lat <= area.north)


def _middle(xy: Floats, crs: pyproj.CRS) -> tuple[float, float]:
    """Find the longitude and latitude around which the vertices lie."""
    to_lonlat = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = _centre(xy)
    lon, lat = to_lonlat.transform(x, y)
    if not (abs(lon) <= 360 and abs(lat) <= 90):
        raise CRSError(
            f"roads: CRS is {crs.to_string()}, but coordinates lie around ({x:.6g}, {y:.6g}); expected "
            "longitude, then latitude. Are they swapped, or in another CRS?"
        )
    return float(lon), float(lat)


def _local_crs(lon: float, lat: float) -> int:
    """Find the legal CRS of the French territory around a point; elsewhere the UTM zone."""
    for west, south, east, north, epsg in _LEGAL:
        if west <= lon <= east and south <= lat <= north:
            return epsg
    return (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) % 60 + 1


def vertex_codes(lines: RoadLines, xy: Floats) -> tuple[Ints, Ints]:
    """Give a number to each place that vertices are at, and one vertex of it.

    Vertices are at one place where they have the same identifier; without identifiers, where they are within
    a centimetre of each other (to a millimetre), directly or from one to the next.
    """
    if lines.vertex_id is not None:
        code, _ = pd.factorize(lines.vertex_id)
        return code.astype(np.int64), _one_of_each(code)
    # From the corner of the whole, so that two numbers of millimetres fit into one of 64 bits.
    mm = np.rint((xy - xy.min(axis=0)) * 1000.0).astype(np.int64)
    code, _ = pd.factorize(mm[:, 0] * (1 << 32) + mm[:, 1])
    place = _one_of_each(code)
    meets = np.ones(len(place), dtype=bool)
    if lines.noding == "ends":
        meets[:] = False
        meets[code[lines.first[:-1]]] = meets[code[lines.first[1:] - 1]] = True
    first = _merged(mm[place], meets)
    return (code if first is None else first[code]).astype(np.int64), place


def _one_of_each(code: Ints) -> Ints:
    """Give the first vertex of each code."""
    place = np.empty(int(code.max()) + 1, dtype=np.int64)
    place[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    return place


def _merged(mm: Ints, meets: NDArray[np.bool_]) -> Ints | None:
    """Give each place the number of the first of those that it is one with; None where all are apart.

    Only places that share a square of about a metre with another, or are at the edge of theirs, can have a
    neighbour that near: few enough to look for it around each.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    rows = np.arange(len(mm)) if meets.all() else np.flatnonzero(meets)
    at = mm[rows]
    cell = ((at[:, 0] >> _SQUARE) << 32) + (at[:, 1] >> _SQUARE)
    within = at + _APART_MM & (1 << _SQUARE) - 1
    near = (within <= 2 * _APART_MM).any(axis=1) | pd.Series(cell).duplicated(keep=False).to_numpy()
    rows, at = rows[near], at[near]
    if not len(rows):
        return None
    pairs = cKDTree(at).query_pairs(_APART_MM, output_type="ndarray")
    if not len(pairs):
        return None
    graph = coo_array((np.ones(len(pairs), dtype=bool), tuple(pairs.T)), shape=(len(rows), len(rows)))
    part = connected_components(graph, directed=False)[1]
    first = np.full(int(part.max()) + 1, len(mm), dtype=np.int64)
    np.minimum.at(first, part, rows)
    number = np.arange(len(mm))
    number[rows] = first[part]
    return number
