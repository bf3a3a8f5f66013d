"""How soon places are reached: the nearest ones, those who meet a need, those that balance a demand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.accessibility.minutes import Direction, Times, aligned, carried, open_minutes, sided


def nearest(
    times: Times, k: int = 1, *, direction: Direction = "to", allow_zero_intrazonal: bool = False
) -> pd.DataFrame:
    """Find the nearest places and the minutes to them.

    Parameters
    ----------
    times, direction, allow_zero_intrazonal
        As in :func:`cumulative`.
    k : int, default 1
        How many.

    Returns
    -------
    DataFrame
        ``nearest`` (label) and ``time_min`` where ``k`` is 1, else ``nearest_1``, ``time_1_min``, ... Missing
        and NaN where fewer places are reached. Of two at the same minutes, the first in the order of labels.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame({"A7": [50.0, None], "A9": [40.0, None]}, index=["Alès", "Ouessant"])
    >>> nearest(times)
             nearest  time_min
    Alès          A9      40.0
    Ouessant     NaN       NaN
    """
    if k < 1 or int(k) != k:
        raise InputError(f"k: {k}; expected a whole number of 1 or more.")
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    labels, places, _ = sided(minutes, direction)
    # places in the order of their labels: the order of rows and columns must not decide between equals
    order = np.array(sorted(range(len(places)), key=lambda place: str(places[place])), dtype=np.intp)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    best_time = np.full((len(labels), k), np.nan)
    best_rank = np.full((len(labels), k), len(places), dtype=np.intp)
    for rows, block in minutes.blocks():
        if direction == "to":
            best_time[rows], best_rank[rows] = _smallest(block[:, order], np.arange(len(order))[None, :], k)
        else:
            joined = np.hstack([best_time, block.T])
            ranks = np.hstack([best_rank, np.broadcast_to(rank[rows], (len(labels), len(rank[rows])))])
            by_rank = np.argsort(ranks, axis=1, kind="stable")
            best_time, best_rank = _smallest(
                np.take_along_axis(joined, by_rank, axis=1), np.take_along_axis(ranks, by_rank, axis=1), k
            )
    names = np.array([*np.asarray(places, dtype=object)[order], None], dtype=object)
    found = names[np.where(np.isnan(best_time), len(order), best_rank)]
    columns = {}
    for place in range(k):
        suffix = "" if k == 1 else f"_{place + 1}"
        columns[f"nearest{suffix}"] = found[:, place]
        columns[f"time{suffix}_min"] = best_time[:, place]
    result = pd.DataFrame(columns, index=labels)
    return carried(result, minutes, direction=direction)


def _smallest(minutes: np.ndarray, ranks: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the k smallest minutes of each row and their ranks; NaN last, equals in the order given."""
    ranks = np.broadcast_to(ranks, minutes.shape)
    if minutes.shape[1] < k:  # fewer places than asked: pad
        short = k - minutes.shape[1]
        minutes = np.pad(minutes, ((0, 0), (0, short)), constant_values=np.nan)
        ranks = np.pad(ranks, ((0, 0), (0, short)), mode="constant", constant_values=0)
    if k == 1:
        unreached = np.isnan(minutes)
        first = np.argmin(np.where(unreached, np.inf, minutes), axis=1)[:, None]
    else:
        first = np.argsort(minutes, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(minutes, first, axis=1), np.take_along_axis(ranks, first, axis=1)


@checked
def time_to_reach(
    times: Times,
    opportunities: pd.Series,
    amount: float | pd.Series,
    *,
    direction: Direction = "to",
    allow_zero_intrazonal: bool = False,
) -> pd.Series:
    """Give the minutes after which a given amount of opportunities is within reach.

    Parameters
    ----------
    times, opportunities, direction, allow_zero_intrazonal
        As in :func:`cumulative`.
    amount : float or Series
        How many opportunities, above 0; a Series gives each row (or column) its own.

    Returns
    -------
    Series
        ``time_min``; NaN where so many are never reached.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame({"a": [10.0], "b": [40.0]}, index=["here"])
    >>> time_to_reach(times, pd.Series({"a": 5, "b": 5}), 6)["here"]
    np.float64(40.0)
    """
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    labels, counted, whose = sided(minutes, direction)
    amounts = aligned(opportunities, counted, "opportunities", whose=whose)
    if isinstance(amount, pd.Series):
        wanted = aligned(amount, labels, "amount", whose="columns" if direction == "from" else "rows")
    else:
        wanted = np.full(len(labels), float(amount))
        if not np.isfinite(wanted).all() or (wanted <= 0).any():
            raise InputError(f"amount: {amount}; expected a number above 0.")
    result = np.full(len(labels), np.nan)
    if direction == "to":
        for rows, block in minutes.blocks():
            result[rows] = _reached_after(block, amounts, wanted[rows])
    else:
        # each column needs all its rows at once: the whole table is held
        result = _reached_after(minutes.whole().T, amounts, wanted)
    return carried(pd.Series(result, index=labels, name="time_min"), minutes, direction=direction)


def _reached_after(minutes: np.ndarray, amounts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Give for each row the smallest time at which the sum of amounts gets to what is wanted (NaN: never)."""
    result = np.full(len(minutes), np.nan)
    if not minutes.shape[1]:
        return result
    order = np.argsort(minutes, axis=1, kind="stable")
    sorted_min = np.take_along_axis(minutes, order, axis=1)
    reached = np.cumsum(np.where(np.isnan(sorted_min), 0.0, amounts[order]), axis=1)
    # sums of floats may fall short of an equal amount by a rounding
    enough = (reached >= wanted[:, None] * (1 - 1e-12)) & ~np.isnan(sorted_min)
    first = np.argmax(enough, axis=1)
    some = enough.any(axis=1) & (wanted > 0)
    result[some] = sorted_min[np.flatnonzero(some), first[some]]
    return result


@checked
def balancing_cost(
    times: Times, demand: pd.Series, supply: pd.Series, *, allow_zero_intrazonal: bool = False
) -> pd.Series:
    """Give the minutes after which a place reaches as many opportunities as it has people.

    The exact minutes, not rounded up to an increment as in R's ``accessibility``, which also gives 0 where
    nobody lives.

    Parameters
    ----------
    times, allow_zero_intrazonal
        As in :func:`cumulative`.
    demand : Series
        People, by the rows of ``times``.
    supply : Series
        Opportunities, by its columns.

    Returns
    -------
    Series
        ``time_min``; NaN where they never balance, and where nobody lives.

    References
    ----------
    Barboza, M. H. C., et al. (2021). Balancing time: using a new accessibility measure in Rio de Janeiro.
    Journal of Transport Geography 90. Definition as in R's ``accessibility::balancing_cost``.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["x", "y"])
    >>> people = pd.Series([100, 300], index=["a", "b"])
    >>> jobs = pd.Series([120, 200], index=["x", "y"])
    >>> balancing_cost(times, people, jobs).tolist()
    [5.0, 25.0]
    """
    return time_to_reach(times, supply, demand, allow_zero_intrazonal=allow_zero_intrazonal)
