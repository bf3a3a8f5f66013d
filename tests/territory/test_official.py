"""The official area, map by map: nothing lost on the way, unknown where communes parted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tiGIS
from tiGIS._bundled import bundled_path
from tiGIS.territory import load_commune_changes, load_memberships
from tiGIS.territory._official import official_areas, summed


def published() -> pd.Series:
    return pd.read_parquet(bundled_path("insee_communes_2018.parquet")).set_index("code_insee")["SUPERF"]


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025, 2026])
def test_france_has_one_area_on_every_map(year):
    members = load_memberships(year)
    whole = members[members["region"] != "06"]  # Mayotte: not published
    of_france = summed(pd.Series("france", index=whole.index), year)
    assert of_france["france"] == pytest.approx(published().sum())


def test_a_merger_has_the_sum_and_the_parts_of_a_split_have_none():
    areas, before = official_areas(2025), published()
    assert areas["30329"] == pytest.approx(before["30329"] + before["30094"])  # Thoiras-Corbès
    changes = load_commune_changes().query("kind == 'split' and year_to <= 2025")
    for code in {*changes["code_from"], *changes["code_to"]}:
        assert np.isnan(areas[code])
    parts = changes.groupby("code_from")["code_to"].agg(list)
    for code, others in parts.items():
        group = pd.Series("whole", index=[code, *others])
        merged = [c for c in (code, *others) if c not in areas.index]
        if not merged and code in before.index:
            assert summed(group, 2025)["whole"] == pytest.approx(before[code])
            assert np.isnan(summed(group.iloc[:1], 2025)["whole"])


@pytest.mark.parametrize(
    ("siren", "official", "drawn"),
    [("243300811", 248, 303), ("243400470", 115, 153), ("200066918", 921, 924)],
)
def test_estuaries_and_lagoons_are_drawn_and_not_counted(siren, official, drawn):
    epci = tiGIS.load_epci(siren=siren)
    assert epci["official_area_km2"].item() == pytest.approx(official, abs=1)
    assert tiGIS.area_km2(epci).item() == pytest.approx(drawn, abs=1)
    communes = tiGIS.load_communes(epci=siren)
    assert communes["official_area_km2"].sum() == pytest.approx(epci["official_area_km2"].item())


def test_every_level_carries_it():
    for frame in (tiGIS.load_territoires_industrie(), tiGIS.load_departements(), tiGIS.load_regions()):
        unknown = frame.index[frame["official_area_km2"].isna()]
        assert len(unknown) <= 2
    summary = tiGIS.territory.summarise_territory(tiGIS.find_territory("200066918")[0])
    assert summary.official_area_km2 == pytest.approx(920.91)
