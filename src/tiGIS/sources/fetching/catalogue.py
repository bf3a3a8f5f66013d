"""The catalogue of official files: what ``catalogue.toml`` says, checked once when it is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tiGIS._errors import InputError
from tiGIS._validate import shown

_CATALOGUE = Path(__file__).with_name("catalogue.toml")

KINDS = {"file", "atom", "wfs", "pages"}
SCOPES = {
    "france": "all of France",
    "departement": "one département",
    "extract": "one region",
    "communes": "the communes of a territory",
    "bbox": "a territory and what lies around it",
}
NEWER = {
    "header": "the server tells its date (`tigis data get --refresh` takes the newer one)",
    "feed": "the producer's feed lists its editions; the newest is taken",
    "service": "a service: always the newest",
    "page": "a new edition has a new address: see the documentation",
}
CHECKED = {"documentation", "use", "analogy"}


@dataclass(frozen=True)
class Paging:
    """How a JSON interface cuts its answer in pages: by page number, or by the number of the first row."""

    by: str
    page: str
    first: int
    size: str
    page_size: int
    items: str
    total: str


@dataclass(frozen=True)
class Codes:
    """How an interface is asked for communes: the parameter, and how many codes it takes at once."""

    parameter: str
    most: int
    form: str = "{code}"


@dataclass(frozen=True)
class Source:
    """One official file or service.

    Attributes
    ----------
    name : str
        Its name in the catalogue.
    title : dict of str
        What it is, under ``"fr"`` and ``"en"``.
    producer, licence, attribution, documentation : str
        Who makes it, what may be done with it, how to cite it, and the page where it is described.
    kind : {"file", "atom", "wfs", "pages"}
        How it is served.
    scope : {"france", "departement", "extract", "communes", "bbox"}
        What one request covers.
    address : str
        Address, with ``{departement}`` and the like to be filled.
    format : str
        What the file must be (``zip``, ``geojson``, ``pbf``...), checked before it enters the cache.
    by_hand : tuple of str
        Other formats that the reader takes too, for a file brought by hand (``csv``).
    vintage : dict of str
        Period that it describes, under ``"fr"`` and ``"en"``.
    newer, reader : str
        How to know that a newer one exists, what reads it (``module:function``).
    checked : dict of str
        When and how the address was checked.
    requests_per_s : float
        How fast the producer is asked at most.
    hosts : tuple of str
        Hosts that the producer's server may send on to, beside those of the catalogue's addresses.
    size_mb : float or None
        About how large it is.
    """

    name: str
    title: dict[str, str]
    producer: str
    licence: str
    attribution: str
    documentation: str
    kind: str
    scope: str
    address: str
    format: str
    vintage: dict[str, str]
    newer: str
    reader: str
    checked: dict[str, str]
    requests_per_s: float = 1.0
    size_mb: float | None = None
    checksum: str | None = None
    layer: str | None = None
    output: str = "application/json"
    edition: str | None = None
    zone: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    paging: Paging | None = None
    codes: Codes | None = None
    by_hand: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {value!r}, expected one of {sorted(known)}"
            for name, value, known in (
                ("kind", self.kind, KINDS),
                ("scope", self.scope, SCOPES),
                ("newer", self.newer, NEWER),
                ("checked.how", self.checked.get("how"), CHECKED),
            )
            if value not in known
        ]
        if not self.address.startswith("https://"):
            faults.append("its address is not https")
        needed = {"wfs": self.layer, "atom": self.edition and self.zone, "pages": self.paging, "file": True}
        if not needed.get(self.kind, True):
            faults.append(f"its kind is {self.kind} but the fields of that kind are absent")
        if self.scope == "communes" and self.codes is None:
            faults.append("its scope is communes but it has no codes")
        if faults:
            raise InputError(f"source {self.name!r} of the catalogue: {'; '.join(faults)}")


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))


@cache
def catalogue() -> dict[str, Source]:
    """All official files that tiGIS knows, by name.

    Returns
    -------
    dict of Source
        Name in the catalogue -> what it says of that file or service.

    Examples
    --------
    >>> from tiGIS.sources import catalogue
    >>> catalogue()["osm_routes"].licence
    'ODbL 1.0'
    """
    tables = _read()
    sources = {}
    for name, table in tables["sources"].items():
        producer = dict(tables["producers"][table["producer"]])
        producer["producer"] = producer.pop("name")
        known = {**table, **{key: value for key, value in producer.items() if key not in table}}
        known["producer"] = producer["producer"]
        for key, kind in (("paging", Paging), ("codes", Codes)):
            if key in known:
                known[key] = kind(**known[key])
        for key in ("by_hand", "hosts"):
            known[key] = tuple(known.get(key, ()))
        sources[name] = Source(name=name, **known)
    return sources


def find_source(name: str) -> Source:
    """Give the source of that name; the error lists those that look like it."""
    known = catalogue()
    if name not in known:
        from difflib import get_close_matches

        close = get_close_matches(name, known, n=3) or sorted(known)
        raise InputError(
            f"source: no {name!r} in the catalogue; expected one of those of `tigis sources list`, "
            f"such as {shown(close)}."
        )
    return known[name]


@cache
def extract_of_departement() -> dict[str, str]:
    """Geofabrik's extract that holds each département (code -> name of the extract)."""
    return {
        departement: extract
        for extract, departements in _read()["extracts"].items()
        for departement in departements
    }
