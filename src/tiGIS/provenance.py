"""What a result says of itself: where its figures come from, and what they can't say.

Results carry this in ``result.attrs["tigis"]``, and maps and portraits print it. A measure passes on what its
inputs said by `inherit`, and adds its own by `describe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, TypeVar, cast

import pandas as pd

__all__ = ["Note", "describe", "description", "inherit", "note"]

Frame = TypeVar("Frame", pd.DataFrame, pd.Series)


class Note(TypedDict):
    """One sentence in both languages, ready to be shown on a map."""

    fr: str
    en: str


def note(fr: str, en: str) -> Note:
    """
    Build a note from its two languages.

    Parameters
    ----------
    fr, en : str
        The sentence.

    Returns
    -------
    dict
        The two under ``fr`` and ``en``.

    Examples
    --------
    >>> note("Enquête de l'agglomération", "Survey of the agglomeration")["en"]
    'Survey of the agglomeration'
    """
    return Note(fr=fr, en=en)


def describe(
    result: Frame, *, sources: Iterable[Note] = (), limits: Iterable[Note] = (), **details: Any
) -> Frame:
    """
    Add sources, limits and other details to what a table says of itself.

    Parameters
    ----------
    result : pandas.DataFrame or pandas.Series
        The table, which is changed: its ``attrs["tigis"]`` is.
    sources, limits : iterable of Note, optional
        Where the figures come from, and what they can't say; each is added once.
    **details : Any
        Anything else, ``map_year`` (year of the map of communes) among them.

    Returns
    -------
    pandas.DataFrame or pandas.Series
        The same object.

    Examples
    --------
    >>> import pandas as pd
    >>> firms = pd.Series({"30007": 12}, name="firms")
    >>> survey = note("Enquête de l'agglomération, 2024", "Survey of the agglomeration, 2024")
    >>> description(describe(firms, sources=[survey], map_year=2024))["map_year"]
    2024
    """
    known = description(result)
    for key, notes in (("sources", sources), ("limits", limits)):
        for each in notes:
            if dict(each) not in known[key]:
                known[key].append(dict(each))
    known.update(details)
    result.attrs["tigis"] = known
    return result


def description(thing: Any) -> dict[str, Any]:
    """
    Read what a table or a network says of itself.

    Parameters
    ----------
    thing : pandas.DataFrame, pandas.Series, RoadNetwork or NetworkTimes
        A result of tiGIS, or anything else: it then says nothing.

    Returns
    -------
    dict
        A copy, always with the lists ``sources`` and ``limits``.

    Examples
    --------
    >>> import tiGIS
    >>> description(tiGIS.values("population_2021"))["sources"][0]["fr"]
    'Insee, populations légales (2021)'
    """
    known = dict(getattr(thing, "attrs", {}).get("tigis", {}))
    if not isinstance(thing, (pd.DataFrame, pd.Series)) and hasattr(thing, "metadata"):
        # a network tells more than what is for its results: its report, its access
        known = {key: thing.metadata.get(key, ()) for key in ("sources", "limits")}
    elif not known:
        known = {key: getattr(thing, key, ()) for key in ("sources", "limits")}
        known = known if all(isinstance(notes, (list, tuple)) for notes in known.values()) else {}
    return {**known, "sources": list(known.get("sources", [])), "limits": list(known.get("limits", []))}


def inherit(
    result: Frame, *inputs: Any, sources: Iterable[Note] = (), limits: Iterable[Note] = (), **details: Any
) -> Frame:
    """
    Have a table say what the ones that it was made from say of themselves, and what it adds.

    Parameters
    ----------
    result : pandas.DataFrame or pandas.Series
        The table, which is changed: what its ``attrs`` held is replaced.
    *inputs : pandas.DataFrame, pandas.Series, RoadNetwork or NetworkTimes
        What it was made from. Their sources and limits follow each other, each once; other details (the year
        of the map...) are those of the first, which the table is about.
    sources, limits : iterable of Note, optional
        Further ones, as in `describe`.
    **details : Any
        Anything else; wins over what the first input says.

    Returns
    -------
    pandas.DataFrame or pandas.Series
        The same object.

    Examples
    --------
    >>> import tiGIS
    >>> people, dwellings = tiGIS.values("population_2021"), tiGIS.values("dwellings_2021")
    >>> ratio = inherit(people / dwellings, people, dwellings)
    >>> len(description(ratio)["sources"])
    2
    """
    said = [description(each) for each in inputs]
    result.attrs = dict(getattr(inputs[0], "attrs", {})) if inputs else {}
    result.attrs["tigis"] = said[0] if said else {}
    for each in said[1:]:
        describe(result, sources=each["sources"], limits=each["limits"])
    return describe(result, sources=sources, limits=limits, **details)


def pass_on_sources(result: Any, inputs: Iterable[Any]) -> Any:
    """Have the tables of a result name the sources of all that it was made from, after those that it names.

    Every public function does so (`tiGIS._arguments.checked`): no measure forgets whose people it counted.
    """
    given = [each for one in inputs for each in _things(one)]
    sources = [source for each in given for source in description(each)["sources"]]
    for table in result if isinstance(result, tuple) else (result,):
        # a table that was given itself is the caller's
        if isinstance(table, (pd.DataFrame, pd.Series)) and not any(table is each for each in given):
            describe(cast("pd.DataFrame", table), sources=sources)
    return result


def _things(given: Any) -> list[Any]:
    if isinstance(given, Mapping):
        return list(given.values())
    return list(given) if isinstance(given, (list, tuple)) else [given]
