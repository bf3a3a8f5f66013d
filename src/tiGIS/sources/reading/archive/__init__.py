"""Archives opened safely: zip and 7z, told by their first bytes.

An archive comes from outside. One whose members climb out of their folder (``../``), are absolute, are
encrypted, come twice, are symbolic links, or swell beyond a limit is refused with a ``DataFileError``.
Members are read in memory; those that GDAL shall read are unpacked into a temporary folder.
"""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from fnmatch import fnmatchcase
from pathlib import Path

from tiGIS._errors import DataFileError
from tiGIS._files import replacing
from tiGIS._validate import shown
from tiGIS.sources.reading.archive.entries import (
    AGAIN,
    MOST_UNPACKED,
    parts,
    refuse_unsafe,
    refuse_unwritable,
    siblings,
    too_large,
)
from tiGIS.sources.reading.archive.seven_zip.reader import SIGNATURE, SevenZipReader
from tiGIS.sources.reading.archive.zip_reader import BROKEN, ZipReader

__all__ = [
    "BROKEN",
    "MOST_UNPACKED",
    "LayerArchive",
    "find_member",
    "list_members",
    "opened_layers",
    "read_file",
    "read_member",
    "unpack",
    "unpacked_layer",
]

_CHUNK = 1 << 20
_ANY_SIZE, _MOST_SWELLING = 1 << 24, 60
_Reader = ZipReader | SevenZipReader


def list_members(
    path: str | Path, *, content: bytes | None = None, most_unpacked: int = MOST_UNPACKED
) -> list[str]:
    """List the files of a zip or 7z archive, once it is known to be safe.

    Parameters
    ----------
    path : path-like
        The archive.
    content : bytes, optional
        Its bytes, where they are already at hand (an archive within another); ``path`` names it in errors.
    most_unpacked : int, default 2 GiB
        Total size in bytes of the unpacked members, beyond which the archive is refused.

    Returns
    -------
    list of str
        Names of the members in the archive's order, folders left out.

    Raises
    ------
    DataFileError
        Not a zip or 7z archive, or one that is not safe to open.
    """
    with _opened(path, most_unpacked, content) as archive:
        return _files(archive)


def find_member(path: str | Path, pattern: str, *, most_unpacked: int = MOST_UNPACKED) -> str:
    """Find the one member of an archive whose file name fits a pattern.

    Parameters
    ----------
    path : path-like
        The archive.
    pattern : str
        Shell pattern (``"*.xlsx"``) for the name without its folders; case doesn't matter.
    most_unpacked : int, default 2 GiB
        See `list_members`.

    Returns
    -------
    str
        The member's full name.

    Raises
    ------
    DataFileError
        No member fits, or several do, or the archive is not safe.
    """
    members = list_members(path, most_unpacked=most_unpacked)
    fitting = [name for name in members if fnmatchcase(parts(name)[-1].lower(), pattern.lower())]
    if len(fitting) != 1:
        found = f"{len(fitting)} members like {pattern!r} among {shown(members)}"
        raise DataFileError(path, found, "one", AGAIN)
    return fitting[0]


def read_member(path: str | Path, name: str, *, most_unpacked: int = MOST_UNPACKED) -> bytes:
    """Read one member of an archive.

    Parameters
    ----------
    path : path-like
        The archive.
    name : str
        The member's full name, as `list_members` or `find_member` gives it.
    most_unpacked : int, default 2 GiB
        See `list_members`; what really comes out is counted too, whatever the archive says of itself.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    DataFileError
        The member is absent or broken, or the archive is not safe.
    """
    path = Path(path)
    with _opened(path, most_unpacked) as archive:
        _need(path, name, _files(archive))
        return b"".join(_bounded(_pieces(archive, name), path, most_unpacked))


@contextmanager
def unpacked_layer(path: str | Path, name: str, *, most_unpacked: int = MOST_UNPACKED) -> Iterator[Path]:
    """Unpack a member, and those of the same name but for the suffix, for the time that GDAL reads it.

    Parameters
    ----------
    path : path-like
        The archive.
    name : str
        The member's full name.
    most_unpacked : int, default 2 GiB
        See `list_members`.

    Yields
    ------
    Path
        The unpacked member, in a temporary folder that is removed at the end.

    Raises
    ------
    DataFileError
        The member is absent, has a name that is not plain, or the archive is not safe.
    """
    with opened_layers(path, most_unpacked=most_unpacked) as archive:
        yield archive.unpacked(name)


@contextmanager
def opened_layers(path: str | Path, *, most_unpacked: int = MOST_UNPACKED) -> Iterator[LayerArchive]:
    """Open an archive whose layers are read one after the other; see `unpacked_layer`."""
    path = Path(path)
    with (
        _opened(path, most_unpacked) as archive,
        tempfile.TemporaryDirectory(prefix="tigis-", ignore_cleanup_errors=True) as folder,
    ):
        yield LayerArchive(path, archive, Path(folder), most_unpacked)


class LayerArchive:
    """An archive of layers, open: ``names`` of its files, each unpacked once it is asked for."""

    def __init__(self, path: Path, archive: _Reader, folder: Path, most_unpacked: int) -> None:
        self.names = _files(archive)
        self._path, self._archive, self._folder, self._most = path, archive, folder, most_unpacked
        self._targets: dict[str, Path] = {}

    def unpacked(self, name: str) -> Path:
        """Give a member on disk, those of the same name but for the suffix beside it."""
        _need(self._path, name, self.names)
        targets = {other: Path(self._folder, *parts(other)) for other in siblings(self.names, name)}
        missing = {other: target for other, target in targets.items() if other not in self._targets}
        refuse_unwritable(self._path, [*self._targets, *missing])
        for other, pieces in self._archive.contents(list(missing)):
            missing[other].parent.mkdir(parents=True, exist_ok=True)
            with missing[other].open("wb") as out:
                out.writelines(_bounded(pieces, self._path, self._most))
        self._targets |= missing
        return targets[name]


def unpack(
    path: str | Path, names: Sequence[str], folder: str | Path, *, most_unpacked: int = MOST_UNPACKED
) -> list[Path]:
    """Write members of an archive into a folder, each checked by its CRC before it takes its name.

    Parameters
    ----------
    path : path-like
        The archive.
    names : sequence of str
        Full names of the members, as `list_members` gives them.
    folder : path-like
        Where to write them, in their own folders; made if need be.
    most_unpacked : int, default 2 GiB
        See `list_members`.

    Returns
    -------
    list of Path
        The files written, in the order of `names`.

    Raises
    ------
    DataFileError
        A member is absent or broken, has a name that can't be written, or the archive is not safe.

    Examples
    --------
    >>> import tempfile, pathlib, zipfile
    >>> from tiGIS.sources import list_members, unpack
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = pathlib.Path(folder, "RGEALTI_D030.zip")
    ...     with zipfile.ZipFile(archive, "w") as new:
    ...         new.writestr("donnees/dalle.asc", "ncols 1")
    ...         new.writestr("LISEZ-MOI.pdf", "...")
    ...     tiles = [name for name in list_members(archive) if name.endswith(".asc")]
    ...     [file.relative_to(folder).as_posix() for file in unpack(archive, tiles, folder)]
    ['donnees/dalle.asc']
    """
    targets = {name: Path(folder, *parts(name)) for name in names}
    _unpack(Path(path), targets, most_unpacked)
    return [targets[name] for name in names]


def _unpack(path: Path, targets: dict[str, Path], most_unpacked: int) -> None:
    """Write members where they shall be, each checked by its CRC before it takes its name."""
    with _opened(path, most_unpacked) as archive:
        known = _files(archive)
        for name in targets:
            _need(path, name, known)
        refuse_unwritable(path, targets)
        for name, pieces in archive.contents(list(targets)):
            target = targets[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as whole, whole.open("wb") as out:
                for piece in _bounded(pieces, path, most_unpacked):
                    out.write(piece)


def read_file(path: str | Path, *, most_unpacked: int = MOST_UNPACKED) -> bytes:
    """Read a file that may be packed with gzip (told by its first bytes, not by its name).

    Parameters
    ----------
    path : path-like
        The file.
    most_unpacked : int, default 2 GiB
        Size in bytes of the content, beyond which the file is refused.

    Returns
    -------
    bytes
        Its content, unpacked.

    Raises
    ------
    DataFileError
        The file is absent or broken, or swells beyond the limit.
    """
    path = Path(path)
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            if packed:  # text packs to a tenth; what swells far more was made to fill the memory
                most_unpacked = min(most_unpacked, max(_ANY_SIZE, _MOST_SWELLING * path.stat().st_size))
            with gzip.GzipFile(fileobj=plain) if packed else nullcontext(plain) as stream:
                pieces = iter(lambda: stream.read(_CHUNK), b"")
                return b"".join(_bounded(pieces, path, most_unpacked))
    except FileNotFoundError:
        raise _absent(path) from None
    except BROKEN as error:
        raise DataFileError(path, f"it can't be read ({error})", "a sound file", AGAIN) from error


@contextmanager
def _opened(path: str | Path, most_unpacked: int, content: bytes | None = None) -> Iterator[_Reader]:
    """Open an archive by what its first bytes say that it is, and refuse it if it is not safe."""
    path = Path(path)
    try:
        stream = path.open("rb") if content is None else io.BytesIO(content)
    except FileNotFoundError:
        raise _absent(path) from None
    except OSError as error:
        raise DataFileError(path, f"it can't be opened ({error})", "an archive") from error
    with stream:
        is_seven_zip = stream.read(len(SIGNATURE)) == SIGNATURE
        stream.seek(0)
        archive: _Reader = (SevenZipReader if is_seven_zip else ZipReader)(path, stream)
        refuse_unsafe(path, archive.members, most_unpacked)
        yield archive


def _files(archive: _Reader) -> list[str]:
    return [member.name for member in archive.members if not member.is_folder]


def _pieces(archive: _Reader, name: str) -> Iterator[bytes]:
    for _, pieces in archive.contents([name]):
        yield from pieces


def _need(path: Path, name: str, members: list[str]) -> None:
    if name not in members:
        raise DataFileError(path, f"no member {name!r} among {shown(members)}", "that member", AGAIN)


def _bounded(pieces: Iterable[bytes], path: Path, most: int) -> Iterator[bytes]:
    """Give pieces until their end, or refuse them once they are more than ``most`` bytes."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise too_large(path, f"more than {most:,} bytes come out of it", most)
        yield piece


def _absent(path: Path) -> DataFileError:
    return DataFileError(path, "no such file", f"it in {path.parent}", "Check the path, or download it.")
