"""A machine without a network is told so soon: not after every host was waited for, several times."""

from __future__ import annotations

import socket

import pytest
import requests
from click.testing import CliRunner

from sources.server import Producers
from tiGIS import DownloadError
from tiGIS.cli import tigis
from tiGIS.sources import Settings, Transport
from tiGIS.sources.fetching.answers import TransientError
from tiGIS.sources.fetching.reachable import is_unreached


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path) -> list[str]:
    """No name is known but those of loopback; gives the names that were looked up."""
    names: list[str] = []
    real = socket.getaddrinfo

    def unknown(host, *asked, **options):
        if host in ("127.0.0.1", "localhost"):
            return real(host, *asked, **options)
        names.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for name in ("TIGIS_MIRROR", "TIGIS_OFFLINE", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "cache"))
    return names


def test_the_first_host_is_tried_twice_the_second_once_others_not(looked_up: list[str]) -> None:
    waits: list[float] = []
    transport = Transport(Settings(sleep=waits.append, clock=lambda: 100.0))
    for host in ("a.example.org", "a.example.org", "b.example.org", "c.example.org"):
        with pytest.raises(DownloadError, match="no connection"):
            transport.read(f"https://{host}/x", pace=1e9)
    assert looked_up == ["a.example.org", "a.example.org", "b.example.org"]
    assert [wait for wait in waits if wait > 0.1] == [1.0]  # the others keep the pace


def test_a_proxy_that_is_not_there_is_tried_twice(
    looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    transport = Transport(Settings(sleep=lambda seconds: None))
    for host, said in (
        ("a", "the proxy"),
        ("b", "the proxy"),
        ("c", "a.example.org and b.example.org"),
    ):
        with pytest.raises(DownloadError, match=said):
            transport.read(f"https://{host}.example.org/x", pace=1e9)


def test_hosts_are_tried_again_after_a_minute(looked_up: list[str]) -> None:
    now = [100.0]
    transport = Transport(Settings(attempts=1, sleep=lambda s: None, clock=lambda: now[0]))
    for later in (0, 30, 60):
        now[0] += later
        with pytest.raises(DownloadError, match="no connection"):
            transport.read("https://a.example.org/x", pace=1e9)
    assert len(looked_up) == 2


def test_two_blocked_hosts_do_not_hide_those_that_answer(producers: Producers, looked_up: list[str]) -> None:
    producers.file("x", b"data")
    now = [100.0]
    transport = Transport(Settings(attempts=1, sleep=lambda s: None, clock=lambda: now[0]))
    with pytest.raises(DownloadError):
        transport.read("http://a.example.org:1/x", pace=1e9)
    now[0] += 1
    there = f"{producers.address}/x"
    assert transport.read(there, pace=1e9) == b"data"
    now[0] += 1
    with pytest.raises(DownloadError):
        transport.read("http://b.example.org:1/x", pace=1e9)
    assert transport.read(there, pace=1e9) == b"data"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["data", "get", "gaspar"], "no connection"),
        (["gather", "200066918", "--fetch", "-o", "dossier"], "could not be fetched"),
    ],
)
def test_commands_without_a_network_end_soon_and_say_so(
    command: list[str], said: str, looked_up: list[str], tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(tigis, command)
    assert result.exit_code == 1
    assert said in result.output + str(result.exception)
    assert len(looked_up) <= 3


def test_faults_of_a_server_that_was_reached_are_no_lack_of_network() -> None:
    assert not is_unreached(TransientError("a web page"))
    assert not is_unreached(requests.exceptions.ReadTimeout("slow"))
    assert not is_unreached(ConnectionResetError())
