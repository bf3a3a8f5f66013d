"""Layers in an archive, or in the folder where it was unpacked: found, checked, columns in lower case."""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Self

import geopandas as gpd
import pandas as pd
import pyproj

from tiGIS._errors import DataFileError
from tiGIS._files import is_a_file
from tiGIS._validate import shown
from tiGIS.sources.reading.archive import LayerArchive, opened_layers, read_file
from tiGIS.sources.reading.csv_tables import read_csv_table
from tiGIS.sources.reading.gdal import read_layer
from tiGIS.sources.reading.kinds import refuse_link


class LayerFiles:
    """The files of a delivery: a zip or 7z, a folder, or a single file; to be used in a ``with``.

    Parameters
    ----------
    path : path-like
        Where it is.

    Raises
    ------
    DataFileError
        When there is no such file, or the archive isn't safe to open.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._stack = ExitStack()
        self._archive: LayerArchive | None = None
        self._files: dict[str, Path] = {}
        if self.path.is_dir():
            files = [file for file in sorted(self.path.rglob("*")) if file.is_file()]
            for file in files:
                refuse_link(file, self.path)
            self._files = {file.relative_to(self.path).as_posix(): file for file in files}
            self.names = list(self._files)
        elif self.path.suffix.lower() in (".zip", ".7z"):
            self._archive = self._stack.enter_context(opened_layers(self.path))
            self.names = self._archive.names
        elif is_a_file(self.path):
            self._files = {self.path.name: self.path}
            self.names = [self.path.name]
        else:
            raise DataFileError(self.path, "no such file", "a file or a folder", "Check the path.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was unpacked."""
        self._stack.close()

    def fitting(self, pattern: re.Pattern[str]) -> list[str]:
        """Name the files whose own name, without folders, fits a pattern."""
        return [name for name in self.names if pattern.fullmatch(re.split(r"[/\\]", name)[-1])]

    def layers(self, pattern: re.Pattern[str], columns: list[str]) -> list[gpd.GeoDataFrame]:
        """Read the layers whose name fits: each has a CRS and the columns asked for."""
        return [self.layer(name, columns) for name in self.fitting(pattern)]

    def layer(self, name: str, columns: list[str]) -> gpd.GeoDataFrame:
        """Read one layer, with a CRS and the columns asked for."""
        layer = self.table(name, columns)
        if not isinstance(layer, gpd.GeoDataFrame):
            raise DataFileError(self.path, f"{name} holds no geometry", "a layer of polygons")
        if layer.crs is None:
            raise DataFileError(
                self.path,
                f"{name} has no CRS (no .prj file beside it)",
                "one",
                "Add the .prj of its producer (EPSG:2154 in metropolitan France).",
            )
        check_usable(layer.crs, self.path)
        return layer

    def table(self, name: str, columns: list[str]) -> pd.DataFrame:
        """Read one table, with or without geometry, its columns in lower case."""
        try:
            file = self._files[name] if self._archive is None else self._archive.unpacked(name)
            layer = _text_table(file) if file.suffix.lower() == ".csv" else read_layer(file)
        except DataFileError as error:
            if error.path == self.path:
                raise
            raise DataFileError(self.path, f"{name}: {error.found}", error.expected, error.action) from error
        layer = layer.rename(columns=str.lower)
        missing = [column for column in columns if column not in layer.columns]
        if missing:
            raise DataFileError(
                self.path,
                f"{name} has no column {shown(missing)} (it has {shown(layer.columns, 20)})",
                "the columns of its standard",
            )
        doubled = layer.columns[layer.columns.duplicated()]
        if len(doubled):
            found = f"{name} has the column {shown(sorted(set(doubled)))} more than once"
            raise DataFileError(self.path, found, "each column once, in capitals or small letters")
        return layer


def _text_table(path: Path) -> pd.DataFrame:
    """Read a table in text, its separator told by its first line."""
    raw = read_file(path)
    first = raw.split(b"\n", 1)[0]
    return read_csv_table(path, raw, max(",;\t", key=lambda mark: first.count(mark.encode())))


def check_usable(crs: pyproj.CRS | None, path: Path) -> None:
    """Refuse a CRS that is well written but can't be left for another: its file was damaged.

    Parameters
    ----------
    crs : pyproj.CRS or None
        What a layer was read with.
    path : Path
        The file that it came from.

    Raises
    ------
    DataFileError
        When PROJ finds no way from it to longitudes and latitudes.
    """
    fault = "" if crs is None else _fault_of(crs.srs)
    if crs is not None and fault:
        raise DataFileError(
            path,
            f"a CRS that can't be used, {crs.name!r} ({fault})",
            "a CRS that leads to longitudes and latitudes",
            "Its .prj file may be damaged: fetch it again.",
        )


@lru_cache(maxsize=64)
def _fault_of(crs: str) -> str:
    """Say why PROJ finds no way from a CRS, in its own words; it looks for long, so once for each CRS."""
    try:
        pyproj.Transformer.from_crs(crs, 4326)
    except pyproj.exceptions.ProjError as error:
        return str(error) or "no reason given"
    return ""


def as_text(values: pd.Series, width: int = 0) -> pd.Series:
    """Write codes and ids one way: producers store them as text, integers or floats (349, 349.0, "349")."""
    if pd.api.types.is_numeric_dtype(values):
        text = values.map(lambda value: f"{value:.15g}", na_action="ignore")
    else:
        text = values.astype("object").map(str.strip, na_action="ignore")
    text = text.astype("object")
    return text.map(lambda code: code.zfill(width) if code.isdigit() else code, na_action="ignore")


def stacked_layers(layers: list[gpd.GeoDataFrame], crs: object) -> gpd.GeoDataFrame:
    """Put layers one under the other, in one CRS."""
    if not layers:
        return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=crs))
    return gpd.GeoDataFrame(pd.concat([layer.to_crs(crs) for layer in layers], ignore_index=True))
