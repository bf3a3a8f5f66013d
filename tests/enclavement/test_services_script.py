"""The script that a user copies, run on the real files: Alès Agglomération."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(shared_data, tmp_path_factory):
    """Folder and what is printed: one run for all."""
    out = tmp_path_factory.mktemp("où il va")
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "services_from_files.py", shared_data, out],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return out, run.stdout


def test_it_says_what_matched(made):
    _, said = made
    assert "35148 communes, dont 33496 ont gardé leur code jusqu'en 2024, 1652 en ont changé" in said
    assert "0 sans suite" in said
    assert "17 communes sans chiffre" in said
    assert "(+0.01 %)" in said  # jobs against the sums by EPCI that were compiled apart
    assert "généraliste : 61937 en métropole" in said


def test_its_tables(made):
    out, _ = made
    table = pd.read_csv(out / "services_communes.csv", dtype={"code_insee": str}).set_index("code_insee")
    assert len(table) == 72
    assert table["population"].sum() == 134056
    minutes = table.filter(regex="_min$").drop(columns=["jobs_within_30_min", "jobs_within_45_min"])
    assert minutes.notna().all(axis=None)
    assert (minutes > 0).all(axis=None)
    assert (table["jobs_within_45_min"] >= table["jobs_within_30_min"]).all()
    assert table["carless_share_pct"].between(0, 40).all()
    # Granier (2023): the north lacks general practitioners; Génolhac and Concoules, against Alès
    assert (table.loc[["30130", "30090"], "généraliste_gap_pct"] < -30).all()
    assert table.loc["30007", "généraliste_gap_pct"] > -10
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
