"""The portrait of a territory: one self-contained page, its figures beside those of its peers."""

from typing import TYPE_CHECKING

from tiGIS._former import renamed
from tiGIS.portrait._blocks import Cell, Ledger, Row, Section, Table, Text, say
from tiGIS.portrait._figures import INDICATORS
from tiGIS.portrait._land_and_water import brownfields_table, land_title, supply_texts, water_title
from tiGIS.portrait._sections import portrait, portray
from tiGIS.portrait._subject import Subject, find_subject

__all__ = [
    "INDICATORS",
    "Cell",
    "Ledger",
    "Row",
    "Section",
    "Subject",
    "Table",
    "Text",
    "brownfields_table",
    "find_subject",
    "land_title",
    "portrait",
    "portray",
    "say",
    "supply_texts",
    "water_title",
]

if not TYPE_CHECKING:  # a type checker knows the names of today alone

    def __getattr__(name: str) -> object:
        return renamed(__name__, name)
