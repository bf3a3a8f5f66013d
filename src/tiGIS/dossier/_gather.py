"""The gathering itself: one folder for a territory, part by part, with its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tiGIS._arguments import checked
from tiGIS._errors import InputError
from tiGIS._files import write_text
from tiGIS.dossier._dossier import PAGE, REPORT, strangers, sums
from tiGIS.dossier._parts import boundaries, indicators
from tiGIS.dossier._perimeter import Perimeter, find_perimeter
from tiGIS.dossier._report import DossierReport, Part
from tiGIS.dossier._risks import flood, land
from tiGIS.dossier._roads_around import RoadSource, roads
from tiGIS.dossier._supply import Supply
from tiGIS.dossier._whole import replaced_whole
from tiGIS.sources import Cache, Transport


@checked
def gather_territory(
    code: str,
    out: str | Path,
    *,
    online: bool = False,
    road_source: RoadSource = "osm",
    buffer_min: float = 60.0,
    phase: str | None = None,
    map_year: int = 2024,
    cache: Cache | None = None,
    transport: Transport | None = None,
    progress: bool = True,
    tell: Callable[[Part], None] | None = None,
) -> DossierReport:
    """Gather everything about one territory in a folder, from the cache or the bundle, with a report.

    Parameters
    ----------
    code : str
        SIREN of an EPCI, or ``id_ti`` of a Territoire d'industrie (of one or several EPCI).
    out : path-like
        The folder. It appears when all is gathered; an earlier dossier there is replaced as a whole.
    online : bool, optional
        Fetch what the cache lacks. By default nothing is asked of the network.
    road_source : {"osm", "bdtopo", "bdcarto"}, optional
        Roads to use.
    buffer_min : float, optional
        Roads are cut this many minutes around the territory.
    phase : {"2018-2022", "2023-2027"}, optional
        Phase of the Territoires d'industrie; by default the second, then the first.
    map_year : int, optional
        Map of communes.
    cache : Cache, optional
        Where the files are.
    transport : Transport, optional
        How requests are made.
    progress : bool, optional
        Show bars on a terminal.
    tell : callable, optional
        Called with each part as soon as it is done.

    Returns
    -------
    DossierReport
        What came from where, and what is missing; also written as ``rapport.json`` and ``rapport.html``.

    Raises
    ------
    TerritoryNotFoundError
        No territory has that code.
    InputError
        An option that can't be used; a folder that can't be written, holds files of no dossier, or is being
        written by another process.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from tiGIS.sources import Cache
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     empty = Cache(pathlib.Path(folder, "cache"))
    ...     report = gather_territory("200066918", f"{folder}/ales", cache=empty)
    >>> report.part("boundaries").figures["communes"], report.part("roads").status
    (72, 'partial')
    """
    if not 0 < buffer_min <= 240:
        raise InputError(f"buffer_min: {buffer_min!r}; expected minutes above 0, at most 240.")
    perimeter = find_perimeter(code, phase=phase, map_year=map_year)
    supply = Supply(perimeter.code, cache or Cache(), transport or Transport(), online, progress)
    with replaced_whole(Path(out), strangers) as folder:
        parts = _gather(perimeter, supply, folder, road_source, buffer_min, tell)
        about = (perimeter.kind, perimeter.code, perimeter.name, perimeter.year)
        report = DossierReport(*about, parts, perimeter.phase)
        write_text(folder / PAGE, report.to_html())
        report = replace(report, files=sums(folder))
        write_text(folder / REPORT, report.to_json())
    return report


def _gather(
    perimeter: Perimeter,
    supply: Supply,
    out: Path,
    road_source: RoadSource,
    buffer_min: float,
    tell: Callable[[Part], None] | None,
) -> list[Part]:
    """Write the parts, one after the other."""
    parts = []
    for make in (
        lambda: boundaries(perimeter, out),
        lambda: indicators(perimeter, supply, out),
        lambda: roads(perimeter, supply, out, road_source, buffer_min),
        lambda: flood(perimeter, supply, out),
        lambda: land(perimeter, supply, out),
    ):
        parts.append(make())
        if tell is not None:
            tell(parts[-1])
    return parts
