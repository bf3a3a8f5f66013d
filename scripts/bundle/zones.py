"""Zones d'emploi of 2020: which commune is in which, on each year's map, from Insee's table of 2022."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

from bundle.packages import YEARS
from bundle.raw import Edition
from tiGIS.indicators import passage
from tiGIS.sources import read_insee_appartenance
from tiGIS.territory import load_populations

FILE = Edition(
    "insee_table_appartenance_geo_communes_2022.zip",
    "9ee902fae75c2606eda7bcea55e42796fdc7d3d166a4752fb2a644b023ba4831",
    "Insee, table d'appartenance géographique des communes, 2022, of "
    "https://www.insee.fr/fr/information/2028028",
)
_MAP_YEAR = 2022


def by_year(raw: Path) -> pd.DataFrame:
    """Zone of each commune on each map: that of its commune of 2022, of most of its people if it merged."""
    zone_of = read_insee_appartenance(FILE.path(raw))["ZE2020"]
    people = load_populations(map_year=_MAP_YEAR).set_index("code_insee")["population"]
    people = people[~people.index.duplicated()]
    parts = []
    for year in YEARS:
        pairs = passage(_MAP_YEAR, year)
        pairs = pairs.assign(
            zone=pairs["code_from"].map(zone_of), people=pairs["code_from"].map(people).fillna(0)
        )
        if lacking := sorted(pairs.loc[pairs["zone"].isna(), "code_to"]):
            raise SystemExit(f"communes of {year} without a zone d'emploi: {lacking}")
        per_zone = pairs.groupby(["code_to", "zone"], as_index=False)["people"].sum()
        most = per_zone.sort_values("people", kind="stable").drop_duplicates("code_to", keep="last")
        parts.append(pd.DataFrame({"year": year, "code_insee": most["code_to"], "zone_emploi": most["zone"]}))
    table = pd.concat(parts).astype({"year": "int16"})
    return table.sort_values(["code_insee", "year"], ignore_index=True)


def names(raw: Path) -> pd.DataFrame:
    """Names of the 306 zones."""
    with zipfile.ZipFile(FILE.path(raw)) as archive:
        book = archive.read(archive.namelist()[0])
    rows = pd.read_excel(
        io.BytesIO(book), "Zones_supra_communales", skiprows=5, dtype=str, engine="calamine"
    ).query("NIVGEO == 'ZE2020'")
    return rows[["CODGEO", "LIBGEO"]].set_axis(["code", "nom"], axis=1).reset_index(drop=True)
