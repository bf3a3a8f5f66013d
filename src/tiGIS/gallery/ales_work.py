"""Who can come to work: people of working age within half an hour of each industrial site."""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS._bundled import bundled_path
from tiGIS._format import number
from tiGIS._meta import describe, description
from tiGIS.enclavement import site_access
from tiGIS.gallery.ales import ALES, TOWNS, neighbours
from tiGIS.gallery.enclavement import network
from tiGIS.maps import Layer, TigisMap, choropleth

CUTOFF_MIN = 30
_BINS = (0, 10, 20, 30)


@lru_cache(maxsize=1)
def sites() -> gpd.GeoDataFrame:
    """Put the sites that the documents name at the town hall of their commune, one point a commune."""
    listed = tiGIS.datasets.ales_sites()
    communes = tiGIS.load_communes(epci=ALES)
    code_of = pd.Series(communes.index, index=communes["nom"])
    codes = listed["commune"].map(code_of)
    names = listed["site"].groupby(codes).agg(lambda found: " ; ".join(found))
    halls = tiGIS.territory.load_town_halls().loc[names.index, ["geometry"]]
    return halls.assign(nom=communes["nom"].reindex(names.index), sites=names)


def workers() -> pd.Series:
    """Give the people of 20 to 64 by commune, in 2021, around Alès."""
    census = pd.read_parquet(bundled_path("iris_2021_communes.parquet")).set_index("code_insee")
    halls = tiGIS.territory.load_town_halls()
    around = neighbours(margin_km=60).index.union(tiGIS.load_communes(epci=ALES).index)
    return census["population_20_64"].reindex(around.intersection(halls.index)).dropna()


def reach() -> gpd.GeoDataFrame:
    """Count the people of 20 to 64 within half an hour of each site; with the count if times are 10 % off."""
    places = sites()
    people = workers()
    homes = tiGIS.territory.load_town_halls().loc[people.index, ["geometry"]]
    error = network().metadata["calibration"]["held_out"]["time"]["median_error_pct"] / 100
    cutoffs = (round(CUTOFF_MIN * (1 - error), 1), CUTOFF_MIN, round(CUTOFF_MIN * (1 + error), 1))
    found = site_access(
        {"free_flow": network()}, places, homes, people.to_frame("workers"), cutoffs_min=cutoffs
    )
    counted = places.assign(
        **{
            name: found[f"workers_within_{cutoff:g}_min"]
            for name, cutoff in zip(("low", "workers", "high"), cutoffs, strict=True)
        }
    )
    known = description(found)
    return describe(counted, sources=known["sources"], limits=known["limits"])


def workers_within() -> TigisMap:
    """Map the minutes to each site, and the people of working age within half an hour of it."""
    places = reach().sort_values("workers", ascending=False)
    communes = pd.concat([tiGIS.load_communes(epci=ALES), neighbours()])
    halls = tiGIS.territory.load_town_halls()
    communes = communes.loc[communes.index.intersection(halls.index)]
    times = tiGIS.travel_times(
        network(), halls.loc[communes.index], places, too_far="unreachable", progress=False
    )
    inside = (times <= CUTOFF_MIN).any(axis=1)
    drawn = communes[inside | (communes["siren"] == ALES)].copy()
    drawn["people"] = workers().reindex(drawn.index)
    said = {}
    for code, place in places.iterrows():
        minutes = times[code].reindex(drawn.index)
        drawn[f"to_{code}"] = minutes.where(minutes <= CUTOFF_MIN)
        said[code] = (
            f"{number(float(place['workers']), 0)} ({number(float(place['low']), 0)} à "
            f"{number(float(place['high']), 0)})"
        )
    most, least = places.iloc[0], places.iloc[-1]
    ales = drawn[drawn["siren"] == ALES]
    known = description(places)
    describe(drawn, sources=known["sources"], limits=known["limits"])
    chart = choropleth(
        drawn,
        [
            Layer(
                column=f"to_{code}",
                label=f"Jusqu’à {place['nom']}",
                unit="min",
                unit_label=f"{said[code]} habitants de 20 à 64 ans à moins de {CUTOFF_MIN} minutes",
                bins=_BINS,
                palette="people_r",
                reasons=f"à plus de {CUTOFF_MIN} minutes",
            )
            for code, place in places.iterrows()
        ],
        title=(
            f"À moins de {CUTOFF_MIN} minutes, {number(float(most['workers']), 0)} habitants de 20 à 64 ans "
            f"pour les sites industriels {_of(str(most['nom']))}, "
            f"{number(float(least['workers']), 0)} pour ceux {_of(str(least['nom']))}"
        ),
        subtitle=(
            "Temps en voiture de chaque commune à la commune de chaque site, sans bouchon\u202f; entre "
            "parenthèses, le compte si les temps sont trop longs ou trop courts de leur erreur médiane"
        ),
        population="population",
        kind="commune",
        facts={"people": "Habitants de 20 à 64 ans"},
        context=neighbours(),
        outlines=ales.dissolve(),
        labels=[str(name) for name in places["nom"]]
        + [town for town in TOWNS if town not in {"Nîmes", *places["nom"]}],
        town_halls=halls,
        source=["Insee, recensement 2021, par IRIS", "Granier 2023 (sites)"],
        limits=[
            "Sites placés à la mairie de leur commune\u202f: leur adresse n’est pas connue ici",
            "Habitants de 20 à 64 ans, et non actifs\u202f: l’activité n’est pas connue hors d’Alès "
            "Agglomération",
        ],
    )
    return chart.add_points(
        places.to_crs(4326), label="Communes des sites", colours="#22272e", names="sites", cluster=False
    )


def _of(commune: str) -> str:
    """Write "d’Alès", "de Salindres", "de La Grand-Combe"."""
    return f"d’{commune}" if commune[0] in "AEIOUYÀÉÈ" else f"de {commune}"
