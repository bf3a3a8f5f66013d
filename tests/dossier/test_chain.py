"""The whole chain for Alès, through the producers on loopback: gather, and what the report says of it."""

from __future__ import annotations

import datetime
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from dossier import standins
from sources import server
from sources.fetching.test_faults import GASPAR
from sources.fetching.test_services import FRICHES
from sources.server import Producers, running
from tiGIS import DataFileError, InputError, RoadNetwork, TerritoryNotFoundError
from tiGIS.dossier import DossierReport, dossier_maps, find_perimeter, gather_territory, read_dossier
from tiGIS.sources import Cache, Settings, Transport

ALES = "200066918"
PBF = "download.geofabrik.de/europe/france/languedoc-roussillon-latest.osm.pbf"
INSEE = "www.insee.fr/fr/statistiques/fichier"


def stock(producers: Producers, shared: Path) -> None:
    """Put on the server what the producers would serve for Alès."""
    import hashlib

    roads = standins.moved_extract(shared / "reseau" / "liechtenstein-2013-08-03.osm.pbf")
    producers.file(PBF, roads, standins.ROADS)
    digest = hashlib.md5(roads, usedforsecurity=False).hexdigest()
    producers.file(PBF + ".md5", f"{digest}  x.osm.pbf\n".encode())
    producers.file(
        "files.georisques.fr/ppr/pprn_30.zip",
        standins.moved_plan(shared / "risques" / "pprn_38DDT20010005.zip"),
        standins.ZONES,
    )
    producers.file(GASPAR, standins.gaspar(shared / "risques"))
    comparateur = (shared / "indicateurs" / "insee_base_cc_comparateur_2022.zip").read_bytes()
    producers.file(f"{INSEE}/2521169/base_cc_comparateur_csv.zip", comparateur)
    producers.file(
        f"{INSEE}/7756729/base-cc-filosofi-2021-geo2024_csv.zip", standins.filosofi(shared / "indicateurs")
    )
    producers.pages(
        FRICHES,
        standins.brownfields(shared / "foncier"),
        items="features",
        total="count",
        page="page",
        size="page_size",
        first=1,
        most=100,
    )


@pytest.fixture(scope="module")
def chain(
    real_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Producers, Cache, Path, DossierReport]]:
    """One dossier for all tests of this module; some producers fail on the way."""
    with running() as producers, pytest.MonkeyPatch.context() as patch:
        stock(producers, real_files)
        producers.faults["files.georisques.fr/GASPAR/gaspar.zip"] = [
            server.cut_at(50_000),
            server.status(500),
        ]
        producers.faults[FRICHES] = [server.status(429, retry_after="1"), None, server.html_page()]
        producers.faults[PBF] = [server.cut_at(100_000)]
        patch.setenv("TIGIS_MIRROR", producers.address)
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.delenv("TIGIS_OFFLINE", raising=False)
        cache = Cache(tmp_path_factory.mktemp("données à moi"))
        out = tmp_path_factory.mktemp("Alès Agglo") / "territoire"
        transport = Transport(Settings(sleep=lambda seconds: None))
        report = gather_territory(ALES, out, online=True, cache=cache, transport=transport)
        yield producers, cache, out, report


def test_every_part_is_there_and_says_what_lacks(chain) -> None:
    _, _, out, report = chain
    assert {part.name: part.status for part in report.parts} == {
        "boundaries": "complete",
        "indicators": "complete",
        "roads": "partial",  # four of the five extracts are not on the server
        "flood": "partial",  # no file of the flood directive for the Gard
        "land": "complete",
    }
    assert {lack.source for part in report.parts for lack in part.missing} == {"osm_routes", "tri"}
    assert {lack.why for part in report.parts for lack in part.missing} == {"failed"}
    assert len(report.part("roads").missing) == 4  # each extract is named once
    written = {file for part in report.parts for file in part.files}
    assert {path.name for path in out.iterdir()} == written | {"rapport.json", "rapport.html"}


def test_boundaries_and_indicators(chain) -> None:
    _, _, out, report = chain
    communes = gpd.read_parquet(out / "communes.parquet")
    figures = pd.read_parquet(out / "indicateurs.parquet")
    assert list(figures.index) == list(communes.index)
    assert len(communes) == 72
    assert figures.loc["30007", "P18_POP"] == 40_802
    assert figures.loc["30007", "MED21"] > 15_000
    comparateur = "Comparateur de territoires, communes (carte des communes de 2021)"
    assert report.part("indicators").figures[f"{comparateur} – communes sans ligne"] == 0


def test_roads_are_cut_to_an_hour(chain) -> None:
    _, _, out, report = chain
    network = RoadNetwork.load(out / "routes.npz")
    assert network.crs.to_epsg() == 2154
    assert network.n_nodes == report.part("roads").figures["carrefours"]
    territory = find_perimeter(ALES).communes.union_all()
    inside = shapely.contains_xy(territory, network.x, network.y)
    assert inside.sum() > 0
    assert network.metadata["territory"] == ALES


def test_flood_zones_are_those_of_the_plan_within_the_territory(chain, real_files: Path) -> None:
    from tiGIS.flood import read_pprn

    _, _, out, _ = chain
    zones = gpd.read_parquet(out / "inondation_pprn.parquet")
    territory = find_perimeter(ALES).communes.union_all()
    assert zones.within(territory.buffer(0.01)).all()
    original = read_pprn(real_files / "risques" / "pprn_38DDT20010005.zip").summary()
    mine = zones[zones["kind"] == "flood"].area.sum() / 1e4
    assert mine == pytest.approx(original.loc["flood", "area_ha"], rel=0.01)  # the whole plan lies inside


def test_flags_are_those_of_the_table_of_facts(chain, fact_tables: Path) -> None:
    _, _, out, _ = chain
    flags = pd.read_parquet(out / "procedures_risques.parquet")
    known = pd.read_csv(fact_tables / "ales_gaspar_2024.csv", dtype=str, index_col="code_insee")
    for kind in ("azi", "pprt"):
        expected = known[kind].notna().reindex(flags.index)
        assert flags[kind].tolist() == expected.tolist()


def test_brownfields_are_those_of_the_table_of_facts(chain, fact_tables: Path) -> None:
    _, _, out, _ = chain
    sites = gpd.read_parquet(out / "friches.parquet")
    known = pd.read_csv(fact_tables / "cartofriches_ales_2024.csv", dtype=str)
    assert len(sites) == len(known) == 89


def test_the_report_is_readable_and_tells_each_origin(chain) -> None:
    _, cache, out, _ = chain
    document = json.loads((out / "rapport.json").read_text("utf-8"))
    origins = {origin["source"]: origin for part in document["parts"] for origin in part["origins"]}
    for entry in cache.entries():
        assert entry.file is not None
        assert origins[entry.file.source]["sha256"] == entry.file.sha256
        assert origins[entry.file.source]["obtained"] == "fetched"
        assert origins[entry.file.source]["mirror"].startswith("127.0.0.1:")
    page = (out / "rapport.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    for word in ("CA Alès Agglomération", "Licence Ouverte 2.0", "Ce qui manque", "tigis data get tri"):
        assert word in page
    assert "http://" not in page


def test_what_stands_in_says_so_wherever_it_is_shown(chain, tmp_path: Path) -> None:
    """In the report (at its top and in its part), in the origins, and on each map drawn from it."""
    _, _, out, report = chain
    notes = {o.source: o.note for part in report.parts for o in part.origins if o.note}
    assert notes == {"osm_routes": standins.ROADS, "pprn": standins.ZONES}
    page = (out / "rapport.html").read_text("utf-8")
    for text in notes.values():
        assert page.count(html.escape(text)) == 4  # top, head of its part, origin, limit
    assert page.index(standins.ROADS) < page.index("<h2>")
    maps = dict(dossier_maps(out))
    for name, text in (("temps_vers_le_centre", standins.ROADS), ("zones_inondables", standins.ZONES)):
        maps[name].save(tmp_path / f"{name}.html")
        assert (tmp_path / f"{name}.html").read_text("utf-8").count(text) >= 2
    maps["densite"].save(tmp_path / "densite.html")
    assert "D’ESSAI" not in (tmp_path / "densite.html").read_text("utf-8")


def test_the_report_is_french_in_its_dates_and_vintages(chain) -> None:
    _, _, out, _ = chain
    page = re.sub(
        r'(?s:<style>.*?</style>)|<p lang="en">.*?</p>|<code>.*?</code>',
        "",
        (out / "rapport.html").read_text("utf-8"),
    )
    today = datetime.datetime.now(tz=datetime.UTC).strftime("%d/%m/%Y")
    assert f"téléchargé le {today} d’une copie (127.0.0.1:" in page
    assert "la veille" in page
    assert "tous les trois mois" in page
    english = r"\b(the|day|edition|map of|census|quarterly|weekly|January|unknown|fetched)\b"
    assert not re.findall(english, page)


def test_maps_of_the_territory_from_its_folder(chain, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from tiGIS.cli import tigis

    _, _, out, _ = chain
    done = CliRunner().invoke(tigis, ["maps", "--dossier", str(out), "-o", str(tmp_path / "cartes à voir")])
    assert done.exit_code == 0, done.output
    names = {path.stem for path in (tmp_path / "cartes à voir").iterdir()}
    assert names == {"densite", "niveau_de_vie", "temps_vers_le_centre", "zones_inondables", "friches"}
    page = (tmp_path / "cartes à voir" / "friches.html").read_text("utf-8")
    assert "89\u202ffriches recensées" in page
    assert "Cerema" in page


def test_a_folder_that_is_no_dossier(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="a folder that `tigis gather` wrote"):
        read_dossier(tmp_path)


def test_the_same_cache_gives_the_same_bytes_without_a_request(
    chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    producers, cache, out, _ = chain
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    producers.asked.clear()
    again = gather_territory(ALES, tmp_path / "encore", cache=cache)
    assert not producers.asked
    for path in sorted((tmp_path / "encore").iterdir()):
        if not path.name.startswith("rapport"):
            assert path.read_bytes() == (out / path.name).read_bytes(), path.name
    assert {lack.why for part in again.parts for lack in part.missing} == {"absent"}


def test_without_anything_the_bundle_is_still_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    report = gather_territory(ALES, tmp_path / "à vide", cache=Cache(tmp_path / "cache"))
    assert report.part("boundaries").status == "complete"
    assert report.part("indicators").files == ["indicateurs.parquet"]
    for name in ("roads", "flood", "land"):
        assert report.part(name).missing
        assert {lack.why for lack in report.part(name).missing} == {"absent"}
    assert report.part("land").figures["friches"] == 89  # the bundle knows those of Alès
    assert {origin.obtained for part in report.parts for origin in part.origins} == {"bundle"}
    maps = dict(dossier_maps(tmp_path / "à vide"))
    assert set(maps) == {"densite", "temps_vers_le_centre", "friches"}  # on the inter-urban graph


def test_a_territoire_d_industrie_of_several_epci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tiGIS.territory import territoire_members

    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    members = territoire_members("2023-2027")
    code = members[members["type_membre"] == "epci"].groupby("id_ti").size().idxmax()
    report = gather_territory(code, tmp_path, cache=Cache(tmp_path / "cache"))
    assert report.part("boundaries").figures["EPCI"] > 3
    communes = gpd.read_parquet(tmp_path / "communes.parquet")
    assert communes["siren"].nunique() == report.part("boundaries").figures["EPCI"]


def test_options_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="road_source"):
        gather_territory(ALES, tmp_path, road_source="route66")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="buffer_min"):
        gather_territory(ALES, tmp_path, buffer_min=0)
    with pytest.raises(TerritoryNotFoundError):
        gather_territory("000000000", tmp_path)
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="folder to write in"):
        gather_territory(ALES, tmp_path / "taken")


def test_from_the_command_line_in_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    """Run from a read-only folder whose name has spaces and accents: only the folder asked for is written."""
    here = tmp_path / "projet à lire"
    here.mkdir()
    here.chmod(0o555)
    root = str(Path(__file__).parents[2] / "src")
    environment = {
        **os.environ,
        "TIGIS_OFFLINE": "1",
        "TIGIS_CACHE": str(tmp_path / "cache vide"),
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tiGIS.cli import main; main()",
            "gather",
            ALES,
            "-o",
            "../le territoire",
        ],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "rapport.html" in done.stdout
    assert not list(here.iterdir())
    assert (tmp_path / "le territoire" / "rapport.html").is_file()
