"""Cut the small real files of tests/data out of the whole ones that are kept beside the project.

    python scripts/cut_test_data.py SHARED

SHARED: the folder that holds ``data/`` and ``facts/`` (``../shared``). Only files whose licence is stated,
and which may be passed on (Licence Ouverte, ODbL), are cut. A cut keeps the name, the format and the faults
of the file that it comes from: rows, ways or members are left out, and nothing that stays is changed (but
rows of workbooks, which are numbered again). The same files in give the same bytes out;
tests/data/manifest.json says of each what part it is, its producer, its licence and its hash.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import itertools
import json
import re
import shutil
import sys
import zipfile
from functools import cache
from pathlib import Path

import geopandas as gpd

from tiGIS.indicators import passage
from tiGIS.territory import load_memberships

OUT = Path(__file__).resolve().parents[1] / "tests" / "data"
MOST_BYTES = 12_000_000

AROUND_ALES = ("07", "12", "13", "26", "30", "34", "48", "84")
# Beside them: the EPCI with the most merged communes, those of a Territoire d'industrie with merged ones, and
# the two EPCI with a commune whose jobs of 2013 are not known.
EPCI = ("248500415", "200023075", "200068070", "242500361", "242504116", "242504181", "242504355",
        "200065597", "200069730")  # fmt: skip
WITHOUT_EPCI = {"22016", "29083", "29155", "85113"}
MAPS = range(2021, 2027)

LO, ODBL = "Licence Ouverte 2.0", "ODbL 1.0"
OSM = "© OpenStreetMap contributors"


@cache
def communes_kept() -> set[str]:
    """Codes: around Alès, of the EPCI above, and all that came, went or changed on a map since 2021."""
    kept = set(WITHOUT_EPCI)
    for year in MAPS:
        members = load_memberships(year)["siren"]
        kept |= {code for code in members.index if code.startswith(AROUND_ALES)}
        kept |= set(members.index[members.isin(EPCI)])
        pairs = passage(MAPS[0], year)
        changed = pairs["code_from"].duplicated(keep=False) | pairs["code_to"].duplicated(keep=False)
        changed |= pairs["code_from"] != pairs["code_to"]
        kept |= set(pairs.loc[changed, "code_from"]) | set(pairs.loc[changed, "code_to"])
    return kept


def is_kept(code: str, communes: set[str]) -> bool:
    """Whether a row of a table by commune stays: old codes (maps before 2021) go by their département."""
    return code in communes or code.startswith(AROUND_ALES)


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def lines_kept(raw: bytes, communes: set[str], header: int) -> bytes:
    """Rows of a CSV whose first field is a commune that stays; the bytes of a row are not touched."""
    lines = raw.splitlines(keepends=True)
    rows = [
        line
        for line in lines[header:]
        if is_kept(line.split(b";")[0].strip(b'"\r\n').decode("ascii", "replace"), communes)
    ]
    return b"".join(lines[:header] + rows)


def cut_gzip(source: Path, communes: set[str], header: int = 1) -> bytes:
    return gzipped(lines_kept(gzip.decompress(source.read_bytes()), communes, header))


def cut_comparateur(source: Path, communes: set[str]) -> bytes:
    """The table of communes, and that of what columns and codes mean."""
    members = unzipped(source.read_bytes())
    for name, raw in members.items():
        cut = meanings_kept if name.startswith("meta") else lines_kept
        members[name] = cut(raw, communes, 1)
    return zipped(members)


def meanings_kept(raw: bytes, communes: set[str], header: int) -> bytes:
    """Lines that say what a column means; of those that name communes, the ones that stay."""
    lines = raw.splitlines(keepends=True)
    rows = (
        line
        for line in lines[header:]
        if not line.startswith(b"CODGEO;") or is_kept(line.split(b";")[3].decode("ascii"), communes)
    )
    return b"".join([*lines[:header], *rows])


ROW = re.compile(r"<row\b[^>]*?\br=\"(\d+)\"[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
COMMUNE = r"\d[\dAB]\d{3}"
FIRST_CELL = re.compile(r"<c r=\"A\d+\"[^>]*?(?:t=\"s\"[^>]*><v>(\d+)</v>|><is><t>([^<]*)</t></is>)")


def cut_book(content: bytes, communes: set[str], header: int) -> bytes:
    """Sheets of a workbook: rows of the head, and those whose first cell is a commune that stays."""
    members = unzipped(content)
    shared = members.get("xl/sharedStrings.xml", b"").decode()
    texts = re.findall(r"<si>.*?</si>", shared, re.DOTALL)
    used: set[int] = set()
    for name in members:
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            sheet = cut_sheet(members[name].decode(), texts, communes, header)
            used |= {int(number) for number in re.findall(r't="s"[^>]*><v>(\d+)</v>', sheet)}
            members[name] = sheet.encode()
    if texts:  # those that no row names are emptied, so that the numbers of the others hold
        emptied = (text if n in used else "<si><t/></si>" for n, text in enumerate(texts))
        members["xl/sharedStrings.xml"] = f"{shared.split('<si>')[0]}{''.join(emptied)}</sst>".encode()
    members.pop("docProps/thumbnail.wmf", None)
    return zipped(members)


def cut_sheet(sheet: str, texts: list[str], communes: set[str], header: int) -> str:
    """One sheet; its rows are numbered again, as if the others had never been."""
    numbers = itertools.count(1)

    def kept(row: re.Match[str]) -> str:
        first = FIRST_CELL.search(row[0])
        text = "" if first is None else texts[int(first[1])] if first[1] else first[2]
        code = re.sub(r"<[^>]*>", "", text)
        if int(row[1]) > header and re.fullmatch(COMMUNE, code) and not is_kept(code, communes):
            return ""
        number = next(numbers)
        return re.sub(r'\br="([A-Z]*)\d+"', lambda found: f'r="{found[1]}{number}"', row[0])

    return ROW.sub(kept, sheet)


def cut_appartenance(source: Path, communes: set[str]) -> bytes:
    return zipped({n: cut_book(raw, communes, 6) for n, raw in unzipped(source.read_bytes()).items()})


def cut_bpe(source: Path, communes: set[str]) -> bytes:
    return cut_book(source.read_bytes(), communes, 1)


def cut_brownfields(source: Path) -> bytes:
    """Sites of the Gard, and every fortieth of the others: all statuses, gaps and positions are met."""
    rows = list(csv.reader(io.StringIO(gzip.decompress(source.read_bytes()).decode("utf-8"))))
    dep = rows[0].index("dep")
    chosen = [row for n, row in enumerate(rows[1:]) if row[dep] == "30" or n % 40 == 0]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([rows[0], *chosen])
    return gzipped(out.getvalue().encode("utf-8"))


def cut_territories(source: Path) -> bytes:
    """Outlines of the Territoires d'industrie of Occitanie and Provence-Alpes-Côte d'Azur."""
    whole = json.loads(source.read_text("utf-8"))
    whole["features"] = [
        feature
        for feature in whole["features"]
        if feature["properties"]["id_territoire"][3:5] in ("76", "93")
    ]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def cut_roads(source: Path) -> bytes:
    """The valley of the Durance: every way around Gap, and the main ones from Manosque to Briançon."""
    roads = gpd.read_parquet(source)
    box = roads.bounds

    def touches(west: float, south: float, east: float, north: float):
        return (box.minx <= east) & (box.maxx >= west) & (box.miny <= north) & (box.maxy >= south)

    main = roads["fclass"].str.startswith(("motorway", "trunk", "primary", "secondary"))
    tertiary = roads["fclass"].str.startswith("tertiary")
    kept = (
        touches(5.85, 44.25, 6.25, 44.7)
        | (touches(5.65, 43.65, 6.70, 44.95) & main)
        | (touches(5.65, 43.65, 6.25, 44.70) & tertiary)
    )
    path = OUT / "roads.tmp"
    roads[kept].drop(columns=["insee", "len_m"]).to_parquet(
        path, index=False, compression="zstd", compression_level=19
    )
    content = path.read_bytes()
    path.unlink()
    return content


def whole(source: Path) -> bytes:
    return source.read_bytes()


def by_commune(cut, *more):
    return lambda source: cut(source, communes_kept(), *more)


TABLES = f"communes of the départements {', '.join(AROUND_ALES)}, of nine EPCI, and those that changed since"
INSEE = "Insee"
PRODUCER = "DDT de l'Isère, plan de prévention des risques naturels"
FILES: dict[str, tuple] = {
    "risques/pprn_38DDT20010005.zip": (whole, "whole", PRODUCER, LO),
    "risques/pprn_38DDT20170001.zip": (whole, "whole", PRODUCER, LO),
    "risques/pprn_38DDT20200002.zip": (whole, "whole", PRODUCER, LO),
    "risques/gaspar_azi_2024.csv.gz": (whole, "whole", "MTE, Géorisques, GASPAR, February 2024", LO),
    "risques/gaspar_pprt_2024.csv.gz": (whole, "whole", "MTE, Géorisques, GASPAR, February 2024", LO),
    "reseau/liechtenstein-2013-08-03.osm.pbf": (whole, "whole", OSM, ODBL),
    "reseau/monaco.osm.pbf": (whole, "whole", OSM, ODBL),
    "reseau/helsinki.osm.pbf": (whole, "whole", OSM, ODBL),
    "reseau/osm_paca_roads_2021-07_drivable.parquet": (
        cut_roads,
        "the Durance: all ways in 5.85–6.25 E, 44.25–44.70 N; motorways to secondary roads in 5.65–6.70 E, "
        "43.65–44.95 N; tertiary ones in 5.65–6.25 E, 43.65–44.70 N; without the columns insee and len_m",
        OSM + ", July 2021",
        ODBL,
    ),
    "territoires/communes_gard_2018.geojson": (whole, "whole", "IGN, Admin Express, 2018", LO),
    "territoires/ti_183_2023.geojson": (
        cut_territories,
        "territories of Occitanie and Provence-Alpes-Côte d'Azur",
        "ANCT, Territoires d'industrie, 2023",
        LO,
    ),
    "territoires/insee_table_appartenance_geo_communes_2022.zip": (
        by_commune(cut_appartenance), TABLES, f"{INSEE}, 2022", LO,
    ),
    "grille/ales_grid_filosofi2019_1km_3035.gpkg": (whole, "whole", f"{INSEE}, Filosofi 2019, 1 km", LO),
    "foncier/cartofriches_points_2024-03-10.csv.gz": (
        cut_brownfields,
        "sites of the Gard, and every fortieth row of the others",
        "Cerema, Cartofriches, March 2024",
        LO,
    ),
    "indicateurs/insee_base_cc_comparateur_2022.zip": (
        by_commune(cut_comparateur), TABLES, f"{INSEE}, RP 2013 and 2018, Filosofi 2019, Sirene 2018", LO,
    ),
    "indicateurs/insee_cc_filosofi_2021_COM.csv.gz": (
        by_commune(cut_gzip), TABLES, f"{INSEE}, Filosofi 2021", LO,
    ),
    "indicateurs/INSEE_Statistiques_locales_demographie.csv.gz": (whole, "whole", f"{INSEE}, RP 2021", LO),
    "indicateurs/INSEE_Statistiques_locales_menages_fiscaux_niveau_de_vie.csv.gz": (
        by_commune(cut_gzip, 3), TABLES, f"{INSEE}, Filosofi 2021", LO,
    ),
    "indicateurs/INSEE_Statistiques_locales_territoires_ville_quartiers.csv.gz": (
        by_commune(cut_gzip, 3), TABLES, f"{INSEE}, RP 2021", LO,
    ),
    "indicateurs/insee_bpe_2013_communes.xlsx": (by_commune(cut_bpe), TABLES, f"{INSEE}, BPE 2013", LO),
}  # fmt: skip
FACTS = {
    "ales_gaspar_2024.csv": ("MTE, Géorisques, GASPAR, February 2024", LO),
    "ales_reference.csv": ("figures cited row by row", "facts, see the column source"),
    "cartofriches_ales_2024.csv": ("Cerema, Cartofriches, March 2024", LO),
    "insee_epci_2018.csv": (f"{INSEE}, RP 2013 and 2018, Sirene 2018", LO),
}


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    shared = Path(sys.argv[1])
    kept = [path for path in (OUT / "README.md",) if path.is_file()]
    texts = {path: path.read_bytes() for path in kept}
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for path, content in texts.items():
        path.write_bytes(content)
    manifest: dict[str, dict[str, object]] = {}

    def write(name: str, content: bytes, **said: object) -> None:
        path = OUT / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        manifest[name] = {**said, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        print(f"{len(content):>10,}  {name}")

    for name, (cut, part, producer, licence) in FILES.items():
        content = cut(shared / "data" / name)
        write(name, content, part=part, producer=producer, licence=licence)
    for name, (producer, licence) in FACTS.items():
        content = (shared / "facts" / name).read_bytes()
        write(f"facts/{name}", content, part="whole", producer=producer, licence=licence)
    (OUT / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    total = sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file())
    print(f"{total:>10,}  in all")
    if total > MOST_BYTES:
        raise SystemExit(f"tests/data: {total:,} bytes; at most {MOST_BYTES:,}")


if __name__ == "__main__":
    main()
