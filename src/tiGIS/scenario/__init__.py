"""What if: a road raised to 2x2 lanes, roads closed, a station opened; and the difference that it makes."""

from tiGIS.scenario._changes import NewFacility, NewRoad, RoadClosure, RoadUpgrade, Speed, lines_by_ref
from tiGIS.scenario._compare import Comparison, Scenario, compare
from tiGIS.scenario._profiles import driving_profiles

__all__ = [
    "Comparison",
    "NewFacility",
    "NewRoad",
    "RoadClosure",
    "RoadUpgrade",
    "Scenario",
    "Speed",
    "compare",
    "driving_profiles",
    "lines_by_ref",
]
