"""Every fault on every way of serving, with real files: an error that says it, or the right file."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from sources import server
from sources.server import Producers
from tiGIS import DataFileError, DownloadError
from tiGIS.sources import Area, Cache, Settings, Transport, fetch

GARD = Area("gard", departements=("30",), bbox=(740_000.0, 6_280_000.0, 850_000.0, 6_370_000.0))
LAYER = "BDTOPO_V3:troncon_de_route"
FLOOD = "ms:ALEA_SYNT_01_02MOY_FXX"
PLACES = {
    "file": ("pprn", "files.georisques.fr/ppr/pprn_30.zip"),
    "wfs in JSON": ("bdtopo_routes", "data.geopf.fr/wfs/ows"),
    "wfs in XML": ("tri_moyen", "www.georisques.gouv.fr/services"),
    "pages": ("cartofriches", "apidf-preprod.cerema.fr/cartofriches/geofriches/"),
}
# fault -> (what does it, what the message says where it lasts)
FAULTS: dict[str, tuple[Callable[[str], server.Fault], str]] = {
    "429": (lambda path: server.status(429, retry_after="1"), "overloaded \\(429\\); tried 3 times"),
    "429 for an hour": (lambda path: server.status(429, retry_after="3600"), "asks to wait 3600 s"),
    "500": (lambda path: server.status(500), "failed \\(500\\); tried 3 times"),
    "web page": (lambda path: server.html_page(), "a web page \\(«Service en maintenance»\\)"),
    "cut": (lambda path: server.cut_at(900), "cut"),
    "truncated": (lambda path: server.truncated(900), "expected|can't be"),
    "silent": (lambda path: server.silent(0.1), "cut|no connection"),
    "slow": (lambda path: server.slow(0.02, 40), "too slow"),
    "loop": (lambda path: server.redirected("/" + path), "more than 5 redirections"),
}
RIGHT_AFTER_ONE = {"429", "500", "web page", "cut", "silent", "slow"}  # what a second attempt mends


@pytest.fixture(scope="module")
def real(real_files: Path) -> dict[str, object]:
    """What the producers serve: an official plan, the communes of the Gard, its brownfields."""
    communes = gpd.read_file(real_files / "territoires/communes_gard_2018.geojson")
    features = json.loads(communes.iloc[:120].to_json())["features"]
    members = [
        f'<ms:commune gml:id="c{row.code}"><ms:nom>{row.nom}</ms:nom></ms:commune>'
        for row in communes.iloc[:120].itertuples()
    ]
    with gzip.open(real_files / "foncier/cartofriches_points_2024-03-10.csv.gz", "rt", encoding="utf-8") as f:
        sites = pd.read_csv(f, dtype=str, keep_default_na=False)
    rows = [
        {
            "type": "Feature",
            "id": row["pk"],
            "properties": row,
            "geometry": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
        }
        for row in sites[sites["dep"] == "30"].head(120).to_dict("records")
    ]
    plan = (real_files / "risques/pprn_38DDT20010005.zip").read_bytes()
    return {"features": features, "members": members, "rows": rows, "plan": plan}


def serve(producers: Producers, real: dict) -> None:
    producers.file(PLACES["file"][1], real["plan"])
    producers.wfs(PLACES["wfs in JSON"][1], {LAYER: real["features"]}, most=50)
    producers.wfs(PLACES["wfs in XML"][1], {FLOOD: real["members"]}, most=50)
    producers.pages(
        PLACES["pages"][1], real["rows"], "features", "count", "page", "page_size", first=1, most=50
    )


def ask(way: str, cache: Cache, fault: str = "") -> bytes:
    """Fetch it; soon tired of a server that is slow only where it is meant to be."""
    tired = {"slow_after_s": 0.2, "slow_bytes_per_s": 20_000} if fault == "slow" else {}
    settings = Settings(attempts=3, sleep=lambda seconds: None, **tired)
    (file,) = fetch(PLACES[way][0], GARD, cache=cache, transport=Transport(settings), progress=False)
    return file.path.read_bytes()


@pytest.fixture(scope="module")
def right(real: dict, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What each way gives when nothing fails."""
    with server.running() as producers, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIGIS_MIRROR", producers.address)
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.delenv("TIGIS_OFFLINE", raising=False)
        serve(producers, real)
        cache = Cache(tmp_path_factory.mktemp("cache"))
        return {way: ask(way, cache) for way in PLACES}


def nothing_wrong(cache: Cache, content: bytes) -> None:
    for entry in cache.entries():
        assert entry.state in ("ok", "cut")
        if entry.state == "ok":
            assert entry.path.read_bytes() == content


WHERE = [(way, "at once") for way in PLACES] + [
    (way, "on the second answer") for way in PLACES if way != "file"
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("way", "at"), WHERE)
def test_a_fault_then_a_sound_server(
    way: str, fault: str, at: str, real: dict, right: dict[str, bytes], producers: Producers, cache: Cache
) -> None:
    """Lasting, then once, then never: the message says it, and the cache is never wrong."""
    serve(producers, real)
    make, said = FAULTS[fault]
    path = PLACES[way][1]
    first = [None] if at == "on the second answer" else []
    producers.faults[path] = [*first, *[make(path)] * 10]
    with pytest.raises((DownloadError, DataFileError), match=said) as caught:
        ask(way, cache, fault)
    assert PLACES[way][0] in str(caught.value) or "https://" in str(caught.value)
    nothing_wrong(cache, right[way])
    producers.faults[path] = [*first, make(path)]
    if fault in RIGHT_AFTER_ONE:
        assert ask(way, cache, fault) == right[way]
    nothing_wrong(cache, right[way])
    producers.faults.clear()
    assert ask(way, cache) == right[way]
    nothing_wrong(cache, right[way])


CHILD = """
import subprocess, sys
from tiGIS import DownloadError
from tiGIS.sources import Area, Cache, fetch
area = Area("gard", departements=("30",), bbox=(740_000.0, 6_280_000.0, 850_000.0, 6_370_000.0))
try:
    fetch(sys.argv[1], area, progress=False)
except DownloadError as error:
    print(error)
else:
    print("NO ERROR")
print([entry.state for entry in Cache().entries()])
subprocess.run(["mount", "-o", "remount,size=64m", sys.argv[2]], check=True)
(file,) = fetch(sys.argv[1], area, progress=False)
print(file.sha256)
"""


def test_a_disk_that_is_really_full(
    real: dict, right: dict[str, bytes], producers: Producers, tmp_path: Path
) -> None:
    """The cache on a disk of its own (tmpfs) that is too small, then is made larger; each way of fetching."""
    disk = str(tmp_path / "disque")
    Path(disk).mkdir()
    mount = f"mount -t tmpfs -o size=8k none '{disk}'"
    if shutil.which("unshare") is None or subprocess.run([*APART, mount], check=False).returncode:
        pytest.skip("no right to mount a small disk")
    for way in PLACES:
        serve(producers, real)
        fill_the_disk(way, right[way], producers, tmp_path, disk, mount)


APART = ("unshare", "-m", "bash", "-c")


def fill_the_disk(
    way: str, right: bytes, producers: Producers, tmp_path: Path, disk: str, mount: str
) -> None:
    import hashlib

    place = PLACES[way][1]
    if way == "file":  # a server that does not announce the length, so that the disk fills on the way
        whole = producers.routes[place]
        producers.routes[place] = lambda query: server.Answer(
            gzip.compress(whole(query).body), 200, {"Content-Encoding": "gzip"}
        )
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(CHILD), encoding="utf-8")
    command = f"{mount} && '{sys.executable}' '{script}' {PLACES[way][0]} '{disk}'"
    environment = {**os.environ, "TIGIS_CACHE": disk}
    done = subprocess.run([*APART, command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{way}: {done.stderr}"
    message, states, digest = done.stdout.splitlines()
    assert "disk is full" in message or "free in" in message
    assert "TIGIS_CACHE" in message
    assert states == "[]"
    assert digest == hashlib.sha256(right).hexdigest()
