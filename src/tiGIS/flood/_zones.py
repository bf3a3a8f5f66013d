"""Flood zones in one schema, whatever file they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import AnyCRS
from tiGIS._cells import as_dates, as_numbers, as_word, is_missing
from tiGIS._errors import InputError
from tiGIS._polygons import M2_PER_HA, Repairs, repaired_polygons, stacked
from tiGIS._repr import short_repr
from tiGIS._validate import require_columns, require_crs, require_geodataframe, require_known_crs, shown
from tiGIS.flood._codes import FLOOD, KINDS, LEVELS, UNDETERMINED, UNKNOWN_LEVEL, level_rank
from tiGIS.provenance import Note

if TYPE_CHECKING:
    from pyproj import CRS

# column -> what stands for "not said"
SCHEMA: dict[str, object] = {
    "kind": FLOOD,
    "level": UNKNOWN_LEVEL,
    "scenario": None,
    "return_period_years": np.nan,
    "depth_min_m": np.nan,
    "depth_max_m": np.nan,
    "regulation": None,
    "hazard_codes": None,
    "source": None,
    "date": pd.NaT,
}


@dataclass(frozen=True)
class FloodZones:
    """Polygons of hazard or of regulation, in one schema.

    Build one with :meth:`from_frame`, :func:`read_pprn`, :func:`read_tri` or :func:`read_zones`.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        One row per zone, valid polygons in a projected CRS in metres, with the columns ``kind`` (flood,
        other, undetermined), ``level`` (low, medium, medium_plus, high, high_plus, very_high,
        very_high_plus or unknown), ``scenario``, ``return_period_years``, ``depth_min_m``,
        ``depth_max_m``, ``regulation``, ``hazard_codes``, ``source``, ``date``.
    studied : shapely.Geometry, optional
        The area that the plan studied. Outside it, no zone means "not studied", not "dry".
    repairs : Repairs
        What had to be mended on the way in.
    sources, limits : tuple of note
        What results built on these zones must say.
    """

    frame: gpd.GeoDataFrame
    studied: shapely.Geometry | None = None
    repairs: Repairs = field(default_factory=Repairs)
    sources: tuple[Note, ...] = ()
    limits: tuple[Note, ...] = ()

    __repr__ = short_repr

    @classmethod
    def from_frame(
        cls,
        frame: gpd.GeoDataFrame,
        *,
        columns: Mapping[str, str] | None = None,
        levels: Mapping[object, str] | None = None,
        kinds: Mapping[object, str] | None = None,
        constants: Mapping[str, object] | None = None,
        studied: shapely.Geometry | None = None,
        crs: AnyCRS | None = None,
        sources: tuple[Note, ...] = (),
        limits: tuple[Note, ...] = (),
    ) -> FloodZones:
        """Build zones from any layer of polygons, by a mapping of columns.

        Parameters
        ----------
        frame : geopandas.GeoDataFrame
            Polygons, with a CRS.
        columns : mapping, optional
            From a column of the schema to the column of ``frame`` that holds it, e.g.
            ``{"level": "ALEA", "date": "DATE_APPRO"}``. Columns of the schema that are absent are
            filled with "not said".
        levels : mapping, optional
            From the values of the level column to the levels of tiGIS, e.g. ``{"Fort": "high"}``.
            A value that is not in it is an error, so that no level is lost by a spelling.
        kinds : mapping, optional
            The same for the kind of hazard, e.g. ``{"Inondation": "flood", "Minier": "other"}``.
        constants : mapping, optional
            Values to write on every row, e.g. ``{"scenario": "rare", "source": "AZI des Gardons"}``.
        studied : shapely.Geometry, optional
            The area that was studied, in the CRS of the result.
        crs : optional
            CRS to bring the zones to; the frame's own when absent (which must then be in metres).
        sources, limits : tuple of note
            What results built on these zones must say.

        Returns
        -------
        FloodZones
            The zones, repaired; ``repairs`` says what was mended.

        Raises
        ------
        CRSError
            When the CRS is absent or not in metres.
        InputError
            On an unknown column, level or kind, or rows that are not polygons.

        Examples
        --------
        >>> import geopandas as gpd, shapely, tiGIS
        >>> layer = gpd.GeoDataFrame(
        ...     {"ALEA": ["Fort", "Faible"]},
        ...                          geometry=[shapely.box(785000, 6335000, 785100, 6335100)] * 2, crs=2154
        ... )
        >>> zones = tiGIS.flood.FloodZones.from_frame(
        ...     layer, columns={"level": "ALEA"}, levels={"Fort": "high", "Faible": "low"}
        ... )
        >>> zones.area_ha()
        level
        high    1.0
        Name: area_ha, dtype: float64
        """
        require_geodataframe(frame, "zones")
        require_crs(frame, "zones")
        if crs is not None:
            require_known_crs(crs, "crs")
            frame = frame.to_crs(crs)
        columns = dict(columns or {})
        constants = dict(constants or {})
        unknown = [name for name in (*columns, *constants) if name not in SCHEMA]
        if unknown:
            raise InputError(f"zones: no column {shown(unknown)} in the schema; it has {shown(SCHEMA, 12)}")
        require_columns(frame, columns.values(), "zones")
        whole, repairs = repaired_polygons(frame, "zones")
        data: dict[str, object] = {}
        for name, absent in SCHEMA.items():
            if name in constants:
                data[name] = constants[name]
            else:
                data[name] = whole[columns[name]].array if name in columns else absent
        table = pd.DataFrame(data, index=pd.RangeIndex(len(whole)))
        if levels is not None:
            table["level"] = _translated(table["level"], levels, "level", UNKNOWN_LEVEL)
        if kinds is not None:
            table["kind"] = _translated(table["kind"], kinds, "kind", UNDETERMINED)
        _check_words(table["level"], (*LEVELS, UNKNOWN_LEVEL), "level", "levels={...} translates them")
        _check_words(table["kind"], KINDS, "kind", "map them first")
        for name in ("return_period_years", "depth_min_m", "depth_max_m"):
            table[name] = as_numbers(table[name], name)
        table["date"] = _dates(table["date"])
        tidy = gpd.GeoDataFrame(table, geometry=np.asarray(whole.geometry.values), crs=whole.crs)
        return cls(tidy, studied, repairs, tuple(sources), tuple(limits))

    @property
    def crs(self) -> CRS:
        """The CRS of the zones."""
        return self.frame.crs

    def to_crs(self, crs: AnyCRS) -> FloodZones:
        """Bring the zones (and the area studied) to another CRS."""
        require_known_crs(crs, "crs")
        studied = self.studied
        if studied is not None:
            studied = gpd.GeoSeries([studied], crs=self.crs).to_crs(crs).iloc[0]
        return FloodZones(self.frame.to_crs(crs), studied, self.repairs, self.sources, self.limits)

    def of_kind(self, *kinds: str) -> FloodZones:
        """Keep the zones of some kinds (flood, other, undetermined)."""
        _check_words(pd.Series(kinds, dtype=object), KINDS, "kind", "choose among them")
        return self._with(self.frame[self.frame["kind"].isin(kinds)])

    def at_least(self, level: str) -> FloodZones:
        """Keep the zones of a level or worse; unknown levels are left out."""
        if level not in LEVELS:
            raise InputError(f"level: {level!r}; expected one of {shown(LEVELS, 7)}")
        ranks = self.frame["level"].map(level_rank)
        return self._with(self.frame[ranks >= level_rank(level)])

    def scenario(self, name: str) -> FloodZones:
        """Keep the zones of one scenario."""
        there = self.frame["scenario"] == name
        if not there.any():
            names = sorted(self.frame["scenario"].dropna().unique())
            raise InputError(f"scenario: {name!r}; these zones have {shown(names) or 'none'}")
        return self._with(self.frame[there])

    def flatten(self) -> gpd.GeoSeries:
        """Dissolve the zones by level so that none overlaps: the worst known level prevails.

        Returns
        -------
        geopandas.GeoSeries
            One polygon per level, worst first, then ``unknown`` where nothing better is known. Their
            areas add up to the area of the union.
        """
        names = [*reversed(LEVELS), UNKNOWN_LEVEL]
        names = [name for name in names if (self.frame["level"] == name).any()]
        groups = [np.asarray(self.frame.geometry[self.frame["level"] == name].values) for name in names]
        return gpd.GeoSeries(stacked(groups), index=pd.Index(names, name="level"), crs=self.crs)

    def area_ha(self) -> pd.Series:
        """Hectares by level, overlaps counted once, at the worst level."""
        areas = self.flatten().area / M2_PER_HA
        return areas[areas > 0].rename("area_ha")

    def _with(self, frame: gpd.GeoDataFrame) -> FloodZones:
        return FloodZones(frame.reset_index(drop=True), self.studied, self.repairs, self.sources, self.limits)


def _translated(values: pd.Series, words: Mapping[object, str], name: str, unknown: str) -> pd.Series:
    """Translate the words of a file; a code is the same as a number and as text: 1, 1.0, "1"."""
    given = {as_word(word): meaning for word, meaning in words.items()}
    _refuse_two_meanings(words, name)
    read = values.map(lambda value: None if is_missing(value) else as_word(value)).astype(object)
    strange = values[read.notna() & ~read.isin(list(given))].unique()
    if len(strange):
        raise InputError(
            f"{name}: {shown(strange)} not in the translation given; it has {shown(words, 8)}. "
            f"Add them (as {unknown!r} if you can't tell)."
        )
    return read.map(given).fillna(unknown)


def _refuse_two_meanings(words: Mapping[object, str], name: str) -> None:
    meanings: dict[str, str] = {}
    for word, meaning in words.items():
        if meanings.setdefault(as_word(word), meaning) != meaning:
            raise InputError(
                f"{name}: {word!r} has two meanings in the translation given ({meaning!r} and "
                f"{meanings[as_word(word)]!r}); expected one."
            )


def _dates(values: pd.Series) -> pd.Series:
    """Read dates, also as 2010_11_05; one that can't be read is an error, not a gap."""
    if values.dtype == object or pd.api.types.is_string_dtype(values):
        values = values.map(lambda cell: cell.replace("_", "-") if isinstance(cell, str) else cell)
    return as_dates(values, "date")


def _check_words(values: pd.Series, words: tuple[str, ...], name: str, action: str) -> None:
    strange = values[~values.isin(words)].unique()
    if len(strange):
        raise InputError(f"{name}: found {shown(strange)}; expected {shown(words, 8)} ({action})")
