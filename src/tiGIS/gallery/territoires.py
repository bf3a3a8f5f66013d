"""Maps of the Territoires d'industrie of France."""

from __future__ import annotations

import pandas as pd

import tiGIS
from tiGIS._format import number, quantity
from tiGIS.gallery import _population
from tiGIS.maps import TigisMap, choropleth

PHASE = "2018-2022"


def population() -> TigisMap:
    """Map the change of population of the EPCI between 2018 and 2022, under the Territoires d'industrie."""
    people = _population.change()
    year = _population.MAP_YEAR
    epci = tiGIS.load_epci(map_year=year)
    siren = tiGIS.territory.load_memberships(year)["siren"]
    epci[["p18", "p22"]] = people.groupby(siren.reindex(people.index)).sum(min_count=1).reindex(epci.index)
    unknown = people.isna().any(axis=1).groupby(siren.reindex(people.index)).any()
    epci["change"] = _population.change_pct(epci).mask(unknown.reindex(epci.index, fill_value=True))
    territories = tiGIS.load_territoires_industrie(phase=PHASE, map_year=year)
    members = tiGIS.territory.territoire_members(PHASE, communes=True, map_year=year)
    of_ti = people.loc[people.index.intersection(pd.Index(members["code_insee"]))]
    france = people.dropna().sum()
    ti = _by_territory(people, members)
    falling = int((ti < 0).sum())
    whole = of_ti.dropna().sum()
    gain, national = (100 * (part["p22"] / part["p18"] - 1) for part in (whole, france))
    epci["ti"] = _names_of(epci.index, siren, members)
    return choropleth(
        epci,
        "change",
        title=(
            f"{number(falling, 0)} Territoires d’industrie sur {len(ti)} perdent des habitants de 2018 à 2022"
            f"\u202f; ensemble, ils en gagnent {quantity(gain, '%', 1)}, la France "
            f"{quantity(national, '%', 1)}"
        ),
        subtitle=(
            "Évolution de la population municipale par intercommunalité, en %\u202f; cernés de noir, "
            f"les {len(territories)} Territoires d’industrie de la phase 2018-2022"
        ),
        label="Évolution de la population",
        unit="%",
        unit_label="% de 2018 à 2022",
        center=0,
        palette="change",
        decimals=1,
        reference=float(national),
        reasons="population inconnue",
        population="p22",
        kind="epci",
        facts={"p18": "Habitants en 2018", "p22": "Habitants en 2022", "ti": "Territoire d’industrie"},
        outlines=territories,
        outline_width=1.1,
        source=[_population.SOURCE, "ANCT, Territoires d’industrie"],
        limits="Mayotte n’est pas comparée\u202f: sa population légale est celle de 2017",
        notes=_population.NOTES,
    )


def _by_territory(people: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Give the change of each Territoire d'industrie; NaN where a commune's figure is unknown."""
    rows = people.reindex(members["code_insee"])
    sums = rows.groupby(members["id_ti"].to_numpy()).sum(min_count=1)
    known = rows.notna().all(axis=1).groupby(members["id_ti"].to_numpy()).all()
    return _population.change_pct(sums).where(known)


def _names_of(epci: pd.Index, siren: pd.Series, members: pd.DataFrame) -> list[str]:
    """Name the Territoires d'industrie that each EPCI has communes in."""
    owner = siren.reindex(members["code_insee"]).to_numpy()
    names = members["nom"].groupby(owner).agg(lambda found: ", ".join(sorted(set(found))))
    return list(names.reindex(epci).fillna("aucun"))
