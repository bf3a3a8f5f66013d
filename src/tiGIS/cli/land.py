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


@click.command()
@click.argument("territory", nargs=-1)
@click.option(
    "--cartofriches",
    type=click.Path(path_type=Path),
    help="Cartofriches' table (needed where no case knows the brownfields, as that of Alès does).",
)
@kind_option(*KINDS)
@phase_option
def land(territory: tuple[str, ...], cartofriches: Path | None, kind: Kind | None, phase: str | None) -> None:
    """List what is known of the brownfields of TERRITORY (Alès Agglomération when absent).

    They are not ranked: most of them are only "potential", and little is known.
    """
    import tiGIS
    from tiGIS._format import number

    known = [case for case in tiGIS.cases.all_cases() if case.brownfields is not None]
    found = find_one(territory or known[0].territory.code, kind, phase=phase)
    codes = set(tiGIS.territory.summarise_territory(found).communes.index)
    cases = [case for case in known if codes <= set(case.territory.codes())]
    if cartofriches is not None:
        frame = tiGIS.sources.read_cartofriches(cartofriches)
        frame = frame[frame["comm_insee"].isin(codes)]
    elif cases:
        frame = cases[0].known("brownfields", found.codes())
    else:
        raise tiGIS.InputError(
            f"brownfields of {found.nom} are not bundled, only those of "
            f"{', '.join(case.name for case in known)}. "
            "Download Cartofriches and give its file: tigis land CODE --cartofriches FILE"
        )
    sites = tiGIS.land.LandSites.from_cartofriches(frame)
    rows = [("Friches recensées", number(len(sites), 0))]
    rows.append(("Surface", f"{number(float(sites.frame['area_ha'].sum()), 1)} ha"))
    for status, row in sites.by("status").iterrows():
        count = f"{number(row['sites'], 0)}, {number(row['area_ha'], 1)} ha"
        rows.append((f"  {'statut inconnu' if status == 'unknown' else status}", count))
    for field, row in sites.completeness().iterrows():
        rows.append((f"  connu : {_FIELDS[str(field)]}", f"{number(row['known'], 0)} sur {len(sites)}"))
    for case in cases:
        if case.business_land is not None and found.code == case.territory.code:
            land = case.business_land()
            text = f"{number(land.free_ha, 0)} ha libres, {number(land.asked_ha, 0)} ha demandés"
            rows.append((f"Foncier d'activité ({land.year})", text))
    lines = [named(found), *(f"  {label:<{_WIDTH}} {value}" for label, value in rows)]
    limits = [f"  {limit['fr']}" for limit in sites.limits]
    click.echo("\n".join([*lines, *limits]))
