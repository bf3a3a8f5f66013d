"""From places to communes, EPCI and Territoires d'industrie: how many people have what access."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import shown
from tiGIS.accessibility.minutes import aligned
from tiGIS.provenance import Frame, describe, inherit, note


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, shares: Sequence[float] | np.ndarray
) -> np.ndarray:
    """Give the smallest value at or below which each share of the weight lies (NaN values left out)."""
    known = ~np.isnan(values) & (weights > 0)
    if not known.any():
        return np.full(len(shares), np.nan)
    order = np.argsort(values[known], kind="stable")
    ordered, cumulated = values[known][order], np.cumsum(weights[known][order])
    # a sum of floats may pass a share by a rounding: the tolerance keeps exact shares exact
    wanted = np.asarray(shares) * cumulated[-1] * (1 - 1e-12)
    return ordered[np.minimum(np.searchsorted(cumulated, wanted, side="left"), len(ordered) - 1)]


@checked
def summarise(
    values: pd.Series,
    people: pd.Series,
    *,
    to: pd.Series | None = None,
    thresholds: Sequence[float] = (),
    carless_share_pct: pd.Series | None = None,
) -> pd.DataFrame:
    """Weigh a measure by people, for each territory: mean, shares beyond thresholds, deciles.

    Parameters
    ----------
    values : Series
        The measure, by place; NaN is unknown or unreachable.
    people : Series
        People, by the same places.
    to : Series, optional
        The territory of each place; without it, all places are one.
    thresholds : sequence of float, optional
        For each, the share of people beyond it. People with an unknown value are in no share; see
        ``known_share_pct``.
    carless_share_pct : Series, optional
        Share of households without a car, by place, where known: its mean stands beside the result, since the
        minutes are by car.

    Returns
    -------
    DataFrame
        By territory: ``population``, ``known_share_pct`` (of the people, whose value is known), ``mean``,
        ``beyond_45_share_pct`` for each threshold, ``decile_1`` ... ``decile_9`` and ``carless_share_pct``. A
        figure is NaN where nobody's value is known.

    Examples
    --------
    >>> import pandas as pd
    >>> minutes = pd.Series({"a": 20.0, "b": 50.0, "c": None})
    >>> people = pd.Series({"a": 300, "b": 100, "c": 100})
    >>> summarise(minutes, people, thresholds=[45])[["known_share_pct", "mean", "beyond_45_share_pct"]]
         known_share_pct  mean  beyond_45_share_pct
    all             80.0  27.5                 25.0
    """
    weight = aligned(people, values.index, "people", whose="places")
    groups = pd.Series("all", index=values.index) if to is None else _groups(to, values.index)
    measure = as_numbers(values, "values")
    if np.isinf(measure).any():
        raise InputError("values: infinite; expected NaN where unknown or unreachable.")
    codes, names = pd.factorize(groups, sort=True)
    inside = codes >= 0
    known = inside & ~np.isnan(measure)

    def total(mask: np.ndarray, amounts: np.ndarray = weight) -> np.ndarray:
        return np.bincount(codes[mask], amounts[mask], minlength=len(names))

    population, known_people = total(inside), total(known)
    result = pd.DataFrame({"population": population}, index=pd.Index(names, name=groups.name))
    with np.errstate(invalid="ignore", divide="ignore"):
        result["known_share_pct"] = 100 * known_people / population
        result["mean"] = total(known, weight * np.where(known, measure, 0)) / known_people
        for threshold in thresholds:
            result[f"beyond_{threshold:g}_share_pct"] = (
                100 * total(known & (measure > threshold)) / known_people
            )
    shares = np.arange(1, 10) / 10
    deciles = [
        weighted_quantiles(measure[codes == code], weight[codes == code], shares)
        for code in range(len(names))
    ]
    result[[f"decile_{n}" for n in range(1, 10)]] = np.array(deciles).reshape(len(names), 9)
    if carless_share_pct is not None:
        carless = as_numbers(carless_share_pct.reindex(values.index), "carless_share_pct")
        has = inside & ~np.isnan(carless)
        with np.errstate(invalid="ignore", divide="ignore"):
            result["carless_share_pct"] = total(has, weight * np.where(has, carless, 0)) / total(has)
    return inherit(result, values, places_in_no_territory=int((~inside).sum()))


def _groups(to: pd.Series, places: pd.Index) -> pd.Series:
    absent = places.difference(to.index)
    if len(absent):
        raise InputError(
            f"to: nothing for {shown(absent)}; expected the territory of each place (empty for none)."
        )
    if not to.index.is_unique:
        raise InputError("to: some places have several territories; expected one each.")
    return to.reindex(places)


def with_carless(result: Frame, carless_share_pct: pd.Series) -> pd.DataFrame:
    """Put the share of households without a car beside a result by car.

    Parameters
    ----------
    result : Series or DataFrame
        By place.
    carless_share_pct : Series
        Share of households without a car, by place; NaN or absent where it is not known.

    Returns
    -------
    DataFrame
        The result with a column ``carless_share_pct``.
    """
    table = result.to_frame() if isinstance(result, pd.Series) else result.copy()
    table["carless_share_pct"] = carless_share_pct.reindex(table.index)
    inherit(table, result)
    unknown = int(table["carless_share_pct"].isna().sum())
    limits = (
        [
            note(
                fr=f"Ménages sans voiture : part inconnue pour {unknown} lieux.",
                en=f"Households without a car: share unknown for {unknown} places.",
            )
        ]
        if unknown
        else []
    )
    return describe(table, limits=limits)
