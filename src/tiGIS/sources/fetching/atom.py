"""The Géoplateforme's download feed: which edition of a product is the newest, and where its archive is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiGIS._errors import DataFileError, DownloadError
from tiGIS.sources.fetching.area import Request
from tiGIS.sources.fetching.redirects import host_of, is_theirs
from tiGIS.sources.fetching.transport import Transport
from tiGIS.sources.fetching.words import whole_number
from tiGIS.sources.reading.safe import parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_PAGES = 200
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})$")
_MD5 = re.compile(r"^[0-9a-f]{32}$")


@dataclass(frozen=True)
class Archive:
    """One archive of the feed: its edition, its address, and the hash that the producer gives."""

    edition: str
    address: str
    known_hash: str | None


def newest_archive(request: Request, transport: Transport) -> Archive:
    """Look up the newest edition of a product for a zone, then its archive."""
    editions: set[str] = set()
    for page in range(1, _MOST_PAGES + 1):
        feed = _feed(request, transport, request.address, {"zone": request.zone or "", "page": str(page)})
        editions |= {_text(entry, "title") for entry in _entries(feed)}
        if page >= _pages(feed, request):
            break
    # the zone is also in the name: an interface that ignored the question is not believed
    fitting = sorted(
        (date[1], edition)
        for edition in editions
        if (request.source.edition or "") in edition
        and f"_{request.zone}_" in edition
        and (date := _DATE.search(edition))
    )
    if not fitting:
        raise DownloadError(
            f"{request.address}: no edition {request.source.edition!r} for the zone {request.zone!r} among "
            f"{len(editions)} in the feed. See {request.source.documentation}"
        )
    edition = fitting[-1][1]
    return _archive(request, transport, edition)


def _archive(request: Request, transport: Transport, edition: str) -> Archive:
    feed = _feed(request, transport, f"{request.address}/{edition}", {})
    found = []
    for entry in _entries(feed):
        for link in (child for child in entry if child.tag.endswith("}link")):
            address = link.get("href", "")
            if (
                address.startswith("https://")
                and address.endswith(".7z")
                and is_theirs(host_of(address), host_of(request.address))
            ):
                digest = _text(entry, "content")
                found.append(Archive(edition, address, f"md5:{digest}" if _MD5.match(digest) else None))
    if len(found) != 1:
        raise DataFileError(
            edition,
            f"{len(found)} archives in its feed",
            "one .7z archive, on a host of the producer",
            f"See {request.source.documentation}",
        )
    return found[0]


def _feed(request: Request, transport: Transport, address: str, parameters: dict[str, str]) -> Element:
    content = transport.read(address, parameters, request.source.requests_per_s)
    root = parse_xml(content, request.filename)
    if root.tag.rpartition("}")[2] != "feed":
        raise DataFileError(request.filename, f"an element {root.tag!r}", "an Atom feed")
    return root


def _pages(feed: Element, request: Request) -> int:
    told = _attribute(feed, "pagecount") or "1"
    pages = whole_number(told)
    if pages is None:
        raise DownloadError(
            f"{request.address}: the feed announces {ascii(told)[:50]} pages; expected a number. Try again "
            "later."
        )
    return pages


def _entries(feed: Element) -> list[Element]:
    return [child for child in feed if child.tag.rpartition("}")[2] == "entry"]


def _text(entry: Element, name: str) -> str:
    return next((child.text or "" for child in entry if child.tag.rpartition("}")[2] == name), "").strip()


def _attribute(feed: Element, name: str) -> str:
    """Attribute of the feed whatever its namespace (the Géoplateforme's own, gpf_dl)."""
    return next((value for key, value in feed.attrib.items() if key.rpartition("}")[2] == name), "")
