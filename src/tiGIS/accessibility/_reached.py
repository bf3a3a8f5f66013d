"""What is reached, within a time or the less the farther it is, without competition between people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, overload

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.accessibility.decay import DecayFunction, name_of, weights_of
from tiGIS.accessibility.minutes import (
    Direction,
    Minutes,
    Times,
    aligned,
    carried,
    open_minutes,
    sided,
)
from tiGIS.provenance import inherit


def _weighted_sum(
    minutes: Minutes, amounts: np.ndarray, direction: Direction, weigh: DecayFunction
) -> np.ndarray:
    """Sum amounts times weights, for each row ("to") or each column ("from")."""
    if direction == "to":
        total = np.zeros(minutes.shape[0])
        for rows, block in minutes.blocks():
            total[rows] = weigh(block) @ amounts
        return total
    total = np.zeros(minutes.shape[1])
    for rows, block in minutes.blocks():
        total += amounts[rows] @ weigh(block)
    return total


def _cutoffs(values: float | Sequence[float], name: str = "cutoff_min") -> np.ndarray:
    cutoffs = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if not len(cutoffs) or not np.isfinite(cutoffs).all() or (cutoffs < 0).any():
        raise InputError(f"{name}: {values!r}; expected minutes of 0 or more.")
    return cutoffs


@overload
def cumulative(
    times: Times,
    opportunities: pd.Series,
    cutoff_min: float,
    *,
    direction: Direction = ...,
    allow_zero_intrazonal: bool = ...,
) -> pd.Series: ...
@overload
def cumulative(
    times: Times,
    opportunities: pd.Series,
    cutoff_min: Sequence[float],
    *,
    direction: Direction = ...,
    allow_zero_intrazonal: bool = ...,
) -> pd.DataFrame: ...
@checked
def cumulative(
    times: Times,
    opportunities: pd.Series,
    cutoff_min: float | Sequence[float],
    *,
    direction: Direction = "to",
    allow_zero_intrazonal: bool = False,
) -> pd.Series | pd.DataFrame:
    """Count the opportunities within a number of minutes; a cost at the cutoff counts (≤).

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes; rows are people, columns are places, NaN is unreachable.
    opportunities : Series
        How many there are, indexed by the columns of ``times`` (with ``direction="from"``: people, by its
        rows).
    cutoff_min : float or sequence of float
        One cutoff, or several.
    direction : {"to", "from"}, default "to"
        ``"to"``: what people reach, a value for each row. ``"from"``: who reaches each site, a value for each
        column; the minutes stay those of the people's drive to the site.
    allow_zero_intrazonal : bool, default False
        Accept 0 minute between a row and the column of the same label (they are points, not zones).

    Returns
    -------
    Series or DataFrame
        Opportunities within the cutoff; with several cutoffs, one column for each, ``within_30_min``. Where
        nothing is reached it is 0.

    Raises
    ------
    InputError
        Labels that don't match, negative minutes, 0 minute inside a zone.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame({"Nîmes": [40.0, 25.0], "Mende": [95.0, None]}, index=["Alès", "Anduze"])
    >>> jobs = pd.Series({"Nîmes": 80000, "Mende": 9000})
    >>> cumulative(times, jobs, [30, 120])
            within_30_min  within_120_min
    Alès              0.0         89000.0
    Anduze        80000.0         80000.0
    """
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    cutoffs = _cutoffs(cutoff_min)
    labels, counted, whose = sided(minutes, direction)
    amounts = aligned(opportunities, counted, "opportunities", whose=whose)
    totals = np.zeros((len(labels), len(cutoffs)))
    # one reading of the minutes for all cutoffs: on a network, reading is the costly part
    for rows, block in minutes.blocks():
        for column, cutoff in enumerate(cutoffs):
            within = (block <= cutoff).astype(np.float64)  # NaN is never within
            if direction == "to":
                totals[rows, column] = within @ amounts
            else:
                totals[:, column] += amounts[rows] @ within
    names = [f"within_{cutoff:g}_min" for cutoff in cutoffs]
    if np.ndim(cutoff_min) == 0:
        return carried(pd.Series(totals[:, 0], index=labels, name=names[0]), minutes, direction=direction)
    return carried(pd.DataFrame(totals, index=labels, columns=names), minutes, direction=direction)


@checked
def cumulative_interval(
    times: Times,
    opportunities: pd.Series,
    between_min: tuple[float, float],
    *,
    step_min: float = 1.0,
    summary: Literal["mean", "median"] | Callable[[np.ndarray], float] = "mean",
    direction: Direction = "to",
    allow_zero_intrazonal: bool = False,
) -> pd.Series:
    """Average what is reached over all the cutoffs of an interval, so that no single cutoff decides.

    Parameters
    ----------
    times, opportunities, direction, allow_zero_intrazonal
        As in :func:`cumulative`.
    between_min : tuple of float
        First and last cutoff, both included.
    step_min : float, default 1
        Minutes between two cutoffs.
    summary : {"mean", "median"} or callable, default "mean"
        How the counts of all the cutoffs become one; a function gets them as an array.

    Returns
    -------
    Series
        Opportunities.

    References
    ----------
    Tomasiello, D. B., et al. (2023). A time interval metric for cumulative opportunity accessibility. Applied
    Geography 157.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["x", "y"])
    >>> jobs = pd.Series([120, 200], index=["x", "y"])
    >>> cumulative_interval(times, jobs, (20, 30)).round(1).tolist()
    [120.0, 265.5]
    """
    start, end = between_min
    _cutoffs([start, end], "between_min")
    if end < start or step_min <= 0:
        raise InputError(
            f"between_min: {between_min}, step_min: {step_min}; expected a first cutoff, a later one, a "
            "step above 0."
        )
    cutoffs = np.arange(start, end + step_min * 1e-9, step_min)
    name = f"within_{start:g}_to_{end:g}_min"
    if summary != "mean":
        table = cumulative(
            times,
            opportunities,
            cutoffs.tolist(),
            direction=direction,
            allow_zero_intrazonal=allow_zero_intrazonal,
        )
        counts = pd.DataFrame(table)
        if callable(summary):
            values = [float(summary(row)) for row in counts.to_numpy()]
            result = pd.Series(values, index=counts.index, name=name)
        else:
            result = counts.median(axis=1).rename(name)
        return inherit(result, table)
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    labels, counted, whose = sided(minutes, direction)
    amounts = aligned(opportunities, counted, "opportunities", whose=whose)

    def weigh(block: np.ndarray) -> np.ndarray:
        # share of the cutoffs that hold it; NaN sorts last, after every cutoff: no weight
        return 1 - np.searchsorted(cutoffs, block, side="left") / len(cutoffs)

    total = _weighted_sum(minutes, amounts, direction, weigh)
    return carried(pd.Series(total, index=labels, name=name), minutes, direction=direction)


@checked
def gravity(
    times: Times,
    opportunities: pd.Series,
    decay: DecayFunction,
    *,
    direction: Direction = "to",
    allow_zero_intrazonal: bool = False,
) -> pd.Series:
    """Sum the opportunities, each with a weight that falls with the minutes: ``Σ_j O_j f(t_ij)``.

    Parameters
    ----------
    times, opportunities, direction, allow_zero_intrazonal
        As in :func:`cumulative`.
    decay : callable
        From minutes to weights: one of ``tiGIS.accessibility.decay``, or any function of an array.

    Returns
    -------
    Series
        Weighted opportunities; 0 where nothing is reached.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American Institute of Planners
    25(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from tiGIS.accessibility import decay
    >>> times = pd.DataFrame({"a": [10.0], "b": [40.0]}, index=["here"])
    >>> gravity(times, pd.Series({"a": 100, "b": 100}), decay.linear(40))["here"]
    np.float64(75.0)
    """
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    labels, counted, whose = sided(minutes, direction)
    amounts = aligned(opportunities, counted, "opportunities", whose=whose)
    total = _weighted_sum(minutes, amounts, direction, lambda block: weights_of(decay, block))
    result = pd.Series(total, index=labels, name="gravity")
    return carried(result, minutes, direction=direction, decay=name_of(decay))


@checked
def population_potential(
    times: Times,
    mass: pd.Series,
    decay: DecayFunction,
    *,
    self_potential: Literal["given", "exclude"] | pd.Series = "given",
) -> pd.Series:
    """Sum people (or jobs) around each place, each with a weight that falls with the minutes.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes between places; rows and columns may differ.
    mass : Series
        People or jobs, by the columns of ``times``.
    decay : callable
        From minutes to weights.
    self_potential : {"given", "exclude"} or Series, default "given"
        What a place brings to its own potential: at the minutes of the table, which must not be 0; nothing;
        or at the minutes of this Series, by the rows of ``times`` (see :func:`intrazonal_minutes`).

    Returns
    -------
    Series
        ``potential``.

    References
    ----------
    Stewart, J. Q. (1947). Empirical mathematical rules concerning the distribution and equilibrium of
    population. Geographical Review 37(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from tiGIS.accessibility import decay
    >>> times = pd.DataFrame({"a": [0.0, 20.0], "b": [20.0, 0.0]}, index=["a", "b"])
    >>> people = pd.Series({"a": 1000, "b": 500})
    >>> population_potential(times, people, decay.linear(40), self_potential="exclude").tolist()
    [250.0, 500.0]
    """
    chosen = isinstance(self_potential, str)
    minutes = open_minutes(times, allow_zero_intrazonal=not (chosen and self_potential == "given"))
    amounts = aligned(mass, minutes.columns, "mass", whose="columns")
    own = minutes.columns.get_indexer(minutes.index)
    inside = (
        None
        if isinstance(self_potential, str)
        else aligned(self_potential, minutes.index, "self_potential", whose="rows")
    )
    total = np.zeros(len(minutes.index))
    for rows, block in minutes.blocks():
        weights = weights_of(decay, block)
        if not (chosen and self_potential == "given"):
            here = np.flatnonzero(own[rows] >= 0)
            instead = 0.0 if inside is None else weights_of(decay, inside[rows][here])
            weights[here, own[rows][here]] = instead
        total[rows] = weights @ amounts
    result = pd.Series(total, index=minutes.index, name="potential")
    return carried(
        result, minutes, decay=name_of(decay), self_potential=self_potential if chosen else "series"
    )
