"""Enclavement of the communes of a territory, and of all Territoires d'industrie, from the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._format import number
from tiGIS._validate import are_among, require_columns, require_one_level, require_unique_index, shown
from tiGIS.accessibility import NetworkTimes, decay, intrazonal_minutes, summarise, with_carless
from tiGIS.enclavement._index import Higher
from tiGIS.enclavement._laws import MOST_MIN, legal_remoteness
from tiGIS.enclavement._reach import day_trip_reach, relative_potential
from tiGIS.enclavement._targets import TARGETS, load_targets, mainland
from tiGIS.enclavement._times import access_times, detour, trips_between
from tiGIS.provenance import describe, description, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork

#: What the index of Territoires d'industrie is made of, and what a higher value means.
INDEX_INDICATORS: dict[str, Higher] = {
    "motorway_min": "more_enclaved",
    "tgv_min": "more_enclaved",
    "airport_min": "more_enclaved",
    "prefecture_min": "more_enclaved",
    "city_100000_min": "more_enclaved",
    "people_4h_share_pct": "less_enclaved",
    "potential_index": "less_enclaved",
    "crow_kmh": "less_enclaved",
}

#: Decay of the potential: halves every 30 minutes.
_HALF_LIFE_MIN = 30.0

_DAY_TRIP_MIN = 240.0

#: Detours are looked at towards places no further than this.
_DETOUR_KM = 150.0


@checked
def commune_table(
    network: RoadNetwork,
    communes: gpd.GeoDataFrame,
    *,
    targets: Mapping[str, gpd.GeoDataFrame] | None = None,
    carless_share_pct: pd.Series | None = None,
) -> pd.DataFrame:
    """Measure each commune's enclavement from its town hall: minutes and km to each target, both legal tests.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    communes : GeoDataFrame
        As ``load_communes`` gives them: index ``code_insee``, ``nom``, ``population``.
    targets : mapping, optional
        Name -> points; by default all that the bundle has (:func:`load_targets`).
    carless_share_pct : Series, optional
        Share of households without a car, by commune, where known.

    Returns
    -------
    DataFrame
        Index ``code_insee``: ``nom``, ``population``, ``area_km2``, the columns of :func:`access_times`, and
        ``remote_1995``, ``remote_1995_both``, ``remote_2019``, ``remote_2019_both``: the two legal tests, by
        road, in both readings of "or" (where the targets that they need are given). Communes on no road of
        the network (overseas, say) have NaN, for the tests too.

    Examples
    --------
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> communes = tiGIS.load_communes(epci="200066918")
    >>> stations = tiGIS.enclavement.load_targets(["tgv"])
    >>> table = commune_table(network, communes.loc[["30007"]], targets=stations)
    >>> table.loc["30007", "tgv_name"]
    'Nîmes Centre'
    """
    require_one_level(communes, "communes")
    from tiGIS.territory import area_km2

    require_unique_index(communes, "communes")
    require_columns(communes, ["nom", "population"], "communes")
    wanted = load_targets() if targets is None else dict(targets)
    origins = town_hall_points(communes)
    access = access_times(network, origins, wanted)
    result = pd.DataFrame(communes[["nom", "population"]])
    result["area_km2"] = area_km2(communes)
    result = result.join(access.reindex(communes.index))
    inherit(result, access)
    # a place without a road is not known to be remote
    nowhere = access.filter(regex="_min$").isna().all(axis=1)
    for law, needed in (("1995", ("motorway",)), ("2019", ("motorway", "tgv"))):
        if all(name in wanted for name in needed):
            for logic in ("either", "both"):
                test = legal_remoteness(access, law=law, logic=logic)  # type: ignore[arg-type]
                column = f"remote_{law}" if logic == "either" else f"remote_{law}_both"
                result[column] = test["remote"].mask(nowhere).reindex(result.index)
                inherit(result, result, test)
    describe(result, limits=[_TOWN_HALLS])
    return result if carless_share_pct is None else with_carless(result, carless_share_pct)


_TOWN_HALLS = note(
    "Temps comptés depuis la mairie, et non depuis chaque logement.",
    "Minutes counted from the town hall, not from each home.",
)


def _none_reached(communes: gpd.GeoDataFrame) -> str:
    """Say why no commune has a place on the bundled network: overseas, or no commune of that map."""
    codes = communes.index.astype(str)
    if len(codes) and codes.str.startswith("97").all():
        return (
            f"communes: {shown(codes)} are overseas, and the bundled network and places stop at metropolitan "
            "France; expected communes of the mainland or Corsica. `tigis gather` reads the roads overseas."
        )
    return (
        f"communes: none of {shown(codes)} is in metropolitan France on the map of 2024; expected codes of "
        "that map as the index (tiGIS.load_communes())."
    )


def town_hall_points(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the town hall of each metropolitan commune.

    Parameters
    ----------
    communes : GeoDataFrame
        Index: codes of the map of 2024.

    Returns
    -------
    GeoDataFrame
        Points (EPSG:2154), of the communes that are in metropolitan France.
    """
    from tiGIS.territory import load_town_halls

    halls = mainland(load_town_halls())
    found = halls.index.intersection(communes.index)
    if not len(found):
        raise InputError(_none_reached(communes))
    return halls.loc[communes.index[are_among(communes.index, found)], ["geometry"]]


def rose_of(
    network: RoadNetwork,
    code_insee: str,
    *,
    least_people: int = 5000,
    within_km: float = 150.0,
    sectors: int = 8,
) -> pd.DataFrame:
    """Give the detours of a commune by direction, towards the towns around it.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    code_insee : str
        The commune (map of 2024), from its town hall.
    least_people : int, default 5000
        Communes of that many people or more count, each the same.
    within_km : float, default 150
        As the crow flies.
    sectors : {8, 16}, default 8
        How many directions.

    Returns
    -------
    DataFrame
        As :func:`detour`.
    """
    from tiGIS.territory import load_town_halls

    halls = mainland(load_town_halls())
    if code_insee not in halls.index:
        raise InputError(
            f"code_insee: {code_insee!r} is no commune of metropolitan France on the map of 2024."
        )
    towns = load_targets([f"city_{least_people}"])[f"city_{least_people}"].drop(
        index=code_insee, errors="ignore"
    )
    start = halls.loc[[code_insee]]
    near = towns[towns.distance(start.geometry.iloc[0]) <= 1000 * within_km]
    if not len(near):
        raise InputError(f"within_km: no town of {least_people} people within {within_km:g} km.")
    result = detour(trips_between(network, start[["geometry"]], near), sectors=sectors)
    return describe(
        result,
        limits=[
            note(
                f"Détours vers les communes de {number(least_people, 0)} habitants et plus à moins de "
                f"{within_km:g} km.",
                f"Detours to communes of {number(least_people, 0, lang='en')} people or more within "
                f"{within_km:g} km.",
            )
        ],
    )


def territory_summary(table: pd.DataFrame, to: pd.Series | None = None) -> pd.DataFrame:
    """Weigh the commune table by people, for each territory.

    Parameters
    ----------
    table : DataFrame
        From :func:`commune_table`.
    to : Series, optional
        Territory of each commune; without it, all communes are one.

    Returns
    -------
    DataFrame
        By territory: ``population``; for each target ``<name>_min`` (people-weighted mean),
        ``<name>_median_min``, ``<name>_beyond_45_share_pct``; for each legal test ``<test>_people`` and
        ``<test>_area_km2``.
    """
    minutes = [column for column in table.columns if column.endswith("_min")]
    result = pd.DataFrame()
    for column in minutes:
        part = summarise(inherit(table[column], table), table["population"], to=to, thresholds=[MOST_MIN])
        name = column.removesuffix("_min")
        if result.empty:
            result = inherit(part[["population"]].copy(), part)
        result[column] = part["mean"]
        result[f"{name}_median_min"] = part["decile_5"]
        result[f"{name}_beyond_45_share_pct"] = part[f"beyond_{MOST_MIN:g}_share_pct"]
    groups = pd.Series("all", index=table.index) if to is None else to.reindex(table.index)
    for test in (column for column in table.columns if column.startswith("remote_")):
        held = table[test].fillna(False).astype(bool)
        for amount, ending in (("population", "people"), ("area_km2", "area_km2")):
            totals = table[amount].where(held, 0).groupby(groups).sum()
            result[f"{test}_{ending}"] = totals.reindex(result.index)
    return result


@checked
def industry_table(
    network: RoadNetwork,
    *,
    phase: str = "2018-2022",
    targets: Mapping[str, gpd.GeoDataFrame] | None = None,
    jobs: pd.Series | None = None,
) -> pd.DataFrame:
    """Measure all Territoires d'industrie: what the index is made of, and more.

    Minutes are people-weighted means over their communes; reach, potential and detours are those of their
    most populous commune, over the EPCI of the country (each at its most populous commune).

    Parameters
    ----------
    network : RoadNetwork
        A network of the whole of metropolitan France.
    phase : str, default "2018-2022"
        Phase of the programme: 149 territories, or 183 with ``"2023-2027"``.
    targets : mapping, optional
        Name -> points; by default all that the bundle has.
    jobs : Series, optional
        Jobs by EPCI (``siren``), for ``jobs_4h``.

    Returns
    -------
    DataFrame
        Index ``id_ti``; ``nom``, ``population``, ``<target>_min``, ``people_4h``, ``people_4h_share_pct``,
        ``jobs_4h``, ``potential_index`` (France = 100), ``crow_kmh`` and ``detour`` (towards the EPCI within
        150 km), ``worst_direction`` and ``worst_crow_kmh``. Overseas territories have NaN.

    Examples
    --------
    >>> import tiGIS
    >>> table = industry_table(tiGIS.load_interurban_network())
    >>> len(table)
    149
    """
    from tiGIS.territory import load_communes, load_territoires_industrie, territoire_members

    wanted = load_targets([n for n in TARGETS if n != "station"]) if targets is None else dict(targets)
    names = load_territoires_industrie(phase)[["nom", "population"]]
    communes = load_communes()
    members = territoire_members(phase, communes=True)[["id_ti", "code_insee"]].dropna()
    inside = communes[are_among(communes.index, members["code_insee"])]
    access = access_times(network, town_hall_points(inside), wanted, distances=False)
    # one row for each member: a commune may be in two territories
    people = communes["population"].reindex(members["code_insee"]).to_numpy(dtype=np.float64)
    rows = access.reindex(members["code_insee"]).reset_index(drop=True)
    to = members["id_ti"].reset_index(drop=True)
    result = pd.DataFrame(names)
    inherit(result, access)
    for name in wanted:
        part = summarise(rows[f"{name}_min"], pd.Series(people).fillna(0), to=to)
        result[f"{name}_min"] = part["mean"]
    seats = _seats(communes, pd.DataFrame({"group": communes["siren"], "code_insee": communes.index}))
    own = _seats(communes, members.rename(columns={"id_ti": "group"}))
    country = _country_wide(network, own, seats, jobs)
    unknown = [] if "express_road" in wanted else [_NO_EXPRESS]
    limits = [_TOWN_HALLS, *unknown, _SEATS, *description(country)["limits"]]
    return inherit(result.join(country), result, limits=limits, phase=phase)


_NO_EXPRESS = note(
    "Voies express à 2×2 voies hors autoroutes inconnues : Bretagne, Cotentin, Massif central paraissent "
    "plus loin.",
    "2x2 roads that are no motorway aren't known: Brittany, Cotentin, Massif central look further than "
    "they are.",
)
_SEATS = note(
    "Portée, potentiel et détours : depuis la commune la plus peuplée, vers celle de chaque EPCI.",
    "Reach, potential and detours: from the most populous commune, to that of each EPCI.",
)


def _seats(communes: gpd.GeoDataFrame, members: pd.DataFrame) -> gpd.GeoDataFrame:
    """Put each group at the town hall of its most populous commune, with its people and its area."""
    from tiGIS.territory import area_km2

    halls = town_hall_points(communes)
    figures = pd.DataFrame({"population": communes["population"], "area_km2": area_km2(communes)})
    table = members.dropna().set_index("code_insee").join(figures.loc[halls.index], how="inner")
    order = table.rename_axis("code_insee").reset_index()
    order = order.sort_values(["population", "code_insee"], ascending=[False, True], kind="stable")
    first = order[~order["group"].duplicated()]
    seats = halls.loc[first["code_insee"]].set_index(pd.Index(first["group"], name=None))
    totals = table.groupby("group")[["population", "area_km2"]].sum()
    seats[["population", "area_km2"]] = totals.reindex(seats.index)
    return seats.sort_index()


def _country_wide(
    network: RoadNetwork, own: gpd.GeoDataFrame, seats: gpd.GeoDataFrame, jobs: pd.Series | None
) -> pd.DataFrame:
    """Work out reach, potential and detours of each territory over the EPCI of the country."""
    options: dict[str, Any] = {"too_far": "unreachable"}
    people = seats["population"].astype(float)
    known_jobs = None if jobs is None else jobs.reindex(seats.index).fillna(0).astype(float)
    times = NetworkTimes(network, own, seats, **options)
    result = day_trip_reach(times, people, known_jobs, one_way_min=_DAY_TRIP_MIN)
    result = result.rename(
        columns=lambda name: name.replace("people", "people_4h").replace("jobs", "jobs_4h")
    )
    fall = decay.exponential(np.log(2) / _HALF_LIFE_MIN)
    inside = intrazonal_minutes(seats["area_km2"])
    nation = NetworkTimes(network, seats, seats, **options)
    mean = relative_potential(nation, people, fall, reference=people, self_potential=inside)
    reference = mean.attrs["tigis"]["reference"]
    potential = relative_potential(
        times, people, fall, reference=reference, self_potential=intrazonal_minutes(own["area_km2"])
    )
    result["potential_index"] = potential
    trips = trips_between(network, own, seats)
    trips = trips[trips["straight_km"].between(1, _DETOUR_KM)]
    roses = {name: detour(part) for name, part in trips.groupby(level="origin", sort=False)}
    overall = pd.DataFrame({name: rose.loc["all"] for name, rose in roses.items()}).T
    result["crow_kmh"] = overall["crow_kmh"].astype(float)
    result["detour"] = overall["detour"].astype(float)
    slow = pd.DataFrame({name: rose["crow_kmh"].drop("all") for name, rose in roses.items()}).T
    some = slow.notna().any(axis=1)
    result["worst_direction"] = slow[some].idxmin(axis=1)
    result["worst_crow_kmh"] = slow.min(axis=1)
    # who reaches no other territory is on no road of this network: nothing is known of it
    unknown = result["crow_kmh"].isna()
    figures = [column for column in result.columns if column != "worst_direction"]
    result[figures] = result[figures].astype(float)
    result.loc[unknown, figures] = np.nan
    return result
