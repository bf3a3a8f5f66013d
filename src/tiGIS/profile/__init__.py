"""The portrait of a territory: one self-contained page, its figures beside those of its peers."""

from tiGIS.profile._blocks import Cell, Ledger, Row, Section, Table, Text, say
from tiGIS.profile._figures import INDICATORS
from tiGIS.profile._ground import brownfields_table, land_title, supply_text, water_title
from tiGIS.profile._page import portray, profile
from tiGIS.profile._subject import Subject, find_subject

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
    "portray",
    "profile",
    "say",
    "supply_text",
    "water_title",
]
