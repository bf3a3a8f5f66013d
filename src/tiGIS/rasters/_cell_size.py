"""How large the cells of a raster are on the ground, where its own metres don't tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tiGIS._errors import CRSError
from tiGIS._validate import MOST_SCALE_ERROR, ground_scale
from tiGIS.territory import legal_crs_at

_MOST_VARIATION = 0.002  # of the sizes of the cells of one row


def measures_ground(crs: Any, bounds: Sequence[float]) -> bool:
    """Say whether a CRS is in metres that are metres of ground (to 1 %) at the corners of a box."""
    if not crs.is_projected or crs.axis_info[0].unit_name not in ("metre", "meter"):
        return False
    west, south, east, north = bounds
    corners = np.array([(x, y) for x in (west, (west + east) / 2, east) for y in (south, north)])
    return abs(ground_scale(crs, corners) - 1) <= MOST_SCALE_ERROR


def crs_of_outlines(crs: Any, bounds: Sequence[float], name: str) -> Any:
    """CRS to outline a raster in: its own where a metre of it is one of ground, else the legal one there."""
    import pyproj

    if measures_ground(crs, bounds):
        return crs
    west, south, east, north = bounds
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    return pyproj.CRS(legal_crs_at(longitude, latitude, name))


def ground_cells(
    crs: Any, transform: Any, first_row: int, rows: int, columns: tuple[int, int], name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Width and height on the ground of the cells of some rows, in metres.

    Parameters
    ----------
    crs : pyproj.CRS
        In degrees, or a projection that stretches (Web Mercator).
    transform : affine.Affine
        Of the raster; its axes are those of the CRS.
    first_row, rows : int
        Rows to measure.
    columns : tuple of int
        First column and the one after the last: cells are measured at both ends and in the middle.
    name : str
        The raster, for the message.

    Returns
    -------
    tuple of numpy.ndarray
        Widths and heights, one a row.

    Raises
    ------
    CRSError
        Where the cells of a row differ by more than 0.2 % (or lie nowhere): no width stands for the row.
    """
    import pyproj

    geographic = crs.geodetic_crs
    to_degrees = pyproj.Transformer.from_crs(crs, geographic, always_xy=True)
    ellipsoid = geographic.get_geod()
    y = transform.f + transform.e * (first_row + np.arange(rows) + 0.5)
    sizes = []
    for column in (columns[0], (columns[0] + columns[1]) / 2, columns[1]):
        x = np.full(rows, transform.c + transform.a * column)
        pair = []
        for dx, dy in ((transform.a / 2, 0.0), (0.0, transform.e / 2)):
            start, stop = to_degrees.transform(x - dx, y - dy), to_degrees.transform(x + dx, y + dy)
            pair.append(ellipsoid.inv(*start, *stop)[2])
        sizes.append(pair)
    measured = np.array(sizes)
    middle = measured[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        varied = np.abs(measured / middle - 1).max(initial=0)
    if not varied <= _MOST_VARIATION:
        raise CRSError(
            f"{name}: cells of one row are not of one size on the ground in {crs.name}; expected the legal "
            "projection. Warp it first: gdalwarp -t_srs EPSG:2154 in metropolitan France."
        )
    return middle[0], middle[1]
