"""Made-up territories that several tests of maps draw."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from shapely.geometry import box


def make_towns() -> gpd.GeoDataFrame:
    """Make a grid of 8 by 9 squares of 3 km near Alès, with values, people and one unknown."""
    cells = [
        box(780_000 + 3000 * i, 6_330_000 + 3000 * j, 783_000 + 3000 * i, 6_333_000 + 3000 * j)
        for j in range(9)
        for i in range(8)
    ]
    rng = np.random.default_rng(7)
    frame = gpd.GeoDataFrame(
        {
            "nom": [f"Commune {i:02d}" for i in range(72)],
            "taux": np.round(rng.normal(20, 8, 72), 2),
            "gain": np.round(rng.normal(0, 5, 72), 1),
            "habitants": rng.integers(50, 5000, 72),
            "type": np.where(np.arange(72) % 3 == 0, "rural", "urbain"),
        },
        geometry=cells,
        crs=2154,
        index=[f"30{i:03d}" for i in range(72)],
    )
    frame.iloc[5, frame.columns.get_loc("taux")] = np.nan
    frame.iloc[0, frame.columns.get_loc("nom")] = "Saint-Étienne-d’Œuilly"
    return frame
