"""A map as Folium's users take it: through its Figure, or inside another one.

A page of its own is what ``save`` writes. Where the map is put into a Figure that holds other things, it
comes as that page in a frame, so that neither disturbs the other.
"""

from __future__ import annotations

import html
import warnings
from typing import TYPE_CHECKING, Any

from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.raster_layers import TileLayer, WmsTileLayer

if TYPE_CHECKING:
    from tiGIS.maps._map import TigisMap

_FRAME = "tigis_frame"


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
    try:
        for child in chart._children.values():
            child.render()
        own_script, map_id = chart._template.module.script(chart, {}), chart.get_name()
    finally:
        chart._parent, chart._id = around, name
    scripts = [own_script, *(part.render() for part in figure.script._children.values())]
    outside_scripts, head = [], []
    for name, part in figure.header._children.items():
        if isinstance(part, JavascriptLink):
            outside_scripts.append(part.url)
        elif isinstance(part, CssLink):
            head.append(f'<link rel="stylesheet" href="{html.escape(part.url)}">')
        elif name != "meta_http":
            head.append(part.render())
    body = [part.render() for name, part in figure.html._children.items() if not name.startswith(_FRAME)]
    if outside_scripts:
        warnings.warn(
            f"The page fetches {len(outside_scripts)} scripts from the network for layers added to it "
            f"({', '.join(outside_scripts[:3])}): without a connection those layers won't show.",
            stacklevel=stacklevel,
        )
    tiled = any(isinstance(e, TileLayer | WmsTileLayer) for e in _descendants(chart))
    preview = [f'<meta property="og:image" content="{html.escape(chart.preview)}">'] if chart.preview else []
    return chart.content.page(
        map_id=map_id,
        starts="\n".join(scripts),
        head="\n".join([*preview, *head]),
        body="\n".join(body),
        outside_scripts=outside_scripts,
        tiled=tiled,
        closed=not (outside_scripts or head or tiled or body),
    )


def _descendants(element: Any) -> list[Any]:
    found = []
    for child in element._children.values():
        found += [child, *_descendants(child)]
    return found
