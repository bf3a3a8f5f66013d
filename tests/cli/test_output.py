"""Where commands may write: told before the work, by every command that writes."""

from typing import get_args

import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cli import tigis
from tiGIS.cli.gather import ROAD_SOURCES
from tiGIS.dossier import RoadSource
from tiGIS.portrait import portrait

FILES = {
    "table epci -o": ".csv",
    "portrait 200066918 -o": ".html",
    "access 200066918 --csv": ".csv",
    "enclavement 200066918 --csv": ".csv",
    "flood absent.zip -o": ".gpkg",
}
FOLDERS = ("gather 200066918 -o", "maps ales -o")


def run(command, place):
    """Type it; no data is loaded when the place is refused."""
    return CliRunner().invoke(tigis, [*command.split(), str(place)], catch_exceptions=False)


@pytest.mark.parametrize("command", FILES)
@pytest.mark.parametrize("wrong", [".xlsx", ".png", ".zip", ""])
def test_an_ending_of_another_format_is_refused(command, wrong, tmp_path):
    with pytest.raises(tiGIS.InputError, match=rf"^(-o|--csv): .* expected \{FILES[command]}"):
        run(command, tmp_path / f"résultat{wrong}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [*FILES, *FOLDERS])
def test_a_place_that_cannot_be_written_is_told_before_the_work(command, tmp_path):
    (tmp_path / "a file").write_text("kept")
    with pytest.raises(tiGIS.InputError, match="is a file; expected a folder to write in"):
        run(command, tmp_path / "a file" / f"x{FILES.get(command, '')}")
    assert (tmp_path / "a file").read_text() == "kept"


@pytest.mark.parametrize("command", FILES)
def test_a_folder_is_no_file(command, tmp_path):
    (tmp_path / f"d{FILES[command]}").mkdir()
    with pytest.raises(tiGIS.InputError, match="it is a folder; expected the name of a file"):
        run(command, tmp_path / f"d{FILES[command]}")


@pytest.mark.parametrize("command", FOLDERS)
def test_a_file_is_no_folder(command, tmp_path):
    (tmp_path / "maps").write_text("")
    with pytest.raises(tiGIS.InputError, match="it is a file; expected the name of a folder"):
        run(command, tmp_path / "maps")


def test_a_portrait_is_a_page(tmp_path):
    with pytest.raises(tiGIS.InputError, match=r"ends in '\.pdf'; expected \.html"):
        portrait("200066918", tmp_path / "portrait.pdf")


def test_capitals_and_folders_to_make_are_fine(tmp_path):
    assert run("table region -o", tmp_path / "new" / "R.CSV").exit_code == 0
    assert (tmp_path / "new" / "R.CSV").read_text().startswith("region,")


def test_the_roads_that_gather_offers_are_those_of_the_dossier():
    assert get_args(RoadSource) == ROAD_SOURCES
