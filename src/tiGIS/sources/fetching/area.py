"""What part of France a request is about, and the requests that cover it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from tiGIS._errors import InputError
from tiGIS._repr import short_repr
from tiGIS._validate import shown
from tiGIS.sources.fetching.catalogue import SCOPES, Source, extract_of_departement

_SUFFIXES = {"pbf": "osm.pbf"}


@dataclass(frozen=True, repr=False)
class Area:
    """A part of France, as the producers' interfaces ask for it.

    Parameters
    ----------
    label : str
        A short name for the files of the cache: a SIREN, a code; letters, digits, ``-`` and ``_``.
    communes, departements : tuple of str, optional
        Codes (``"30007"``, ``"2A"``).
    bbox : tuple of float, optional
        xmin, ymin, xmax, ymax in `crs`.
    crs : str, optional
        Projected CRS of `bbox`, in metres, such as ``"EPSG:2154"``.
    """

    label: str
    communes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    crs: str = "EPSG:2154"

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if not self.label or not all(
            sign.isascii() and (sign.isalnum() or sign in "-_") for sign in self.label
        ):
            raise InputError(f"label: {self.label!r}; expected letters, digits, - and _ only.")
        known = extract_of_departement()
        strangers = [code for code in self.departements if code not in known]
        if strangers:
            raise InputError(
                f"departements: {shown(strangers)} not known; expected codes such as '30' or '2A'."
            )
        strangers = [code for code in self.communes if len(code) != 5 or not code.isalnum()]
        if strangers:
            raise InputError(f"communes: {shown(strangers)}; expected codes of five signs such as '30007'.")


@dataclass(frozen=True)
class Request:
    """One file to bring: its name in the cache, where it is, and what to ask for."""

    source: Source
    filename: str
    address: str
    parameters: tuple[tuple[str, str], ...] = ()
    checksum: str | None = None
    zone: str | None = None
    codes: tuple[str, ...] = ()
    area: Area | None = None

    @property
    def shown_address(self) -> str:
        """The address with its parameters, for messages and records."""
        return f"{self.address}?{urlencode(self.parameters)}" if self.parameters else self.address


def requests_for(source: Source, area: Area | None) -> list[Request]:
    """List the files to bring from a source for an area (one, or one per département or extract)."""
    if source.scope == "france":
        return [_request(source, {}, "", None)]
    if area is None:
        raise InputError(
            f"area: none given, but {source.name!r} is fetched for {SCOPES[source.scope]}; "
            f"expected a territory (tigis data get {source.name} --territory 200066918)."
        )
    if source.scope == "departement":
        _need(area.departements, source, "departements")
        return [
            _request(source, {"departement": code, "departement3": code.rjust(3, "0")}, code, area)
            for code in sorted(set(area.departements))
        ]
    if source.scope == "extract":
        _need(area.departements, source, "departements")
        extracts = sorted({extract_of_departement()[code] for code in area.departements})
        return [_request(source, {"extract": extract}, extract, area) for extract in extracts]
    if source.scope == "communes":
        _need(area.communes, source, "communes")
        return [_request(source, {}, _key(area, area.communes), area)]
    _need(area.bbox, source, "bbox")
    return [_request(source, {}, _key(area, (*map(str, area.bbox or ()), area.crs)), area)]


def _need(value: object, source: Source, name: str) -> None:
    if not value:
        raise InputError(f"area: it has no {name}, by which {source.name!r} is asked for.")


def _key(area: Area, parts: tuple[str, ...]) -> str:
    """Label of the area and a mark of what is asked for: another extent is another file."""
    return f"{area.label}_{hashlib.sha256('|'.join(sorted(parts)).encode()).hexdigest()[:8]}"


def _request(source: Source, fill: dict[str, str], key: str, area: Area | None) -> Request:
    suffix = _SUFFIXES.get(source.format, source.format)
    parameters = {name: value.format(**fill) for name, value in source.parameters.items()}
    return Request(
        source=source,
        filename=f"{source.name}_{key}.{suffix}" if key else f"{source.name}.{suffix}",
        address=source.address.format(**fill),
        parameters=tuple(parameters.items()),
        checksum=source.checksum.format(**fill) if source.checksum else None,
        zone=source.zone.format(**fill) if source.zone else None,
        codes=area.communes if source.scope == "communes" and area else (),
        area=area,
    )
