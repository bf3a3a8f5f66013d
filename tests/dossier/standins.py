"""Real files of one place, moved over another: same format, same faults, and nothing true of the new place.

They stand in for what has no sample of Alès at hand. Every file says so of itself.
"""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

ALES_LONLAT = (4.080, 44.125)
ALES_XY = (786_500.0, 6_337_000.0)
ZONES = "FICHIER D’ESSAI : zones réelles de l’Isère, déplacées sur Alès. Rien n’y est vrai d’Alès."
ROADS = "FICHIER D’ESSAI : routes réelles du Liechtenstein, déplacées sur Alès. Rien n’y est vrai d’Alès."


def moved_plan(plan: Path) -> bytes:
    """A prevention plan of the Isère, with its layers moved over Alès, in the same archive."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("DEPLACE_A_ALES/LISEZMOI.txt", ZONES)
        with zipfile.ZipFile(plan) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            archive.extractall(folder)
        layers = [name for name in names if name.endswith(".shp")]
        bounds = gpd.read_file(
            Path(folder) / next(name for name in layers if "PERIMETRE" in name)
        ).total_bounds
        step = (ALES_XY[0] - (bounds[0] + bounds[2]) / 2, ALES_XY[1] - (bounds[1] + bounds[3]) / 2)
        for name in layers:
            layer = gpd.read_file(Path(folder) / name)
            target = Path(folder) / "moved" / Path(name).name
            target.parent.mkdir(exist_ok=True)
            layer.set_geometry(layer.translate(*step)).to_file(target)
        for file in sorted((Path(folder) / "moved").iterdir()):
            packed.write(file, f"DEPLACE_A_ALES/{file.name}")
        for name in names:
            if "MULTIALEA" in name:  # a table without geometry: as it is
                packed.write(Path(folder) / name, f"DEPLACE_A_ALES/{Path(name).name}")
    return out.getvalue()


def moved_extract(extract: Path) -> bytes:
    """An OpenStreetMap extract with every node moved over Alès, written again by osmium."""
    import osmium

    class Mover(osmium.SimpleHandler):
        def __init__(self, writer: osmium.SimpleWriter, step: tuple[float, float]) -> None:
            super().__init__()
            self.writer, self.step = writer, step

        def node(self, node: osmium.osm.Node) -> None:
            place = (node.location.lon + self.step[0], node.location.lat + self.step[1])
            self.writer.add_node(node.replace(location=place))

        def way(self, way: osmium.osm.Way) -> None:
            self.writer.add_way(way)

    header = osmium.io.Reader(str(extract)).header()
    box = header.box()
    centre = (
        (box.bottom_left.lon + box.top_right.lon) / 2 if box.valid() else 9.55,
        (box.bottom_left.lat + box.top_right.lat) / 2 if box.valid() else 47.14,
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "moved.osm.pbf"
        writer = osmium.SimpleWriter(str(target))
        Mover(writer, (ALES_LONLAT[0] - centre[0], ALES_LONLAT[1] - centre[1])).apply_file(str(extract))
        writer.close()
        return target.read_bytes()


def gaspar(risks: Path) -> bytes:
    """Two tables of GASPAR in one archive, as Géorisques serves them (real, of all France)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for kind in ("azi", "pprt"):
            table = gzip.decompress((risks / f"gaspar_{kind}_2024.csv.gz").read_bytes())
            packed.writestr(f"{kind}_gaspar.csv", table)
    return out.getvalue()


def filosofi(indicators: Path) -> bytes:
    """Filosofi of all communes in an archive, as Insee serves it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        table = gzip.decompress((indicators / "insee_cc_filosofi_2021_COM.csv.gz").read_bytes())
        packed.writestr("cc_filosofi_2021_COM.csv", table)
    return out.getvalue()


def brownfields(land: Path, departement: str = "30") -> list[dict]:
    """Real rows of Cartofriches as features of Cerema's interface (a point where it gives an outline)."""
    table = pd.read_csv(
        land / "cartofriches_points_2024-03-10.csv.gz", dtype=str, keep_default_na=False, encoding="utf-8"
    )
    mine = table[table["dep"] == departement]
    return [
        {
            "type": "Feature",
            "id": row["pk"],
            "properties": {key: value for key, value in row.items() if key not in ("lon", "lat", "pk")},
            "geometry": json.loads(f'{{"type":"Point","coordinates":[{row["lon"]},{row["lat"]}]}}'),
        }
        for row in mine.to_dict("records")
    ]
