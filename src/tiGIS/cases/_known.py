"""The register of cases: what each knows, and which of them know anything of given communes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._format import Lang
from tiGIS.provenance import Note

if TYPE_CHECKING:
    from tiGIS.gallery import Measure, Page
    from tiGIS.territory import Territory

#: Words of ``tigis maps`` that no case may take for its key.
RESERVED = ("all", "territoires")


@dataclass(frozen=True)
class CaseTable:
    """A table that a case has of its communes, and what a dossier says of where it comes from.

    Attributes
    ----------
    load : callable
        Gives the table, which says its sources and limits (``attrs["tigis"]``).
    source : str
        Name of the file.
    title, vintage : dict
        What it is, and of when, in French and English.
    producer, licence, address : str
        Whose it is; not needed for a file of the bundle, whose manifest says so.
    """

    load: Callable[[], pd.DataFrame]
    source: str
    title: Note
    vintage: Note
    producer: str = ""
    licence: str = ""
    address: str = ""


@dataclass(frozen=True)
class BusinessLand:
    """Business land that is free, and that firms ask for, as a document says both.

    Attributes
    ----------
    free_ha, asked_ha : float
        Hectares.
    year : int
        Of the figures.
    source : dict
        The document, in French and English.
    """

    free_ha: float
    asked_ha: float
    year: int
    source: Note


@dataclass(frozen=True)
class Case:
    """A territory of which more is known than of others. All but the first three may be left out.

    Attributes
    ----------
    key : str
        The word that ``tigis maps`` draws its pages by.
    territory : Territory
        Whose communes it is about.
    name : str
        Its name in sentences.
    brownfields : CaseTable, optional
        Sites in the columns of Cartofriches, with ``code_insee``.
    risk_plans : CaseTable, optional
        Flags by ``code_insee``: ``azi``, ``azi_plans``, ``pprt``, ``pprt_plans``.
    business_land : callable, optional
        Gives the `BusinessLand`.
    reference_figures : callable, optional
        Gives, for a language, what documents state: ``label``, ``geography``, ``year``, ``value``, ``unit``,
        ``source``.
    pages : callable, optional
        Gives its pages of the gallery.
    measures : callable, optional
        Gives what the page of methods says of them.
    """

    key: str
    territory: Territory
    name: str
    brownfields: CaseTable | None = None
    risk_plans: CaseTable | None = None
    business_land: Callable[[], BusinessLand] | None = None
    reference_figures: Callable[[Lang], pd.DataFrame] | None = None
    pages: Callable[[], Sequence[Page]] | None = None
    measures: Callable[[], Sequence[Measure]] | None = None

    def known(self, table: Literal["brownfields", "risk_plans"], communes: Iterable[str]) -> Any:
        """Give the rows of one of its tables that are about communes; None where it has no such table."""
        own: CaseTable | None = getattr(self, table)
        if own is None:
            return None
        rows = own.load()
        codes = rows["code_insee"] if "code_insee" in rows.columns else rows.index
        return rows[codes.isin(list(communes))]


_REGISTERED: list[Case] = []


@cache
def _installed() -> list[Case]:
    """Load the cases of this package, and those that other packages announce (group ``tigis.cases``)."""
    folder = import_module("tiGIS.cases")
    shipped = [name for _, name, is_package in iter_modules(folder.__path__) if is_package]
    found = [import_module(f"{folder.__name__}.{name}").CASE for name in sorted(shipped)]
    for entry in sorted(entry_points(group="tigis.cases"), key=lambda one: one.name):
        try:
            found.append(entry.load())
        except (ImportError, AttributeError) as error:
            raise InputError(
                f"case {entry.name!r}: {entry.value} can't be loaded ({error}); expected a Case. Mend the "
                "package that announces it, or uninstall it."
            ) from error
    return found


@checked
def all_cases() -> list[Case]:
    """Give the cases: those shipped, those of installed packages, those registered.

    Returns
    -------
    list of Case
        In that order.

    Examples
    --------
    >>> [case.key for case in all_cases()]
    ['ales']
    """
    return [*_installed(), *_REGISTERED]


@checked
def register(case: Case) -> None:
    """Make a case known for this session.

    Parameters
    ----------
    case : Case
        The case; one of the same key that was registered before gives way to it.

    Raises
    ------
    InputError
        Its key is a word that ``tigis maps`` needs, or that of an installed case.

    Examples
    --------
    >>> import tiGIS
    >>> florac = Case("florac", tiGIS.find_territory("48061", kind="commune")[0], "Florac")
    >>> register(florac)
    >>> [case.name for case in cases_of(["48061"])]
    ['Florac']
    """
    taken = sorted({*RESERVED, *(one.key for one in _installed())})
    if case.key in taken:
        raise InputError(f"key: {case.key!r} is taken; expected a word other than {', '.join(taken)}.")
    _REGISTERED[:] = [*(one for one in _REGISTERED if one.key != case.key), case]


@checked
def cases_of(communes: Iterable[str]) -> list[Case]:
    """Ask what is known of communes: the cases that any of them lies in.

    Parameters
    ----------
    communes : iterable of str
        Insee codes, on the map of 2024.

    Returns
    -------
    list of Case
        Those that know something of them.

    Examples
    --------
    >>> [case.name for case in cases_of(["30007", "75056"])]
    ['Alès Agglomération']
    """
    asked = set(communes)
    return [case for case in all_cases() if not asked.isdisjoint(_codes(case.territory))]


@cache
def _codes(territory: Territory) -> frozenset[str]:
    return frozenset(territory.codes())
