"""Water: which plans concern each commune, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tiGIS._format import number, of_place
from tiGIS.gallery._place import Place
from tiGIS.maps import Layer, TigisMap, choropleth

_SEVERAL = "Plusieurs bassins"
_BLUES = ("#9ecae1", "#4292c6", "#08306b", "#deebf7")


def flood_plans(place: Place, plans: pd.DataFrame, basins: Sequence[str]) -> TigisMap:
    """Map the river basins whose flood-zone atlas concerns each commune, and the technological-risk plans.

    Plans are flags by commune, as `plans_by_commune` gives them; each atlas is told by the basin in its name.
    """
    communes = place.communes()
    communes["bassin"] = plans["azi_plans"].map(lambda named: _basin(named, basins)).reindex(communes.index)
    communes["pprt"] = plans["pprt_plans"].map(_plant, na_action="ignore").reindex(communes.index)
    communes["atlas"] = plans["azi_plans"].reindex(communes.index)
    concerned, plants = int(plans["azi"].sum()), int(plans["pprt"].sum())
    return choropleth(
        communes,
        [
            Layer(column="bassin", label="Atlas de zones inondables", year=2024, palette=_BLUES),
            Layer(
                column="pprt",
                label="Plan de risques technologiques",
                year=2024,
                palette=("#b3541e", "#6a3d9a"),
                reasons="aucun plan",
            ),
        ],
        title=(
            f"Les {concerned} communes {of_place(place.name)} sont toutes concernées par un atlas de zones "
            f"inondables ; {plants} le sont aussi par un plan de risques technologiques"
        ),
        subtitle="Bassins des atlas de zones inondables (AZI) et plans technologiques (PPRT), par commune",
        # no bars of people: a commune that an atlas names is no count of people exposed
        kind="commune",
        facts={"atlas": "Atlas"},
        context=place.neighbours(),
        outlines=communes.dissolve(),
        labels=place.towns,
        source=[note["fr"] for note in plans.attrs["tigis"]["sources"]],
        limits=[note["fr"] for note in plans.attrs["tigis"]["limits"]],
        notes=(
            "Une commune est coloriée en entier dès qu’un atlas la nomme, même si l’eau n’en atteint qu’une "
            f"petite partie. {number((communes['bassin'] == _SEVERAL).sum(), 0)} communes relèvent de "
            "plusieurs bassins."
        ),
    )


def _basin(plans: str, basins: Sequence[str]) -> str:
    """Name the basin of the atlases of a commune."""
    found = [basin for basin in basins if basin in plans]
    return found[0] if len(found) == 1 else _SEVERAL


def _plant(plans: str) -> str:
    """Write the name of a technological-risk plan as a title."""
    return " et ".join(pd.Series(plans.split(" | ")).str.removeprefix("PPRT ").str.title())
