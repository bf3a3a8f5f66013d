"""Texts of users and files are shown as texts: whatever they hold, nothing runs and nothing leaves the page.

Every page that tiGIS writes is opened twice: as it is, and without its policy, where escaping must do alone.
"""

from __future__ import annotations

import inspect
import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import folium
import numpy as np
import pytest

from map_frames import make_towns
from tiGIS import provenance
from tiGIS.dossier._report import DossierReport, Missing, Origin, Part
from tiGIS.gallery import write_index
from tiGIS.gallery._methods import methods
from tiGIS.maps import Layer, TigisMap, choropleth, note
from tiGIS.portrait import portray
from tiGIS.portrait._blocks import Cell, Row, Section, Table, Text
from tiGIS.portrait._subject import find_subject

# SERVER stands for the address of a server on this machine, which counts what it is asked
PAYLOADS = {
    "script": '</script><script>window.pwned=1;fetch("SERVER/f")</script>',
    "image": '<img src=x onerror="window.pwned=1"><img src="SERVER/i">',
    "attribute": '"><svg/onload="window.pwned=1">',
    "single quote": "' onfocus='window.pwned=1' autofocus='><style>@import \"SERVER/s\"</style>",
    "frame": '<iframe src="javascript:parent.pwned=1"></iframe><iframe srcdoc="<script>parent.p=1</script>">',
    "address": "javascript:window.pwned=1",
    "template literal": "`${window.pwned=1}` \\`${window.pwned=1}\\` \\${window.pwned=1} ${window.pwned=1}",
    "template": "{{ 7 * 7 }}{% raw %}{{ this.get_name() }}{# #}{{ ''.__class__ }}",
    "line separators": "a\u2028window.pwned=1\u2029\r\nwindow.pwned=1//\\",
    "comment": "<!--<script>window.pwned=1",
    "ends": "</title></style></noscript></textarea></svg>]]>--><script>window.pwned=1</script>",
    "entities": "&lt;img src=x onerror=window.pwned=1&gt; &quot; onload=window.pwned=1 &#39;",
    "refresh": '<meta http-equiv="refresh" content="0;url=SERVER/r">'
    '<base href="SERVER/"><link rel=stylesheet href="SERVER/c">',
}  # fmt: skip

# Arguments that choose, count or hold geometries; a text that they don't know is refused before any page.
CHOICES = {
    *("gdf", "method", "k", "bins", "center", "palette", "decimals", "signed", "reference", "low", "high"),
    *("population", "context", "outlines", "outline_width", "insets", "tolerance_m", "basemap", "compare"),
    *("lang", "town_halls", "colours", "colour", "width", "dashed", "pattern", "cluster", "largest_px"),
    *("chart", "path", "self"),
}


def hostile_frame(text: str):
    """Give made-up communes whose names, codes, categories and columns are all that text, told apart."""
    towns = make_towns()
    towns["nom"] = [f"{text} {i}" for i in range(72)]
    towns["type"] = np.where(np.arange(72) % 3 == 0, text, f"{text} bis")
    towns["fait"] = [f"{text} {i}" for i in range(72)]
    towns["bas"], towns["haut"] = towns["taux"] - 1, towns["taux"] + 1
    towns = towns.rename(columns={"gain": f"gain {text}"})
    towns.index = [f"{text} {code}" for code in towns.index]
    said = [provenance.note(text, text)]
    return provenance.describe(towns, sources=said, limits=said)


def texts_of_a_layer(text: str) -> dict:
    """Give every argument of a layer that is a text."""
    return {
        "label": f"label {text}",
        "unit": text,
        "unit_label": text,
        "year": text,
        "reference_label": text,
        "reasons": text,
        "interval_label": text,
    }


def texts_of_a_map(text: str) -> dict:
    """Give every argument of ``choropleth`` that is a text, apart from its layer's."""
    return {
        "title": text,
        "subtitle": text,
        "source": [text],
        "limits": [text, "x" * 400, f"{text}, plié"],
        "notes": [text],
        "kind": (text, text),
        "facts": {"fait": (text, text), "habitants": (f"{text} 2", text)},
        "names": "nom",
    }


def texts_of_an_overlay(text: str, adds: str) -> dict:
    """Give every argument that is a text, of a method that adds something over the map."""
    every = {"label": text, "column": "type", "names": "nom", "unit": text}
    if adds in ("add_symbols", "add_isochrones"):
        every["column"] = "habitants"
    return {key: every[key] for key in inspect.signature(getattr(TigisMap, adds)).parameters if key in every}


ADDS = [name for name in vars(TigisMap) if name.startswith("add_")]


def hostile_map(text: str) -> TigisMap:
    """Draw a map all of whose texts are that text."""
    towns = hostile_frame(text)
    common = {**texts_of_a_map(text), "population": "habitants", "labels": True, "compare": "slider"}
    layers = [
        Layer(column="taux", low="bas", high="haut", reference=3, **texts_of_a_layer(text)),
        Layer(column="type", label=f"{text} type"),
        Layer(column={f"{text} 1": "taux", f"{text} 2": f"gain {text}"}),
    ]
    chart = choropleth(towns, layers, **common)
    spots = towns.set_geometry(towns.centroid)
    for adds in ADDS:
        shapes = {"add_points": spots, "add_symbols": spots}.get(adds, towns)
        if adds in ("add_roads", "add_rivers", "add_lines"):
            shapes = towns.set_geometry(towns.boundary)
        if adds == "add_isochrones":
            shapes = towns.iloc[:6]
        getattr(chart, adds)(shapes, **texts_of_an_overlay(text, adds))
    return chart


def hostile_portrait(texts: list[str]) -> str:
    """Write a portrait, which takes seconds, with all texts at once, each on its own."""
    subject = find_subject("200066918")
    communes = subject.communes.assign(nom=[texts[i % len(texts)] for i in range(len(subject.communes))])
    rows = tuple(Row(text, (Cell(text, text),), small=text) for text in texts)
    blocks = [*(Text(text) for text in texts), *(Table(text, (text, text), rows) for text in texts)]
    pieces = {"land": Section("land", texts[0], blocks)}
    return portray(replace(subject, name=texts[0], communes=communes), instead=pieces)


def hostile_report(text: str) -> str:
    said = {"fr": text, "en": text}
    origins = [
        Origin("x", said, said, text, text, address, how, on=text, mirror=text, note=text)
        for address, how in ((f"https://{text}", "fetched"), (text, "brought"), (text, "bundle"))
    ]
    part = Part(
        "x", said, "partial", [text], origins, [Missing("x", said, "absent", text, text)], {text: 1}, [said]
    )
    return DossierReport("ti", text, text, 2024, [part], phase=text).to_html()


def hostile_index(text: str, folder: Path) -> str:
    """Write the index over a page that somebody changed: its title is markup, not text."""
    head = f'<title>{text}</title><meta property="og:image" content="{text}"><p class="subtitle">{text}</p>'
    (folder / "ales_temps.html").write_text(head, encoding="utf-8", newline="")
    return write_index(folder).read_text(encoding="utf-8")


def pages_of(text: str, folder: Path) -> dict[str, str]:
    """Write every kind of page with that text wherever a text goes."""
    single = choropleth(
        hostile_frame(text),
        f"gain {text}",
        low=None,
        **texts_of_a_map(text),
        **texts_of_a_layer(text),
        lang="en",
    )
    note(single, folder / "note.html", figures=[(text, text)] * 3, text=[text, text], title=text)
    return {
        "map": hostile_map(text).page(),
        "map in a figure": folium.Figure().add_child(single).render(),
        "note": (folder / "note.html").read_text(encoding="utf-8"),
        "report": hostile_report(text),
        "index": hostile_index(text, folder),
    }


@pytest.fixture(scope="module")
def listening():
    """Listen on this machine; gives the address and what was asked of it."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def online(browser):
    """A browser that has a network."""
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(300_000)
    yield context
    context.close()


USE_EVERYTHING = """async () => {
  const { app } = window.tigis, step = () => new Promise(r => requestAnimationFrame(() => setTimeout(r)));
  for (const layer of app.data.layers.keys()) {
    app.set({ layer });
    for (const id of [0, 1, 5]) {
      app.set({ hover: id });
      await step();
      app.set({ hover: -1, pin: id });
      await step();
    }
  }
  const patches = [{ table: true }, { table: false }];
  if (app.data.layers.length > 1) patches.push({ other: 1 }, { beside: true }, { beside: false });
  for (const patch of patches) {
    app.set(patch);
    await step();
  }
  const search = document.querySelector(".search input");
  search.value = "a";
  search.dispatchEvent(new Event("input"));
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const button of document.querySelectorAll("[data-format]")) button.click();
  dispatchEvent(new Event("beforeprint"));
  await step();
}"""


def look_at(online, path: Path) -> tuple[list[str], str]:
    """Open a page, use all it has; give its complaints, and what it shows as its title."""
    page, complaints = online.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(path.as_uri())
    page.wait_for_load_state()
    for frame in page.frames:
        if frame.query_selector("#tigis-data"):
            frame.wait_for_selector("html[data-ready=yes]")
            frame.evaluate(USE_EVERYTHING)
        for link in frame.query_selector_all("a[href]"):
            assert not link.evaluate("a => a.protocol === 'javascript:'")
        assert frame.evaluate("() => window.pwned") is None, path.name
    title = page.frames[-1].query_selector("h1").inner_text()
    page.close()
    return complaints, title


def open_both(online, path: Path, page: str) -> list[str]:
    """Open a page as it is, and without its policy; give the titles shown."""
    bare = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    bare = re.sub("&lt;meta http-equiv=&quot;Content-Security-Policy&quot;.*?&gt;", "", bare)
    assert bare != page
    titles = []
    for written in (page, bare):
        path.write_text(written, encoding="utf-8", newline="")
        complaints, title = look_at(online, path)
        assert complaints == [], path.name
        titles.append(" ".join(title.split()))
    return titles


@pytest.mark.browser
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_runs_or_fetches(online, listening, tmp_path, payload):
    address, asked = listening
    text = PAYLOADS[payload].replace("SERVER", address)
    for kind, page in pages_of(text, tmp_path).items():
        titles = open_both(online, tmp_path / f"{kind}.html", page)
        if kind != "index":
            assert titles == [" ".join(text.split())] * 2, kind
    assert asked == []


@pytest.mark.browser
def test_no_text_of_a_portrait_runs_or_fetches(online, listening, tmp_path):
    address, asked = listening
    texts = [text.replace("SERVER", address) for text in PAYLOADS.values()]
    titles = open_both(online, tmp_path / "portrait.html", hostile_portrait(texts))
    assert titles == [texts[0]] * 2
    assert asked == []


@pytest.mark.browser
def test_the_page_of_methods_needs_nothing_from_outside(online, tmp_path):
    open_both(online, tmp_path / "methodes.html", methods())


def test_every_text_that_can_be_given_is_tried():
    tried = {
        choropleth: {*texts_of_a_map(""), *texts_of_a_layer(""), "column", "labels", "more"},
        Layer: {*texts_of_a_layer(""), "column"},
        note: {"figures", "text", "title"},
        **{getattr(TigisMap, adds): {*texts_of_an_overlay("", adds)} for adds in ADDS},
    }
    for function, given in tried.items():
        assert set(inspect.signature(function).parameters) - CHOICES - given == set(), function.__name__


@pytest.mark.browser
@pytest.mark.parametrize("payload", [*PAYLOADS][:-1])
def test_words_of_folium_s_layers_dont_run(online, listening, tmp_path, payload):
    """A popup is markup by Folium's own habit; its handlers and scripts don't run all the same.

    It may still lead elsewhere ("refresh"), as a link does: no policy forbids a page to be left.
    """
    address, asked = listening
    text = PAYLOADS[payload].replace("SERVER", address)
    chart = choropleth(make_towns(), "taux", title="Titre")
    folium.Marker([44.1, 4.1], popup=folium.Popup(text, show=True), tooltip=text).add_to(chart)
    folium.Marker([44.1, 4.2], popup=folium.Popup(text, parse_html=True, lazy=True)).add_to(chart)
    folium.GeoJson(
        make_towns().iloc[:3].assign(nom=text),
        name=text,
        tooltip=folium.GeoJsonTooltip(["nom"], aliases=[text]),
    ).add_to(chart)
    folium.LayerControl(collapsed=False).add_to(chart)
    chart.save(tmp_path / "x.html")
    page = online.new_page()
    page.goto((tmp_path / "x.html").as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    assert page.locator(".leaflet-popup-content").count() == 1
    page.evaluate(
        "() => document.querySelectorAll('img.leaflet-interactive, .tigis-pin').forEach(one => one.click())"
    )
    page.evaluate(USE_EVERYTHING)
    assert page.evaluate("() => window.pwned") is None
    assert asked == []
    page.close()
