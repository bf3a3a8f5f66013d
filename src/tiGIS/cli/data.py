"""``tigis data``: bring official files, and look after the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiGIS.cli._chosen_area import area_options, chosen_area

if TYPE_CHECKING:
    from tiGIS.sources import CachedFile


@click.group()
def data() -> None:
    """Bring official files, and look after the cache.

    Files are kept in a folder of yours (TIGIS_CACHE moves it).
    With TIGIS_OFFLINE=1 the network is never used.
    """


@data.command()
@click.argument("source")
@area_options
@click.option("--refresh", is_flag=True, help="Fetch again what is in the cache.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), help="Register this file, brought by hand, instead."
)
@click.option("--note", default="", help="With --from: what must be known of the file; shown with it.")
def get(
    source: str,
    territory: str | None,
    phase: str | None,
    departement: tuple[str, ...],
    buffer_km: float,
    refresh: bool,
    file: Path | None,
    note: str,
) -> None:
    """Bring SOURCE (see `tigis sources list`) for a territory, from the cache or from its producer."""
    from tiGIS.sources import fetch, register

    area = chosen_area(territory, departement, buffer_km, phase)
    if note and not file:
        raise click.UsageError("--note says something of a file brought by hand: give it with --from FILE.")
    files = [register(source, file, area, note=note)] if file else fetch(source, area, refresh=refresh)
    for known in files:
        click.echo(f"{known.path}  {_megabytes(known.size_bytes)}, {_origin(known)}")


@data.command("list")
def list_() -> None:
    """List the files of the cache and where they came from."""
    from tiGIS.sources import Cache

    entries = Cache().entries(by_size=True)
    for entry in entries:
        size = _megabytes(entry.path.stat().st_size)
        origin = _origin(entry.file) if entry.file else entry.state
        click.echo(f"{entry.path.parent.name}/{entry.path.name}  {size}, {origin}")
    if not entries:
        click.echo("The cache is empty: `tigis data get SOURCE` fills it.")


@data.command()
def status() -> None:
    """Check every file of the cache against its record; the exit status is 1 if one is not right."""
    from tiGIS.sources import Cache

    cache = Cache()
    entries = cache.entries()
    size = sum(entry.path.stat().st_size for entry in entries)
    shared = {
        "group": ", shared: a group may change them",
        "owner": ", shared: they are another user's",
        "anybody": ", shared: anybody may add some, only yours and the folder's owner's are taken",
    }.get(cache.writers, "")
    click.echo(f"{cache.folder}: {len(entries)} files, {_megabytes(size)}{shared}")
    meaning = {
        "ok": "right",
        "cut": "half-fetched: the next `tigis data get` goes on with it, `tigis data clean` removes it",
        "changed": "not the file that was fetched: `tigis data clean` removes it",
        "foreign": "put by another user in a folder that anybody may write: it is not taken",
        "unknown": "put there by hand: it is checked when it is first used",
    }
    for entry in entries:
        click.echo(f"{entry.path.parent.name}/{entry.path.name}: {meaning[entry.state]}")
    if any(entry.state == "changed" for entry in entries):
        raise click.exceptions.Exit(1)


@data.command()
@click.argument("source", required=False)
@click.option("--all", "everything", is_flag=True, help="Remove whole files too.")
def clean(source: str | None, everything: bool) -> None:
    """Remove half-fetched and changed files from the cache (of SOURCE only, if given)."""
    from tiGIS.sources import Cache

    removed = Cache().clean(source, everything=everything)
    for path in removed:
        click.echo(f"removed {path}")
    if not removed:
        click.echo("Nothing to remove.")


def _origin(file: CachedFile) -> str:
    from tiGIS.sources import catalogue

    verb = "fetched" if file.obtained == "fetched" else "brought by hand"
    licence = catalogue()[file.source].licence if file.source in catalogue() else "no longer in the catalogue"
    said = file.said or {}
    copy = f" from the copy at {said['mirror']}" if "mirror" in said else ""
    note = f" - {said['note']}" if "note" in said else ""
    return f"{verb} on {file.on}{copy}, {licence}{note}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
