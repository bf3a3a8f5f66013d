"""``tigis maps``: write the maps of the gallery."""

from __future__ import annotations

from pathlib import Path

import click

from tiGIS._files import replacing_together
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

        with replacing_together(output) as folder:  # pages of one territory, not half of them of another
            for name, drawn in dossier_maps(dossier):
                drawn.save(folder / f"{name}.html")
            pages = {path.name for path in folder.glob("*.html")}
        click.echo("\n".join(str(output / page) for page in sorted(pages)))
        if others := sorted(path.name for path in output.glob("*.html") if path.name not in pages):
            click.echo(f"Not of this dossier, there before: {', '.join(others)}", err=True)
        return
    from tqdm import tqdm

    from tiGIS.gallery import build, chosen_pages

    with tqdm(total=len(chosen_pages(which)), unit="map", leave=False, disable=None) as bar:
        written = build(which, output, done=lambda page: bar.update())
    for path in written:
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    click.echo(f"Open {written[-1]} in a browser.")
