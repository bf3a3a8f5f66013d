"""The official codes of hazards, levels and rules, and the few words that tiGIS uses for them."""

from __future__ import annotations

from typing import Final

# What a zone is about
FLOOD: Final = "flood"
OTHER: Final = "other"
UNDETERMINED: Final = "undetermined"
KINDS: Final = (FLOOD, OTHER, UNDETERMINED)

# Families of the national nomenclature of risks (GASPAR, seven digits: natural 1, technological 2, mining 3).
# Several natural hazards at once are written with one code, which says nothing of which hazards they are.
MULTIPLE_HAZARDS: Final = "9999999"
_OTHER_FAMILIES: Final = ("12", "13", "14", "15", "16", "17", "18", "2", "3")

# Levels from the slightest to the worst, with their code in the COVADIS exchange formats.
LEVELS: Final = (
    "low",
    "medium",
    "medium_plus",
    "high",
    "high_plus",
    "very_high",
    "very_high_plus",
)
UNKNOWN_LEVEL: Final = "unknown"
LEVEL_OF_CODE: Final = {f"{rank:02d}": level for rank, level in enumerate(LEVELS, start=1)}

# Type of rule of a regulated zone (COVADIS ``typereg``), from the lightest to the heaviest.
REGULATIONS: Final = {
    "01": "prescriptions_outside_hazard",
    "02": "prescriptions",
    "03": "prohibition",
    "04": "strict_prohibition",
    "05": "delaissement",
    "06": "expropriation",
}
UNKNOWN_REGULATION: Final = "unknown"

# Scenarios of the floods directive; the return period is what the directive's maps usually stand for,
# and is not written in the files, so it is never filled in from here.
SCENARIOS: Final = {
    "01for": "frequent",
    "01fre": "frequent",
    "02moy": "medium",
    "03mcc": "medium_with_climate_change",
    "04fai": "rare",
}


def kind_of_code(code: str | None) -> str:
    """Tell floods (11xxxxx) from other hazards; anything else is undetermined, never a flood by default."""
    if code is None or len(code) != 7 or not code.isdigit() or code == MULTIPLE_HAZARDS:
        return UNDETERMINED
    if code.startswith("11"):
        return FLOOD
    return OTHER if code.startswith(_OTHER_FAMILIES) else UNDETERMINED


def level_rank(level: str) -> int:
    """Rank of a level, 1 for the slightest; 0 for an unknown one, so that a known level prevails."""
    return LEVELS.index(level) + 1 if level in LEVELS else 0
