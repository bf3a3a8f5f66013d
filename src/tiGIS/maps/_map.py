"""A Folium map that saves as one self-contained page."""

from __future__ import annotations

import html
import warnings
from pathlib import Path
from typing import IO, Any

import folium
from branca.element import CssLink, JavascriptLink
from folium.raster_layers import TileLayer, WmsTileLayer
from folium.template import Template

from tiGIS.maps._content import Content
from tiGIS.maps._layers import Drawn
from tiGIS.maps._page import write_atomically


class TigisMap(folium.Map):
    """A Folium map that saves as one self-contained page; made by ``choropleth``.

    Add any Folium layer to it, as to any ``folium.Map``. What such a layer fetches from the network (tiles,
    a plugin's own scripts) it still fetches: ``save`` warns of scripts.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = tigis.start('{{ this.get_name() }}');"
        "{% endmacro %}"
    )

    def __init__(self, content: Content) -> None:
        west, south, east, north = content.bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "TigisMap"
        self._id = "1"  # the same page every time
        self.content = content
        self.preview = ""  # a small picture, as a data address, for pages that lead to this one

    @property
    def layers(self) -> tuple[Drawn, ...]:
        """The indicators, with their classes, colours and legend."""
        return tuple(self.content.layers)

    def save(self, outfile: str | Path | IO[bytes], close_file: bool = True, **_: Any) -> None:  # type: ignore[override]
        """Write the page, to a temporary name first.

        Parameters
        ----------
        outfile : path-like or binary file
            Where to write; missing folders are made.
        close_file : bool
            Close ``outfile`` afterwards, where it is a file.
        """
        page = self.page()
        if isinstance(outfile, str | Path):
            write_atomically(outfile, page)
            return
        outfile.write(page.encode("utf-8"))
        if close_file:
            outfile.close()

    def page(self) -> str:
        """Give the whole page as text."""
        figure: Any = self.get_root()
        for child in self._children.values():
            child.render()
        own = self._template.module.script(self, {})
        scripts = [own, *(part.render() for part in figure.script._children.values())]
        outside_scripts, head = [], []
        for name, part in figure.header._children.items():
            if isinstance(part, JavascriptLink):
                outside_scripts.append(part.url)
            elif isinstance(part, CssLink):
                head.append(f'<link rel="stylesheet" href="{html.escape(part.url)}">')
            elif name != "meta_http":
                head.append(part.render())
        body = [part.render() for part in figure.html._children.values()]
        if outside_scripts:
            warnings.warn(
                f"The page fetches {len(outside_scripts)} scripts from the network for layers added to it "
                f"({', '.join(outside_scripts[:3])}): without a connection those layers won't show.",
                stacklevel=3,
            )
        tiled = any(isinstance(e, TileLayer | WmsTileLayer) for e in _descendants(self))
        return self.content.page(
            map_id=self.get_name(),
            starts="\n".join(scripts),
            head="\n".join([*self._preview_tag(), *head]),
            body="\n".join(body),
            outside_scripts=outside_scripts,
            tiled=tiled,
            closed=not (outside_scripts or head or tiled or body),
        )

    def _preview_tag(self) -> list[str]:
        if not self.preview:
            return []
        return [f'<meta property="og:image" content="{html.escape(self.preview)}">']

    def _repr_html_(self, **_: Any) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page())}" style="width:100%;height:720px;border:0" '
            f'title="{html.escape(self.content.title)}"></iframe>'
        )


def _descendants(element: Any) -> list[Any]:
    found = []
    for child in element._children.values():
        found += [child, *_descendants(child)]
    return found
