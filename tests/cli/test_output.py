"""Where commands may write: told before the work, by every command that writes."""

import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cli import tigis
from tiGIS.profile import profile

FILES = {
    "table epci -o": (".csv", "indicator_table"),
    "profile 200066918 -o": (".html", "portray"),
    "access 200066918 --csv": (".csv", "load_interurban_network"),
    "enclavement 200066918 --csv": (".csv", "load_interurban_network"),
    "flood plan.zip -o": (".gpkg", "read_pprn"),
}
FOLDERS = ("build 200066918 -o", "maps ales -o")


def run(command, place):
    return CliRunner().invoke(tigis, [*command.split(), str(place)])


@pytest.mark.parametrize("command", FILES)
@pytest.mark.parametrize("wrong", [".xlsx", ".png", ".zip", ""])
def test_an_ending_of_another_format_is_refused(command, wrong, tmp_path):
    result = run(command, tmp_path / f"résultat{wrong}")
    assert result.exit_code == 2
    assert f"expected {FILES[command][0]}" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [*FILES, *FOLDERS])
def test_a_place_that_cannot_be_written_is_told_before_the_work(command, tmp_path):
    (tmp_path / "a file").write_text("kept")
    result = run(command, tmp_path / "a file" / f"x{FILES.get(command, [''])[0]}")
    assert result.exit_code == 2
    assert "is a file; expected a folder to write in" in result.output
    assert (tmp_path / "a file").read_text() == "kept"


@pytest.mark.parametrize("command", FILES)
def test_a_folder_is_no_file(command, tmp_path):
    (tmp_path / f"d{FILES[command][0]}").mkdir()
    assert "it is a folder" in run(command, tmp_path / f"d{FILES[command][0]}").output


@pytest.mark.parametrize("command", FOLDERS)
def test_a_file_is_no_folder(command, tmp_path):
    (tmp_path / "maps").write_text("")
    assert "it is a file" in run(command, tmp_path / "maps").output


def test_a_portrait_is_a_page(tmp_path):
    with pytest.raises(tiGIS.InputError, match=r"ends in '\.pdf'; expected \.html"):
        profile("200066918", tmp_path / "portrait.pdf")


def test_capitals_and_folders_to_make_are_fine(tmp_path):
    assert run("table region -o", tmp_path / "new" / "R.CSV").exit_code == 0
    assert (tmp_path / "new" / "R.CSV").read_text().startswith("region,")
