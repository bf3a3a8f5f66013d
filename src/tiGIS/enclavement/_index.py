"""A composite index of enclavement that shows how sure its ranks are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
import pandas as pd

from tiGIS._arguments import Seed, checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS._validate import require_unique_index, shown
from tiGIS.provenance import inherit, note

Normalisation = Literal["minmax", "z", "rank"]
Aggregation = Literal["arithmetic", "geometric"]
Higher = Literal["more_enclaved", "less_enclaved"]

_LEAST_DRAWS = 1000

_ARBITRARY = note(
    "Indice composite : le choix des indicateurs et des poids reste un choix ; l'intervalle de rang le "
    "montre.",
    "Composite index: the choice of indicators and weights remains a choice; the interval of ranks shows it.",
)


@dataclass(frozen=True)
class EnclavementIndex:
    """An index with its ranks, never without their intervals.

    Parameters
    ----------
    table : DataFrame
        By territory: ``score``; ``rank`` (1 is the most enclaved; equal scores share their mean rank),
        ``rank_low``, ``rank_median``, ``rank_high`` (5th, 50th and 95th percentiles over the draws),
        ``most_moving`` (the indicator whose removal moves the rank most; None where none does) and
        ``rank_shift`` (by how much). All NaN where an indicator is unknown.
    shifts : DataFrame
        Territories by indicators: the change of rank when the indicator is left out.
    sensitivity : Series
        By indicator, the mean of the absolute changes.
    """

    table: pd.DataFrame
    shifts: pd.DataFrame
    sensitivity: pd.Series

    __repr__ = short_repr


@checked
def enclavement_index(
    indicators: pd.DataFrame,
    *,
    higher: Higher | Mapping[str, Higher] = "more_enclaved",
    weights: Mapping[str, float] | None = None,
    normalisation: Normalisation = "minmax",
    aggregation: Aggregation = "arithmetic",
    missing: Literal["exclude", "reweight"] = "exclude",
    draws: int = 1000,
    seed: Seed = 0,
) -> EnclavementIndex:
    """Combine indicators into one index, and say how far its ranks depend on the choices made.

    Each draw takes weights at random (Dirichlet, uniform over all weightings, half way to those chosen), one
    of the three normalisations and one of the two means. Normalised values go from 1 (least enclaved) to 100.

    Parameters
    ----------
    indicators : DataFrame
        Territories by indicators; NaN is unknown.
    higher : {"more_enclaved", "less_enclaved"} or mapping, default "more_enclaved"
        What a higher value means, for all indicators or for each.
    weights : mapping, optional
        By indicator, 0 or more; equal without it.
    normalisation : {"minmax", "z", "rank"}, default "minmax"
        Of the score shown.
    aggregation : {"arithmetic", "geometric"}, default "arithmetic"
        Of the score shown. A geometric mean lets a bad value less be made up for by a good one.
    missing : {"exclude", "reweight"}, default "exclude"
        A territory with an unknown indicator has no score, or is scored on the others.
    draws : int, default 1000
        At least 1,000.
    seed : int, default 0
        Of the draws: the same seed gives the same intervals.

    Returns
    -------
    EnclavementIndex
        ``table``, ``shifts`` and ``sensitivity``.

    Notes
    -----
    Normalisations and aggregations follow the Handbook below, of which only the catalogue entry was at hand:
    its formulas were not checked at their source.

    References
    ----------
    Nardo, M., et al. (2008). Handbook on constructing composite indicators. OECD/JRC. Saisana, M., Saltelli,
    A., Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools for the quality
    assessment of composite indicators. Journal of the Royal Statistical Society A 168(2).

    Examples
    --------
    >>> import pandas as pd
    >>> minutes = pd.DataFrame({"motorway": [10, 30, 60], "tgv": [20, 50, 90]}, index=["a", "b", "c"])
    >>> enclavement_index(minutes).table[["rank", "rank_low", "rank_high"]]
       rank  rank_low  rank_high
    a   3.0       3.0        3.0
    b   2.0       2.0        2.0
    c   1.0       1.0        1.0
    """
    names, values, chosen = _checked(indicators, higher, weights)
    if draws < _LEAST_DRAWS:
        raise InputError(
            f"draws: {draws}; expected at least {_LEAST_DRAWS}, so that intervals can be trusted."
        )
    unknown = np.isnan(values)
    scored = ~unknown.any(axis=1) if missing == "exclude" else ~unknown.all(axis=1)
    scaled = {kind: _normalised(values[scored], kind) for kind in get_args(Normalisation)}
    score = _combined(scaled[normalisation], chosen[:, None], aggregation)[:, 0]
    drawn = _drawn_ranks(scaled, chosen, draws, np.random.default_rng(seed))
    low, median, high = np.percentile(drawn, [5, 50, 95], axis=1) if scored.any() else np.empty((3, 0))
    ranks = _ranks(score[:, None])[:, 0]
    shifts = np.empty((int(scored.sum()), len(names)))
    for column in range(len(names)):
        without = np.where(np.arange(len(names)) == column, 0.0, chosen)
        if without.sum() == 0:  # the only indicator: nothing is left to rank by
            shifts[:, column] = np.nan
            continue
        other = _combined(scaled[normalisation], without[:, None] / without.sum(), aggregation)
        shifts[:, column] = ranks - _ranks(other)[:, 0]
    index = indicators.index[scored]
    table = pd.DataFrame(
        {"score": score, "rank": ranks, "rank_low": low, "rank_median": median, "rank_high": high},
        index=index,
    )
    moving = pd.DataFrame(shifts, index=index, columns=names)
    if len(names) > 1 and len(index):
        strongest = np.abs(shifts).argmax(axis=1)
        moves = shifts[np.arange(len(index)), strongest]
        moving_most = np.array(names, dtype=object)[strongest]
        moving_most[moves == 0] = None
        table["most_moving"], table["rank_shift"] = moving_most, moves
    else:
        table["most_moving"], table["rank_shift"] = None, np.nan
    sensitivity = moving.abs().mean().rename("mean_rank_shift")
    result = table.reindex(indicators.index)
    inherit(
        result,
        indicators,
        limits=[_ARBITRARY],
        indicators=dict(zip(names, chosen.tolist(), strict=True)),
        normalisation=normalisation,
        aggregation=aggregation,
        draws=draws,
        seed=seed,
        territories_without_score=int((~scored).sum()),
    )
    return EnclavementIndex(result, moving.reindex(indicators.index), sensitivity)


def _checked(
    indicators: pd.DataFrame, higher: Higher | Mapping[str, Higher], weights: Mapping[str, float] | None
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Give names, values where higher is more enclaved, and weights that sum to 1."""
    require_unique_index(indicators, "indicators")
    names = [str(column) for column in indicators.columns]
    if not names:
        raise InputError("indicators: no column; expected one for each indicator.")
    values = np.column_stack([as_numbers(indicators[name], f"indicators: {name}") for name in indicators])
    if np.isinf(values).any():
        raise InputError("indicators: infinite values; expected numbers, NaN where unknown.")
    constant = [
        name for name, column in zip(names, values.T, strict=True) if len(set(column[~np.isnan(column)])) < 2
    ]
    if constant and len(indicators) > 1:
        raise InputError(f"indicators: {shown(constant)} tell no territory from another; leave them out.")
    meaning = dict.fromkeys(names, higher) if isinstance(higher, str) else dict(higher)
    allowed = get_args(Higher)
    odd = [name for name in names if meaning.get(name) not in allowed]
    if odd:
        raise InputError(f"higher: nothing, or not one of {allowed}, for {shown(odd)}.")
    for column, name in enumerate(names):
        if meaning[name] == "less_enclaved":
            values[:, column] *= -1
    given = dict.fromkeys(names, 1.0) if weights is None else dict(weights)
    if set(given) != set(names):
        raise InputError(f"weights: for {shown(sorted(given))}; expected one for each of {shown(names, 20)}.")
    chosen = np.array([given[name] for name in names], dtype=np.float64)
    if not np.isfinite(chosen).all() or (chosen < 0).any() or chosen.sum() == 0:
        raise InputError("weights: negative, infinite or all 0; expected numbers of 0 or more.")
    return names, values, chosen / chosen.sum()


def _normalised(values: np.ndarray, kind: Normalisation) -> np.ndarray:
    """Put each column on a scale of 1 to 100, 100 the most enclaved; NaN stays."""
    if not len(values):
        return values.copy()
    if kind == "rank":
        scores = pd.DataFrame(values).rank(method="average").to_numpy()
    elif kind == "z":
        spread = np.nanstd(values, axis=0)
        scores = (values - np.nanmean(values, axis=0)) / np.where(spread > 0, spread, 1)
        # three standard deviations each side span the scale; what lies beyond stays at its end
        return 1 + 99 * (np.clip(scores, -3, 3) + 3) / 6
    else:
        scores = values
    least, most = np.nanmin(scores, axis=0), np.nanmax(scores, axis=0)
    return 1 + 99 * (scores - least) / np.where(most > least, most - least, 1)


def _combined(scaled: np.ndarray, weights: np.ndarray, aggregation: Aggregation) -> np.ndarray:
    """Give territories by draws: the mean of the known columns, with weights by column and draw."""
    known = (~np.isnan(scaled)).astype(np.float64)
    filled = np.where(known > 0, scaled, 1.0)
    total = known @ weights
    total = np.where(total > 0, total, np.nan)
    if aggregation == "geometric":
        return np.exp((np.log(filled) * known) @ weights / total)
    return (filled * known) @ weights / total


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Rank each column, 1 the highest; equal scores (to a rounding) share their mean rank."""
    return pd.DataFrame(np.round(scores, 9)).rank(ascending=False, method="average").to_numpy()


def _drawn_ranks(
    scaled: Mapping[str, np.ndarray], chosen: np.ndarray, draws: int, random: np.random.Generator
) -> np.ndarray:
    """Give territories by draws: ranks under weights, normalisations and means at random."""
    weights = (chosen[:, None] + random.dirichlet(np.ones(len(chosen)), draws).T) / 2
    weights[chosen == 0] = 0  # an indicator that was given no weight stays out
    choices = list(product(get_args(Normalisation), get_args(Aggregation)))
    choice = random.integers(len(choices), size=draws)
    ranks = np.empty((len(next(iter(scaled.values()))), draws))
    for number, (kind, aggregation) in enumerate(choices):
        picked = choice == number
        if picked.any():
            ranks[:, picked] = _ranks(_combined(scaled[kind], weights[:, picked], aggregation))
    return ranks
