"""The register of cases: who knows what of which communes, found without naming any case."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cases import Case, CaseTable, _known, all_cases, cases_of, register
from tiGIS.cli import tigis
from tiGIS.gallery import Page, Place, chosen_pages

SOURCE = Path(tiGIS.__file__).parent
CASES = SOURCE / "cases"


def modules_imported(path: Path) -> set[str]:
    """Whole names of what a file imports from the package, inside functions and for type checks too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "tiGIS"}


@pytest.fixture
def thiers():
    """A case of a test: two sites at Thiers, and a page."""
    territory = tiGIS.find_territory("200070712")[0]
    sites = tiGIS.datasets.ales_brownfields().iloc[:2].assign(code_insee="63430", site_surface=12_000.0)
    case = Case(
        "thiers",
        territory,
        "Thiers Dore et Montagne",
        brownfields=CaseTable(
            lambda: sites,
            "friches.csv",
            {"fr": "Friches de Thiers", "en": "Brownfields of Thiers"},
            {"fr": "2025", "en": "2025"},
            producer="Thiers",
        ),
        pages=lambda: [Page("thiers_note", "work", "thiers", lambda: "<title>Une note</title>")],
    )
    register(case)
    yield case
    _known._REGISTERED.clear()


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_room_imports_a_case(path: Path):
    if path.is_relative_to(CASES / "ales"):
        return
    assert [name for name in modules_imported(path) if name.startswith("tiGIS.cases.ales")] == []


@pytest.mark.parametrize("path", sorted((CASES / "ales").glob("*.py")), ids=lambda p: p.name)
def test_a_case_uses_public_names_only(path: Path):
    private = [
        name
        for name in modules_imported(path)
        if any(part.startswith("_") for part in name.split(".")) and not name.startswith("tiGIS.cases.ales.")
    ]
    assert private == []


def test_communes_lead_to_those_who_know_them(thiers):
    assert [case.key for case in cases_of(["30007"])] == ["ales"]
    assert [case.key for case in cases_of(["63430", "30007"])] == ["ales", "thiers"]
    assert cases_of(["75056"]) == []


def test_a_case_says_what_it_knows_of_some_communes(thiers):
    assert len(thiers.known("brownfields", ["63430"])) == 2
    assert len(thiers.known("brownfields", ["63008"])) == 0
    assert thiers.known("risk_plans", ["63430"]) is None
    ales = all_cases()[0]
    assert ales.known("risk_plans", ["30007", "75056"]).index.tolist() == ["30007"]


def test_a_key_in_use_is_refused(thiers):
    for key in ("all", "territoires", "ales"):
        with pytest.raises(tiGIS.InputError, match=f"'{key}' is taken"):
            register(Case(key, thiers.territory, "x"))
    register(Case("thiers", thiers.territory, "again"))
    assert [case.name for case in cases_of(["63430"])] == ["again"]


def test_every_room_asks_the_register(thiers, tmp_path):
    portrait = tiGIS.portrait.portrait("200070712")
    assert "2,4\u202fha" in portrait
    assert "Friches recensées" in portrait
    land = CliRunner().invoke(tigis, ["land", "200070712"])
    assert land.exit_code == 0, land.output
    assert "2,4 ha" in land.output
    cache = tiGIS.sources.Cache(tmp_path / "cache")
    report = tiGIS.dossier.gather_territory("200070712", tmp_path / "dossier", cache=cache)
    part = report.part("land")
    assert part.figures["friches"] == 2
    assert [origin.producer for origin in part.origins] == ["Thiers"]
    pages = [page.name for page in chosen_pages("all")]
    assert pages.index("ales_travail") < pages.index("thiers_note") < pages.index("ales_friches")
    drawn = CliRunner().invoke(tigis, ["maps", "thiers", "-o", str(tmp_path / "maps")])
    assert drawn.exit_code == 0, drawn.output
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == [
        "index.html",
        "methodes.html",
        "thiers_note.html",
    ]


def test_an_installed_case_that_cannot_be_loaded_is_named(monkeypatch):
    class Broken:
        name, value = "lost", "nowhere:CASE"

        def load(self):
            raise ModuleNotFoundError("nowhere")

    monkeypatch.setattr(_known, "entry_points", lambda group: [Broken()])
    _known._installed.cache_clear()
    with pytest.raises(tiGIS.InputError, match="case 'lost': nowhere:CASE"):
        all_cases()
    monkeypatch.undo()
    _known._installed.cache_clear()


def test_a_place_is_seen_by_its_main_communes():
    place = Place.of(tiGIS.find_territory("200070712")[0])
    assert (place.name, place.centre, place.town) == ("Thiers Dore et Montagne", "63430", "Thiers")
    assert {"63", "42", "03"} <= set(place.departements)
    around = place.neighbours()
    assert not set(around.index) & set(place.territory.codes())
    assert isinstance(around.index, pd.Index)
    assert len(around) > 50
