"""The bytes of a 7z header, taken one after the other; whatever is missing or odd is a fault with a name."""

from __future__ import annotations

import struct

MOST_RUNS = 100_000
_NAMES = {
    "0303011b": "BCJ2",
    "030401": "PPMd",
    "040108": "Deflate",
    "040109": "Deflate64",
    "040202": "BZip2",
    "04f71101": "Zstandard",
    "0a": "ARM64",
    "0b": "RISC-V",
}


class BrokenArchiveError(Exception):
    """What is wrong with an archive; its reader says which file that is."""


class UnknownMethodError(BrokenArchiveError):
    """A method of compression that is not read."""


class EncryptedError(BrokenArchiveError):
    """A part is encrypted."""


class HeaderBytes:
    """A header being read, from its first byte to its last.

    Parameters
    ----------
    raw : bytes
        The header.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._raw) - self._at

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes."""
        if count > self.left:
            raise BrokenArchiveError("its header is cut")
        taken = self._raw[self._at : self._at + count]
        self._at += count
        return taken

    def byte(self) -> int:
        """Give the next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Give a number of 1 to 9 bytes: the high bits of the first say how many follow."""
        first = self.byte()
        extra = 0
        while extra < 8 and first & (0x80 >> extra):
            extra += 1
        low = int.from_bytes(self.take(extra), "little")
        high = first & ((0x80 >> extra) - 1) if extra < 8 else 0
        return low | high << (8 * extra)

    def count(self) -> int:
        """Give how many things follow: never more than the bytes left, since each takes one at least."""
        value = self.number()
        if value > min(self.left, MOST_RUNS):
            raise BrokenArchiveError(f"its header announces {value:,} runs of packed bytes")
        return value

    def expect(self, mark: int, what: str) -> None:
        """Go past a mark that must be there."""
        found = self.byte()
        if found != mark:
            raise BrokenArchiveError(f"its header has {found:#04x} where {what} ({mark:#04x}) must be")

    def bits(self, count: int) -> list[bool]:
        """Give `count` flags, eight to a byte, the highest bit first."""
        raw = self.take((count + 7) // 8)
        return [bool(raw[index >> 3] & (0x80 >> (index & 7))) for index in range(count)]

    def bits_or_all(self, count: int) -> list[bool]:
        """Give `count` flags, which one byte may all set at once."""
        return [True] * count if self.byte() else self.bits(count)

    def words(self, defined: list[bool]) -> list[int | None]:
        """Give a 32-bit number for each flag that is set, ``None`` for the others."""
        known = sum(defined)
        values = iter(struct.unpack(f"<{known}I", self.take(4 * known)))
        return [next(values) if flag else None for flag in defined]

    def refuse_external(self) -> None:
        """Refuse data kept in another stream of the archive: no tool writes that."""
        if self.byte():
            raise BrokenArchiveError("its header keeps data in another stream")


def name_of(method: bytes) -> str:
    """Name a method that is not read."""
    return f"the method {_NAMES.get(method.hex(), method.hex())}"
