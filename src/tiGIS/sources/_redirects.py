"""Where a request really goes: to a copy of the producers where there is one, and on where it is sent on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tiGIS._errors import DownloadError

if TYPE_CHECKING:
    import requests

SENT_ON = {301, 302, 303, 307, 308}
LATER = "Try again later; `tigis sources check` says whether the address has moved."


def mirror_address() -> str:
    """Address of a copy of the producers (``TIGIS_MIRROR``), or nothing."""
    return os.environ.get("TIGIS_MIRROR", "").strip().rstrip("/")


def mirrored(address: str) -> str:
    """Where an address is really asked for: itself, or its copy under ``TIGIS_MIRROR``."""
    mirror = mirror_address()
    return f"{mirror}/{address.split('://', 1)[1]}" if mirror else address


def sent_on(address: str, answer: requests.Response) -> str:
    """Read where a redirection leads; an address that can't be read, or that leaves https, is refused."""
    told = answer.headers["Location"]
    try:
        place = urljoin(answer.url, told.encode("latin-1").decode("utf-8"))
        known = bool(urlsplit(place).hostname) and urlsplit(place).port != 0
    except ValueError:  # letters of no encoding, half a bracket, a port that is no number
        place, known = told, False
    if not known or not place.startswith(("https://", "http://")):
        raise DownloadError(f"{address}: sent on to {plain_address(place)}, which is no address. {LATER}")
    if answer.url.startswith("https:") and not place.startswith("https:"):
        raise DownloadError(f"{address}: sent on to {plain_address(place)}, which is not https; refused.")
    return place


def plain_address(place: str) -> str:
    """Give the beginning of an address for a message, in letters that every terminal has."""
    return place[:200].encode("ascii", "backslashreplace").decode("ascii")
