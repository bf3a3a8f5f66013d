"""The territory that a command is about: an EPCI, or a Territoire d'industrie of one or several EPCI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tiGIS._errors import TerritoryNotFoundError
from tiGIS.sources import Area
from tiGIS.territory import (
    load_communes,
    load_departements,
    load_epci,
    territoire_members,
)

if TYPE_CHECKING:
    import geopandas as gpd

_NOT_FOUND = "expected the SIREN of an EPCI (200066918) or the code of a Territoire d'industrie (ti-7606)"


@dataclass(frozen=True)
class Perimeter:
    """A territory and its communes.

    Attributes
    ----------
    code : str
        SIREN, or ``id_ti``.
    name : str
        Its name.
    kind : {"epci", "ti"}
        What it is.
    epci : tuple of str
        SIREN of the EPCI that it touches.
    communes : geopandas.GeoDataFrame
        Its communes, as :func:`tiGIS.load_communes` gives them.
    """

    code: str
    name: str
    kind: Literal["epci", "ti"]
    epci: tuple[str, ...]
    communes: gpd.GeoDataFrame


def find_perimeter(code: str, *, phase: str = "2023-2027", year: int = 2024) -> Perimeter:
    """Find a territory by its code.

    Parameters
    ----------
    code : str
        SIREN of an EPCI, or ``id_ti`` of a Territoire d'industrie.
    phase : {"2018-2022", "2023-2027"}, optional
        Phase of the Territoires d'industrie.
    year : int, optional
        Map of communes.

    Returns
    -------
    Perimeter
        The territory and its communes.

    Raises
    ------
    TerritoryNotFoundError
        No territory has that code.
    """
    code = code.strip()
    if code.isdigit() and len(code) == 9:
        epci = load_epci(year)
        if code not in epci.index:
            raise TerritoryNotFoundError(f"territory: no EPCI {code!r} on the map of {year}; {_NOT_FOUND}.")
        communes = load_communes(epci=code, year=year)
        return Perimeter(code, str(epci.loc[code, "nom"]), "epci", (code,), communes)
    members = territoire_members(phase, communes=True, year=year)
    members = members[members["id_ti"] == code]
    if members.empty:
        raise TerritoryNotFoundError(f"territory: {code!r} is not known; {_NOT_FOUND}.")
    wanted = members["code_insee"]
    epci_of = load_communes(departement=sorted({_departement(insee) for insee in wanted}), year=year)
    communes = epci_of.loc[epci_of.index.isin(wanted)]
    sirens = tuple(sorted(communes["siren"].dropna().unique()))
    return Perimeter(code, str(members["nom"].iloc[0]), "ti", sirens, communes)


def area_of(perimeter: Perimeter, buffer_km: float = 0.0) -> Area:
    """Give the area that covers a territory and what lies around it, as the producers are asked for it.

    Parameters
    ----------
    perimeter : Perimeter
        The territory.
    buffer_km : float, optional
        How far around it.

    Returns
    -------
    Area
        Its communes, the départements that the widened extent touches, and that extent.
    """
    communes = perimeter.communes
    extent = communes.union_all().buffer(buffer_km * 1_000) if buffer_km else communes.union_all()
    touched = set(communes["departement"])
    if buffer_km:
        departements = load_departements().to_crs(communes.crs)
        touched |= set(departements.index[departements.intersects(extent)])
    return Area(
        perimeter.code,
        communes=tuple(communes.index),
        departements=tuple(sorted(touched)),
        bbox=tuple(round(value) for value in extent.bounds),
        crs=f"EPSG:{communes.crs.to_epsg()}",
    )


def _departement(code_insee: str) -> str:
    return code_insee[:3] if code_insee.startswith("97") else code_insee[:2]
