"""Minutes straight from a network, by blocks: measures read them as they read a table, without holding it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS.accessibility.minutes import aligned
from tiGIS.provenance import inherit

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork


class NetworkTimes:
    """Minutes from people to places over a network, worked out by blocks each time that they are read.

    Give it to any measure in place of a table: the result is the same, and the table is never held whole
    (except by ``time_to_reach(..., direction="from")``, which says so).

    Parameters
    ----------
    network : RoadNetwork
        The network.
    origins : GeoDataFrame or GeoSeries
        Where people are: the rows.
    destinations : GeoDataFrame or GeoSeries
        Places: the columns.
    cutoff_min : float, optional
        Longer drives are left unreachable, which spares work: the longest that the measure looks at.
    block : int, optional
        Origins at once.
    intrazonal_min : Series, optional
        Minutes within each place, for the labels that are both an origin and a destination (see
        :func:`intrazonal_minutes`); they take the place of the 0 that a network gives from a point to itself.
    **options : Any
        Further options of ``tiGIS.routing.iter_travel_times``.

    Attributes
    ----------
    index, columns : Index
        Labels of the people and of the places.
    attrs : dict
        What the minutes say of themselves: from the network, once they have been read.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> import pandas as pd
    >>> from tiGIS import network_from_lines
    >>> from tiGIS.accessibility import cumulative
    >>> road = gpd.GeoDataFrame({"kmh": [60.0]}, geometry=[shapely.LineString([(0, 0), (9000, 0)])], crs=2154)
    >>> network = network_from_lines(road, speed="kmh")
    >>> people = gpd.GeoSeries.from_xy([1000, 8000], [0, 0], index=["a", "b"], crs=2154)
    >>> plants = gpd.GeoSeries.from_xy([3000], [0], index=["plant"], crs=2154)
    >>> cumulative(NetworkTimes(network, people, plants), pd.Series({"plant": 40}), 3).tolist()
    [40.0, 0.0]
    """

    def __init__(
        self,
        network: RoadNetwork,
        origins: gpd.GeoDataFrame | gpd.GeoSeries,
        destinations: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        cutoff_min: float | None = None,
        block: int | None = None,
        intrazonal_min: pd.Series | None = None,
        **options: Any,
    ) -> None:
        if not len(origins) or not len(destinations):
            raise InputError(
                f"NetworkTimes: {len(origins)} origins, {len(destinations)} destinations; expected some of "
                "each."
            )
        self.network, self.origins, self.destinations = network, origins, destinations
        self.index, self.columns = origins.index, destinations.index
        self.attrs: Any = {}
        self._own: tuple[np.ndarray, np.ndarray] | None = None
        if intrazonal_min is not None:
            own = self.columns.get_indexer(self.index)
            here = self.index[own >= 0]
            within = aligned(intrazonal_min.reindex(here), here, "intrazonal_min", whose="places")
            minutes = np.full(len(own), np.nan)
            minutes[own >= 0] = within
            self._own = own, minutes
        self._options = {"cutoff_min": cutoff_min, "block": block, **options}

    def blocks(self) -> Iterator[pd.DataFrame]:
        """Give the minutes by blocks of rows.

        Yields
        ------
        DataFrame
            Minutes for the next origins.
        """
        from tiGIS.routing import iter_travel_times

        start = 0
        for block in iter_travel_times(self.network, self.origins, self.destinations, **self._options):
            self.attrs = dict(block.attrs)
            rows = slice(start, start + len(block))
            start = rows.stop
            yield block if self._own is None else _with_own(block, *(part[rows] for part in self._own))


def _with_own(block: pd.DataFrame, own: np.ndarray, minutes: np.ndarray) -> pd.DataFrame:
    """Put minutes in the cell of each row's own column (-1: it has none)."""
    here = np.flatnonzero(own >= 0)
    values = block.to_numpy(dtype=np.float64, copy=True)
    values[here, own[here]] = minutes[here]
    filled = pd.DataFrame(values, index=block.index, columns=block.columns)
    return inherit(filled, block)
