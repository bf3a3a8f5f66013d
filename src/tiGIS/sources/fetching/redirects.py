"""Where a request really goes: to a copy of the producers where there is one, and on where it is sent on."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tiGIS._errors import DownloadError
from tiGIS.sources.fetching.catalogue import catalogue

if TYPE_CHECKING:
    import requests

SENT_ON = {301, 302, 303, 307, 308}
LATER = "Try again later; `tigis sources check` says whether the address has moved."


class SentElsewhereError(DownloadError):
    """A server sends on to a host that is neither its own nor a producer's."""


def mirror_address() -> str:
    """Address of a copy of the producers (``TIGIS_MIRROR``), or nothing."""
    return os.environ.get("TIGIS_MIRROR", "").strip().rstrip("/")


def mirrored(address: str) -> str:
    """Where an address is really asked for: itself, or its copy under ``TIGIS_MIRROR``."""
    mirror = mirror_address()
    return f"{mirror}/{address.split('://', 1)[1]}" if mirror else address


def sent_on(address: str, answer: requests.Response) -> str:
    """Read where a redirection leads.

    Refused is an address that can't be read, one that leaves https, and one of a host that is neither the one
    that was asked nor a producer's: a server that was taken over can't send us into the user's own network.
    """
    told = answer.headers["Location"]
    try:
        place = urljoin(answer.url, told.encode("latin-1").decode("utf-8"))
        host = host_of(place)
    except ValueError:  # letters of no encoding, half a bracket, a port that is no number
        place, host = told, ""
    if not host or not place.startswith(("https://", "http://")):
        raise DownloadError(f"{address}: sent on to {plain_address(place)}, which is no address. {LATER}")
    if answer.url.startswith("https:") and not place.startswith("https:"):
        raise DownloadError(f"{address}: sent on to {plain_address(place)}, which is not https; refused.")
    if not is_theirs(host, asked := host_of(answer.url)):
        raise SentElsewhereError(
            f"{address}: {asked} sends on to {plain_address(host)}; expected itself or a producer of the "
            "catalogue; refused. If the producer has moved, fetch the file yourself and register it: "
            "tigis data get SOURCE --from FILE."
        )
    return place


def is_theirs(host: str, asked: str) -> bool:
    """Whether one host may send on to another: the same, with or without ``www.``, or a producer's."""
    return host.removeprefix("www.") == asked.removeprefix("www.") or host in _hosts_of_producers()


def host_of(address: str) -> str:
    """Give the host of an address as the connection reads it; nothing where readers could differ on it."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    _, _, rest = address.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    if re.search(r"[\\\s]", authority) or not authority.isprintable():  # https://elsewhere.fr\@insee.fr
        return ""
    try:
        parts = parse_url(address)
    except LocationParseError:
        return ""
    return "" if parts.port == 0 else (parts.host or "").lower().rstrip(".")


@cache
def _hosts_of_producers() -> frozenset[str]:
    sources = catalogue().values()
    named = {host for source in sources for host in source.hosts}
    return frozenset(named | {host_of(source.address) for source in sources})


def plain_address(place: str) -> str:
    """Give the beginning of an address for a message, in letters that every terminal has."""
    return place[:200].encode("ascii", "backslashreplace").decode("ascii")
