"""A dossier is whole or not there: killed, repeated, mixed, written by two at once, or changed afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tiGIS import DataFileError, InputError
from tiGIS.cli import tigis
from tiGIS.dossier import DOSSIER_PAGES, Part, dossier_maps, gather_territory, read_dossier
from tiGIS.dossier import _gather as gathering
from tiGIS.dossier._dossier import strangers
from tiGIS.dossier._whole import replaced_whole
from tiGIS.sources import Cache

ALES, MENDE = "200066918", "200068658"  # 72 communes; 11 or so of the Lozère


def without_roads(*given: object) -> Part:
    """Stand for the part that takes the longest."""
    return Part("roads", {"fr": "Routes", "en": "Roads"})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    monkeypatch.setattr(gathering, "roads", without_roads)


def gather(code: str, out: Path) -> None:
    gather_territory(code, out, cache=Cache(out.parent / "cache"))


@pytest.fixture(scope="module")
def ales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gathered") / "ales"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIGIS_OFFLINE", "1")
        patch.setattr(gathering, "roads", without_roads)
        gather(ALES, out)
    return out


@pytest.fixture
def dossier(ales: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may spoil."""
    return Path(shutil.copytree(ales, tmp_path / "dossier"))


def around(out: Path) -> set[str]:
    return {path.name for path in out.parent.iterdir()} - {"cache"}


def test_the_report_names_the_territory_and_all_its_files(ales: Path) -> None:
    report = json.loads((ales / "rapport.json").read_text(encoding="utf-8"))
    assert report["territory"] == {
        "kind": "epci",
        "code": ALES,
        "name": "CA Alès Agglomération",
        "map_year": 2024,
        "phase": "",
    }
    assert set(report["files"]) | {"rapport.json"} == {path.name for path in ales.iterdir()}
    assert all(len(known["sha256"]) == 64 for known in report["files"].values())
    assert around(ales) == {"ales"}


def test_another_territory_in_the_same_folder_leaves_nothing_of_the_first(dossier: Path) -> None:
    assert (dossier / "friches.parquet").exists()
    gather(MENDE, dossier)
    read = read_dossier(dossier)
    assert read.report["territory"]["code"] == MENDE
    assert not read.has("friches.parquet")
    assert not (dossier / "friches.parquet").exists()
    assert set(read.communes["siren"]) == {MENDE}
    assert around(dossier) == {"dossier"}


# How a gathering moves files, in order: one a file written, then the dossier aside, the new one in its place,
# the one aside away. The child dies just before that move.
KILLED = """
import os, signal, sys
from pathlib import Path
from tiGIS.dossier import Part, gather_territory
from tiGIS.dossier import _gather as gathering
from tiGIS.sources import Cache

code, out, before = sys.argv[1:]
gathering.roads = lambda *given: Part("roads", {"fr": "Routes", "en": "Roads"})

def dying(move):
    def moved(self, target):
        if Path(target).name == before or self.name == before:
            os.kill(os.getpid(), signal.SIGKILL)
        return move(self, target)
    return moved

Path.rename, Path.replace = dying(Path.rename), dying(Path.replace)
gather_territory(code, out, cache=Cache(Path(out).parent / "cache"))
"""
MOMENTS = {
    "the first table": "communes.parquet",
    "the report": "rapport.json",
    "the earlier dossier aside": ".tigis-dossier.aside",
    "the new one in its place": "new",
    "the earlier one away": "old",
}


@pytest.mark.skipif(sys.platform == "win32", reason="no signal that kills at once")
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_before(moment: str, dossier: Path) -> None:
    run = [sys.executable, "-c", KILLED, MENDE, str(dossier), MOMENTS[moment]]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    if moment == "the new one in its place":  # for that moment alone, neither is there
        with pytest.raises(DataFileError, match=r"stopped while it replaced it.*Run it again"):
            read_dossier(dossier)
    else:
        expected = MENDE if moment == "the earlier one away" else ALES
        assert read_dossier(dossier).report["territory"]["code"] == expected
    gather(MENDE, dossier)
    assert read_dossier(dossier).report["territory"]["code"] == MENDE
    assert around(dossier) == {"dossier"}


def test_a_run_that_fails_after_a_killed_one_has_put_the_earlier_dossier_back(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier.rename(dossier.with_name(".tigis-dossier.aside"))
    monkeypatch.setattr(gathering, "indicators", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gather(MENDE, dossier)
    assert read_dossier(dossier).report["territory"]["code"] == ALES
    assert around(dossier) == {"dossier"}


def test_files_of_ones_own_are_not_removed(dossier: Path) -> None:
    note = dossier / "mes notes.txt"
    note.write_text("à garder", encoding="utf-8")
    assert read_dossier(dossier).name  # nobody reads it: it does no harm
    with pytest.raises(InputError, match=r"mes notes\.txt.*Nothing was changed"):
        gather(MENDE, dossier)
    assert note.read_text(encoding="utf-8") == "à garder"
    assert read_dossier(dossier).report["territory"]["code"] == ALES
    assert around(dossier) == {"dossier"}


def test_files_put_there_meanwhile_are_not_removed(dossier: Path) -> None:
    with pytest.raises(InputError, match="notes"), replaced_whole(dossier, strangers) as new:
        (new / "rapport.json").write_text("{}", encoding="utf-8")
        (dossier / "notes").mkdir()
    assert (dossier / "notes").is_dir()
    assert read_dossier(dossier).report["territory"]["code"] == ALES


def test_a_folder_of_ones_own_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thèse").mkdir()
    (tmp_path / "thèse" / "communes.parquet").write_text("mine")
    with pytest.raises(InputError, match=r"communes\.parquet.*expected a new or empty folder"):
        gather(ALES, tmp_path / "thèse")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="the folder from which this runs"):
        gather(ALES, Path())


def test_what_systems_put_into_folders_is_nobodys(dossier: Path) -> None:
    (dossier / ".DS_Store").write_text("")
    gather(ALES, dossier)
    assert read_dossier(dossier).name


def test_two_at_once_are_told_apart(dossier: Path) -> None:
    with replaced_whole(dossier, strangers) as new:
        with pytest.raises(InputError, match="another tiGIS is writing"):
            gather(MENDE, dossier)
        (new / "one.txt").write_text("whole")
    assert [path.name for path in dossier.iterdir()] == ["one.txt"]


def test_a_link_to_a_folder_stays_one(dossier: Path) -> None:
    link = dossier.with_name("lien")
    link.symlink_to(dossier, target_is_directory=True)
    gather(MENDE, link)
    assert link.is_symlink()
    assert read_dossier(dossier).report["territory"]["code"] == MENDE


def test_a_changed_file_is_refused_by_every_reader(dossier: Path, tmp_path: Path) -> None:
    path = dossier / "friches.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    out = str(tmp_path / "page.html")
    for command in (["maps", "-o", str(tmp_path / "pages")], ["portrait", "-o", out]):
        done = CliRunner().invoke(tigis, [*command, "--dossier", str(dossier)])
        assert isinstance(done.exception, DataFileError)
        said = r"friches.parquet: other content of the same size; it is not the file that was gathered for CA"
        assert str(done.exception).startswith(said)
        assert "Gather it again" in str(done.exception)


@pytest.mark.parametrize("what", ["cut", "absent", "extra"])
def test_a_folder_that_is_not_what_its_report_says_is_refused(what: str, dossier: Path) -> None:
    path = dossier / "indicateurs.parquet"
    if what == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif what == "absent":
        path.unlink()
    else:
        shutil.copy(path, dossier / "routes.npz")  # as an earlier territory would have left it
    with pytest.raises(DataFileError, match=r"(indicateurs\.parquet|routes\.npz): .*CA Alès Agglomération"):
        read_dossier(dossier)


def test_maps_of_another_dossier_leave_none_of_the_first(dossier: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    for code, expected in ((ALES, {"densite", "friches"}), (MENDE, {"densite"})):
        gather(code, dossier)
        done = CliRunner().invoke(tigis, ["maps", "--dossier", str(dossier), "-o", str(out)])
        assert done.exit_code == 0, done.output
        assert {path.stem for path in out.iterdir()} == expected


def test_a_file_changed_while_maps_are_drawn_is_refused(dossier: Path) -> None:
    pages = dossier_maps(dossier)
    assert next(pages)[0] == DOSSIER_PAGES[0] == "densite"
    (dossier / "friches.parquet").write_bytes(b"")
    with pytest.raises(DataFileError, match=r"friches\.parquet: 0 bytes"):
        list(pages)


def test_a_report_of_before_is_gathered_again_in_the_same_folder(dossier: Path) -> None:
    report = json.loads((dossier / "rapport.json").read_text(encoding="utf-8"))
    del report["files"], report["territory"]["kind"], report["territory"]["map_year"]
    (dossier / "rapport.json").write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"an earlier tiGIS wrote it.*Gather it again in the same folder"):
        read_dossier(dossier)
    gather(MENDE, dossier)
    assert read_dossier(dossier).report["territory"]["code"] == MENDE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda report: report.clear(), "the report, territory: NoneType; expected dict"),
        (lambda report: report["territory"].update(name=3), "the report, territory, name: int; expected str"),
        (lambda report: report["parts"].pop(), "parts"),
        (
            lambda report: report["parts"][0].update(origins=[{}]),
            "parts, entry 0, origins, entry 0, title",
        ),
        (lambda report: report["files"].update({"x.npz": {"size_bytes": True, "sha256": ""}}), "bool"),
        (lambda report: report["files"].pop("friches.parquet"), "sums of"),
        (
            lambda report: (
                report["files"].update({"../x.npz": {"size_bytes": 1, "sha256": ""}}),
                report["parts"][0]["files"].append("../x.npz"),
            ),
            "plain names",
        ),
    ],
)
def test_a_crafted_report_is_refused_by_name(change, said: str, dossier: Path) -> None:
    report = json.loads((dossier / "rapport.json").read_text(encoding="utf-8"))
    change(report)
    (dossier / "rapport.json").write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        read_dossier(dossier)


@pytest.mark.parametrize("content", ["", "[" * 100_000, "null", '{"parts": "', "\ud800"])
def test_a_broken_report_is_refused_by_name(content: str, dossier: Path) -> None:
    (dossier / "rapport.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataFileError, match=r"rapport\.json"):
        read_dossier(dossier)
    with pytest.raises(InputError, match="holds what is of no dossier"):
        gather(MENDE, dossier)
