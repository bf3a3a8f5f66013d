"""7z archives, in which IGN gives its files: a small and strict reader over the standard library's ``lzma``.

py7zr would do more, but it and what it needs are LGPL; the GDAL of the wheels has no ``/vsi7z/``; the wheels
that hold libarchive (archi) carry an LGPL library on Linux and exist for recent Macs only. What is read here:
Copy, LZMA, LZMA2, Delta and the branch filters; every header and every member is checked by its CRC.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.archive.entries import AGAIN, Member, encrypted
from tiGIS.sources.reading.archive.seven_zip.header import File, Part, Streams, read_header, read_streams
from tiGIS.sources.reading.archive.seven_zip.methods import Read, unpacked
from tiGIS.sources.reading.archive.seven_zip.packed_bytes import (
    BrokenArchiveError,
    EncryptedError,
    HeaderBytes,
    UnknownMethodError,
)

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_MOST_HEADER = 32 * 1024**2
_FIRST = 32  # bytes of the signature header
_HEADER, _ENCODED_HEADER = 0x01, 0x17
_PIECE = 1 << 20


class SevenZipReader:
    """A 7z archive open for reading: its header is read and checked, nothing else is.

    Parameters
    ----------
    path : Path
        Its name, for errors.
    stream : binary file
        Its bytes.
    """

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        self._stream = stream
        with self._explained("it can't be opened"):
            self._streams, self._files = self._read()
        self.members = [
            Member(file.name, file.part.size if file.part else 0, file.is_folder, file.is_link)
            for file in self._files
        ]

    def contents(self, names: Sequence[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Give each member's name and its bytes, piece by piece, in the order in which they are packed.

        A run of members packed together is gone through once. A wrong CRC is an error in place
        of a member's last piece.
        """
        wanted = set(names)
        chosen = [file for file in self._files if file.name in wanted and not file.is_folder]
        folder, read, at = -1, None, 0
        for file in chosen:
            if file.part is None:
                yield file.name, iter(())
                continue
            with self._explained(f"member {file.name!r} is broken"):
                if file.part.folder != folder or read is None:
                    folder, at = file.part.folder, 0
                    chain = self._streams.folders[folder]
                    read = unpacked(chain, self._stream, _FIRST + chain.start)
                self._skip(read, file.part.start - at)
                at = file.part.start + file.part.size
            pieces = self._pieces(read, file, file.part)
            yield file.name, pieces
            for _ in pieces:  # what was not taken is gone through: the next member starts after it
                pass

    def _skip(self, read: Read, count: int) -> None:
        while count:
            count -= len(read(min(count, _PIECE)))

    def _pieces(self, read: Read, file: File, part: Part) -> Iterator[bytes]:
        with self._explained(f"member {file.name!r} is broken"):
            if part.crc is None:
                raise BrokenArchiveError("it has no CRC")
            left, crc = part.size, 0
            while left:
                piece = read(min(left, _PIECE))
                left -= len(piece)
                crc = zlib.crc32(piece, crc)
                if left or crc == part.crc:
                    yield piece
            if crc != part.crc:
                raise BrokenArchiveError(f"its CRC is {crc:08x}, not the {part.crc:08x} announced")

    def _read(self) -> tuple[Streams, list[File]]:
        """Read the header, through its packed form if it has one."""
        start = self._stream.read(_FIRST)
        if len(start) < _FIRST or not start.startswith(SIGNATURE):
            raise BrokenArchiveError("no signature of 7z")
        if start[6] != 0:
            raise BrokenArchiveError(f"version {start[6]} of the format")
        (crc_of_start,) = struct.unpack("<I", start[8:12])
        if zlib.crc32(start[12:]) != crc_of_start:
            raise BrokenArchiveError("the CRC of its first bytes is wrong")
        offset, size, crc = struct.unpack("<QQI", start[12:])
        if size > _MOST_HEADER:
            raise BrokenArchiveError(f"a header of {size:,} bytes, expected at most {_MOST_HEADER:,}")
        whole = self._stream.seek(0, 2)
        if _FIRST + offset + size != whole:
            raise BrokenArchiveError(f"{whole:,} bytes, not the {_FIRST + offset + size:,} announced")
        if not size:
            return Streams(), []
        self._stream.seek(_FIRST + offset)
        raw = self._stream.read(size)
        if zlib.crc32(raw) != crc:
            raise BrokenArchiveError("the CRC of its header is wrong")
        header = HeaderBytes(raw)
        mark = header.byte()
        if mark == _ENCODED_HEADER:
            header = HeaderBytes(self._unpacked_header(header, offset))
            mark = header.byte()
        if mark != _HEADER:
            raise BrokenArchiveError(f"a header that starts with {mark:#04x}")
        streams, files = read_header(header)
        _refuse_outside(streams, offset)
        return streams, files

    def _unpacked_header(self, header: HeaderBytes, offset: int) -> bytes:
        streams = read_streams(header)
        if len(streams.folders) != 1 or header.left:
            raise BrokenArchiveError("a packed header that is not one run")
        _refuse_outside(streams, offset)
        folder = streams.folders[0]
        if folder.unpacked_size > _MOST_HEADER:
            raise BrokenArchiveError(
                f"a header of {folder.unpacked_size:,} bytes, expected at most {_MOST_HEADER:,}"
            )
        read = unpacked(folder, self._stream, _FIRST + folder.start)
        raw = b"".join(iter(lambda: read(_PIECE), b""))
        if folder.crc is None or zlib.crc32(raw) != folder.crc:
            raise BrokenArchiveError("the CRC of its packed header is wrong or absent")
        return raw

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Say of which file a fault is."""
        try:
            yield
        except EncryptedError as error:
            raise encrypted(self.path, "encrypted members") from error
        except UnknownMethodError as error:
            raise DataFileError(
                self.path,
                f"packed with {error}, which is not read",
                "LZMA, LZMA2, Copy, Delta or a branch filter",
                "Unpack it with 7-Zip, then give the file that was inside.",
            ) from error
        except (BrokenArchiveError, OSError) as error:
            raise DataFileError(self.path, f"{what} ({error})", "a sound 7z archive", AGAIN) from error


def _refuse_outside(streams: Streams, end: int) -> None:
    """Refuse packed bytes that would lie beyond the header."""
    if any(folder.start + folder.packed_size > end for folder in streams.folders):
        raise BrokenArchiveError("packed bytes beyond its end")
