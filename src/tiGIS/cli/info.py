"""``tigis info``: who a territory is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import click

from tiGIS.cli._territory import KINDS, Kind, find_all, kind_option, phase_option

if TYPE_CHECKING:
    from tiGIS._format import Lang
    from tiGIS.territory import Summary, Territory

_TEXTS = {
    "fr": {
        "epci": "EPCI (intercommunalité)",
        "ti": "Territoire d'industrie",
        "commune": "Commune",
        "ept": "Établissement public territorial du Grand Paris",
        "departement": "Département",
        "region": "Région",
        "zone_emploi": "Zone d'emploi (2020)",
        "kind": "Type",
        "code": "Code",
        "phase": "phase",
        "map": "Carte des communes",
        "map_value": "1er janvier {year}",
        "population": "Population",
        "people": "{count} habitants (recensement {years})",
        "unknown": "inconnue",
        "area": "Superficie",
        "density": "{density} hab./km²",
        "drawn": "surface dessinée, l'officielle n'est pas connue",
        "drawn_beside": "Insee 2021, sans mer, grands lacs ni glaciers ; dessinée : {area} km²",
        "departements": "Départements",
        "regions": "Régions",
        "epci_list": "Intercommunalités",
        "none": "aucune",
        "ti_list": "Territoires d'industrie",
        "no_ti": "aucun",
        "communes": "Communes",
        "more": "et {count} autres (--all pour toutes)",
        "also": "Voir aussi",
        "sources": "Sources",
        "source_text": "IGN Admin Express et COG {year}, Insee (populations légales), DGCL, ANCT",
    },
    "en": {
        "epci": "EPCI (intercommunal authority)",
        "ti": "Territoire d'industrie",
        "commune": "Commune",
        "ept": "Territorial public body of Grand Paris (EPT)",
        "departement": "Département",
        "region": "Region",
        "zone_emploi": "Zone d'emploi (employment zone of 2020)",
        "kind": "Kind",
        "code": "Code",
        "phase": "phase",
        "map": "Map of communes",
        "map_value": "1 January {year}",
        "population": "Population",
        "people": "{count} people (census {years})",
        "unknown": "unknown",
        "area": "Area",
        "density": "{density} people/km²",
        "drawn": "as drawn, the official one is not known",
        "drawn_beside": "Insee 2021, without sea, large lakes and glaciers; as drawn: {area} km²",
        "departements": "Départements",
        "regions": "Regions",
        "epci_list": "EPCI",
        "none": "none",
        "ti_list": "Territoires d'industrie",
        "no_ti": "none",
        "communes": "Communes",
        "more": "and {count} more (--all for all)",
        "also": "See also",
        "sources": "Sources",
        "source_text": "IGN Admin Express and COG {year}, Insee (legal populations), DGCL, ANCT",
    },
}
_FIRST_COMMUNES = 8
_WIDTH = 25


@click.command()
@click.argument("territory", nargs=-1, required=True)
@kind_option(*KINDS)
@click.option("--departement", help="Keep the communes of that département only.")
@phase_option
@click.option("--year", type=int, default=2024, show_default=True, help="Map of communes.")
@click.option("--all", "every", is_flag=True, help="List all the communes.")
@click.option("--lang", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Language.")
def info(
    territory: tuple[str, ...],
    kind: Kind | None,
    departement: str | None,
    phase: str | None,
    year: int,
    every: bool,
    lang: str,
) -> None:
    """Say who TERRITORY is: its people, area, communes, Territoires d'industrie.

    TERRITORY is a code (200066918, 30007, ti-7601) or a name (Alès).
    """
    from tiGIS.territory import summarise_territory

    found = find_all(territory, kind, phase=phase, departement=departement, year=year)
    summary = summarise_territory(found[0])
    lines = _lines(summary, found[1:], every, cast("Lang", lang))
    click.echo("\n".join(lines))


def _lines(summary: Summary, others: list[Territory], every: bool, lang: Lang) -> list[str]:
    from tiGIS._format import number

    texts, territory = _TEXTS[lang], summary.territory
    count, colon = len(summary.communes), "\u00a0:" if lang == "fr" else ":"
    known = summary.population is not None
    people = texts["people"].format(
        count=number(summary.population, lang=lang), years="-".join(map(str, summary.population_years))
    )
    area = _area(summary, lang)
    rows = [
        (texts["kind"], f"{texts[territory.kind]}{f' — {summary.nature}' if summary.nature else ''}"),
        (
            texts["code"],
            territory.code + (f" ({texts['phase']} {territory.phase})" if territory.phase else ""),
        ),
        (texts["map"], texts["map_value"].format(year=territory.year)),
        (texts["population"], people if known else texts["unknown"]),
        (texts["area"], area),
        (texts["departements"], _named(summary.departements)),
        (texts["regions"], _named(summary.regions)),
    ]
    if territory.kind != "epci":
        shown = _few(list(summary.epci.items()), every, lang)
        rows.append((texts["epci_list"], shown or texts["none"]))
    industry = [f"{ti.nom} ({ti.code}, {texts['phase']} {ti.phase})" for ti in summary.territoires_industrie]
    if territory.kind not in {"departement", "region"}:
        rows.append((texts["ti_list"], "; ".join(industry) or texts["no_ti"]))
    if territory.kind != "commune":
        rows.append((texts["communes"], f"{count}{colon} {_communes(summary, every, lang)}"))
    if others:
        rows.append((texts["also"], "; ".join(map(str, others))))
    rows.append((texts["sources"], texts["source_text"].format(year=2024)))
    return [territory.nom, *(f"  {label:<{_WIDTH}} {value}" for label, value in rows)]


def _area(summary: Summary, lang: Lang) -> str:
    """Write the official area and the drawn one, and the density by the official one where it is known."""
    from tiGIS._format import number

    texts, drawn, official = _TEXTS[lang], summary.area_km2, summary.official_area_km2
    known = not math.isnan(official)
    area = f"{number(official if known else drawn, 1, lang=lang)} km²"
    said = [texts["drawn_beside"].format(area=number(drawn, 1, lang=lang)) if known else texts["drawn"]]
    if summary.population is not None:
        density = number(summary.population / (official if known else drawn), 0, lang=lang)
        said.insert(0, texts["density"].format(density=density))
    return f"{area} ({' ; '.join(said)})" if lang == "fr" else f"{area} ({'; '.join(said)})"


def _named(names: dict[str, str]) -> str:
    return ", ".join(f"{nom} ({code})" for code, nom in names.items())


def _few(items: list[tuple[str, str]], every: bool, lang: Lang) -> str:
    # one more takes no more room than to say that there is one
    shown = items if every or len(items) <= _FIRST_COMMUNES + 1 else items[:_FIRST_COMMUNES]
    text = ", ".join(f"{nom} ({code})" for code, nom in shown)
    left = len(items) - len(shown)
    return f"{text}, {_TEXTS[lang]['more'].format(count=left)}" if left else text


def _communes(summary: Summary, every: bool, lang: Lang) -> str:
    from tiGIS._format import number

    people = [
        (number(count, 0, lang=lang), nom)
        for nom, count in zip(summary.communes["nom"], summary.communes["population"], strict=True)
    ]
    return _few(people, every, lang)
