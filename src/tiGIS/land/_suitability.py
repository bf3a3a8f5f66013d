"""How fit each site is for industry, with reasons, and how far its rank can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tiGIS._arguments import Seed, checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_unique_index, shown
from tiGIS.provenance import describe, note

Floats = NDArray[np.float64]
_LEAST_DRAWS = 1000


@dataclass(frozen=True)
class Criterion:
    """How one measure of a site counts.

    Parameters
    ----------
    worst, best : float
        Values that score 0 and 100; between them the score is linear, beyond them it stays.
    weight : float, default 1
        Share in the score, relative to the other criteria.
    least, most : float, optional
        Bounds beyond which the site is out, whatever the rest.
    """

    worst: float
    best: float
    weight: float = 1.0
    least: float | None = None
    most: float | None = None

    def score(self, values: Floats) -> Floats:
        """Score values from 0 to 100; NaN stays."""
        return 100 * np.clip((values - self.worst) / (self.best - self.worst), 0, 1)


@dataclass(frozen=True)
class SiteProfile:
    """What a kind of plant asks of a site.

    Parameters
    ----------
    label : str
        Name to show.
    criteria : mapping of str to Criterion
        By measure, e.g. ``area_ha``, ``motorway_min``.
    """

    label: str
    criteria: Mapping[str, Criterion] = field(default_factory=dict)


def _profile(label: str, area: Criterion, width: Criterion, **others: Criterion) -> SiteProfile:
    """Complete a profile with the criteria that all plants share."""
    shared = {
        "slope_pct": Criterion(12, 2, 1.0, most=15),
        "flood_level": Criterion(4, 0, 1.5, most=3),
        "pollution": Criterion(1, 0, 0.5),
    }
    return SiteProfile(label, {"area_ha": area, "rectangle_width_m": width, **shared, **others})


# Thresholds are the project's working values, to be replaced by those of a real search for land.
SITE_PROFILES: Mapping[str, SiteProfile] = {
    "small_workshop": _profile(
        "atelier",
        Criterion(0.1, 0.5, 1.5, least=0.1),
        Criterion(15, 40, 1.0, least=15),
        motorway_min=Criterion(60, 15, 0.5),
        workers_30min=Criterion(2_000, 30_000, 1.0),
    ),
    "factory": _profile(
        "usine de 2 ha",
        Criterion(2, 5, 2.0, least=2),
        Criterion(60, 120, 1.5, least=60),
        motorway_min=Criterion(45, 10, 1.0),
        freight_station_min=Criterion(60, 10, 0.5),
        workers_30min=Criterion(10_000, 100_000, 1.5),
    ),
    "logistics": _profile(
        "logistique",
        Criterion(4, 15, 2.0, least=4),
        Criterion(100, 250, 1.5, least=100),
        motorway_min=Criterion(20, 3, 2.5, most=30),
        freight_station_min=Criterion(60, 10, 0.5),
        workers_30min=Criterion(10_000, 100_000, 1.0),
    ),
}


@checked
def site_suitability(
    measures: pd.DataFrame,
    profile: str | SiteProfile = "factory",
    *,
    least_known_pct: float = 60.0,
    draws: int = 1000,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Score sites for a kind of plant, rank them with an interval, and give the reasons.

    The score is the weighted mean of the criteria known. Each draw takes weights at random (Dirichlet, half
    way to those chosen) and, for what is not known of a site, any score from 0 to 100: a site of which little
    is known has a wide interval. Below ``least_known_pct`` of the weight, it has no rank at all.

    Parameters
    ----------
    measures : pandas.DataFrame
        One row per site, one column per measure of the profile; NaN is unknown. ``flood_level`` is a rank (0
        none, 1 low ... 7), ``pollution`` 0 or 1. Measures that are absent are unknown for all.
    profile : str or SiteProfile, default "factory"
        "small_workshop", "factory" (2 ha), "logistics", or your own.
    least_known_pct : float, default 60
        Share of the weight that must be known for a site to be ranked.
    draws : int, default 1000
        At least 1,000.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    pandas.DataFrame
        Index of ``measures``: ``score`` (0 to 100), ``known_pct`` (of the weight), ``out`` (why a site is
        excluded, else missing), ``rank``, ``rank_low``, ``rank_high`` (5-95 % of the draws), ``strengths``,
        ``weaknesses``, ``unknown`` (criteria, joined by commas).

    Raises
    ------
    InputError
        On an unknown profile, fewer draws, a doubled index, or measures that are not numbers.

    References
    ----------
    Nardo, M., et al., "Handbook on constructing composite indicators", OECD/JRC, 2008.

    Examples
    --------
    >>> import pandas as pd, tiGIS
    >>> sites = pd.DataFrame({"area_ha": [6, 3, 1], "rectangle_width_m": [150, 70, 90], "slope_pct": 1,
    ...                       "flood_level": [0, 1, 0], "pollution": 0, "motorway_min": [12, 30, 5],
    ...                       "workers_30min": 40_000, "freight_station_min": 20}, index=["a", "b", "c"])
    >>> found = tiGIS.land.site_suitability(sites, "factory")
    >>> found["rank"].tolist(), found.loc["c", "out"]
    ([1.0, 2.0, nan], 'area_ha 1 < 2')
    """
    chosen = _checked_profile(profile)
    require_unique_index(measures, "measures")
    if draws < _LEAST_DRAWS:
        raise InputError(
            f"draws: {draws}; expected at least {_LEAST_DRAWS}, so that intervals can be trusted"
        )
    names = list(chosen.criteria)
    values = np.full((len(measures), len(names)), np.nan)
    for column, name in enumerate(names):
        if name in measures.columns:
            values[:, column] = as_numbers(measures[name], f"measures[{name!r}]")
    criteria = list(chosen.criteria.values())
    scores = np.column_stack([c.score(values[:, column]) for column, c in enumerate(criteria)])
    weights = np.array([criterion.weight for criterion in criteria])
    weights = weights / weights.sum()
    known = ~np.isnan(scores)
    known_pct = 100 * known @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(known_pct > 0, np.nan_to_num(scores) @ weights / (known @ weights), np.nan)
    out = [_reason_out(chosen.criteria, dict(zip(names, row, strict=True))) for row in values]
    ranked = (known_pct >= least_known_pct) & np.array([reason is None for reason in out], dtype=bool)
    rank, low, high = (np.full(len(measures), np.nan) for _ in range(3))
    rank[ranked] = _ranks(score[ranked][:, None])[:, 0]
    if ranked.any():
        drawn = _drawn_ranks(scores[ranked], weights, draws, np.random.default_rng(seed))
        low[ranked], high[ranked] = np.percentile(drawn, [5, 95], axis=1)
    result = pd.DataFrame(
        {
            "score": score,
            "known_pct": known_pct,
            "out": pd.Series(out, index=measures.index, dtype=object),
            "rank": rank,
            "rank_low": low,
            "rank_high": high,
            "strengths": _named(names, scores >= 75),
            "weaknesses": _named(names, scores <= 25),
            "unknown": _named(names, ~known),
        },
        index=measures.index,
    )
    limit = note(
        f"Profil « {chosen.label} » : seuils et poids conventionnels ; rang avec son intervalle (5-95 %).",
        f"Profile “{chosen.label}”: thresholds and weights are conventions; ranks with an interval (5–95 %).",
    )
    return describe(result, limits=[limit], draws=draws, seed=seed, not_ranked=int((~ranked).sum()))


def _checked_profile(profile: str | SiteProfile) -> SiteProfile:
    if isinstance(profile, str):
        if profile not in SITE_PROFILES:
            raise InputError(
                f"profile: {profile!r}; expected one of {shown(SITE_PROFILES)}, or a SiteProfile"
            )
        return SITE_PROFILES[profile]
    flat = [name for name, c in profile.criteria.items() if c.worst == c.best or not c.weight > 0]
    if flat or not profile.criteria:
        raise InputError(
            f"profile: {shown(flat) or 'no criterion'}; expected two different bounds and a weight above 0 "
            "for each criterion"
        )
    return profile


def _reason_out(criteria: Mapping[str, Criterion], values: Mapping[str, float]) -> str | None:
    """Say which bounds a site breaks; what is not known breaks none."""
    reasons = []
    for name, criterion in criteria.items():
        value = values[name]
        if criterion.least is not None and value < criterion.least:
            reasons.append(f"{name} {value:g} < {criterion.least:g}")
        if criterion.most is not None and value > criterion.most:
            reasons.append(f"{name} {value:g} > {criterion.most:g}")
    return ", ".join(reasons) or None


def _ranks(scores: Floats) -> Floats:
    """Rank each column, 1 the highest; equal scores share their mean rank."""
    return pd.DataFrame(np.round(scores, 9)).rank(ascending=False, method="average").to_numpy()


def _drawn_ranks(scores: Floats, weights: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Rank sites under weights at random, and any score for what is not known of them."""
    drawn = (weights + random.dirichlet(np.ones(len(weights)), draws)) / 2
    known = ~np.isnan(scores)
    total = np.nan_to_num(scores) @ drawn.T
    for site, criterion in np.argwhere(~known):
        total[site] += random.uniform(0, 100, draws) * drawn[:, criterion]
    return _ranks(total)


def _named(names: list[str], which: NDArray[np.bool_]) -> list[str]:
    words = np.array(names, dtype=object)
    return [", ".join(words[row]) for row in which]
