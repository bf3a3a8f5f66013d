"""One indicator on its way to the map: values, classes, colours and the words of its legend."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiGIS._arguments import Decimals, checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._format import Lang, decimals_needed, decimals_to_tell_apart, number, quantity
from tiGIS._validate import require_columns, shown
from tiGIS.maps import palettes
from tiGIS.maps._columns import as_categories, hold_nulls, is_text
from tiGIS.maps._text import words
from tiGIS.maps.classes import Classes, Method, classify


@checked
@dataclass(frozen=True, kw_only=True)
class Layer:
    """An indicator to show on a map.

    Parameters
    ----------
    column : str (or another label) or mapping of str to str
        Column of values: numbers, flags (oui, non), or text for categories (in the legend by count, or in
        the order of their meaning where the column is an ordered Categorical); or, for a series, the year
        (any short text) of each column, in order of time.
    label : str, optional
        What is measured, as the legend's heading; by default the column's name.
    unit : str, optional
        Unit after each value: ``"%"``, ``"ha"``, ``"min"`` (written "1 h 05")...
    unit_label : str, optional
        The unit in words, for the legend; by default the unit.
    year : str or int, optional
        Year of the values, where there is one only.
    method, k, bins, center
        See ``tiGIS.maps.classify``. A column of text is drawn as categories.
    palette : str or sequence of str, optional
        A theme ("enclavement", "land", "water", "people", "change"), a palette of ``tiGIS.maps.palettes``,
        or colours in hexadecimal, one per class.
    decimals : int, optional
        Decimals of the values shown; by default about three significant figures of their spread.
    signed : bool, optional
        Write ``+`` before gains; by default where the scale diverges around 0.
    reference : float, optional
        A figure to compare with (the national one, say).
    reference_label : str, optional
        Its name: "France", "moyenne nationale".
    reasons : str, mapping or Series, optional
        Why a value is missing: one text for all, or a text for each label of the index.
    low, high : str, optional
        Columns of the ends of the interval in which each value may lie (NaN where it isn't known). A
        territory whose interval reaches into another class is hatched lightly, and counted in the legend.
    interval_label : str, optional
        What the interval is: "intervalle à 90 %"; by default "intervalle".
    """

    column: Hashable | Mapping[Any, Hashable]
    label: str = ""
    unit: str = ""
    unit_label: str = ""
    year: str | int = ""
    method: Method = "quantiles"
    k: int | None = None
    bins: Iterable[float] | None = None
    center: float | None = None
    palette: str | Sequence[str] | None = None
    decimals: Decimals | None = None
    signed: bool | None = None
    reference: float | None = None
    reference_label: str = "France"
    reasons: str | Mapping[Any, str] | pd.Series | None = field(default=None, repr=False)
    low: Hashable | None = None
    high: Hashable | None = None
    interval_label: str = ""


@dataclass(frozen=True)
class Interval:
    """The interval in which each value may lie, and the territories whose class it leaves open."""

    label: str
    low: npt.NDArray[np.float64] = field(repr=False)
    high: npt.NDArray[np.float64] = field(repr=False)
    unsure: npt.NDArray[np.bool_] = field(repr=False)

    def payload(self, places: int) -> dict[str, Any]:
        """Give what the page's script reads."""
        return {
            "label": self.label,
            "low": _listed(self.low, places),
            "high": _listed(self.high, places),
            "unsure": "".join("1" if one else "0" for one in self.unsure.tolist()),
        }


@dataclass(frozen=True)
class Drawn:
    """A layer made ready: what the page, the figure and the legend all draw from."""

    id: str
    label: str
    unit: str
    unit_label: str
    years: tuple[str, ...]
    values: npt.NDArray[np.float64] = field(
        repr=False
    )  # (years, territories); the number of the category for categories
    classes: npt.NDArray[np.int8] = field(repr=False)  # the same shape
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    decimals: int
    signed: bool
    categories: tuple[str, ...] | None
    reference: tuple[str, float] | None
    reasons: tuple[str, ...]
    why: dict[int, int] = field(default_factory=dict, repr=False)
    how: tuple[str, ...] = field(default=(), repr=False)
    interval: Interval | None = None

    def counts(self, year: int = -1) -> list[int]:
        """How many territories each class holds."""
        return [int(np.count_nonzero(self.classes[year] == c)) for c in range(len(self.colours))]

    def people(self, population: npt.NDArray[np.float64], year: int = -1) -> list[float]:
        """How many people live in each class."""
        return [float(np.nansum(population[self.classes[year] == c])) for c in range(len(self.colours))]

    @property
    def unsure(self) -> int:
        """How many territories may be in another class than theirs."""
        return 0 if self.interval is None else int(np.count_nonzero(self.interval.unsure))

    def missing(self, year: int = -1) -> list[tuple[str, int]]:
        """Each reason why values are missing, with how many are; no reason is an empty text."""
        absent = np.flatnonzero(self.classes[year] < 0)
        by_reason: dict[str, int] = {}
        for i in absent:
            reason = self.reasons[self.why[int(i)]] if int(i) in self.why else ""
            by_reason[reason] = by_reason.get(reason, 0) + 1
        return sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))

    def payload(self) -> dict[str, Any]:
        """Give what the page's script reads."""
        places = self.decimals + 2
        return {
            "id": self.id,
            "label": self.label,
            "unit": self.unit,
            "unitLabel": self.unit_label,
            "years": list(self.years),
            "values": [_listed(row, places) for row in self.values],
            # one character for each territory: "0" for the first class, "-" where the value is missing
            "classes": ["".join("-" if c < 0 else str(c) for c in row.tolist()) for row in self.classes],
            "colours": list(self.colours),
            "labels": list(self.labels),
            "decimals": self.decimals,
            "signed": self.signed,
            "categories": list(self.categories) if self.categories else None,
            "reference": {"label": self.reference[0], "value": self.reference[1]} if self.reference else None,
            "reasons": list(self.reasons),
            "why": {str(i): r for i, r in self.why.items()},
            "interval": self.interval.payload(places) if self.interval else None,
        }


def _listed(values: npt.NDArray[np.float64], places: int) -> list[float | int | None]:
    return [None if np.isnan(v) else _short(v, places) for v in values.tolist()]


def _short(value: float, places: int) -> float | int:
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def draw(layer: Layer, frame: pd.DataFrame, lang: Lang, number_of_layer: int = 0) -> Drawn:
    """Classify a layer's values and word its legend."""
    columns = layer.column if isinstance(layer.column, Mapping) else {str(layer.year): layer.column}
    if not columns:
        raise InputError("column: no column in the series; expected at least one, e.g. {'2021': 'pop21'}")
    require_columns(frame, columns.values(), "gdf")
    some = frame[next(iter(columns.values()))]
    label = layer.label or str(next(iter(columns.values())))
    if len(columns) == 1 and is_text(some):
        return _draw_categories(layer, some, label, lang, number_of_layer)
    values = np.array([as_numbers(frame[c], f"gdf: column {c!r}") for c in columns.values()])
    layer = _with_nulls_said(layer, frame[list(columns.values())], values, lang)
    found = classify(values.ravel(), layer.method, k=layer.k, bins=layer.bins, center=layer.center)
    colours = _colours(layer, found)
    signed = layer.signed if layer.signed is not None else layer.center == 0
    known = values[~np.isnan(values)]
    decimals = layer.decimals if layer.decimals is not None else decimals_to_tell_apart(known)
    reasons, why = _reasons(layer, frame.index, np.isnan(values).any(axis=0))
    interval = _interval_of(layer, frame, values, found, lang)
    return Drawn(
        id=_identifier(label, number_of_layer),
        label=label,
        unit=layer.unit,
        unit_label=layer.unit_label or ("" if layer.unit == "min" else layer.unit),
        years=tuple(str(year) for year in columns),
        values=values,
        classes=found.index.reshape(values.shape),
        colours=colours,
        labels=tuple(_interval(low, high, found, layer.unit, lang, signed) for low, high in found.intervals),
        decimals=0 if layer.unit == "min" and layer.decimals is None else decimals,
        signed=bool(signed),
        categories=None,
        reference=None if layer.reference is None else (layer.reference_label, float(layer.reference)),
        reasons=reasons,
        why=why,
        how=_method_in_words(layer, found, lang),
        interval=interval,
    )


def _interval_of(
    layer: Layer, frame: pd.DataFrame, values: npt.NDArray[np.float64], found: Classes, lang: Lang
) -> Interval | None:
    """Read the ends of the intervals; tell which reach into another class than their value's."""
    if layer.low is None and layer.high is None:
        return None
    if layer.low is None or layer.high is None or len(values) > 1:
        raise InputError(
            "low, high: expected two columns, the low and the high end, for a layer of a single year"
        )
    require_columns(frame, [layer.low, layer.high], "gdf")
    low, high = (as_numbers(frame[c], f"gdf: column {c!r}") for c in (layer.low, layer.high))
    low[np.isnan(values[0])] = high[np.isnan(values[0])] = np.nan
    wrong = (low > values[0]) | (high < values[0]) | np.isinf(low) | np.isinf(high)
    if wrong.any():
        where = frame.index[int(np.flatnonzero(wrong)[0])]
        raise InputError(
            f"low, high: {int(wrong.sum())} intervals don't hold their value or are infinite (first: "
            f"{where!r}); expected low ≤ value ≤ high, NaN where it isn't known"
        )
    own = found.index.reshape(values.shape)[0]
    # below the first class and above the last one there is no other class
    reach = [found.number_of(end) for end in (low, high)]
    unsure = (~np.isnan(low) & (reach[0] < own)) | (~np.isnan(high) & (reach[1] > own))
    return Interval(layer.interval_label or words(lang)["interval"], low, high, unsure & (own >= 0))


def _with_nulls_said(
    layer: Layer, columns: pd.DataFrame, values: npt.NDArray[np.float64], lang: Lang
) -> Layer:
    """Give the nulls of ESRI as a reason, where no other one was given."""
    nulls = hold_nulls(columns, values)
    if isinstance(layer.reasons, str) or not nulls.any():
        return layer
    given = {} if layer.reasons is None else dict(layer.reasons)
    own = {key: words(lang)["esri_null"] for key in columns.index[nulls] if not given.get(key)}
    return replace(layer, reasons={**given, **own})


def _draw_categories(layer: Layer, column: pd.Series, label: str, lang: Lang, place: int) -> Drawn:
    scale, column = as_categories(column, lang)
    if scale is not None:
        order = [c for c in scale if (column == c).any()]
    else:
        counts = column.dropna().value_counts()
        counts = counts[counts > 0]
        order = sorted(counts.index, key=lambda c: (-int(counts[c]), str(c)))
    if len(order) > len(palettes.CATEGORIES):
        raise InputError(
            f"gdf: column {column.name!r} holds {len(order)} categories ({shown(order)}); expected at most "
            f"{len(palettes.CATEGORIES)}: group the rare ones, or make numbers of them: pd.to_numeric(column)"
        )
    colours = palettes.CATEGORIES[: len(order)]
    if layer.palette is not None and not isinstance(layer.palette, str):
        colours = _given_colours(layer.palette, len(order))
    number_of = {c: i for i, c in enumerate(order)}
    index = np.array([number_of.get(v, -1) if pd.notna(v) else -1 for v in column], dtype=np.int8)
    reasons, why = _reasons(layer, column.index, index < 0)
    names = tuple(str(c) for c in order)
    return Drawn(
        id=_identifier(label, place),
        label=label,
        unit="",
        unit_label=layer.unit_label,
        years=(str(layer.year),),
        values=np.where(index < 0, np.nan, index.astype(float))[None, :],
        classes=index[None, :],
        colours=tuple(colours),
        labels=names,
        decimals=0,
        signed=False,
        categories=names,
        reference=None,
        reasons=reasons,
        why=why,
    )


def _identifier(label: str, place: int) -> str:
    """Give a layer the short name that addresses (#l=...) use."""
    return (
        f"{place + 1}"
        if not label
        else f"{place + 1}-" + "".join(c if c.isalnum() else "-" for c in label.lower())[:24].strip("-")
    )


def _colours(layer: Layer, found: Classes) -> tuple[str, ...]:
    palette = layer.palette
    if palette is not None and not isinstance(palette, str):
        return tuple(np.array(_given_colours(palette, found.places), dtype=object)[list(found.slots)])
    if not found.places:
        return ()
    if found.below is not None:
        scale = palettes.diverging(palette or "change", found.below, found.places - found.below)
    else:
        scale = palettes.sequential(palette or "enclavement", found.places)
    return tuple(scale[i] for i in found.slots)


def _given_colours(palette: Sequence[str], wanted: int) -> tuple[str, ...]:
    from matplotlib.colors import is_color_like, to_hex

    wrong = [c for c in palette if not is_color_like(c)]
    if wrong or len(palette) < wanted:
        raise InputError(
            f"palette: {shown(wrong)} are not colours"
            if wrong
            else f"palette: {len(palette)} colours; expected {wanted}, one per class"
        )
    return tuple(to_hex(c) for c in palette[:wanted])


def _reasons(
    layer: Layer, index: pd.Index, missing: npt.NDArray[np.bool_]
) -> tuple[tuple[str, ...], dict[int, int]]:
    """Give the distinct reasons, and which one each missing value has."""
    given = layer.reasons
    if given is None or not missing.any():
        return (), {}
    texts: list[Any]
    texts = [given] * len(index) if isinstance(given, str) else [given.get(key) for key in index]
    reasons: list[str] = []
    why = {}
    for i in np.flatnonzero(missing):
        text = texts[i]
        if not isinstance(text, str) or not text:
            continue
        if text not in reasons:
            reasons.append(text)
        why[int(i)] = reasons.index(text)
    return tuple(reasons), why


def _interval(low: float, high: float, found: Classes, unit: str, lang: Lang, signed: bool) -> str:
    decimals = decimals_needed(edge for pair in found.intervals for edge in pair)

    def write(value: float) -> str:
        if unit == "min":
            return quantity(value, "min", lang=lang, signed=signed)
        return number(value, decimals, lang=lang, signed=signed)

    if low == high:
        # a value by itself: three figures, where it is not one of several to tell apart
        few = decimals_to_tell_apart([low]) if found.k == 1 else decimals
        return write(low) if unit == "min" else number(low, few, lang=lang, signed=signed)
    if unit == "min" and abs(low) < 59.5 and abs(high) < 59.5:
        return words(lang)["to"].format(low=number(low, 0, lang=lang, signed=signed), high=write(high))
    return words(lang)["to"].format(low=write(low), high=write(high))


def _method_in_words(layer: Layer, found: Classes, lang: Lang) -> tuple[str, ...]:
    """Say how the classes were made: the first sentence stands in the legend, the rest under "more"."""
    text = words(lang)
    if found.k < 2:
        return ()
    method = text[f"method_{found.method}"]
    fit = quantity(100 * found.fit, "%", 0, lang=lang)
    key = "fit" if layer.center is None else "fit_around"
    center = "" if layer.center is None else number(layer.center, lang=lang)
    first = text[key].format(method=method[0].upper() + method[1:], fit=fit, center=center)
    rest = [text["bound_rule" if layer.center is None else "bound_rule_around"].format(center=center)]
    if found.chosen and layer.center is None and layer.bins is None and found.method != "head-tail":
        rest.append(text["chosen"])
    return (first, *rest)
