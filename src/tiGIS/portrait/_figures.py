"""Key figures of a territory beside those of its peers, its region and France."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from tiGIS._format import Lang, number, ordinal, quantity
from tiGIS.indicators import indicator, values
from tiGIS.portrait._blocks import Block, Cell, Ledger, Row, Section, Table, Text, say
from tiGIS.portrait._drawing import strip
from tiGIS.portrait._subject import MAP_YEAR, Peers, Subject, peers_in_words

INDICATORS = (
    "population_change_2018_2022_pct",
    "density_2018",
    "unemployment_2018_pct",
    "jobs_per_100_active_2018",
    "jobs_change_2013_2018_pct",
    "industry_establishments_2018_pct",
    "vacancy_2021_pct",
    "young_2021_pct",
    "old_2021_pct",
)
"""Figures of the portrait: none depends on the size of the territory."""

_LONG_UNIT = 12


def key_figures(subject: Subject, peers: Peers, lang: Lang) -> Section:
    """Set the key figures of a territory beside those of others."""
    ledger = Ledger("key", lang)
    rows = tuple(_row(key, subject, peers, ledger, lang) for key in INDICATORS)
    heads = (
        say(lang, "Indicateur", "Indicator"),
        subject.name,
        say(lang, "Rang parmi les comparables", "Rank among peers"),
        say(lang, "8 sur 10 des comparables", "8 in 10 peers"),
        say(lang, "Comparables (médiane)", "Peers (median)"),
        subject.region_name,
        "France",
    )
    title = say(lang, "Chiffres clés", "Key figures")
    blocks: list[Block] = [Text(peers_in_words(subject, peers, lang)), Table(title, heads, rows)]
    return Section("key", title, blocks, ledger)


def figures_of(key: str, subject: Subject) -> pd.Series:
    """Give an indicator for all territories of the kind of the subject."""
    return values(key, subject.kind, map_year=MAP_YEAR, phase=subject.phase)


def rank_with_interval(figures: pd.Series, code: str, peers: Peers) -> tuple[int, int, int, int] | None:
    """Rank a territory among its peers, the highest first; the interval over other choices of peers.

    Ranks under the other choices are brought to the number of the peers: a third of the way down stays a
    third of the way down. None where the figure, or that of all others, is not known.
    """
    own = figures.get(code, np.nan)
    known = figures.reindex(peers.codes).dropna()
    if not np.isfinite(own) or len(known) < 2:
        return None
    count = len(known)
    rank = 1 + int((known > own).sum())
    ranks = [rank]
    for codes in peers.others:
        other = figures.reindex(codes).dropna()
        if len(other) > 1:
            ranks.append(1 + round((other > own).sum() / (len(other) - 1) * (count - 1)))
    return rank, min(ranks), max(ranks), count


def rank_words(found: tuple[int, int, int, int] | None, lang: Lang) -> tuple[str, str]:
    """Write a rank, then its interval."""
    if found is None:
        return "", ""
    rank, low, high, count = found
    first = f"{ordinal(rank, lang=lang)} / {number(count, 0, lang=lang)}"
    between = say(
        lang,
        f"({ordinal(low)} à {ordinal(high)})",
        f"({ordinal(low, lang='en')} to {ordinal(high, lang='en')})",
    )
    return first, between


def _row(key: str, subject: Subject, peers: Peers, ledger: Ledger, lang: Lang) -> Row:
    """Write one line; an unknown figure is said in words."""
    one = indicator(key)
    figures = figures_of(key, subject)
    region, france = (values(key, level, map_year=MAP_YEAR) for level in ("region", "france"))
    others = figures.reindex([code for code in peers.codes if code != subject.code]).dropna()
    own = float(figures.get(subject.code, np.nan))
    unit = one.unit_fr if lang == "fr" else one.unit_en
    if len(unit) > _LONG_UNIT:
        unit = ""  # the label says it already
    signed = one.since is not None

    def write(value: float) -> str:
        return quantity(value, unit, one.decimals, lang=lang, signed=signed)

    rank, between = rank_words(rank_with_interval(figures, subject.code, peers), lang)
    return Row(
        heading=one.label_fr if lang == "fr" else one.label_en,
        small=f"{one.since}-{one.year}" if one.since else str(one.year or ""),
        cells=(
            Cell(write(own), kind="own"),
            Cell(rank, small=between),
            _spread(others, own, write),
            Cell(write(float(others.median()) if len(others) else np.nan)),
            Cell(write(float(region.get(subject.region, np.nan)))),
            Cell(write(float(france.iloc[0]))),
        ),
        marks=ledger.cite(figures),
    )


def _spread(others: pd.Series, own: float, write: Callable[[float], str]) -> Cell:
    """Draw where the territory stands among its peers."""
    if len(others) < 2:
        return Cell()
    low, high = (float(np.quantile(others, q)) for q in (0.1, 0.9))
    words = f"{write(low)} – {write(high)}"
    ends = (float(others.min()), float(others.max()))
    return Cell(drawing=strip(own, low, high, float(others.median()), ends, words), small=words)
