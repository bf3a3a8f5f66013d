"""What Folium's users do with a map: its Figure, another Figure, several maps in one, files of each kind."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re

import folium
import pandas as pd
import pytest

import tiGIS
from tiGIS.maps import Layer, choropleth, classify


@pytest.fixture
def chart(towns):
    towns.iloc[1, towns.columns.get_loc("nom")] = "{{ 7 * 7 }}"
    return choropleth(towns, "taux", title="Titre {{ 6 * 7 }}")


def test_its_own_figure_is_its_page(chart, tmp_path):
    page = chart.page()
    assert chart.get_root().render() == page
    assert chart.get_root().render() == page
    chart.get_root().save(str(tmp_path / "x.html"))
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == page
    assert html.escape(page) in chart.get_root()._repr_html_()
    assert html.escape(page) in chart._repr_html_()
    assert chart.page() == page


def test_what_is_added_to_its_figure_is_on_its_page(chart):
    chart.get_root().html.add_child(folium.Element("<p>ajouté par moi</p>"))
    folium.Marker((44.1, 4.1)).add_to(chart)
    assert "ajouté par moi" in chart.get_root().render()
    assert "L.marker" in chart.page()


def test_another_figure_holds_it_in_a_frame(chart, towns):
    other = choropleth(towns, "gain", title="Autre")
    folium.Marker((44.1, 4.1)).add_to(chart)
    figure = folium.Figure()
    figure.add_child(chart)
    figure.add_child(other)
    for _ in range(2):
        framed = [html.unescape(found) for found in re.findall(r'srcdoc="([^"]*)"', figure.render())]
        assert framed == [chart.page(), other.page()]
    # outside of the frames, nothing waits for a script that isn't there
    assert "L.marker" not in re.sub(r'srcdoc="[^"]*"', "", figure.render())


@pytest.mark.browser
@pytest.mark.parametrize("put", ["own", "other"])
def test_it_is_drawn_wherever_it_is_put(chart, browser, tmp_path, put):
    if put == "own":
        chart.get_root().save(str(tmp_path / "x.html"))
    else:
        figure = folium.Figure()
        figure.add_child(chart)
        figure.save(str(tmp_path / "x.html"))
    view = browser.new_page()
    view.set_default_timeout(300_000)
    view.goto((tmp_path / "x.html").as_uri())
    inside = view if put == "own" else view.frame_locator("iframe")
    inside.locator("html[data-ready=yes]").wait_for()
    assert inside.locator("h1").inner_text() == "Titre {{ 6 * 7 }}"
    view.close()


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("x.png", b"\x89PNG"),
        ("x.PDF", b"%PDF"),
        ("x.svg", b"<?xml"),
        ("x.HTML", b"<!doctype"),
        ("x", b"<!doctype"),
    ],
)
def test_a_file_is_what_its_name_says(chart, tmp_path, name, starts):
    chart.save(tmp_path / "dossier" / name)
    assert (tmp_path / "dossier" / name).read_bytes().startswith(starts)


def test_other_names_are_refused_before_any_work(chart, tmp_path):
    for name in ("x.jpg", "x.geojson", "carte.v2"):
        with pytest.raises(tiGIS.InputError, match=r"expected a page \('\.html', '\.htm'\) or a picture"):
            chart.save(tmp_path / name)
    with pytest.raises(tiGIS.InputError, match="None"):
        chart.save(None)
    assert list(tmp_path.iterdir()) == []
    held = io.BytesIO()
    chart.save(held, close_file=False)
    assert held.getvalue().startswith(b"<!doctype")


def test_a_map_is_short_where_it_is_named(chart):
    assert repr(chart) == "<TigisMap 'Titre {{ 6 * 7 }}': 72 territories, 1 layer>"


def test_what_a_map_holds_is_short_too(towns):
    many = pd.concat([towns] * 30, ignore_index=True)
    layer = Layer(column="taux", reasons=pd.Series("secret", index=many.index))
    chart = choropleth(many, layer).add_points(many.set_geometry(many.centroid), label="x")
    parts = [chart, chart.content, chart.content.overlays[0], chart.content.places[0], *chart.layers, layer]
    for part in [*parts, classify(many["taux"])]:
        assert len(repr(part)) < 800, type(part)


def test_its_figure_saves_what_the_name_says(chart, tmp_path):
    chart.get_root().save(str(tmp_path / "x.png"))
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(tiGIS.InputError, match=r"ends in '\.jpg'"):
        chart.get_root().save(str(tmp_path / "x.jpg"))
    with pytest.raises(tiGIS.InputError, match="open binary file"):
        chart.save(io.StringIO())
    with pytest.raises(tiGIS.InputError, match="it is a folder"):
        chart.save(tmp_path)


def test_words_of_its_layers_are_no_templates(chart, towns):
    towns["nom"] = "{{ 7 * 6 }}{% raw %}"
    folium.GeoJson(towns, tooltip=folium.GeoJsonTooltip(["nom"])).add_to(chart)
    folium.Marker((44.1, 4.1), popup="{{ 5 * 5 }} ${6 * 6}", tooltip="{# x #}").add_to(chart)
    page = chart.page()
    for words in ("{{ 7 * 6 }}{% raw %}", "{{ 5 * 5 }} \\${6 * 6}", "{# x #}"):
        assert words in page


@pytest.mark.parametrize(
    ("layer", "allowed"),
    [
        (folium.TileLayer("https://{s}.tuiles.fr/{z}/{x}/{y}.png", attr="x"), "blob: https://*.tuiles.fr;"),
        (folium.WmsTileLayer("http://localhost:8080/wms?x", "y"), "blob: http://localhost:8080;"),
        (folium.raster_layers.ImageOverlay("https://a.fr/x.png", [[44, 4], [45, 5]]), "blob: https://a.fr;"),
        (folium.Marker([44, 4], icon=folium.CustomIcon("https://a.fr/x.png")), "blob: https://a.fr;"),
        (folium.Marker([44, 4], popup=folium.Popup(folium.IFrame("<p>x</p>"))), "frame-src data:;"),
    ],
)
def test_its_page_may_fetch_what_its_layers_name_and_no_more(chart, layer, allowed):
    layer.add_to(chart)
    policy = re.search('Policy" content="([^"]*)"', chart.page())[1]
    assert allowed in policy
    assert "script-src 'sha256-" in policy
    assert "https:;" not in policy


def test_code_that_its_maker_adds_runs_by_its_hash(chart):
    figure = chart.get_root()
    figure.html.add_child(
        folium.Element('<p onclick="a()">x</p><script>b()</script><style>p { x: y }</style>')
    )
    figure.header.add_child(folium.JavascriptLink("https://a.fr/x.js?v=1"))
    with pytest.warns(UserWarning, match="from the network"):
        policy = re.search('Policy" content="([^"]*)"', figure.render())[1]
    for code in ("a()", "b()"):
        assert base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() in policy
    assert "'unsafe-hashes'" in policy
    assert " https://a.fr/x.js " in policy
    assert "script-src 'unsafe-inline'" not in policy
