"""Geometries on their way to a page: sorted into the main map and insets, simplified, packed as TopoJSON.

Simplification keeps the coverage whole (``shapely.coverage_simplify``): neighbours keep one common border.
It is done in metres, in the legal projection of each part of France.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from tiGIS._errors import InputError
from tiGIS._validate import require_crs, require_geodataframe, shown
from tiGIS.maps._topology import decode, encode, packed

Geometries = npt.NDArray[np.object_]
_POLYGONAL = {"Polygon", "MultiPolygon"}


@dataclass(frozen=True)
class Overseas:
    """A part of France that is drawn apart: its name, legal CRS, UTM zone and box in degrees."""

    name: str
    epsg: int
    zone: int
    box: tuple[float, float, float, float]


OVERSEAS = (
    Overseas("Guadeloupe", 5490, 20, (-61.95, 15.75, -60.9, 16.65)),
    Overseas("Martinique", 5490, 20, (-61.35, 14.3, -60.7, 15.0)),
    Overseas("Guyane", 2972, 22, (-54.8, 2.0, -51.4, 6.0)),
    Overseas("La Réunion", 2975, 40, (55.1, -21.5, 55.95, -20.8)),
    Overseas("Mayotte", 4471, 38, (44.9, -13.1, 45.4, -12.5)),
    Overseas("Saint-Martin, Saint-Barthélemy", 5490, 20, (-63.3, 17.8, -62.7, 18.2)),
    Overseas("Saint-Pierre-et-Miquelon", 4467, 21, (-56.6, 46.6, -56.0, 47.2)),
)
_FARTHEST = 89.0  # degrees of latitude that a map in Mercator's projection may reach
_METROPOLE = (-5.6, 41.2, 9.8, 51.3)


@dataclass(frozen=True)
class Place:
    """What one drawing holds: the main map, or an inset."""

    name: str
    crs: str
    bounds: tuple[float, ...]  # in degrees
    epsg: int  # the CRS in which it was simplified
    ids: list[int] = field(repr=False)
    topology: dict[str, Any] = field(repr=False)
    groups: list[int] | None = field(repr=False)

    def areas(self) -> list[Any]:
        """Polygons as the page draws them, in degrees; None where there is none."""
        return decode(self.topology, "areas")

    def box(self, epsg: int) -> list[int]:
        """West, south, east and north of what is drawn, in metres of a CRS."""
        known = [area for area in self.areas() if area is not None]
        return [round(float(edge)) for edge in gpd.GeoSeries(known, crs=4326).to_crs(epsg).total_bounds]

    def payload(self) -> dict[str, Any]:
        """Give what the page's script reads."""
        return {
            "name": self.name,
            "crs": self.crs,
            "ids": self.ids,
            "topology": packed(self.topology),
            **({"groups": self.groups} if self.groups is not None else {}),
        }


def polygons_of(frame: gpd.GeoDataFrame, name: str) -> Geometries:
    """Take the polygons of a frame, mended where invalid, None where empty; refuse points and lines."""
    require_geodataframe(frame, name)
    require_crs(frame, name)
    found = np.array(frame.geometry.array, dtype=object)
    empty = shapely.is_missing(found) | shapely.is_empty(found)
    found[empty] = None
    invalid = ~empty & ~shapely.is_valid(found)
    if invalid.any():
        found[invalid] = [_polygonal(g) for g in shapely.make_valid(found[invalid])]
    kinds = {g.geom_type for g in found if g is not None} - _POLYGONAL
    if kinds:
        raise InputError(
            f"{name}: geometries are {shown(sorted(kinds))}; expected polygons. "
            "Add points, symbols and lines to a map with add_points, add_symbols, add_lines."
        )
    return found


def _polygonal(geometry: Any) -> Any:
    """Keep the polygons of a mended geometry."""
    parts = [p for p in shapely.get_parts(shapely.get_parts(geometry)) if p.geom_type in _POLYGONAL]
    return shapely.union_all(parts) if parts else None


def build_places(
    frame: gpd.GeoDataFrame,
    *,
    context: gpd.GeoDataFrame | None = None,
    outlines: gpd.GeoDataFrame | None = None,
    groups: npt.NDArray[np.int64] | None = None,
    insets: bool = True,
    tolerance_m: float | None = None,
) -> list[Place]:
    """Sort, simplify and pack: the main map first, then the insets in their order from west to east."""
    areas = polygons_of(frame, "gdf")
    around = polygons_of(context, "context") if context is not None else np.array([], dtype=object)
    lines = polygons_of(outlines, "outlines") if outlines is not None else np.array([], dtype=object)
    if shapely.is_missing(areas).all():
        raise InputError("gdf: no geometry at all; expected at least one polygon to draw")
    degrees = [
        _to(areas, frame.crs, 4326),
        _to(around, context.crs if context is not None else None, 4326),
        _to(lines, outlines.crs if outlines is not None else None, 4326),
    ]
    degrees[1:] = [_near(array, degrees[0]) for array in degrees[1:]]
    where = [_place_of(array, insets) for array in degrees]
    drawn = where[0][~shapely.is_missing(areas)]
    if not (drawn == -1).any():
        # nothing of metropolitan France: the department with most territories is the main map
        main = int(np.bincount(drawn).argmax())
        where = [np.where(place == main, -1, place) for place in where]
    places = []
    for place in (-1, *range(len(OVERSEAS))):
        ids = np.flatnonzero(where[0] == place)
        if not len(ids):
            continue
        chosen = [array[w == place] for array, w in zip(degrees, where, strict=True)]
        own_groups = None if groups is None else groups[ids]
        overseas = None if place < 0 else OVERSEAS[place]
        places.append(_build(chosen, ids, overseas, own_groups, tolerance_m, len(areas)))
    return places


def _to(geometries: Geometries, crs: Any, epsg: int) -> Geometries:
    if not len(geometries):
        return geometries
    moved = gpd.GeoSeries(geometries, crs=crs).to_crs(epsg)
    return np.array(moved.array, dtype=object)


def _near(around: Geometries, areas: Geometries) -> Geometries:
    """Cut what reaches far beyond the map: a projection has no place for a pole, or the far side of Earth."""
    if not len(around):
        return around
    west, south, east, north = shapely.total_bounds(areas[~shapely.is_missing(areas)])
    wide, high = max(10.0, east - west), max(10.0, north - south)
    window = (west - wide, max(-85.0, south - high), east + wide, min(85.0, north + high))
    bounds = shapely.bounds(around)
    # nothing is cut where nothing is far: neighbours keep their common border
    far = (bounds[:, :2] < window[:2]).any(axis=1) | (bounds[:, 2:] > window[2:]).any(axis=1)
    cut = around.copy()
    for row in np.flatnonzero(far):
        near = _polygonal(shapely.clip_by_rect(shapely.make_valid(around[row]), *window))
        cut[row] = near
    return cut


def _place_of(degrees: Geometries, insets: bool) -> npt.NDArray[np.int64]:
    """Say for each geometry where it is drawn: -1 on the main map, else the number of its inset."""
    place = np.full(len(degrees), -1)
    if not insets or not len(degrees):
        return place
    bounds = shapely.bounds(degrees)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    for i, part in enumerate(OVERSEAS):
        west, south, east, north = part.box
        place[(x >= west) & (x <= east) & (y >= south) & (y <= north)] = i
    return place


def _build(
    chosen: list[Geometries],
    ids: npt.NDArray[np.int64],
    overseas: Overseas | None,
    groups: npt.NDArray[np.int64] | None,
    tolerance_m: float | None,
    total: int,
) -> Place:
    areas, _context, outlines = chosen
    known = areas[~shapely.is_missing(areas)]
    bounds = tuple(float(b) for b in shapely.total_bounds(known))
    epsg, crs = _projection(bounds, overseas)
    metres = [_to(array, 4326, epsg) for array in chosen]
    if max(abs(bounds[1]), abs(bounds[3])) > _FARTHEST:
        raise InputError(
            f"gdf: it reaches from {bounds[1]:.4g}° to {bounds[3]:.4g}° of latitude, beyond what a flat map "
            "can show; expected territories away from the poles. Check the CRS, and the order of coordinates."
        )
    if groups is None and len(outlines):
        groups, outlines = _members(metres[0], metres[2])
    elif len(outlines):
        outlines = metres[2]
    both = np.concatenate([metres[0], metres[1]])
    both, tolerance = simplified(both, tolerance_m, budget=vertex_budget(total), side=_side(metres[0]))
    if len(outlines):
        outlines, _ = simplified(outlines, tolerance, budget=0, side=0.0)
    objects: dict[str, Any] = {
        "areas": _to(both[: len(areas)], epsg, 4326),
        "context": _to(both[len(areas) :], epsg, 4326),
        "outlines": _to(outlines, epsg, 4326) if len(outlines) else [],
    }
    extent = shapely.total_bounds(
        np.concatenate([np.asarray(list(o), dtype=object) for o in objects.values()])
    )
    step = tolerance / 111_000 / 6
    grid = int(np.clip(max(extent[2] - extent[0], extent[3] - extent[1]) / step, 2_000, 1_000_000))
    return Place(
        name=overseas.name if overseas else "",
        crs=crs,
        bounds=bounds,
        epsg=epsg,
        ids=[int(i) for i in ids],
        topology=encode({name: list(array) for name, array in objects.items() if len(array)}, grid=grid),
        groups=None if groups is None else [int(g) for g in groups],
    )


def _projection(bounds: tuple[float, ...], overseas: Overseas | None) -> tuple[int, str]:
    """Choose the CRS in which to simplify (EPSG) and the one in which the page draws."""
    if overseas:
        return overseas.epsg, f"utm:{overseas.zone}"
    west, south, east, north = bounds
    if west >= _METROPOLE[0] and south >= _METROPOLE[1] and east <= _METROPOLE[2] and north <= _METROPOLE[3]:
        return 2154, "EPSG:2154"
    if east - west > 12 or north - south > 12 or max(abs(south), abs(north)) > 84:
        return 3857, "EPSG:3857"
    estimated = gpd.GeoSeries([shapely.box(*bounds)], crs=4326).estimate_utm_crs()
    return int(estimated.to_epsg()), "EPSG:3857"


def _side(geometries: Geometries) -> float:
    west, south, east, north = shapely.total_bounds(geometries[~shapely.is_missing(geometries)])
    return float(np.hypot(east - west, north - south))


def vertex_budget(areas: int) -> int:
    """How many corners a page can hold for so many territories and stay light."""
    return min(60_000 + 110 * areas, 900_000)


def simplified(
    geometries: Geometries, tolerance_m: float | None, *, budget: int, side: float
) -> tuple[Geometries, float]:
    """Simplify a coverage, by a tolerance or until it fits the budget; give it with the tolerance used."""
    known = ~shapely.is_missing(geometries)
    out = geometries.copy()
    corners = int(shapely.get_num_coordinates(geometries[known]).sum())
    # the more there is to drop, the coarser the first try
    start = side / 12_000 * max(1.0, corners / max(budget, 1)) ** 0.5
    tolerance = tolerance_m if tolerance_m is not None else start
    if tolerance <= 0 or not known.any():
        return out, max(tolerance, 0.5)
    try:
        out[known] = shapely.coverage_simplify(geometries[known], tolerance)
    except shapely.GEOSException:
        # overlaps and gaps can be too many for it (raw files of communes): mend the coverage first
        mended = shapely.coverage_clean(geometries[known])
        out[known] = shapely.coverage_simplify(np.asarray(mended, dtype=object), tolerance)
    while tolerance_m is None and int(shapely.get_num_coordinates(out[known]).sum()) > budget:
        if tolerance > side / 200:
            break
        tolerance *= 1.4
        out[known] = shapely.coverage_simplify(out[known], tolerance)
    return out, tolerance


def _members(areas: Geometries, outlines: Geometries) -> tuple[npt.NDArray[np.int64], Geometries]:
    """Say which outline each territory lies in, where outlines are unions of territories.

    Such outlines follow the territories' own borders; the others are given back, to be drawn by themselves.
    """
    groups = np.full(len(areas), -1, dtype=np.int64)
    known = np.flatnonzero(~shapely.is_missing(areas))
    tree = shapely.STRtree(shapely.point_on_surface(areas[known]))
    apart = []
    for number, outline in enumerate(outlines):
        if outline is None:
            continue
        members = known[tree.query(outline, predicate="intersects")]
        off = outline.symmetric_difference(shapely.union_all(areas[members])).area
        if off <= 0.02 * outline.area and (groups[members] < 0).all():
            groups[members] = number
        else:
            apart.append(outline)
    return groups, np.array(apart, dtype=object)
