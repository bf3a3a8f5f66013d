"""``tigis maps``: write the maps of the gallery."""

from __future__ import annotations

from pathlib import Path

import click

from tiGIS.cli._output import NewFolder
from tiGIS.cli._territory import dossier_option, name_or_dossier


@click.command()
@click.argument("which", type=click.Choice(["ales", "territoires", "all"]), default="all")
@click.option(
    "-o",
    "--output",
    type=NewFolder(),
    default=Path("maps"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--territory", hidden=True)
@dossier_option
def maps(which: str, output: Path, territory: str | None, dossier: Path | None) -> None:
    """Write the maps of Alès Agglomération, of the Territoires d'industrie, or all.

    Each map is one file that opens in a browser without a connection; index.html leads to them.
    """
    name, dossier = name_or_dossier(territory, dossier)
    if name is not None:
        raise click.UsageError(
            f"--territory: no folder {name!r}. To draw a territory, gather it first: "
            f"tigis gather {name} -o dossier, then tigis maps --dossier dossier."
        )
    if dossier is not None:
        from tiGIS.dossier import dossier_maps

        output.mkdir(parents=True, exist_ok=True)
        for name, drawn in dossier_maps(dossier):
            drawn.save(output / f"{name}.html")
            click.echo(f"{output / name}.html")
        return
    from tqdm import tqdm

    from tiGIS.gallery import build, chosen_pages

    with tqdm(total=len(chosen_pages(which)), unit="map", leave=False, disable=None) as bar:
        written = build(which, output, done=lambda page: bar.update())
    for path in written:
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    click.echo(f"Open {written[-1]} in a browser.")
