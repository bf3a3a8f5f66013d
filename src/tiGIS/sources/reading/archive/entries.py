"""What an archive says that it holds, and whether that is safe to open: the same rules for every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiGIS._errors import DataFileError
from tiGIS._validate import shown

MOST_UNPACKED = 2 * 1024**3
"""Largest total size in bytes that an archive may swell to: more than any official file we read."""

_READ_BESIDE = (".dbf", ".shx", ".prj", ".cpg", ".cst", ".xsd", ".dat", ".map", ".id", ".ind")

AGAIN = "Download it again from its producer."


@dataclass(frozen=True)
class Member:
    """One entry of an archive, as the archive describes it."""

    name: str
    size: int
    is_folder: bool = False
    is_link: bool = False
    is_encrypted: bool = False


def refuse_unsafe(path: Path, members: Sequence[Member], most: int) -> None:
    """Refuse members that climb out of their folder, come twice, are links, are encrypted, or swell."""
    names = [member.name for member in members]
    climbing = [name for name in names if _climbs(name)]
    if climbing:
        raise DataFileError(
            path,
            f"members outside its own folder: {shown(climbing)}",
            "relative names without '..'",
            "Don't open it: such an archive is made to write over other files.",
        )
    doubled = _doubled(names)
    if doubled:
        raise DataFileError(path, f"members that come more than once: {shown(doubled)}", "each once", AGAIN)
    links = [member.name for member in members if member.is_link]
    if links:
        raise DataFileError(path, f"members that are symbolic links: {shown(links)}", "plain files", AGAIN)
    secret = [member.name for member in members if member.is_encrypted]
    if secret:
        raise encrypted(path, f"encrypted members: {shown(secret)}")
    total = sum(member.size for member in members)
    if total > most:
        raise too_large(path, f"its members swell to {total:,} bytes", most)


def refuse_unwritable(path: Path, names: Iterable[str]) -> None:
    """Refuse names that can't be written on every disk, or that fall together on one that ignores case."""
    odd = [
        name
        for name in names
        if re.search(r'[<>:"|?*\x00-\x1f]', name) or _ends_badly(name) or _too_long(name)
    ]
    if odd:
        raise DataFileError(path, f"names that can't be written: {shown(odd)}", "plain file names", AGAIN)
    doubled = _doubled(["/".join(parts(name)).casefold() for name in names])
    if doubled:
        raise DataFileError(path, f"names that differ by case only: {shown(doubled)}", "others", AGAIN)


def parts(name: str) -> list[str]:
    """Parts of a member's name: both kinds of slash separate, since Windows takes both."""
    return [part for part in re.split(r"[/\\]", name) if part]


def siblings(names: Iterable[str], name: str) -> list[str]:
    """Members that share the name of one but for the suffix: what GDAL reads beside it (.dbf, .prj...)."""
    stem = (name.rpartition(".")[0] or name).lower()
    wanted = {stem + ending for ending in _READ_BESIDE}
    return [other for other in names if other == name or other.lower() in wanted]


def encrypted(path: Path, found: str) -> DataFileError:
    """Error for an archive under a password."""
    action = "Open it with its password in another tool, and give tiGIS the file that was inside."
    return DataFileError(path, found, "members in clear", action)


def too_large(path: str | Path, found: str, most: int) -> DataFileError:
    """Error for an archive or a file that swells beyond a limit."""
    return DataFileError(
        path, found, f"at most {most:,}", "Raise most_unpacked if you know that the file is sound."
    )


def _climbs(name: str) -> bool:
    return (
        name.startswith(("/", "\\"))
        or re.match(r"[A-Za-z]:", name) is not None
        or not parts(name)
        or ".." in parts(name)
    )


def _too_long(name: str) -> bool:
    """Whether no disk takes a part of the name, or the whole of it in a folder of its own."""
    return len(name) > 2_000 or any(len(part.encode(errors="replace")) > 255 for part in parts(name))


def _ends_badly(name: str) -> bool:
    """Whether Windows would drop the end of a part, or take it for a device."""
    return any(
        part.endswith((".", " ")) or re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part)
        for part in parts(name)
        if part != "."
    )


def _doubled(names: list[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
