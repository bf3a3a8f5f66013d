"""Official sources: their catalogue, the cache, the fetching, and one reader per official format."""

from __future__ import annotations

from tiGIS._lazy import lazy_face

__getattr__, __dir__, __all__ = lazy_face(__name__, __file__)
