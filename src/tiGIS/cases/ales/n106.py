"""What finishing the RN 106 would change, and the stations of Alès–Bessèges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString

import tiGIS
from tiGIS.cases.ales.place import PLACE
from tiGIS.enclavement import access_times, load_targets, town_hall_points
from tiGIS.gallery import network
from tiGIS.maps import Layer, TigisMap, choropleth
from tiGIS.provenance import inherit
from tiGIS.scenario import Comparison, NewFacility, NewRoad, RoadUpgrade, Scenario, compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiGIS.network import RoadNetwork

#: Mean speed on a finished 2x2 road limited to 110 km/h, as on the roads of its class elsewhere.
DUAL_KMH = 97.0

_BY_POINTS = ("Tracé par points sur un réseau grossier", "Corridor by points on a coarse network")
_BY_NUMBER = ("Tracé par le numéro de la route", "Corridor by the number of the road")

#: Lines found by their number are those of the network itself: no side street is to come along.
_SAME_ROAD_M = 5.0

#: La Calmette, where the 2x2 road from Alès ends today, then towards Nîmes (lon, lat).
_TO_NIMES = ((4.266, 43.925), (4.314, 43.869), (4.343, 43.843))
#: The western bypass of Nîmes, as assumed: from where the RN 106 enters it to the motorway in the south-west.
_BYPASS = ((4.317, 43.843), (4.300, 43.825), (4.320, 43.803))

#: Where the bypass would meet the A9, on its way to Montpellier (lon, lat).
_NIMES_WEST = (4.320, 43.803)

_THRESHOLD_MIN = 45
_LABELS = [PLACE.towns[0], "Nîmes", *PLACE.towns[1:]]

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
    finish = RoadUpgrade(
        DUAL_KMH, points if to_nimes is None else to_nimes, within_m=_SAME_ROAD_M, most_detour=3.0
    )
    bypass = NewRoad(gpd.GeoSeries([LineString(_BYPASS)], crs=4326), DUAL_KMH, within_m=500.0)
    fr, en = _BY_POINTS if to_nimes is None else _BY_NUMBER

    def variant(name: str, *changes: RoadUpgrade | NewRoad) -> Scenario:
        return Scenario(
            name,
            changes,
            (
                {
                    "fr": f"{fr} ; vitesse supposée de 97 km/h sur la 2×2 voies.",
                    "en": f"{en}; an assumed speed of 97 km/h on the 2x2 road.",
                },
            ),
        )

    return {
        "finish": variant("2×2 voies de La Calmette à Nîmes", finish),
        "bypass": variant("Contournement ouest de Nîmes", bypass),
        "both": variant("Les deux", finish, bypass),
    }


def nimes_west() -> gpd.GeoDataFrame:
    """Give the motorway to the west of Nîmes: where the bypass would end, on the A9 towards Montpellier.

    Returns
    -------
    GeoDataFrame
        One point (EPSG:4326).
    """
    goal = gpd.GeoDataFrame(
        {"nom": ["Nîmes-Ouest"]}, geometry=gpd.points_from_xy(*np.transpose([_NIMES_WEST])), crs=4326
    )
    return goal.set_axis(["nimes_ouest"])


def to_the_motorway(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame]) -> pd.Series:
    """Measure the minutes from each town hall of Alès Agglomération to the motorway at Nîmes-Ouest."""
    return _minutes(roads, facilities, "motorway")


def to_a_platform(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame]) -> pd.Series:
    """Measure the minutes by car from each town hall to the nearest platform."""
    return _minutes(roads, facilities, "station")


def _minutes(roads: RoadNetwork, facilities: Mapping[str, gpd.GeoDataFrame], name: str) -> pd.Series:
    origins = town_hall_points(PLACE.communes())
    table = access_times(roads, origins, {name: facilities[name]}, distances=False)
    result = table[f"{name}_min"]
    return inherit(result, table)


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
    people = PLACE.communes()["population"]
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
    inherit(today, every)
    scenario = Scenario(
        "Gares d’Alès–Bessèges rouvertes",
        (NewFacility("station", closed),),
        (
            {
                "fr": "Accès en voiture à un quai, et non temps en train ; la liste des gares ne dit pas "
                "leur desserte.",
                "en": "Car access to a platform, not time by train; the list of stations doesn't tell "
                "services.",
            },
        ),
    )
    people = PLACE.communes()["population"]
    return compare(
        roads, scenario, to_a_platform, people, facilities={"station": today}, thresholds=(5, 10, 15, 20)
    )


def n106() -> TigisMap:
    """Map the minutes gained by each variant of the RN 106."""
    scenarios = variants()
    found = n106_comparisons(network(), scenarios)
    communes = PLACE.communes()
    for name, comparison in found.items():
        communes[name] = comparison.table["gain"].round(3).clip(lower=0)
    communes["before"] = found["both"].table["before"]
    inherit(communes, found["both"].table)
    most = float(communes["both"].max())
    gained = found["both"].crossings["gain"].to_dict()[_THRESHOLD_MIN]
    error = float(communes.attrs["tigis"]["calibration"]["held_out"]["time"]["median_error_min"])
    upgrade = scenarios["finish"].changes[0]
    today = _corridor(upgrade, network()) if isinstance(upgrade, RoadUpgrade) else None
    kmh = today["length_m"] / today["time_min"] * 0.06 if today is not None else np.nan
    return choropleth(
        communes,
        [
            Layer(
                column=name,
                label=scenario.name,
                unit_label="minutes gagnées jusqu’à l’A9",
                palette="land",
                k=4,
                decimals=1,
                method="pretty",
            )
            for name, scenario in scenarios.items()
        ],
        title=(
            f"Finir la RN 106 et contourner Nîmes feraient gagner {tiGIS.number(most, 1)} "
            f"{'minute' if most < 2 else 'minutes'} au plus vers l’A9, et {tiGIS.number(gained, 0)} "
            f"habitants de plus à moins de {_THRESHOLD_MIN} minutes\u202f; ce réseau simplifié se trompe "
            f"souvent de {tiGIS.number(error, 0)} minutes"
        ),
        subtitle="Minutes gagnées en voiture jusqu’à l’A9 à l’ouest de Nîmes, vers Montpellier, par commune",
        population="population",
        kind="commune",
        facts={"before": ("Temps aujourd’hui", "min")},
        limits=(
            f"Une seule vitesse supposée d’Alès à Nîmes, 2×2 voies comprises ({tiGIS.number(kmh, 0)} km/h "
            "sur la fin)\u202f: le gain en dépend"
        ),
        context=PLACE.neighbours(),
        outlines=communes.dissolve(),
        labels=_LABELS,
    )


def _corridor(upgrade: RoadUpgrade, roads: RoadNetwork) -> pd.Series:
    """Give the metres and the minutes of a corridor as it is."""
    share = upgrade.corridor(roads)
    return roads.edges().loc[share.index, ["length_m", "time_min"]].mul(share, axis=0).sum()


def stations() -> TigisMap:
    """Map the minutes gained to a platform if the stations of Alès–Bessèges reopened."""
    comparison = stations_comparison(network())
    communes = PLACE.communes().join(comparison.table[["before", "after", "gain"]])
    communes["gain"] = communes["gain"].round(3).clip(lower=0)
    inherit(communes, comparison.table)
    gained = comparison.crossings["gain"].to_dict()[15]
    return choropleth(
        communes,
        "gain",
        title=(
            f"Rouvrir Salindres, Saint-Ambroix et Bessèges mettrait {tiGIS.number(gained, 0)} habitants de "
            "plus à moins de 15 minutes en voiture d’un quai"
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
        context=PLACE.neighbours(),
        outlines=communes.dissolve(),
        labels=_LABELS,
    )
