"""The gallery's own page, made from the pages that are in the folder."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tiGIS._files import write_text
from tiGIS.gallery._pages import PAGES, SECTIONS

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SUBTITLE = re.compile(r'<p class="subtitle">(.*?)</p>', re.DOTALL)
_PREVIEW = re.compile(r'<meta property="og:image" content="(data:image/png;base64,[A-Za-z0-9+/=]+)">')
_TEMPLATE = Path(__file__).with_name("index.html")


def write_index(folder: str | Path) -> Path:
    """Write ``index.html``, which leads to the maps of the gallery that are in a folder.

    Parameters
    ----------
    folder : path-like
        The folder of the pages. Titles and pictures are read from the pages themselves.

    Returns
    -------
    Path
        The index.
    """
    target = Path(folder)
    headings = dict(SECTIONS)
    order = list(headings)
    cards = [
        _card(target / f"{page.name}.html", headings[page.section])
        for page in sorted(PAGES, key=lambda page: order.index(page.section))
        if (target / f"{page.name}.html").is_file()
    ]
    page = _TEMPLATE.read_text(encoding="utf-8").replace("<!-- cards -->", "".join(cards))
    return write_text(target / "index.html", page)


def _card(path: Path, heading: str) -> str:
    """Write the entry of one page; what is read from it is escaped there already."""
    page = path.read_text(encoding="utf-8")
    title, subtitle, preview = (found.search(page) for found in (_TITLE, _SUBTITLE, _PREVIEW))
    picture = f'<img src="{preview[1]}" alt="" loading="lazy">' if preview else ""
    said = f"<span>{subtitle[1]}</span>" if subtitle else ""
    name = title[1] if title else html.escape(path.stem)
    words = f"<em>{html.escape(heading)}</em><strong>{name}</strong>{said}"
    return f'<li><a href="{html.escape(path.name)}">{picture}{words}</a></li>\n'
