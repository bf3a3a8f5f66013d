"""Two legal readings of remoteness: the law of 1995, the Senate's bill of 2019 and its urban units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, require_one_level, require_unique_index
from tiGIS.provenance import Note, describe, description, inherit, note

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

Law = Literal["1995", "2019"]
Distance = Literal["road", "straight"]
Logic = Literal["either", "both"]

MOST_KM, MOST_MIN = 50.0, 45.0
MOST_TGV_MIN, MOST_PREFECTURE_MIN = 60.0, 45.0

#: What each text measures to: columns ``<target>_min``, ``<target>_km``, ``<target>_straight_km``.
ROADS = ("motorway", "express_road")
SMALL_UNIT, LARGE_UNIT = "urban_unit", "large_urban_unit"
TGV = "tgv"
PREFECTURE = "prefecture"

_SOURCES = {
    "1995": note(
        "Loi n° 95-115 du 4 février 1995 (LOADT), art. 17 I, abrogé en 1999.",
        "Act 95-115 of 4 February 1995 (LOADT), art. 17 I, repealed in 1999.",
    ),
    "2019": note(
        "Sénat, proposition de loi n° 234 (2018-2019) sur le désenclavement, adoptée en première lecture, "
        "jamais promulguée.",
        "Senate, bill 234 (2018-2019) on remoteness, passed at first reading, never law.",
    ),
}
_WORDING = note(
    "Le texte ne dit ni « par la route » ni « à vol d'oiseau », et son « ou » est ambigu : plusieurs "
    "lectures.",
    "The text says neither by road nor as the crow flies, and its 'or' is ambiguous: several readings.",
)


@checked
def legal_remoteness(
    access: pd.DataFrame,
    *,
    law: Law = "1995",
    distance: Distance = "road",
    logic: Logic = "either",
    strict_band: bool = True,
) -> pd.DataFrame:
    """Tell which places the law would call remote, which criterion fails, and by how much.

    1995: no place of continental France was to be, in 2015, more than 50 km or 45 minutes by car from either
    a motorway or a 2x2 express road continuous with the national network, or a station of the high-speed
    network. 2019: remote if beyond 50 km or 45 minutes of an urban unit of 1,500 to 5,000 jobs, a motorway or
    a fast road, *or* beyond 60 minutes of a high-speed station; beside it, 45 minutes to a prefecture or
    sub-prefecture.

    Parameters
    ----------
    access : DataFrame
        By commune (index: INSEE codes): for each target minutes and km of the way there, ``motorway_min``,
        ``motorway_km`` (by road), ``motorway_straight_km``, and the same for ``express_road``, ``tgv``,
        ``urban_unit`` (1,500 to 5,000 jobs), ``large_urban_unit`` (more), ``prefecture``. A target without
        columns is not known: said in the result. NaN is unreachable: beyond any bound.
    law : {"1995", "2019"}, default "1995"
        Which text.
    distance : {"road", "straight"}, default "road"
        How the 50 km are measured.
    logic : {"either", "both"}, default "either"
        How "50 km or 45 minutes" is read. ``"either"``: a place within one of the two bounds is served.
        ``"both"``: a place beyond one of the two is not.
    strict_band : bool, default True
        With 2019: only urban units of 1,500 to 5,000 jobs count, as written; False counts larger ones too.

    Returns
    -------
    DataFrame
        By place: ``remote`` (missing in Corsica and overseas, which the texts leave out),
        ``nearest_criterion`` (the target whose bound is the closest to be met), ``excess_km`` and
        ``excess_min`` to that target (0 where the bound is met), with 2019 ``roads_or_jobs`` and
        ``tgv_beyond`` (which part fails), and ``prefecture_beyond`` where the minutes to one are known.

    References
    ----------
    Loi n° 95-115 du 4 février 1995, art. 17 I, as quoted by legalnews.fr on a later Senate bill; Sénat,
    texte n° 234 (2018-2019), amendments COM-8 and COM-9 (adopted), read on senat.fr; the text as adopted on
    20 February 2019 as quoted by maire-info.com (22 February 2019). The 45 minutes to a prefecture are in
    neither of these: they stand beside, and make no place remote.

    Examples
    --------
    >>> import pandas as pd
    >>> access = pd.DataFrame(
    ...     {"motorway_min": [40.0, 70.0], "motorway_km": [60.0, 80.0], "tgv_min": [70.0, 90.0],
    ...      "tgv_km": [70.0, 95.0]}, index=["30007", "48095"])
    >>> legal_remoteness(access)["remote"].tolist()
    [False, True]
    >>> legal_remoteness(access, logic="both")["remote"].tolist()
    [True, True]
    """
    require_unique_index(access, "access")
    require_columns(access, access.columns, "access")
    require_one_level(access, "access")
    km_ending = "_km" if distance == "road" else "_straight_km"
    band = [*ROADS, TGV] if law == "1995" else [*ROADS, SMALL_UNIT, *([] if strict_band else [LARGE_UNIT])]
    known = [target for target in band if f"{target}_min" in access.columns]
    if not known:
        raise InputError(f"access: no column {band[0]}_min; expected minutes to some of {', '.join(band)}.")
    require_columns(access, [f"{target}{km_ending}" for target in known], "access")
    over_km = np.column_stack([_beyond(access[f"{target}{km_ending}"], MOST_KM) for target in known])
    over_min = np.column_stack([_beyond(access[f"{target}_min"], MOST_MIN) for target in known])
    missed = (over_km > 0) & (over_min > 0) if logic == "either" else (over_km > 0) | (over_min > 0)
    # how far each target is from being met, in shares of its bounds
    shares = np.stack([over_km / MOST_KM, over_min / MOST_MIN])
    lack = np.where(missed, shares.min(axis=0) if logic == "either" else shares.max(axis=0), 0.0)
    closest = lack.argmin(axis=1)
    rows = np.arange(len(access))
    far: NDArray[np.bool_] = np.all(missed, axis=1)
    result = pd.DataFrame(index=access.index)
    remote = far.copy()
    if law == "2019":
        require_columns(access, [f"{TGV}_min"], "access")
        tgv_beyond = _beyond(access[f"{TGV}_min"], MOST_TGV_MIN) > 0
        remote |= tgv_beyond
        result["roads_or_jobs"], result["tgv_beyond"] = far, tgv_beyond
    result.insert(0, "remote", pd.Series(remote, index=access.index, dtype="boolean"))
    result["nearest_criterion"] = np.array(known, dtype=object)[closest]
    result["excess_km"], result["excess_min"] = over_km[rows, closest], over_min[rows, closest]
    if f"{PREFECTURE}_min" in access.columns:
        result["prefecture_beyond"] = _beyond(access[f"{PREFECTURE}_min"], MOST_PREFECTURE_MIN) > 0
    outside = ~is_continental(access.index)
    result.loc[outside, "remote"] = pd.NA
    flags = [c for c in ("roads_or_jobs", "tgv_beyond", "prefecture_beyond") if c in result.columns]
    for flag in flags:
        result[flag] = result[flag].astype("boolean").mask(outside)
    for column in ("excess_km", "excess_min", "nearest_criterion"):
        result[column] = result[column].mask(outside)
    inherit(result, access)
    absent = [target for target in band if target not in known]
    return describe(
        result,
        sources=[_SOURCES[law]],
        limits=[_WORDING, *_unknown(absent)],
        law=law,
        distance=distance,
        logic=logic,
        unknown_targets=absent,
    )


def _beyond(values: pd.Series, bound: float) -> np.ndarray:
    """How far beyond the bound; 0 within, infinite where unreachable."""
    numbers = as_numbers(values, str(values.name))
    return np.where(np.isnan(numbers), np.inf, np.clip(numbers - bound, 0, None))


_NAMES = {
    "express_road": ("routes à 2×2 voies hors autoroutes", "2x2 roads that are no motorway"),
    "motorway": ("autoroutes", "motorways"),
    TGV: ("gares à grande vitesse", "high-speed stations"),
    SMALL_UNIT: ("unités urbaines de 1 500 à 5 000 emplois", "urban units of 1,500 to 5,000 jobs"),
    LARGE_UNIT: ("unités urbaines de plus de 5 000 emplois", "urban units of more than 5,000 jobs"),
}


def _unknown(absent: list[str]) -> list[Note]:
    return [
        note(
            f"Inconnu ici : {_NAMES[target][0]}. Des lieux dits éloignés peuvent en être proches.",
            f"Not known here: {_NAMES[target][1]}. Places called remote may be near some.",
        )
        for target in absent
    ]


def is_continental(codes: pd.Index) -> np.ndarray:
    """Tell which INSEE codes are in continental France: not Corsica (2A, 2B, 20), not overseas (97, 98)."""
    text = pd.Series(codes, dtype="str")
    return ~text.str.startswith(("2A", "2B", "20", "97", "98")).to_numpy()


@checked
def legal_readings(
    access: pd.DataFrame,
    people: pd.Series,
    area_km2: pd.Series,
    *,
    law: Law = "1995",
    strict_band: bool = True,
) -> pd.DataFrame:
    """Set the four readings of a legal test side by side: places, people and area that each calls remote.

    Parameters
    ----------
    access : DataFrame
        As in :func:`legal_remoteness`, with both kinds of km.
    people, area_km2 : Series
        By the same places.
    law : {"1995", "2019"}, default "1995"
        Which text.
    strict_band : bool, default True
        As in :func:`legal_remoteness`.

    Returns
    -------
    DataFrame
        Index ``(distance, logic)``; ``places``, ``people``, ``people_share_pct``, ``area_km2``,
        ``area_share_pct``, over the places where the law applies; all NaN where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> minutes = {"motorway_min": [52.0, 20.0], "motorway_km": [55.0, 18.0]}
    >>> straight = {"motorway_straight_km": [44.0, 15.0], "tgv_straight_km": [51.0, 20.0]}
    >>> trains = {"tgv_min": [50.0, 30.0], "tgv_km": [60.0, 25.0]}
    >>> access = pd.DataFrame({**minutes, **straight, **trains}, index=["a", "b"])
    >>> people, area = pd.Series({"a": 10, "b": 90}), pd.Series({"a": 5.0, "b": 5.0})
    >>> legal_readings(access, people, area)["people"].tolist()
    [10.0, 10.0, 0.0, 10.0]
    """
    require_unique_index(people, "people")
    require_unique_index(area_km2, "area_km2")
    people, area_km2 = (
        pd.Series(as_numbers(amounts, name), index=amounts.index)
        for amounts, name in ((people, "people"), (area_km2, "area_km2"))
    )
    rows: dict[tuple[str, str], dict[str, float]] = {}
    said: dict[str, Any] = {}
    for distance in get_args(Distance):
        for logic in get_args(Logic):
            table = legal_remoteness(access, law=law, distance=distance, logic=logic, strict_band=strict_band)
            applies = table["remote"].notna()
            remote = table["remote"].fillna(False).astype(bool)
            row: dict[str, float] = {"places": float(remote.sum())}
            if not applies.any():  # no count is 0 where no text applies
                row["places"] = np.nan
            for name, amounts, share in (
                ("people", people, "people_share_pct"),
                ("area_km2", area_km2, "area_share_pct"),
            ):
                amount = amounts.reindex(access.index)
                total = float(amount[applies].sum())
                row[name] = float(amount[remote].sum()) if applies.any() else np.nan
                row[share] = 100 * row[name] / total if total else np.nan
            rows[distance, logic] = row
            said = description(table)
    result = pd.DataFrame.from_dict(rows, orient="index")
    result.index = pd.MultiIndex.from_tuples(rows, names=["distance", "logic"])
    if result["places"].notna().all():
        result["places"] = result["places"].astype(int)
    kept = {key: value for key, value in said.items() if key not in {"distance", "logic"}}
    result.attrs = {"tigis": kept}
    return result


LEAST_JOBS, MOST_JOBS = 1500.0, 5000.0


@checked
def urban_unit_targets(
    places: gpd.GeoDataFrame, units: pd.Series, jobs: pd.Series
) -> dict[str, gpd.GeoDataFrame]:
    """Sort the communes of urban units by the jobs of the whole unit, as targets for the bill of 2019.

    Parameters
    ----------
    places : GeoDataFrame
        Points of communes (town halls), with ``nom``.
    units : Series
        Urban unit of each commune (index: codes); missing where it is in none. Insee's code for that, which
        ends with ``000`` after the département, counts as none.
    jobs : Series
        Jobs at the place of work, by commune; communes without a figure bring none.

    Returns
    -------
    dict
        ``urban_unit`` (1,500 to 5,000 jobs, both included) and ``large_urban_unit`` (more): the points of
        their communes, with ``nom`` (of the commune), ``unit`` and ``jobs`` (of the unit). A unit is reached
        at the nearest of its town halls.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> names = {"nom": ["Bourg", "Faubourg", "Ville"]}
    >>> towns = gpd.GeoSeries.from_xy([0, 1, 9], [0, 0, 0], crs=2154).to_frame("geometry").assign(**names)
    >>> units = pd.Series(["30201", "30201", "30501"])
    >>> targets = urban_unit_targets(towns, units, pd.Series([1200.0, 400.0, 30000.0]))
    >>> targets["urban_unit"]["jobs"].tolist(), targets["large_urban_unit"]["nom"].tolist()
    ([1600.0, 1600.0], ['Ville'])
    """
    require_columns(places, ["nom"], "places")
    for series, name in ((places, "places"), (units, "units"), (jobs, "jobs")):
        require_one_level(series, name)
        require_unique_index(series, name)
    unit = units.astype("str").where(units.notna() & ~units.astype("str").str.endswith("000"))
    amounts = pd.Series(as_numbers(jobs, "jobs"), index=jobs.index).reindex(unit.index).fillna(0)
    of_unit = amounts.groupby(unit).sum()
    here = unit.reindex(places.index).dropna()
    towns = places.loc[here.index, ["nom", places.geometry.name]].copy()
    towns["unit"], towns["jobs"] = here, here.map(of_unit)
    small = towns["jobs"].between(LEAST_JOBS, MOST_JOBS)
    said = note(
        "Unités urbaines comptées à la mairie la plus proche de leurs communes, emplois de toute l'unité.",
        "Urban units counted at the nearest town hall of their communes, jobs of the whole unit.",
    )
    large = towns["jobs"] > MOST_JOBS
    return {
        SMALL_UNIT: describe(towns[small].copy(), limits=[said]),
        LARGE_UNIT: describe(towns[large].copy(), limits=[said]),
    }
