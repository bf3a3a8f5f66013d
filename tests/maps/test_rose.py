"""A rose of directions: each wedge points where its name says, and is as long as its value."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from tiGIS import CRSError, InputError
from tiGIS.maps import direction_name, rose_polygons

EIGHT = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
CENTRE = gpd.GeoSeries([Point(700_000, 6_600_000)], crs=2154)


@given(st.lists(st.floats(1, 1000), min_size=8, max_size=8))
def test_lengths_are_values_and_wedges_point_their_way(values):
    series = pd.Series(values, index=EIGHT)
    drawn = rose_polygons(series, CENTRE, 10_000)
    for turn, code in enumerate(EIGHT):
        wedge = drawn.geometry[code]
        xy = np.array(wedge.exterior.coords) - [700_000, 6_600_000]
        length = np.hypot(*xy.T).max()
        assert length == pytest.approx(10_000 * max(series[code] / series.max(), 0.02))
        middle = wedge.centroid
        bearing = np.degrees(np.arctan2(middle.x - 700_000, middle.y - 6_600_000)) % 360
        assert bearing == pytest.approx(45 * turn, abs=1e-6) or bearing == pytest.approx(360, abs=1e-6)


def test_wedges_don_t_overlap_and_fill_the_disc():
    drawn = rose_polygons(pd.Series(1.0, index=EIGHT), CENTRE, 1000)
    assert drawn.union_all().area == pytest.approx(drawn.area.sum(), rel=1e-9)
    assert drawn.area.sum() == pytest.approx(np.pi * 1000**2, rel=0.01)


def test_an_unknown_direction_is_whole_and_keeps_its_name():
    values = pd.Series([1.0, np.nan, *[0.5] * 6], index=EIGHT)
    drawn = rose_polygons(values, CENTRE, 1000)
    assert np.isnan(drawn.loc["NE", "value"])
    assert drawn.area["NE"] == pytest.approx(drawn.area["N"])
    assert drawn["nom"].tolist() == [direction_name(code) for code in EIGHT]
    assert drawn["nom"]["NW"] == "nord-ouest"
    assert direction_name("SW", "en") == "south-west"


def test_what_can_not_be_drawn_is_refused():
    eight = pd.Series(1.0, index=EIGHT)
    with pytest.raises(InputError, match="8 or 16"):
        rose_polygons(eight.iloc[:7], CENTRE, 1000)
    with pytest.raises(InputError, match="0 or more"):
        rose_polygons(-eight, CENTRE, 1000)
    with pytest.raises(InputError, match="radius above 0"):
        rose_polygons(eight, CENTRE, 0)
    with pytest.raises(InputError, match="expected one"):
        rose_polygons(eight, pd.concat([CENTRE, CENTRE]), 1000)
    with pytest.raises(CRSError):
        rose_polygons(eight, CENTRE.to_crs(4326), 1000)
