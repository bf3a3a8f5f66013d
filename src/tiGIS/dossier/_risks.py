"""Flood and land of a territory: prevention plans, flood directive, procedures by commune, brownfields."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import pandas as pd

from tiGIS._errors import CRSError, DataFileError, InputError
from tiGIS.cases import cases_of
from tiGIS.dossier._parquet import write_table
from tiGIS.dossier._perimeter import Perimeter, area_of
from tiGIS.dossier._report import Missing, Part, of_a_case
from tiGIS.dossier._supply import Supply
from tiGIS.flood import plans_by_commune, read_pprn, read_tri
from tiGIS.provenance import description
from tiGIS.sources import CachedFile, read_gaspar
from tiGIS.sources.reading.archive import list_members, read_member
from tiGIS.sources.reading.cartofriches import read_cartofriches

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiGIS.flood import FloodZones

T = TypeVar("T")

# tables of GASPAR that name a plan and its communes, among others in the archive
_GASPAR = ("azi_gaspar.csv", "pprn_gaspar.csv", "pprt_gaspar.csv", "tri_gaspar.csv")
_UNREADABLE = (DataFileError, InputError, CRSError)


def flood(perimeter: Perimeter, supply: Supply, out: Path) -> Part:
    """Write the flood zones of the plans that touch the territory, and which plans name its communes."""
    part = Part("flood", {"fr": "Inondation", "en": "Flood"})
    area = area_of(perimeter)
    for source, name, reader in (
        ("pprn", "inondation_pprn.parquet", _plan_zones),
        ("tri", "inondation_tri.parquet", _directive_zones),
    ):
        zones = []
        for file in supply.give(source, area, part):
            read = _read(reader, file, perimeter, part)
            if read is not None:
                zones.append(read)
        if zones:
            _write_zones(zones, perimeter, out / name, part)
    for file in supply.give("gaspar", None, part):
        table = _read(lambda file, _: _procedures(file, out.parent), file, perimeter, part)
        if table is not None:
            flags = plans_by_commune(table, perimeter.communes.index)
            write_table(flags, out / "procedures_risques.parquet")
            part.files.append("procedures_risques.parquet")
            part.limits += description(flags)["limits"]
            for kind in (column for column in flags.columns if flags[column].dtype == bool):
                part.figures[f"communes avec {kind.upper()}"] = int(flags[kind].sum())
    if "procedures_risques.parquet" not in part.files:
        _write_bundled_procedures(perimeter, out, part)
    part.status = "missing" if not part.files else "partial" if part.missing else "complete"
    return part


def land(perimeter: Perimeter, supply: Supply, out: Path) -> Part:
    """Write the brownfields of the territory."""
    part = Part("land", {"fr": "Foncier", "en": "Land"})
    sites = [
        table
        for file in supply.give("cartofriches", area_of(perimeter), part)
        if (table := _read(_sites, file, perimeter, part)) is not None
    ]
    if not sites:
        sites = _bundled_sites(perimeter, part)
    if sites:
        mine = pd.concat(sites)
        write_table(mine, out / "friches.parquet")
        part.files.append("friches.parquet")
        part.figures = {
            "friches": len(mine),
            "friches de surface connue": int(mine["site_surface"].notna().sum()),
            "hectares de friches de surface connue": round(float(mine["site_surface"].sum()) / 1e4, 1),
        }
    part.status = "missing" if not part.files else "partial" if part.missing else "complete"
    return part


def _read(
    reader: Callable[[CachedFile, Perimeter], T], file: CachedFile, perimeter: Perimeter, part: Part
) -> T | None:
    """Read a file of the cache; one that can't be read is noted, and the gathering goes on."""
    try:
        return reader(file, perimeter)
    except _UNREADABLE as error:
        title = next(origin.title for origin in part.origins if origin.source == file.source)
        part.missing.append(Missing(file.source, title, "unreadable", str(error)))
        part.origins = [origin for origin in part.origins if origin.sha256 != file.sha256]
        return None


def _plan_zones(file: CachedFile, perimeter: Perimeter) -> FloodZones:
    return read_pprn(file.path, crs=perimeter.communes.crs).hazards


def _directive_zones(file: CachedFile, perimeter: Perimeter) -> FloodZones:
    return read_tri(file.path, crs=perimeter.communes.crs)


def _write_zones(zones: list[FloodZones], perimeter: Perimeter, path: Path, part: Part) -> None:
    """Write the zones that touch the territory, cut at its limits, and what was studied."""
    territory = perimeter.communes.union_all()
    frames = []
    for zone in zones:
        near = zone.frame[zone.frame.intersects(territory)]
        frames.append(near.set_geometry(near.intersection(territory)))
        part.limits += [limit for limit in zone.limits if limit not in part.limits]
    mine = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=perimeter.communes.crs)
    write_table(mine, path)
    part.files.append(path.name)
    floods = mine[mine["kind"] == "flood"]
    part.figures[f"{path.stem} : zones d’inondation"] = len(floods)
    hectares = float(floods.union_all().area) / 1e4 if len(floods) else 0.0
    part.figures[f"{path.stem} : hectares en zone d’inondation"] = round(hectares, 1)
    studied = [zone.studied.intersection(territory) for zone in zones if zone.studied is not None]
    if studied:
        frame = gpd.GeoDataFrame(geometry=studied, crs=mine.crs)
        write_table(frame, path.with_name(f"{path.stem}_etudie.parquet"))
        part.files.append(f"{path.stem}_etudie.parquet")


def _procedures(file: CachedFile, beside: Path) -> pd.DataFrame:
    """Read the tables of GASPAR out of its archive."""
    members = {Path(name).name.lower(): name for name in list_members(file.path)}
    tables = []
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        for name in (name for name in _GASPAR if name in members):
            (Path(folder) / name).write_bytes(read_member(file.path, members[name]))
            tables.append(read_gaspar(Path(folder) / name))
    if not tables:
        raise DataFileError(file.path, f"none of {', '.join(_GASPAR)}", "tables of GASPAR")
    return pd.concat(tables, ignore_index=True)


def _write_bundled_procedures(perimeter: Perimeter, out: Path, part: Part) -> None:
    """Write the procedures that a case knows of these communes."""
    for case in cases_of(perimeter.communes.index):
        flags = case.known("risk_plans", perimeter.communes.index)
        if flags is None or flags.empty or case.risk_plans is None:
            continue
        for kind in (column for column in flags.columns if flags[column].dtype == bool):
            part.figures[f"communes avec {kind.upper()}"] = int(flags[kind].sum())
        write_table(flags, out / "procedures_risques.parquet")
        part.files.append("procedures_risques.parquet")
        part.origins.append(of_a_case(case.risk_plans))
        return


def _bundled_sites(perimeter: Perimeter, part: Part) -> list[gpd.GeoDataFrame]:
    """Give the brownfields that cases know of these communes."""
    found = []
    for case in cases_of(perimeter.communes.index):
        mine = case.known("brownfields", perimeter.communes.index)
        if mine is not None and len(mine) and case.brownfields is not None:
            part.origins.append(of_a_case(case.brownfields))
            part.limits += description(mine)["limits"]
            found.append(mine.rename(columns={"code_insee": "comm_insee"}).to_crs(perimeter.communes.crs))
    return found


def _sites(file: CachedFile, perimeter: Perimeter) -> gpd.GeoDataFrame:
    sites = read_cartofriches(file.path)
    mine = sites[sites["comm_insee"].isin(perimeter.communes.index)]
    return mine.to_crs(perimeter.communes.crs)
