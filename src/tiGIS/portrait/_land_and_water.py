"""Land and water: what cases know of the communes; elsewhere, one line says so."""

from __future__ import annotations

import pandas as pd

from tiGIS._format import MINUS, Lang, number, of_place, quantity
from tiGIS.cases import BusinessLand, Case, cases_of
from tiGIS.land import LandSites, brownfield_account, land_supply
from tiGIS.portrait._blocks import Block, Cell, Ledger, Row, Section, Table, Text, say
from tiGIS.portrait._subject import Subject
from tiGIS.provenance import description, note

_POINTS = note(
    "Les friches sont des points avec une surface, sans contour : rien ne dit ce qui y est libre",
    "Brownfields are points with an area, without an outline: nothing tells what is free there",
)


def land(subject: Subject, lang: Lang) -> Section:
    """Say what land is free, asked for, and lying fallow."""
    ledger = Ledger("land", lang)
    blocks: list[Block] = [*supply_texts(subject.communes.index, ledger, lang)]
    for case in cases_of(subject.communes.index):
        mine = case.known("brownfields", subject.communes.index)
        if mine is not None and len(mine):
            marks = ledger.enter(description(mine)["sources"], [_POINTS])
            blocks.append(brownfields_table(LandSites.from_cartofriches(mine).frame, marks, lang))
            blocks += _only(case, subject, lang)
    if not blocks:
        blocks.append(Text(_absent("friches et foncier d’activité", "brownfields and business land", lang)))
    return Section("land", land_title(lang), blocks, ledger)


def land_title(lang: Lang) -> str:
    """Head the section on land."""
    return say(lang, "La place pour l’industrie", "Room for industry")


def water_title(lang: Lang) -> str:
    """Head the section on water."""
    return say(lang, "L’eau et les risques", "Water and risks")


def supply_texts(communes: pd.Index, ledger: Ledger, lang: Lang) -> list[Text]:
    """Set the land that is free against what is asked, where a document says both."""
    return [
        _supply_text(case.name, case.business_land(), ledger, lang)
        for case in cases_of(communes)
        if case.business_land is not None
    ]


def _supply_text(name: str, land: BusinessLand, ledger: Ledger, lang: Lang) -> Text:
    supply = land_supply(land.free_ha, land.asked_ha)
    free, asked, missing = (
        number(float(supply[what]), lang=lang) for what in ("free_ha", "asked_ha", "missing_ha")
    )
    share = quantity(float(supply["share_served_pct"]), "%", 0, lang=lang)
    words = say(
        lang,
        f"{name} avait {free} ha libres en {land.year} pour {asked} ha demandés\u202f: il en manque "
        f"{missing}, et l’offre sert au plus {share} de la demande.",
        f"{name} had {free} ha free in {land.year} for {asked} ha asked: {missing} are lacking, and "
        f"supply serves at most {share} of the demand.",
    )
    return Text(words, strong=True, marks=ledger.enter([land.source]))


_STEPS = {
    "farm_or_natural": ("en zone agricole ou naturelle", "in farm or natural zoning"),
    "zoning_unknown": ("de zonage inconnu", "of unknown zoning"),
    "only_potential": ("seulement «\u202fpotentielles\u202f»", "only 'potential'"),
    "has_project": ("où un projet est déjà connu", "with a project already"),
    "left": ("Ce qui reste à regarder", "Left to look at"),
}


def brownfields_table(frame: pd.DataFrame, marks: tuple[str, ...], lang: Lang) -> Table:
    """Account for the brownfields and their hectares: all, what each step takes out, what is left."""
    account = brownfield_account(frame)
    lines = [(say(lang, "Friches recensées", "Brownfields listed"), account.sum())]
    lines += [(say(lang, *_STEPS[str(step)]), row) for step, row in account.iterrows()]
    rows = tuple(
        Row(
            heading if number_of in (0, len(lines) - 1) else f"{MINUS} {heading}",
            (
                Cell(number(int(line["sites"]), 0, lang=lang)),
                Cell(quantity(float(line["area_ha"]), "ha", 1, lang=lang), kind="own"),
            ),
            marks=marks,
        )
        for number_of, (heading, line) in enumerate(lines)
    )
    heads = (say(lang, "Friches", "Brownfields"), say(lang, "Nombre", "Number"), say(lang, "Surface", "Area"))
    caption = say(
        lang,
        "Le compte des friches\u202f: ce qui ôte chacune, dans l’ordre, et ce qui reste",
        "The account of brownfields: what takes each out, in order, and what is left",
    )
    return Table(caption, heads, rows)


def water(subject: Subject, lang: Lang) -> Section:
    """Say which communes a plan concerns, and that no flood zone is bundled."""
    ledger = Ledger("water", lang)
    blocks: list[Block] = []
    for case in cases_of(subject.communes.index):
        mine = case.known("risk_plans", subject.communes.index)
        if mine is None or mine.empty:
            continue
        marks = ledger.cite(mine)
        atlas, plants = (number(int(mine[kind].sum()), 0, lang=lang) for kind in ("azi", "pprt"))
        whole = number(len(mine), 0, lang=lang)
        words = say(
            lang,
            f"{atlas} communes sur {whole} sont concernées par un atlas de zones inondables, {plants} par un "
            "plan de risques technologiques.",
            f"{atlas} of {whole} communes are concerned by an atlas of flood zones, {plants} by a plan for "
            "technological risks.",
        )
        blocks += [Text(words, strong=True, marks=marks), *_only(case, subject, lang)]
    if not blocks:
        words = _absent("zones inondables et plans de prévention", "flood zones and prevention plans", lang)
        blocks.append(Text(words))
    return Section("water", water_title(lang), blocks, ledger)


def _only(case: Case, subject: Subject, lang: Lang) -> list[Block]:
    """Say where the figures stop, for a territory larger than that of the case."""
    if set(subject.communes.index) <= set(case.territory.codes()):
        return []
    return [
        Text(
            say(
                lang,
                f"Ces chiffres sont ceux des communes {of_place(case.name)} seulement.",
                f"These figures are those of the communes of {case.name} only.",
            )
        )
    ]


def _absent(fr: str, en: str, lang: Lang) -> str:
    return say(
        lang,
        f"Non fournis avec tiGIS ici\u202f: {fr}. `tigis gather`, puis `tigis portrait --dossier`, les "
        "rassemblent des sources officielles.",
        f"Not bundled with tiGIS here: {en}. `tigis gather`, then `tigis portrait --dossier`, gather them "
        "from official sources.",
    )
