"""How unequally access is shared between people: Gini, Theil, concentration, Palma, Foster-Greer-Thorbecke.

All weigh each place by its people; a place with an unknown value (NaN) or without people is left out, and the
share of people that this keeps must be looked at by the caller (``summarise`` gives it).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_one_level, require_unique_index, shown

__all__ = ["concentration_index", "foster_greer_thorbecke", "gini", "palma", "theil", "theil_parts"]

_SHARE_ENDINGS = ("_pct", "_share", "_rate")


def _numbers(values: pd.Series, name: str, index: pd.Index | None = None) -> np.ndarray:
    if not isinstance(values, pd.Series):
        raise InputError(f"{name}: {type(values).__name__}; expected a Series.")
    if index is not None:
        absent = index.difference(values.index)
        if len(absent) or not values.index.is_unique:
            raise InputError(f"{name}: expected one value for each place; nothing for {shown(absent)}.")
        values = values.reindex(index)
    numbers = as_numbers(values, name)
    if np.isinf(numbers).any():
        raise InputError(f"{name}: infinite values; expected numbers, NaN where unknown.")
    return numbers


def _known(
    values: pd.Series, people: pd.Series, *others: tuple[pd.Series, str], negative: bool = False
) -> list[np.ndarray]:
    """Give values, people and the others, aligned, where all are known and somebody lives."""
    arrays = [_numbers(values, "values"), _numbers(people, "people", values.index)]
    arrays += [_numbers(other, name, values.index) for other, name in others]
    if (arrays[1] < 0).any():
        raise InputError("people: negative; expected 0 or more.")
    if not negative and (arrays[0] < 0).any():
        raise InputError("values: negative; expected 0 or more.")
    keep = ~np.isnan(arrays).any(axis=0) & (arrays[1] > 0)
    return [array[keep] for array in arrays]


@checked
def gini(values: pd.Series, people: pd.Series) -> float:
    """Gini coefficient: 0 where all people have the same, near 1 where one has all.

    Parameters
    ----------
    values : Series
        Access, by place, 0 or more.
    people : Series
        People, by place.

    Returns
    -------
    float
        NaN where nobody's value is known, or all values are 0.

    References
    ----------
    Gini, C. (1912). Variabilità e mutabilità. Twice the area between the diagonal and the Lorenz curve.

    Examples
    --------
    >>> import pandas as pd
    >>> gini(pd.Series([0, 100]), pd.Series([1, 1]))
    0.5
    """
    value, weight = _known(values, people)
    return _concentration(value, weight, value)


@checked
def concentration_index(
    values: pd.Series,
    people: pd.Series,
    rank_by: pd.Series,
    *,
    bounds: tuple[float, float] | None = None,
) -> float:
    """Concentration index: above 0 where those who rank high have more, below 0 where they have less.

    Parameters
    ----------
    values : Series
        Access, by place, 0 or more.
    people : Series
        People, by place.
    rank_by : Series
        What ranks the places from poor to rich (median income, say). Places of equal rank share theirs.
    bounds : tuple of float, optional
        Least and most that a value can be, for shares (0, 100): gives Erreygers' corrected index, the same
        for access and for its lack but for the sign.

    Returns
    -------
    float
        Between -1 and 1; NaN where nobody's value is known, or all values are 0.

    References
    ----------
    Wagstaff, A., Paci, P., van Doorslaer, E. (1991). On the measurement of inequalities in health. Social
    Science & Medicine 33(5). Erreygers, G. (2009). Correcting the concentration index. Journal of Health
    Economics 28(2).

    Examples
    --------
    >>> import pandas as pd
    >>> access, income = pd.Series([100, 0]), pd.Series([15000, 30000])
    >>> concentration_index(access, pd.Series([1, 1]), income)
    -0.5
    """
    value, weight, rank = _known(values, people, (rank_by, "rank_by"))
    if bounds is None:
        return _concentration(value, weight, rank)
    least, most = bounds
    if not np.isfinite([least, most]).all() or most <= least:
        raise InputError(f"bounds: {bounds}; expected the least and the most that a value can be.")
    if len(value) and (value.min() < least or value.max() > most):
        raise InputError(f"values: {value.min():g} to {value.max():g}; expected them within bounds {bounds}.")
    if not len(value):
        return float("nan")
    mean = float(np.average(value, weights=weight))
    return 4 * mean / (most - least) * _concentration(value, weight, rank) if mean else 0.0


def _concentration(value: np.ndarray, weight: np.ndarray, rank: np.ndarray) -> float:
    mean = np.average(value, weights=weight) if len(value) else 0.0
    if mean == 0:
        return float("nan")
    _, group = np.unique(rank, return_inverse=True)
    people = np.bincount(group, weight)
    total = np.bincount(group, weight * value)
    # fractional rank of each group: the middle of its people; 2 cov(value, rank) / mean
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    return float(2 * np.sum(total / people.sum() * middle) / mean - 1)


@checked
def theil(values: pd.Series, people: pd.Series) -> float:
    """Theil's T: 0 where all people have the same; a place with 0 counts as its limit, 0.

    Parameters
    ----------
    values : Series
        Access, by place, 0 or more.
    people : Series
        People, by place.

    Returns
    -------
    float
        ``Σ w (v/m) ln(v/m)``; NaN where nobody's value is known, or all values are 0.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory.

    Examples
    --------
    >>> import pandas as pd
    >>> round(theil(pd.Series([0, 100]), pd.Series([1, 1])), 6)
    0.693147
    """
    return _theil(*_known(values, people))


def _theil(value: np.ndarray, weight: np.ndarray) -> float:
    mean = np.average(value, weights=weight) if len(value) else 0.0
    if mean == 0:
        return float("nan")
    ratio = value / mean
    terms = np.zeros_like(ratio)
    np.log(ratio, out=terms, where=ratio > 0)
    # rounding may bring equal values a hair below 0
    return float(max(0.0, np.average(ratio * terms, weights=weight)))


@checked
def theil_parts(values: pd.Series, people: pd.Series, groups: pd.Series) -> pd.Series:
    """Split Theil's T into what lies between groups and what lies within them.

    Parameters
    ----------
    values : Series
        Access, by place, 0 or more.
    people : Series
        People, by place.
    groups : Series
        The group of each place (its EPCI, say).

    Returns
    -------
    Series
        ``total``, ``between`` and ``within``, which add up; NaN where nobody's value is known.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. As in R's ``accessibility::theil_t``.

    Examples
    --------
    >>> import pandas as pd
    >>> access, ones = pd.Series([10, 10, 30, 30]), pd.Series([1, 1, 1, 1])
    >>> theil_parts(access, ones, pd.Series(["A", "A", "B", "B"])).round(6).tolist()
    [0.130812, 0.130812, 0.0]
    """
    require_one_level(groups, "groups")
    require_unique_index(groups, "groups")
    codes, _ = pd.factorize(groups.reindex(values.index))
    if (codes < 0).any():
        raise InputError(
            f"groups: nothing for {shown(values.index[codes < 0])}; expected one for each place."
        )
    value, weight, group = _known(values, people, (pd.Series(codes, index=values.index), "groups"))
    mean = np.average(value, weights=weight) if len(value) else 0.0
    if mean == 0:
        return pd.Series({"total": np.nan, "between": np.nan, "within": np.nan})
    members = group.astype(np.intp)
    heads = np.bincount(members, weight)
    means = np.divide(np.bincount(members, weight * value), heads, out=np.zeros(len(heads)), where=heads > 0)
    total = _theil(value, weight)
    between = _theil(means[heads > 0], heads[heads > 0])
    return pd.Series({"total": total, "between": between, "within": max(0.0, total - between)})


@checked
def palma(values: pd.Series, people: pd.Series, rank_by: pd.Series, *, is_share: bool = False) -> float:
    """Palma ratio: mean access of the richest 10 % of people over that of the poorest 40 %.

    A place that straddles a bound counts for the share of its people on each side; places of equal rank are
    taken together, each in proportion.

    Parameters
    ----------
    values : Series
        Access, by place, 0 or more. Not a share: a ratio of two shares that can't pass 100 % says nothing of
        who has more.
    people : Series
        People, by place.
    rank_by : Series
        What ranks the places from poor to rich: required, since rich in access is not rich.
    is_share : bool, default False
        Say True where values are shares, whatever their name: they are refused.

    Returns
    -------
    float
        NaN where nobody's value is known, or the poorest 40 % have 0.

    Raises
    ------
    InputError
        Values that are shares: by ``is_share``, or a name that ends with ``_pct``, ``_share`` or ``_rate``.

    References
    ----------
    Palma, J. G. (2011). Homogeneous middles vs. heterogeneous tails. Development and Change 42(1). For
    access: Pereira, R. H. M., et al. (2019), and R's ``accessibility::palma_ratio``, which puts a place that
    straddles a bound wholly on one side.

    Examples
    --------
    >>> import pandas as pd
    >>> access = pd.Series([10, 10, 10, 10, 10, 10, 10, 10, 10, 30])
    >>> round(palma(access, pd.Series([1] * 10), rank_by=pd.Series(range(10))), 6)
    3.0
    """
    if is_share or str(values.name).endswith(_SHARE_ENDINGS):
        raise InputError(
            f"values: {values.name!r} is a share; expected an amount. Give the people or jobs that it is a "
            "share of, "
            "or use concentration_index."
        )
    value, weight, rank = _known(values, people, (rank_by, "rank_by"))
    if not len(value):
        return float("nan")
    _, group = np.unique(rank, return_inverse=True)
    weights = np.bincount(group, weight)
    mean = np.bincount(group, weight * value) / weights
    end = np.cumsum(weights) / weights.sum()
    start = end - weights / weights.sum()
    poor = np.clip(np.minimum(end, 0.4) - start, 0, None)
    rich = np.clip(end - np.maximum(start, 0.9), 0, None)
    poorest = np.sum(mean * poor) / poor.sum()
    return float(np.sum(mean * rich) / rich.sum() / poorest) if poorest > 0 else float("nan")


@checked
def foster_greer_thorbecke(
    values: pd.Series, people: pd.Series, line: float, alpha: float, *, higher_is_better: bool
) -> float:
    """Foster-Greer-Thorbecke index of poverty of access: how many fall short of a line, and by how much.

    Parameters
    ----------
    values : Series
        Access, or minutes, by place.
    people : Series
        People, by place.
    line : float
        The line, above 0. A value on it is not poor.
    alpha : float
        0: share of people who are poor; 1: mean gap, as a share of the line; 2: gaps squared.
    higher_is_better : bool
        True where more is better (jobs reached), False where less is (minutes). Required.

    Returns
    -------
    float
        NaN where nobody's value is known. With minutes and ``alpha`` above 0 it may pass 1: nothing bounds
        them.

    References
    ----------
    Foster, J., Greer, J., Thorbecke, E. (1984). A class of decomposable poverty measures. Econometrica 52(3).

    Examples
    --------
    >>> import pandas as pd
    >>> minutes = pd.Series([30, 60])
    >>> foster_greer_thorbecke(minutes, pd.Series([3, 1]), 45, 0, higher_is_better=False)
    0.25
    """
    if line <= 0:
        raise InputError(f"line: {line}; expected a number above 0.")
    if alpha < 0:
        raise InputError(f"alpha: {alpha}; expected a number of 0 or more.")
    value, weight = _known(values, people)
    if not len(value):
        return float("nan")
    gap = (line - value if higher_is_better else value - line) / line
    poor = gap > 0
    depth = np.zeros_like(gap)
    depth[poor] = gap[poor] ** alpha
    return float(np.average(depth, weights=weight))
