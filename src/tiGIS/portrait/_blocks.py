"""What a portrait is made of: sections of sentences, tables and pictures, each figure with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tiGIS._format import Lang, number, plural
from tiGIS.provenance import Note, description


def count_among(count: int, total: int, lang: Lang) -> str:
    """Write how many communes of those that are known: ``aucune commune sur 5``, ``1 commune sur 5``.

    Examples
    --------
    >>> count_among(0, 5, "fr"), count_among(1, 5, "en")
    ('aucune commune sur 5', '1 of 5\u202fcommunes')
    """
    if lang == "fr":
        if total == 1:
            return "la commune est" if count else "la commune n’est pas"
        some = "aucune commune" if count == 0 else plural(count, "commune")
        return f"{some} sur {number(total, 0)}"
    some = number(count, 0, lang="en") if count else "none"
    return f"{some} of {plural(total, 'commune', lang='en')}"


def say(lang: Lang, fr: str, en: str) -> str:
    """Choose the text of a language."""
    return fr if lang == "fr" else en


@dataclass(frozen=True)
class Text:
    """A sentence or two; ``strong`` for what the section has to say first."""

    words: str
    strong: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of a table: words, with a drawing or a second line in small."""

    words: str = ""
    small: str = ""
    drawing: str = ""
    kind: str = ""  # "own" for the territory's own figure, "text" for words


@dataclass(frozen=True)
class Row:
    """A line of a table: its heading, its cells, and what it owes to which source."""

    heading: str
    cells: tuple[Cell, ...]
    small: str = ""
    marks: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Table:
    """A table with the words that its columns are headed by."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """Marks that all lines share: they stand once, beside the caption."""
        own = {row.marks for row in self.rows if not row.own}
        return own.pop() if len(own) == 1 and len(self.rows) > 1 else ()


@dataclass(frozen=True)
class Key:
    """A class of a drawn map: its colour (none: hatched), its words, its places and their people."""

    colour: str
    words: str
    count: str
    people: str = ""
    bar_pct: float = 0.0


@dataclass(frozen=True)
class Picture:
    """A drawing with its caption, its legend, and words for who can't see it."""

    drawing: str
    caption: str
    alternative: str
    legend: tuple[Key, ...] = ()
    kind: str = ""
    marks: tuple[str, ...] = ()


Block = Text | Table | Picture


@dataclass
class Ledger:
    """The sources and limits that a section cites: numbers for the ones, letters for the others."""

    section: str
    lang: Lang
    sources: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)

    def cite(self, result: pd.DataFrame | pd.Series) -> tuple[str, ...]:
        """Enter what a result says of itself; give the marks that stand beside its figures."""
        known = description(result)
        return self.enter(known["sources"], known["limits"])

    def enter(self, sources: Iterable[Note | str] = (), limits: Iterable[Note | str] = ()) -> tuple[str, ...]:
        """Enter sources and limits; give their marks, each once."""
        marks = [str(place + 1) for place in self._places(self.sources, sources)]
        marks += [_letters(place) for place in self._places(self.limits, limits)]
        return tuple(dict.fromkeys(marks))

    def _places(self, known: list[str], given: Iterable[Note | str]) -> list[int]:
        places = []
        for one in given:
            words = (one if isinstance(one, str) else one[self.lang]).strip().removesuffix(".")
            if words not in known:
                known.append(words)
            places.append(known.index(words))
        return sorted(places)


def _letters(place: int) -> str:
    """Write 0, 1, ... 25, 26 as a, b, ... z, aa."""
    first = "" if place < 26 else _letters(place // 26 - 1)
    return first + "abcdefghijklmnopqrstuvwxyz"[place % 26]


def runs(marks: Sequence[str]) -> list[tuple[str, str]]:
    """Write marks in order, three or more in a row as one: ``1-3``; each with the mark that it leads to."""
    places = sorted((mark.isalpha(), len(mark), mark) for mark in marks)
    groups: list[list[str]] = []
    for alpha, _, mark in places:
        last = groups[-1][-1] if groups else ""
        follows = last.isalpha() == alpha and len(last) == len(mark) == 1 and ord(mark) == ord(last) + 1
        if last and follows:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    written: list[tuple[str, str]] = []
    for group in groups:
        if len(group) > 2:
            written.append((f"{group[0]}–{group[-1]}", group[0]))
        else:
            written += [(mark, mark) for mark in group]
    return written


@dataclass(frozen=True)
class Section:
    """A part of the portrait under one heading."""

    name: str
    title: str
    blocks: Sequence[Block]
    ledger: Ledger | None = None

    def notes(self) -> list[tuple[str, str]]:
        """List sources then limits, each with its mark."""
        if self.ledger is None:
            return []
        numbered = [(str(place + 1), words) for place, words in enumerate(self.ledger.sources)]
        return numbered + [(_letters(place), words) for place, words in enumerate(self.ledger.limits)]
