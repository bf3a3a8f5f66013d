"""Finding a territory by its name or its code: accents, case and small words don't matter."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._errors import AmbiguousTerritoryError, InputError, TerritoryNotFoundError
from tiGIS._former import former_arguments
from tiGIS.sources.reading.insee_codes import city_of
from tiGIS.territory._areas import communes_of
from tiGIS.territory._members import (
    CURRENT_PHASE,
    load_memberships,
    load_memberships_of_all_years,
    require_phase,
    require_year,
    territoire_members,
    zone_of_communes,
)
from tiGIS.territory._naming import (
    BARE,
    CODE,
    COLUMNS,
    KINDS,
    NOT,
    PART,
    START,
    Kind,
    core_of,
    levels_of,
    names_of_map,
    plain,
)

_MOST_SHOWN = 12
_MOST_SUGGESTED = 4
_ALIKE = 0.7  # of difflib's ratio
# of those of one place that answer equally well, who is meant
_ORDER: tuple[Kind, ...] = ("epci", "departement", "region", "ti", "commune", "ept", "zone_emploi")


@dataclass(frozen=True)
class Territory:
    """
    One territory, known by its kind and its code.

    Attributes
    ----------
    kind : {"epci", "ti", "commune", "ept", "departement", "region", "zone_emploi"}
        What it is.
    code : str
        SIREN, ``id_ti``, ``code_insee``, or code of the département, region or zone d'emploi (of 2020).
    nom : str
        Its name.
    year : int
        Map of communes that it is taken on.
    departement : str
        For a commune, its département; otherwise empty.
    phase : str
        For a Territoire d'industrie, its phase; otherwise empty.
    """

    kind: Kind
    code: str
    nom: str
    year: int = 2024
    departement: str = ""
    phase: str = ""

    def __str__(self) -> str:
        """Write it in one line: ``epci 200066918 CA Alès Agglomération``."""
        precision = f" (phase {self.phase})" if self.phase else ""
        precision += f" (département {self.departement})" if self.departement else ""
        return f"{self.kind} {self.code} {self.nom}{precision}"

    def codes(self) -> list[str]:
        """
        List the codes of its communes.

        Returns
        -------
        list of str
            Values of ``code_insee``, sorted.

        Examples
        --------
        >>> len(find_territory("200066918")[0].codes())
        72
        """
        if self.kind == "commune":
            return [self.code]
        if self.kind == "ti":
            members = territoire_members(self.phase, communes=True, map_year=self.year)
            return members.loc[members["id_ti"] == self.code, "code_insee"].tolist()
        if self.kind == "zone_emploi":
            zones = zone_of_communes(self.year)
            return zones.index[zones == self.code].tolist()
        column = {"epci": "siren", "ept": "siren_ept"}.get(self.kind, self.kind)
        members = load_memberships(self.year)
        return members.index[members[column] == self.code].tolist()

    def communes(self) -> gpd.GeoDataFrame:
        """
        Load its communes, with their polygons.

        Returns
        -------
        geopandas.GeoDataFrame
            As ``load_communes``.

        Examples
        --------
        >>> find_territory("Carros", kind="ti", phase="2018-2022")[0].communes()["nom"].tolist()
        ['Carros']
        """
        return communes_of(self.codes(), self.year)


@former_arguments
def find_territory(
    text: str,
    kind: Kind | None = None,
    *,
    departement: str | None = None,
    phase: str | None = None,
    map_year: int = 2024,
) -> list[Territory]:
    """
    Find the territories that a name or a code designates.

    Parameters
    ----------
    text : str
        A name, whole or in part (accents, case, punctuation and "communauté de communes" don't matter), or a
        code: SIREN of an EPCI or EPT, Insee code of a commune, ``id_ti``, code of a département or of a zone
        d'emploi (those of 2020).
    kind : {"epci", "ti", "commune", "ept", "departement", "region", "zone_emploi"}, optional
        Look among territories of that kind only.
    departement : str, optional
        Keep the communes of that département only; other kinds stay.
    phase : {"2018-2022", "2023-2027"}, optional
        Keep the Territoires d'industrie of that phase only.
    map_year : int, default 2024
        Map of communes, 2021 to 2026.

    Returns
    -------
    list of Territory
        At most one of each kind (and one per phase of Territoires d'industrie). The first is what the
        commands take: whoever has exactly that name or code; among those of one place the EPCI, then the
        département, the region, the Territoire d'industrie (of 2023-2027 first), the commune. Zones
        d'emploi bear names of towns: they come only where they are meant (``kind``, "zone d'emploi de", the
        code) or nobody else answers so well. Whoever is
        called nearly so comes after.

    Raises
    ------
    TerritoryNotFoundError
        When nothing answers; the message gives names that look alike.
    AmbiguousTerritoryError
        When several answer equally well that are of one kind, or of different places (La Réunion is a
        département, and a village of Lot-et-Garonne); the message lists them and says how to choose.
    InputError
        When ``kind`` or ``phase`` is not one of those above, or the text is empty.

    Examples
    --------
    >>> for territory in find_territory("ALES"):
    ...     print(territory)
    epci 200066918 CA Alès Agglomération
    ti ti-7601 Alès (phase 2023-2027)
    commune 30007 Alès (département 30)
    ti ti-7602 Bassin d'Alès (phase 2018-2022)
    """
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind: {kind!r}; expected one of {', '.join(KINDS)}.")
    kinds = KINDS if kind is None else (kind,)
    return find_among(text, kinds, departement=departement, phase=phase, map_year=map_year)


def find_among(
    text: str,
    kinds: tuple[Kind, ...],
    *,
    departement: str | None = None,
    phase: str | None = None,
    map_year: int = 2024,
) -> list[Territory]:
    """Find territories of some kinds, as `find_territory` does: what every command and page goes through."""
    asked = {"text": text} if departement is None else {"text": text, "departement": departement}
    for name, value in asked.items():
        if not isinstance(value, str):
            raise InputError(f"{name}: {value!r}; expected a string (codes keep their leading zeros).")
    if not plain(text):
        raise InputError(f"text: {text!r} holds no letter or figure; expected a name or a code.")
    if phase is not None:
        require_phase(phase)
    every = names_of_map(require_year(map_year))
    table = every[every["kind"].isin(kinds)]
    if departement is not None:
        if departement not in set(table["departement"]):
            raise TerritoryNotFoundError(
                f"departement: {departement!r} is none; expected a code as '01', '2A' or '974'."
            )
        table = table[(table["kind"] != "commune") | (table["departement"] == departement)]
    if phase is not None:
        table = table[(table["kind"] != "ti") | (table["phase"] == phase)]
    matches = _matches(table, text)
    if matches.empty or (matches["level"].min() == PART and len(_namesakes(every, text, kinds))):
        raise TerritoryNotFoundError(_not_found(every, text, map_year, kinds))
    matches["order"] = matches["kind"].map(_ORDER.index)
    matches["older"] = matches["phase"].ne(CURRENT_PHASE)
    matches = matches.sort_values(["level", "order", "older", "code"])
    found = [
        Territory(kind, code, nom, map_year, departement, phase)
        for kind, code, nom, departement, phase in matches[COLUMNS].itertuples(index=False)
    ]
    equals = found[: int((matches["level"] == matches["level"].min()).sum())]
    families = [(territory.kind, territory.phase) for territory in equals]
    if len(set(families)) < len(families) or not _of_one_place(equals):
        raise AmbiguousTerritoryError(_ambiguous(equals, text))
    short = every[(every["kind"] == "commune") & (every["code"] == f"0{text.strip()}")]
    if equals[0].kind == "zone_emploi" and "commune" in kinds and len(short):  # 8401 or 08401?
        other = Territory(
            "commune", f"0{text.strip()}", short["nom"].iloc[0], map_year, short["departement"].iloc[0]
        )
        raise AmbiguousTerritoryError(_ambiguous([*equals, other], text))
    return found


def _matches(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """Keep the best answers, with how well each answers.

    Up to the first words of a name are enough beside better answers of other kinds, when only one territory
    of the kind has them; other parts of names count only when nothing better answers.
    """
    hits = table.assign(level=levels_of(table, text))
    hits = hits[hits["level"] < NOT]
    best = hits["level"].min()
    if best in {CODE, START, PART}:
        return hits[hits["level"] == best].copy()
    family = ["kind", "phase"]
    hits = hits[hits["level"] == hits.groupby(family)["level"].transform("min")]
    alone = hits.groupby(family)["code"].transform("size") == 1
    return hits[(hits["level"] == best) | ((hits["level"] <= START) & alone)].copy()


def _of_one_place(equals: list[Territory]) -> bool:
    """Say whether territories share ground with the first; a former phase's are beside the point."""
    industry = [territory.phase for territory in equals if territory.kind == "ti"]
    now = [
        territory
        for territory in equals
        if territory.kind != "ti" or territory.phase == CURRENT_PHASE or CURRENT_PHASE not in industry
    ]
    if len(now) < 2:
        return True
    first = set(now[0].codes())
    return all(not first.isdisjoint(other.codes()) for other in now[1:])


def _ambiguous(found: list[Territory], text: str) -> str:
    lines = [f"  {territory}" for territory in found[:_MOST_SHOWN]]
    if len(found) > _MOST_SHOWN:
        lines.append(f"  and {len(found) - _MOST_SHOWN} more")
    return (
        f"{text!r}: {len(found)} territories answer to that name:\n"
        + "\n".join(lines)
        + "\nGive the code or the whole name, or say which kind, département or phase."
    )


def _not_found(every: pd.DataFrame, text: str, year: int, kinds: tuple[Kind, ...]) -> str:
    table = every[every["kind"].isin(kinds)]
    message = f"{text!r}: no {'territory' if kinds == KINDS else _listed(kinds)} has that name or code"
    message += f" on the map of {year}."
    namesakes = _namesakes(every, text, kinds)
    if 0 < len(namesakes) <= _MOST_SUGGESTED:
        rows = namesakes[COLUMNS].itertuples(index=False)
        return f"{message} It is {'; '.join(f'{kind} {code} {nom}' for kind, code, nom, *_ in rows)}."
    code = text.strip()
    city = city_of(pd.Index([code]))[0]
    if city != code:
        return f"{message} It is an arrondissement: the commune is {city!r}."
    if code.isdecimal() and len(code) < 5 and (mended := code.zfill(5)) in set(table["code"]):
        nom = table.loc[table["code"] == mended, "nom"].iloc[0]
        return f"{message} With its leading zero, {mended!r} is {nom}."
    elsewhere = _on_another_map(text, year)
    if elsewhere is not None:
        code, nom, other = elsewhere
        return f"{message} There is {nom} ({code}) on the map of {other}: pass year={other}."
    return f"{message} {_suggestion(table, plain(text))}"


def _namesakes(every: pd.DataFrame, text: str, kinds: tuple[Kind, ...]) -> pd.DataFrame:
    """Territories of other kinds that have exactly that name or code."""
    others = every[~every["kind"].isin(kinds)]
    return others[levels_of(others, text) <= BARE]


def _listed(kinds: tuple[Kind, ...]) -> str:
    names = {"epci": "EPCI", "ept": "EPT", "ti": "Territoire d'industrie", "departement": "département"}
    names["zone_emploi"] = "zone d'emploi"
    return " or ".join(names.get(kind, kind) for kind in kinds)


def _on_another_map(text: str, year: int) -> tuple[str, str, int] | None:
    """Code, name and map, the nearest in time, of a commune that has or had that name or code."""
    every = load_memberships_of_all_years()
    now = every[every["year"] == year].set_index("code_insee")["nom"]
    others = every[every["nom"].ne(every["code_insee"].map(now))]
    same = others["nom"].map(plain).eq(plain(text)) | others["code_insee"].eq(text.strip())
    if not same.any():
        return None
    nearest = others[same].assign(gap=lambda rows: (rows["year"] - year).abs()).sort_values("gap").iloc[0]
    return str(nearest["code_insee"]), str(nearest["nom"]), int(nearest["year"])


def _suggestion(table: pd.DataFrame, wanted: str) -> str:
    """Offer names that look alike: letters swapped first, then the closest, the largest of equals."""
    names = table[table["core"] != ""].sort_values("weight", ascending=False, kind="stable")
    names = names.drop_duplicates("core")
    core = core_of(wanted) or wanted
    likeness = [
        (candidate, difflib.SequenceMatcher(None, candidate, core).ratio())
        for candidate in names["core"][_may_be_alike(names["core"], core)]
    ]
    alike = [(candidate, ratio) for candidate, ratio in likeness if ratio >= _ALIKE]
    alike.sort(key=lambda pair: (sorted(pair[0]) != sorted(core), -round(pair[1], 2)))
    nom = names.set_index("core")["nom"]
    shown = ", ".join(nom[candidate] for candidate, _ in alike[:_MOST_SUGGESTED])
    return f"Did you mean: {shown}?" if shown else "Check the spelling, or give a code."


def _may_be_alike(names: pd.Series, wanted: str) -> np.ndarray:
    """Leave out the names that share too few letters with the text to look like it (difflib's bound)."""
    shared = np.zeros(len(names), dtype=int)
    for letter in set(wanted):
        shared += np.minimum(names.str.count(letter).to_numpy(int), wanted.count(letter))
    return 2 * shared >= _ALIKE * (names.str.len().to_numpy(int) + len(wanted))
