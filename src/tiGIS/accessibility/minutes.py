"""Minutes between people and places, whole or by blocks of rows, checked as they are read.

Every measure reads its minutes through :class:`Minutes`, so a table and a network give the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_unique_index, shown
from tiGIS.provenance import Frame, inherit, note

Direction = Literal["to", "from"]

#: How many cells of a table are worked on at once: keeps temporary arrays around 32 MB.
_CELLS_AT_ONCE = 4_000_000

CARS_ONLY = note(
    fr="Temps en voiture seulement : les ménages sans voiture n'ont pas cet accès.",
    en="Minutes by car only: households without a car don't have this access.",
)


@runtime_checkable
class MinutesByBlock(Protocol):
    """Anything that can give its minutes several times over, by blocks of rows."""

    index: pd.Index
    columns: pd.Index
    attrs: Any

    def blocks(self) -> Iterator[pd.DataFrame]:
        """Give the table of minutes by blocks of rows, in the order of ``index``."""


Times = pd.DataFrame | MinutesByBlock


@dataclass(frozen=True)
class Minutes:
    """A checked table of minutes: rows are people, columns are places, NaN is unreachable."""

    index: pd.Index
    columns: pd.Index
    read: Callable[[], Iterator[pd.DataFrame]]
    allow_zero_intrazonal: bool
    source: pd.DataFrame | MinutesByBlock

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.index), len(self.columns)

    def blocks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Give each block of rows: where it goes, and its minutes (float, not to be written on)."""
        # for each row, where its own place is among the columns (-1: nowhere)
        own = self.columns.get_indexer(self.index) if not self.allow_zero_intrazonal else None
        start = 0
        for block in self.read():
            minutes = block.to_numpy(dtype=np.float64)
            rows = slice(start, start + len(block))
            start = rows.stop
            self._check(minutes, rows, own)
            yield rows, minutes

    def whole(self) -> np.ndarray:
        """Give the whole table as one array (float)."""
        table = np.empty(self.shape)
        for rows, minutes in self.blocks():
            table[rows] = minutes
        return table

    def _check(self, minutes: np.ndarray, rows: slice, own: np.ndarray | None) -> None:
        if np.isinf(minutes).any():
            raise InputError("times: infinite minutes; expected NaN where a place can't be reached.")
        if (minutes < 0).any():
            where = self.index[rows][np.flatnonzero((minutes < 0).any(axis=1))]
            raise InputError(f"times: negative minutes in rows {shown(where)}; expected 0 or more.")
        if own is None:
            return
        here = np.flatnonzero(own[rows] >= 0)
        zero = here[minutes[here, own[rows][here]] == 0]
        if len(zero):
            raise InputError(
                f"times: 0 minute inside the same place ({shown(self.index[rows][zero])}); expected the "
                "minutes that people drive within it. Use with_intrazonal_minutes(times, minutes), or "
                "allow_zero_intrazonal=True where the labels are points."
            )


def open_minutes(times: pd.DataFrame | MinutesByBlock, *, allow_zero_intrazonal: bool = False) -> Minutes:
    """Check a table of minutes, or what gives one by blocks, and open it."""
    if isinstance(times, pd.DataFrame):
        _check_frame(times)

        def read() -> Iterator[pd.DataFrame]:
            step = max(1, _CELLS_AT_ONCE // max(1, times.shape[1]))
            for start in range(0, len(times), step):
                yield times.iloc[start : start + step]

        reader: Callable[[], Iterator[pd.DataFrame]] = read
    elif isinstance(times, MinutesByBlock):
        reader = times.blocks
    else:
        raise InputError(
            f"times: {type(times).__name__}; expected a DataFrame of minutes (rows = people, columns = "
            "places) "
            "or a NetworkTimes."
        )
    for labels, name in ((times.index, "times (rows)"), (times.columns, "times (columns)")):
        require_unique_index(pd.Series(0, index=labels), name)
    return Minutes(times.index, times.columns, reader, allow_zero_intrazonal, times)


def _check_frame(times: pd.DataFrame) -> None:
    wrong = [column for column, kind in times.dtypes.items() if kind.kind not in "fiu"]
    if wrong:
        raise InputError(f"times: columns {shown(wrong)} are not numbers; expected minutes.")


def aligned(values: pd.Series, labels: pd.Index, name: str, *, whose: str) -> np.ndarray:
    """Put a Series in the order of the labels; a missing, extra or doubled label, or an odd value, raises."""
    if not isinstance(values, pd.Series):
        raise InputError(
            f"{name}: {type(values).__name__}; expected a Series indexed by the {whose} of times."
        )
    faults = []
    if not values.index.is_unique:
        doubled = values.index[values.index.duplicated()].unique()
        faults.append(f"{len(doubled)} labels more than once ({shown(doubled)})")
    missing = labels.difference(values.index, sort=False)
    extra = values.index.unique().difference(labels, sort=False)
    if len(missing):
        faults.append(f"nothing for {len(missing)} {whose} ({shown(missing)})")
    if len(extra):
        faults.append(f"{len(extra)} labels that are no {whose} of times ({shown(extra)})")
    if faults:
        raise InputError(
            f"{name}: {'; '.join(faults)}; expected one value for each of the {whose} of times. "
            "Reindex it, and say with fillna what is not known."
        )
    numbers = as_numbers(values.reindex(labels), name)
    for wrong, what in (
        (np.isnan(numbers), "empty or not a number"),
        (np.isinf(numbers), "infinite"),
        (numbers < 0, "negative"),
    ):
        if wrong.any():
            raise InputError(
                f"{name}: {int(wrong.sum())} values {what} ({shown(labels[wrong])}); expected numbers of 0 "
                "or "
                "more. Say with fillna or a filter what to do with them."
            )
    return numbers


def sided(minutes: Minutes, direction: Direction) -> tuple[pd.Index, pd.Index, str]:
    """Say who the result is for, what is counted, and the name of what is counted."""
    if direction == "to":
        return minutes.index, minutes.columns, "columns"
    if direction == "from":
        return minutes.columns, minutes.index, "rows"
    raise InputError(
        f"direction: {direction!r}; expected 'to' (what people reach) or 'from' (who reaches a site)."
    )


def carried(result: Frame, minutes: Minutes, **details: Any) -> Frame:
    """Let a result say what its minutes said of themselves, that they are by car, and more."""
    return inherit(result, minutes.source, limits=[CARS_ONLY], **details)
