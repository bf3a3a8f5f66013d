"""A network with times on its arcs, and the questions that it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tiGIS._errors import InputError
from tiGIS.network import CLOSED
from tiGIS.routing._graph import Weights
from tiGIS.routing._reference import ReferenceEngine
from tiGIS.routing._results import Path
from tiGIS.routing._terminals import Terminals
from tiGIS.routing._units import CENTIMETRES

if TYPE_CHECKING:
    from tiGIS.routing._compiled import CompiledEngine, Search
    from tiGIS.routing._router import Router

Direction = Literal["from", "to"]

BLOCK_BYTES = 128 * 2**20
"""How much one block of a matrix may hold when `WeightedRouter.iter_matrix` chooses its size."""


class WeightedRouter:
    """
    A network with times on its arcs: it answers all questions about quickest paths.

    Made by `Router.with_weights`. Times are whole milliminutes (int32), ``CLOSED`` where there is no way
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
        self._searches: dict[Direction, Search] = {}

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
        return time, np.where(time >= CLOSED, np.nan, cm / CENTIMETRES)

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
        return self._search(direction).tree(origin, _checked_cutoff(cutoff_mmin))

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
        _check_direction(direction)
        if self._engine is None:
            self._engine = self.router._engine_with(self.weights)
        return self._engine.reversed() if direction == "to" else self._engine

    def _search(self, direction: Direction) -> ReferenceEngine | Search:
        """Choose what searches from one origin: the compiled code does without a hierarchy."""
        _check_direction(direction)
        compiled = self.router._compiled()
        if compiled is None:
            return cast("ReferenceEngine", self._backend(direction))
        if direction not in self._searches:
            backward = direction == "to"
            self._searches[direction] = compiled.Search(self.router.graph, self.weights, backward=backward)
        return self._searches[direction]

    def _require(self, **ends: Terminals) -> None:
        for name, terminals in ends.items():
            self.router.graph.require_nodes(terminals, name)


def _check_direction(direction: str) -> None:
    if direction not in ("from", "to"):
        raise InputError(f"direction: {direction!r}; expected 'from' or 'to'.")


def _require_one(ends: Terminals, name: str) -> None:
    if len(ends) != 1:
        raise InputError(f"{name}: {len(ends)} points; expected exactly one.")


def _checked_cutoff(cutoff_mmin: int | None) -> int:
    """Check a cutoff; none is the longest time there is."""
    if cutoff_mmin is None:
        return CLOSED - 1
    if not cutoff_mmin >= 0:
        raise InputError(f"cutoff: {cutoff_mmin} milliminutes; expected 0 or more.")
    return int(min(cutoff_mmin, CLOSED - 1))
