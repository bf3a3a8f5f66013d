"""Files appear whole or not at all: written under a temporary name beside their place, then moved."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tiGIS._errors import InputError

PRIVATE = ".tigis-"  # how the folders of this user alone begin, where files wait until they are whole
_PRIVATE_FOLDER = re.compile(re.escape(PRIVATE) + "[a-z0-9_]{8}")
_LOCK = ".lock"


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """
    Give a temporary place for a file of the same name, moved to ``path`` when the block ends without error.

    The folder of ``path`` is made where it lacks. The temporary place is in a folder of its own, so that
    drivers which ask for an ending, or write beside the file, find what they expect.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with private_folder(target.parent) as folder:
        temporary = folder / target.name
        yield temporary
        temporary.replace(target)


@contextmanager
def replacing_together(folder: str | Path, instead_of: Collection[str] = ()) -> Iterator[Path]:
    """
    Give a temporary place for several files, all moved to ``folder`` when the block ends without error.

    Files there of the names ``instead_of`` are those of an earlier time: they go, whether or not a new one
    takes their place.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with private_folder(target) as private:
        yield private
        for name in instead_of:
            (target / name).unlink(missing_ok=True)
        for path in sorted(private.iterdir()):
            if path.name != _LOCK:
                path.replace(target / path.name)


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """
    Give a folder of this user's alone within another one, removed at the end.

    Its lock is held meanwhile, and freed by the system if this process is killed: folders that killed ones
    left in the same place are known by that, and removed first.
    """
    from filelock import FileLock

    _remove_left(parent)
    with (
        tempfile.TemporaryDirectory(dir=parent, prefix=PRIVATE, ignore_cleanup_errors=True) as folder,
        FileLock(Path(folder, _LOCK)),
    ):
        yield Path(folder)


def _remove_left(parent: Path) -> None:
    from filelock import FileLock, Timeout

    for path in parent.iterdir():
        lock = path / _LOCK
        if _PRIVATE_FOLDER.fullmatch(path.name) and is_plain(lock) and not is_planted(path):
            with suppress(Timeout, OSError), FileLock(lock, timeout=0):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def growing(path: Path, have: int = 0) -> Iterator[BinaryIO]:
    """
    Open a file that may grow from run to run under a known name, cut after its first ``have`` bytes.

    Where others can write too, they may have put a link there, to have another file of this user overwritten:
    what is no plain file of this user's own is removed first, and nothing is ever written through a link.
    """
    anew = not have or not is_own(path)
    if anew:
        path.unlink(missing_ok=True)
        have = 0

    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    flags |= os.O_CREAT | os.O_EXCL if anew else 0
    with os.fdopen(os.open(path, flags, 0o666), "ab") as out:  # looked at, and only then cut and written
        there = os.fstat(out.fileno())
        if not (_plain_own(there) and os.path.samestat(there, path.lstat())):
            raise OSError(errno.EPERM, "another user put something in its place", str(path))
        out.truncate(have)
        yield out


def is_own(path: Path) -> bool:
    """Whether a plain file of this user's stands there: no link to another one, nothing of somebody else."""
    try:
        return _plain_own(path.lstat())
    except OSError:
        return False


def is_planted(path: Path) -> bool:
    """Whether another user put it there, in a folder that anybody may write; one of a group is trusted."""
    try:
        folder, file = path.parent.stat(), path.lstat()
    except OSError:  # nothing there
        return False
    if not hasattr(os, "geteuid") or not folder.st_mode & stat.S_IWOTH:
        return False
    return file.st_uid not in {os.geteuid(), folder.st_uid, 0}


def is_plain(path: Path) -> bool:
    """Whether a file of this one name stands there: no link, symbolic or hard, to another."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _plain_own(status: os.stat_result) -> bool:
    user = os.geteuid() if hasattr(os, "geteuid") else status.st_uid
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == user


def write_text(path: str | Path, text: str) -> Path:
    """Write a text in UTF-8, with the same line ends everywhere; give its path."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def require_ending(path: str | Path, endings: Collection[str]) -> None:
    """Refuse to write a file under the ending of another format."""
    ending = Path(path).suffix
    if ending.lower() not in endings:
        wanted = " or ".join(endings)
        found = f"ends in {ending!r}" if ending else "has no ending"
        raise InputError(
            f"{path}: it {found}; expected {wanted}, the format that is written here. "
            f"Give it a name such as {Path(path).with_suffix(next(iter(endings))).name!r}."
        )


def require_writable(path: str | Path, *, folder: bool = False) -> None:
    """Refuse, before the work, a file (or a folder) that can't be written where it is wanted."""
    target = Path(path)
    if target.exists() and target.is_dir() != folder:
        found, expected = ("a folder", "a file") if target.is_dir() else ("a file", "a folder")
        raise InputError(f"{path}: it is {found}; expected the name of {expected} to write.")
    place = target if folder else target.parent
    there = next(parent for parent in (place, *place.absolute().parents) if parent.exists())
    if not there.is_dir():
        raise InputError(f"{path}: {there} is a file; expected a folder to write in. Choose another place.")
    try:  # rights alone don't tell: a disk may be read-only, a place may take no files
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise InputError(
            f"{path}: nothing can be written in {there} ({error.strerror or error}); expected a folder that "
            "may be written. Choose another place."
        ) from error


def is_a_file(path: str | Path) -> bool:
    """Say whether there is a file of that name; no for a name that no system takes (too long, with NUL)."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False
