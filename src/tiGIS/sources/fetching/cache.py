"""The cache: a folder of the user where each file stands beside a record of where it came from.

A file is only ever given when its SHA-256 is the one of its record. A new version is written beside the old
one, announced in the record (``next``), moved into place, then confirmed: stopped anywhere, the record still
tells which of the two the file is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tiGIS._errors import DownloadError
from tiGIS._files import PRIVATE, is_plain, is_planted, write_text

_RECORD = ".tigis.json"
_LEFT = re.compile(r"(\.part|\.part\.json|\.incoming|\.tmp)$|^tmp[a-z0-9_]{8}$")
_LOCK = ".lock"


def cache_folder() -> Path:
    """Folder of the cache: ``TIGIS_CACHE``, or the one that the platform keeps for such files.

    Returns
    -------
    Path
        It may not exist yet.
    """
    chosen = os.environ.get("TIGIS_CACHE", "").strip()
    if chosen:
        return Path(chosen).expanduser()
    import pooch

    return Path(pooch.os_cache("tiGIS"))


@dataclass(frozen=True)
class CachedFile:
    """A file of the cache, checked, and where it came from. It can be opened like a path.

    Attributes
    ----------
    path : Path
        Where it is.
    source : str
        Its name in the catalogue.
    address : str
        Where it was fetched from; the file's name where it was brought by hand.
    obtained : {"fetched", "brought"}
        Whether tiGIS fetched it or the user brought it.
    on : str
        Day it entered the cache (ISO).
    sha256 : str
        Its hash.
    size_bytes : int
        Its size.
    features : int or None
        How many rows or features it holds, where the producer announced it.
    said : dict of str
        What the server said of it (``etag``, ``last_modified``, ``edition``), the copy of the producer that
        it was fetched from (``mirror``), and what must be known of it (``note``).
    """

    path: Path
    source: str
    address: str
    obtained: str
    on: str
    sha256: str
    size_bytes: int
    features: int | None = None
    said: dict[str, str] | None = None

    def __fspath__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Entry:
    """What lies at a place of the cache: a checked file, or what is wrong with it."""

    path: Path
    file: CachedFile | None
    state: str


class Cache:
    """Files of the cache by source and name.

    Parameters
    ----------
    folder : Path, optional
        Where; by default :func:`cache_folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder()

    @property
    def writers(self) -> str:
        """Who else may change what is there: nobody (``""``), ``"group"``, ``"owner"`` or ``"anybody"``."""
        if not hasattr(os, "geteuid") or not self.folder.exists():
            return ""
        status = self.folder.stat()
        if status.st_mode & stat.S_IWOTH:
            return "anybody"
        if status.st_uid not in (os.geteuid(), 0):
            return "owner"
        return "group" if status.st_mode & stat.S_IWGRP and status.st_gid != os.getegid() else ""

    def _planted(self, folder: Path) -> bool:
        """Whether the cache, or a folder of it, was put there by another user where anybody may write."""
        return any(is_planted(step) for step in (folder, self.folder, self.folder.resolve()))

    def place(self, source: str, filename: str) -> Path:
        """Where a file stands, or would."""
        return self.folder / source / filename

    def look(self, path: Path, *, by_size: bool = False) -> Entry:
        """See what lies at a place: ``ok``, ``absent``, ``changed``, ``unknown`` (no record) or ``cut``.

        In a folder that anybody may write, what another user put there is ``foreign``: it is not taken.
        With ``by_size``, the size alone is compared with the record: quick, for a list.
        """
        record = _read_record(path)
        if not path.is_file():
            return Entry(path, None, "absent")
        if self._planted(path.parent) or is_planted(path) or is_planted(_beside(path, _RECORD)):
            return Entry(path, None, "foreign")
        if record is None:
            return Entry(path, None, "unknown")
        key, found = ("size_bytes", path.stat().st_size) if by_size else ("sha256", sha256(path))
        for version in (record.get("now"), record.get("next")):
            if isinstance(version, dict) and version.get(key) == found:
                with suppress(TypeError):  # a record of another form: as good as none
                    return Entry(path, CachedFile(path=path, **version), "ok")
        return Entry(path, None, "changed")

    def put(self, incoming: Path, path: Path, **facts: Any) -> CachedFile:
        """Move a checked file into its place, with its record; both stay right if stopped anywhere."""
        file = CachedFile(path=path, sha256=sha256(incoming), size_bytes=incoming.stat().st_size, **facts)
        version = {key: value for key, value in asdict(file).items() if key != "path"}
        before = self.look(path).file
        now = None if before is None else {k: v for k, v in asdict(before).items() if k != "path"}
        _write_record(path, {"now": now, "next": version})
        incoming.replace(path)
        with suppress(OSError):  # a disk that is full by now: what was announced tells that the file is right
            _write_record(path, {"now": version})
        return file

    @contextmanager
    def lock(self, path: Path, timeout_s: float) -> Iterator[None]:
        """Keep other processes from fetching the same file; the system frees it if this one dies."""
        from filelock import FileLock, Timeout

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (path.parent, self.folder):
                if self._planted(folder):
                    raise PermissionError(f"{folder} is another user's, where anybody may write")
            lock = _beside(path, _LOCK)
            if is_planted(lock) or not is_plain(lock):  # it would be opened, and emptied, where it leads
                lock.unlink(missing_ok=True)
            shared = path.parent.stat().st_mode & stat.S_IWGRP
            held = FileLock(lock, timeout=timeout_s, mode=0o664 if shared else 0o644)
            held.acquire()
        except Timeout as error:
            raise DownloadError(
                f"{path.name}: another tiGIS has been fetching it for more than {timeout_s:.0f} s. "
                "Wait for it to end, or end it, then try again."
            ) from error
        except OSError as error:
            raise DownloadError(
                f"{path.parent}: the cache can't be written ({error}). Set TIGIS_CACHE to a folder of yours."
            ) from error
        try:
            yield
        finally:
            held.release()

    def entries(self, *, by_size: bool = False) -> list[Entry]:
        """All files of the cache, in order, with their state; half-fetched ones are ``cut``."""
        found = []
        folders = [one for one in self.folder.glob("*/") if not one.is_symlink() and not self._planted(one)]
        for path in sorted(path for folder in folders for path in folder.iterdir()):
            if path.name.endswith((_RECORD, _LOCK, ".part.json", ".tmp")):
                continue
            if not path.is_file() and not path.name.startswith(PRIVATE):
                continue
            cut = path.name.startswith(PRIVATE) or _LEFT.search(path.name)
            found.append(Entry(path, None, "cut") if cut else self.look(path, by_size=by_size))
        return found

    def clean(self, source: str | None = None, *, everything: bool = False) -> list[Path]:
        """Remove what is half-fetched or does not match its record, or all of it; gives what was removed."""
        removed = []
        for entry in self.entries():
            if source not in (None, entry.path.parent.name) or _in_use(entry.path):
                continue
            if everything or entry.state in ("cut", "changed"):
                _remove(entry.path)
                removed.append(entry.path)
                for kind in (_RECORD, _LOCK) if entry.state != "cut" else ():
                    _beside(entry.path, kind).unlink(missing_ok=True)
                entry.path.with_name(entry.path.name + ".json").unlink(missing_ok=True)
        return removed


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    import pooch

    return str(pooch.file_hash(str(path), alg="sha256"))


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(path.name + kind)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _in_use(path: Path) -> bool:
    """Whether a process holds the lock of a file, or of the file that a half-fetched one is a part of."""
    from filelock import FileLock, Timeout

    whole = path.with_name(_LEFT.sub("", path.name) or path.name)
    lock = _beside(whole, _LOCK)
    locks = [lock] if lock.exists() else list(path.parent.glob("*" + _LOCK)) if whole == path else []
    for known in locks:
        try:
            with FileLock(known, timeout=0):
                continue
        except Timeout:
            return True
    return False


def _read_record(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(_beside(path, _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # absent, or not ours: the file counts as unknown
        return None
    return record if isinstance(record, dict) else None


def _write_record(path: Path, record: dict[str, Any]) -> None:
    write_text(_beside(path, _RECORD), json.dumps(record, ensure_ascii=False, indent=1) + "\n")
