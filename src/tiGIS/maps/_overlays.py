"""What is drawn over the territories: zones, lines, symbols, points, and isochrones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._format import Lang, decimals_to_tell_apart, quantity
from tiGIS._validate import require_columns, require_crs, require_geodataframe, shown
from tiGIS.maps import palettes
from tiGIS.maps._columns import flags_in_words, is_flags
from tiGIS.maps._geometry import Place, polygons_of, simplified
from tiGIS.maps._topology import encode, packed

_LINES = {"LineString", "MultiLineString"}
INK = "#22272e"


@dataclass(frozen=True)
class Overlay:
    """One overlay, ready for the page: its drawing, its classes and the lines of its legend."""

    kind: str  # "zones", "lines", "points" or "symbols"
    label: str
    classes: list[int] = field(repr=False)
    class_labels: list[str]
    colours: list[str]
    names: list[str | None] = field(repr=False)
    values: list[str | None] = field(repr=False)
    shape: dict[str, Any] = field(repr=False)
    style: dict[str, Any] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """Give what the page's script reads."""
        return {
            "kind": self.kind,
            "label": self.label,
            "classes": self.classes,
            "classLabels": self.class_labels,
            "colours": self.colours,
            "names": self.names,
            "values": self.values,
            **self.shape,
            **({"topology": packed(self.shape["topology"])} if "topology" in self.shape else {}),
            **self.style,
        }

    def legend(self) -> dict[str, Any]:
        """Give what the template needs for the legend: each class with its colour and its sample."""
        radii = self.style.get("samples", [0.0] * len(self.class_labels))
        colours = self.colours * len(self.class_labels) if self.kind == "symbols" else self.colours
        rows = [
            {"label": label, "colour": colour, "radius": radius, "height": max(18, round(2 * radius + 2))}
            for label, colour, radius in zip(
                self.class_labels or [""], colours or self.colours, radii or [0.0], strict=False
            )
        ]
        wide = max([28, *(2 * round(row["radius"]) + 2 for row in rows)])
        return {"label": self.label, "kind": self.kind, "rows": rows, "wide": wide, **self.style}


def lines(
    frame: gpd.GeoDataFrame,
    *,
    label: str,
    column: Hashable | None,
    colours: str | Sequence[str] | Mapping[Any, str] | None,
    width: float,
    dashed: bool,
    names: Hashable | None,
    tolerance_m: float,
    lang: Lang,
) -> Overlay:
    """Prepare lines, by class where there is a column."""
    _require_lines(frame)
    metres = frame.geometry.to_crs(_metric(frame))
    geometries = shapely.simplify(np.array(metres.array, dtype=object), tolerance_m)
    degrees = gpd.GeoSeries(geometries, crs=metres.crs).to_crs(4326)
    classes, class_labels, shades = _classes(frame, column, colours, INK, lang)
    return Overlay(
        "lines", label, classes, class_labels, shades, _texts(frame, names), [None] * len(frame),
        {"topology": encode({"shapes": list(degrees)}, grid=_grid(metres, tolerance_m))},
        {"width": width, "dashed": dashed},
    )  # fmt: skip


def context_lines(frame: gpd.GeoDataFrame, place: Place, *, label: str, colour: str, width: float) -> Overlay:
    """Prepare thin lines that give the map its place: those that lie on it or around it."""
    _require_lines(frame)
    west, south, east, north = place.bounds
    wide, high = 0.6 * (east - west), 0.6 * (north - south)
    near = frame.geometry.to_crs(4326).cx[west - wide : east + wide, south - high : north + high]
    if not len(near):
        raise InputError(f"lines: none of the {len(frame)} of {label!r} lies near the map; expected some")
    whole = shapely.line_merge(shapely.union_all(near.array))
    merged = gpd.GeoDataFrame(geometry=[whole], crs=4326).to_crs(place.epsg)
    tolerance = max(wide, high) * 111_000 / 4000
    found = lines(
        merged, label=label, column=None, colours=colour, width=width, dashed=False, names=None,
        tolerance_m=tolerance, lang="fr",
    )  # fmt: skip
    return replace(found, style={**found.style, "thin": True})


def zones(
    frame: gpd.GeoDataFrame,
    *,
    label: str,
    column: Hashable | None,
    colours: str | Sequence[str] | Mapping[Any, str] | None,
    pattern: str,
    names: Hashable | None,
    tolerance_m: float,
    lang: Lang,
) -> Overlay:
    """Prepare zones, hatched (what lies under stays legible), full, or as outlines."""
    if pattern not in {"hatch", "full", "outline"}:
        raise InputError(f"pattern: {pattern!r}; expected 'hatch', 'full' or 'outline'")
    require_geodataframe(frame, "zones")
    metres = frame.to_crs(_metric(frame))
    geometries = polygons_of(metres, "zones")
    # zones may overlap: each is simplified by itself
    geometries = np.array([_alone(geometry, tolerance_m) for geometry in geometries], dtype=object)
    degrees = gpd.GeoSeries(geometries, crs=metres.crs).to_crs(4326)
    classes, class_labels, shades = _classes(frame, column, colours, "#2171b5", lang)
    return Overlay(
        "zones", label, classes, class_labels, shades, _texts(frame, names), [None] * len(frame),
        {"topology": encode({"shapes": list(degrees)}, grid=_grid(metres.geometry, tolerance_m))},
        {"pattern": pattern},
    )  # fmt: skip


def points(
    frame: gpd.GeoDataFrame,
    *,
    label: str,
    column: Hashable | None,
    colours: str | Sequence[str] | Mapping[Any, str] | None,
    names: Hashable | None,
    cluster: bool,
    lang: Lang,
) -> Overlay:
    """Prepare points, gathered in clusters where they are crowded."""
    require_geodataframe(frame, "points")
    classes, class_labels, shades = _classes(frame, column, colours, "#14508f", lang)
    return Overlay(
        "points", label, classes, class_labels, shades, _texts(frame, names), [None] * len(frame),
        {"at": _positions(frame, "points")}, {"cluster": cluster},
    )  # fmt: skip


def symbols(
    frame: gpd.GeoDataFrame,
    column: Hashable,
    *,
    label: str,
    unit: str,
    colour: str,
    largest_px: float,
    names: Hashable | None,
    lang: Lang,
) -> Overlay:
    """Prepare discs whose area follows a quantity."""
    require_geodataframe(frame, "symbols")
    require_columns(frame, [column], "symbols")
    amounts = as_numbers(frame[column], f"symbols: column {column!r}")
    if np.isinf(amounts).any() or (amounts < 0).any():
        raise InputError(f"symbols: column {column!r} holds negative or infinite values; a disc has an area")
    most = float(np.nanmax(amounts)) if np.isfinite(amounts).any() else 0.0
    decimals = decimals_to_tell_apart(amounts)
    radii = np.sqrt(np.nan_to_num(amounts) / most) * largest_px if most else np.zeros(len(amounts))
    steps = [] if not most else sorted({_round(most), _round(most / 4), _round(most / 20)}, reverse=True)
    return Overlay(
        "symbols", label, [0] * len(frame), [quantity(s, unit, lang=lang) for s in steps], [colour],
        _texts(frame, names),
        [None if np.isnan(v) else quantity(v, unit, decimals, lang=lang) for v in amounts.tolist()],
        {"at": _positions(frame, "symbols"), "radii": [round(float(r), 2) for r in radii]},
        {"samples": [round(float(np.sqrt(s / most) * largest_px), 2) for s in steps]},
    )  # fmt: skip


def _require_lines(frame: gpd.GeoDataFrame) -> None:
    require_geodataframe(frame, "lines")
    require_crs(frame, "lines")
    kinds = set(frame.geometry.geom_type.dropna()) - _LINES
    if kinds:
        raise InputError(f"lines: geometries are {shown(sorted(kinds))}; expected lines")


def _round(value: float) -> float:
    return float(f"{value:.1g}")


def _metric(frame: gpd.GeoDataFrame) -> Any:
    require_crs(frame, "overlay")
    if frame.crs.is_projected:
        return frame.crs
    return frame.estimate_utm_crs()


def _alone(geometry: Any, tolerance: float) -> Any:
    if geometry is None:
        return None
    return simplified(np.array([geometry], dtype=object), tolerance, budget=0, side=0.0)[0][0]


def _grid(metres: gpd.GeoSeries, tolerance: float) -> int:
    west, south, east, north = metres.total_bounds
    if not np.isfinite(west):
        return 2_000
    return int(np.clip(max(east - west, north - south) / max(tolerance, 0.5) * 4, 2_000, 1_000_000))


def _positions(frame: gpd.GeoDataFrame, name: str) -> list[list[float]]:
    require_crs(frame, name)
    if frame.geometry.isna().any() or frame.geometry.is_empty.any():
        raise InputError(f"{name}: some rows have no geometry; drop them first, e.g. gdf[~gdf.is_empty]")
    spots = frame.geometry if (frame.geom_type == "Point").all() else frame.geometry.representative_point()
    return [
        [round(float(x), 5), round(float(y), 5)] for x, y in shapely.get_coordinates(spots.to_crs(4326).array)
    ]


def _texts(frame: pd.DataFrame, names: Hashable | None) -> list[str | None]:
    column = names or next((c for c in ("nom", "name") if c in frame.columns), None)
    if column is None:
        return [None] * len(frame)
    require_columns(frame, [column], "overlay")
    return [str(text) if pd.notna(text) else None for text in frame[column]]


def _classes(
    frame: pd.DataFrame,
    column: Hashable | None,
    colours: str | Sequence[str] | Mapping[Any, str] | None,
    default: str,
    lang: Lang,
) -> tuple[list[int], list[str], list[str]]:
    """Give each row its class, in order of the categories or of the values, and each class its colour."""
    if column is None:
        return [0] * len(frame), [], [colours if isinstance(colours, str) else default]
    require_columns(frame, [column], "overlay")
    absent = int(frame[column].isna().sum())
    if absent:
        raise InputError(
            f"overlay: column {column!r} is empty in {absent} of {len(frame)} rows; expected a class for "
            "each, e.g. frame[column].fillna('inconnu')"
        )
    values = flags_in_words(frame[column], lang)
    if isinstance(colours, Mapping) and is_flags(frame[column]):
        yes_no = {str(flag): said for flag, said in zip(frame[column], values, strict=True)}
        colours = {yes_no.get(str(flag), flag): colour for flag, colour in colours.items()}
    if isinstance(colours, Mapping):
        colours = {str(name): colour for name, colour in colours.items()}
    if isinstance(values.dtype, pd.CategoricalDtype):
        order = [str(c) for c in values.cat.categories if (values == c).any()]
    elif isinstance(colours, Mapping):
        order = [c for c in colours if (values.astype(str) == c).any()]
    else:
        order = [str(c) for c in sorted(values.dropna().unique(), key=lambda v: (isinstance(v, str), v))]
    number = {c: i for i, c in enumerate(order)}
    unknown = sorted({str(v) for v in values} - set(order))
    if unknown:
        raise InputError(
            f"overlay: column {column!r} holds {shown(unknown)} with no colour; expected {shown(order)}"
        )
    if isinstance(colours, Mapping):
        shades = [colours[c] for c in order]
    elif isinstance(colours, str):
        shades = list(palettes.sequential(colours, len(order)))
    else:
        shades = list(colours or palettes.CATEGORIES)[: len(order)]
    if len(shades) < len(order):
        raise InputError(
            f"overlay: {len(order)} classes and {len(shades)} colours; expected one colour per class"
        )
    return [number[str(v)] for v in values], order, shades
