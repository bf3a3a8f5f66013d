"""Two French measures of access to doctors: the APL of the ministry, and that of UFC-Que Choisir."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.accessibility import decay as _decay
from tiGIS.accessibility._catchment import floating_catchment
from tiGIS.accessibility.minutes import Times
from tiGIS.provenance import Note, inherit, note

#: Weights of the APL for general practitioners: upper bound in minutes (included) -> weight.
#: 2012: read in a description of the study by the École des Mines (controverses.mines-paristech.fr): −70 %
#: from 5 to 10 minutes, −90 % from 10 to 15, nothing beyond 15. 2015, when the DREES recast the measure (its
#: page "L'indicateur d'accessibilité potentielle localisée"): the reach of 20 minutes is that which the ARS
#: Bourgogne-Franche-Comté gives (data.arnia-bfc.fr); the bounds 10 and 15 and the weights 2/3 and 1/3 are
#: quoted from memory and could not be read at their source.
APL_WEIGHTS: dict[str, dict[float, float]] = {
    "2012": {5: 1.0, 10: 0.3, 15: 0.1},
    "2015": {10: 1.0, 15: 2 / 3, 20: 1 / 3},
}

#: Below this many consultations a year and person, a place is under-served (Dossiers de la DREES 17, 2017).
APL_UNDERSERVED = 2.5

#: Minutes within which UFC-Que Choisir counts a doctor ("La fracture sanitaire", 2012).
UFC_CUTOFF_MIN = {"generalist": 30.0, "specialist": 45.0}

_HEADCOUNT = note(
    fr="Offre comptée en têtes, sans l'activité des médecins : ce n'est pas l'APL officielle.",
    en="Supply counted in heads, without what doctors do: this is not the official APL.",
)
_RAW_DEMAND = note(
    fr="Demande non standardisée par l'âge : l'APL officielle la pondère par les soins de chaque âge.",
    en="Demand not standardised by age: the official APL weighs it by the care that each age uses.",
)
_UNCHECKED_2015 = note(
    fr="Poids de la version 2015 cités de mémoire, non vérifiés à la source.",
    en="Weights of the 2015 version quoted from memory, not checked at their source.",
)


def standardised_demand(people_by_age: pd.DataFrame, care_by_age: Mapping[str, float]) -> pd.Series:
    """Weigh people by the care that their age uses, so that the weighted total equals the number of people.

    Parameters
    ----------
    people_by_age : DataFrame
        People: rows are places, columns are age bands.
    care_by_age : mapping
        Consultations a year and person, for each of these bands (any unit: only ratios matter). The DREES
        publishes its own table with each vintage; none is built in, since it could not be read at its source.

    Returns
    -------
    Series
        Standardised people.

    Examples
    --------
    >>> import pandas as pd
    >>> ages = pd.DataFrame({"young": [100, 0], "old": [0, 100]}, index=["a", "b"])
    >>> standardised_demand(ages, {"young": 2.0, "old": 6.0}).tolist()
    [50.0, 150.0]
    """
    missing = [band for band in people_by_age.columns if band not in care_by_age]
    if missing:
        raise InputError(f"care_by_age: nothing for the ages {missing}; expected one figure for each column.")
    care = np.array([care_by_age[band] for band in people_by_age.columns], dtype=np.float64)
    people = people_by_age.to_numpy(dtype=np.float64)
    for values, name in ((care, "care_by_age"), (people, "people_by_age")):
        if not np.isfinite(values).all() or (values < 0).any():
            raise InputError(f"{name}: negative, infinite or empty values; expected numbers of 0 or more.")
    used = people @ care
    if used.sum() == 0:
        raise InputError("people_by_age: nobody, or nobody who uses care; expected some people.")
    return pd.Series(used * people.sum() / used.sum(), index=people_by_age.index, name="standardised_people")


@checked
def apl(
    times: Times,
    demand: pd.Series,
    supply: pd.Series,
    *,
    version: Literal["2012", "2015"] = "2015",
    weights: Mapping[float, float] | None = None,
    supply_is_activity: bool = True,
    demand_is_standardised: bool = True,
    facilities_year: int | None = None,
    allow_zero_intrazonal: bool = False,
) -> pd.DataFrame:
    """Accessibilité potentielle localisée (DREES, Irdes): consultations a year and person within reach.

    A floating catchment (E2SFCA) with the weights of the ministry's statistical service; demand is
    standardised by age (:func:`standardised_demand`) and supply is what doctors do in a year, not how many
    they are.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes; rows are communes where people live, columns where doctors work.
    demand : Series
        Standardised people, by the rows.
    supply : Series
        Consultations a year, by the columns (one full-time equivalent is about 5,400 a year, says the ARS
        Bourgogne-Franche-Comté, data.arnia-bfc.fr).
    version : {"2012", "2015"}, default "2015"
        Which table of weights (``APL_WEIGHTS``).
    weights : mapping of float to float, optional
        Upper bound in minutes -> weight, in place of the table.
    supply_is_activity : bool, default True
        False where ``supply`` counts heads: the result says so, and no threshold applies.
    demand_is_standardised : bool, default True
        False where ``demand`` is plain people: the result says so.
    facilities_year : int, optional
        Year of the supply, said with the result (the BPE at hand is of 2013).
    allow_zero_intrazonal : bool, default False
        As in :func:`floating_catchment`; the official APL takes 0 minute inside a commune, hence full weight.

    Returns
    -------
    DataFrame
        ``apl`` (supply per person) and ``underserved`` (below 2.5 consultations a year; missing where supply
        is not consultations).

    References
    ----------
    Barlet, M., Coldefy, M., Collin, C., Lucas-Gabrielli, V. (2012). DREES, Études et Résultats 795, and
    Document de travail 124. Vergier, N., Chaput, H. (2017). Dossiers de la DREES 17: 2.5 consultations. The
    weights are cited at ``APL_WEIGHTS``: those of 2015 could not be checked at their source.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["x", "y"])
    >>> people = pd.Series([1000.0, 3000.0], index=["a", "b"])
    >>> consultations = pd.Series([6000.0, 9000.0], index=["x", "y"])
    >>> apl(times, people, consultations)["apl"].round(2).tolist()
    [6.0, 3.0]
    """
    limits: list[Note] = []
    if weights is None and version == "2015":
        limits.append(_UNCHECKED_2015)
    if not supply_is_activity:
        limits.append(_HEADCOUNT)
    if not demand_is_standardised:
        limits.append(_RAW_DEMAND)
    if facilities_year is not None:
        limits.append(_facilities_of(facilities_year))
    fall = _decay.stepwise(APL_WEIGHTS[version] if weights is None else weights)
    score = floating_catchment(
        times, demand, supply, fall, "e2sfca", allow_zero_intrazonal=allow_zero_intrazonal
    )
    result = pd.DataFrame({"apl": score})
    known = (score < APL_UNDERSERVED).astype("boolean")
    result["underserved"] = known.mask(score.isna() | (not supply_is_activity))
    return inherit(result, score, limits=limits, apl_version=version if weights is None else "own weights")


def _facilities_of(year: int) -> Note:
    return note(
        fr=f"Équipements de {year} : l'offre a changé depuis.",
        en=f"Facilities of {year}: supply has changed since.",
    )


@checked
def ufc(
    times: Times,
    demand: pd.Series,
    supply: pd.Series,
    *,
    doctors: Literal["generalist", "specialist"] = "generalist",
    national_per_head: float | None = None,
    cutoff_min: float | None = None,
    facilities_year: int | None = None,
    allow_zero_intrazonal: bool = False,
) -> pd.DataFrame:
    """UFC-Que Choisir's reading: doctors per potential patient within 30 or 45 minutes, against the nation.

    Desert: 60 % or more below the national mean; difficult: 30 to 60 % below.

    Parameters
    ----------
    times : DataFrame or NetworkTimes
        Minutes; rows are communes where people live, columns where doctors work.
    demand : Series
        People, by the rows.
    supply : Series
        Doctors, by the columns.
    doctors : {"generalist", "specialist"}, default "generalist"
        30 minutes, or 45.
    national_per_head : float, optional
        Doctors per head in the nation. Without it, the people-weighted mean of the places given stands in,
        with a warning: right only when these are the whole nation.
    cutoff_min : float, optional
        Minutes in place of 30 or 45.
    facilities_year : int, optional
        Year of the supply, said with the result.
    allow_zero_intrazonal : bool, default False
        As in :func:`floating_catchment`.

    Returns
    -------
    DataFrame
        ``doctors_per_head``, ``gap_pct`` (below 0: fewer than the national mean) and ``reading``:
        ``"desert"``, ``"difficult"`` or ``"adequate"``, missing where unknown.

    References
    ----------
    UFC-Que Choisir, La fracture sanitaire (2012), La fracture sanitaire s'aggrave (June 2016), and its page
    of November 2023 on quechoisir.org: 30 minutes and 45; four kinds of doctors, with and without fees above
    the tariff. The bounds of 30 and 60 % as reported by La France agricole and La Gazette des communes
    (October 2012). Its studies rest on the APL (Mediacités, November 2022), whose shares between patients are
    those of 2SFCA; that it weighs minutes within the cutoff, and how it counts women and children as
    patients, could not be read.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DataFrame([[5.0, 40.0], [25.0, 10.0]], index=["a", "b"], columns=["x", "y"])
    >>> people = pd.Series([1000.0, 3000.0], index=["a", "b"])
    >>> doctors = pd.Series([1.0, 4.0], index=["x", "y"])
    >>> ufc(times, people, doctors, national_per_head=0.0015)["reading"].tolist()
    ['desert', 'adequate']
    """
    cutoff = UFC_CUTOFF_MIN[doctors] if cutoff_min is None else cutoff_min
    score = floating_catchment(
        times, demand, supply, _decay.step(cutoff), "2sfca", allow_zero_intrazonal=allow_zero_intrazonal
    )
    limits: list[Note] = []
    if national_per_head is None:
        warnings.warn(
            "ufc: no national mean given; the mean of these places stands in for it. Give national_per_head, "
            "or the supply of the whole nation.",
            stacklevel=2,
        )
        limits.append(
            note(
                fr="Moyenne nationale remplacée par celle des lieux étudiés.",
                en="The mean of the places studied stands in for the national mean.",
            )
        )
        people = demand.reindex(score.index).where(score.notna())
        national_per_head = float((score * people).sum() / people.sum()) if people.sum() > 0 else np.nan
    elif not np.isfinite(national_per_head) or national_per_head <= 0:
        raise InputError(f"national_per_head: {national_per_head}; expected a number above 0.")
    if facilities_year is not None:
        limits.append(_facilities_of(facilities_year))
    gap = 100 * (score / national_per_head - 1) if national_per_head > 0 else score * np.nan
    # the bounds belong to the worse side; a rounding must not move a place that stands on one
    reading = pd.cut(
        gap, [-np.inf, -60 + 1e-9, -30 + 1e-9, np.inf], labels=["desert", "difficult", "adequate"]
    )
    result = pd.DataFrame(
        {"doctors_per_head": score, "gap_pct": gap, "reading": reading.astype("str").where(gap.notna(), None)}
    )
    return inherit(result, score, limits=limits, national_per_head=national_per_head, cutoff_min=cutoff)
