"""Odd values, names and indexes: what is on the canvas is what the legend says, or a clear refusal."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tiGIS
from map_frames import make_towns
from tiGIS.maps import Layer, choropleth

NAMES = [
    'L’Île-d’Yeu "l’île" & co',
    "<b>Gras</b>",
    "Usine 🏭",
    "back\\slash {accolade} %s",
    "\u202eenvers",
    "",
]

ODD = {
    "bounds": np.repeat([0.0, 10.0, 20.0, 30.0], 18),
    "equal": np.full(72, 12.5),
    "missing": np.full(72, np.nan),
    "negative": -(np.arange(72.0) ** 2),
    "tiny": np.arange(72) * 1e-9,
    "huge": (np.arange(72) + 1) * 1e12,
    "far apart": np.r_[np.full(35, 1e-9), np.full(36, 1e12), np.nan],
    "one known": np.r_[5.0, np.full(71, np.nan)],
}


@pytest.fixture(scope="module")
def odd_page(tmp_path_factory):
    towns = make_towns()
    for i, values in enumerate(ODD.values()):
        towns[f"v{i}"] = values
    towns.loc[towns.index[: len(NAMES)], "nom"] = NAMES
    layers = [Layer(column=f"v{i}", label=label, unit="u") for i, label in enumerate(ODD)]
    layers[0] = Layer(column="v0", label="bounds", unit="u", bins=[0, 10, 20, 30])
    path = tmp_path_factory.mktemp("odd") / "odd.html"
    chart = choropleth(towns, layers, title="Valeurs de bord", kind="commune")
    chart.save(path)
    return chart, path


@pytest.mark.browser
def test_every_odd_value_has_the_colour_and_the_count_of_its_class(opened, odd_page):
    chart, path = odd_page
    view = opened(path)
    for n, (label, values) in enumerate(ODD.items()):
        view.page.evaluate("n => tigis.app.set({ layer: n })", n)
        drawn, legend = chart.layers[n], view.page.locator(f'.legend[data-layer="{n}"]')
        expected = ["many" if c < 0 else drawn.colours[c] for c in drawn.classes[0]]
        assert list(view.colours().values()) == expected, label
        counts = [int(text) for text in legend.locator("td.count").all_inner_texts()]
        known = int(np.isfinite(values).sum())
        assert sum(counts) == 72, label
        assert ("donnée absente" in legend.inner_text()) == (known < 72), label
        said = legend.inner_text()
        assert not any(word in said.lower() for word in ("nan", "none", "infinity", "undefined", "e+")), label


def test_a_value_at_a_bound_is_in_the_class_that_ends_there(odd_page):
    drawn = odd_page[0].layers[0]
    assert drawn.classes[0].tolist() == [0] * 36 + [1] * 18 + [2] * 18
    assert drawn.labels == ("0 à 10", "10 à 20", "20 à 30")


@pytest.mark.browser
def test_odd_names_are_shown_as_they_are(opened, odd_page):
    _, path = odd_page
    view = opened(path)
    for i, name in enumerate(NAMES):
        view.page.evaluate("id => tigis.app.set({ pin: id, hover: id })", i)
        assert view.page.locator(".panel h2").text_content() == name
        assert view.page.locator(".tip .name").text_content() == name
    view.page.get_by_role("button", name="Tableau").click()
    view.page.locator(".table thead").get_by_role("button", name="Commune").click()
    shown = view.page.locator(".table tbody th").all_text_contents()
    assert set(NAMES) < set(shown)


@pytest.mark.browser
def test_one_territory_fills_the_map(opened, towns, tmp_path):
    choropleth(towns.iloc[[0]], "taux", title="Une seule").save(tmp_path / "one.html")
    view = opened(tmp_path / "one.html")
    assert set(view.colours().values()) < set(view.page.evaluate("() => tigis.app.layer.colours")) | {"?"}
    assert view.page.locator(".legend td.count").all_inner_texts() == ["1"]


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused(towns, value):
    towns.iloc[3, towns.columns.get_loc("taux")] = value
    with pytest.raises(tiGIS.InputError, match="infinite"):
        choropleth(towns, "taux")


@pytest.mark.parametrize(
    "index",
    [
        pd.MultiIndex.from_arrays([["30"] * 72, [f"{i:02d}" for i in range(72)]]),
        pd.RangeIndex(100, 172),
        pd.Index(np.arange(72) + 0.5),
        pd.date_range("2024-01-01", periods=72),
    ],
    ids=["several levels", "range", "floats", "dates"],
)
@pytest.mark.parametrize("crs", [4326, 3857, 3035, 27572])
def test_any_index_and_any_crs_in_three_lines(towns, index, crs):
    own = towns.set_index(index).to_crs(crs)
    chart = choropleth(own, "taux")
    assert "<title>taux</title>" in chart.page()
    assert len(set(chart.content.codes)) == 72
    west, south, east, north = chart.content.bounds
    assert (west, south, east, north) == pytest.approx(towns.to_crs(4326).total_bounds, abs=1e-3)


def test_several_levels_are_written_with_a_dot_and_doubles_are_named(towns):
    towns.index = pd.MultiIndex.from_arrays([["30"] * 72, [f"{i:02d}" for i in range(72)]])
    assert choropleth(towns, "taux").content.codes[1] == "30 · 01"
    towns.index = pd.MultiIndex.from_arrays([["30"] * 72, ["01", "01", *map(str, range(70))]])
    with pytest.raises(tiGIS.InputError, match=r"more than once \(\('30', '01'\)\)"):
        choropleth(towns, "taux")


def test_categories_go_by_meaning_where_ordered_and_by_count_otherwise(towns):
    said = np.array(["oui"] * 10 + ["non"] * 50 + ["oui si"] * 12)
    meaning = ["oui", "oui si", "non", "jamais vu"]
    towns["c"] = pd.Categorical(said, meaning, ordered=True)
    assert choropleth(towns, "c").layers[0].labels == ("oui", "oui si", "non")
    assert choropleth(towns, "c").layers[0].counts() == [10, 12, 50]
    for plain in (said, pd.Categorical(said, meaning)):
        assert choropleth(towns.assign(c=plain), "c").layers[0].labels == ("non", "oui si", "oui")


def test_yes_and_no_are_words(towns):
    towns["b"] = np.arange(72) < 20
    assert choropleth(towns, "b").layers[0].labels == ("non", "oui")
    towns["b"] = towns["b"].astype("boolean")
    towns.iloc[0, towns.columns.get_loc("b")] = pd.NA
    drawn = choropleth(towns, "b", lang="en").layers[0]
    assert (drawn.labels, drawn.counts(), drawn.missing()) == (("no", "yes"), [52, 19], [("", 1)])
