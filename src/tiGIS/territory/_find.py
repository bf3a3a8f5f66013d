"""Finding a territory by its name or its code: accents, case and small words don't matter."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from tiGIS._errors import AmbiguousTerritoryError, InputError, TerritoryNotFoundError
from tiGIS.sources._insee_codes import city_of
from tiGIS.territory._areas import communes_of
from tiGIS.territory._members import (
    PHASES,
    administrative_names,
    groups,
    load_memberships,
    load_memberships_of_all_years,
    population_of_map,
    require_phase,
    require_year,
    territoire_members,
)

Kind = Literal["epci", "ti", "commune", "ept", "departement", "region"]
_ADMINISTRATIVE: tuple[Kind, ...] = ("departement", "region")
KINDS: tuple[Kind, ...] = get_args(Kind)
# how well a territory answers: by its code, its whole name, its name without small words, the first words
# of its name, words somewhere in its name, not at all
_CODE, _NAME, _CORE, _START, _PART, _NOT = range(6)
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "le la les l de du des d et en a au aux sur grand pays bassin territoire ti departement region "
        "cc ca cu met metropole eurometropole communaute communes agglomeration agglo urbaine",
    )
)
_WORD = re.compile("[0-9a-z]+")
_MOST_SHOWN = 12
_MOST_SUGGESTED = 4
_ALIKE = 0.7  # of difflib's ratio
_COLUMNS = ["kind", "code", "nom", "departement", "phase"]


@dataclass(frozen=True)
class Territory:
    """
    One territory, known by its kind and its code.

    Attributes
    ----------
    kind : {"epci", "ti", "commune", "ept", "departement", "region"}
        What it is.
    code : str
        SIREN, ``id_ti``, ``code_insee``, or code of the département or region.
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
            members = territoire_members(self.phase, communes=True, year=self.year)
            return members.loc[members["id_ti"] == self.code, "code_insee"].tolist()
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


def plain(text: str) -> str:
    """Write a name in small letters without accents or punctuation: ``"l alpe d huez"``."""
    small = text.casefold().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", small.replace("’", "'")).encode("ascii", "ignore").decode()
    words = _WORD.findall(letters)
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def _core(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _SMALL_WORDS)


@lru_cache(maxsize=4)
def _index(year: int) -> pd.DataFrame:
    """Every territory of a map with its names as they are compared."""
    communes = load_memberships(year).reset_index(names="code").assign(kind="commune")
    intercommunal = groups(year).reset_index(names="code")
    intercommunal["kind"] = intercommunal["nature"].eq("EPT").map({True: "ept", False: "epci"})
    parts = [communes, intercommunal]
    for phase in PHASES:
        territories = territoire_members(phase).drop_duplicates("id_ti").rename(columns={"id_ti": "code"})
        parts.append(territories.assign(kind="ti"))
    parts += [
        administrative_names(kind).reset_index(names="code").assign(kind=kind) for kind in _ADMINISTRATIVE
    ]
    table = pd.concat(parts, ignore_index=True).reindex(columns=_COLUMNS).fillna("").astype(str)
    people = population_of_map(year)["population"]
    table["weight"] = table["code"].map(people).fillna(people.max())  # larger territories first
    table["plain"] = table["nom"].map(plain)
    table["core"] = table["plain"].map(_core)
    return table


def find_territory(
    text: str,
    kind: Kind | None = None,
    *,
    departement: str | None = None,
    phase: str | None = None,
    year: int = 2024,
) -> list[Territory]:
    """
    Find the territories that a name or a code designates.

    Parameters
    ----------
    text : str
        A name, whole or in part (accents, case, punctuation and "communauté de communes" don't matter), or a
        code: SIREN of an EPCI or EPT, Insee code of a commune, ``id_ti``, code of a département.
    kind : {"epci", "ti", "commune", "ept", "departement", "region"}, optional
        Look among territories of that kind only.
    departement : str, optional
        Keep the communes of that département only; other kinds stay.
    phase : {"2018-2022", "2023-2027"}, optional
        Keep the Territoires d'industrie of that phase only.
    year : int, default 2024
        Map of communes, 2021 to 2026.

    Returns
    -------
    list of Territory
        At most one of each kind (and one per phase of Territoires d'industrie), EPCI first.

    Raises
    ------
    TerritoryNotFoundError
        When nothing answers; the message gives names that look alike.
    AmbiguousTerritoryError
        When several of a kind answer equally well; the message lists them and says how to choose.
    InputError
        When ``kind`` or ``phase`` is not one of those above, or the text is empty.

    Examples
    --------
    >>> for territory in find_territory("ALES"):
    ...     print(territory)
    epci 200066918 CA Alès Agglomération
    ti ti-7602 Bassin d'Alès (phase 2018-2022)
    ti ti-7601 Alès (phase 2023-2027)
    commune 30007 Alès (département 30)
    """
    asked = {"text": text} if departement is None else {"text": text, "departement": departement}
    for name, value in asked.items():
        if not isinstance(value, str):
            raise InputError(f"{name}: {value!r}; expected a string (codes keep their leading zeros).")
    if not plain(text):
        raise InputError(f"text: {text!r} holds no letter or figure; expected a name or a code.")
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind: {kind!r}; expected one of {', '.join(KINDS)}.")
    if phase is not None:
        require_phase(phase)
    table = _index(require_year(year))
    if kind is not None:
        table = table[table["kind"] == kind]
    if departement is not None:
        if departement not in set(table["departement"]):
            raise TerritoryNotFoundError(
                f"departement: {departement!r} is none; expected a code as '01', '2A' or '974'."
            )
        table = table[(table["kind"] != "commune") | (table["departement"] == departement)]
    if phase is not None:
        table = table[(table["kind"] != "ti") | (table["phase"] == phase)]
    matches = _matches(table, text)
    if matches.empty:
        raise TerritoryNotFoundError(_not_found(table, text, year))
    found = [
        Territory(kind, code, nom, year, departement, phase)
        for kind, code, nom, departement, phase in matches[_COLUMNS].itertuples(index=False)
    ]
    found.sort(key=lambda territory: (KINDS.index(territory.kind), territory.phase, territory.code))
    families = [(territory.kind, territory.phase) for territory in found]
    if len(set(families)) < len(families):
        raise AmbiguousTerritoryError(_ambiguous(found, text))
    return found


def _matches(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """Keep the best answers of each kind.

    The first words of a name are enough beside better answers of other kinds when only one territory of
    the kind has them; other parts of names count only when nothing better answers.
    """
    hits = table.assign(level=_levels(table, text))
    hits = hits[hits["level"] < _NOT]
    family = [hits["kind"], hits["phase"]]
    best = hits["level"].min()
    if best in {_CODE, _START, _PART}:
        return hits[hits["level"] == best]
    hits = hits[hits["level"] == hits["level"].groupby(family).transform("min")]
    alone = hits.groupby(["kind", "phase"])["code"].transform("size") == 1
    return hits[(hits["level"] <= _CORE) | ((hits["level"] == _START) & alone)]


def _levels(table: pd.DataFrame, text: str) -> pd.Series:
    wanted = plain(text)
    core = _core(wanted)
    level = pd.Series(_NOT, index=table.index)
    if core:
        words = [f" {word}" for word in core.split()]
        padded = " " + table["core"]
        level[[all(word in name for word in words) for name in padded]] = _PART
        level[(table["core"] + " ").str.startswith(f"{core} ")] = _START
        level[table["core"] == core] = _CORE
    level[table["plain"] == wanted] = _NAME
    level[table["code"].str.lower() == text.strip().lower()] = _CODE
    return level


def _ambiguous(found: list[Territory], text: str) -> str:
    lines = [f"  {territory}" for territory in found[:_MOST_SHOWN]]
    if len(found) > _MOST_SHOWN:
        lines.append(f"  and {len(found) - _MOST_SHOWN} more")
    return (
        f"{text!r}: {len(found)} territories answer to that name:\n"
        + "\n".join(lines)
        + "\nGive the code or the whole name, or say which kind, département or phase."
    )


def _not_found(table: pd.DataFrame, text: str, year: int) -> str:
    message = f"{text!r}: no territory has that name or code on the map of {year}."
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
    core = _core(wanted) or wanted
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
