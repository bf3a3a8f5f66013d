"""How territories are called: names as they are compared, and how well one answers to a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, get_args

import pandas as pd

from tiGIS.territory._members import (
    PHASES,
    administrative_names,
    employment_zones,
    epci_and_ept,
    load_memberships,
    population_of_map,
    territoire_members,
)

Kind = Literal["epci", "ti", "commune", "ept", "departement", "region", "zone_emploi"]
_ADMINISTRATIVE: tuple[Kind, ...] = ("departement", "region")
KINDS: tuple[Kind, ...] = get_args(Kind)
# how well a territory answers: by its code, its whole name (what it is called aside: "CA", "Agglomération"),
# its name but for the article, its name without small words, the first words of its name, words somewhere in
# its name, not at all
CODE, NAME, BARE, CORE, START, PART, NOT = range(7)
_LINK = r"(?: (?:du|des|de la|de l|de|d))?"
_INTERCOMMUNAL = (
    rf"^(?:cc|ca|cu|met|communaute (?:de communes|d agglomeration|urbaine)|metropole|eurometropole){_LINK} "
    "| (?:agglomeration|agglo|metropole|eurometropole|communaute)$"
)
# what may be said or left out of a name, for each kind
_FORM: dict[str, re.Pattern[str]] = {
    "epci": re.compile(_INTERCOMMUNAL),
    "ept": re.compile("^ept "),
    "ti": re.compile(rf"^(?:ti|territoires? d industrie){_LINK} "),
    "departement": re.compile(rf"^departement{_LINK} "),
    "region": re.compile(rf"^region{_LINK} "),
    "commune": re.compile(rf"^commune{_LINK} "),
    "zone_emploi": re.compile(rf"^(?:ze|zone d emploi){_LINK} "),
}
_ARTICLE = re.compile("^(?:le|la|les|l) ")
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "le la les l de du des d et en a au aux sur grand pays bassin territoire ti departement region "
        "zone emploi ze cc ca cu met metropole eurometropole communaute communes agglomeration agglo urbaine",
    )
)
_WORD = re.compile("[0-9a-z]+")
COLUMNS = ["kind", "code", "nom", "departement", "phase"]


def plain(text: str) -> str:
    """Write a name in small letters without accents or punctuation: ``"l alpe d huez"``."""
    small = text.casefold().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", small.replace("’", "'")).encode("ascii", "ignore").decode()
    words = _WORD.findall(letters)
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def core_of(name: str) -> str:
    """Leave out the words that many names share ("communauté", "pays", "de")."""
    return " ".join(word for word in name.split() if word not in _SMALL_WORDS)


@lru_cache(maxsize=4)
def names_of_map(year: int) -> pd.DataFrame:
    """Every territory of a map with its names as they are compared."""
    communes = load_memberships(year).reset_index(names="code").assign(kind="commune")
    intercommunal = epci_and_ept(year).reset_index(names="code")
    intercommunal["kind"] = intercommunal["nature"].eq("EPT").map({True: "ept", False: "epci"})
    parts = [communes, intercommunal]
    for phase in PHASES:
        territories = territoire_members(phase).drop_duplicates("id_ti").rename(columns={"id_ti": "code"})
        parts.append(territories.assign(kind="ti"))
    parts += [
        administrative_names(kind).reset_index(names="code").assign(kind=kind) for kind in _ADMINISTRATIVE
    ]
    parts.append(employment_zones().reset_index(names="code").assign(kind="zone_emploi"))
    table = pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS).fillna("").astype(str)
    people = population_of_map(year)["population"]
    table["weight"] = table["code"].map(people).fillna(people.max())  # larger territories first
    table["plain"] = table["nom"].map(plain)
    table["core"] = table["plain"].map(core_of)
    names = zip(table["plain"], table["kind"], strict=True)
    table["whole"] = [_FORM[kind].sub("", name) for name, kind in names]
    table["bare"] = [_ARTICLE.sub("", name) for name in table["whole"]]
    return table


def levels_of(table: pd.DataFrame, text: str) -> pd.Series:
    """Say how well each territory of the table answers to the text, from ``CODE`` to ``NOT``."""
    wanted = plain(text)
    core = core_of(wanted)
    level = pd.Series(NOT, index=table.index)
    if core:
        words = [f" {word}" for word in core.split()]
        padded = " " + table["core"]
        level[[all(word in name for word in words) for name in padded]] = PART
        level[(table["core"] + " ").str.startswith(f"{core} ")] = START
        level[table["core"] == core] = CORE
    for kind, form in _FORM.items():
        whole = form.sub("", wanted)
        here = table["kind"] == kind
        level[here & (table["bare"] == _ARTICLE.sub("", whole))] = BARE
        level[here & (table["whole"] == whole)] = NAME
    level[table["plain"] == wanted] = NAME
    level[table["code"].str.lower() == text.strip().lower()] = CODE
    zones = table["kind"] == "zone_emploi"
    if zones.any() and _FORM["zone_emploi"].match(wanted):
        level[~zones] = NOT
    elif not zones.all():  # zones are named after towns: who says the name of a town means the town
        level[zones & (level >= level[~zones].min())] = NOT
    return level
