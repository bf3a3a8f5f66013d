"""The options by which a command is told which part of France it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from tiGIS.cli._territory import find_one, phase_option

if TYPE_CHECKING:
    from tiGIS.sources import Area


def area_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--territory``, ``--phase``, ``--departement`` and ``--buffer-km`` to a command."""
    for option in (
        click.option("--buffer-km", type=float, default=0.0, show_default=True, help="Widen the extent."),
        click.option("--departement", multiple=True, metavar="CODE", help="A département, such as 30 or 2A."),
        phase_option,
        click.option("--territory", metavar="CODE", help="An EPCI or a Territoire d'industrie."),
    ):
        command = option(command)
    return command


def chosen_area(
    territory: str | None, departement: tuple[str, ...], buffer_km: float, phase: str | None
) -> Area | None:
    """Give the area that the options describe, ``None`` where there is none."""
    if territory:
        from tiGIS.dossier import area_of, find_perimeter

        found = find_one(territory, ("epci", "ti"), phase=phase, lang="en")
        area = area_of(find_perimeter(found.code, phase=found.phase or None), buffer_km)
        return replace(area, departements=departement) if departement else area
    if departement:
        from tiGIS.sources import Area

        return Area("-".join(departement), departements=departement)
    return None
