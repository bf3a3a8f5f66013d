"""Lines, zones, points and symbols on a static figure, as the page draws them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from tiGIS.maps._overlays import Overlay
from tiGIS.maps._topology import decode

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ORDER = {"zones": 0, "lines": 1, "symbols": 2, "points": 3}
_POINTS = 0.6  # a pixel of the page, in points of the figure


def draw_overlays(axes: Axes, overlays: list[Overlay], epsg: int) -> None:
    """Draw overlays in projected coordinates, thin context lines first, points last."""

    def rank(overlay: Overlay) -> int:
        return -1 if overlay.style.get("thin") else _ORDER[overlay.kind]

    for overlay in sorted(overlays, key=rank):
        if overlay.kind in ("zones", "lines"):
            _draw_shapes(axes, overlay, epsg)
        elif overlay.kind == "symbols":
            _draw_discs(axes, overlay, epsg)
        else:
            x, y = _spots(overlay, epsg)
            shades = [overlay.colours[c] for c in overlay.classes]
            axes.scatter(x, y, s=9, c=shades, edgecolors="white", linewidths=0.5, zorder=4)


def overlay_lines(overlays: list[Overlay], width: float) -> list[tuple[Callable[[Axes, float], None], float]]:
    """Lines of the legend: each with what draws it at a height of the axes, and how tall it is, in inches."""
    found: list[tuple[Callable[[Axes, float], None], float]] = []
    for overlay in overlays:
        labels = overlay.class_labels
        if labels:
            found += [(partial(_write, line), 0.16) for line in textwrap.wrap(overlay.label, int(width * 14))]
        for c, label in enumerate(labels or [overlay.label]):
            radius = overlay.style["samples"][c] if overlay.kind == "symbols" and labels else 0.0
            lines = textwrap.wrap(label, int(width * 12)) or [""]
            tall = max(0.06 + 0.14 * len(lines), 2.2 * _POINTS * radius / 72)
            found.append((partial(_draw_sample, overlay, c, radius, "\n".join(lines)), tall))
        found.append((lambda axes, y: None, 0.06))
    return found


def _write(words: str, axes: Axes, y: float) -> None:
    axes.text(0, y, words, size=7.5, weight="bold", color="#59626d", va="center")


def _draw_sample(overlay: Overlay, c: int, radius: float, words: str, axes: Axes, y: float) -> None:
    """Draw a class of an overlay as it is on the map, with its words."""
    from matplotlib.patches import Rectangle

    colour = overlay.colours[min(c, len(overlay.colours) - 1)]
    wide = max([0.24, *(2 * _POINTS * r / 72 for r in overlay.style.get("samples", []))])
    axes.text(wide + 0.08, y, words, size=8, color="#22272e", va="center")
    if overlay.kind == "lines":
        dashes: Any = (0, (4, 2.5)) if overlay.style["dashed"] else "solid"
        axes.plot([0, 0.24], [y, y], color=colour, lw=_POINTS * float(overlay.style["width"]), ls=dashes)
    elif overlay.kind == "zones":
        full, hatched = (overlay.style["pattern"] == kind for kind in ("full", "hatch"))
        axes.add_patch(
            Rectangle(
                (0, y - 0.065), 0.24, 0.13, facecolor=colour if full else "none", edgecolor=colour,
                linewidth=0.6 if full or hatched else 1.2, hatch="\\\\\\" if hatched else None,
            )
        )  # fmt: skip
    else:
        size = (2 * _POINTS * radius) ** 2 if radius else 9
        axes.scatter([wide / 2], [y], s=size, c=colour, edgecolors="white", linewidths=0.5)


def _draw_shapes(axes: Axes, overlay: Overlay, epsg: int) -> None:
    from matplotlib.collections import LineCollection

    shapes = decode(overlay.shape["topology"], "shapes")
    for c, colour in enumerate(overlay.colours):
        own = [s for s, k in zip(shapes, overlay.classes, strict=True) if k == c and s is not None]
        if not own:
            continue
        moved = np.array(gpd.GeoSeries(own, crs=4326).to_crs(epsg).array, dtype=object)
        if overlay.kind == "zones":
            pattern = overlay.style["pattern"]
            _draw_zones(axes, moved, colour, pattern)
            continue
        segments = [np.asarray(part.coords) for part in shapely.get_parts(moved)]
        width = _POINTS * float(overlay.style["width"])
        if not overlay.style.get("thin"):
            axes.add_collection(LineCollection(segments, colors="white", linewidths=width + 1.0, zorder=2))
        dashes: Any = (0, (4, 2.5)) if overlay.style["dashed"] else "solid"
        axes.add_collection(
            LineCollection(segments, colors=colour, linewidths=width, linestyles=dashes, zorder=2)
        )


def _draw_zones(axes: Axes, shapes: Any, colour: str, pattern: str) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path as Outline

    paths = [
        Outline.make_compound_path(
            *(Outline(np.asarray(ring.coords), closed=True) for ring in (part.exterior, *part.interiors))
        )
        for part in shapely.get_parts(shapes)
    ]
    drawn = PathCollection(
        paths,
        facecolor=colour if pattern == "full" else "none",
        edgecolor=colour,
        linewidth=1.2 if pattern == "outline" else 0.6,
        hatch="\\\\\\" if pattern == "hatch" else None,
        zorder=1.5,
    )
    axes.add_collection(drawn, autolim=False)


def _draw_discs(axes: Axes, overlay: Overlay, epsg: int) -> None:
    x, y = _spots(overlay, epsg)
    # an area in square points, from a radius in pixels
    sizes = (2 * _POINTS * np.array(overlay.shape["radii"])) ** 2
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    shades = [overlay.colours[overlay.classes[i]] for i in order]
    axes.scatter(x[order], y[order], s=sizes[order], c=shades, edgecolors="white", linewidths=0.5, zorder=3)


def _spots(overlay: Overlay, epsg: int) -> tuple[Any, Any]:
    degrees = np.array(overlay.shape["at"], dtype=float).reshape(-1, 2)
    moved = gpd.GeoSeries.from_xy(degrees[:, 0], degrees[:, 1], crs=4326).to_crs(epsg)
    return moved.x.to_numpy(), moved.y.to_numpy()
