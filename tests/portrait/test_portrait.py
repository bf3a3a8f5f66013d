"""The portrait of a territory: its figures are those of the measures, and it needs nothing else."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS._format import duration, quantity
from tiGIS.cli import tigis
from tiGIS.portrait import INDICATORS, find_subject, portrait
from tiGIS.portrait._blocks import Ledger, runs
from tiGIS.portrait._figures import rank_with_interval
from tiGIS.portrait._subject import Peers, neighbours_of, peers_of

ALES = "200066918"
AXE = Path(__file__).parents[1] / "maps" / "axe" / "axe.min.js"


@pytest.fixture(scope="module")
def page():
    return portrait(ALES)


@pytest.fixture(scope="module")
def ti_page():
    return portrait("ti-7602", phase="2018-2022")


def without_drawings(page: str) -> str:
    return re.sub(r"<svg.*?</svg>|<style.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("kind", ["epci", "ti"])
def test_every_figure_is_the_indicators(kind, page, ti_page):
    text, code = (page, ALES) if kind == "epci" else (ti_page, "ti-7602")
    for key in INDICATORS:
        indicator = tiGIS.indicators.indicator(key)
        value = float(tiGIS.values(key, kind, phase="2018-2022").loc[code])
        signed = indicator.since is not None
        unit = indicator.unit_fr if len(indicator.unit_fr) <= 12 else ""
        assert quantity(value, unit, indicator.decimals, signed=signed) in text, key


def test_the_page_is_whole_and_names_its_sources(page, ti_page):
    for text in (page, ti_page):
        assert '<html lang="fr">' in text
        assert not re.search(r"""(?:src|href)=["']https?:|<script""", text)
        assert "Insee" in text
        assert "Granier 2023" in text
        words = without_drawings(text)
        assert not re.search(r"\bnan\b|None|<NA>", words)
        assert "_" not in html.unescape(re.sub(r"<[^>]+>", "", words)).replace("scgraph_data", "")


def test_every_mark_leads_to_a_source_or_a_limit(page, ti_page):
    for text in (page, ti_page):
        aims = set(re.findall(r'href="#([\w-]+)"', text))
        assert len(aims) > 20
        assert aims <= set(re.findall(r'id="([\w-]+)"', text))


@pytest.mark.browser
@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]
)
def test_axe_finds_nothing_serious_and_the_page_asks_for_nothing(page, browser, tmp_path, options):
    path = tmp_path / "portrait.html"
    path.write_text(page, encoding="utf-8")
    with browser.new_context(locale="fr-FR", bypass_csp=True, **options) as context:
        view = context.new_page()
        view.set_default_timeout(300_000)
        asked: list[str] = []
        view.on("request", lambda request: asked.append(request.url))
        view.goto(path.as_uri())
        view.evaluate(AXE.read_text(encoding="utf-8"))
        found = view.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        wide = view.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert [fault["id"] for fault in found["violations"] if fault["impact"] != "minor"] == []
    assert asked == [path.as_uri()]
    assert wide <= 0


@pytest.mark.browser
def test_a_printed_portrait_is_whole(page, browser, tmp_path):
    path = tmp_path / "portrait.html"
    path.write_text(page, encoding="utf-8")
    # as wide as an A4 sheet within its margins: a browser would else shrink the whole, or cut it
    with browser.new_context(locale="fr-FR", viewport={"width": 703, "height": 1000}) as context:
        view = context.new_page()
        view.set_default_timeout(300_000)
        view.goto(path.as_uri())
        view.emulate_media(media="print")
        assert view.evaluate("() => document.documentElement.scrollWidth") <= 703
        document = pypdfium2.PdfDocument(view.pdf(format="A4"))
        keys = view.locator(".legend tbody tr").all_inner_texts()
    assert len(keys) >= 8
    words = ""
    for sheet in document:
        pixels = np.asarray(sheet.render(scale=2).to_pil().convert("L"))
        margin = round(10 / 25.4 * 72 * 2)
        assert (pixels[:, :margin] == 255).all()
        assert (pixels[:, -margin:] == 255).all()
        words += sheet.get_textpage().get_text_range()
    bare = re.sub(r"\s", "", words)
    assert [key for key in keys if re.sub(r"\s", "", key) not in bare] == []


def test_no_section_is_empty(page, ti_page):
    overseas = portrait("ti-0401")
    for text in (page, ti_page, overseas):
        sections = re.findall(r"<section id=.*?</section>", text, flags=re.DOTALL)
        assert len(sections) >= 6
        for section in sections:
            shown = re.sub(r"<h2.*?</h2>|<details.*?</details>|<[^>]+>", "", section, flags=re.DOTALL)
            assert len(shown.split()) > 5
    assert "France métropolitaine" in overseas  # why no minutes are known


def test_minutes_are_means_weighted_by_people(page):
    network = tiGIS.load_interurban_network()
    communes = tiGIS.load_communes(epci=ALES)
    halls = tiGIS.territory.load_town_halls().loc[communes.index]
    minutes = tiGIS.nearest(network, halls, tiGIS.territory.load_motorway_accesses())["time_min"]
    mean = float(np.average(minutes, weights=communes["population"]))
    assert f'<td class="own">{duration(mean)}</td>' in page


def test_a_rank_never_stands_without_its_interval(page, ti_page):
    for text in (page, ti_page):
        words = html.unescape(re.sub(r"<[^>]+>", " ", without_drawings(text)))
        alone = re.findall(r"\d+[ᵉʳ]+ / \d+\b(?!\s*\(\d+[ᵉʳ]+ à \d+[ᵉʳ]+\))", words)
        assert alone == []
        assert re.search(r"Au \S+ rang sur .*? entre le \S+ et le \S+, neuf fois sur dix", words)


def test_the_interval_of_a_rank_holds_it_and_follows_the_other_peers():
    figures = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": np.nan})
    peers = Peers(["a", "b", "c"], (["b", "c", "d"], ["a", "b", "e"]))
    # second of three; last of the three with d; first of the two with a, a third of which is unknown
    assert rank_with_interval(figures, "b", peers) == (2, 1, 3, 3)
    assert rank_with_interval(figures, "e", peers) is None


@pytest.mark.parametrize(("territory", "phase"), [(ALES, None), ("ti-7602", "2018-2022")])
def test_comparable_territories_are_of_the_same_order(territory, phase):
    subject = find_subject(territory, phase)
    peers = peers_of(subject)
    if phase is None:
        people = tiGIS.load_epci(2024)["population"]
    else:
        people = tiGIS.load_territoires_industrie(phase)["population"]
    assert subject.code in peers.codes
    assert people[peers.codes].between(people[territory] / 2, people[territory] * 2).all()


def test_neighbours_touch_the_territory():
    found = neighbours_of(find_subject(ALES))
    epci = tiGIS.load_epci(siren=[ALES, *found])
    apart = epci.geometry.distance(epci.geometry.loc[ALES])
    assert len(found) > 5
    assert (apart < 50).all()


def test_a_territory_is_found_by_name_code_and_phase():
    assert find_subject("ti-7602").phase == "2023-2027"
    assert find_subject("ti-7602", "2018-2022").name == "Bassin d'Alès"
    assert find_subject("alès agglomération").kind == "epci"
    assert find_subject("ti-0401").communes.crs.to_epsg() == 2975


def test_other_territories_have_no_reference_figures():
    english = portrait("243000643", lang="en")
    assert "Granier" not in english
    assert '<html lang="en">' in english
    assert "tigis gather" in english  # how to have what is not bundled


def test_marks_are_written_short():
    assert runs(("a", "b", "c", "2", "1", "e")) == [("1", "1"), ("2", "2"), ("a–c", "a"), ("e", "e")]
    ledger = Ledger("x", "fr")
    assert ledger.enter(["A", "B"], ["C."]) == ("1", "2", "a")
    assert ledger.enter(["B"], ["C"]) == ("2", "a")


def test_from_the_command_line(tmp_path):
    path = tmp_path / "x.html"
    result = CliRunner().invoke(tigis, ["portrait", "ti-0401", "-o", str(path)])
    assert result.exit_code == 0, result.output
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert CliRunner().invoke(tigis, ["portrait"]).exit_code == 2


def test_no_such_territory():
    with pytest.raises(tiGIS.TerritoryNotFoundError):
        portrait("Atlantide-sur-Mer")
    with pytest.raises(tiGIS.TerritoryNotFoundError, match="no EPCI or Territoire d'industrie"):
        portrait("30007")
