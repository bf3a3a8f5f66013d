"""The portrait of a gathered territory: its land and its water are those of its folder."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner
from shapely.geometry import box

from tiGIS import DataFileError
from tiGIS._format import number, quantity
from tiGIS.cli import tigis
from tiGIS.dossier import dossier_portrait, gather_territory
from tiGIS.dossier._dossier import sums
from tiGIS.sources import Cache


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dossier gathered from the bundle alone, then given a flood zone of 1 km by 2 km in Alès."""
    here = tmp_path_factory.mktemp("le territoire")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIGIS_OFFLINE", "1")
        gather_territory("200066918", here, cache=Cache(here / "cache"))
    communes = gpd.read_parquet(here / "communes.parquet")
    inside = communes.loc["30007", "geometry"].representative_point()
    zone = box(inside.x - 500, inside.y - 1000, inside.x + 500, inside.y + 1000)
    zones = gpd.GeoDataFrame({"kind": ["flood"], "level": [3]}, geometry=[zone], crs=communes.crs)
    zones.to_parquet(here / "inondation_pprn.parquet")
    report = json.loads((here / "rapport.json").read_text(encoding="utf-8"))
    part = next(part for part in report["parts"] if part["name"] == "flood")
    part["files"].append("inondation_pprn.parquet")
    report["files"] = sums(here)
    del report["files"]["rapport.json"]
    (here / "rapport.json").write_text(json.dumps(report), encoding="utf-8")
    return here


@pytest.fixture(scope="module")
def words(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "profil.html"
    done = CliRunner().invoke(tigis, ["portrait", "--dossier", str(folder), "-o", str(path)])
    assert done.exit_code == 0, done.output
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)))


def test_the_account_balances(folder: Path, words: str) -> None:
    communes = gpd.read_parquet(folder / "communes.parquet")
    zones = gpd.read_parquet(folder / "inondation_pprn.parquet")
    ground = communes.union_all()
    wet = ground.intersection(zones.union_all()).area / 1e4
    whole = ground.area / 1e4
    assert wet == pytest.approx(200)
    for value in (whole, wet, whole - wet):
        assert quantity(value, "ha", 0) in words
        assert quantity(100 * value / whole, "%", 1) in words


def test_water_and_land_are_those_of_the_folder(words: str) -> None:
    assert f"{number(200, 0)} ha en zone inondable" in words
    assert "AZI 72, PPRT 7" in words
    assert re.search(r"Friches recensées\s+89 ", words)
    assert "Ce qui manque" in words  # it was gathered without a network


def test_a_folder_that_is_no_dossier(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="a folder that `tigis gather` wrote"):
        dossier_portrait(tmp_path)
