"""``tigis land``: the brownfields of a territory, what is known of them, and supply against demand."""

from __future__ import annotations

from pathlib import Path

import click

from tiGIS.cli._territory import KINDS, Kind, find_one, kind_option, named, phase_option

_WIDTH = 34
_FIELDS = {
    "status": "statut",
    "type": "type",
    "area_ha": "surface",
    "owner_kind": "propriétaire",
    "occupation": "occupation",
    "zoning": "zonage",
    "pollution": "pollution",
    "outline": "contour",
}
_ALES = "200066918"


@click.command()
@click.argument("territory", nargs=-1)
@click.option(
    "--cartofriches",
    type=click.Path(path_type=Path),
    help="Cartofriches' table (needed elsewhere than in Alès Agglomération).",
)
@kind_option(*KINDS)
@phase_option
def land(territory: tuple[str, ...], cartofriches: Path | None, kind: Kind | None, phase: str | None) -> None:
    """List what is known of the brownfields of TERRITORY (Alès Agglomération when absent).

    They are not ranked: most of them are only "potential", and little is known.
    """
    import tiGIS
    from tiGIS._format import number

    found = find_one(territory or _ALES, kind, phase=phase)
    codes = set(tiGIS.territory.summarise_territory(found).communes.index)
    frame = (
        tiGIS.datasets.ales_brownfields()
        if cartofriches is None
        else tiGIS.sources.read_cartofriches(cartofriches)
    )
    if cartofriches is None and found.code != _ALES:
        raise tiGIS.InputError(
            f"brownfields of {found.nom} are not bundled, only those of Alès Agglomération. "
            "Download Cartofriches and give its file: tigis land CODE --cartofriches FILE"
        )
    commune = "code_insee" if cartofriches is None else "comm_insee"
    sites = tiGIS.land.LandSites.from_cartofriches(frame[frame[commune].isin(codes)])
    rows = [("Friches recensées", number(len(sites), 0))]
    rows.append(("Surface", f"{number(float(sites.frame['area_ha'].sum()), 1)} ha"))
    for status, row in sites.by("status").iterrows():
        count = f"{number(row['sites'], 0)}, {number(row['area_ha'], 1)} ha"
        rows.append((f"  {'statut inconnu' if status == 'unknown' else status}", count))
    for field, row in sites.completeness().iterrows():
        rows.append((f"  connu : {_FIELDS[str(field)]}", f"{number(row['known'], 0)} sur {len(sites)}"))
    if found.code == _ALES:
        figures = tiGIS.datasets.ales_reference_figures().set_index("indicator")["value"]
        asked = (float(figures[name]) for name in ("available_business_land", "requested_business_land"))
        supply = tiGIS.land.land_supply(*asked)
        text = f"{number(supply['free_ha'], 0)} ha libres, {number(supply['asked_ha'], 0)} ha demandés"
        rows.append(("Foncier d'activité (2022)", text))
    lines = [named(found), *(f"  {label:<{_WIDTH}} {value}" for label, value in rows)]
    limits = [f"  {limit['fr']}" for limit in sites.limits]
    click.echo("\n".join([*lines, *limits]))
