"""The portrait of a territory: one self-contained page, its figures beside those of its peers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import tiGIS
from tiGIS._files import write_text
from tiGIS._format import Lang, number, ordinal, quantity
from tiGIS._meta import description
from tiGIS.indicators._datasets import census_of_epci
from tiGIS.maps import choropleth, figure, save_figure

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

_TEMPLATE = Path(__file__).with_name("maps") / "assets" / "profile.html"
_MAP_YEAR = 2024
_LONG_UNIT = 12
_WORDS: dict[str, tuple[str, str]] = {
    "people": ("habitants", "inhabitants"),
    "communes": ("communes", "communes"),
    "comparable": ("Comparables (médiane)", "Peers (median)"),
    "spread": ("8 sur 10 des comparables", "8 in 10 peers"),
    "figure": ("Indicateur", "Indicator"),
    "france": ("France", "France"),
    "region": ("Région", "Region"),
    "rank": ("Rang", "Rank"),
    "key": ("Chiffres clés", "Key figures"),
    "reference": ("Ce que disent les documents", "What the documents say"),
    "sources": ("Sources", "Sources"),
    "limits": ("Limites", "Limits"),
    "where": (
        "Évolution de la population des communes, 2018-2022",
        "Change of population by commune, 2018-2022",
    ),
}


@dataclass(frozen=True)
class _Row:
    """One figure of the portrait, written out."""

    label: str
    year: str
    own: str
    peers: str
    region: str
    france: str
    rank: str
    low: float
    high: float
    middle: float
    at: float
    said: str


def profile(territory: str, path: str | Path | None = None, *, lang: Lang = "fr") -> str:
    """Write the portrait of an EPCI: situation, key figures beside France, the region and comparable EPCI.

    Parameters
    ----------
    territory : str
        SIREN or name of an EPCI.
    path : path-like, optional
        Where to write the page.
    lang : {"fr", "en"}
        Language.

    Returns
    -------
    str
        The page: HTML that needs nothing else.

    Raises
    ------
    TerritoryNotFoundError, AmbiguousTerritoryError
        No EPCI of that name, or several.

    Notes
    -----
    Comparable EPCI have members in a Territoire d'industrie of 2018-2022 and from half to twice the people.
    Rank 1 is the highest figure. The bar of each line spans their tenth to ninetieth percentile.

    Examples
    --------
    >>> page = profile("200066918")
    >>> "Alès Agglomération" in page
    True
    """
    from jinja2 import Environment

    siren, name = _find(territory)
    peers = _comparable(siren)
    region = str(_regions()[siren])
    rows, sources, limits = [], [], []
    for key in INDICATORS:
        row, told = _row(key, siren, peers, region, lang)
        rows.append(row)
        sources += [s[lang] for s in told["sources"]]
        limits += [s[lang] for s in told["limits"]]
    communes = tiGIS.load_communes(epci=siren, year=_MAP_YEAR)
    text = {key: pair[0 if lang == "fr" else 1] for key, pair in _WORDS.items()}
    regions = tiGIS.load_regions()
    page = (
        Environment(autoescape=True, trim_blocks=True)
        .from_string(_TEMPLATE.read_text(encoding="utf-8"))
        .render(
            lang=lang,
            t=text,
            title=name,
            lead=[
                f"{number(_people()[siren], 0, lang=lang)} {text['people']}",
                f"{number(len(communes), 0, lang=lang)} {text['communes']}",
                str(regions.loc[region, "nom"]),
            ],
            peers=_peers_in_words(peers, siren, lang),
            rows=rows,
            picture=_picture(communes),
            reference=_reference(siren, lang),
            sources=list(dict.fromkeys(sources)),
            limits=list(dict.fromkeys(limits)),
            region=str(regions.loc[region, "nom"]),
        )
    )
    if path is not None:
        write_text(path, page)
    return page


def _find(territory: str) -> tuple[str, str]:
    found = [one for one in tiGIS.find_territory(territory) if one.kind == "epci"]
    if not found:
        raise tiGIS.TerritoryNotFoundError(
            f"territory: no EPCI answers to {territory!r}; expected its SIREN (9 figures) or its name. "
            "See `tigis info` for what does."
        )
    if len(found) > 1:
        names = "; ".join(f"{one.code} {one.nom}" for one in found)
        raise tiGIS.AmbiguousTerritoryError(f"territory: {territory!r} may be {names}; expected one SIREN")
    return found[0].code, found[0].nom


def _comparable(siren: str) -> list[str]:
    """Find the EPCI with members in a Territoire d'industrie and from half to twice the people."""
    people = _people()
    members = tiGIS.territoire_members("2018-2022", communes=True, year=_MAP_YEAR)["code_insee"]
    owner = tiGIS.load_memberships(_MAP_YEAR)["siren"]
    industrial = set(owner.reindex(members).dropna())
    near = people.between(people[siren] / 2, people[siren] * 2) & people.index.isin(industrial)
    return sorted({*people.index[near], siren})


@cache
def _people() -> pd.Series:
    """Give the population of each EPCI."""
    return tiGIS.load_epci(_MAP_YEAR)["population"]


@cache
def _regions() -> pd.Series:
    """Give the region of each EPCI: the one of most of its communes."""
    members = tiGIS.load_memberships(_MAP_YEAR).dropna(subset=["siren"])
    counts = members.groupby(["siren", "region"]).size().reset_index(name="communes")
    first = counts.sort_values(["siren", "communes", "region"], ascending=[True, False, True])
    return first.drop_duplicates("siren").set_index("siren")["region"]


def _row(key: str, siren: str, peers: list[str], region: str, lang: Lang) -> tuple[_Row, dict[str, Any]]:
    """Write one line; an unknown figure is said in words."""
    indicator = tiGIS.indicator(key)
    epci = tiGIS.values(key, "epci", map_year=_MAP_YEAR)
    others = epci.reindex(peers).dropna()
    own = float(epci.get(siren, np.nan))
    unit = indicator.unit_fr if lang == "fr" else indicator.unit_en
    if len(unit) > _LONG_UNIT:
        unit = ""  # the label says it already
    signed = indicator.since is not None

    def write(value: float) -> str:
        return quantity(value, unit, indicator.decimals, lang=lang, signed=signed)

    low, high = (float(np.quantile(others, q)) if len(others) else np.nan for q in (0.1, 0.9))
    middle = float(others.median()) if len(others) else np.nan
    ends = np.array([own, float(others.min()), float(others.max())]) if len(others) else np.array([0.0, 1.0])
    start, stop = float(np.nanmin(ends)), float(np.nanmax(ends))

    def place(value: float) -> float:
        return round(100 * (value - start) / ((stop - start) or 1), 2) if np.isfinite(value) else -1.0

    rank = ""
    if np.isfinite(own):
        rank = f"{ordinal(int((others > own).sum()) + 1, lang=lang)} / {number(len(others), 0, lang=lang)}"
    row = _Row(
        label=indicator.label_fr if lang == "fr" else indicator.label_en,
        year=f"{indicator.since}-{indicator.year}" if indicator.since else str(indicator.year or ""),
        own=write(own),
        peers=write(middle),
        region=write(float(_summed(key, "region").get(region, np.nan))),
        france=write(float(_summed(key, "france").iloc[0])),
        rank=rank,
        low=place(low),
        high=place(high),
        middle=place(middle),
        at=place(own),
        said=f"{write(low)} – {write(high)}",
    )
    return row, description(epci)


def _summed(key: str, level: str) -> pd.Series:
    """Give an indicator by region or for France; the census of 2018 is summed from the EPCI."""
    indicator = tiGIS.indicator(key)
    table = census_of_epci(_MAP_YEAR)
    if not indicator.columns <= set(table.columns):
        return tiGIS.values(key, level, map_year=_MAP_YEAR)
    groups = _regions().reindex(table.index) if level == "region" else pd.Series("FR", index=table.index)
    known = table[table[sorted(indicator.columns)].notna().all(axis=1) & groups.notna()]
    summed = tiGIS.aggregate(
        known[sorted(indicator.columns)],
        groups.loc[known.index],
        indicators=[indicator],
        population=_people().reindex(known.index),
    )
    return summed[indicator.name]


def _peers_in_words(peers: list[str], siren: str, lang: Lang) -> str:
    count = number(len([p for p in peers if p != siren]), 0, lang=lang)
    if lang == "fr":
        return (
            f"Comparables\u202f: les {count} autres intercommunalités de Territoires d’industrie (2018-2022) "
            "dont la population va de la moitié au double. Rang 1\u202f: la plus forte valeur. Une "
            "intercommunalité à cheval sur deux régions compte dans celle où elle a le plus de communes."
        )
    return (
        f"Peers: the {count} other EPCI of Territoires d'industrie (2018-2022), half to twice the people. "
        "Rank 1 is the highest figure. An EPCI across two regions counts in that of most of its communes."
    )


def _picture(communes: Any) -> str:
    """Draw the communes by change of population, as SVG."""
    change = tiGIS.values("population_change_2018_2022_pct", "commune", map_year=_MAP_YEAR)
    frame = communes.assign(change=change.reindex(communes.index))
    chart = choropleth(
        frame, "change", label="Évolution", unit="%", center=0, palette="change", kind="commune",
        population="population", outlines=frame.dissolve(),
    )  # fmt: skip
    out = io.BytesIO()
    save_figure(figure(chart, width_cm=18, framed=False), out, "svg")
    svg = out.getvalue().decode("utf-8")
    return svg[svg.index("<svg") :]


def _reference(siren: str, lang: Lang) -> list[tuple[str, str, str, str]]:
    """Give the figures that the reference documents state for the territory; few territories have any."""
    figures = tiGIS.load_reference_figures()
    if siren != "200066918":
        return []
    own = figures[figures["level"] == "epci"]
    return [
        (
            str(row["indicator"]).replace("_", " "),
            "" if pd.isna(row["year"]) else str(int(row["year"])),
            f"{number(float(row['value']), lang=lang)} {row['unit']}",
            str(row["source"]),
        )
        for _, row in own.iterrows()
    ]
