"""Services, doctors and jobs around the communes of a territory, from facilities and jobs by commune."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import are_among, require_columns, require_unique_index
from tiGIS.accessibility import (
    UFC_CUTOFF_MIN,
    NetworkTimes,
    apl,
    cumulative,
    intrazonal_minutes,
    minutes_to_edge,
    opportunity_buffer,
    summarise,
    time_to_reach,
    ufc,
    with_carless,
    with_edge_share,
)
from tiGIS.enclavement._facilities import facility_times
from tiGIS.enclavement._items import Nomenclature, facility_items
from tiGIS.enclavement._tables import town_hall_points
from tiGIS.provenance import describe, description, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd

    from tiGIS.network import RoadNetwork

#: Jobs are counted within these minutes, and the minutes to reach these numbers of jobs.
JOBS_WITHIN_MIN = (30.0, 45.0)
JOBS_TO_REACH = (10_000.0, 50_000.0, 100_000.0)

#: The longest drive of any catchment here: UFC-Que Choisir's for specialists.
_CATCHMENT_MIN = UFC_CUTOFF_MIN["specialist"]

#: A territory of more communes is worked out by département.
_MOST_AT_ONCE = 1000

_PER = 100_000
_SPEED_WITHIN = note(
    "Dans une commune : la moitié du rayon d'un disque de sa surface, à 30 km/h (l'Insee compte 0 minute).",
    "Within a commune: half the radius of a disc of its area, at 30 km/h (Insee counts 0 minute).",
)
_HEADS = note(
    "Médecins comptés en têtes, sans leur activité ni leur secteur ; patients : tous les habitants, sans "
    "pondération par l'âge. Ce ne sont donc ni l'APL officielle, ni la carte de l'UFC-Que Choisir.",
    "Doctors counted in heads, whatever they do and charge; patients: all people, not weighed by age. So "
    "this is neither the official APL nor UFC-Que Choisir's map.",
)
_ABROAD = note(
    "Habitants, emplois et équipements des pays voisins inconnus.",
    "People, jobs and facilities of neighbouring countries are not known.",
)


@checked
def service_table(
    network: RoadNetwork,
    communes: gpd.GeoDataFrame,
    facilities: pd.DataFrame,
    *,
    country: gpd.GeoDataFrame | None = None,
    jobs: pd.Series | None = None,
    carless_share_pct: pd.Series | None = None,
    nomenclature: Nomenclature = "2013",
    facilities_year: int | None = None,
) -> pd.DataFrame:
    """Measure the services, doctors and jobs within a drive of each commune of a territory.

    Parameters
    ----------
    network : RoadNetwork
        A network that reaches at least an hour and a half beyond the territory.
    communes : GeoDataFrame
        The territory, as ``load_communes`` gives it (index ``code_insee``, ``nom``, ``population``).
    facilities : DataFrame
        The whole nation's facilities by commune, on the same map (:func:`facilities_on_map`); a commune
        without a row has none.
    country : GeoDataFrame, optional
        All communes of metropolitan France; by default ``load_communes()``.
    jobs : Series, optional
        Jobs by commune of the country; communes without a figure have none.
    carless_share_pct : Series, optional
        Share of households without a car, by commune, put beside everything.
    nomenclature : {"2013", "2018", "2023"}, default "2013"
        That of ``facilities``, see :func:`facility_items`.
    facilities_year : int, optional
        Said with the result.

    Returns
    -------
    DataFrame
        By commune: ``nom``, ``population``; ``<item>_min`` for the 22 services of the basket and their mean
        ``basket_min``; ``urgences_min``, ``formation professionnelle_min``, ``gare_min``, ``aéroport_min``;
        general practitioners per 100,000 people by the weights of the APL (``apl_2012``, ``apl_2015``); for
        each kind of doctor ``<kind>_per_100000``, ``<kind>_gap_pct`` (to the nation) and ``<kind>_reading``,
        as UFC-Que Choisir reads them; ``jobs_within_30_min``, ``jobs_within_45_min`` and the minutes to reach
        10,000, 50,000 and 100,000 jobs (``jobs_10000_min``...); ``carless_share_pct``.
        ``attrs["tigis"]["nation"]`` holds the national number of each kind of doctor and their number for
        100,000 people, and ``edge_share_pct`` the people whose catchments leave what is known.

    Notes
    -----
    Minutes are from town hall to town hall. The nearest services and the jobs are looked for in the whole
    country; catchments take the supply within 45 minutes of the territory as the crow flies at 130 km/h, and
    those who compete for it from twice as far. With 2SFCA the people-weighted mean of all scores is supply
    over people, so that the national mean needs no drive.

    Examples
    --------
    >>> facilities = read_insee_bpe("insee_bpe_2013_communes.xlsx")  # doctest: +SKIP
    >>> communes = tiGIS.load_communes(epci="200066918")  # doctest: +SKIP
    >>> network = tiGIS.load_interurban_network()  # doctest: +SKIP
    >>> table = service_table(network, communes, facilities_on_map(facilities))  # doctest: +SKIP
    """
    from tiGIS.territory import area_km2, load_communes

    require_unique_index(communes, "communes")
    require_columns(communes, ["nom", "population"], "communes")
    require_unique_index(facilities, "facilities")
    nation = load_communes() if country is None else country
    halls = town_hall_points(nation)
    origins = halls[are_among(halls.index, communes.index)]
    if not len(origins):
        raise InputError("communes: none is among those of the country; expected the same map.")
    known = _Nation(
        network,
        halls,
        nation["population"].reindex(halls.index).fillna(0).astype(float),
        facilities.reindex(halls.index).fillna(0),
        None if jobs is None else jobs.reindex(halls.index).fillna(0).astype(float),
        nomenclature,
        {
            "too_far": "unreachable",
            "intrazonal_min": intrazonal_minutes(area_km2(nation).reindex(halls.index)),
            "progress": False,
        },
    )
    land = communes.loc[origins.index].to_crs(halls.crs)
    parts = [_around(known, part) for part in tqdm(_portions(land), delay=2.0, disable=None, leave=False)]
    result = pd.DataFrame(communes[["nom", "population"]]).join(pd.concat(parts))
    weights = [float(known.people.reindex(part.index).sum()) for part in parts]
    cut = [description(part)["edge_share_pct"] for part in parts]
    inherit(
        result,
        *parts,
        sources=description(facilities)["sources"],
        limits=[_SPEED_WITHIN, _HEADS, _ABROAD],
        edge_share_pct=float(np.average(cut, weights=weights)) if sum(weights) else max(cut),
    )
    if facilities_year is not None:
        # first, since a map shows the first limits only
        dated = note(
            f"Équipements de {facilities_year} : des services ont ouvert ou fermé depuis.",
            f"Facilities of {facilities_year}: some have opened or closed since.",
        )
        result.attrs["tigis"]["limits"].insert(0, dict(dated))
    return result if carless_share_pct is None else with_carless(result, carless_share_pct)


@dataclass(frozen=True)
class _Nation:
    """What is known of the whole country, by commune."""

    network: RoadNetwork
    halls: gpd.GeoDataFrame
    people: pd.Series
    counts: pd.DataFrame
    jobs: pd.Series | None
    nomenclature: Nomenclature
    options: dict[str, Any]

    def minutes(self, origins: pd.Index, places: pd.Index, **options: Any) -> pd.DataFrame:
        """Work out the minutes between communes once, for all the measures that read them."""
        halls = self.halls
        times = NetworkTimes(self.network, halls.loc[origins], halls.loc[places], **self.options, **options)
        table = pd.concat(list(times.blocks()))
        return inherit(table, times)


def _portions(land: gpd.GeoDataFrame) -> list[gpd.GeoDataFrame]:
    """Cut a large territory by département, so that the tables of minutes around each stay small."""
    if len(land) <= _MOST_AT_ONCE or "departement" not in land:
        return [land]
    return [part for _, part in land.groupby("departement", sort=True)]


def _around(known: _Nation, land: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure the communes of a portion."""
    near = known.minutes(land.index, known.halls.index)
    basket = facility_times(near, known.counts, facility_items("daily", known.nomenclature))
    result = basket.rename(columns={"mean_min": "basket_min"})
    for services in ("emergency", "training", "gates"):
        times = facility_times(near, known.counts, facility_items(services, known.nomenclature))
        result = _joined(result, times.drop(columns="mean_min"))
    result = _joined(result, _doctors(known, land))
    return result if known.jobs is None else _joined(result, _jobs(near, known.jobs))


def _joined(result: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    """Join columns, with what both say of themselves."""
    said = description(part)
    kept = {key: said[key] for key in ("nation", "edge_share_pct") if key in said}
    return inherit(result.join(part), result, part, **kept)


def _doctors(known: _Nation, land: gpd.GeoDataFrame) -> pd.DataFrame:
    """Catchments of doctors: supply within the cutoff of the territory, people from twice as far."""
    halls, people = known.halls, known.people
    supplied = halls[halls.within(opportunity_buffer(land, _CATCHMENT_MIN))]
    area = opportunity_buffer(land, _CATCHMENT_MIN, competition=True)
    competing = halls[halls.within(area)]
    times = known.minutes(competing.index, supplied.index, cutoff_min=_CATCHMENT_MIN)
    demand, origins = people.reindex(competing.index), halls.loc[land.index]
    result = pd.DataFrame(index=origins.index)
    nation: dict[str, dict[str, float]] = {}
    for kind, types in facility_items("doctors", known.nomenclature).items():
        heads = known.counts[list(types)].sum(axis=1)
        per_head = float(heads.sum() / people.sum())
        nation[kind] = {"number": float(heads.sum()), "per_100000": _PER * per_head}
        read = ufc(
            times,
            demand,
            heads.reindex(supplied.index),
            doctors="generalist" if kind == "généraliste" else "specialist",
            national_per_head=per_head,
        ).reindex(origins.index)
        result[f"{kind}_per_100000"] = _PER * read["doctors_per_head"]
        result[f"{kind}_gap_pct"] = read["gap_pct"]
        result[f"{kind}_reading"] = read["reading"]
        if kind == "généraliste":
            for version in ("2012", "2015"):
                score = apl(
                    times,
                    demand,
                    heads.reindex(supplied.index),
                    version=version,
                    supply_is_activity=False,
                    demand_is_standardised=False,
                )
                result[f"apl_{version}"] = _PER * score["apl"].reindex(origins.index)
            describe(result, limits=description(score)["limits"])
    edge = minutes_to_edge(origins, area)
    result = with_edge_share(result, edge, _CATCHMENT_MIN, people.reindex(origins.index), competition=True)
    return describe(result, nation=nation)


def _jobs(near: Any, jobs: pd.Series) -> pd.DataFrame:
    """Jobs within a drive, and the drive to so many jobs."""
    counted = pd.DataFrame(cumulative(near, jobs, JOBS_WITHIN_MIN)).add_prefix("jobs_")
    for amount in JOBS_TO_REACH:
        counted[f"jobs_{amount:.0f}_min"] = time_to_reach(near, jobs, amount)
    return counted


@checked
def service_summary(table: pd.DataFrame, to: pd.Series | None = None) -> pd.DataFrame:
    """Weigh the table of services by people, for each territory.

    Parameters
    ----------
    table : DataFrame
        From :func:`service_table`.
    to : Series, optional
        Territory of each commune; without it, all communes are one.

    Returns
    -------
    DataFrame
        By territory: ``population``, ``known_share_pct`` (of the basket), the people-weighted mean of each
        column of figures under its own name, ``basket_beyond_7_share_pct`` (Insee's bound), for each kind of
        doctor the share of people in a ``desert`` or with ``difficult`` access, and ``carless_share_pct``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"population": [300, 100], "basket_min": [5.0, 9.0],
    ...                       "généraliste_reading": ["adequate", "desert"]}, index=["a", "b"])
    >>> whole = service_summary(table).loc["all"]
    >>> whole[["basket_min", "basket_beyond_7_share_pct", "généraliste_desert_share_pct"]].tolist()
    [6.0, 25.0, 25.0]
    """
    require_columns(table, ["population", "basket_min"], "table")
    people = pd.Series(as_numbers(table["population"], "table: population"), index=table.index).fillna(0)
    basket = summarise(table["basket_min"], people, to=to, thresholds=[_FAR_MIN])
    result = basket[["population", "known_share_pct"]].copy()
    for column in table.columns:
        if column != "population" and pd.api.types.is_numeric_dtype(table[column]):
            result[column] = summarise(table[column], people, to=to)["mean"]
    result[f"basket_beyond_{_FAR_MIN}_share_pct"] = basket[f"beyond_{_FAR_MIN}_share_pct"]
    for column in (name for name in table.columns if name.endswith("_reading")):
        for reading in ("desert", "difficult"):
            inside = table[column].eq(reading).where(table[column].notna()).astype(float)
            share = 100 * summarise(inside, people, to=to)["mean"]
            result[f"{column.removesuffix('_reading')}_{reading}_share_pct"] = share
    return inherit(result, table)


#: Beyond so many minutes, Insee Première 1579 calls people far from the services of daily life.
_FAR_MIN = 7
