"""Alès Agglomération: brownfields and risk plans of 2024, its sites, the figures of the book, the RN 106."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import tiGIS
from tiGIS.cases import BusinessLand, Case, CaseTable

if TYPE_CHECKING:
    from tiGIS.gallery import Measure, Page

TERRITORY = tiGIS.Territory("epci", "200066918", "CA Alès Agglomération")
_OWN_LEVELS = ("epci", "commune", "ze", "bassin")


def business_land() -> BusinessLand:
    """Give the business land free and asked for in 2022."""
    figures = tiGIS.datasets.ales_reference_figures().set_index("indicator")["value"]
    free, asked = (float(figures[f"{what}_business_land"]) for what in ("available", "requested"))
    source = "Granier 2023, conclusion"
    return BusinessLand(free, asked, 2022, {"fr": source, "en": source})


def reference_figures(lang: str) -> pd.DataFrame:
    """Give the figures that the documents state for the territory and the places around it."""
    labels = pd.read_csv(Path(__file__).with_name("reference_labels.csv")).set_index("indicator")[lang]
    figures = tiGIS.datasets.ales_reference_figures()
    figures = figures[figures["level"].isin(_OWN_LEVELS)]
    return figures.assign(label=figures["indicator"].map(labels))


def _pages() -> Sequence[Page]:
    from tiGIS.cases.ales.pages import PAGES

    return PAGES


def _measures() -> Sequence[Measure]:
    from tiGIS.cases.ales.pages import measures

    return measures()


CASE = Case(
    key="ales",
    territory=TERRITORY,
    name="Alès Agglomération",
    brownfields=CaseTable(
        tiGIS.datasets.ales_brownfields,
        "ales_brownfields_2024.parquet",
        {"fr": "Friches d’Alès Agglomération", "en": "Brownfields of Alès"},
        {"fr": "mars 2024", "en": "March 2024"},
    ),
    risk_plans=CaseTable(
        tiGIS.datasets.ales_risk_plans,
        "ales_gaspar_2024.parquet",
        {"fr": "GASPAR, communes d’Alès Agglomération", "en": "GASPAR, Alès"},
        {"fr": "février 2024", "en": "February 2024"},
    ),
    business_land=business_land,
    reference_figures=reference_figures,
    pages=_pages,
    measures=_measures,
)
