"""What a map holds, apart from Folium: territories, layers, places, words; and the page made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tiGIS._document import Policy, origin_of
from tiGIS._format import Lang, compact, number
from tiGIS.maps._geometry import Place
from tiGIS.maps._layer import Drawn
from tiGIS.maps._overlays import Overlay
from tiGIS.maps._page import render
from tiGIS.maps._text import page_words, words

LONGEST_FOOT = 320
"""Characters of limits that always show under a map; the others open with "En savoir plus"."""


@dataclass(frozen=True)
class Kind:
    """The word for what is drawn, in one language."""

    singular: str
    plural: str
    feminine: bool = False
    short: str = ""  # for the head of a narrow column

    def __post_init__(self) -> None:
        if not self.short:
            object.__setattr__(self, "short", self.plural[0].upper() + self.plural[1:])


_KINDS: dict[str, tuple[Kind, Kind]] = {
    # kind: in French, in English
    "territoire": (Kind("territoire", "territoires"), Kind("territory", "territories")),
    "commune": (Kind("commune", "communes", feminine=True), Kind("commune", "communes")),
    "epci": (
        Kind("intercommunalité", "intercommunalités", feminine=True, short="EPCI"),
        Kind("intercommunality", "intercommunalities", short="EPCI"),
    ),
    "ti": (
        Kind("Territoire d’industrie", "Territoires d’industrie", short="TI"),
        Kind("industrial territory", "industrial territories", short="TI"),
    ),
    "departement": (Kind("département", "départements"), Kind("department", "departments")),
    "region": (Kind("région", "régions", feminine=True), Kind("region", "regions")),
}


def kind_of(kind: str | tuple[str, str], lang: Lang) -> Kind:
    """Resolve a known kind, or a pair of words for another one."""
    if not isinstance(kind, str):
        return Kind(*kind)
    if kind not in _KINDS:
        return Kind(kind, f"{kind}s")
    return _KINDS[kind][0 if lang == "fr" else 1]


@dataclass(frozen=True)
class Fact:
    """A column shown in the panel and the downloads, not drawn."""

    label: str
    unit: str
    decimals: int
    values: list[Any] = field(repr=False)

    def payload(self) -> dict[str, Any]:
        """Give what the page's script reads."""
        return {
            "label": self.label,
            "unit": self.unit,
            "decimals": self.decimals,
            "signed": False,
            "values": self.values,
        }


@dataclass(frozen=True)
class Label:
    """A name written on the map."""

    lon: float
    lat: float
    text: str
    dot: bool


@dataclass(frozen=True)
class Content:
    """All that a page, a figure or a note shows."""

    title: str
    subtitle: str
    lang: Lang
    kind: Kind
    names: list[str] = field(repr=False)
    codes: list[str] = field(repr=False)
    population: npt.NDArray[np.float64] | None = field(repr=False)
    layers: list[Drawn] = field(repr=False)
    places: list[Place] = field(repr=False)
    facts: list[Fact] = field(repr=False)
    labels: list[Label] = field(repr=False)
    sources: list[str]
    limits: list[str]
    method: list[str]
    outline_width: float
    file: str
    basemap: dict[str, str] | None = None
    compare: str | None = None  # "slider" or "beside": what the page opens with
    overlays: list[Overlay] = field(default_factory=list, repr=False)

    @property
    def bounds(self) -> tuple[float, ...]:
        """West, south, east, north of the main map, in degrees."""
        return self.places[0].bounds

    def foot(self, limits: list[str] | None = None) -> list[str]:
        """Write the lines of the foot: sources, and limits (all of them, by default)."""
        limits = self.limits if limits is None else limits
        text = words(self.lang)
        colon = text["colon"]
        lines = []
        if self.sources:
            lines.append(
                f"{text['source']}{'s' if len(self.sources) > 1 else ''}{colon}{' ; '.join(self.sources)}."
            )
        if limits:
            lines.append(f"{text['limits']}{colon}{' '.join(limits)}")
        return [line.replace("..", ".") for line in lines]

    def _split_limits(self) -> tuple[list[str], list[str]]:
        """Part the limits that always show, the first ones, from those that are folded with the method."""
        length = np.cumsum([len(limit) for limit in self.limits])
        shown = max(1, int(np.searchsorted(length, LONGEST_FOOT, side="right")))
        return self.limits[:shown], self.limits[shown:]

    def page(
        self,
        *,
        map_id: str,
        starts: str,
        head: str = "",
        body: str = "",
        outside_scripts: list[str] | None = None,
        tiled: bool = False,
        policy: Policy | None = None,
    ) -> str:
        """Write the page."""
        text = words(self.lang)
        tiled = tiled or self.basemap is not None
        places = list(self.places)
        if tiled:
            # tiles come in the web's Mercator: the map follows them
            places[0] = replace(places[0], crs="EPSG:3857")
        box = places[0].box(2154 if places[0].crs == "EPSG:2154" else 3857)
        more = [*self.method, *(line for drawn in self.layers for line in drawn.how[1:])]
        shown, folded = self._split_limits()
        fields = {
            "lang": self.lang,
            "title": self.title,
            "subtitle": self.subtitle,
            "description": f"{self.title} {self.subtitle}",
            "t": text,
            "layers": [self._legend(drawn) for drawn in self.layers],
            "has_years": any(len(drawn.years) > 1 for drawn in self.layers),
            "insets": [place.name for place in places[1:]],
            "kind_singular": self.kind.singular,
            "kind_short": self.kind.short,
            "map_id": map_id,
            "foot": self.foot(shown),
            "more": list(dict.fromkeys([*folded, *more])),
            "overlays": [overlay.legend() for overlay in self.overlays],
            "tall": f"{(box[3] - box[1]) / max(box[2] - box[0], 1):.3f}",
            "head": head,
            "body": body,
            "outside_scripts": outside_scripts or [],
        }
        setup = {
            "box": box,
            "crs": places[0].crs,
            "zoomIn": text["zoom_in"],
            "zoomOut": text["zoom_out"],
            "basemap": self.basemap,
        }
        allowed = policy or Policy()
        if self.basemap is not None:
            allowed.images.append(origin_of(self.basemap["url"]))
        return render(fields, payload=self._payload(places), setup=setup, starts=starts, policy=allowed)

    def _payload(self, places: list[Place]) -> dict[str, Any]:
        kind = self.kind
        return {
            "lang": self.lang,
            "text": page_words(self.lang),
            "title": self.title,
            "subtitle": self.subtitle,
            "foot": " ".join(self.foot()),
            "file": self.file,
            "kind": kind.plural,
            "Kind": kind.singular[0].upper() + kind.singular[1:],
            "feminine": kind.feminine,
            "names": self.names,
            "codes": self.codes,
            "population": None
            if self.population is None
            else [None if np.isnan(p) else round(p) for p in self.population.tolist()],
            "layers": [drawn.payload() for drawn in self.layers],
            "facts": [fact.payload() for fact in self.facts],
            "labels": [[round(one.lon, 5), round(one.lat, 5), one.text, one.dot] for one in self.labels],
            "outlineWidth": self.outline_width,
            "compare": self.compare,
            "overlays": [overlay.payload() for overlay in self.overlays],
            "places": [place.payload() for place in places],
        }

    def _legend(self, drawn: Drawn) -> dict[str, Any]:
        """Give what the template needs to write the legend of a layer."""
        text = words(self.lang)
        people = None if self.population is None else drawn.people(self.population)
        most = max(people, default=0.0) if people else 0.0
        rows = [
            {
                "number": c,
                "colour": colour,
                "label": label,
                "count": number(count, 0, lang=self.lang),
                "people": "" if people is None else compact(people[c], lang=self.lang),
                "share": "0" if people is None or not most else f"{people[c] / most:.4f}",
            }
            for c, (colour, label, count) in enumerate(
                zip(drawn.colours, drawn.labels, drawn.counts(), strict=True)
            )
        ]
        missing = [
            {"label": reason or text["absent"], "count": number(count, 0, lang=self.lang)}
            for reason, count in drawn.missing()
        ]
        if len(drawn.years) > 1:
            # counts change with the year: one line, recounted by the page
            total = max(int(np.count_nonzero(row < 0)) for row in drawn.classes)
            shown = number(int(np.count_nonzero(drawn.classes[-1] < 0)), 0, lang=self.lang)
            missing = [{"label": text["absent"], "count": shown}] if total else []
        return {
            "label": drawn.label,
            "unit": drawn.unit_label,
            "when": drawn.years[-1],
            "rows": rows,
            "missing": missing,
            "has_people": people is not None,
            "unsure": number(drawn.unsure, 0, lang=self.lang) if drawn.unsure else "",
            "how": [*drawn.how[:1], *([text["unsure"]] if drawn.unsure else [])],
        }
