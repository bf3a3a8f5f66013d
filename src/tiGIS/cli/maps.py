"""``tigis maps``: write the maps of the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiGIS._files import replacing_together
from tiGIS.cli._output import NewFolder
from tiGIS.cli._territory import dossier_option, find_one, name_or_dossier, named, phase_option

if TYPE_CHECKING:
    from tiGIS.territory import Territory


@click.command()
@click.argument("which", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=NewFolder(),
    default=Path("maps"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--territory", hidden=True)
@phase_option
@dossier_option
def maps(
    which: tuple[str, ...], output: Path, territory: str | None, phase: str | None, dossier: Path | None
) -> None:
    """Write the maps of Alès and of France, or those of WHICH: ales, territoires, all, or a name or a code.

    A territory is an EPCI or a Territoire d'industrie.

    Each map is one file that opens in a browser without a connection; index.html leads to them.
    """
    name, dossier = name_or_dossier(territory, dossier)
    words = " ".join(which) or name or "all"
    if which and (name or dossier):
        raise click.UsageError(
            "Give the maps to draw, or a folder of `tigis gather` with --dossier: not both."
        )
    if dossier is not None:
        from tiGIS.dossier import DOSSIER_PAGES, dossier_maps

        earlier = [f"{page}.html" for page in DOSSIER_PAGES]
        with replacing_together(output, earlier) as folder:  # pages of one territory, none of another
            for name, drawn in dossier_maps(dossier):
                drawn.save(folder / f"{name}.html")
            pages = {path.name for path in folder.glob("*.html")}
        click.echo("\n".join(str(output / page) for page in sorted(pages)))
        return
    from tqdm import tqdm

    from tiGIS.cases import RESERVED, all_cases
    from tiGIS.gallery import Page, build, chosen_pages

    chosen: str | Territory = words
    if words not in {*RESERVED, *(case.key for case in all_cases())}:
        chosen = find_one(words, ("epci", "ti"), phase=phase)
        click.echo(named(chosen))
    without: list[str] = []

    def left_out(page: Page, why: str) -> None:
        without.append(f"{page.name}: {why}")

    with tqdm(total=len(chosen_pages(chosen)), unit="map", leave=False, disable=None) as bar:
        written = build(chosen, output, done=lambda page: bar.update(), left_out=left_out)
    for line in without:
        click.echo(line, err=True)
    for path in written:
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    click.echo(f"Open {written[-1]} in a browser.")
