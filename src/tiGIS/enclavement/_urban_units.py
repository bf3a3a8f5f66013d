"""Urban units as the Senate's bill of 2019 reads them: by their number of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._meta import describe, note
from tiGIS._validate import require_columns, require_one_level, require_unique_index
from tiGIS.enclavement._legal import LARGE_UNIT, SMALL_UNIT

if TYPE_CHECKING:
    import geopandas as gpd

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
