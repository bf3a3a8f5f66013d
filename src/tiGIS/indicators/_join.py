"""Joining a table of figures to territories, with a report of what matched on neither side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_codes
from tiGIS._errors import InputError, VintageError
from tiGIS._validate import require_columns, require_frame, require_unique_index, shown
from tiGIS.indicators._membership import as_frame, require_one_level
from tiGIS.provenance import describe, description

if TYPE_CHECKING:
    import geopandas as gpd

Duplicates = Literal["refuse", "first", "last"]


@dataclass(frozen=True, repr=False)
class JoinReport:
    """What a join matched, and what it did not.

    Each row of the table is in exactly one of ``matched``, ``without_territory``, ``refused``,
    ``without_code``, or is one of those left over from ``duplicated``.

    Attributes
    ----------
    territories, rows : int
        Number of territories, and of rows of the table.
    matched : tuple of str
        Codes of the territories that got a row.
    without_data : tuple of str
        Codes of the territories that got none: their figures are NaN.
    without_territory : tuple of str
        Codes of the rows (one entry for each row) that no territory has.
    mended : dict of str to str
        Codes that had lost their leading zero -> the code that they were taken for.
    refused : tuple of (str, str)
        Codes that lost their leading zero, it seems (one entry for each row), and why they were not mended.
    duplicated : dict of str to int
        Codes of territories that several rows have -> number of rows; one of them was kept.
    without_code : int
        Rows whose code is empty.
    unknown : dict of str to int
        Columns -> number of matched territories whose figure is NaN in the table.
    """

    territories: int
    rows: int
    matched: tuple[str, ...] = ()
    without_data: tuple[str, ...] = ()
    without_territory: tuple[str, ...] = ()
    mended: dict[str, str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    duplicated: dict[str, int] = field(default_factory=dict)
    without_code: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether each territory got a row and each row a territory."""
        return len(self.matched) == self.territories == self.rows

    def __str__(self) -> str:
        lines = [f"{len(self.matched)} of {self.territories} territories matched, from {self.rows} rows"]
        for codes, what in (
            (self.without_data, "territories without data"),
            (self.without_territory, "rows without a territory"),
            (self.mended, "codes mended (they had lost their leading zero)"),
            ([code for code, _ in self.refused], "codes that lost their leading zero, refused"),
            (self.duplicated, "codes on several rows, of which one was kept"),
        ):
            if codes:
                lines.append(f"{len(codes)} {what}: {shown(codes)}")
        if self.without_code:
            lines.append(f"{self.without_code} rows without a code")
        unknown = [f"{column} {number}" for column, number in self.unknown.items() if number]
        if unknown:
            lines.append("unknown figures among those matched: " + ", ".join(unknown))
        return "\n  ".join(lines)

    __repr__ = __str__  # the fields may hold every code of France


@checked
def join(
    territories: gpd.GeoDataFrame | pd.DataFrame,
    table: pd.DataFrame | pd.Series,
    on: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    duplicates: Duplicates = "refuse",
    mend_zeros: bool = True,
) -> tuple[gpd.GeoDataFrame, JoinReport]:
    """Join a table of figures to territories, and report what did not match.

    Each territory comes out once, in the order it came in, whatever the table holds.

    Parameters
    ----------
    territories : geopandas.GeoDataFrame
        Indexed by code (``code_insee``, ``siren``, ``id_ti``...), each once, as text.
    table : pandas.DataFrame or pandas.Series
        Figures. Codes may be text or whole numbers (a spreadsheet makes 1004 of "01004").
    on : str, optional
        Column of ``table`` that holds the codes; its index by default.
    columns : sequence of str, optional
        Columns of ``table`` to take; all by default.
    duplicates : {"refuse", "first", "last"}
        What to do where several rows have the code of one territory: raise, or keep one and report it.
    mend_zeros : bool, default True
        Whether a code that lost its leading zero is given it back, where that makes the code of exactly one
        territory and no other row has it.

    Returns
    -------
    joined : geopandas.GeoDataFrame
        Copy of ``territories`` with the columns of ``table``; NaN for a territory without data.
    report : JoinReport
        What matched and what did not; ``print(report)`` shows it.

    Raises
    ------
    InputError
        Codes of the territories are not text or not unique; a column is absent or on both sides; or several
        rows have the same code and ``duplicates="refuse"``.
    VintageError
        Both sides say on which map of communes they are written, and it is not the same.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> communes = gpd.GeoDataFrame(
    ...     {"geometry": [Point(0, 0), Point(1, 1), Point(2, 2)]},
    ...     index=pd.Index(["01004", "30007", "30010"], name="code_insee"), crs=2154)
    >>> table = pd.DataFrame({"code": [1004, 30007, 99999], "people": [14204, 40802, 5]})
    >>> joined, report = join(communes, table, on="code")
    >>> joined["people"].tolist()
    [14204.0, 40802.0, nan]
    >>> print(report)
    2 of 3 territories matched, from 3 rows
      1 territories without data: '30010'
      1 rows without a territory: '99999'
      1 codes mended (they had lost their leading zero): '1004'
    """
    _require_text_codes(territories)
    frame = as_frame(table)
    require_frame(frame, "table")
    found, data = _codes_and_data(frame, on, columns)
    _refuse_same_names(territories, data)
    _refuse_other_map(territories, table)

    codes = _Codes(territories.index, found, mend_zeros)
    doubled = {code: number for code, number in Counter(codes.target).items() if code and number > 1}
    if doubled and duplicates == "refuse":
        raise InputError(
            f"table: {len(doubled)} codes on several rows ({shown(doubled)}); expected each once. "
            "Sum the rows up first, or keep one with duplicates='first' or 'last'."
        )
    row_of = _row_of_each(codes.target, keep_last=duplicates == "last")
    rows = np.array([row_of.get(code, -1) for code in territories.index], dtype=np.intp)
    taken = data.reset_index(drop=True).reindex(rows).set_axis(territories.index)
    joined = territories.copy()
    for column in taken.columns:
        joined[column] = taken[column]
    report = JoinReport(
        territories=len(territories),
        rows=len(frame),
        matched=tuple(territories.index[rows >= 0]),
        without_data=tuple(territories.index[rows < 0]),
        without_territory=tuple(codes.without_territory),
        mended=codes.mended,
        refused=tuple(codes.refused),
        duplicated=doubled,
        without_code=codes.empty,
        unknown={str(column): int(taken.loc[rows >= 0, column].isna().sum()) for column in taken.columns},
    )
    about = description(table)
    describe(joined, sources=about["sources"], limits=about["limits"])
    return joined, report


class _Codes:
    """The territory that each row of a table is about, and the rows that are about none."""

    def __init__(self, known: pd.Index, found: list[str | None], mend_zeros: bool) -> None:
        territories = set(known)
        widths = sorted({len(code) for code in territories})
        present = set(found)
        candidates = {code: _with_zeros(code, widths, territories) for code in present if code is not None}
        taken_for = Counter(mends[0] for mends in candidates.values() if len(mends) == 1)
        self.target: list[str | None] = []
        self.without_territory: list[str] = []
        self.mended: dict[str, str] = {}
        self.refused: list[tuple[str, str]] = []
        self.empty = 0
        for code in found:
            target = None
            if code is None:
                self.empty += 1
            elif code in territories:
                target = code
            elif not candidates[code]:
                self.without_territory.append(code)
            elif reason := _why_not(candidates[code], present, taken_for, mend_zeros):
                self.refused.append((code, reason))
            else:
                (target,) = candidates[code]
                self.mended[code] = target
            self.target.append(target)


def _with_zeros(code: str, widths: Iterable[int], territories: set[str]) -> list[str]:
    """Codes of territories that this one becomes when its leading zeros are given back."""
    if code in territories or not code.isdecimal() or not code.isascii():
        return []
    return [code.zfill(w) for w in widths if w > len(code) and code.zfill(w) in territories]


def _why_not(candidates: list[str], present: set, taken_for: Counter, mend_zeros: bool) -> str:
    if not mend_zeros:
        return f"mend_zeros is off; it would be {candidates[0]!r}"
    if len(candidates) > 1:
        return f"it could be {' or '.join(map(repr, candidates))}"
    if candidates[0] in present or taken_for[candidates[0]] > 1:
        return f"another row already is {candidates[0]!r}"
    return ""


def _row_of_each(targets: list[str | None], *, keep_last: bool) -> dict[str, int]:
    row_of: dict[str, int] = {}
    for row, code in enumerate(targets):
        if code is not None and (keep_last or code not in row_of):
            row_of[code] = row
    return row_of


def _codes_and_data(
    frame: pd.DataFrame, on: str | None, columns: Sequence[str] | None
) -> tuple[list[str | None], pd.DataFrame]:
    if columns is not None:
        require_columns(frame, columns, "table")
    codes: pd.Index | pd.Series = frame.index
    data = frame
    if on is not None and (on in frame.columns or on != frame.index.name):
        require_columns(frame, [on], "table")
        codes, data = frame[on], frame.drop(columns=on)
    require_one_level(pd.Index(codes), "table")
    return as_codes(codes, "table"), data if columns is None else data[list(columns)]


def _require_text_codes(territories: pd.DataFrame) -> None:
    require_columns(
        territories, territories.columns if isinstance(territories, pd.DataFrame) else (), "territories"
    )
    require_unique_index(territories, "territories")
    numbers = [code for code in territories.index if not isinstance(code, str)]
    if numbers:
        raise InputError(
            f"territories: the index holds {shown(numbers)}; expected codes as text. "
            "Set it with gdf.set_index(gdf['code'].astype(str).str.zfill(5))."
        )
    padded = [code for code in territories.index if code != code.strip() or not code]
    if padded:
        raise InputError(
            f"territories: codes that are empty or have spaces around them ({shown(padded)}); expected bare "
            "codes. Set them with gdf.set_axis(gdf.index.str.strip())."
        )


def _refuse_same_names(territories: pd.DataFrame, data: pd.DataFrame) -> None:
    doubled = data.columns[data.columns.duplicated()]
    if len(doubled):
        raise InputError(f"table: columns {shown(doubled)} come more than once; rename them.")
    both = [column for column in data.columns if column in territories.columns]
    if both:
        raise InputError(
            f"table: columns {shown(both)} are in territories too; expected other names. "
            "Rename them, or choose the columns to take with columns=[...]."
        )


def _refuse_other_map(territories: pd.DataFrame, table: pd.DataFrame | pd.Series) -> None:
    here, there = (description(side).get("map_year") for side in (territories, table))
    if here is not None and there is not None and here != there:
        raise VintageError(
            f"territories are on the map of {here}, the table on that of {there}. "
            f"Carry it over first: tiGIS.harmonise(table, from_year={there}, to_year={here})."
        )
