"""Saving and loading a network."""

from __future__ import annotations

import json

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
    with pytest.raises(DataFileError, match="version 99; expected version 1"):
        RoadNetwork.load(path)


def test_pickled_objects_are_never_loaded(network, tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, header=np.array([{"format": "tiGIS road network"}], dtype=object))
    with pytest.raises(DataFileError, match="not readable"):
        RoadNetwork.load(path)
