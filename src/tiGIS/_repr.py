"""How results show themselves: in one line, whatever they hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sized

_MOST_SIGNS = 60


def short_repr(thing: object) -> str:
    """Write a dataclass in a line: tables by their size, lists by their length, the rest cut to 60 signs."""
    fields = ", ".join(
        f"{each.name}={_short(getattr(thing, each.name))}"
        for each in dataclasses.fields(thing)  # type: ignore[arg-type]
        if each.repr and not each.name.startswith("_")
    )
    return f"{type(thing).__name__}({fields})"


def _short(value: object) -> str:
    import numpy as np
    import pandas as pd
    import shapely

    if isinstance(value, pd.DataFrame):
        return f"<{len(value):,} rows, {value.shape[1]} columns>"
    if isinstance(value, (pd.Series, pd.Index)):
        return f"<{len(value):,} values>"
    if isinstance(value, np.ndarray):
        return f"<{' x '.join(f'{size:,}' for size in value.shape)} values>"
    if isinstance(value, shapely.Geometry):
        return f"<{value.geom_type}>"
    if isinstance(value, Mapping):
        text = repr(dict(value)) if len(value) <= 8 else ""
        return text if 0 < len(text) <= _MOST_SIGNS else f"<{len(value):,} entries>"
    if isinstance(value, Sized) and not isinstance(value, str) and not dataclasses.is_dataclass(value):
        text = repr(value) if len(value) <= 8 else ""
        return text if 0 < len(text) <= _MOST_SIGNS else f"<{len(value):,} items>"
    text = repr(value)
    if len(text) <= _MOST_SIGNS or dataclasses.is_dataclass(value):
        return text
    return text[:_MOST_SIGNS] + "..."
