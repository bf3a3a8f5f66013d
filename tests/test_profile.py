"""The portrait of a territory: its figures are those of the indicators, and it needs nothing else."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

import tiGIS
from tiGIS._format import quantity
from tiGIS.cli import tigis
from tiGIS.profile import INDICATORS, _comparable, profile


@pytest.fixture(scope="module")
def page():
    return profile("200066918")


def test_every_figure_is_the_indicators(page):
    for key in INDICATORS:
        indicator = tiGIS.indicator(key)
        value = float(tiGIS.values(key, "epci").loc["200066918"])
        signed = indicator.since is not None
        unit = indicator.unit_fr if len(indicator.unit_fr) <= 12 else ""
        assert quantity(value, unit, indicator.decimals, signed=signed) in page, key


def test_the_page_is_whole_and_names_its_sources(page):
    assert '<html lang="fr">' in page
    assert not re.search(r"""(?:src|href)=["']https?:""", page)
    assert "Insee" in page
    assert "Granier 2023" in page
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_comparable_territories_are_of_the_same_order():
    people = tiGIS.load_epci(2024)["population"]
    peers = _comparable("200066918")
    assert "200066918" in peers
    assert people[peers].between(people["200066918"] / 2, people["200066918"] * 2).all()


def test_other_territories_have_no_reference_figures():
    assert "Granier" not in profile("243000643", lang="en")


def test_from_the_command_line(tmp_path):
    path = tmp_path / "x.html"
    result = CliRunner().invoke(tigis, ["profile", "200066918", "-o", str(path)])
    assert result.exit_code == 0, result.output
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_no_such_territory():
    with pytest.raises(tiGIS.TerritoryNotFoundError):
        profile("Atlantide-sur-Mer")
