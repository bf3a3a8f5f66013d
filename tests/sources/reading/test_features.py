"""A part of a large layer: the same whether read at once, by fiona feature by feature, or by batches."""

from __future__ import annotations

import gc
import weakref
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tiGIS import DataFileError, InputError
from tiGIS.sources import describe_layer, iter_features, read_features
from tiGIS.sources.reading import features as module


def layer(count: int, seed: int = 0) -> gpd.GeoDataFrame:
    """Points with a column of each type, some values missing."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "code": [f"{number:05}" for number in range(count)],
            "people": draw.integers(0, 5_000, count),
            "share": np.where(draw.random(count) < 0.2, np.nan, draw.random(count)),
            "name": np.where(draw.random(count) < 0.2, None, "Saint-Étienne-d'Albagnan"),
            "day": pd.to_datetime("2024-01-01") + pd.to_timedelta(draw.integers(0, 400, count), "D"),
        }
    )
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*draw.uniform(0, 1_000, (2, count))), crs=2154)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("couche à lire") / "points.gpkg"
    layer(700).to_file(path, layer="points")
    return path


@given(
    x=st.tuples(st.floats(0, 1_000), st.floats(0, 1_000)),
    y=st.tuples(st.floats(0, 1_000), st.floats(0, 1_000)),
    most=st.one_of(st.none(), st.integers(0, 5_000)),
    columns=st.one_of(st.none(), st.sampled_from([["code"], ["share", "name"], []])),
    boxed=st.booleans(),
    batch=st.sampled_from([50, 350, 20_000]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_ways_give_the_same(x, y, most, columns, boxed, batch, file: Path) -> None:
    bbox = (min(x), min(y), max(x), max(y)) if boxed else None
    where = None if most is None else f"people <= {most}"
    options = {"bbox": bbox, "where": where, "columns": columns}
    at_once = read_features(file, stream=False, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", batch)
        ways = [read_features(file, stream=True, **options)]
        patch.setattr(module, "_HAS_FIONA", False)
        ways.append(read_features(file, stream=True, **options))
    for streamed in ways:
        assert_geodataframe_equal(streamed, at_once, check_dtype=len(at_once) > 0)
    if bbox is not None:
        assert at_once.intersects(shapely.box(*bbox)).all()


@pytest.mark.parametrize("has_fiona", [True, False], ids=["fiona", "pyogrio"])
def test_batches_are_let_go_as_they_are_given(
    has_fiona: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_HAS_FIONA", has_fiona)
    seen, codes = [], []
    for frame in iter_features(file, where="people < 4000", columns=["code"], batch=100):
        gc.collect()
        assert [last() for last in seen] == [None] * len(seen)  # what was given before is held by nobody
        seen.append(weakref.ref(frame))
        codes += frame["code"].tolist()
        assert len(frame) <= 100
        del frame
    assert len(seen) == -(-len(codes) // 100) > 4
    assert codes == read_features(file, where="people < 4000")["code"].tolist()


def test_batches_of_a_layer_where_nothing_fits_are_one_that_is_empty(file: Path) -> None:
    (frame,) = iter_features(file, where="people < 0")
    assert len(frame) == 0
    assert list(frame) == list(read_features(file))


@pytest.mark.parametrize("batch", [0, -1, 2.5, True, "10"])
def test_a_batch_of_nothing_is_refused(batch: object, file: Path) -> None:
    with pytest.raises(InputError, match="whole number of features"):
        next(iter_features(file, batch=batch))


def test_real_cells_of_a_national_grid(real_files: Path, tmp_path: Path) -> None:
    grid = real_files / "grille" / "ales_grid_filosofi2019_1km_3035.gpkg"
    at_once = read_features(grid, stream=False)
    assert_geodataframe_equal(read_features(grid, stream=True), at_once)
    with zipfile.ZipFile(tmp_path / "grille 1km.zip", "w") as packed:
        packed.write(grid, "dossier/carreaux_met.gpkg")
        packed.writestr("LISEZMOI.txt", "x")
    inside = read_features(tmp_path / "grille 1km.zip", member="*met.gpkg", stream=True)
    assert_geodataframe_equal(inside, at_once)
    said = describe_layer(tmp_path / "grille 1km.zip")
    assert said["features"] == len(at_once) == 806
    assert set(said["fields"]) == set(at_once.columns) - {"geometry"}


def test_large_files_are_streamed_without_being_asked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    real = module._by_fiona
    monkeypatch.setattr(
        module, "_by_fiona", lambda *args, **kwargs: called.append(1) or real(*args, **kwargs)
    )
    read_features(file)
    assert not called
    monkeypatch.setattr(module, "STREAM_ABOVE", 1_000)
    read_features(file)
    assert called


def test_what_can_not_be_read_is_said(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no such file"):
        read_features(tmp_path / "absent.gpkg")
    with pytest.raises(DataFileError, match="no column 'x'"):
        read_features(file, columns=["x"])
    with pytest.raises(DataFileError, match="can't be read"):
        read_features(file, layer="roads")
    (tmp_path / "text.gpkg").write_text("CODGEO;P18_POP\n")
    with pytest.raises(DataFileError, match=r"starts with b'CODGEO.* expected a GeoPackage"):
        read_features(tmp_path / "text.gpkg")
    for stream in (False, True):
        with pytest.raises(DataFileError, match="can't be read"):
            read_features(file, where="people <=", stream=stream)
