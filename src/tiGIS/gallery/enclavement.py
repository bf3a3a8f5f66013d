"""Maps of enclavement: how far Alès is from what, in which direction, and its place among the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import tiGIS
from tiGIS._format import number, quantity
from tiGIS.enclavement import (
    INDEX_INDICATORS,
    access_times,
    commune_table,
    enclavement_index,
    industry_table,
    load_targets,
    rose_of,
    town_hall_points,
)
from tiGIS.gallery.ales import ALES, TOWNS, neighbours
from tiGIS.maps import Layer, TigisMap, choropleth, direction_name, rose_polygons

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork

PHASE = "2018-2022"
_CENTRE = "30007"
_LATE_MIN = 45
_ROSE_M = 32_000.0
_KINDS = {
    "motorway": "Entrée d’autoroute la plus proche",
    "tgv": "Gare à grande vitesse la plus proche",
    "city_100000": "Ville de 100\u202f000 habitants la plus proche",
}
_BOUNDS = (15, 30, 45, 60, 75, 90)


@lru_cache(maxsize=1)
def network() -> RoadNetwork:
    """Load the bundled network once for all the pages."""
    loaded: RoadNetwork = tiGIS.load_interurban_network()
    return loaded


def minutes() -> TigisMap:
    """Map the minutes to the motorway, the high-speed train and a city of 100,000."""
    communes = tiGIS.load_communes(epci=ALES)
    access = access_times(network(), town_hall_points(communes), load_targets(list(_KINDS)))
    communes = communes.join(access)
    communes.attrs = dict(access.attrs)
    late = communes["motorway_min"] > _LATE_MIN
    people = float(communes.loc[late, "population"].sum())
    return choropleth(
        communes,
        [
            Layer(
                column=f"{name}_min",
                label=label,
                unit="min",
                unit_label="temps en voiture, sans bouchon",
                bins=round_bounds(communes[f"{name}_min"]),
                palette="enclavement",
                reasons="pas de route assez proche",
            )
            for name, label in _KINDS.items()
        ],
        title=(
            f"{number(int(late.sum()), 0)} communes sur {len(communes)} sont à plus de {_LATE_MIN} minutes "
            "d’une "
            f"entrée d’autoroute\u202f: {number(people, 0)} habitants"
        ),
        subtitle="Temps en voiture depuis la mairie, sans bouchon, par commune d’Alès Agglomération",
        population="population",
        kind="commune",
        facts={f"{name}_name": label for name, label in _KINDS.items()},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
    )


def round_bounds(values: pd.Series, bounds: Sequence[float] = _BOUNDS) -> list[float]:
    """Give round bounds that hold all the values, and leave no class empty."""
    known = values.dropna().astype(float)
    first, last = 5 * np.floor(known.min() / 5), 5 * np.ceil(known.max() / 5)
    kept = [float(first)]
    for bound in [*(b for b in bounds if first < b < last), float(max(last, first + 5))]:
        # the first class holds its lower bound as well
        lower = known > kept[-1] if len(kept) > 1 else known >= kept[-1]
        if (lower & (known <= bound)).any():
            kept.append(float(bound))
        else:
            kept[-1] = float(bound) if len(kept) > 1 else kept[-1]
    return kept


_LAWS = {
    "1995": "Loi de 1995 (abrogée en 1999)",
    "2019": "Sénat, 2019 (jamais promulguée)",
}
_SHADES = {
    "oui, dans les deux lectures": "#a63603",
    "oui, si les deux bornes comptent": "#fd8d3c",
    "non": "#feedde",
}
_READINGS = {
    (True, True): "oui, dans les deux lectures",
    (False, True): "oui, si les deux bornes comptent",
    (False, False): "non",
}


def legal() -> TigisMap:
    """Map the two legal tests of remoteness."""
    communes = tiGIS.load_communes(epci=ALES)
    table = commune_table(network(), communes, targets=load_targets(["motorway", "tgv"]))
    communes = communes.join(table.drop(columns=["nom", "population"]))
    communes.attrs = dict(table.attrs)
    for law in ("1995", "2019"):
        pairs = zip(communes[f"remote_{law}"], communes[f"remote_{law}_both"], strict=True)
        communes[f"law_{law}"] = [_READINGS[bool(either), bool(both)] for either, both in pairs]
    remote = communes["remote_1995"].astype(bool)
    people = communes.loc[remote, "population"].sum()
    share = 100 * people / communes["population"].sum()
    return choropleth(
        communes,
        [
            Layer(
                column=f"law_{law}",
                label=label,
                palette=[_SHADES[name] for name in communes[f"law_{law}"].value_counts().index],
            )
            for law, label in _LAWS.items()
        ],
        title=(
            f"La loi de 1995 aurait dit trop éloignées {number(int(remote.sum()), 0)} communes d’Alès "
            f"Agglomération sur {len(communes)}, où vivent {quantity(share, '%', 0)} des habitants"
        ),
        subtitle=(
            "À plus de 50 km et de 45 minutes à la fois d’une autoroute et d’une gare à grande vitesse, "
            "par la "
            "route\u202f; le «\u202fou\u202f» de la loi se lit de deux façons"
        ),
        population="population",
        kind="commune",
        facts={
            "motorway_min": ("Jusqu’à l’autoroute", "min"),
            "tgv_min": ("Jusqu’à la gare à grande vitesse", "min"),
        },
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
    )


def rose() -> TigisMap:
    """Draw the detour rose of Alès."""
    table = rose_of(network(), _CENTRE)
    mean_kmh = float(table["crow_kmh"].to_dict()["all"])
    directions = table.drop("all")
    speeds = {str(code): float(value) for code, value in directions["crow_kmh"].items()}
    worst = min(speeds, key=lambda code: speeds[code])
    towards = (
        f"l’{direction_name(worst)}" if worst[0] == "E" or worst == "W" else f"le {direction_name(worst)}"
    )
    centre = tiGIS.territory.load_town_halls().loc[[_CENTRE]].geometry.to_crs(2154)
    wedges = rose_polygons(directions["crow_kmh"], centre, _ROSE_M)
    wedges["detour"] = directions["detour"]
    wedges["trips"] = directions["trips"]
    wedges.attrs = dict(table.attrs)
    return choropleth(
        wedges,
        [
            Layer(
                column="value",
                label="Vitesse à vol d’oiseau",
                unit="km/h",
                unit_label="km à vol d’oiseau par heure de route",
                method="pretty",
                palette=["#7a1f3d", "#b5475d", "#d98a86", "#eec7b9", "#f8ebe0"],
                k=5,
                decimals=0,
                reference=mean_kmh,
                reference_label="toutes directions",
            ),
            Layer(
                column="detour",
                label="Détour",
                unit_label="km de route par km à vol d’oiseau",
                palette="enclavement",
            ),
        ],
        title=(
            f"D’Alès vers {towards}, on n’avance que de {number(speeds[worst], 0)} km à vol d’oiseau par "
            "heure "
            "de route"
        ),
        subtitle=(
            "Vitesse effective vers les communes de 5\u202f000 habitants et plus à moins de 150 km\u202f; "
            "chaque "
            f"secteur s’étend d’autant plus qu’on y va vite ({number(mean_kmh, 0)} km/h en "
            "moyenne)"
        ),
        kind=("direction", "directions"),
        facts={"detour": "Détour (route / vol d’oiseau)", "trips": "Villes visées"},
        context=tiGIS.load_communes(departement=["30", "48", "07", "34", "84", "12"]),
        labels=True,
        names="nom",
    )


def ranking() -> TigisMap:
    """Map the enclavement index of the Territoires d'industrie, with its intervals."""
    table = industry_table(network(), phase=PHASE)
    index = enclavement_index(table[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS)
    territories = tiGIS.load_territoires_industrie(PHASE)
    drawn = territories.join(index.table)
    drawn["interval"] = [
        None if pd.isna(low) else f"{number(low, 0)} à {number(high, 0)}"
        for low, high in zip(drawn["rank_low"], drawn["rank_high"], strict=True)
    ]
    drawn["moving"] = drawn["most_moving"].map(_INDICATORS)
    minutes_of = {f"{name}_min": table[f"{name}_min"] for name in ("motorway", "tgv", "city_100000")}
    drawn = drawn.assign(**minutes_of)
    drawn.attrs = dict(index.table.attrs)
    ales = drawn[drawn["nom"].str.contains("Alès")].iloc[0]
    ranked = int(drawn["rank"].notna().sum())
    return choropleth(
        drawn,
        Layer(
            column="score",
            label="Indice d’enclavement",
            unit_label="1 = le moins enclavé, 100 = le plus",
            method="pretty",
            k=5,
            palette="enclavement",
            decimals=0,
            reasons="hors du réseau ou inconnu",
        ),
        title=(
            f"Parmi {ranked} Territoires d’industrie, Alès est entre le {number(ales['rank_low'], 0)}\u1d49 "
            "et le "
            f"{number(ales['rank_high'], 0)}\u1d49 rang des plus enclavés, selon les poids choisis"
        ),
        subtitle=(
            "Indice composé de 8 indicateurs de même poids\u202f; le rang est donné avec son intervalle (5 "
            "à 95 % de "
            "1\u202f000 tirages de poids et de calculs)"
        ),
        population="population",
        kind="ti",
        facts={
            "rank": "Rang",
            "interval": "Intervalle du rang (5–95 %)",
            "moving": "Indicateur qui déplace le plus le rang",
            "motorway_min": ("Jusqu’à l’autoroute", "min"),
            "tgv_min": ("Jusqu’à la gare à grande vitesse", "min"),
            "city_100000_min": ("Jusqu’à une ville de 100\u202f000 habitants", "min"),
        },
        context=tiGIS.load_departements(),
        labels=[ales["nom"]],
        source="ANCT, Territoires d’industrie",
        notes=(
            "Indicateurs\u202f: "
            + ", ".join(_INDICATORS.values())
            + ". Poids égaux, min–max, moyenne arithmétique"
        ),
    )


_INDICATORS = {
    "motorway_min": "temps jusqu’à l’autoroute",
    "tgv_min": "temps jusqu’à une gare à grande vitesse",
    "airport_min": "temps jusqu’à un aéroport",
    "prefecture_min": "temps jusqu’à une préfecture",
    "city_100000_min": "temps jusqu’à une ville de 100\u202f000 habitants",
    "people_4h_share_pct": "habitants du pays à moins de 4 heures",
    "potential_index": "potentiel de population",
    "crow_kmh": "vitesse à vol d’oiseau",
}
