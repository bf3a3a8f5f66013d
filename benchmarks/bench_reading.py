"""Compare each reader with a plain reading of the same file by the library below it, in one run.

    python benchmarks/bench_reading.py ../shared/data [--repeats 7]

tiGIS looks at a file before it opens it, and at what it holds once it is read; here is what that takes.
Peers: pyogrio on layers, geopandas on Parquet, pandas on tables, python-calamine on workbooks, osmium's own
loop on extracts. A peer gives a frame of what is written; the readers of plans, roads, facilities and tables
also check and tidy it, and build networks: the ratio of `read_features` is that of the door alone.

The two take turns; medians of the computing time of the process (a machine that does something else doesn't
count), and the ratio of the medians. Files that are not there are left out.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import platform
import statistics
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pyogrio
import python_calamine

from tiGIS import read_osm_pbf, read_roads
from tiGIS.flood import read_pprn, read_zones
from tiGIS.sources import (
    read_cartofriches,
    read_features,
    read_gaspar,
    read_insee_bpe,
    read_insee_comparateur,
    read_insee_filosofi,
)

LIBRARIES = ("pyogrio", "geopandas", "pandas", "python-calamine", "osmium")
LONG_ENOUGH_S = 0.1  # of a measure; what is quicker is repeated within it
Task = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the official files are")
    parser.add_argument("--repeats", type=int, default=7)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    print("GDAL " + ".".join(map(str, pyogrio.__gdal_version__)))
    with tempfile.TemporaryDirectory() as scratch:
        for name, ours, plain in tasks(asked.folder, Path(scratch)):
            compare(name, ours, plain, asked.repeats)


def compare(name: str, ours: Task, plain: Task, repeats: int) -> None:
    """Let the two take turns, and print the medians and their ratio."""
    ours(), plain()
    times = max(1, int(LONG_ENOUGH_S / max(seconds(plain, 1), 1e-4)))
    taken = [(seconds(ours, times), seconds(plain, times)) for _ in range(repeats)]
    mine, theirs = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{name:60} {1_000 * mine:9.1f} ms {1_000 * theirs:9.1f} ms {mine / theirs:6.2f}", flush=True)


def seconds(task: Task, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        task()
    return (time.process_time() - start) / times


def tasks(folder: Path, scratch: Path) -> Iterator[tuple[str, Task, Task]]:
    """Each reading, with its plain peer."""
    yield from plans(folder / "risques", scratch)
    yield from layers(folder, scratch)
    yield from roads(folder / "reseau", scratch)
    yield from tables(folder)


def plans(folder: Path, scratch: Path) -> Iterator[tuple[str, Task, Task]]:
    for path in sorted(folder.glob("pprn_*.zip")):
        with zipfile.ZipFile(path) as archive:
            used = [n for n in archive.namelist() if "_PPRN_" in n and n.lower().endswith((".shp", ".dbf"))]
        used = [n for n in used if n.lower().endswith(".shp") or "MULTIALEA" in n]
        addresses = [f"/vsizip/{path}/{name}" for name in used]
        yield (
            f"read_pprn: {path.name}",
            lambda path=path: read_pprn(path),
            lambda addresses=addresses: [pyogrio.read_dataframe(address) for address in addresses],
        )


def layers(folder: Path, scratch: Path) -> Iterator[tuple[str, Task, Task]]:
    real = (
        *folder.glob("territoires/*.geojson"),
        *folder.glob("risques/*.geojson"),
        *folder.glob("grille/*.gpkg"),
    )
    for path in sorted(real):
        yield f"read_features: {path.name}", *at_the_door(path)
    communes = folder / "territoires/communes_gard_2018.geojson"
    if communes.exists():
        outlines = pyogrio.read_dataframe(communes).geometry.to_crs(2154).simplify(100)
        for count in (3, 353):
            few = gpd.GeoDataFrame(
                {"kind": "flood"}, geometry=outlines.head(count).values, crs=2154, index=range(count)
            )
            for ending in (".gpkg", ".shp", ".fgb", ".geojson", ".gml"):
                path = scratch / f"communes_{count}{ending}"
                few.to_file(path)
                yield f"read_features: {count} communes, {ending}", *at_the_door(path)
                yield (
                    f"read_zones: {count} communes, {ending}",
                    lambda path=path: read_zones(path, crs=2154),
                    lambda path=path: pyogrio.read_dataframe(path),
                )


def at_the_door(path: Path) -> tuple[Task, Task]:
    return lambda: read_features(path), lambda: pyogrio.read_dataframe(path)


def roads(folder: Path, scratch: Path) -> Iterator[tuple[str, Task, Task]]:
    for path in sorted(folder.glob("*.parquet")):
        yield (
            f"read_roads: {path.name}",
            lambda path=path: read_roads(path, component="all"),
            lambda path=path: gpd.read_parquet(path),
        )
    for path in sorted(folder.glob("*.osm.pbf")):
        yield f"read_osm_pbf: {path.name}", lambda path=path: read_osm_pbf(path), lambda path=path: ways(path)


def ways(path: Path) -> list[list[tuple[float, float]]]:
    """Lines of all that has a highway, as a loop over osmium gives them."""
    found = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    found = found.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    return [
        [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        for way in found.with_filter(osmium.filter.KeyFilter("highway"))
    ]


def tables(folder: Path) -> Iterator[tuple[str, Task, Task]]:
    text = {"dtype": str, "engine": "python"}  # as exact a reader of text as pandas has
    for name, read, separator in (
        ("risques/gaspar_azi_2024.csv.gz", read_gaspar, ";"),
        ("risques/gaspar_pprt_2024.csv.gz", read_gaspar, ";"),
        ("foncier/cartofriches_points_2024-03-10.csv.gz", read_cartofriches, ","),
        ("indicateurs/insee_cc_filosofi_2021_COM.csv.gz", read_insee_filosofi, ";"),
    ):
        path = folder / name
        if path.exists():
            yield (
                f"{read.__name__}: {path.name}",
                lambda path=path, read=read: read(path),
                lambda path=path, mark=separator: pd.read_csv(
                    io.BytesIO(gzip.decompress(path.read_bytes())), sep=mark, **text
                ),
            )
    path = folder / "indicateurs/insee_base_cc_comparateur_2022.zip"
    if path.exists():
        yield (
            f"read_insee_comparateur: {path.name}",
            lambda: read_insee_comparateur(path),
            lambda: zipped(path),
        )
    book = folder / "indicateurs/insee_bpe_2013_communes.xlsx"
    if book.exists():
        yield f"read_insee_bpe: {book.name}", lambda: read_insee_bpe(book), lambda: sheet(book)


def zipped(path: Path) -> list[pd.DataFrame]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        return [pd.read_csv(archive.open(name), sep=";", dtype=str, engine="python") for name in names]


def sheet(path: Path) -> pd.DataFrame:
    return pd.DataFrame(python_calamine.load_workbook(path).get_sheet_by_index(0).to_python())


if __name__ == "__main__":
    main()
