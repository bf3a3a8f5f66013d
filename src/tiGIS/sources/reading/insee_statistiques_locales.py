"""Reader of the exports of Insee's "Statistiques locales" (the site's own CSV)."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import read_file
from tiGIS.sources.reading.insee_codes import COMMUNE, SIREN, check_codes
from tiGIS.sources.reading.insee_tables import decode, indexed, numbers, split_lines

_LEVELS = {"commune": ("code_insee", COMMUNE), "intercommunalité": ("siren", SIREN)}
_REASONS = {
    "N/A - résultat non disponible": "not available",
    "N/A - division par 0": "division by zero",
    "N/A - secret statistique": "secret",
}


@checked
def read_insee_statistiques_locales(path: str | Path, *, map_year: int | None = None) -> pd.DataFrame:
    r"""Read an export of "Statistiques locales", by commune or by intercommunalité.

    Parameters
    ----------
    path : path-like
        The CSV as exported, packed with gzip or not: a title, a line that says the geography, then the table.
    map_year : int, optional
        Year of the map of communes, which the file does not say; kept with the result.

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee`` or ``siren``, after the geography that the file announces; ``nom``, then the
        indicators under the labels of the file (which end with their year), float64, NaN where the file says
        "N/A". ``result.attrs["tigis"]`` holds ``level`` ("commune" or "epci"), ``years`` (label -> year) and
        ``unknown`` (for each label, how many cells are unknown for each reason).

    Raises
    ------
    DataFileError
        The file is broken, or its form has changed.

    Notes
    -----
    The site ends the file without an end of line: a file cut within its last number can't be told from a
    whole one. Compare the number of rows with what you expect.

    References
    ----------
    Insee, "Statistiques locales", https://statistiques-locales.insee.fr

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "export.csv"
    >>> _ = path.write_text("Insee - Statistiques locales; ;\n"
    ...                     "Référentiel géographique : France par intercommunalité; ;\n"
    ...                     "Code;Libellé;Population municipale 2021\n"
    ...                     "200066918;Alès Agglomération;134056\n", encoding="utf-8")
    >>> read_insee_statistiques_locales(path)["Population municipale 2021"].to_dict()
    {'200066918': 134056.0}
    """
    path = Path(path)
    text = decode(path, read_file(path))
    index_name, form = _geography(path, text)
    table = split_lines(path, text, header_line=3, ends_with_newline=False, needed=["Code", "Libellé"])
    codes = table.columns["Code"]
    check_codes(path, "Code", codes, table.lines, form)
    columns: dict = {"nom": table.columns["Libellé"]}
    unknown, years = {}, {}
    for label in table.columns:
        if label in ("Code", "Libellé"):
            continue
        columns[label], unknown[label] = numbers(table, label, _REASONS)
        found = re.search(r"\b((?:19|20)\d\d)$", label)
        if found is None:
            raise DataFileError(path, f"line 3: column {label!r}", "a label that ends with its year")
        years[label] = int(found[1])
    dated = ", ".join(str(year) for year in sorted(set(years.values())))
    return describe(
        indexed(columns, codes, index_name),
        sources=[note(f"Insee, Statistiques locales ({dated})", f"Insee, Statistiques locales ({dated})")],
        map_year=map_year,
        level="commune" if index_name == "code_insee" else "epci",
        years=years,
        unknown=unknown,
    )


def _geography(path: Path, text: str) -> tuple[str, str]:
    """Index's name and form of the codes, after the two lines that come before the table."""
    first, second = [*(line.rstrip(" ;\r") for line in text.split("\n", 2)[:2]), ""][:2]
    if first != "Insee - Statistiques locales":
        raise DataFileError(
            path, f"line 1: {first[:60]!r}", "'Insee - Statistiques locales'", "Export it again."
        )
    found = re.fullmatch(r"Référentiel géographique : .* par (\S+)", second)
    if found is None or found[1] not in _LEVELS:
        expected = "'Référentiel géographique : ... par commune' or '... par intercommunalité'"
        raise DataFileError(path, f"line 2: {second[:80]!r}", expected, "Export it for one of these.")
    return _LEVELS[found[1]]
