"""Depths of water: a raster of them, and the zones that it gives."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from tiGIS._errors import InputError
from tiGIS.flood._zones import FloodZones
from tiGIS.provenance import describe
from tiGIS.rasters import Raster, Tally, crs_of_outlines, windows
from tiGIS.sources.reading.raster_files import open_raster


class DepthRaster(Raster):
    """A raster of water depths: its file, how to read it, and nothing in memory.

    Build one with :meth:`open`.
    """

    def to_zones(self, breaks_m: Sequence[float] = (0.0, 0.3, 1.0), **constants: object) -> FloodZones:
        """Turn depths into flood zones by class of depth, a window at a time.

        Parameters
        ----------
        breaks_m : sequence of float, default (0, 0.3, 1)
            Lower bounds of the classes, growing; a cell deeper than the first is flooded.
        **constants : object
            Columns to write on every zone, e.g. ``scenario="rare"``.

        Returns
        -------
        FloodZones
            One zone per class, with ``depth_min_m`` and ``depth_max_m`` (NaN for the last); in the CRS of the
            raster, or in the legal one where that of the raster is in degrees or stretches lengths.

        Raises
        ------
        InputError
            When the bounds don't grow.
        CRSError
            When the raster must be brought to a legal CRS and lies outside of France.
        """
        from rasterio.features import shapes

        breaks = np.asarray(breaks_m, dtype=float)
        if not len(breaks) or (np.diff(breaks) <= 0).any():
            raise InputError(f"breaks_m: {list(breaks_m)}; expected growing depths, e.g. (0, 0.3, 1)")
        found: dict[int, list[shapely.Geometry]] = {}
        tally = Tally()
        with open_raster(self.path) as raster:
            legal = crs_of_outlines(self.crs, raster.bounds, self.path.name)
            for window in windows(raster.width, raster.height):
                values = self.read(raster, window, tally)
                classes = np.searchsorted(breaks, values, side="left").astype(np.int32)
                classes[np.isnan(values)] = 0
                for shape, number in shapes(
                    classes, mask=classes > 0, transform=raster.window_transform(window)
                ):
                    found.setdefault(int(number), []).append(shapely.geometry.shape(shape))
        numbers = sorted(found)
        frame = gpd.GeoDataFrame(
            {
                "depth_min_m": [breaks[number - 1] for number in numbers],
                "depth_max_m": [breaks[number] if number < len(breaks) else np.nan for number in numbers],
            },
            geometry=[shapely.union_all(found[number]) for number in numbers],
            crs=self.crs,
        ).to_crs(legal)
        depths = {"depth_min_m": "depth_min_m", "depth_max_m": "depth_max_m"}
        said = tuple(tally.notes())  # carried on by what is measured with these zones
        zones = FloodZones.from_frame(frame, columns=depths, constants=constants, limits=said)
        describe(zones.frame, limits=said)
        return zones
