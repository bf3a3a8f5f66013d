"""``tigis sources``: what can be fetched, and whether its addresses still answer."""

from __future__ import annotations

import click

_HASHES = {
    "atom": "MD5, in the producer's feed",
    "wfs": "none: rows are counted against the total announced",
    "pages": "none: rows are counted against the total announced",
}


@click.group()
def sources() -> None:
    """Say which official files tiGIS knows, and whether their addresses still answer."""


@sources.command("list")
def list_() -> None:
    """List the sources of the catalogue."""
    from tiGIS.sources import SCOPES, catalogue

    for source in catalogue().values():
        size = f", about {source.size_mb:g} MB" if source.size_mb else ""
        click.echo(f"{source.name}: {source.title['en']} ({source.producer}; {SCOPES[source.scope]}{size})")


@sources.command()
@click.argument("name")
def show(name: str) -> None:
    """Show what the catalogue says of the source NAME."""
    from tiGIS.sources import NEWER, SCOPES, find_source

    source = find_source(name)
    how = {
        "documentation": "the producer's documentation was read; not fetched",
        "use": "seen in use in public programs; not fetched",
        "analogy": "formed like its neighbours; not seen in use, not fetched",
    }[source.checked["how"]]
    for key, value in {
        "title": source.title["en"],
        "producer": source.producer,
        "licence": source.licence,
        "attribution": source.attribution,
        "address": source.address + (f" ({source.layer})" if source.layer else ""),
        "documentation": source.documentation,
        "format": source.format,
        "vintage": source.vintage["en"],
        "size": f"about {source.size_mb:g} MB" if source.size_mb else "depends on the place",
        "hash": _HASHES.get(source.kind, source.checksum or "not given: its size and its form are checked"),
        "fetched for": SCOPES[source.scope],
        "newer": NEWER[source.newer],
        "read by": source.reader.replace(":", "."),
        "address checked": f"{source.checked['on']}: {how}",
    }.items():
        click.echo(f"{key}: {value}")


@sources.command()
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Try the addresses of the catalogue (or of NAMES); the exit status is 1 if one does not answer."""
    from tiGIS.sources import check_sources

    states = []
    for checked in check_sources(names):
        states.append(checked.state)
        click.echo(f"{checked.state:6}  {checked.source}: {checked.found}")
    click.echo(f"{states.count('ok')} answer, {states.count('moved')} moved, {states.count('failed')} failed")
    if "failed" in states:
        raise click.exceptions.Exit(1)
