"""``tigis indicators`` and ``tigis table``."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

from tiGIS import InputError, list_indicators, values
from tiGIS.cli import main, tigis


def run(*arguments) -> str:
    result = CliRunner().invoke(tigis, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_indicator_is_listed_with_its_unit_years_and_source():
    for lang in ("fr", "en"):
        said = run("indicators", "--lang", lang)
        listed = list_indicators(lang)
        assert len(said.splitlines()) == 2 * len(listed)
        for name, one in listed.iterrows():
            (line,) = [text for text in said.splitlines() if text.startswith(f"{name} ")]
            assert f"{one['label']}, {one['period']} ({one['unit']}" in line
            assert one["source"] in said


def test_a_table_holds_the_figures_and_empty_cells_where_unknown(tmp_path):
    path = tmp_path / "out.csv"
    said = run("table", "epci", "unemployment_2018_pct", "population_2021", "-o", path)
    assert f"{path}: 1255 x 2" in said
    assert "Insee" in said
    read = pd.read_csv(path, dtype={"siren": str}).set_index("siren")
    assert list(read.columns) == ["nom", "unemployment_2018_pct", "population_2021"]
    for name in read.columns[1:]:
        expected = values(name, "epci")
        pd.testing.assert_series_equal(read[name], expected, check_index_type=False, rtol=1e-9)
    assert "200066918,CA Alès Agglomération," in path.read_text(encoding="utf-8")
    assert ",134056\n" in path.read_text(encoding="utf-8")


def test_a_french_spreadsheet_gets_its_own_marks(tmp_path):
    path = tmp_path / "out.csv"
    run("table", "ti", "unemployment_2018_pct", "--phase", "2018-2022", "--excel", "-o", path)
    assert path.read_bytes().startswith("\ufeffid_ti;nom;unemployment".encode())
    read = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig").set_index("id_ti")
    expected = values("unemployment_2018_pct", "ti", phase="2018-2022")
    pd.testing.assert_series_equal(
        read["unemployment_2018_pct"], expected, check_index_type=False, check_index=True, rtol=1e-9
    )


def test_all_that_is_bundled_at_a_level(tmp_path):
    path = tmp_path / "out.csv"
    run("table", "region", "-o", path)
    read = pd.read_csv(path, dtype={"region": str}).set_index("region")
    assert len(read) == 18
    assert read.loc["76", "nom"] == "Occitanie"
    assert "population_2021" in read
    assert read.loc["76", "jobs_2018"] > 2_000_000
    assert "living_standard_2019" not in read  # a median is not summed up


def test_nothing_is_written_where_an_indicator_is_not_there(tmp_path):
    path = tmp_path / "out.csv"
    with pytest.raises(InputError, match="no indicator 'nothing'"):
        run("table", "epci", "nothing", "-o", path)
    assert not path.exists()


def test_a_place_that_can_not_be_written_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    path = tmp_path / "file" / "out.csv"
    monkeypatch.setattr("sys.argv", ["tigis", "table", "region", "population_2021", "-o", str(path)])
    with pytest.raises(SystemExit, match="1"):
        main()
    said = capsys.readouterr().err
    assert said.startswith("tigis: ")
    assert "-o" in said
    assert said.count("\n") == 1
