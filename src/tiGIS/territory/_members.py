"""Who belongs to what, in which year: the bundled lists behind the polygons."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._bundled import bundled_path
from tiGIS._errors import InputError, VintageError
from tiGIS._former import former_arguments
from tiGIS._validate import are_among
from tiGIS.provenance import describe, note

Phase = Literal["2018-2022", "2023-2027"]
PHASES: tuple[Phase, ...] = ("2018-2022", "2023-2027")
CURRENT_PHASE: Phase = "2023-2027"
"""The phase that is meant where none is said: an ``id_ti`` names another territory in each."""
YEARS = range(2021, 2027)
# the census whose populations were in force on each map; no later one than 2023 is bundled
CENSUS_OF_MAP = {2021: 2018, 2022: 2019, 2023: 2020, 2024: 2021, 2025: 2022, 2026: 2023}
_MAYOTTE_CENSUS = 2017
PEOPLE_AND_GROUPS = note(
    "Insee, populations légales ; DGCL, Banatic", "Insee, legal populations; DGCL, Banatic"
)
TI_SOURCE = note("ANCT, Territoires d'industrie", "ANCT, Territoires d'industrie")
CODES = note("Insee, code officiel géographique", "Insee, official codes of communes")
_EPT_SINCE = 2023


@lru_cache(maxsize=16)
def _table(name: str) -> pd.DataFrame:
    return pd.read_parquet(bundled_path(f"{name}.parquet"))


def table(name: str) -> pd.DataFrame:
    """Read a bundled table (a copy that the caller may change)."""
    return _table(name).copy()


def require_year(year: int) -> int:
    """Refuse a year whose map of communes is not bundled."""
    if year not in YEARS:
        raise VintageError(
            f"year: {year!r}; the bundled maps of communes are those of {YEARS[0]} to {YEARS[-1]}; "
            "expected one of these years, as a whole number."
        )
    return int(year)


def require_phase(phase: str) -> Phase:
    """Refuse a phase that is not one of the two of Territoires d'industrie."""
    for known in PHASES:
        if phase == known:
            return known
    raise InputError(f"phase: {phase!r}; expected '2018-2022' or '2023-2027'.")


@lru_cache(maxsize=8)
def _memberships(year: int) -> pd.DataFrame:
    every = _table("communes_by_year")
    return every[every["year"] == year].drop(columns="year").set_index("code_insee").sort_index()


@checked
def load_memberships(map_year: int = 2024) -> pd.DataFrame:
    """
    Communes of one year's map with the territories they belong to, without polygons.

    Parameters
    ----------
    map_year : int, default 2024
        Map of 1 January, from 2021 to 2026. The lists of 2026 are those of 2025 (communes, EPCI).

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; ``nom``, ``departement``, ``region``, ``siren`` (of the EPCI; missing on
        four islands) and ``siren_ept`` (in Grand Paris only; known since 2023).

    Raises
    ------
    VintageError
        When that year is not bundled.

    Examples
    --------
    >>> members = load_memberships(2024)
    >>> int((members["siren"] == "200066918").sum())
    72
    """
    return describe(_memberships(require_year(map_year)).copy(), sources=[PEOPLE_AND_GROUPS])


@lru_cache(maxsize=1)
def load_memberships_of_all_years() -> pd.DataFrame:
    """Codes and names of the communes of every map: ``year``, ``code_insee``, ``nom``."""
    return _table("communes_by_year")[["year", "code_insee", "nom"]]


@lru_cache(maxsize=8)
def epci_and_ept(map_year: int) -> pd.DataFrame:
    """EPCI and EPT of a year: index ``siren``; ``nom``, ``nature``, ``fiscalite``."""
    every = _table("epci_by_year")
    return every[every["year"] == map_year].drop(columns="year").set_index("siren").sort_index()


def employment_zones() -> pd.DataFrame:
    """Names of the zones d'emploi of 2020: index ``zone_emploi``; ``nom``."""
    return _table("zones_emploi_2020").set_index("code").rename_axis("zone_emploi")


@lru_cache(maxsize=8)
def zone_of_communes(year: int) -> pd.Series:
    """Zone d'emploi (of 2020) of each commune of a map."""
    every = _table("zones_emploi_by_year")
    return every[every["year"] == year].set_index("code_insee")["zone_emploi"].sort_index()


@lru_cache(maxsize=2)
def administrative_names(level: str) -> pd.DataFrame:
    """Names of the départements or regions (``level``) by code, without reading their polygons."""
    parts = [
        pd.read_parquet(bundled_path(f"{level}s_2024{place}.parquet"), columns=[level, "nom"])
        for place in ("", "_overseas")
    ]
    return pd.concat(parts).set_index(level).sort_index()


@checked
def load_populations(census_year: int | None = None, map_year: int | None = None) -> pd.DataFrame:
    """
    Legal (municipal) populations of the communes, one row per commune, census and map of communes.

    Parameters
    ----------
    census_year : int, optional
        Keep one census, 2018 to 2023 (2017 in Mayotte, which has no later one here).
    map_year : int, optional
        Keep the figures written on that map.

    Returns
    -------
    pandas.DataFrame
        ``code_insee``, ``census_year``, ``map_year`` (the map of communes the figure is written on),
        ``population``, ``source``.

    Raises
    ------
    VintageError
        No figure of that census, or none of it on that map.

    Notes
    -----
    A census is on the map of three years later, where it was published, and all but those of 2018 and
    2021 also on the map of two years later. The four islands without EPCI have no figure of 2018, and
    for 2021 the sum of their IRIS.

    Examples
    --------
    >>> figures = load_populations(2021)
    >>> figures.loc[figures["code_insee"] == "30007", "population"].tolist()
    [43892]
    """
    kept = table("populations")
    for column, wanted in (("census_year", census_year), ("map_year", map_year)):
        if wanted is None:
            continue
        known = sorted(kept[column].unique())
        if wanted not in known:
            raise VintageError(
                f"load_populations: {column} is {wanted!r}; expected one of {', '.join(map(str, known))}"
                + (f" (with census_year={census_year})." if column == "map_year" and census_year else ".")
            )
        kept = kept[kept[column] == wanted]
    return describe(kept.reset_index(drop=True), sources=[PEOPLE_AND_GROUPS])


@lru_cache(maxsize=8)
def population_of_map(year: int) -> pd.DataFrame:
    """Read the population in force on a map, by ``code_insee``, and the census it comes from."""
    every = _table("populations")
    map_year = min(year, 2025)  # the communes of 2026 are those of 2025
    here = every[every["map_year"] == map_year]
    wanted = here[here["census_year"].isin([CENSUS_OF_MAP[year], _MAYOTTE_CENSUS])]
    return (
        wanted.set_index("code_insee")[["population", "census_year"]]
        .rename(columns={"census_year": "population_year"})
        .sort_index()
    )


@checked
def load_commune_changes() -> pd.DataFrame:
    """
    Communes merged, split or renumbered between the maps of 2021 and 2026.

    Returns
    -------
    pandas.DataFrame
        One row per commune that changed: ``year_from``, ``year_to`` (successive maps), ``code_from``,
        ``code_to``, ``kind`` (``"merge"``: ``code_from`` joined ``code_to``; ``"split"``: ``code_to``
        left ``code_from``; ``"code"``: the same commune with another code) and ``evidence``.

    Notes
    -----
    ``evidence`` says how the row is known: ``"chefLieu"`` and ``"anciensCodes"`` are given by the official
    lists; ``"population"`` marks communes that vanished without remaining as "commune déléguée": the one
    commune of the département that gained exactly their people in the same census.

    Examples
    --------
    >>> changes = load_commune_changes()
    >>> changes.loc[changes["code_from"] == "30094", ["year_to", "code_to", "kind"]].values.tolist()
    [[2025, '30329', 'merge']]
    """
    return describe(table("commune_changes"), sources=[CODES])


@checked
def load_former_communes() -> pd.DataFrame:
    """
    Codes that communes gave up before the map of 2021, for figures on older maps.

    Returns
    -------
    pandas.DataFrame
        ``code_from`` (former code) and ``code_to`` (the commune of 2021 that holds its ground), from the
        former codes and the "communes déléguées" of the official list of 2021. Codes that several former
        communes shared out between others are not told apart: they go where the list says.

    Examples
    --------
    >>> former = load_former_communes().set_index("code_from")["code_to"]
    >>> former["30190"]  # Notre-Dame-de-la-Rouvière, now in Val-d'Aigoual
    '30339'
    """
    return describe(table("former_communes"), sources=[CODES])


@former_arguments
def territoire_members(
    phase: str = "2023-2027", *, communes: bool = False, map_year: int = 2024
) -> pd.DataFrame:
    """
    Members of the Territoires d'industrie of a phase.

    Parameters
    ----------
    phase : {"2018-2022", "2023-2027"}, default "2023-2027"
        The two phases reuse the same ``id_ti`` for other territories.
    communes : bool, default False
        Give one row per commune instead of one per member.
    map_year : int, default 2024
        Map on which members are resolved into communes (only with ``communes``), 2022 to 2026.

    Returns
    -------
    pandas.DataFrame
        ``phase``, ``id_ti``, ``nom`` (of the territory), ``type_membre`` (``"epci"``, ``"ept"`` or
        ``"commune"``), ``siren`` (missing for a single commune) and ``code_insee`` (missing for an EPCI or
        EPT, unless ``communes``).

    Raises
    ------
    InputError
        When the phase is not one of the two.
    VintageError
        When some member does not exist on that map.

    Examples
    --------
    >>> members = territoire_members("2018-2022")
    >>> members.loc[members["nom"] == "Nevers Val de Loire", "type_membre"].value_counts().to_dict()
    {'epci': 5, 'commune': 1}
    """
    require_phase(phase)
    every = table("territoires_industrie")
    members = every[every["phase"] == phase].reset_index(drop=True)
    members = _resolved(members, require_year(map_year)) if communes else members
    return describe(members, sources=[TI_SOURCE])


def _resolved(members: pd.DataFrame, year: int) -> pd.DataFrame:
    """One row per commune; a commune listed twice (alone and through its EPCI) is kept once."""
    current = _memberships(year)
    # EPT are known since 2023; their communes were the same before
    ept = current["siren_ept"] if year >= _EPT_SINCE else _memberships(_EPT_SINCE)["siren_ept"]
    by_siren = pd.concat([current["siren"].dropna(), ept.dropna()]).rename("siren").reset_index()
    group_rows = members["type_membre"] != "commune"
    through_groups = members[group_rows].drop(columns="code_insee").merge(by_siren, on="siren", how="left")
    alone = members[~group_rows]
    unknown = through_groups.loc[through_groups["code_insee"].isna(), "siren"].tolist()
    unknown += alone.loc[~are_among(alone["code_insee"], current.index), "code_insee"].tolist()
    if unknown:
        raise VintageError(
            f"year: {year}; {len(unknown)} members of these territories don't exist on that map "
            f"({', '.join(map(repr, unknown[:5]))}). Use 2022 or later, e.g. year=2024."
        )
    resolved = pd.concat([through_groups, alone])[members.columns]
    return resolved.sort_values(["id_ti", "code_insee"]).drop_duplicates(
        ["id_ti", "code_insee"], ignore_index=True
    )
