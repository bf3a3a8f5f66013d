"""A place for small made-up shapes."""

from __future__ import annotations

import pyproj
import shapely
import shapely.affinity

LOCAL = pyproj.CRS("+proj=tmerc +lat_0=44.12 +lon_0=4.08 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs")
"""Metres east and north of Alès: here shapes around (0, 0) lie where a metre is a metre of ground, which they
don't in Lambert-93, whose zero is off Gabon."""

EAST, NORTH = 785_000.0, 6_335_000.0


def near_ales(shape: shapely.Geometry) -> shapely.Geometry:
    """Move a shape drawn around (0, 0) to the south of Alès, in metres of Lambert-93."""
    return shapely.affinity.translate(shape, EAST, NORTH)
