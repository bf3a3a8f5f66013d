"""The same map as a static picture, through matplotlib: same classes, colours and legend as the page."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import geopandas as gpd
import numpy as np
import shapely

from tiGIS._arguments import checked, within
from tiGIS._errors import InputError
from tiGIS._files import replacing, require_ending, require_writable
from tiGIS.maps._content import Content
from tiGIS.maps._figure_legend import EDGE, INK, SOFT, VEIL, VEIL_HATCH, draw_legend, legend_height
from tiGIS.maps._figure_overlays import draw_overlays
from tiGIS.maps._geometry import Place
from tiGIS.maps._layer import Drawn
from tiGIS.maps._map import TigisMap
from tiGIS.maps._topology import decode

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CONTEXT = "#e2e6ea"
_FORMATS = (".png", ".svg", ".pdf")

Centimetres = Annotated[float, within(1, 500)]


@checked
def figure(
    chart: TigisMap,
    path: str | Path | None = None,
    *,
    layers: Sequence[int] | None = None,
    width_cm: Centimetres = 24.0,
    dpi: Annotated[int, within(10, 2400)] = 160,
    map_height_cm: Centimetres | None = None,
    bare: bool = False,
    framed: bool = True,
) -> Figure:
    """Draw a map as a static figure, for a report.

    Parameters
    ----------
    chart : TigisMap
        The map, from ``choropleth``.
    path : path-like, optional
        Where to write it: ``.png``, ``.svg`` or ``.pdf``. The same map gives the same bytes.
    layers : list of int, optional
        Which layers to draw, side by side when several (small multiples); by default the first, or the two
        that the page compares. A layer that is a series is drawn year by year.
    width_cm : float
        Width of the figure.
    dpi : int
        Pixels per inch (PNG).
    map_height_cm : float, optional
        Height of the map, where there is one; by default 0.56 times the width.
    bare : bool
        The map alone, without title, legend and sources.
    framed : bool
        Write the title and the sources around map and legend.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; nothing is shown or kept open.

    Raises
    ------
    InputError
        A layer that does not exist, or a format that is not known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> from tiGIS.maps import choropleth
    >>> towns = gpd.GeoDataFrame({"x": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=2154)
    >>> len(figure(choropleth(towns, "x")).axes)
    2
    """
    from matplotlib.figure import Figure

    content = chart.content
    default = [0, 1] if content.compare else [0]
    chosen = default if layers is None else layers
    wrong = [i for i in chosen if not 0 <= i < len(content.layers)]
    if wrong or not chosen:
        raise InputError(f"layers: {layers}; expected numbers from 0 to {len(content.layers) - 1}")
    target = None if path is None else Path(path)
    if target is not None:
        require_ending(target, _FORMATS)
        require_writable(target)
    panels = [(content.layers[i], year) for i in chosen for year in range(len(content.layers[i].years))]
    width = width_cm / 2.54
    drawn = Figure(figsize=(width, width), dpi=dpi, facecolor="none" if bare else "white")
    if bare:
        panels = panels[: len(default)]
        drawn.set_size_inches(width, width * 0.66)
        share = 1 / len(panels)
        for n, panel in enumerate(panels):
            box = (n * share, 0.0, share, 1.0)
            _draw_map(drawn, content, panel, box, names=False, insets=False)
    elif len(panels) == 1:
        tall = 0.56 * width if map_height_cm is None else map_height_cm / 2.54
        _single(drawn, content, panels[0], width, tall, framed)
    else:
        _multiples(drawn, content, panels, width, framed)
    _take_dollars_as_written(drawn)
    if target is not None:
        _write(drawn, target)
    return drawn


def _single(
    drawn: Figure, content: Content, panel: tuple[Drawn, int], width: float, tall: float, framed: bool
) -> None:
    """Title on top, map on the left, legend on the right, sources below."""
    # a long legend makes a higher figure
    tall = max(tall, legend_height(panel, 0.26 * width, content.overlays))
    _, foot, room = _frame(drawn, content, width, tall, framed)
    _draw_map(drawn, content, panel, (0.02, foot, 0.68, room))
    legend = drawn.add_axes((0.72, foot, 0.26, room))
    draw_legend(legend, content, panel, 0.26 * width, room * drawn.get_figheight(), content.overlays)


def _multiples(
    drawn: Figure, content: Content, panels: list[tuple[Drawn, int]], width: float, framed: bool
) -> None:
    """Several maps with the same frame, three in a row at most; each with its legend below."""
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    cell = 0.96 * width / columns
    headed = max(len(textwrap.wrap(layer.label, int(0.93 * cell * 12))) for layer, _ in panels)
    # what lies over all maps is said once, under the first
    over = [content.overlays if n == 0 else [] for n in range(len(panels))]
    tall = max(legend_height(p, 0.93 * cell, own) for p, own in zip(panels, over, strict=True))
    room_in = rows * (cell + tall)
    _, foot, room = _frame(drawn, content, width, room_in, framed)
    for n, panel in enumerate(panels):
        row, column = divmod(n, columns)
        left = 0.02 + 0.96 * column / columns
        top = foot + room * (1 - row / rows)
        map_share, legend_share = room * cell / room_in, room * tall / room_in
        box = (left, top - 0.97 * map_share, 0.93 / columns, 0.95 * map_share)
        _draw_map(drawn, content, panel, box, names=len(panels) < 3)
        legend = drawn.add_axes((left, top - map_share - legend_share, 0.93 / columns, legend_share))
        draw_legend(legend, content, panel, 0.93 * width / columns, tall, over[n], headed)


def _frame(
    drawn: Figure, content: Content, width: float, room: float, framed: bool
) -> tuple[float, float, float]:
    """Write title and sources; give the shares of the height that they and the room between take."""
    if not framed:
        drawn.set_size_inches(width, room)
        return 0.0, 0.0, 1.0
    letters = int(width * 7.4)
    title = textwrap.wrap(content.title, letters) or [""]
    foot = [line for text in content.foot() for line in textwrap.wrap(text, int(width * 16.5))]
    top = 0.16 + 0.3 * len(title) + (0.26 if content.subtitle else 0.0)
    bottom = 0.14 + 0.16 * len(foot)
    height = top + room + bottom
    drawn.set_size_inches(width, height)
    for n, line in enumerate(title):
        drawn.text(0.02, 1 - (0.12 + 0.3 * n) / height, line, size=15.5, weight="bold", color=INK, va="top")
    if content.subtitle:
        where = 1 - (0.13 + 0.3 * len(title)) / height
        drawn.text(0.02, where, content.subtitle, size=9.5, color=SOFT, va="top")
    for n, line in enumerate(foot):
        drawn.text(0.02, (bottom - 0.08 - 0.16 * n) / height, line, size=7.5, color=SOFT, va="top")
    return top / height, bottom / height, room / height


def _draw_map(
    drawn: Figure,
    content: Content,
    panel: tuple[Drawn, int],
    box: tuple[float, float, float, float],
    *,
    names: bool = True,
    insets: bool = True,
) -> None:
    left, bottom, wide, high = box
    apart = content.places[1:] if insets else []
    column = 0.13 * wide if apart else 0.0
    axes = drawn.add_axes((left + column, bottom, wide - column, high))
    _draw_place(axes, content.places[0], panel, 2154, content.outline_width)
    draw_overlays(axes, content.overlays, 2154 if content.places[0].crs == "EPSG:2154" else 3857)
    if names:
        _draw_labels(axes, content)
    step = high / max(5, len(apart))
    for n, place in enumerate(apart):
        # its name stands under it
        under = bottom + high - (n + 1) * step
        small = drawn.add_axes((left, under + 0.14 * step, column * 0.92, step * 0.8))
        _draw_place(small, place, panel, place.epsg, 0.8)
        lines = textwrap.fill(place.name, 18)
        drawn.text(
            left + column * 0.46, under + 0.12 * step, lines, size=6, color=SOFT, ha="center", va="top"
        )


def _draw_place(axes: Axes, place: Place, panel: tuple[Drawn, int], epsg: int, bold: float) -> None:
    """Draw the territories of the main map or of an inset in projected coordinates."""
    layer, year = panel
    axes.set_axis_off()
    crs = epsg if place.crs != "EPSG:3857" else 3857
    areas = _projected(decode(place.topology, "areas"), crs)
    known = [area for area in areas if area is not None]
    areas = _coarser(areas, axes)
    if "context" in place.topology["objects"]:
        around = [area for area in _projected(decode(place.topology, "context"), crs) if area is not None]
        _fill(axes, around, _CONTEXT, "white", 0.4)
    thin = float(np.clip(2.2 / np.sqrt(len(areas)) * 3, 0.0, 0.5)) if len(areas) < 5000 else 0.0
    classes = [int(layer.classes[year][i]) for i in place.ids]
    for c, colour in enumerate(layer.colours):
        own = [area for area, k in zip(areas, classes, strict=True) if k == c and area is not None]
        _fill(axes, own, colour, "white", thin)
    if layer.interval is not None:
        own = [
            area
            for area, i in zip(areas, place.ids, strict=True)
            if layer.interval.unsure[i] and area is not None
        ]
        _fill(axes, own, "none", VEIL, 0.0, hatch=VEIL_HATCH)
    missing = [area for area, k in zip(areas, classes, strict=True) if k < 0 and area is not None]
    _fill(axes, missing, "white", EDGE, 0.2, hatch="//////")
    if place.groups is not None:
        members: dict[int, list[Any]] = {}
        for area, group in zip(areas, place.groups, strict=True):
            if area is not None and group >= 0:
                members.setdefault(group, []).append(area)
        whole = [shapely.union_all(shapely.make_valid(np.array(own))) for own in members.values()]
        _fill(axes, whole, "none", INK, 0.55 * bold)
    if "outlines" in place.topology["objects"]:
        _fill(axes, _projected(decode(place.topology, "outlines"), crs), "none", INK, 0.55 * bold)
    _frame_on(axes, shapely.total_bounds(np.array(known)))


def _coarser(areas: list[Any], axes: Axes) -> list[Any]:
    """Drop the corners that a figure of this size can't show: half a pixel, borders kept in common."""
    whole = np.array(areas, dtype=object)
    known = ~shapely.is_missing(whole)
    west, south, east, north = shapely.total_bounds(whole[known])
    step = 0.5 * max((east - west) / axes.bbox.width, (north - south) / axes.bbox.height)
    try:
        whole[known] = shapely.coverage_simplify(whole[known], step)
    except shapely.GEOSException:
        return areas
    return list(whole)


def _frame_on(axes: Axes, bounds: Any) -> None:
    """Show a box at equal scales, with what is around it where the frame is wider or higher."""
    west, south, east, north = bounds
    wide, high = axes.bbox.width, axes.bbox.height
    scale = 1.04 * max((east - west) / wide, (north - south) / high)
    axes.set_xlim((west + east - scale * wide) / 2, (west + east + scale * wide) / 2)
    axes.set_ylim((south + north - scale * high) / 2, (south + north + scale * high) / 2)
    axes.set_aspect("equal")


def _projected(areas: list[Any], epsg: int) -> list[Any]:
    if not areas:
        return []
    return list(gpd.GeoSeries(areas, crs=4326).to_crs(epsg))


def _fill(axes: Axes, areas: list[Any], face: str, edge: str, width: float, hatch: str | None = None) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path as Outline

    paths = []
    for area in areas:
        rings = [ring for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)]
        if rings:
            paths.append(
                Outline.make_compound_path(*(Outline(np.asarray(r.coords), closed=True) for r in rings))
            )
    if paths:
        drawn = PathCollection(paths, facecolor=face, hatch=hatch, joinstyle="round")
        drawn.set_edgecolor(edge if width or hatch else "face")
        drawn.set_linewidth(width or (0.0 if hatch else 0.1))
        axes.add_collection(drawn, autolim=False)


def _draw_labels(axes: Axes, content: Content) -> None:
    from matplotlib.patheffects import withStroke

    crs = 2154 if content.places[0].crs == "EPSG:2154" else 3857
    if not content.labels:
        return
    points = gpd.GeoSeries.from_xy([x.lon for x in content.labels], [x.lat for x in content.labels], crs=4326)
    for label, point in zip(content.labels, points.to_crs(crs), strict=True):
        if label.dot:
            axes.plot(point.x, point.y, "o", color=INK, markersize=2.4, mec="white", mew=0.5, clip_on=True)
        axes.annotate(
            label.text,
            (point.x, point.y),
            xytext=(0, 6 if label.dot else 0),
            textcoords="offset points",
            annotation_clip=True,
            size=6.5,
            weight="bold",
            color=INK,
            ha="center",
            va="center",
            clip_on=True,
            path_effects=[withStroke(linewidth=1.8, foreground="white", alpha=0.9)],
        )


def _take_dollars_as_written(drawn: Figure) -> None:
    """Keep a name or a title that holds two dollars from being read as a formula."""
    from matplotlib.text import Text

    for text in drawn.findobj(Text):
        text.set_parse_math(False)


def save_figure(drawn: Figure, target: Any, kind: str) -> None:
    """Write a figure with nothing in it that changes from one day to the next."""
    import matplotlib

    metadata = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}[kind]
    with matplotlib.rc_context({"svg.hashsalt": "tiGIS", "hatch.linewidth": 0.5}):
        if kind != "svg":
            drawn.savefig(target, format=kind, metadata=metadata)
            return
        out = io.StringIO()
        drawn.savefig(out, format=kind, metadata=metadata)
    light = _lighter(out.getvalue())
    if isinstance(target, str | Path):
        Path(target).write_text(light, encoding="utf-8", newline="\n")
    else:
        target.write(light.encode("utf-8"))


def _lighter(svg: str) -> str:
    """Write coordinates of paths to a hundredth of a point, rather than to a millionth."""

    def shorter(path: re.Match[str]) -> str:
        return re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), path[0])

    return re.sub(r'(?<= d=")[^"]+', shorter, svg)


def _write(drawn: Figure, target: Path) -> None:
    with replacing(target) as temporary:
        save_figure(drawn, temporary, target.suffix.lower()[1:])
