"""The bundled indicators: read from ``registry.toml``, where each is described."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._validate import shown
from tiGIS.indicators._indicator import Indicator, Lang


@lru_cache
def _described() -> tuple[Mapping[str, Indicator], Mapping[str, str]]:
    """Read the indicators by name, and the bundled table that each is taken from, in the file's order."""
    text = Path(__file__).with_name("registry.toml").read_text(encoding="utf-8")
    parsed = tomllib.loads(text)
    indicators, tables = {}, {}
    for name, fields in parsed["indicators"].items():
        dataset = fields.pop("dataset")
        common = dict(parsed["datasets"][dataset])
        tables[name] = common.pop("table", dataset)
        indicators[name] = Indicator(name=name, **(common | fields))
    return MappingProxyType(indicators), MappingProxyType(tables)


def registry() -> Mapping[str, Indicator]:
    """Bundled indicators by name, in the order in which they are described."""
    return _described()[0]


def table_of(name: str) -> str:
    """Name of the bundled table that a registered indicator is taken from."""
    return _described()[1][name]


@checked
def indicator(name: str) -> Indicator:
    """Find a bundled indicator.

    Parameters
    ----------
    name : str
        As `list_indicators` gives it.

    Returns
    -------
    Indicator
        Its description; `values` gives its figures.

    Raises
    ------
    InputError
        There is none of that name; the message says which come close.

    Examples
    --------
    >>> indicator("unemployment_2018_pct").label("en")
    'Unemployment of the 15-64, as the census counts it'
    """
    known = registry()
    if name not in known:
        close = get_close_matches(name, known, n=4, cutoff=0.4) or list(known)
        raise InputError(
            f"no indicator {name!r}; expected one of tiGIS.list_indicators(), e.g. {shown(close)}."
        )
    return known[name]


@checked
def list_indicators(lang: Lang = "fr") -> pd.DataFrame:
    """List the bundled indicators.

    Parameters
    ----------
    lang : {"fr", "en"}
        Language of the labels and units.

    Returns
    -------
    pandas.DataFrame
        Index ``name``; ``label``, ``unit``, ``kind``, ``period``, ``source``, ``licence``.

    Examples
    --------
    >>> list_indicators("en").loc["density_2018", ["unit", "kind", "period"]].tolist()
    ['people/km²', 'ratio', '2018']
    """
    rows = [
        (one.name, one.label(lang), one.unit(lang), one.kind, one.period, one.source, one.licence)
        for one in registry().values()
    ]
    columns = ["name", "label", "unit", "kind", "period", "source", "licence"]
    return pd.DataFrame(rows, columns=columns).set_index("name")
