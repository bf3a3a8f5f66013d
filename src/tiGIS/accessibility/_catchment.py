"""Measures with competition: floating catchments and spatial availability.

Each is at most two passes over the minutes, one that sums by place and one that sums by people, so a network
can serve them by blocks.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked, within
from tiGIS._errors import InputError
from tiGIS.accessibility.decay import DecayFunction, name_of, weights_of
from tiGIS.accessibility.minutes import Minutes, Times, aligned, carried, open_minutes

Catchment = Literal["2sfca", "e2sfca", "3sfca", "m2sfca", "bfca"]


@checked
def floating_catchment(
    times: Times,
    demand: pd.Series,
    supply: pd.Series,
    decay: DecayFunction,
    method: Catchment = "2sfca",
    *,
    cutoff_min: Annotated[float, within(0)] | None = None,
    allow_zero_intrazonal: bool = False,
) -> pd.Series:
    """Share each supply between the people around it, then sum what each place gets: supply per head.

    With ``f`` the weights and ``G_ij = f_ij / Σ_j f_ij`` the share of a place's choices:

    ========  ===================================  ==============================
    method    level of supply ``R_j``              score of a place
    ========  ===================================  ==============================
    2sfca     ``S_j / Σ_i D_i f_ij``               ``Σ_j R_j f_ij``
    e2sfca    the same; ``f`` falls by bands       the same
    3sfca     ``S_j / Σ_i D_i G_ij f_ij``          ``Σ_j R_j G_ij f_ij``
    m2sfca    ``S_j / Σ_i D_i f_ij``               ``Σ_j R_j f_ij²``
    bfca      ``S_j / Σ_i D_i G_ij``               ``Σ_j R_j f_ij / Σ_i f_ij``
    ========  ===================================  ==============================

    What they conserve: with the first three, Σ demand x score is the supply that is reached; ``m2sfca`` gives
    less, by design (far supply is partly lost); with ``bfca`` the scores sum to the levels of supply, and the
    demand allocated to the places is the demand. ``2sfca`` and ``e2sfca`` are one formula: it is the decay,
    a step or bands, that tells them apart.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes; rows are people, columns are places, NaN is unreachable.
    demand : Series
        People, by the rows of ``times``.
    supply : Series
        Supply, by its columns.
    decay : callable
        From minutes to weights: one of ``tiGIS.accessibility.decay``, or any function of an array.
    method : {"2sfca", "e2sfca", "3sfca", "m2sfca", "bfca"}, default "2sfca"
        Which formula.
    cutoff_min : float, optional
        Weights are 0 beyond it (≤ counts). The choices ``G`` of ``3sfca`` are summed before this cutoff, as
        PySAL ``access`` does; those of ``bfca`` after it, else it would not conserve demand.
    allow_zero_intrazonal : bool, default False
        Accept 0 minute between a row and the column of the same label (they are points, not zones).

    Returns
    -------
    Series
        Supply per head. A place that reaches nothing has 0; a place without people whose only suppliers serve
        nobody has NaN, since nothing divides their supply. The share of supply that serves nobody is in
        ``attrs["tigis"]["supply_unreached_share_pct"]``.

    References
    ----------
    Luo, W., Wang, F. (2003), Environment and Planning B 30(6) (2SFCA); Luo, W., Qi, Y. (2009), Health & Place
    15(4) (E2SFCA); Wan, N., Zou, B., Sternberg, T. (2012), IJGIS 26(6) (3SFCA); Delamater, P. L. (2013),
    Health & Place 24 (M2SFCA); Páez, A., Higgins, C. D., Vivona, S. F. (2019), PLOS ONE 14(6), e0218773
    (BFCA). The formulas of 2SFCA, E2SFCA and 3SFCA are those of PySAL ``access``, to which results are
    compared; that of BFCA was checked in the sources of R's ``accessibility`` (``fca_bfca``); that of M2SFCA
    is quoted from memory of the article, which could not be read again.

    Examples
    --------
    >>> import pandas as pd
    >>> from tiGIS.accessibility import decay
    >>> times = pd.DataFrame({"clinic": [10.0, 20.0, 50.0]}, index=["a", "b", "c"])
    >>> people = pd.Series({"a": 300, "b": 100, "c": 100})
    >>> floating_catchment(times, people, pd.Series({"clinic": 4}), decay.step(30)).tolist()
    [0.01, 0.01, 0.0]
    """
    minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    people = aligned(demand, minutes.index, "demand", whose="rows")
    offered = aligned(supply, minutes.columns, "supply", whose="columns")

    def weigh(block: np.ndarray, *, inverse: bool = False) -> np.ndarray:
        """Weights of people in the catchment of a place; ``inverse``: of places for people."""
        weights = weights_of(decay, block)
        cut = weights if cutoff_min is None else np.where(block <= cutoff_min, weights, 0.0)
        if method == "3sfca":
            return cut * _normalised(weights)
        if method == "m2sfca" and inverse:
            return cut * cut
        if method == "bfca" and not inverse:
            return _normalised(cut)
        return cut

    wanted = np.zeros(len(offered))
    column_sum = np.zeros(len(offered))
    for rows, block in minutes.blocks():
        weights = weigh(block)
        wanted += people[rows] @ weights
        column_sum += weigh(block, inverse=True).sum(axis=0) if method == "bfca" else weights.sum(axis=0)
    level = _level(offered, wanted)
    per_weight = level / np.where(column_sum > 0, column_sum, 1) if method == "bfca" else level
    scores = np.zeros(len(people))
    for rows, block in minutes.blocks():
        scores[rows] = _score(weigh(block, inverse=True), per_weight)
    result = pd.Series(scores, index=minutes.index, name="supply_per_head")
    return carried(
        result,
        minutes,
        method=method,
        decay=name_of(decay),
        cutoff_min=cutoff_min,
        supply_unreached_share_pct=_unreached_share(offered, wanted),
    )


def _normalised(weights: np.ndarray) -> np.ndarray:
    """Divide each row by its sum; a row of zeros stays zeros."""
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)


def _level(offered: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Divide supply by the demand on it; NaN where some supply serves nobody, 0 where there is none."""
    level = np.where(offered > 0, np.nan, 0.0)
    return np.divide(offered, wanted, out=level, where=wanted > 0)


def _score(weights: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Sum level times weights by row; an undefined level spoils only the rows that reach it."""
    undefined = np.isnan(level)
    score = weights @ np.where(undefined, 0.0, level)
    if undefined.any():
        score[(weights[:, undefined] > 0).any(axis=1)] = np.nan
    return score


def _unreached_share(offered: np.ndarray, wanted: np.ndarray) -> float:
    total = offered.sum()
    return float(100 * offered[wanted <= 0].sum() / total) if total > 0 else 0.0


@checked
def spatial_availability(
    times: Times,
    demand: pd.Series,
    supply: pd.Series,
    decay: DecayFunction,
    alpha: float = 1.0,
    *,
    allow_zero_intrazonal: bool = False,
) -> pd.Series:
    """Share out every opportunity once: what each place gets sums to the supply that is reached.

    ``V_i = Σ_j O_j P_i^α f_ij / Σ_k P_k^α f_kj``. With ``alpha`` 1 and divided by demand, it is 2SFCA with
    the same decay.

    Parameters
    ----------
    times, demand, supply, decay, allow_zero_intrazonal
        As in :func:`floating_catchment`.
    alpha : float, default 1
        How strongly people weigh in the competition.

    Returns
    -------
    Series
        Opportunities that fall to each place; 0 where it reaches none, or nobody lives there.

    References
    ----------
    Soukhov, A., Páez, A., Higgins, C. D., Mohamed, M. (2023). Introducing spatial availability, a
    singly-constrained measure of competitive accessibility. PLOS ONE 18(1), e0278468. Checked in the sources
    of R's ``accessibility::spatial_availability``, whose example is among the tests.

    Examples
    --------
    >>> import pandas as pd
    >>> from tiGIS.accessibility import decay
    >>> times = pd.DataFrame({"plant": [10.0, 20.0]}, index=["a", "b"])
    >>> people = pd.Series({"a": 300, "b": 100})
    >>> spatial_availability(times, people, pd.Series({"plant": 80}), decay.step(30)).tolist()
    [60.0, 20.0]
    """
    if alpha <= 0:
        raise InputError(f"alpha: {alpha}; expected a number above 0.")
    minutes: Minutes = open_minutes(times, allow_zero_intrazonal=allow_zero_intrazonal)
    people = aligned(demand, minutes.index, "demand", whose="rows") ** alpha
    offered = aligned(supply, minutes.columns, "supply", whose="columns")
    wanted = np.zeros(len(offered))
    for rows, block in minutes.blocks():
        wanted += people[rows] @ weights_of(decay, block)
    level = np.divide(offered, wanted, out=np.zeros_like(offered), where=wanted > 0)
    share = np.zeros(len(people))
    for rows, block in minutes.blocks():
        share[rows] = people[rows] * (weights_of(decay, block) @ level)
    result = pd.Series(share, index=minutes.index, name="available")
    return carried(
        result,
        minutes,
        decay=name_of(decay),
        alpha=alpha,
        supply_unreached_share_pct=_unreached_share(offered, wanted),
    )
