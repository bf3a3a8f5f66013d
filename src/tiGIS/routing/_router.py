"""The face of the engine: one object for a network, one for each weighting of it.

`Router` knows the topology. ``router.with_weights(...)`` gives a `WeightedRouter`, which answers; another
weighting (a flood, a faster road) reuses what was prepared from the topology. All is plain arrays, whole
milliminutes, nodes by number: `Terminals` says where trips start and end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tiGIS._errors import InputError
from tiGIS.routing._available import UNUSABLE, load_compiled, warn_once
from tiGIS.routing._graph import Graph, Weights, checked_graph
from tiGIS.routing._reference import ReferenceEngine
from tiGIS.routing._results import Path
from tiGIS.routing._terminals import (
    CENTIMETRES,
    UNREACHABLE,
    Terminals,
    whole_centimetres,
    whole_milliminutes,
)

if TYPE_CHECKING:
    from tiGIS.routing._compiled import CompiledEngine
    from tiGIS.routing._elimination import Hierarchy

Direction = Literal["from", "to"]

SMALL = 10_000
"""Below so many nodes and arcs together, scipy answers before the compiled engine is even loaded."""

BLOCK_BYTES = 128 * 2**20
"""How much one block of a matrix may hold when `WeightedRouter.iter_matrix` chooses its size."""


class Router:
    """
    The topology of a network, ready to take weights.

    Parameters
    ----------
    n_nodes : int
        Number of nodes; 0 is allowed.
    x, y : array-like of float, shape (n_nodes,)
        Coordinates in metres. They only guide the preparation: results don't depend on them.
    tail, head : array-like of int, shape (n_arcs,)
        Each arc goes from ``tail`` to ``head``; a street open both ways is two arcs. Loops, parallel arcs and
        disconnected parts are allowed.
    threads : int, optional
        Number of threads of the calls made through this object; all cores by default.
    engine : {"auto", "compiled", "scipy"}
        "auto" takes scipy for small graphs and where numba doesn't work, the compiled engine elsewhere.

    Raises
    ------
    InputError
        If an arc ends on a node that isn't there, or the arrays don't fit together.

    Examples
    --------
    Three villages on a one-way ring, one minute from each to the next:

    >>> ring = Router(3, x=[0, 1, 0], y=[0, 0, 1], tail=[0, 1, 2], head=[1, 2, 0])
    >>> times = ring.with_weights([60_000, 60_000, 60_000])
    >>> villages = Terminals.at_nodes([0, 1, 2])
    >>> times.matrix(villages, villages) // 60_000
    array([[0, 1, 2],
           [2, 0, 1],
           [1, 2, 0]], dtype=int32)
    """

    def __init__(
        self,
        n_nodes: int,
        x: ArrayLike,
        y: ArrayLike,
        tail: ArrayLike,
        head: ArrayLike,
        *,
        threads: int | None = None,
        engine: Literal["auto", "compiled", "scipy"] = "auto",
    ) -> None:
        self.graph: Graph = checked_graph(n_nodes, x, y, tail, head)
        self.threads = _checked_threads(threads)
        self._engine = engine
        self._hierarchy: Hierarchy | None = None

    def with_weights(self, weight_mmin: ArrayLike, length_m: ArrayLike | None = None) -> WeightedRouter:
        """
        Give each arc a time, and optionally a length.

        Parameters
        ----------
        weight_mmin : array-like, shape (n_arcs,)
            Times in milliminutes, 0 or more, rounded to whole ones. ``UNREACHABLE`` or more closes the arc.
        length_m : array-like of float, shape (n_arcs,), optional
            Lengths in metres, for `WeightedRouter.matrix_with_lengths`. Any other quantity of arcs, 0 or
            more, will do in their place.

        Returns
        -------
        WeightedRouter
            It leaves this object and the weightings given before as they are.

        Raises
        ------
        InputError
            If a time is negative, NaN or infinite, or there isn't one per arc.
        """
        mmin = whole_milliminutes(weight_mmin, "weight_mmin", self.graph.n_arcs)
        cm = None if length_m is None else whole_centimetres(length_m, "length_m", self.graph.n_arcs)
        return WeightedRouter(self, Weights(mmin, cm))

    def _engine_with(self, weights: Weights) -> ReferenceEngine | CompiledEngine:
        """Make the engine of a weighting: the hierarchy is built for the first one, and kept."""
        compiled = self._compiled()
        if compiled is None:
            return ReferenceEngine(self.graph, weights)
        if self._hierarchy is None:
            self._hierarchy = compiled.build_hierarchy(self.graph, self.threads)
        return compiled.CompiledEngine(self.graph, self._hierarchy, weights, self.threads)

    def _compiled(self) -> ModuleType | None:
        """Load the compiled engine if it is wanted and works here."""
        small = self.graph.n_nodes + self.graph.n_arcs < SMALL
        if self._engine == "scipy" or (self._engine == "auto" and small):
            return None
        try:
            return load_compiled()
        except UNUSABLE as error:
            if self._engine == "compiled":
                raise
            warn_once(error)
            return None


class WeightedRouter:
    """
    A network with times on its arcs: it answers all questions about quickest paths.

    Made by `Router.with_weights`. Times are whole milliminutes (int32), ``UNREACHABLE`` where there is no way
    or the cutoff is passed; a time equal to the cutoff is within it. ``direction="from"`` asks for times from
    the origin to the other end, ``"to"`` for times from the other end to the origin.

    Parameters
    ----------
    router : Router
        The topology.
    weights : Weights
        The times, and lengths where they are known.
    """

    def __init__(self, router: Router, weights: Weights) -> None:
        self.router = router
        self.weights = weights
        self._engine: ReferenceEngine | CompiledEngine | None = None

    def matrix(
        self,
        origins: Terminals,
        destinations: Terminals,
        cutoff_mmin: int | None = None,
    ) -> NDArray[np.int32]:
        """
        Give the times from every origin to every destination.

        Parameters
        ----------
        origins, destinations : Terminals
            Ends of the trips.
        cutoff_mmin : int, optional
            Longest time of interest; a short one makes the work shorter.

        Returns
        -------
        array of int32, shape (n_origins, n_destinations)
            Milliminutes.
        """
        self._require(origins=origins, destinations=destinations)
        return self._backend().matrix(origins, destinations, _checked_cutoff(cutoff_mmin))

    def matrix_with_lengths(
        self,
        origins: Terminals,
        destinations: Terminals,
        cutoff_mmin: int | None = None,
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """
        Give the times, and the lengths of the quickest paths.

        Parameters
        ----------
        origins, destinations : Terminals
            Ends of the trips; their ``offset_m`` count.
        cutoff_mmin : int, optional
            Longest time of interest.

        Returns
        -------
        time_mmin : array of int32, shape (n_origins, n_destinations)
            Milliminutes.
        length_m : array of float64, same shape
            Metres, each arc rounded to the centimetre; NaN where unreachable. Where several paths are as
            quick, the shortest of them.

        Raises
        ------
        InputError
            If the weighting was made without lengths.
        """
        self._require(origins=origins, destinations=destinations)
        if self.weights.cm is None:
            raise InputError("lengths: the weighting has none; give them to with_weights(..., length_m=...).")
        time, cm = self._backend().matrix_with_lengths(origins, destinations, _checked_cutoff(cutoff_mmin))
        return time, np.where(time >= UNREACHABLE, np.nan, cm / CENTIMETRES)

    def iter_matrix(
        self,
        origins: Terminals,
        destinations: Terminals,
        cutoff_mmin: int | None = None,
        *,
        block: int | None = None,
    ) -> Iterator[tuple[slice, NDArray[np.int32]]]:
        """
        Give the times by blocks of origins, for matrices that don't fit in memory.

        Parameters
        ----------
        origins, destinations : Terminals
            Ends of the trips.
        cutoff_mmin : int, optional
            Longest time of interest.
        block : int, optional
            Origins in a block; by default as many as hold in 128 MB.

        Yields
        ------
        rows : slice
            The origins of the block.
        time_mmin : array of int32, shape (n_rows, n_destinations)
            Milliminutes.
        """
        self._require(origins=origins, destinations=destinations)
        if block is not None and block < 1:
            raise InputError(f"block: {block} origins; expected at least 1.")
        size = block or max(1, BLOCK_BYTES // (4 * max(1, len(destinations))))
        for rows in origins.blocks(size):
            yield rows, self.matrix(origins[rows], destinations, cutoff_mmin)

    def aggregate_within(
        self,
        origins: Terminals,
        destinations: Terminals,
        values: ArrayLike,
        cutoffs_mmin: ArrayLike,
        direction: Direction = "from",
    ) -> NDArray[np.float64]:
        """
        Sum what lies within cutoffs of each origin (people, jobs), without keeping the matrix.

        Parameters
        ----------
        origins : Terminals
            Where trips start (``direction="from"``) or end (``"to"``).
        destinations : Terminals
            Where the values are.
        values : array-like of float, shape (n_destinations,)
            What each destination holds; no NaN.
        cutoffs_mmin : array-like of int, shape (n_cutoffs,)
            Milliminutes.
        direction : {"from", "to"}
            Times from the origins, or to them.

        Returns
        -------
        array of float64, shape (n_origins, n_cutoffs)
            Sums, 0 where nothing is within reach.
        """
        self._require(origins=origins, destinations=destinations)
        held = np.asarray(values, dtype=np.float64)
        if held.shape != (len(destinations),):
            raise InputError(f"values: shape is {held.shape}; expected ({len(destinations)},).")
        if not np.all(np.isfinite(held)):
            raise InputError("values: NaN or infinite; say first what an unknown value counts for.")
        cutoffs = np.atleast_1d(np.asarray(cutoffs_mmin))
        if cutoffs.ndim != 1 or not cutoffs.size:
            raise InputError(f"cutoffs_mmin: shape is {cutoffs.shape}; expected one or more times.")
        limits = np.array([_checked_cutoff(cutoff) for cutoff in cutoffs], dtype=np.int32)
        return self._backend(direction).aggregate_within(origins, destinations, held, limits)

    def nearest(
        self,
        origins: Terminals,
        facilities: Terminals,
        k: int = 1,
        cutoff_mmin: int | None = None,
        direction: Direction = "from",
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """
        Find the k nearest facilities of each origin, in time.

        Parameters
        ----------
        origins, facilities : Terminals
            People and what they go to.
        k : int
            How many facilities.
        cutoff_mmin : int, optional
            Longest time of interest.
        direction : {"from", "to"}
            Times from the origins to the facilities, or the other way (an ambulance).

        Returns
        -------
        which : array of int32, shape (n_origins, k)
            Facilities by number, nearest first; equal times in the order of the numbers; -1 where there is
            none.
        time_mmin : array of int32, same shape
            Milliminutes.
        """
        self._require(origins=origins, facilities=facilities)
        if k < 1:
            raise InputError(f"k: {k} facilities asked for; expected at least 1.")
        return self._backend(direction).nearest(origins, facilities, int(k), _checked_cutoff(cutoff_mmin))

    def tree(
        self, origin: Terminals, cutoff_mmin: int | None = None, direction: Direction = "from"
    ) -> NDArray[np.int32]:
        """
        Give the times between one origin and every node (what an isochrone is drawn from).

        Parameters
        ----------
        origin : Terminals
            Exactly one point (its set may hold many nodes).
        cutoff_mmin : int, optional
            Longest time of interest: the search stops there.
        direction : {"from", "to"}
            Times from the origin, or to it.

        Returns
        -------
        array of int32, shape (n_nodes,)
            Milliminutes.
        """
        _require_one(origin, "origin")
        self._require(origin=origin)
        return self._backend(direction).tree(origin, _checked_cutoff(cutoff_mmin))

    def path(self, origin: Terminals, destination: Terminals) -> Path:
        """
        Find a quickest path between two ends, as the arcs of the network.

        Parameters
        ----------
        origin, destination : Terminals
            Exactly one point each.

        Returns
        -------
        Path
            The shortest of the quickest paths, if the weighting has lengths; ``path.exists`` is False where
            there is no way.
        """
        _require_one(origin, "origin")
        _require_one(destination, "destination")
        self._require(origin=origin, destination=destination)
        return self._backend().path(origin, destination)

    def _backend(self, direction: Direction = "from") -> ReferenceEngine | CompiledEngine:
        """Choose the engine."""
        if direction not in ("from", "to"):
            raise InputError(f"direction: {direction!r}; expected 'from' or 'to'.")
        if self._engine is None:
            self._engine = self.router._engine_with(self.weights)
        return self._engine.reversed() if direction == "to" else self._engine

    def _require(self, **ends: Terminals) -> None:
        for name, terminals in ends.items():
            self.router.graph.require_nodes(terminals, name)


def _require_one(ends: Terminals, name: str) -> None:
    if len(ends) != 1:
        raise InputError(f"{name}: {len(ends)} points; expected exactly one.")


def _checked_cutoff(cutoff_mmin: int | None) -> int:
    """Check a cutoff; none is the longest time there is."""
    if cutoff_mmin is None:
        return UNREACHABLE - 1
    if not cutoff_mmin >= 0:
        raise InputError(f"cutoff: {cutoff_mmin} milliminutes; expected 0 or more.")
    return int(min(cutoff_mmin, UNREACHABLE - 1))


def _checked_threads(threads: int | None) -> int:
    if threads is None:
        return os.cpu_count() or 1
    if threads < 1:
        raise InputError(f"threads: {threads}; expected at least 1, or None for all cores.")
    return int(threads)
