"""How shut in a territory is: minutes, legal tests, directions, ways out, and a rank with its interval."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._format import Lang, duration, number, ordinal, quantity
from tiGIS.accessibility import summarise
from tiGIS.enclavement import (
    INDEX_INDICATORS,
    EnclavementIndex,
    access_times,
    enclavement_index,
    industry_table,
    is_continental,
    legal_readings,
    load_targets,
    redundancy,
    rose_of,
    target_name,
    town_hall_points,
)
from tiGIS.maps import Layer, direction_name
from tiGIS.portrait._blocks import Cell, Ledger, Picture, Row, Section, Table, Text, count_among, say
from tiGIS.portrait._drawing import rose
from tiGIS.portrait._situation import commune_map
from tiGIS.portrait._subject import Peers, Subject
from tiGIS.territory import area_km2, load_communes

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork

TARGETS = ("motorway", "tgv", "city_100000")
LATE_MIN = 45


@cache
def network() -> RoadNetwork:
    """Load the bundled network once."""
    from tiGIS.network import load_interurban_network

    return load_interurban_network()


@cache
def minutes_of_communes() -> pd.DataFrame:
    """Minutes of all communes of metropolitan France to what matters, with ``population``."""
    communes = load_communes()
    access = access_times(network(), town_hall_points(communes), load_targets(list(TARGETS)), distances=False)
    access["population"] = communes["population"].reindex(access.index).fillna(0)
    access[["siren", "region"]] = communes[["siren", "region"]].reindex(access.index)
    return access


def means(to: str | None, target: str) -> pd.DataFrame:
    """People-weighted mean minutes and share beyond 45 minutes, by EPCI, by region or for the mainland."""
    table = minutes_of_communes()
    groups = None if to is None else table[to]
    return summarise(table[f"{target}_min"], table["population"], to=groups, thresholds=[LATE_MIN])


def enclavement(subject: Subject, peers: Peers, lang: Lang) -> Section:
    """Say how shut in a territory is."""
    title = say(lang, "Enclavement", "Remoteness")
    if not subject.on_the_mainland:
        words = say(
            lang,
            "Le réseau routier fourni avec tiGIS s’arrête à la France métropolitaine\u202f: ni temps, ni "
            "rang d’enclavement ne sont connus ici. `tigis gather` lit les routes d’outre-mer.",
            "The road network that comes with tiGIS stops at metropolitan France: neither minutes nor a rank "
            "are known here. `tigis gather` reads the roads overseas.",
        )
        return Section("enclavement", title, [Text(words)])
    ledger = Ledger("enclavement", lang)
    table = minutes_of_communes()
    marks = ledger.enter(table.attrs["tigis"]["sources"], table.attrs["tigis"]["limits"])
    own = table.loc[table.index.intersection(subject.communes.index)]
    blocks = [
        _ranked(subject, ledger, lang),
        _minutes(subject, own, peers, marks, lang),
        _motorway(subject, own, marks, lang),
        *_legal(subject, ledger, lang),
        *_directions(subject, ledger, lang),
        _ways_out(subject, ledger, lang),
    ]
    return Section("enclavement", title, blocks, ledger)


def _minutes(subject: Subject, own: pd.DataFrame, peers: Peers, marks: tuple[str, ...], lang: Lang) -> Table:
    """Minutes to each target beside those of peers, the region and France."""
    rows = []
    for target in TARGETS:
        mine = summarise(own[f"{target}_min"], own["population"], thresholds=[LATE_MIN]).iloc[0]
        others = _of_peers(subject, peers, target)
        cells = [
            Cell(duration(float(mine["mean"]), lang=lang), kind="own"),
            Cell(quantity(float(mine[f"beyond_{LATE_MIN}_share_pct"]), "%", 0, lang=lang)),
            Cell(duration(float(others.median()) if len(others) else None, lang=lang)),
            Cell(duration(float(means("region", target)["mean"].get(subject.region, np.nan)), lang=lang)),
            Cell(duration(float(means(None, target)["mean"].iloc[0]), lang=lang)),
        ]
        name = target_name(target, lang)
        rows.append(Row(name[0].upper() + name[1:], tuple(cells), marks=marks))
    heads = (
        say(lang, "Minutes en voiture jusqu’à…", "Minutes by car to..."),
        subject.name,
        say(lang, f"Habitants à plus de {LATE_MIN} min", f"People beyond {LATE_MIN} min"),
        say(lang, "Comparables (médiane)", "Peers (median)"),
        subject.region_name,
        say(lang, "France métropolitaine", "Metropolitan France"),
    )
    caption = say(
        lang,
        "Temps moyens de la population, depuis les mairies, sans bouchon",
        "Mean minutes of the population, from town halls, without congestion",
    )
    return Table(caption, heads, tuple(rows))


def _of_peers(subject: Subject, peers: Peers, target: str) -> pd.Series:
    """Mean minutes of the peers, the territory left out."""
    every = (
        means("siren", target)["mean"]
        if subject.kind == "epci"
        else industries(subject.phase)[f"{target}_min"]
    )
    return every.reindex([code for code in peers.codes if code != subject.code]).dropna()


@cache
def industries(phase: str) -> pd.DataFrame:
    """All Territoires d'industrie of a phase."""
    return industry_table(network(), phase=phase)


@cache
def index_of(kind: str, phase: str) -> EnclavementIndex:
    """Index of all Territoires d'industrie of a phase, or of all EPCI of metropolitan France."""
    if kind == "ti":
        return enclavement_index(industries(phase)[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS)
    return enclavement_index(
        pd.DataFrame({f"{target}_min": means("siren", target)["mean"] for target in TARGETS})
    )


def _ranked(subject: Subject, ledger: Ledger, lang: Lang) -> Text:
    """Give the rank of the territory with its interval, or say that there is none."""
    index = index_of(subject.kind, subject.phase)
    marks = ledger.cite(index.table)
    found = index.table.reindex([subject.code]).iloc[0]
    if pd.isna(found["rank"]):
        return Text(
            say(
                lang,
                "Rang d’enclavement inconnu\u202f: une des mesures l’est.",
                "No rank: a measure is unknown.",
            ),
            marks=marks,
        )
    count = number(int(index.table["rank"].notna().sum()), 0, lang=lang)
    rank, low, high = (
        ordinal(round(float(found[name])), lang=lang) for name in ("rank", "rank_low", "rank_high")
    )
    ti = subject.kind == "ti"
    if lang == "fr":
        whom = f"Territoires d’industrie ({subject.phase})" if ti else "intercommunalités"
        order = "du plus enclavé au moins enclavé" if ti else "de la plus enclavée à la moins enclavée"
        of_what = "huit mesures de temps, de portée et de détour" if ti else "trois temps moyens ci-dessous"
        words = (
            f"Au {rank} rang sur {count} {whom} que le réseau relie, {order}\u202f; entre le {low} et le "
            f"{high}, "
            f"neuf fois sur dix, quand changent le poids des {of_what} et la façon de les combiner."
        )
    else:
        whom = f"Territoires d'industrie ({subject.phase})" if ti else "EPCI"
        of_what = "eight measures of time, reach and detour" if ti else "three mean times below"
        words = (
            f"{rank} most remote of the {count} {whom} that the network joins; between {low} and {high}, "
            f"nine times in ten, when the weights of the {of_what} and the way to combine them change."
        )
    return Text(words, strong=True, marks=marks)


def _motorway(subject: Subject, own: pd.DataFrame, marks: tuple[str, ...], lang: Lang) -> Picture | Text:
    """Draw the minutes to the motorway, commune by commune; say so where none is known."""
    known = own["motorway_min"].dropna()
    if not len(known):
        words = say(
            lang,
            "Le réseau fourni ne mène d’ici à aucune entrée d’autoroute\u202f: ce temps n’est pas connu.",
            "The bundled network leads from here to no motorway access: these minutes are not known.",
        )
        return Text(words, marks=marks)
    label = say(lang, "Temps jusqu’à l’autoroute", "Minutes to the motorway")
    some = count_among(int((known > LATE_MIN).sum()), len(known), lang)
    caption = say(
        lang,
        f"Temps jusqu’à l’entrée d’autoroute la plus proche\u202f: {some} à plus de {LATE_MIN} minutes",
        f"Minutes to the nearest motorway access: {some} beyond {LATE_MIN} minutes",
    )
    layer = Layer(column="value", label=label, unit="min", palette="enclavement", method="pretty", k=5)
    return commune_map(subject, own["motorway_min"], layer, caption, lang, marks)


def _legal(subject: Subject, ledger: Ledger, lang: Lang) -> list[Text | Table]:
    """Set both laws in both readings of their "or", by road."""
    inside = subject.communes[is_continental(subject.communes.index)]
    if not len(inside):
        words = say(
            lang,
            "Les textes de 1995 et de 2019 ne visent pas la Corse.",
            "The texts of 1995 and 2019 leave Corsica out.",
        )
        return [Text(words)]
    halls = town_hall_points(inside)
    access = access_times(network(), halls, load_targets(["motorway", "tgv"]))
    rows = []
    for law, name in (
        ("1995", say(lang, "Loi de 1995 (abrogée en 1999)", "Law of 1995 (repealed in 1999)")),
        ("2019", say(lang, "Sénat, 2019 (jamais promulguée)", "Senate, 2019 (never law)")),
    ):
        table = legal_readings(access, inside["population"], area_km2(inside), law=law)  # type: ignore[arg-type]
        marks = ledger.cite(table)
        for logic, reading in (
            ("either", say(lang, "une des deux bornes suffit", "one bound is enough")),
            ("both", say(lang, "les deux bornes comptent", "both bounds count")),
        ):
            found = {column: float(table[column].to_dict()["road", logic]) for column in table.columns}
            cells = (
                Cell(number(found["places"], 0, lang=lang)),
                Cell(number(found["people"], 0, lang=lang)),
                Cell(quantity(found["people_share_pct"], "%", 0, lang=lang), kind="own"),
            )
            rows.append(Row(name, cells, small=reading, marks=marks))
    caption = say(
        lang,
        "Ce que la loi dirait trop éloigné\u202f: à plus de 50 km et 45 minutes d’une autoroute et d’une "
        "gare à grande vitesse, par la route, dans les deux lectures du «\u202fou\u202f»",
        "What the law would call too far: beyond 50 km or 45 minutes of a motorway and a high-speed "
        "station, by road, in both readings of its 'or'",
    )
    heads = (
        say(lang, "Texte et lecture", "Text and reading"),
        say(lang, "Communes", "Communes"),
        say(lang, "Habitants", "People"),
        say(lang, "Part", "Share"),
    )
    return [Table(caption, heads, tuple(rows))]


def _directions(subject: Subject, ledger: Ledger, lang: Lang) -> list[Text | Picture]:
    """Draw the speed as the crow flies by direction, from the most peopled commune."""
    table = rose_of(network(), subject.centre)
    speeds = table["crow_kmh"].drop("all")
    marks = ledger.cite(table)
    if speeds.isna().all():
        return []
    worst, best = str(speeds.idxmin()), str(speeds.idxmax())
    names = {str(code): direction_name(str(code), lang) for code in speeds.index}
    centre = str(subject.communes.loc[subject.centre, "nom"])
    caption = say(
        lang,
        f"Depuis {centre}, {_towards(names[worst])} on n’avance que de {number(float(speeds[worst]), 0)} km "
        f"à vol d’oiseau par heure de route, contre {number(float(speeds[best]), 0)} "
        f"{_towards(names[best])}",
        f"From {centre}, towards the {names[worst]} an hour of driving gains only "
        f"{number(float(speeds[worst]), 0, lang='en')} km as the crow flies, against "
        f"{number(float(speeds[best]), 0, lang='en')} towards the {names[best]}",
    )
    told = "; ".join(f"{names[str(c)]} {number(float(v), 0, lang=lang)} km/h" for c, v in speeds.items())
    return [Picture(rose(speeds, names, worst), caption, f"{caption}. {told}", kind="small", marks=marks)]


def _towards(direction: str) -> str:
    return f"vers l’{direction}" if direction[0] in "eo" else f"vers le {direction}"


def _ways_out(subject: Subject, ledger: Ledger, lang: Lang) -> Text:
    """Say how many ways out share no road."""
    whole = subject.communes.dissolve()[["geometry"]]
    table = redundancy(network(), whole, load_targets(["motorway"])["motorway"])
    marks = ledger.cite(table)
    if bool(table["gate_inside"].iloc[0]):
        words = say(
            lang,
            "Une entrée d’autoroute est dans le territoire même.",
            "There is a motorway access inside the territory.",
        )
    else:
        words = _ways_in_words(float(table["ways_out"].iloc[0]), lang)
    return Text(words, marks=marks)


def _ways_in_words(ways: float, lang: Lang) -> str:
    if not ways > 0:  # none, or not known: an island has no road to a motorway, which is no count of cuts
        return say(
            lang,
            "Issues\u202f: le réseau fourni ne mène d’ici à aucune autoroute\u202f; leur nombre n’est pas "
            "connu.",
            "Ways out: the bundled network leads from here to no motorway; their number is not known.",
        )
    if ways == 1:
        return say(
            lang,
            "Issues\u202f: tous les chemins vers le réseau autoroutier passent par une même route\u202f; la "
            "couper isolerait le territoire.",
            "Ways out: every way to the motorways takes one same road; cutting it closes the territory off.",
        )
    count = number(int(ways), 0, lang=lang)
    return say(
        lang,
        f"Issues\u202f: {count} chemins sans route commune mènent du territoire au réseau autoroutier\u202f; "
        f"il faudrait en couper {count} pour l’isoler.",
        f"Ways out: {count} ways that share no road lead from the territory to the motorways; it takes "
        f"{count} cuts to close it off.",
    )
