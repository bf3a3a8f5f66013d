"""A dossier read back: whole, as its report says, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiGIS._arguments import checked
from tiGIS._errors import DataFileError
from tiGIS._repr import short_repr
from tiGIS.dossier._whole import aside
from tiGIS.sources.fetching.cache import sha256
from tiGIS.sources.reading.geoparquet import read_geoparquet
from tiGIS.sources.reading.safe import parse_json

if TYPE_CHECKING:
    import geopandas as gpd

REPORT = "rapport.json"
PAGE = "rapport.html"
_EXPECTED = "a folder that `tigis gather` wrote"
_DATA = (".parquet", ".npz")  # what is read from a dossier; notes that somebody puts beside are not
_OF_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}  # put into any folder by those who show it
_MOST_BYTES = 20_000_000  # of a report: that of 400 communes has some dozens of kB

# What readers take from a report: keys and types; a list, and {str: ...}, have any number of their entry.
_WORDS = {"fr": str, "en": str}
_SHAPE: dict[str, Any] = {
    "territory": {"kind": str, "code": str, "name": str, "map_year": int, "phase": str},
    "parts": [
        {
            "name": str,
            "title": _WORDS,
            "status": str,
            "files": [str],
            "origins": [{"title": _WORDS, "vintage": _WORDS, "producer": str, "note": str}],
            "missing": [{"title": _WORDS}],
            "limits": [_WORDS],
        }
    ],
    "files": {str: {"size_bytes": int, "sha256": str}},
}
_PARTS = {"boundaries", "indicators", "roads", "flood", "land"}


@dataclass(frozen=True, repr=False)
class Dossier:
    """The folder of a gathered territory, read back.

    Attributes
    ----------
    folder : Path
        Where it is.
    report : dict
        What ``rapport.json`` says.
    communes : geopandas.GeoDataFrame
        The communes, in a projected CRS.
    """

    folder: Path
    report: dict[str, Any]
    communes: gpd.GeoDataFrame

    __repr__ = short_repr

    @property
    def name(self) -> str:
        """Name of the territory."""
        return str(self.report["territory"]["name"])

    def has(self, file: str) -> bool:
        """Tell whether the dossier holds a file: its report lists it."""
        return file in self.report["files"]

    def file(self, name: str) -> Path:
        """Give the path of a file, which is the one of the report still; ``DataFileError`` otherwise."""
        _require_right(self.folder, name, self.report)
        return self.folder / name

    def sources(self, part: str) -> list[str]:
        """Give the sources of a part, in French, as a map prints them."""
        origins = self._part(part)["origins"]
        return [
            f"{o['title']['fr']} – {o['producer']}, {o['vintage']['fr']}"
            + (f" – {o['note']}" if o["note"] else "")
            for o in origins
        ]

    def notes(self, part: str) -> list[str]:
        """Give what is said of the files of a part: that they are there for a trial, say."""
        return list(dict.fromkeys(o["note"] for o in self._part(part)["origins"] if o["note"]))

    def limits(self, part: str) -> list[str]:
        """Give the limits of a part, in French."""
        return [limit["fr"] for limit in self._part(part)["limits"]]

    def _part(self, name: str) -> dict[str, Any]:
        return next(part for part in self.report["parts"] if part["name"] == name)


@checked
def read_dossier(folder: str | Path) -> Dossier:
    """Read the folder of a gathered territory, which holds what its report says and nothing else.

    Parameters
    ----------
    folder : path-like
        What `gather_territory` wrote.

    Returns
    -------
    Dossier
        Its communes and its report; the other files are read when they are asked for.

    Raises
    ------
    DataFileError
        The folder is no dossier; a file of it lacks, is not the one that was gathered, or is listed nowhere.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from tiGIS.dossier import gather_territory
    >>> from tiGIS.sources import Cache
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = gather_territory("200066918", f"{folder}/ales", cache=Cache(pathlib.Path(folder)))
    ...     dossier = read_dossier(f"{folder}/ales")
    >>> dossier.name, len(dossier.communes)
    ('CA Alès Agglomération', 72)
    """
    folder = Path(folder)
    try:
        lacks = not folder.exists()
    except OSError as error:
        raise DataFileError(
            folder, f"not a folder ({error.strerror})", _EXPECTED, "Check its name."
        ) from error
    if lacks and aside(folder).is_dir():
        raise DataFileError(
            folder,
            "no folder: `tigis gather` was stopped while it replaced it",
            _EXPECTED,
            "Run it again: it first puts the earlier dossier back.",
        )
    report = _read_report(folder)
    _require_all_right(folder, report)
    return Dossier(folder, report, read_geoparquet(folder / "communes.parquet"))


def sums(folder: Path) -> dict[str, dict[str, int | str]]:
    """Size and SHA-256 of each file of a folder, by name."""
    return {
        path.name: {"size_bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.iterdir())
    }


def strangers(folder: Path) -> list[str]:
    """Tell what lies in a folder and is of no dossier: all of it where there is no report."""
    found = {path.name for path in folder.iterdir()} - _OF_SYSTEMS
    try:
        report = parse_json(_content(folder), folder / REPORT)
        listed = {name for part in report["parts"] for name in part["files"]} | {REPORT, PAGE}
    except (DataFileError, KeyError, TypeError):
        listed = set()
    return sorted(found - listed)


def _content(folder: Path) -> bytes:
    path = folder / REPORT
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= _MOST_BYTES else b""
    except (OSError, ValueError) as error:
        raise DataFileError(path, f"it can't be read ({error})", _EXPECTED, "Gather it again.") from error
    if size > _MOST_BYTES:
        raise DataFileError(path, f"{size:,} bytes", f"a report, of at most {_MOST_BYTES:,}")
    return content


def _read_report(folder: Path) -> dict[str, Any]:
    path = folder / REPORT
    report = parse_json(_content(folder), path)
    if isinstance(report, dict) and "parts" in report and "files" not in report:
        raise DataFileError(
            path,
            "no sizes and sums of its files (an earlier tiGIS wrote it)",
            "those of each file, by which a dossier is checked",
            "Gather it again in the same folder.",
        )
    _require_shape(report, _SHAPE, "the report", path)
    known = {part["name"] for part in report["parts"]}
    listed = {name for part in report["parts"] for name in part["files"]} | {"communes.parquet", PAGE}
    if known != _PARTS or listed != set(report["files"]):
        raise DataFileError(
            path,
            f"parts {sorted(known)} with files {sorted(listed)}, and sums of {sorted(report['files'])}",
            f"the parts {sorted(_PARTS)}, and sums of their files",
            "Gather it again.",
        )
    if any(Path(name).name != name or "\\" in name or ":" in name for name in listed):
        raise DataFileError(path, f"files {sorted(listed)}", "plain names, without a folder")
    return report


def _require_shape(value: Any, shape: Any, where: str, path: Path) -> None:
    """Refuse a report in which something that readers take lacks, or is of another type."""
    kind = type(shape) if isinstance(shape, (dict, list)) else shape
    if not isinstance(value, kind) or isinstance(value, bool):
        found = f"{where}: {type(value).__name__}"
        raise DataFileError(path, found, f"{kind.__name__} there", "Gather it again.")
    if isinstance(shape, list):
        for place, entry in enumerate(value):
            _require_shape(entry, shape[0], f"{where}, entry {place}", path)
    elif isinstance(shape, dict):
        fields: dict[str, Any] = dict(value)
        for key in fields if str in shape else shape:
            _require_shape(fields.get(key), shape.get(key, shape.get(str)), f"{where}, {key}", path)


def _require_all_right(folder: Path, report: dict[str, Any]) -> None:
    found = {path.name for path in folder.iterdir() if path.suffix.lower() in _DATA}
    extra = sorted(found - set(report["files"]))
    if extra:
        raise DataFileError(
            folder / extra[0],
            f"it is in the dossier of {report['territory']['name']}, whose report does not list it",
            "the files of its report alone",
            "Move what is not of the dossier elsewhere.",
        )
    for name in report["files"]:
        _require_right(folder, name, report)


def _require_right(folder: Path, name: str, report: dict[str, Any]) -> None:
    path, expected = folder / name, report["files"][name]
    try:
        size = path.stat().st_size
        same = size == expected["size_bytes"] and sha256(path) == expected["sha256"]
        found = f"{size:,} bytes" if size != expected["size_bytes"] else "other content of the same size"
    except OSError as error:
        same, found = False, f"it can't be read ({error.strerror or error})"
    if not same:
        raise DataFileError(
            path,
            f"{found}; it is not the file that was gathered for {report['territory']['name']}",
            f"the {expected['size_bytes']:,} bytes of its report",
            "Gather it again.",
        )
