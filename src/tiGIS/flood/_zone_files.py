"""Flood zones from the floods directive and from any layer, and the plans that concern each commune."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import AnyCRS, checked
from tiGIS._cells import as_dates, as_numbers
from tiGIS._errors import CRSError, DataFileError
from tiGIS._validate import require_columns, require_known_crs, shown
from tiGIS.flood._codes import SCENARIOS
from tiGIS.flood._zones import FloodZones
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.layers import LayerFiles, stacked_layers

_EXTENTS = re.compile(r"n_(tri|\w+)_\w*inondable_\w*s_\w+\.(shp|gpkg)", re.IGNORECASE)
_DEPTHS = re.compile(r"n_(tri|\w+)_\w*iso_ht_\w*s_\w+\.(shp|gpkg)", re.IGNORECASE)
_SCENARIO = re.compile(r"(01fre|01for|02moy|03mcc|04fai)", re.IGNORECASE)
CONCERNED = note(
    "Communes concernées par un plan, en tout ou partie : ce n'est pas un nombre d'habitants exposés.",
    "Communes that a plan concerns, whole or in part: this is no count of people exposed.",
)
# The files write "no upper bound" with a number that no water reaches.
_ENDLESS_M = 50.0


@checked
def read_tri(
    path: str | Path, *, content: Literal["extents", "depths"] = "extents", crs: AnyCRS | None = None
) -> FloodZones:
    """Read the maps of the floods directive (TRI: territories at high flood risk), as published.

    Parameters
    ----------
    path : path-like
        The zip of one TRI, or the folder where it was unpacked.
    content : {"extents", "depths"}
        Flooded areas by scenario, or classes of depth by scenario.
    crs : optional
        CRS to bring the zones to; the file's own when absent.

    Returns
    -------
    FloodZones
        ``scenario`` is frequent, medium, medium_with_climate_change or rare. The files give no level, and no
        return period: none is written.

    Raises
    ------
    DataFileError
        When it can't be opened safely, has no such layer, or a scenario is not of the directive.

    References
    ----------
    COVADIS, "Standard de données Directive inondation", version 2.1, July 2019; directive 2007/60/CE.

    Examples
    --------
    >>> import geopandas as gpd, pathlib, shapely, tempfile, tiGIS
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> extent = gpd.GeoDataFrame({"scenario": ["04Fai"]},
    ...                          geometry=[shapely.box(785000, 6335000, 785009, 6335009)], crs=2154)
    >>> extent.to_file(folder / "n_tri_ales_inondable_01_04fai_s_030.shp")
    >>> tiGIS.flood.read_tri(folder).frame["scenario"].tolist()
    ['rare']
    """
    layers = []
    with LayerFiles(path) as files:
        for name in files.fitting(_EXTENTS if content == "extents" else _DEPTHS):
            layer = files.layer(name, ["ht_min", "ht_max"] if content == "depths" else [])
            layer["scenario"] = _scenario(layer, name, files.path)
            layers.append(layer)
    if not layers:
        raise DataFileError(
            files.path,
            f"no layer of {content} among {shown(files.names) or 'no file at all'}",
            "the layers of a TRI (n_tri_*_inondable_*_s_*.shp, n_tri_*_iso_ht_*_s_*.shp)",
        )
    require_known_crs(crs, "crs")
    frame = stacked_layers(layers, crs or layers[0].crs)
    if not frame.crs.is_projected:
        raise CRSError(f"{files.path.name}: CRS is {frame.crs.to_string()} (degrees); say crs=2154.")
    columns = {"scenario": "scenario"}
    if content == "depths":
        frame["depth_min_m"] = as_numbers(frame["ht_min"], "ht_min")
        highest = as_numbers(frame["ht_max"], "ht_max")
        frame["depth_max_m"] = np.where(highest < _ENDLESS_M, highest, np.nan)
        columns |= {"depth_min_m": "depth_min_m", "depth_max_m": "depth_max_m"}
    plan = frame["id_tri"].iloc[0] if "id_tri" in frame.columns else files.path.stem
    source = note(
        f"Cartographie du TRI {plan} (directive inondation), Licence Ouverte.",
        f"Maps of the TRI {plan} (floods directive), Licence Ouverte.",
    )
    return FloodZones.from_frame(frame, columns=columns, constants={"source": plan}, sources=(source,))


def _scenario(layer: pd.DataFrame, name: str, path: Path) -> pd.Series:
    """Scenario of each row: its own column, else the name of the file."""
    said = _SCENARIO.search(name)
    values = layer["scenario"] if "scenario" in layer.columns else pd.Series(said and said[1], layer.index)
    words = values.astype("object").str.lower().map(SCENARIOS)
    if words.isna().any():
        strange = values[words.isna()].unique()
        raise DataFileError(path, f"{name}: scenario is {shown(strange)}", f"one of {shown(SCENARIOS, 8)}")
    return words


@checked
def read_zones(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    levels: Mapping[object, str] | None = None,
    kinds: Mapping[object, str] | None = None,
    constants: Mapping[str, object] | None = None,
    crs: AnyCRS | None = None,
) -> FloodZones:
    """Read zones from any layer (GeoPackage, GeoJSON, shapefile, zipped or not) by a mapping of columns.

    Parameters
    ----------
    path : path-like
        The file. A zip must hold one layer.
    columns, levels, kinds, constants
        See `FloodZones.from_frame`; names of columns are those of the file in lower case.
    crs : optional
        CRS to bring the zones to: needed when the file is in degrees.

    Returns
    -------
    FloodZones
        The zones, repaired.

    Raises
    ------
    DataFileError
        When it can't be read safely, or holds no layer, or several.
    CRSError
        When its CRS is absent, or in degrees and ``crs`` isn't given.
    InputError
        On an unknown column, level or kind.

    Examples
    --------
    >>> import geopandas as gpd, pathlib, shapely, tempfile, tiGIS
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "azi.gpkg"
    >>> gpd.GeoDataFrame({"ALEA": ["Fort"]},
    ...                          geometry=[shapely.box(785000, 6335000, 785100, 6335100)],
    ...                  crs=2154).to_file(path)
    >>> tiGIS.flood.read_zones(path, columns={"level": "ALEA"}, levels={"Fort": "high"}).area_ha().to_dict()
    {'high': 1.0}
    """
    with LayerFiles(path) as files:
        found = files.fitting(re.compile(r".*\.(shp|gpkg|geojson|json|fgb|gml|tab)", re.IGNORECASE))
        if len(found) != 1:
            raise DataFileError(files.path, f"{len(found)} layers ({shown(found)})", "one")
        frame = files.layer(found[0], [name.lower() for name in (columns or {}).values()])
    return FloodZones.from_frame(
        frame,
        columns={name: column.lower() for name, column in (columns or {}).items()},
        levels=levels,
        kinds=kinds,
        constants=constants,
        crs=crs,
    )


@checked
def plans_by_commune(gaspar: pd.DataFrame, communes: Iterable[str]) -> pd.DataFrame:
    """Flag the communes that a plan concerns: a flag, never a number of people.

    A flood-zone atlas (AZI) or a technological-risk plan (PPRT) names the communes that it touches, in part
    or whole: it says nothing of how many people are exposed.

    Parameters
    ----------
    gaspar : pandas.DataFrame
        Tables read by `read_gaspar`, one or several put together.
    communes : iterable of str
        Codes of the communes to flag.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``code_insee``; for each kind in the table a flag (``azi``: a plan concerns the commune,
        and is not repealed, annulled or withdrawn) and ``azi_plans``, the names joined by `` | ``.

    Examples
    --------
    >>> import pandas as pd, tiGIS
    >>> atlas = pd.DataFrame({"kind": ["azi"], "plan": ["AZI des Gardons"], "code_insee": ["30007"]})
    >>> tiGIS.flood.plans_by_commune(atlas, ["30007", "75056"])["azi"].to_dict()
    {'30007': True, '75056': False}
    """
    require_columns(gaspar, ["kind", "plan", "code_insee"], "gaspar")
    index = pd.Index(list(communes), name="code_insee")
    ended = pd.Series(False, index=gaspar.index)
    for name in ("annulled", "withdrawn", "repealed"):
        if name in gaspar.columns:
            ended |= as_dates(gaspar[name], name).notna()
    standing = gaspar[~ended]
    result = pd.DataFrame(index=index)
    for kind in sorted(gaspar["kind"].unique()):
        of_kind = standing[standing["kind"] == kind]
        names = of_kind.groupby("code_insee")["plan"].agg(lambda plans: " | ".join(sorted(set(plans))))
        result[kind] = index.isin(names.index)
        result[f"{kind}_plans"] = names.reindex(index)
    source = note("Géorisques, GASPAR, Licence Ouverte.", "Géorisques, GASPAR, Licence Ouverte.")
    return describe(result, sources=[source], limits=[CONCERNED])
