"""The maps of scripts/paca_enclavement.py: minutes, laws, index, detours, ways out."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS import number
from tiGIS.enclavement import EnclavementIndex
from tiGIS.gallery.enclavement import round_bounds
from tiGIS.maps import Layer, TigisMap, choropleth, direction_name, rose_polygons

LATE_MIN = 45
ROSE_M = 14_000.0
#: A direction that leads to fewer towns makes no title.
FEW_TOWNS = 5
TOWNS = ("Marseille", "Nice", "Toulon", "Avignon", "Gap", "Briançon", "Manosque", "Digne-les-Bains", "Grasse")
KINDS = {
    "fast_road": "Autoroute ou 2×2 voies",
    "motorway": "Entrée d’autoroute",
    "tgv": "Gare à grande vitesse",
    "city_100000": "Ville de 100\u202f000 habitants",
}
READINGS = {
    (True, True): ("oui, dans les deux lectures", "#a63603"),
    (False, True): ("oui, si les deux bornes comptent", "#fd8d3c"),
    (False, False): ("non", "#feedde"),
}
INDICATORS = {
    "motorway_min": "temps jusqu’à l’autoroute",
    "tgv_min": "temps jusqu’à une gare à grande vitesse",
    "airport_min": "temps jusqu’à un aéroport",
    "prefecture_min": "temps jusqu’à une préfecture",
    "city_100000_min": "temps jusqu’à une ville de 100\u202f000 habitants",
    "people_4h_share_pct": "habitants du pays à moins de 4 heures",
    "potential_index": "potentiel de population",
    "crow_kmh": "vitesse à vol d’oiseau",
}


def draw(
    folder: Path,
    region: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    table: pd.DataFrame,
    names: pd.Series,
    territory: pd.Series,
    index: EnclavementIndex,
    industry: pd.DataFrame,
    roses: pd.DataFrame,
    seats: pd.Series,
    ways: pd.DataFrame,
    critical: gpd.GeoDataFrame,
) -> None:
    """Write the five maps."""
    drawn = communes.join(table.drop(columns=["nom", "population"]))
    drawn["territoire"] = territory.reindex(drawn.index).map(names)
    drawn["fast_road_min"] = drawn[["motorway_min", "express_road_min"]].min(axis=1)
    drawn.attrs = dict(table.attrs)
    with_ways = drawn.join(ways)
    with_ways.attrs = dict(ways.attrs)
    outlines = drawn[["territoire", "geometry"]].dissolve("territoire")
    shared = {"context": region, "outlines": outlines, "labels": list(TOWNS)}
    territories = outlines.reset_index().set_index(names.index[outlines.index.get_indexer(names).argsort()])
    pages = {
        "temps": minutes(drawn, shared),
        "lois": legal(drawn, shared),
        "indice": ranking(territories, names, index, industry, shared),
        "detours": detours(roses, seats, names, shared),
        "sorties": ways_out(with_ways, critical, shared),
    }
    for name, page in pages.items():
        page.save(folder / f"{name}.html")


def minutes(communes: gpd.GeoDataFrame, shared: dict) -> TigisMap:
    late = communes["fast_road_min"] > LATE_MIN
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
            for name, label in KINDS.items()
        ],
        title=(
            f"{number(int(late.sum()), 0)} communes sur {len(communes)} sont à plus de {LATE_MIN} minutes "
            f"d’une autoroute ou d’une 2×2 voies\u202f: {number(people, 0)} habitants"
        ),
        subtitle="Temps en voiture depuis la mairie, sans bouchon, Territoires d’industrie de Provence-Alpes-"
        "Côte d’Azur (2018–2022)",
        population="population",
        kind="commune",
        facts={"territoire": "Territoire d’industrie", "tgv_name": "Gare", "city_100000_name": "Ville"},
        **shared,
    )


def legal(communes: gpd.GeoDataFrame, shared: dict) -> TigisMap:
    layers = []
    for law, label in (
        ("1995", "Loi de 1995 (abrogée en 1999)"),
        ("2019", "Sénat, 2019 (jamais promulguée)"),
    ):
        pairs = zip(communes[f"remote_{law}"], communes[f"remote_{law}_both"], strict=True)
        words = [None if pd.isna(both) else READINGS[bool(either), bool(both)][0] for either, both in pairs]
        communes = communes.assign(**{f"law_{law}": words})
        shades = dict(READINGS.values())
        order = communes[f"law_{law}"].value_counts().index
        layers.append(
            Layer(
                column=f"law_{law}",
                label=label,
                palette=[shades[name] for name in order],
                reasons="pas de route",
            )
        )
    remote = communes["remote_1995"].fillna(False).astype(bool)
    share = 100 * communes.loc[remote, "population"].sum() / communes["population"].sum()
    return choropleth(
        communes,
        layers,
        title=(
            f"La loi de 1995 aurait dit trop éloignées {number(int(remote.sum()), 0)} communes sur "
            f"{len(communes)}, où vivent {number(share, 1)}\u202f% des habitants"
        ),
        subtitle=(
            "À plus de 50 km et de 45 minutes d’une autoroute ou 2×2 voies, et d’une gare à grande vitesse, "
            "par la route\u202f; le «\u202fou\u202f» de la loi se lit de deux façons"
        ),
        population="population",
        kind="commune",
        facts={
            "fast_road_min": ("Jusqu’à l’autoroute ou la 2×2 voies", "min"),
            "tgv_min": ("Jusqu’à la gare à grande vitesse", "min"),
        },
        **shared,
    )


def ranking(
    territories: gpd.GeoDataFrame,
    names: pd.Series,
    index: EnclavementIndex,
    industry: pd.DataFrame,
    shared: dict,
) -> TigisMap:
    times = industry[["population", "motorway_min", "tgv_min", "city_100000_min"]]
    drawn = territories.join(index.table).join(times).assign(nom=names)
    drawn["interval"] = [
        f"{number(low, 0)} à {number(high, 0)}"
        for low, high in zip(drawn["rank_low"], drawn["rank_high"], strict=True)
    ]
    drawn["moving"] = drawn["most_moving"].map(INDICATORS)
    drawn.attrs = dict(index.table.attrs)
    first = drawn.loc[drawn["rank"].idxmin()]
    spread = (
        "quels que soient les poids"
        if first["rank_low"] == first["rank_high"]
        else f"du rang {first['interval'].replace(' à ', ' au rang ')} selon les poids"
    )
    return choropleth(
        drawn,
        Layer(
            column="score",
            label="Indice d’enclavement",
            unit_label="1 = le moins enclavé des huit, 100 = le plus",
            method="pretty",
            k=5,
            palette="enclavement",
            decimals=0,
        ),
        title=(
            f"Des {len(drawn)} Territoires d’industrie de la région, {first['nom']} est le plus "
            f"enclavé, {spread}"
        ),
        subtitle="Indice composé de 8 indicateurs de même poids\u202f; rang avec son intervalle (5 à 95 % de "
        "1\u202f000 tirages de poids et de calculs)",
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
        source="ANCT, Territoires d’industrie",
        notes="Indicateurs\u202f: " + ", ".join(INDICATORS.values()) + ". Min–max, moyenne arithmétique",
        **{**shared, "labels": True},
    )


def detours(roses: pd.DataFrame, seats: pd.Series, names: pd.Series, shared: dict) -> TigisMap:
    fastest = roses["crow_kmh"].max()
    wedges = gpd.GeoDataFrame(pd.concat(_wedges(roses, seats, names, fastest)))
    wedges.attrs = dict(roses.attrs)
    worst = wedges.loc[wedges["value"].where(wedges["trips"] >= FEW_TOWNS).idxmin()]
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
            ),
            Layer(
                column="detour",
                label="Détour",
                unit_label="km de route par km à vol d’oiseau",
                palette="enclavement",
            ),
        ],
        title=(
            f"{worst['nom']}\u202f: seulement {number(worst['value'], 0)} km à vol d’oiseau par heure de "
            "route, la direction la plus lente de la région"
        ),
        subtitle="Depuis la commune la plus peuplée de chaque Territoire d’industrie, vers les communes de "
        "5\u202f000 habitants et plus à moins de 150 km\u202f; plus le secteur est long, plus on y va vite",
        kind=("direction", "directions"),
        facts={"detour": "Détour (route / vol d’oiseau)", "trips": "Villes visées"},
        names="nom",
        **shared,
    )


def _wedges(
    roses: pd.DataFrame, seats: pd.Series, names: pd.Series, fastest: float
) -> Iterator[gpd.GeoDataFrame]:
    """Draw one rose a territory, all to the same scale."""
    halls = tiGIS.territory.load_town_halls().geometry.to_crs(2154)
    for code, seat in seats.items():
        table = roses.xs(code, level="id_ti").drop("all")
        radius = ROSE_M * table["crow_kmh"].max() / fastest
        part = rose_polygons(table["crow_kmh"], halls.loc[[seat]], radius)
        part["nom"] = [f"{names[code]}, {direction_name(str(way))}" for way in part.index]
        yield part.join(table[["detour", "trips"]]).set_axis([f"{code} {way}" for way in part.index])


def ways_out(communes: gpd.GeoDataFrame, critical: gpd.GeoDataFrame, shared: dict) -> TigisMap:
    number_of = communes["ways_out"].astype("Float64").astype(float)
    words = {1: "1 route", 2: "2 routes", 3: "3 routes"}
    shades = {
        "1 route": "#7a1f3d",
        "2 routes": "#b5475d",
        "3 routes": "#d98a86",
        "4 routes et plus": "#f8ebe0",
    }
    shades["accès dans la commune"] = "#d9dee3"
    inside = "accès dans la commune"
    communes = communes.assign(
        sorties=[
            inside if here is True else None if pd.isna(count) else words.get(count, "4 routes et plus")
            for here, count in zip(communes["gate_inside"].astype(object), number_of, strict=True)
        ]
    )
    single = number_of == 1
    order = communes["sorties"].value_counts().index
    page = choropleth(
        communes,
        Layer(
            column="sorties",
            label="Routes de sortie",
            palette=[shades[name] for name in order],
            reasons="routes absentes du fichier",
        ),
        title=(
            f"{int(single.sum())} communes n’ont qu’une route vers une autoroute ou une 2×2 voies\u202f: "
            f"{number(float(communes.loc[single, 'population'].sum()), 0)} habitants"
        ),
        subtitle="Nombre de routes qu’il faut couper pour isoler la commune du réseau national",
        population="population",
        kind="commune",
        facts={"territoire": "Territoire d’industrie", "ways_out": "Chemins sans route commune"},
        notes="Routes à ne pas perdre\u202f: habitants répartis sur les carrefours de chaque commune",
        **shared,
    )
    worst = critical[critical["people_cut_off"] >= 500].copy()
    worst["nom"] = [f"{number(people, 0)} habitants isolés sans elle" for people in worst["people_cut_off"]]
    return page.add_lines(
        worst.reset_index(drop=True)[["nom", "geometry"]],
        label="Route sans laquelle 500 habitants et plus sont isolés",
        colours="#1f2d3d",
        width=3,
    )
