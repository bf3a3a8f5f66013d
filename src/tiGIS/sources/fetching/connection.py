"""Connections that are given up in time.

requests bounds the wait for each piece that comes, not for the whole: a server that sends its headers letter
by letter would be waited for without end. It also reads the body of each redirection, of whatever size.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPException
from types import TracebackType
from typing import TYPE_CHECKING, Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from tiGIS.sources.fetching.answers import TransientError

if TYPE_CHECKING:
    from requests import Response
    from urllib3 import PoolManager

    from tiGIS.sources.fetching.transport import Settings

_CHUNK = 1 << 16


class Watch:
    """A bound in time for what is read from a socket; it is shut down when the time is over."""

    def __init__(self, sock: socket.socket | None, seconds: float) -> None:
        self.over = False
        self._socket = sock
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._shut)

    def __enter__(self) -> Watch:
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def again(self) -> None:
        """Give the whole time anew."""
        self._timer.cancel()
        self._timer = threading.Timer(self._seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    def _shut(self) -> None:
        self.over = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def chunks(answer: Response, settings: Settings, longest_s: float) -> Iterator[bytes]:
    """Give the body as it comes; a server that trickles, or never ends, is given up (and asked again)."""
    begun = since = settings.clock()
    received = 0
    decoded = "Content-Encoding" in answer.headers
    sock = getattr(answer.raw, "tigis_socket", None)
    with Watch(sock, settings.slow_after_s + settings.read_timeout_s) as watch:
        while True:
            try:
                chunk = answer.raw.read1(_CHUNK, decode_content=decoded)
            except (HTTPError, OSError):
                if not watch.over:
                    raise
                chunk = b""
            if watch.over:
                raise TransientError("the server stopped answering")
            if not chunk:
                return
            yield chunk
            received += len(chunk)
            now = settings.clock()
            if now - begun > longest_s:
                raise TransientError(f"not at its end after {now - begun:.0f} s")
            if now - since > settings.slow_after_s:
                if received / (now - since) < settings.slow_bytes_per_s:
                    raise TransientError(f"too slow: {received:,} bytes in {now - since:.0f} s")
                since, received = settings.clock(), 0
                watch.again()


class _Bounded:
    """A connection whose head of an answer comes in time, or not at all."""

    def getresponse(self) -> Any:
        sock: socket.socket = self.sock  # type: ignore[attr-defined]
        with self._in_time("the head of the answer"):
            response = super().getresponse()  # type: ignore[misc]
        response.tigis_socket = sock  # the body is bounded by the reader, which knows its size
        return response

    def _tunnel(self) -> None:
        """Ask a proxy for the way through; what it says first is bounded too."""
        with self._in_time("the answer of the proxy"):
            super()._tunnel()  # type: ignore[misc]

    @contextlib.contextmanager
    def _in_time(self, awaited: str) -> Iterator[None]:
        known = self.timeout  # type: ignore[attr-defined]
        with Watch(self.sock, known if isinstance(known, (int, float)) else 60.0) as watch:  # type: ignore[attr-defined]
            try:
                yield
            except (OSError, HTTPException):
                if not watch.over:
                    raise
            if watch.over:
                self.close()  # type: ignore[attr-defined]
                raise TimeoutError(f"{awaited} did not come in time")


class _BoundedHTTP(_Bounded, HTTPConnection):
    pass


class _BoundedHTTPS(_Bounded, HTTPSConnection):
    pass


class _PoolHTTP(HTTPConnectionPool):
    ConnectionCls = _BoundedHTTP


class _PoolHTTPS(HTTPSConnectionPool):
    ConnectionCls = _BoundedHTTPS


class _BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return _bound(super().proxy_manager_for(proxy, **options))


class BoundedSession(Session):
    """A session whose answers begin in time, and which follows no redirection by itself."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _BoundedAdapter())

    def get_redirect_target(self, resp: Response) -> None:
        """Leave redirections to the caller: they would be followed with their bodies read whole."""


def _bound(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _PoolHTTP, "https": _PoolHTTPS}
    return manager
