"""What is shown beside the column drawn: facts in the panel and the downloads, people, ends of intervals."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._cells import as_numbers
from tiGIS._format import Lang, decimals_to_tell_apart
from tiGIS._validate import require_columns
from tiGIS.maps._columns import flags_in_words
from tiGIS.maps._content import Fact
from tiGIS.maps._layer import Drawn, Layer
from tiGIS.maps._text import words

Facts = Iterable[Hashable] | Mapping[Any, str | tuple[str, str]] | str


def columns_beside(
    asked: list[Layer], drawn: list[Drawn], facts: Mapping[Any, tuple[str, str]], population: Any, lang: Lang
) -> list[tuple[str, Any]]:
    """List the columns of numbers that are shown beside the one drawn, with what each is called."""
    columns = [] if population is None else [(words(lang)["people"], population)]
    columns += [(label, column) for column, (label, _) in facts.items()]
    for layer, one in zip(asked, drawn, strict=True):
        if one.interval is not None:
            ends = (("interval_low", layer.low), ("interval_high", layer.high))
            columns += [(words(lang)[key].format(label=one.label), column) for key, column in ends]
    return columns


def named_facts(facts: Facts) -> dict[Any, tuple[str, str]]:
    """Give the label and the unit of each fact, by its column."""
    listed = [facts] if isinstance(facts, str) else facts
    if not isinstance(listed, Mapping):
        return {column: (str(column), "") for column in listed}
    return {column: (given, "") if isinstance(given, str) else given for column, given in listed.items()}


def facts_of(gdf: gpd.GeoDataFrame, named: Mapping[Any, tuple[str, str]], lang: Lang) -> list[Fact]:
    require_columns(gdf, named, "gdf")
    found = []
    for column, (label, unit) in named.items():
        values = gdf[column]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            array = as_numbers(values, f"gdf: column {column!r}")
            decimals = decimals_to_tell_apart(array)
            written = [round(v, decimals + 2) if np.isfinite(v) else None for v in array.tolist()]
            found.append(Fact(label, unit, decimals, written))
        else:
            said = flags_in_words(values, lang)
            found.append(Fact(label, unit, 0, [str(v) if pd.notna(v) else None for v in said]))
    return found
