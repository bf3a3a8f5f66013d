"""The catalogue: every entry is whole, and `check` says what became of each address."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from sources import server
from sources.server import Answer, Producers
from tiGIS import InputError, OfflineError
from tiGIS.sources import Area, Settings, Source, Transport, cache_folder, catalogue, check_sources
from tiGIS.sources.fetching.area import requests_for
from tiGIS.sources.fetching.catalogue import extract_of_departement
from tiGIS.sources.reading.formats import _CHECKS

SOURCES = sorted(catalogue().values(), key=lambda source: source.name)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_is_whole(source: Source) -> None:
    for text in (*source.title.values(), *source.vintage.values(), source.licence, source.attribution):
        assert text
    assert set(source.title) == set(source.vintage) == {"fr", "en"}
    assert source.documentation.startswith("https://")
    assert source.format in _CHECKS
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", source.checked["on"])
    assert source.requests_per_s > 0
    module, _, function = source.reader.partition(":")
    assert callable(getattr(import_module(module), function))
    area = Area("x", communes=("30007",), departements=("30", "2A"), bbox=(0.0, 0.0, 1.0, 1.0))
    for request in requests_for(source, area):
        assert "{" not in request.shown_address
        assert request.filename.startswith(source.name)


def test_every_departement_is_in_one_extract() -> None:
    numbers = [f"{number:02}" for number in range(1, 96) if number != 20]
    assert sorted(extract_of_departement()) == sorted(
        [*numbers, "2A", "2B", "971", "972", "973", "974", "976"]
    )


def test_another_extent_is_another_file() -> None:
    source = catalogue()["bdtopo_routes"]
    names = {
        requests_for(source, Area("a", bbox=(0.0, 0.0, size, 1.0)))[0].filename for size in (1.0, 2.0, 3.0)
    }
    assert len(names) == 3


def test_check_says_what_became_of_each_address(producers: Producers) -> None:
    transport = Transport(Settings(sleep=lambda seconds: None))
    producers.file("files.georisques.fr/GASPAR/gaspar.zip", b"PK")
    producers.routes["www.insee.fr/fr/statistiques/fichier/8680726/ensemble.zip"] = lambda query: Answer(
        server.HTML, 200, {"Content-Type": "text/html; charset=utf-8"}
    )
    producers.always["files.georisques.fr/ppr/pprn_30.zip"] = server.redirected(
        producers.address.replace("127.0.0.1", "localhost") + "/elsewhere"
    )
    producers.file("elsewhere", b"PK")
    producers.wfs("data.geopf.fr/wfs/ows", {"BDTOPO_V3:troncon_de_route": []})
    names = ["gaspar", "insee_populations", "pprn", "tri", "bdtopo_routes"]
    found = {checked.source: checked for checked in check_sources(names, transport)}
    assert [found[name].state for name in names] == ["ok", "failed", "moved", "failed", "ok"]
    assert "web page" in found["insee_populations"].found
    assert "localhost" in found["pprn"].found
    assert "404" in found["tri"].found


def test_check_of_all_ends_whatever_happens(producers: Producers) -> None:
    transport = Transport(Settings(sleep=lambda seconds: None))
    states = [checked.state for checked in check_sources(transport=transport)]
    assert states == ["failed"] * len(SOURCES)


def test_check_needs_the_network(producers: Producers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    with pytest.raises(OfflineError):
        list(check_sources())


def test_folder_of_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TIGIS_CACHE", raising=False)
    assert cache_folder().name == "tiGIS"
    monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "à moi"))
    assert cache_folder() == tmp_path / "à moi"


def test_a_faulty_entry_is_refused() -> None:
    known = catalogue()["gaspar"]
    values = {name: getattr(known, name) for name in Source.__dataclass_fields__}
    with pytest.raises(InputError, match=r"kind is 'ftp'.*not https"):
        Source(**{**values, "kind": "ftp", "address": "http://example.org"})
