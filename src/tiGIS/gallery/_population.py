"""People in 2018 and 2022 by commune, on one map of communes."""

from __future__ import annotations

import pandas as pd

import tiGIS

MAP_YEAR = 2024  # that of the other maps of the gallery
SOURCE = "populations légales de 2018 (carte des communes de 2021) et 2022 (carte de 2024)"
NOTES = (
    "Les populations de 2018 sont portées sur la carte des communes de 2024\u202f: les communes fusionnées "
    "sont additionnées, celles qui se sont séparées partagent leur population au prorata de celle de 2022",
    "La population d’un territoire est la somme de celles de ses communes\u202f; son évolution est celle de "
    "la somme",
)


def change() -> pd.DataFrame:
    """Give the legal populations of 2018 and 2022 by commune of the map of 2024: ``p18``, ``p22``."""
    figures = tiGIS.territory.load_populations()
    now = _column(figures, 2022, MAP_YEAR)
    then = _column(figures, 2018, 2021).to_frame("p18")
    count = tiGIS.Indicator(name="p18", kind="count")
    carried = tiGIS.harmonise(then, from_year=2021, to_year=MAP_YEAR, indicators=[count], weights=now)
    return pd.DataFrame({"p18": carried["p18"], "p22": now})


def change_pct(table: pd.DataFrame) -> pd.Series:
    """Give the change in per cent between 2018 and 2022."""
    return 100 * (table["p22"] - table["p18"]) / table["p18"].where(table["p18"] > 0)


def _column(figures: pd.DataFrame, census: int, map_year: int) -> pd.Series:
    chosen = figures[(figures["census_year"] == census) & (figures["map_year"] == map_year)]
    return chosen.set_index("code_insee")["population"].astype(float)
