"""What the reference documents say of a territory: few territories have any."""

from __future__ import annotations

import pandas as pd

from tiGIS._format import Lang, number
from tiGIS.cases import cases_of
from tiGIS.portrait._blocks import Cell, Ledger, Row, Section, Table, say
from tiGIS.portrait._subject import Subject

_UNITS = {
    "inhabitants": ("habitants", "inhabitants"),
    "communes": ("communes", "communes"),
    "employees": ("salariés", "employees"),
    "establishments": ("établissements", "establishments"),
    "projects": ("projets", "projects"),
    "ha": ("ha", "ha"),
    "%": ("%", "%"),
}
_HEDGES = {
    "more than": ("plus de", "more than"),
    "less than": ("moins de", "less than"),
    "about": ("environ", "about"),
}


def reference_figures(subject: Subject, lang: Lang) -> Section | None:
    """Give the figures that the documents state for a territory, oldest first on each line."""
    stated = [
        case.reference_figures(lang)
        for case in cases_of(subject.communes.index)
        if case.reference_figures is not None
    ]
    if not stated:
        return None
    figures = pd.concat(stated)
    ledger = Ledger("reference", lang)
    rows = []
    for key, lines in figures.groupby(["label", "geography"], sort=False):
        label, place = (str(part) for part in key)
        ordered = lines.sort_values("year")
        cells = (
            Cell(place, kind="text"),
            Cell(_series(ordered, lang), kind="own"),
        )
        rows.append(Row(label, cells, marks=ledger.enter(ordered["source"].tolist())))
    title = say(lang, "Ce que disent les documents", "What the documents say")
    heads = (
        say(lang, "Chiffre", "Figure"),
        say(lang, "Lieu", "Place"),
        say(lang, "Valeur (année)", "Value (year)"),
    )
    return Section("reference", title, [Table(title, heads, tuple(rows))], ledger)


def _series(lines: pd.DataFrame, lang: Lang) -> str:
    """Write the values of a line, each with its year; the unit once, with what hedges it."""
    unit, _, rest = str(lines["unit"].iloc[0]).partition(" (")
    hedge = next((pair for key, pair in _HEDGES.items() if rest.startswith(key)), ("", ""))[lang == "en"]
    written = [
        f"{number(float(value), lang=lang)} ({int(year)})"
        for value, year in zip(lines["value"], lines["year"], strict=True)
    ]
    words = " → ".join(written)
    shown = _UNITS[unit][lang == "en"]
    return f"{hedge} {words} {shown}".strip()
