"""Stations where high-speed trains stop, counted in SNCF's own timetable."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from bundle.raw import Edition

FEED = Edition(
    "sncf_tgv_gtfs_2024-12-20.zip",
    "5385a085db7b11341ac1215120dc4b04aa7a1d24a8c6950074149a7bb13d56ad",
    "SNCF Voyageurs, timetable of the TGV (GTFS), published on 20 December 2024, ODbL",
)
WEEKDAY = "20250204"  # a Tuesday outside the school holidays of every zone
# Fewer days of service than this, of the hundred of the feed, are trains sent another way
LEAST_DAYS = 8


def stations(raw: Path, by_hand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Stations of the timetable with their trains on one weekday; beside them, what it lacks.

    Columns ``uic``, ``nom``, ``trains_a_day`` (train numbers that stop on the weekday; missing where the
    timetable has none), ``days_served`` (of the feed), ``reason`` (why a row of the hand list is kept).
    """
    with zipfile.ZipFile(FEED.path(raw)) as feed:
        stops, trips, calls, days = (
            pd.read_csv(feed.open(f"{name}.txt"), dtype=str)
            for name in ("stops", "trips", "stop_times", "calendar_dates")
        )
    calls = calls.merge(trips[["trip_id", "service_id", "trip_headsign"]], on="trip_id")
    calls["uic8"] = calls["stop_id"].str[-8:]
    passes = (calls["pickup_type"] == "1") & (calls["drop_off_type"] == "1")
    calls = calls[calls["uic8"].str.startswith("87") & ~passes]  # 87: France
    dates = days.loc[days["exception_type"] == "1", ["service_id", "date"]]
    runs = calls[["uic8", "service_id", "trip_headsign"]].drop_duplicates().merge(dates, on="service_id")
    served = runs.groupby("uic8")["date"].nunique()
    on_weekday = runs[runs["date"] == WEEKDAY].groupby("uic8")["trip_headsign"].nunique()
    regular = served[served >= LEAST_DAYS]
    areas = stops[stops["location_type"] == "1"]
    places = areas.set_index(areas["stop_id"].str[-8:]).loc[regular.index]
    found = gpd.GeoDataFrame(
        {
            "uic": regular.index.str[:7],
            "nom": places["stop_name"].str.replace(r" Hall \d.*", "", regex=True).to_numpy(),
            "trains_a_day": on_weekday.reindex(regular.index).fillna(0).to_numpy(),
            "days_served": regular.to_numpy(),
            "reason": "",
        },
        geometry=gpd.points_from_xy(places["stop_lon"].astype(float), places["stop_lat"].astype(float)),
        crs=4326,
    )
    known = by_hand.loc[by_hand["uic"].isin(found["uic"]), "nom"]
    if len(known):
        raise SystemExit(f"the timetable has {list(known)}: take them out of the hand list")
    whole = pd.concat([found, by_hand[["uic", "nom", "reason", "geometry"]]])
    typed = whole.astype({"trains_a_day": "Int16", "days_served": "Int16"})
    return typed.sort_values("uic", ignore_index=True)
