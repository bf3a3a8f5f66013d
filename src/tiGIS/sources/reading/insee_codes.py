"""Insee's codes of communes and municipal arrondissements: what they look like, how they are checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from tiGIS._errors import DataFileError

Municipal = Literal["cities", "arrondissements", "all"]

COMMUNE = r"(?:\d\d|2[AB])\d{3}"
"""A commune or a municipal arrondissement: département, then three figures (``2A004``, ``97101``)."""

SIREN = r"\d{9}"
"""An EPCI."""

_ARRONDISSEMENT = r"751(?:0[1-9]|1\d|20)|6938[1-9]|132(?:0[1-9]|1[0-6])"


def are_arrondissements(codes: pd.Index) -> np.ndarray:
    """Say which codes are municipal arrondissements of Paris, Lyon or Marseille (boolean array)."""
    return np.asarray(codes.str.fullmatch(_ARRONDISSEMENT), dtype=bool)


def city_of(codes: pd.Index) -> pd.Index:
    """Give the commune of each code: Paris, Lyon or Marseille for an arrondissement, else the code itself."""
    cities = np.select(
        [codes.str.startswith(start) for start in ("751", "6938", "132")], ["75056", "69123", "13055"], codes
    )
    return pd.Index(np.where(are_arrondissements(codes), cities, codes), dtype=codes.dtype, name=codes.name)


def choose_municipal(frame: pd.DataFrame, municipal: Municipal) -> pd.DataFrame:
    """Keep the cities, their arrondissements, or both, of a table that has the two side by side."""
    if municipal == "all":
        return frame
    inside = are_arrondissements(frame.index)
    return frame[inside if municipal == "arrondissements" else ~inside]


def check_codes(path: Path, column: str, codes: Sequence[object], lines: Sequence[int], form: str) -> None:
    """Refuse a column of codes where one is not of the form, or comes twice; the line is named."""
    matches = re.compile(form).fullmatch
    first_line: dict[object, int] = {}
    for code, line in zip(codes, lines, strict=True):
        if not isinstance(code, str) or not matches(code):
            raise DataFileError(
                path,
                f"line {line}, column {column}: {code!r}",
                "a code of nine figures"
                if form == SIREN
                else "a code of five characters, like '01004' or '2A004'",
                "A spreadsheet that saved the file may have taken the leading zeros: download it again.",
            )
        if code in first_line:
            raise DataFileError(
                path,
                f"line {line}, column {column}: {code!r}, already on line {first_line[code]}",
                "each code once",
                "Download it again from its producer.",
            )
        first_line[code] = line
