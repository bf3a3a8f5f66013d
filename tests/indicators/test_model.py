"""What an indicator is, and the registry of the bundled ones."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from tiGIS import Indicator, InputError, list_indicators
from tiGIS.indicators import indicator
from tiGIS.indicators._registry import registry


def test_an_indicator_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        indicator("density_2018").year = 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "sum"}, "kind='sum'; expected 'count', 'ratio', 'mean', 'median' or 'class'"),
        ({"kind": "ratio", "numerator": "a"}, "no denominator; expected one for a ratio"),
        ({"kind": "mean"}, "no weight; expected one for a mean"),
        ({"kind": "count", "weight": "a"}, "a weight; expected none for a count"),
        (
            {"kind": "ratio", "numerator": "a", "denominator": "b", "column": "c"},
            "a column; expected",
        ),
    ],
)
def test_fields_go_with_the_kind(fields, message):
    with pytest.raises(InputError, match=message):
        Indicator(name="x", **fields)


def test_columns_with_signs_and_dashes():
    one = Indicator(name="x", kind="count", column="P18_POP - P13_POP + aide-soignants")
    assert one.columns == {"P18_POP", "P13_POP", "aide-soignants"}
    table = pd.DataFrame({"P18_POP": [5], "P13_POP": [3], "aide-soignants": [1]}, index=["a"])
    assert one.compute(table).to_dict() == {"a": 3.0}


def test_a_median_is_read_from_its_column():
    one = Indicator(name="living", kind="median", column="MED19")
    assert one.compute(pd.DataFrame({"MED19": [17180]}, index=["30007"])).to_dict() == {"30007": 17180}
    with pytest.raises(InputError, match="no column 'MED19'"):
        one.compute(pd.DataFrame({"x": [1]}))


def test_period_label_and_unit():
    change = indicator("population_change_2018_2022_pct")
    assert change.period == "2018–2022"
    assert change.label() == "Évolution de la population"
    assert change.label("en") == "Change of population"
    assert (indicator("density_2018").unit(), indicator("density_2018").unit("en")) == (
        "hab./km²",
        "people/km²",
    )
    assert Indicator(name="x", kind="count").label("en") == "x"
    assert Indicator(name="x", kind="count").period == ""


def test_each_bundled_indicator_is_described_in_full():
    for name, one in registry().items():
        assert one.name == name
        for text in (one.label_fr, one.label_en, one.unit_fr, one.unit_en, one.source, one.licence):
            assert text.strip(), name
        assert one.year is not None
        assert str(one.year) in name
        assert one.since is None or str(one.since) in name
        assert name.endswith("_pct") == (one.unit_fr == "%")
        assert one.factor == {"%": 100, "‰ par an": 400, "emplois pour 100 actifs": 100}.get(
            one.unit_fr, 1
        ) or (one.kind == "mean")


def test_list_and_near_misses():
    listed = list_indicators("en")
    assert listed.loc["unemployment_2018_pct", "kind"] == "ratio"
    assert len(listed) == len(registry())
    with pytest.raises(InputError, match=r"no indicator 'unemployment'; .* e\.g\. 'unemployment_2018_pct'"):
        indicator("unemployment")
    with pytest.raises(InputError, match="lang='de'"):
        list_indicators("de")
