"""Lines of several extracts joined into one set, or kept near a place only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS.sources.road_lines import RoadLines

if TYPE_CHECKING:
    from numpy.typing import NDArray


def touching(lines: RoadLines, bbox: tuple[float, float, float, float]) -> RoadLines:
    """Keep the lines whose extent touches a box (west, south, east, north, in the lines' own CRS)."""
    west, south, east, north = bbox
    start = lines.first[:-1]
    low, high = np.minimum.reduceat(lines.xy, start), np.maximum.reduceat(lines.xy, start)
    keep = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return _taken(lines, keep)


def joined(parts: Sequence[RoadLines]) -> RoadLines:
    """Join the lines of extracts that overlap: a way that two of them hold is kept once."""
    if len({(part.schema, part.noding, str(part.crs), part.vertex_id is None) for part in parts}) != 1:
        raise InputError(
            "roads: the extracts are not of one kind (schema, CRS); expected parts of one source."
        )
    if len(parts) == 1:
        return parts[0]
    steps = np.concatenate([np.diff(part.first) for part in parts])
    left_out: Counter[str] = Counter()
    for part in parts:
        left_out.update(part.left_out)
    ids = [part.vertex_id for part in parts if part.vertex_id is not None]
    whole = replace(
        parts[0],
        xy=np.concatenate([part.xy for part in parts]),
        first=np.concatenate([[0], np.cumsum(steps)]).astype(np.int64),
        table=pd.concat([part.table for part in parts], ignore_index=True),
        vertex_id=np.concatenate(ids) if ids else None,
        left_out=dict(left_out),
    )
    return _taken(whole, ~whole.table["way_id"].duplicated().to_numpy())


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
