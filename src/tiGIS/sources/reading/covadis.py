"""Reads natural-risk prevention plans (PPRN) in the national exchange format, straight from the official zip.

The format is COVADIS's geostandard for PPR: shapefiles named ``N_ZONE_ALEA_PPRN_*``, ``N_ZONE_REG_PPRN_*``,
``N_PERIMETRE_PPRN_*`` and a table ``N_MULTIALEA_PPRN_*`` that says which hazards a zone of several hazards
holds. This module reads what is written; what it means is said in ``tiGIS.flood``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources.reading.layers import LayerFiles, as_text, stacked_layers

_FAMILY = r"_PPR[NMT]_\w+"
_HAZARDS = re.compile(rf"N_ZONE_ALEA{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_RULES = re.compile(rf"N_ZONE_REG{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_PERIMETER = re.compile(rf"N_PERIMETRE{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_COMPONENTS = re.compile(rf"N_MULTIALEA{_FAMILY}\.(dbf|csv)", re.IGNORECASE)

# Column of the standard -> what producers write where the name was cut to ten letters
_SPELLINGS = {"nivalea_st": "nivalea_std"}
# Columns of ids and codes, and the width that leading zeros fill them to
_CODES = {"id_zone": 0, "coderisque": 7, "nivalea_std": 2, "typereg": 2}
_EXPECTED = "a plan in the COVADIS exchange format (N_ZONE_ALEA_PPRN_*.shp, N_ZONE_REG_PPRN_*.shp)"


@dataclass(frozen=True)
class CovadisPlan:
    """The layers of a plan as they are written, with lower-case columns and ids as text.

    Parameters
    ----------
    hazards, regulation, perimeter : geopandas.GeoDataFrame
        The layers; empty where the plan has none.
    components : pandas.DataFrame or None
        The hazards of each zone of several hazards (``id_zone``, ``coderisque``, ``nivalea_std``); None
        when the file holds no such table.
    """

    hazards: gpd.GeoDataFrame
    regulation: gpd.GeoDataFrame
    perimeter: gpd.GeoDataFrame
    components: pd.DataFrame | None


def read_covadis_pprn(path: str | Path) -> CovadisPlan:
    """Read a prevention plan from its zip, or from the folder where it was unpacked.

    Parameters
    ----------
    path : path-like
        The zip as published (``38DDT20170001.zip``) or a folder.

    Returns
    -------
    CovadisPlan
        Its layers, in the CRS of the hazard layer.

    Raises
    ------
    DataFileError
        When it can't be opened safely, holds no layer of the format, or a layer lacks a CRS or a column.

    References
    ----------
    COVADIS, "Géostandard Plans de prévention des risques (PPRN, PPRT)", version 1.0, 2011.
    """
    path = Path(path)
    with LayerFiles(path) as files:
        hazards = files.layers(_HAZARDS, ["id_zone", "coderisque"])
        rules = files.layers(_RULES, ["id_zone", "typereg"])
        perimeter = files.layers(_PERIMETER, [])
        tables = [
            pd.DataFrame(files.table(name, ["id_zone", "coderisque"])) for name in files.fitting(_COMPONENTS)
        ]
    if not (hazards or rules):
        raise DataFileError(
            path,
            f"no layer of hazards or of rules among {shown(files.names) or 'no file at all'}",
            _EXPECTED,
            "Check that this is the plan's data, not its PDF or its document of urban planning.",
        )
    crs = (hazards or rules)[0].crs
    return CovadisPlan(
        hazards=gpd.GeoDataFrame(_with_codes(stacked_layers(hazards, crs))),
        regulation=gpd.GeoDataFrame(_with_codes(stacked_layers(rules, crs))),
        perimeter=stacked_layers(perimeter, crs),
        components=_with_codes(pd.concat(tables, ignore_index=True)) if tables else None,
    )


def _with_codes(layer: pd.DataFrame) -> pd.DataFrame:
    """Write ids and codes one way, under the names of the standard."""
    layer = layer.rename(columns=_SPELLINGS)
    for column, width in _CODES.items():
        if column in layer.columns:
            layer[column] = as_text(layer[column], width)
    return layer
