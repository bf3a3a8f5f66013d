"""The script that a user copies, run on the real files: Alès Agglomération."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import tiGIS
from tiGIS.territory import load_memberships

ROOT = Path(__file__).resolve().parents[2]
DOCTOR = "Médecin omnipraticien"


@pytest.fixture(scope="module")
def made(real_files, tmp_path_factory):
    """Folder and what is printed: one run for all."""
    out = tmp_path_factory.mktemp("où il va")
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "services_from_files.py", real_files, out],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return out, run.stdout


def test_it_says_what_matched(made, real_files):
    """Of the cut files: all of the eight départements around Alès, and what changed elsewhere."""
    _, said = made
    facilities = tiGIS.sources.read_insee_bpe(real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    kept = int(facilities.index.isin(load_memberships(2024).index).sum())
    gone = len(facilities) - kept
    assert f"{kept + gone} communes, dont {kept} ont gardé leur code jusqu'en 2024, {gone} en ont" in said
    assert gone > 90
    assert "0 sans suite" in said
    jobs = tiGIS.sources.read_insee_comparateur(
        real_files / "indicateurs" / "insee_base_cc_comparateur_2022.zip"
    )
    assert f"{jobs['P18_EMPLT'].sum():.0f}, 0 communes sans chiffre" in said
    assert f"généraliste : {facilities[DOCTOR].sum():.0f} en métropole" in said


def test_its_tables(made, real_files):
    out, _ = made
    table = pd.read_csv(out / "services_communes.csv", dtype={"code_insee": str}).set_index("code_insee")
    assert len(table) == 72
    assert table["population"].sum() == 134056
    minutes = table.filter(regex="_min$").drop(columns=["jobs_within_30_min", "jobs_within_45_min"])
    assert minutes.notna().all(axis=None)
    assert (minutes > 0).all(axis=None)
    assert (table["jobs_within_45_min"] >= table["jobs_within_30_min"]).all()
    assert table["carless_share_pct"].between(0, 40).all()
    # Granier (2023): the north lacks general practitioners; Génolhac and Concoules, against Alès. The script
    # compares with the mean of all France; the whole file has 61,937 of them, the cut those around Alès.
    facilities = tiGIS.sources.read_insee_bpe(real_files / "indicateurs" / "insee_bpe_2013_communes.xlsx")
    gap = (100 + table["généraliste_gap_pct"]) * facilities[DOCTOR].sum() / 61_937 - 100
    assert (gap.loc[["30130", "30090"]] < -30).all()
    assert -10 < gap.loc["30007"] < 10
    whole = pd.read_csv(out / "services_territoires.csv").set_index("kind")
    assert set(whole.index) == {"territoire", "epci", "ti 2018-2022", "ti 2023-2027"}
    mean = (table["basket_min"] * table["population"]).sum() / table["population"].sum()
    assert whole["basket_min"].tolist() == pytest.approx([mean] * 4, abs=0.001)
    # the Territoires d'industrie may go beyond the agglomération
    assert whole.loc[["territoire", "epci"], "share_covered_pct"].tolist() == pytest.approx([100, 100])
    assert whole["share_covered_pct"].between(50, 100 + 1e-9).all()
    law = pd.read_csv(out / "services_loi_2019.csv")
    assert len(law) == 8
    assert "Équipements de 2013" in (out / "services_communes.txt").read_text(encoding="utf-8")
    origins = pd.read_csv(out / "services_urgences_origines.csv")
    assert len(origins) == 62
    assert 0 < origins["difference"].abs().mean() < 5


def test_its_maps_say_the_year_of_the_facilities(made):
    out, _ = made
    pages = sorted(path.name for path in out.glob("*.html"))
    assert pages == [f"services_{name}.html" for name in ("emplois", "loi_2019", "medecins", "panier")]
    for name in ("medecins", "panier"):
        assert "Équipements de 2013" in (out / f"services_{name}.html").read_text(encoding="utf-8")
