"""Who may drive where, as OpenStreetMap writes it: access of roads, one-way streets, barriers on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

Access = Literal["open", "destination", "shut"]

# From the most precise key to the widest: the first one present decides (OSM wiki, Key:access).
CAR_ACCESS = ("motorcar", "motor_vehicle", "vehicle", "access")
_SHUT = frozenset(
    (
        "no",
        "private",
        "agricultural",
        "forestry",
        "delivery",
        "emergency",
        "psv",
        "bus",
        "taxi",
        "hgv",
        "military",
        "permit",
        "use_sidepath",
    )
)
# For those who live there, go there or shop there; nobody passes through.
_DESTINATION = frozenset(("destination", "customers", "residents", "resident", "visitors"))
YES = frozenset(("yes", "true", "1"))
_REVERSED = frozenset(("-1", "reverse"))
# Open one way or the other, by the hour: not something to count on.
_BY_THE_HOUR = frozenset(("reversible", "alternating"))
RING = frozenset(("roundabout", "circular"))

# Barriers that a car gets past, and those that it does not, unless access is said (OSM wiki, Key:barrier).
_PASSED = frozenset(
    (
        "no",
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "sliding_beam",
        "hampshire_gate",
        "bump_gate",
        "toll_booth",
        "border_control",
        "checkpoint",
        "cattle_grid",
        "entrance",
        "sally_port",
        "height_restrictor",
        "width_restrictor",
        "kerb",
        "speed_bump",
        "spikes",
        "coupure",
        "ticket_machine",
    )
)
_STOPS_CARS = frozenset(
    (
        "bollard",
        "block",
        "cycle_barrier",
        "motorcycle_barrier",
        "bus_trap",
        "sump_buster",
        "jersey_barrier",
        "concrete_barrier",
        "stile",
        "kissing_gate",
        "wicket_gate",
        "horse_stile",
        "turnstile",
        "full-height_turnstile",
        "log",
        "debris",
        "planter",
        "chain",
        "rope",
        "fence",
        "wall",
        "city_wall",
        "retaining_wall",
        "hedge",
        "hedge_bank",
        "guard_rail",
        "ditch",
        "barrier_board",
        "armadillo",
        "delineators",
    )
)
# On these nodes access is that of the thing (a car park, an entrance, a sign), not of the road.
_OTHER_THINGS = ("amenity", "entrance", "traffic_sign", "emergency", "shop", "building", "public_transport")


class CarAccess(NamedTuple):
    """In which directions of its line a car may drive a way, and whether only to get to somewhere on it."""

    forward: bool
    backward: bool
    destination: bool


def car_access(tags: Mapping[str, str]) -> CarAccess:
    """Say in which directions a car may drive a way of OSM, and whether it may pass through.

    Where only one of the two directions is for those who go there, that one counts as closed.

    Parameters
    ----------
    tags : Mapping
        The tags of the way.

    Returns
    -------
    CarAccess
        Both directions False where cars are not let in.

    References
    ----------
    OpenStreetMap wiki, pages ``Key:access``, ``Key:oneway`` and ``Tag:junction=roundabout``.

    Examples
    --------
    >>> car_access({"highway": "primary", "oneway": "-1"})
    CarAccess(forward=False, backward=True, destination=False)
    >>> car_access({"highway": "track", "access": "private", "motor_vehicle": "agricultural;destination"})
    CarAccess(forward=True, backward=True, destination=True)
    """
    ways = _oneway(tags)
    said = [
        _said(tags, direction) if allowed else "shut"
        for allowed, direction in zip(ways, (":forward", ":backward"), strict=True)
    ]
    if "open" in said:
        return CarAccess(said[0] == "open", said[1] == "open", destination=False)
    forward, backward = (word == "destination" for word in said)
    return CarAccess(forward, backward, forward or backward)


def _oneway(tags: Mapping[str, str]) -> tuple[bool, bool]:
    keys = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
    said = next((tags[key].strip().lower() for key in keys if key in tags), "")
    if said in YES:
        return True, False
    if said in _REVERSED:
        return False, True
    if said in _BY_THE_HOUR:
        return False, False
    implied = not said and (tags.get("junction") in RING or tags.get("highway") == "motorway")
    return True, not implied


def _said(tags: Mapping[str, str], direction: str = "") -> Access:
    for key in CAR_ACCESS:
        value = tags.get(key + direction, tags.get(key))
        if value is not None:
            return read_access(value)
    return "open"


def read_access(value: str) -> Access:
    """Read a value of an access key, or a list of them: whoever one of them lets in, gets in.

    Parameters
    ----------
    value : str
        ``"private"``, ``"agricultural;destination"``...; words that are not known leave the way open.

    Returns
    -------
    {"open", "destination", "shut"}
        What it means to somebody in a car.

    Examples
    --------
    >>> [read_access(value) for value in ("yes", "private;customers", "agricultural; forestry")]
    ['open', 'destination', 'shut']
    """
    words = {word.strip().lower() for word in re.split("[;,]", value)} - {""}
    if words - _SHUT - _DESTINATION or not words:
        return "open"
    return "destination" if words & _DESTINATION else "shut"


def node_stops_cars(tags: Mapping[str, str]) -> bool | None:
    """Say whether a node of a road stops cars: what its access says, else what the barrier is.

    Parameters
    ----------
    tags : Mapping
        The tags of the node.

    Returns
    -------
    bool or None
        None for a barrier of a kind that is not known here.

    Examples
    --------
    >>> node_stops_cars({"barrier": "bollard"}), node_stops_cars({"barrier": "lift_gate"})
    (True, False)
    >>> node_stops_cars({"barrier": "gate", "access": "private"})
    True
    """
    barrier = tags.get("barrier")
    if barrier is None and any(key in tags for key in _OTHER_THINGS):
        return False
    if any(key in tags for key in CAR_ACCESS):
        return _said(tags) == "shut"
    if barrier is None:
        return False
    kinds = {word.strip().lower() for word in barrier.split(";")}
    if kinds & _STOPS_CARS:
        return True
    if kinds <= _PASSED:
        return kinds - {"no", "entrance"} != set() and tags.get("locked") == "yes"
    return None
