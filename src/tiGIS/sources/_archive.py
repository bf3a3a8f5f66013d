"""Archives opened safely: members are read in memory, and nothing is ever unpacked on the disk.

An archive comes from outside. One whose members climb out of their folder (``../``), are absolute, are
encrypted, come twice, are symbolic links, or swell beyond a limit is refused with a ``DataFileError``.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path

from tiGIS._errors import DataFileError
from tiGIS._validate import shown

MOST_UNPACKED = 2 * 1024**3
"""Largest total size in bytes that an archive may swell to: more than any official file we read."""

_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_AGAIN = "Download it again from its producer."


def list_members(
    path: str | Path, *, content: bytes | None = None, most_unpacked: int = MOST_UNPACKED
) -> list[str]:
    """List the files of a zip archive, once the archive is known to be safe.

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
        Not a zip archive, or one that is not safe to open.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path if content is None else io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except FileNotFoundError:
        raise _absent(path) from None
    except _BROKEN as error:
        raise DataFileError(path, f"it can't be opened ({error})", "a zip archive", _AGAIN) from error
    _refuse_unsafe(path, infos, most_unpacked)
    return [info.filename for info in infos if not info.is_dir()]


def find_member(path: str | Path, pattern: str, *, most_unpacked: int = MOST_UNPACKED) -> str:
    """Find the one member of a zip archive whose file name fits a pattern.

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
    fitting = [name for name in members if fnmatchcase(_parts(name)[-1].lower(), pattern.lower())]
    if len(fitting) != 1:
        found = f"{len(fitting)} members like {pattern!r} among {shown(members)}"
        raise DataFileError(path, found, "one", _AGAIN)
    return fitting[0]


def read_member(path: str | Path, name: str, *, most_unpacked: int = MOST_UNPACKED) -> bytes:
    """Read one member of a zip archive.

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
    members = list_members(path, most_unpacked=most_unpacked)
    if name not in members:
        raise DataFileError(path, f"no member {name!r} among {shown(members)}", "that member", _AGAIN)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
            return _read_bounded(stream, path, most_unpacked)
    except _BROKEN as error:
        raise DataFileError(path, f"member {name!r} is broken ({error})", "a sound one", _AGAIN) from error


def gdal_path(path: str | Path, name: str, *, most_unpacked: int = MOST_UNPACKED) -> str:
    """Path by which GDAL (pyogrio, rasterio) reads a member of a zip archive in place.

    Parameters
    ----------
    path : path-like
        The archive.
    name : str
        The member's full name.
    most_unpacked : int, default 2 GiB
        See `list_members`.

    Returns
    -------
    str
        ``"/vsizip/{...}/name"``.

    Raises
    ------
    DataFileError
        The member is absent, or the archive is not safe.
    """
    members = list_members(path, most_unpacked=most_unpacked)
    if name not in members:
        raise DataFileError(path, f"no member {name!r} among {shown(members)}", "that member", _AGAIN)
    return f"/vsizip/{{{Path(path).resolve().as_posix()}}}/{name}"


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
            if not packed:
                return _read_bounded(plain, path, most_unpacked)
            with gzip.GzipFile(fileobj=plain) as stream:
                return _read_bounded(stream, path, most_unpacked)
    except FileNotFoundError:
        raise _absent(path) from None
    except _BROKEN as error:
        raise DataFileError(path, f"it can't be read ({error})", "a sound file", _AGAIN) from error


def _read_bounded(stream: object, path: str | Path, most: int) -> bytes:
    """Read a stream to its end, or refuse it once it has given more than ``most`` bytes."""
    chunks: list[bytes] = []
    total = 0
    while chunk := stream.read(_CHUNK):  # type: ignore[attr-defined]
        total += len(chunk)
        if total > most:
            raise _too_large(path, f"more than {most:,} bytes come out of it", most)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_unsafe(path: Path, infos: list[zipfile.ZipInfo], most: int) -> None:
    names = [info.filename for info in infos]
    climbing = [name for name in names if _climbs(name)]
    if climbing:
        raise DataFileError(
            path,
            f"members outside its own folder: {shown(climbing)}",
            "relative names without '..'",
            "Don't open it: such an archive is made to write over other files.",
        )
    if len(set(names)) < len(names):
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise DataFileError(path, f"members that come more than once: {shown(doubled)}", "each once", _AGAIN)
    links = [info.filename for info in infos if stat.S_ISLNK(info.external_attr >> 16)]
    if links:
        raise DataFileError(path, f"members that are symbolic links: {shown(links)}", "plain files", _AGAIN)
    secret = [info.filename for info in infos if info.flag_bits & 0x1]
    if secret:
        action = "Open it with its password in another tool, and give tiGIS the file that was inside."
        raise DataFileError(path, f"encrypted members: {shown(secret)}", "members in clear", action)
    total = sum(info.file_size for info in infos)
    if total > most:
        raise _too_large(path, f"its members swell to {total:,} bytes", most)


def _parts(name: str) -> list[str]:
    """Parts of a member's name: both kinds of slash separate, since Windows takes both."""
    return [part for part in re.split(r"[/\\]", name) if part]


def _climbs(name: str) -> bool:
    return (
        name.startswith(("/", "\\"))
        or re.match(r"[A-Za-z]:", name) is not None
        or not _parts(name)
        or ".." in _parts(name)
    )


def _absent(path: Path) -> DataFileError:
    return DataFileError(path, "no such file", f"it in {path.parent}", "Check the path, or download it.")


def _too_large(path: str | Path, found: str, most: int) -> DataFileError:
    return DataFileError(
        path, found, f"at most {most:,}", "Raise most_unpacked if you know that the file is sound."
    )
