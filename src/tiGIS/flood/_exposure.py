"""What stands in flood zones, by territory and by level, nothing counted twice."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._polygons import M2_PER_HA, repaired_polygons, stacked
from tiGIS._validate import require_columns, require_crs, require_geodataframe, require_unique_index
from tiGIS.flood._overlaps import Cells
from tiGIS.flood._zones import FloodZones
from tiGIS.provenance import Note, describe, note

# Neighbours that only touch share slivers of rounding, which hold nobody
_LEAST_SHARED_M2 = 1.0

_NO_ZONE = "none"
_NOT_STUDIED = note(
    "Hors du périmètre étudié par le plan, l'exposition est inconnue (et non nulle).",
    "Outside the area that the plan studied, exposure is unknown (not zero).",
)
_NO_PERIMETER = note(
    "Le périmètre étudié n'est pas fourni : une exposition nulle peut vouloir dire « non étudié ».",
    "The studied area is not given: a zero may mean “not studied”.",
)


@checked
def exposure(
    territories: gpd.GeoDataFrame,
    zones: FloodZones,
    *,
    by_level: bool = True,
    counts: Mapping[str, gpd.GeoDataFrame] | None = None,
    roads: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | None = None,
    land: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Measure what stands in flood zones: area, people, jobs, roads, sites and land, by territory and level.

    Where zones overlap the worst level prevails, so that the rows of a territory add up to the exposure to
    the union of the zones. Each territory is measured on its own: rows of territories that overlap
    (an EPCI and its communes) are not to be added.

    Parameters
    ----------
    territories : geopandas.GeoDataFrame
        Communes, EPCI, Territoires d'industrie..., in metres; its index names the rows.
    zones : FloodZones
        The zones; keep the floods first with ``zones.of_kind("flood")`` when they hold other hazards.
    by_level : bool, default True
        One row per territory and level; otherwise one row per territory, for the union.
    counts : mapping of str to geopandas.GeoDataFrame, optional
        Things to count, e.g. ``{"people": grid, "jobs": iris}``: each layer has a column of that name.
        Polygons (grid cells, IRIS, communes) are shared out by area; points are in or out. Say where a
        layer comes from in its ``attrs["source"]``: the result carries it.
    roads : geopandas.GeoDataFrame, optional
        Lines; measured in km. A road along a border counts half on either side.
    sites : geopandas.GeoDataFrame, optional
        Points (or polygons, by a point inside them); counted.
    land : geopandas.GeoDataFrame, optional
        Polygons of land on offer; measured in hectares, overlaps counted once.

    Returns
    -------
    pandas.DataFrame
        Indexed by territory (and ``level``, worst first; ``"none"``, with 0, where there is no zone at all).
        A count is NaN where all the cells or points in a zone are without a value; where some are, they are
        in no sum, and the limits of the result say how many. Columns: ``area_ha``,
        ``area_share_pct`` (of the
        territory), one column per layer counted, ``roads_km``, ``sites``, ``land_ha``, ``studied_share_pct``
        (share of the territory that the plan studied; NaN when the zones don't say). All measures are NaN
        for a territory outside the studied area.

    Raises
    ------
    CRSError
        When a layer has no CRS, or the territories are not in metres.
    InputError
        When a layer lacks the column that it must be counted by, or holds negative counts.

    Examples
    --------
    >>> import geopandas as gpd, shapely, tiGIS
    >>> commune = gpd.GeoDataFrame(index=["30007"],
    ...                          geometry=[shapely.box(785000, 6335000, 786000, 6336000)], crs=2154)
    >>> grid = gpd.GeoDataFrame({"people": [400.0]},
    ...                          geometry=[shapely.box(785000, 6335000, 786000, 6336000)], crs=2154)
    >>> zones = tiGIS.flood.FloodZones.from_frame(
    ...     gpd.GeoDataFrame({"level": ["high", "low"]},
    ...                      geometry=[shapely.box(785000, 6335000, 785250, 6336000),
    ...                                shapely.box(785000, 6335000, 785500, 6336000)], crs=2154),
    ...     columns={"level": "level"})
    >>> found = tiGIS.flood.exposure(commune, zones, counts={"people": grid}).loc["30007"]
    >>> found["people"].to_dict()
    {'high': 100.0, 'low': 100.0}
    """
    require_unique_index(territories, "territories")
    places, _ = repaired_polygons(territories, "territories")
    places = places.reindex(territories.index)
    crs = places.crs
    if by_level:
        layers = zones.flatten().to_crs(crs)
        if layers.empty:  # a row for each territory all the same: nothing of it is in a zone
            layers = gpd.GeoSeries([shapely.Polygon()], index=pd.Index([_NO_ZONE], name="level"), crs=crs)
    else:
        whole = stacked([np.asarray(zones.frame.geometry.values)])
        layers = gpd.GeoSeries(whole, index=pd.Index(["any"], name="level"), crs=zones.crs).to_crs(crs)
    cells = Cells(places, layers)

    table: dict[str, NDArray[np.float64]] = {"area_ha": cells.area() / M2_PER_HA}
    whole_ha = np.repeat(places.area.to_numpy() / M2_PER_HA, len(layers))
    table["area_share_pct"] = 100 * table["area_ha"] / whole_ha
    notes: list[Note] = [*zones.limits]
    for name, layer in (counts or {}).items():
        require_geodataframe(layer, f"counts[{name!r}]")
        require_columns(layer, [name], f"counts[{name!r}]")
        table[name], how = _counted(cells, layer, name)
        notes.append(how)
    if roads is not None:
        require_crs(roads, "roads")
        table["roads_km"] = cells.length_of(np.asarray(roads.geometry.to_crs(crs).values)) / 1000
    if sites is not None:
        require_crs(sites, "sites")
        placed = sites.geometry[~(sites.geometry.isna() | sites.geometry.is_empty)]
        points = placed.to_crs(crs).representative_point()
        table["sites"] = cells.points(np.asarray(points.values), np.ones(len(points)))
        if len(placed) < len(sites):
            lost = len(sites) - len(placed)
            notes.append(
                note(f"sites : {lost} sans position, non comptés.", f"sites: {lost} without a geometry.")
            )
    if land is not None:
        parcels, _ = repaired_polygons(land.to_crs(crs), "land")
        dissolved = shapely.get_parts(shapely.union_all(np.asarray(parcels.geometry.values)))
        table["land_ha"] = cells.area_of(dissolved, np.full(len(dissolved), 1 / M2_PER_HA))
    result = pd.DataFrame(table, index=cells.index)
    result["studied_share_pct"] = np.repeat(_studied(places, zones), len(layers))
    outside = result["studied_share_pct"] == 0
    result.loc[outside, list(table)] = np.nan
    if not by_level:
        result = result.droplevel("level")
    notes.append(_NO_PERIMETER if zones.studied is None else _NOT_STUDIED)
    return describe(result, sources=zones.sources, limits=notes)


def _counted(cells: Cells, layer: gpd.GeoDataFrame, name: str) -> tuple[NDArray[np.float64], Note]:
    """Count one layer in the cells, and say how it was counted."""
    where = f"counts[{name!r}]"
    require_crs(layer, where)
    amount = as_numbers(layer[name], where)
    if not (np.isnan(amount) | (amount >= 0) & np.isfinite(amount)).all():
        wrong = np.count_nonzero((amount < 0) | np.isinf(amount))
        raise InputError(f"{where}: {wrong} counts below 0 or infinite; expected none")
    known = ~np.isnan(amount)
    geometry = layer.geometry.to_crs(cells.crs)
    placed = ~(geometry.isna() | geometry.is_empty).to_numpy()
    without_fr, without_en = _without(amount, known, placed)
    source = f" ({layer.attrs['source']})" if "source" in layer.attrs else ""
    here, gaps = geometry[known & placed], geometry[~known & placed]
    if (geometry.geom_type[placed] == "Point").all():
        values = cells.points(np.asarray(here.values), amount[known & placed])
        seen = cells.points(np.asarray(here.values), np.ones(len(here)))
        unseen = cells.points(np.asarray(gaps.values), np.ones(len(gaps)))
        values[(unseen > 0) & (seen == 0)] = np.nan
        return values, note(
            f"{name} : {len(layer)} points{without_fr}{source}.",
            f"{name}: {len(layer)} points{without_en}{source}.",
        )
    polygons, repairs = repaired_polygons(
        gpd.GeoDataFrame({name: amount[placed]}, geometry=geometry[placed].values), where
    )
    areas, outlines = polygons.area.to_numpy(), np.asarray(polygons.geometry.values)
    has = polygons[name].notna().to_numpy()
    values = cells.area_of(outlines[has], polygons[name].to_numpy(float)[has] / areas[has])
    seen = cells.area_of(outlines[has], np.ones(np.count_nonzero(has)))
    unseen = cells.area_of(outlines[~has], np.ones(np.count_nonzero(~has)))
    values[(unseen > _LEAST_SHARED_M2) & (seen <= _LEAST_SHARED_M2)] = np.nan
    size = f"{np.median(areas) / 1e6:.3g} km²" if len(areas) else "0 km²"
    if repairs.mended:
        without_fr += f", {repairs.mended} réparés"
        without_en += f", {repairs.mended} mended"
    return values, note(
        f"{name} : {len(layer)} polygones ({size}, médiane), au prorata de la surface{without_fr}{source}.",
        f"{name}: {len(layer)} polygons ({size}, median), shared out by area{without_en}{source}.",
    )


def _without(
    amount: NDArray[np.float64], known: NDArray[np.bool_], placed: NDArray[np.bool_]
) -> tuple[str, str]:
    """Say how many rows are in no sum, and how much they hold."""
    fr = en = ""
    if not placed.all():
        rows, lost = np.count_nonzero(~placed), np.nansum(amount[~placed])
        fr += f", {rows} sans contour ni position ({lost:g}, hors des sommes)"
        en += f", {rows} without a geometry ({lost:g}, in no sum)"
    if not known.all():
        rows = np.count_nonzero(~known)
        fr += f", {rows} sans valeur"
        en += f", {rows} without a value"
    return fr, en


def _studied(places: gpd.GeoDataFrame, zones: FloodZones) -> NDArray[np.float64]:
    """Share of each territory that the plan studied; NaN when nobody says."""
    if zones.studied is None:
        return np.full(len(places), np.nan)
    studied = gpd.GeoSeries([zones.studied], crs=zones.crs).to_crs(places.crs).iloc[0]
    shared = shapely.area(shapely.intersection(np.asarray(places.geometry.values), studied))
    return 100 * shared / places.area.to_numpy()
