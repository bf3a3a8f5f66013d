"""What finishing the RN 106 would change for Alès, in three variants, and the stations of Alès–Bessèges.

On the bundled network the corridor to Nîmes is drawn by points; with roads that carry their number (OSM, BD
TOPO), it is found by ``ref``:

    python scripts/n106_scenarios.py [FOLDER] [ROADS]

Writes one CSV for each variant into FOLDER (default: n106) and prints who gains what.
"""

import sys
from pathlib import Path

import geopandas as gpd

import tiGIS
from tiGIS.gallery import n106
from tiGIS.network import read_roads
from tiGIS.scenario import lines_by_ref

# between La Calmette, where the 2x2 road ends, and Nîmes (lon, lat)
CORRIDOR = (4.24, 43.83, 4.36, 43.93)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "n106")
    folder.mkdir(parents=True, exist_ok=True)
    corridor = None
    if len(sys.argv) > 2:
        network = read_roads(sys.argv[2])
        roads = (
            gpd.read_parquet(sys.argv[2]) if sys.argv[2].endswith(".parquet") else gpd.read_file(sys.argv[2])
        )
        west, south, east, north = CORRIDOR
        corridor = lines_by_ref(roads, "N106").to_crs(4326).cx[west:east, south:north]
    else:
        network = tiGIS.load_interurban_network()
    scenarios = n106.variants(corridor)
    found = n106.n106_comparisons(network, scenarios)
    for name, comparison in found.items():
        print(f"\n{scenarios[name].name}: minutes to the A9 west of Nîmes")
        print(comparison.crossings.to_string(float_format="%.0f"))
        print(f"largest gain: {comparison.table['gain'].max():.1f} min")
        comparison.table.to_csv(folder / f"{name}.csv", float_format="%.3f")
    stations = n106.stations_comparison(network)
    print("\nStations of Alès–Bessèges reopened: car access to a platform, not time by train")
    print(stations.crossings.to_string(float_format="%.0f"))
    stations.table.to_csv(folder / "stations.csv", float_format="%.3f")
    print(f"\n{folder}")


if __name__ == "__main__":
    main()
