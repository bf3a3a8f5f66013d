"""How light and how quick the pages are, against folium.Choropleth with the same classes, in the same run.

Measured in headless Chromium with the network cut. Offline, folium's own page stays blank: here its Leaflet
is inlined and its other libraries are left out: the comparison is of the drawing alone (in its favour).

    python benchmarks/bench_maps.py            needs Chromium and playwright (pip install tigis[test])
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np

import tiGIS
from tiGIS.maps import Layer, TigisMap, choropleth
from tiGIS.maps._page import vendored

RUNS = 5
# page: (weight in MB, ready in s, zoom step in s)
LIMITS = {
    "EPCI": (0.8, 1.0, 0.1),
    "communes": (5.0, 3.0, None),
    "Alès, six indicators": (0.6, None, None),
}


def pages(folder: Path) -> dict[str, Path]:
    """Write the pages to measure."""
    rng = np.random.default_rng(2024)
    epci = tiGIS.load_epci(2024)
    epci["value"] = np.round(rng.lognormal(3, 0.6, len(epci)), 1)
    chart = choropleth(epci, "value", title="EPCI", kind="epci", population="population")
    chart.save(folder / "epci.html")
    with_folium(epci, chart, folder / "folium.html")

    communes = tiGIS.load_communes(map_year=2024)
    communes["value"] = np.round(rng.lognormal(3, 0.6, len(communes)), 1)
    start = time.perf_counter()
    every = choropleth(communes, "value", title="Communes", kind="commune", population="population")
    every.save(folder / "communes.html")
    took = time.perf_counter() - start
    print(f"{len(epci)} EPCI, {len(communes)} communes (their page written in {took:.1f} s)")

    ales = tiGIS.load_communes(epci="200066918")
    layers = []
    for i in range(6):
        ales[f"v{i}"] = np.round(rng.normal(10 * i, 4, len(ales)), 2)
        layers.append(Layer(column=f"v{i}", label=f"Indicateur {i}", unit="%"))
    six = choropleth(ales, layers, kind="commune", population="population", outlines=ales.dissolve())
    six.save(folder / "ales.html")
    names = ("EPCI", "EPCI by folium", "communes", "Alès, six indicators")
    files = ("epci.html", "folium.html", "communes.html", "ales.html")
    return {name: folder / file for name, file in zip(names, files, strict=True)}


def with_folium(frame: gpd.GeoDataFrame, chart: TigisMap, path: Path) -> None:
    """Draw the same classes with folium.Choropleth, its Leaflet inlined, its other libraries taken out."""
    drawn, values = chart.layers[0], frame["value"]
    bounds = [float(values[drawn.classes[0] == c].max()) for c in range(len(drawn.colours))]
    data = frame[["value", "geometry"]].to_crs(4326)
    data["code"] = data.index
    plain = folium.Map(location=[46.6, 2.4], zoom_start=6, tiles=None, prefer_canvas=True)
    layer = folium.Choropleth(
        data,
        data=data,
        columns=["code", "value"],
        key_on="feature.properties.code",
        bins=[float(values.min()), *bounds],
        fill_opacity=1,
        line_weight=0.5,
    )
    del layer._children[layer.color_scale.get_name()]  # its legend needs d3, which is not at hand offline
    layer.add_to(plain)
    page = plain.get_root().render()
    page = re.sub(r'<script src="[^"]*"></script>', "", page)
    page = re.sub(r'<link rel="stylesheet" href="[^"]*"\s*/>', "", page)
    head = f"<head><style>{vendored('leaflet.css')}</style><script>{vendored('leaflet.js')}</script>"
    path.write_text(page.replace("<head>", head, 1), encoding="utf-8")


# Runs in the page from its first line: notes the first frame that has polygons, once they are rasterised.
FIRST_PICTURE = """(() => {
  const painted = () => [...document.querySelectorAll('.leaflet-pane canvas')].some(canvas => {
    if (!canvas.width) return false;
    const seen = canvas.getContext('2d').getImageData(canvas.width >> 1, canvas.height >> 1, 60, 60).data;
    return seen.some((value, i) => i % 4 === 3 && value);
  });
  const look = () => painted() ? (window.firstPicture = performance.now()) : requestAnimationFrame(look);
  look();
})()"""
ZOOM = """() => {
  const map = window.tigis ? tigis.app.mapView.map : Object.values(window).find(v => v instanceof L.Map);
  const times = [];
  for (const step of [1, 1, -1, -1]) {
    const start = performance.now();
    map.setZoom(map.getZoom() + step, { animate: false });
    document.querySelector('.leaflet-pane canvas').getContext('2d').getImageData(0, 0, 1, 1);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""
READY = "() => performance.getEntriesByName('tigis-ready')[0].startTime"


def measure(browser: Any, path: Path) -> dict[str, float]:
    """Open a page in a fresh context; give what it took from navigation on, in seconds."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    page.add_init_script(FIRST_PICTURE)
    page.goto(path.as_uri(), wait_until="commit", timeout=180_000)
    page.wait_for_function("() => window.firstPicture", timeout=180_000)
    took = {"picture": page.evaluate("() => window.firstPicture") / 1000}
    if page.evaluate("() => Boolean(window.tigis)"):
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        took["ready"] = page.evaluate(READY) / 1000
    page.wait_for_timeout(500)
    took["zoom"] = page.evaluate(ZOOM) / 1000
    context.close()
    return took


def main() -> int:
    """Measure, print, and say whether the limits hold."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("TIGIS_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    kept = True
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        found = pages(Path(folder))
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Chromium")
        print(f"{browser.version}, folium {version('folium')}, tiGIS {tiGIS.__version__}; median of {RUNS}")
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in found}
        for _ in range(RUNS):
            # in turns, so that what else the machine does falls on all alike
            for name, path in found.items():
                runs[name].append(measure(browser, path))
        results = {}
        for name, path in found.items():
            results[name] = {"weight": path.stat().st_size / 1e6}
            for key in runs[name][0]:
                results[name][key] = statistics.median(run[key] for run in runs[name])
            took = ", ".join(
                f"{key} {value:.3f} s" for key, value in results[name].items() if key != "weight"
            )
            print(f"{name:22} {results[name]['weight']:6.2f} MB, {took}")
            for key, limit in zip(("weight", "ready", "zoom"), LIMITS.get(name, ()), strict=False):
                if limit is not None and results[name][key] > limit:
                    kept = False
                    print(f"{'':22} over its limit: {key} {results[name][key]:.3f}, expected {limit}")
        browser.close()
    ours, theirs = results["EPCI"], results["EPCI by folium"]
    lighter, quicker = theirs["weight"] / ours["weight"], theirs["picture"] / ours["picture"]
    print(f"against folium.Choropleth: {lighter:.1f} times lighter (expected 10),")
    print(f"{quicker:.1f} times quicker to the first picture (expected 2)")
    return 0 if kept and lighter >= 10 and quicker >= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
