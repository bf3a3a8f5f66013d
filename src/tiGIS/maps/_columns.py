"""What a column to be drawn holds: numbers, flags or words, and the numbers that stand for no value."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiGIS._cells import as_flags, as_numbers, is_missing
from tiGIS._format import Lang, plural
from tiGIS.maps._text import words


def is_text(column: pd.Series) -> bool:
    """Say whether a column holds words or flags; one that mixes them with numbers is read as numbers."""
    if isinstance(column.dtype, pd.CategoricalDtype) or is_flags(column):
        return True
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return False
    known = [value for value in column if not is_missing(value)]
    return bool(known) and all(isinstance(value, str) for value in known)


def is_flags(column: pd.Series) -> bool:
    """Say whether a column holds true and false alone, with gaps or without."""
    if pd.api.types.is_bool_dtype(column):
        return True
    if not pd.api.types.is_object_dtype(column):
        return False
    known = [value for value in column if not is_missing(value)]
    return bool(known) and all(isinstance(value, bool | np.bool_) for value in known)


def category(value: Any) -> Any:
    """Give a category as it is compared: spaces around a word say nothing, and an empty word is none."""
    if is_missing(value):
        return None
    return value.strip() if isinstance(value, str) else value


def flags_in_words(column: pd.Series, lang: Lang) -> pd.Series:
    """Write flags as yes and no, in the language of the map; give any other column as it is."""
    if not is_flags(column):
        return column
    said = {True: words(lang)["true"], False: words(lang)["false"]}
    flags = as_flags(column, f"column {column.name!r}")
    return flags.astype(object).map(said, na_action="ignore")


def as_categories(column: pd.Series, lang: Lang) -> tuple[list[Any] | None, pd.Series]:
    """Read words, and flags in words; with their order, where they are an ordered Categorical."""
    column = flags_in_words(column, lang)
    scale = None
    if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
        scale = list(dict.fromkeys(category(c) for c in column.cat.categories))
    return scale, column.astype(object).map(category, na_action="ignore")


def nulls_said(frame: pd.DataFrame, columns: Iterable[tuple[str, Hashable]], lang: Lang) -> list[str]:
    """Say how many nulls of ESRI the columns beside the one drawn hold: each under what it is called."""
    said = []
    for label, column in columns:
        numbers = pd.api.types.is_numeric_dtype(frame[column]) and not is_flags(frame[column])
        if not numbers:
            continue
        read = as_numbers(frame[column], f"gdf: column {column!r}")
        count = int(hold_nulls(frame[[column]], read[None, :]).sum())
        if count:
            text = words(lang)
            many = plural(count, *text["unknown_values"].split("|"), lang=lang)
            said.append(f"{label}{text['colon']}{many}, {text['esri_null']}.")
    return said


def hold_nulls(columns: pd.DataFrame, values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say in which rows a cell holds a number that was read as no value: the nulls of ESRI."""
    found = np.zeros(len(columns), dtype=bool)
    for (_, column), read in zip(columns.items(), values, strict=True):
        doubtful = np.flatnonzero(np.isnan(read) & column.notna().to_numpy())
        written = [not is_missing(cell) for cell in column.iloc[doubtful]]
        found[doubtful] |= np.array(written, dtype=bool)
    return found
