"""What Python writes, projects and packs, as JSON for the tests of the page's scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from tiGIS._format import compact, number, ordinal, quantity
from tiGIS.maps._geometry import OVERSEAS, build_places

sys.path.insert(0, str(Path(__file__).parents[1]))
from map_frames import make_towns

RNG = np.random.default_rng(20)
VALUES = [
    0.0,
    -0.0,
    1.0,
    999.5,
    -1234.5678,
    1e6,
    0.004,
    -0.04,
    12.345,
    *RNG.normal(0, 10 ** RNG.uniform(-3, 7, 60)),
]


def numbers() -> list[dict]:
    """Give numbers with their decimals, in both languages, with and without a sign."""
    return [
        {"value": v, "decimals": d, "lang": lang, "signed": s, "text": number(v, d, lang=lang, signed=s)}
        for v in VALUES
        for d in (0, 1, 3)
        for lang in ("fr", "en")
        for s in (False, True)
        if not tie(v, d)
    ]


def tie(value: float, decimals: int) -> bool:
    """Say whether a value is half way between two that can be written, where either is right."""
    scaled = abs(value) * 10**decimals
    return abs(scaled % 1 - 0.5) < 1e-9


def quantities() -> list[dict]:
    """Give values with their unit; minutes as hours and minutes."""
    return [
        {"value": v, "unit": unit, "decimals": 1, "lang": lang, "signed": signed,
         "text": quantity(v, unit, *([] if unit == "min" else [1]), lang=lang, signed=signed)}
        for v in VALUES
        for unit in ("%", "ha", "min", "")
        for lang in ("fr", "en")
        for signed in (False, True)
        if not tie(v, 1) and not tie(v, 0)
    ]  # fmt: skip


def projections() -> list[dict]:
    """Give points of France, in degrees and in metres of each grid that the page draws in."""
    found = []
    grids = [("EPSG:2154", 2154, (-5, 42, 9, 51), 0.001), ("EPSG:3857", 3857, (-60, -60, 60, 70), 0.001)]
    grids += [(f"utm:{one.zone}", one.epsg, one.box, 0.01) for one in OVERSEAS]
    for code, epsg, (west, south, east, north), reach in grids:
        lon, lat = RNG.uniform(west, east, 40), RNG.uniform(south, north, 40)
        x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
        if code.startswith("utm") and north < 0:
            y = y - 1e7  # the page has no use for what keeps southern coordinates above 0
        points = np.column_stack([lon, lat, x, y]).tolist()
        found.append({"code": code, "reach": reach, "points": points})
    return found


def geometry() -> dict:
    """Give a place as a page holds it, its rings as Python reads them back, and points in and out."""
    towns = make_towns()
    ring = shapely.box(790_000, 6_340_000, 795_000, 6_345_000)
    towns.loc[towns.index[0], "geometry"] = shapely.box(700_000, 6_330_000, 720_000, 6_350_000) - shapely.box(
        705_000, 6_335_000, 710_000, 6_340_000
    )
    towns = towns[~towns.intersects(ring)]
    place = build_places(towns, tolerance_m=1.0)[0]
    rings = [
        [shapely.get_coordinates(r).ravel().tolist() for r in (area.exterior, *area.interiors)]
        for area in place.areas()
    ]
    inside = gpd.GeoSeries(place.areas(), crs=4326).to_crs(2154).representative_point()
    return {
        "place": place.payload(),
        "rings": rings,
        "inside": shapely.get_coordinates(inside.array).tolist(),
        "outside": [[707_500, 6_337_500], [792_000, 6_342_000], [0, 0]],
    }


print(
    json.dumps(
        {
            "numbers": numbers(),
            "quantities": quantities(),
            "compacts": [
                {"value": v, "lang": lang, "text": compact(v, lang=lang)}
                for v in (0.0, 12.0, 999_949.0, 999_951.0, 1_234_567.0)
                for lang in ("fr", "en")
            ],
            "ordinals": [
                {"rank": n, "lang": lang, "feminine": f, "text": ordinal(n, lang=lang, feminine=f)}
                for n in (*range(1, 32), 101, 111, 1001, 12_345)
                for lang in ("fr", "en")
                for f in (False, True)
            ],
            "projections": projections(),
            "geometry": geometry(),
        }
    )
)
