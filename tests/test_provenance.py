"""What results say of themselves, and that no public one forgets where its figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

import test_doors
from tiGIS import RoadNetwork
from tiGIS.provenance import describe, description, inherit, note

# Plain amounts worked out from numbers, and what was read from a user's own file: only the user knows its
# source. The list of indicators has a column for it.
OF_THE_USER = {
    "tiGIS.indicators.list_indicators",
    "tiGIS.list_indicators",
    "tiGIS.land.land_supply",
    "tiGIS.land.steep_areas",
    "tiGIS.sources.read_activity_zones",
    "tiGIS.sources.read_zoning",
}
# their examples write what is gone when the call is made again
GONE = {"tiGIS.dossier.dossier_portrait", "tiGIS.dossier.read_dossier", "tiGIS.dossier.dossier_maps"}
GONE |= {"tiGIS.read_features", "tiGIS.sources.read_features"}


def test_what_is_said_of_a_table_is_added_once():
    table = pd.DataFrame({"a": [1]})
    first, second = note("un", "one"), note("deux", "two")
    assert describe(table, sources=[first], map_year=2024) is table
    describe(table, sources=[first, second], limits=[first])
    assert description(table) == {"sources": [first, second], "limits": [first], "map_year": 2024}
    description(table)["sources"].clear()
    assert len(description(table)["sources"]) == 2, "a description is a copy"


def test_a_result_inherits_all_sources_and_the_details_of_its_first_input():
    one, two = note("un", "one"), note("deux", "two")
    first = describe(pd.Series([1.0]), sources=[one], limits=[one], map_year=2021)
    first.attrs["unit"] = "km"
    second = describe(pd.DataFrame({"a": [1]}), sources=[two, one], map_year=2024, phase="2023-2027")
    result = describe(pd.Series([3.0]), sources=[note("trois", "three")])
    assert inherit(result, first, second, limits=[two], level="epci") is result
    assert result.attrs["unit"] == "km"
    assert description(result) == {
        "sources": [one, two],
        "limits": [one, two],
        "map_year": 2021,
        "level": "epci",
    }
    describe(result, limits=[note("quatre", "four")])
    assert description(first)["limits"] == [one], "what a result adds is not said of its inputs"


def test_a_column_called_metadata_or_sources_is_a_column():
    table = pd.DataFrame({"metadata": ["a"], "sources": ["b"], "limits": ["c"]})
    assert description(table) == {"sources": [], "limits": []}


def _marked(value: Any, name: str) -> Any:
    """The same argument, with a source of its own."""
    mark = note(name, name)
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return describe(value.copy(), sources=[mark])
    if isinstance(value, RoadNetwork):
        return value.with_metadata(sources=[mark])
    if isinstance(value, Mapping):
        return {key: _marked(one, f"{name} {key}") for key, one in value.items()}
    return value


def _sources(value: Any) -> set[str]:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return {one["fr"] for one in description(value)["sources"]}.union(*map(_sources, parts))


@pytest.mark.parametrize("name", sorted(set(test_doors.PUBLIC) - GONE))
@pytest.mark.filterwarnings("ignore")
def test_no_public_result_lacks_its_sources(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGIS_OFFLINE", "1")
    call = test_doors._recorded_call(name, monkeypatch)
    given = {argument: _marked(value, argument) for argument, value in call.items()}
    result = test_doors.PUBLIC[name](**given)
    tables = [
        one
        for one in (result if isinstance(result, tuple) else (result,))
        if isinstance(one, (pd.DataFrame, pd.Series))
    ]
    for table in tables:
        assert _sources(given) <= _sources(table), "it forgets what it was made from"
        assert _sources(table) or name in OF_THE_USER, "it says nothing of where its figures come from"
