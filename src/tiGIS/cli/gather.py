"""``tigis gather``: one folder with everything about a territory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiGIS.cli._output import NewFolder
from tiGIS.cli._territory import find_one, named, phase_option

if TYPE_CHECKING:
    from tiGIS.dossier import Part, RoadSource

ROAD_SOURCES = ("osm", "bdtopo", "bdcarto")


@click.command()
@click.argument("territory")
@click.option("-o", "--output", type=NewFolder(), required=True, help="Folder to write.")
@click.option("--fetch", "network", is_flag=True, help="Fetch what the cache lacks.")
@click.option(
    "--roads",
    "road_source",
    type=click.Choice(ROAD_SOURCES),
    default="osm",
    show_default=True,
    help="Whose roads.",
)
@click.option(
    "--buffer-min", type=float, default=60.0, show_default=True, help="Minutes of road around the territory."
)
@phase_option
def gather(
    territory: str,
    output: Path,
    network: bool,
    road_source: RoadSource,
    buffer_min: float,
    phase: str | None,
) -> None:
    """Gather all about TERRITORY: boundaries, indicators, roads, flood, land, and a report.

    TERRITORY is an EPCI or a Territoire d'industrie, by its code (200066918, ti-7601) or its name.
    Without --fetch, only the cache and the bundled data are used; with it, the exit status is 1 where a file
    could not be fetched.
    """
    from tiGIS.dossier import gather_territory

    found = find_one(territory, ("epci", "ti"), phase=phase, lang="en")
    report = gather_territory(
        found.code,
        output,
        online=network,
        road_source=road_source,
        buffer_min=buffer_min,
        phase=found.phase or None,
        tell=_tell,
    )
    click.echo(f"{named(found)}: {output / 'rapport.html'} says what came from where, and what is missing.")
    failed = sum(lack.why == "failed" for part in report.parts for lack in part.missing)
    if failed:
        files = "1 file" if failed == 1 else f"{failed} files"
        click.echo(f"{files} could not be fetched: the reasons are above.", err=True)
        sys.exit(1)


def _tell(part: Part) -> None:
    click.echo(f"{part.title['en']}: {part.status}" + (f" ({', '.join(part.files)})" if part.files else ""))
    for lack in part.missing:
        reason = f"not in the cache; {lack.command}" if lack.why == "absent" else lack.message
        click.echo(f"  missing: {lack.title['en']}: {reason}", err=True)
