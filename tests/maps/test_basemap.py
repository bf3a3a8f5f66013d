"""Base maps: tiles where there is a network, the same map without an error where there is none."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tiGIS.maps import _choropleth, choropleth

GREEN = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkaGio/w8ABIMCAHLsR4gAAAAASUVORK5CYII="
)


@pytest.fixture
def tiles():
    """A server of tiles on this machine; gives its address and the tiles that were asked for."""
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(GREEN)

        def log_message(self, *_):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def on_tiles(towns, tiles, tmp_path, monkeypatch):
    """A map over those tiles."""
    address, _ = tiles
    local = {"url": address + "/{z}/{x}/{y}.png", "attribution": "© Ici même"}
    monkeypatch.setitem(_choropleth.BASEMAPS, "ign", local)
    choropleth(towns, "taux", title="Sur un fond", basemap="ign").save(tmp_path / "x.html")
    return tmp_path / "x.html"


@pytest.mark.browser
def test_tiles_show_under_the_map_with_their_attribution(browser, on_tiles, tiles):
    page = browser.new_page()
    page.set_default_timeout(300_000)
    # this machine may have no network but its own loopback, where the tiles are: the page is told it has one
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })")
    page.goto(on_tiles.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_selector(".leaflet-tile-loaded", state="attached")
    assert "© Ici même" in page.locator(".leaflet-control-attribution").inner_text()
    zoom, column, row = (int(part.split(".")[0]) for part in tiles[1][0].strip("/").split("/"))
    # the tile of the web's Mercator that holds Alès
    assert (column, row) == pytest.approx(
        ((4.08 + 180) / 360 * 2**zoom, 0.3645 * 2**zoom), abs=4 + 2 ** (zoom - 7)
    )
    assert page.evaluate("() => tigis.app.mapView.map.options.crs.code") == "EPSG:3857"
    page.close()


@pytest.mark.browser
def test_without_a_network_the_map_is_the_same_and_nothing_fails(opened, on_tiles, tiles):
    view = opened(on_tiles)
    view.still()  # tiles are asked for while the map comes to its place
    assert tiles[1] == []
    assert view.page.locator(".leaflet-tile").count() == 0
    legend = view.page.evaluate("() => tigis.app.layer.colours")
    assert set(view.colours().values()) - {"many"} == set(legend)


@pytest.mark.parametrize("name", ["ign", "osm"])
def test_known_base_maps_name_their_makers(towns, name):
    page = choropleth(towns, "taux", basemap=name).page()
    assert {"ign": "© IGN", "osm": "© OpenStreetMap"}[name] in page
    assert '"crs":"EPSG:3857"' in page
