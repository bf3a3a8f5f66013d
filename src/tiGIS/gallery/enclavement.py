"""Maps of enclavement: how far Alès is from what, in which direction, and its place among the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

import tiGIS
from tiGIS._format import duration, number, quantity
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
from tiGIS.gallery.ales import ALES, TOWNS, neighbours, small_numbers
from tiGIS.maps import Layer, TigisMap, choropleth, direction_name, rose_polygons

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork

PHASE = "2018-2022"
_CENTRE = "30007"
_LATE_MIN = 45
_ROSE_M = 32_000.0
_FAR_MIN = 60
_KINDS = {
    "nimes": "Jusqu’à Nîmes",
    "montpellier": "Jusqu’à Montpellier",
    "a9": "Jusqu’à l’A9",
    "tgv": "Jusqu’à une gare à grande vitesse",
}
_CENSUSES = ("population_2018", "population_2022")
INDICATOR_NAMES = {
    "motorway_min": "temps jusqu’à l’autoroute",
    "tgv_min": "temps jusqu’à une gare à grande vitesse",
    "airport_min": "temps jusqu’à un aéroport",
    "prefecture_min": "temps jusqu’à une préfecture",
    "city_100000_min": "temps jusqu’à une ville de 100\u202f000 habitants",
    "people_4h_share_pct": "habitants du pays à moins de 4 heures",
    "potential_index": "potentiel de population",
    "crow_kmh": "vitesse à vol d’oiseau",
}
_BOUNDS = (15, 30, 45, 60, 75, 90)


@lru_cache(maxsize=1)
def network() -> RoadNetwork:
    """Load the bundled network once for all the pages."""
    loaded: RoadNetwork = tiGIS.load_interurban_network()
    return loaded


def commune_minutes() -> gpd.GeoDataFrame:
    """Measure the minutes from each commune to Nîmes, Montpellier, the A9 and the high-speed train."""
    communes = tiGIS.load_communes(epci=ALES)
    targets = {**load_targets(["motorway", "tgv"]), **_cities()}
    every = targets.pop("motorway")
    on_the_a9 = every[["A9" in str(routes).split() for routes in every["nom"]]]
    on_the_a9.attrs = dict(every.attrs)
    access = access_times(network(), town_hall_points(communes), {**targets, "a9": on_the_a9})
    communes = communes.join(access)
    communes.attrs = dict(access.attrs)
    return communes


def _cities() -> dict[str, gpd.GeoDataFrame]:
    halls = tiGIS.territory.load_town_halls()
    return {name: halls.loc[[code]] for name, code in (("nimes", "30189"), ("montpellier", "34172"))}


def minutes() -> TigisMap:
    """Map the minutes to Nîmes, Montpellier, the A9 and the high-speed train."""
    communes = commune_minutes()
    centre = communes.loc[_CENTRE]
    late = communes["a9_min"] > _LATE_MIN
    people = float(communes.loc[late, "population"].sum())
    from_ales = {name: duration(float(centre[f"{name}_min"])) for name in _KINDS}
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
            f"Alès est à {from_ales['nimes']} de Nîmes, {from_ales['montpellier']} de Montpellier, "
            f"{from_ales['a9']} de l’A9 et {from_ales['tgv']} d’un TGV\u202f; {number(int(late.sum()), 0)} "
            f"communes sur {len(communes)} sont à plus de {_LATE_MIN} minutes de l’A9"
        ),
        subtitle=(
            "Temps en voiture depuis la mairie, sans bouchon, par commune d’Alès Agglomération\u202f; "
            f"{number(people, 0)} habitants à plus de {_LATE_MIN} minutes d’une entrée de l’A9"
        ),
        population="population",
        kind="commune",
        facts={"a9_name": "Entrée de l’A9", "tgv_name": "Gare à grande vitesse"},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
        town_halls=tiGIS.territory.load_town_halls(),
    )


def contrast() -> TigisMap:
    """Set minutes to the motorway beside the change of population, on two maps that move together."""
    communes = tiGIS.load_communes(epci=ALES)
    access = access_times(network(), town_hall_points(communes), load_targets(["motorway"]), distances=False)
    people = pd.DataFrame({name: tiGIS.values(name, "commune") for name in _CENSUSES})
    communes = communes.join(access["motorway_min"]).join(people)
    communes["change"] = tiGIS.values("population_change_2018_2022_pct", "commune").reindex(communes.index)
    communes.attrs = dict(access.attrs)
    far = communes["motorway_min"] > _FAR_MIN
    changes = []
    for chosen in (far, ~far):
        before, after = communes.loc[chosen, list(_CENSUSES)].sum()
        changes.append(quantity(100 * (after / before - 1), "%", 1, signed=True))
    return choropleth(
        communes,
        [
            Layer(
                column="motorway_min",
                label="Jusqu’à l’autoroute",
                unit="min",
                unit_label="temps en voiture, sans bouchon",
                bins=round_bounds(communes["motorway_min"]),
                palette="enclavement",
                reasons="pas de route assez proche",
            ),
            Layer(
                column="change",
                label="Évolution de la population",
                unit="%",
                unit_label="% de 2018 à 2022",
                center=0,
                palette="change",
                decimals=1,
            ),
        ],
        title=(
            f"À plus d’une heure de l’autoroute, au nord et à l’ouest, {changes[0]} d’habitants de 2018 à "
            f"2022\u202f; ailleurs, {changes[1]}"
        ),
        subtitle="Temps jusqu’à l’autoroute et évolution de la population, par commune",
        population="population",
        kind="commune",
        facts={"population_2018": "Habitants en 2018", "population_2022": "Habitants en 2022"},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
        town_halls=tiGIS.territory.load_town_halls(),
        source="Insee, populations légales de 2018 et 2022",
        limits=small_numbers(communes["population_2018"]),
        compare="beside",
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
# from the worst to the best: the order of the legend
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
        communes[f"law_{law}"] = pd.Categorical(
            [_READINGS[bool(either), bool(both)] for either, both in pairs], list(_SHADES), ordered=True
        )
    remote = communes["remote_1995"].astype(bool)
    people = communes.loc[remote, "population"].sum()
    share = 100 * people / communes["population"].sum()
    return choropleth(
        communes,
        [
            Layer(
                column=f"law_{law}",
                label=label,
                palette=_shades(communes[f"law_{law}"]),
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


def _shades(readings: pd.Series) -> list[str]:
    """Give the colours of the readings that occur, in the order of the legend."""
    return [shade for name, shade in _SHADES.items() if (readings == name).any()]


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
    drawn["moving"] = drawn["most_moving"].map(INDICATOR_NAMES)
    minutes_of = {f"{name}_min": table[f"{name}_min"] for name in ("motorway", "tgv", "city_100000")}
    drawn = drawn.assign(**minutes_of)
    drawn.attrs = dict(index.table.attrs)
    ales = drawn[drawn["nom"].str.contains("Alès")].iloc[0]
    ranked = int(drawn["rank"].notna().sum())
    return choropleth(
        drawn,
        [
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
            Layer(
                column="rank",
                label="Rang, avec son intervalle",
                unit_label="1 = le plus enclavé",
                bins=[1, *range(25, ranked, 25), ranked],
                palette="enclavement_r",
                decimals=0,
                reasons="hors du réseau ou inconnu",
                low="rank_low",
                high="rank_high",
                interval_label="intervalle à 90\u202f%",
            ),
        ],
        title=(
            f"Parmi les {ranked} Territoires d’industrie que le réseau relie (sur {len(drawn)}), Alès "
            "est entre "
            f"le {number(ales['rank_low'], 0)}\u1d49 "
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
            + ", ".join(INDICATOR_NAMES.values())
            + ". Poids égaux, min–max, moyenne arithmétique"
        ),
    )
