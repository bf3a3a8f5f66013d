"""Former names go on working, and say what they are called now."""

from __future__ import annotations

import inspect
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS import DataFileError, InputError, TerritoryNotFoundError
from tiGIS._former import FORMER, FORMER_ARGUMENTS
from tiGIS.cli import tigis


@pytest.mark.parametrize("former", FORMER)
def test_a_former_name_is_the_new_one_and_says_so(former: str) -> None:
    room, _, name = former.rpartition(".")
    now_room, _, now = FORMER[former].rpartition(".")
    with pytest.warns(DeprecationWarning, match=f"{former} is now called {FORMER[former]}"):
        found = getattr(import_module(room), name)
    assert found is getattr(import_module(now_room), now)
    assert name not in dir(import_module(room))


def test_the_warning_points_at_the_line_that_uses_the_former_name() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        tiGIS.build  # noqa: B018
    assert [warning.filename for warning in told] == [__file__]


def test_a_former_room_is_imported_by_either_form() -> None:
    code = (
        "import tiGIS.build\nfrom tiGIS.build import read_dossier\n"
        "import tiGIS.dossier\nassert tiGIS.build is tiGIS.dossier"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.count("<string>:1: DeprecationWarning: tiGIS.build is now called tiGIS.dossier") == 1


def test_the_command_goes_on_working_and_says_its_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(tigis, ["build", "no such place", "-o", str(tmp_path / "dossier")])
    assert done.output == "`tigis build` is now called `tigis gather`.\n"
    assert isinstance(done.exception, TerritoryNotFoundError)
    assert "build" not in CliRunner().invoke(tigis, ["--help"]).output


@pytest.mark.parametrize("command", ["maps", "portrait"])
def test_a_folder_as_territory_goes_on_working_and_says_the_option(command: str, tmp_path: Path) -> None:
    out = tmp_path / ("page.html" if command == "portrait" else "pages")
    done = CliRunner().invoke(tigis, [command, "--territory", str(tmp_path), "-o", str(out)])
    assert done.output == "--territory is for a name or a code; for a folder, say --dossier.\n"
    assert isinstance(done.exception, DataFileError)  # it is read as a dossier, which this one is not


def test_a_name_that_never_was_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        tiGIS.dossier.no_such_thing  # noqa: B018


@pytest.mark.parametrize("place", FORMER_ARGUMENTS)
def test_a_former_argument_gives_way_to_one_of_the_signature(place: str) -> None:
    room, _, name = place.rpartition(".")
    function = getattr(import_module(room), name)
    arguments = inspect.signature(function).parameters
    for former, now in FORMER_ARGUMENTS[place].items():
        assert now in arguments
        assert former not in arguments
        # nothing is computed: an argument that is not there is refused after the former one is told of
        with (
            pytest.warns(DeprecationWarning, match=f"{former}=.* is now called .*{now}=") as told,
            pytest.raises(TypeError, match="argument"),
        ):
            function(**{former: None, "no_such_argument": None})
        assert [warning.filename for warning in told] == [__file__]


def test_a_former_argument_does_what_the_new_one_does() -> None:
    with pytest.warns(DeprecationWarning, match="year"):
        former = tiGIS.load_communes(epci="200066918", year=2025)
    assert former.equals(tiGIS.load_communes(epci="200066918", map_year=2025))
    assert len(former) == 71


def test_a_former_argument_beside_the_new_one_is_refused() -> None:
    with pytest.raises(InputError, match="former name of map_year"):
        tiGIS.load_communes(epci="200066918", year=2024, map_year=2025)
