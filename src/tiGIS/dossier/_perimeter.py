"""The territory that a command is about: an EPCI, or a Territoire d'industrie of one or several EPCI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tiGIS._former import former_arguments
from tiGIS._repr import short_repr
from tiGIS.sources import Area
from tiGIS.territory import CURRENT_PHASE, find_among, load_departements

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, repr=False)
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
    year : int
        Year of the map of communes that they are of.
    phase : str
        Of a Territoire d'industrie, its phase; otherwise empty.
    """

    code: str
    name: str
    kind: Literal["epci", "ti"]
    epci: tuple[str, ...]
    communes: gpd.GeoDataFrame
    year: int = 2024
    phase: str = ""

    __repr__ = short_repr


@former_arguments
def find_perimeter(text: str, *, phase: str | None = None, map_year: int = 2024) -> Perimeter:
    """Find a territory by its code or its name.

    Parameters
    ----------
    text : str
        SIREN or name of an EPCI, ``id_ti`` or name of a Territoire d'industrie; where a name fits both, the
        EPCI is meant.
    phase : {"2018-2022", "2023-2027"}, optional
        Phase of the Territoires d'industrie; by default the second, then the first.
    map_year : int, optional
        Map of communes.

    Returns
    -------
    Perimeter
        The territory and its communes.

    Raises
    ------
    TerritoryNotFoundError
        No EPCI and no Territoire d'industrie answers.
    AmbiguousTerritoryError
        Several answer equally well.
    """
    known = find_among(text, ("epci", "ti"), phase=phase, map_year=map_year)[0]
    communes = known.communes()
    sirens = tuple(sorted(communes["siren"].dropna().unique()))
    kind: Literal["epci", "ti"] = "epci" if known.kind == "epci" else "ti"
    return Perimeter(known.code, known.nom, kind, sirens, communes, map_year, known.phase)


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
    former = perimeter.phase not in ("", CURRENT_PHASE)  # an id names another territory in each phase
    return Area(
        f"{perimeter.code}-{perimeter.phase}" if former else perimeter.code,
        communes=tuple(communes.index),
        departements=tuple(sorted(touched)),
        bbox=tuple(round(value) for value in extent.bounds),
        crs=f"EPSG:{communes.crs.to_epsg()}",
    )
