"""Reads GASPAR's tables of risk procedures by commune (Géorisques): AZI, PPRN, PPRT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._cells import as_dates
from tiGIS._errors import DataFileError, InputError
from tiGIS._validate import shown
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import read_file
from tiGIS.sources.reading.csv_tables import read_csv_table

_KINDS = ("azi", "pprn", "pprt", "pprm", "tri")
_DATES = {
    "dat_diffusion": "published",
    "dat_prescription": "prescribed",
    "dat_approbation": "approved",
    "dat_annulation": "annulled",
    "dat_deprescription": "withdrawn",
    "dat_abrog": "repealed",
}

_SOURCE = note("Géorisques, GASPAR", "Géorisques, GASPAR")


@checked
def read_gaspar(path: str | Path) -> pd.DataFrame:
    r"""Read a table of GASPAR as published: one row a plan and commune, risks gathered.

    Parameters
    ----------
    path : path-like
        The CSV (``azi_gaspar.csv``, ``pprt_gaspar.csv``, ...), plain or packed with gzip.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (azi, pprn, pprt, pprm, tri), ``plan_id``, ``plan``, ``code_insee``, ``commune``, ``risks``
        (joined by ``;``), and the dates ``published``, ``prescribed``, ``approved``, ``annulled``,
        ``withdrawn``, ``repealed`` where the table has them.

    Raises
    ------
    DataFileError
        When it isn't a table of GASPAR, or a commune's code or a date is not one.

    Examples
    --------
    >>> import pathlib, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "azi.csv"
    >>> rows = "cod_nat_azi;lib_azi;cod_commune\n30A;AZI des Gardons;30007\n"
    >>> _ = path.write_text(rows, encoding="utf-8")
    >>> tiGIS.sources.read_gaspar(path)[["kind", "plan", "code_insee"]].values.tolist()
    [['azi', 'AZI des Gardons', '30007']]
    """
    path = Path(path)
    table = read_csv_table(path, read_file(path), ";", lambda columns: _kind(path, columns))
    kind = _kind(path, list(table.columns))
    wrong = ~table["cod_commune"].str.fullmatch(r"\d[\dAB]\d{3}")
    if wrong.any():
        line = int(wrong.to_numpy().argmax()) + 2
        raise DataFileError(
            path, f"line {line}: cod_commune is {table['cod_commune'][wrong].iloc[0]!r}", "five characters"
        )
    risk = "list_risques" if "list_risques" in table.columns else "lib_risque"
    tidy = pd.DataFrame(
        {
            "kind": kind,
            "plan_id": table[f"cod_nat_{kind}"],
            "plan": table.get(f"lib_{kind}", ""),
            "code_insee": table["cod_commune"],
            "commune": table.get("lib_commune", ""),
            "risks": table.get(risk, ""),
        }
    )
    for source, name in _DATES.items():
        if source in table.columns:
            tidy[name] = _dates(path, table[source])
    keys = ["kind", "plan_id", "code_insee"]
    rest = {name: "max" if name in _DATES.values() else "first" for name in tidy.columns if name not in keys}
    how: dict[str, Any] = {**rest, "risks": _joined}
    plans = tidy.groupby(keys, sort=True, as_index=False).agg(how)[tidy.columns.tolist()]
    return describe(plans, sources=[_SOURCE])


def _dates(path: Path, cells: pd.Series) -> pd.Series:
    """Read dates; one that no calendar has is refused with its line: an annulled plan would stand again."""
    try:
        return as_dates(cells.set_axis(cells.index + 2), str(cells.name)).set_axis(cells.index)
    except InputError as error:
        raise DataFileError(
            path, f"{error} (numbers of lines)", "dates", "Correct the file, or fetch it again."
        ) from error


def _kind(path: Path, columns: list[str]) -> str:
    """Tell the kind of plan by the columns of its table."""
    kind = next((kind for kind in _KINDS if f"cod_nat_{kind}" in columns), None)
    if kind is None or "cod_commune" not in columns:
        raise DataFileError(
            path,
            f"its columns are {shown(columns, 8)}",
            "cod_nat_azi (or pprn, pprt...) and cod_commune",
            "Check that this is a table of GASPAR by commune, from Géorisques.",
        )
    return kind


def _joined(texts: pd.Series) -> str:
    """Gather the risks of a plan: several rows, or one row with commas."""
    return ";".join(sorted({word.strip() for text in texts for word in text.split(",") if word.strip()}))
