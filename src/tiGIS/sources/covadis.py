"""Reads natural-risk prevention plans (PPRN) in the national exchange format, straight from the official zip.

The format is COVADIS's geostandard for PPR: shapefiles named ``N_ZONE_ALEA_PPRN_*``, ``N_ZONE_REG_PPRN_*``,
``N_PERIMETRE_PPRN_*`` and a table ``N_MULTIALEA_PPRN_*`` that says which hazards a zone of several hazards
holds. This module reads what is written; what it means is said in ``tiGIS.flood``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from tiGIS._errors import DataFileError
from tiGIS._validate import shown
from tiGIS.sources._archive import gdal_path, list_members

_FAMILY = r"_PPR[NMT]_\w+"
_HAZARDS = re.compile(rf"N_ZONE_ALEA{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_RULES = re.compile(rf"N_ZONE_REG{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_PERIMETER = re.compile(rf"N_PERIMETRE{_FAMILY}\.(shp|gpkg)", re.IGNORECASE)
_COMPONENTS = re.compile(rf"N_MULTIALEA{_FAMILY}\.(dbf|csv)", re.IGNORECASE)

# Column of the standard -> what producers write where the name was cut to ten letters
_SPELLINGS = {"nivalea_st": "nivalea_std", "code_risque": "coderisque"}
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
    members = _Members(path)
    hazards = members.layers(_HAZARDS, ["id_zone", "coderisque"])
    rules = members.layers(_RULES, ["id_zone", "typereg"])
    perimeter = members.layers(_PERIMETER, [])
    if not (hazards or rules):
        raise DataFileError(
            path,
            f"no layer of hazards or of rules among {shown(members.names) or 'no file at all'}",
            _EXPECTED,
            "Check that this is the plan's data, not its PDF or its document of urban planning.",
        )
    crs = (hazards or rules)[0].crs
    tables = members.tables(_COMPONENTS, ["id_zone", "coderisque"])
    return CovadisPlan(
        hazards=_stacked(hazards, crs),
        regulation=_stacked(rules, crs),
        perimeter=_stacked(perimeter, crs),
        components=pd.concat(tables, ignore_index=True) if tables else None,
    )


class _Members:
    """The files of a plan, in a zip or in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            self._address = {
                file.relative_to(path).as_posix(): str(file)
                for file in sorted(path.rglob("*"))
                if file.is_file()
            }
        else:
            self._address = {name: gdal_path(path, name) for name in list_members(path)}
        self.names = list(self._address)

    def layers(self, pattern: re.Pattern[str], columns: list[str]) -> list[gpd.GeoDataFrame]:
        """Read the layers whose name fits, each with a CRS and the columns asked for."""
        found = []
        for name in self._fitting(pattern):
            layer = self._read(name, columns)
            if not isinstance(layer, gpd.GeoDataFrame):
                raise DataFileError(self.path, f"{name} holds no geometry", "a layer of polygons")
            if layer.crs is None:
                raise DataFileError(
                    self.path,
                    f"{name} has no CRS (no .prj file beside it)",
                    "one",
                    "Add the .prj of its producer (EPSG:2154 in metropolitan France).",
                )
            found.append(layer)
        return found

    def tables(self, pattern: re.Pattern[str], columns: list[str]) -> list[pd.DataFrame]:
        """Read the tables whose name fits."""
        return [pd.DataFrame(self._read(name, columns)) for name in self._fitting(pattern)]

    def _fitting(self, pattern: re.Pattern[str]) -> list[str]:
        return [name for name in self.names if pattern.fullmatch(re.split(r"[/\\]", name)[-1])]

    def _read(self, name: str, columns: Iterable[str]) -> pd.DataFrame:
        try:
            layer = pyogrio.read_dataframe(self._address[name])
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
            raise DataFileError(
                self.path, f"{name} can't be read ({error})", "a sound file", "Download it again."
            ) from error
        layer = layer.rename(columns=lambda column: column if column == "geometry" else column.lower())
        layer = layer.rename(columns=_SPELLINGS)
        missing = [column for column in columns if column not in layer.columns]
        if missing:
            raise DataFileError(
                self.path,
                f"{name} has no column {shown(missing)} (it has {shown(layer.columns, 20)})",
                "the columns of the COVADIS standard",
            )
        if "id_zone" in layer.columns:
            layer["id_zone"] = _as_text(layer["id_zone"])
        for column in ("coderisque", "nivalea_std", "typereg"):
            if column in layer.columns:
                layer[column] = _as_text(layer[column], width=7 if column == "coderisque" else 2)
        return layer


def _as_text(values: pd.Series, width: int = 0) -> pd.Series:
    """Write codes and ids one way: producers store them as text, integers or floats (349, 349.0, "349")."""
    if pd.api.types.is_numeric_dtype(values):
        text = values.map(lambda value: f"{value:.15g}", na_action="ignore")
    else:
        text = values.astype("object").map(str.strip, na_action="ignore")
    text = text.astype("object")
    return text.map(lambda code: code.zfill(width) if code.isdigit() else code, na_action="ignore")


def _stacked(layers: list[gpd.GeoDataFrame], crs: object) -> gpd.GeoDataFrame:
    if not layers:
        return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=crs))
    return gpd.GeoDataFrame(pd.concat([layer.to_crs(crs) for layer in layers], ignore_index=True))
