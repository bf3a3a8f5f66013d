"""Maps of Alès Agglomération."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS._format import number
from tiGIS.gallery import _population
from tiGIS.maps import TigisMap, choropleth

ALES = "200066918"
TOWNS = (
    "Alès",
    "Nîmes",
    "Anduze",
    "La Grand-Combe",
    "Saint-Jean-du-Gard",
    "Bessèges",
    "Génolhac",
    "Salindres",
)


def population() -> TigisMap:
    """Map the change of population of the communes between 2018 and 2022."""
    people = _population.change()
    communes = tiGIS.load_communes(epci=ALES, map_year=_population.MAP_YEAR)
    communes[["p18", "p22"]] = people.reindex(communes.index)
    communes["change"] = _population.change_pct(communes)
    whole = communes[["p18", "p22"]].sum()
    france = people.dropna().sum()
    falling = int((communes["change"] < 0).sum())
    return choropleth(
        communes,
        "change",
        title=(
            f"Alès Agglomération gagne {number(whole['p22'] - whole['p18'], 0)} habitants de 2018 à 2022, "
            f"mais {falling} communes sur {len(communes)} en perdent"
        ),
        subtitle="Évolution de la population municipale de 2018 à 2022, par commune, en %",
        label="Évolution de la population",
        unit="%",
        unit_label="% de 2018 à 2022",
        center=0,
        palette="change",
        decimals=1,
        reference=float(100 * (france["p22"] / france["p18"] - 1)),
        reference_label="France",
        population="p22",
        kind="commune",
        facts={"p18": "Habitants en 2018", "p22": "Habitants en 2022"},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
        source=_population.SOURCE,
        limits=small_numbers(communes["p18"]),
        notes=_population.NOTES,
    )


def neighbours(margin_km: float = 35) -> gpd.GeoDataFrame:
    """Load the communes around Alès Agglomération, to give it a place."""
    around = tiGIS.load_communes(departement=["30", "48", "07", "34", "84", "13", "26"])
    inside = around["siren"] == ALES
    west, south, east, north = around[inside].total_bounds
    margin = 1000 * margin_km
    return around[~inside].cx[west - margin : east + margin, south - margin : north + margin]


def small_numbers(people: pd.Series, under: int = 200) -> str:
    """Say how many communes are so small that a few people change their class."""
    count = int((people < under).sum())
    return (
        f"Dans les {count} communes de moins de {number(under, 0)} habitants, l’arrivée ou le départ de "
        "quelques personnes suffit à changer de classe"
    )
