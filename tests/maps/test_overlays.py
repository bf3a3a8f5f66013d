"""What is laid over the territories: refused where it can't be drawn, listed in the legend, named."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

import tiGIS
from tiGIS.maps import choropleth, figure


@pytest.fixture
def chart(towns):
    return choropleth(towns, "taux", title="Sur la carte")


@pytest.fixture
def sites():
    spots = [Point(781_500 + 40 * i, 6_331_500) for i in range(12)] + [Point(800_000, 6_350_000)]
    names = [f"Site {i}" for i in range(13)]
    columns = {"nom": names, "ha": np.arange(13.0), "type": ["a", "b"] * 6 + ["a"]}
    return gpd.GeoDataFrame(columns, geometry=spots, crs=2154)


def test_each_overlay_has_its_line_in_the_legend(chart, sites):
    roads = gpd.GeoDataFrame(
        {"nom": ["N106", None], "classe": ["nationale", "communale"]},
        geometry=[LineString([(781_000, 6_331_000), (800_000, 6_350_000)]), LineString([(0, 0), (1, 1)])],
        crs=2154,
    )
    colours = {"nationale": "#d94801", "communale": "#525252"}
    chart.add_lines(roads, label="Routes", column="classe", colours=colours)
    chart.add_points(sites, label="Sites", column="type")
    chart.add_symbols(sites, "ha", label="Surface", unit="ha")
    squares = [box(790_000, 6_340_000, 795_000, 6_345_000)] * 2
    zone = gpd.GeoDataFrame({"minutes": [30.0, 65.0]}, geometry=squares, crs=2154)
    chart.add_zones(zone, label="Zone").add_isochrones(zone, label="À portée", column="minutes")
    page = chart.page()
    for text in ("Routes", "nationale", "Sites", "Surface", "10\u202fha", "Zone", "1\u202fh\u202f05"):
        assert text in page
    assert page.count("data-overlay=") == 5


def test_discs_have_areas_in_proportion(chart, sites):
    chart.add_symbols(sites, "ha", label="Surface", largest_px=20)
    radii = np.array(chart.content.overlays[0].shape["radii"])
    assert radii**2 == pytest.approx(400 * sites["ha"].to_numpy() / 12, abs=0.3)


def test_context_lines_are_cut_to_the_map_and_thin(chart):
    near = LineString([(700_000, 6_340_000), (900_000, 6_345_000)])
    roads = gpd.GeoDataFrame(geometry=[near, LineString([(0, 6_900_000), (9, 6_900_000)])], crs=2154)
    chart.add_roads(roads).add_rivers(roads.to_crs(4326))
    road, river = chart.content.overlays
    assert road.payload()["thin"]
    assert road.payload()["topology"]["points"] == 2
    with pytest.raises(tiGIS.InputError, match="near the map"):
        chart.add_rivers(roads.iloc[1:])
    assert [overlay.label for overlay in (road, river)] == ["Routes", "Cours d’eau"]


def test_names_stand_at_town_halls_where_they_are_given(towns):
    halls = gpd.GeoDataFrame(geometry=[Point(781_000, 6_331_000)], index=["30000"], crs=2154)
    name, other = towns["nom"].iloc[0], towns["nom"].iloc[1]
    chart = choropleth(towns, "taux", labels=[name, other], town_halls=halls.to_crs(3035))
    at, inside = chart.content.labels
    spot = gpd.GeoSeries.from_xy([at.lon], [at.lat], crs=4326).to_crs(2154).iloc[0]
    assert spot.distance(Point(781_000, 6_331_000)) < 1
    assert at.dot
    assert not inside.dot
    with pytest.raises(tiGIS.InputError, match="expected points"):
        choropleth(towns, "taux", labels=True, town_halls=towns)


def test_figures_draw_what_lies_over_the_territories(chart, sites):
    before = len(figure(chart).axes[0].collections)
    line = LineString([(781_000, 6_331_000), (800_000, 6_350_000)])
    chart.add_lines(gpd.GeoDataFrame(geometry=[line], crs=2154), label="Route", dashed=True)
    chart.add_points(sites, label="Sites").add_symbols(sites, "ha", label="ha")
    zone = gpd.GeoDataFrame(geometry=[box(790_000, 6_340_000, 795_000, 6_345_000)], crs=2154)
    chart.add_zones(zone, label="Zone")
    # a line is drawn twice, over a halo
    assert len(figure(chart).axes[0].collections) == before + 5


def test_refusals(chart, sites, towns):
    with pytest.raises(tiGIS.InputError, match="expected lines"):
        chart.add_lines(sites, label="x")
    with pytest.raises(tiGIS.InputError, match="negative"):
        chart.add_symbols(sites.assign(ha=-1.0), "ha", label="x")
    with pytest.raises(tiGIS.InputError, match="no geometry"):
        chart.add_points(sites.assign(geometry=None), label="x")
    with pytest.raises(tiGIS.InputError, match="no colour"):
        chart.add_points(sites, label="x", column="type", colours={"a": "#000000"})
    with pytest.raises(tiGIS.InputError, match="pattern"):
        chart.add_zones(towns, label="x", pattern="dots")
    with pytest.raises(tiGIS.CRSError):
        chart.add_points(sites.set_crs(None, allow_override=True), label="x")


@pytest.mark.browser
def test_points_gather_open_and_are_named(opened, chart, sites, tmp_path):
    chart.add_points(sites, label="Sites d’activité")
    chart.save(tmp_path / "x.html")
    view = opened(tmp_path / "x.html")
    spot = """i => {
      const { map, marks } = tigis.app.mapView, { x, y } = tigis.app.overlays[0].spots[i];
      const p = map.latLngToContainerPoint(map.options.crs.projection.unproject(L.point(x, y)));
      const frame = map.getContainer().getBoundingClientRect();
      return { x: frame.left + p.x, y: frame.top + p.y };
    }"""
    alone = view.page.evaluate(spot, 12)
    view.page.mouse.move(alone["x"], alone["y"])
    assert "Site 12" in view.page.locator(".tip").inner_text()
    before = view.page.evaluate("() => tigis.app.mapView.map.getZoom()")
    crowd = view.page.evaluate(spot, 3)
    view.page.mouse.click(crowd["x"], crowd["y"])
    assert view.page.evaluate("() => tigis.app.mapView.map.getZoom()") > before
    assert view.page.evaluate("() => tigis.app.state.pin") == -1
    view.page.get_by_label("Sites d’activité").uncheck()
    assert view.page.evaluate("() => tigis.app.overlays[0].shown") is False


def test_flags_over_the_map_are_said_in_words(towns):
    towns["gare"] = [True, False] * 36
    chart = choropleth(towns, "taux", lang="en")
    chart.add_points(towns, label="Stations", column="gare")
    chart.add_zones(towns, label="Stations", column="gare", colours={True: "#00aa00", False: "#8000ff"})
    plain, coloured = chart.content.overlays
    assert plain.class_labels == ["no", "yes"]
    shades = dict(zip(coloured.class_labels, coloured.colours, strict=True))
    assert shades == {"yes": "#00aa00", "no": "#8000ff"}


@pytest.mark.parametrize(
    "wrong",
    [{"label": None}, {"colours": 3}, {"cluster": "oui"}, {"names": "absent"}, {"column": 2020}],
    ids=str,
)
def test_what_describes_an_overlay_is_what_it_is_called(towns, wrong):
    with pytest.raises(tiGIS.InputError, match=f"{next(iter(wrong))}|no column"):
        choropleth(towns, "taux").add_points(towns, **{"label": "Sites", **wrong})
