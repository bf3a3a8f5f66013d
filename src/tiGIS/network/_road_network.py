"""The road network: immutable arrays, shared between weightings."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from tiGIS._errors import InputError
from tiGIS.network._access_leg import AccessLeg
from tiGIS.network._closures import Closures, closures_of
from tiGIS.network._road_classes import ROAD_CLASSES
from tiGIS.network._roads import CLOSED, FLAGS, Roads, Topology, frozen

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from tiGIS.network._closures import Closed


class RoadNetwork:
    """A road network that cars can be routed on; immutable, and cheap to give other times to.

    Build one with `read_roads`, `read_osm_pbf`, `network_from_lines` or `load_interurban_network`. Arcs are
    sorted by tail; two-way roads have two arcs. All arrays are read-only. Lengths are measured on the map, in
    the CRS of the network: in Lambert-93 they are within 3 per mille of those on the ground.

    Parameters
    ----------
    topology : Topology
        Nodes and arcs.
    roads : Roads
        The roads that the arcs run along.
    x, y : numpy.ndarray
        Coordinates of the nodes, in metres of ``crs``.
    arc_edge : numpy.ndarray
        Edge of each arc.
    arc_forward : numpy.ndarray
        Whether the arc runs along its edge's line, or against it.
    time_mmin : numpy.ndarray
        Thousandths of a minute, int32; ``CLOSED`` where nothing goes through.
    crs : Any
        A projected CRS in metres.
    metadata : Mapping
        What the network says of itself: ``sources`` and ``limits`` (French and English notes), ``report`` of
        the reading, ``max_snap_m``, ``access`` (an `AccessLeg` or None).
    closures : Closures, optional
        Stretches of road that are closed (`close`): ``time_mmin`` is then ``CLOSED`` on their arcs, and
        ``open_mmin`` keeps the times given, for those who leave by the side of a road that is open.

    Attributes
    ----------
    n_nodes, n_arcs : int
        Numbers of nodes and arcs.
    tail, head : numpy.ndarray
        Ends of the arcs, int32.
    length_m : numpy.ndarray
        Length of the arcs in metres.
    speed_kmh : numpy.ndarray
        Mean speed on the arcs (0 where closed).
    road_class : numpy.ndarray
        Class that holds most of the arc's length, as a position in ``ROAD_CLASSES``.
    flags : numpy.ndarray
        Bits of ``FLAGS``: set where some piece of the arc has the quality.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> roads = gpd.GeoDataFrame(
    ...     {"kmh": [60.0, 30.0]},
    ...     geometry=[shapely.LineString([(0, 0), (1000, 0)]), shapely.LineString([(1000, 0), (1000, 500)])],
    ...     crs=2154,
    ... )
    >>> network = network_from_lines(roads, speed="kmh")
    >>> network
    RoadNetwork(2 nodes, 2 arcs, 1.5 km of roads, EPSG:2154)
    """

    def __init__(
        self,
        topology: Topology,
        roads: Roads,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        arc_edge: NDArray[np.int32],
        arc_forward: NDArray[np.bool_],
        time_mmin: NDArray[np.int32],
        crs: Any,
        metadata: Mapping[str, Any] | None = None,
        closures: Closures | None = None,
    ) -> None:
        self.topology = topology
        self.roads = roads
        self.x, self.y = frozen(x), frozen(y)
        self.arc_edge, self.arc_forward = frozen(arc_edge), frozen(arc_forward)
        self.open_mmin = self.time_mmin = frozen(time_mmin)
        self.closures = closures
        if closures is not None:
            self.time_mmin = frozen(np.where(closures.edges[arc_edge], np.int32(CLOSED), time_mmin))
        self.crs = pyproj.CRS.from_user_input(crs)
        self._metadata = dict(metadata or {})
        for array in (topology.tail, topology.head):
            frozen(array)

    def __repr__(self) -> str:
        name = self.crs.to_string() if self.crs.to_epsg() is None else f"EPSG:{self.crs.to_epsg()}"
        return (
            f"RoadNetwork({self.n_nodes:,} nodes, {self.n_arcs:,} arcs, "
            f"{self.roads.length_m.sum() / 1000:,.1f} km of roads, {name})"
        )

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.topology.n_nodes

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return self.topology.n_arcs

    @property
    def tail(self) -> NDArray[np.int32]:
        """Node that each arc leaves."""
        return self.topology.tail

    @property
    def head(self) -> NDArray[np.int32]:
        """Node that each arc reaches."""
        return self.topology.head

    @property
    def metadata(self) -> dict[str, Any]:
        """What the network says of itself (a copy)."""
        return deepcopy(self._metadata)

    @property
    def access(self) -> AccessLeg | None:
        """How points reach the network, where it is too coarse to have a road everywhere."""
        leg = self._metadata.get("access")
        return AccessLeg(**leg) if leg else None

    @property
    def max_snap_m(self) -> float:
        """How far from a road a point may be, in metres."""
        return float(self._metadata.get("max_snap_m", 2000.0))

    @cached_property
    def length_m(self) -> NDArray[np.float64]:
        """Length of the arcs in metres."""
        return frozen(self.roads.edge_length_m[self.arc_edge])

    @cached_property
    def speed_kmh(self) -> NDArray[np.float64]:
        """Mean speed on the arcs; 0 where closed, infinite where the rounded time is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = np.where(self.length_m > 0, self.length_m * 60.0 / self.time_mmin, 0.0)
        return frozen(np.where(self.time_mmin == CLOSED, 0.0, speed))

    @cached_property
    def road_class(self) -> NDArray[np.int8]:
        """Class that holds most of each arc's length."""
        roads = self.roads
        by_class = np.zeros((roads.n_edges, len(ROAD_CLASSES)))
        np.add.at(by_class, (roads.edge_of_piece, roads.road_class.astype(np.int64)), roads.length_m)
        return frozen(by_class.argmax(axis=1).astype(np.int8)[self.arc_edge])

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """Qualities of the arcs, as bits of ``FLAGS``."""
        roads = self.roads
        if not roads.n_edges:
            return np.empty(0, dtype=np.uint8)
        return frozen(np.bitwise_or.reduceat(roads.flags, roads.first_piece[:-1])[self.arc_edge])

    @cached_property
    def node_tree(self) -> Any:
        """Spatial index of the nodes."""
        from scipy.spatial import cKDTree

        return cKDTree(np.column_stack([self.x, self.y]))

    @cached_property
    def times_of_edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Milliminutes along each edge and against it; ``CLOSED`` where there is no arc."""
        return self._by_edge(self.time_mmin)

    @cached_property
    def open_times_of_edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same as if no road were closed by `close`."""
        return self.times_of_edges if self.closures is None else self._by_edge(self.open_mmin)

    def _by_edge(self, time_mmin: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        both = []
        for where in (self.arc_forward, ~self.arc_forward):
            times = np.full(self.roads.n_edges, CLOSED, dtype=np.int64)
            times[self.arc_edge[where]] = time_mmin[where]
            both.append(frozen(times))
        return both[0], both[1]

    def has(self, quality: str) -> NDArray[np.bool_]:
        """Tell which arcs have a quality of ``FLAGS`` (``"toll"``, ``"bridge"``...) on a part at least.

        Parameters
        ----------
        quality : str
            A key of ``FLAGS``.

        Returns
        -------
        numpy.ndarray
            One boolean an arc.
        """
        if quality not in FLAGS:
            raise InputError(f"has: no quality {quality!r}; expected one of {', '.join(FLAGS)}.")
        return (self.flags & FLAGS[quality]) != 0

    def edges(self) -> gpd.GeoDataFrame:
        """Give the roads as a table: one row an edge, with its line.

        Returns
        -------
        geopandas.GeoDataFrame
            ``tail``, ``head``, ``length_m``, ``time_min`` (before any reweighting), ``road_class``,
            ``way_id`` of the first piece, and ``geometry``; index ``edge``.
        """
        from tiGIS.network._frames import edges_of

        return edges_of(self)

    def pieces(self) -> gpd.GeoDataFrame:
        """Give the pieces that the source wrote: one row a piece, with its line and the source's words.

        Returns
        -------
        geopandas.GeoDataFrame
            ``edge``, ``way_id``, ``name_class`` (as the source wrote it), ``road_class``, ``length_m``,
            ``speed_kmh``, one boolean for each of ``FLAGS``, and ``geometry``; index ``piece``.
        """
        from tiGIS.network._frames import pieces_of

        return pieces_of(self)

    def with_times(self, time_mmin: ArrayLike) -> RoadNetwork:
        """Give the same roads other times; whatever was prepared for routing on them is used again.

        Parameters
        ----------
        time_mmin : array-like of int
            Thousandths of a minute, one an arc; ``CLOSED`` where nothing goes through. They replace those of
            roads that `close` closed, too.

        Returns
        -------
        RoadNetwork
            A network that shares everything else.

        Raises
        ------
        InputError
            Not one whole number an arc, or a negative one.
        """
        from tiGIS.network._reweight import checked_times

        return self._copy(checked_times(time_mmin, self.n_arcs), self._metadata, None)

    def reweight(
        self,
        *,
        speed_kmh: ArrayLike | None = None,
        factor: ArrayLike | None = None,
        closed: ArrayLike | None = None,
    ) -> RoadNetwork:
        """Change the times by speed, by a factor or by closing arcs.

        Parameters
        ----------
        speed_kmh : array-like, optional
            New speed for each arc; NaN leaves the arc as it is.
        factor : float or array-like, optional
            What the times are multiplied by (1.2: a fifth slower), for all arcs or one each.
        closed : array-like of bool, optional
            Arcs where nothing goes through any more.

        Returns
        -------
        RoadNetwork
            A network that shares everything else.

        Raises
        ------
        InputError
            A speed or a factor that is not positive, or an array that has not one value an arc.
        """
        from tiGIS.network._reweight import reweighted

        return self._copy(reweighted(self, speed_kmh, factor, closed), self._metadata, self.closures)

    def close(self, closed: Closed) -> RoadNetwork:
        """Close roads, both ways: nothing goes through them any more.

        Parameters
        ----------
        closed : sequence of int, or Closures
            Numbers of edges (the index of `edges`), closed from end to end; or closed stretches, whose two
            sides can still be left and reached.

        Returns
        -------
        RoadNetwork
            A network that shares everything else; what was closed before stays so.

        Raises
        ------
        InputError
            An edge that the network doesn't have.
        """
        closures = closures_of(self, closed).and_those(self.closures)
        return self._copy(self.open_mmin, self._metadata, closures)

    def with_metadata(self, **details: Any) -> RoadNetwork:
        """Give a network that says other things of itself (``access``, ``max_snap_m``, ``limits``...).

        Parameters
        ----------
        **details : Any
            Entries of ``metadata`` to set.

        Returns
        -------
        RoadNetwork
            A network that shares everything else.
        """
        return self._copy(self.open_mmin, {**self._metadata, **details}, self.closures)

    def _copy(
        self, time_mmin: NDArray[np.int32], metadata: Mapping[str, Any], closures: Closures | None
    ) -> RoadNetwork:
        return RoadNetwork(
            self.topology,
            self.roads,
            self.x,
            self.y,
            self.arc_edge,
            self.arc_forward,
            time_mmin,
            self.crs,
            metadata,
            closures,
        )

    def save(self, path: str | Path) -> Path:
        """Write the network to one ``.npz`` file; see `RoadNetwork.load`.

        Parameters
        ----------
        path : path-like
            Where; written under a temporary name first.

        Returns
        -------
        pathlib.Path
            The file.
        """
        from tiGIS.network._store import save

        return save(self, path)

    @staticmethod
    def load(path: str | Path) -> RoadNetwork:
        """Read a network that `RoadNetwork.save` wrote.

        Parameters
        ----------
        path : path-like
            The file.

        Returns
        -------
        RoadNetwork
            The same network.

        Raises
        ------
        DataFileError
            The file is absent, damaged, of another version, or not a network.
        """
        from tiGIS.network._store import load

        return load(path)
