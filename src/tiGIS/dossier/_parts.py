"""The parts of a dossier that need no measure: boundaries and indicators."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS.dossier._carried import carry
from tiGIS.dossier._parquet import write_table
from tiGIS.dossier._perimeter import Perimeter
from tiGIS.dossier._report import Missing, Origin, Part, from_bundle
from tiGIS.dossier._supply import Supply
from tiGIS.provenance import description, note
from tiGIS.sources import CachedFile, find_source
from tiGIS.sources.reading.archive import find_member, read_member
from tiGIS.sources.reading.insee_comparateur import read_insee_comparateur
from tiGIS.sources.reading.insee_filosofi import read_insee_filosofi
from tiGIS.territory import load_populations

if TYPE_CHECKING:
    from collections.abc import Iterable


def boundaries(perimeter: Perimeter, out: Path) -> Part:
    """Write the communes of the territory, with their population."""
    part = Part("boundaries", {"fr": "Limites et populations", "en": "Boundaries and populations"})
    communes = perimeter.communes
    write_table(communes, out / "communes.parquet")
    part.files.append("communes.parquet")
    overseas = communes.crs.to_epsg() != 2154
    part.origins.append(
        from_bundle(
            "communes_2024_overseas.parquet" if overseas else "communes_2024.parquet",
            "Communes (contours généralisés)",
            "Communes (generalised outlines)",
            "1er janvier 2024",
        )
    )
    part.origins.append(_populations_origin())
    part.figures = {
        "communes": len(communes),
        "EPCI": len(perimeter.epci),
        "habitants": float(communes["population"].sum()),
    }
    part.limits += description(communes)["limits"]
    part.status = "complete"
    return part


def indicators(perimeter: Perimeter, supply: Supply, out: Path) -> Part:
    """Write Insee's figures for the communes: legal populations by census, comparateur, Filosofi."""
    part = Part("indicators", {"fr": "Indicateurs", "en": "Indicators"})
    tables = [_populations(perimeter)]
    part.origins.append(_populations_origin())
    readers: Iterable[tuple[str, Callable[[CachedFile], pd.DataFrame]]] = (
        ("insee_comparateur", lambda file: read_insee_comparateur(file.path)),
        ("insee_filosofi", lambda file: _filosofi(file, out.parent)),
    )
    for source, reader in readers:
        for file in supply.give(source, None, part):
            table = _read_or_note(reader, file, part)
            if table is None:
                continue
            tables.append(_carried(table, perimeter, part, find_source(source).title))
    joined = pd.concat(tables, axis=1)
    joined = joined.loc[:, ~joined.columns.duplicated()]
    write_table(joined, out / "indicateurs.parquet")
    part.files.append("indicateurs.parquet")
    part.figures = {"indicateurs": joined.shape[1], **part.figures}
    part.limits.append(
        note(
            f"Chiffres portés sur la carte des communes de {perimeter.year} : sommes là où des communes ont "
            "fusionné ; médianes et taux dont la base n’est pas dans le fichier y sont laissés vides",
            f"Figures carried to the map of communes of {perimeter.year}: sums where communes have merged; "
            "medians, and rates whose base is not in the file, are left empty there",
        )
    )
    part.status = "partial" if part.missing else "complete"
    return part


def _carried(table: pd.DataFrame, perimeter: Perimeter, part: Part, title: dict[str, str]) -> pd.DataFrame:
    """Carry a file's figures to the territory's map of communes, and count what that made of them."""
    carried = carry(table, perimeter)
    name = title["fr"]
    if carried.map_year is None:
        part.limits.append(
            note(
                f"{name} : codes d’aucune carte des communes connue de tiGIS ; chiffres joints par code, "
                "tels quels : ceux d’une commune fusionnée ou scindée depuis sont faux ou absents",
                f"{title['en']}: codes of no map of communes that tiGIS knows; joined by code as they are: "
                "those of a commune merged or split since are wrong or absent",
            )
        )
    else:
        name += f" (carte des communes de {carried.map_year})"
    part.figures[f"{name} – communes sans ligne"] = carried.without
    if carried.summed:
        part.figures[f"{name} – communes fusionnées depuis, sommées"] = carried.summed
    if carried.shared:
        part.figures[f"{name} – communes scindées depuis, au prorata de la population"] = carried.shared
    part.limits += [limit for limit in description(table)["limits"] if limit not in part.limits]
    return carried.figures


def _populations_origin() -> Origin:
    return from_bundle(
        "populations.parquet",
        "Populations légales",
        "Legal populations",
        "cartes des 1er janvier 2021 à 2026 ; recensements de 2018 à 2023 (Mayotte : 2017)",
    )


def _populations(perimeter: Perimeter) -> pd.DataFrame:
    """Legal population of each census in the bundle, one column a census, on the territory's map."""
    table = load_populations()
    columns = []
    for census in sorted(table["census_year"].unique()):
        of_census = table[table["census_year"] == census]
        maps = of_census["map_year"].unique()
        nearest = min(maps, key=lambda year: (abs(year - perimeter.year), year))
        of_map = of_census[of_census["map_year"] == nearest].set_index("code_insee")
        figures = of_map["population"].rename(f"population_{census}").to_frame()
        columns.append(carry(figures, perimeter).figures)
    return pd.concat(columns, axis=1).dropna(axis=1, how="all")  # the census of 2017 is Mayotte's alone


def _filosofi(file: CachedFile, beside: Path) -> pd.DataFrame:
    """Read Filosofi: the table of communes, alone or a member of Insee's archive."""
    if file.path.suffix.lower() != ".zip":
        return read_insee_filosofi(file.path)
    member = find_member(file.path, "*_COM.csv")
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        table = Path(folder) / Path(member).name
        table.write_bytes(read_member(file.path, member))
        return read_insee_filosofi(table)


def _read_or_note(
    reader: Callable[[CachedFile], pd.DataFrame], file: CachedFile, part: Part
) -> pd.DataFrame | None:
    """Read a file of the cache; one that can't be read is noted as missing, and the gathering goes on."""
    try:
        return reader(file)
    except DataFileError as error:
        part.missing.append(Missing(file.source, part.origins[-1].title, "unreadable", str(error)))
        part.origins.pop()
        return None
