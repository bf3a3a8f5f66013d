"""A scenario, and the difference that it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS.accessibility.minutes import aligned
from tiGIS.provenance import Note, inherit
from tiGIS.scenario._changes import Change, Facilities

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork

Measure = Callable[["RoadNetwork", Facilities], pd.Series]


@dataclass(frozen=True)
class Scenario:
    """A named list of changes, made in their order.

    Parameters
    ----------
    name : str
        What maps call it.
    changes : sequence
        ``RoadUpgrade``, ``RoadClosure``, ``NewRoad``, ``NewFacility``, ``Speed``.
    limits : sequence of notes, optional
        What the scenario can't say (French and English), shown with its results.
    """

    name: str
    changes: Sequence[Change]
    limits: Sequence[Note] = field(default=())

    __repr__ = short_repr

    def apply(
        self, network: RoadNetwork, facilities: Facilities | None = None, *, hour: float | None = None
    ) -> tuple[RoadNetwork, Facilities]:
        """Give the network and the facilities of the scenario.

        Parameters
        ----------
        network : RoadNetwork
            Before; it is not changed.
        facilities : mapping, optional
            Name -> GeoDataFrame of points, before.
        hour : float, optional
            Hour of the day, for changes of speed that depend on it.

        Returns
        -------
        tuple
            Network and facilities after.
        """
        after: Facilities = dict(facilities or {})
        for change in self.changes:
            network = change.on_network(network, hour)
            after = change.on_facilities(after)
        if self.limits:
            known = network.metadata.get("limits", ())
            network = network.with_metadata(limits=[*known, *self.limits])
        return network, after


@dataclass(frozen=True)
class Comparison:
    """What a scenario changes.

    Parameters
    ----------
    table : DataFrame
        By place: ``before``, ``after`` and ``gain`` (before minus after: minutes won; NaN where one is
        unknown), ``newly_reached`` and ``newly_lost`` (unreachable on one side only).
    crossings : DataFrame
        By threshold: people within it before and after (≤), and the difference.
    """

    table: pd.DataFrame
    crossings: pd.DataFrame

    __repr__ = short_repr


@checked
def compare(
    network: RoadNetwork,
    scenario: Scenario,
    measure: Measure,
    people: pd.Series,
    *,
    facilities: Facilities | None = None,
    baseline: Scenario | None = None,
    thresholds: Sequence[float] = (15, 30, 45, 60),
    hour: float | None = None,
) -> Comparison:
    """Measure before and after a scenario: what each place gains, and who crosses each threshold.

    Parameters
    ----------
    network : RoadNetwork
        As it is today.
    scenario : Scenario
        The changes.
    measure : callable
        From a network and facilities to a Series by place: minutes to something, or any other measure.
    people : Series
        By the same places.
    facilities : mapping, optional
        Name -> GeoDataFrame of points.
    baseline : Scenario, optional
        What is compared against, if not today.
    thresholds : sequence of float, default (15, 30, 45, 60)
        Values of the measure; at the threshold is within.
    hour : float, optional
        Hour of the day.

    Returns
    -------
    Comparison
        ``table`` and ``crossings``; both say the sources and limits of the measure, those of the scenario,
        and the calibrated error of the network, where it has one.

    Examples
    --------
    >>> import pandas as pd
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> halls = tiGIS.territory.load_town_halls()
    >>> places, goal = halls.loc[["30007", "30010"]], {"nimes": halls.loc[["30189"]]}
    >>> def minutes(roads, facilities):
    ...     return tiGIS.access_times(roads, places, goal)["nimes_min"]
    >>> people = pd.Series([43892, 3324], index=places.index)
    >>> closed = tiGIS.scenario.Scenario("slower roads", [tiGIS.scenario.Speed(0.5)])
    >>> result = compare(network, closed, minutes, people)
    >>> bool((result.table["gain"] < 0).all())
    True
    """
    start = (
        (network, dict(facilities or {}))
        if baseline is None
        else baseline.apply(network, facilities, hour=hour)
    )
    before = measure(*start)
    after = measure(*scenario.apply(network, facilities, hour=hour))
    if not before.index.equals(after.index):
        raise InputError("measure: gave other places after than before; expected the same index.")
    weight = aligned(people, before.index, "people", whose="places")
    table = pd.DataFrame({"before": before, "after": after, "gain": before - after})
    table["newly_reached"] = before.isna() & after.notna()
    table["newly_lost"] = before.notna() & after.isna()
    within = [
        (float(weight[(before <= t).to_numpy()].sum()), float(weight[(after <= t).to_numpy()].sum()))
        for t in thresholds
    ]
    crossings = pd.DataFrame(
        within, columns=["before", "after"], index=pd.Index(thresholds, name="threshold")
    )
    crossings["gain"] = crossings["after"] - crossings["before"]
    for result in (table, crossings):
        inherit(result, before, limits=scenario.limits, scenario=scenario.name)
    return Comparison(table, crossings)
