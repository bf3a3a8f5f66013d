"""The largest rectangle inside a polygon, turned any way."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

_UNIFORM_LINES = 24  # lines of the search grid on each axis, beside those through the corners
_MOST_CORNER_LINES = 40
_LONGEST_SIDES = 20  # sides of the outline whose direction is tried
_COARSE_STEP_DEG = 6.0
_FINE_STEP_DEG = 0.02
_ZOOMS = 4


def largest_rectangle(polygon: shapely.Polygon) -> tuple[shapely.Polygon, float, float]:
    """Largest rectangle inside a polygon: its outline, its length and its width.

    Searched for at the direction of every long side and every 6 degrees, then around the best direction; at
    each, on a grid of lines through the corners of the outline and between them, refined around the best
    rectangle. What is found is always inside, so it is a lower bound.
    """
    centre = shapely.get_coordinates(polygon).mean(axis=0)
    local = shapely.transform(polygon, lambda xy: xy - centre)
    best = max((_best_at(local, angle) for angle in _directions(local)), key=_area)
    step = _COARSE_STEP_DEG / 2
    while step > _FINE_STEP_DEG:
        best = max([best, _best_at(local, best[1] - step), _best_at(local, best[1] + step)], key=_area)
        step /= 2
    _, angle, (west, south, east, north) = best
    corners = _turned(np.array([[west, south], [east, south], [east, north], [west, north]]), angle)
    width, length = sorted((east - west, north - south))
    return shapely.Polygon(corners + centre), float(length), float(width)


def _area(found: tuple[float, float, Box]) -> float:
    return found[0]


def _directions(polygon: shapely.Polygon) -> Floats:
    """Directions to try, in degrees from 0 to 90: those of the longest sides, and a round of others."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    sides = np.concatenate([np.diff(ring, axis=0) for ring in rings])
    longest = sides[np.argsort(-np.hypot(*sides.T), kind="stable")[:_LONGEST_SIDES]]
    angles = np.degrees(np.arctan2(longest[:, 1], longest[:, 0])) % 90
    return np.unique(np.concatenate([angles, np.arange(0, 90, _COARSE_STEP_DEG)]))


def _best_at(polygon: shapely.Polygon, angle: float) -> tuple[float, float, Box]:
    """Largest rectangle along one direction: its area, the direction, its sides once turned."""
    turned = shapely.transform(polygon, lambda xy: _turned(xy, -angle))
    shapely.prepare(turned)
    corners = shapely.get_coordinates(turned)
    west, south, east, north = turned.bounds
    bounds = ((west, east), (south, north))
    area, box = _on_grid(turned, *(_lines(*bounds[axis], corners[:, axis]) for axis in (0, 1)))
    spread = [(high - low) / _UNIFORM_LINES for low, high in bounds]
    for _ in range(_ZOOMS if area else 0):
        near = [_near(box[axis::2], spread[axis], corners[:, axis]) for axis in (0, 1)]
        found = _on_grid(turned, *near)
        if found[0] > area:
            area, box = found
        spread = [width / 4 for width in spread]
    return area, angle, box


def _lines(low: float, high: float, corners: Floats) -> Floats:
    """Grid lines on one axis: at even steps, and through corners of the outline."""
    own = np.unique(corners)
    if len(own) > _MOST_CORNER_LINES:
        own = own[np.linspace(0, len(own) - 1, _MOST_CORNER_LINES).astype(int)]
    return np.unique(np.concatenate([np.linspace(low, high, _UNIFORM_LINES + 1), own]))


def _near(sides: tuple[float, ...], width: float, corners: Floats) -> Floats:
    """Finer lines around two sides, and through the corners that are near."""
    close = (np.abs(corners[:, None] - np.asarray(sides)) <= width).any(axis=1)
    around = [np.linspace(side - width, side + width, 9) for side in sides]
    return np.unique(np.concatenate([*around, corners[close]]))


def _on_grid(polygon: shapely.Polygon, x: Floats, y: Floats) -> tuple[float, Box]:
    """Largest rectangle made of whole cells of a grid, each inside the polygon."""
    # A hair of tolerance: a side that lies on the outline is inside, whatever a turn rounds.
    hair = 1e-9 * max(np.abs(x).max(), np.abs(y).max(), 1.0)
    boxes = shapely.box(x[:-1, None] + hair, y[None, :-1] + hair, x[1:, None] - hair, y[None, 1:] - hair)
    inside = shapely.covers(polygon, boxes)
    # Lines that a turn has all but merged leave cells with no inside, which forbid nothing.
    inside |= (np.diff(x)[:, None] <= 4 * hair) | (np.diff(y)[None, :] <= 4 * hair)
    best, found = 0.0, (0.0, 0.0, 0.0, 0.0)
    for first in range(len(x) - 1):
        # Row k says which cells stay inside over the whole of columns first to first + k.
        runs = np.logical_and.accumulate(inside[first:], axis=0)
        runs = runs[runs.any(axis=1)]
        if not len(runs):
            continue
        # For each cell, where the unbroken stretch that ends with it starts.
        start = np.maximum.accumulate(np.where(runs, 0, np.arange(1, len(y))), axis=1)
        area = np.where(runs, y[1:] - y[np.minimum(start, len(y) - 1)], 0.0)
        area *= (x[first + 1 : first + 1 + len(runs)] - x[first])[:, None]
        column, row = np.unravel_index(area.argmax(), area.shape)
        if area[column, row] > best:
            best = float(area[column, row])
            edges = x[first], y[start[column, row]], x[first + 1 + column], y[row + 1]
            found = (float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3]))
    return best, found


def _turned(xy: Floats, degrees: float) -> Floats:
    """Turn coordinates around the origin, anticlockwise."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(xy @ np.array([[cos, sin], [-sin, cos]]))
