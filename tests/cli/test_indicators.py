"""``tigis table``: what covers a part of a territory is an empty cell, or is given with its share."""

import pandas as pd
from click.testing import CliRunner

from tiGIS.cli import tigis

PARTLY = "jobs_change_2013_2018_pct"  # two intercommunalités have a commune with empty cells in 2013


def written(folder, *options):
    file = folder / "epci.csv"
    CliRunner().invoke(tigis, ["table", "epci", PARTLY, "-o", str(file), *options], catch_exceptions=False)
    return pd.read_csv(file, dtype={"siren": str}).set_index("siren")


def test_parts_are_given_where_they_are_asked_for(tmp_path):
    whole, parts = written(tmp_path), written(tmp_path, "--parts")
    share = f"{PARTLY}_covered_pct"
    partly = whole.index[(whole[share] > 0) & (whole[share] < 99.5)]
    assert len(partly) == 2
    assert whole.loc[partly, PARTLY].isna().all()
    assert parts.loc[partly, PARTLY].notna().all()
    pd.testing.assert_frame_equal(parts.drop(partly), whole.drop(partly))
    pd.testing.assert_series_equal(parts[share], whole[share])
