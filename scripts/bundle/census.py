"""Census, births, establishments, incomes and area of communes, from Insee's comparateur de territoires."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bundle.raw import Edition
from tiGIS.sources import read_insee_comparateur

FILE = Edition(
    "insee_base_cc_comparateur_2022.zip",
    "311caa145141e60a7e61297a2e6038a2acba6d85b3a7763320b058076d2be9dc",
    "Insee, comparateur de territoires, edition of January 2022, of https://www.insee.fr/fr/statistiques/2521169",
)
COLUMNS = [
    "P18_POP", "P13_POP", "SUPERF", "NAIS1318", "DECE1318", "P18_LOG", "P18_RP", "P18_LOGVAC", "P18_EMPLT",
    "P13_EMPLT", "P18_POP1564", "P18_CHOM1564", "P18_ACT1564", "ETTOT18", "ETBE18", "ETFZ18", "ETGU18",
    "ETGZ18", "ETOQ18", "MED19", "TP6019",
]  # fmt: skip


def census_by_commune(raw: Path) -> pd.DataFrame:
    """Figures of 2013 to 2019 by commune on the map of 2021, to a hundredth."""
    table = read_insee_comparateur(FILE.path(raw))[COLUMNS].sort_index()
    table.attrs = {}  # what the reader says of the whole file is not of each column
    # overseas territories that Insee lists without any figure are no rows
    return table.round(2).dropna(how="all").reset_index()
