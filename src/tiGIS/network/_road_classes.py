"""The two tables that a user may replace: classes of each source, and speeds by class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._errors import InputError
from tiGIS._files import is_a_file
from tiGIS._validate import require_columns, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent

# The small scale, from the widest road to the smallest; a network keeps the position in this tuple.
ROAD_CLASSES = (
    "motorway",
    "express",
    "primary",
    "secondary",
    "tertiary",
    "local",
    "residential",
    "living_street",
    "ferry",
)

Table = pd.DataFrame | str | Path | None


def read_classes(classes: Table = None) -> pd.DataFrame:
    """Read the table of classes: the package's own, a CSV file, or a frame.

    Columns: ``schema``, ``source_class``, ``source_rank`` (``*``: any), ``road_class`` (empty: not for cars),
    ``link`` (1 for slip roads).
    """
    table = _read(classes, "road_classes.csv", "classes")
    require_columns(table, ["schema", "source_class", "source_rank", "road_class", "link"], "classes")
    table = table.fillna("").astype(str)
    unknown = set(table["road_class"]) - set(ROAD_CLASSES) - {""}
    if unknown:
        raise InputError(
            f"classes: road_class is {shown(sorted(unknown))}; expected one of {shown(ROAD_CLASSES, 12)}, or "
            "nothing for a way that cars can't drive."
        )
    return table


def read_speeds(speeds: Table = None) -> pd.DataFrame:
    """Read the table of speeds: the package's own, a CSV file, or a frame.

    Columns: ``road_class``, ``urban`` (0 or 1), ``limit_kmh`` (the legal limit where the source gives none),
    ``factor`` (mean speed over the limit), ``link_kmh`` (speed on slip roads), ``source``. Index of the
    result: ``(road_class, urban)``, every pair present.
    """
    table = _read(speeds, "speeds.csv", "speeds")
    columns = ["limit_kmh", "factor", "link_kmh"]
    require_columns(table, ["road_class", "urban", *columns], "speeds")
    table = table.astype({"urban": int}).set_index(["road_class", "urban"]).sort_index()
    whole = pd.MultiIndex.from_product([ROAD_CLASSES, [0, 1]], names=["road_class", "urban"])
    missing = [pair for pair in whole if pair not in table.index]
    if len(missing) or not table.index.is_unique:
        raise InputError(
            f"speeds: {shown(missing) if len(missing) else 'some class is there twice'}; expected exactly "
            "one row for each road_class, urban and not."
        )
    values = table[columns].to_numpy(dtype=float)
    if not (np.isfinite(values).all() and (values > 0).all()):
        bad = table.index[~(np.isfinite(values) & (values > 0)).all(axis=1)]
        raise InputError(
            f"speeds: not a positive number for {shown(bad)}; expected km/h and factors above 0."
        )
    return table.loc[whole]


def _read(given: Table, packaged: str, name: str) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given.copy()
    path = HERE / packaged if given is None else Path(given)
    if not is_a_file(path):
        raise InputError(f"{name}: no such file {str(path)!r}; expected a CSV like the package's {packaged}.")
    return pd.read_csv(path, dtype={"source_rank": str, "road_class": str}, encoding="utf-8")


def drivable_osm(classes: pd.DataFrame) -> frozenset[str]:
    """Values of OSM's ``highway`` that the table gives a class."""
    rows = (classes["schema"] == "osm") & (classes["road_class"] != "") & (classes["road_class"] != "ferry")
    return frozenset(classes.loc[rows, "source_class"])


def classify(
    table: pd.DataFrame, schema: str, classes: pd.DataFrame
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Give each line its class on the small scale (-1: not for cars) and whether it is a slip road."""
    rules = classes[classes["schema"] == schema]
    if rules.empty:
        raise InputError(
            f"classes: no row for the schema {schema!r}; it has {shown(classes['schema'].unique())}."
        )
    columns = (rules[name] for name in ("source_class", "source_rank", "road_class", "link"))
    known = {
        (str(name), str(rank)): (str(road), link in ("1", "1.0", "True"))
        for name, rank, road, link in zip(*columns, strict=True)
    }
    pairs = pd.MultiIndex.from_arrays([table["source_class"], table["source_rank"]])
    code, distinct = pd.factorize(pairs)
    found = [known.get((c, r), known.get((c, "*"))) for c, r in distinct]
    lost = [pair for pair, rule in zip(distinct, found, strict=True) if rule is None]
    if lost:
        n_lost = int(np.isin(code, [i for i, rule in enumerate(found) if rule is None]).sum())
        raise InputError(
            f"roads: class {shown(lost)} of {n_lost} lines is not in the table of classes for {schema!r}. "
            "Add a row to it (classes=...), with an empty road_class if cars can't drive there."
        )
    position_of = {name: position for position, name in enumerate(ROAD_CLASSES)} | {"": -1}
    road_class = np.array([position_of[rule[0]] for rule in found if rule], dtype=np.int8)
    link = np.array([rule[1] for rule in found if rule], dtype=bool)
    return road_class[code], link[code]
