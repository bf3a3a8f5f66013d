"""What an indicator is: its name in two languages, its unit, its year, and above all how it sums up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import AggregationError, InputError
from tiGIS._validate import require_columns

Kind = Literal["count", "ratio", "mean", "median", "class"]
Lang = Literal["fr", "en"]

_INSTEAD = {
    "median": "take the producer's figure for that level (Insee publishes medians by EPCI), or aggregate the "
    "counts below and above a threshold",
    "class": "aggregate the people of each class as counts, or classify the aggregated figure",
}


@checked
@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A figure that a territory has, and how it sums up over territories.

    Parameters
    ----------
    name : str
        Short name, as in ``tiGIS.indicators.indicator(name)`` and in the columns of results.
    kind : {"count", "ratio", "mean", "median", "class"}
        How it sums up: a count is summed; a ratio is the sum of its numerators over that of its denominators;
        a mean is weighted; a median and a class are not summed up at all.
    label_fr, label_en : str, optional
        What a map shows; the name where absent.
    unit_fr, unit_en : str, optional
        Unit, as written after a figure.
    column : str, optional
        Count, mean, median, class: the table's column; the name where absent. For a count also a sum or a
        difference of columns: ``"NAIS1318 - DECE1318"`` (spaces around the signs).
    numerator, denominator : str, optional
        Ratio: the table's columns, sums and differences allowed; both are counts.
    factor : float, default 1
        Ratio: what the quotient is multiplied by (100 for a share in %).
    weight : str, optional
        Mean: the column that weights it (a count).
    year : int, optional
        Year of the figure; the last one where it is a change.
    since : int, optional
        First year, where it is a change.
    map_year : int, optional
        Year of the map of communes on which the table is written.
    source, licence : str, optional
        Who publishes it, and under which licence.
    higher_is_worse : bool, optional
        Whether a high figure is bad news; None where it is neither.
    decimals : int, default 0
        Figures after the decimal mark that are worth showing.

    Raises
    ------
    InputError
        A field that the kind needs is absent, or one that it can't have is there.

    Examples
    --------
    >>> rate = Indicator(name="unemployment", kind="ratio", numerator="P18_CHOM1564",
    ...                  denominator="P18_ACT1564", factor=100, unit_fr="%", unit_en="%")
    >>> sorted(rate.columns)
    ['P18_ACT1564', 'P18_CHOM1564']
    """

    name: str
    kind: Kind
    label_fr: str = ""
    label_en: str = ""
    unit_fr: str = ""
    unit_en: str = ""
    column: str = ""
    numerator: str = ""
    denominator: str = ""
    factor: float = 1
    weight: str = ""
    year: int | None = None
    since: int | None = None
    map_year: int | None = None
    source: str = ""
    licence: str = ""
    higher_is_worse: bool | None = None
    decimals: int = 0

    def __post_init__(self) -> None:
        needed = {"ratio": {"numerator", "denominator"}, "mean": {"weight"}}.get(self.kind, set())
        for field in ("numerator", "denominator", "weight"):
            if bool(getattr(self, field)) != (field in needed):
                found, expected = ("no", "one") if field in needed else ("a", "none")
                raise InputError(
                    f"indicator {self.name!r}: {found} {field}; expected {expected} for a {self.kind}."
                )
        if self.kind == "ratio" and self.column:
            raise InputError(f"indicator {self.name!r}: a column; expected a numerator and a denominator.")

    @property
    def columns(self) -> set[str]:
        """Columns of a table that it is computed from."""
        if self.kind == "ratio":
            return {name for text in (self.numerator, self.denominator) for _, name in terms(text)}
        if self.kind == "count":
            return {name for _, name in terms(self.column or self.name)}
        return {name for name in (self.column or self.name, self.weight) if name}

    @property
    def period(self) -> str:
        """Year, or years of a change: ``"2018–2022"``; empty where unknown."""
        if self.year is None:
            return ""
        return str(self.year) if self.since is None else f"{self.since}–{self.year}"

    def label(self, lang: Lang = "fr") -> str:
        """Give what a map shows, in that language."""
        return (self.label_fr if lang == "fr" else self.label_en) or self.name

    def unit(self, lang: Lang = "fr") -> str:
        """Give the unit as written after a figure, in that language."""
        return self.unit_fr if lang == "fr" else self.unit_en

    def parts(self, table: pd.DataFrame) -> pd.DataFrame:
        """Take from a table what can be summed up over territories.

        Parameters
        ----------
        table : pandas.DataFrame
            Has the indicator's columns.

        Returns
        -------
        pandas.DataFrame
            Same index; ``total`` (count), ``numerator`` and ``denominator`` (ratio), or ``weighted`` and
            ``weight`` (mean); a row is NaN throughout where one part is unknown.

        Raises
        ------
        AggregationError
            A median or a class.
        InputError
            A column is absent or does not hold numbers.
        """
        if self.kind in _INSTEAD:
            article = "a median" if self.kind == "median" else "a class"
            raise AggregationError(
                f"indicator {self.name!r} is {article}: it can't be summed up; {_INSTEAD[self.kind]}."
            )
        _require_numbers(table, self.columns, self.name)
        if self.kind == "count":
            found = {"total": _sum(table, self.column or self.name)}
        elif self.kind == "ratio":
            found = {"numerator": _sum(table, self.numerator), "denominator": _sum(table, self.denominator)}
        else:
            weight = table[self.weight].astype(float)
            if (weight < 0).any():
                raise InputError(f"indicator {self.name!r}: weight {self.weight!r} is negative in some rows.")
            found = {"weighted": table[self.column or self.name].astype(float) * weight, "weight": weight}
        parts = pd.DataFrame(found, index=table.index)
        return parts.where(parts.notna().all(axis=1), np.nan)

    def value(self, parts: pd.DataFrame) -> pd.Series:
        """Compute the figure from its (summed) parts: the other way round from `parts`.

        Parameters
        ----------
        parts : pandas.DataFrame
            As `parts` gives them.

        Returns
        -------
        pandas.Series
            The figure, under the indicator's name; NaN where the denominator or the weight is 0.
        """
        if self.kind == "count":
            return parts["total"].rename(self.name)
        above, below = ("numerator", "denominator") if self.kind == "ratio" else ("weighted", "weight")
        quotient = parts[above] / parts[below].where(parts[below] != 0)
        return (quotient * self.factor if self.kind == "ratio" else quotient).rename(self.name)

    def compute(self, table: pd.DataFrame) -> pd.Series:
        """Compute the figure of each row of a table.

        Parameters
        ----------
        table : pandas.DataFrame
            Has the indicator's columns.

        Returns
        -------
        pandas.Series
            Same index; a ratio from its numerator and denominator, any other kind from its column.

        Raises
        ------
        InputError
            A column is absent or does not hold numbers.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"people": [8.0, 6.0], "km2": [2.0, 0.0]})
        >>> density = Indicator(name="density", kind="ratio", numerator="people", denominator="km2")
        >>> density.compute(table).tolist()
        [4.0, nan]
        """
        if self.kind in ("count", "ratio"):
            return self.value(self.parts(table))
        require_columns(table, [self.column or self.name], f"indicator {self.name!r}")
        return table[self.column or self.name].rename(self.name)


def terms(text: str) -> list[tuple[int, str]]:
    """Read a sum or difference of columns: ``"A - B"`` gives ``[(1, "A"), (-1, "B")]``."""
    words = re.split(r" ([+-]) ", text)
    signs = [1] + [1 if sign == "+" else -1 for sign in words[1::2]]
    return list(zip(signs, (name.strip() for name in words[0::2]), strict=True))


def _sum(table: pd.DataFrame, text: str) -> pd.Series:
    return sum((sign * table[name].astype(float) for sign, name in terms(text)), pd.Series(0.0, table.index))


def _require_numbers(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    columns = sorted(columns)
    require_columns(table, columns, f"indicator {name!r}")
    for column in columns:
        if not pd.api.types.is_numeric_dtype(table[column]) or pd.api.types.is_bool_dtype(table[column]):
            raise InputError(
                f"indicator {name!r}: column {column!r} holds {table[column].dtype}; expected numbers. "
                "Convert it, with NaN for what is unknown."
            )
        if np.isinf(table[column].to_numpy(dtype=float, na_value=np.nan)).any():
            raise InputError(f"indicator {name!r}: column {column!r} holds an infinite value.")
