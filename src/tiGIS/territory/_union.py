"""Communes united into larger territories: the caller's own polygons, or those of the bundle."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import checked
from tiGIS._validate import require_crs, require_unique_index
from tiGIS.territory._members import load_memberships, require_phase, require_year, territoire_members


def united(polygons: gpd.GeoSeries, group_of: pd.Series) -> gpd.GeoDataFrame:
    """Unite the polygons of a valid coverage by group, both on the same index."""
    order = np.argsort(group_of.to_numpy().astype(str), kind="stable")
    names, starts = np.unique(group_of.to_numpy().astype(str)[order], return_index=True)
    runs = np.split(polygons.to_numpy()[order], starts[1:])
    united = [run[0] if len(run) == 1 else shapely.coverage_union_all(run) for run in runs]
    index = pd.Index(names, name=group_of.name, dtype=object)
    return gpd.GeoDataFrame(geometry=united, index=index, crs=polygons.crs)


def _dissolve(communes: gpd.GeoDataFrame, group_of: pd.Series, index: str) -> gpd.GeoDataFrame:
    require_crs(communes, "communes", projected=True)
    require_unique_index(communes, "communes")
    known = group_of.reindex(communes.index).dropna().rename(index)
    polygons = communes.geometry
    if not shapely.coverage_is_valid(polygons.to_numpy()):
        cleaned = shapely.coverage_clean(polygons.to_numpy(), gap_width=1.0)
        polygons = gpd.GeoSeries(cleaned, index=communes.index, crs=communes.crs)
    return united(polygons.loc[known.index], known)


@checked
def to_epci(communes: gpd.GeoDataFrame, map_year: int = 2024) -> gpd.GeoDataFrame:
    """
    Unite polygons of communes into their EPCI, without slivers.

    Parameters
    ----------
    communes : geopandas.GeoDataFrame
        Polygons indexed by ``code_insee``, in a projected CRS in metres. They may come from elsewhere:
        edges that disagree are mended first.
    map_year : int, default 2024
        Map that the codes are written on, and of the lists of members.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``siren``, ``geometry``. Communes without EPCI are left out; an EPCI of which only some
        communes are given is united from these.

    Raises
    ------
    CRSError
        Without a CRS, or in degrees.
    InputError
        When a commune is there twice.

    Examples
    --------
    >>> from tiGIS import load_communes
    >>> alone = to_epci(load_communes(departement="48"))
    >>> int((alone.geom_type == "Polygon").sum()) > 0
    True
    """
    return _dissolve(communes, load_memberships(require_year(map_year))["siren"], "siren")


@checked
def to_ti(communes: gpd.GeoDataFrame, phase: str = "2023-2027", map_year: int = 2024) -> gpd.GeoDataFrame:
    """
    Unite polygons of communes into their Territoires d'industrie, without slivers.

    Parameters
    ----------
    communes : geopandas.GeoDataFrame
        Polygons indexed by ``code_insee``, in a projected CRS in metres.
    phase : {"2018-2022", "2023-2027"}, default "2023-2027"
        Phase of the programme.
    map_year : int, default 2024
        Map that the codes are written on, 2022 to 2026.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``id_ti``, ``geometry``. Communes that belong to none are left out.

    Raises
    ------
    CRSError
        Without a CRS, or in degrees.
    InputError
        When a commune is there twice, or the phase is unknown.

    Examples
    --------
    >>> from tiGIS import load_communes
    >>> to_ti(load_communes(departement="48"), "2018-2022").index.name
    'id_ti'
    """
    members = territoire_members(require_phase(phase), communes=True, map_year=require_year(map_year))
    return _dissolve(communes, members.set_index("code_insee")["id_ti"], "id_ti")
