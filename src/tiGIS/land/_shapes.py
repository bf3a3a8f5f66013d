"""Shapes of sites: the largest circle and rectangle that fit inside, and how compact they are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tiGIS._arguments import checked
from tiGIS._polygons import M2_PER_HA, repaired_polygons
from tiGIS._validate import require_unique_index
from tiGIS.land._rectangle import largest_rectangle


@checked
def site_shapes(sites: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure the room that a site really gives: the largest circle and rectangle inside, and compactness.

    The rectangle may be turned any way. It is always inside the site, so it is a lower bound: exact where
    its sides lie on sides of the outline, within about 1 % of the best elsewhere (measured against a search
    at random). Of a site in several parts, the largest part counts.

    Parameters
    ----------
    sites : geopandas.GeoDataFrame
        Polygons in metres, with or without holes. Rows that are points have no outline: they get NaN.

    Returns
    -------
    pandas.DataFrame
        Index of ``sites``: ``circle_radius_m``, ``rectangle_length_m``, ``rectangle_width_m``,
        ``rectangle_ha``, ``compactness`` (Polsby-Popper: 1 for a disc), ``rectangle`` (its polygon).

    Raises
    ------
    CRSError
        When the sites are not in metres.

    References
    ----------
    Polsby, Popper, "The Third Criterion: Compactness as a procedural safeguard against partisan
    gerrymandering", Yale Law & Policy Review 9 (1991). Circle: GEOS, ``MaximumInscribedCircle``.

    Examples
    --------
    >>> import geopandas as gpd, shapely, tiGIS
    >>> field = shapely.Polygon([(785000, 6335000), (785300, 6335000), (785300, 6335100),
    ...                                  (785100, 6335100), (785100, 6335200), (785000, 6335200)])
    >>> found = tiGIS.land.site_shapes(gpd.GeoDataFrame(geometry=[field], crs=2154)).iloc[0]
    >>> round(float(found["rectangle_length_m"]), 3), round(float(found["rectangle_width_m"]), 3)
    (300.0, 100.0)
    """
    require_unique_index(sites, "sites")
    outlined = shapely.get_dimensions(np.asarray(sites.geometry.values)) == 2
    whole, _ = repaired_polygons(sites.loc[outlined, [sites.geometry.name]], "sites")
    rows = []
    for polygon in whole.geometry:
        part = max(shapely.get_parts(polygon), key=lambda item: item.area)
        circle = shapely.maximum_inscribed_circle(part, tolerance=part.length / 1e6)
        rectangle, length, width = largest_rectangle(part)
        rows.append(
            {
                "circle_radius_m": shapely.length(circle),
                "rectangle_length_m": length,
                "rectangle_width_m": width,
                "rectangle_ha": length * width / M2_PER_HA,
                "compactness": 4 * np.pi * polygon.area / polygon.length**2,
                "rectangle": rectangle,
            }
        )
    columns = ["circle_radius_m", "rectangle_length_m", "rectangle_width_m", "rectangle_ha", "compactness"]
    table = pd.DataFrame(rows, index=whole.index, columns=[*columns, "rectangle"])
    return table.reindex(sites.index)
