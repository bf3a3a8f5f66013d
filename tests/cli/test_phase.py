"""One default phase of the Territoires d'industrie, taken and printed by every command."""

import pytest
from click.testing import CliRunner

from tiGIS.cli import tigis
from tiGIS.dossier import area_of, find_perimeter, gather_territory
from tiGIS.portrait import find_subject
from tiGIS.sources import Cache

COMMANDS = ("info", "access", "enclavement", "portrait", "land")


def run(*arguments):
    return CliRunner().invoke(tigis, arguments)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGIS_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_an_id_names_the_territory_of_the_current_phase(command):
    result = run(command, "ti-7601")
    said = f"{result.output}{result.exception}"
    assert "Alès" in said
    if command != "land":  # Cartofriches must be given for that place
        assert "phase 2023-2027" in result.stdout
        assert "Aurillac - Figeac - Rodez" in result.output  # who else has that id


@pytest.mark.parametrize("command", COMMANDS)
def test_the_former_phase_can_be_asked_for(command):
    result = run(command, "ti-7601", "--phase", "2018-2022")
    assert "Aurillac - Figeac - Rodez" in f"{result.output}{result.exception}"
    if command != "land":
        assert "phase 2018-2022" in result.stdout


def test_functions_mean_the_same_phase():
    assert find_subject("ti-7601").name == find_perimeter("ti-7601").name == "Alès"
    former = find_perimeter("ti-7601", phase="2018-2022")
    assert former.name == "Aurillac - Figeac - Rodez"
    # what is fetched for one is not taken for the other's
    assert {area_of(former).label, area_of(find_perimeter("ti-7601")).label} == {
        "ti-7601-2018-2022",
        "ti-7601",
    }
    assert find_perimeter("ti-7602").phase == "2023-2027"


def test_a_dossier_says_its_phase(here):
    report = gather_territory("ti-7601", here / "dossier", phase="2018-2022", cache=Cache(here / "cache"))
    assert report.phase == "2018-2022"
    assert "phase 2018-2022 (ti-7601)" in (here / "dossier" / "rapport.html").read_text(encoding="utf-8")
