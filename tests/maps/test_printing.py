"""What a printed map shows: the sheet is rendered to pixels, and looked at."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pypdfium2
import pytest
from shapely.geometry import box

from map_frames import make_towns
from tiGIS.maps import Layer, choropleth

pytestmark = pytest.mark.browser
A4_WIDE, A4_HIGH = {"format": "A4", "landscape": True}, {"format": "A4"}


class Sheet:
    """A printed sheet: its pixels (rows from the top), and where its words stand on it."""

    SCALE = 2

    def __init__(self, printed: bytes) -> None:
        document = pypdfium2.PdfDocument(printed)
        assert len(document) == 1
        self.words = document[0].get_textpage()
        self.wide, self.high = document[0].get_size()
        self.pixels = np.asarray(document[0].render(scale=self.SCALE).to_pil().convert("RGB")).astype(int)

    def of_colour(self, colour: str) -> np.ndarray:
        """Which pixels have a colour, to what a renderer rounds."""
        wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        return np.abs(self.pixels - wanted).max(axis=2) <= 3

    def find(self, text: str) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the first place where a text stands, in pixels."""
        start, length = self.words.search(text).get_next()
        boxes = np.array([self.words.get_charbox(i) for i in range(start, start + length)])
        left, low, right, high = *boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)
        assert 0 < left < right < self.wide
        assert 0 < low < high < self.high
        s = self.SCALE
        return int(left * s), int((self.high - high) * s), int(right * s), int((self.high - low) * s)

    def edge(self, width_mm: float = 4) -> np.ndarray:
        """The pixels along the four edges."""
        n = round(width_mm / 25.4 * 72 * self.SCALE)
        p = self.pixels
        return np.concatenate([part.reshape(-1, 3) for part in (p[:n], p[-n:], p[n:-n, :n], p[n:-n, -n:])])


def printed(view, media: str | None, **paper) -> Sheet:
    if media:
        view.page.emulate_media(media=media)
    return Sheet(view.page.pdf(**paper))


def check_legend(sheet: Sheet, drawn) -> None:
    """Each class stands in the legend, whole: its swatch, its bounds, its count."""
    for colour, label, count in zip(drawn.colours, drawn.labels, drawn.counts(), strict=True):
        left, top, right, bottom = sheet.find(label)
        swatch = sheet.of_colour(colour)[top:bottom, max(0, left - 40 * sheet.SCALE) : left]
        assert swatch.sum() > 0.3 * swatch.size
        low, high = (sheet.high - edge / sheet.SCALE for edge in (bottom, top))
        line = sheet.words.get_text_bounded(right / sheet.SCALE + 3, low - 1, sheet.wide, high + 1)
        assert line.split()[0] == str(count)


@pytest.fixture(scope="module")
def chart():
    towns = make_towns()
    layers = [Layer(column="taux", label="Taux", unit="%"), Layer(column="gain", label="Gain", center=0)]
    found = choropleth(towns, layers, title="Une carte sur papier", population="habitants", source="Insee")
    return found.add_points(
        towns.iloc[:3].set_geometry(towns.iloc[:3].centroid), label="Sites", colours="#8000ff"
    )


@pytest.fixture(scope="module")
def page_file(chart, tmp_path_factory):
    path = tmp_path_factory.mktemp("printing") / "carte.html"
    chart.save(path)
    return path


@pytest.mark.parametrize("paper", [{}, A4_WIDE, A4_HIGH], ids=["plain", "wide", "high"])
@pytest.mark.parametrize("media", [None, "print"], ids=["at once", "emulated first"])
def test_a_printed_map_is_whole(opened, page_file, chart, media, paper):
    view = opened(page_file)
    sheet = printed(view, media, **paper)
    drawn = chart.layers[0]
    # territories are squares of one size: each class has its share of the coloured pixels
    areas = np.array([sheet.of_colour(colour).sum() for colour in drawn.colours], dtype=float)
    assert areas / areas.sum() == pytest.approx(np.array(drawn.counts()) / sum(drawn.counts()), rel=0.12)
    assert areas.sum() > 0.2 * sheet.pixels.shape[0] * sheet.pixels.shape[1]
    assert sheet.of_colour("#8000ff").sum() > 100
    check_legend(sheet, drawn)
    # nothing runs into the margins, and the sources stand under the map
    assert (sheet.edge() == 255).all()
    mapped = np.flatnonzero(sheet.of_colour(drawn.colours[0]).any(axis=1))
    assert sheet.find("Source")[1] > mapped[0]
    if paper:
        assert (sheet.wide > sheet.high) == paper.get("landscape", False)


def test_a_phone_and_a_dark_screen_print_the_same_map(opened, page_file, chart):
    for options in (
        {"color_scheme": "dark"},
        {"size": (390, 844), "is_mobile": True, "has_touch": True},
    ):
        sheet = printed(opened(page_file, **options), None, **A4_WIDE)
        check_legend(sheet, chart.layers[0])
        for colour in chart.layers[0].colours:
            assert sheet.of_colour(colour).sum() > 10_000
        assert (sheet.edge() == 255).all()


def test_what_is_compared_is_printed(opened, page_file, chart):
    view = opened(page_file)
    for beside in (False, True):
        view.page.evaluate("beside => tigis.app.set({ other: 1, beside })", beside)
        sheet = printed(view, None, **A4_WIDE)
        for drawn in chart.layers:
            check_legend(sheet, drawn)
            for colour in drawn.colours:
                # more than its swatch
                assert sheet.of_colour(colour).sum() > 3_000


def test_what_was_zoomed_to_and_added_is_printed(opened, tmp_path):
    import folium

    towns = make_towns()
    chart = choropleth(towns, "taux", title="Titre")
    where = towns.geometry.to_crs(4326).iloc[36].centroid
    folium.CircleMarker((where.y, where.x), radius=40, color="#00ff00", fill_opacity=1.0).add_to(chart)
    chart.save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    before = printed(view, None, **A4_WIDE)
    assert before.of_colour("#00ff00").sum() > 300
    zoom = view.page.evaluate("() => tigis.app.mapView.map.getZoom()")
    view.page.get_by_role("button", name="Agrandir").click()
    view.page.wait_for_function("before => tigis.app.mapView.map.getZoom() > before", arg=zoom)
    view.still()
    after = printed(view, None, **A4_WIDE)
    colours = chart.layers[0].colours
    assert sum(after.of_colour(c).sum() for c in colours) > sum(before.of_colour(c).sum() for c in colours)


def test_insets_are_printed(opened, tmp_path):
    frame = gpd.GeoDataFrame(
        {"nom": ["Paris", "La Réunion"], "x": ["ici", "là-bas"]},
        geometry=[box(2.2, 48.8, 2.5, 48.9), box(55.3, -21.3, 55.7, -21.0)],
        crs=4326,
    )
    chart = choropleth(frame, "x", title="Deux")
    chart.save(tmp_path / "x.html")
    sheet = printed(opened(tmp_path / "x.html"), None, **A4_WIDE)
    left, top, right, _ = sheet.find("La Réunion")
    above = sheet.of_colour(chart.layers[0].colours[1])[top - 70 * sheet.SCALE : top, left:right]
    assert above.mean() > 0.3


def test_a_table_prints_whole(opened, page_file):
    view = opened(page_file, "#v=table")
    document = pypdfium2.PdfDocument(view.page.pdf(**A4_HIGH))
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    assert [name for name in make_towns()["nom"].iloc[:40] if name not in words] == []


def test_hatching_is_written_once(opened, tmp_path):
    """A pattern is written with each path that it fills: a thousand of them made a hundred megabytes."""
    towns = make_towns()
    towns.iloc[10:, towns.columns.get_loc("taux")] = np.nan
    choropleth(towns, "taux", title="Titre").save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    view.page.emulate_media(media="print")
    hatched = view.page.locator('.printed path[style*="url("]')
    hatched.first.wait_for(state="attached")
    assert hatched.count() == 1
    assert len(view.page.pdf(**A4_WIDE)) < 500_000


def test_a_page_opened_for_print_has_its_map(contexts, towns, tmp_path):
    """Tools that make a PDF of a page may say so before they open it."""
    chart = choropleth(towns, "taux", title="Titre")
    chart.save(tmp_path / "x.html")
    page = contexts().new_page()
    page.emulate_media(media="print")
    page.goto((tmp_path / "x.html").as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    fills = page.eval_on_selector_all(".frame .printed path", "all => all.map(one => one.style.fill)")
    page.close()
    for colour in chart.layers[0].colours:
        assert f"rgb{tuple(bytes.fromhex(colour[1:]))}" in fills
