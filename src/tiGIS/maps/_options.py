"""What describes a layer, checked before it is drawn: numbers that are numbers, words that are words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING

import pandas as pd

from tiGIS._errors import InputError
from tiGIS._validate import kind_of

if TYPE_CHECKING:
    from tiGIS.maps._layers import Layer


def check_layer(layer: Layer) -> None:
    """Refuse together the options of a layer that are not what they are called."""
    bins, reasons = layer.bins, layer.reasons
    reasons_fit = isinstance(reasons, str | Mapping | pd.Series | None)
    bins_fit = bins is None or (not isinstance(bins, str) and all(_is_number(b) for b in bins))
    palette = layer.palette
    palette_fits = isinstance(palette, str | None) or (
        isinstance(palette, Sequence) and all(isinstance(colour, str) for colour in palette)
    )
    faults = [
        f"{name}: {value!r} ({kind_of(value)}); expected {expected}"
        for name, value, fits, expected in (
            ("k", layer.k, _is_whole(layer.k), "a number of classes"),
            ("decimals", layer.decimals, _is_whole(layer.decimals), "a number of decimals, 0 or more"),
            ("center", layer.center, _is_number(layer.center or 0), "a finite number"),
            ("reference", layer.reference, _is_number(layer.reference or 0), "a finite number"),
            ("bins", bins, bins_fit, "bounds as numbers"),
            ("palette", palette, palette_fits, "a name, or colours such as '#1b9e77'"),
            ("reasons", reasons, reasons_fit, "a text, or one by label"),
        )
        if not fits
    ]
    if faults:
        raise InputError("; ".join(faults))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return value is None or (isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0)
