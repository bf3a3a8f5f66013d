"""Readers of Insee's "base permanente des équipements": facilities by commune and type, and their points."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError, InputError
from tiGIS._files import is_a_file
from tiGIS._validate import shown
from tiGIS.provenance import describe, note
from tiGIS.sources.reading.archive import list_members, read_file
from tiGIS.sources.reading.bpe_csv import check_lines, counts_of, nomenclature_of, open_long
from tiGIS.sources.reading.insee_codes import COMMUNE, check_codes, city_of
from tiGIS.sources.reading.insee_tables import indexed, numbers, read_sheet, split_sheet
from tiGIS.sources.reading.positions import shapes_in_degrees

if TYPE_CHECKING:
    import geopandas as gpd

_CODE, _TOTAL = "depcom", "Total de nb_equip"
_MISSING = {"": "none"}


@checked
def read_insee_bpe(
    path: str | Path,
    *,
    municipal: Literal["cities", "arrondissements"] = "cities",
    map_year: int | None = None,
) -> pd.DataFrame:
    r"""Read the facilities by commune and type, from any of the forms that Insee has published.

    Parameters
    ----------
    path : path-like
        The workbook crossed by commune and type (vintage 2013); or, as published since 2018, a CSV (plain,
        packed with gzip, or in a zip): a row for each commune or IRIS and type (``DEPCOM``, ``TYPEQU``,
        ``NB_EQUIP``), for each facility (``DEPCOM``, ``TYPEQU``), or for each place of any level and type
        (``GEO``, ``GEO_OBJECT``, ``FACILITY_TYPE``, ``OBS_VALUE``), of which the communes are kept.
    municipal : {"cities", "arrondissements"}
        Most forms have the arrondissements of Paris, Lyon and Marseille and not the cities: "cities" sums
        them up, "arrondissements" keeps them alone. ("all" would count them twice, and is refused.)
    map_year : int, optional
        Year of the map of communes, which the file does not say; kept with the result.

    Returns
    -------
    pandas.DataFrame
        Index ``code_insee``; one column for each type (its label in the workbook, else its code), float64. A
        type that a commune lacks is 0 there: the file counts. A commune without any facility has no row.
        ``result.attrs["tigis"]`` holds ``facilities_year`` (2013 for the workbook), ``nomenclature``
        (``"2013"``, ``"2018"`` for the codes until 2022, ``"2023"``, or None where the types at hand don't
        tell) and ``types`` (code -> label, where they come with the file).

    Raises
    ------
    DataFileError
        The file is broken, its form has changed, or a row of the workbook does not add up to its total.

    References
    ----------
    Insee, "Base permanente des équipements", https://www.insee.fr/fr/metadonnees/source/serie/s1161

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "bpe21_ensemble.csv"
    >>> _ = path.write_text("DEP;DEPCOM;AN;TYPEQU;NB_EQUIP\n30;30007;2021;D201;61\n30;30010;2021;D301;2\n")
    >>> read_insee_bpe(path).loc["30007"].to_dict()
    {'D201': 61.0, 'D301': 0.0}
    """
    path = Path(path)
    if not _is_workbook(path):
        file = open_long(path)
        counts, year = counts_of(file, municipal)
        return _described(counts, year, map_year, nomenclature_of(counts.columns), types=file.labels)
    table = split_sheet(path, read_sheet(path, read_file(path)))
    table.require([_CODE, _TOTAL])
    codes = table.columns[_CODE]
    check_codes(path, _CODE, codes, table.lines, COMMUNE)
    counted = {
        name: np.nan_to_num(numbers(table, name, _MISSING)[0]) for name in table.columns if name != _CODE
    }
    total = counted.pop(_TOTAL)
    summed = np.sum(list(counted.values()), axis=0)
    wrong = np.flatnonzero(summed != total)
    if len(wrong):
        line = table.lines[wrong[0]]
        found = f"line {line}: the types add up to {summed[wrong[0]]:g}, the total says {total[wrong[0]]:g}"
        raise DataFileError(path, found, "the same number", "Download it again from insee.fr.")
    frame = indexed(counted, codes, "code_insee")
    cities = city_of(frame.index)
    frame = frame.groupby(cities, sort=False).sum() if municipal == "cities" else frame[cities != frame.index]
    return _described(frame, _WORKBOOK_YEAR, map_year, str(_WORKBOOK_YEAR))


#: The only vintage that was published as this workbook.
_WORKBOOK_YEAR = 2013


def _is_workbook(path: Path) -> bool:
    """Tell the workbook from the tables of text; anything named as a workbook is read as one."""
    if path.suffix.lower() in {".xlsx", ".xls"}:
        return True
    try:
        with path.open("rb") as start:
            if start.read(4) != b"PK\x03\x04":
                return False
    except FileNotFoundError:
        read_file(path)  # says that it is absent
    return "[Content_Types].xml" in list_members(path)


def _described(
    frame: Any, year: int | None, map_year: int | None, nomenclature: str | None, **more: Any
) -> Any:
    dated = "" if year is None else f" {year}"
    return describe(
        frame,
        sources=[
            note(
                f"Insee, base permanente des équipements{dated}",
                f"Insee, base permanente des équipements{dated} (facilities)",
            )
        ],
        map_year=map_year,
        facilities_year=year,
        nomenclature=nomenclature,
        **more,
    )


@checked
def read_insee_bpe_points(path: str | Path, *, types: Collection[str] | None = None) -> gpd.GeoDataFrame:
    r"""Read the facilities one by one, each at its position (the BPE "géolocalisée", since 2018).

    Parameters
    ----------
    path : path-like
        The CSV as published (plain, packed with gzip, or in a zip), with ``DEPCOM``, ``TYPEQU``,
        ``LAMBERT_X`` and ``LAMBERT_Y``.
    types : collection of str, optional
        Keep these types alone; one that the file lacks is refused.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code_insee``, ``type``, ``quality`` (what the file says of the position, where it does), and a
        point: in EPSG:2154 where all are in metropolitan France, else in EPSG:4326. A facility whose
        position is not known has an empty geometry; ``attrs["tigis"]["without_position"]`` counts them.

    Raises
    ------
    DataFileError
        The file is broken, or its form has changed.

    Notes
    -----
    Positions are in Lambert-93, and overseas in the legal projection of each department.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "bpe21_ensemble_xy.csv"
    >>> header = "DEPCOM;AN;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY\n"
    >>> _ = path.write_text(header + "30007;2021;D106;787500.5;6337600;Bonne\n30007;2021;D201;;;\n")
    >>> points = read_insee_bpe_points(path)
    >>> points.geometry.iloc[0].coords[0], points.attrs["tigis"]["without_position"]
    ((787500.5, 6337600.0), 1)
    """
    import geopandas as gpd

    path = Path(path)
    if not is_a_file(path):
        read_file(path)  # says that it is absent
    file = open_long(path)
    needed = ["DEPCOM", "TYPEQU", "LAMBERT_X", "LAMBERT_Y"]
    if not set(needed) <= set(file.columns):
        raise file.fault(f"columns {shown(file.columns, 12)}", f"{', '.join(needed)}")
    optional = [name for name in ("AN", "QUALITE_XY") if name in file.columns]
    table = file.read([*needed, *optional])
    lines = table.rename(columns={"DEPCOM": "code", "TYPEQU": "type", "QUALITE_XY": "quality"})
    check_lines(file, lines)
    if types is not None:
        absent = sorted(set(types) - set(lines["type"]))
        if absent:
            raise InputError(f"types: the file has no {shown(absent)}.")
        lines = lines[lines["type"].isin(list(types))]
    x, y = (_position(file, lines[name]) for name in ("LAMBERT_X", "LAMBERT_Y"))
    half = np.flatnonzero(np.isnan(x) != np.isnan(y))
    if len(half):
        raise file.fault(f"line {lines.index[half[0]] + 2}: half a position", "both coordinates, or none")
    department = np.where(lines["code"].str.startswith("97"), lines["code"].str[:3], "")
    crs = 2154 if not (department != "").any() else 4326
    points = pd.Series(gpd.GeoSeries(index=lines.index, crs=crs), dtype=object)
    for code in np.unique(department):
        here = (department == code) & ~np.isnan(x) & ~np.isnan(y)
        own = _OVERSEAS_CRS.get(code)
        if own is None:
            raise file.fault(f"a code of commune in département {code}", f"one of {shown(_OVERSEAS_CRS)}")
        placed = gpd.GeoSeries.from_xy(x[here], y[here], crs=own, index=lines.index[here])
        numbers = [f"line {line + 2}" for line in placed.index]
        degrees = shapes_in_degrees(placed.to_numpy(), placed.crs, path, numbers)
        points[here] = (placed if crs == own else degrees).to_numpy()
    years: list[str] = lines["AN"].unique().tolist() if "AN" in lines else []
    columns = ["code", "type", *(["quality"] if "quality" in lines else [])]
    frame = gpd.GeoDataFrame(
        lines[columns].rename(columns={"code": "code_insee"}), geometry=points.to_numpy(), crs=crs
    ).reset_index(drop=True)
    year = int(years[0]) if len(years) == 1 and str(years[0]).isdigit() else None
    without = int(frame.geometry.isna().sum())
    nomenclature = nomenclature_of(pd.Index(lines["type"].unique()))
    described: gpd.GeoDataFrame = _described(frame, year, None, nomenclature, without_position=without)
    return described


#: Projection of ``LAMBERT_X`` and ``LAMBERT_Y``: "" is metropolitan France.
_OVERSEAS_CRS = {"": 2154, "971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}


def _position(file: Any, cells: pd.Series) -> np.ndarray:
    """Convert metres; an empty cell is not known, another text is a fault."""
    numbers = pd.to_numeric(cells.replace("", "nan"), errors="coerce").to_numpy(dtype=np.float64)
    odd = np.flatnonzero((np.isnan(numbers) & (cells != "").to_numpy()) | np.isinf(numbers))
    if len(odd):
        line = cells.index[odd[0]] + 2
        raise file.fault(f"line {line}, column {cells.name}: {cells.iloc[odd[0]]!r}", "metres, or nothing")
    return numbers
