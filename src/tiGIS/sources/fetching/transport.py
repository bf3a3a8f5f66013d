"""Asking a producer's server for something: retried, paced, resumed, and bounded in time and size.

What pooch leaves to its caller: it streams to a temporary file and checks a hash, but does not resume, does
not read ``Retry-After``, and waits for a slow server without end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from tiGIS._errors import DownloadError, OfflineError
from tiGIS._files import growing, is_own
from tiGIS.sources.fetching.answers import (
    TransientError,
    announced_size,
    raise_if_final,
    range_start,
    reason_of,
    refuse_cut,
    refuse_page,
    refuse_status,
    said_by_mirror,
    said_of_file,
)
from tiGIS.sources.fetching.part_files import read_note, refuse_full_disk, write_note
from tiGIS.sources.fetching.reachable import Reach, is_unreached
from tiGIS.sources.fetching.redirects import LATER, SENT_ON, host_of, mirrored, plain_address, sent_on
from tiGIS.sources.fetching.words import plain_fault

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

_MOST_BYTES = 8 * 1024**3
_MOST_BYTES_IN_MEMORY = 256 * 1024**2


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
    _reach: Reach = field(default_factory=Reach)
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
            from tiGIS.sources.fetching.connection import chunks

            with self._answer(address, parameters, {}, pace) as answer:
                content = bytearray()
                for chunk in chunks(answer, self.settings, self.settings.longest_answer_s):
                    content += chunk
                    if len(content) > _MOST_BYTES_IN_MEMORY:
                        raise DownloadError(
                            f"{answer.url}: an answer of more than {_MOST_BYTES_IN_MEMORY:,} bytes; expected "
                            "a page of results. Ask for a smaller area."
                        )
                refuse_cut(answer, len(content))
                refuse_page(bytes(content[:4096]))
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
        from tiGIS.sources.fetching.connection import chunks

        note = part.with_name(part.name + ".json")
        known = read_note(note) if is_own(note) else {}
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
                raise TransientError("it has changed since the interrupted download", wait_s=0)
            if answer.status_code == 206 and range_start(answer) != have:
                part.unlink(missing_ok=True)
                raise TransientError("it was resumed at the wrong place", wait_s=0)
            if answer.status_code != 206:
                have = 0
            total = announced_size(answer, have)
            said = said_of_file(answer)
            refuse_full_disk(part, have, total)
            write_note(note, address, answer, total, said)
            with growing(part, have) as out:
                for chunk in chunks(answer, self.settings, self.settings.longest_download_s):
                    if not have:
                        refuse_page(chunk[:4096])
                    out.write(chunk)
                    have += len(chunk)
                    if have > _MOST_BYTES:
                        raise DownloadError(f"{address}: more than {_MOST_BYTES:,} bytes; gave up.")
                    progress(have, total)
            if total is not None and have != total:
                raise TransientError(f"the connection was cut: {have:,} bytes of {total:,}")
            return said

    def _insist(self, address: str, once: Callable[[], T]) -> T:
        """Try several times, waiting longer each time or as long as the server asks."""
        import urllib3
        from requests.exceptions import ProxyError

        settings, host = self.settings, host_of(mirrored(address))
        for attempt in range(1, settings.attempts + 1):
            try:
                return once()
            except (
                TransientError,
                urllib3.exceptions.HTTPError,
                OSError,
            ) as error:  # requests' are OSErrors
                again = attempt == 1 < settings.attempts and not isinstance(error, ProxyError)
                unreached = is_unreached(error) and self._reach.lacks(host, settings.clock(), again=again)
                raise_if_final(address, error)
                fault = error
            wait = getattr(fault, "wait_s", None)
            if wait is None:
                wait = settings.backoff_s * 2 ** (attempt - 1)
            reason = reason_of(fault)
            if wait > settings.longest_wait_s:
                raise DownloadError(
                    f"{address}: {reason}, and it asks to wait {wait:.0f} s; expected at most "
                    f"{settings.longest_wait_s:.0f} s. Try again after that."
                ) from fault
            if unreached or attempt == settings.attempts:
                times = f"{attempt} times" if attempt > 1 else "once"
                raise DownloadError(f"{address}: {reason}; tried {times}. {LATER}") from fault
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
        self._reach.refuse(address, host_of(mirrored(address)), self.settings.clock())
        self._keep_pace(urlsplit(address).netloc, pace)
        asked = tuple(parameters.items()) if isinstance(parameters, Mapping) else parameters
        with self._followed(address, asked, headers) as answer:
            refuse_status(answer, address)
            self.heard.update(said_by_mirror(answer))
            yield answer

    def _followed(
        self, address: str, parameters: tuple[tuple[str, str], ...], headers: dict[str, str]
    ) -> requests.Response:
        """Ask, and go where one is sent on to: a few times at most, never out of https, no body read."""
        place = mirrored(address)
        for _ in range(self.settings.redirects + 1):
            answer = self._asked(address, place, parameters, headers)
            self._reach.reached_at = self.settings.clock()
            if answer.status_code not in SENT_ON or "Location" not in answer.headers:
                return answer
            answer.close()
            place, parameters = sent_on(address, answer), ()
        raise DownloadError(f"{address}: more than {self.settings.redirects} redirections (a loop?). {LATER}")

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
                f"{address}: {plain_address(place)} is no address to be asked for ({plain_fault(error)})."
            ) from error

    def _opened(self) -> requests.Session:
        if self._session is None:
            from tiGIS import __version__
            from tiGIS.sources.fetching.connection import BoundedSession

            self._session = BoundedSession()
            self._session.headers["User-Agent"] = f"tiGIS/{__version__}"
        return self._session

    def _keep_pace(self, host: str, pace: float) -> None:
        now = self.settings.clock()
        wait = self._next_at.get(host, now) - now
        if wait > 0:
            self.settings.sleep(wait)
        self._next_at[host] = max(now, self._next_at.get(host, now)) + 1 / pace
