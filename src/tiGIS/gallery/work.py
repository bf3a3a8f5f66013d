"""Who can come to work: people of working age within half an hour of each industrial site."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS._bundled import bundled_path
from tiGIS._format import number, of_place
from tiGIS.enclavement import site_access
from tiGIS.gallery._place import Place, network
from tiGIS.maps import Layer, TigisMap, choropleth
from tiGIS.provenance import inherit

WORK_CUTOFF_MIN = 30
_BINS = (0, 10, 20, 30)


def sites_at_town_halls(place: Place, listed: pd.DataFrame) -> gpd.GeoDataFrame:
    """Put sites (``site``, name of the ``commune``) at the town hall of theirs, one point a commune."""
    communes = place.communes()
    code_of = pd.Series(communes.index, index=communes["nom"])
    codes = listed["commune"].map(code_of)
    names = listed["site"].groupby(codes).agg(lambda found: " ; ".join(found))
    halls = tiGIS.territory.load_town_halls().loc[names.index, ["geometry"]]
    return halls.assign(nom=communes["nom"].reindex(names.index), sites=names)


def workers(place: Place) -> pd.Series:
    """Give the people of 20 to 64 by commune, in 2021, in a territory and around it."""
    census = pd.read_parquet(bundled_path("iris_2021_communes.parquet")).set_index("code_insee")
    halls = tiGIS.territory.load_town_halls()
    around = place.neighbours(margin_km=60).index.union(place.communes().index)
    return census["population_20_64"].reindex(around.intersection(halls.index)).dropna()


def reach(place: Place, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Count the people of 20 to 64 within half an hour of each site; with the count if times are 10 % off."""
    people = workers(place)
    homes = tiGIS.territory.load_town_halls().loc[people.index, ["geometry"]]
    error = network().metadata["calibration"]["held_out"]["time"]["median_error_pct"] / 100
    cutoffs = (
        round(WORK_CUTOFF_MIN * (1 - error), 1),
        WORK_CUTOFF_MIN,
        round(WORK_CUTOFF_MIN * (1 + error), 1),
    )
    found = site_access(
        {"free_flow": network()}, sites, homes, people.to_frame("workers"), cutoffs_min=cutoffs
    )
    counted = sites.assign(
        **{
            name: found[f"workers_within_{cutoff:g}_min"]
            for name, cutoff in zip(("low", "workers", "high"), cutoffs, strict=True)
        }
    )
    return inherit(counted, sites, found)


def workers_within(place: Place, sites: gpd.GeoDataFrame, source: str) -> TigisMap:
    """Map the minutes to each site, and the people of working age within half an hour of it."""
    places = reach(place, sites).sort_values("workers", ascending=False)
    own = place.communes()
    communes = pd.concat([own, place.neighbours()])
    halls = tiGIS.territory.load_town_halls()
    communes = communes.loc[communes.index.intersection(halls.index)]
    times = tiGIS.travel_times(
        network(), halls.loc[communes.index], places, too_far="unreachable", progress=False
    )
    inside = (times <= WORK_CUTOFF_MIN).any(axis=1)
    drawn = communes[inside | communes.index.isin(own.index)].copy()
    drawn["people"] = workers(place).reindex(drawn.index)
    said = {}
    for code, site in places.iterrows():
        minutes = times[code].reindex(drawn.index)
        drawn[f"to_{code}"] = minutes.where(minutes <= WORK_CUTOFF_MIN)
        said[code] = (
            f"{number(float(site['workers']), 0)} ({number(float(site['low']), 0)} à "
            f"{number(float(site['high']), 0)})"
        )
    most, least = places.iloc[0], places.iloc[-1]
    inner = drawn[drawn.index.isin(own.index)]
    inherit(drawn, drawn, places)
    chart = choropleth(
        drawn,
        [
            Layer(
                column=f"to_{code}",
                label=f"Jusqu’à {site['nom']}",
                unit="min",
                unit_label=f"{said[code]} habitants de 20 à 64 ans à moins de {WORK_CUTOFF_MIN} minutes",
                bins=_BINS,
                palette="people_r",
                reasons=f"à plus de {WORK_CUTOFF_MIN} minutes",
            )
            for code, site in places.iterrows()
        ],
        title=(
            f"À moins de {WORK_CUTOFF_MIN} minutes, {number(float(most['workers']), 0)} habitants "
            f"de 20 à 64 ans pour les sites industriels {of_place(str(most['nom']))}, "
            f"{number(float(least['workers']), 0)} pour ceux {of_place(str(least['nom']))}"
        ),
        subtitle=(
            "Temps en voiture de chaque commune à la commune de chaque site, sans bouchon\u202f; entre "
            "parenthèses, le compte si les temps sont trop longs ou trop courts de leur erreur médiane"
        ),
        population="population",
        kind="commune",
        facts={"people": "Habitants de 20 à 64 ans"},
        context=place.neighbours(),
        outlines=inner.dissolve(),
        labels=[str(name) for name in places["nom"]]
        + [town for town in place.towns if town not in set(places["nom"])],
        town_halls=halls,
        source=["Insee, recensement 2021, par IRIS", source],
        limits=[
            "Sites placés à la mairie de leur commune\u202f: leur adresse n’est pas connue ici",
            "Habitants de 20 à 64 ans, et non actifs\u202f: l’activité n’est pas connue hors "
            f"{of_place(place.name)}",
        ],
    )
    return chart.add_points(
        places.to_crs(4326), label="Communes des sites", colours="#22272e", names="sites", cluster=False
    )
