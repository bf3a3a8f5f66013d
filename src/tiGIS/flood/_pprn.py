"""Prevention plans: which zones are floods, which are not, and which nobody can tell from the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from tiGIS._arguments import AnyCRS, checked
from tiGIS._cells import as_dates
from tiGIS._errors import CRSError, InputError
from tiGIS._files import replacing
from tiGIS._polygons import M2_PER_HA, Repairs, repaired_polygons
from tiGIS._repr import short_repr
from tiGIS._validate import require_known_crs
from tiGIS.flood._codes import (
    FLOOD,
    KINDS,
    LEVEL_OF_CODE,
    MULTIPLE_HAZARDS,
    OTHER,
    REGULATIONS,
    UNDETERMINED,
    UNKNOWN_LEVEL,
    UNKNOWN_REGULATION,
    kind_of_code,
    level_rank,
)
from tiGIS.flood._zones import SCHEMA, FloodZones
from tiGIS.provenance import Note, note
from tiGIS.sources.reading.covadis import CovadisPlan, read_covadis_pprn


@dataclass(frozen=True)
class PreventionPlan:
    """A natural-risk prevention plan (PPRN): all its hazards, and its rules.

    Parameters
    ----------
    hazards : FloodZones
        Every hazard zone, each of one ``kind``: flood, other, undetermined. Keep the floods with
        ``plan.hazards.of_kind("flood")``.
    regulation : FloodZones
        Every regulated zone. The format doesn't say which hazard a rule answers to, so their kind is
        undetermined: a rule of a plan of several hazards is never counted as a flood rule.
    counts : dict of str to int
        Zones whose hazards, level or rule could not be told, and how many were resolved.
    """

    hazards: FloodZones
    regulation: FloodZones
    counts: dict[str, int]

    __repr__ = short_repr

    def summary(self) -> pd.DataFrame:
        """Count zones and hectares by kind of hazard.

        Returns
        -------
        pandas.DataFrame
            Indexed by kind (flood, other, undetermined): ``zones``, ``area_ha``, ``share_pct``.
        """
        frame = self.hazards.frame
        area = frame.area / M2_PER_HA
        table = pd.DataFrame({"zones": 1, "area_ha": area}).groupby(frame["kind"]).sum()
        table = table.reindex(pd.Index(KINDS, name="kind"), fill_value=0)
        table["share_pct"] = 100 * table["area_ha"] / table["area_ha"].sum()
        return table

    def save(self, path: str | Path) -> Path:
        """Write the layers to a GeoPackage: ``hazards`` and ``regulation``, with the schema of tiGIS.

        Parameters
        ----------
        path : path-like
            A ``.gpkg`` file; replaced once the new one is whole.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InputError
            When the name doesn't end in ``.gpkg``.
        """
        path = Path(path)
        if path.suffix.lower() != ".gpkg":
            raise InputError(f"path: {path.name!r}; expected a name that ends in .gpkg")
        with replacing(path) as part:
            for name, zones in (("hazards", self.hazards), ("regulation", self.regulation)):
                frame = zones.frame
                unknown = [c for c in frame.columns.drop("geometry") if len(frame) and frame[c].isna().all()]
                # a plan may lack a layer: it is written all the same, without rows
                kind = None if len(frame) else "MultiPolygon"
                pyogrio.write_dataframe(frame.drop(columns=unknown), part, layer=name, geometry_type=kind)
        return path


@checked
def read_pprn(path: str | Path, *, crs: AnyCRS | None = None) -> PreventionPlan:
    """Read a natural-risk prevention plan in the national exchange format, as published.

    Plans hold all hazards: floods are the codes 11xxxxx. A zone of several hazards (9999999) is resolved
    by the table that comes with the plan: it is a flood when one of its hazards is, at the worst level of
    its *flood* hazards. Where the table is absent, or doesn't hold the zone, the zone is undetermined.
    The files give no return period, so none is written.

    Parameters
    ----------
    path : path-like
        The zip (or the folder where it was unpacked).
    crs : optional
        CRS to bring the layers to; the file's own when absent.

    Returns
    -------
    PreventionPlan
        Hazards, rules, and what could not be told.

    Raises
    ------
    DataFileError
        When it can't be opened safely, or isn't in that format.
    CRSError
        When the CRS is in degrees and ``crs`` isn't given.

    References
    ----------
    COVADIS, "Géostandard Plans de prévention des risques (PPRN, PPRT)", version 1.0, 2011; codes of risks:
    national nomenclature of GASPAR.

    Examples
    --------
    A plan of one zone, written as its producers do:

    >>> import geopandas as gpd, pathlib, shapely, tempfile, tiGIS
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> zone = gpd.GeoDataFrame({"id_zone": [1], "coderisque": ["1120000"], "nivalea_st": ["04"]},
    ...                         geometry=[shapely.box(785000, 6335000, 785100, 6335100)], crs=2154)
    >>> zone.to_file(folder / "N_ZONE_ALEA_PPRN_20200001_S_030.shp")
    >>> tiGIS.flood.read_pprn(folder).hazards.of_kind("flood").area_ha().to_dict()
    {'high': 1.0}
    """
    require_known_crs(crs, "crs")
    raw = read_covadis_pprn(path)
    if crs is None and not raw.hazards.crs.is_projected:
        raise CRSError(
            f"{Path(path).name}: CRS is {raw.hazards.crs.to_string()} (degrees); expected metres. "
            "Say which you want, e.g. crs=2154."
        )
    crs = crs or raw.hazards.crs
    counts: dict[str, int] = {}
    plans = sorted({str(code) for code in _column(raw.hazards, "id_gaspar").dropna()})
    plans = plans or sorted({str(code) for code in _column(raw.regulation, "id_gaspar").dropna()})
    source = (_source(plans),)
    studied = _studied(raw, crs)
    hazards = _hazards(raw, counts).to_crs(crs)
    rules = _rules(raw, counts).to_crs(crs)
    limits = (
        note(
            "Plan tous risques : seules les zones d'inondation certaines sont comptées comme telles.",
            "A plan of all hazards: only zones known to be floods are counted as floods.",
        ),
    )
    return PreventionPlan(
        hazards=_zones(hazards, studied, source, limits),
        regulation=_zones(rules, studied, source, limits),
        counts=counts,
    )


def _hazards(raw: CovadisPlan, counts: dict[str, int]) -> gpd.GeoDataFrame:
    """Say of each hazard zone its kind and its level."""
    frame = raw.hazards
    code = _column(frame, "coderisque")
    level = _column(frame, "nivalea_std").map(LEVEL_OF_CODE).fillna(UNKNOWN_LEVEL)
    kind = code.map(kind_of_code, na_action=None)
    codes = code.copy()
    several = (code == MULTIPLE_HAZARDS).to_numpy()
    if raw.components is not None and several.any():
        resolved = _resolved(raw.components).reindex(frame["id_zone"][several])
        resolved.index = frame.index[several]
        resolved = resolved[resolved["kind"].notna()]
        kind.update(resolved["kind"])
        codes.update(resolved["hazard_codes"])
        level.update(resolved["level"][resolved["kind"] == FLOOD])
    counts["zones_of_several_hazards"] = int(several.sum())
    counts["zones_of_several_hazards_undetermined"] = int((several & (kind == UNDETERMINED)).sum())
    counts["zones_of_unknown_hazard_code"] = int((~several & (kind == UNDETERMINED)).sum())
    counts["zones_of_unknown_level"] = int((level == UNKNOWN_LEVEL).sum())
    return _in_schema(frame, kind=kind, level=level, hazard_codes=codes)


def _resolved(components: pd.DataFrame) -> pd.DataFrame:
    """For each zone of several hazards: its kind, the worst level of its floods, and its codes."""
    table = pd.DataFrame(
        {
            "id_zone": components["id_zone"],
            "code": components["coderisque"],
            "kind": components["coderisque"].map(kind_of_code, na_action=None),
            "level": _column(components, "nivalea_std").map(LEVEL_OF_CODE).fillna(UNKNOWN_LEVEL),
        }
    ).dropna(subset=["id_zone"])
    rank = table["level"].map(level_rank)
    flood = table["kind"] == FLOOD
    worst = table[flood].loc[rank[flood].groupby(table["id_zone"][flood]).idxmax()].set_index("id_zone")
    zones = table.groupby("id_zone")
    untold = (table["kind"] == UNDETERMINED).groupby(table["id_zone"]).any()
    kind = untold.map({True: UNDETERMINED, False: OTHER})
    kind[worst.index] = FLOOD
    return pd.DataFrame(
        {
            "kind": kind,
            "level": worst["level"].reindex(kind.index),
            "hazard_codes": zones["code"].agg(lambda codes: ";".join(sorted(codes.dropna().unique()))),
        }
    )


def _rules(raw: CovadisPlan, counts: dict[str, int]) -> gpd.GeoDataFrame:
    frame = raw.regulation
    rule = _column(frame, "typereg").map(REGULATIONS).fillna(UNKNOWN_REGULATION)
    counts["zones_of_unknown_rule"] = int((rule == UNKNOWN_REGULATION).sum())
    return _in_schema(frame, kind=UNDETERMINED, level=UNKNOWN_LEVEL, regulation=rule)


def _in_schema(frame: gpd.GeoDataFrame, **columns: object) -> gpd.GeoDataFrame:
    plan = _column(frame, "id_gaspar")
    date = as_dates(_column(frame, "datecarte"), "datecarte")
    data = {**SCHEMA, "source": plan, "date": date, **columns}
    table = pd.DataFrame(data, index=frame.index)
    if "id_zone" in frame.columns:
        table.insert(0, "id_zone", frame["id_zone"])
    for column in ("nom", "descript", "codezone"):
        if column in frame.columns:
            table[column] = frame[column]
    return gpd.GeoDataFrame(table, geometry=frame.geometry, crs=frame.crs)


def _zones(
    frame: gpd.GeoDataFrame,
    studied: shapely.Geometry | None,
    sources: tuple[Note, ...],
    limits: tuple[Note, ...],
) -> FloodZones:
    whole, repairs = repaired_polygons(frame, "plan") if len(frame) else (frame, Repairs())
    return FloodZones(whole.reset_index(drop=True), studied, repairs, sources, limits)


def _studied(raw: CovadisPlan, crs: object) -> shapely.Geometry | None:
    if raw.perimeter.empty:
        return None
    whole, _ = repaired_polygons(raw.perimeter.to_crs(crs), "perimeter")
    return shapely.union_all(np.asarray(whole.geometry.values))


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Read a column of codes that may be absent: then nothing is known of it."""
    if name in frame.columns:
        return frame[name].astype("object")
    return pd.Series(None, index=frame.index, dtype="object")


def _source(plans: list[str]) -> Note:
    named = ", ".join(plans) or "?"
    return note(
        f"Plan de prévention des risques naturels {named} (format COVADIS), Licence Ouverte 2.0.",
        f"Natural-risk prevention plan {named} (COVADIS format), Licence Ouverte 2.0.",
    )
