"""A map in the browser, used as a person would use it, with the network cut."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pytest
from matplotlib import image

from map_frames import make_towns
from tiGIS.maps import Layer, choropleth

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "carte.html"
    choropleth(
        make_towns(),
        [
            Layer(column="taux", label="Taux", unit="%", reference=18.5, reasons="secret statistique"),
            Layer(column="gain", label="Gain", unit="min", center=0),
        ],
        title="Une commune sur deux",
        source="Insee",
        kind="commune",
        population="habitants",
    ).save(path)
    return path


def test_every_polygon_has_the_colour_of_its_class_in_the_legend(opened, page_file, towns):
    for scheme in ("light", "dark"):
        view = opened(page_file, color_scheme=scheme)
        legend = view.page.evaluate(
            """() => [...document.querySelectorAll('.legend[data-layer="0"] tr[data-class] .swatch')]
                .map(s => getComputedStyle(s).backgroundColor)"""
        )
        legend = ["#" + "".join(f"{int(c):02x}" for c in re.findall(r"\d+", rgb)) for rgb in legend]
        classes = view.page.evaluate("() => tigis.app.data.layers[0].classes[0]")
        expected = {
            code: "many" if c == "-" else legend[int(c)] for code, c in zip(towns.index, classes, strict=True)
        }
        assert view.colours() == expected


def test_the_legend_counts_what_is_drawn(opened, page_file, towns):
    view = opened(page_file)
    rows = view.page.locator('.legend[data-layer="0"] tbody tr')
    counts = [int(text) for text in rows.locator(".count").all_inner_texts()]
    assert sum(counts) == len(towns)
    assert counts[-1] == 1
    assert "secret statistique" in rows.last.inner_text()
    people = [int(re.sub(r"\D", "", text)) for text in rows.locator(".people").all_inner_texts()]
    assert sum(people) == towns.loc[towns["taux"].notna(), "habitants"].sum()


def test_hover_shows_name_value_and_rank(opened, page_file):
    view = opened(page_file)
    where = view.page.evaluate("() => tigis.app.whereIs(0)")
    view.page.mouse.move(where["x"], where["y"])
    tip = view.page.locator(".tip")
    assert "Saint-Étienne-d’Œuilly" in tip.inner_text()
    assert re.search(r"\d+(ᵉ|ʳᵉ) sur 71 communes", tip.inner_text())
    assert "France" in tip.inner_text()


@pytest.mark.parametrize("asked", ["saint etienne", "SAINT-ÉTIENNE", "oeuilly", "30000"])
def test_search_ignores_accents_and_case(opened, page_file, asked):
    view = opened(page_file)
    view.page.get_by_role("combobox").first.fill(asked)
    view.page.keyboard.press("Enter")
    assert view.page.locator(".panel h2").inner_text() == "Saint-Étienne-d’Œuilly"
    assert "t=30000" in view.new_fragment()


def test_layers_switch_and_the_address_brings_them_back(opened, page_file):
    view = opened(page_file)
    view.page.get_by_text("Gain", exact=True).first.click()
    assert view.page.locator('.legend[data-layer="1"]').is_visible()
    assert not view.page.locator('.legend[data-layer="0"]').is_visible()
    fragment = view.new_fragment()
    again = opened(page_file, fragment)
    assert again.page.locator('.legend[data-layer="1"]').is_visible()


def test_the_table_is_the_equal_of_the_map(opened, page_file, towns):
    view = opened(page_file)
    view.page.get_by_role("button", name="Tableau").click()
    rows = view.page.locator(".table tbody tr")
    assert rows.count() == 72
    assert towns["nom"].loc[towns["taux"].idxmax()] in rows.first.inner_text()
    assert "secret statistique" in rows.last.inner_text()
    view.page.locator(".table thead").get_by_role("button", name=re.compile("Commune")).click()
    assert "Commune 01" in rows.first.inner_text()
    rows.first.get_by_role("button").click()
    assert view.page.locator(".panel h2").inner_text() == "Commune 01"


def test_downloads_hold_the_data_shown(opened, page_file, towns, tmp_path):
    view = opened(page_file)
    saved = {}
    for kind in ("csv", "geojson", "png"):
        view.page.locator(".downloads summary").click()
        with view.page.expect_download() as download:
            view.page.locator(f"[data-format={kind}]").click()
        saved[kind] = tmp_path / f"out.{kind}"
        download.value.save_as(saved[kind])
    lines = saved["csv"].read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 73
    assert lines[1].startswith("30000;Saint-Étienne-d’Œuilly;" + str(towns["taux"].iloc[0]).replace(".", ","))
    shapes = gpd.read_file(saved["geojson"])
    assert json.loads(saved["geojson"].read_text())["features"][0]["id"] == "30000"
    assert shapes.to_crs(2154).area.to_numpy() == pytest.approx(np.full(72, 9e6), rel=0.01)
    picture = np.round(255 * image.imread(saved["png"])[..., :3]).astype(int)
    assert picture.shape[1] == 2400
    seen = {f"#{colour:06x}" for colour in np.unique(picture @ [65536, 256, 1])}
    assert set(view.page.evaluate("() => tigis.app.layer.colours")) <= seen


def test_the_picture_says_what_the_page_says(opened, towns, tmp_path):
    reasons = {"30005": "aucune friche recensée", "30006": "population inconnue"}
    towns.loc["30006", "taux"] = np.nan
    chart = choropleth(towns, "taux", title="Titre", reasons=reasons)
    spots = towns.iloc[::7].set_geometry(towns.iloc[::7].centroid)
    shades = {"rural": "#8000ff", "urbain": "#00aa00"}
    chart.add_points(spots, label="Friches, par zonage", column="type", colours=shades, cluster=False)
    chart.add_symbols(spots, "habitants", label="Gens")
    chart.save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    # what the pen of the picture writes, and where
    view.page.evaluate(
        """() => {
          const write = CanvasRenderingContext2D.prototype.fillText;
          window.written = [];
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            written.push(text);
            return write.call(this, text, x, y);
          };
        }"""
    )
    view.page.locator(".downloads summary").click()
    with view.page.expect_download() as download:
        view.page.locator("[data-format=png]").click()
    download.value.save_as(tmp_path / "x.png")
    written = view.page.evaluate("() => written")
    legend = view.page.locator(".legend:visible tbody th, .overlays label, .overlays li").all_inner_texts()
    assert {*reasons.values(), "rural", "urbain"} <= {one.strip() for one in legend}
    assert [one for one in map(str.strip, legend) if one and one not in written] == []
    assert "donnée absente" not in written
    picture = np.round(255 * image.imread(tmp_path / "x.png")[..., :3]).astype(int)
    beside = picture[:, -600:] @ [65536, 256, 1]
    for colour in shades.values():
        assert np.count_nonzero(beside == int(colour[1:], 16)) > 100


def test_the_tooltip_follows_the_keyboard_too(opened, page_file, towns):
    view = opened(page_file)
    view.page.locator(".folium-map").focus()
    view.page.keyboard.press("PageDown")
    tip = view.page.locator(".tip")
    assert towns["nom"].loc[towns["taux"].idxmax()] in tip.inner_text()
    assert re.search(r"1(ʳᵉ|ᵉʳ) sur 71", tip.inner_text())
    assert view.page.locator(".spoken").inner_text().startswith(towns["nom"].loc[towns["taux"].idxmax()])
    view.page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_keys_reach_every_territory(opened, page_file):
    view = opened(page_file)
    view.page.locator(".folium-map").focus()
    seen = set()
    for _ in range(72):
        view.page.keyboard.press("PageDown")
        seen.add(view.page.evaluate("() => tigis.app.state.hover"))
    assert len(seen) == 72
    view.page.keyboard.press("Home")
    first = view.page.evaluate("() => tigis.app.state.hover")
    view.page.keyboard.press("ArrowRight")
    assert view.page.evaluate("() => tigis.app.state.hover") in (first + 1, first)
    view.page.keyboard.press("Enter")
    assert view.page.locator(".panel.pinned").is_visible()
    assert view.page.locator(".spoken").inner_text()
