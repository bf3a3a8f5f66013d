"""What finishing the RN 106 would change, and the stations of Alès–Bessèges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString

import tiGIS
from tiGIS._format import number
from tiGIS._meta import note
from tiGIS.enclavement import access_times, load_targets, town_hall_points
from tiGIS.gallery.ales import ALES, TOWNS, neighbours
from tiGIS.gallery.enclavement import network
from tiGIS.maps import Layer, TigisMap, choropleth
from tiGIS.scenario import Comparison, NewFacility, NewRoad, RoadUpgrade, Scenario, compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiGIS.network import RoadNetwork

#: Mean speed on a finished 2x2 road limited to 110 km/h, as on the roads of its class elsewhere.
DUAL_KMH = 97.0

_LIMITS = (
    note(
        "Tracé par points sur un réseau grossier ; vitesse supposée de 97 km/h sur la 2×2 voies.",
        "Corridor by points on a coarse network; an assumed speed of 97 km/h on the 2x2 road.",
    ),
)

#: La Calmette, where the 2x2 road from Alès ends today, then towards Nîmes (lon, lat).
_TO_NIMES = ((4.266, 43.925), (4.314, 43.869), (4.343, 43.843))
#: The western bypass of Nîmes: from the RN 106 in the north to the motorway in the south-west.
_BYPASS = ((4.320, 43.862), (4.300, 43.836), (4.303, 43.806))

#: The junction of the A9 and the A54 in the west of Nîmes: accesses this near are the goal (lon, lat;
#: metres).
_NIMES_WEST, _GOAL_M = (4.310, 43.802), 6000.0

#: Closed to passengers since 2012: in the list of stations, which holds places, not services.
CLOSED_STATIONS = ("Salindres", "St-Ambroix", "Bessèges")


def variants(to_nimes: object | None = None) -> dict[str, Scenario]:
    """Give the three variants: to Nîmes, the western bypass, both.

    Parameters
    ----------
    to_nimes : GeoSeries, optional
        The corridor to Nîmes; by default points (on a detailed network: lines, from ``lines_by_ref``).

    Returns
    -------
    dict
        Short name -> scenario.
    """
    points = gpd.GeoSeries.from_xy(*zip(*_TO_NIMES, strict=True), crs=4326)
    finish = RoadUpgrade(DUAL_KMH, points if to_nimes is None else to_nimes, most_detour=3.0)
    bypass = NewRoad(gpd.GeoSeries([LineString(_BYPASS)], crs=4326), DUAL_KMH, within_m=4000.0)
    return {
        "finish": Scenario("2×2 voies de La Calmette à Nîmes", (finish,), _LIMITS),
        "bypass": Scenario("Contournement ouest de Nîmes", (bypass,), _LIMITS),
        "both": Scenario("Les deux", (finish, bypass), _LIMITS),
    }


def nimes_west() -> gpd.GeoDataFrame:
    """Pick the motorway accesses in the west of Nîmes, where the A9 and the A54 meet.

    Returns
    -------
    GeoDataFrame
        Some of ``load_targets(["motorway"])``.
    """
    every = load_targets(["motorway"])["motorway"]
    goal = gpd.GeoSeries.from_xy([_NIMES_WEST[0]], [_NIMES_WEST[1]], crs=4326).to_crs(every.crs).iloc[0]
    return every[every.distance(goal) <= _GOAL_M]


def to_the_motorway(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame]) -> pd.Series:
    """Measure the minutes from each town hall of Alès Agglomération to the motorway at Nîmes-Ouest."""
    return _minutes(roads, facilities, "motorway")


def to_a_platform(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame]) -> pd.Series:
    """Measure the minutes by car from each town hall to the nearest platform."""
    return _minutes(roads, facilities, "station")


def _minutes(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame], name: str) -> pd.Series:
    origins = town_hall_points(tiGIS.load_communes(epci=ALES))
    table = access_times(roads, origins, {name: facilities[name]}, distances=False)
    result = table[f"{name}_min"]
    result.attrs = dict(table.attrs)
    return result


def n106_comparisons(roads: RoadNetwork, scenarios: Mapping[str, Scenario]) -> dict[str, Comparison]:
    """Compare each variant with today: minutes to the motorway, commune by commune.

    Parameters
    ----------
    roads : RoadNetwork
        The network of today.
    scenarios : mapping
        From :func:`variants`.

    Returns
    -------
    dict
        Short name -> comparison.
    """
    people = tiGIS.load_communes(epci=ALES)["population"]
    facilities = {"motorway": nimes_west()}
    return {
        name: compare(roads, scenario, to_the_motorway, people, facilities=facilities)
        for name, scenario in scenarios.items()
    }


def stations_comparison(roads: RoadNetwork) -> Comparison:
    """Compare car access to a platform with and without the stations of Alès–Bessèges.

    Parameters
    ----------
    roads : RoadNetwork
        The network.

    Returns
    -------
    Comparison
        Minutes by car to the nearest platform: not minutes by train.
    """
    every = load_targets(["station"])["station"]
    closed = every[every["nom"].isin(CLOSED_STATIONS)]
    today = every.drop(index=closed.index)
    today.attrs = dict(every.attrs)
    scenario = Scenario(
        "Gares d’Alès–Bessèges rouvertes",
        (NewFacility("station", closed),),
        (
            note(
                "Accès en voiture à un quai, et non temps en train ; la liste des gares ne dit pas leur "
                "desserte.",
                "Car access to a platform, not time by train; the list of stations doesn't tell services.",
            ),
        ),
    )
    people = tiGIS.load_communes(epci=ALES)["population"]
    return compare(
        roads, scenario, to_a_platform, people, facilities={"station": today}, thresholds=(5, 10, 15, 20)
    )


def n106() -> TigisMap:
    """Map the minutes gained by each variant of the RN 106."""
    scenarios = variants()
    found = n106_comparisons(network(), scenarios)
    communes = tiGIS.load_communes(epci=ALES)
    for name, comparison in found.items():
        communes[name] = comparison.table["gain"].round(3).clip(lower=0)
    communes["before"] = found["both"].table["before"]
    communes.attrs = dict(found["both"].table.attrs)
    most = float(communes["both"].max())
    upgrade = scenarios["finish"].changes[0]
    edges = upgrade.edges(network()) if isinstance(upgrade, RoadUpgrade) else np.empty(0, dtype=np.int64)
    today = network().edges().loc[edges, ["length_m", "time_min"]].sum()
    kmh = today["length_m"] / today["time_min"] * 0.06
    return choropleth(
        communes,
        [
            Layer(
                column=name,
                label=scenario.name,
                unit_label="minutes gagnées jusqu’à Nîmes-Ouest",
                palette="land",
                k=4,
                decimals=1,
                method="pretty",
            )
            for name, scenario in scenarios.items()
        ],
        title=(
            f"Finir la RN 106 et contourner Nîmes feraient gagner {number(most, 1)} "
            f"{'minute' if most < 2 else 'minutes'} au plus vers l’autoroute, "
            "sur un réseau simplifié dont l’erreur est plus grande"
        ),
        subtitle="Minutes gagnées en voiture jusqu’à Nîmes-Ouest (A9 et A54), par commune",
        population="population",
        kind="commune",
        facts={"before": ("Temps aujourd’hui", "min")},
        limits=(
            f"Ce réseau, sans classes de routes, roule déjà à {number(kmh, 0)} km/h entre La Calmette et "
            "Nîmes\u202f: le "
            "gain y est sous-estimé"
        ),
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=list(TOWNS),
    )


def stations() -> TigisMap:
    """Map the minutes gained to a platform if the stations of Alès–Bessèges reopened."""
    comparison = stations_comparison(network())
    communes = tiGIS.load_communes(epci=ALES).join(comparison.table[["before", "after", "gain"]])
    communes["gain"] = communes["gain"].round(3).clip(lower=0)
    communes.attrs = dict(comparison.table.attrs)
    gained = comparison.crossings["gain"].to_dict()[15]
    return choropleth(
        communes,
        "gain",
        title=(
            f"Rouvrir Salindres, Saint-Ambroix et Bessèges mettrait {number(gained, 0)} habitants de plus à "
            "moins de "
            "15 minutes en voiture d’un quai"
        ),
        subtitle="Minutes de voiture gagnées jusqu’au quai le plus proche (et non temps en train)",
        label="Minutes gagnées jusqu’à un quai",
        unit="min",
        palette="land",
        method="pretty",
        k=4,
        decimals=1,
        population="population",
        kind="commune",
        facts={"before": ("Aujourd’hui", "min"), "after": ("Gares rouvertes", "min")},
        context=neighbours(),
        outlines=communes.dissolve(),
        labels=list(TOWNS),
    )
