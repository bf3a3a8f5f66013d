"""What a result says of itself: where its figures come from, and what they can't say.

Results carry this in ``result.attrs["tigis"]``, and maps and profiles print it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict, TypeVar

import pandas as pd

__all__ = ["Note", "describe", "description", "note"]

Frame = TypeVar("Frame", pd.DataFrame, pd.Series)


class Note(TypedDict):
    """One sentence in both languages, ready to be shown on a map."""

    fr: str
    en: str


def note(fr: str, en: str) -> Note:
    """Build a note from its two languages."""
    return Note(fr=fr, en=en)


def describe(
    result: Frame, *, sources: Iterable[Note] = (), limits: Iterable[Note] = (), **details: Any
) -> Frame:
    """Add sources, limits and other details to what a result says of itself; gives the same object back."""
    known = description(result)
    for key, notes in (("sources", sources), ("limits", limits)):
        for each in notes:
            if dict(each) not in known[key]:
                known[key].append(dict(each))
    known.update(details)
    result.attrs["tigis"] = known
    return result


def description(result: pd.DataFrame | pd.Series) -> dict[str, Any]:
    """Read what a result says of itself (a copy): always with ``sources`` and ``limits``."""
    known = dict(result.attrs.get("tigis", {}))
    return {**known, "sources": list(known.get("sources", [])), "limits": list(known.get("limits", []))}
