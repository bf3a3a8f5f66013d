"""Small drawings of a portrait, as SVG whose colours follow the page (light, dark, print)."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

_WIDE = 600.0  # units across a map
_LETTER = 7.4  # mean width of a letter of a label, in units
_LINE = 13.0


@dataclass(frozen=True)
class Shapes:
    """Geometries drawn alike: a class of the page's style, or a colour."""

    geometries: Sequence[Any]
    style: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Frame:
    """From projected metres to the units of a drawing."""

    west: float
    north: float
    scale: float
    high: float

    @classmethod
    def around(cls, bounds: Sequence[float], *, margin: float = 0.06, most_high: float = 0.95) -> Frame:
        """Fit bounds into a drawing as wide as it is, and not much higher than wide."""
        west, south, east, north = bounds
        wide, high = max(east - west, 1.0) * (1 + 2 * margin), max(north - south, 1.0) * (1 + 2 * margin)
        scale = min(_WIDE / wide, most_high * _WIDE / high)
        middle, tall = (west + east) / 2, max(high * scale, 0.6 * _WIDE)
        return cls(middle - _WIDE / scale / 2, (south + north) / 2 + tall / scale / 2, scale, round(tall, 1))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Place a point."""
        return round((x - self.west) * self.scale, 1), round((self.north - y) * self.scale, 1)

    @property
    def box(self) -> Any:
        """What shows, in metres."""
        return shapely.box(
            self.west, self.north - self.high / self.scale, self.west + _WIDE / self.scale, self.north
        )


def svg_map(
    frame: Frame,
    layers: Sequence[Shapes],
    labels: Sequence[tuple[str, float, float]] = (),
    *,
    extra: str = "",
) -> str:
    """Draw layers one over the other, then names, the first ones first where they collide."""
    parts = []
    box = frame.box.buffer(20 / frame.scale)
    for layer in layers:
        paths = [path for one in layer.geometries if (path := _path(frame, one, box))]
        if paths:
            look = f' class="{layer.style}"' if layer.style else ""
            fill = f' fill="{layer.colour}"' if layer.colour else ""
            parts.append(f"<g{look}{fill}>" + "".join(f'<path d="{path}"/>' for path in paths) + "</g>")
    parts.append(extra)
    parts.append(_names(frame, labels))
    return (
        f'<svg class="map" viewBox="0 0 {_WIDE:g} {frame.high:g}" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _path(frame: Frame, geometry: Any, box: Any) -> str:
    """Write the rings of an area as a path in tenths of a unit."""
    if geometry is None or geometry.is_empty or not shapely.intersects(geometry, box):
        return ""
    pieces = []
    for part in shapely.get_parts(geometry):
        for ring in (part.exterior, *part.interiors):
            xy = shapely.get_coordinates(ring)
            tenths = np.column_stack(
                [(xy[:, 0] - frame.west) * frame.scale * 10, (frame.north - xy[:, 1]) * frame.scale * 10]
            ).round()
            steps = np.diff(tenths, axis=0).astype(int)
            steps = steps[(steps != 0).any(axis=1)]
            if len(steps) < 2:
                continue
            first = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}l"
            pieces.append(first + " ".join(f"{x / 10:g} {y / 10:g}" for x, y in steps[:-1]) + "z")
    return "".join(pieces)


def _names(frame: Frame, labels: Sequence[tuple[str, float, float]]) -> str:
    taken: list[tuple[float, float, float, float]] = []
    written = []
    for name, east, north in labels:
        x, y = frame.point(east, north)
        half = len(name) * _LETTER / 2
        x = min(max(x, half + 4), _WIDE - half - 4)
        box = (x - half, y - _LINE, x + half, y + 4)
        inside = 0 < y < frame.high
        if not inside or any(
            box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken
        ):
            continue
        taken.append(box)
        written.append(f'<text x="{x:g}" y="{y:g}">{html.escape(name)}</text>')
    return f'<g class="names">{"".join(written)}</g>' if written else ""


def simplified(geometries: Any, tolerance_m: float) -> list[Any]:
    """Simplify areas that share borders, so that they still share them."""
    return list(shapely.coverage_simplify(np.asarray(geometries), tolerance_m))


def strip(own: float, low: float, high: float, middle: float, ends: tuple[float, float], words: str) -> str:
    """Draw a figure among those of others: the range of eight in ten, their median, its own place."""
    known = np.isfinite(own)
    start, stop = min(ends[0], own) if known else ends[0], max(ends[1], own) if known else ends[1]

    def place(value: float) -> float:
        return round(4 + 142 * (value - start) / ((stop - start) or 1), 1)

    dot = f'<circle cx="{place(own):g}" cy="9" r="4.5"/>' if known else ""
    return (
        f'<svg class="strip" viewBox="0 0 150 18" role="img" aria-label="{html.escape(words)}">'
        f'<path class="all" d="M4 9h142"/><rect x="{place(low):g}" y="5" '
        f'width="{place(high) - place(low):.1f}" height="8"/>'
        f'<path class="middle" d="M{place(middle):g} 3v12"/>{dot}</svg>'
    )


def rose(speeds: pd.Series, names: dict[str, str], worst: str) -> str:
    """Draw a speed for each of 8 directions as a wedge; the slowest stands out."""
    most = float(speeds.max())
    parts = []
    for turn, (code, speed) in enumerate(speeds.items()):
        angle = 2 * np.pi * turn / len(speeds)
        if np.isfinite(speed):
            length = 150 * float(speed) / most
            sides = [angle - np.pi / len(speeds), angle + np.pi / len(speeds)]
            (x1, y1), (x2, y2) = ((length * np.sin(a), -length * np.cos(a)) for a in sides)
            look = "worst" if code == worst else "wedge"
            parts.append(
                f'<path class="{look}" d="M0 0L{x1:.1f} {y1:.1f}'
                f'A{length:.1f} {length:.1f} 0 0 1 {x2:.1f} {y2:.1f}z"/>'
            )
        x, y = 185 * np.sin(angle), -178 * np.cos(angle)
        said = f"{speed:.0f}" if np.isfinite(speed) else "?"
        parts.append(
            f'<text x="{x:.0f}" y="{y:.0f}">{html.escape(names[str(code)])}</text>'
            f'<text class="figure" x="{x:.0f}" y="{y + 17:.0f}">{said}</text>'
        )
    return f'<svg class="rose" viewBox="-260 -215 520 430" aria-hidden="true">{"".join(parts)}</svg>'
