"""choropleth(): what it accepts, what it refuses, and what the page holds, without a browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import inspect
import io
import json
import re
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box

import tiGIS
from map_frames import make_towns
from tiGIS import provenance
from tiGIS.maps import Layer, choropleth
from tiGIS.maps._choropleth import LayerOptions
from tiGIS.maps._geometry import build_places

VENDOR = Path(tiGIS.__file__).parent / "maps" / "vendor"


def payload(page: str) -> dict:
    packed = re.search(r'<script id="tigis-data"[^>]*>([^<]*)</script>', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_three_lines_for_a_frame_of_ones_own(towns, tmp_path):
    """Any CRS, any index, no name column."""
    own = towns.drop(columns="nom").reset_index(drop=True).to_crs(3035)
    choropleth(own, "taux").save(tmp_path / "new" / "map.html")
    assert (tmp_path / "new" / "map.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["map.html"]


def test_the_page_holds_everything_it_needs(towns):
    page = choropleth(towns, "taux", title="Un titre", kind="commune").page()
    assert '<html lang="fr">' in page
    assert "<title>Un titre</title>" in page
    markup = re.sub(r"(<script[^>]*>).*?(</script>)", r"\1\2", page, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", markup)
    assert not re.search(r"""<script[^>]* src=""", markup)
    assert not re.search(r"@import|url\((?!data:|#)", page)
    assert "Content-Security-Policy" in page
    for library in ("bootstrap", "font-awesome", "code.jquery"):
        assert library not in page.lower()


def test_same_frame_same_bytes(towns):
    def write():
        out = io.BytesIO()
        choropleth(towns, "taux", outlines=towns.dissolve(), labels=True).save(out, close_file=False)
        return out.getvalue()

    assert write() == write()


def test_the_frame_is_left_as_it_was(towns):
    before = towns.copy(deep=True)
    choropleth(towns, "taux", context=towns, outlines=towns.dissolve())
    pd.testing.assert_frame_equal(towns, before)


def test_text_from_data_stays_text(towns):
    wicked = "</script><script>alert('x')</script><b>\"&é🏭\u2028"
    towns["nom"] = wicked
    page = choropleth(
        towns, "type", title=wicked, subtitle=wicked, source=wicked, limits=wicked, label=wicked
    ).page()
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert payload(page)["names"][0] == wicked


def test_values_come_through_and_the_missing_are_null(towns):
    found = payload(choropleth(towns, "taux").page())["layers"][0]
    expected = [None if np.isnan(v) else pytest.approx(v, abs=1e-3) for v in towns["taux"]]
    assert found["values"][0] == expected
    assert found["classes"][0][5] == "-"


@pytest.mark.parametrize(
    "values",
    [
        np.full(72, 12.0),
        np.full(72, np.nan),
        np.arange(72) * 1e-9,
        np.arange(72) * 1e12,
        -np.arange(72.0),
        np.r_[np.zeros(71), 1e12],
    ],
    ids=["equal", "missing", "tiny", "huge", "negative", "one giant"],
)
def test_odd_values_are_drawn(towns, values):
    towns["x"] = values
    drawn = choropleth(towns, "x").layers[0]
    assert sum(drawn.counts()) + sum(n for _, n in drawn.missing()) == 72
    assert all(drawn.counts())
    assert "nan" not in " ".join(drawn.labels).lower()
    assert len(set(drawn.labels)) == len(drawn.labels)


def test_one_territory(towns):
    assert choropleth(towns.iloc[[0]], "taux").layers[0].counts() == [1]


def test_refusals(towns):
    with pytest.raises(tiGIS.InputError, match="infinite"):
        choropleth(towns.assign(taux=np.inf), "taux")
    with pytest.raises(tiGIS.CRSError, match="no CRS"):
        choropleth(towns.set_crs(None, allow_override=True), "taux")
    with pytest.raises(tiGIS.InputError, match="no column 'absent'"):
        choropleth(towns, "absent")
    with pytest.raises(tiGIS.InputError, match="more than once"):
        choropleth(pd.concat([towns, towns]), "taux")
    with pytest.raises(tiGIS.InputError, match="expected polygons"):
        choropleth(towns.set_geometry(towns.centroid), "taux")
    with pytest.raises(tiGIS.InputError, match="no row"):
        choropleth(towns.iloc[:0], "taux")
    with pytest.raises(tiGIS.InputError, match="expected at most 7"):
        choropleth(towns.assign(many=[f"c{i}" for i in range(72)]), "many")
    with pytest.raises(tiGIS.InputError, match="basemap"):
        choropleth(towns, "taux", basemap="google")
    with pytest.raises(tiGIS.InputError, match="labels"):
        choropleth(towns, "taux", labels=["Nowhere"])
    with pytest.raises(tiGIS.InputError, match="palette"):
        choropleth(towns, "taux", palette=["pas une couleur"] * 5)


def test_empty_geometries_stay_in_the_table(towns):
    towns.loc["30003", "geometry"] = None
    page = payload(choropleth(towns, "taux").page())
    assert len(page["names"]) == 72
    assert page["places"][0]["topology"]["objects"]["areas"]["geometries"][3] == {"type": None}


def test_a_series_has_one_scale_for_all_years(towns):
    towns["later"] = towns["taux"] + 10
    layer = choropleth(towns, Layer(column={"2018": "taux", "2022": "later"}, label="Taux")).layers[0]
    assert layer.years == ("2018", "2022")
    both = np.concatenate([towns["taux"], towns["later"]])
    assert sum(layer.counts(0)) + sum(layer.counts(1)) == np.count_nonzero(~np.isnan(both))


def test_sources_and_limits_of_the_frame_are_printed(towns):
    provenance.describe(
        towns,
        sources=[provenance.note("Insee, recensement 2018", "Insee, census 2018")],
        limits=[provenance.note("Secret sous 11 ménages.", "Secret below 11 households.")],
    )
    assert "Insee, recensement 2018" in choropleth(towns, "taux").page()
    assert "Secret below 11 households." in choropleth(towns, "taux", lang="en").page()


def test_folium_layers_can_be_added_and_the_map_then_follows(towns):
    chart = choropleth(towns, "taux")
    folium.Marker([44.1, 4.1], popup="Un site", tooltip="ici").add_to(chart)
    page = chart.page()
    assert "L.marker(" in page
    assert "Un site" in page
    assert '"crs":"EPSG:2154"' in page
    folium.TileLayer("OpenStreetMap").add_to(chart)
    assert '"crs":"EPSG:3857"' in chart.page()
    assert "img-src data: blob: https://tile.openstreetmap.org;" in chart.page()


def test_plugins_that_fetch_scripts_are_named(towns):
    from folium.plugins import MarkerCluster

    chart = choropleth(towns, "taux")
    MarkerCluster([[44.1, 4.1]]).add_to(chart)
    with pytest.warns(UserWarning, match="from the network"):
        chart.page()


def test_overseas_departments_go_to_insets_in_their_own_place():
    spots = {
        "75": (2.3, 48.8),
        "971": (-61.5, 16.2),
        "973": (-53, 4),
        "974": (55.5, -21.1),
        "976": (45.15, -12.8),
    }
    frame = gpd.GeoDataFrame(
        {"x": range(5)},
        geometry=[Point(p).buffer(0.05) for p in spots.values()],
        index=list(spots),
        crs=4326,
    )
    places = build_places(frame)
    assert [p.name for p in places] == ["", "Guadeloupe", "Guyane", "La Réunion", "Mayotte"]
    assert [p.crs for p in places] == ["EPSG:2154", "utm:20", "utm:22", "utm:40", "utm:38"]
    assert [p.ids for p in places] == [[0], [1], [2], [3], [4]]
    alone = build_places(frame.loc[["974"]])
    assert [p.name for p in alone] == [""]


def test_simplified_neighbours_still_fit_together(towns):
    rough = towns.assign(geometry=shapely.segmentize(towns.geometry.array, 200))
    place = build_places(rough, tolerance_m=100)[0]
    areas = gpd.GeoSeries(place.areas(), crs=4326).to_crs(2154)
    assert areas.union_all().area == pytest.approx(areas.area.sum(), rel=1e-6)
    assert areas.area.sum() == pytest.approx(towns.area.sum(), rel=1e-3)


def test_outlines_follow_the_borders_of_their_members(towns):
    towns["groupe"] = np.where(np.arange(72) < 36, "bas", "haut")
    place = build_places(towns, outlines=towns.dissolve("groupe"))[0]
    assert place.groups == [0] * 36 + [1] * 36
    assert "outlines" not in place.topology["objects"]
    stray = gpd.GeoDataFrame(geometry=[box(781_000, 6_331_000, 790_000, 6_340_000)], crs=2154)
    place = build_places(towns, outlines=stray)[0]
    assert set(place.groups) == {-1}
    assert len(place.topology["objects"]["outlines"]["geometries"]) == 1


def test_libraries_in_the_package_are_those_listed():
    for library in json.loads((VENDOR / "manifest.json").read_text()).values():
        for name, expected in library["files"].items():
            assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name
    listed = {n for lib in json.loads((VENDOR / "manifest.json").read_text()).values() for n in lib["files"]}
    here = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    assert here - listed == {"manifest.json", "leaflet.LICENSE"}


def test_flags_with_gaps_are_flags(towns):
    flags = [True, False, False] * 24
    whole = choropleth(towns.assign(zone=flags), "zone").layers[0]
    gaps = choropleth(towns.assign(zone=[None, np.nan, *flags[2:]]), "zone").layers[0]
    nullable = choropleth(towns.assign(zone=pd.array([None, pd.NA, *flags[2:]], "boolean")), "zone").layers[0]
    assert whole.labels == gaps.labels == nullable.labels == ("non", "oui")
    assert gaps.missing() == nullable.missing() == [("", 2)]
    assert len(set(gaps.classes[0][2:4])) == 2


def test_spaces_around_a_word_make_no_other_category(towns):
    towns["type"] = ["rural", "rural ", " urbain", "urbain", "  ", None] * 12
    drawn = choropleth(towns, "type").layers[0]
    assert drawn.labels == ("rural", "urbain")
    assert drawn.missing() == [("", 24)]


def test_nulls_of_esri_are_counted_and_said(towns):
    towns.iloc[:3, towns.columns.get_loc("taux")] = [-np.finfo(float).max, np.finfo(np.float32).max, np.nan]
    drawn = choropleth(towns, "taux").layers[0]
    assert [count for _, count in drawn.missing()] == [2, 2]
    assert any("ESRI" in reason for reason, _ in drawn.missing())
    assert max(map(len, drawn.labels)) < 20


def test_a_legend_says_where_no_change_lies(towns):
    towns["gain"] = [0, -4, 3] * 24
    drawn = choropleth(towns, "gain", center=0, palette="change").layers[0]
    zeros = {int(c) for c in drawn.classes[0][::3]}
    losses = {int(c) for c in drawn.classes[0][1::3]}
    assert not zeros & losses
    assert "compris dans la classe du dessus" in drawn.how[0]


def test_columns_may_be_named_by_any_label(towns):
    named = towns.rename(columns={"taux": 2020, "gain": ("a", "b")})
    want = choropleth(towns, ["taux", "gain"]).layers
    found = choropleth(named, [Layer(column=2020), Layer(column=("a", "b"))]).layers
    assert [layer.labels for layer in found] == [layer.labels for layer in want]
    assert choropleth(named, 2020).layers[0].label == "2020"
    assert choropleth(towns, {"2018": "taux", "2022": "gain"}).layers[0].years == ("2018", "2022")


def test_what_is_no_layer_of_polygons_is_refused_by_name(towns):
    plain = pd.DataFrame(towns)
    levels = towns.copy()
    levels.columns = pd.MultiIndex.from_product([["a"], towns.columns])
    for wrong in (plain, "x.gpkg", Path("x.gpkg"), {"a": 1}, None, towns.geometry, levels, towns.iloc[:0]):
        with pytest.raises(tiGIS.InputError, match="gdf: "):
            choropleth(wrong, "taux")
    doubled = pd.concat([towns, towns[["taux", "nom", "habitants"]]], axis=1)
    for options in (
        {"column": "taux"},
        {"column": "gain"},
        {"column": "gain", "names": "type", "population": "habitants"},
    ):
        with pytest.raises(tiGIS.InputError, match="more than once"):
            choropleth(doubled, **options)
    for name in ("context", "outlines", "labels", "town_halls"):
        with pytest.raises(tiGIS.InputError, match=f"{name}: a pandas.DataFrame"):
            choropleth(towns, "taux", **{name: plain})
    for column in (None, [], [3.5], towns["taux"], "absent", object()):
        with pytest.raises(tiGIS.InputError, match="column"):
            choropleth(towns, column)


def test_words_in_a_column_of_numbers_are_named(towns):
    towns["mixed"] = [1.5, "2,5", "inconnu", *range(69)]
    with pytest.raises(tiGIS.InputError, match="'mixed': 'inconnu' at '30002'"):
        choropleth(towns, "mixed")
    towns["mixed"] = [1.5, "2,5", None, *range(69)]
    assert choropleth(towns, "mixed").layers[0].values[0, 1] == 2.5


def test_a_pole_among_the_neighbours_is_cut_off(towns):
    far = gpd.GeoDataFrame(geometry=[box(-180, -90, 180, 40), box(-180, 40.5, 180, 90)], crs=4326)
    around = choropleth(towns, "taux", context=far).content.places[0]
    assert around.bounds == choropleth(towns, "taux").content.places[0].bounds
    polar = gpd.GeoDataFrame({"x": [1]}, geometry=[box(-180, 85, 180, 90)], crs=4326)
    with pytest.raises(tiGIS.InputError, match="poles"):
        choropleth(polar, "x")


def test_overlays_are_checked_at_the_door(towns):
    chart = choropleth(towns, "taux")
    plain = pd.DataFrame(towns)
    calls = {
        "add_points": {"label": "x"},
        "add_lines": {"label": "x"},
        "add_zones": {"label": "x"},
        "add_roads": {},
        "add_symbols": {"column": "habitants", "label": "x"},
        "add_isochrones": {"column": "habitants", "label": "x"},
    }
    for name, options in calls.items():
        for wrong in (plain, None, "x.gpkg", pd.concat([towns, towns[["habitants", "nom"]]], axis=1)):
            with pytest.raises(tiGIS.InputError):
                getattr(chart, name)(wrong, **options)
    with pytest.raises(tiGIS.InputError, match="lacks minutes"):
        chart.add_isochrones(towns.assign(minutes=np.nan), label="x", column="minutes")
    with pytest.raises(tiGIS.InputError, match="is empty in 1 of 72"):
        chart.add_points(towns.assign(kind=[None, *["a"] * 71]), label="x", column="kind")


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": "3"},
        {"bins": ["a", "b"]},
        {"center": "0"},
        {"center": np.nan},
        {"decimals": -1},
        {"reference": "x"},
        {"palette": 3},
        {"reasons": 3},
        {"source": 3},
    ],
    ids=str,
)
def test_options_are_what_they_are_called(towns, wrong):
    with pytest.raises(tiGIS.InputError, match=next(iter(wrong))):
        choropleth(towns, "taux", **wrong)


def test_facts_that_are_flags_are_said_in_words(towns):
    towns["gare"] = [True, None, False] * 24
    for lang, said in (("fr", ["oui", None, "non"]), ("en", ["yes", None, "no"])):
        facts = choropleth(towns, "taux", facts=["gare"], lang=lang).content.facts
        assert facts[0].values[:3] == said


def test_arrays_and_labels_of_any_type_are_taken(towns):
    years = towns.assign(a=towns["taux"], b=towns["gain"]).rename(columns={"a": 2020, "b": 2021})
    drawn = choropleth(years, [2020, Layer(column=2021)]).layers
    assert [layer.label for layer in drawn] == ["2020", "2021"]
    edges = np.array([years[2020].min(), years[2020].max()])
    assert choropleth(years, 2020, bins=edges).layers[0].counts() == [years[2020].count()]
    assert len(choropleth(years, 2020, labels=years["nom"].iloc[:3]).content.labels) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": 2020},
        {"k": 2.5},
        {"k": True},
        {"lang": "de"},
        {"kind": None},
        {"unit": None},
        {"facts": None},
        {"tolerance_m": -1},
        {"outline_width": "large"},
        {"labels": 3},
        {"context": "voisins.gpkg"},
        {"outlines": 3},
        {"basemap": "google"},
        {"compare": "both"},
    ],
    ids=str,
)
def test_what_describes_a_map_is_what_it_is_called(towns, wrong):
    with pytest.raises(tiGIS.InputError, match=rf"{next(iter(wrong))}.*expected"):
        choropleth(towns, "taux", **wrong)


def test_options_of_a_layer_are_those_of_layer():
    own = set(inspect.signature(choropleth).parameters) | set(LayerOptions.__annotations__)
    of_a_layer = inspect.signature(Layer).parameters
    assert set(of_a_layer) <= own
    shared = set(of_a_layer) & set(inspect.signature(choropleth).parameters)
    assert shared == {"column", "label", "unit", "method", "k", "palette"}
    for name in shared - {"column"}:
        assert inspect.signature(choropleth).parameters[name].default == of_a_layer[name].default


def test_an_option_that_no_layer_has_is_refused(towns):
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        choropleth(towns, "taux", colour="red")
    with pytest.raises(tiGIS.InputError, match="decimals"):
        choropleth(towns, "taux", decimals=-3)


@pytest.mark.parametrize("null", [-np.finfo(float).max, np.finfo(float).max, float(-np.finfo("f4").max)])
def test_nulls_of_esri_are_counted_in_what_stands_beside_the_map(towns, null):
    towns["bas"], towns["haut"] = towns["taux"] - 1, towns["taux"] + 1
    for column, rows in (("habitants", [0, 1]), ("gain", [2]), ("haut", [3, 4, 6])):
        towns[column] = towns[column].astype(float)
        towns.iloc[rows, towns.columns.get_loc(column)] = null
    chart = choropleth(
        towns,
        "taux",
        label="Taux",
        low="bas",
        high="haut",
        population="habitants",
        facts={"gain": "Gain net"},
    )
    said = "vide d’un fichier ESRI (±1,8e308 ou ±3,4e38)."
    assert chart.content.limits == [
        f"Habitants\u202f: 2\u202fvaleurs inconnues, {said}",
        f"Gain net\u202f: 1\u202fvaleur inconnue, {said}",
        f"Taux, haut\u202f: 3\u202fvaleurs inconnues, {said}",
    ]
    assert "e+308" not in chart.page()
    assert choropleth(make_towns(), "taux", population="habitants").content.limits == []
