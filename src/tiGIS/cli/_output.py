"""Where commands write: a place that can't be written, or a wrong ending, is refused before any work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tiGIS._errors import InputError
from tiGIS._files import require_ending, require_writable


class NewFile(click.ParamType):
    """A file to write, under one of the endings that the command can write."""

    name = "file"

    def __init__(self, *endings: str) -> None:
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check the place and the ending."""
        try:
            require_ending(value, self.endings)
            require_writable(value)
        except InputError as error:
            self.fail(str(error), param, ctx)
        return Path(value)


class NewFolder(click.ParamType):
    """A folder to write in, made where it lacks."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check the place."""
        try:
            require_writable(value, folder=True)
        except InputError as error:
            self.fail(str(error), param, ctx)
        return Path(value)
