"""Maps that open anywhere: choropleths as self-contained pages, and the same as figures."""

from tiGIS.maps._choropleth import choropleth
from tiGIS.maps._figure import figure, save_figure
from tiGIS.maps._layer import Layer
from tiGIS.maps._map import TigisMap
from tiGIS.maps._note import note
from tiGIS.maps._rose import direction_name, rose_polygons
from tiGIS.maps.classes import Classes, classify

__all__ = [
    "Classes",
    "Layer",
    "TigisMap",
    "choropleth",
    "classify",
    "direction_name",
    "figure",
    "note",
    "rose_polygons",
    "save_figure",
]
