"""What the cells of a table say: numbers, flags, codes and dates, however a French file writes them.

One reader for each, used by every room: the same cell means the same everywhere, a cell without a value stays
without one, and one that can't be read is refused with its place, never dropped in silence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tiGIS._errors import InputError
from tiGIS._validate import shown

_NO_VALUE = {"", "nan", "na", "n/a", "null", "none", "<na>", "nat"}
_LONGEST_NO_VALUE = 8  # with the marks that may stand around a word
_YES = {"true", "t", "yes", "y", "oui", "o", "vrai", "v", "1", "1.0", "1,0"}
_NO = {"false", "f", "no", "n", "non", "faux", "0", "0.0", "0,0"}
# spaces that separate thousands: plain, no-break, thin, narrow no-break; and the apostrophe of Swiss files
_SPACES = " \u00a0\u2009\u202f'"
_NUMBER = re.compile(
    rf"[+-]?(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+)(?:[.,]\d*)?(?:[eE][+-]?\d+)?|[+-]?[.,]\d+(?:[eE][+-]?\d+)?"
)
_DATE = re.compile(
    r"(?:(?P<y>\d{4})(?P<s>[-/. ])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?P<s2>[-/. ])(?P<m2>\d{1,2})(?P=s2)(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})(?P<m3>\d\d)(?P<d3>\d\d))"
    r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?|[T ]\d{6}Z?)?"
)

# "no value" in the formats of ESRI: the smallest double or float, also as they come back from text
_ESRI_NULLS = np.array([np.finfo(np.float64).max, np.finfo(np.float32).max], dtype=float)


def is_missing(cell: object) -> bool:
    """Say whether a cell holds no value: None, NaN, NA, NaT, an empty text or a word such as "null"."""
    if isinstance(cell, str):
        if cell[:1].isdigit():  # most cells: no word begins with a digit
            return False
        text = cell.strip()
        return len(text) <= _LONGEST_NO_VALUE and _plain(text) in _NO_VALUE
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, (float, np.floating)):
        return bool(np.isnan(cell))
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return isinstance(cell, np.datetime64) and bool(np.isnat(cell))


def _plain(text: str) -> str:
    """Lower case, without outer spaces of any kind nor a byte order mark."""
    return text.strip().strip("\ufeff\u200b").strip().lower()


def esri_nulls(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which numbers stand for "no value" in files of ESRI: ±1.797e308 or ±3.403e38, to 4 figures."""
    size = np.abs(np.asarray(values, dtype=float))
    with np.errstate(over="ignore", invalid="ignore"):
        near = [np.abs(size / null - 1) < 1e-3 for null in _ESRI_NULLS]
    result: NDArray[np.bool_] = np.any(near, axis=0)
    return result


def as_numbers(cells: Any, name: str) -> NDArray[np.float64]:
    """
    Read numbers, also written as text the way a French file does.

    Parameters
    ----------
    cells : pandas.Series, pandas.Index or sequence
        Numbers, or text such as ``"0,5"``, ``"1 234,5"`` (with any space), ``"1234.5"``.
    name : str
        What they are, for the message.

    Returns
    -------
    numpy.ndarray
        float64; NaN where there is no value, the nulls of ESRI among them (±1.797e308, ±3.403e38).

    Raises
    ------
    InputError
        A cell is no number (true and false are none); its place is named.

    Examples
    --------
    >>> as_numbers(["0,5", "1 234", "", None], "people").tolist()
    [0.5, 1234.0, nan, nan]
    """
    column = _series(cells, name)
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        if pd.api.types.is_complex_dtype(column.dtype):
            raise InputError(f"{name}: complex numbers; expected real ones.")
        values = column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    else:
        code, meanings = _read(column, _number, name, "numbers ('1234.5', '1234,5', '1 234,5')")
        values = np.array(meanings, dtype=np.float64)[code]  # None, where there is no value, becomes NaN
    values[esri_nulls(values)] = np.nan
    return values


def _number(cell: object) -> float | None:
    if isinstance(cell, (bool, np.bool_)):
        return None
    if isinstance(cell, (int, float, np.integer, np.floating, Decimal)):
        return float(cell)
    if isinstance(cell, str):
        text = cell.strip().strip("\ufeff\u200b").strip().replace("\u2212", "-")
        if _NUMBER.fullmatch(text):
            return float(text.translate(_WITHOUT_SPACES).replace(",", "."))
    return None


_WITHOUT_SPACES = str.maketrans("", "", _SPACES)


def as_flags(cells: Any, name: str, *, absent: bool | None = None) -> pd.Series:
    """
    Read flags: true or false, 1 or 0, yes or no, oui or non, T or F, vrai or faux, in any case.

    Parameters
    ----------
    cells : pandas.Series or sequence
        Booleans, numbers or text.
    name : str
        What they are, for the message.
    absent : bool, optional
        What a cell without a value means. By default it stays unknown (``pandas.NA``).

    Returns
    -------
    pandas.Series
        On the index of ``cells``: "boolean", or bool when ``absent`` says what an empty cell means.

    Raises
    ------
    InputError
        A cell is another word or number; its place is named.

    Examples
    --------
    >>> as_flags(["Oui", "F", 1.0, None], "toll").tolist()
    [True, False, True, <NA>]
    """
    column = _series(cells, name)
    if pd.api.types.is_bool_dtype(column.dtype):
        flags = column.astype("boolean")
    else:
        code, meanings = _read(column, _flag, name, "yes or no ('oui'/'non', 'T'/'F', 1/0, true/false)")
        flags = pd.Series(
            pd.array(meanings, dtype="boolean").take(code), index=column.index, name=column.name
        )
    return flags if absent is None else flags.fillna(absent).astype(bool)


def _flag(cell: object) -> bool | None:
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    if isinstance(cell, (int, float, np.integer, np.floating, Decimal)):
        return bool(cell) if cell in (0, 1) else None
    if isinstance(cell, str):
        word = _plain(cell)
        return True if word in _YES else False if word in _NO else None
    return None


def as_codes(cells: Any, name: str) -> list[str | None]:
    """
    Read codes: text without outer spaces, whole numbers written out, None where there is no code.

    Zeros that a spreadsheet took from the front are not given back here: only a list of known codes can tell.

    Parameters
    ----------
    cells : pandas.Series, pandas.Index or sequence
        Text or whole numbers (``30007``, ``30007.0``).
    name : str
        What they are, for the message.

    Returns
    -------
    list of str or None
        One for each cell; None for an empty one.

    Raises
    ------
    InputError
        A cell is neither text nor a whole number; its place is named.

    Examples
    --------
    >>> as_codes(["30007 ", 1004, 30007.0, "", None], "code_insee")
    ['30007', '1004', '30007', None, None]
    """
    column = _series(cells, name)
    code, meanings = _read(column, _code, name, "codes as text")
    return np.array(meanings, dtype=object)[code].tolist()


def _code(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell if cell.isalnum() else cell.strip().strip("\ufeff\u200b").strip()
    if isinstance(cell, (bool, np.bool_)):
        return None
    if isinstance(cell, (int, float, np.integer, np.floating, Decimal)):
        return str(int(cell)) if np.isfinite(float(cell)) and cell == int(cell) else None
    return None


def as_word(cell: object) -> str:
    """Write a word or a code as text, so that what means the same is the same: 1, 1.0 and "1 " are "1"."""
    if isinstance(cell, (float, np.floating)) and np.isfinite(cell) and cell == int(cell):
        cell = int(cell)
    return str(cell).strip()


def as_dates(cells: Any, name: str) -> pd.Series:
    """
    Read dates, year first or day first (never month first), with any of ``-``, ``/``, ``.`` or none.

    The order is decided once for the whole column: one that mixes both is refused.

    Parameters
    ----------
    cells : pandas.Series or sequence
        Dates, or text such as ``"2010-11-05"``, ``"05/11/2010"`` (in November), ``"20101105"``.
    name : str
        What they are, for the message.

    Returns
    -------
    pandas.Series
        ``datetime64``, on the index of ``cells``, ``NaT`` where there is no date; hours are dropped.

    Raises
    ------
    InputError
        A cell is no date, or one that no calendar has; its place is named.

    Examples
    --------
    >>> as_dates(["05/11/2010", None], "approved").dt.strftime("%d %B").tolist()
    ['05 November', nan]
    """
    column = _series(cells, name)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _without_zone(column)
    code, days = _read(column, _day, name, "dates as '2010-11-05' or '05/11/2010' (day first)")
    number_of = {day[1]: number for number, day in enumerate(days) if day is not None and day[1]}
    if len(number_of) > 1:
        examples = [column.iloc[int((code == number).argmax())] for number in number_of.values()]
        raise InputError(
            f"{name}: dates with the year first and dates with the day first in one column "
            f"({shown(examples)}); expected one order. Write them alike."
        )
    known = np.array(["NaT" if day is None else day[0] for day in days], dtype="datetime64[s]")
    return pd.Series(known[code], index=column.index, name=column.name)


def _day(cell: object) -> tuple[str, str] | None:
    """ISO text of a day, and the order in which it was written ("" where it is no text)."""
    order = ""
    if isinstance(cell, str):
        found = _DATE.fullmatch(cell.strip().strip("\ufeff\u200b").strip())
        if found is None:
            return None
        part = found.groupdict()
        order = "day first" if part["y2"] else "year first"
        year, month, day = (next(part[k + n] for n in ("", "2", "3") if part[k + n]) for k in "ymd")
        text = f"{year}-{int(month):02}-{int(day):02}"
    elif isinstance(cell, np.datetime64) or hasattr(cell, "isoformat"):
        text = str(cell)[:10]
    else:
        return None
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return None
    return text, order


def _without_zone(column: pd.Series) -> pd.Series:
    """Days as the calendar of their own zone has them."""
    plain = column.dt.tz_localize(None) if column.dt.tz is not None else column
    return plain.dt.normalize()


def _series(cells: Any, name: str) -> pd.Series:
    if isinstance(cells, pd.Series):
        return cells.astype(object) if isinstance(cells.dtype, pd.CategoricalDtype) else cells
    if isinstance(cells, pd.Index):
        return _series(pd.Series(cells.to_numpy(dtype=object), dtype=object), name)
    if isinstance(cells, (str, bytes)) or not isinstance(cells, Iterable):
        raise InputError(f"{name}: {cells!r}; expected a column of values.")
    if isinstance(cells, np.ndarray) and cells.ndim == 1:
        return pd.Series(cells)
    return pd.Series(list(cells), dtype=object)


def _read(
    column: pd.Series, read: Callable[[object], Any], name: str, expected: str
) -> tuple[NDArray[np.intp], list[Any]]:
    """Read each distinct cell once: the number of its meaning for each cell, and the meanings.

    The last meaning, None, is that of cells without a value. Those that can't be read are refused together,
    with their places.
    """
    code, distinct = _distinct(column)
    meanings = [None if is_missing(cell) else _meaning(cell, read) for cell in distinct]
    odd = [number for number, meaning in enumerate(meanings) if meaning is _ODD]
    if odd:
        rows = np.flatnonzero(np.isin(code, odd))
        first = ", ".join(f"{distinct[code[row]]!r} at {column.index[row]!r}" for row in rows[:3])
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        raise InputError(f"{name}: {first}{more}; expected {expected}, or nothing. Mend these cells first.")
    return code, [*meanings, None]


_ODD = object()


def _meaning(cell: object, read: Callable[[object], Any]) -> Any:
    try:
        value = read(cell)
    except TypeError:  # a list or a dict in a cell
        value = None
    return _ODD if value is None else value


def _distinct(column: pd.Series) -> tuple[NDArray[np.intp], list[Any]]:
    """Tell distinct cells apart (1, 1.0 and True are three); -1 stands where there is none."""
    if isinstance(column.dtype, pd.StringDtype):
        code, texts = pd.factorize(column.array)
        return code, texts.astype(object).tolist()
    cells = column.astype(object).to_numpy(dtype=object)
    if pd.api.types.infer_dtype(cells, skipna=True) == "string":
        code, texts = pd.factorize(cells)
        return code, texts.tolist()
    known: dict[object, int] = {}
    distinct: list[Any] = []
    codes = np.empty(len(cells), dtype=np.intp)
    for row, cell in enumerate(cells):
        try:
            number = known.setdefault((type(cell), cell), len(distinct))
        except TypeError:  # a list or a dict: no other is the same
            number = len(distinct)
        if number == len(distinct):
            distinct.append(cell)
        codes[row] = number
    return codes, distinct
