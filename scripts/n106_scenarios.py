"""What finishing the RN 106 would change for Alès, in three variants, and the stations of Alès–Bessèges.

On the bundled network the corridor to Nîmes is drawn by points; with roads that carry their number (OSM, BD
TOPO), it is found by ``ref``:

    python scripts/n106_scenarios.py [FOLDER] [ROADS]

Writes one CSV for each variant into FOLDER (default: n106) and prints who gains what.
"""

import argparse
from pathlib import Path

import geopandas as gpd
import pandas as pd

import tiGIS
from tiGIS.cases.ales import n106
from tiGIS.network import read_roads
from tiGIS.scenario import lines_by_ref

# between La Calmette, where the 2x2 road ends, and Nîmes (lon, lat)
CORRIDOR = (4.24, 43.83, 4.36, 43.93)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, float_format="%.3f", lineterminator="\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("n106"), help="where tables go")
    parser.add_argument("roads", nargs="?", type=Path, help="real roads that carry their number")
    options = parser.parse_args()
    folder, corridor = options.folder, None
    if options.roads:
        parquet = options.roads.suffix == ".parquet"
        roads = gpd.read_parquet(options.roads) if parquet else gpd.read_file(options.roads)
        network = read_roads(roads)
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
        write_csv(comparison.table, folder / f"{name}.csv")
    error = found["both"].table.attrs["tigis"].get("calibration")
    if error:
        time = error["held_out"]["time"]
        print(
            f"\nError of this network on trips kept aside: median {time['median_error_min']:.0f} min "
            f"({time['median_error_pct']:.0f} %), 9 times in 10 under {time['p90_error_min']:.0f} min"
        )
    stations = n106.stations_comparison(network)
    print("\nStations of Alès–Bessèges reopened: car access to a platform, not time by train")
    print(stations.crossings.to_string(float_format="%.0f"))
    write_csv(stations.table, folder / "stations.csv")
    print(f"\n{folder}")


if __name__ == "__main__":
    try:
        main()
    except tiGIS.TigisError as error:
        raise SystemExit(str(error)) from None
