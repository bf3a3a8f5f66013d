"""Zip archives, through the standard library."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tiGIS._errors import DataFileError
from tiGIS.sources.reading.archive.entries import AGAIN, Member

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_CHUNK = 1 << 20


class ZipReader:
    """A zip archive open for reading.

    Parameters
    ----------
    path : Path
        Its name, for errors.
    stream : binary file
        Its bytes.
    """

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(stream)
            infos = self._archive.infolist()
        except BROKEN as error:
            raise DataFileError(path, f"it can't be opened ({error})", "a zip archive", AGAIN) from error
        self.members = [_member(info) for info in infos]

    def contents(self, names: Sequence[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Give each member's name and its bytes, piece by piece, in the order asked for."""
        for name in names:
            with self._explained(name), self._archive.open(name) as stream:
                yield name, self._pieces(name, stream)

    def _pieces(self, name: str, stream: object) -> Iterator[bytes]:
        with self._explained(name):
            while chunk := stream.read(_CHUNK):  # type: ignore[attr-defined]
                yield chunk

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise DataFileError(
                self.path, f"member {name!r} is broken ({error})", "a sound one", AGAIN
            ) from error


def _member(info: zipfile.ZipInfo) -> Member:
    return Member(
        info.filename,
        info.file_size,
        is_folder=info.filename.endswith("/"),  # is_dir fails on an empty name
        is_link=stat.S_ISLNK(info.external_attr >> 16),
        is_encrypted=bool(info.flag_bits & 0x1),
    )
