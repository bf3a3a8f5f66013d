"""What a dossier says of itself: what came from where, under which licence, and what is missing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tiGIS._document import document
from tiGIS._format import number
from tiGIS._repr import short_repr
from tiGIS.provenance import Note

if TYPE_CHECKING:
    from tiGIS.cases import CaseTable

Status = Literal["complete", "partial", "missing"]
Why = Literal["absent", "failed", "unreadable", "elsewhere"]

_WHY_FR: dict[Why, str] = {
    "absent": "pas dans le cache",
    "failed": "le producteur n’a pas donné le fichier",
    "unreadable": "le fichier n’a pas pu être lu",
    "elsewhere": "le fichier ne couvre pas le territoire",
}
_STATUS_FR = {"complete": "complet", "partial": "partiel", "missing": "manquant"}


@dataclass(frozen=True)
class Origin:
    """Where a file that was used comes from.

    Attributes
    ----------
    source : str
        Name in the catalogue, or in the bundle.
    title, vintage : dict of str
        What it is, and the period that it describes, in French and English.
    producer, licence, address : str
        As the catalogue or the bundle say.
    obtained : {"bundle", "fetched", "brought"}
        How it came.
    on : str
        Day it entered the cache; empty for the bundle.
    sha256 : str
        Its hash.
    mirror : str
        The copy of the producer that it was fetched from (``TIGIS_MIRROR``), if it was.
    note : str
        What whoever brought it, or keeps that copy, says of it (a file for a trial, say).
    """

    source: str
    title: dict[str, str]
    vintage: dict[str, str]
    producer: str
    licence: str
    address: str
    obtained: str
    on: str = ""
    sha256: str = ""
    mirror: str = ""
    note: str = ""


@dataclass(frozen=True)
class Missing:
    """A source that was wanted and is not there.

    Attributes
    ----------
    source : str
        Name in the catalogue.
    title : dict of str
        What it is, in French and English.
    why : {"absent", "failed", "unreadable", "elsewhere"}
        Not in the cache; not given by its producer; can't be read; does not cover the territory.
    message : str
        The error, in full.
    command : str
        What to type to bring it; empty where that would not help.
    """

    source: str
    title: dict[str, str]
    why: Why
    message: str
    command: str = ""


@dataclass(repr=False)
class Part:
    """One part of a dossier (boundaries, roads...): what was written, from what, and what lacks."""

    name: str
    title: dict[str, str]
    status: Status = "missing"
    files: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    limits: list[Note] = field(default_factory=list)

    __repr__ = short_repr


@dataclass(frozen=True, repr=False)
class DossierReport:
    """What was gathered about a territory.

    Attributes
    ----------
    kind, code, name : str
        The territory: an EPCI (``"epci"``) or a Territoire d'industrie (``"ti"``), its code and its name.
    map_year : int
        Map of communes on which it is.
    parts : list of Part
        Boundaries, indicators, roads, flood, land.
    phase : str
        Of a Territoire d'industrie, its phase; otherwise empty.
    files : dict
        Each file of the dossier but ``rapport.json``: its size in bytes and its SHA-256.
    """

    kind: str
    code: str
    name: str
    map_year: int
    parts: list[Part]
    phase: str = ""
    files: dict[str, dict[str, int | str]] = field(default_factory=dict)

    __repr__ = short_repr

    def part(self, name: str) -> Part:
        """Give one part by its name."""
        return next(part for part in self.parts if part.name == name)

    def to_json(self) -> str:
        """Write it for a program."""
        territory = {name: getattr(self, name) for name in ("kind", "code", "name", "map_year", "phase")}
        parts = [asdict(part) for part in self.parts]
        document = {"territory": territory, "parts": parts, "files": self.files}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_html(self) -> str:
        """Write it for a reader, in French: one page that needs nothing else."""
        fields = {
            "lang": "fr",
            "title": f"{self.name} – d’où viennent les données",
            "name": self.name,
            "phase": f"Territoire d’industrie, phase {self.phase} ({self.code})" if self.phase else "",
            "parts": self.parts,
            "notes": _notes,
            "origin": _origin,
            "status": _STATUS_FR,
            "why": _WHY_FR,
            "number": number,
        }
        return document(Path(__file__).with_name("report.html"), fields)


def _notes(parts: list[Part]) -> list[str]:
    """Give what is said of the files that were used, each sentence once."""
    return list(dict.fromkeys(origin.note for part in parts for origin in part.origins if origin.note))


def _origin(origin: Origin) -> str:
    """Say in a line what a file is and how it came."""
    how = {
        "bundle": "livré avec tiGIS",
        "fetched": f"téléchargé le {_date(origin.on)}",
        "brought": f"apporté à la main le {_date(origin.on)}",
    }[origin.obtained]
    if origin.mirror:
        how += f" d’une copie ({origin.mirror})"
    said = [origin.title["fr"], origin.producer, origin.vintage["fr"], origin.licence, how]
    return " – ".join(word for word in said if word)


def _date(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def as_origin(file: Any) -> Origin:
    """Origin of a file of the cache."""
    from tiGIS.sources import find_source

    source = find_source(file.source)
    said = file.said or {}
    return Origin(
        source=source.name,
        title=source.title,
        producer=source.producer,
        licence=source.licence,
        vintage={"fr": said["edition"], "en": said["edition"]} if "edition" in said else source.vintage,
        address=file.address,
        obtained=file.obtained,
        on=file.on,
        sha256=file.sha256,
        mirror=said.get("mirror", ""),
        note=said.get("note", ""),
    )


def from_bundle(name: str, title_fr: str, title_en: str, vintage_fr: str) -> Origin:
    """Origin of a file of the bundle, as its manifest says (which has its vintage in English only)."""
    from tiGIS._bundled import bundled_path

    entry = json.loads(bundled_path("manifest.json").read_text(encoding="utf-8"))[name]
    return Origin(
        source=name,
        title={"fr": title_fr, "en": title_en},
        producer=entry["attribution"],
        licence=entry["licence"],
        vintage={"fr": vintage_fr, "en": entry["vintage"]},
        address=entry["source"],
        obtained="bundle",
        sha256=entry["sha256"],
    )


def of_a_case(table: CaseTable) -> Origin:
    """Origin of a table that a case knows: a file of the bundle, or one of its own."""
    from tiGIS._bundled import bundled_path

    manifest = json.loads(bundled_path("manifest.json").read_text(encoding="utf-8"))
    if table.source in manifest:
        return from_bundle(table.source, table.title["fr"], table.title["en"], table.vintage["fr"])
    return Origin(
        source=table.source,
        title={"fr": table.title["fr"], "en": table.title["en"]},
        vintage={"fr": table.vintage["fr"], "en": table.vintage["en"]},
        producer=table.producer,
        licence=table.licence,
        address=table.address,
        obtained="brought",
    )
