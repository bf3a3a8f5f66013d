"""Intervals around values: which classes they leave open, and how that shows; two maps side by side."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tiGIS
from tiGIS.maps import Layer, choropleth, figure


@pytest.fixture
def measured(towns):
    """Values with an interval of 2 on either side; unknown where the value is, and in one more place."""
    towns["bas"], towns["haut"] = towns["taux"] - 2, towns["taux"] + 2
    towns.loc[towns.index[9], ["bas", "haut"]] = np.nan
    return towns


@pytest.fixture
def layer():
    bins = [-10, 10, 20, 30, 60]
    said = "intervalle à 90 %"
    return Layer(
        column="taux", label="Taux", unit="%", bins=bins, low="bas", high="haut", interval_label=said
    )


@pytest.fixture
def side_by_side(measured, layer, tmp_path):
    other = Layer(column="gain", label="Gain", unit="min", center=0)
    chart = choropleth(measured, [layer, other], title="Deux", compare="beside", kind="commune")
    chart.save(tmp_path / "x.html")
    return chart, tmp_path / "x.html"


def test_a_class_is_uncertain_where_the_interval_crosses_a_bound(measured, layer):
    drawn = choropleth(measured, [layer]).layers[0]
    for i, value in enumerate(measured["taux"]):
        known = np.isfinite(value) and i != 9
        # a value equal to a bound is in the class that ends there
        crosses = known and any(value - 2 <= bound < value + 2 for bound in (10, 20, 30))
        assert bool(drawn.interval.unsure[i]) == crosses, (i, value)
    assert 0 < drawn.unsure == drawn.interval.unsure.sum() < len(measured)


def test_one_open_end_is_enough_and_the_ends_of_the_scale_are_no_bounds(towns):
    towns["taux"] = [1.0, 2.0, 12.0] + [5.0] * 69
    towns["bas"], towns["haut"] = towns["taux"] - 100, towns["taux"]
    towns.loc["30001", "haut"] = 11
    drawn = choropleth(towns, "taux", bins=[0, 10, 20], low="bas", high="haut").layers[0]
    assert np.flatnonzero(drawn.interval.unsure).tolist() == [1, 2]


def test_refusals(measured):
    with pytest.raises(tiGIS.InputError, match="low ≤ value ≤ high"):
        choropleth(measured, "taux", low="haut", high="bas")
    with pytest.raises(tiGIS.InputError, match="two columns"):
        choropleth(measured, "taux", low="bas")
    with pytest.raises(tiGIS.InputError, match="two columns"):
        choropleth(measured, Layer(column={"1": "taux", "2": "gain"}, low="bas", high="haut"))
    with pytest.raises(tiGIS.InputError, match="expected numbers"):
        choropleth(measured, "taux", low="nom", high="haut")
    with pytest.raises(tiGIS.InputError, match="two layers"):
        choropleth(measured, "taux", compare="beside")


def test_figures_hatch_and_count_uncertain_classes(measured, layer):
    chart = choropleth(measured, [layer])
    drawn = figure(chart)
    hatched = [c for c in drawn.axes[0].collections if set(c.get_hatch() or "/") == {"\\"}]
    assert sum(len(c.get_paths()) for c in hatched) == chart.layers[0].unsure
    assert "classe incertaine" in [text.get_text() for text in drawn.axes[1].texts]


@pytest.mark.browser
def test_uncertainty_shows_on_the_map_the_legend_the_panel_and_the_table(opened, side_by_side, tmp_path):
    chart, path = side_by_side
    view = opened(path)
    unsure = chart.layers[0].interval.unsure
    row = view.page.locator('.legend[data-layer="0"] tr.unsure')
    assert row.locator(".count").inner_text() == str(unsure.sum())
    colours = """id => {
      const { app } = tigis, where = app.whereIs(id), canvas = app.mapView.colours._container;
      const frame = canvas.getBoundingClientRect(), pen = canvas.getContext("2d");
      const { data } = pen.getImageData(where.x - frame.left - 5, where.y - frame.top - 5, 10, 10);
      return new Set(Array.from({ length: 100 }, (_, i) => data.slice(4 * i, 4 * i + 4).join())).size;
    }"""
    for i in (*np.flatnonzero(unsure)[:4].tolist(), *np.flatnonzero(~unsure)[:4].tolist()):
        # one colour where the class is sure, lines over it where it is not; the missing one is hatched too
        assert (view.page.evaluate(colours, i) > 1) == bool(unsure[i] or i == 5), i
    view.page.evaluate("id => tigis.app.set({ pin: id })", int(np.flatnonzero(unsure)[0]))
    panel = view.page.locator(".panel")
    said = panel.inner_text().replace("\u202f", " ")
    assert re.search(r"intervalle à 90 % : .* à .* \(classe incertaine\)", said)
    assert panel.locator(".chart .whisker").count() == 1
    view.page.get_by_role("button", name="Tableau").click()
    assert "intervalle à 90 %" in view.page.locator(".table thead").inner_text()
    with view.page.expect_download() as download:
        view.page.evaluate("() => document.querySelector('[data-format=csv]').click()")
    download.value.save_as(tmp_path / "x.csv")
    assert "Taux, bas;Taux, haut" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig").replace('"', "")


SAME_VIEW = """() => {
  const { map, beside } = tigis.app.mapView, [a, b] = [map.getCenter(), beside.getCenter()];
  return map.getZoom() === beside.getZoom() && a.distanceTo(b) < 1 && map.getSize().equals(beside.getSize());
}"""
# the colour that fills most of a square, so that no border decides
COLOURS_IN_THE_MIDDLE = """() => [tigis.app.mapView.map, tigis.app.mapView.beside].map(map => {
  const canvas = map.getPane("tigis").querySelector("canvas"), at = map.getSize().divideBy(2);
  const inner = canvas.getBoundingClientRect(), frame = map.getContainer().getBoundingClientRect();
  const x = at.x + frame.left - inner.left, y = at.y + frame.top - inner.top;
  const { data } = canvas.getContext("2d").getImageData(x - 12, y - 12, 25, 25), found = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = "#" + [...data.slice(i, i + 3)].map(c => c.toString(16).padStart(2, "0")).join("");
    found.set(colour, (found.get(colour) || 0) + 1);
  }
  return [...found].sort((a, b) => b[1] - a[1])[0][0];
})"""


@pytest.mark.browser
def test_two_maps_share_view_selection_and_tooltip(opened, side_by_side):
    _, path = side_by_side
    view = opened(path)
    assert view.page.locator(".frame:visible").count() == 2
    assert view.page.locator(".legend:visible").count() == 2
    assert view.page.locator(".which").all_inner_texts() == ["Taux", "Gain"]
    assert view.page.evaluate(SAME_VIEW)
    zoom = "() => tigis.app.mapView.map.getZoom()"
    start = view.page.evaluate(zoom)
    view.page.get_by_role("button", name="Agrandir").click()
    view.page.wait_for_function(f"start => ({zoom})() > start", arg=start)
    view.still()
    assert view.page.evaluate(SAME_VIEW)
    frame = view.page.locator(".twin").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x + 60, y + 30, steps=4)
    view.page.mouse.up()
    view.still()
    assert view.page.evaluate(SAME_VIEW)
    view.page.mouse.move(x, y)
    tip = view.page.locator(".tip").inner_text()
    # the layer under the pointer first, then the other one
    assert tip.index("\u202fmin") < tip.index("Taux") < tip.index("%")
    view.page.mouse.click(x, y)
    assert view.page.locator(".panel.pinned").is_visible()
    side, panel = (view.page.locator(name).bounding_box() for name in (".side", ".panel h2"))
    assert panel["y"] + panel["height"] < side["y"] + side["height"]
    one, two = view.page.evaluate(COLOURS_IN_THE_MIDDLE)
    assert two in view.page.evaluate("() => tigis.app.data.layers[1].colours")
    assert one != two


@pytest.mark.browser
def test_a_reader_puts_the_curtain_back_or_stops_comparing_and_the_address_keeps_it(opened, side_by_side):
    _, path = side_by_side
    view = opened(path)
    view.page.get_by_label("côte à côte").uncheck()
    assert view.page.locator(".frame:visible").count() == 1
    assert view.page.locator(".split").is_visible()
    again = opened(path, view.new_fragment())
    assert again.page.locator(".split").is_visible()
    again.page.get_by_role("button", name="Comparer").click()
    assert again.page.locator(".legend:visible").count() == 1
    last = opened(path, again.new_fragment())
    assert last.page.locator(".frame:visible").count() == 1


@pytest.mark.browser
def test_on_a_phone_two_maps_stand_one_above_the_other(opened, side_by_side):
    _, path = side_by_side
    view = opened(path, size=(390, 844), is_mobile=True, has_touch=True)
    one, two = (view.page.locator(name).bounding_box() for name in (".folium-map", ".twin"))
    assert two["y"] >= one["y"] + one["height"]
    assert one["width"] == two["width"]
    assert view.page.evaluate("() => document.documentElement.scrollWidth") <= 390
