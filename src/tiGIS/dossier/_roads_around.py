"""Roads around a territory: from OpenStreetMap or IGN, cut to what is within an hour of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from tiGIS._errors import DataFileError, InputError
from tiGIS.dossier._perimeter import Perimeter, area_of
from tiGIS.dossier._report import Missing, Part, from_bundle
from tiGIS.dossier._supply import Supply
from tiGIS.network import keep_nodes, load_interurban_network, read_osm_pbf, read_roads
from tiGIS.provenance import Note, note
from tiGIS.routing import shortest_path_tree
from tiGIS.sources.fetching.catalogue import extract_of_departement

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork
    from tiGIS.sources import Area, CachedFile

RoadSource = Literal["osm", "bdtopo", "bdcarto"]

# As the crow flies, no road goes farther in a minute: 110 km/h from end to end, motorways included.
KM_A_MINUTE = 110 / 60


def roads(
    perimeter: Perimeter, supply: Supply, out: Path, source: RoadSource = "osm", buffer_min: float = 60.0
) -> Part:
    """Write the road network within `buffer_min` minutes of the territory, there or back."""
    part = Part("roads", {"fr": "Routes", "en": "Roads"})
    reach_km = buffer_min * KM_A_MINUTE
    area = area_of(perimeter, reach_km)
    if source == "osm":
        network = _osm(area, supply, part, reach_km)
    else:
        network = _ign(f"{source}_routes", area, supply, part, reach_km)
    if network is None and perimeter.communes.crs.to_epsg() == 2154:
        network = load_interurban_network()
        part.origins.append(
            from_bundle(
                "interurban.npz",
                "Réseau interurbain, simplifié",
                "Inter-urban network, simplified",
                "avril 2024",
            )
        )
    if network is None:
        return part
    inside = shapely.contains_xy(perimeter.communes.union_all(), network.x, network.y)
    if not inside.any():
        message = "no node of the network is in the territory"
        part.missing.append(Missing(part.origins[-1].source, part.title, "elsewhere", message))
        return part
    near = keep_nodes(network, within_minutes(network, inside, buffer_min))
    near = near.with_metadata(buffer_min=buffer_min, territory=perimeter.code)
    near.save(out / "routes.npz")
    part.files.append("routes.npz")
    part.figures = {
        "carrefours": near.n_nodes,
        "carrefours dans le territoire": int(np.count_nonzero(inside)),
        "kilomètres de routes": round(float(near.roads.length_m.sum()) / 1000, 1),
        "minutes autour du territoire": buffer_min,
    }
    part.limits += near.metadata.get("limits", [])
    part.limits.append(_limit(buffer_min, reach_km))
    part.status = "partial" if part.missing else "complete"
    return part


def within_minutes(network: RoadNetwork, inside: np.ndarray, minutes: float) -> np.ndarray:
    """Tell which nodes are within some minutes of those inside, by the quicker of the two directions."""
    nodes = np.flatnonzero(inside)
    there = shortest_path_tree(network, nodes, cutoff_min=minutes)
    back = shortest_path_tree(network, nodes, cutoff_min=minutes, direction="to")
    return np.isfinite(there.minutes) | np.isfinite(back.minutes)


def _osm(area: Area, supply: Supply, part: Part, reach_km: float) -> RoadNetwork | None:
    """Read the extracts at hand of all those that the area touches."""
    found: list[CachedFile] = []
    one_of = {extract_of_departement()[code]: code for code in reversed(area.departements)}
    for departement in sorted(one_of.values()):
        found += supply.give("osm_routes", replace(area, departements=(departement,)), part, reach_km)
    if not found:
        return None
    west, south, east, north = _degrees(area)
    try:
        return read_osm_pbf([file.path for file in found], bbox=(west, south, east, north), crs=area.crs)
    except (DataFileError, InputError) as error:
        part.missing.append(Missing("osm_routes", part.title, "unreadable", str(error)))
        return None


def _ign(source: str, area: Area, supply: Supply, part: Part, reach_km: float) -> RoadNetwork | None:
    files = supply.give(source, area, part, reach_km)
    if not files:
        return None
    try:
        return read_roads(files[0].path, crs=area.crs)
    except (DataFileError, InputError) as error:
        part.missing.append(Missing(source, part.title, "unreadable", str(error)))
        return None


def _degrees(area: Area) -> tuple[float, float, float, float]:
    from pyproj import Transformer

    if area.bbox is None:
        raise AssertionError("area_of always gives an extent")
    turned = Transformer.from_crs(area.crs, 4326, always_xy=True).transform_bounds(*area.bbox)
    return (turned[0], turned[1], turned[2], turned[3])


def _limit(buffer_min: float, reach_km: float) -> Note:
    return note(
        f"Réseau coupé à {buffer_min:.0f} minutes du territoire (à l’aller ou au retour), parmi les routes "
        f"à moins de {reach_km:.0f} km à vol d’oiseau : un trajet plus long n’y a pas de sens",
        f"Network cut {buffer_min:.0f} minutes from the territory (there or back), among the roads "
        f"within {reach_km:.0f} km as the crow flies: a longer trip makes no sense on it",
    )
