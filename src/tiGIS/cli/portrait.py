"""``tigis portrait``: write the portrait of an EPCI or of a Territoire d'industrie."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiGIS.cli._output import NewFile
from tiGIS.cli._territory import dossier_option, find_one, name_or_dossier, named, phase_option

if TYPE_CHECKING:
    from tiGIS._format import Lang


@click.command()
@click.argument("territory", required=False)
@click.option(
    "-o",
    "--output",
    type=NewFile(".html", ".htm"),
    help="File to write; by default profil_<code or name>.html.",
)
@phase_option
@click.option("--territory", "also", metavar="TERRITORY", help="The same, as an option.")
@dossier_option
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language.")
def portrait(
    territory: str | None,
    output: Path | None,
    phase: str | None,
    also: str | None,
    dossier: Path | None,
    lang: str,
) -> None:
    """Write the portrait of a territory as one HTML page.

    TERRITORY is an EPCI (its SIREN or name) or a Territoire d'industrie (its id, ti-7601, or name).
    With --dossier, the land and the water are those of a gathered territory.
    """
    name, dossier = name_or_dossier(also, dossier)
    if sum(given is not None for given in (territory, name, dossier)) != 1:
        raise click.UsageError("Give a territory, or a folder of `tigis gather` with --dossier.")
    territory = territory or name
    language: Lang = "en" if lang == "en" else "fr"
    if dossier is not None:
        from tiGIS.dossier import dossier_portrait

        path = output or Path("profil.html")
        dossier_portrait(dossier, path, lang=language)
    else:
        from tiGIS.portrait import portrait as write_portrait

        found = find_one(str(territory), ("epci", "ti"), phase=phase, lang=lang)
        path = output or Path("profil_" + re.sub(r"[^\w-]+", "_", str(territory)) + ".html")
        write_portrait(found.code, path, phase=found.phase or phase, lang=language)
        click.echo(named(found))
    click.echo(f"{path}  {path.stat().st_size / 1000:.0f} kB")
