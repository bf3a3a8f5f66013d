"""Where commands write: a place that can't be written, or a wrong ending, is refused before any work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tiGIS._errors import InputError
from tiGIS._files import require_ending, require_writable


@contextmanager
def _told_by(param: click.Parameter | None) -> Iterator[None]:
    """Say by which option the place was given."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{param.opts[0]}: {error}" if param else str(error)) from error


class NewFile(click.ParamType):
    """A file to write, under one of the endings that the command can write."""

    name = "file"

    def __init__(self, *endings: str) -> None:
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check the place and the ending."""
        with _told_by(param):
            require_ending(value, self.endings)
            require_writable(value)
        return Path(value)


class NewFolder(click.ParamType):
    """A folder to write in, made where it lacks."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check the place."""
        with _told_by(param):
            require_writable(value, folder=True)
        return Path(value)
