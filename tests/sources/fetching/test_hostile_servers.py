"""Servers that drip, send on without end, or answer in words that are none: errors with a reason, in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sources import server
from sources.server import Producers
from tiGIS import DownloadError, TigisError
from tiGIS.sources import Cache, Settings, Transport, fetch
from tiGIS.sources.fetching.words import whole_number

GASPAR = "files.georisques.fr/GASPAR/gaspar.zip"
ADDRESS = f"https://{GASPAR}"


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what `serve` writes, byte for byte."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                talking, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(talking,), daemon=True).start()

    def answer(talking: socket.socket) -> None:
        with talking:
            try:
                talking.recv(65_536)
                serve(talking)
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def drip(talking: socket.socket, begin: bytes, piece: bytes) -> None:
    talking.sendall(begin)
    while True:
        talking.sendall(piece)
        time.sleep(0.01)


HASTY = Settings(attempts=1, read_timeout_s=0.3, slow_after_s=0.3, slow_bytes_per_s=1e6, sleep=lambda s: None)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        (b"HTTP/1.1 200 ", b"O"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"a"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"a"),
    ],
    ids=["header", "status", "body", "chunk head", "without length"],
)
def test_what_drips_is_given_up(begin: bytes, piece: bytes, producers: Producers, monkeypatch) -> None:
    with raw_server(lambda talking: drip(talking, begin, piece)) as address:
        monkeypatch.setenv("TIGIS_MIRROR", address)
        with pytest.raises(DownloadError, match=r"stopped answering|too slow"):
            Transport(HASTY).read(ADDRESS, pace=1e6)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"HTTP/1.1 200 ", b"O"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
        (b"HTTP/1.1 407 ", b"no"),
    ],
    ids=["status", "header", "headers", "refusal"],
)
def test_a_proxy_that_drips_is_given_up(
    begin: bytes, piece: bytes, producers: Producers, monkeypatch
) -> None:
    monkeypatch.delenv("TIGIS_MIRROR")
    hasty = Settings(attempts=1, connect_timeout_s=0.3, sleep=lambda s: None)
    with raw_server(lambda talking: drip(talking, begin, piece)) as address:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, address)
        with pytest.raises(DownloadError, match=r"proxy .* does not answer as it should \(Read timed out"):
            Transport(hasty).read(ADDRESS, pace=1e6)


def test_a_page_that_never_ends_is_given_up(producers: Producers, monkeypatch) -> None:
    begin = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    patient = Settings(attempts=1, longest_answer_s=0.2)
    with raw_server(lambda talking: drip(talking, begin, b"abcdefgh")) as address:
        monkeypatch.setenv("TIGIS_MIRROR", address)
        with pytest.raises(DownloadError, match="not at its end"):
            Transport(patient).read(ADDRESS, pace=1e6)


def test_the_endless_body_of_a_redirection_is_not_read(producers: Producers, monkeypatch) -> None:
    producers.file(GASPAR, b"data")
    sent = 0

    def send_on(talking: socket.socket) -> None:
        nonlocal sent
        talking.sendall(f"HTTP/1.1 302 Found\r\nLocation: {producers.address}/{GASPAR}\r\n\r\n".encode())
        while True:
            sent += talking.send(b"a" * 65_536)

    with raw_server(send_on) as address:
        monkeypatch.setenv("TIGIS_MIRROR", address)
        assert Transport(Settings(attempts=1)).read(ADDRESS, pace=1e6) == b"data"
    assert sent < 64 * 1024**2


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_five_redirections_are_followed_and_no_more(
    hops: int, arrives: bool, producers: Producers, transport: Transport
) -> None:
    for hop in range(hops):
        producers.always[f"example.org/{hop}"] = server.redirected(f"/example.org/{hop + 1}")
        producers.file(f"example.org/{hop}", b"")
    producers.file(f"example.org/{hops}", b"data")
    if arrives:
        assert transport.read("https://example.org/0", pace=1e6) == b"data"
    else:
        with pytest.raises(DownloadError, match="more than 5 redirections"):
            transport.read("https://example.org/0", pace=1e6)


@pytest.mark.parametrize(
    "location",
    ["http://[", "http://a:b:c/", "https://", "ftp://127.0.0.1/x", "file:///etc/hosts", "http://\xe9\xff..x/",
     "http://127.0.0.1:99999/", "http://" + "a" * 70 + "/", "http://.../", "//", "http:///x"],
)  # fmt: skip
def test_a_broken_location_is_said(location: str, producers: Producers) -> None:
    producers.always[GASPAR] = server.redirected(location)
    with pytest.raises(DownloadError) as said:
        Transport(Settings(attempts=1, connect_timeout_s=1)).read(ADDRESS, pace=1e6)
    assert "ConnectionPool" not in str(said.value)


@pytest.mark.parametrize(
    "word", ["\xb2", "-5", "1e9", "", "nan", "9" * 5_000, "Fri, 99 Foo 99999 99:99:99", "\xff"]
)
@pytest.mark.parametrize("header", ["Retry-After", "Content-Length", "Content-Range", "X-Tigis-Note", "ETag"])
def test_odd_words_in_headers_end_in_an_error_or_the_data(
    header: str, word: str, producers: Producers, cache: Cache, monkeypatch
) -> None:
    status = {"Retry-After": 503, "Content-Range": 206}.get(header, 200)

    def say(talking: socket.socket) -> None:
        head = f"HTTP/1.1 {status} X\r\nConnection: close\r\n{header}: {word}\r\n\r\n"
        talking.sendall(head.encode("latin-1") + b"PK\x05\x06" + bytes(18))

    with raw_server(say) as address:
        monkeypatch.setenv("TIGIS_MIRROR", address)
        hasty = Settings(attempts=2, read_timeout_s=5, sleep=lambda s: None)
        try:
            fetch("gaspar", cache=cache, transport=Transport(hasty))
        except TigisError as error:
            assert "ConnectionPool" not in str(error)


def test_numbers_of_servers_are_in_plain_digits() -> None:
    assert [whole_number(word) for word in ("12", " 7 ", 5, 0)] == [12, 7, 5, 0]
    for word in ("²", "-1", "1.0", "", "٣", "9" * 19, None, True, -1, 1.5, 10**30, [1]):
        assert whole_number(word) is None


def test_no_connection_is_said_in_plain_words(producers: Producers, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("TIGIS_MIRROR", f"http://127.0.0.1:{port}")
    with pytest.raises(DownloadError) as said:
        Transport(Settings(attempts=1)).read(ADDRESS, pace=1e6)
    assert "ConnectionPool" not in str(said.value)
    assert "object at" not in str(said.value)


def test_half_a_letter_in_a_row_is_said(tmp_path) -> None:
    from tiGIS.sources.fetching.paging import RowWriter

    with (tmp_path / "rows.json").open("w", encoding="utf-8") as stream:
        writer = RowWriter(stream, geojson=False)
        with pytest.raises(DownloadError, match="half a letter"):
            writer.add([{"id": 1, "nom": "Al\ud800s"}])


def test_an_honest_empty_answer_is_an_empty_layer(tmp_path) -> None:
    from tiGIS import DataFileError
    from tiGIS.sources.reading.gdal import read_layer

    file = tmp_path / "zones.gml"
    file.write_bytes(server._gml([], 0))
    frame = read_layer(file)
    assert len(frame) == 0
    assert frame.crs == "EPSG:2154"
    file.write_bytes(server._gml([], 0).replace(b"FeatureCollection", b"Something"))
    with pytest.raises(DataFileError):
        read_layer(file)
