"""``tigis profile``: write the portrait of an EPCI."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("territory")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; by default profil_<code or name>.html.",
)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language.")
def profile(territory: str, output: Path | None, lang: str) -> None:
    """Write the portrait of an EPCI (its SIREN or name) as one HTML page."""
    from tiGIS.profile import profile as write_profile

    path = output or Path(f"profil_{territory.replace(' ', '_')}.html")
    write_profile(territory, path, lang="en" if lang == "en" else "fr")
    click.echo(f"{path}  {path.stat().st_size / 1000:.0f} kB")
