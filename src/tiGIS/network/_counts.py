"""What the reading of roads counts, and what it says of it in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tiGIS.network._roads import FLAGS
from tiGIS.provenance import Note, note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiGIS.sources.reading.road_lines import RoadLines

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

THEORETICAL = (
    note(
        "Temps théoriques en voiture, sans embouteillage, sans interdiction de tourner ni attente aux feux",
        "Theoretical driving times: no congestion, no turn restrictions, no waiting at lights",
    ),
)
"""What all times on roads leave out."""

_FLAG_WORDS = {
    "private": ("privés", "private"),
    "toll": ("à péage", "tolled"),
    "bridge": ("sur un pont", "on a bridge"),
    "tunnel": ("dans un tunnel", "in a tunnel"),
    "dual": ("à chaussées séparées", "of two carriageways"),
    "roundabout": ("dans un rond-point", "on a roundabout"),
}


def counted(
    lines: RoadLines,
    line: NDArray[np.int64],
    length_m: Floats,
    flags: NDArray[np.uint8],
    road_class: NDArray[np.int8],
    n_merged: int,
) -> dict[str, Any]:
    """Count what was read, and what of it is not for cars.

    Parameters
    ----------
    lines : RoadLines
        What the reader gave.
    line, length_m, flags : numpy.ndarray
        Of each piece of road: its line, its metres, its qualities.
    road_class : numpy.ndarray
        Class of each line, -1 where it is not for cars.
    n_merged : int
        Pieces merged with a double of theirs.

    Returns
    -------
    dict
        The report.
    """
    table = lines.table
    not_for_cars = table.loc[road_class < 0, "source_class"].value_counts().sort_index()
    unlimited = table[["limit_kmh", "limit_back_kmh"]].isna().all(axis=1).to_numpy()
    return {
        "lines_read": len(table),
        "lines_left_out_by_the_reader": dict(lines.left_out),
        "lines_not_for_cars": int(not_for_cars.sum()),
        "lines_not_for_cars_by_class": {str(name): int(n) for name, n in not_for_cars.items()},
        **lines.counted,
        "km_read": round(float(length_m.sum()) / 1000, 3),
        "pieces_merged_with_a_double": n_merged,
        "urban_share_pct": round(100 * _share(length_m, (flags & FLAGS["urban"]) != 0), 1),
        "without_legal_limit_share_pct": round(100 * _share(length_m, unlimited[line]), 1),
    }


def _share(length: Floats, where: Bools) -> float:
    total = float(length.sum())
    return float(length[where].sum()) / total if total else 0.0


def limits_told(report: dict[str, Any], *, measured: bool) -> list[Note]:
    """Say what was cut, kept apart or not known, from what the report counts."""
    notes = []
    if n := report.get("barriers_closed_to_cars"):
        notes.append(
            note(
                f"Bornes, blocs et portails fermés aux voitures : {n} ; la route y est coupée",
                f"Barriers closed to cars (bollards, blocks, private gates): {n}; the road is cut there",
            )
        )
    if n := report.get("barriers_of_unknown_kind_left_open"):
        notes.append(
            note(
                f"Obstacles d'un genre inconnu, comptés comme ouverts : {n}",
                f"Barriers of an unknown kind, taken as open: {n}",
            )
        )
    if km := report.get("km_nobody_passes_through"):
        notes.append(
            note(
                f"Routes réservées aux riverains et à la desserte ({km:.1f} km) : un trajet y commence ou "
                "s'y termine, aucun ne les traverse",
                f"Roads for those who go there (destination only, {km:.1f} km): trips start or end on them, "
                "none passes through",
            )
        )
    for flag, (french, english) in _FLAG_WORDS.items():
        if n := report.get(f"lines_without_{flag}_said"):
            notes.append(
                note(
                    f"Tronçons dont la source ne dit pas s'ils sont {french}, comptés comme non : {n}",
                    f"Roads of which the source does not say if they are {english}, taken as not: {n}",
                )
            )
    if not measured:
        notes.append(
            note(
                "Coordonnées hors de la zone de leur projection : longueurs du dessin, non du terrain",
                "Coordinates outside the area of their projection: lengths of the drawing, not of the ground",
            )
        )
    return notes
