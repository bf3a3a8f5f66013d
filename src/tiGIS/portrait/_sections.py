"""The page of a portrait, from its sections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from tiGIS._arguments import checked
from tiGIS._document import Policy, document
from tiGIS._files import require_ending, require_writable, write_text
from tiGIS._format import Lang, number, plural, quantity
from tiGIS.portrait._blocks import Block, Section, runs, say
from tiGIS.portrait._documents import reference_figures
from tiGIS.portrait._enclavement import enclavement
from tiGIS.portrait._figures import key_figures
from tiGIS.portrait._land_and_water import land, water
from tiGIS.portrait._neighbours import neighbours
from tiGIS.portrait._situation import situation
from tiGIS.portrait._subject import Subject, find_subject, peers_of
from tiGIS.territory import area_km2

_TEMPLATE = Path(__file__).with_name("portrait.html")


@checked
def portrait(
    territory: str, path: str | Path | None = None, *, phase: str | None = None, lang: Lang = "fr"
) -> str:
    """Write the portrait of an EPCI or of a Territoire d'industrie, beside France, its region and its peers.

    Where it is, key figures, enclavement, land, water, neighbours, what the reference documents say; each
    figure with its sources and limits. What is not known is said in one line.

    Parameters
    ----------
    territory : str
        SIREN or name of an EPCI, ``id_ti`` or name of a Territoire d'industrie; where a name fits both, the
        EPCI is meant.
    path : path-like, optional
        Where to write the page.
    phase : {"2018-2022", "2023-2027"}, optional
        Phase of the Territoires d'industrie (the same ``id_ti`` names another one in each); by default the
        second, then the first.
    lang : {"fr", "en"}
        Language.

    Returns
    -------
    str
        The page: HTML that needs nothing else.

    Raises
    ------
    TerritoryNotFoundError, AmbiguousTerritoryError
        No territory of that name, or several.

    Notes
    -----
    Comparable territories are of the same kind, in the programme, and have from half to twice the people. A
    rank is given with its interval: over other choices of peers for key figures, over weights and ways to
    combine them for the index of enclavement.

    Examples
    --------
    >>> page = portrait("200066918")
    >>> "Alès Agglomération" in page
    True
    """
    if path is not None:
        require_ending(path, (".html", ".htm"))
        require_writable(path)
    page = portray(find_subject(territory, phase), lang=lang)
    if path is not None:
        write_text(path, page)
    return page


def portray(
    subject: Subject,
    *,
    instead: dict[str, Section] | None = None,
    more: Sequence[Section] = (),
    lang: Lang = "fr",
) -> str:
    """Write the page of a territory, some sections given by the caller.

    Parameters
    ----------
    subject : Subject
        The territory.
    instead : dict of str to Section, optional
        Sections that take the place of those of the bundle, by name: ``land``, ``water``.
    more : sequence of Section
        Sections to add, before what the documents say.
    lang : {"fr", "en"}
        Language.

    Returns
    -------
    str
        The page.
    """
    peers = peers_of(subject)
    given = instead or {}
    sections = [
        situation(subject, lang),
        key_figures(subject, peers, lang),
        enclavement(subject, peers, lang),
        given.get("land") or land(subject, lang),
        given.get("water") or water(subject, lang),
        neighbours(subject, lang),
        *more,
        reference_figures(subject, lang),
    ]
    fields = {
        "lang": lang,
        "title": subject.name,
        "lead": _lead(subject, lang),
        "sections": [section for section in sections if section is not None],
        "sources": say(lang, "Sources et limites", "Sources and limits"),
        "contents": say(lang, "Dans cette page", "On this page"),
        "table": say(lang, "Tableau", "Table"),
        "communes": say(lang, "communes", "communes"),
        "people": say(lang, "habitants", "people"),
        "made": say(
            lang,
            "Portrait produit par tiGIS à partir de données publiques. Les chiffres renvoient aux sources, "
            "les lettres aux limites, sous chaque partie.",
            "Portrait made by tiGIS from public data. Numbers lead to sources, letters to limits, under each "
            "part.",
        ),
    }
    return document(
        _TEMPLATE,
        fields,
        policy=Policy(style_attributes=True),
        filters={"gathered": _gathered, "runs": runs},
    )


def _gathered(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Gather blocks of a kind that follow each other: pictures stand side by side."""
    return [(kind, list(run)) for kind, run in groupby(blocks, key=lambda block: type(block).__name__)]


def _lead(subject: Subject, lang: Lang) -> list[str]:
    """Say in a line who the territory is."""
    if subject.kind == "epci":
        kind = say(lang, "Intercommunalité", "Intercommunality (EPCI)")
    else:
        count = plural(
            len(subject.sirens),
            say(lang, "intercommunalité", "EPCI"),
            None if lang == "fr" else "EPCI",
            lang=lang,
        )
        kind = f"{say(lang, 'Territoire d’industrie', 'Territoire d’industrie')} {subject.phase}, {count}"
    return [
        kind,
        f"{number(subject.people, 0, lang=lang)} {say(lang, 'habitants', 'inhabitants')}",
        plural(len(subject.communes), "commune", lang=lang),
        _area(subject, lang),
        subject.region_name,
    ]


def _area(subject: Subject, lang: Lang) -> str:
    """Write the official area, or the drawn one where a part of it is not known."""
    official = float(subject.communes["official_area_km2"].sum(skipna=False))
    if np.isfinite(official):
        return quantity(official, "km²", 0, lang=lang)
    drawn = quantity(float(area_km2(subject.communes).sum()), "km²", 0, lang=lang)
    return f"{drawn} ({say(lang, 'surface dessinée', 'as drawn')})"
