"""tiGIS measures how shut in a French territory is, from what, and where industry could still settle.

Its names are listed in ``__init__.pyi`` and loaded when they are first used: ``import tiGIS`` stays quick.
"""

from __future__ import annotations

from tiGIS._lazy import lazy_face

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_face(__name__, __file__)
__all__ += ["__version__"]
