"""Every control of a page, in both lights and on a phone; and what axe-core says of its accessibility."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from map_frames import make_towns
from tiGIS.maps import Layer, choropleth

pytestmark = pytest.mark.browser
AXE = Path(__file__).with_name("axe") / "axe.min.js"
PHONE = {"size": (390, 844), "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    towns = make_towns()
    path = tmp_path_factory.mktemp("controls") / "carte.html"
    towns["later"] = towns["taux"] + 4
    layers = [
        Layer(column="taux", label="Taux", unit="%", reference=18.5),
        Layer(column={"2018": "taux", "2022": "later"}, label="Série", unit="%", palette="land"),
        Layer(column="type", label="Type"),
    ]
    chart = choropleth(towns, layers, title="Titre", kind="commune", population="habitants", labels=True)
    chart.add_points(towns.iloc[:3].set_geometry(towns.iloc[:3].centroid), label="Sites")
    chart.save(path)
    return path


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious(opened, page_file, options):
    view = opened(page_file, **options)
    view.page.evaluate(AXE.read_text(encoding="utf-8"))

    def faults():
        found = view.page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        return [
            (v["id"], v["nodes"][0]["html"][:90], v["nodes"][0]["failureSummary"][:200])
            for v in found["violations"]
            if v["impact"] in ("serious", "critical", "moderate")
        ]

    assert faults() == []
    view.page.evaluate("() => tigis.app.set({ pin: 7 })")
    assert faults() == []
    view.page.evaluate("() => tigis.app.set({ other: 1, beside: true })")
    assert faults() == []
    view.page.get_by_role("button", name="Tableau").click()
    assert faults() == []


def test_compare_shows_both_layers_on_either_side(opened, page_file):
    view = opened(page_file)
    view.page.get_by_role("button", name="Comparer").click()
    assert view.page.locator(".legend:visible").count() == 2
    view.page.get_by_label("avec").select_option("2")
    slider = view.page.get_by_label("Position de la séparation")
    slider.focus()
    slider.press("Home")
    view.settle()
    right = view.page.evaluate("() => tigis.app.data.layers[2].colours")
    assert view.colour_at("30010") in right
    slider.press("End")
    view.settle()
    left = view.page.evaluate("() => tigis.app.data.layers[0].colours")
    assert view.colour_at("30010") in left
    view.page.get_by_role("button", name="Comparer").click()
    assert view.page.locator(".legend:visible").count() == 1


def test_the_year_slider_recolours_and_recounts(opened, page_file, towns):
    view = opened(page_file)
    view.page.locator(".switch").get_by_text("Série").click()
    slider = view.page.get_by_label("Année")
    legend = view.page.locator('.legend[data-layer="1"]')
    later = legend.locator(".count").all_inner_texts()
    slider.focus()
    slider.press("Home")
    assert legend.locator(".when").inner_text() == "2018"
    earlier = legend.locator(".count").all_inner_texts()
    assert earlier != later
    assert sum(map(int, earlier)) == len(towns)
    view.page.evaluate("() => tigis.app.set({ pin: 7 })")
    assert view.page.locator(".panel .chart .dot").count() == 2


def test_a_class_is_singled_out_from_the_legend(opened, page_file):
    view = opened(page_file)
    button = view.page.locator('.legend[data-layer="0"] tr[data-class] button').first
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    classes = view.page.evaluate("() => tigis.app.data.layers[0].classes[0]")
    colours = view.page.evaluate("() => tigis.app.data.layers[0].colours")
    for i in (1, 9, 20, 40):
        shown = view.colour_at(f"30{i:03d}")
        assert (shown == colours[0]) == (classes[i] == "0")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"


def test_legend_folds_and_never_covers_the_map(opened, page_file):
    for options in ({}, PHONE):
        view = opened(page_file, **options)
        legend = view.page.locator('.legend[data-layer="0"]')
        seen, frame = legend.bounding_box(), view.page.locator(".folium-map").bounding_box()
        apart = (
            seen["x"] >= frame["x"] + frame["width"]
            or seen["y"] >= frame["y"] + frame["height"]
            or seen["y"] + seen["height"] <= frame["y"]
        )
        assert apart
        legend.locator("summary").click()
        assert not legend.locator("table").is_visible()


def test_on_a_phone_the_panel_is_a_sheet_and_nothing_overflows(opened, page_file):
    view = opened(page_file, **PHONE)
    where = view.page.evaluate("() => tigis.app.whereIs(20)")
    view.page.touchscreen.tap(where["x"], where["y"])
    view.page.wait_for_selector(".panel.pinned")
    sheet = view.page.locator(".panel").bounding_box()
    assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=2)
    assert view.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    view.page.get_by_role("button", name="Fermer la fiche").click()
    assert not view.page.locator(".panel.pinned").is_visible()


def test_zoom_home_full_screen_link_and_print(opened, page_file):
    view = opened(page_file)
    zoom = "() => tigis.app.mapView.map.getZoom()"
    start = view.page.evaluate(zoom)
    view.page.get_by_role("button", name="Agrandir").click()
    view.page.wait_for_function(f"start => ({zoom})() > start", arg=start)
    view.still()
    assert set(view.colours().values()) <= {
        "many",
        "#000000",
        *view.page.evaluate("() => tigis.app.layer.colours"),
    }
    view.page.get_by_role("button", name="Tout voir").click()
    assert view.page.evaluate(zoom) == pytest.approx(start)
    view.page.get_by_role("button", name="Plein écran").click()
    view.page.wait_for_function("() => document.fullscreenElement")
    view.page.get_by_role("button", name="Plein écran").click()
    view.page.wait_for_function("() => !document.fullscreenElement")
    view.page.get_by_role("button", name="Copier le lien").click()
    view.page.get_by_text("Lien copié").or_(view.page.get_by_text("Voir la barre d’adresse")).wait_for()
    view.page.emulate_media(media="print")
    assert not view.page.locator(".tools").is_visible()
    assert view.page.locator(".legend").first.is_visible()
    printed = view.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    view.page.emulate_media(media="screen")


def test_all_shows_again_where_the_frame_changes(opened, page_file):
    view = opened(page_file)
    for size in ((1047, 718), (900, 1100), (1440, 900)):
        view.page.set_viewport_size({"width": size[0], "height": size[1]})
        view.settle()
        assert len(view.colours()) == 72
        inside = """() => {
          const frame = tigis.app.mapView.map.getContainer().getBoundingClientRect();
          const seen = tigis.app.data.codes.map((_, id) => tigis.app.whereIs(id));
          return seen.every(({ x, y }) =>
            x > frame.left && x < frame.right && y > frame.top && y < frame.bottom);
        }"""
        assert view.page.evaluate(inside), size


def test_focus_can_be_seen_and_tab_reaches_every_control(opened, page_file):
    view = opened(page_file)
    reached = set()
    for _ in range(40):
        view.page.keyboard.press("Tab")
        reached.add(
            view.page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                  const own = s.outlineStyle !== 'none' || e.name === 'layer' || e === document.body;
                  const name = e.className + '|' + (e.dataset.do || e.name || e.type || e.tagName);
                  return (own ? '' : 'unseen: ') + name; }"""
            )
        )
    assert [one for one in reached if one.startswith("unseen")] == []
    text = " ".join(reached)
    controls = [
        "skip",
        "table",
        "compare",
        "home",
        "SUMMARY",
        "link",
        "print",
        "full",
        "folium-map",
        "search",
    ]
    assert [control for control in controls if control not in text] == []


def test_numbers_are_written_as_python_writes_them(opened, page_file):
    from tiGIS import _format

    view = opened(page_file)
    rng = np.random.default_rng(5)
    values = [0.0, -0.04, 2.5, -2.5, 1e12, 1234.5, *(rng.normal(0, 10.0**e) for e in range(-3, 9))]
    write = "([values, layer, lang]) => values.map(v => tigis.formatValue(v, layer, lang, ''))"
    for lang in ("fr", "en"):
        layer = {"unit": "%", "decimals": 1, "signed": True, "categories": None}
        written = view.page.evaluate(write, [values, layer, lang])
        assert written == [_format.quantity(v, "%", 1, lang=lang, signed=True) for v in values]
        layer["unit"] = "min"
        written = view.page.evaluate(write, [values, layer, lang])
        assert written == [_format.quantity(v, "min", lang=lang, signed=True) for v in values]


def test_insets_answer_like_the_map(opened, tmp_path):
    import geopandas as gpd
    from shapely.geometry import box

    frame = gpd.GeoDataFrame(
        {"nom": ["Paris", "La Réunion"], "x": [1, 2]},
        geometry=[box(2.2, 48.8, 2.5, 48.9), box(55.3, -21.3, 55.7, -21.0)],
        crs=4326,
    )
    choropleth(frame, "x", title="Deux").save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    view.page.locator(".insets canvas").hover()
    assert "La Réunion" in view.page.locator(".tip").inner_text()
    view.page.locator(".insets canvas").click()
    assert view.page.locator(".panel h2").inner_text() == "La Réunion"


def test_a_commune_called_script_is_a_commune(opened, towns, tmp_path):
    towns["nom"] = "<script>document.title='x'</script><img src=x onerror=document.title='y'> \"&é🏭"
    choropleth(towns, "taux", title="Noms", labels=True).save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    view.page.evaluate("() => tigis.app.set({ hover: 3, pin: 4, table: true })")
    view.page.get_by_role("combobox").first.fill("script")
    view.page.wait_for_selector("[role=option]")
    view.settle()
    assert view.page.title() == "Noms"
    assert view.page.locator(".panel h2").inner_text() == towns["nom"].iloc[0]
