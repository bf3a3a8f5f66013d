"""New times for the arcs of a network: by speed, by a factor, by closing some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tiGIS._errors import InputError
from tiGIS.network._roads import CLOSED

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tiGIS.network._road_network import RoadNetwork


def checked_times(time_mmin: ArrayLike, n_arcs: int) -> NDArray[np.int32]:
    """Check that these are whole milliminutes, one an arc."""
    times = np.asarray(time_mmin)
    if times.shape != (n_arcs,):
        raise InputError(f"with_times: shape is {times.shape}; expected one time an arc, ({n_arcs},).")
    if times.dtype.kind not in "iu":
        raise InputError(
            f"with_times: times are {times.dtype}; expected whole milliminutes (np.rint(minutes * 1000))."
        )
    if times.size and (times.min() < 0 or times.max() > CLOSED):
        raise InputError(f"with_times: times go from {times.min()} to {times.max()}; expected 0 to {CLOSED}.")
    return times.astype(np.int32)


def reweighted(
    network: RoadNetwork, speed_kmh: ArrayLike | None, factor: ArrayLike | None, closed: ArrayLike | None
) -> NDArray[np.int32]:
    """Give the times that `RoadNetwork.reweight` documents, as if no road were closed by `close`."""
    times = network.open_mmin.astype(np.float64)
    if speed_kmh is not None:
        speed = _one_an_arc(network, speed_kmh, "speed_kmh")
        told = ~np.isnan(speed)
        if not (np.isfinite(speed[told]).all() and (speed[told] > 0).all()):
            raise InputError("reweight: speed_kmh holds values that are not positive numbers.")
        times[told] = network.length_m[told] * 60.0 / speed[told]
    shut = network.open_mmin == CLOSED
    if factor is not None:
        factors = _one_an_arc(network, factor, "factor")
        if not (np.isfinite(factors).all() and (factors > 0).all()):
            raise InputError("reweight: factor holds values that are not positive numbers.")
        times *= factors
    if closed is not None:
        shut = shut | _one_an_arc(network, closed, "closed").astype(bool)
    if (times[~shut] >= CLOSED).any():
        raise InputError("reweight: some arc would take longer than two years; check the units.")
    whole = np.rint(times.clip(max=CLOSED)).astype(np.int64)
    whole[shut] = CLOSED
    return whole.astype(np.int32)


def _one_an_arc(network: RoadNetwork, values: ArrayLike, name: str) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim and given.shape != (network.n_arcs,):
        raise InputError(
            f"reweight: {name} has shape {given.shape}; expected ({network.n_arcs},) or one number."
        )
    return np.broadcast_to(given, (network.n_arcs,))
