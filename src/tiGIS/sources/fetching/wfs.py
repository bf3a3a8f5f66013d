"""Web Feature Services read to the end: GeoJSON (GeoServer, Géoplateforme) or GML (MapServer, Géorisques)."""

from __future__ import annotations

import re
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tiGIS._errors import DataFileError, DownloadError
from tiGIS._files import growing
from tiGIS.sources.fetching.area import Request
from tiGIS.sources.fetching.paging import Page, Progress, RowWriter, finished, same_total
from tiGIS.sources.fetching.transport import Transport
from tiGIS.sources.fetching.words import whole_number
from tiGIS.sources.reading.safe import parse_json, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PAGE_SIZE = 5_000
_MOST_PAGES = 5_000
_MEMBER = rb"(?:[A-Za-z_][\w.-]*:)?(?:member|featureMembers?)"
_FIRST_MEMBER = re.compile(rb"<" + _MEMBER + rb"[\s>]")
_LAST_MEMBER = re.compile(rb"</" + _MEMBER + rb"\s*>")
_COUNTS = re.compile(rb'(number(?:Matched|Returned))\s*=\s*"[^"]*"')


def question(request: Request) -> dict[str, str]:
    """Parameters that ask a service for the features of a request (without the page)."""
    source, area = request.source, request.area
    asked = {
        "SERVICE": "WFS",
        "VERSION": "2.0.0",
        "REQUEST": "GetFeature",
        "TYPENAMES": source.layer or "",
        "OUTPUTFORMAT": source.output,
        "SRSNAME": "EPSG:4326",
        **dict(request.parameters),
    }
    if source.scope == "bbox" and area is not None and area.bbox is not None:
        # a projected CRS: x then y for all servers, where 4326 comes in both orders
        crs = f"urn:ogc:def:crs:EPSG::{area.crs.rpartition(':')[2]}"
        asked |= {"SRSNAME": crs, "BBOX": ",".join(f"{value:.0f}" for value in area.bbox) + f",{crs}"}
    return asked


def write_features(request: Request, transport: Transport, out: Path, progress: Progress) -> int:
    """Bring all features of a service into one file, counted against the announced total."""
    return (
        _write_gml(request, transport, out, progress)
        if request.source.format == "gml"
        else _write_geojson(request, transport, out, progress)
    )


def _write_geojson(request: Request, transport: Transport, out: Path, progress: Progress) -> int:
    total: int | None = None
    with growing(out) as part, TextIOWrapper(part, encoding="utf-8", newline="\n") as stream:
        writer = RowWriter(stream, geojson=True)
        for _ in range(_MOST_PAGES):
            content = _ask(request, transport, writer.written)
            page = _geojson_page(content, request)
            total = same_total(request, total, page.total)
            if total is None:
                total = _count(request, transport)
            writer.add(page.rows, page.crs)
            progress(writer.written, total)
            if finished(request, writer.written, total, len(page.rows)):
                writer.close()
                return writer.written
    raise _too_many(request)


def _write_gml(request: Request, transport: Transport, out: Path, progress: Progress) -> int:
    total: int | None = None
    seen: set[str] = set()
    read = 0
    end = b""
    with growing(out) as stream:
        for number in range(_MOST_PAGES):
            content = _ask(request, transport, read)
            root = parse_xml(content, request.filename)
            _refuse_exception(root, request)
            total = same_total(request, total, whole_number(root.get("numberMatched", "")))
            if total is None:
                total = _count(request, transport)
            features = _features(root)
            _refuse_repeated(features, seen)
            head, members, tail = _cut(content, len(features), request)
            if number == 0:
                stream.write(_COUNTS.sub(rb'\1="%d"' % total, head))
                end = tail
            stream.write(members + b"\n")
            read += len(features)
            progress(read, total)
            if finished(request, read, total, len(features)):
                stream.write(end)
                return read
    raise _too_many(request)


def _ask(request: Request, transport: Transport, start: int) -> bytes:
    parameters = {**question(request), "COUNT": str(_PAGE_SIZE), "STARTINDEX": str(start)}
    return transport.read(request.address, parameters, request.source.requests_per_s)


def _count(request: Request, transport: Transport) -> int:
    """Ask for the total alone (``RESULTTYPE=hits``), for servers that don't say it with the features."""
    parameters = {**question(request), "RESULTTYPE": "hits"}
    content = transport.read(request.address, parameters, request.source.requests_per_s)
    root = parse_xml(content, request.filename)
    _refuse_exception(root, request)
    announced = root.get("numberMatched", "")
    total = whole_number(announced)
    if total is None:
        raise DataFileError(
            request.filename, f"a total of {announced!r}", "a number of features to count the pages against"
        )
    return total


def _geojson_page(content: bytes, request: Request) -> Page:
    if content.lstrip().startswith(b"<"):
        _refuse_exception(parse_xml(content, request.filename), request)
        raise DataFileError(request.filename, "XML", "GeoJSON", "The service may have changed.")
    document = parse_json(content, request.filename)
    rows = document.get("features") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise DataFileError(
            request.filename,
            "a document without features",
            "a FeatureCollection",
            "The service may have changed.",
        )
    total = document.get("numberMatched", document.get("totalFeatures"))
    return Page(rows, whole_number(total), document.get("crs"))


def _refuse_exception(root: Element, request: Request) -> None:
    if root.tag.rpartition("}")[2] in ("ExceptionReport", "ServiceExceptionReport"):
        text = " ".join(" ".join(root.itertext()).split())
        raise DownloadError(f"{request.address} ({request.source.layer}): the service refuses: {text[:300]}")


def _features(root: Element) -> list[Element]:
    """Give the features of a collection, one by ``member`` or several in ``featureMembers``."""
    return [
        feature
        for child in root
        if child.tag.rpartition("}")[2] in ("member", "featureMember", "featureMembers")
        for feature in child
    ]


def _refuse_repeated(features: list[Element], seen: set[str]) -> None:
    for feature in features:
        mark = next(
            (value for key, value in feature.attrib.items() if key.rpartition("}")[2] in ("id", "fid")), None
        )
        if mark in seen:
            raise DownloadError(
                f"the service gave the feature {mark!r} on two pages, so another is missing. Try again later."
            )
        if mark is not None:
            seen.add(mark)


def _cut(content: bytes, count: int, request: Request) -> tuple[bytes, bytes, bytes]:
    """Split a page before its first member and after its last: pages are joined without being rewritten."""
    first = _FIRST_MEMBER.search(content)
    if first is None:
        if count:
            raise DataFileError(request.filename, "members that can't be told apart", "wfs:member elements")
        end = content.rfind(b"</")
        return (content[:end], b"", content[end:]) if end > 0 else (content, b"", b"")
    last = max(match.end() for match in _LAST_MEMBER.finditer(content))
    return content[: first.start()], content[first.start() : last], content[last:]


def _too_many(request: Request) -> DownloadError:
    return DownloadError(
        f"{request.address} ({request.source.layer}): more than {_MOST_PAGES:,} pages; "
        "ask for a smaller area."
    )
