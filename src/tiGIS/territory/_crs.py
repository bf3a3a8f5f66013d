"""The legal projection of each French département, and areas measured in it."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import CRSError, InputError
from tiGIS._validate import require_crs

METROPOLE = "EPSG:2154"
GEOGRAPHIC = "EPSG:4326"
# Décret n° 2019-165 of 5 March 2019, and for 975 the same decree
_OVERSEAS = {
    "971": "EPSG:5490",
    "972": "EPSG:5490",
    "973": "EPSG:2972",
    "974": "EPSG:2975",
    "975": "EPSG:4467",
    "976": "EPSG:4471",
    "977": "EPSG:5490",
    "978": "EPSG:5490",
}
# West, south, east, north of each territory with its near sea, in degrees -> legal projection
_AROUND = {
    (-5.8, 41.0, 10.0, 51.6): METROPOLE,
    (-63.5, 14.0, -60.5, 18.5): _OVERSEAS["971"],
    (-55.0, 1.8, -51.2, 6.5): _OVERSEAS["973"],
    (55.0, -21.7, 56.2, -20.6): _OVERSEAS["974"],
    (-57.0, 46.4, -55.8, 47.4): _OVERSEAS["975"],
    (44.7, -13.3, 45.6, -12.3): _OVERSEAS["976"],
}
_METROPOLITAN = {f"{number:02}" for number in range(1, 96)} - {"20"} | {"2A", "2B"}


def departement_of(code_insee: str) -> str:
    """Département of a commune code: two characters in metropolitan France, three overseas."""
    return code_insee[:3] if code_insee.startswith(("97", "98")) else code_insee[:2]


def legal_crs(code: str) -> str:
    """
    Projection in which lengths and areas of a French territory are measured.

    Parameters
    ----------
    code : str
        Code of a département (``"30"``, ``"974"``) or of a commune (``"30007"``, ``"97411"``).

    Returns
    -------
    str
        ``"EPSG:2154"`` in metropolitan France and Corsica, otherwise the one of the overseas territory.

    Raises
    ------
    InputError
        When the code is not that of a metropolitan département or of a territory from 971 to 978.

    References
    ----------
    Décret n° 2000-1276 of 26 December 2000, as amended by décret n° 2019-165 of 5 March 2019.

    Examples
    --------
    >>> legal_crs("30007"), legal_crs("2A"), legal_crs("974")
    ('EPSG:2154', 'EPSG:2154', 'EPSG:2975')
    """
    if not isinstance(code, str):
        raise InputError(
            f"code: {code!r}; expected a string, as '01' or '30007' (a number has no leading zero)."
        )
    departement = departement_of(code) if len(code) == 5 else code
    if departement in _OVERSEAS:
        return _OVERSEAS[departement]
    if departement in _METROPOLITAN:
        return METROPOLE
    raise InputError(
        f"code: {code!r} is not that of a French commune or département whose projection is known; "
        "expected for example '30', '2A', '974' or '30007'."
    )


def legal_crs_at(longitude: float, latitude: float, name: str) -> str:
    """Projection that is legal where a layer lies, in degrees; ``CRSError`` where no French territory is."""
    for (west, south, east, north), crs in _AROUND.items():
        if west <= longitude <= east and south <= latitude <= north:
            return crs
    raise CRSError(
        f"{name}: lies at longitude {longitude:.6g}, latitude {latitude:.6g}; expected a place of "
        "France, whose legal projection is known. Check the CRS and the order of the coordinates."
    )


@checked
def area_km2(territories: gpd.GeoDataFrame) -> pd.Series:
    """
    Area of each territory, measured in its legal projection.

    Parameters
    ----------
    territories : geopandas.GeoDataFrame
        Polygons in a projected CRS in metres, or in any CRS with a column ``crs_legal``
        (``"EPSG:2154"``, ``"EPSG:2975"``...), as the loaders of tiGIS give them.

    Returns
    -------
    pandas.Series
        Areas in km², on the index of ``territories``, called ``area_km2``.

    Raises
    ------
    CRSError
        Without a CRS; or in degrees and without ``crs_legal``.

    Examples
    --------
    >>> from tiGIS import load_epci
    >>> ales = load_epci().loc[["200066918"]]
    >>> round(area_km2(ales).item())
    924
    """
    if "crs_legal" not in territories.columns:
        require_crs(territories, "territories", projected=True)
        return (territories.area / 1e6).rename("area_km2")
    require_crs(territories, "territories")
    areas = pd.Series(float("nan"), index=territories.index, name="area_km2")
    geometry = territories.geometry
    for crs in territories["crs_legal"].dropna().unique():
        rows = (territories["crs_legal"] == crs).to_numpy()
        areas[rows] = geometry[rows].to_crs(crs).area.to_numpy() / 1e6
    return areas


def in_common_crs(parts: Iterable[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put frames of several legal projections together: their CRS when they share it, else EPSG:4326.

    Each must have a CRS; a column ``crs_legal`` tells where each row is to be measured.
    """
    frames = [part.assign(crs_legal=part.crs.to_string()) for part in parts if len(part)]
    if len(frames) == 1:
        return frames[0]
    return gpd.GeoDataFrame(pd.concat([frame.to_crs(GEOGRAPHIC) for frame in frames]), crs=GEOGRAPHIC)
