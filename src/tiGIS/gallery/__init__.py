"""The maps that tiGIS publishes: a list of recipes, and the page that leads to them.

A recipe is a function without arguments that gives a map; ``PAGES`` holds them in the order in which a
mayor reads. The scripts ``scripts/make_*.py`` and ``tigis maps`` run the same recipes.
"""

from tiGIS.gallery._contents import write_index
from tiGIS.gallery._pages import PAGES, SECTIONS, Page
from tiGIS.gallery._writing import build, chosen_pages

__all__ = ["PAGES", "SECTIONS", "Page", "build", "chosen_pages", "write_index"]
