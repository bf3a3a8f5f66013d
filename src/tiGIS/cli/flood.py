"""``tigis flood``: what an official prevention plan holds, and its layers in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tiGIS.cli._output import NewFile

if TYPE_CHECKING:
    from tiGIS._format import Lang
    from tiGIS.flood import PreventionPlan

_TEXTS = {
    "fr": {
        "zones": "{zones}, {area} ha, {share} %",
        "flood": "Inondation",
        "other": "Autres aléas",
        "undetermined": "Indéterminé",
        "level": "Inondation, niveau {level}",
        "rule": "Règlement : {rule}",
        "hectares": "{area} ha",
        "low": "faible",
        "medium": "moyen",
        "medium_plus": "moyen plus",
        "high": "fort",
        "high_plus": "fort plus",
        "very_high": "très fort",
        "very_high_plus": "très fort plus",
        "unknown": "inconnu",
        "prescriptions_outside_hazard": "prescriptions hors zone d'aléa",
        "prescriptions": "prescriptions",
        "prohibition": "interdiction",
        "strict_prohibition": "interdiction stricte",
        "delaissement": "délaissement",
        "expropriation": "expropriation",
        "mended": "Polygones réparés",
        "written": "Écrit dans",
    },
    "en": {
        "zones": "{zones}, {area} ha, {share} %",
        "flood": "Flood",
        "other": "Other hazards",
        "undetermined": "Undetermined",
        "level": "Flood, level {level}",
        "rule": "Rule: {rule}",
        "hectares": "{area} ha",
        "low": "low",
        "medium": "medium",
        "medium_plus": "medium plus",
        "high": "high",
        "high_plus": "high plus",
        "very_high": "very high",
        "very_high_plus": "very high plus",
        "unknown": "unknown",
        "prescriptions_outside_hazard": "prescriptions outside hazards",
        "prescriptions": "prescriptions",
        "prohibition": "prohibition",
        "strict_prohibition": "strict prohibition",
        "delaissement": "délaissement",
        "expropriation": "expropriation",
        "mended": "Polygons mended",
        "written": "Written to",
    },
}
_WIDTH = 34


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=NewFile(".gpkg"), help="Write its layers to a GeoPackage.")
@click.option("--crs", help="CRS to bring it to, e.g. EPSG:2154; its own otherwise.")
@click.option("--lang", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Language.")
def flood(plan: Path, output: Path | None, crs: str | None, lang: str) -> None:
    """Say what PLAN, the zip of an official natural-risk prevention plan (PPRN), holds.

    Floods, other hazards and what the file doesn't let anybody tell, in hectares.
    """
    from tiGIS.flood import read_pprn

    read = read_pprn(plan, crs=crs)
    click.echo("\n".join([plan.name, *_lines(read, cast("Lang", lang))]))
    if output is not None:
        read.save(output)
        click.echo(f"  {_TEXTS[lang]['written']:<{_WIDTH}} {output}")


def _lines(plan: PreventionPlan, lang: Lang) -> list[str]:
    from tiGIS._format import number, plural

    texts = _TEXTS[lang]
    rows = []
    for kind, row in plan.summary().iterrows():
        area, share = (number(row[name], 1, lang=lang) for name in ("area_ha", "share_pct"))
        text = texts["zones"].format(
            zones=plural(int(row["zones"]), "zone", lang=lang), area=area, share=share
        )
        rows.append((texts[str(kind)], text))
    for level, hectares in plan.hazards.of_kind("flood").area_ha().items():
        label = texts["level"].format(level=texts[str(level)])
        rows.append((label, texts["hectares"].format(area=number(hectares, 1, lang=lang))))
    rules = plan.regulation.frame
    for rule, hectares in (rules.area / 1e4).groupby(rules["regulation"]).sum().items():
        label = texts["rule"].format(rule=texts[str(rule)])
        rows.append((label, texts["hectares"].format(area=number(hectares, 1, lang=lang))))
    mended = plan.hazards.repairs.mended + plan.regulation.repairs.mended
    rows.append((texts["mended"], number(mended, 0, lang=lang)))
    return [f"  {label:<{_WIDTH}} {value}" for label, value in rows]
