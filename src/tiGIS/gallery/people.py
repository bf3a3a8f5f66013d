"""Who lives there: the change of population of the communes of a territory."""

from __future__ import annotations

import pandas as pd

from tiGIS._format import number
from tiGIS.gallery import _population
from tiGIS.gallery._place import Place
from tiGIS.maps import TigisMap, choropleth


def population(place: Place) -> TigisMap:
    """Map the change of population of the communes between 2018 and 2022."""
    people = _population.change()
    communes = place.communes()
    communes[["p18", "p22"]] = people.reindex(communes.index)
    communes["change"] = _population.change_pct(communes)
    whole = communes[["p18", "p22"]].sum()
    france = people.dropna().sum()
    falling = int((communes["change"] < 0).sum())
    return choropleth(
        communes,
        "change",
        title=(
            f"{place.name} {_gains(whole['p22'] - whole['p18'])} de 2018 à 2022, "
            f"{'mais' if whole['p22'] > whole['p18'] else 'et'} {falling} communes sur {len(communes)} "
            "en perdent"
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
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
        source=_population.SOURCE,
        limits=small_numbers(communes["p18"]),
        notes=_population.NOTES,
    )


def small_numbers(people: pd.Series, under: int = 200) -> str:
    """Say how many communes are so small that a few people change their class."""
    count = int((people < under).sum())
    return (
        f"Dans les {count} communes de moins de {number(under, 0)} habitants, l’arrivée ou le départ de "
        "quelques personnes suffit à changer de classe"
    )


def _gains(people: float) -> str:
    return f"{'gagne' if people >= 0 else 'perd'} {number(abs(people), 0)} habitants"
