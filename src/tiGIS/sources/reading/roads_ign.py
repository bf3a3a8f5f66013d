"""Roads of IGN: BD TOPO and BD CARTO (``troncon_de_route``), ROUTE 500 and ROUTE 120 (``TRONCON_ROUTE``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tiGIS._cells import as_codes, as_flags, as_numbers
from tiGIS._errors import InputError
from tiGIS._validate import require_columns, shown
from tiGIS.sources.reading.road_lines import RoadLines, from_frame

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Full names (GeoPackage) and the ten-letter names of shapefiles, both in lower case, to one name.
_ALIASES = {
    "cleabs": "way_id",
    "id": "way_id",
    "id_rte500": "way_id",
    "id_rte120": "way_id",
    "id_bdcarto": "way_id",
    "nature": "nature",
    "importance": "importance",
    "etat_de_l_objet": "etat",
    "etat": "etat",
    "sens_de_circulation": "sens",
    "sens": "sens",
    "acces_vehicule_leger": "acces",
    "acces_vl": "acces",
    "acces": "acces",
    "vitesse_moyenne_vl": "vitesse",
    "vit_moy_vl": "vitesse",
    "position_par_rapport_au_sol": "niveau",
    "pos_sol": "niveau",
    "position": "niveau",
    "prive": "prive",
    "urbain": "urbain",
    "vocation": "vocation",
    "nb_chausse": "chaussees",
    "nb_chausses": "chaussees",
    "nombre_de_chaussees": "chaussees",
}
_FORWARD_ONLY = {"sens direct", "sens unique", "direct", "unique"}
_BACKWARD_ONLY = {"sens inverse", "inverse"}
_BOTH = {"double sens", "double", "sans objet", ""}
_SHUT = {
    "restreint aux ayants droit",
    "physiquement impossible",
    "interdit au public",
    "interdit",
    "sans objet",
}
_OPEN = {
    "libre",
    "a péage",
    "à péage",
    "a peage",
    "péage",
    "fermeture saisonnière",
    "saisonnier",
    "inconnu",
    "",
}
_NOT_BUILT = {"en construction", "en projet", "projet", "en ruine"}


def bdtopo_lines(frame: gpd.GeoDataFrame, name: str = "troncon_de_route") -> RoadLines:
    """Take the roads of BD TOPO, or of a BD CARTO delivered in the same schema.

    Sections meet at their ends only. Left out, and counted: sections under construction, closed to light
    vehicles (``acces_vehicule_leger``), or private. Fictitious sections stay: they hold the network together.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        ``nature``, ``importance``, ``sens_de_circulation``, and where there are any ``cleabs``,
        ``acces_vehicule_leger``, ``vitesse_moyenne_vl``, ``position_par_rapport_au_sol``,
        ``etat_de_l_objet``, ``prive``, ``urbain``; or the shapefile's short names.
    name : str
        How messages name the table.

    Returns
    -------
    RoadLines
        The sections cars may drive; ``source_class`` is ``nature``, ``source_rank`` is ``importance``.

    Raises
    ------
    InputError
        A column is missing, or a value of direction or access is not one that IGN documents.
    """
    plain = _renamed(frame)
    require_columns(plain, ["nature", "importance", "sens"], name)
    table = _common(plain, name)
    table["source_class"] = _texts(plain, "nature")
    table["source_rank"] = [
        code or "" for code in as_codes(_whole(plain["importance"]), f"{name}, importance")
    ]
    table["dual"] = np.isin(table["source_class"], ("Type autoroutier", "Autoroute", "Route à 2 chaussées"))
    table["roundabout"] = table["source_class"] == "Rond-point"
    level = pd.to_numeric(pd.Series(_texts(plain, "niveau")), errors="coerce").fillna(0).to_numpy()
    table["bridge"], table["tunnel"] = level > 0, level < 0
    if "vitesse" in plain:
        speed = as_numbers(plain["vitesse"], f"{name}, vitesse_moyenne_vl")
        table["practised_kmh"] = np.where(speed > 0, speed, np.nan)
    if "urbain" in plain:
        urban = as_flags(plain["urbain"], f"{name}, urbain")
        table["urban"] = urban.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return _kept(frame, plain, table, "bdtopo", name)


def _whole(ranks: pd.Series) -> pd.Series:
    """Write ranks that came as text of a decimal number ("3.0", from a CSV) as whole ones."""
    return ranks.astype(object).map(lambda rank: rank.removesuffix(".0") if isinstance(rank, str) else rank)


def route500_lines(frame: gpd.GeoDataFrame, name: str = "TRONCON_ROUTE") -> RoadLines:
    """Take the roads of ROUTE 500, ROUTE 120, or of the BD CARTO before 2022, which share their attributes.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        ``VOCATION``, ``SENS``, and where there are any ``ID_RTE500``, ``NB_CHAUSSE``, ``ACCES``, ``ETAT``,
        ``POS_SOL``.
    name : str
        How messages name the table.

    Returns
    -------
    RoadLines
        The sections cars may drive; ``source_class`` is ``VOCATION``, ``source_rank`` is ``NB_CHAUSSE``.

    Raises
    ------
    InputError
        A column is missing, or a value of direction or access is not one that IGN documents.
    """
    plain = _renamed(frame)
    require_columns(plain, ["vocation", "sens"], name)
    table = _common(plain, name)
    table["source_class"] = _texts(plain, "vocation")
    table["source_rank"] = _texts(plain, "chaussees")
    table["dual"] = pd.Series(table["source_rank"]).str.startswith("2").to_numpy()
    ground = pd.Series(_texts(plain, "niveau")).str.lower()
    table["bridge"] = ground.str.contains("pont|viaduc").to_numpy()
    table["tunnel"] = ground.str.contains("tunnel|souterrain").to_numpy()
    return _kept(frame, plain, table, "route500", name)


def _renamed(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the attributes one set of names, whatever the format they came in."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = {column: _ALIASES.get(str(column).lower(), str(column).lower()) for column in plain.columns}
    return plain.rename(columns=names).loc[:, lambda known: ~known.columns.duplicated()]


def _texts(plain: pd.DataFrame, column: str) -> NDArray[np.object_]:
    if column not in plain:
        return np.full(len(plain), "", dtype=object)
    return (
        plain[column].astype(object).where(plain[column].notna(), "").astype(str).str.strip().to_numpy(object)
    )


def _common(plain: pd.DataFrame, name: str) -> pd.DataFrame:
    way = _texts(plain, "sens")
    direction = pd.Series(way).str.lower()
    access = pd.Series(_texts(plain, "acces")).str.lower()
    _require_known(direction, _FORWARD_ONLY | _BACKWARD_ONLY | _BOTH, "sens de circulation", name)
    _require_known(access, _SHUT | _OPEN, "accès", name)
    return pd.DataFrame(
        {
            "way_id": _texts(plain, "way_id"),
            "forward": ~direction.isin(_BACKWARD_ONLY).to_numpy(),
            "backward": ~direction.isin(_FORWARD_ONLY).to_numpy(),
            "toll": access.str.contains("péage|peage").to_numpy(),
        }
    )


def _require_known(values: pd.Series, known: set[str], what: str, name: str) -> None:
    strange = values[~values.isin(known)]
    if len(strange):
        raise InputError(
            f"{name}: {what} is {shown(strange.unique())} on {len(strange)} rows; "
            f"expected one of {shown(sorted(known), 12)}."
        )


def _kept(
    frame: gpd.GeoDataFrame, plain: pd.DataFrame, table: pd.DataFrame, schema: str, name: str
) -> RoadLines:
    """Leave out what cars can't drive, and count it."""
    access = pd.Series(_texts(plain, "acces")).str.lower()
    state = pd.Series(_texts(plain, "etat")).str.lower()
    told = plain["prive"] if "prive" in plain else pd.Series(False, index=plain.index)
    private = as_flags(told, f"{name}, prive")
    reasons: Mapping[str, NDArray[np.bool_]] = {
        "not built": state.isin(_NOT_BUILT).to_numpy(),
        "closed to light vehicles": access.isin(_SHUT).to_numpy(),
        "private": private.fillna(False).to_numpy(dtype=bool),
    }
    counted = {"lines_without_private_said": int(private.isna().sum())} if private.isna().any() else {}
    keep = np.ones(len(plain), dtype=bool)
    left_out = {}
    for reason, gone in reasons.items():
        if (gone & keep).any():
            left_out[reason] = int(np.count_nonzero(gone & keep))
        keep &= ~gone
    return from_frame(
        frame[keep],
        table[keep].reset_index(drop=True),
        schema=schema,
        noding="ends",
        left_out=left_out,
        counted=counted,
        name=name,
    )
