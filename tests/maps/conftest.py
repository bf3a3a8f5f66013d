"""Small made-up territories, and pages opened as a reader would, with the network cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    """A grid of 8 by 9 squares of 3 km near Alès, with values, people and one unknown."""
    cells = [
        box(780_000 + 3000 * i, 6_330_000 + 3000 * j, 783_000 + 3000 * i, 6_333_000 + 3000 * j)
        for j in range(9)
        for i in range(8)
    ]
    rng = np.random.default_rng(7)
    frame = gpd.GeoDataFrame(
        {
            "nom": [f"Commune {i:02d}" for i in range(72)],
            "taux": np.round(rng.normal(20, 8, 72), 2),
            "gain": np.round(rng.normal(0, 5, 72), 1),
            "habitants": rng.integers(50, 5000, 72),
            "type": np.where(np.arange(72) % 3 == 0, "rural", "urbain"),
        },
        geometry=cells,
        crs=2154,
        index=[f"30{i:03d}" for i in range(72)],
    )
    frame.iloc[5, frame.columns.get_loc("taux")] = np.nan
    frame.iloc[0, frame.columns.get_loc("nom")] = "Saint-Étienne-d’Œuilly"
    return frame


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

    def settle(self) -> None:
        """Wait for two frames: what was asked for has been drawn."""
        self.page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def colour_at(self, code: str) -> str:
        """Colour on the canvas near the middle of a territory."""
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


@pytest.fixture
def opened(browser):
    """Open a page with the network cut; closed, with its complaints checked, at the end."""
    contexts = []

    def open_page(path: Path, fragment: str = "", **options: Any) -> Opened:
        size = options.pop("size", (1440, 900))
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="fr-FR", accept_downloads=True, **options
        )
        context.set_offline(True)
        contexts.append(context)
        found = Opened(context.new_page())
        found.goto(path, fragment)
        pages.append(found)
        return found

    pages: list[Opened] = []
    yield open_page
    for found in pages:
        assert found.errors == []
        assert found.outside == []
    for context in contexts:
        context.close()
