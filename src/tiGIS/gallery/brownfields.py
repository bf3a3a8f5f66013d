"""Land: brownfields as they are known, what takes each out of the account, and supply against demand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS._format import number, quantity
from tiGIS.cases import BusinessLand
from tiGIS.gallery._place import Place, network
from tiGIS.land import STEPS, brownfield_account, brownfield_step
from tiGIS.maps import Layer, TigisMap, choropleth
from tiGIS.provenance import description

_ZONES = {"U": "zone urbaine", "AUs": "à urbaniser", "A": "agricole", "N": "naturelle"}
_ZONE_COLOURS = {
    "zone urbaine": "#22272e",
    "à urbaniser": "#b3541e",
    "agricole": "#c9a227",
    "naturelle": "#6a3d9a",
    "zonage inconnu": "#8c959f",
}


def brownfields(
    place: Place, listed: gpd.GeoDataFrame, demand: BusinessLand, when: str, *limits: str
) -> TigisMap:
    """Map the hectares of brownfields listed in each commune, with what is not known of them.

    Sites are in the columns of Cartofriches, as listed in a month ("mars 2024").
    """
    sites = tiGIS.land.LandSites.from_cartofriches(listed)
    frame = sites.frame
    communes = place.communes()
    by_commune = frame.groupby("code_insee")
    communes["area_ha"] = by_commune["area_ha"].sum().reindex(communes.index)
    communes["n"] = by_commune.size().reindex(communes.index)
    potential = frame["status"].eq("friche potentielle")
    communes["potential"] = potential.groupby(frame["code_insee"]).sum().reindex(communes.index)
    urban = frame["area_ha"].where(frame["zoning"].isin(("U", "AUs", "AUc")), 0.0)
    communes["urban_ha"] = urban.groupby(frame["code_insee"]).sum().reindex(communes.index)
    motorway = tiGIS.nearest(network(), frame, tiGIS.territory.load_motorway_accesses())
    communes["motorway_min"] = motorway["time_min"].groupby(frame["code_insee"]).median()
    supply = tiGIS.land.land_supply(demand.free_ha, demand.asked_ha)
    known = sites.completeness()["unknown"]
    chart = choropleth(
        communes,
        [
            Layer(
                column="area_ha",
                label="Friches recensées",
                unit="ha",
                unit_label="hectares",
                year=int(when[-4:]),
                bins=[0, 1, 5, 15, 30, 90],
                palette="land",
                decimals=1,
                reasons="aucune friche recensée",
            ),
            Layer(
                column="motorway_min",
                label="Des friches à l’autoroute",
                unit="min",
                unit_label="minutes en voiture, médiane des friches de la commune",
                palette="enclavement",
                decimals=0,
                reasons="aucune friche recensée",
            ),
        ],
        title=(
            f"{number(supply['free_ha'], 0)} ha libres pour {number(supply['asked_ha'], 0)} ha demandés : "
            f"les {number(frame['area_ha'].sum(), 0)} ha de friches recensées restent à vérifier une à une"
        ),
        subtitle=(
            f"{place.name} : foncier d’activité libre et demandé en {demand.year} ; friches recensées par "
            f"Cartofriches en {when}, en hectares par commune"
        ),
        population="population",
        kind="commune",
        facts={
            "n": "Friches recensées",
            "potential": "dont seulement « potentielles »",
            "urban_ha": ("dont en zone urbaine ou à urbaniser", "ha"),
        },
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
        source=[
            *_sources(listed, demand),
            *(note["fr"] for note in motorway.attrs["tigis"]["sources"]),
        ],
        limits=[
            f"Sur {len(sites)} friches, {int(potential.sum())} sont seulement « potentielles », "
            f"{known['type']} de type inconnu, {known['pollution']} de pollution inconnue, {known['zoning']} "
            "sans zonage : elles ne sont pas classées entre elles",
            "Des points avec une surface, sans contour : rien ne dit ce qui est libre",
            *(note["fr"] for note in motorway.attrs["tigis"]["limits"]),
            *limits,
        ],
    )
    frame["zonage"] = frame["zoning"].map(_ZONES).fillna("zonage inconnu")
    return chart.add_points(
        frame.to_crs(4326), label="Friches, par zonage", column="zonage", colours=_ZONE_COLOURS, cluster=False
    )


_WORDS = {
    "farm_or_natural": "en zone agricole ou naturelle",
    "zoning_unknown": "de zonage inconnu",
    "only_potential": "seulement « potentielles »",
    "has_project": "où un projet est déjà connu",
    "left": "ce qui reste",
}
_STEP_COLOURS = {
    "farm_or_natural": "#c9a227",
    "zoning_unknown": "#8c959f",
    "only_potential": "#6a3d9a",
    "has_project": "#b3541e",
    "left": "#006d2c",
}


def account(place: Place, listed: gpd.GeoDataFrame, demand: BusinessLand, when: str) -> TigisMap:
    """Map the brownfields by what takes each out of the account, and the hectares by commune."""
    frame = tiGIS.land.LandSites.from_cartofriches(listed).frame
    frame["step"] = brownfield_step(frame)
    table = brownfield_account(frame)
    hectares_of = table["area_ha"].to_dict()
    sites_of = table["sites"].to_dict()
    whole = float(table["area_ha"].sum())
    supply = tiGIS.land.land_supply(demand.free_ha, demand.asked_ha)
    communes = place.communes()
    for step in (None, "left"):
        chosen = frame if step is None else frame[frame["step"] == step]
        hectares = chosen.groupby("code_insee")["area_ha"].sum()
        communes["listed_ha" if step is None else "left_ha"] = hectares.reindex(communes.index)
    kept = int(sites_of["left"])
    taken = "\u202f; ".join(
        f"{_WORDS[step]}\u202f: {quantity(hectares_of[step], 'ha', 1)} ({number(int(sites_of[step]), 0)})"
        for step in STEPS
    )
    chart = choropleth(
        communes,
        Layer(
            column="listed_ha",
            label="Friches recensées",
            unit="ha",
            unit_label="hectares",
            year=int(when[-4:]),
            bins=[0, 1, 5, 15, 30, 90],
            palette="land",
            decimals=1,
            reasons="aucune friche recensée",
        ),
        title=(
            f"Des {number(whole, 0)} ha de friches recensées, il reste {number(hectares_of['left'], 0)} ha "
            f"à regarder, {'un seul site' if kept == 1 else f'{kept} sites'}, pour "
            f"{number(float(supply['missing_ha']), 0)} ha qui manquent"
        ),
        subtitle=(
            f"{place.name}\u202f: on ôte, dans l’ordre, ce qui est agricole ou naturel, de zonage "
            "inconnu, "
            "seulement « potentiel », ou déjà en projet"
        ),
        kind="commune",
        facts={"left_ha": ("dont il reste", "ha")},
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
        town_halls=tiGIS.territory.load_town_halls(),
        source=_sources(listed, demand),
        limits=[
            *(note["fr"] for note in table.attrs["tigis"]["limits"]),
            "Ni l’eau, ni la pente, ni la propriété, ni la pollution n’entrent dans ce compte\u202f: "
            "elles ne sont "
            "pas connues ici",
        ],
        notes=(
            f"Le compte, en hectares (et en sites)\u202f: {taken}. Le tout fait {quantity(whole, 'ha', 1)}."
        ),
    )
    frame["pourquoi"] = pd.Categorical(
        frame["step"].astype(str).map(_WORDS), [_WORDS[step] for step in STEPS], ordered=True
    )
    return chart.add_points(
        frame.to_crs(4326),
        label="Friches, par ce qui les ôte du compte",
        column="pourquoi",
        colours={_WORDS[step]: colour for step, colour in _STEP_COLOURS.items()},
        cluster=False,
    )


def _sources(listed: gpd.GeoDataFrame, demand: BusinessLand) -> list[str]:
    document = demand.source["fr"].partition(",")[0]  # without the chapter
    return [
        *(source["fr"] for source in description(listed)["sources"]),
        f"{document} (foncier libre et demandé, {demand.year})",
    ]
