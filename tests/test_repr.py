"""Results show themselves in one line, however much they hold."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import tiGIS
from tiGIS.flood import PreventionPlan
from tiGIS.scenario import Comparison, RoadClosure
from toys import LOCAL

MANY = gpd.GeoDataFrame(
    {"level": ["high"] * 400}, geometry=[shapely.box(10 * n, 0, 10 * n + 9, 9) for n in range(400)], crs=LOCAL
)
ZONES = tiGIS.flood.FloodZones.from_frame(MANY, columns={"level": "level"})


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (ZONES, "FloodZones(frame=<400 rows, 11 columns>"),
        (PreventionPlan(ZONES, ZONES, {"zones": 400}), "PreventionPlan(hazards=FloodZones(frame=<400 rows"),
        (tiGIS.land.Constraint("water", ZONES), "Constraint(name='water', layer=FloodZones("),
        (tiGIS.land.land_account(MANY, []), "LandAccount(gross_ha=3.24, left=<400 rows, 2 columns>"),
        (Comparison(pd.DataFrame(MANY), pd.DataFrame()), "Comparison(table=<400 rows, 2 columns>"),
        (RoadClosure(MANY), "RoadClosure(area=<400 rows, 2 columns>, edges=()"),
        (RoadClosure(edges=np.arange(9000)), "RoadClosure(area=None, edges=<9,000 values>"),
        (tiGIS.land.LandSites.from_frame(MANY, kind="parcel"), "LandSites(frame=<400 rows"),
    ],
)
def test_a_result_is_one_short_line(thing: object, said: str) -> None:
    shown = repr(thing)
    assert shown.startswith(said)
    assert len(shown) < 500
    assert "\n" not in shown
