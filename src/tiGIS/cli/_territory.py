"""The territory that a command is about: its options, the function that finds it, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

if TYPE_CHECKING:
    from tiGIS.territory import Territory

Kind = Literal["epci", "ti", "commune", "ept", "departement", "region", "zone_emploi"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PHASES = ("2018-2022", "2023-2027")
phase_option = click.option(
    "--phase",
    type=click.Choice(PHASES),
    help="Of a Territoire d'industrie; 2023-2027 when none is said and both have that name or id.",
)

dossier_option = click.option(
    "--dossier",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A territory gathered by `tigis gather`: the folder that it wrote.",
)


def name_or_dossier(territory: str | None, dossier: Path | None) -> tuple[str | None, Path | None]:
    """Tell a name from a dossier: --territory once took folders too, and goes on taking them."""
    if territory is not None and dossier is None and Path(territory).is_dir():
        click.echo("--territory is for a name or a code; for a folder, say --dossier.", err=True)
        return None, Path(territory)
    return territory, dossier


def kind_option(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a command be told the kind of territory that is meant."""
    return click.option("--kind", type=click.Choice(kinds), help="Look among territories of that kind only.")


def find_one(
    words: str | Iterable[str],
    kinds: Kind | tuple[Kind, ...] | None = None,
    *,
    phase: str | None = None,
    departement: str | None = None,
    year: int = 2024,
    lang: str = "fr",
) -> Territory:
    """Find the territory that the words name, and say on the error stream who else is called so."""
    found = find_all(words, kinds, phase=phase, departement=departement, year=year)
    if len(found) > 1:
        others = "; ".join(map(str, found[1:]))
        click.echo(
            f"{found[0]}. Portent aussi ce nom ou ce code, ou presque : {others}"
            if lang == "fr"
            else f"{found[0]}. Also of that name or code, or nearly: {others}",
            err=True,
        )
    return found[0]


def find_all(
    words: str | Iterable[str],
    kinds: Kind | tuple[Kind, ...] | None = None,
    *,
    phase: str | None = None,
    departement: str | None = None,
    year: int = 2024,
) -> list[Territory]:
    """Find the territories that the words name, first the one that is meant."""
    from tiGIS.territory import find_among

    text = words if isinstance(words, str) else " ".join(words)
    among = (kinds,) if isinstance(kinds, str) else kinds or KINDS
    return find_among(text, among, phase=phase, departement=departement, map_year=year)


def named(territory: Territory) -> str:
    """Write its name and its code, with the phase of a Territoire d'industrie."""
    phase = f", phase {territory.phase}" if territory.phase else ""
    return f"{territory.nom} ({territory.code}{phase})"
