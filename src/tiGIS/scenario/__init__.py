"""What if: a road raised to 2x2 lanes, roads closed, a station opened; and the difference that it makes."""

from tiGIS.scenario._changes import NewFacility, NewRoad, RoadClosure, RoadUpgrade, Speed, lines_by_ref
from tiGIS.scenario._compare import Comparison, Scenario, compare

__all__ = [
    "Comparison",
    "NewFacility",
    "NewRoad",
    "RoadClosure",
    "RoadUpgrade",
    "Scenario",
    "Speed",
    "compare",
    "lines_by_ref",
]
