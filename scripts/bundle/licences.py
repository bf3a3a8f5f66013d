"""Writes data/LICENCES.md: on what terms each file of the bundle may be used."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
# Licences of the data

tiGIS's code is under the MIT licence (see `LICENSE`). The data in `data/geo/`, packed into the wheel,
keep the terms of their producers. `scripts/build_bundle.py` writes this page; `data/geo/manifest.json`
gives for each file its source, version, hash and number of rows.

- **Licence Ouverte 2.0** (Etalab): free use, also commercial, if the producer and the date are named.
- **ODbL 1.0** (Open Database License): free use if the source is named; a database *derived* from these
  files and made public must be offered under the ODbL as well (share-alike). A map or a figure drawn
  from them is a "produced work": it may carry any licence but must name the source. These files stay
  apart from the others, so that the share-alike bears on them alone.
- The packages that carry these data on the registries have licences of their own for their *code*;
  none of it is used here.

| file of `data/geo/` | licence | attribution | vintage |
|---|---|---|---|
"""

#: Tables of data that lie beside the code that reads them.
TABLES = """
| file of `src/tiGIS/` | licence | attribution | vintage |
|---|---|---|---|
| `enclavement/prefectures.csv` | Licence Ouverte 2.0 | Insee (code officiel géographique: chief towns of \
départements and arrondissements), via npm @etalab/decoupage-administratif 4.1.0 | 1 January 2024 |
"""


def write(files: dict[str, dict], path: Path) -> None:
    """Write the page from the manifest's entries."""
    rows = [
        f"| `{name}` | {f['licence']} | {f['attribution']} | {f['vintage']} |"
        for name, f in sorted(files.items())
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n" + TABLES, encoding="utf-8", newline="\n")
