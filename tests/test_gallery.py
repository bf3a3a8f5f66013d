"""The gallery: its maps rebuilt byte for byte, their titles true, and an index that leads to them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS.cli import tigis
from tiGIS.gallery import PAGES, SECTIONS, _population, build, chosen_pages

COMMITTED = Path(__file__).resolve().parents[1] / "maps"


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
        assert path.stat().st_size < 1_200_000
        assert '<html lang="fr">' in text
        assert re.search(r"<title>[^<]{20,}</title>", text)
        assert "IGN" in text


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
    figures = tiGIS.load_populations()
    then = figures[(figures["census_year"] == 2018) & (figures["map_year"] == 2021)]
    assert people["p18"].sum() == pytest.approx(then["population"].sum())
    ales = people.loc[tiGIS.load_communes(epci="200066918", year=2025).index]
    assert len(ales) == 71
    before = tiGIS.load_memberships(2021)
    members = before.index[before["siren"] == "200066918"]
    assert ales["p18"].sum() == then.set_index("code_insee")["population"].reindex(members).sum()


def test_a_change_from_nobody_is_unknown():
    table = pd.DataFrame({"p18": [0.0, 100.0], "p22": [3.0, 103.0]})
    assert _population.change_pct(table).isna().tolist() == [True, False]
    assert _population.change_pct(table).iloc[1] == pytest.approx(3)


def test_an_unknown_group_is_refused():
    with pytest.raises(tiGIS.InputError, match="expected one of"):
        chosen_pages("paris")
