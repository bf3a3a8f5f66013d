"""Bringing a source for a territory: from the cache when it is there, from the producer otherwise."""

from __future__ import annotations

import datetime
import errno
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiGIS._errors import DataFileError, DownloadError, InputError, OfflineError
from tiGIS._files import private_folder
from tiGIS._former import former_arguments
from tiGIS.sources.fetching.area import Area, Request, requests_for
from tiGIS.sources.fetching.atom import newest_archive
from tiGIS.sources.fetching.cache import Cache, CachedFile
from tiGIS.sources.fetching.catalogue import Source, find_source
from tiGIS.sources.fetching.paging import Progress, write_pages
from tiGIS.sources.fetching.transport import Settings, Transport, offline
from tiGIS.sources.fetching.wfs import question, write_features
from tiGIS.sources.reading.formats import check_format, format_of


@dataclass(frozen=True)
class _Brought:
    """What is known of a file that has just come."""

    address: str
    features: int | None = None
    said: dict[str, str] | None = None
    known_hash: str | None = None


@former_arguments
def fetch(
    source: str,
    area: Area | None = None,
    *,
    refresh: bool = False,
    online: bool = True,
    cache: Cache | None = None,
    transport: Transport | None = None,
    progress: bool = True,
) -> list[CachedFile]:
    """Give the files of an official source for a territory, fetching what the cache lacks.

    Parameters
    ----------
    source : str
        Name in the catalogue (``tigis sources list``).
    area : Area, optional
        The part of France; not needed for a source that covers all of it.
    refresh : bool, optional
        Fetch again what is in the cache; the old file stays until the new one is whole and checked.
    online : bool, optional
        Fetch what the cache lacks; otherwise that is an ``OfflineError``, as with ``TIGIS_OFFLINE``.
    cache : Cache, optional
        Where files are kept; by default the user's.
    transport : Transport, optional
        How requests are made.
    progress : bool, optional
        Show a bar on a terminal when it lasts.

    Returns
    -------
    list of CachedFile
        One file, or one per département or extract; each opens like a path.

    Raises
    ------
    DownloadError
        The producer does not give the file; the message says why and what to do.
    OfflineError
        The file is not in the cache and the network may not be used; the message says where to put it.
    DataFileError
        What came is not what was expected: a web page, a cut file, a wrong hash.
    """
    known = find_source(source)
    cache = cache or Cache()
    transport = transport or Transport()
    return [
        _one(request, cache, transport, refresh=refresh, online=online, progress=progress)
        for request in requests_for(known, area)
    ]


def register(
    source: str,
    file: str | os.PathLike[str],
    area: Area | None = None,
    *,
    note: str = "",
    cache: Cache | None = None,
) -> CachedFile:
    """Put a file brought by hand (on a stick, say) into the cache, after the same checks.

    Parameters
    ----------
    source : str
        Name in the catalogue.
    file : path-like
        The file; it is copied.
    area : Area, optional
        What it covers, for a source asked for by territory; one file of the cache only.
    note : str, optional
        What must be known of it; kept with it, and shown by all that is built from it.
    cache : Cache, optional
        Where files are kept; by default the user's.

    Returns
    -------
    CachedFile
        The file in the cache.

    Raises
    ------
    DataFileError
        The file is absent or is not of the format of that source.
    """
    known = find_source(source)
    file = Path(file)
    if not file.is_file():
        raise DataFileError(file, "no such file", f"the file of {source!r} that you brought")
    requests = requests_for(known, area)
    if len(requests) != 1:
        names = ", ".join(request.filename for request in requests)
        raise InputError(
            f"area: it takes {len(requests)} files of {source!r} ({names}); expected one for one file "
            "brought. Say which département it is."
        )
    form = _form_of(file, known)
    check_format(file, form)
    cache = cache or Cache()
    path = cache.place(known.name, _named_by_form(requests[0].filename, file, known))
    with (
        cache.lock(path, Settings().lock_timeout_s),
        _incoming(path) as incoming,
        _explained(path, incoming),
    ):
        shutil.copyfile(file, incoming)
        check_format(incoming, form)
        return cache.put(
            incoming,
            path,
            source=known.name,
            address=file.name,
            obtained="brought",
            on=_today(),
            features=None,
            said={"note": note.strip()} if note.strip() else None,
        )


def _form_of(file: Path, source: Source) -> str:
    """Format to check a file brought by hand against: the source's, or another that its reader takes."""
    form = format_of(file)
    if form not in source.by_hand:
        return source.format
    return "gz" if file.suffix.lower() == ".gz" else form


def _named_by_form(filename: str, file: Path, source: Source) -> str:
    """Name in the cache of a file brought by hand, which keeps the ending of its own format."""
    form = format_of(file)
    if form not in source.by_hand:
        return filename
    return Path(filename).stem + f".{form}" + (".gz" if file.suffix.lower() == ".gz" else "")


def _brought_in_another_form(request: Request, cache: Cache) -> CachedFile | None:
    """Look in the cache for the file of a request, brought by hand in another format of its reader."""
    stem = Path(request.filename).stem
    endings = [ending for form in request.source.by_hand for ending in (f".{form}", f".{form}.gz")]
    places = (cache.place(request.source.name, stem + ending) for ending in endings)
    return next((file for place in places if (file := cache.look(place).file) is not None), None)


def _one(
    request: Request, cache: Cache, transport: Transport, *, refresh: bool, online: bool, progress: bool
) -> CachedFile:
    source = request.source
    path = cache.place(source.name, request.filename)
    entry = cache.look(path)
    there = [file for file in (entry.file, _brought_in_another_form(request, cache)) if file is not None]
    if there and not refresh:
        return max(there, key=lambda file: file.path.stat().st_mtime_ns)  # the last one that was put there
    if entry.state == "unknown" and not refresh:
        return register(source.name, path, _area_of_one(request), cache=cache)
    if offline() or not online:
        raise OfflineError(_by_hand(request, path, entry.state))
    with cache.lock(path, transport.settings.lock_timeout_s):
        entry = cache.look(path)  # another process may have brought it while this one waited
        if entry.file is not None and not refresh:
            return entry.file
        with _incoming(path) as incoming:
            brought = _bring(request, transport, incoming, path, progress=progress)
            with _explained(path, incoming):
                return cache.put(
                    incoming,
                    path,
                    source=source.name,
                    address=brought.address,
                    obtained="fetched",
                    on=_today(),
                    features=brought.features,
                    said=brought.said,
                )


def _bring(request: Request, transport: Transport, incoming: Path, path: Path, *, progress: bool) -> _Brought:
    """Bring one file to `incoming`, checked: pooch gives a temporary file, checks the hash, and moves it."""
    import pooch

    source = request.source
    found = _locate(request, transport)
    brought: list[_Brought] = []

    def downloader(address: str, out: str, _pooch: Any) -> None:
        part = path.with_name(path.name + ".part")
        transport.heard.clear()
        with _bar(path.name, source, shown=progress) as advance, _explained(path, part):
            if source.kind in ("wfs", "pages"):
                write = write_features if source.kind == "wfs" else write_pages
                features = write(request, transport, part, advance)
                brought.append(_Brought(request_address(request), features, dict(transport.heard) or None))
            else:
                said = transport.download(address, part, source.requests_per_s, advance)
                brought.append(_Brought(address, None, {**said, **(found.said or {})}))
            check_format(part, source.format)
            part.replace(out)
        part.with_name(part.name + ".json").unlink(missing_ok=True)

    try:
        with _quiet(pooch.get_logger()):
            pooch.retrieve(
                found.address,
                found.known_hash,
                fname=incoming.name,
                path=incoming.parent,
                downloader=downloader,
            )
    except ValueError as error:
        if "hash" not in str(error).lower():
            raise
        raise DataFileError(
            path,
            "a hash that is not the producer's",
            str(found.known_hash),
            "The file was damaged on its way, or changed while it was read: fetch it again.",
        ) from error
    return brought[0]


def _locate(request: Request, transport: Transport) -> _Brought:
    """Find the address and the hash that the producer gives now."""
    if request.source.kind == "atom":
        archive = newest_archive(request, transport)
        return _Brought(archive.address, None, {"edition": archive.edition}, archive.known_hash)
    if request.checksum:
        said = transport.read(request.checksum, (), request.source.requests_per_s).decode("ascii", "replace")
        digest = said.split()[0].lower() if said.split() else ""
        if len(digest) != 32 or not all(sign in "0123456789abcdef" for sign in digest):
            raise DataFileError(
                request.checksum.rpartition("/")[2], f"{said[:40]!r}", "an MD5 of 32 hexadecimal signs"
            )
        return _Brought(request.shown_address, known_hash=f"md5:{digest}")
    return _Brought(request.shown_address)


def request_address(request: Request) -> str:
    """Address that a record keeps: with what was asked of the service."""
    from urllib.parse import urlencode

    if request.source.kind != "wfs":
        return request.shown_address
    return f"{request.address}?{urlencode(question(request))}"


@contextmanager
def _incoming(path: Path) -> Iterator[Path]:
    """Where the checked file waits before it takes its place: a folder of this user alone."""
    with private_folder(path.parent) as folder:
        yield folder / path.name


@contextmanager
def _explained(path: Path, part: Path) -> Iterator[None]:
    """Say what a fault of the disk means; remove a part that is wrong, or that fills the disk."""
    try:
        yield
    except DataFileError:
        part.unlink(missing_ok=True)
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        if full:
            part.unlink(missing_ok=True)
        reason = "the disk is full; what had come of it is removed" if full else str(error)
        raise DownloadError(
            f"{path}: can't be written: {reason}. Make room, or set TIGIS_CACHE to a folder on another disk."
        ) from error


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep a logger from speaking of what tiGIS says itself."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _by_hand(request: Request, path: Path, state: str) -> str:
    wrong = {
        "changed": " (the file there is not the one of its record)",
        "foreign": " (another user put the file there, in a folder that anybody may write)",
    }.get(state, "")
    why = ", and TIGIS_OFFLINE is set" if offline() else ""
    return (
        f"{path.name} is not in the cache{wrong}{why}. Where there is a network, fetch "
        f"{request_address(request)} and put it at {path} - or register it: "
        f"tigis data get {request.source.name}{_options(request)} --from FILE."
    )


def _options(request: Request) -> str:
    """Options of the command line that ask for this file alone."""
    if request.area is None or request.source.scope == "france":
        return ""
    one = _area_of_one(request)
    if request.source.scope in ("departement", "extract") and one is not None:
        return f" --departement {one.departements[0]}"
    return f" --territory {request.area.label}"


def _area_of_one(request: Request) -> Area | None:
    """Area that asks for this file alone."""
    if request.area is None or request.source.scope not in ("departement", "extract"):
        return request.area
    only = [code for code in request.area.departements if _filename(request, code) == request.filename]
    return Area(request.area.label, departements=tuple(only[:1]))


def _filename(request: Request, departement: str) -> str:
    return requests_for(request.source, Area("one", departements=(departement,)))[0].filename


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


@contextmanager
def _bar(name: str, source: Source, *, shown: bool) -> Iterator[Progress]:
    """Show a bar after two seconds, on a terminal only."""
    from tqdm import tqdm

    in_bytes = source.kind in ("file", "atom")
    with tqdm(
        desc=name,
        unit="B" if in_bytes else " rows",
        unit_scale=in_bytes,
        delay=2,
        leave=False,
        disable=None if shown else True,
    ) as bar:

        def advance(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
