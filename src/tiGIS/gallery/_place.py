"""The territory that a page is about: its communes, those around it, and how sentences call it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd

import tiGIS

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork
    from tiGIS.territory import Territory

_MOST_TOWNS = 7
_ASIDE = re.compile(r"^(?:CC|CA|CU|EPT) | \([^)]*\)$")  # what a name is called aside


@dataclass(frozen=True, eq=False)
class Place:
    """A territory as its pages see it.

    Attributes
    ----------
    territory : Territory
        What it is.
    name : str
        How sentences call it.
    centre : str
        Code of its main commune.
    town : str
        Name of that commune.
    towns : sequence of str
        Names to write on its maps.
    departements : sequence of str
        Those that its neighbours are looked for in.
    """

    territory: Territory
    name: str
    centre: str
    town: str
    towns: Sequence[str]
    departements: Sequence[str]

    @classmethod
    def of(cls, territory: Territory) -> Place:
        """See a territory by its most peopled communes, and the départements next to it."""
        communes = territory.communes()
        biggest = communes.sort_values("population", ascending=False)
        every = tiGIS.load_departements()
        around = every.iloc[every.sindex.query(communes.to_crs(every.crs).union_all(), "intersects")]
        return cls(
            territory,
            _ASIDE.sub("", territory.nom),
            str(biggest.index[0]),
            str(biggest["nom"].iloc[0]),
            tuple(biggest["nom"].iloc[:_MOST_TOWNS]),
            tuple(sorted(around.index)),
        )

    def communes(self) -> gpd.GeoDataFrame:
        """Load its communes."""
        if self.territory.kind == "epci":
            return tiGIS.load_communes(epci=self.territory.code)
        return self.territory.communes()

    def neighbours(self, margin_km: float = 35) -> gpd.GeoDataFrame:
        """Load the communes around it, to give it a place."""
        around = tiGIS.load_communes(departement=list(self.departements))
        inside = around.index.isin(self.territory.codes())
        west, south, east, north = around[inside].total_bounds
        margin = 1000 * margin_km
        return around[~inside].cx[west - margin : east + margin, south - margin : north + margin]


@lru_cache(maxsize=1)
def network() -> RoadNetwork:
    """Load the bundled network once for all the pages."""
    return tiGIS.load_interurban_network()
