"""What a dossier says of itself: what came from where, under which licence, and what is missing."""

from __future__ import annotations

import html
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from tiGIS._format import number
from tiGIS._meta import Note
from tiGIS._repr import short_repr

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
    code, name : str
        The territory.
    parts : list of Part
        Boundaries, indicators, roads, flood, land.
    phase : str
        Of a Territoire d'industrie, its phase; otherwise empty.
    """

    code: str
    name: str
    parts: list[Part]
    phase: str = ""

    __repr__ = short_repr

    def part(self, name: str) -> Part:
        """Give one part by its name."""
        return next(part for part in self.parts if part.name == name)

    def to_json(self) -> str:
        """Write it for a program."""
        territory = {"code": self.code, "name": self.name}
        if self.phase:
            territory["phase"] = self.phase
        document = {"territory": territory, "parts": [asdict(part) for part in self.parts]}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_html(self) -> str:
        """Write it for a reader, in French: one page that needs nothing else."""
        body = "".join(_part_html(part) for part in self.parts)
        name = html.escape(self.name)
        phase = f"<p>Territoire d’industrie, phase {self.phase} ({self.code})</p>" if self.phase else ""
        return (
            '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{name} – d’où viennent les données</title><style>{_STYLE}</style></head><body><main>"
            f"<h1>{name}</h1>{phase}{_warning(self.parts)}"
            "<p>Ce que contient ce dossier, d’où viennent les données, et ce qui manque.</p>"
            f"{_overview(self.parts)}{body}</main></body></html>\n"
        )


def _notes(parts: list[Part]) -> list[str]:
    """Give what is said of the files that were used, each sentence once."""
    return list(dict.fromkeys(origin.note for part in parts for origin in part.origins if origin.note))


def _warning(parts: list[Part]) -> str:
    """Say at the top of the page that some files are not what they stand for."""
    notes = _notes(parts)
    if not notes:
        return ""
    items = "".join(f"<li>{html.escape(text)}</li>" for text in notes)
    return f'<div class="note"><p><strong>À savoir avant de lire</strong></p><ul>{items}</ul></div>'


def _overview(parts: list[Part]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(part.title["fr"])}</th>'
        f'<td class="{part.status}">{_STATUS_FR[part.status]}</td>'
        f"<td>{html.escape(', '.join(part.files) or '–')}</td></tr>"
        for part in parts
    )
    head = '<tr><th scope="col">Partie</th><th scope="col">État</th><th scope="col">Fichiers</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _part_html(part: Part) -> str:
    pieces = [f"<section><h2>{html.escape(part.title['fr'])}</h2>"]
    pieces += [f'<p class="note">{html.escape(text)}</p>' for text in _notes([part])]
    if part.figures:
        items = "".join(f"<li>{html.escape(k)} : {number(v)}</li>" for k, v in part.figures.items())
        pieces.append(f"<ul>{items}</ul>")
    if part.origins:
        pieces.append("<h3>D’où cela vient</h3><ul>")
        pieces += [f"<li>{_origin_html(origin)}</li>" for origin in part.origins]
        pieces.append("</ul>")
    if part.missing:
        pieces.append("<h3>Ce qui manque</h3><ul>")
        pieces += [
            f"<li>{html.escape(lack.title['fr'])} : {_WHY_FR[lack.why]}"
            + (f". Pour l’obtenir : <code>{html.escape(lack.command)}</code>" if lack.command else "")
            + f'<details><summary>détail</summary><p lang="en">{html.escape(lack.message)}</p></details></li>'
            for lack in part.missing
        ]
        pieces.append("</ul>")
    if part.limits:
        pieces.append("<h3>Limites</h3><ul>")
        pieces += [f"<li>{html.escape(limit['fr'])}</li>" for limit in part.limits]
        pieces.append("</ul>")
    return "".join([*pieces, "</section>"])


def _origin_html(origin: Origin) -> str:
    how = {
        "bundle": "livré avec tiGIS",
        "fetched": f"téléchargé le {_date(origin.on)}",
        "brought": f"apporté à la main le {_date(origin.on)}",
    }[origin.obtained]
    if origin.mirror:
        how += f" d’une copie ({origin.mirror})"
    said = [origin.title["fr"], origin.producer, origin.vintage["fr"], origin.licence, how]
    text = html.escape(" – ".join(word for word in said if word))
    if origin.note:
        text = f"<strong>{html.escape(origin.note)}</strong> {text}"
    if origin.address.startswith("https://"):
        text += f' (<a href="{html.escape(origin.address, quote=True)}">adresse</a>)'
    return text


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


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0}
main{max-width:60rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}
.note{background:#fff3cd;border-left:.3rem solid #8a5a00;padding:.3rem .8rem;margin:1rem 0}
.complete{color:#1a6b3c}.partial{color:#8a5a00}.missing{color:#a3201d;font-weight:600}
code{background:#f2f2f2;padding:.1rem .3rem;overflow-wrap:anywhere}
h2{margin-top:2rem;border-bottom:1px solid #ccc}h3{margin-bottom:.2rem}
"""
