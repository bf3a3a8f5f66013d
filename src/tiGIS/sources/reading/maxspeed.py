"""Legal speeds as OpenStreetMap writes them: ``50``, ``30 mph``, ``FR:urban``, ``walk``, ``none``.

They may differ by direction: ``maxspeed:forward``, ``maxspeed:backward``.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_MPH = 1.609344
_KNOT = 1.852
_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(km/?h|kmh|kph|mph|knots)?$")
_ZONE = re.compile(r"^[a-z]{2}:(?:zone:?)?(\d{2,3})$")
_HIGHEST = 160.0
# From what is said of cars to what is said of the place; the first that tells a limit decides.
_KEYS = ("maxspeed:motorcar", "maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed")
_LANES = "maxspeed:lanes"


@lru_cache(maxsize=1)
def implied_limits() -> dict[str, float]:
    """Limits that a word stands for, from ``maxspeed_implied.csv`` (with the law each comes from)."""
    with Path(__file__).with_name("maxspeed_implied.csv").open(encoding="utf-8", newline="") as lines:
        return {row["value"].lower(): float(row["limit_kmh"]) for row in csv.DictReader(lines)}


@lru_cache(maxsize=4096)
def parse_maxspeed(text: str) -> float:
    """Read one value of OSM's ``maxspeed``, in km/h; NaN where it says nothing that can be used.

    Of several values (``"50;30"``) the lowest is kept.

    Parameters
    ----------
    text : str
        The value of the tag.

    Returns
    -------
    float
        Speed limit in km/h, or NaN (``signals``, ``variable``, 0, over 160, unknown words).

    Examples
    --------
    >>> [parse_maxspeed(text) for text in ("50", "30 mph", "FR:urban", "signals")]
    [50.0, 48.28032, 50.0, nan]
    """
    values = [_parse_one(part.strip().lower()) for part in text.split(";")]
    known = [value for value in values if not math.isnan(value)]
    return min(known) if known else math.nan


def limits_by_direction(tags: Mapping[str, str]) -> tuple[float, float]:
    """Read the limits of a way of OSM along its line and against it, in km/h; NaN where none is told.

    What is told of one direction (``maxspeed:forward``) goes before what is told of both. Where only the
    lanes have limits the highest counts.

    Parameters
    ----------
    tags : Mapping
        The tags of the way.

    Returns
    -------
    tuple of float
        ``(forward, backward)``.

    References
    ----------
    OpenStreetMap wiki, page ``Key:maxspeed``.

    Examples
    --------
    >>> limits_by_direction({"maxspeed": "80", "maxspeed:backward": "50"})
    (80.0, 50.0)
    """
    if not any("maxspeed" in key for key in tags):
        return math.nan, math.nan
    forward, backward = (_limit(tags, direction) for direction in (":forward", ":backward"))
    return forward, backward


def _limit(tags: Mapping[str, str], direction: str) -> float:
    for key in _KEYS:
        for name in (key + direction, key):
            limit = parse_maxspeed(tags[name]) if name in tags else math.nan
            if not math.isnan(limit):
                return limit
    lanes = tags.get(_LANES + direction, tags.get(_LANES, ""))
    known = [limit for limit in map(parse_maxspeed, lanes.split("|")) if not math.isnan(limit)]
    return max(known, default=math.nan)


def _parse_one(text: str) -> float:
    number = _NUMBER.match(text)
    if number:
        unit = {"mph": _MPH, "knots": _KNOT}.get(number[2] or "", 1.0)
        value = float(number[1].replace(",", ".")) * unit
        return value if 0 < value <= _HIGHEST else math.nan
    if text in implied_limits():
        return implied_limits()[text]
    zone = _ZONE.match(text)
    if zone:
        value = float(zone[1])
        return value if 0 < value <= _HIGHEST else math.nan
    return math.nan
