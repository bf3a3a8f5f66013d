"""Accessibility: what people reach by car, how soon, and who shares it.

All measures read a table of minutes (a DataFrame: rows are people, columns are places, NaN is unreachable) or
a :class:`NetworkTimes`, which gives the same minutes by blocks, straight from a network.
"""

from tiGIS.accessibility import decay
from tiGIS.accessibility._catchment import floating_catchment, spatial_availability
from tiGIS.accessibility._health import APL_WEIGHTS, UFC_CUTOFF_MIN, apl, standardised_demand, ufc
from tiGIS.accessibility._network import NetworkTimes
from tiGIS.accessibility._people import summarise, with_carless
from tiGIS.accessibility._reached import cumulative, cumulative_interval, gravity, population_potential
from tiGIS.accessibility._soonest import balancing_cost, nearest, time_to_reach
from tiGIS.accessibility._zone_traps import (
    EdgeWarning,
    compare_origins,
    intrazonal_minutes,
    minutes_to_edge,
    opportunity_buffer,
    population_points,
    with_edge_share,
    with_intrazonal_minutes,
)

__all__ = [
    "APL_WEIGHTS",
    "UFC_CUTOFF_MIN",
    "EdgeWarning",
    "NetworkTimes",
    "apl",
    "balancing_cost",
    "compare_origins",
    "cumulative",
    "cumulative_interval",
    "decay",
    "floating_catchment",
    "gravity",
    "intrazonal_minutes",
    "minutes_to_edge",
    "nearest",
    "opportunity_buffer",
    "population_points",
    "population_potential",
    "spatial_availability",
    "standardised_demand",
    "summarise",
    "time_to_reach",
    "ufc",
    "with_carless",
    "with_edge_share",
    "with_intrazonal_minutes",
]
