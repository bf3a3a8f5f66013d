"""Checks at the door, shared by all rooms."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from tiGIS._errors import CRSError, InputError
from tiGIS._validate import (
    are_among,
    ground_scale,
    require_columns,
    require_crs,
    require_geodataframe,
    require_series,
)

_codes = st.lists(st.sampled_from(["01004", "1004", "2A004", "30007", ""]))


@given(values=_codes, codes=_codes, dtype=st.sampled_from(["str", "object"]))
def test_codes_are_found_as_isin_finds_them(values, codes, dtype):
    expected = pd.Series(values, dtype="object").isin(codes).tolist()
    assert are_among(pd.Index(values, dtype=dtype), codes).tolist() == expected
    assert are_among(pd.Series(values, dtype=dtype), pd.Index(codes, dtype="str")).tolist() == expected


SQUARES = gpd.GeoDataFrame(
    {"v": [1.0, 2.0]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], index=["a", "b"], crs=2154
)


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (None, "None"),
        ("x.gpkg", r"the text 'x.gpkg'.*read_file"),
        ({"a": 1}, "a dict"),
        (pd.DataFrame(SQUARES), r"a pandas.DataFrame.*merge"),
        (SQUARES["v"], r"a pandas.Series"),
        (gpd.GeoDataFrame({"v": [1]}), "without an active geometry"),
    ],
)
def test_what_is_no_geodataframe_is_named(thing, said):
    with pytest.raises(InputError, match=f"zones: .*{said}"):
        require_geodataframe(thing, "zones")


def test_columns_of_two_levels_or_twice_are_refused():
    two = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    with pytest.raises(InputError, match="MultiIndex"):
        require_columns(two, ["a"], "table")
    twice = pd.DataFrame([[1, 2, 3]], columns=["v", "v", "w"])
    require_columns(twice, ["w"], "table")
    with pytest.raises(InputError, match=r"column 'v' .* more than once"):
        require_columns(twice, ["v"], "table")


@pytest.mark.parametrize("thing", [None, 3, pd.DataFrame({"v": [1]})])
def test_what_is_no_series_is_named(thing):
    with pytest.raises(InputError, match=r"people: .* expected a Series"):
        require_series(thing, "people")


PLACES = {"Brest": (-4.8, 48.4), "Nice": (7.3, 43.7), "Lille": (3.0, 50.7), "Bonifacio": (9.2, 41.4)}


def _scale(crs, *places):
    lonlat = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    return ground_scale(pyproj.CRS(crs), np.array([lonlat.transform(*PLACES[place]) for place in places]))


@pytest.mark.parametrize("crs", [2154, 27572, 3035, 3944, 3946, 3948])
def test_projections_of_metropolitan_france_are_true_to_one_percent(crs):
    assert abs(_scale(crs, *PLACES) - 1) < 0.01


@pytest.mark.parametrize(("crs", "least"), [(3857, 1.33), (2975, 1.15), (5490, 1.2), (32633, 1.02)])
def test_projections_of_elsewhere_are_not(crs, least):
    for place in PLACES:
        if crs != 32633 or place == "Brest":
            assert _scale(crs, place) > least


def test_the_scale_of_the_web_mercator_is_the_secant_of_the_latitude():
    # on the ellipsoid the parallel is stretched by sqrt(1 - e² sin²φ) / cos φ
    phi = np.radians(43.7)
    by_hand = np.sqrt(1 - 0.00669438 * np.sin(phi) ** 2) / np.cos(phi)
    geod = pyproj.Geod(ellps="WGS84")
    assert _scale(3857, "Nice") == pytest.approx(max(by_hand, 1 / np.cos(phi)), rel=0.01)
    # by another path: a kilometre along the parallel, measured on the ellipsoid
    lon, lat, _ = geod.fwd(7.3, 43.7, 90, 1000)
    to = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    stretched = np.hypot(*np.subtract(to.transform(lon, lat), to.transform(7.3, 43.7))) / 1000
    assert _scale(3857, "Nice") == pytest.approx(stretched, rel=0.01)


def test_no_place_no_scale():
    assert ground_scale(pyproj.CRS(2154), np.empty((0, 2))) == 1
    assert ground_scale(pyproj.CRS(2154), np.array([[np.nan, 1.0]])) == 1


@pytest.mark.parametrize("crs", [3857, 2975, 5490])
def test_a_layer_is_measured_only_where_its_projection_is_true(crs):
    site = gpd.GeoDataFrame(geometry=[box(800_000, 6_300_000, 801_000, 6_301_000)], index=["a"], crs=2154)
    require_crs(site, "site", projected=True)
    with pytest.raises(CRSError, match=r"site: in EPSG:\d+, one metre of ground is \d.* legal one"):
        require_crs(site.to_crs(crs), "site", projected=True)
    require_crs(site.to_crs(crs), "site")  # drawn, not measured


def test_positions_at_infinity_are_refused():
    with pytest.raises(InputError, match="1 geometries reach to infinity"):
        require_crs(gpd.GeoSeries([Point(0, 0), Point(np.inf, 0)], crs=2154), "places")
