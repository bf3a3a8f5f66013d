"""``tigis access``: minutes from each commune to what it needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tiGIS.cli._driving import driving_options, road_network, show_notes, show_table, write_csv
from tiGIS.cli._territory import Kind, find_one, named

if TYPE_CHECKING:
    from tiGIS._format import Lang


@click.command()
@click.option(
    "--to", "names", multiple=True, help="motorway, tgv, station, airport, port, prefecture, city_100000..."
)
@driving_options
def access(
    names: tuple[str, ...],
    territory: tuple[str, ...],
    kind: Kind | None,
    phase: str | None,
    network: str | None,
    csv: Path | None,
    lang: str,
) -> None:
    """List the minutes by car from each commune of TERRITORY to the nearest of each kind of place.

    TERRITORY is a code (200066918, ti-7602) or a name (Alès).
    """
    from tiGIS._format import duration
    from tiGIS.enclavement import commune_table, load_targets, target_name

    wanted = names or ("motorway", "tgv", "city_100000")
    found = find_one(territory, kind, phase=phase, lang=lang)
    table = commune_table(road_network(network), found.communes(), targets=load_targets(wanted))
    table = table.sort_values([f"{wanted[0]}_min", "nom"])
    click.echo(f"{named(found)}\n")
    rows = [["commune", *(target_name(name, lang) for name in wanted)]]
    for _, row in table.iterrows():
        rows.append([row["nom"], *(duration(row[f"{name}_min"], lang=cast("Lang", lang)) for name in wanted)])
    show_table(rows)
    show_notes(table, lang)
    if csv:
        write_csv(table, csv)
