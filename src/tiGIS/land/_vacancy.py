"""Vacancy of activity zones, as the town-planning code defines it."""

from __future__ import annotations

import pandas as pd

from tiGIS._arguments import Year, checked
from tiGIS._cells import as_dates, as_flags, as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, shown
from tiGIS.provenance import describe, note


@checked
def activity_zone_vacancy(
    units: pd.DataFrame,
    tax_year: Year,
    *,
    zone: str = "site_id",
    area_ha: str = "area_ha",
    activity_ended: str = "activity_ended",
    unoccupied_since: str = "unoccupied_since",
    known: str | None = None,
) -> pd.DataFrame:
    """Measure the vacancy of activity zones in parcel units and in hectares (art. L. 318-8-2).

    A unit is vacant when, on 1 January of the tax year, it has had no activity subject to the business
    property tax (CFE) for two years at least, and has stayed unoccupied over the same time. The law's
    sentence divides all units by vacant ones; the rate meant, and given here, is vacant units over all units.

    Parameters
    ----------
    units : pandas.DataFrame
        Parcel units (unités foncières), one row each.
    tax_year : int
        Year of the tax.
    zone, area_ha : str
        Columns of the zone and of the unit's area.
    activity_ended : str, default "activity_ended"
        Column of the date when the last activity subject to CFE ended; missing while there is one.
    unoccupied_since : str, default "unoccupied_since"
        Column of the date since when nobody occupies it; missing while somebody does.
    known : str, optional
        Column of flags (true or false, oui or non, 1 or 0): false or empty where neither is known; such units
        are in no rate, and counted.

    Returns
    -------
    pandas.DataFrame
        By zone: ``units``, ``units_unknown``, ``vacant_units``, ``vacancy_units_pct``, ``area_ha``,
        ``vacant_ha``, ``vacancy_area_pct``. Rates are over units that are known; NaN when none is.

    Raises
    ------
    InputError
        When a column is absent, an area isn't positive, or a unit has no zone.

    References
    ----------
    Code de l'urbanisme, art. L. 318-8-2, created by law 2021-1104 of 22 August 2021, art. 220.

    Examples
    --------
    >>> import pandas as pd, tiGIS
    >>> units = pd.DataFrame({"site_id": ["a", "a"], "area_ha": [1.0, 3.0],
    ...                       "activity_ended": ["2019-06-30", None],
    ...                       "unoccupied_since": ["2019-07-01", None]})
    >>> vacancy = tiGIS.land.activity_zone_vacancy(units, 2022)
    >>> vacancy[["vacancy_units_pct", "vacancy_area_pct"]].values.tolist()
    [[50.0, 25.0]]
    """
    needed = [zone, area_ha, activity_ended, unoccupied_since, *([known] if known else [])]
    require_columns(units, needed, "units")
    area = pd.Series(as_numbers(units[area_ha], area_ha), index=units.index)
    if not (area > 0).all() or units[zone].isna().any():
        faulty = units.index[~(area > 0) | units[zone].isna()]
        raise InputError(f"units: {shown(faulty)} without a zone or an area above 0; mend or leave them out")
    limit = pd.Timestamp(year=tax_year - 2, month=1, day=1)
    idle = as_dates(units[activity_ended], activity_ended) <= limit
    empty = as_dates(units[unoccupied_since], unoccupied_since) <= limit
    # where nobody says whether it is known, it is not
    told = as_flags(units[known], known).fillna(False).astype(bool) if known else True
    told = pd.Series(told, index=units.index)
    vacant = idle & empty & told
    table = pd.DataFrame(
        {
            "units": 1,
            "units_unknown": (~told).astype(int),
            "vacant_units": vacant.astype(int),
            "area_ha": area,
            "vacant_ha": area.where(vacant, 0.0),
            "known_ha": area.where(told, 0.0),
        }
    )
    sums = table.groupby(units[zone]).sum()
    known_units = (sums["units"] - sums["units_unknown"]).where(lambda count: count > 0)
    known_ha = sums.pop("known_ha").where(lambda hectares: hectares > 0)
    sums.insert(3, "vacancy_units_pct", 100 * sums["vacant_units"] / known_units)
    sums["vacancy_area_pct"] = 100 * sums["vacant_ha"] / known_ha
    source = note("Code de l'urbanisme, art. L. 318-8-2.", "Code de l'urbanisme, art. L. 318-8-2.")
    return describe(sums, sources=[source], tax_year=tax_year)
