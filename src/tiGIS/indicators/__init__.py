"""Indicators: what they are, how they sum up, and how they are joined to territories without losing a row."""

from tiGIS.indicators._aggregate import aggregate
from tiGIS.indicators._harmonise import harmonise, passage
from tiGIS.indicators._indicator import Indicator
from tiGIS.indicators._join import JoinReport, join
from tiGIS.indicators._registry import indicator, list_indicators
from tiGIS.indicators._values import indicator_table, values

__all__ = [
    "Indicator",
    "JoinReport",
    "aggregate",
    "harmonise",
    "indicator",
    "indicator_table",
    "join",
    "list_indicators",
    "passage",
    "values",
]
