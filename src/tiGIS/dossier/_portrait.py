"""The portrait of a gathered territory: its land and its water are those of its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._files import require_ending, require_writable, write_text
from tiGIS._format import Lang, number, quantity
from tiGIS.dossier._dossier import Dossier, read_dossier
from tiGIS.sources.reading.geoparquet import read_geoparquet

if TYPE_CHECKING:
    from tiGIS.portrait import Ledger, Section


@checked
def dossier_portrait(folder: str | Path, path: str | Path | None = None, *, lang: Lang = "fr") -> str:
    """Write the portrait of a gathered territory, with the land, the water and the report of its folder.

    Parameters
    ----------
    folder : path-like
        What `gather_territory` wrote.
    path : path-like, optional
        Where to write the page.
    lang : {"fr", "en"}
        Language.

    Returns
    -------
    str
        The page: HTML that needs nothing else.

    Raises
    ------
    DataFileError
        The folder is no dossier.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from tiGIS.dossier import gather_territory
    >>> from tiGIS.sources import Cache
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = gather_territory("200066918", f"{folder}/ales", cache=Cache(pathlib.Path(folder)))
    ...     page = dossier_portrait(f"{folder}/ales", lang="en")
    >>> "What was gathered" in page
    True
    """
    from tiGIS.portrait import find_subject, portray

    if path is not None:
        require_ending(path, (".html", ".htm"))
        require_writable(path)
    dossier = read_dossier(folder)
    about = dossier.report["territory"]
    subject = find_subject(str(about["code"]), about["phase"] or None)
    instead = {"land": _land(dossier, lang), "water": _water(dossier, lang)}
    page = portray(subject, instead=instead, more=[_gathered(dossier, lang)], lang=lang)
    if path is not None:
        write_text(path, page)
    return page


def _land(dossier: Dossier, lang: Lang) -> Section:
    """Count brownfields, and account for the ground that flood zones take."""
    from tiGIS.land import LandSites
    from tiGIS.portrait import Section, Text, brownfields_table, land_title, say, supply_texts

    ledger = _ledger(dossier, "land", lang)
    marks = _marks(ledger)
    blocks: list[Any] = [*supply_texts(dossier.communes.index, ledger, lang)]
    if dossier.has("friches.parquet"):
        sites = read_geoparquet(dossier.file("friches.parquet"))
        frame = LandSites.from_cartofriches(sites.rename(columns={"comm_insee": "code_insee"})).frame
        blocks.append(brownfields_table(frame, marks, lang))
    else:
        words = say(lang, "Friches\u202f: rien n’a été trouvé.", "Brownfields: none was found.")
        blocks.append(Text(words, marks=marks))
    account = _account(dossier, ledger, lang)
    if account is not None:
        blocks.append(account)
    return Section("land", land_title(lang), blocks, ledger)


def _account(dossier: Dossier, ledger: Ledger, lang: Lang) -> Any:
    """Account for the ground of the territory: what flood zones cover, what is left, to the square metre."""
    from tiGIS.flood import FloodZones
    from tiGIS.land import Constraint, land_account
    from tiGIS.portrait import Cell, Row, Table, say

    if not dossier.has("inondation_pprn.parquet"):
        return None
    zones = FloodZones(read_geoparquet(dossier.file("inondation_pprn.parquet")), None)
    name = say(lang, "zones inondables des plans", "flood zones of the plans")
    account = land_account(dossier.communes, [Constraint(name, zones)])
    marks = ledger.enter(dossier.sources("flood"), dossier.limits("flood")) + ledger.enter(
        limits=[
            say(
                lang,
                "Compte de tout le sol, et non du foncier d’activité : ni la pente, ni le zonage n’y entrent",
                "Account of all the ground, not of business land: neither slope nor zoning are in it",
            )
        ]
    )
    lines = (
        (say(lang, "Sol du territoire", "Ground of the territory"), account.gross_ha),
        (
            say(lang, "en zone inondable d’un plan", "in a flood zone of a plan"),
            float(account.constraints["in_order_ha"].sum()),
        ),
        (say(lang, "hors de ces zones", "outside these zones"), account.left_ha),
    )
    rows = tuple(
        Row(
            words,
            (
                Cell(quantity(value, "ha", 0, lang=lang), kind="own"),
                Cell(quantity(100 * value / account.gross_ha, "%", 1, lang=lang)),
            ),
            marks=tuple(dict.fromkeys(marks)),
        )
        for words, value in lines
    )
    heads = (
        say(lang, "Compte du sol", "Account of the ground"),
        say(lang, "Surface", "Area"),
        say(lang, "Part", "Share"),
    )
    return Table(say(lang, "Le compte, au mètre carré", "The account, to the square metre"), heads, rows)


def _water(dossier: Dossier, lang: Lang) -> Section:
    """Say what flood zones cover, and which communes a plan names."""
    from tiGIS.flood import FloodZones, exposure
    from tiGIS.portrait import Section, Text, say, water_title

    ledger = _ledger(dossier, "flood", lang)
    marks = _marks(ledger)
    blocks: list[Any] = []
    if dossier.has("inondation_pprn.parquet"):
        zones = FloodZones(read_geoparquet(dossier.file("inondation_pprn.parquet")), None)
        share = exposure(dossier.communes, zones.of_kind("flood"), by_level=False)
        hectares = number(float(share["area_ha"].sum()), 0, lang=lang)
        touched = number(int((share["area_ha"] > 0).sum()), 0, lang=lang)
        whole = number(len(dossier.communes), 0, lang=lang)
        words = say(
            lang,
            f"{hectares} ha en zone inondable d’un plan de prévention, dans {touched} communes sur "
            f"{whole}\u202f; hors du périmètre des plans, rien n’est connu.",
            f"{hectares} ha in a flood zone of a prevention plan, in {touched} of {whole} communes; outside "
            "the perimeter of the plans nothing is known.",
        )
        blocks.append(Text(words, strong=True, marks=marks))
    if dossier.has("procedures_risques.parquet"):
        flags = pd.read_parquet(dossier.file("procedures_risques.parquet"))
        counts = [
            f"{kind.upper()} {number(int(flags[kind].sum()), 0, lang=lang)}"
            for kind in flags.columns
            if flags[kind].dtype == bool
        ]
        words = say(
            lang,
            f"Communes nommées par un plan ou un atlas (Gaspar)\u202f: {', '.join(counts)}.",
            f"Communes that a plan or an atlas names (Gaspar): {', '.join(counts)}.",
        )
        blocks.append(Text(words, marks=marks))
    if not blocks:
        words = say(lang, "Aucun plan n’a été trouvé.", "No plan was found.")
        blocks.append(Text(words, marks=marks))
    return Section("water", water_title(lang), blocks, ledger)


def _gathered(dossier: Dossier, lang: Lang) -> Section:
    """Say what the folder holds, part by part, and what it lacks."""
    from tiGIS.portrait import Cell, Row, Section, Table, say

    words = {
        "complete": say(lang, "complet", "complete"),
        "partial": say(lang, "en partie", "in part"),
        "missing": say(lang, "absent", "missing"),
    }
    rows = []
    for part in dossier.report["parts"]:
        origins = ", ".join(dict.fromkeys(origin["title"][lang] for origin in part["origins"]))
        lacking = ", ".join(dict.fromkeys(lack["title"][lang] for lack in part["missing"]))
        cells = (
            Cell(words.get(part["status"], part["status"])),
            Cell(origins or "–", kind="text"),
            Cell(lacking or "–", kind="text"),
        )
        rows.append(Row(part["title"][lang], cells))
    title = say(lang, "Ce qui a été rassemblé", "What was gathered")
    heads = (
        say(lang, "Partie", "Part"),
        say(lang, "État", "State"),
        say(lang, "D’où", "From"),
        say(lang, "Ce qui manque", "What lacks"),
    )
    return Section("gathered", title, [Table(title, heads, tuple(rows))])


def _ledger(dossier: Dossier, part: str, lang: Lang) -> Ledger:
    from tiGIS.portrait import Ledger

    ledger = Ledger("water" if part == "flood" else part, lang)
    ledger.enter(dossier.sources(part), dossier.limits(part))
    return ledger


def _marks(ledger: Ledger) -> tuple[str, ...]:
    return ledger.enter(list(ledger.sources), list(ledger.limits))
