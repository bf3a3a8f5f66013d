"""Where motorways and 2x2 roads are entered: by hand, then on Provence-Alpes-Côte d'Azur."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from small_networks import roads_between
from tiGIS import InputError
from tiGIS.enclavement import road_accesses
from tiGIS.network import network_from_lines

#   west --- town === 2x2 === junction ### motorway ###      lone === 2x2 === end: leads to no motorway
#             |                  |                             |
#           south             street                        hamlet


def both_ways(x0, x1, y=0.0):
    """Two carriageways."""
    return [LineString([(x0, y), (x1, y)]), LineString([(x1, y), ((x0 + x1) / 2, y + 50), (x0, y)])]


ROWS = [
    ("primary", "both", LineString([(-5000, 0), (0, 0)])),
    ("primary", "both", LineString([(0, -5000), (0, 0)])),
    *[("express", "forward", line) for line in both_ways(0, 9000)],
    ("residential", "both", LineString([(9000, 0), (9000, -900)])),
    *[("motorway", "forward", line) for line in both_ways(9000, 30000)],
    ("express", "both", LineString([(0, 0), (0, 7000)])),  # a single carriageway
    *[("express", "forward", line) for line in both_ways(50000, 60000, 9000)],
    ("residential", "both", LineString([(50000, 9000), (50000, 8000)])),
]


def test_accesses_by_hand():
    roads = gpd.GeoDataFrame(
        {"kind": [r[0] for r in ROWS], "way": [r[1] for r in ROWS], "kmh": 90.0},
        geometry=[r[2] for r in ROWS],
        crs=2154,
    )
    network = network_from_lines(
        roads, road_class="kind", oneway="way", speed="kmh", component="all", contract=False
    )
    found = road_accesses(network)
    # the motorway is entered at the junction; the 2x2 road at the town and, by the street, at the junction
    assert found["motorway"].geometry.x.tolist() == [9000]
    assert sorted(found["express_road"].geometry.x) == [0, 9000]
    assert (found["express_road"].geometry.y == 0).all()


def test_a_network_without_either_is_refused():
    with pytest.raises(InputError, match="no access"):
        road_accesses(roads_between({"a": (0, 0), "b": (1, 0)}, [("a", "b", 50.0)]))
