"""A dossier appears whole or not at all, and takes the place of an earlier one as a whole.

What stands for a dossier called NAME, in the folder around it, and in which order it comes and goes:

1. ``.tigis-NAME.lock`` is held: one gathering at a time. It is removed at the end.
2. All is written in ``new``, within the private folder ``.tigis-NAME.tmp-XXXXXXXX``; its report comes last.
3. The dossier that stood there moves aside: NAME becomes ``.tigis-NAME.aside``.
4. ``new`` becomes NAME.
5. The one aside moves into the private folder, which is removed.

Each move is one step of the file system. Of a run that was killed, the next one knows where it stopped: aside
without NAME, between 3 and 4, and the one aside goes back; aside beside NAME, between 4 and 5, and the one
aside is removed. A private folder whose lock nobody holds is rubbish.

Nothing is removed that a report does not list: a folder with files of somebody's own is refused.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tiGIS._errors import InputError
from tiGIS._files import PRIVATE, is_planted

Strangers = Callable[[Path], list[str]]


@contextmanager
def replaced_whole(out: Path, strangers: Strangers) -> Iterator[Path]:
    """Give a folder to write in, which takes the place of ``out`` when the block ends without error.

    Parameters
    ----------
    out : Path
        Where it will stand; an empty folder or an earlier one there is replaced.
    strangers : callable
        Tells which files of a folder may not be removed.

    Yields
    ------
    Path
        The folder to write in; what is put beside it goes away at the end.

    Raises
    ------
    InputError
        ``out`` can't be replaced, holds strangers, or another process is writing it.
    """
    out = out.resolve()  # of a link, the folder that it leads to
    if out in (here := Path.cwd(), *here.parents):
        raise InputError(
            f"out: {out} is the folder from which this runs, or holds it; expected one that can be replaced "
            "as a whole. Give the name of a folder within, such as dossier."
        )
    if out.exists() and not out.is_dir():
        raise InputError(f"out: {out} is a file; expected a folder to write in. Choose another place.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            _recover(out)
            _require_no_strangers(out, out, strangers)
            with tempfile.TemporaryDirectory(
                prefix=_private(out), dir=out.parent, ignore_cleanup_errors=True
            ) as private:
                new = Path(private, "new")
                new.mkdir()
                yield new
                _swap(new, out, strangers)
    except OSError as error:
        raise InputError(
            f"out: {out} can't be written ({error}); expected a folder that can be made, and replaced as a "
            "whole, in a folder that may be written. Close what has its files open, or choose another place."
        ) from error


def aside(out: Path) -> Path:
    """Where the earlier folder waits while the new one takes its place."""
    return out.with_name(f"{PRIVATE}{out.name}.aside")


def _private(out: Path) -> str:
    return f"{PRIVATE}{out.name}.tmp-"


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other processes from writing the same folder; the system frees it if this one dies."""
    from filelock import FileLock, Timeout

    lock = out.with_name(f"{PRIVATE}{out.name}.lock")
    if lock.is_symlink():  # it would be opened where it leads
        lock.unlink()
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise InputError(
            f"out: another tiGIS is writing {out}; expected a folder that nobody else writes. "
            "Wait for it to end, or choose another place."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file: there it stays, empty
            lock.unlink()
        held.release()


def _recover(out: Path) -> None:
    """Put right what a killed run left; the lock is held, so that no other run needs it."""
    earlier = aside(out)
    rubbish = re.compile(re.escape(_private(out)) + "[a-z0-9_]{8}")
    left = [path for path in out.parent.iterdir() if rubbish.fullmatch(path.name)]
    if earlier.is_dir() and not earlier.is_symlink() and not is_planted(earlier):
        if out.exists():
            left.append(earlier.rename(tempfile.mkdtemp(prefix=_private(out), dir=out.parent)))
        else:
            earlier.rename(out)
    for path in left:
        if not path.is_symlink() and not is_planted(path):
            shutil.rmtree(path, ignore_errors=True)


def _require_no_strangers(folder: Path, out: Path, strangers: Strangers) -> None:
    found = strangers(folder) if folder.is_dir() else []
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise InputError(
            f"out: {out} holds what is of no dossier ({', '.join(found[:3])}{more}); expected a new or empty "
            "folder, or a dossier, which is replaced as a whole. Nothing was changed: move those files "
            "elsewhere, or choose another folder."
        )


def _swap(new: Path, out: Path, strangers: Strangers) -> None:
    earlier = aside(out)
    try:
        if out.exists():
            shutil.copymode(out, new)
            out.rename(earlier)
            _require_no_strangers(earlier, out, strangers)  # put there since the beginning
        new.rename(out)
    finally:
        if earlier.exists():
            earlier.rename(new.with_name("old") if out.exists() else out)
