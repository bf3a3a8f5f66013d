"""``choropleth``: a GeoDataFrame and a column in, a map that opens anywhere out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict, Unpack

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from tiGIS._arguments import Decimals, Metres, checked, within
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._format import Lang
from tiGIS._validate import (
    kind_of as named_kind,
)
from tiGIS._validate import (
    require_columns,
    require_crs,
    require_geodataframe,
    require_unique_index,
    shown,
)
from tiGIS.maps._columns import nulls_said
from tiGIS.maps._content import Content, Label, kind_of
from tiGIS.maps._facts import Facts, columns_beside, facts_of, named_facts
from tiGIS.maps._geometry import build_places
from tiGIS.maps._layer import Drawn, Layer, draw
from tiGIS.maps._map import TigisMap
from tiGIS.maps.classes import Method
from tiGIS.provenance import description

BASEMAPS = {
    "ign": {
        "url": "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal"
        "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png&TILEMATRIXSET=PM"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        "attribution": "© IGN – Géoplateforme",
    },
    "osm": {
        "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "attribution": "© OpenStreetMap",
    },
}


class LayerOptions(TypedDict, total=False):
    """The arguments of ``Layer`` that few maps need."""

    unit_label: str
    year: str | int
    bins: Iterable[float] | None
    center: float | None
    decimals: Decimals | None
    signed: bool | None
    reference: float | None
    reference_label: str
    reasons: str | Mapping[Any, str] | pd.Series | None
    low: Hashable | None
    high: Hashable | None
    interval_label: str


@checked
def choropleth(
    gdf: gpd.GeoDataFrame,
    column: Hashable | Mapping[Any, Hashable] | Layer | Sequence[Layer | Hashable],
    *,
    title: str = "",
    subtitle: str = "",
    label: str = "",
    unit: str = "",
    source: str | Iterable[str] = (),
    limits: str | Iterable[str] = (),
    notes: str | Iterable[str] = (),
    method: Method = "quantiles",
    k: int | None = None,
    palette: str | Sequence[str] | None = None,
    names: Hashable | None = None,
    population: Hashable | None = None,
    kind: str | tuple[str, str] = "territoire",
    facts: Facts = (),
    context: gpd.GeoDataFrame | None = None,
    outlines: gpd.GeoDataFrame | str | None = None,
    outline_width: Annotated[float, within(0, 50)] = 2.0,
    labels: bool | str | Iterable[str] | gpd.GeoDataFrame = False,
    insets: bool = True,
    tolerance_m: Metres | None = None,
    basemap: str | None = None,
    town_halls: gpd.GeoDataFrame | None = None,
    compare: Literal["slider", "beside"] | None = None,
    lang: Lang = "fr",
    **more: Unpack[LayerOptions],
) -> TigisMap:
    """Draw a column of a GeoDataFrame as a map in one self-contained page.

    Parameters
    ----------
    gdf : GeoDataFrame
        Polygons, in any CRS, with any unique index (its labels are shown as codes). Not changed.
    column : str (or another label), mapping, Layer or sequence of Layer
        What to colour: a column of numbers, or of text or flags for categories; several layers share one
        page, with a switch. Where a column's name is given, its layer is described by the arguments of
        ``Layer``: ``label``, ``unit``, ``method``, ``k``, ``palette`` and others.
    title : str
        A sentence with its figure; by default the label.
    subtitle : str
        What is mapped, the unit, the year.
    label, unit, method, k, palette
        See ``Layer``.
    source, limits, notes : str or sequence of str
        Printed at the foot: where the figures come from, what they can't say, how they were made (folded).
        Those that ``gdf`` carries itself (``gdf.attrs``) come first.
    names : str, optional
        Column of names; by default ``nom``, ``name`` or else the index.
    population : str, optional
        Column of people, for the bars of the legend and the panel.
    kind : str or pair of str
        What the polygons are: "commune", "epci", "ti", "departement", "region", "territoire", or singular
        and plural of another word.
    facts : sequence of str, or mapping of str to label or (label, unit)
        Other columns to show in the panel and the downloads.
    context : GeoDataFrame, optional
        Neighbours, drawn in grey.
    outlines : GeoDataFrame or str, optional
        Polygons drawn as bold lines over the map, or the column of ``gdf`` that groups territories.
    outline_width : float
        Width of those lines, in pixels.
    labels : bool, sequence of str or GeoDataFrame
        Names to write, the first ones first where they collide: all, those listed (found in ``gdf`` or
        ``context``), or points with a column ``nom``.
    insets : bool
        Draw overseas departments in insets, each in its legal projection, when ``gdf`` has some.
    tolerance_m : float, optional
        Tolerance of the simplification, in metres; by default as fine as a light page allows.
    basemap : {"ign", "osm"}, optional
        Tiles under the map, when there is a network; none by default.
    town_halls : GeoDataFrame, optional
        Points where names of territories are written, with a dot, rather than inside the polygon: those
        with the index of ``gdf`` or ``context`` (``tiGIS.territory.load_town_halls()`` for communes).
    compare : {"slider", "beside"}, optional
        Open with the first two layers compared: on either side of a slider, or on two maps side by side
        that move together. The reader can change it; by default the first layer alone.
    lang : {"fr", "en"}
        Language of the page.
    **more
        The other arguments of ``Layer``, where a column's name is given: ``bins``, ``center``, ``decimals``,
        ``reference``, ``reasons``, ``low`` and ``high``...

    Returns
    -------
    TigisMap
        A ``folium.Map``: add layers to it if you like, then ``save(path)``.

    Raises
    ------
    InputError
        Infinite values, no polygon, a column that is absent, twice the same label in the index.
    CRSError
        No CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> squares = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    >>> towns = gpd.GeoDataFrame({"nom": ["A", "B"], "x": [1.5, 8]}, geometry=squares, crs=2154)
    >>> choropleth(towns, "x", title="B has eight times what A has").layers[0].labels
    ('1,5', '8,0')
    """
    require_geodataframe(gdf, "gdf")
    require_crs(gdf, "gdf")
    require_unique_index(gdf, "gdf")
    if not len(gdf):
        raise InputError("gdf: no row; expected at least one territory to draw")
    unknown = sorted(set(more) - set(LayerOptions.__annotations__))
    if unknown:
        raise TypeError(f"choropleth() got an unexpected keyword argument {unknown[0]!r}")
    asked = _layers_asked(column) or [
        Layer(column=column, label=label, unit=unit, method=method, k=k, palette=palette, **more)
    ]
    if basemap is not None and basemap not in BASEMAPS:
        raise InputError(f"basemap: {basemap!r} is not known; expected None or one of {shown(BASEMAPS)}")
    if compare is not None and (compare not in ("slider", "beside") or len(asked) < 2):
        raise InputError(
            f"compare: {compare!r} with {len(asked)} layers; expected 'slider' or 'beside', and two layers"
        )
    layers = [draw(layer, gdf, lang, number) for number, layer in enumerate(asked)]
    own_names = _names(gdf, names)
    groups = None
    for name, frame in (("context", context), ("outlines", outlines)):
        if frame is not None and not isinstance(frame, str):
            require_geodataframe(frame, name)
    if isinstance(context, str):
        raise InputError(f"context: {named_kind(context)}; expected a GeoDataFrame of neighbours")
    if isinstance(outlines, str):
        require_columns(gdf, [outlines], "gdf")
        groups = pd.factorize(gdf[outlines])[0].astype(np.int64)
        outlines = None
    known = description(gdf)
    shown_facts = named_facts(facts)
    own_facts = facts_of(gdf, shown_facts, lang)
    own_people = _population(gdf, population)
    nulls = nulls_said(gdf, columns_beside(asked, layers, shown_facts, population, lang), lang)
    heading = title or layers[0].label
    return TigisMap(
        Content(
            title=heading,
            subtitle=subtitle,
            lang=lang,
            kind=kind_of(kind, lang),
            names=own_names,
            codes=_codes(gdf.index),
            population=own_people,
            layers=layers,
            places=build_places(
                gdf, context=context, outlines=outlines, groups=groups, insets=insets, tolerance_m=tolerance_m
            ),
            facts=own_facts,
            labels=_labels(gdf, own_names, context, labels, own_people, town_halls),
            sources=_lines([*(s[lang] for s in known["sources"]), *_listed(source)]),
            limits=_lines([*(s[lang] for s in known["limits"]), *_listed(limits), *nulls], stop=True),
            method=_lines(_listed(notes), stop=True),
            outline_width=outline_width,
            file=_file_name(heading),
            basemap=BASEMAPS[basemap] if basemap else None,
            compare=compare,
        )
    )


def _layers_asked(column: Any) -> list[Layer] | None:
    """Give the layers asked for, or None where a column is named alone."""
    if isinstance(column, Layer):
        return [column]
    if isinstance(column, Sequence) and not isinstance(column, str | bytes | tuple):
        if not column:
            raise InputError("column: an empty list; expected Layers or names of columns, at least one")
        return [one if isinstance(one, Layer) else Layer(column=one) for one in column]
    if column is None or not isinstance(column, Hashable | Mapping):
        raise InputError(
            f"column: {named_kind(column)}; expected the name of a column, a Layer, or a list of Layers"
        )
    if isinstance(column, tuple) and column and all(isinstance(one, Layer) for one in column):
        return list(column)
    return None


def _codes(index: pd.Index) -> list[str]:
    """Write the labels of an index; those of several levels with a dot between."""
    if index.nlevels == 1:
        return [str(code) for code in index]
    return [" · ".join(str(part) for part in code) for code in index]


def _listed(texts: str | Iterable[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _lines(texts: list[str], *, stop: bool = False) -> list[str]:
    """Drop doubles and empty texts; settle the full stop at the end."""
    bare = [text.strip().removesuffix(".") for text in texts if text.strip()]
    return [f"{text}." if stop and text[-1] not in "!?…" else text for text in dict.fromkeys(bare)]


def _names(gdf: gpd.GeoDataFrame, names: Hashable | None) -> list[str]:
    column = names if names is not None else next((c for c in ("nom", "name") if c in gdf.columns), None)
    codes = _codes(gdf.index)
    if column is None:
        return codes
    require_columns(gdf, [column], "gdf")
    return [str(n) if pd.notna(n) else code for n, code in zip(gdf[column], codes, strict=True)]


def _population(gdf: gpd.GeoDataFrame, population: Hashable | None) -> npt.NDArray[np.float64] | None:
    if population is None:
        return None
    require_columns(gdf, [population], "gdf")
    people = as_numbers(gdf[population], f"gdf: column {population!r}")
    if (people < 0).any() or np.isinf(people).any():
        raise InputError(
            f"gdf: column {population!r} holds negative or infinite people; expected counts or NaN"
        )
    return np.asarray(people, dtype=float)


def _labels(
    gdf: gpd.GeoDataFrame,
    names: list[str],
    context: gpd.GeoDataFrame | None,
    labels: bool | str | Iterable[str] | gpd.GeoDataFrame,
    population: npt.NDArray[np.float64] | None,
    town_halls: gpd.GeoDataFrame | None,
) -> list[Label]:
    """Find where the names asked for go, in order of importance."""
    halls = _spots(town_halls)
    labels = [labels] if isinstance(labels, str) else labels
    labels = list(labels) if not isinstance(labels, bool | pd.DataFrame) else labels
    if isinstance(labels, pd.DataFrame):
        require_geodataframe(labels, "labels")
        require_crs(labels, "labels")
        require_columns(labels, ["nom"], "labels")
        if not (labels.geometry.notna() & (labels.geom_type == "Point") & ~labels.is_empty).all():
            raise InputError("labels: expected a point in each row, where its name is written")
        points = shapely.get_coordinates(labels.geometry.to_crs(4326).array)
        return [
            Label(float(x), float(y), str(n), True) for (x, y), n in zip(points, labels["nom"], strict=True)
        ]
    if labels is False:
        return []
    frames = [(gdf, names)]
    if context is not None and labels is not True:
        frames.append((context, _names(context, None)))
    found: dict[str, list[Label]] = {}  # namesakes each have their label
    ranks: list[tuple[float, Label]] = []
    for frame, own in frames:
        wanted = set(own) if labels is True else set(labels)
        earlier = set(found)
        places = [i for i, n in enumerate(own) if n in wanted and n not in earlier]
        geometries = frame.geometry.iloc[places]
        good = ~(geometries.isna() | geometries.is_empty)
        inside = gpd.GeoSeries(geometries[good].representative_point()).to_crs(4326)
        for i, point in zip(np.array(places)[good.to_numpy()], inside, strict=True):
            hall = halls.get(frame.index[i])
            lon, lat = hall or (point.x, point.y)
            label = Label(lon, lat, own[i], hall is not None)
            found.setdefault(own[i], []).append(label)
            people = 0.0 if population is None or frame is not gdf else float(np.nan_to_num(population[i]))
            ranks.append((people, label))
    if labels is not True:
        unknown = [name for name in labels if name not in found]
        if unknown:
            raise InputError(
                f"labels: no territory is called {shown(unknown)}; expected names found in gdf or context"
            )
        return [label for name in dict.fromkeys(labels) for label in found[name]]
    return [label for _, label in sorted(ranks, key=lambda ranked: -ranked[0])]


def _spots(points: gpd.GeoDataFrame | None) -> dict[Hashable, tuple[float, float]]:
    """Give where each point is, in degrees, by the label of its row."""
    if points is None:
        return {}
    require_geodataframe(points, "town_halls")
    require_crs(points, "town_halls")
    require_unique_index(points, "town_halls")
    known = points.geometry[~(points.geometry.isna() | points.geometry.is_empty)]
    if not (known.geom_type == "Point").all():
        raise InputError("town_halls: expected points, one for each territory")
    degrees = known.to_crs(4326)
    return dict(zip(degrees.index, zip(degrees.x, degrees.y, strict=True), strict=True))


def _file_name(title: str) -> str:
    plain = unicodedata.normalize("NFD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "carte"


__all__ = ["BASEMAPS", "Drawn", "Layer", "choropleth"]
