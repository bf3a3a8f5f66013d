"""Road lines kept near a place only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tiGIS.sources.reading.road_lines import RoadLines

if TYPE_CHECKING:
    from numpy.typing import NDArray


def touching(lines: RoadLines, bbox: tuple[float, float, float, float]) -> RoadLines:
    """Keep the lines whose extent touches a box (west, south, east, north, in the lines' own CRS)."""
    west, south, east, north = bbox
    start = lines.first[:-1]
    low, high = np.minimum.reduceat(lines.xy, start), np.maximum.reduceat(lines.xy, start)
    keep = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return _taken(lines, keep)


def _taken(lines: RoadLines, keep: NDArray[np.bool_]) -> RoadLines:
    """Keep some of the lines."""
    size = np.diff(lines.first)
    vertices = np.repeat(keep, size)
    return replace(
        lines,
        xy=lines.xy[vertices],
        first=np.concatenate([[0], np.cumsum(size[keep])]).astype(np.int64),
        table=lines.table[keep].reset_index(drop=True),
        vertex_id=None if lines.vertex_id is None else lines.vertex_id[vertices],
    )
