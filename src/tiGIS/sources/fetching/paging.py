"""Answers in pages, read to the end, and counted against what the producer announces.

Producers cut an answer without a word (the Géoplateforme at 5,000 features): a page that is not full is no
sign of the end, only the announced total is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from tiGIS._errors import DataFileError, DownloadError
from tiGIS._files import growing
from tiGIS.sources.fetching.area import Request
from tiGIS.sources.fetching.transport import Transport
from tiGIS.sources.fetching.words import whole_number
from tiGIS.sources.reading.safe import parse_json

_MOST_PAGES = 5_000
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the total that it announces (``None`` where it announces none)."""

    rows: list[Any]
    total: int | None
    crs: Any = None


def write_pages(request: Request, transport: Transport, out: Path, progress: Progress) -> int:
    """Bring all pages of a JSON interface into one file; gives the number of rows.

    A GeoJSON source becomes one FeatureCollection, another one array of rows.
    """
    codes = request.source.codes
    with growing(out) as part, TextIOWrapper(part, encoding="utf-8", newline="\n") as stream:
        writer = RowWriter(stream, geojson=request.source.format == "geojson")
        if codes is None:
            _all_pages(request, transport, {}, writer, progress)
        else:
            for first in range(0, len(request.codes), codes.most):
                asked = [codes.form.format(code=code) for code in request.codes[first : first + codes.most]]
                writer.begin_question()
                _all_pages(request, transport, {codes.parameter: ",".join(asked)}, writer, progress)
        writer.close()
    return writer.written


def _all_pages(
    request: Request, transport: Transport, asked: dict[str, str], writer: RowWriter, progress: Progress
) -> None:
    source, paging = request.source, request.source.paging
    if paging is None:
        raise AssertionError("the catalogue refuses a source of pages without paging")
    total: int | None = None
    read = 0
    for number in range(_MOST_PAGES):
        position = paging.first + (read if paging.by == "start" else number)
        parameters = {
            **dict(request.parameters),
            **asked,
            paging.page: str(position),
            paging.size: str(paging.page_size),
        }
        content = transport.read(request.address, parameters, source.requests_per_s)
        page = _page(content, request, paging.items, paging.total)
        total = same_total(request, total, page.total)
        writer.add(page.rows, page.crs)
        read += len(page.rows)
        progress(writer.written, None)
        if finished(request, read, total, len(page.rows)):
            return
    raise DownloadError(f"{request.shown_address}: more than {_MOST_PAGES:,} pages; ask for a smaller area.")


def _page(content: bytes, request: Request, items: str, total: str) -> Page:
    document = parse_json(content, request.filename)
    if isinstance(document, dict) and "exceptions" in document:
        raise DownloadError(
            f"{request.shown_address}: the service refuses: {str(document['exceptions'])[:300]}"
        )
    rows = document.get(items) if isinstance(document, dict) else None
    if not isinstance(rows, list):
        found = sorted(document)[:8] if isinstance(document, dict) else type(document).__name__
        raise DataFileError(
            request.filename,
            f"an answer with {found}",
            f"a list under {items!r}",
            "The service may have changed.",
        )
    announced = document.get(total)
    if announced is None and total == "totalFeatures":
        announced = document.get("numberMatched")
    return Page(rows, whole_number(announced), document.get("crs"))


def same_total(request: Request, before: int | None, now: int | None) -> int | None:
    """Give the total that pages announce; refuse one that changes from page to page."""
    if before is not None and now is not None and before != now:
        raise DownloadError(
            f"{request.shown_address}: the total went from {before:,} to {now:,} between two pages: "
            "the data were being updated. Try again."
        )
    return now if now is not None else before


def finished(request: Request, read: int, total: int | None, last: int) -> bool:
    """Whether all announced rows are there; an error where they can't come any more."""
    if total is None:
        raise DataFileError(
            request.filename,
            "an answer that does not announce its total",
            "a total to count the rows against",
        )
    if read > total:
        raise DownloadError(f"{request.shown_address}: {read:,} rows came, but {total:,} were announced.")
    if read < total and last == 0:
        raise DownloadError(
            f"{request.shown_address}: {read:,} rows of the {total:,} announced, then empty pages: "
            "the service cuts its answer. Ask for a smaller area, or try again later."
        )
    return read == total


def _sound(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class RowWriter:
    """One JSON document, written row by row; the same row twice is a fault of the paging."""

    def __init__(self, stream: TextIO, *, geojson: bool) -> None:
        self.written = 0
        self._stream = stream
        self._geojson = geojson
        self._seen: set[Any] = set()

    def add(self, rows: list[Any], crs: Any = None) -> None:
        """Write the rows of a page; the CRS of the first page is kept."""
        for row in rows:
            mark = row.get("id") if isinstance(row, dict) else None
            if mark is not None and not isinstance(mark, (dict, list)):
                if mark in self._seen:
                    raise DownloadError(
                        f"the service gave the row {mark!r} on two pages, so another is missing. "
                        "Try again later."
                    )
                self._seen.add(mark)
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            if not _sound(text):
                raise DownloadError(
                    f"the service gave a row with half a letter (a lone surrogate): {ascii(text)[:200]}. "
                    "Its data are damaged there: try again later, or tell its producer."
                )
            if self.written == 0:
                self._begin(crs)
            else:
                self._stream.write(",\n")
            self._stream.write(text)
            self.written += 1

    def begin_question(self) -> None:
        """Forget the rows seen: another question may rightly give one of them again."""
        self._seen.clear()

    def close(self) -> None:
        """End the document."""
        if self.written == 0:
            self._begin(None)
        self._stream.write("\n]}\n" if self._geojson else "\n]\n")

    def _begin(self, crs: Any) -> None:
        if not self._geojson:
            self._stream.write("[\n")
            return
        named = f'"crs":{json.dumps(crs)},' if crs else ""
        self._stream.write(f'{{"type":"FeatureCollection",{named}"features":[\n')
