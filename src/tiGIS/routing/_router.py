"""The topology of a network, prepared once for all its weightings.

`Router` knows the topology. ``router.with_weights(...)`` gives a `WeightedRouter`, which answers; another
weighting (a flood, a faster road) reuses what was prepared from the topology. All is plain arrays, whole
milliminutes, nodes by number: `Terminals` says where trips start and end.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from numpy.typing import ArrayLike

from tiGIS._errors import InputError
from tiGIS.routing._available import UNUSABLE, load_compiled, warn_once
from tiGIS.routing._graph import Graph, Weights, checked_graph
from tiGIS.routing._reference import ReferenceEngine
from tiGIS.routing._units import whole_centimetres, whole_milliminutes
from tiGIS.routing._weighted import WeightedRouter

if TYPE_CHECKING:
    from tiGIS.routing._compiled import CompiledEngine
    from tiGIS.routing._elimination import Hierarchy

SMALL = 10_000
"""Below so many nodes and arcs together, scipy answers before the compiled engine is even loaded."""


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

    >>> from tiGIS.routing import Router, Terminals
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
            Times in milliminutes, 0 or more, rounded to whole ones. ``CLOSED`` or more closes the arc.
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


def _checked_threads(threads: int | None) -> int:
    if threads is None:
        return os.cpu_count() or 1
    if threads < 1:
        raise InputError(f"threads: {threads}; expected at least 1, or None for all cores.")
    return int(threads)
