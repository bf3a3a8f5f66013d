"""The parts of a build that need no measure: boundaries and indicators."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._meta import description, note
from tiGIS.build._files import write_table
from tiGIS.build._perimeter import Perimeter
from tiGIS.build._report import Missing, Part, from_bundle
from tiGIS.build._supply import Supply
from tiGIS.sources import CachedFile
from tiGIS.sources._archive import find_member, read_member
from tiGIS.sources.insee_comparateur import read_insee_comparateur
from tiGIS.sources.insee_filosofi import read_insee_filosofi
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
        )
    )
    part.origins.append(from_bundle("populations.parquet", "Populations légales", "Legal populations"))
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
    codes = perimeter.communes.index
    tables = [_populations(codes)]
    part.origins.append(from_bundle("populations.parquet", "Populations légales", "Legal populations"))
    readers: Iterable[tuple[str, Callable[[CachedFile], pd.DataFrame]]] = (
        ("insee_comparateur", lambda file: read_insee_comparateur(file.path)),
        ("insee_filosofi", _filosofi),
    )
    for source, reader in readers:
        for file in supply.give(source, None, part):
            table = _read_or_note(reader, file, part)
            if table is None:
                continue
            known = table.index.intersection(codes)
            part.figures[f"communes sans ligne dans {source}"] = len(codes) - len(known)
            tables.append(table.reindex(codes))
            part.limits += [limit for limit in description(table)["limits"] if limit not in part.limits]
    joined = pd.concat([table.loc[:, ~table.columns.duplicated()] for table in tables], axis=1)
    joined = joined.loc[:, ~joined.columns.duplicated()]
    write_table(joined, out / "indicateurs.parquet")
    part.files.append("indicateurs.parquet")
    part.figures["indicateurs"] = joined.shape[1]
    part.limits.append(
        note(
            "Les chiffres sont joints par code de commune : une commune fusionnée depuis n’a pas de ligne",
            "Figures are joined by code of commune: a commune merged since has no row",
        )
    )
    part.status = "partial" if part.missing else "complete"
    return part


def _populations(codes: pd.Index) -> pd.DataFrame:
    """Legal population of each census in the bundle, one column a census."""
    table = load_populations()
    wide = table.reset_index().pivot_table(
        index="code_insee", columns="census_year", values="population", aggfunc="first"
    )
    wide.columns = [f"population_{year}" for year in wide.columns]
    return wide.reindex(codes)


def _filosofi(file: CachedFile) -> pd.DataFrame:
    """Read Filosofi out of Insee's archive, where the table of communes is one member."""
    member = find_member(file.path, "*_COM.csv")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / Path(member).name
        table.write_bytes(read_member(file.path, member))
        return read_insee_filosofi(table)


def _read_or_note(
    reader: Callable[[CachedFile], pd.DataFrame], file: CachedFile, part: Part
) -> pd.DataFrame | None:
    """Read a file of the cache; one that can't be read is noted as missing, and the build goes on."""
    try:
        return reader(file)
    except DataFileError as error:
        part.missing.append(Missing(file.source, part.origins[-1].title, "unreadable", str(error)))
        part.origins.pop()
        return None
