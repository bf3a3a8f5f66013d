"""Who belongs to what, year by year: communes, EPCI, EPT, legal populations, merged and split communes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bundle.packages import YEARS, etalab

# communes.json and epci.json of one version hold different censuses. The two columns were matched
# commune by commune: epci.json holds the census three years before the map (5.3.0 and 6.0.0 the same
# one, 2022), communes.json the one given here. Mayotte always holds its own census of 2017.
CENSUS_OF_EPCI_JSON = {2021: 2018, 2022: 2019, 2023: 2020, 2024: 2021, 2025: 2022}
CENSUS_OF_COMMUNES_JSON = {2021: 2019, 2022: 2020, 2024: 2022, 2025: 2023}
MAYOTTE_CENSUS = 2017


def is_covered(code: str) -> bool:
    """Whether a commune is in the bundle: metropolitan France and the five overseas departments."""
    return not code.startswith(("975", "977", "978", "98"))


def communes_by_year(raw: Path) -> pd.DataFrame:
    """Communes of each year's map, with département, region, EPCI and EPT (absent before 2023)."""
    parts = []
    for year in YEARS:
        epci = {m["code"]: e["code"] for e in etalab(raw, year, "epci") for m in e["membres"]}
        ept = (
            {m["code"]: e["code"] for e in etalab(raw, year, "ept") for m in e["membres"]}
            if year >= 2023
            else {}
        )
        rows = [
            (
                year,
                c["code"],
                c["nom"],
                c["departement"],
                c["region"],
                epci.get(c["code"]),
                ept.get(c["code"]),
            )
            for c in etalab(raw, year, "communes")
            if c["type"] == "commune-actuelle" and is_covered(c["code"])
        ]
        parts.append(pd.DataFrame(rows))
    table = pd.concat(parts)
    table.columns = ["year", "code_insee", "nom", "departement", "region", "siren", "siren_ept"]
    return table.astype({"year": "int16"}).sort_values(["code_insee", "year"], ignore_index=True)


def groups_by_year(raw: Path) -> pd.DataFrame:
    """Name and nature of each EPCI and EPT on each year's map."""
    rows = []
    for year in YEARS:
        for level in ("epci", "ept") if year >= 2023 else ("epci",):
            rows += [
                (year, e["code"], e["nom"], e["type"], e["modeFinancement"]) for e in etalab(raw, year, level)
            ]
    table = pd.DataFrame(rows, columns=["year", "siren", "nom", "nature", "fiscalite"])
    table["nature"] = table["nature"].replace({"MET69": "METLYON", "METRO": "METROPOLE"})
    return table.astype({"year": "int16"}).sort_values(["siren", "year"], ignore_index=True)


def populations(raw: Path, iris: pd.DataFrame) -> pd.DataFrame:
    """Legal (municipal) populations: one row per commune, census and map.

    The census of a year is given on one map or two: the map it was first published on, and where
    communes.json has it, an earlier one. ``is_published`` marks the former. Communes without EPCI are
    absent from epci.json: theirs come from communes.json, or from the sum of IRIS (census 2021).
    """
    parts = []
    for year, census in CENSUS_OF_EPCI_JSON.items():
        figures = {
            m["code"]: m["populationMunicipale"] for e in etalab(raw, year, "epci") for m in e["membres"]
        }
        parts.append(_figures(figures, census, year, f"epci.json {YEARS[year].version}"))
    for year, census in CENSUS_OF_COMMUNES_JSON.items():
        figures = {
            c["code"]: c["population"]
            for c in etalab(raw, year, "communes")
            if c["type"] == "commune-actuelle" and c.get("population") is not None
        }
        parts.append(_figures(figures, census, year, f"communes.json {YEARS[year].version}"))
    islands = [c for c in sorted(_without_epci(raw)) if c in iris.index]
    parts.append(_figures(iris.loc[islands, "population"].to_dict(), 2021, 2024, "IRIS 2021"))
    table = pd.concat(parts)
    table = table[table["code_insee"].map(is_covered)]
    mayotte = table["code_insee"].str.startswith("976")
    table.loc[mayotte, "census_year"] = MAYOTTE_CENSUS
    # the islands' figures on the next map are those of the map of publication: no island ever merged
    islands_later = table[
        table["code_insee"].isin(islands)
        & (table["map_year"] == table["census_year"] + 2)
        & (table["map_year"] < max(CENSUS_OF_EPCI_JSON))
    ]
    table = pd.concat([table, islands_later.assign(map_year=islands_later["map_year"] + 1)])
    table = table.drop_duplicates(["code_insee", "census_year", "map_year"])
    return table.astype({"census_year": "int16", "map_year": "int16", "population": "int32"}).sort_values(
        ["code_insee", "census_year", "map_year"], ignore_index=True
    )


def _figures(figures: dict[str, int], census: int, year: int, source: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code_insee": list(figures),
            "census_year": census,
            "map_year": year,
            "population": list(figures.values()),
            "source": source,
        }
    )


def _without_epci(raw: Path) -> set[str]:
    year = 2024
    listed = {m["code"] for e in etalab(raw, year, "epci") for m in e["membres"]}
    every = {c["code"] for c in etalab(raw, year, "communes") if c["type"] == "commune-actuelle"}
    return {code for code in every - listed if is_covered(code)}


def changes(raw: Path, counted: pd.DataFrame) -> pd.DataFrame:
    """Communes merged, split or given another code between two successive maps.

    Where a merged commune lives on as "déléguée" or "associée" the source says into what; elsewhere it
    is the one commune of the département that gained exactly its people, in one same census counted on
    both maps (``counted``, as from ``populations``, with the IRIS of 2021 on the map of 2023).
    """
    rows = []
    for year in list(YEARS)[:-1]:
        before, after = (_current(raw, y) for y in (year, year + 1))
        parts_before, parts_after = (_parts(raw, y) for y in (year, year + 1))
        renumbered = {
            old: code
            for code in set(after) - set(before)
            for old in after[code].get("anciensCodes", [])
            if old in set(before) - set(after)
        }
        for code in sorted(set(before) - set(after)):
            if code in renumbered:
                target, kind, evidence = renumbered[code], "code", "anciensCodes"
            elif code in parts_after:
                target, kind, evidence = parts_after[code], "merge", "chefLieu"
            else:
                target, kind, evidence = _heir(code, year, after, counted), "merge", "population"
            rows.append((year, year + 1, code, target, kind, evidence))
        new = sorted(set(after) - set(before) - set(renumbered.values()))
        rows += [(year, year + 1, parts_before[code], code, "split", "chefLieu") for code in new]
    table = pd.DataFrame(rows, columns=["year_from", "year_to", "code_from", "code_to", "kind", "evidence"])
    return table.astype({"year_from": "int16", "year_to": "int16"})


def former_communes(raw: Path) -> pd.DataFrame:
    """Codes that were given up before the map of 2021, and the commune of 2021 that holds their ground.

    From the former codes and the "communes déléguées" or "associées" that the list of 2021 gives.
    """
    today = _current(raw, 2021)
    heirs = {old: code for code, c in today.items() for old in c.get("anciensCodes", [])}
    heirs |= _parts(raw, 2021)
    rows = [(old, code) for old, code in sorted(heirs.items()) if old not in today and code in today]
    return pd.DataFrame(rows, columns=["code_from", "code_to"])


def _current(raw: Path, year: int) -> dict[str, dict]:
    return {
        c["code"]: c
        for c in etalab(raw, year, "communes")
        if c["type"] == "commune-actuelle" and is_covered(c["code"])
    }


def _parts(raw: Path, year: int) -> dict[str, str]:
    return {
        c["code"]: c["chefLieu"]
        for c in etalab(raw, year, "communes")
        if c["type"] in {"commune-deleguee", "commune-associee"}
    }


def _heir(code: str, year: int, after: dict[str, dict], counted: pd.DataFrame) -> str:
    by_map = counted.set_index(["map_year", "census_year"]).sort_index()
    maps = {y: set(by_map.loc[y].index) for y in (year, year + 1)}
    (census,) = maps[year] & maps[year + 1] - {MAYOTTE_CENSUS}
    old, new = (by_map.loc[(y, census)].set_index("code_insee")["population"] for y in (year, year + 1))
    same_departement = [c for c in after if c[:2] == code[:2] and c in old.index and c in new.index]
    gained = new[same_departement] - old[same_departement]
    heirs = gained.index[gained == old[code]]
    if len(heirs) != 1:
        raise SystemExit(f"{code} ({year} → {year + 1}): {len(heirs)} communes gained its {old[code]} people")
    return heirs[0]
