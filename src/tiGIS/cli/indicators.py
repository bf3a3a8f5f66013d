"""``tigis indicators`` and ``tigis table``: the bundled figures, listed or written as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tiGIS.cli._output import NewFile

if TYPE_CHECKING:
    from tiGIS._format import Lang

_LEVELS = ("commune", "epci", "ti", "departement", "region")
_NAMES = ("count", "ratio", "mean", "median", "class")
_KINDS = {
    "fr": dict(zip(_NAMES, ("effectif", "rapport", "moyenne", "médiane", "classe"), strict=True)),
    "en": dict(zip(_NAMES, _NAMES, strict=True)),
}
_lang = click.option(
    "--lang", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Language."
)


@click.command()
@_lang
def indicators(lang: str) -> None:
    """List the bundled indicators: what they are, their unit, years and source."""
    from tiGIS.indicators import list_indicators

    listed = list_indicators(cast("Lang", lang))
    width = max(map(len, listed.index))
    for name, one in listed.iterrows():
        what = f"{one['label']}, {one['period']} ({one['unit']} ; {_KINDS[lang][one['kind']]})"
        click.echo(f"{name:{width}}  {what}")
        click.echo(f"{'':{width}}  {one['source']}, {one['licence']}")


@click.command()
@click.argument("level", type=click.Choice(_LEVELS))
@click.argument("names", nargs=-1)
@click.option("-o", "--output", type=NewFile(".csv"), required=True, help="File to write.")
@click.option("--year", type=int, default=2024, show_default=True, help="Map of communes.")
@click.option(
    "--phase", type=click.Choice(("2018-2022", "2023-2027")), default="2023-2027", help="For LEVEL ti."
)
@click.option(
    "--parts", is_flag=True, help="Give figures of a part of a territory too, with the share covered."
)
@click.option("--excel", is_flag=True, help="For a French spreadsheet: ';', decimal comma, byte order mark.")
@_lang
def table(
    level: str,
    names: tuple[str, ...],
    output: Path,
    year: int,
    phase: str,
    parts: bool,
    excel: bool,
    lang: str,
) -> None:
    """Write the indicators NAMES (all, by default) of each territory of LEVEL to a CSV file.

    An unknown figure is an empty cell, and so is one that covers no more than a part of its territory, unless
    --parts asks for it. `tigis indicators` gives the names.
    """
    from tiGIS._files import write_text
    from tiGIS.indicators import indicator_table
    from tiGIS.provenance import description

    least = {"min_covered_pct": 0.0} if parts else {}
    figures = indicator_table(level, names or None, map_year=year, phase=phase, **least)
    mark, separator, decimal = ("\ufeff", ";", ",") if excel else ("", ",", ".")
    text = figures.to_csv(sep=separator, decimal=decimal, float_format="%.10g", lineterminator="\n")
    write_text(output, mark + text)
    about = description(figures)
    click.echo(f"{output}: {len(figures)} x {len(figures.columns) - 1}")
    for said in (*about["sources"], *about["limits"]):
        click.echo(f"  {said[lang]}")
