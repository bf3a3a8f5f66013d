"""Small tables to try things on: what the bundle holds of Alès Agglomération."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._bundled import bundled_path
from tiGIS.flood import CONCERNED
from tiGIS.provenance import describe, note

__all__ = ["ales_brownfields", "ales_reference_figures", "ales_risk_plans", "ales_sites"]

_NO_POLYGON = note(
    "Aucun contour de zone inondable n'est embarqué ; il en existe : PPRi du Gardon d'Alès, TRI d'Alès "
    "(Géorisques).",
    "No outline of a flood zone is bundled; there are some: the PPRi of the Gardon d'Alès, the TRI of Alès "
    "(Géorisques).",
)


def _table(name: str) -> pd.DataFrame:
    return pd.read_parquet(bundled_path(f"{name}.parquet"))


@checked
def ales_brownfields() -> gpd.GeoDataFrame:
    """Load the brownfield sites (*friches*) of Alès Agglomération.

    Returns
    -------
    geopandas.GeoDataFrame
        Points (EPSG:2154), index ``site_id``; ``site_type``, ``site_statut``, ``site_surface`` (m², missing
        where unknown), ``code_insee``, ``urba_zone_type``, ``bati_etat``, ``sol_pollution_existe``.

    Examples
    --------
    >>> import tiGIS
    >>> len(tiGIS.datasets.ales_brownfields())
    89
    """
    points = gpd.read_parquet(bundled_path("ales_brownfields_2024.parquet")).set_index("site_id")
    limit = note(
        "Friches d'Alès Agglomération seulement ; inventaire non exhaustif",
        "Brownfields of Alès Agglomération only; the inventory isn't complete",
    )
    source = note("Cerema, Cartofriches, mars 2024", "Cerema, Cartofriches, March 2024")
    return describe(points.to_crs(2154), sources=[source], limits=[limit])


@checked
def ales_sites() -> pd.DataFrame:
    """Load the industrial sites of Alès that the reference documents name.

    Returns
    -------
    pandas.DataFrame
        ``site``, ``commune``, ``kind``, ``status``, ``area_ha``, ``floor_area_m2``, ``note``, ``source``.
        Sites have no position: only their commune is known.

    Examples
    --------
    >>> import tiGIS
    >>> "Plateforme chimique de Salindres" in set(tiGIS.datasets.ales_sites()["site"])
    True
    """
    return _table("ales_sites")


@checked
def ales_reference_figures() -> pd.DataFrame:
    """Load the figures that the reference documents give for Alès.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``geography``, ``level``, ``year``, ``value``, ``unit``, ``source``.

    Examples
    --------
    >>> import tiGIS
    >>> figures = tiGIS.datasets.ales_reference_figures()
    >>> figures.query("indicator == 'population' and year == 2020")["value"].tolist()
    [132799.0]
    """
    return _table("ales_reference")


@checked
def ales_risk_plans() -> pd.DataFrame:
    """Load the plans that concern each commune of Alès Agglomération: flood-zone atlases and PPRT.

    The bundle has no flood polygon. Those that exist are the plan of the Gardon d'Alès (PPRi) and the maps of
    the TRI of Alès, both published by Géorisques: `read_pprn` and `read_tri` read them.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``code_insee``, as `plans_by_commune` gives it: ``azi``, ``azi_plans``, ``pprt``,
        ``pprt_plans``. Flags: no count of people.

    Examples
    --------
    >>> import tiGIS
    >>> plans = tiGIS.datasets.ales_risk_plans()
    >>> int(plans["azi"].sum()), int(plans["pprt"].sum())
    (72, 7)
    """
    table = _table("ales_gaspar_2024").set_index("code_insee")
    result = pd.DataFrame(index=table.index)
    for kind in ("azi", "pprt"):
        result[kind] = table[kind].notna()
        result[f"{kind}_plans"] = table[kind]
    source = note("Géorisques, GASPAR, février 2024.", "Géorisques, GASPAR, February 2024.")
    return describe(result, sources=[source], limits=[CONCERNED, _NO_POLYGON])
