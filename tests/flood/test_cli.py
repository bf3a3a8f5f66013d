"""``tigis flood`` and ``tigis land``."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

import tiGIS
from flood.plans import hazard_layer, rule_layer, square, write_plan
from tiGIS.cli import tigis


def said(*words: str) -> str:
    result = CliRunner().invoke(tigis, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output.replace("\u202f", " ")


def test_a_plan_is_summed_and_written(tmp_path: Path) -> None:
    hazards = hazard_layer([(1, "1120000", "04", square(0)), (2, "9999999", "01", square(200))])
    path = write_plan(tmp_path / "p", hazards, rule_layer([(1, "03", square(0))]))
    out = tmp_path / "plan.gpkg"
    text = said("flood", str(path), "-o", str(out))
    assert "1 zone, 1,0 ha, 50,0 %" in text
    assert "Inondation, niveau fort" in text
    assert "Règlement : interdiction" in text
    hazards = pyogrio.read_dataframe(out, layer="hazards")
    assert hazards["kind"].tolist() == ["flood", "undetermined"]
    assert pyogrio.read_dataframe(out, layer="regulation")["regulation"].tolist() == ["prohibition"]
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".tigis")]
    assert "Undetermined" in said("flood", str(path), "--lang", "en")
    with pytest.raises(tiGIS.InputError, match="gpkg"):
        said("flood", str(path), "-o", str(tmp_path / "plan.txt"))


def test_the_brownfields_of_ales_are_listed_with_what_is_not_known(tmp_path: Path) -> None:
    text = said("land")
    assert "Alès Agglomération" in text
    assert "89" in text
    assert "4 ha libres, 17 ha demandés" in text
    assert "2 sur 89" in text
    with pytest.raises(tiGIS.InputError, match="--cartofriches"):
        said("land", "Nîmes Métropole")
    path = tmp_path / "friches.csv"
    path.write_text(
        "site_id,comm_insee,site_statut,site_surface,lon,lat\n"
        "a,30189,friche sans projet,12000,4.36,43.83\nb,75056,friche sans projet,1,2.3,48.8\n",
        encoding="utf-8",
    )
    text = said("land", "30189", "--cartofriches", str(path))
    assert "1,2 ha" in text
    assert "1 sur 1" in text


@pytest.mark.parametrize("crs", ["EPSG:99999", "Lambert", "0", ""])
def test_a_crs_that_nobody_knows_is_refused_by_name(tmp_path: Path, crs: str) -> None:
    hazards = hazard_layer([(1, "1120000", "04", square(0))])
    path = write_plan(tmp_path / "p", hazards, rule_layer([(1, "03", square(0))]))
    with pytest.raises(tiGIS.CRSError, match=r"^crs: .*is no CRS that pyproj knows"):
        said("flood", str(path), "--crs", crs)
    zones = tiGIS.flood.read_pprn(path).hazards
    with pytest.raises(tiGIS.CRSError, match=r"^crs: "):
        zones.to_crs(crs)
