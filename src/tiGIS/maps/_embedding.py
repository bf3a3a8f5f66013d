"""A map as Folium's users take it: through its Figure, or inside another one.

A page of its own is what ``save`` writes. Where the map is put into a Figure that holds other things, it
comes as that page in a frame, so that neither disturbs the other.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import branca.element
from branca.element import CssLink, Element, Figure, Html, IFrame, JavascriptLink
from folium import CustomIcon, Tooltip
from folium.raster_layers import TileLayer, WmsTileLayer

from tiGIS._document import Policy, origin_of

if TYPE_CHECKING:
    from tiGIS.maps._map import TigisMap

_FRAME = "tigis_frame"
# "${" or a backtick that no backslash holds
_IN_TEMPLATE = re.compile(r"(?<!\\)((?:\\\\)*)(\$\{|`)")


class PageFigure(Figure):
    """The Figure that a map is born in: rendered, it is the map's whole page."""

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write what the name says, as the map's own ``save`` does."""
        save = getattr(next(reversed(self._children.values())), "save", super().save)
        save(outfile, close_file=close_file, **kwargs)

    def render(self, **kwargs: Any) -> str:
        """Give the whole page; ``header``, ``html`` and ``script`` then hold what a page around it needs."""
        for child in self._children.values():
            child.render(**kwargs)
        page = getattr(next(reversed(self._children.values())), "page", None)
        return str(page()) if page else str(super().render(**kwargs))


def frame(chart: TigisMap) -> str:
    """Write a map as a frame that holds its page."""
    return (
        f'<iframe srcdoc="{html.escape(chart.page())}" style="width:100%;height:720px;border:0" '
        f'title="{html.escape(chart.content.title)}"></iframe>'
    )


def put_into_figure(chart: TigisMap, figure: Any) -> str:
    """Add a map to the body of a Figure, as a frame; give that frame."""
    written = frame(chart)
    element: Any = Element("{{ this.text }}")  # what it shows is text: a name is no template
    element.text = written
    figure.html.add_child(element, name=f"{_FRAME}_{chart.get_name()}")
    return written


def page_of(chart: TigisMap, stacklevel: int) -> str:
    """Write the page of a map, with the layers of Folium that were added to it."""
    around, name = chart._parent, chart._id
    figure: Any = chart.get_root()
    if not isinstance(figure, PageFigure):
        # what the map's layers need goes into its own page, not into what stands around
        figure = PageFigure()
        chart._parent = figure
    chart._id = "1"  # the same page every time; maps in one Figure have their own names there
    added = _descendants(chart)
    try:
        with _plain_words(added):
            for child in chart._children.values():
                child.render()
            own_script, map_id = chart._template.module.script(chart, {}), chart.get_name()
            scripts = [own_script, *(part.render() for part in figure.script._children.values())]
    finally:
        chart._parent, chart._id = around, name
    policy, head = _policy_for(added), []
    for name, part in figure.header._children.items():
        if isinstance(part, JavascriptLink):
            policy.script_urls.append(part.url)
        elif isinstance(part, CssLink):
            head.append(f'<link rel="stylesheet" href="{html.escape(part.url)}">')
        elif name != "meta_http":
            head.append(in_markup(part.render()))
    outside_scripts = list(policy.script_urls)
    policy.trusting = bool(outside_scripts)
    body = [
        in_markup(part.render())
        for name, part in figure.html._children.items()
        if not name.startswith(_FRAME)
    ]
    for markup in (*head, *body):
        policy.allow(markup)
    if outside_scripts:
        warnings.warn(
            f"The page fetches {len(outside_scripts)} scripts from the network for layers added to it "
            f"({', '.join(outside_scripts[:3])}): without a connection those layers won't show.",
            stacklevel=stacklevel,
        )
    preview = [f'<meta property="og:image" content="{html.escape(chart.preview)}">'] if chart.preview else []
    return chart.content.page(
        map_id=map_id,
        starts="\n".join(scripts),
        head="\n".join([*preview, *head]),
        body="\n".join(body),
        outside_scripts=outside_scripts,
        tiled=any(isinstance(one, TileLayer | WmsTileLayer) for one in added),
        policy=policy,
    )


def _policy_for(added: list[Any]) -> Policy:
    """Allow the pictures and data that layers of Folium name: tiles, images, icons, files of GeoJSON."""
    policy = Policy()
    for one in added:
        if isinstance(one, IFrame):
            policy.frames.append("data:")
        icon = getattr(one, "options", {}).get("icon_url") if isinstance(one, CustomIcon) else ""
        for address in (getattr(one, "tiles", ""), getattr(one, "url", ""), icon):
            if isinstance(address, str) and origin_of(address):
                policy.images.append(origin_of(address))
        if isinstance(link := getattr(one, "embed_link", None), str):
            policy.data.append(origin_of(link))
    return policy


class _Finished:
    """A text that is no template any more."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


@contextmanager
def _plain_words(elements: list[Any]) -> Iterator[None]:
    """Keep words from being run while layers are written.

    Branca takes what it has written for a template of Jinja again, data and all, which would run in Python;
    Folium writes the words of popups and tooltips into a template of JavaScript, which would run in the page.
    """
    kept = [(one, key, one.__dict__[key]) for one in elements for key in ("data", "text") if _says(one, key)]
    try:
        for one, key, words in kept:
            setattr(one, key, _IN_TEMPLATE.sub(r"\1\\\2", words))
        with patch.object(branca.element, "Template", _Finished):
            yield
    finally:
        for one, key, words in kept:
            setattr(one, key, words)


def _says(element: Any, key: str) -> bool:
    return isinstance(element, Html | Tooltip) and isinstance(getattr(element, key, None), str)


def in_markup(text: str) -> str:
    """Write line ends as browsers read them: the hash of a script is of what they read."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _descendants(element: Any) -> list[Any]:
    """Give all that was added to an element, and what its popups hold."""
    found = []
    held = [getattr(element, part, None) for part in ("html", "script")]
    for child in [*element._children.values(), *(one for one in held if isinstance(one, Element))]:
        found += [child, *_descendants(child)]
    return found
