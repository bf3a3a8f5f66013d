"""Polygons of territories: read from the bundle, or dissolved from the communes of the bundle."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import checked
from tiGIS._bundled import bundled_path
from tiGIS._errors import InputError, TerritoryNotFoundError
from tiGIS._former import former_arguments
from tiGIS._validate import are_among, shown
from tiGIS.provenance import describe, note
from tiGIS.territory._crs import in_common_crs
from tiGIS.territory._members import (
    PEOPLE_AND_GROUPS,
    TI_SOURCE,
    epci_and_ept,
    load_memberships,
    population_of_map,
    require_phase,
    require_year,
    territoire_members,
)
from tiGIS.territory._official import official_areas, summed
from tiGIS.territory._union import united
from tiGIS.territory._vintages import MAP_OF_POLYGONS, Undrawn, on_polygons

_SOURCES = (
    note("IGN Admin Express généralisé, COG 2024", "IGN Admin Express, generalised, COG 2024"),
    PEOPLE_AND_GROUPS,
)
_LIMITS = (
    note(
        "Contours généralisés, arrondis au mètre : ne pas mesurer à l'échelle de la parcelle",
        "Outlines are generalised and rounded to 1 m: don't measure at the scale of a plot",
    ),
)


@lru_cache(maxsize=4)
def _layer(name: str, index: str) -> tuple[gpd.GeoDataFrame, ...]:
    """One frame per legal projection, on the grid of whole metres; read once, never handed out."""
    metropole = gpd.read_parquet(bundled_path(f"{name}_{MAP_OF_POLYGONS}.parquet")).set_index(index)
    overseas = gpd.read_parquet(bundled_path(f"{name}_{MAP_OF_POLYGONS}_overseas.parquet")).set_index(index)
    layers = [metropole]
    for crs, part in overseas.groupby("crs_legal"):
        there = part.drop(columns="crs_legal").to_crs(crs)
        there.geometry = shapely.transform(there.geometry.to_numpy(), np.rint)
        layers.append(there)
    return tuple(layers)


def _codes(asked: str | Iterable[str], name: str, lengths: tuple[int, ...]) -> list[str]:
    codes = list(asked) if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]
    if not codes:
        raise InputError(f"{name}: no code is given; expected at least one, or None for all.")
    wrong = [code for code in codes if not isinstance(code, str) or len(code) not in lengths]
    if wrong:
        expected = " or ".join(str(n) for n in lengths)
        raise InputError(
            f"{name}: {shown(wrong)}; expected codes as strings of {expected} characters (leading zeros "
            "included, as '01'). tiGIS.find_territory('name') gives the code of a territory."
        )
    return [code.upper() for code in codes]


def _select(
    members: pd.DataFrame, column: str, asked: str | Iterable[str], year: int, name: str
) -> np.ndarray:
    """Say which communes have one of the codes asked for in the argument ``name`` as their ``column``."""
    codes = _codes(asked, name, (9,) if column == "siren" else (2, 3))
    unknown = sorted(set(codes) - set(members[column].dropna().unique()))
    if unknown:
        raise TerritoryNotFoundError(
            f"{name}: no commune of the map of {year} is in {shown(unknown)}. "
            "tiGIS.find_territory('name') gives the code of a territory."
        )
    return are_among(members[column], codes)


@former_arguments
def load_communes(
    epci: str | Iterable[str] | None = None,
    departement: str | Iterable[str] | None = None,
    map_year: int = 2024,
    *,
    undrawn: Undrawn = "refuse",
) -> gpd.GeoDataFrame:
    """
    Communes with their polygons, their territories and their legal population.

    Parameters
    ----------
    epci : str or iterable of str, optional
        SIREN of one or several EPCI, to keep their communes only.
    departement : str or iterable of str, optional
        Code of one or several départements (``"30"``, ``"2A"``, ``"974"``), to keep their communes only.
    map_year : int, default 2024
        Map of communes of 1 January of that year, 2021 to 2026. Polygons are those of 2024: on another
        map, communes that have merged since 2024 are united, and what can't be told is refused.
    undrawn : {"refuse", "drop"}, default "refuse"
        What to do, on another map than that of 2024, with communes that can't be drawn: raise, or leave
        them out and list them in ``result.attrs["tigis"]["undrawn"]``.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``code_insee``; ``nom``, ``departement``, ``region``, ``siren`` and ``epci`` (code and name
        of the EPCI, missing on four islands), ``siren_ept`` (in Grand Paris), ``population`` and
        ``population_year`` (the census in force on that map), ``official_area_km2`` (Insee's, which counts
        no sea, lakes over 1 km² or glaciers; NaN where a commune was split since 2021), ``crs_legal``,
        ``geometry``. EPSG:2154 when all are in metropolitan France, their legal projection when all share
        another one, else EPSG:4326.

    Raises
    ------
    InputError
        When a code is not a string of the right length.
    TerritoryNotFoundError
        When no commune belongs to an EPCI or a département asked for.
    VintageError
        When the year is not bundled, or some communes can't be drawn on its map.

    Examples
    --------
    >>> communes = load_communes(epci="200066918")
    >>> len(communes), communes.crs.to_epsg(), communes.loc["30007", "nom"]
    (72, 2154, 'Alès')
    """
    if epci is None and departement is None:
        return _all_communes(require_year(map_year), undrawn).copy()
    members = load_memberships(require_year(map_year))
    chosen = np.ones(len(members), dtype=bool)
    if epci is not None:
        chosen &= _select(members, "siren", epci, map_year, "epci")
    if departement is not None:
        chosen &= _select(members, "departement", departement, map_year, "departement")
    if not chosen.any():
        raise TerritoryNotFoundError(
            f"epci={epci!r}, departement={departement!r}: no commune of the map of {map_year} is in both. "
            "Give one of the two, or an EPCI of that département."
        )
    members = members[chosen]
    return _drawn(members, map_year, undrawn)


@lru_cache(maxsize=2)
def _all_communes(year: int, undrawn: Undrawn) -> gpd.GeoDataFrame:
    """Keep the whole map at hand: reprojecting all communes takes seconds."""
    return _drawn(load_memberships(year), year, undrawn)


def communes_of(codes: list[str], year: int) -> gpd.GeoDataFrame:
    """Load the communes of these codes as ``load_communes`` does."""
    return _drawn(load_memberships(year).loc[codes], year)


def _drawn(members: pd.DataFrame, year: int, undrawn: Undrawn = "refuse") -> gpd.GeoDataFrame:
    itself = pd.Series(members.index, index=members.index, dtype=object)
    carried, left_out = on_polygons(itself, year, "communes", undrawn)
    frame = _dissolve(carried.rename("code_insee"))
    frame = frame.join(members).join(population_of_map(year)).join(official_areas(year))
    frame["epci"] = frame["siren"].map(epci_and_ept(year)["nom"])
    columns = ["nom", "departement", "region", "siren", "epci", "siren_ept"]
    return _without(left_out, _finish(frame, columns, year))


@former_arguments
def load_epci(
    map_year: int = 2024, siren: str | Iterable[str] | None = None, *, undrawn: Undrawn = "refuse"
) -> gpd.GeoDataFrame:
    """
    Intercommunalités (EPCI à fiscalité propre) with their polygons and their legal population.

    Parameters
    ----------
    map_year : int, default 2024
        Map of 1 January of that year, 2021 to 2026. Polygons are those of 2024: an EPCI of another year is
        drawn when it takes whole communes of 2024, and refused otherwise.
    siren : str or iterable of str, optional
        Keep these EPCI only.
    undrawn : {"refuse", "drop"}, default "refuse"
        What to do, on another map than that of 2024, with EPCI that can't be drawn: raise, or leave
        them out and list them in ``result.attrs["tigis"]["undrawn"]``.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``siren``; ``nom``, ``nature`` (``"CC"``, ``"CA"``, ``"CU"``, ``"METROPOLE"``,
        ``"METLYON"``), ``n_communes``, ``population``, ``population_year`` (the census in force on that map),
        ``official_area_km2``, ``crs_legal``, ``geometry``. All together they come in EPSG:4326, since some
        are overseas: measure with ``area_km2``, or select and then ``to_crs`` to ``crs_legal``. With
        ``siren``, those that share a legal projection come in it.

    Raises
    ------
    InputError
        When a code is not a string of 9 characters.
    TerritoryNotFoundError
        When an EPCI asked for is not on that map.
    VintageError
        When the year is not bundled, or some EPCI can't be drawn on its map.

    Examples
    --------
    >>> epci = load_epci()
    >>> len(epci), epci.loc["200066918", "nom"], int(epci.loc["200066918", "population"])
    (1255, 'CA Alès Agglomération', 134056)
    """
    members = load_memberships(require_year(map_year)).dropna(subset="siren")
    if siren is not None:
        members = members[_select(members, "siren", siren, map_year, "siren")]
    siren_of = members["siren"]
    carried, left_out = on_polygons(siren_of, map_year, "epci", undrawn)
    if map_year == MAP_OF_POLYGONS:
        layers = _layer("epci", "siren")
        frame = in_common_crs(part.loc[are_among(part.index, siren_of), ["geometry"]] for part in layers)
    else:
        frame = _dissolve(carried.rename("siren"))
    frame = frame.join(epci_and_ept(map_year)[["nom", "nature"]]).join(_summed(siren_of, map_year))
    return _without(left_out, _finish(frame, ["nom", "nature", "n_communes"], map_year))


@former_arguments
def load_territoires_industrie(
    phase: str = "2023-2027", map_year: int = 2024, *, undrawn: Undrawn = "refuse"
) -> gpd.GeoDataFrame:
    """
    Territoires d'industrie of a phase, dissolved from their communes.

    Parameters
    ----------
    phase : {"2018-2022", "2023-2027"}, default "2023-2027"
        Phase of the programme: 149 territories, then 183. The same ``id_ti`` names other territories in
        the other phase.
    map_year : int, default 2024
        Map on which members are resolved into communes, 2022 to 2026.
    undrawn : {"refuse", "drop"}, default "refuse"
        What to do, on another map than that of 2024, with territories that can't be drawn: raise, or leave
        them out and list them in ``result.attrs["tigis"]["undrawn"]``.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``id_ti``; ``nom``, ``phase``, ``n_communes``, ``population``, ``population_year``,
        ``official_area_km2``, ``crs_legal``, ``geometry`` (EPSG:4326, since some are overseas). A territory
        may have several parts that don't touch.

    Raises
    ------
    InputError
        When the phase is not one of the two.
    VintageError
        When the year is not bundled, or some members can't be drawn on its map.

    Examples
    --------
    >>> territories = load_territoires_industrie("2018-2022")
    >>> len(territories), territories["phase"].unique().tolist()
    (149, ['2018-2022'])
    """
    members = territoire_members(require_phase(phase), communes=True, map_year=map_year)
    group_of = members.set_index("code_insee")["id_ti"]
    carried, left_out = on_polygons(group_of, map_year, "territoires d'industrie", undrawn)
    frame = _dissolve(carried.rename("id_ti"))
    names = members.drop_duplicates("id_ti").set_index("id_ti")[["nom", "phase"]]
    frame = frame.join(names).join(_summed(group_of, map_year))
    drawn = _without(left_out, _finish(frame, ["nom", "phase", "n_communes"], map_year))
    return describe(drawn, sources=[TI_SOURCE], phase=phase)


@checked
def load_departements() -> gpd.GeoDataFrame:
    """
    Départements with their polygons and their legal population (map of 2024).

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``departement``; ``nom``, ``region``, ``population``, ``population_year``,
        ``official_area_km2``, ``crs_legal``, ``geometry`` (EPSG:4326).

    Examples
    --------
    >>> load_departements().loc["30", "nom"]
    'Gard'
    """
    return _administrative("departement", ["nom", "region"])


@checked
def load_regions() -> gpd.GeoDataFrame:
    """
    Regions with their polygons and their legal population (map of 2024).

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``region``; ``nom``, ``population``, ``population_year``, ``official_area_km2``, ``crs_legal``,
        ``geometry`` (EPSG:4326).

    Examples
    --------
    >>> load_regions().loc["76", "nom"]
    'Occitanie'
    """
    return _administrative("region", ["nom"])


def _administrative(level: str, columns: list[str]) -> gpd.GeoDataFrame:
    group_of = load_memberships(MAP_OF_POLYGONS)[level]
    frame = in_common_crs(part[[*columns, "geometry"]] for part in _layer(f"{level}s", level))
    return _finish(frame.join(_summed(group_of, MAP_OF_POLYGONS)), columns, MAP_OF_POLYGONS)


def _summed(group_of: pd.Series, year: int) -> pd.DataFrame:
    """Communes and people of each group; a group with a commune of unknown population has none."""
    people = population_of_map(year).reindex(group_of.index)
    by_group = people.groupby(group_of.to_numpy())
    known = by_group["population"].count() == by_group.size()
    return pd.DataFrame(
        {
            "n_communes": by_group.size(),
            "population": by_group["population"].sum().where(known),
            "population_year": by_group["population_year"].min().where(known),
            "official_area_km2": summed(group_of, year),
        }
    )


def _dissolve(group_of: pd.Series) -> gpd.GeoDataFrame:
    """Unite the communes of the polygons by group; the coverage is valid, so no sliver is left."""
    parts = []
    for layer in _layer("communes", "code_insee"):
        groups_here = group_of[are_among(group_of.index, layer.index)]
        if len(groups_here):
            parts.append(united(layer.geometry.loc[groups_here.index], groups_here))
    return in_common_crs(parts)


def _finish(frame: gpd.GeoDataFrame, columns: list[str], year: int) -> gpd.GeoDataFrame:
    """Put columns in order, sort, and say what the frame is made from."""
    figures = ["population", "population_year", "official_area_km2"]
    ordered = frame[[*columns, *figures, "crs_legal", "geometry"]].sort_index()
    for column in ("n_communes", "population", "population_year"):
        if column in ordered.columns and not ordered[column].isna().any():
            ordered[column] = ordered[column].astype("int64")
    return describe(ordered, sources=_SOURCES, limits=_LIMITS, map_year=year)


def _without(left_out: list[str], frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say which areas of the map are not in the frame, since they can't be drawn."""
    if not left_out:
        return frame
    limit = note(
        f"{len(left_out)} territoires non dessinés : contours inconnus sur cette carte des communes",
        f"{len(left_out)} areas not drawn: their outlines on that map of communes are not known",
    )
    return describe(frame, limits=[limit], undrawn=left_out)
