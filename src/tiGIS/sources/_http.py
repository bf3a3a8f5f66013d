"""Asking a producer's server for something: retried, paced, resumed, and bounded in time and size.

What pooch leaves to its caller: it streams to a temporary file and checks a hash, but does not resume, does
not read ``Retry-After``, and waits for a slow server without end.
"""

from __future__ import annotations

import email.utils
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

from tiGIS._errors import DownloadError, OfflineError
from tiGIS._files import growing, is_own, write_text
from tiGIS.sources._formats import looks_like_page
from tiGIS.sources._words import plain_fault, whole_number

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_SENT_ON = {301, 302, 303, 307, 308}
_CHUNK = 1 << 16
_MOST_BYTES = 8 * 1024**3
_MOST_BYTES_IN_MEMORY = 256 * 1024**2
_NOTE = "X-Tigis-Note"  # percent-encoded UTF-8
_MOST_NOTE = 500  # characters
_LATER = "Try again later; `tigis sources check` says whether the address has moved."


@dataclass(frozen=True)
class Settings:
    """How patient the requests are. Times are in seconds; tests give a clock and a sleep of their own."""

    attempts: int = 4
    backoff_s: float = 1.0
    longest_wait_s: float = 120.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    slow_after_s: float = 60.0
    slow_bytes_per_s: float = 200.0
    longest_answer_s: float = 900.0  # of a page of results, all of it
    longest_download_s: float = 12 * 3600.0  # of a file, at each attempt
    lock_timeout_s: float = 900.0
    redirects: int = 5
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class _TransientError(Exception):
    """A fault that may be gone at the next attempt; it may say how long to wait."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def offline() -> bool:
    """Whether ``TIGIS_OFFLINE`` forbids the network."""
    return os.environ.get("TIGIS_OFFLINE", "").strip().lower() not in {"", "0", "no", "false"}


@dataclass
class Transport:
    """A polite client: one session, one pace by host, the same rules for every producer.

    Where ``TIGIS_MIRROR`` is set (an agency's copy on its own network), ``https://host/path`` is asked for at
    ``$TIGIS_MIRROR/host/path``; what that copy says of a file (header ``X-Tigis-Note``) is kept in `heard`.
    """

    settings: Settings = field(default_factory=Settings)
    _heard: threading.local = field(default_factory=threading.local)
    _next_at: dict[str, float] = field(default_factory=dict)
    _session: requests.Session | None = None

    @property
    def heard(self) -> dict[str, str]:
        """What a copy of the producers has said of the files that this thread asked for."""
        said: dict[str, str] = self._heard.__dict__
        return said

    def read(
        self,
        address: str,
        parameters: Mapping[str, str] | tuple[tuple[str, str], ...] = (),
        pace: float = 1.0,
    ) -> bytes:
        """Give a whole answer of moderate size; the error says what happened."""

        def once() -> bytes:
            with self._answer(address, parameters, {}, pace) as answer:
                content = bytearray()
                for chunk in self._chunks(answer, self.settings.longest_answer_s):
                    content += chunk
                    if len(content) > _MOST_BYTES_IN_MEMORY:
                        raise DownloadError(
                            f"{answer.url}: an answer of more than {_MOST_BYTES_IN_MEMORY:,} bytes; expected "
                            "a page of results. Ask for a smaller area."
                        )
                _refuse_cut(answer, len(content))
                _refuse_page(bytes(content[:4096]))
                return bytes(content)

        return self._insist(address, once)

    def download(
        self,
        address: str,
        part: Path,
        pace: float = 1.0,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> dict[str, str]:
        """Bring a file into `part`, going on where an earlier attempt or run stopped if the server allows it.

        Parameters
        ----------
        address : str
            Where it is.
        part : Path
            File that grows; what it is a part of is written beside it (``.json``).
        pace : float, optional
            Requests per second at most.
        progress : callable, optional
            Told the number of bytes at hand and the total (``None`` if unknown).

        Returns
        -------
        dict of str
            What the server said of the file: ``etag``, ``last_modified`` (where it did).
        """

        def once() -> dict[str, str]:
            return self._download_once(address, part, pace, progress or (lambda done, total: None))

        return self._insist(address, once)

    def look(
        self, address: str, parameters: tuple[tuple[str, str], ...] = (), pace: float = 1.0
    ) -> requests.Response:
        """Ask for the head of an answer only; the connection is closed before the body."""

        def once() -> requests.Response:
            with self._answer(address, parameters, {"Range": "bytes=0-0"}, pace) as answer:
                return answer

        return self._insist(address, once)

    def _download_once(
        self, address: str, part: Path, pace: float, progress: Callable[[int, int | None], None]
    ) -> dict[str, str]:
        note = part.with_name(part.name + ".json")
        known = _read_note(note) if is_own(note) else {}
        have = part.stat().st_size if is_own(part) else 0
        headers = {"Accept-Encoding": "identity"}  # lengths and ranges are those of the file itself
        resumed = bool(have and known.get("address") == address and known.get("validator"))
        if resumed:
            if known.get("total") == have:
                return dict(known.get("said", {}))
            headers |= {"Range": f"bytes={have}-", "If-Range": known["validator"]}
        with self._answer(address, (), headers, pace) as answer:
            if answer.status_code == 416:
                part.unlink(missing_ok=True)
                raise _TransientError("it has changed since the interrupted download", wait_s=0)
            if answer.status_code == 206 and _range_start(answer) != have:
                part.unlink(missing_ok=True)
                raise _TransientError("it was resumed at the wrong place", wait_s=0)
            if answer.status_code != 206:
                have = 0
            total = _total(answer, have)
            said = _said(answer)
            _refuse_full_disk(part, have, total)
            _write_note(note, address, answer, total, said)
            with growing(part, have) as out:
                for chunk in self._chunks(answer, self.settings.longest_download_s):
                    if not have:
                        _refuse_page(chunk[:4096])
                    out.write(chunk)
                    have += len(chunk)
                    if have > _MOST_BYTES:
                        raise DownloadError(f"{address}: more than {_MOST_BYTES:,} bytes; gave up.")
                    progress(have, total)
            if total is not None and have != total:
                raise _TransientError(f"the connection was cut: {have:,} bytes of {total:,}")
            return said

    def _insist(self, address: str, once: Callable[[], T]) -> T:
        """Try several times, waiting longer each time or as long as the server asks."""
        import urllib3

        settings = self.settings
        for attempt in range(1, settings.attempts + 1):
            try:
                return once()
            except (
                _TransientError,
                urllib3.exceptions.HTTPError,
                OSError,
            ) as error:  # requests' are OSErrors
                _raise_if_final(address, error)
                fault = error
            wait = getattr(fault, "wait_s", None)
            if wait is None:
                wait = settings.backoff_s * 2 ** (attempt - 1)
            reason = _reason(fault)
            if wait > settings.longest_wait_s:
                raise DownloadError(
                    f"{address}: {reason}, and it asks to wait {wait:.0f} s; expected at most "
                    f"{settings.longest_wait_s:.0f} s. Try again after that."
                ) from fault
            if attempt == settings.attempts:
                times = f"{attempt} times" if attempt > 1 else "once"
                raise DownloadError(f"{address}: {reason}; tried {times}. {_LATER}") from fault
            settings.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    @contextmanager
    def _answer(
        self,
        address: str,
        parameters: Mapping[str, str] | tuple[tuple[str, str], ...],
        headers: dict[str, str],
        pace: float,
    ) -> Iterator[requests.Response]:
        if offline():
            raise OfflineError(f"{address}: TIGIS_OFFLINE is set: the network is not used.")
        self._keep_pace(urlsplit(address).netloc, pace)
        asked = tuple(parameters.items()) if isinstance(parameters, Mapping) else parameters
        with self._followed(address, asked, headers) as answer:
            _refuse_status(answer, address)
            self.heard.update(_said_by_mirror(answer))
            yield answer

    def _followed(
        self, address: str, parameters: tuple[tuple[str, str], ...], headers: dict[str, str]
    ) -> requests.Response:
        """Ask, and go where one is sent on to: a few times at most, never out of https, no body read."""
        place = mirrored(address)
        for _ in range(self.settings.redirects + 1):
            answer = self._asked(address, place, parameters, headers)
            if answer.status_code not in _SENT_ON or "Location" not in answer.headers:
                return answer
            answer.close()
            place, parameters = _sent_on(address, answer), ()
        raise DownloadError(
            f"{address}: more than {self.settings.redirects} redirections (a loop?). {_LATER}"
        )

    def _asked(
        self, address: str, place: str, parameters: tuple[tuple[str, str], ...], headers: dict[str, str]
    ) -> requests.Response:
        import requests

        settings = self.settings
        try:
            return self._opened().get(
                place,
                params=parameters,
                headers=headers,
                stream=True,
                timeout=(settings.connect_timeout_s, settings.read_timeout_s),
            )
        except requests.exceptions.SSLError:  # among the ValueErrors for some, and to be explained as it is
            raise
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError) as error:
            raise DownloadError(
                f"{address}: {_shown(place)} is not an address that can be asked for ({plain_fault(error)})."
            ) from error

    def _opened(self) -> requests.Session:
        if self._session is None:
            from tiGIS import __version__
            from tiGIS.sources._connection import BoundedSession

            self._session = BoundedSession()
            self._session.headers["User-Agent"] = f"tiGIS/{__version__}"
        return self._session

    def _keep_pace(self, host: str, pace: float) -> None:
        now = self.settings.clock()
        wait = self._next_at.get(host, now) - now
        if wait > 0:
            self.settings.sleep(wait)
        self._next_at[host] = max(now, self._next_at.get(host, now)) + 1 / pace

    def _chunks(self, answer: requests.Response, longest_s: float) -> Iterator[bytes]:
        """Give the body as it comes; a server that trickles, or never ends, is given up (and asked again)."""
        import urllib3

        from tiGIS.sources._connection import Watch

        settings = self.settings
        begun = since = settings.clock()
        received = 0
        decoded = "Content-Encoding" in answer.headers
        sock = getattr(answer.raw, "tigis_socket", None)
        with Watch(sock, settings.slow_after_s + settings.read_timeout_s) as watch:
            while True:
                try:
                    chunk = answer.raw.read1(_CHUNK, decode_content=decoded)
                except (urllib3.exceptions.HTTPError, OSError):
                    if not watch.over:
                        raise
                    chunk = b""
                if watch.over:
                    raise _TransientError("the server stopped answering")
                if not chunk:
                    return
                yield chunk
                received += len(chunk)
                now = settings.clock()
                if now - begun > longest_s:
                    raise _TransientError(f"not at its end after {now - begun:.0f} s")
                if now - since > settings.slow_after_s:
                    if received / (now - since) < settings.slow_bytes_per_s:
                        raise _TransientError(f"too slow: {received:,} bytes in {now - since:.0f} s")
                    since, received = settings.clock(), 0
                    watch.again()


def mirror_address() -> str:
    """Address of a copy of the producers (``TIGIS_MIRROR``), or nothing."""
    return os.environ.get("TIGIS_MIRROR", "").strip().rstrip("/")


def mirrored(address: str) -> str:
    """Where an address is really asked for: itself, or its copy under ``TIGIS_MIRROR``."""
    mirror = mirror_address()
    return f"{mirror}/{address.split('://', 1)[1]}" if mirror else address


def _sent_on(address: str, answer: requests.Response) -> str:
    """Read where a redirection leads; an address that can't be read, or that leaves https, is refused."""
    told = answer.headers["Location"]
    try:
        place = urljoin(answer.url, told.encode("latin-1").decode("utf-8"))
        known = bool(urlsplit(place).hostname) and urlsplit(place).port != 0
    except ValueError:  # letters of no encoding, half a bracket, a port that is no number
        place, known = told, False
    if not known or not place.startswith(("https://", "http://")):
        raise DownloadError(f"{address}: sent on to {_shown(place)}, which is no address. {_LATER}")
    if answer.url.startswith("https:") and not place.startswith("https:"):
        raise DownloadError(f"{address}: sent on to {_shown(place)}, which is not https; refused.")
    return place


def _shown(place: str) -> str:
    return place[:200].encode("ascii", "backslashreplace").decode("ascii")


def _refuse_status(answer: requests.Response, address: str) -> None:
    status = answer.status_code
    if status in (200, 206) or (status == 416 and "Range" in answer.request.headers):
        return
    if status in _TRANSIENT:
        reason = "the server is overloaded (429)" if status == 429 else f"the server failed ({status})"
        raise _TransientError(reason, _retry_after(answer))
    if status in (404, 410):
        raise DownloadError(
            f"{address}: not there ({status}): it has moved, or its producer has none for this place. "
            "`tigis sources check` tries all addresses."
        )
    if status in (401, 403, 407):
        raise DownloadError(
            f"{address}: refused ({status} {answer.reason}). "
            "Behind a proxy, HTTPS_PROXY must name it with its user."
        )
    raise DownloadError(f"{address}: the server answered {status} {answer.reason}. {_LATER}")


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds that the server asks to wait: a number, or a date."""
    text = answer.headers.get("Retry-After", "").strip()
    seconds = whole_number(text)
    if seconds is not None or not text:
        return seconds
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, OSError):  # no date, or one of no calendar
        return None


def _refuse_page(head: bytes) -> None:
    title = looks_like_page(head)
    if title is not None:
        raise _TransientError(f"a web page («{title}») instead of data")


def _refuse_cut(answer: requests.Response, size: int) -> None:
    total = _total(answer, 0)
    if total is not None and size != total:
        raise _TransientError(f"the connection was cut: {size:,} bytes of {total:,}")


def _total(answer: requests.Response, have: int) -> int | None:
    """Size of the whole file that the server announces, if it does."""
    length = whole_number(answer.headers.get("Content-Length", ""))
    if length is None or "Content-Encoding" in answer.headers:
        return None
    return have + length


def _range_start(answer: requests.Response) -> int | None:
    start = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return whole_number(start)


def _said(answer: requests.Response) -> dict[str, str]:
    names = {"etag": "ETag", "last_modified": "Last-Modified"}
    said = {key: answer.headers[name] for key, name in names.items() if name in answer.headers}
    return {**said, **_said_by_mirror(answer)}


def _said_by_mirror(answer: requests.Response) -> dict[str, str]:
    """Give what a copy of the producers says of itself and of the file; nothing where there is no copy."""
    mirror = mirror_address()
    if not mirror:
        return {}
    text = " ".join(unquote(answer.headers.get(_NOTE, "")).split())
    return {"mirror": urlsplit(mirror).netloc or mirror} | ({"note": text[:_MOST_NOTE]} if text else {})


def _refuse_full_disk(part: Path, have: int, total: int | None) -> None:
    free = shutil.disk_usage(part.parent).free
    if total is not None and total - have > free:
        raise DownloadError(
            f"{part.name}: {total - have:,} bytes to come, but {free:,} free in {part.parent}. "
            "Make room, or set TIGIS_CACHE to a folder on another disk."
        )


def _read_note(note: Path) -> dict[str, Any]:
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # absent, or cut when it was written: begin again
        return {}
    return known if isinstance(known, dict) else {}


def _write_note(
    note: Path, address: str, answer: requests.Response, total: int | None, said: dict[str, str]
) -> None:
    """Remember what the part is a part of; only a strong validator allows to go on with it later."""
    etag = said.get("etag", "")
    validator = etag if etag.startswith('"') else said.get("last_modified", "")
    write_text(note, json.dumps({"address": address, "validator": validator, "total": total, "said": said}))


def _raise_if_final(address: str, error: Exception) -> None:
    """Raise at once what a second attempt would not mend."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        raise DownloadError(
            f"{address}: the server's certificate can't be checked ({plain_fault(error)}). "
            "Checks are never switched off: behind a company proxy, set REQUESTS_CA_BUNDLE to the "
            "certificates of your IT department."
        ) from error
    if isinstance(error, requests.exceptions.ProxyError):
        raise DownloadError(
            f"{address}: the proxy named by HTTPS_PROXY does not answer as it should ({plain_fault(error)})."
        ) from error
    if isinstance(error, OSError) and not isinstance(
        error, (requests.RequestException, ConnectionError, TimeoutError)
    ):
        raise error  # the disk, not the network: for the caller to explain


def _reason(fault: Exception) -> str:
    import requests

    if isinstance(fault, requests.ConnectTimeout):
        return "the server does not answer (no connection)"
    if isinstance(fault, requests.Timeout) or "Read timed out" in str(fault):
        return "the server stopped answering"
    if isinstance(fault, _TransientError):
        return str(fault)
    if any(word in str(fault) for word in ("Incomplete", "broken", "aborted", "reset")):
        return "the connection was cut before the end"
    return f"no connection ({plain_fault(fault)})"
