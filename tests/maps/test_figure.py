"""Static figures and notes: the same classes as the page, the same bytes every time."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from shapely.geometry import box

import tiGIS
from tiGIS.maps import Layer, choropleth, figure, note


@pytest.fixture
def chart(towns):
    layers = [Layer(column="taux", label="Taux", unit="%"), Layer(column={"2018": "gain", "2022": "taux"})]
    return choropleth(
        towns, layers, title="Un titre", source="Insee", population="habitants", outlines=towns.dissolve()
    )


def test_figures_draw_every_territory_in_the_colour_of_its_class(chart):
    drawn = figure(chart)
    found = {}
    for collection in drawn.axes[0].collections:
        face = to_hex(collection.get_facecolor()[0]) if len(collection.get_facecolor()) else None
        found[face] = found.get(face, 0) + len(collection.get_paths())
    layer = chart.layers[0]
    assert [found[colour] for colour in layer.colours] == layer.counts()


def test_the_legend_says_what_the_page_says(chart):
    said = " ".join(text.get_text() for axes in figure(chart).axes for text in axes.texts)
    for label in chart.layers[0].labels:
        assert label in said
    assert "donnée absente" in said


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_same_map_same_bytes(chart, tmp_path, kind):
    for name in "ab":
        figure(chart, tmp_path / f"{name}.{kind}", width_cm=12)
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_small_multiples_have_a_map_and_a_legend_each(chart):
    assert len(figure(chart, layers=[0, 1]).axes) == 2 * 3


def test_refusals(chart, tmp_path):
    with pytest.raises(tiGIS.InputError, match="from 0 to 1"):
        figure(chart, layers=[2])
    with pytest.raises(tiGIS.InputError, match=r"\.png"):
        figure(chart, tmp_path / "map.bmp")
    with pytest.raises(tiGIS.InputError, match="one to three"):
        note(chart, tmp_path / "x.html", figures=[("1", "a")] * 4)
    for wrong in (None, "1 h", ["ab"]):
        with pytest.raises(tiGIS.InputError, match=r"figures: .*expected pairs"):
            note(chart, tmp_path / "x.html", figures=wrong)
    for call in (figure, lambda wrong: note(wrong, tmp_path / "x.html", figures=[("1", "a")])):
        with pytest.raises(tiGIS.InputError, match="chart: None"):
            call(None)


@pytest.mark.browser
def test_a_note_prints_on_one_page(chart, browser, tmp_path):
    path = note(chart, tmp_path / "note.html", figures=[("1 h 05", "<b>vers Nîmes</b>"), ("12ᵉ", "sur 72")])
    text = path.read_text(encoding="utf-8")
    assert "&lt;b&gt;vers Nîmes" in text
    page = browser.new_page()
    page.set_default_timeout(300_000)
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    assert np.frombuffer(printed[:4], dtype=np.uint8).tobytes() == b"%PDF"


def test_the_legend_names_what_lies_over_the_map(chart, towns):
    spots = towns.iloc[::7].set_geometry(towns.iloc[::7].centroid)
    shades = {"rural": "#8000ff", "urbain": "#00aa00"}
    chart.add_points(spots, label="Friches", column="type", colours=shades)
    chart.add_points(spots, label="Sites")
    around = towns.iloc[[9, 9]].assign(minutes=[15, 30])
    chart.add_isochrones(around, label="Depuis Alès", column="minutes")
    chart.add_symbols(spots, "habitants", label="Gens", unit="hab.")
    for layers in ([0], [0, 1]):
        drawn = figure(chart, layers=layers)
        said = [text.get_text() for axes in drawn.axes for text in axes.texts]
        for words in (
            "Friches",
            "rural",
            "urbain",
            "Sites",
            "Depuis Alès",
            "15\u202fmin",
            "30\u202fmin",
            "Gens",
        ):
            assert said.count(words) == 1, words
        legend = next(axes for axes in drawn.axes if any(t.get_text() == "rural" for t in axes.texts))
        low, high = sorted(legend.get_ylim())
        assert all(low <= text.get_position()[1] <= high for text in legend.texts)
        faces = {to_hex(c) for points in legend.collections for c in points.get_facecolor()}
        assert set(shades.values()) <= faces


def test_dollars_are_no_formula_and_namesakes_each_have_their_label(tmp_path):
    shapes = [box(n, 0, n + 1, 1) for n in range(3)]
    towns = gpd.GeoDataFrame(
        {"nom": ["Saint-Denis", "Saint-Denis", "A $x_$ B"], "x": [1, 2, 3]}, geometry=shapes, crs=2154
    )
    chart = choropleth(towns, "x", title="De 5 $ à \\frac 7 $", unit="$/h_$", labels=True)
    assert [label.text for label in chart.content.labels] == ["Saint-Denis", "Saint-Denis", "A $x_$ B"]
    assert len({(label.lon, label.lat) for label in chart.content.labels}) == 3
    drawn = figure(chart, tmp_path / "carte.png")
    assert not any(text.get_parse_math() for text in drawn.findobj(Text))


def test_figures_and_notes_are_written_under_their_own_endings(chart, tmp_path):
    with pytest.raises(tiGIS.InputError, match=r"ends in '.png'; expected .html"):
        note(chart, tmp_path / "x.png", figures=[("1", "a")])
    for wrong in ({"width_cm": 0}, {"dpi": "fine"}, {"layers": ["taux"]}):
        with pytest.raises(tiGIS.InputError, match=next(iter(wrong))):
            figure(chart, **wrong)
    with pytest.raises(tiGIS.InputError, match="it is a folder"):
        figure(chart, (tmp_path / "dossier.png").mkdir() or tmp_path / "dossier.png")
    assert list(tmp_path.iterdir()) == [tmp_path / "dossier.png"]
