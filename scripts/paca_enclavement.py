"""Enclavement of the Territoires d'industrie of Provence-Alpes-Côte d'Azur, on the real road network.

    python scripts/paca_enclavement.py ROADS.parquet [-o FOLDER] [--insee FOLDER]

ROADS: drivable OpenStreetMap ways in Geofabrik's schema (.parquet, .shp, .gpkg). Where that file has no roads
(beyond the region; the communes whose own file is missing) the bundled inter-urban network fills in: trips
that pass there are rougher, and the tables and maps say so. Motorway and 2x2 accesses are those of the real
network. --insee: a folder that holds Insee's "comparateur de territoires" (*comparateur*.zip: jobs) and table
of urban units (*appartenance*), for the Senate's bill of 2019; without it urban units count as unknown.
Writes tables (CSV, UTF-8) and maps (HTML, one self-contained page each); another region: change DEPARTEMENTS.
"""

import argparse
from itertools import product
from pathlib import Path

import geopandas as gpd
import pandas as pd
from tqdm import tqdm

import tiGIS
from paca_maps import draw
from tiGIS.enclavement import (
    INDEX_INDICATORS,
    TARGETS,
    commune_table,
    critical_roads,
    enclavement_index,
    industry_table,
    legal_readings,
    legal_remoteness,
    load_targets,
    redundancy,
    road_accesses,
    rose_of,
    territory_summary,
    town_hall_points,
)
from tiGIS.network import RoadNetwork, fill_gaps, read_roads
from tiGIS.provenance import describe, note
from tiGIS.routing.points import snap

PHASE, MAP_YEAR = "2018-2022", 2024
DEPARTEMENTS = ["04", "05", "06", "13", "83", "84"]
#: A commune whose town hall has no road of the file this near has none to speak of.
HALL_M = 1000.0
#: From a point to the coarse network, which has no streets: straight × 1.3 at 30 km/h.
ACCESS = {"speed_kmh": 30.0, "detour": 1.3}
FARTHEST_M = 5000.0


def networks(path: Path, region: gpd.GeoDataFrame) -> tuple[RoadNetwork, RoadNetwork, pd.Series]:
    """Read the real network; fill its gaps with the coarse one; tell which communes have real roads."""
    real = read_roads(path)
    halls = snap(real, town_hall_points(region), max_snap_m=HALL_M, too_far="unreachable")
    has_roads = pd.Series(halls.on_network, index=halls.labels).reindex(region.index, fill_value=False)
    filled = fill_gaps(real, tiGIS.load_interurban_network(), region[has_roads])
    missing = region.loc[~has_roads].sort_values("population", ascending=False)["nom"]
    holes = note(
        f"Routes absentes du fichier dans {len(missing)} communes (dont {', '.join(missing[:6])}) : réseau "
        "simplifié, rejoint à vol d'oiseau × 1,3 à 30 km/h",
        f"No roads in the file for {len(missing)} communes (such as {', '.join(missing[:6])}): coarse "
        "network, reached in a straight line × 1.3 at 30 km/h",
    )
    limits = [*filled.metadata["limits"], holes]
    return real, filled.with_metadata(access=ACCESS, max_snap_m=FARTHEST_M, limits=limits), has_roads


def targets_of(real: RoadNetwork, covered: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Give the bundle's targets, with the accesses of the real network in place of counting sections."""
    targets = load_targets([name for name in TARGETS if name != "station"])
    accesses = road_accesses(real)
    sections = targets["motorway"]
    beyond = sections[~sections.within(covered.union_all())]
    for name, points in accesses.items():
        accesses[name] = points.set_axis([f"{name} {node}" for node in points.index])
    both = pd.concat([accesses["motorway"], beyond[["geometry"]].set_axis(beyond.index.astype(str))])
    both.attrs = {}
    for said in (accesses["motorway"].attrs, sections.attrs):
        describe(both, sources=said["tigis"]["sources"], limits=said["tigis"]["limits"])
    return {**targets, "motorway": both, "express_road": accesses["express_road"]}


def urban_units(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the urban units, by their jobs, of Insee's own files below a folder."""
    country = tiGIS.load_communes()
    paths = [min(folder.rglob(pattern), default=None) for pattern in ("*comparateur*.zip", "*appartenance*")]
    if None in paths:
        raise SystemExit(f"{folder}: expected *comparateur*.zip and *appartenance*")
    census = tiGIS.sources.read_insee_comparateur(paths[0])
    column = next(name for name in census.columns if name.endswith("_EMPLT"))
    jobs = tiGIS.harmonise(
        census[[column]],
        from_year=census.attrs["tigis"]["map_year"],
        to_year=MAP_YEAR,
        weights=country["population"],
    )[column]
    units = tiGIS.sources.read_insee_appartenance(paths[1])["UU2020"]
    halls = town_hall_points(country).join(country["nom"])
    return tiGIS.enclavement.urban_unit_targets(halls, units.reindex(halls.index), jobs)


def laws(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read both laws in every way: how many places, people and km² each calls remote; and commune by commune.

    Where urban units are not known, the strict and the wide band of the bill of 2019 read the same.
    """
    table = table[table["remote_1995"].notna()]  # without a road, nothing is known
    counted, each = {}, table[["nom", "population"]].copy()
    for law, bands in (("1995", (True,)), ("2019", (True, False))):
        for strict in bands:
            found = legal_readings(table, table["population"], table["area_km2"], law=law, strict_band=strict)
            counted[law, "strict" if strict else "wide"] = found
            for distance, logic in product(("road", "straight"), ("either", "both")):
                test = legal_remoteness(table, law=law, distance=distance, logic=logic, strict_band=strict)
                columns = test[["remote", "nearest_criterion", "excess_km", "excess_min"]]
                name = law if len(bands) == 1 else f"{law}_{'strict' if strict else 'wide'}"
                each = each.join(columns.add_prefix(f"{name}_{distance}_{logic}_"))
    each["prefecture_beyond_45_min"] = test["prefecture_beyond"]
    return pd.concat(counted, names=["law", "band"]), each


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("roads", type=Path, help="drivable OpenStreetMap ways, Geofabrik's schema")
    parser.add_argument("-o", "--out", type=Path, default=Path("paca"), help="folder (default: paca)")
    parser.add_argument("--insee", type=Path, help="folder with Insee's jobs and urban units")
    parser.add_argument("--no-maps", action="store_true", help="tables only")
    options = parser.parse_args()
    steps = tqdm(total=9, desc="roads", disable=None, bar_format="{l_bar}{bar}| {elapsed}")

    def step(name: str) -> None:
        steps.set_description(name)
        steps.update(1)

    region = tiGIS.load_communes(departement=DEPARTEMENTS)
    real, network, has_roads = networks(options.roads, region)
    step("minutes")
    targets = targets_of(real, region[has_roads])
    members = tiGIS.territory.territoire_members(PHASE, communes=True)
    members = members[members["code_insee"].isin(region.index)]
    inside = region[region.index.isin(members["code_insee"])]
    units = urban_units(options.insee) if options.insee else {}
    table = commune_table(network, inside, targets={**targets, **units})
    table.insert(3, "real_roads", has_roads.reindex(table.index))
    territory = members.drop_duplicates("code_insee").set_index("code_insee")["id_ti"]
    summary = territory_summary(table, territory)
    step("legal tests")
    readings, by_law = laws(table)
    step("all Territoires d'industrie")
    names = tiGIS.load_territoires_industrie(PHASE)["nom"]
    own = sorted(members["id_ti"].unique())
    industry = industry_table(network, phase=PHASE, targets=targets).loc[own]
    index = enclavement_index(industry[list(INDEX_INDICATORS)], higher=INDEX_INDICATORS)
    step("detour roses")
    seats = inside["population"].groupby(territory.reindex(inside.index)).idxmax()
    roses = pd.concat({code: rose_of(network, seat) for code, seat in seats.items()}, names=["id_ti"])
    roses.attrs = dict(rose_of(network, seats.iloc[0]).attrs)
    step("ways out")
    gates = pd.concat([targets[name][["geometry"]] for name in ("motorway", "express_road")])
    gates = gates[gates.within(region.union_all().buffer(20_000))]
    on_real_roads = inside[has_roads.reindex(inside.index)]
    ways = redundancy(network, on_real_roads, gates)
    step("roads that can't be lost")
    critical = pd.concat(
        {
            code: critical_roads(network, part, part["population"].astype(float), gates, candidates=10)
            for code, part in on_real_roads.groupby(territory.reindex(on_real_roads.index))
        },
        names=["id_ti"],
    )
    step("tables")
    tables = {
        "communes": table,
        "communes_lois": by_law,
        "communes_sorties": inside[["nom", "population"]].join(ways),
        "lois": readings,
        "territoires": summary.join(names),
        "territoires_indice": industry.join(index.table),
        "territoires_rangs_sans_un_indicateur": index.shifts.join(names),
        "roses": roses,
        "routes_critiques": critical.drop(columns="geometry"),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, each in tables.items():
        each.to_csv(options.out / f"{name}.csv", float_format="%.3f", lineterminator="\n")
    step("maps")
    if not options.no_maps:
        draw(
            options.out,
            region,
            inside,
            table,
            names.loc[own],
            territory,
            index,
            industry,
            roses,
            seats,
            ways,
            critical,
        )
    step("done")
    steps.close()
    print(readings.round(1).to_string())
    shown = ["motorway_min", "tgv_min", "city_100000_min", "crow_kmh", "worst_direction"]
    ranks = index.table[["rank", "rank_low", "rank_high", "most_moving"]]
    print(names.loc[own].to_frame().join(industry[shown]).join(ranks).round(1).to_string())
    for limit in table.attrs["tigis"]["limits"]:
        print("-", limit["fr"])
    print(options.out)


if __name__ == "__main__":
    try:
        main()
    except tiGIS.TigisError as error:
        raise SystemExit(str(error)) from None
