"""The command line over the sources, as a user types it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sources.fetching.test_faults import CONTENT, GASPAR
from sources.fetching.test_services import FRICHES, points
from sources.server import Producers
from tiGIS import DataFileError, TerritoryNotFoundError
from tiGIS.cli import tigis
from tiGIS.dossier import area_of, find_perimeter


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(tigis, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_get_list_status_clean(producers: Producers, tmp_path: Path) -> None:
    producers.file(GASPAR, CONTENT)
    assert run("data", "list") == (0, "The cache is empty: `tigis data get SOURCE` fills it.\n")
    code, said = run("data", "get", "gaspar")
    assert code == 0
    assert "gaspar.zip  0.2 MB, fetched on " in said
    assert "gaspar/gaspar.zip" in run("data", "list")[1]
    assert run("data", "status")[0] == 0
    path = tmp_path / "données à moi" / "gaspar" / "gaspar.zip"
    path.write_bytes(CONTENT[:-1])
    code, said = run("data", "status")
    assert (code, "not the file that was fetched" in said) == (1, True)
    assert "removed" in run("data", "clean")[1]
    assert not path.exists()
    assert run("data", "clean") == (0, "Nothing to remove.\n")


def test_get_for_a_territory(producers: Producers) -> None:
    producers.pages(FRICHES, points(3), "features", "count", "page", "page_size", first=1)
    code, said = run("data", "get", "cartofriches", "--territory", "200066918")
    assert code == 0
    assert "cartofriches_30.geojson" in said


def test_get_from_a_file(producers: Producers, tmp_path: Path) -> None:
    (tmp_path / "apporté.zip").write_bytes(CONTENT)
    code, said = run("data", "get", "gaspar", "--from", str(tmp_path / "apporté.zip"))
    assert code == 0
    assert "brought by hand" in said
    assert not producers.asked


def test_get_from_a_table_that_the_reader_takes(producers: Producers, tmp_path: Path) -> None:
    frame = "site_id,comm_insee,site_statut,site_surface,lon,lat\n30007_1,30007,inconnu,1200,4.08,44.12\n"
    (tmp_path / "friches.csv").write_text(frame, encoding="utf-8")
    (tmp_path / "revenus.csv.gz").write_bytes(gzip.compress(b"CODGEO;MED21\n30007;17890\n"))
    where = ("--territory", "200066918")
    code, said = run("data", "get", "cartofriches", "--from", str(tmp_path / "friches.csv"), *where)
    assert (code, "cartofriches_30.csv " in said) == (0, True), said
    code, said = run("data", "get", "insee_filosofi", "--from", str(tmp_path / "revenus.csv.gz"))
    assert (code, "insee_filosofi.csv.gz " in said) == (0, True), said
    # from now on they are what is asked for; without asking anybody
    assert "cartofriches_30.csv " in run("data", "get", "cartofriches", *where)[1]
    assert "insee_filosofi.csv.gz " in run("data", "get", "insee_filosofi")[1]
    assert not producers.asked
    (tmp_path / "coupé.csv.gz").write_bytes(gzip.compress(b"CODGEO;MED21\n")[:-6])
    with pytest.raises(DataFileError, match="cut or broken"):
        run("data", "get", "insee_filosofi", "--from", str(tmp_path / "coupé.csv.gz"))


def test_an_expected_error_is_one_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "TIGIS_OFFLINE": "1", "TIGIS_CACHE": str(tmp_path), "TIGIS_MIRROR": ""}
    done = subprocess.run(
        [sys.executable, "-c", "from tiGIS.cli import main; main()", "data", "get", "gaspar"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("tigis: gaspar.zip is not in the cache, and TIGIS_OFFLINE is set.")
    assert "Traceback" not in done.stderr


def test_sources_list_show_check(producers: Producers) -> None:
    assert (
        "bdtopo_routes: BD TOPO, road sections (IGN; a territory and what lies around it)"
        in run("sources", "list")[1]
    )
    said = run("sources", "show", "pprt")[1]
    assert "not seen in use, not fetched" in said
    producers.file(GASPAR, CONTENT)
    assert run("sources", "check", "gaspar")[0] == 0
    code, said = run("sources", "check", "gaspar", "tri")
    assert code == 1
    assert "1 answer, 0 moved, 1 failed" in said


def test_area_of_a_territory() -> None:
    ales = find_perimeter("200066918")
    assert (ales.name, len(ales.communes)) == ("CA Alès Agglomération", 72)
    near = area_of(ales)
    assert near.departements == ("30",)
    assert len(near.communes) == 72
    wide = area_of(ales, buffer_km=60)
    assert {"07", "12", "13", "26", "30", "34", "43", "48", "84"} == set(wide.departements)


def test_area_of_a_territoire_d_industrie_of_several_epci() -> None:
    from tiGIS import load_territoires_industrie
    from tiGIS.territory import territoire_members

    members = territoire_members("2023-2027")
    several = members[members["type_membre"] == "epci"].groupby("id_ti").size()
    populations = load_territoires_industrie()["population"]
    for code in [several.index[several > 3][0], "ti-0101"]:
        found = find_perimeter(code)
        assert len(found.epci) >= several[code]
        assert found.communes["population"].sum() == populations[code]


def test_a_territory_by_name_and_what_is_none() -> None:
    assert find_perimeter("ales agglomeration").code == "200066918"
    for text in ("123456789", "ti-9999", "Lozère"):
        with pytest.raises(TerritoryNotFoundError):
            find_perimeter(text)
