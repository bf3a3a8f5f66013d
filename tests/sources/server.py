"""The producers, played on loopback: their formats, their pages, and their faults.

A test asks for ``https://files.georisques.fr/x.zip`` with ``TIGIS_MIRROR`` set to this server, which serves
what was put under ``files.georisques.fr/x.zip``. Faults are queued by path and used up one by one, then the
server is sound again.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

HTML = b"<!DOCTYPE html><html><head><title>Service en maintenance</title></head><body>Plus tard</body></html>"


@dataclass
class Answer:
    """What is sent back: a status, headers, a body."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


# A fault gets the handler and the sound answer, and sends something else.
Fault = Callable[["Handler", Answer], None]


def status(code: int, **headers: str) -> Fault:
    """An error status, with headers such as ``retry_after="2"``."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return lambda handler, answer: handler.reply(Answer(b"error", code, named))


def html_page() -> Fault:
    """An error page with status 200."""
    return lambda handler, answer: handler.reply(Answer(HTML, 200, {"Content-Type": "text/html"}))


def cut_at(size: int) -> Fault:
    """The connection dies after `size` bytes of the body, the whole length having been announced."""

    def send(handler: Handler, answer: Answer) -> None:
        handler.reply(answer, only=size)
        handler.hang_up()

    return send


def truncated(size: int) -> Fault:
    """A shorter body, announced as such: a proxy kept the beginning only."""
    return lambda handler, answer: handler.reply(Answer(answer.body[:size], answer.status, answer.headers))


def altered() -> Fault:
    """One byte of the body is another."""

    def send(handler: Handler, answer: Answer) -> None:
        middle = len(answer.body) // 2
        body = answer.body[:middle] + bytes([answer.body[middle] ^ 1]) + answer.body[middle + 1 :]
        handler.reply(Answer(body, answer.status, answer.headers))

    return send


def redirected(location: str) -> Fault:
    """Sent on to another address (or to itself: a loop)."""
    return lambda handler, answer: handler.reply(Answer(b"", 302, {"Location": location}))


def slow(pause_s: float, step: int) -> Fault:
    """The body comes `step` bytes at a time."""
    return lambda handler, answer: handler.reply(answer, pause_s=pause_s, step=step)


def silent(pause_s: float) -> Fault:
    """Nothing comes for a while."""

    def send(handler: Handler, answer: Answer) -> None:
        time.sleep(pause_s)
        handler.hang_up()

    return send


def changed_since() -> Fault:
    """The answer says it is another version than the one begun (no range, other ETag)."""
    return lambda handler, answer: handler.reply(Answer(handler.whole.body, 200, {"ETag": '"another"'}))


class Handler(BaseHTTPRequestHandler):
    """Answers from what its server holds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    whole: Answer

    def do_GET(self) -> None:
        producers = self.server.producers
        split = urlsplit(self.path)
        path = split.path.lstrip("/")
        query = {
            key.lower(): values[0] for key, values in parse_qs(split.query, keep_blank_values=True).items()
        }
        with producers.lock:
            producers.asked.append((path, query, dict(self.headers)))
            faults = producers.faults.get(path) or []
            fault = faults.pop(0) if faults else producers.always.get(path)
        serve = producers.routes.get(path)
        answer = serve(query) if serve else Answer(b"not found", 404)
        self.whole = answer
        if answer.status == 200 and "Range" in self.headers:
            answer = self._range(answer)
        if fault:
            fault(self, answer)
        else:
            self.reply(answer)

    def reply(self, answer: Answer, only: int | None = None, pause_s: float = 0, step: int = 1 << 16) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        body = answer.body if only is None else answer.body[:only]
        try:
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                if pause_s:
                    self.wfile.flush()
                    time.sleep(pause_s)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def hang_up(self) -> None:
        """Close with a reset, as a network that fails does."""
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            return
        self.connection.close()

    def _range(self, answer: Answer) -> Answer:
        if self.headers.get("If-Range", answer.headers.get("ETag")) != answer.headers.get("ETag"):
            return answer
        start, _, end = self.headers["Range"].removeprefix("bytes=").partition("-")
        size = len(answer.body)
        if int(start) >= size:
            return Answer(b"", 416, {"Content-Range": f"bytes */{size}"})
        stop = min(int(end or size - 1), size - 1)
        part = answer.body[int(start) : stop + 1]
        return Answer(part, 206, {**answer.headers, "Content-Range": f"bytes {start}-{stop}/{size}"})

    def log_message(self, *args: Any) -> None:
        """Keep the tests quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    producers: Producers

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the play."""


class Producers:
    """What the server holds, the faults that it will play, and what it was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Callable[[dict[str, str]], Answer]] = {}
        self.faults: dict[str, list[Fault | None]] = {}
        self.always: dict[str, Fault] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.lock = threading.Lock()
        self.address = ""

    def file(self, path: str, content: bytes, note: str = "") -> None:
        """A file at a fixed address, with an ETag, served by ranges; and what a copy says of it."""
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        if note:
            headers["X-Tigis-Note"] = quote(note)
        self.routes[path] = lambda query: Answer(content, 200, headers)

    def pages(
        self,
        path: str,
        rows: list[Any],
        items: str,
        total: str,
        page: str,
        size: str,
        first: int,
        most: int = 50,
    ) -> None:
        """A JSON interface in pages of `most` rows at most, whatever is asked."""

        def serve(query: dict[str, str]) -> Answer:
            length = min(int(query.get(size.lower(), most)), most)
            number = int(query.get(page.lower(), first))
            start = number if page.startswith("_start") else (number - first) * length
            document = {total: len(rows), items: rows[start : start + length]}
            if items == "features":
                document["type"] = "FeatureCollection"
            return Answer(json.dumps(document).encode())

        self.routes[path] = serve

    def wfs(self, path: str, layers: dict[str, list[Any]], most: int = 5_000, announces: bool = True) -> None:
        """A feature service that cuts at `most` features without a word; GeoJSON features or GML members."""

        def serve(query: dict[str, str]) -> Answer:
            features = layers.get(query.get("typenames", ""))
            if features is None:
                return Answer(_exception(f"layer {query.get('typenames')} unknown"))
            if query.get("resulttype") == "hits":
                return Answer(_gml([], len(features)))
            start, count = int(query.get("startindex", 0)), min(int(query.get("count", most)), most)
            page = features[start : start + count]
            if query.get("outputformat", "").startswith("text/xml"):
                return Answer(_gml(page, len(features) if announces else None))
            document = {"type": "FeatureCollection", "features": page}
            document["numberMatched"] = len(features) if announces else "unknown"
            document["numberReturned"] = len(page)
            document["crs"] = {"type": "name", "properties": {"name": query.get("srsname", "EPSG:4326")}}
            return Answer(json.dumps(document).encode())

        self.routes[path] = serve

    def feed(self, path: str, editions: dict[str, bytes], page_size: int = 2) -> None:
        """The Géoplateforme's download feed: editions in pages, and one archive each."""
        names = sorted(editions)

        def serve(query: dict[str, str]) -> Answer:
            number = int(query.get("page", 1))
            shown = names[(number - 1) * page_size : number * page_size]
            entries = "".join(f"<entry><title>{name}</title></entry>" for name in shown)
            return Answer(_feed(entries, -(-len(names) // page_size)))

        self.routes[path] = serve
        for name, content in editions.items():
            where = f"data.geopf.fr/telechargement/download/X/{name}/{name}.7z"
            digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
            link = f'<link href="https://{where}"/><content>{digest}</content>'
            self.routes[f"{path}/{name}"] = lambda query, link=link: Answer(
                _feed(f"<entry>{link}</entry>", 1)
            )
            self.file(where, content)

    def times_asked(self, path: str) -> int:
        return sum(asked == path for asked, _, _ in self.asked)


@contextmanager
def running() -> Iterator[Producers]:
    """Start the server on a free port of loopback, and stop it."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.producers = Producers()
    server.producers.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.producers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _feed(entries: str, pages: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:gpf_dl="https://data.geopf.fr/annexes/ressources/xsd/gpf_dl.xsd" '
        f'gpf_dl:pagecount="{pages}">{entries}</feed>'
    ).encode()


def _exception(text: str) -> bytes:
    return (
        '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1">'
        f"<ows:Exception><ows:ExceptionText>{text}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    ).encode()


def _gml(members: list[str], matched: int | None) -> bytes:
    told = "unknown" if matched is None else matched
    return (
        "<?xml version='1.0' encoding=\"UTF-8\" ?>\n"
        '<wfs:FeatureCollection xmlns:ms="http://mapserver.gis.umn.edu/mapserver" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        f'numberMatched="{told}" numberReturned="{len(members)}">\n'
        + "".join(f"<wfs:member>{member}</wfs:member>\n" for member in members)
        + "</wfs:FeatureCollection>\n"
    ).encode()
