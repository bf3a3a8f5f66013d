"""Parts of networks: cut out by nodes, read from several extracts or near a place only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tiGIS import InputError, RoadNetwork, read_osm_pbf
from tiGIS.network._cut import keep_nodes

BOX = (9.50, 47.10, 9.56, 47.20)


@pytest.fixture(scope="module")
def pbf(real_files: Path) -> Path:
    return real_files / "reseau" / "liechtenstein-2013-08-03.osm.pbf"


@pytest.fixture(scope="module")
def network(pbf: Path) -> RoadNetwork:
    return read_osm_pbf(pbf)


def same(one: RoadNetwork, other: RoadNetwork) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("x", "y", "tail", "head", "time_mmin", "length_m", "flags", "road_class")
    )


def test_everything_kept_is_the_same_network(network: RoadNetwork, tmp_path: Path) -> None:
    whole = keep_nodes(network, np.ones(network.n_nodes, dtype=bool))
    assert same(whole, network)
    assert whole.save(tmp_path / "a.npz").read_bytes() == network.save(tmp_path / "b.npz").read_bytes()


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1))
def test_a_part_has_the_roads_between_the_nodes_kept(network: RoadNetwork, seed: int, share: float) -> None:
    keep = np.random.default_rng(seed).random(network.n_nodes) < share
    twin = network.topology.ends_at(np.arange(network.n_nodes))
    places = np.flatnonzero(twin != np.arange(network.n_nodes))
    assert len(places)
    keep[twin[places]] = keep[places]  # both nodes of a place
    part = keep_nodes(network, keep)
    number = np.flatnonzero(keep)
    arcs = keep[network.tail] & keep[network.head]
    assert np.array_equal(number[part.tail], network.tail[arcs])
    assert np.array_equal(number[part.head], network.head[arcs])
    assert np.array_equal(part.time_mmin, network.time_mmin[arcs])
    assert np.array_equal(part.length_m, network.length_m[arcs])
    assert np.array_equal(part.flags, network.flags[arcs])
    kept, edges = part.edges(), network.edges()
    edges = edges[keep[edges["tail"]] & keep[edges["head"]]]
    assert list(kept["way_id"]) == list(edges["way_id"])
    assert np.array_equal(kept["road_class"].to_numpy(), edges["road_class"].to_numpy())
    assert shapely.equals_exact(kept.geometry.values, edges.geometry.values).all()
    pieces = part.pieces()
    assert np.allclose(pieces["length_m"].groupby(pieces["edge"]).sum(), kept["length_m"])


def test_a_mask_of_another_size_is_refused(network: RoadNetwork) -> None:
    with pytest.raises(InputError, match="one boolean a node"):
        keep_nodes(network, np.ones(3, dtype=bool))


def test_the_same_extract_twice_is_read_once(pbf: Path, network: RoadNetwork) -> None:
    assert same(read_osm_pbf([pbf, pbf]), network)


def test_only_what_touches_a_box(pbf: Path, network: RoadNetwork) -> None:
    near = read_osm_pbf(pbf, bbox=BOX, component="all")
    assert 0 < near.n_nodes < network.n_nodes
    box = shapely.box(*BOX)
    from tiGIS.network import read_osm_pbf as read

    lines = read(pbf, component="all").edges().to_crs(4326)
    inside = lines[lines.within(box)]
    assert set(inside["way_id"]) <= set(near.pieces()["way_id"])
    with pytest.raises(InputError, match="no road within"):
        read_osm_pbf(pbf, bbox=(0.0, 0.0, 1.0, 1.0))
    with pytest.raises(InputError, match="no extract"):
        read_osm_pbf([])
