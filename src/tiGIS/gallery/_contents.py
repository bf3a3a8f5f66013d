"""The gallery's own page, made from the pages that are in the folder."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

from tiGIS._document import document
from tiGIS._files import write_text
from tiGIS.cases import all_cases
from tiGIS.gallery._pages import SECTIONS, Page, chosen_pages

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SUBTITLE = re.compile(r'<p class="subtitle">(.*?)</p>', re.DOTALL)
_PREVIEW = re.compile(r'<meta property="og:image" content="(data:image/png;base64,[A-Za-z0-9+/=]+)">')
_TEMPLATE = Path(__file__).with_name("index.html")


def write_index(folder: str | Path, pages: Iterable[Page] = ()) -> Path:
    """Write ``index.html``, which leads to the maps of the gallery that are in a folder.

    Parameters
    ----------
    folder : path-like
        The folder of the pages. Titles and pictures are read from the pages themselves.
    pages : iterable of Page, optional
        Those of a territory; the gallery's own are looked for as well.

    Returns
    -------
    Path
        The index.
    """
    target = Path(folder)
    headings = dict(SECTIONS)
    known = {page.name: page for page in [*pages, *chosen_pages()]}
    order = list(headings)
    here = [page for page in known.values() if (target / f"{page.name}.html").is_file()]
    here.sort(key=lambda page: order.index(page.section))
    cards = [_card(target / f"{page.name}.html", page.heading or headings[page.section]) for page in here]
    about = _about({page.group for page in here})
    fields = {
        "lang": "fr",
        "title": "Les cartes de tiGIS",
        "description": f"Cartes de l’enclavement et du foncier{f' : {about}' if about else ''}",
        "about": about,
        "cards": cards,
    }
    page = document(_TEMPLATE, fields)
    return write_text(target / "index.html", page)


def _about(groups: set[str]) -> str:
    """Say whom the pages are about; nothing where they are those of one territory, which they name."""
    named = [case.name for case in all_cases() if case.key in groups]
    return " et ".join([*named, *(["les Territoires d’industrie"] if "territoires" in groups else [])])


def _card(path: Path, heading: str) -> dict[str, str]:
    """Read what the entry of one page shows; the page may have been changed since it was made."""
    page = path.read_text(encoding="utf-8")
    title, subtitle, preview = (found.search(page) for found in (_TITLE, _SUBTITLE, _PREVIEW))
    return {
        "file": path.name,
        "heading": heading,
        "title": html.unescape(title[1]) if title else path.stem,
        "subtitle": html.unescape(subtitle[1]) if subtitle else "",
        "preview": preview[1] if preview else "",
    }
