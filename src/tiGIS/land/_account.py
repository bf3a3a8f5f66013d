"""The account of land: what each constraint takes, alone, with others, in order; and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tiGIS._arguments import checked
from tiGIS._cells import as_flags, as_word
from tiGIS._errors import InputError
from tiGIS._polygons import M2_PER_HA, cut, pieces_by_pair, polygonal, repaired_polygons, subdivided, total_by
from tiGIS._repr import short_repr
from tiGIS._validate import (
    kind_of,
    require_columns,
    require_crs,
    require_unique_index,
    shown,
)
from tiGIS.flood import FloodZones
from tiGIS.provenance import Note, describe, note

Shapes = NDArray[np.object_]
Bools = NDArray[np.bool_]
Rule = Mapping[str, object] | Callable[[gpd.GeoDataFrame], "pd.Series[bool]"]


@dataclass(frozen=True)
class Constraint:
    """One reason why land can't take industry: a layer, and a rule that says which of its rows count.

    Parameters
    ----------
    name : str
        What the account calls it.
    layer : geopandas.GeoDataFrame or FloodZones
        Polygons (lines and points with a ``buffer_m``). Of flood zones only the floods count.
    where : mapping or callable, optional
        Rows that count: ``{"zone_type": ["A", "N"]}``, or a function of the frame that gives booleans.
        All rows when absent.
    buffer_m : float, default 0
        Distance that the constraint reaches beyond its layer.

    Examples
    --------
    >>> import geopandas as gpd, shapely, tiGIS
    >>> zoning = gpd.GeoDataFrame({"zone_type": ["A", "U"]}, crs=2154,
    ...                           geometry=[shapely.box(785000, 6335000, 785001, 6335001),
    ...                                shapely.box(785001, 6335000, 785002, 6335001)])
    >>> tiGIS.land.Constraint("farm land", zoning, where={"zone_type": ["A"]}).name
    'farm land'
    """

    name: str
    layer: gpd.GeoDataFrame | FloodZones
    where: Rule | None = None
    buffer_m: float = 0.0

    __repr__ = short_repr

    def polygons(self, crs: object) -> tuple[Shapes, list[Note]]:
        """Polygons of the constraint in a CRS, and words on what was mended or has no outline."""
        layer, where = self.layer, f"constraint {self.name!r}"
        frame = layer.of_kind("flood").frame if isinstance(layer, FloodZones) else layer
        require_crs(frame, where)
        if callable(self.where):
            chosen = as_flags(pd.Series(self.where(frame)), f"{where}, where")
            if chosen.isna().any():
                raise InputError(
                    f"{where}: its rule says neither yes nor no for {int(chosen.isna().sum())} rows; "
                    "expected one for each. Say in the rule what an empty cell means, e.g. with fillna."
                )
            frame = frame[chosen.to_numpy(dtype=bool)]
        elif self.where is not None:
            require_columns(frame, self.where, where)
            for column, wanted in self.where.items():
                several = isinstance(wanted, list | tuple | set | frozenset | pd.Index | np.ndarray)
                words = {as_word(value) for value in (wanted if several else [wanted])}  # type: ignore[attr-defined]
                frame = frame[[as_word(value) in words for value in frame[column]]]
        frame = frame.to_crs(crs)
        if self.buffer_m > 0:
            frame = frame.set_geometry(frame.geometry.buffer(self.buffer_m))
        whole, repairs = repaired_polygons(frame, where)
        return np.asarray(whole.geometry.values), repairs.notes(self.name)


@dataclass(frozen=True)
class LandAccount:
    """What is left of land once constraints are taken out; made by :func:`land_account`.

    Parameters
    ----------
    gross_ha : float
        Area of the candidates, overlaps counted once.
    left : geopandas.GeoDataFrame
        What is left, one row per piece, with ``area_ha``, largest first.
    constraints : pandas.DataFrame
        By constraint, in the order given: ``touched_ha`` (all that it covers), ``alone_ha`` (that it alone
        covers), ``shared_ha`` (that others cover too), ``in_order_ha`` (what it takes after those before it).
    combinations : pandas.DataFrame
        By set of constraints (names joined by `` + ``; ``none`` for what is left): ``n_constraints``,
        ``area_ha``. They add up to ``gross_ha``.
    by_candidate : pandas.DataFrame
        By candidate: ``gross_ha``, ``left_ha``, ``left_share_pct``, ``largest_piece_ha``.
    """

    gross_ha: float
    left: gpd.GeoDataFrame
    constraints: pd.DataFrame
    combinations: pd.DataFrame
    by_candidate: pd.DataFrame

    __repr__ = short_repr

    @property
    def left_ha(self) -> float:
        """Hectares left."""
        return float(self.left["area_ha"].sum())

    @property
    def balance_m2(self) -> float:
        """Gross area less everything accounted for, m²: 0 but for rounding."""
        taken = self.constraints["in_order_ha"].sum()
        return float(self.gross_ha - taken - self.left_ha) * M2_PER_HA


@checked
def land_account(candidates: gpd.GeoDataFrame, constraints: Sequence[Constraint]) -> LandAccount:
    """Take constraints out of candidate land, and account for every square metre.

    Parameters
    ----------
    candidates : geopandas.GeoDataFrame
        Polygons of land in metres; where they overlap, the land counts once.
    constraints : sequence of Constraint
        In the order in which the account takes them. The order moves ``in_order_ha`` between constraints, and
        nothing else: what is left, and what each takes alone, don't depend on it.

    Returns
    -------
    LandAccount
        What is left, and what took the rest.

    Raises
    ------
    CRSError
        When a layer has no CRS, or the candidates are not in metres.
    InputError
        When two constraints have one name, or a layer holds no polygons.

    Examples
    --------
    >>> import geopandas as gpd, shapely, tiGIS
    >>> site = gpd.GeoDataFrame(index=["a"],
    ...                          geometry=[shapely.box(785000, 6335000, 785200, 6335100)], crs=2154)
    >>> wet = gpd.GeoDataFrame(geometry=[shapely.box(785000, 6335000, 785100, 6335100)], crs=2154)
    >>> steep = gpd.GeoDataFrame(geometry=[shapely.box(785050, 6335000, 785150, 6335100)], crs=2154)
    >>> from tiGIS.land import Constraint, land_account
    >>> account = land_account(site, [Constraint("flood", wet), Constraint("slope", steep)])
    >>> account.constraints["in_order_ha"].to_dict()
    {'flood': 1.0, 'slope': 0.5}
    >>> account.gross_ha, account.left_ha
    (2.0, 0.5)
    """
    require_unique_index(candidates, "candidates")
    constraints = list(constraints) if isinstance(constraints, Sequence) else [constraints]
    strange = next((each for each in constraints if not isinstance(each, Constraint)), None)
    if strange is not None:
        raise InputError(f"constraints: {kind_of(strange)}; expected a list of tiGIS.land.Constraint.")
    names = [constraint.name for constraint in constraints]
    doubled = sorted({name for name in names if names.count(name) > 1 or name == "none"})
    if doubled:
        raise InputError(f"constraints: {shown(doubled)} can't be told apart; give each a name of its own")
    whole, repairs = repaired_polygons(candidates, "candidates")
    cells, _ = subdivided(np.array([shapely.union_all(np.asarray(whole.geometry.values))], dtype=object))
    gross = float(shapely.area(cells).sum()) / M2_PER_HA
    taken_by: Bools = np.zeros((len(cells), 0), dtype=bool)
    said = repairs.notes("candidates")
    for constraint in constraints:
        polygons, repaired = constraint.polygons(whole.crs)
        said += repaired
        inside, outside = _split(cells, polygons)
        flag = np.repeat([True, False], len(cells))
        cells, taken_by = np.concatenate([inside, outside]), np.vstack([taken_by, taken_by])
        taken_by = np.column_stack([taken_by, flag])
        wide = shapely.area(cells) > 0
        cells, taken_by = cells[wide], taken_by[wide]
    area = shapely.area(cells) / M2_PER_HA
    left = _pieces(cells[~taken_by.any(axis=1)], whole.crs)
    result = LandAccount(
        gross_ha=gross,
        left=left,
        constraints=_by_constraint(names, taken_by, area),
        combinations=_by_combination(names, taken_by, area),
        by_candidate=_by_candidate(candidates.index, whole, np.asarray(left.geometry.values)),
    )
    limits = [
        note(
            f"Contraintes prises en compte : {', '.join(names) or 'aucune'}. Les autres ne sont pas connues.",
            f"Constraints taken into account: {', '.join(names) or 'none'}. Others are not known.",
        ),
        *said,
    ]
    sources = [s for c in constraints if isinstance(c.layer, FloodZones) for s in c.layer.sources]
    for table in (result.left, result.constraints, result.by_candidate):
        describe(table, sources=sources, limits=limits, mended=repairs.mended)
    return result


def _split(cells: Shapes, polygons: Shapes) -> tuple[Shapes, Shapes]:
    """Cut each cell in what polygons cover and what they don't."""
    inside = np.full(len(cells), shapely.Polygon(), dtype=object)
    outside = cells.copy()
    if len(polygons) and len(cells):
        parts, _ = subdivided(np.array([shapely.union_all(polygons)], dtype=object))
        cell, part = shapely.STRtree(parts).query(cells, predicate="intersects")
        met = np.unique(cell)
        covers = np.array(
            [shapely.union_all(parts[part[cell == position]]) for position in met], dtype=object
        )
        inside[met], outside[met] = cut(cells[met], covers)
    return inside, outside


def _pieces(cells: Shapes, crs: object) -> gpd.GeoDataFrame:
    """Join cells that touch, and sort the pieces by size."""
    parts = shapely.get_parts(polygonal(np.array([shapely.union_all(cells)], dtype=object)))
    area = shapely.area(parts) / M2_PER_HA
    order = np.argsort(-area, kind="stable")
    return gpd.GeoDataFrame({"area_ha": area[order]}, geometry=parts[order], crs=crs)


def _by_constraint(names: list[str], taken_by: Bools, area: NDArray[np.float64]) -> pd.DataFrame:
    several = taken_by.sum(axis=1) > 1
    rows = []
    for column in range(len(names)):
        mine = taken_by[:, column]
        earlier = taken_by[:, :column].any(axis=1)
        rows.append(
            {
                "touched_ha": area[mine].sum(),
                "alone_ha": area[mine & ~several].sum(),
                "shared_ha": area[mine & several].sum(),
                "in_order_ha": area[mine & ~earlier].sum(),
            }
        )
    columns = ["touched_ha", "alone_ha", "shared_ha", "in_order_ha"]
    return pd.DataFrame(rows, index=pd.Index(names, name="constraint"), columns=columns, dtype=float)


def _by_combination(names: list[str], taken_by: Bools, area: NDArray[np.float64]) -> pd.DataFrame:
    words = np.array(names, dtype=object)
    labels = [" + ".join(words[row]) or "none" for row in taken_by]
    table = pd.DataFrame({"constraints": labels, "n_constraints": taken_by.sum(axis=1), "area_ha": area})
    sums = table.groupby(["n_constraints", "constraints"])["area_ha"].sum()
    return sums.reset_index(level="n_constraints")


def _by_candidate(index: pd.Index, whole: gpd.GeoDataFrame, left: Shapes) -> pd.DataFrame:
    place, _, shared = pieces_by_pair(np.asarray(whole.geometry.values), left)
    largest = np.zeros(len(whole))
    parts, owner = shapely.get_parts(shared, return_index=True)
    np.maximum.at(largest, place[owner], shapely.area(parts) / M2_PER_HA)
    table = pd.DataFrame(
        {
            "gross_ha": whole.area.to_numpy() / M2_PER_HA,
            "left_ha": total_by(place, shapely.area(shared) / M2_PER_HA, len(whole)),
            "largest_piece_ha": largest,
        },
        index=whole.index,
    ).reindex(index)
    table.insert(2, "left_share_pct", 100 * table["left_ha"] / table["gross_ha"])
    return table
