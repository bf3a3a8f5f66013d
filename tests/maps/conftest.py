"""Small made-up territories, and pages opened as a reader would, with the network cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from map_frames import make_towns

PATIENCE_MS = 300_000  # tests wait for a state: a loaded machine may take its time to come to it


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    """A grid of 72 communes."""
    return make_towns()


class Opened:
    """A page in the browser, with what it complained about and asked for."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", lambda r: self.outside.append(r.url) if r.url.startswith("http") else None)

    def goto(self, path: Path, fragment: str = "") -> None:
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("html[data-ready=yes]")
        self.fragment = self.page.evaluate("() => location.hash")

    def settle(self) -> None:
        """Wait for two frames: what was asked for has been drawn."""
        self.page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def new_fragment(self) -> str:
        """Wait until the address says something else than before, and give what it says."""
        self.page.wait_for_function("before => location.hash !== before", arg=self.fragment)
        self.fragment = self.page.evaluate("() => location.hash")
        return self.fragment

    def still(self) -> None:
        """Wait until no map moves or zooms any more: five frames alike, and no animation under way."""
        self.page.evaluate(
            """() => new Promise(done => {
              let before = "", alike = 0;
              const look = () => {
                const { map, beside } = tigis.app.mapView;
                const now = JSON.stringify([map, beside].map(m => m && [m.getZoom(), m.getBounds()]));
                const moving = document.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim");
                alike = !moving && now === before ? alike + 1 : 0;
                before = now;
                if (alike < 5) requestAnimationFrame(look);
                else done();
              };
              look();
            })"""
        )

    def colours(self) -> dict[str, str]:
        """Colour on the canvas in the middle of every territory, by code; "many" where there is a pattern."""
        self.settle()
        return self.page.evaluate(
            """() => {
              const { app } = tigis, canvas = app.mapView.colours._container, ratio = devicePixelRatio;
              const frame = canvas.getBoundingClientRect(), pen = canvas.getContext("2d"), side = 8;
              const hex = (data, i) =>
                "#" + [...data.slice(4 * i, 4 * i + 3)].map(c => c.toString(16).padStart(2, "0")).join("");
              const found = {};
              app.data.codes.forEach((code, id) => {
                const where = app.whereIs(id);
                if (!where) return;
                const x = Math.round((where.x - frame.left) * ratio);
                const y = Math.round((where.y - frame.top) * ratio);
                const { data } = pen.getImageData(x - side / 2, y - side / 2, side, side);
                const seen = new Set(Array.from({ length: side * side }, (_, i) => hex(data, i)));
                found[code] = seen.size === 1 ? [...seen][0] : "many";
              });
              return found;
            }"""
        )

    def colour_at(self, code: str) -> str:
        """Colour on the canvas near the middle of a territory."""
        self.settle()
        return self.page.evaluate(
            """code => {
              const { app } = tigis, id = app.data.codes.indexOf(code);
              const where = app.whereIs(id), canvas = app.mapView.colours._container;
              const frame = canvas.getBoundingClientRect(), ratio = devicePixelRatio;
              const at = [(where.x - frame.left) * ratio, (where.y - frame.top) * ratio];
              const pen = canvas.getContext("2d");
              const [r, g, b] = pen.getImageData(Math.round(at[0]), Math.round(at[1]), 1, 1).data;
              return "#" + [r, g, b].map(c => c.toString(16).padStart(2, "0")).join("");
            }""",
            code,
        )


@pytest.fixture(scope="session")
def contexts(browser):
    """One browser context for each kind of screen, shared by all tests, with the network cut."""
    made: dict[str, Any] = {}

    def context(**options: Any) -> Any:
        key = repr(sorted(options.items()))
        if key not in made:
            width, height = options.pop("size", (1440, 900))
            viewport = {"width": width, "height": height}
            made[key] = browser.new_context(
                viewport=viewport, locale="fr-FR", accept_downloads=True, **options
            )
            made[key].set_default_timeout(PATIENCE_MS)
            made[key].set_offline(True)
        return made[key]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def opened(contexts):
    """Open a page with the network cut; closed, with its complaints checked, at the end."""
    pages: list[Opened] = []

    def open_page(path: Path, fragment: str = "", **options: Any) -> Opened:
        found = Opened(contexts(**options).new_page())
        pages.append(found)
        found.goto(path, fragment)
        return found

    yield open_page
    for found in pages:
        found.page.close()
    for found in pages:
        assert found.errors == []
        assert found.outside == []
