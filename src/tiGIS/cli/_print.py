"""What commands write on a terminal or in a file, whatever letters its encoding holds."""

from __future__ import annotations

import codecs
import io
import re
import sys
import unicodedata
from typing import TextIO

# what a terminal would obey instead of showing: control characters (C0, C1), turns of the writing direction
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# what stands for a letter that an encoding lacks, the nearest first
_INSTEAD = {
    "\u202f": "\u00a0 ",  # narrow no-break space: a wider one, else a plain one
    "\u2212": "-",  # minus
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "×": "x",
    "·": "-",
    "•": "-",
    "€": "E",
    "ʳ": "r",
    "≤": "<",
    "≥": ">",
}
_SEVERAL = {
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "→": "->",
    "±": "+/-",
    "°": "deg",
    "∞": "inf",
    "©": "(c)",
}


def printable(text: str, encoding: str) -> str:
    """Replace the letters that an encoding lacks by the nearest that it has (a narrow space by a space).

    Examples
    --------
    >>> printable("−1 km² — Alès", "cp1252"), printable("−1 km² — Alès", "ascii")
    ('-1 km² — Alès', '-1 km2 - Ales')
    """
    return text.encode(encoding, errors=_nearest(encoding)).decode(encoding)


def harmless(text: str) -> str:
    r"""Take out what a terminal would obey: notes, file names and words of servers are only ever shown.

    A carriage return at either end of what is written stays: bars of progress go back by it, and nothing of
    the line can be hidden by it.

    Examples
    --------
    >>> harmless("a note\x1b[2J\rhidden\x07")
    'a note[2Jhidden'
    """
    inner = text.strip("\r")
    if not _CONTROLS.search(inner):
        return text
    return text.replace(inner, _CONTROLS.sub("", inner))


def _nearest(encoding: str) -> str:
    """Register how Python stands in for what an encoding lacks; gives the name of that error handler."""
    name = f"tigis-nearest-{encoding}"

    def stand_in(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        letters = error.object[error.start : error.end]  # error.encoding may be "charmap" only
        return "".join(_held(letter, encoding) for letter in letters), error.end

    codecs.register_error(name, stand_in)
    return name


def _held(letter: str, encoding: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    unaccented = "".join(part for part in parts if not unicodedata.combining(part))
    for candidate in (*_INSTEAD.get(letter, ""), _SEVERAL.get(letter, ""), unaccented):
        try:
            if candidate and candidate.encode(encoding):
                return candidate
        except UnicodeEncodeError:
            continue
    return "?"


class _AsciiStream(io.TextIOWrapper):
    """A stream for plain ASCII; it doesn't call itself so, as click would take it for an error."""

    def write(self, text: str, /) -> int:
        return super().write(printable(text, "ascii"))


def obey_nothing() -> None:
    """Let the standard streams write harmless text only, whoever writes: commands, help, errors."""
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream.write, "harmless"):
            setattr(stream, "write", _HarmlessWrite(stream))  # noqa: B010 (streams of Python allow it)


class _HarmlessWrite:
    """The ``write`` of a stream, which passes on :func:`harmless` text."""

    harmless = True

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write

    def __call__(self, text: str, /) -> int:
        return self._write(harmless(text))


def hold_all_letters() -> None:
    """Let the standard streams replace what their encoding lacks, whoever writes: commands, help, errors."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if codecs.lookup(stream.encoding).name == "ascii":
            # on the same file, which stays open for whoever holds the first stream
            file = io.BufferedWriter(io.FileIO(stream.fileno(), "wb", closefd=False))
            setattr(sys, name, _AsciiStream(file, encoding="utf-8", line_buffering=stream.line_buffering))
        else:
            stream.reconfigure(errors=_nearest(stream.encoding))
