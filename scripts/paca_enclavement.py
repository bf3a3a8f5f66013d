"""Enclavement of the Territoires d'industrie of Provence-Alpes-Côte d'Azur, on the real road network.

    python scripts/paca_enclavement.py ROADS.parquet [OUT.csv]

ROADS: drivable OpenStreetMap ways in Geofabrik's schema. Places beyond the region are on no road of that
file, so only what lies within counts: what is near a border is further here than it is.
"""

import sys
import time

import pandas as pd

import tiGIS
from tiGIS.enclavement import commune_table, detour, load_targets, redundancy, town_hall_points, trips_between
from tiGIS.network import read_roads
from tiGIS.territory import load_territoires_industrie

PHASE = "2018-2022"
DEPARTEMENTS = ["04", "05", "06", "13", "83", "84"]


def main() -> None:
    start = time.perf_counter()
    network = read_roads(sys.argv[1])
    print(f"{network}, {time.perf_counter() - start:.0f} s")
    region = tiGIS.load_communes(departement=DEPARTEMENTS)
    members = tiGIS.territoire_members(PHASE, communes=True)
    members = members[members["code_insee"].isin(region.index)]
    inside = region[region.index.isin(members["code_insee"])]
    west, south, east, north = region.total_bounds
    targets = {
        name: points.cx[west:east, south:north]
        for name, points in load_targets().items()
        if len(points.cx[west:east, south:north])
    }
    table = commune_table(network, inside, targets=targets)
    print(f"commune table of {len(table)} communes, {time.perf_counter() - start:.0f} s")
    names = load_territoires_industrie(PHASE)["nom"]
    rows = {}
    for code, part in members.groupby("id_ti"):
        mine = table.loc[table.index.intersection(part["code_insee"])]
        people = mine["population"].astype(float)
        row = {"nom": names[code], "population": people.sum()}
        for name in targets:
            known = mine[f"{name}_min"].notna()
            weights = people[known]
            row[f"{name}_min"] = (mine.loc[known, f"{name}_min"] * weights).sum() / weights.sum()
        row["remote_1995_people"] = people[mine["remote_1995"].fillna(False).astype(bool)].sum()
        row["seat"] = people.idxmax()
        rows[code] = row
    result = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id_ti")
    seats = town_hall_points(region.loc[result["seat"]])
    towns = load_targets(["city_5000"])["city_5000"].cx[west:east, south:north]
    trips = trips_between(network, seats, towns[["geometry"]])
    trips = trips[trips["straight_km"].between(1, 150)]
    for code, seat in result["seat"].items():
        rose = detour(trips.xs(seat, level="origin"))
        slow = rose["crow_kmh"].drop("all")
        result.loc[code, ["crow_kmh", "detour"]] = rose.loc["all", ["crow_kmh", "detour"]]
        result.loc[code, ["worst_direction", "worst_crow_kmh"]] = [slow.idxmin(), slow.min()]
    ways = redundancy(network, seats, targets["motorway"])
    result["ways_out"] = ways["ways_out"].reindex(result["seat"]).to_numpy()
    if len(sys.argv) > 2:
        result.to_csv(sys.argv[2], float_format="%.3f")
    shown = ["nom", "motorway_min", "tgv_min", "city_100000_min", "crow_kmh", "worst_direction", "ways_out"]
    print(result[shown].round(1).to_string())
    print(f"all: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
