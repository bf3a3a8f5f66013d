"""Everything for one territory, from the cache or the bundle: what came from where, and what is missing."""

from tiGIS.build._perimeter import Perimeter, area_of, find_perimeter

__all__ = ["Perimeter", "area_of", "find_perimeter"]
