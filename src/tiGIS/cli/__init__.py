"""The command line: ``tigis ...``. Commands hold no logic of their own; each lives in a module here."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from tiGIS import __version__
from tiGIS._errors import TigisError
from tiGIS.cli._print import hold_all_letters, obey_nothing

# command -> module of this folder that holds it; loaded when it is called, so that --help is quick
_COMMANDS: dict[str, str] = {
    "access": "access",
    "data": "data",
    "enclavement": "enclavement",
    "flood": "flood",
    "gather": "gather",
    "indicators": "indicators",
    "info": "info",
    "land": "land",
    "maps": "maps",
    "portrait": "portrait",
    "sources": "sources",
    "table": "indicators",
}

# former name of a command -> its name
_FORMER = {"build": "gather", "profile": "portrait"}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for, and whose words are only ever shown."""

    def main(self, *args: Any, **extra: Any) -> Any:
        obey_nothing()
        return super().main(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in _FORMER:
            click.echo(f"`tigis {name}` is now called `tigis {_FORMER[name]}`.", err=True)
            name = _FORMER[name]
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f"tiGIS.cli.{_COMMANDS[name]}"), name.replace("-", "_")
        )
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tigis")
def tigis() -> None:
    """Measure how shut in a French territory is, and draw it.

    Data are bundled: nothing is downloaded unless you ask for it.
    """


def main() -> None:
    """Run the command line; an expected error is one clear message, not a traceback."""
    hold_all_letters()
    try:
        tigis()
    except TigisError as error:
        click.echo(f"tigis: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a folder that may not be written, a full disk
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"tigis: {where}{error.strerror or error}. Choose another place with -o.", err=True)
        sys.exit(1)
