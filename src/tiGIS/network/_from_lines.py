"""A road network of any lines: the caller says which column holds what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._arguments import AnyCRS, checked
from tiGIS._cells import as_codes, as_flags, as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, shown
from tiGIS.network._build import Component, build
from tiGIS.network._counts import THEORETICAL
from tiGIS.network._road_classes import ROAD_CLASSES, Table, read_speeds
from tiGIS.network._road_network import RoadNetwork
from tiGIS.provenance import Note
from tiGIS.sources.reading.road_lines import Noding, from_frame

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

_FLAGS = ("toll", "bridge", "tunnel", "dual", "roundabout")


@checked
def network_from_lines(
    roads: gpd.GeoDataFrame,
    *,
    road_class: str | None = None,
    speed: str | None = None,
    limit: str | None = None,
    length: str | None = None,
    oneway: str | None = None,
    way_id: str | None = None,
    flags: dict[str, str] | None = None,
    noding: Noding = "ends",
    speeds: Table = None,
    urban: gpd.GeoDataFrame | float | None = None,
    crs: AnyCRS | None = None,
    component: Component = "largest",
    contract: bool = True,
    sources: tuple[Note, ...] = (),
) -> RoadNetwork:
    """Make a road network of any lines, by saying which column holds what.

    Parameters
    ----------
    roads : geopandas.GeoDataFrame
        The lines, one row a road, with a unique index.
    road_class : str, optional
        Column of classes on the small scale (``motorway``, ``express``, ``primary``, ``secondary``,
        ``tertiary``, ``local``, ``residential``, ``living_street``, ``ferry``); by default all ``local``.
    speed : str, optional
        Column of mean speeds in km/h, used as they are.
    limit : str, optional
        Column of legal limits in km/h (NaN: not known), turned into speeds by the table of speeds.
    length : str, optional
        Column of lengths in metres, instead of those measured on the ground.
    oneway : str, optional
        Column of ``"both"``, ``"forward"``, ``"backward"`` (with respect to the line).
    way_id : str, optional
        Column of identifiers, by default the index.
    flags : dict, optional
        Column of flags (true or false, 1 or 0, oui or non...) for some of ``toll``, ``bridge``, ``tunnel``,
        ``dual``, ``roundabout``. An empty cell counts as not, and the limits of the network say so.
    noding : {"ends", "vertices"}
        Where roads meet: at their ends, or wherever they share a vertex (to a centimetre). Crossings without
        either never meet.
    speeds : path-like or pandas.DataFrame, optional
        Table to use instead of the package's ``speeds.csv``.
    urban : geopandas.GeoDataFrame or float, optional
        As in `read_roads`.
    crs : Any, optional
        Projected CRS of the network; by default that of the lines, unless a metre of it is not one of ground
        where they lie (degrees, Web Mercator): then the legal one of the territory, or the UTM zone.
    component : {"largest", "all"}
        Keep the largest part in which all can reach all, or everything.
    contract : bool
        Join roads end to end where nothing else meets them.
    sources : tuple of notes
        What results say of where the roads come from.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        No such column, a doubled index label or identifier, speeds or lengths that are not positive finite
        numbers, unknown classes or directions, an empty frame, lines of one point.
    CRSError
        The frame has no CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from tiGIS import network_from_lines
    >>> roads = gpd.GeoDataFrame(
    ...     {"kmh": [60.0], "way": ["forward"]}, geometry=[shapely.LineString([(0, 0), (1000, 0)])], crs=2154
    ... )
    >>> network_from_lines(roads, speed="kmh", oneway="way", component="all").n_arcs
    1
    """
    wanted = [c for c in (road_class, speed, limit, length, oneway, way_id) if c is not None]
    require_columns(roads, [*wanted, *(flags or {}).values()], "roads")
    table, counted = _table_of_lines(roads, road_class, limit, oneway, way_id, flags or {})
    measured = _positive(roads[length], "length") if length else None
    given = _positive(roads[speed], "speed") if speed else None
    lines = from_frame(roads, table, schema="small_scale", noding=noding, counted=counted)
    if len(lines.table) != len(roads) and measured is not None:
        raise InputError("roads: multi-part lines can't share one length; use gdf.explode() first.")
    if given is not None and len(lines.table) != len(roads):
        row = pd.Index(table["way_id"]).get_indexer(lines.table["way_id"])
        given = given[row]
    scale = pd.DataFrame(
        {
            "schema": "small_scale",
            "source_class": ROAD_CLASSES,
            "source_rank": "*",
            "road_class": ROAD_CLASSES,
            "link": "0",
        }
    )
    return build(
        lines,
        classes=scale,
        speeds=read_speeds(speeds),
        urban=urban,
        crs=crs,
        component=component,
        contract=contract,
        length_m=measured,
        speed_kmh=given,
        metadata={"sources": list(sources), "limits": list(THEORETICAL)},
    )


def _table_of_lines(
    roads: gpd.GeoDataFrame,
    road_class: str | None,
    limit: str | None,
    oneway: str | None,
    way_id: str | None,
    flags: dict[str, str],
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read what the columns say of each line; gives too how many say nothing of a flag."""
    table = pd.DataFrame({"way_id": _identifiers(roads, way_id)})
    table["source_class"] = (
        [word or "" for word in as_codes(roads[road_class], f"roads, {road_class}")]
        if road_class
        else "local"
    )
    if limit:
        table["limit_kmh"] = _positive(roads[limit], "limit", missing=True)
    if oneway:
        said = pd.Series(as_codes(roads[oneway], f"roads, {oneway}"), dtype=object)
        strange = said[~said.isin(("both", "forward", "backward"))]
        if len(strange):
            raise InputError(
                f"roads: {oneway} is {shown(strange.unique())} on {len(strange)} rows; "
                "expected 'both', 'forward' or 'backward'."
            )
        table["forward"] = (said != "backward").to_numpy()
        table["backward"] = (said != "forward").to_numpy()
    counted = {}
    for name, column in flags.items():
        if name not in _FLAGS:
            raise InputError(f"roads: no flag {name!r}; expected one of {shown(_FLAGS)}.")
        told = as_flags(roads[column], f"roads, {column}")
        if told.isna().any():
            counted[f"lines_without_{name}_said"] = int(told.isna().sum())
        table[name] = told.fillna(False).to_numpy(dtype=bool)
    return table, counted


def _identifiers(roads: gpd.GeoDataFrame, way_id: str | None) -> list[str]:
    """Give the identifier of each road, once each."""
    given = pd.Series(roads[way_id] if way_id else roads.index.to_series(), dtype=object)
    if given.isna().any():
        raise InputError(f"roads: {int(given.isna().sum())} rows have no identifier; expected one each.")
    texts = given.astype(str)
    if texts.duplicated().any():
        doubled = texts[texts.duplicated()].unique().tolist()
        raise InputError(f"roads: identifiers more than once: {shown(doubled)}; expected each once.")
    return texts.tolist()


def _positive(values: pd.Series, what: str, *, missing: bool = False) -> NDArray[np.float64]:
    numbers = as_numbers(values, f"roads, {what}")
    bad = ~(np.isfinite(numbers) & (numbers > 0))
    if missing:
        bad &= ~np.isnan(numbers)
    if bad.any():
        rows = values[bad]
        raise InputError(
            f"roads: {what} is {shown(rows.unique().tolist())} on {len(rows)} rows "
            f"({shown(rows.index.tolist())}); expected positive finite numbers."
        )
    return numbers
