"""The account of brownfields around Alès: what takes each out, in order, and what is left."""

from __future__ import annotations

import pandas as pd

import tiGIS
from tiGIS._format import number, quantity
from tiGIS.gallery.ales import ALES, TOWNS, neighbours
from tiGIS.land import STEPS, brownfield_account, brownfield_step
from tiGIS.maps import Layer, TigisMap, choropleth

_WORDS = {
    "farm_or_natural": "en zone agricole ou naturelle",
    "zoning_unknown": "de zonage inconnu",
    "only_potential": "seulement « potentielles »",
    "has_project": "où un projet est déjà connu",
    "left": "ce qui reste",
}
_COLOURS = {
    "farm_or_natural": "#c9a227",
    "zoning_unknown": "#8c959f",
    "only_potential": "#6a3d9a",
    "has_project": "#b3541e",
    "left": "#006d2c",
}


def account() -> TigisMap:
    """Map the brownfields by what takes each out of the account, and the hectares by commune."""
    frame = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields()).frame
    frame["step"] = brownfield_step(frame)
    table = brownfield_account(frame)
    hectares_of = table["area_ha"].to_dict()
    sites_of = table["sites"].to_dict()
    whole = float(table["area_ha"].sum())
    figures = tiGIS.datasets.ales_reference_figures().set_index("indicator")["value"]
    supply = tiGIS.land.land_supply(figures["available_business_land"], figures["requested_business_land"])
    communes = tiGIS.load_communes(epci=ALES)
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
            year=2024,
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
            "Alès Agglomération\u202f: on ôte, dans l’ordre, ce qui est agricole ou naturel, de zonage "
            "inconnu, "
            "seulement « potentiel », ou déjà en projet"
        ),
        kind="commune",
        facts={"left_ha": ("dont il reste", "ha")},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=[town for town in TOWNS if town != "Nîmes"],
        town_halls=tiGIS.territory.load_town_halls(),
        source=["Cerema, Cartofriches, mars 2024", "Granier 2023 (foncier libre et demandé, 2022)"],
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
        colours={_WORDS[step]: colour for step, colour in _COLOURS.items()},
        cluster=False,
    )
