"""Land around Alès: brownfields as they are known, and supply against demand."""

from __future__ import annotations

import tiGIS
from tiGIS._format import number
from tiGIS.gallery.ales import ALES, TOWNS, neighbours
from tiGIS.maps import Layer, TigisMap, choropleth

_ZONES = {"U": "zone urbaine", "AUs": "à urbaniser", "A": "agricole", "N": "naturelle"}
_COLOURS = {
    "zone urbaine": "#22272e",
    "à urbaniser": "#b3541e",
    "agricole": "#c9a227",
    "naturelle": "#6a3d9a",
    "zonage inconnu": "#8c959f",
}


def brownfields() -> TigisMap:
    """Map the hectares of brownfields listed in each commune, with what is not known of them."""
    sites = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields())
    frame = sites.frame
    communes = tiGIS.load_communes(epci=ALES)
    by_commune = frame.groupby("code_insee")
    communes["area_ha"] = by_commune["area_ha"].sum().reindex(communes.index)
    communes["n"] = by_commune.size().reindex(communes.index)
    potential = frame["status"].eq("friche potentielle")
    communes["potential"] = potential.groupby(frame["code_insee"]).sum().reindex(communes.index)
    urban = frame["area_ha"].where(frame["zoning"].isin(("U", "AUs", "AUc")), 0.0)
    communes["urban_ha"] = urban.groupby(frame["code_insee"]).sum().reindex(communes.index)
    motorway = tiGIS.nearest(tiGIS.load_interurban_network(), frame, tiGIS.territory.load_motorway_accesses())
    communes["motorway_min"] = motorway["time_min"].groupby(frame["code_insee"]).median()
    figures = tiGIS.datasets.ales_reference_figures().set_index("indicator")["value"]
    supply = tiGIS.land.land_supply(figures["available_business_land"], figures["requested_business_land"])
    known = sites.completeness()["unknown"]
    chart = choropleth(
        communes,
        [
            Layer(
                column="area_ha",
                label="Friches recensées",
                unit="ha",
                unit_label="hectares",
                year=2024,
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
            "Alès Agglomération : foncier d’activité libre et demandé en 2022 ; friches recensées par "
            "Cartofriches en mars 2024, en hectares par commune"
        ),
        population="population",
        kind="commune",
        facts={
            "n": "Friches recensées",
            "potential": "dont seulement « potentielles »",
            "urban_ha": ("dont en zone urbaine ou à urbaniser", "ha"),
        },
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
        source=[
            "Cerema, Cartofriches, mars 2024",
            "Granier 2023 (foncier libre et demandé, 2022)",
            *(note["fr"] for note in motorway.attrs["tigis"]["sources"]),
        ],
        limits=[
            f"Sur {len(sites)} friches, {int(potential.sum())} sont seulement « potentielles », "
            f"{known['type']} de type inconnu, {known['pollution']} de pollution inconnue, {known['zoning']} "
            "sans zonage : elles ne sont pas classées entre elles",
            "Des points avec une surface, sans contour : rien ne dit ce qui est libre",
            *(note["fr"] for note in motorway.attrs["tigis"]["limits"]),
            tiGIS.datasets.ales_risk_plans().attrs["tigis"]["limits"][1]["fr"],
        ],
    )
    frame["zonage"] = frame["zoning"].map(_ZONES).fillna("zonage inconnu")
    return chart.add_points(
        frame.to_crs(4326), label="Friches, par zonage", column="zonage", colours=_COLOURS, cluster=False
    )
