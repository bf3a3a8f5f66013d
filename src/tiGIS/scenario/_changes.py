"""The changes that a scenario is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS._validate import require_columns, require_crs, shown
from tiGIS.scenario._corridors import corridor_by_points, edges_by_lines, nearest_node, with_edge

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork

Facilities = Mapping[str, "gpd.GeoDataFrame"]


class Change(Protocol):
    """One change of a scenario."""

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give the network after the change."""

    def on_facilities(self, facilities: Facilities) -> Facilities:
        """Give the facilities after the change."""


@dataclass(frozen=True)
class _NetworkChange:
    """A change that leaves facilities as they are."""

    def on_facilities(self, facilities: Facilities) -> Facilities:
        """Give the same facilities."""
        return facilities


@dataclass(frozen=True)
class RoadUpgrade(_NetworkChange):
    """A corridor raised to a higher speed; a road that is already faster keeps its own.

    Parameters
    ----------
    speed_kmh : float
        Mean speed after the works (about 100 on a 2x2 road that is limited to 110).
    along : GeoDataFrame or GeoSeries
        The corridor: points, joined in their order by the quickest way (a coarse network), the first and
        the last anywhere along an edge; or lines, which take the roads that lie within ``within_m`` of them
        for most of their length. Any CRS.
    within_m : float, default 30
        For lines; 5 is enough for lines of the network's own source, and leaves side streets out.
    most_detour : float, default 2
        For points: the way found must not be longer than this many times the straight lines, else it strays.
    """

    speed_kmh: float
    along: Any
    within_m: float = 30.0
    most_detour: float = 2.0

    __repr__ = short_repr

    def corridor(self, network: RoadNetwork) -> pd.Series:
        """Find the edges of the corridor, and the share of each that it takes.

        Parameters
        ----------
        network : RoadNetwork
            The network.

        Returns
        -------
        Series
            By number of edge, sorted: more than 0, 1 where the whole edge is taken. By points, the first and
            the last edge may be taken in part; by lines, an edge is taken whole or not at all.
        """
        import shapely

        require_crs(self.along, "along")
        geometry = self.along.geometry.to_crs(network.crs)
        kinds = set(shapely.get_dimensions(np.asarray(geometry.array)).tolist())
        if kinds == {0}:
            shares = corridor_by_points(network, self.along, self.most_detour)
        elif kinds == {1}:
            shares = dict.fromkeys(edges_by_lines(network, geometry, self.within_m).tolist(), 1.0)
        else:
            raise InputError("along: expected points only, or lines only.")
        index = pd.Index(list(shares), dtype=np.int64, name="edge")
        return pd.Series(list(shares.values()), index=index, name="share", dtype=np.float64)

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give the network with the corridor at its new speed."""
        if not np.isfinite(self.speed_kmh) or self.speed_kmh <= 0:
            raise InputError(f"speed_kmh: {self.speed_kmh}; expected a number above 0.")
        corridor = self.corridor(network)
        share = np.zeros(network.roads.n_edges)
        share[corridor.index] = corridor
        share = share[network.arc_edge]
        slower = (share > 0) & (network.speed_kmh < self.speed_kmh) & (network.speed_kmh > 0)
        # the part taken goes at the new speed, the rest of the edge as before
        speed = np.where(slower, network.speed_kmh, self.speed_kmh)
        return network.reweight(factor=1 - share + share * speed / self.speed_kmh)


def lines_by_ref(lines: gpd.GeoDataFrame, ref: str, *, column: str = "ref") -> gpd.GeoSeries:
    """Pick the lines of a road by its number, for ``RoadUpgrade(along=...)``.

    Parameters
    ----------
    lines : GeoDataFrame
        Roads as the source writes them, with a column of numbers; several may be joined by ``;``.
    ref : str
        The number, whatever its spaces and case: ``"N106"`` finds ``"N 106"``.
    column : str, default "ref"
        The column.

    Returns
    -------
    GeoSeries
        The lines.
    """
    require_columns(lines, [column], "lines")
    wanted = ref.replace(" ", "").upper()
    numbers = lines[column].fillna("").astype(str).str.replace(" ", "").str.upper().str.split(";")
    found = lines.geometry[[wanted in each for each in numbers]]
    if not len(found):
        raise InputError(f"ref: no road {ref!r} among {len(lines)} lines; check the number and the column.")
    return found


@dataclass(frozen=True)
class RoadClosure(_NetworkChange):
    """Roads that nothing goes through: all that cross an area, or edges by their numbers.

    Who lives on a road that an area crosses still leaves by the side that is open, as in a flood.

    Parameters
    ----------
    area : GeoDataFrame or GeoSeries, optional
        Polygons, or lines drawn across roads, in any CRS. A road that only brushes a polygon stays open.
    edges : sequence of int, optional
        Numbers of edges (the index of ``network.edges()``), closed from end to end.
    spare : sequence of str, default ("bridge", "tunnel")
        Pieces of road with these qualities stay open inside the area (what lies under or over them is cut).
    """

    area: Any = None
    edges: Sequence[int] = ()
    spare: Sequence[str] = ("bridge", "tunnel")

    __repr__ = short_repr

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give the network without these roads."""
        from tiGIS.network import FLAGS, closures_in

        if self.area is None and not len(self.edges):
            raise InputError("RoadClosure: neither area nor edges; expected one of them.")
        odd = [quality for quality in self.spare if quality not in FLAGS]
        if odd:
            raise InputError(f"spare: no quality {shown(odd)}; expected {', '.join(FLAGS)}.")
        if len(self.edges):
            network = network.close(self.edges)
        if self.area is None:
            return network
        require_crs(self.area, "area")
        ground = np.asarray(self.area.geometry.to_crs(network.crs).array)
        spared = sum(FLAGS[quality] for quality in set(self.spare))
        closures, _ = closures_in(network, ground, (network.roads.flags & spared) == 0)
        return network.close(closures)


@dataclass(frozen=True)
class NewRoad(_NetworkChange):
    """A road that is not there yet, open both ways, joined to the network at its two ends.

    Parameters
    ----------
    line : GeoSeries
        One line, in any CRS.
    speed_kmh : float
        Mean speed.
    within_m : float, default 500
        How far its ends may be from a junction.
    """

    line: Any
    speed_kmh: float
    within_m: float = 500.0

    __repr__ = short_repr

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give a network with the road."""
        require_crs(self.line, "line")
        if len(self.line) != 1 or self.line.geom_type.iloc[0] != "LineString":
            raise InputError("line: expected exactly one line (LineString).")
        if not np.isfinite(self.speed_kmh) or self.speed_kmh <= 0:
            raise InputError(f"speed_kmh: {self.speed_kmh}; expected a number above 0.")
        drawn = self.line.to_crs(network.crs).iloc[0]
        ends = [nearest_node(network, drawn.coords[end], self.within_m) for end in (0, -1)]
        return with_edge(network, ends[0], ends[1], np.asarray(drawn.coords)[:, :2], self.speed_kmh)


@dataclass(frozen=True)
class NewFacility:
    """Facilities that open.

    Parameters
    ----------
    kind : str
        Which facilities they join (a key of the mapping given to ``compare``).
    points : GeoDataFrame
        Where; its labels must be new.
    """

    kind: str
    points: Any

    __repr__ = short_repr

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give the same network."""
        return network

    def on_facilities(self, facilities: Facilities) -> Facilities:
        """Give the facilities with the new ones."""
        if self.kind not in facilities:
            raise InputError(f"kind: no facilities {self.kind!r}; there are {shown(facilities)}.")
        require_crs(self.points, "points")
        before = facilities[self.kind]
        again = before.index.intersection(self.points.index)
        if len(again):
            raise InputError(f"points: {shown(again)} are there already; give new labels.")
        both = pd.concat([before[["geometry"]], self.points.to_crs(before.crs)[["geometry"]]])
        return {**facilities, self.kind: both}


@dataclass(frozen=True)
class Speed(_NetworkChange):
    """Slower or faster driving: a factor on speeds, by class of road, at some hours or always.

    Parameters
    ----------
    factor : float or mapping
        What speeds are multiplied by, for all roads or by class (``tiGIS.network.ROAD_CLASSES``); classes
        left out keep theirs.
    hours : tuple of float, optional
        From and to, in hours of the day; the end is left out. Without it, always.
    most_kmh : float, optional
        No faster than this (lorries: 80).
    """

    factor: float | Mapping[str, float] = 1.0
    hours: tuple[float, float] | None = None
    most_kmh: float | None = None

    def on_network(self, network: RoadNetwork, hour: float | None) -> RoadNetwork:
        """Give the network at these speeds, if the hour is one of them."""
        from tiGIS.network import ROAD_CLASSES

        if self.hours is not None and (hour is None or not self.hours[0] <= hour < self.hours[1]):
            return network
        factors = np.ones(len(ROAD_CLASSES))
        if isinstance(self.factor, Mapping):
            odd = [name for name in self.factor if name not in ROAD_CLASSES]
            if odd:
                raise InputError(f"factor: no class {shown(odd)}; expected {', '.join(ROAD_CLASSES)}.")
            for name, value in self.factor.items():
                factors[ROAD_CLASSES.index(name)] = value
        else:
            factors[:] = self.factor
        if not np.isfinite(factors).all() or (factors <= 0).any():
            raise InputError(f"factor: {self.factor}; expected numbers above 0.")
        slowed = network.reweight(factor=1 / factors[network.road_class])
        if self.most_kmh is None:
            return slowed
        if not np.isfinite(self.most_kmh) or self.most_kmh <= 0:
            raise InputError(f"most_kmh: {self.most_kmh}; expected a number above 0.")
        return slowed.reweight(speed_kmh=np.where(slowed.speed_kmh > self.most_kmh, self.most_kmh, np.nan))
