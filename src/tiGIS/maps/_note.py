"""A one-page note for a council meeting: a map, three figures, the sources; HTML that prints on one A4."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tiGIS._arguments import checked
from tiGIS._document import Policy, document
from tiGIS._errors import InputError
from tiGIS._files import require_ending, require_writable, write_text
from tiGIS._validate import kind_of, shown
from tiGIS.maps._figure import figure, save_figure
from tiGIS.maps._map import TigisMap

_TEMPLATE = Path(__file__).parent / "assets" / "note.html"
_WIDTH_CM = 19.0


@checked
def note(
    chart: TigisMap,
    path: str | Path,
    *,
    figures: Sequence[tuple[str, str]] | Any,  # checked below, in words of its own
    text: str | Sequence[str] = (),
    title: str = "",
) -> Path:
    """Write a note of one A4 page: a title, a map, three figures and the sources.

    Parameters
    ----------
    chart : TigisMap
        The map, from ``choropleth``; drawn as by ``figure``.
    path : path-like
        The HTML file to write; it holds its picture and prints on one page.
    figures : sequence of (str, str)
        Up to three figures, each as written ("1 h 05") with what it is.
    text : str or sequence of str, optional
        One or two short paragraphs.
    title : str, optional
        Title; the map's own by default.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        More than three figures (a note is read in a minute), or a path that is no page.

    Examples
    --------
    >>> import tempfile
    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> from tiGIS.maps import choropleth, note
    >>> towns = gpd.GeoDataFrame({"x": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=2154)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     note(choropleth(towns, "x"), f"{folder}/note.html", figures=[("2", "le plus fort")]).name
    'note.html'
    """
    if not isinstance(chart, TigisMap):
        raise InputError(f"chart: {kind_of(chart)}; expected a map, as tiGIS.choropleth makes it")
    if isinstance(figures, str) or not isinstance(figures, Sequence):
        raise InputError(f"figures: {kind_of(figures)}; expected pairs such as [('1 h 05', 'vers Nîmes')]")
    if any(isinstance(pair, str) or len(pair) != 2 for pair in figures):
        raise InputError(f"figures: {shown(figures)}; expected pairs of a figure and what it is")
    if not 1 <= len(figures) <= 3:
        raise InputError(f"figures: {len(figures)}; expected one to three: a note is read in a minute")
    require_ending(path, (".html", ".htm"))
    require_writable(path)
    out = io.BytesIO()
    place = chart.content.places[0]
    west, south, east, north = place.box(2154 if place.crs == "EPSG:2154" else 3857)
    # as high as the territory asks for, within what an A4 page leaves
    tall = float(np.clip((north - south) / max(east - west, 1), 0.7, 1.3)) * 0.68 * _WIDTH_CM
    drawn = figure(chart, width_cm=_WIDTH_CM, framed=False, map_height_cm=tall)
    save_figure(drawn, out, "svg")
    # the XML declaration and the document type are for a file of its own
    picture = out.getvalue().decode("utf-8")
    picture = picture[picture.index("<svg") :]
    content = chart.content
    fields = {
        "lang": content.lang,
        "paper": True,  # its picture is drawn for paper, whatever the reader's screen
        "title": title or content.title,
        "subtitle": content.subtitle,
        "figures": figures,
        "text": [text] if isinstance(text, str) and text else list(text),
        "picture": picture,
        "foot": content.foot(),
    }
    drawn_style = re.search("<style[^>]*>(.*?)</style>", picture, re.DOTALL)
    policy = Policy(styles=[drawn_style[1]] if drawn_style else [], style_attributes=True)
    return write_text(path, document(_TEMPLATE, fields, policy=policy))
