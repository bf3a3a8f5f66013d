"""Rasters of measures: what cells hold, what they cover on the ground, read a window at a time."""

from tiGIS.rasters._band import Tally
from tiGIS.rasters._cell_size import crs_of_outlines, ground_cells
from tiGIS.rasters._raster import Raster, cells_within, windows

__all__ = ["Raster", "Tally", "cells_within", "crs_of_outlines", "ground_cells", "windows"]
