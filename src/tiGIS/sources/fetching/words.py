"""Words of servers, read as what they are: numbers in plain digits, and what a connection died of."""

from __future__ import annotations

import re

_MOST_DIGITS = 18  # more bytes, features or seconds than there are
_POOL = re.compile(
    r"\w*HTTPS?\w*\([^)]*\): |<[^<>]* object at 0x[0-9a-f]+>: "  # as requests and urllib3 say it
)


def whole_number(text: object) -> int | None:
    """Read a number of a server, in plain digits; ``None`` for anything else (signs, ``²``, too many)."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text if 0 <= text < 10**_MOST_DIGITS else None
    if not isinstance(text, str):
        return None
    text = text.strip()
    known = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if known else None


def plain_fault(error: BaseException) -> str:
    """Say what a connection died of, without the names of the machinery."""
    inner: BaseException = error
    for _ in range(5):  # requests wraps urllib3's faults, which wrap the system's
        known = getattr(inner, "reason", None)
        if not isinstance(known, BaseException):
            known = next((part for part in inner.args if isinstance(part, BaseException)), None)
        if known is None:
            break
        inner = known
    text = _POOL.sub("", str(inner)).strip()
    return text[:200] or type(inner).__name__
