"""Where motorways and 2x2 roads are entered: by hand, then on real roads."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box

import tiGIS
from small_networks import roads_between
from tiGIS import InputError
from tiGIS.enclavement import road_accesses
from tiGIS.network import fill_gaps, network_from_lines, read_roads

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


def test_around_gap_on_real_roads(real_files):
    """The end of the A51 near La Saulce, and the way to Valence beyond the edge of the file."""
    path = real_files / "reseau" / "osm_paca_roads_2021-07_drivable.parquet"
    west, south, east, north = 5.8, 44.2, 6.3, 44.75
    network = read_roads(gpd.read_parquet(path).cx[west:east, south:north])
    found = road_accesses(network)["motorway"].to_crs(4326)
    assert found.geometry.x.between(5.8, 6.1).all()
    end = gpd.GeoSeries.from_xy([6.003], [44.424], crs=4326).to_crs(2154).iloc[0]
    assert found.to_crs(2154).distance(end).min() < 3000

    coarse = tiGIS.load_interurban_network()
    covered = gpd.GeoSeries([box(west + 0.02, south + 0.02, east - 0.02, north - 0.02)], crs=4326)
    filled = fill_gaps(network, coarse, covered)
    halls = tiGIS.territory.load_town_halls().loc[["05061", "26362"]]
    options = {"access": tiGIS.network.AccessLeg(30, 1.3, nodes=8), "max_snap_m": 5000.0}
    there = tiGIS.travel_times(filled, halls, halls, **options).loc["05061", "26362"]
    plain = tiGIS.travel_times(coarse, halls, halls).loc["05061", "26362"]
    assert 100 < there < 200  # Gap to Valence: some 160 km
    assert there == pytest.approx(plain, rel=0.25)
