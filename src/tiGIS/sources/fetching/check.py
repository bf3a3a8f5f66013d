"""Trying all addresses of the catalogue: which answer, which have moved, which are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tiGIS._errors import DataFileError, DownloadError, OfflineError
from tiGIS.sources.fetching.area import Area, Request, requests_for
from tiGIS.sources.fetching.atom import newest_archive
from tiGIS.sources.fetching.catalogue import Source, catalogue, find_source
from tiGIS.sources.fetching.redirects import SentElsewhereError, mirrored
from tiGIS.sources.fetching.transport import Transport
from tiGIS.sources.fetching.wfs import question

_SAMPLE = Area(
    "sample", communes=("30007",), departements=("30",), bbox=(785_000.0, 6_336_000.0, 787_000.0, 6_338_000.0)
)


@dataclass(frozen=True)
class Checked:
    """What became of one address.

    Attributes
    ----------
    source : str
        Name in the catalogue.
    state : {"ok", "moved", "failed"}
        Whether it answers as expected, from elsewhere, or not.
    found : str
        What was found.
    address : str
        What was tried.
    """

    source: str
    state: str
    found: str
    address: str


def check_sources(names: Iterable[str] = (), transport: Transport | None = None) -> Iterator[Checked]:
    """Try the addresses of the catalogue, one after the other, asking for as little as each allows.

    Parameters
    ----------
    names : iterable of str, optional
        Sources to try; all by default.
    transport : Transport, optional
        How requests are made.

    Yields
    ------
    Checked
        What became of each.
    """
    transport = transport or Transport()
    for source in [find_source(name) for name in names] or list(catalogue().values()):
        yield _check(source, transport)


def _check(source: Source, transport: Transport) -> Checked:
    request = requests_for(source, _SAMPLE)[0]
    try:
        if source.kind == "atom":
            archive = newest_archive(request, transport)
            return Checked(source.name, "ok", f"newest edition {archive.edition}", request.address)
        answer = transport.look(request.address, tuple(_parameters(request).items()), source.requests_per_s)
    except OfflineError:
        raise
    except SentElsewhereError as error:
        return Checked(source.name, "moved", str(error), request.shown_address)
    except (DownloadError, DataFileError) as error:
        return Checked(source.name, "failed", str(error), request.shown_address)
    if urlsplit(answer.url).netloc != urlsplit(mirrored(request.address)).netloc:
        return Checked(source.name, "moved", f"sent on to {answer.url}", request.shown_address)
    kind = answer.headers.get("Content-Type", "of a type that is not said").partition(";")[0]
    if kind == "text/html":
        return Checked(source.name, "failed", "a web page instead of data", request.shown_address)
    return Checked(source.name, "ok", f"answers ({kind})", request.shown_address)


def _parameters(request: Request) -> dict[str, str]:
    """Ask for one row only."""
    source, asked = request.source, dict(request.parameters)
    if source.kind == "wfs":
        return {**question(request), "COUNT": "1"}
    if source.paging is not None:
        asked |= {source.paging.page: str(source.paging.first), source.paging.size: "1"}
    if source.codes is not None:
        asked[source.codes.parameter] = source.codes.form.format(code=request.codes[0])
    return asked
