"""What the header of a 7z archive says: packed streams, folders (chains of methods), and files.

Written from the description of the format in the public-domain LZMA SDK (``7zFormat.txt``). A *folder* in
the words of the format is a run of files packed together, not a directory.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field

from tiGIS.sources.reading.archive.seven_zip.packed_bytes import (
    BrokenArchiveError,
    HeaderBytes,
    UnknownMethodError,
    name_of,
)

MOST_FILES = 100_000
_MOST_CODERS = 4
_MOST_PROPERTIES = 64
_END, _PROPERTIES, _ADDITIONAL, _STREAMS, _FILES, _PACK, _FOLDERS, _SUBSTREAMS = 0, 2, 3, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _UNPACKED, _COUNTS, _EMPTY, _EMPTY_FILE, _ANTI, _NAMES, _ATTRIBUTES = (
    *(0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x15),
)
_UNIX, _REPARSE = 0x8000, 0x400  # marks of the attributes: a Unix mode above, a link of Windows


@dataclass(frozen=True)
class Coder:
    """One method of a chain, and its settings."""

    method: bytes
    settings: bytes


@dataclass
class Folder:
    """A chain of methods from the packed bytes to the files' bytes."""

    coders: list[Coder]
    order: list[int]  # in which the bytes go through them
    sizes: list[int] = field(default_factory=list)  # bytes that come out of each
    crc: int | None = None
    start: int = 0  # of its packed bytes, from the end of the first 32 bytes of the archive
    packed_size: int = 0

    @property
    def chain(self) -> list[tuple[Coder, int]]:
        """The methods in the order in which the bytes go through them, with what comes out of each."""
        return [(self.coders[index], self.sizes[index]) for index in self.order]

    @property
    def unpacked_size(self) -> int:
        """Bytes that come out of the last method."""
        return self.sizes[self.order[-1]]


@dataclass(frozen=True)
class Part:
    """A file's bytes within a folder."""

    folder: int
    start: int
    size: int
    crc: int | None


@dataclass(frozen=True)
class File:
    """A file or a directory of the archive."""

    name: str
    part: Part | None
    is_folder: bool
    is_link: bool


@dataclass
class Streams:
    """Packed streams, the folders made of them, and the parts that the files are."""

    folders: list[Folder] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def read_header(header: HeaderBytes) -> tuple[Streams, list[File]]:
    """Read a header in clear, its first mark being past."""
    streams, files = Streams(), []
    mark = header.byte()
    if mark in (_PROPERTIES, _ADDITIONAL):
        raise BrokenArchiveError("its header has a part that no tool writes")
    if mark == _STREAMS:
        streams = read_streams(header)
        mark = header.byte()
    if mark == _FILES:
        files = _read_files(header, streams)
        mark = header.byte()
    elif streams.parts:
        raise BrokenArchiveError("its header names no file")
    if mark != _END or header.left:
        raise BrokenArchiveError("its header does not end where it must")
    return streams, files


def read_streams(header: HeaderBytes) -> Streams:
    """Read what says where the packed bytes are and how they were packed."""
    packed: list[int] = []
    streams, position = Streams(), 0
    mark = header.byte()
    if mark == _PACK:
        position, packed = _read_packed(header)
        mark = header.byte()
    if mark == _FOLDERS:
        streams.folders = _read_folders(header)
        mark = header.byte()
    _place(streams.folders, position, packed)
    if mark == _SUBSTREAMS:
        streams.parts = _read_parts(header, streams.folders)
        mark = header.byte()
    else:
        streams.parts = [
            Part(index, 0, folder.unpacked_size, folder.crc) for index, folder in enumerate(streams.folders)
        ]
    if mark != _END:
        raise BrokenArchiveError(f"its header has {mark:#04x} where its streams must end")
    return streams


def _read_packed(header: HeaderBytes) -> tuple[int, list[int]]:
    position, count = header.number(), header.count()
    header.expect(_SIZE, "sizes of packed streams")
    sizes = [header.number() for _ in range(count)]
    mark = header.byte()
    if mark == _CRC:  # of packed bytes: what comes out of them is checked instead
        header.words(header.bits_or_all(count))
        mark = header.byte()
    if mark != _END:
        raise BrokenArchiveError(f"its header has {mark:#04x} where its packed streams must end")
    return position, sizes


def _read_folders(header: HeaderBytes) -> list[Folder]:
    header.expect(_FOLDER, "folders")
    count = header.count()
    header.refuse_external()
    folders = [_read_folder(header) for _ in range(count)]
    header.expect(_UNPACKED, "unpacked sizes")
    for folder in folders:
        folder.sizes = [header.number() for _ in folder.coders]
    mark = header.byte()
    if mark == _CRC:
        for folder, crc in zip(folders, header.words(header.bits_or_all(count)), strict=True):
            folder.crc = crc
        mark = header.byte()
    if mark != _END:
        raise BrokenArchiveError(f"its header has {mark:#04x} where its folders must end")
    return folders


def _read_folder(header: HeaderBytes) -> Folder:
    count = header.number()
    if not 1 <= count <= _MOST_CODERS:
        raise BrokenArchiveError(f"a chain of {count:,} methods, expected 1 to {_MOST_CODERS}")
    coders = [_read_coder(header) for _ in range(count)]
    after: dict[int, int] = {}  # method -> the one that takes what it gives
    for _ in range(count - 1):
        taker, giver = header.number(), header.number()
        after[giver] = taker
    first = set(range(count)) - set(after.values())
    if len(first) != 1:
        raise BrokenArchiveError("methods that don't form a chain")
    order = [first.pop()]
    while order[-1] in after and len(order) <= count:
        order.append(after[order[-1]])
    if sorted(order) != list(range(count)):
        raise BrokenArchiveError("methods that don't form a chain")
    return Folder(coders, order)


def _read_coder(header: HeaderBytes) -> Coder:
    flags = header.byte()
    if flags & 0xC0:
        raise BrokenArchiveError("a method written in a way that was never used")
    method = header.take(flags & 0x0F)
    inputs, outputs = (header.number(), header.number()) if flags & 0x10 else (1, 1)
    if (inputs, outputs) != (1, 1):
        raise UnknownMethodError(name_of(method))
    return Coder(method, header.take(header.number()) if flags & 0x20 else b"")


def _place(folders: list[Folder], position: int, packed: list[int]) -> None:
    """Say where the packed bytes of each folder start: they come one after the other."""
    if len(folders) != len(packed):
        raise BrokenArchiveError("packed streams that belong to no folder")
    for folder, size in zip(folders, packed, strict=True):
        folder.start, folder.packed_size = position, size
        position += size


def _read_parts(header: HeaderBytes, folders: list[Folder]) -> list[Part]:
    counts = [1] * len(folders)
    mark = header.byte()
    if mark == _COUNTS:
        counts = [header.number() for _ in folders]
        mark = header.byte()
    if sum(counts) > MOST_FILES:
        raise BrokenArchiveError(f"{sum(counts):,} files, expected at most {MOST_FILES:,}")
    if mark == _SIZE:
        sizes = [_read_sizes(header, folder, count) for folder, count in zip(folders, counts, strict=True)]
        mark = header.byte()
    elif max(counts, default=0) > 1:
        raise BrokenArchiveError("its header gives no sizes of files")
    else:
        sizes = [[folder.unpacked_size] * count for folder, count in zip(folders, counts, strict=True)]
    whole = [folder.crc if count == 1 else None for folder, count in zip(folders, counts, strict=True)]
    unknown = sum(count for count, crc in zip(counts, whole, strict=True) if crc is None)
    crcs: list[int | None] = [None] * unknown
    if mark == _CRC:
        crcs = header.words(header.bits_or_all(unknown))
        mark = header.byte()
    if mark != _END:
        raise BrokenArchiveError(f"its header has {mark:#04x} where its files' streams must end")
    following = iter(crcs)
    parts = []
    for index, (lengths, crc) in enumerate(zip(sizes, whole, strict=True)):
        start = 0
        for length in lengths:
            parts.append(Part(index, start, length, next(following) if crc is None else crc))
            start += length
    return parts


def _read_sizes(header: HeaderBytes, folder: Folder, count: int) -> list[int]:
    """Sizes of the files of a folder: all but the last are written, which has the rest."""
    if not count:
        return []
    given = [header.number() for _ in range(count - 1)]
    rest = folder.unpacked_size - sum(given)
    if rest < 0:
        raise BrokenArchiveError("files larger than the folder that holds them")
    return [*given, rest]


def _read_files(header: HeaderBytes, streams: Streams) -> list[File]:
    count = header.number()
    if count > MOST_FILES:
        raise BrokenArchiveError(f"{count:,} files, expected at most {MOST_FILES:,}")
    names: list[str] = []
    seen = 0
    empty, empty_file, anti = [False] * count, [False] * count, False
    attributes: list[int | None] = [None] * count
    while (mark := header.byte()) != _END:
        seen += 1
        if seen > _MOST_PROPERTIES:
            raise BrokenArchiveError("its files have too many properties")
        field_bytes = HeaderBytes(header.take(header.number()))
        if mark == _EMPTY:
            empty = field_bytes.bits(count)
        elif mark == _EMPTY_FILE:
            flags = iter(field_bytes.bits(sum(empty)))
            empty_file = [next(flags) if without else False for without in empty]
        elif mark == _ANTI:
            anti = any(field_bytes.bits(sum(empty)))
        elif mark == _NAMES:
            field_bytes.refuse_external()
            names = _read_names(field_bytes.take(field_bytes.left), count)
        elif mark == _ATTRIBUTES:
            defined = field_bytes.bits_or_all(count)
            field_bytes.refuse_external()
            attributes = field_bytes.words(defined)
        else:  # dates, positions, filling: not needed
            continue
        if field_bytes.left:
            raise BrokenArchiveError("a property of its files is longer than what it holds")
    if anti:
        raise BrokenArchiveError("entries that ask to remove files")
    if len(names) != count or count - sum(empty) != len(streams.parts):
        raise BrokenArchiveError("its header does not name each file once")
    parts = iter(streams.parts)
    return [
        File(
            name,
            None if without else next(parts),
            is_folder=without and not file,
            is_link=_is_link(attribute or 0),
        )
        for name, without, file, attribute in zip(names, empty, empty_file, attributes, strict=True)
    ]


def _read_names(raw: bytes, count: int) -> list[str]:
    try:
        text = raw.decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise BrokenArchiveError("names that are not UTF-16") from error
    if count and not text.endswith("\0"):
        raise BrokenArchiveError("names without an end")
    return text[:-1].split("\0") if count else []


def _is_link(attribute: int) -> bool:
    unix = bool(attribute & _UNIX) and stat.S_ISLNK(attribute >> 16)
    return unix or bool(attribute & _REPARSE)
