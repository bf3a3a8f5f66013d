"""Where a server may send on to: itself and the producers; never out of https, nor into our own network."""

from __future__ import annotations

import pytest
import requests

from sources import server
from sources.server import Producers
from tiGIS import DownloadError
from tiGIS.sources import Settings, Transport, catalogue, fetch
from tiGIS.sources.fetching.redirects import host_of, is_theirs, sent_on

GASPAR = "files.georisques.fr/GASPAR/gaspar.zip"


def answer_of(url: str, location: str) -> requests.Response:
    answer = requests.Response()
    answer.url, answer.status_code = url, 302
    answer.headers["Location"] = location
    return answer


@pytest.fixture
def on_the_web(producers: Producers, monkeypatch: pytest.MonkeyPatch) -> Transport:
    """Every http host is played by the server, which stands as the way out (a proxy), loopback apart."""
    monkeypatch.delenv("TIGIS_MIRROR")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, producers.address)
    monkeypatch.delenv("no_proxy", raising=False)
    return Transport(Settings(attempts=1, connect_timeout_s=1))


ELSEWHERE = [
    "http://127.0.0.1:1/secret", "http://localhost/secret", "http://[::1]/secret", "http://192.168.1.1/secret",
    "http://10.0.0.8/secret", "http://169.254.169.254/secret", "http://2130706433/secret",
    "http://0x7f000001/secret", "http://127.1/secret", "http://routeur.local/secret",
    "http://elsewhere.example.com/secret", "http://depot.example.org.elsewhere.example.com/secret",
    "http://depot.example.org@elsewhere.example.com/secret", "//elsewhere.example.com/secret",
    "http://elsewhere.example.com\\@depot.example.org/secret", "http://sub.depot.example.org/secret",
    "http://example.org/secret", "http://elsewhere.example.com#@depot.example.org/secret",
]  # fmt: skip


@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_public_host_sends_nobody_elsewhere(
    location: str, producers: Producers, on_the_web: Transport
) -> None:
    producers.file("secret", b"the router's own page")
    producers.file("x.csv", b"")
    producers.always["x.csv"] = server.redirected(location)
    with pytest.raises(DownloadError) as said:
        on_the_web.read("http://depot.example.org/x.csv", pace=1e6)
    assert producers.times_asked("secret") == 0
    if "\\" not in location:
        host = host_of("http:" + location if location.startswith("//") else location)
        assert f"depot.example.org sends on to {host};" in str(said.value)
        assert "refused" in str(said.value)


@pytest.mark.parametrize(
    "location",
    ["/there.csv", "there.csv", "http://depot.example.org/there.csv", "http://DEPOT.example.org./there.csv",
     "http://www.depot.example.org/there.csv", "http://depot.example.org:8080/there.csv",
     "//depot.example.org/there.csv"],
)  # fmt: skip
def test_a_host_sends_on_within_itself(location: str, producers: Producers, on_the_web: Transport) -> None:
    producers.file("x.csv", b"")
    producers.file("there.csv", b"a;b")
    producers.always["x.csv"] = server.redirected(location)
    assert on_the_web.read("http://depot.example.org/x.csv", pace=1e6) == b"a;b"


def test_a_copy_of_the_producers_sends_nobody_elsewhere(producers: Producers) -> None:
    port = producers.address.rpartition(":")[2]
    producers.file("secret.zip", b"PK\x05\x06" + bytes(18))
    producers.file(GASPAR, b"")
    producers.always[GASPAR] = server.redirected(f"http://localhost:{port}/secret.zip")
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 sends on to localhost; expected itself"):
        fetch("gaspar", transport=Transport(Settings(attempts=1)))
    assert producers.times_asked("secret.zip") == 0


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("https://download.geofabrik.de/europe/france/corse-latest.osm.pbf", "corse-261125.osm.pbf"),
        ("https://download.geofabrik.de/europe/germany-latest.osm.pbf",
         "https://ftp5.gwdg.de/pub/misc/openstreetmap/download.geofabrik.de/germany-latest.osm.pbf"),
        ("https://www.data.gouv.fr/fr/datasets/r/5d6f", "https://static.data.gouv.fr/resources/x/ti.csv"),
        ("https://www.data.gouv.fr/fr/datasets/r/5d6f", "https://object.files.data.gouv.fr/x/ti.csv"),
        ("https://georisques.gouv.fr/api/v1/gaspar/azi", "https://www.georisques.gouv.fr/api/v1/gaspar/azi"),
        ("https://insee.fr/fr/x.zip", "https://www.insee.fr/fr/un fichier.zip"),
    ],
)  # fmt: skip
def test_producers_send_on_to_where_they_keep_their_files(asked: str, location: str) -> None:
    assert sent_on(asked, answer_of(asked, location)).endswith(location)


@pytest.mark.parametrize(
    "location", ["http://ftp5.gwdg.de/x.osm.pbf", "https://127.0.0.1/x", "https://dav.example.org/x"]
)
def test_producers_send_nobody_out_of_https_or_elsewhere(location: str) -> None:
    asked = "https://download.geofabrik.de/europe/germany-latest.osm.pbf"
    with pytest.raises(DownloadError, match="refused"):
        sent_on(asked, answer_of(asked, location))


def test_every_host_of_the_catalogue_is_plain() -> None:
    for source in catalogue().values():
        assert host_of(source.address) == source.address.split("/")[2]
        for host in source.hosts:
            assert host_of(f"https://{host}/") == host
            assert is_theirs(host, "depot.example.org")


def test_the_feed_names_no_archive_elsewhere(producers: Producers) -> None:
    place = "data.geopf.fr/telechargement/resource/BDTOPO"
    edition = "BDTOPO_3-5_TOUSTHEMES_GPKG_LAMB93_D030_2026-09-15"
    producers.feed(place, {edition: b"7z"})
    told = producers.routes[f"{place}/{edition}"]
    producers.routes[f"{place}/{edition}"] = lambda query: server.Answer(
        told(query).body.replace(b"https://data.geopf.fr/", b"https://192.168.1.1/")
    )
    from tiGIS import DataFileError
    from tiGIS.sources import Area

    with pytest.raises(DataFileError, match="on a host of the producer"):
        fetch("bdtopo", Area("30", departements=("30",)), transport=Transport(Settings(attempts=1)))
