"""Maps of enclavement: how far a territory is from what, which way, and its place among the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

import tiGIS
from tiGIS._errors import InputError
from tiGIS._format import duration, number, of_place, quantity
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
from tiGIS.gallery._place import Place, network
from tiGIS.gallery.people import small_numbers
from tiGIS.maps import Layer, TigisMap, choropleth, direction_name, rose_polygons
from tiGIS.provenance import inherit

PHASE = "2018-2022"
_LATE_MIN = 45
_ROSE_M = 32_000.0
_FAR_MIN = 60
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


@dataclass(frozen=True, eq=False)
class Destination:
    """What minutes are counted to: its points, and how a layer and a sentence call it."""

    points: gpd.GeoDataFrame
    label: str  # "Jusqu’à Nîmes"
    words: str  # "de Nîmes", after "est à 45 min"


def usual_destinations() -> dict[str, Destination]:
    """Give what every territory is measured to: the motorway, a high-speed train, a city."""
    targets = load_targets(["motorway", "tgv", "city_100000"])
    return {
        "motorway": Destination(targets["motorway"], "Jusqu’à l’autoroute", "de l’autoroute"),
        "tgv": Destination(targets["tgv"], "Jusqu’à une gare à grande vitesse", "d’un TGV"),
        "city": Destination(
            targets["city_100000"],
            "Jusqu’à une ville de 100\u202f000 habitants",
            "d’une ville de 100\u202f000 habitants",
        ),
    }


def minutes(
    place: Place,
    to: Mapping[str, Destination] | None = None,
    late: str = "motorway",
    facts: Mapping[str, str] | None = None,
) -> TigisMap:
    """Map the minutes from each commune to destinations; the title counts who is far from one of them."""
    to = usual_destinations() if to is None else to
    communes = place.communes()
    access = access_times(
        network(), town_hall_points(communes), {name: one.points for name, one in to.items()}
    )
    communes = communes.join(access)
    inherit(communes, access)
    centre = communes.loc[place.centre]
    missing = [one.label for name, one in to.items() if pd.isna(centre[f"{name}_min"])]
    if missing:
        raise InputError(f"{place.town}: no road of the bundled network leads there ({', '.join(missing)}).")
    far = communes[f"{late}_min"] > _LATE_MIN
    people = float(communes.loc[far, "population"].sum())
    *first, last = (f"{duration(float(centre[f'{name}_min']))} {one.words}" for name, one in to.items())
    return choropleth(
        communes,
        [
            Layer(
                column=f"{name}_min",
                label=one.label,
                unit="min",
                unit_label="temps en voiture, sans bouchon",
                bins=round_bounds(communes[f"{name}_min"]),
                palette="enclavement",
                reasons="pas de route assez proche",
            )
            for name, one in to.items()
        ],
        title=(
            f"{place.town} est à {', '.join(first)} et {last}\u202f; {number(int(far.sum()), 0)} "
            f"communes sur {len(communes)} sont à plus de {_LATE_MIN} minutes {to[late].words}"
        ),
        subtitle=(
            f"Temps en voiture depuis la mairie, sans bouchon, par commune {of_place(place.name)}\u202f; "
            f"{number(people, 0)} habitants à plus de {_LATE_MIN} minutes d’une entrée {to[late].words}"
        ),
        population="population",
        kind="commune",
        facts=dict(facts or {}),
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
        town_halls=tiGIS.territory.load_town_halls(),
    )


def contrast(place: Place, where: str = "") -> TigisMap:
    """Set minutes to the motorway beside the change of population, on two maps that move together.

    ``where`` says in words where the far communes are (", au nord et à l’ouest").
    """
    communes = place.communes()
    access = access_times(network(), town_hall_points(communes), load_targets(["motorway"]), distances=False)
    people = pd.DataFrame({name: tiGIS.values(name, "commune") for name in _CENSUSES})
    communes = communes.join(access["motorway_min"]).join(people)
    communes["change"] = tiGIS.values("population_change_2018_2022_pct", "commune").reindex(communes.index)
    inherit(communes, access)
    far = communes["motorway_min"] > _FAR_MIN
    if far.all() or not far.any():
        raise InputError(f"{place.name}: no contrast, {int(far.sum())} communes of {len(far)} are far.")
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
            f"À plus d’une heure de l’autoroute{where}, {changes[0]} d’habitants de 2018 à "
            f"2022\u202f; ailleurs, {changes[1]}"
        ),
        subtitle="Temps jusqu’à l’autoroute et évolution de la population, par commune",
        population="population",
        kind="commune",
        facts={"population_2018": "Habitants en 2018", "population_2022": "Habitants en 2022"},
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
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


def legal(place: Place) -> TigisMap:
    """Map the two legal tests of remoteness."""
    communes = place.communes()
    table = commune_table(network(), communes, targets=load_targets(["motorway", "tgv"]))
    communes = communes.join(table.drop(columns=["nom", "population"]))
    inherit(communes, table)
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
            f"La loi de 1995 aurait dit trop éloignées {number(int(remote.sum()), 0)} communes "
            f"{of_place(place.name)} sur {len(communes)}, où vivent {quantity(share, '%', 0)} des habitants"
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
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
    )


def _shades(readings: pd.Series) -> list[str]:
    """Give the colours of the readings that occur, in the order of the legend."""
    return [shade for name, shade in _SHADES.items() if (readings == name).any()]


def rose(place: Place, context: gpd.GeoDataFrame | None = None) -> TigisMap:
    """Draw the detour rose of the main commune, over the communes around it."""
    table = rose_of(network(), place.centre)
    mean_kmh = float(table["crow_kmh"].to_dict()["all"])
    directions = table.drop("all")
    speeds = {str(code): float(value) for code, value in directions["crow_kmh"].items()}
    worst = min(speeds, key=lambda code: speeds[code])
    towards = (
        f"l’{direction_name(worst)}" if worst[0] == "E" or worst == "W" else f"le {direction_name(worst)}"
    )
    centre = tiGIS.territory.load_town_halls().loc[[place.centre]].geometry.to_crs(2154)
    start = of_place(place.town)
    wedges = rose_polygons(directions["crow_kmh"], centre, _ROSE_M)
    wedges["detour"] = directions["detour"]
    wedges["trips"] = directions["trips"]
    inherit(wedges, table)
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
            f"{start[0].upper()}{start[1:]} vers {towards}, on n’avance que de "
            f"{number(speeds[worst], 0)} km à vol d’oiseau par heure de route"
        ),
        subtitle=(
            "Vitesse effective vers les communes de 5\u202f000 habitants et plus à moins de 150 km\u202f; "
            "chaque "
            f"secteur s’étend d’autant plus qu’on y va vite ({number(mean_kmh, 0)} km/h en "
            "moyenne)"
        ),
        kind=("direction", "directions"),
        facts={"detour": "Détour (route / vol d’oiseau)", "trips": "Villes visées"},
        context=place.neighbours() if context is None else context,
        labels=True,
        names="nom",
    )


def ranking(place: Place) -> TigisMap:
    """Map the enclavement index of the Territoires d'industrie, with its intervals: where one stands."""
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
    inherit(drawn, index.table)
    own = drawn.loc[_industry_of(place)]
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
            f"Parmi les {ranked} Territoires d’industrie que le réseau relie (sur {len(drawn)}), "
            f"{place.town} est entre le {number(own['rank_low'], 0)}\u1d49 "
            "et le "
            f"{number(own['rank_high'], 0)}\u1d49 rang des plus enclavés, selon les poids choisis"
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
        labels=[own["nom"]],
        source="ANCT, Territoires d’industrie",
        notes=(
            "Indicateurs\u202f: "
            + ", ".join(INDICATOR_NAMES.values())
            + ". Poids égaux, min–max, moyenne arithmétique"
        ),
    )


def _industry_of(place: Place) -> str:
    """Find the Territoire d'industrie that holds the main commune."""
    members = tiGIS.territory.territoire_members(PHASE, communes=True)
    holding = members.loc[members["code_insee"] == place.centre, "id_ti"]
    if holding.empty:
        raise InputError(f"{place.town} is in no Territoire d'industrie of {PHASE}.")
    return str(holding.iloc[0])
