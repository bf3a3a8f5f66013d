"""Sites for industry in one schema, with what is not known left unknown, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import AnyCRS
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._polygons import M2_PER_HA, repaired_polygons
from tiGIS._repr import short_repr
from tiGIS._validate import (
    require_columns,
    require_crs,
    require_geodataframe,
    require_known_crs,
    require_unique_index,
    shown,
)
from tiGIS.provenance import Note, describe, note
from tiGIS.sources.reading.cartofriches import UNKNOWN_WORDS, read_cartofriches
from tiGIS.sources.reading.sites_economiques import read_activity_zones, read_zoning

SITE_KINDS = ("activity_zone", "parcel", "brownfield", "premises", "zoning", "other")
OCCUPATIONS = ("occupied", "partly", "free")
# What a site may say of itself; completeness counts those that are known
_INFORMATIVE = ("status", "type", "area_ha", "owner_kind", "occupation", "zoning", "pollution")
SITE_COLUMNS = ("kind", "name", *_INFORMATIVE, "code_insee")

_CARTOFRICHES = {
    "status": "site_statut",
    "type": "site_type",
    "owner_kind": "proprio_personne",
    "occupation": "site_occupation",
    "zoning": "urba_zone_type",
    "pollution": "sol_pollution_existe",
    "name": "site_nom",
}
_OCCUPATION_OF = {
    "totalement inoccupé": "free",
    "partiellement inoccupé": "partly",
    "occupation transitoire ou temporaire": "partly",
    "occupation illicite supposée": "partly",
    "occupé": "occupied",
    "inoccupé": "free",
    "vacant": "free",
    "friche": "free",
    "en transition": "partly",
}
_CEREMA = note("Cerema, Cartofriches, Licence Ouverte 2.0.", "Cerema, Cartofriches, Licence Ouverte 2.0.")
_NO_OUTLINE = note(
    "Les friches sont des points avec une surface, sans contour : ni emprise, ni forme, ni croisement exact.",
    "Brownfields are points with an area and no outline: no extent, no shape, no exact overlay.",
)
_POTENTIAL = note(
    "« Friche potentielle » : site repéré dans un inventaire ancien, dont rien ne dit qu'il est libre.",
    "“Potential brownfield”: a site found in an old inventory; nothing says that it is free.",
)


@dataclass(frozen=True)
class LandSites:
    """Sites where industry is, or could be: activity zones, parcels, brownfields, premises, zoning.

    Build with :meth:`from_cartofriches`, :meth:`from_activity_zones`, :meth:`from_zoning`,
    :meth:`from_frame`.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        One row per site: ``kind``, ``name``, ``status``, ``type``, ``area_ha``, ``owner_kind``,
        ``occupation`` (occupied, partly, free), ``zoning``, ``pollution``, ``code_insee``, ``has_outline``,
        ``completeness_pct`` (share of status, type, area, owner, occupation, zoning and pollution that is
        known), and a point or an outline. Not known is missing, never a value.
    sources, limits : tuple of note
        What results built on these sites must say.
    """

    frame: gpd.GeoDataFrame
    sources: tuple[Note, ...] = ()
    limits: tuple[Note, ...] = ()

    __repr__ = short_repr

    def __len__(self) -> int:
        return len(self.frame)

    @classmethod
    def from_frame(
        cls,
        frame: gpd.GeoDataFrame,
        *,
        kind: str,
        columns: Mapping[str, str] | None = None,
        crs: AnyCRS = 2154,
        sources: tuple[Note, ...] = (),
        limits: tuple[Note, ...] = (),
    ) -> LandSites:
        """Build sites from any layer by a mapping of columns.

        Parameters
        ----------
        frame : geopandas.GeoDataFrame
            Points or polygons with a CRS and a unique index.
        kind : {"activity_zone", "parcel", "brownfield", "premises", "zoning", "other"}
            What they are.
        columns : mapping, optional
            From ``name``, ``status``, ``type``, ``area_ha``, ``owner_kind``, ``occupation``, ``zoning``,
            ``pollution``, ``code_insee`` to the columns of ``frame``. Without ``area_ha``, outlines are
            measured.
        crs : default 2154
            CRS to bring them to, in metres.
        sources, limits : tuple of note
            What results built on these sites must say.

        Returns
        -------
        LandSites
            The sites; outlines that are not valid are mended.

        Raises
        ------
        CRSError
            When the frame has no CRS.
        InputError
            On an unknown kind, column or occupation.
        """
        require_geodataframe(frame, "sites")
        require_crs(frame, "sites")
        require_unique_index(frame, "sites")
        if kind not in SITE_KINDS:
            raise InputError(f"kind: {kind!r}; expected one of {shown(SITE_KINDS, 6)}")
        columns = dict(columns or {})
        unknown = [name for name in columns if name not in SITE_COLUMNS]
        if unknown:
            raise InputError(
                f"sites: no column {shown(unknown)} in the schema; it has {shown(SITE_COLUMNS, 9)}"
            )
        require_columns(frame, columns.values(), "sites")
        shapes = _mended(frame, crs)
        outlined = shapely.get_dimensions(np.asarray(shapes.values)) == 2
        table = pd.DataFrame({"kind": kind}, index=frame.index)
        for name in SITE_COLUMNS[1:]:
            table[name] = frame[columns[name]].to_numpy() if name in columns else None
        measured = shapes.area.to_numpy() / M2_PER_HA
        declared = as_numbers(table["area_ha"], "area_ha")
        table["area_ha"] = np.where(np.isnan(declared) & outlined, measured, declared)
        known = table["occupation"].dropna()
        strange = known[~known.isin(OCCUPATIONS)].unique()
        if len(strange):
            raise InputError(f"occupation: {shown(strange)}; expected {shown(OCCUPATIONS)}, or nothing")
        table["has_outline"] = outlined
        table["completeness_pct"] = 100 * table[list(_INFORMATIVE)].notna().mean(axis=1)
        return cls(gpd.GeoDataFrame(table, geometry=shapes), tuple(sources), tuple(limits))

    @classmethod
    def from_cartofriches(cls, path: str | Path | gpd.GeoDataFrame, *, crs: AnyCRS = 2154) -> LandSites:
        """Build sites from Cartofriches as published, or from a frame of it (`datasets.ales_brownfields`).

        Parameters
        ----------
        path : path-like or geopandas.GeoDataFrame
            The file, or a frame in its columns, indexed by ``site_id``.
        crs : default 2154
            CRS to bring them to, in metres.

        Returns
        -------
        LandSites
            Brownfields, all of them points; what the file calls "inconnu" is missing.

        Raises
        ------
        DataFileError
            When the file isn't Cartofriches' table.
        InputError
            When the frame lacks its columns.

        Examples
        --------
        >>> import tiGIS
        >>> sites = tiGIS.land.LandSites.from_cartofriches(tiGIS.datasets.ales_brownfields())
        >>> len(sites), int(sites.completeness().loc["pollution", "unknown"])
        (89, 87)
        """
        frame = path.copy() if isinstance(path, gpd.GeoDataFrame) else read_cartofriches(path)
        require_columns(frame, ["site_surface"], "brownfields")
        text = [column for column in _CARTOFRICHES.values() if column in frame.columns]
        frame[text] = frame[text].astype("object").mask(frame[text].isin(UNKNOWN_WORDS))
        columns = {name: column for name, column in _CARTOFRICHES.items() if column in text}
        frame["area_ha"] = frame["site_surface"] / M2_PER_HA
        if "occupation" in columns:
            frame["site_occupation"] = _translated(frame["site_occupation"])
        commune = "comm_insee" if "comm_insee" in frame.columns else "code_insee"
        return cls.from_frame(
            frame,
            kind="brownfield",
            columns={**columns, "area_ha": "area_ha", "code_insee": commune},
            crs=crs,
            sources=(_CEREMA,),
            limits=(_NO_OUTLINE, _POTENTIAL),
        )

    @classmethod
    def from_activity_zones(cls, path: str | Path, *, crs: AnyCRS | None = None) -> LandSites:
        """Build sites from the parcel units of an inventory of activity zones in CNIG's standard.

        Parameters
        ----------
        path : path-like
            The inventory; see `read_activity_zones`.
        crs : optional
            CRS of the outlines of a CSV.

        Returns
        -------
        LandSites
            Parcel units, with their declared area in hectares.

        Raises
        ------
        DataFileError
            When it isn't in that standard.
        """
        frame = read_activity_zones(path, content="parcels", crs=crs)
        frame["terr_etat_occup"] = _translated(frame["terr_etat_occup"])
        wanted = {
            "status": "terr_stade_comm",
            "area_ha": "terr_surf_brute",
            "owner_kind": "terr_maitrise_fonc",
            "occupation": "terr_etat_occup",
            "name": "site_id",
        }
        columns = {name: column for name, column in wanted.items() if column in frame.columns}
        return cls.from_frame(frame, kind="parcel", columns=columns, crs=frame.crs)

    @classmethod
    def from_zoning(cls, path: str | Path, *, zone_types: tuple[str, ...] = ("U", "AUc", "AUs")) -> LandSites:
        """Build sites from the zones of a town plan meant for activity (code 02 of the standard).

        Parameters
        ----------
        path : path-like
            Layer ``zone_urba``; see `read_zoning`.
        zone_types : tuple of str, default ("U", "AUc", "AUs")
            Types of zone to keep.

        Returns
        -------
        LandSites
            Zones where a plan allows activity: not free land.

        Raises
        ------
        DataFileError
            When the layer doesn't say what its zones are meant for.
        """
        zones = read_zoning(path)
        require_columns(zones, ["main_use"], "zoning")
        zones = zones[zones["main_use"].eq("02") & zones["zone_type"].isin(zone_types)]
        limit = note(
            "Zonage : terrains destinés à l'activité, libres ou non.",
            "Zoning: land meant for activity, free or not.",
        )
        columns = {"zoning": "zone_type", "name": "label"}
        return cls.from_frame(zones, kind="zoning", columns=columns, crs=zones.crs, limits=(limit,))

    def completeness(self) -> pd.DataFrame:
        """Count what is known of the sites.

        Returns
        -------
        pandas.DataFrame
            By field (and ``outline``): ``known``, ``unknown``, ``known_pct``.
        """
        known = self.frame[list(_INFORMATIVE)].notna().sum()
        known["outline"] = int(self.frame["has_outline"].sum())
        table = pd.DataFrame({"known": known, "unknown": len(self.frame) - known}).astype(int)
        table["known_pct"] = 100 * table["known"] / max(len(self.frame), 1)
        return table.rename_axis("field")

    def by(self, column: str) -> pd.DataFrame:
        """Count sites and hectares by the values of a field, the unknown on a row of its own.

        Parameters
        ----------
        column : str
            A field of the sites.

        Returns
        -------
        pandas.DataFrame
            ``sites``, ``area_ha``, ``without_area`` (sites whose area is not known, and so not in the sum).
        """
        require_columns(self.frame, [column], "sites")
        area = self.frame["area_ha"]
        groups = self.frame[column].astype("object").where(self.frame[column].notna(), "unknown")
        table = pd.DataFrame(
            {"sites": 1, "area_ha": area.fillna(0.0), "without_area": area.isna().astype(int)}
        )
        return describe(table.groupby(groups).sum(), sources=self.sources, limits=self.limits)


def _translated(values: pd.Series) -> pd.Series:
    """Write the occupation of sites in one vocabulary; words that are not known stay missing."""
    words = values.astype("object").str.strip().str.lower()
    return words.map(_OCCUPATION_OF).astype("object").where(words.notna(), None)


def _mended(frame: gpd.GeoDataFrame, crs: object) -> gpd.GeoSeries:
    require_known_crs(crs, "crs")
    shapes = frame.geometry.to_crs(crs)
    outlined = shapely.get_dimensions(np.asarray(shapes.values)) == 2
    whole, _ = repaired_polygons(gpd.GeoDataFrame(geometry=shapes[outlined]), "sites")
    shapes = shapes.copy()
    shapes.loc[whole.index] = whole.geometry
    return gpd.GeoSeries(shapes, index=frame.index, crs=crs)
