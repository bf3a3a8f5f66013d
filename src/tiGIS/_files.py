"""Files appear whole or not at all: written under a temporary name beside their place, then moved."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """
    Give a temporary place for a file of the same name, moved to ``path`` when the block ends without error.

    The folder of ``path`` is made where it lacks. The temporary place is in a folder of its own, so that
    drivers which ask for an ending, or write beside the file, find what they expect.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tigis-") as folder:
        temporary = Path(folder) / target.name
        yield temporary
        temporary.replace(target)


def write_text(path: str | Path, text: str) -> Path:
    """Write a text in UTF-8, with the same line ends everywhere; give its path."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)
