"""Saving and loading a network."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

from tiGIS import DataFileError, RoadNetwork, network_from_lines


@pytest.fixture
def network():
    roads = gpd.GeoDataFrame(
        {"kmh": [60.0, 30.0, 50.0], "pont": [True, False, False]},
        geometry=[
            LineString([(7e5, 66e5), (701_000, 66e5)]),
            LineString([(701_000, 66e5), (701_000, 6_601_000)]),
            LineString([(701_000, 66e5), (702_000, 66e5)]),
        ],
        index=["a", "b", "é"],
        crs=2154,
    )
    return network_from_lines(roads, speed="kmh", flags={"bridge": "pont"}).with_metadata(max_snap_m=500.0)


def test_a_network_comes_back_as_it_was(network, tmp_path):
    path = network.save(tmp_path / "réseau.npz")
    again = RoadNetwork.load(path)
    assert repr(again) == repr(network)
    assert again.crs == network.crs
    assert again.metadata == network.metadata
    for name in ("x", "y", "tail", "head", "time_mmin", "length_m", "road_class", "flags", "speed_kmh"):
        assert np.array_equal(getattr(again, name), getattr(network, name)), name
    assert again.pieces().equals(network.pieces())
    assert again.edges().equals(network.edges())


def test_the_same_network_gives_the_same_bytes(network, tmp_path):
    first, second = (network.save(tmp_path / name).read_bytes() for name in ("a.npz", "b.npz"))
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def rewritten(path, **changes):
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    np.savez_compressed(path, **arrays)


def test_what_is_not_a_network_is_refused(network, tmp_path):
    path = tmp_path / "network.npz"
    with pytest.raises(DataFileError, match="no such file"):
        RoadNetwork.load(path)
    path.write_bytes(b"PK not a zip")
    with pytest.raises(DataFileError, match="not readable"):
        RoadNetwork.load(path)
    np.savez(path, x=np.zeros(3))
    with pytest.raises(DataFileError, match="no header"):
        RoadNetwork.load(path)
    np.savez(path, header=np.frombuffer(b'{"format": "other"}', dtype=np.uint8))
    with pytest.raises(DataFileError, match="another kind of file"):
        RoadNetwork.load(path)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(DataFileError):
        RoadNetwork.load(tmp_path / "array.npy")


def test_a_damaged_network_is_refused(network, tmp_path):
    path = network.save(tmp_path / "network.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataFileError, match="not readable"):
        RoadNetwork.load(path)
    path.write_bytes(whole)
    rewritten(path, time_mmin=lambda times: times + 1)
    with pytest.raises(DataFileError, match="damaged"):
        RoadNetwork.load(path)


def test_another_version_says_what_to_do(network, tmp_path):
    path = network.save(tmp_path / "network.npz")

    def newer(header):
        told = json.loads(header.tobytes())
        return np.frombuffer(json.dumps({**told, "version": 99}).encode(), dtype=np.uint8)

    rewritten(path, header=newer)
    with pytest.raises(DataFileError, match="version 99; expected version 2"):
        RoadNetwork.load(path)


def test_pickled_objects_are_never_loaded(network, tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, header=np.array([{"format": "tiGIS road network"}], dtype=object))
    with pytest.raises(DataFileError, match="not readable"):
        RoadNetwork.load(path)


def crafted(path, **changes):
    """Change arrays and set the sum right again, as one who means harm would."""
    from tiGIS.network._store import _digest

    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    header = json.loads(arrays.pop("header").tobytes())
    words = changes.pop("header", None)
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    told = {**header, "sha256": _digest(arrays), **(words or {})}
    np.savez_compressed(path, header=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8), **arrays)


def at(position, value):
    def change(array):
        array = array.copy()
        array[position] = value
        return array

    return change


CRAFTED = {
    "a node that isn't there": {"head": at(0, 99)},
    "a node below 0": {"tail": at(0, -1)},
    "an edge that isn't there": {"arc_edge": at(0, 99)},
    "a time below 0": {"time_mmin": at(0, -5)},
    "a time beyond closed": {"time_mmin": at(0, 2**31 - 1)},
    "a time less": {"time_mmin": lambda times: times[:-1]},
    "times as floats": {"time_mmin": lambda times: times.astype(float)},
    "arcs in another order": {"tail": lambda tail: tail[::-1].copy()},
    "arcs between other nodes": {"head": lambda head: np.roll(head, 1)},
    "no direction": {"arc_forward": lambda forward: np.zeros_like(forward)},
    "x without y": {"x": lambda x: x[:-1]},
    "x that is no number": {"x": at(0, np.nan)},
    "an infinite vertex": {"roads_xy": at((0, 0), np.inf)},
    "vertices in one row": {"roads_xy": np.ravel},
    "an edge without pieces": {"roads_first_piece": at(1, 0)},
    "pieces beyond the end": {"roads_first_piece": at(-1, 99)},
    "an edge of one vertex": {"roads_first_vertex": at(1, 1)},
    "a piece that ends nowhere": {"roads_last_vertex": at(0, 10**6)},
    "pieces backwards": {"roads_last_vertex": at(0, 0)},
    "a length below 0": {"roads_length_m": at(0, -1.0)},
    "a speed of 0": {"roads_speed_kmh": at(0, 0.0)},
    "no such class": {"roads_road_class": at(0, 100)},
    "no such way": {"roads_way": at(0, 99)},
    "no such name": {"roads_name_class": at(0, 99)},
    "no such CRS": {"header": {"crs": "EPSG:99999999"}},
    "a CRS in degrees": {"header": {"crs": "EPSG:4326"}},
    "no CRS": {"header": {"crs": None}},
    "metadata in a list": {"header": {"metadata": [1]}},
    "an access leg without speed": {"header": {"metadata": {"access": {"speed_kmh": 0}}}},
    "an access leg of other words": {"header": {"metadata": {"access": {"wings": 2}}}},
    "a snap that is no number": {"header": {"metadata": {"max_snap_m": "far"}}},
}


@pytest.mark.parametrize("changes", CRAFTED.values(), ids=CRAFTED)
def test_a_crafted_network_is_refused_by_name(network, tmp_path, changes):
    path = network.save(tmp_path / "network.npz")
    crafted(path, **dict(changes))
    with pytest.raises(DataFileError):
        RoadNetwork.load(path)


def test_a_network_that_swells_is_refused_before_it_is_read(network, tmp_path):
    path = network.save(tmp_path / "network.npz")
    rewritten(path, x=lambda x: np.zeros(10_000_000))
    with pytest.raises(DataFileError, match=r"80,.* bytes once unpacked"):
        RoadNetwork.load(path)


def test_an_array_that_announces_more_than_it_holds_is_refused_before_room_is_made(network, tmp_path):
    path = network.save(tmp_path / "network.npz")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    written, announced = f"'shape': ({len(network.x)},), }}".encode(), b"'shape': (9000000000,), }"
    padding = b" " * (len(announced) - len(written))
    grown = members["x.npy"].replace(written + padding, announced)
    assert grown != members["x.npy"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"x.npy": grown}).items():
            archive.writestr(name, content)
    with pytest.raises(DataFileError, match=r"x\.npy announces 72,000,000,000 bytes"):
        RoadNetwork.load(path)
