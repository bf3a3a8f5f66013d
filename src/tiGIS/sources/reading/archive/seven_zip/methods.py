"""The methods of compression of 7z archives, each as a stage that gives bytes when asked, over ``lzma``.

No stage ever holds more than a piece of a megabyte beside its dictionary, whose size is bounded too.
"""

from __future__ import annotations

import lzma
from collections.abc import Callable
from typing import Any, BinaryIO

from tiGIS.sources.reading.archive.seven_zip.header import Coder, Folder
from tiGIS.sources.reading.archive.seven_zip.packed_bytes import (
    BrokenArchiveError,
    EncryptedError,
    UnknownMethodError,
    name_of,
)

_PIECE = 1 << 18
_MOST_DICTIONARY = 1024**3
_LEAST_DICTIONARY = 4096
_CHUNK_OF_LZMA2 = 1 << 16

Read = Callable[[int], bytes]

_FILTERS = {
    bytes.fromhex(method): filter_id
    for method, filter_id in {
        "04": lzma.FILTER_X86,
        "05": lzma.FILTER_POWERPC,
        "06": lzma.FILTER_IA64,
        "07": lzma.FILTER_ARM,
        "08": lzma.FILTER_ARMTHUMB,
        "09": lzma.FILTER_SPARC,
        "03030103": lzma.FILTER_X86,
        "03030205": lzma.FILTER_POWERPC,
        "03030401": lzma.FILTER_IA64,
        "03030501": lzma.FILTER_ARM,
        "03030701": lzma.FILTER_ARMTHUMB,
        "03030805": lzma.FILTER_SPARC,
    }.items()
}
_COPY, _DELTA, _LZMA2, _LZMA = b"\x00", b"\x03", b"\x21", b"\x03\x01\x01"
_AES = b"\x06\xf1\x07\x01"


def unpacked(folder: Folder, stream: BinaryIO, start: int) -> Read:
    """Give the function that reads the bytes of a folder, from its first to its last.

    Parameters
    ----------
    folder : Folder
        The chain of methods.
    stream : binary file
        The archive.
    start : int
        Where the folder's packed bytes start in it.

    Returns
    -------
    callable
        Called with a number of bytes; gives that many at most, and ``b""`` at the end.
    """
    if any(coder.method == _AES for coder in folder.coders):
        raise EncryptedError("encrypted")
    unknown = [coder.method for coder in folder.coders if coder.method not in _STAGES]
    if unknown:
        raise UnknownMethodError(name_of(unknown[0]))
    if sum(coder.method in (_LZMA, _LZMA2) for coder in folder.coders) > 1:
        raise UnknownMethodError("LZMA within LZMA")
    read, before = _packed(stream, start, folder.packed_size), folder.packed_size
    for coder, size in folder.chain:
        if coder.method not in (_LZMA, _LZMA2) and size != before:
            raise BrokenArchiveError(f"{before:,} bytes that a filter makes {size:,}")
        before = size
        read = _exactly(_STAGES[coder.method](read, coder, size), size)
    return read


def _packed(stream: BinaryIO, start: int, size: int) -> Read:
    """Read the packed bytes of a folder; the archive may be read elsewhere meanwhile."""
    position = 0

    def read(most: int) -> bytes:
        nonlocal position
        stream.seek(start + position)
        piece = stream.read(min(most, size - position))
        position += len(piece)
        return piece

    return read


def _exactly(read: Read, size: int) -> Read:
    """Stop after the bytes announced; fewer are a fault."""
    left = size

    def bounded(most: int) -> bytes:
        nonlocal left
        if not left:
            return b""
        piece = read(min(most, left))
        if not piece:
            raise BrokenArchiveError(f"packed bytes that end {left:,} bytes too early")
        left -= len(piece)
        return piece

    return bounded


def _copy(read: Read, coder: Coder, size: int) -> Read:
    return read


def _lzma1(read: Read, coder: Coder, size: int) -> Read:
    if len(coder.settings) != 5 or coder.settings[0] >= 9 * 5 * 5:
        raise BrokenArchiveError("settings of LZMA that are none")
    rest, lc = divmod(coder.settings[0], 9)
    pb, lp = divmod(rest, 5)
    dictionary = _dictionary(int.from_bytes(coder.settings[1:], "little"), size)
    settings = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
    return _decoded(read, [settings])


def _lzma2(read: Read, coder: Coder, size: int) -> Read:
    if len(coder.settings) != 1 or coder.settings[0] > 40:
        raise BrokenArchiveError("settings of LZMA2 that are none")
    exponent = coder.settings[0]
    dictionary = 0xFFFFFFFF if exponent == 40 else (2 | exponent & 1) << (exponent // 2 + 11)
    return _decoded(read, [{"id": lzma.FILTER_LZMA2, "dict_size": _dictionary(dictionary, size)}])


def _filtered(read: Read, coder: Coder, size: int) -> Read:
    """Undo a filter; ``lzma`` only does it after LZMA, so bytes are given as chunks of LZMA2, unpacked."""
    if coder.method == _DELTA:
        if len(coder.settings) != 1:
            raise BrokenArchiveError("settings of Delta that are none")
        settings: dict[str, Any] = {"id": lzma.FILTER_DELTA, "dist": coder.settings[0] + 1}
    else:
        if coder.settings not in (b"", bytes(4)):
            raise UnknownMethodError("a BCJ filter that starts elsewhere")
        settings = {"id": _FILTERS[coder.method]}
    return _decoded(_as_chunks(read), [settings, {"id": lzma.FILTER_LZMA2, "dict_size": _CHUNK_OF_LZMA2}])


def _as_chunks(read: Read) -> Read:
    """Write bytes as chunks of LZMA2, unpacked: a mark, the size less one, the bytes; a zero at the end."""
    mark, ended = 1, False  # 1: forget what came before; 2: go on

    def chunk(most: int) -> bytes:
        nonlocal mark, ended
        if ended:
            return b""
        piece = read(_CHUNK_OF_LZMA2)
        ended = not piece
        if ended:
            return b"\0"
        head = bytes([mark]) + (len(piece) - 1).to_bytes(2, "big")
        mark = 2
        return head + piece

    return chunk


def _decoded(read: Read, filters: list[dict[str, Any]]) -> Read:
    """Decode with ``lzma``, a piece at a time."""
    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError, MemoryError) as error:
        raise BrokenArchiveError(f"settings that can't be used ({error})") from error

    def piece(most: int) -> bytes:
        while not decoder.eof:
            given = read(_PIECE) if decoder.needs_input else b""
            wanted = decoder.needs_input and not given
            try:
                out = decoder.decompress(given, most)
            except lzma.LZMAError as error:
                raise BrokenArchiveError(f"packed bytes that are broken ({error})") from error
            if out:
                return out
            if wanted or (not given and not decoder.needs_input):
                return b""  # nothing comes in, nothing comes out
        return b""

    return piece


def _dictionary(announced: int, size: int) -> int:
    """Size of the dictionary: never more than the bytes that come out, whatever is announced."""
    needed = max(_LEAST_DICTIONARY, min(announced, size))
    if needed > _MOST_DICTIONARY:
        raise UnknownMethodError(f"a dictionary of {needed:,} bytes (at most {_MOST_DICTIONARY:,})")
    return needed


_STAGES: dict[bytes, Callable[[Read, Coder, int], Read]] = {
    _COPY: _copy,
    _LZMA: _lzma1,
    _LZMA2: _lzma2,
    _DELTA: _filtered,
    **dict.fromkeys(_FILTERS, _filtered),
}
