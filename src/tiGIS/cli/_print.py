"""Text for a terminal."""

from __future__ import annotations

import sys


def printable(text: str) -> str:
    """Replace what the terminal can't write (a Windows console knows no narrow space)."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = text.replace("\u202f", "\u00a0").replace("\u2212", "-").replace("—", "-").replace("–", "-")
        return plain.encode(encoding, errors="replace").decode(encoding)
    return text
