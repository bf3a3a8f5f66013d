"""A server's answer, read: whether it is one, what it says of the file, and what a fault means."""

from __future__ import annotations

import email.utils
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tiGIS._errors import DownloadError
from tiGIS.sources.fetching.redirects import LATER, mirror_address
from tiGIS.sources.fetching.words import plain_fault, whole_number
from tiGIS.sources.reading.formats import looks_like_page

if TYPE_CHECKING:
    import requests

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_NOTE = "X-Tigis-Note"  # percent-encoded UTF-8
_MOST_NOTE = 500  # characters


class TransientError(Exception):
    """A fault that may be gone at the next attempt; it may say how long to wait."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def refuse_status(answer: requests.Response, address: str) -> None:
    """Refuse an answer that is none, and say what its status means."""
    status = answer.status_code
    if status in (200, 206) or (status == 416 and "Range" in answer.request.headers):
        return
    if status in _TRANSIENT:
        reason = "the server is overloaded (429)" if status == 429 else f"the server failed ({status})"
        raise TransientError(reason, _retry_after(answer))
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
    raise DownloadError(f"{address}: the server answered {status} {answer.reason}. {LATER}")


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


def refuse_page(head: bytes) -> None:
    """Refuse the page that a server gives instead of data (maintenance, a gate)."""
    title = looks_like_page(head)
    if title is not None:
        raise TransientError(f"a web page («{title}») instead of data")


def refuse_cut(answer: requests.Response, size: int) -> None:
    """Refuse an answer that is shorter than it announced."""
    total = announced_size(answer, 0)
    if total is not None and size != total:
        raise TransientError(f"the connection was cut: {size:,} bytes of {total:,}")


def announced_size(answer: requests.Response, have: int) -> int | None:
    """Size of the whole file that the server announces, if it does."""
    length = whole_number(answer.headers.get("Content-Length", ""))
    if length is None or "Content-Encoding" in answer.headers:
        return None
    return have + length


def range_start(answer: requests.Response) -> int | None:
    """Read the byte at which a part of a file begins."""
    start = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return whole_number(start)


def said_of_file(answer: requests.Response) -> dict[str, str]:
    """Give what a server says of a file: its mark, its date."""
    names = {"etag": "ETag", "last_modified": "Last-Modified"}
    said = {key: answer.headers[name] for key, name in names.items() if name in answer.headers}
    return {**said, **said_by_mirror(answer)}


def said_by_mirror(answer: requests.Response) -> dict[str, str]:
    """Give what a copy of the producers says of itself and of the file; nothing where there is no copy."""
    mirror = mirror_address()
    if not mirror:
        return {}
    text = " ".join(unquote(answer.headers.get(_NOTE, "")).split())
    return {"mirror": urlsplit(mirror).netloc or mirror} | ({"note": text[:_MOST_NOTE]} if text else {})


def raise_if_final(address: str, error: Exception) -> None:
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


def reason_of(fault: Exception) -> str:
    """Say in plain words what made an attempt fail."""
    import requests

    if isinstance(fault, requests.ConnectTimeout):
        return "the server does not answer (no connection)"
    if isinstance(fault, requests.Timeout) or "Read timed out" in str(fault):
        return "the server stopped answering"
    if isinstance(fault, TransientError):
        return str(fault)
    if any(word in str(fault) for word in ("Incomplete", "broken", "aborted", "reset")):
        return "the connection was cut before the end"
    return f"no connection ({plain_fault(fault)})"
