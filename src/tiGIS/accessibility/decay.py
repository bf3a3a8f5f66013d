"""How the weight of a place falls with the minutes that it takes to reach it.

Each function here gives a :class:`Decay`, which measures call on an array of minutes. Any function that takes
an array of minutes and gives as many weights of 0 or more does as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tiGIS._errors import InputError

DecayFunction = Callable[[np.ndarray], np.ndarray]

__all__ = [
    "Decay",
    "exponential",
    "gaussian",
    "linear",
    "logistic",
    "power",
    "step",
    "stepwise",
]


@dataclass(frozen=True)
class Decay:
    """A weight for each number of minutes, with its name for what results say of themselves.

    Parameters
    ----------
    name : str
        The formula, with its values.
    weigh : callable
        From an array of minutes to an array of weights.

    Examples
    --------
    >>> import numpy as np
    >>> from tiGIS.accessibility import decay
    >>> decay.step(30)(np.array([0.0, 30.0, 30.1])).tolist()
    [1.0, 1.0, 0.0]
    """

    name: str
    weigh: Callable[[np.ndarray], np.ndarray]

    def __call__(self, minutes: np.ndarray) -> np.ndarray:
        """Give the weights of these minutes."""
        return self.weigh(np.asarray(minutes, dtype=np.float64))


def _positive(value: float, name: str) -> float:
    if not np.isfinite(value) or value <= 0:
        raise InputError(f"{name}: {value}; expected a number above 0.")
    return float(value)


def step(cutoff_min: float) -> Decay:
    """Weigh 1 up to the cutoff (included), 0 beyond.

    Parameters
    ----------
    cutoff_min : float
        Minutes.

    Returns
    -------
    Decay
        The weights.
    """
    cutoff = _positive(cutoff_min, "cutoff_min")
    return Decay(f"step({cutoff:g} min)", lambda t: (t <= cutoff).astype(np.float64))


def linear(cutoff_min: float) -> Decay:
    """Weigh 1 at 0 minute, falling in a straight line to 0 at the cutoff.

    Parameters
    ----------
    cutoff_min : float
        Minutes.

    Returns
    -------
    Decay
        The weights.
    """
    cutoff = _positive(cutoff_min, "cutoff_min")
    return Decay(f"linear({cutoff:g} min)", lambda t: np.clip(1 - t / cutoff, 0, None))


def stepwise(steps: Mapping[float, float]) -> Decay:
    """Weigh by bands of minutes, each with its upper bound (included); 0 beyond the last.

    Parameters
    ----------
    steps : mapping of float to float
        Upper bound in minutes -> weight.

    Returns
    -------
    Decay
        The weights.

    Examples
    --------
    >>> import numpy as np
    >>> from tiGIS.accessibility import decay
    >>> decay.stepwise({10: 1, 20: 0.68, 30: 0.22})(np.array([10.0, 10.1, 30.0, 31.0])).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """
    if not steps:
        raise InputError("steps: empty; expected upper bound in minutes -> weight.")
    bounds = np.array(sorted(steps), dtype=np.float64)
    weights = np.array([steps[bound] for bound in sorted(steps)] + [0], dtype=np.float64)
    if not np.isfinite(bounds).all() or (bounds < 0).any():
        raise InputError(f"steps: bounds {bounds.tolist()}; expected minutes of 0 or more.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise InputError(f"steps: weights {weights[:-1].tolist()}; expected numbers of 0 or more.")
    name = ", ".join(f"≤ {bound:g} min: {weight:g}" for bound, weight in zip(bounds, weights, strict=False))
    return Decay(f"stepwise({name})", lambda t: weights[np.searchsorted(bounds, t, side="left")])


def exponential(rate_per_min: float) -> Decay:
    """Weigh ``exp(-rate * t)``.

    Parameters
    ----------
    rate_per_min : float
        Share lost for each minute, at the start; ``log(2) / m`` halves the weight every ``m`` minutes.

    Returns
    -------
    Decay
        The weights.
    """
    rate = _positive(rate_per_min, "rate_per_min")
    return Decay(f"exponential({rate:g} per min)", lambda t: np.exp(-rate * t))


def power(exponent: float, floor_min: float = 1.0, scale_min: float = 1.0) -> Decay:
    """Weigh ``(max(t, floor) / scale) ** -exponent``.

    Parameters
    ----------
    exponent : float
        Above 0: the weight falls.
    floor_min : float, default 1
        Shorter times count as this many minutes, since the formula is infinite at 0.
    scale_min : float, default 1
        Minutes at which the weight is 1.

    Returns
    -------
    Decay
        The weights.
    """
    down, floor, scale = (
        _positive(exponent, "exponent"),
        _positive(floor_min, "floor_min"),
        _positive(scale_min, "scale_min"),
    )
    name = f"power({down:g}, floor {floor:g} min, scale {scale:g} min)"
    return Decay(name, lambda t: (np.maximum(t, floor) / scale) ** -down)


def gaussian(sigma_min: float) -> Decay:
    """Weigh ``exp(-t² / (2 sigma²))``.

    Parameters
    ----------
    sigma_min : float
        Width of the curve: the weight is 0.607 there.

    Returns
    -------
    Decay
        The weights.
    """
    sigma = _positive(sigma_min, "sigma_min")
    return Decay(f"gaussian({sigma:g} min)", lambda t: np.exp(-(t**2) / (2 * sigma**2)))


def logistic(middle_min: float, spread_min: float) -> Decay:
    """Weigh by a curve in S, 1 at 0 minute, about a half in the middle.

    ``(1 + exp(-m π / (s √3))) / (1 + exp((t - m) π / (s √3)))``.

    Parameters
    ----------
    middle_min : float
        Minutes ``m`` of the steepest fall.
    spread_min : float
        Standard deviation ``s`` of the fall, in minutes.

    Returns
    -------
    Decay
        The weights.

    References
    ----------
    Bauer, J., Groneberg, D. A. (2016). Measuring spatial accessibility of health care providers. PLOS ONE
    11(7). The formula was checked in the sources of R's ``accessibility::decay_logistic``.
    """
    middle, spread = _positive(middle_min, "middle_min"), _positive(spread_min, "spread_min")
    slope = np.pi / (spread * np.sqrt(3))

    def weigh(t: np.ndarray) -> np.ndarray:
        # the exponent is held below 700, where exp() would overflow to the same weight: 0
        return (1 + np.exp(-middle * slope)) / (1 + np.exp(np.minimum((t - middle) * slope, 700)))

    return Decay(f"logistic({middle:g} min, {spread:g} min)", weigh)


def weights_of(fall: DecayFunction, minutes: np.ndarray) -> np.ndarray:
    """Weigh a block of minutes: 0 where unreachable; a bad answer of the function is an error."""
    if not callable(fall):
        raise InputError(
            f"decay: {fall!r}; expected a function of minutes, e.g. tiGIS.accessibility.decay.step(30) or "
            "tiGIS.accessibility.decay.gaussian(15)."
        )
    unreached = np.isnan(minutes)
    # unreached cells get a harmless time, then no weight, so that the function never sees NaN
    weights = np.array(fall(np.where(unreached, 1.0, minutes)), dtype=np.float64)
    if weights.shape != minutes.shape:
        raise InputError(
            f"decay: gave {weights.shape} weights for {minutes.shape} minutes; expected one for each "
            "(np.vectorize makes a function of one number take arrays)."
        )
    weights[unreached] = 0
    if not np.isfinite(weights).all() or (weights < 0).any():
        worst = minutes[~np.isfinite(weights) | (weights < 0)][0]
        raise InputError(
            f"decay: gave no weight of 0 or more at {worst:g} minutes; expected finite numbers ≥ 0."
        )
    return weights


def name_of(fall: DecayFunction) -> str:
    """Name a decay for what a result says of itself."""
    return fall.name if isinstance(fall, Decay) else getattr(fall, "__name__", type(fall).__name__)
