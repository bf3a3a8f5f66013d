"""What the engines give back when it is more than an array."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tiGIS.network import CLOSED


@dataclass(frozen=True)
class Path:
    """
    A quickest path.

    Parameters
    ----------
    time_mmin : int
        Its time, accesses included; ``CLOSED`` when there is none.
    arcs : array of int64
        The arcs of the network that it follows, in order: numbers as in the arrays given to `Router`.
    start, end : int
        The entries used in the sets of nodes of the origin and of the destination (positions in
        ``origin.node`` and ``destination.node``); -1 when there is no path.
    """

    time_mmin: int
    arcs: NDArray[np.int64]
    start: int
    end: int

    @property
    def exists(self) -> bool:
        """Whether there is a path at all."""
        return self.time_mmin < CLOSED


NO_PATH = Path(CLOSED, np.empty(0, np.int64), -1, -1)
