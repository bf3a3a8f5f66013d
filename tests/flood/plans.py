"""Small prevention plans in the national exchange format, written for the tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from toys import near_ales

PLAN = "38DDT20990001"


def square(x: float, y: float = 0.0, side: float = 100.0) -> shapely.Polygon:
    """Square by its lower left corner, in metres from a place near Alès (Lambert-93)."""
    return near_ales(shapely.box(x, y, x + side, y + side))


def hazard_layer(rows: list[tuple], crs: object = 2154, id_type: type = int) -> gpd.GeoDataFrame:
    """Rows of (id, code of the hazard, code of the level, polygon)."""
    ids, codes, levels, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {
            "id_zone": pd.array(ids).astype(id_type),
            "id_gaspar": PLAN,
            "coderisque": codes,
            "nivalea": "",
            "nivalea_st": levels,
            "datecarte": "2020-01-01",
        },
        geometry=list(shapes),
        crs=crs,
    )


def rule_layer(rows: list[tuple], crs: object = 2154) -> gpd.GeoDataFrame:
    """Rows of (id, type of rule, polygon)."""
    ids, types, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"id_zone": ids, "id_gaspar": PLAN, "nom": "zone", "codezone": "R", "typereg": types},
        geometry=list(shapes),
        crs=crs,
    )


def write_plan(
    folder: Path,
    hazards: gpd.GeoDataFrame | None = None,
    rules: gpd.GeoDataFrame | None = None,
    components: pd.DataFrame | None = None,
    perimeter: gpd.GeoDataFrame | None = None,
    upper: bool = False,
) -> Path:
    """Write a plan as its producers do: shapefiles in a folder, zipped."""
    inside = folder / PLAN
    inside.mkdir(parents=True)
    layers = {"ZONE_ALEA": hazards, "ZONE_REG": rules, "PERIMETRE": perimeter}
    for name, layer in layers.items():
        if layer is not None:
            columns = str.upper if upper else str.lower
            layer = layer.rename(columns=lambda c, change=columns: c if c == "geometry" else change(c))
            pyogrio.write_dataframe(layer, inside / f"N_{name}_PPRN_20990001_S_038.shp")
    if components is not None:
        pyogrio.write_dataframe(
            components, inside / "N_MULTIALEA_PPRN_20990001_038.dbf", driver="ESRI Shapefile"
        )
    archive = folder / f"{PLAN}.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for file in sorted(inside.iterdir()):
            out.write(file, f"{PLAN}/{file.name}")
    return archive
