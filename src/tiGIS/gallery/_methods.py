"""The page of methods: what is measured, how, how far off it may be, from what, and what it can't say."""

from __future__ import annotations

import json
from pathlib import Path

from tiGIS._bundled import bundled_path
from tiGIS._document import document
from tiGIS._format import number, quantity
from tiGIS.cases import all_cases
from tiGIS.enclavement import INDEX_INDICATORS
from tiGIS.gallery._pages import Measure
from tiGIS.gallery._place import network
from tiGIS.gallery.enclavement import INDICATOR_NAMES
from tiGIS.territory import load_communes, load_tgv_stations

_TEMPLATE = Path(__file__).with_name("methods.html")


def methods() -> str:
    """Write the page of methods; every figure in it is read from the data it speaks of."""
    held_out = network().metadata["calibration"]["held_out"]
    error = held_out["time"]
    by_km = [
        (
            f"{band.replace('-', ' à ')} km",
            *(quantity(float(one[key]), "min", 0) for key in ("median_error_min", "p90_error_min")),
            *(quantity(float(one[key]), "%", 0) for key in ("median_error_pct", "p90_error_pct")),
        )
        for band, one in held_out["time_by_straight_km"].items()
    ]
    subtitle = (
        f"Temps de route calés, et vérifiés sur {number(held_out['trips'], 0)} trajets mis à part\u202f; "
        "populations, foncier et risques tels que les publient leurs producteurs"
    )
    title = (
        f"Un temps de ces cartes est faux de plus de {quantity(error['median_error_pct'], '%', 0)} une fois "
        f"sur deux, et de plus de {quantity(error['p90_error_pct'], '%', 0)} une fois sur dix"
    )
    fields = {
        "lang": "fr",
        "title": title,
        "subtitle": subtitle,
        "by_km": by_km,
        "measures": _measures(),
        "files": _files(),
    }
    return document(_TEMPLATE, fields)


def _measures() -> list[Measure]:
    """Say what is measured, how, and its limits as the results themselves give them."""
    roads = [limit["fr"].strip().removesuffix(".") for limit in network().metadata["limits"]]
    return [
        Measure(
            "Temps en voiture",
            "Plus court chemin exact sur le réseau interurbain, de la mairie de chaque commune à la plus "
            "proche entrée d’autoroute, gare ou ville. Un temps égal au seuil est compté dedans.",
            roads,
        ),
        Measure(
            "Éloignement selon la loi",
            "Deux textes, dans les deux lectures de leur «\u202fou\u202f»\u202f: 50 km ou 45 minutes d’une "
            "autoroute ou d’une gare à grande vitesse, par la route.",
            ["Aucun des deux n’est en vigueur\u202f: le premier est abrogé, le second n’a pas été promulgué"],
        ),
        Measure(
            "Indice d’enclavement",
            f"{len(INDEX_INDICATORS)} indicateurs de même poids ({', '.join(INDICATOR_NAMES.values())}), mis "
            "entre 1 et 100, puis leur moyenne. L’intervalle du rang vient de 1\u202f000 tirages de "
            "poids, de "
            "normalisations et de moyennes\u202f: neuf tirages sur dix y tombent.",
            ["Le choix des indicateurs reste un choix", "Outre-mer\u202f: hors du réseau, sans rang"],
        ),
        Measure(
            "Rose des détours",
            "Vitesse effective à vol d’oiseau (km à vol d’oiseau par heure de route) vers les communes de "
            "5\u202f000 habitants et plus, à moins de 150 km, par direction.",
            [],
        ),
        *(measure for case in all_cases() if case.measures is not None for measure in case.measures()),
        Measure(
            "Population",
            "Populations municipales de deux recensements, portées sur la même carte des communes\u202f: "
            "sommes "
            "où elles ont fusionné, prorata où l’une s’est scindée.",
            Measure.limits_of(load_communes(epci="200066918")),
        ),
        Measure(
            "Gares à grande vitesse",
            "La gare la plus proche en temps, parmi celles que dessert un train à grande vitesse.",
            Measure.limits_of(load_tgv_stations()),
        ),
    ]


_FRENCH = {
    "January": "janvier",
    "February": "février",
    "March": "mars",
    "April": "avril",
    "October": "octobre",
    "maps of": "cartes du",
    "map of": "carte de",
    "censuses": "recensements",
    "census": "recensement",
    "network of the early": "réseau du début des années",
    "2020s": "2020",
    "public domain": "domaine public",
    "compiled by hand, not official;": "compilation, non officielle\u202f;",
    "contributors": "contributeurs",
    " to ": " à ",
    " and ": " et ",
}
_BY_ROW = "see column source"  # tables of facts, each row of which names its own source


def _files() -> list[tuple[str, str, str]]:
    """Give the producers of the bundled files, with vintage and licence, once each."""
    manifest = json.loads(bundled_path("manifest.json").read_text(encoding="utf-8"))
    rows = {
        (one["attribution"], one["vintage"], one["licence"])
        for one in manifest.values()
        if one["attribution"] != _BY_ROW
    }
    return [(_in_french(who), _in_french(when), _in_french(licence)) for who, when, licence in sorted(rows)]


def _in_french(words: str) -> str:
    for english, french in _FRENCH.items():
        words = words.replace(english, french)
    return words
