"""Alès Agglomération as its pages call it, and the towns that they name."""

from __future__ import annotations

from tiGIS.cases.ales import CASE
from tiGIS.gallery import Place

PLACE = Place(
    territory=CASE.territory,
    name=CASE.name,
    centre="30007",
    town="Alès",
    towns=("Alès", "Anduze", "La Grand-Combe", "Saint-Jean-du-Gard", "Bessèges", "Génolhac", "Salindres"),
    departements=("30", "48", "07", "34", "84", "13", "26"),
)
