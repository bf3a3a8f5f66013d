"""Roads under water: who is cut off, who must go round, and which road matters most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tiGIS._arguments import checked
from tiGIS._cells import as_numbers
from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS._validate import require_columns, require_unique_index, shown
from tiGIS.flood._wet import Bridges, Tunnels, WetRoads, water_over, wet_roads
from tiGIS.flood._zones import FloodZones
from tiGIS.network import AccessLeg, Closures, RoadNetwork
from tiGIS.provenance import Note, inherit, note
from tiGIS.routing import nearest, shortest_path_tree
from tiGIS.routing.points import Snapped, ends_of, snap

Item = TypeVar("Item")


@dataclass(frozen=True)
class FloodedRoads:
    """What happens on the roads in each scenario; made by :func:`close_roads`.

    Parameters
    ----------
    places : pandas.DataFrame
        Indexed by (scenario, place): ``people``, ``minutes_before``, ``minutes_after`` (NaN: no way),
        ``added_min`` (NaN where cut off, or where there was no way before), ``cut_off``, ``in_water``.
    roads : pandas.DataFrame
        By scenario: ``roads_wet_km`` (under water), ``roads_cut`` (roads between two junctions).
    """

    places: pd.DataFrame
    roads: pd.DataFrame
    _case: _Case
    _wet: Mapping[str, WetRoads]

    __repr__ = short_repr

    def summary(self, territory: pd.Series | None = None) -> pd.DataFrame:
        """Add up people cut off and minutes added, by scenario and territory.

        Parameters
        ----------
        territory : pandas.Series, optional
            The territory of each place (its index holds the places); everything together when absent. Places
            whose territory is empty stand in a last row of each scenario, called NaN.

        Returns
        -------
        pandas.DataFrame
            Indexed by scenario (and territory): ``people``, ``people_cut_off``, ``people_in_water``,
            ``people_slower``, ``people_minutes_added``, ``people_without_way`` (no way even before: neither
            cut off nor slower), ``added_min_mean`` (over people still connected). Where nobody had a way
            before, what the flood takes from them is NaN.

        Raises
        ------
        InputError
            When a place has no territory.
        """
        table = self.places.reset_index(names=["scenario", "place"])
        keys = ["scenario"]
        if territory is not None:
            missing = sorted(set(table["place"]) - set(territory.index), key=str)
            if missing:
                raise InputError(f"territory: nothing for {shown(missing)}; expected one for each place")
            name = str(territory.name or "territory")
            table[name] = table["place"].map(territory)
            keys.append(name)
        people = table["people"]
        connected = table["added_min"].notna()
        sums = pd.DataFrame(
            {
                "people": people,
                "people_cut_off": people.where(table["cut_off"], 0.0),
                "people_in_water": people.where(table["in_water"], 0.0),
                "people_slower": people.where(table["added_min"] > 0, 0.0),
                "people_minutes_added": people * table["added_min"].fillna(0.0),
                "people_without_way": people.where(table["minutes_before"].isna(), 0.0),
                "connected": people.where(connected, 0.0),
            }
        )
        result = sums.groupby([table[key] for key in keys], sort=False, dropna=False).sum()
        reached = result.pop("connected")
        had_a_way = table["minutes_before"].notna()
        known = had_a_way.groupby([table[key] for key in keys], sort=False, dropna=False).any()
        for column in ("people_cut_off", "people_slower", "people_minutes_added"):
            result[column] = result[column].where(known.to_numpy())
        result["added_min_mean"] = result["people_minutes_added"] / reached.where(reached > 0)
        return inherit(result, self.places)

    def worst_roads(
        self, scenario: str | None = None, *, most: int = 20, minutes_if_cut_off: float = 60.0
    ) -> gpd.GeoDataFrame:
        """Rank the flooded roads by what the closure of each, alone, costs people.

        Parameters
        ----------
        scenario : str, optional
            Which scenario; the only one when absent.
        most : int, default 20
            How many roads to give back.
        minutes_if_cut_off : float, default 60
            Minutes that a person cut off counts for in the ranking. It is a convention: both parts are given.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per road between two junctions, worst first: ``people_cut_off``,
            ``people_minutes_added``, ``cost_people_min``, ``wet_m``, ``length_m``, ``road_class``, ``way_id``
            and its line. Roads whose closure costs nothing are left out.

        Raises
        ------
        InputError
            When there are several scenarios and none is named.
        """
        names = list(self._wet)
        if scenario is None and len(names) == 1:
            scenario = names[0]
        if scenario is None or scenario not in self._wet:
            raise InputError(f"scenario: {scenario!r}; expected one of {shown(names)}")
        wet = self._wet[scenario]
        rows = []
        before = self._case.minutes()
        for edge in _progress(self._case.roads_in_use(wet.closures.edges), "routes coupées une à une"):
            cut, added = self._case.losses(before, self._case.minutes(wet.closures.only(edge)))
            rows.append((edge, cut, added, cut * minutes_if_cut_off + added, wet.wet_m[edge]))
        names_of_columns = ["edge", "people_cut_off", "people_minutes_added", "cost_people_min", "wet_m"]
        table = pd.DataFrame(rows, columns=names_of_columns).set_index("edge")
        table = table[table["cost_people_min"] > 0]
        table = table.sort_values(["cost_people_min", "wet_m"], ascending=False, kind="stable").head(most)
        edges = self._case.network.edges()[["length_m", "road_class", "way_id", "geometry"]]
        return gpd.GeoDataFrame(table.join(edges), geometry="geometry", crs=self._case.network.crs)


@checked
def close_roads(
    network: RoadNetwork,
    zones: FloodZones | Mapping[str, FloodZones],
    people: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    depth_m: float = 0.3,
    people_column: str = "people",
    bridges: Bridges = "open",
    tunnels: Tunnels = "ends",
    max_snap_m: float | None = None,
) -> FloodedRoads:
    """Put roads under water and measure who is cut off, and the minutes added to the nearest destination.

    Parameters
    ----------
    network : RoadNetwork
        The roads, dry.
    zones : FloodZones or mapping of str to FloodZones
        One scenario, or several by name. Only their floods close roads.
    people : geopandas.GeoDataFrame
        Places where people live (points, or polygons that stand for a point inside), with a count.
    destinations : geopandas.GeoDataFrame
        What people must reach: the nearest counts (hospitals, town centres, motorway accesses).
    depth_m : float, default 0.3
        Water that closes a road. Zones whose depth is not known close it at any depth; so does a class of
        depths that reaches this one. At 0.3 m a car floats or stalls (Pregnolato et al., 2017).
    people_column : str, default "people"
        Column that counts people.
    bridges : {"open", "closed"}, default "open"
        Whether bridges stay open. Their decks are above the water more often than not; their approaches
        close where they are in a zone.
    tunnels : {"ends", "closed", "open"}, default "ends"
        A tunnel closes when one of its ends is in a zone; or as any road ("closed"); or never ("open").
    max_snap_m : float, optional
        How far from a road a place may be; farther, it has no minutes before or after.

    Returns
    -------
    FloodedRoads
        By place, with sums by territory and the ranking of roads.

    Raises
    ------
    InputError
        On an unknown rule, a negative depth, or people without a count.
    CRSError
        When a layer has no CRS.

    References
    ----------
    Pregnolato, Ford, Wilkinson, Dawson, "The impact of flooding on road transport: a depth-disruption
    function", Transportation Research Part D 55 (2017), 67-81.

    Examples
    --------
    >>> import geopandas as gpd, shapely, tiGIS
    >>> from shapely import LineString, Point
    >>> roads = gpd.GeoDataFrame({"kmh": [60.0, 60.0]}, crs=2154, geometry=[
    ...     LineString([(785000, 6335000), (787000, 6335000)]),
    ...     LineString([(785000, 6335000), (785000, 6338000), (787000, 6338000), (787000, 6335000)])])
    >>> network = tiGIS.network_from_lines(roads, speed="kmh", contract=False)
    >>> water = tiGIS.flood.FloodZones.from_frame(
    ...     gpd.GeoDataFrame(geometry=[shapely.box(785900, 6334950, 786100, 6335050)], crs=2154))
    >>> homes = gpd.GeoDataFrame({"people": [120]}, geometry=[Point(785000, 6335000)], crs=2154)
    >>> hospital = gpd.GeoDataFrame(geometry=[Point(787000, 6335000)], crs=2154)
    >>> flooded = tiGIS.flood.close_roads(network, water, homes, hospital)
    >>> flooded.places[["minutes_before", "minutes_after", "cut_off"]].values.tolist()
    [[2.0, 8.0, False]]
    """
    scenarios = dict(zones) if isinstance(zones, Mapping) else {"flood": zones}
    require_columns(people, [people_column], "people")
    require_unique_index(people, "people")
    count = as_numbers(people[people_column], people_column)
    if not (count >= 0).all():
        raise InputError(
            f"people: {np.count_nonzero(~(count >= 0))} places without a count of 0 or more in "
            f"{people_column!r}; leave them out, or say 0"
        )
    homes = snap(network, people, max_snap_m=max_snap_m, too_far="unreachable", name="people")
    goals = snap(network, destinations, max_snap_m=max_snap_m, too_far="unreachable", name="destinations")
    case = _Case(network, homes, goals, count)
    before = case.minutes()
    spots = shapely.points(homes.point_xy)

    tables, wet, rows = {}, {}, {}
    for name, zone in _progress(scenarios.items(), "scénarios"):
        water = water_over(_on(zone, network), depth_m)
        wet[name] = wet_roads(network, water, bridges, tunnels)
        after = case.minutes(wet[name].closures)
        cut_off = ~np.isnan(before) & np.isnan(after)
        in_water = np.zeros(len(spots), dtype=bool)
        in_water[shapely.STRtree(water).query(spots, predicate="intersects")[0]] = True
        tables[name] = pd.DataFrame(
            {
                "people": count,
                "minutes_before": before,
                "minutes_after": after,
                "added_min": after - before,
                "cut_off": cut_off,
                "in_water": in_water,
            },
            index=people.index,
        )
        rows[name] = {
            "roads_wet_km": float(wet[name].wet_m.sum()) / 1000,
            "roads_cut": int(wet[name].closures.edges.sum()),
        }
    places = pd.concat(tables, names=["scenario"])
    lost = int(np.count_nonzero(~homes.on_network))
    sources = [source for zones in scenarios.values() for source in zones.sources]
    inherit(places, network, sources=sources, limits=_limits(depth_m, bridges, tunnels, lost))
    roads = pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")
    return FloodedRoads(places, roads, case, wet)


@dataclass(frozen=True)
class _Case:
    """One network, its people and what they must reach, put on its roads once for all scenarios."""

    network: RoadNetwork
    homes: Snapped
    goals: Snapped
    people: NDArray[np.float64]

    def minutes(self, closures: Closures | None = None) -> NDArray[np.float64]:
        """Minutes from each place to its nearest destination; NaN where there is no way."""
        found = nearest(
            self.network,
            self.homes,
            self.goals,
            closed=closures,
            access=self.to_own_road,
            distances=False,
            progress=False,
        )
        return found["time_min"].to_numpy()

    @property
    def to_own_road(self) -> AccessLeg | None:
        """The way to the nearest road alone: to others, nothing says whether it is dry."""
        leg = self.network.access
        return leg and replace(leg, nodes=0, direct_km=0.0)

    def losses(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[float, float]:
        """People cut off, and people-minutes added for the others."""
        cut = ~np.isnan(before) & np.isnan(after)
        added = np.nan_to_num(after - before)
        return float(self.people[cut].sum()), float((self.people * added).sum())

    def roads_in_use(self, closed: NDArray[np.bool_]) -> list[int]:
        """List the closed roads on somebody's way: closing another one, alone, costs nothing."""
        leave = ends_of(self.network, self.homes, "origin", self.to_own_road).node
        setting_out = np.bincount(leave, minlength=self.network.n_nodes)
        tree = shortest_path_tree(self.network, self.goals, direction="to", access=self.to_own_road)
        used = tree.passing(setting_out) > 0
        own = np.concatenate([self.homes.edge, self.goals.edge])
        used[own[own >= 0]] = True
        return np.flatnonzero(used & closed).tolist()


def _progress(items: Collection[Item], label: str) -> Iterable[Item]:
    """Show a bar on a terminal when it takes more than two seconds."""
    from tqdm import tqdm

    bar: Iterable[Item] = tqdm(items, desc=label, delay=2, disable=None, leave=False)
    return bar


def _on(zones: FloodZones, network: RoadNetwork) -> FloodZones:
    return zones if zones.crs == network.crs else zones.to_crs(network.crs)


def _limits(depth_m: float, bridges: Bridges, tunnels: Tunnels, lost: int) -> list[Note]:
    bridge = {"open": ("restent ouverts", "stay open"), "closed": ("ferment", "close")}[bridges]
    tunnel = {
        "ends": ("ferment si une entrée est dans l'eau", "close when one end is in the water"),
        "closed": ("ferment comme les routes", "close as roads do"),
        "open": ("restent ouverts", "stay open"),
    }[tunnels]
    notes = [
        note(
            f"Routes fermées à partir de {depth_m:g} m d'eau, ou en zone inondable de hauteur inconnue ; "
            f"les ponts {bridge[0]}, les tunnels {tunnel[0]}.",
            f"Roads closed from {depth_m:g} m of water, or in a flood zone of unknown depth; "
            f"bridges {bridge[1]}, tunnels {tunnel[1]}.",
        )
    ]
    if lost:
        notes.append(
            note(
                f"{lost} lieux d'habitat sans route à proximité : sans temps de trajet.",
                f"{lost} places with no road nearby: no minutes for them.",
            )
        )
    return notes
