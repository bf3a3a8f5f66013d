"""The gallery: its maps rebuilt byte for byte, their titles true, and an index that leads to them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cli import tigis
from tiGIS.gallery import SECTIONS, _population, build, chosen_pages

PAGES = chosen_pages()
COMMITTED = Path(__file__).resolve().parents[2] / "maps"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    result = CliRunner().invoke(tigis, ["maps", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


def test_committed_maps_are_what_the_recipes_give(built):
    for path in sorted(built.iterdir()):
        assert path.read_bytes() == (COMMITTED / path.name).read_bytes(), path.name


def test_every_page_is_light_and_whole(built):
    for page in PAGES:
        path = built / f"{page.name}.html"
        text = path.read_text(encoding="utf-8")
        assert '<html lang="fr">' in text
        assert re.search(r"<title>[^<]{20,}</title>", text)
        assert "IGN" in text


def test_every_page_is_under_a_megabyte(built):
    assert max(path.stat().st_size for path in built.iterdir()) < 1_000_000


def test_methods_come_last_and_say_the_error():
    page = (COMMITTED / "methodes.html").read_text(encoding="utf-8")
    error = tiGIS.load_interurban_network().metadata["calibration"]["held_out"]["time"]
    title = re.search(r"<title>(.*?)</title>", page)[1]
    assert f"{error['median_error_pct']:.0f}\u202f%" in title
    assert f"{error['p90_error_pct']:.0f}\u202f%" in title
    table = COMMITTED.parent / "data" / "geo" / "interurban_calibration.json"
    trips = json.loads(table.read_text(encoding="utf-8"))["held_out"]["trips"]
    assert f"{tiGIS.number(trips, 0)} trajets mis à part" in page
    assert PAGES[-1].name == "methodes"
    assert not re.search(r"see column|March|contributors", page)


def test_the_script_to_copy_draws_two_maps(tmp_path):
    script = Path(__file__).resolve().parents[2] / "scripts" / "first_map.py"
    page = tmp_path / "carte.html"
    done = subprocess.run(
        [sys.executable, script, "200066918", page],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(tiGIS.__file__).parents[1]), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "72 of 72 territories matched" in done.stdout
    assert "communes sur 72 perdent des habitants" in page.read_text(encoding="utf-8")
    assert (tmp_path / "carte_autoroute.html").is_file()


def test_the_index_leads_to_every_page_in_order(built):
    index = (built / "index.html").read_text(encoding="utf-8")
    places = [index.index(f'href="{page.name}.html"') for page in PAGES]
    sections = [name for name, _ in SECTIONS]
    order = sorted(range(len(PAGES)), key=lambda i: sections.index(PAGES[i].section))
    assert [places[i] for i in order] == sorted(places)
    assert not re.search(r"""(?:src|href)=["']https?:""", index)


def test_a_folder_with_some_pages_has_an_index_of_those(tmp_path):
    written = build("ales", tmp_path)
    assert written[-1].name == "index.html"
    index = written[-1].read_text(encoding="utf-8")
    assert "ales_population.html" in index
    assert "territoires_population.html" not in index


def test_populations_are_conserved_from_one_map_to_the_other():
    people = _population.change()
    figures = tiGIS.territory.load_populations()
    then = figures[(figures["census_year"] == 2018) & (figures["map_year"] == 2021)]
    assert people["p18"].sum() == pytest.approx(then["population"].sum())
    ales = people.loc[tiGIS.load_communes(epci="200066918", map_year=2024).index]
    assert len(ales) == 72
    before = tiGIS.territory.load_memberships(2021)
    members = before.index[before["siren"] == "200066918"]
    assert ales["p18"].sum() == then.set_index("code_insee")["population"].reindex(members).sum()


def test_a_change_from_nobody_is_unknown():
    table = pd.DataFrame({"p18": [0.0, 100.0], "p22": [3.0, 103.0]})
    assert _population.change_pct(table).isna().tolist() == [True, False]
    assert _population.change_pct(table).iloc[1] == pytest.approx(3)


def test_what_is_no_group_is_the_name_of_a_territory():
    with pytest.raises(tiGIS.TerritoryNotFoundError):
        chosen_pages("Atlantide-sur-Mer")
    assert {page.group for page in chosen_pages("Loire Forez")} == {"200065886"}
    assert {page.group for page in chosen_pages("ales")} == {"ales", "all"}


def test_pages_are_in_the_order_of_their_sections():
    with pytest.warns(DeprecationWarning, match="chosen_pages"):
        pages = tiGIS.gallery.PAGES
    sections = [name for name, _ in SECTIONS]
    order = [sections.index(page.section) for page in pages]
    assert order == sorted(order)
