"""How a point reaches a network that is too coarse to have a road everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS._errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class AccessLeg:
    """How a point beyond the network reaches it: straight distance times a detour factor, at one speed.

    Parameters
    ----------
    speed_kmh : float
        Speed on the way to the network.
    detour : float
        Road distance over straight distance, at least 1.
    nodes : int
        How many of the nearest nodes may be reached this way too, beside the nearest place on a road: on a
        coarse network the way north does not start southwards.
    direct_km : float
        Points nearer to each other than this may be joined this way, without the network.

    Examples
    --------
    >>> float(AccessLeg(speed_kmh=30, detour=1.5).minutes(1000))
    3.0
    """

    speed_kmh: float
    detour: float = 1.0
    nodes: int = 0
    direct_km: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.speed_kmh) and self.speed_kmh > 0):
            raise InputError(f"access leg: speed_kmh is {self.speed_kmh}; expected a positive number.")
        if not (np.isfinite(self.detour) and self.detour >= 1):
            raise InputError(f"access leg: detour is {self.detour}; expected a number of at least 1.")
        if not (self.nodes >= 0 and np.isfinite(self.direct_km) and self.direct_km >= 0):
            raise InputError(
                f"access leg: nodes is {self.nodes}, direct_km {self.direct_km}; expected 0 or more of each."
            )

    def minutes(self, distance_m: ArrayLike) -> Any:
        """Minutes for a straight distance in metres."""
        return np.asarray(distance_m) * (self.detour * 0.06 / self.speed_kmh)
