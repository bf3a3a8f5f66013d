"""The same network driven at free flow, at the peak, and by lorries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS.provenance import note
from tiGIS.scenario._changes import Speed
from tiGIS.scenario._compare import Scenario

if TYPE_CHECKING:
    from tiGIS.network import RoadNetwork

_ASSUMED_PEAK = note(
    "Heure de pointe : vitesses réduites par hypothèse, non mesurées.",
    "Peak hour: speeds lowered by assumption, not measured.",
)
_LORRIES = note(
    "Poids lourds : jamais plus de 80 km/h, par simplification.",
    "Lorries: never faster than 80 km/h, as a simplification.",
)

#: Speeds at the peak, by class: an assumption, to be replaced by what is measured where it is.
PEAK = Speed({"motorway": 0.85, "express": 0.8, "primary": 0.8, "secondary": 0.85, "tertiary": 0.9})
LORRY = Speed(most_kmh=80.0)

_PROFILES = {
    "free_flow": Scenario("free_flow", ()),
    "peak": Scenario("peak", (PEAK,), (_ASSUMED_PEAK,)),
    "lorry": Scenario("lorry", (LORRY,), (_LORRIES,)),
}


@checked
def driving_profiles(
    network: RoadNetwork, names: Sequence[str] = ("free_flow", "peak", "lorry")
) -> dict[str, RoadNetwork]:
    """Give a network at several speeds.

    Parameters
    ----------
    network : RoadNetwork
        At free flow.
    names : sequence of str
        Some of ``"free_flow"``, ``"peak"`` (speeds lowered by class: an assumption) and ``"lorry"`` (80 km/h
        at most). The bundled network has motorways and one class for all other roads, ``primary``; where
        no road has a class all are ``local``, which the peak leaves as it is.

    Returns
    -------
    dict
        Name -> network; each says what it assumes.

    Examples
    --------
    >>> import tiGIS
    >>> network = tiGIS.load_interurban_network()
    >>> sorted(driving_profiles(network, ["free_flow", "lorry"]))
    ['free_flow', 'lorry']
    """
    odd = [name for name in names if name not in _PROFILES]
    if odd:
        raise InputError(f"names: no profile {odd}; expected some of {', '.join(_PROFILES)}.")
    return {name: _PROFILES[name].apply(network)[0] for name in names}
