"""The territory beside the intercommunalités that touch it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tiGIS._format import Lang, duration, number, quantity
from tiGIS.indicators import indicator, values
from tiGIS.portrait._blocks import Cell, Ledger, Row, Section, Table, Text, say
from tiGIS.portrait._enclavement import means, network
from tiGIS.portrait._figures import figures_of
from tiGIS.portrait._subject import MAP_YEAR, Subject, neighbours_of, people_of
from tiGIS.territory import load_communes, load_town_halls

_SHOWN = ("population_change_2018_2022_pct", "unemployment_2018_pct")


def neighbours(subject: Subject, lang: Lang) -> Section:
    """Set a territory beside the EPCI that touch it: people, minutes between centres, change."""
    title = say(lang, "Les voisins", "Neighbours")
    sirens = neighbours_of(subject)
    if not sirens:
        words = say(lang, "Aucune intercommunalité ne le touche.", "No other EPCI touches it.")
        return Section("neighbours", title, [Text(words)])
    ledger = Ledger("neighbours", lang)
    columns = {key: values(key, "epci", map_year=MAP_YEAR) for key in _SHOWN}
    marks = tuple(dict.fromkeys(mark for column in columns.values() for mark in ledger.cite(column)))
    people = people_of("epci", subject.phase)
    names = _names(sirens)
    minutes = pd.Series(np.nan, index=sirens)
    motorway = None
    if subject.on_the_mainland:
        minutes, about = _minutes_to(subject, sirens)
        marks += tuple(mark for mark in ledger.cite(about) if mark not in marks)
        motorway = means("siren", "motorway")["mean"]
    own = {key: figures_of(key, subject) for key in _SHOWN}
    rows = [
        _row(
            subject.name,
            "",
            subject.people,
            [float(own[key].get(subject.code, np.nan)) for key in _SHOWN],
            None if motorway is None else _own_minutes(subject, motorway),
            (),
            lang,
            own=True,
        )
    ]
    rows += [
        _row(
            str(names[siren]),
            duration(float(minutes[siren]), lang=lang) if np.isfinite(minutes[siren]) else "",
            float(people[siren]),
            [float(columns[key].get(siren, np.nan)) for key in _SHOWN],
            None if motorway is None else float(motorway.get(siren, np.nan)),
            marks,
            lang,
        )
        for siren in minutes.sort_values(kind="stable").index
    ]
    heads = [
        say(lang, "Intercommunalité", "EPCI"),
        *(
            [say(lang, "Temps entre les villes-centres", "Minutes between centres")]
            if motorway is not None
            else []
        ),
        say(lang, "Habitants", "People"),
        *(
            (one.label_fr if lang == "fr" else one.label_en) + f" ({_period(one)})"
            for one in map(indicator, _SHOWN)
        ),
        *(
            [say(lang, "Temps moyen jusqu’à l’autoroute", "Mean minutes to the motorway")]
            if motorway is not None
            else []
        ),
    ]
    return Section("neighbours", title, [Table(title, tuple(heads), tuple(rows))], ledger)


def _period(one: object) -> str:
    since, year = getattr(one, "since", None), getattr(one, "year", "")
    return f"{since}-{year}" if since else str(year)


def _own_minutes(subject: Subject, motorway: pd.Series) -> float:
    people = people_of("epci", subject.phase).reindex(subject.sirens)
    if subject.kind == "epci":
        return float(motorway.get(subject.code, np.nan))
    known = motorway.reindex(subject.sirens)
    return float((known * people).sum() / people[known.notna()].sum()) if known.notna().any() else np.nan


def _row(
    name: str,
    minutes: str,
    people: float,
    figures: list[float],
    motorway: float | None,
    marks: tuple[str, ...],
    lang: Lang,
    *,
    own: bool = False,
) -> Row:
    written = [
        quantity(figure, "%", one.decimals, lang=lang, signed=one.since is not None)
        for figure, one in zip(figures, map(indicator, _SHOWN), strict=True)
    ]
    cells = [
        *([Cell(minutes)] if motorway is not None else []),
        Cell(number(people, 0, lang=lang)),
        *(Cell(words) for words in written),
        *([Cell(duration(motorway, lang=lang))] if motorway is not None else []),
    ]
    return Row(name, tuple(cells), marks=marks, own=own)


def _names(sirens: list[str]) -> pd.Series:
    every = load_communes().dropna(subset=["siren"])
    return every.drop_duplicates("siren").set_index("siren")["epci"].loc[sirens]


def _minutes_to(subject: Subject, sirens: list[str]) -> tuple[pd.Series, pd.DataFrame]:
    """Minutes from the most peopled commune to that of each neighbour."""
    from tiGIS.routing import travel_times

    every = load_communes()
    inside = every[every["siren"].isin(sirens)].sort_values("population", ascending=False, kind="stable")
    seats = inside.drop_duplicates("siren")["siren"]
    halls = load_town_halls()
    minutes = travel_times(
        network(), halls.loc[[subject.centre]], halls.loc[seats.index], too_far="unreachable", progress=False
    )
    return pd.Series(minutes.iloc[0].to_numpy(), index=pd.Index(seats.to_numpy())), minutes
