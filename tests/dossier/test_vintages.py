"""Figures of Insee on the territory's map of communes: as the plain sum over its own table of changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tiGIS.dossier import find_perimeter, gather_territory
from tiGIS.dossier._carried import carry, map_of
from tiGIS.dossier._parts import _populations
from tiGIS.indicators import passage
from tiGIS.sources import Cache, register
from tiGIS.sources.reading.insee_comparateur import read_insee_comparateur
from tiGIS.sources.reading.insee_filosofi import read_insee_filosofi
from tiGIS.territory import load_memberships, load_populations


@pytest.fixture(scope="module")
def comparateur(real_files: Path) -> pd.DataFrame:
    return read_insee_comparateur(real_files / "indicateurs/insee_base_cc_comparateur_2022.zip")


def merged_epci(from_year: int) -> str:
    """An EPCI with a commune that came of a merger between two maps."""
    pairs = passage(from_year, 2024)
    merged = pairs.loc[pairs["code_to"].duplicated(keep=False), "code_to"]
    return str(load_memberships(2024).loc[merged, "siren"].dropna().mode()[0])


def test_the_map_of_real_files_is_told_from_their_codes(real_files: Path, comparateur: pd.DataFrame) -> None:
    filosofi = read_insee_filosofi(real_files / "indicateurs/insee_cc_filosofi_2021_COM.csv.gz")
    assert map_of(comparateur.index) == 2021
    assert map_of(filosofi.index) == 2024  # "geo2024" in the name of Insee's archive
    for year in (2021, 2022, 2023, 2024):
        assert map_of(load_memberships(year).index) == year
    assert map_of(pd.Index(["30007", "99999"])) is None


def test_merged_communes_have_the_sum_of_their_parts(comparateur: pd.DataFrame) -> None:
    perimeter = find_perimeter(merged_epci(2021))
    carried = carry(comparateur, perimeter)
    assert carried.map_year == 2021
    assert carried.summed > 0
    assert list(carried.figures.index) == list(perimeter.communes.index)
    pairs = passage(2021, 2024)
    for code in perimeter.communes.index:
        rows = comparateur.loc[pairs.loc[pairs["code_to"] == code, "code_from"]]
        got = carried.figures.loc[code]
        if len(rows) == 1:  # to the last bit
            pd.testing.assert_series_equal(got, rows.iloc[0], check_names=False, check_exact=True)
            continue
        assert got["P18_POP"] == rows["P18_POP"].sum()
        assert got["SUPERF"] == pytest.approx(rows["SUPERF"].sum())
        known = rows[["PIMP19", "NBMENFISC19"]].dropna()
        if len(known) == len(rows):
            mean = np.average(known["PIMP19"], weights=known["NBMENFISC19"])
            assert got["PIMP19"] == pytest.approx(mean)
        else:
            assert np.isnan(got["PIMP19"])
        assert np.isnan(got["MED19"])  # a median can't be carried
        assert np.isnan(got["TP6019"])  # its base is not in the file


def test_without_carrying_people_would_be_lost(comparateur: pd.DataFrame) -> None:
    perimeter = find_perimeter(merged_epci(2021))
    carried = carry(comparateur, perimeter).figures["P18_POP"].sum()
    assert carried > comparateur["P18_POP"].reindex(perimeter.communes.index).sum()


def test_codes_of_no_map_are_joined_as_they_are_and_said_so(comparateur: pd.DataFrame) -> None:
    perimeter = find_perimeter("200066918")
    strange = comparateur.rename(index={"30001": "99001"})
    carried = carry(strange, perimeter)
    assert carried.map_year is None
    assert carried.figures["P18_POP"].equals(comparateur["P18_POP"].reindex(perimeter.communes.index))


def test_populations_are_carried_forwards_and_backwards() -> None:
    """A commune that merged after the territory's map gets its part of the merged figure, by population."""
    merged_after = passage(2024, 2025)
    after = merged_after[merged_after["code_to"].duplicated(keep=False)]
    epci = load_memberships(2024).loc[after["code_from"], "siren"].mode()[0]
    perimeter = find_perimeter(str(epci))
    figures = _populations(perimeter)
    assert list(figures.index) == list(perimeter.communes.index)
    assert figures.columns.tolist() == [f"population_{year}" for year in range(2018, 2024)]
    assert figures.notna().all(axis=None)
    census = load_populations(2023, 2025).set_index("code_insee")["population"]
    inside = after[after["code_from"].isin(figures.index)]
    for code, parts in inside.groupby("code_to")["code_from"]:
        assert figures.loc[parts, "population_2023"].sum() == pytest.approx(census[code])


def test_a_dossier_of_several_epci_counts_what_was_carried(
    real_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Territoire d'industrie with the most merged communes, of several EPCI."""
    from tiGIS.territory import territoire_members

    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    cache = Cache(tmp_path / "cache")
    register("insee_comparateur", real_files / "indicateurs/insee_base_cc_comparateur_2022.zip", cache=cache)
    members = territoire_members("2023-2027")
    several = members[members["type_membre"] == "epci"].groupby("id_ti").filter(lambda ti: len(ti) > 1)
    pairs = passage(2021, 2024)
    merged = pairs.loc[pairs["code_to"].duplicated(keep=False), "code_to"].unique()
    by_epci = load_memberships(2024).loc[merged, "siren"].value_counts()
    score = several["siren"].map(by_epci).fillna(0).groupby(several["id_ti"]).sum()
    report = gather_territory(score.idxmax(), tmp_path / "territoire", cache=cache)
    part = report.part("indicators")
    name = "Comparateur de territoires, communes (carte des communes de 2021)"
    assert part.figures[f"{name} – communes sans ligne"] == 0
    assert part.figures[f"{name} – communes fusionnées depuis, sommées"] == score.max()
    figures = pd.read_parquet(tmp_path / "territoire/indicateurs.parquet")
    assert figures["P18_POP"].notna().all()
    assert "carte des communes de 2024" in (tmp_path / "territoire/rapport.html").read_text("utf-8")
