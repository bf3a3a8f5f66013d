"""``tigis enclavement``: how shut in a territory is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tiGIS.cli._driving import driving_options, road_network, show_notes, show_table, write_csv
from tiGIS.cli._territory import Kind, find_one, named

if TYPE_CHECKING:
    import pandas as pd

    from tiGIS._format import Lang

_TEXTS = {
    "fr": {
        "target": "vers",
        "mean": "moyenne",
        "median": "médiane",
        "beyond": "à plus de 45 min",
        "law": "test légal",
        "places": "communes",
        "people": "habitants",
        "area": "km²",
        "reading": "lecture",
        "road": "par la route",
        "straight": "à vol d'oiseau",
        "either": "une borne suffit",
        "both": "les deux bornes comptent",
        "all": "toutes",
        "silent": "Les textes de 1995 et de 2019 ne visent pas la Corse : pas de test légal.",
        "direction": "direction",
        "crow": "km/h à vol d'oiseau",
        "detour": "détour",
        "rose": "Depuis {place}, vers les communes de 5 000 habitants et plus à moins de 150 km :",
    },
    "en": {
        "target": "to",
        "mean": "mean",
        "median": "median",
        "beyond": "beyond 45 min",
        "law": "legal test",
        "places": "communes",
        "people": "people",
        "area": "km²",
        "reading": "reading",
        "road": "by road",
        "straight": "as the crow flies",
        "either": "one bound is enough",
        "both": "both bounds count",
        "all": "all",
        "silent": "The texts of 1995 and 2019 leave Corsica out: no legal test.",
        "direction": "direction",
        "crow": "km/h as the crow flies",
        "detour": "detour",
        "rose": "From {place}, to the communes of 5,000 people and more within 150 km:",
    },
}


@click.command()
@driving_options
def enclavement(
    territory: tuple[str, ...],
    kind: Kind | None,
    phase: str | None,
    network: str | None,
    csv: Path | None,
    lang: str,
) -> None:
    """Say how shut in TERRITORY is: minutes, both legal tests, detours by direction.

    TERRITORY is a code (200066918, ti-7602) or a name (Alès).
    """
    from tiGIS.enclavement import commune_table, rose_of, territory_summary

    found = find_one(territory, kind, phase=phase, lang=lang)
    roads = road_network(network)
    table = commune_table(roads, found.communes())
    click.echo(f"{named(found)}\n")
    _show_times(territory_summary(table), lang)
    _show_laws(table, lang)
    main = str(table["population"].astype(float).idxmax())
    rose = rose_of(roads, main)
    click.echo("\n" + _TEXTS[lang]["rose"].format(place=table.loc[main, "nom"]))
    _show_rose(rose, lang)
    show_notes(table, lang)
    if csv:
        write_csv(table, csv)


def _show_times(summary: pd.DataFrame, lang: str) -> None:
    from tiGIS._format import duration, quantity
    from tiGIS.enclavement import target_name

    texts, whole = _TEXTS[lang], summary.iloc[0]
    rows = [[texts[key] for key in ("target", "mean", "median", "beyond")]]
    for column in summary.columns:
        if column.endswith("_median_min"):
            name = column.removesuffix("_median_min")
            rows.append(
                [
                    target_name(name, lang),
                    duration(whole[f"{name}_min"], lang=cast("Lang", lang)),
                    duration(whole[column], lang=cast("Lang", lang)),
                    quantity(whole[f"{name}_beyond_45_share_pct"], "%", 0, lang=cast("Lang", lang)),
                ]
            )
    show_table(rows)


def _show_laws(table: pd.DataFrame, lang: str) -> None:
    from tiGIS._format import number
    from tiGIS.enclavement import legal_readings

    texts = _TEXTS[lang]
    if _law_is_silent(table):
        click.echo(f"\n{texts['silent']}")
        return
    rows = [[texts[key] for key in ("law", "reading", "places", "people", "area")]]
    for law in ("1995", "2019"):
        readings = legal_readings(table, table["population"], table["area_km2"], law=law)
        for reading, row in readings.iterrows():
            figures = [
                number(row[key], 0, lang=cast("Lang", lang)) for key in ("places", "people", "area_km2")
            ]
            words = [texts[word] for word in cast("tuple[str, str]", reading)]
            rows.append([law, ", ".join(words), *figures])
    click.echo()
    show_table(rows, right=2)


def _law_is_silent(table: pd.DataFrame) -> bool:
    """Say whether the texts are about none of the communes."""
    from tiGIS.enclavement import is_continental

    return not bool(is_continental(table.index).any())


def _show_rose(rose: pd.DataFrame, lang: str) -> None:
    from tiGIS._format import number

    texts = _TEXTS[lang]
    rows = [[texts[key] for key in ("direction", "crow", "detour")]]
    for direction, row in rose.iterrows():
        rows.append(
            [
                texts["all"] if direction == "all" else str(direction),
                number(row["crow_kmh"], 0, lang=cast("Lang", lang)),
                number(row["detour"], 2, lang=cast("Lang", lang)),
            ]
        )
    show_table(rows)
