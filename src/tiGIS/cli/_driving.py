"""What the commands about driving share: territory, network, table on the screen and in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiGIS.cli._output import NewFile
from tiGIS.cli._territory import KINDS, kind_option, phase_option

if TYPE_CHECKING:
    import pandas as pd

    from tiGIS.network import RoadNetwork


def driving_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options by which the territory, the network and the file are told."""
    for option in (
        click.option(
            "--lang", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Language."
        ),
        click.option("--csv", "csv", type=NewFile(".csv"), help="Write the table of communes to this file."),
        click.option(
            "--network",
            type=click.Path(exists=True, dir_okay=False),
            help="A network saved by RoadNetwork.save; the bundled inter-urban one without it.",
        ),
        phase_option,
        kind_option(*KINDS),
        click.argument("territory", nargs=-1, required=True),
    ):
        command = option(command)
    return command


def road_network(path: str | None) -> RoadNetwork:
    """Load the network that was asked for."""
    import tiGIS
    from tiGIS.network import RoadNetwork

    return RoadNetwork.load(path) if path else tiGIS.load_interurban_network()


def show_table(rows: Sequence[Sequence[str]], right: int = 1) -> None:
    """Write rows in columns, from column ``right`` on to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if column >= right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def show_notes(result: pd.DataFrame, lang: str) -> None:
    """Write where the figures come from and what they can't say."""
    from tiGIS.provenance import description

    known = description(result)
    click.echo()
    for kind, fr, en in (("sources", "Source", "Source"), ("limits", "Limite", "Limit")):
        for each in known[kind]:
            click.echo(f"{fr if lang == 'fr' else en} : {each[lang]}")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table, whole, under a temporary name first."""
    from tiGIS._files import write_text

    target = write_text(path, table.to_csv(float_format="%.3f", lineterminator="\n"))
    click.echo(f"\n{target}")
