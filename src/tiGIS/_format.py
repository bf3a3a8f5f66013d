"""Numbers, durations and ranks as a reader of French (or English) expects them on a map or in a table.

French: decimal comma, narrow no-break space between thousands and before a unit, "1 h 05", "12ᵉ".
The pages' script (``maps/assets/format.js``) writes the same text for the same number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

import numpy as np

from tiGIS._errors import InputError

Lang = Literal["fr", "en"]

NARROW_SPACE = "\u202f"
MINUS = "\u2212"
ABSENT: dict[Lang, str] = {"fr": "donnée absente", "en": "no data"}
_THOUSANDS: dict[Lang, str] = {"fr": NARROW_SPACE, "en": ","}
_POINT: dict[Lang, str] = {"fr": ",", "en": "."}


def number(
    value: float | None, decimals: int | None = None, *, lang: Lang = "fr", signed: bool = False
) -> str:
    """Write a number: ``1 234,5`` in French, ``1,234.5`` in English; halves are rounded away from zero.

    Parameters
    ----------
    value : float or None
        None and NaN are written as "donnée absente".
    decimals : int, optional
        Figures after the decimal mark; by default as many as the number needs, at most 3.
    lang : {"fr", "en"}
        Language.
    signed : bool
        Write ``+`` before what is above zero.

    Returns
    -------
    str
        The text, with narrow no-break spaces and a true minus sign.

    Examples
    --------
    >>> number(1234.5)
    '1\u202f234,5'
    >>> number(-0.04, 1), number(2.5, 0), number(3, 1, lang="en", signed=True)
    ('0,0', '3', '+3.0')
    """
    if not (value is None or isinstance(value, (int, float, np.integer, np.floating))):
        raise InputError(f"value: {type(value).__name__}; expected a number, or None where it is absent.")
    if not (decimals is None or (isinstance(decimals, (int, np.integer)) and -400 <= decimals <= 400)):
        raise InputError(f"decimals={str(decimals)[:40]}; expected a whole number of figures.")
    if lang not in ("fr", "en"):
        raise InputError(f"lang={str(lang)[:40]!r}; expected 'fr' or 'en'.")
    if value is None or math.isnan(value):
        return ABSENT[lang]
    if math.isinf(value):
        return f"{MINUS if value < 0 else '+' if signed else ''}∞"
    if decimals is None:
        decimals = decimals_needed([value], most=3)
    with localcontext(prec=400):
        rounded = abs(Decimal(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    text = f"{int(whole):,}".replace(",", _THOUSANDS[lang])
    if fraction:
        text += _POINT[lang] + fraction
    if rounded == 0:
        return text
    return f"{MINUS}{text}" if value < 0 else f"+{text}" if signed else text


def quantity(
    value: float | None,
    unit: str = "",
    decimals: int | None = None,
    *,
    lang: Lang = "fr",
    signed: bool = False,
) -> str:
    """Write a number with its unit: ``12,3 %``; minutes as ``1 h 05``.

    Examples
    --------
    >>> quantity(12.34, "%", 1)
    '12,3\u202f%'
    >>> quantity(65, "min")
    '1\u202fh\u202f05'
    """
    if value is None or math.isnan(value):
        return ABSENT[lang]
    if unit == "min":
        return duration(value, lang=lang, signed=signed)
    text = number(value, decimals, lang=lang, signed=signed)
    if not unit:
        return text
    return f"{text}%" if unit == "%" and lang == "en" else f"{text}{NARROW_SPACE}{unit}"


def duration(minutes: float | None, *, lang: Lang = "fr", signed: bool = False) -> str:
    """Write minutes, rounded to the minute: ``45 min``, ``1 h 05``, ``2 h``.

    Examples
    --------
    >>> duration(64.7), duration(45), duration(120)
    ('1\u202fh\u202f05', '45\u202fmin', '2\u202fh')
    """
    if minutes is None or math.isnan(minutes):
        return ABSENT[lang]
    if math.isinf(minutes):
        return number(minutes, lang=lang, signed=signed)
    total = math.floor(abs(minutes) + 0.5)
    hours, rest = divmod(total, 60)
    text = (
        f"{rest}{NARROW_SPACE}min"
        if not hours
        else f"{number(hours, 0, lang=lang)}{NARROW_SPACE}h" + (f"{NARROW_SPACE}{rest:02d}" if rest else "")
    )
    if total == 0:
        return text
    return f"{MINUS}{text}" if minutes < 0 else f"+{text}" if signed else text


def compact(value: float | None, *, lang: Lang = "fr") -> str:
    r"""Write a count in little room: millions to one decimal.

    Examples
    --------
    >>> compact(13_183_355), compact(14937)
    ('13,2\u202fM', '14\u202f937')
    """
    if value is None or math.isnan(value) or abs(value) < 999_950:
        return number(value, 0, lang=lang)
    return f"{number(value / 1e6, 1, lang=lang)}{NARROW_SPACE}M"


def ordinal(rank: int, *, lang: Lang = "fr", feminine: bool = False) -> str:
    """Write a rank: ``1ᵉʳ`` (``1ʳᵉ``), ``12ᵉ``; ``1st``, ``12th`` in English.

    Examples
    --------
    >>> ordinal(12), ordinal(1), ordinal(1, feminine=True), ordinal(22, lang="en")
    ('12ᵉ', '1ᵉʳ', '1ʳᵉ', '22nd')
    """
    text = number(rank, 0, lang=lang)
    if lang == "fr":
        return text + (("ʳᵉ" if feminine else "ᵉʳ") if rank == 1 else "ᵉ")
    if rank % 100 in {11, 12, 13}:
        return f"{text}th"
    return text + {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


def decimals_needed(values: Iterable[float], *, most: int = 12) -> int:
    """Count the decimals that it takes to write all the values without loss, at most ``most``.

    Examples
    --------
    >>> decimals_needed([1.0, 2.5]), decimals_needed([1 / 3], most=3)
    (1, 3)
    """
    array = np.fromiter((float(v) for v in values), dtype=float)
    array = array[np.isfinite(array)]
    # repr is the shortest text that gives the number back: 0.1 takes one decimal, not seventeen.
    exponents = [Decimal(repr(v)).normalize().as_tuple().exponent for v in array.tolist()]
    return max(0, min(most, max((-int(e) for e in exponents), default=0)))


def decimals_to_tell_apart(values: Iterable[float], *, figures: int = 3, most: int = 12) -> int:
    """Choose the decimals for a column of measures: about ``figures`` significant figures of its spread.

    Never more than the values have: whole numbers stay whole.

    Examples
    --------
    >>> decimals_to_tell_apart([0.1234, 12.3456, 45.6]), decimals_to_tell_apart([12, 2500])
    (1, 0)
    """
    array = np.fromiter((float(v) for v in values), dtype=float)
    array = array[np.isfinite(array)]
    if not array.size:
        return 0
    spread = float(np.ptp(array)) or float(abs(array[0]))
    if spread == 0:
        return 0
    wanted = figures - 1 - math.floor(math.log10(spread))
    return max(0, min(wanted, decimals_needed(array, most=most)))


def plural(count: int, singular: str, plural_form: str | None = None, *, lang: Lang = "fr") -> str:
    """Write a count with its word: ``1 commune``, ``72 communes``; in French zero is singular.

    Examples
    --------
    >>> plural(0, "commune"), plural(72, "commune"), plural(0, "town", lang="en")
    ('0\u202fcommune', '72\u202fcommunes', '0\u202ftowns')
    """
    one = abs(count) < 2 if lang == "fr" else count == 1
    return f"{number(count, 0, lang=lang)}{NARROW_SPACE}{singular if one else plural_form or singular + 's'}"


def of_place(name: str) -> str:
    """Write "of" before the name of a place, in French.

    Examples
    --------
    >>> of_place("Alès"), of_place("Le Mans"), of_place("Les Mages"), of_place("La Grand-Combe")
    ('d’Alès', 'du Mans', 'des Mages', 'de La Grand-Combe')
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"d’{name}" if name[:1] in "AEIOUYÀÂÉÈÊÎÔŒ" else f"de {name}"
